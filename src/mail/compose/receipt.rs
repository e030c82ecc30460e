//! A read receipt as bytes: a multipart/report of three parts (RFC 8098 §3).

use super::{
    Error, Message, Options, Piece,
    body::Boundaries,
    flowed::flowed,
    headers, parameter,
    part::{Output, Part},
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
    let parameters = [
        ("report-type", "disposition-notification"),
        ("boundary", boundary.as_str()),
    ];
    out.bytes(&parameter::field(
        "Content-Type",
        "multipart/report",
        &parameters,
    ));
    out.bytes(b"\r\n");
    let plain = Part::<K>::text("plain", &[("format", "flowed")], &flowed(&parts.text));
    let machine = |kind: &str, text: &str| {
        Part::<K>::Text(format!("Content-Type: {kind}\r\n\r\n{text}").into_bytes())
    };
    for part in [
        plain,
        machine("message/disposition-notification", &parts.notification),
        machine("text/rfc822-headers", &parts.headers),
    ] {
        out.bytes(format!("--{boundary}\r\n").as_bytes());
        if let Part::Text(bytes) = &part {
            out.bytes(bytes);
        }
        out.bytes(b"\r\n");
    }
    out.bytes(format!("--{boundary}--\r\n").as_bytes());
    Ok(match out.pieces.pop() {
        Some(Piece::Bytes(bytes)) => bytes,
        _ => Vec::new(),
    })
}
