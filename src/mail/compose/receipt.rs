//! A read receipt as bytes: a multipart/report of three parts (RFC 8098 §3).

use super::{
    Error, Message, Options, Piece,
    body::Boundaries,
    flowed::flowed,
    headers,
    part::{Output, Part, multipart},
};
use crate::mail::report::disposition::Parts;

/// Writes a receipt. Of the message its header fields count, its texts and files don't.
///
/// # Errors
/// As [`super::assemble`].
pub fn receipt<K>(
    message: &Message<'_, K>,
    parts: &Parts,
    options: &Options,
) -> Result<Vec<u8>, Error> {
    let mut out: Output<'_, K> = Output::default();
    out.bytes(headers::headers(message, options)?.as_bytes());
    let texts = [parts.text.as_str(), parts.headers.as_str()];
    let boundary = Boundaries::new(&options.seed, texts).make('r');
    let plain = Part::<K>::text("plain", &[("format", "flowed")], &flowed(&parts.text));
    let machine = |kind: &str, text: &str| {
        Part::<K>::Text(format!("Content-Type: {kind}\r\n\r\n{text}").into_bytes())
    };
    let parts = [
        plain,
        machine("message/disposition-notification", &parts.notification),
        machine("text/rfc822-headers", &parts.headers),
    ];
    let parameters = [("report-type", "disposition-notification")];
    multipart("report", &parameters, &boundary, &parts, &mut out);
    Ok(match out.pieces.pop() {
        Some(Piece::Bytes(bytes)) => bytes,
        _ => Vec::new(),
    })
}
