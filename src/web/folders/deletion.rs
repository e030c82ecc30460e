//! The question before a folder is deleted.

use axum::response::Response;

use crate::{
    engine::deleted::KEPT_DAYS,
    mail::id::MailboxId,
    web::{
        confirmation::ConfirmationPage,
        error::Error,
        flash::{self, Said},
        folders::index,
        mailbox::place::Place,
        page::Ui,
        path::Path,
        respond,
        signed_in::SignedIn,
        state::Web,
    },
};

/// Asks before a folder and its mail go. The mail is not moved to Trash: servers delete both.
pub fn question(ui: Ui, place: &Place, total: u32) -> ConfirmationPage {
    ConfirmationPage {
        question: ui.t1("folder-deletion-question", "folder", &place.name),
        sentence: match ui.keeping() {
            None => ui.tn("folder-deletion-sentence", total),
            Some(_) => {
                let days = ui.number(KEPT_DAYS);
                ui.tn1("folder-deletion-sentence-here", total, "days", &days)
            }
        },
        verb: ui.t("folder-delete"),
        action: format!("{}/deletion", place.path()),
        fields: Vec::new(),
        back: index::home(&ui),
        ui,
    }
}

/// `GET /m/{mailbox}/deletion`
pub(crate) async fn ask(
    web: Web,
    signed_in: SignedIn,
    Path(mailbox): Path<MailboxId>,
) -> Result<Response, Error> {
    let mailbox = signed_in.account.mailbox(mailbox).await?;
    let place = Place::new(&signed_in.ui, &mailbox);
    let page = question(signed_in.ui, &place, mailbox.total);
    respond::page(&web, &page.ui, &page)
}

/// `POST /m/{mailbox}/deletion`
pub(crate) async fn delete(
    web: Web,
    signed_in: SignedIn,
    Path(mailbox): Path<MailboxId>,
) -> Result<Response, Error> {
    let name = signed_in.account.mailbox(mailbox).await?.name;
    signed_in.account.delete_mailbox(mailbox).await?;
    let said = Said::done("done-folder-deleted", 1).in_folder(name);
    Ok(flash::redirect(
        &web,
        &index::home(&signed_in.ui),
        Some(&said),
    ))
}
