//! The first words of a message, for lists.

mod strip;
mod words;

use super::{
    charset,
    message::{self, Message},
    part::Part,
    plan::{self, ShownKind},
    transfer,
};

/// The longest preview, in characters.
pub const MAX_CHARS: usize = 256;

/// Bytes looked at of a part that is at hand whole.
const WINDOW: usize = 16 * 1024;

/// Makes a preview from the first raw bytes of section `1` (2 kB or so) and the structure, if
/// that is known. Quoted text, addresses of links, and what introduces a quote are left out,
/// white space is folded. Empty when nothing readable is in those bytes.
pub fn preview(first_bytes: &[u8], structure: Option<&Part>) -> String {
    let first_bytes = first_bytes
        .get(..first_bytes.len().min(WINDOW))
        .unwrap_or_default();
    match structure.map(first_section) {
        Some(part) if part.is_multipart("*") => of_multipart(first_bytes),
        Some(part) => of_part(part, first_bytes),
        None if looks_multipart(first_bytes) => of_multipart(first_bytes),
        None => of_text(&charset::decode(first_bytes, None), looks_html(first_bytes)),
    }
}

/// Makes a preview of a message that is at hand whole.
pub fn of_message(message: &Message<'_>) -> String {
    let plan = plan::plan(&message.root);
    let candidates = plan
        .show
        .iter()
        .take(3)
        .filter(|shown| shown.kind != ShownKind::Image);
    candidates
        .flat_map(|shown| [shown.alternative, Some(shown.part)].into_iter().flatten())
        .map(|part| {
            let bytes = message.section(&part.section).unwrap_or_default();
            of_part(
                part,
                bytes.get(..bytes.len().min(WINDOW)).unwrap_or_default(),
            )
        })
        .find(|preview| !preview.is_empty())
        .unwrap_or_default()
}

/// The node that IMAP calls section 1. When it is a multipart, its bytes are parts with headers.
fn first_section(root: &Part) -> &Part {
    if root.is_multipart("*") {
        root.children.first().unwrap_or(root)
    } else {
        root
    }
}

fn of_multipart(bytes: &[u8]) -> String {
    of_message(&message::parse_multipart_body(bytes))
}

fn of_part(part: &Part, bytes: &[u8]) -> String {
    let is_html = part.media_type == "text/html";
    if !is_html && !part.media_type.starts_with("text/") {
        return String::new();
    }
    // Text in base64 that was cut off is no reason to show base64.
    let bytes = match transfer::decode(bytes, &part.encoding) {
        decoded if decoded.is_empty() => return String::new(),
        decoded => decoded,
    };
    let label = part.charset.as_deref();
    let text = match is_html {
        true => charset::decode_html(&bytes, label),
        false => charset::decode(&bytes, label),
    };
    // The window may end within a character.
    of_text(
        text.trim_end_matches('\u{fffd}'),
        is_html || looks_html(&bytes),
    )
}

fn of_text(text: &str, is_html: bool) -> String {
    match is_html {
        true => words::first_words(&strip::tags(text)),
        false => words::first_words(text),
    }
}

fn looks_html(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
    let begins = |tag: &[u8]| {
        start
            .get(..tag.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(tag))
    };
    begins(b"<!doctype html") || begins(b"<html")
}

fn looks_multipart(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
    let mut lines = start.split(|byte| *byte == b'\n');
    let is_separator = lines.next().is_some_and(|line| line.starts_with(b"--"));
    let field = lines.next().and_then(|line| line.get(..8));
    is_separator && field.is_some_and(|field| field.eq_ignore_ascii_case(b"content-"))
}

#[cfg(test)]
mod tests;
