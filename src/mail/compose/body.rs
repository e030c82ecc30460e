//! The tree of parts.
//!
//! Inline pictures stand beside the HTML, below the alternative: so Apple Mail, Thunderbird and
//! Roundcube write it, Outlook and Gmail show it as well as their own, and who reads the plain
//! text does not meet the pictures of the other version as attachments.

use super::{
    Message,
    flowed::{flowed, lines, without_nul},
    part::Part,
};

/// The whole body.
pub(super) fn body<'a, K>(message: &Message<'a, K>, seed: &[u8; 16]) -> Part<'a, K> {
    let boundaries = Boundaries::new(seed, [message.text, message.html.unwrap_or_default()]);
    let attached = |file| Part::File(file, "attachment");
    let mut attachments: Vec<_> = message.attachments.iter().map(attached).collect();
    let plain = Part::text("plain", &[("format", "flowed")], &flowed(message.text));
    let readable = match message.html {
        None => {
            attachments.splice(0..0, message.inline.iter().map(attached));
            plain
        }
        Some(html) => {
            let html = Part::text("html", &[], &document(html));
            let html = match message.inline {
                [] => html,
                files => {
                    let shown = files.iter().map(|file| Part::File(file, "inline"));
                    let parts = std::iter::once(html).chain(shown).collect();
                    Part::Multi("related", boundaries.make('r'), parts)
                }
            };
            Part::Multi("alternative", boundaries.make('a'), vec![plain, html])
        }
    };
    if attachments.is_empty() {
        return readable;
    }
    attachments.insert(0, readable);
    Part::Multi("mixed", boundaries.make('m'), attachments)
}

/// An HTML document around the body, lines ended by CRLF.
fn document(body: &str) -> String {
    let mut out = String::with_capacity(body.len() + body.len() / 32 + 128);
    out.push_str("<!DOCTYPE html>\r\n<html><head><meta charset=\"utf-8\"></head><body>\r\n");
    for line in lines(&without_nul(body)) {
        out.push_str(line);
        out.push_str("\r\n");
    }
    out.push_str("</body></html>\r\n");
    out
}

/// Boundaries: `=_` is in neither quoted-printable nor base64 (RFC 2045 §6.7), 128 random bits
/// are in no attached message, and the texts are looked through.
pub(super) struct Boundaries(String);

impl Boundaries {
    pub(super) fn new(seed: &[u8; 16], texts: [&str; 2]) -> Self {
        let mut stem = format!("=_{:032x}", u128::from_be_bytes(*seed));
        // RFC 2046 §5.1.1 allows 70 characters; each round needs one more occurrence in a text.
        while stem.len() < 68 && texts.iter().any(|text| text.contains(&stem)) {
            stem.push('x');
        }
        Self(stem)
    }

    pub(super) fn make(&self, level: char) -> String {
        format!("{}{level}", self.0)
    }
}
