//! `/accounts/{account}/emails/{email}/receipt`: whether the sender wants to be told that a message
//! was read (RFC 8098), and the answer to that. Nothing is ever told by itself.

use axum::{Json, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{
        caller::{May, Read},
        extract,
        problem::Problem,
        time::Time,
    },
    engine::{read::Opened, receipts::ReceiptWords, tokens::Scope},
};

use super::{EmailAddress, EmailPath, people};

/// Characters of a receipt's subject.
const SUBJECT_MOST: usize = 1000;
/// Characters of a receipt's text.
const TEXT_MOST: usize = 10_000;

/// A sender's wish to be told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Receipt {
    /// The sender wants to be told, and was not answered yet.
    pub(crate) is_wanted: bool,
    /// Who would be told.
    pub(crate) to: Vec<EmailAddress>,
    /// That is somebody else than who wrote the message, as far as its header shows.
    pub(crate) is_elsewhere: bool,
}

/// The answer to a sender's wish to be told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ReceiptAnswer {
    /// What to do.
    action: ReceiptAction,
    /// The subject of the receipt; without it one in English.
    #[serde(default)]
    #[schema(max_length = 1000)]
    subject: Option<String>,
    /// Its text; without it one in English.
    #[serde(default)]
    #[schema(max_length = 10_000)]
    text: Option<String>,
}

/// What is done about a sender's wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ReceiptAction {
    /// The sender is told that the message was shown. Needs the scope `send`.
    Send,
    /// The sender is not told, and the wish is answered. Needs the scope `modify`.
    Refuse,
}

/// Whether a message asks for a read receipt.
#[utoipa::path(
    get,
    path = "/accounts/{account}/emails/{email}/receipt",
    tag = "emails",
    params(EmailPath),
    responses((status = 200, description = "The wish, if there is one", body = Receipt))
)]
pub(crate) async fn show(
    caller: May<Read>,
    extract::Path(path): extract::Path<EmailPath>,
) -> Result<Json<Receipt>, Problem> {
    let account = caller.account(path.account)?;
    let opened = account.open_known(path.email).await?;
    let wish = account.receipt_wish(&opened).await?;
    let is_wanted = wish.is_some();
    let is_elsewhere = wish.as_ref().is_some_and(|wish| wish.elsewhere);
    Ok(Json(Receipt {
        is_wanted,
        to: wish.map(|wish| people(&wish.to)).unwrap_or_default(),
        is_elsewhere,
    }))
}

/// Answers a sender's wish to be told that a message was read, once: 409 `receipt_not_wanted` when
/// there is none (any more). Needs `read`, and `send` or `modify`.
#[utoipa::path(
    post,
    path = "/accounts/{account}/emails/{email}/receipt",
    tag = "emails",
    params(EmailPath),
    request_body = ReceiptAnswer,
    responses((status = 204, description = "It is answered"))
)]
pub(crate) async fn answer(
    caller: May<Read>,
    extract::Path(path): extract::Path<EmailPath>,
    extract::Json(answer): extract::Json<ReceiptAnswer>,
) -> Result<StatusCode, Problem> {
    caller.needs(match answer.action {
        ReceiptAction::Send => Scope::Send,
        ReceiptAction::Refuse => Scope::Modify,
    })?;
    let account = caller.account(path.account)?;
    let opened = account.open_known(path.email).await?;
    answer.check()?;
    if account.receipt_wish(&opened).await?.is_none() {
        let detail = "The message asks for no receipt, or was answered.";
        return Err(Problem::conflict("receipt_not_wanted", detail));
    }
    match answer.action {
        ReceiptAction::Send => {
            let words = answer.words(&opened);
            account.send_receipt(path.email, &words, 0).await?;
        }
        ReceiptAction::Refuse => account.refuse_receipt(path.email).await?,
    }
    Ok(StatusCode::NO_CONTENT)
}

impl ReceiptAnswer {
    fn check(&self) -> Result<(), Problem> {
        for (pointer, text, most) in [
            ("/subject", &self.subject, SUBJECT_MOST),
            ("/text", &self.text, TEXT_MOST),
        ] {
            let text = text.as_deref().unwrap_or_default();
            if text.chars().count() > most {
                return Err(Problem::unfit(
                    pointer,
                    format!("At most {most} characters."),
                ));
            }
        }
        Ok(())
    }

    /// What the sender reads.
    fn words(&self, opened: &Opened) -> ReceiptWords {
        let summary = &opened.summary;
        let date = Time(summary.sent_at.unwrap_or(summary.received_at)).to_text();
        let subject = match summary.subject.trim() {
            "" => "(no subject)",
            subject => subject,
        };
        let one_line = |text: &String| text.replace(['\r', '\n'], " ");
        ReceiptWords {
            subject: self
                .subject
                .as_ref()
                .map_or_else(|| format!("Read: {subject}"), one_line),
            text: self.text.clone().unwrap_or_else(|| {
                format!(
                    "Your message “{subject}” of {date} has been shown on screen to its \
                     recipient. That does not mean that it was read or understood."
                )
            }),
        }
    }
}
