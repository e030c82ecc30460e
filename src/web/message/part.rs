//! `GET /m/{mailbox}/{email}/parts/{section}` and `…/raw`: attachments and the message itself,
//! streamed. Only raster images (told by their first octets) and plain text open in the browser,
//! and only when asked for; everything else is saved.

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use serde::Deserialize;

use crate::{
    door::disposition::named,
    engine::parts::{Download, Octets},
    mail::{
        id::{EmailId, MailboxId},
        part::Part,
        raster,
    },
    web::{error::Error, fields::Query, headers::FILE_POLICY, path::Path, signed_in::SignedIn},
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
    let Download { part, mut octets } = download.map_err(|error| match Error::from(error) {
        Error::NotFound => Error::NoSuchPart,
        error => error,
    })?;
    let first = match octets.next().await {
        Some(first) => first?,
        None => Bytes::new(),
    };
    let shown = (!wanted.inline.is_empty())
        .then(|| shown_as(&part, &first))
        .flatten();
    let (kind, disposition) = match shown {
        Some(kind) => (kind, "inline"),
        None => ("application/octet-stream", "attachment"),
    };
    let name = part.filename.as_deref().unwrap_or("part");
    Ok(file(
        kind,
        &named(disposition, name),
        Box::pin(stream::iter([Ok(first)]).chain(octets)),
    ))
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
    Ok(file("message/rfc822", &named("attachment", &name), octets))
}

/// A file of one's own: a raster image is shown, everything else is saved.
pub(crate) async fn raster_or_saved(name: &str, mut octets: Octets) -> Result<Response, Error> {
    let first = match octets.next().await {
        Some(first) => first?,
        None => Bytes::new(),
    };
    let (kind, disposition) = match raster::sniff(&first) {
        Some(kind) => (kind, "inline"),
        None => ("application/octet-stream", "attachment"),
    };
    Ok(file(
        kind,
        &named(disposition, name),
        Box::pin(stream::iter([Ok(first)]).chain(octets)),
    ))
}

fn file(kind: &'static str, disposition: &HeaderValue, octets: Octets) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, disposition.clone()),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(FILE_POLICY),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, max-age=3600"),
        ),
    ];
    // The status has gone out when the server fails in the middle: the connection is cut, so that
    // a browser does not take a part for the whole.
    let body = Body::from_stream(octets.map(|piece| {
        piece.inspect_err(|error| tracing::warn!(%error, "A download was cut short"))
    }));
    (headers, body).into_response()
}

/// What a browser may show this as: never what the message says, always what the octets are.
fn shown_as(part: &Part, first: &[u8]) -> Option<&'static str> {
    match part.media_type.as_str() {
        "text/plain" => Some("text/plain; charset=utf-8"),
        _ => raster::sniff(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_safe_is_shown() {
        let part = |media_type: &str| Part {
            media_type: media_type.to_owned(),
            ..Part::default()
        };
        let png = b"\x89PNG\r\n\x1a\n....";
        assert_eq!(shown_as(&part("image/svg+xml"), b"<svg"), None);
        assert_eq!(shown_as(&part("text/html"), b"<p>"), None);
        assert_eq!(shown_as(&part("image/png"), b"<html>"), None);
        assert_eq!(shown_as(&part("text/html"), png), Some("image/png"));
    }
}
