//! `GET /m/{mailbox}/{email}/parts/{section}`, `…/attachments.zip` and `…/raw`: attachments, one or
//! all, and the message itself, streamed. Only raster images (told by their first octets) and plain text open in the browser,
//! and only when asked for; everything else is saved.

use axum::{
    body::Bytes,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::Stream;
use serde::Deserialize;

use crate::{
    door::{
        disposition::named,
        octets::{body, sniffed},
    },
    engine::{
        Error as EngineError,
        parts::{Download, Octets},
    },
    mail::id::{EmailId, MailboxId},
    web::{
        error::Error, fields::Query, headers::FILE_POLICY, message::view, path::Path,
        signed_in::SignedIn,
    },
};

/// `?inline=1`.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    inline: String,
}

/// A part.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path((_, email, section)): Path<(MailboxId, EmailId, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let download = signed_in.account.part(email, &section).await;
    let Download { part, octets } = download.map_err(|error| match Error::from(error) {
        Error::NotFound => Error::NoSuchPart,
        error => error,
    })?;
    let (shown, octets) = sniffed(octets, part.media_type == "text/plain").await?;
    let shown = shown.filter(|_| !wanted.inline.is_empty());
    let name = part.filename.as_deref().unwrap_or("part");
    Ok(shown_or_saved(shown, name, octets))
}

/// The message as it was sent.
pub(crate) async fn raw(
    signed_in: SignedIn,
    Path((_, email)): Path<(MailboxId, EmailId)>,
) -> Result<Response, Error> {
    let opened = signed_in.account.open_known(email).await?;
    let octets = signed_in.account.raw(email).await?;
    let subject = crate::mail::header::safe_filename(&opened.summary.subject);
    let name = format!("{}.eml", subject.as_deref().unwrap_or("message"));
    Ok(file("message/rfc822", named("attachment", &name), octets))
}

/// Everything that is listed as attached, as one zip.
pub(crate) async fn archive(
    signed_in: SignedIn,
    Path((_, email)): Path<(MailboxId, EmailId)>,
) -> Result<Response, Error> {
    let account = &signed_in.account;
    let opened = account.open_known(email).await?;
    let attached = view::attached(&opened, &opened.plan());
    let sections: Vec<String> = attached.iter().map(|one| one.section.to_owned()).collect();
    if sections.is_empty() {
        return Err(Error::NoSuchPart);
    }
    let subject = crate::mail::header::safe_filename(&opened.summary.subject);
    let name = format!("{}.zip", subject.as_deref().unwrap_or("attachments"));
    let octets = account.zip_of(email, sections);
    Ok(file("application/zip", named("attachment", &name), octets))
}

/// A file of one's own: a raster image is shown, everything else is saved.
pub(crate) async fn raster_or_saved(name: &str, octets: Octets) -> Result<Response, Error> {
    let (shown, octets) = sniffed(octets, false).await?;
    Ok(shown_or_saved(shown, name, octets))
}

fn shown_or_saved(
    shown: Option<&'static str>,
    name: &str,
    octets: impl Stream<Item = Result<Bytes, EngineError>> + Send + 'static,
) -> Response {
    let (kind, disposition) = match shown {
        Some(kind) => (kind, "inline"),
        None => ("application/octet-stream", "attachment"),
    };
    file(kind, named(disposition, name), octets)
}

fn file(
    kind: &'static str,
    disposition: HeaderValue,
    octets: impl Stream<Item = Result<Bytes, EngineError>> + Send + 'static,
) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, disposition),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(FILE_POLICY),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, max-age=3600"),
        ),
    ];
    (headers, body(octets)).into_response()
}
