//! `POST /m/{mailbox}/{email}/receipt`: tells the sender that the message was read, or does not.
//! Only ever by the reader's own decision.

use axum::response::Response;
use serde::Deserialize;

use crate::{
    engine::receipts::{ReceiptWords, Wish},
    mail::id::{EmailId, MailboxId},
    web::{
        compose::check,
        error::Error,
        fields::{Form, Query},
        flash::{self, Said},
        mailbox::{address::ListAddress, pane},
        page::Ui,
        path::Path,
        signed_in::SignedIn,
        state::Web,
    },
};

/// The line above the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptLine {
    /// Who asks.
    pub sentence: String,
    /// Somebody else than the sender would be told.
    pub caution: Option<String>,
}

impl ReceiptLine {
    pub(crate) fn new(ui: &Ui, wish: &Wish) -> Self {
        let names: Vec<&str> = wish.to.iter().map(|to| to.email.as_str()).collect();
        let names = names.join(", ");
        Self {
            sentence: ui.t1("receipt-wish", "names", &names),
            caution: wish.elsewhere.then(|| ui.t("receipt-elsewhere")),
        }
    }
}

/// `value=send` or `value=refuse`.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    value: String,
}

/// Does it, and goes back to the message.
pub(crate) async fn answer(
    web: Web,
    signed_in: SignedIn,
    Path((mailbox, email)): Path<(MailboxId, EmailId)>,
    Query(address): Query<ListAddress>,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let (account, ui) = (&signed_in.account, &signed_in.ui);
    let place = pane::place(&signed_in, mailbox).await?;
    let said = match fields.value.as_str() {
        "send" => {
            let opened = account.open_known(email).await?;
            let summary = &opened.summary;
            let date = ui.full_date(summary.sent_at.unwrap_or(summary.received_at));
            let subject = match summary.subject.trim() {
                "" => ui.t("no-subject"),
                subject => subject.to_owned(),
            };
            let words = ReceiptWords {
                text: ui.t2("receipt-text", "subject", &subject, "date", date),
                subject: ui.t1("receipt-subject", "subject", &subject),
            };
            account
                .send_receipt(email, &words, check::offset(ui))
                .await?;
            Said::done("done-receipt-sent", 1)
        }
        "refuse" => {
            account.refuse_receipt(email).await?;
            Said::done("done-receipt-refused", 1)
        }
        _ => return Err(Error::BadRequest),
    };
    let path = format!(
        "{}/{email}{}",
        place.path(),
        pane::context(&place, &address)
    );
    Ok(flash::redirect(&web, &path, Some(&said)))
}
