//! The quoted original as a document in its cage: `GET /m/{mailbox}/{email}/quote?action=reply`
//! before there is a draft, `GET /drafts/{id}/quote` afterwards; `?as=text` gives its text.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use crate::{
    engine::writing::Reference,
    mail::id::{EmailId, MailboxId},
    web::{
        compose::{phrases::InWordsOf, values::Action},
        error::Error,
        fields::Query,
        message::{document, view::DocumentLinks},
        path::Path,
        signed_in::SignedIn,
        state::Web,
    },
};

/// `?action=reply&as=text`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    action: String,
    #[serde(default, rename = "as")]
    form: String,
}

/// Before there is a draft.
pub(crate) async fn of_email(
    web: Web,
    signed_in: SignedIn,
    Path((mailbox, email)): Path<(MailboxId, EmailId)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let action = Action::from_word(&wanted.action).ok_or(Error::NotFound)?;
    let reference = Reference {
        email,
        action: action.into(),
    };
    let phrases = InWordsOf(&signed_in.ui);
    let quoted = signed_in.account.quoted(reference, &phrases).await?;
    if wanted.form == "text" {
        return Ok(text(quoted.text().to_owned()));
    }
    let links = DocumentLinks::new(&web, &signed_in, format!("/m/{mailbox}/{email}"));
    let shown = signed_in
        .account
        .shown_quote(quoted, signed_in.dark, links)
        .await?;
    document::page(&shown, signed_in.dark)
}

/// Of a draft.
pub(crate) async fn of_draft(
    web: Web,
    signed_in: SignedIn,
    Path(draft): Path<i64>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let (reference, quoted) = signed_in.account.draft_quote(draft).await?;
    if wanted.form == "text" {
        return Ok(text(quoted.text().to_owned()));
    }
    let EmailId { mailbox, .. } = reference.email;
    let at = format!("/m/{mailbox}/{}", reference.email);
    let links = DocumentLinks::new(&web, &signed_in, at);
    let shown = signed_in
        .account
        .shown_quote(quoted, signed_in.dark, links)
        .await?;
    document::page(&shown, signed_in.dark)
}

fn text(text: String) -> Response {
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    ([(header::CONTENT_TYPE, plain)], text).into_response()
}
