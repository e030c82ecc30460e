//! What the MIME header of a part says of it.

use super::boundary;
use crate::mail::{
    header::{self, clean::clean, parameter},
    part::Part,
};

/// Reads the header block of a part: the part without section, size and children, and the
/// boundary if it is a multipart that has one. Of repeated fields the first counts.
pub(super) fn read(block: &[u8], default_type: &str) -> (Part, Option<Vec<u8>>) {
    let fields = header::fields(block);
    let value = |name| header::first(&fields, name);
    let (declared, type_parameters) = value("Content-Type")
        .map(parameter::parse)
        .unwrap_or_default();
    let (disposition, disposition_parameters) = value("Content-Disposition")
        .map(parameter::parse)
        .unwrap_or_default();
    let media_type = media_type(&declared, default_type);
    let is_multipart = media_type.starts_with("multipart/");
    let is_set = |name: &str, wanted: &str| {
        let value = type_parameters.get(name);
        value.is_some_and(|value| value.trim().eq_ignore_ascii_case(wanted))
    };
    let part = Part {
        section: String::new(),
        charset: type_parameters
            .get("charset")
            .filter(|label| !label.is_empty()),
        flowed: is_set("format", "flowed"),
        delsp: is_set("delsp", "yes"),
        encoding: match value("Content-Transfer-Encoding") {
            Some(raw) if !is_multipart => encoding(raw),
            _ => String::new(),
        },
        disposition: match disposition.as_str() {
            "" => None,
            "inline" => Some("inline".to_owned()),
            // Unknown ones count as this one (RFC 2183 §2.8).
            _ => Some("attachment".to_owned()),
        },
        filename: parameter::filename(&disposition_parameters, &type_parameters),
        cid: value("Content-ID").and_then(bare_id),
        location: value("Content-Location").and_then(location),
        method: type_parameters
            .get("method")
            .map(|method| method.to_ascii_lowercase())
            .filter(|_| media_type == "text/calendar"),
        media_type,
        size: 0,
        children: Vec::new(),
    };
    let boundary = type_parameters
        .bytes("boundary")
        .filter(|_| is_multipart)
        .and_then(|(bytes, _)| boundary::normalise(bytes.into_owned()));
    (part, boundary)
}

/// A type with two halves made of token characters (RFC 2045 §5.1), or what to take it for.
fn media_type(declared: &str, default: &str) -> String {
    let is_token = |text: &str| {
        let special = |c: char| "()<>@,;:\\\"/[]?=".contains(c) || !c.is_ascii_graphic();
        !text.is_empty() && text.len() <= 127 && !text.contains(special)
    };
    match declared.split_once('/') {
        Some((kind, subtype)) if is_token(kind) && is_token(subtype) => declared.to_owned(),
        _ if declared.is_empty() => default.to_owned(),
        // "text", "Text" and "text/" are what old programs wrote for plain text.
        _ if declared.trim_end_matches('/') == "text" => "text/plain".to_owned(),
        _ if declared.starts_with("text/html") => "text/html".to_owned(),
        _ => "application/octet-stream".to_owned(),
    }
}

fn encoding(raw: &[u8]) -> String {
    let (value, _) = parameter::parse(raw);
    value
}

fn bare_id(raw: &[u8]) -> Option<String> {
    let text = clean(&String::from_utf8_lossy(raw));
    let id = text.trim_start_matches('<').trim_end_matches('>').trim();
    (1..=998).contains(&id.len()).then(|| id.to_owned())
}

/// RFC 2557 §4.4: a URI, perhaps folded or in encoded words.
fn location(raw: &[u8]) -> Option<String> {
    let text: String = header::decode_text(raw).split_whitespace().collect();
    (1..=2048).contains(&text.len()).then_some(text)
}
