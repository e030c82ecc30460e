//! `GET /m/{mailbox}/{email}/html/{section}`: an HTML part as a document of its own, in its cage.
//!
//! Cost: none when the message was just opened; else as [`crate::engine::read`].

use askama::Template;
use axum::{
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;

use crate::{
    engine::documents::Dress,
    mail::{
        html::{DARK_INK, DarkFit, Sanitised, SanitizedHtml},
        id::{EmailId, MailboxId},
    },
    web::{
        error::Error, fields::Query, headers::MESSAGE_POLICY, message::view::DocumentLinks,
        path::Path, signed_in::SignedIn, state::Web,
    },
};

/// The document around a sanitised part.
#[derive(Template)]
#[template(path = "message/document.html")]
struct Document<'a> {
    html: &'a SanitizedHtml,
    /// `light` or `dark`: the paper that it lies on.
    paper: &'static str,
    /// What black becomes on dark paper.
    ink: &'static str,
}

/// `?images=1&dark=1`.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    images: String,
    #[serde(default)]
    dark: String,
}

/// The document.
pub(crate) async fn show(
    web: Web,
    signed_in: SignedIn,
    Path((mailbox, email, section)): Path<(MailboxId, EmailId, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let dress = Dress {
        images: !wanted.images.is_empty(),
        dark: !wanted.dark.is_empty(),
    };
    let links = DocumentLinks::new(&web, &signed_in, format!("/m/{mailbox}/{email}"));
    let account = &signed_in.account;
    let sanitised = web
        .engine
        .document(account, email, &section, dress, links)
        .await?;
    let mut response = page(&sanitised, dress.dark)?;
    // The same part of the same message, in the same dress, never changes.
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=3600"),
    );
    Ok(response)
}

/// Sanitised HTML as a document in its cage.
pub(crate) fn page(sanitised: &Sanitised, dark: bool) -> Result<Response, Error> {
    let page = Document {
        html: &sanitised.html,
        paper: match (dark, sanitised.dark) {
            (true, DarkFit::Adapts) => "dark",
            _ => "light",
        },
        ink: DARK_INK,
    };
    let html = page
        .render()
        .map_err(|error| Error::Internal(error.to_string()))?;
    let mut response = Html(html).into_response();
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(MESSAGE_POLICY),
    );
    Ok(response)
}
