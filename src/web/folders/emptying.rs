//! The question before a folder is emptied.

use axum::response::Response;

use crate::{
    engine::deleted::KEPT_DAYS,
    mail::id::MailboxId,
    web::{
        confirmation::ConfirmationPage,
        error::Error,
        flash::{self, Said},
        mailbox::place::Place,
        page::Ui,
        path::Path,
        respond,
        signed_in::SignedIn,
        state::Web,
    },
};

/// Asks before everything in a folder goes for good.
pub fn question(ui: Ui, place: &Place, total: u32, back: String) -> ConfirmationPage {
    ConfirmationPage {
        question: ui.t1("emptying-question", "folder", &place.name),
        sentence: sentence(&ui, total),
        verb: ui.t("folder-empty"),
        action: format!("{}/emptying", place.path()),
        fields: Vec::new(),
        back,
        ui,
    }
}

/// What becomes of the messages.
pub fn sentence(ui: &Ui, total: u32) -> String {
    match ui.keeping() {
        None => ui.tn("emptying-sentence", total),
        Some(_) => ui.tn1(
            "emptying-sentence-here",
            total,
            "days",
            &ui.number(KEPT_DAYS),
        ),
    }
}

/// `GET /m/{mailbox}/emptying`
pub(crate) async fn ask(
    web: Web,
    signed_in: SignedIn,
    Path(mailbox): Path<MailboxId>,
) -> Result<Response, Error> {
    let mailbox = signed_in.account.mailbox(mailbox).await?;
    let place = Place::new(&signed_in.ui, &mailbox);
    let page = question(signed_in.ui, &place, mailbox.total, place.path());
    respond::page(&web, &page.ui, &page)
}

/// `POST /m/{mailbox}/emptying`
pub(crate) async fn empty(
    web: Web,
    signed_in: SignedIn,
    Path(mailbox): Path<MailboxId>,
) -> Result<Response, Error> {
    let gone = signed_in.account.empty(mailbox).await?;
    let said = Said::done("done-deleted", gone);
    Ok(flash::redirect(&web, &format!("/m/{mailbox}"), Some(&said)))
}
