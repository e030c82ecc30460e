//! Whole messages: the MIME tree with IMAP's section numbers, and the bytes of each section.
//!
//! The tree is split off by our own walk, since mail-parser numbers parts in its own way, decodes
//! everything at once and gives up where a reader would not. Where a message is well formed the
//! numbers are the ones that IMAP servers give; a broken one is read for what can be shown.

mod boundary;
mod extent;
mod part_header;
mod skeleton;
mod split;
mod structure;
mod summary;
pub mod tnef;

use std::collections::HashMap;

use super::{charset, header, part::Part, transfer};

pub use skeleton::Skeleton;
pub use summary::{received_at, summary};

/// A parsed message. Borrows the raw bytes, copies none of them.
#[derive(Debug)]
pub struct Message<'a> {
    /// The tree. A message without parts has one node with section `1`.
    pub root: Part,
    /// There were more parts than 1,000 or deeper ones than 100; the rest is in the last one.
    pub truncated: bool,
    raw: &'a [u8],
    header: &'a [u8],
    text: &'a [u8],
    sections: HashMap<String, Located<'a>>,
}

/// Where a part's own header (MIME header) and body are.
#[derive(Clone, Copy, Debug, Default)]
struct Located<'a> {
    mime: &'a [u8],
    body: &'a [u8],
    /// The header and text of the message inside a message/rfc822.
    inner: Option<(&'a [u8], &'a [u8])>,
}

/// Parses a raw message. Never fails, never recurses, takes linear time.
pub fn parse(raw: &[u8]) -> Message<'_> {
    Message::from_tree(raw, &split::split(raw))
}

impl<'a> Message<'a> {
    fn from_tree(raw: &'a [u8], tree: &split::Tree) -> Self {
        let (root, sections) = structure::build(raw, tree);
        let (header, text) = tree.root_ranges();
        Self {
            root,
            truncated: tree.truncated,
            raw,
            header: raw.get(header).unwrap_or_default(),
            text: raw.get(text).unwrap_or_default(),
            sections,
        }
    }

    /// The raw header block, with the blank line after it if there is one.
    pub fn header(&self) -> &'a [u8] {
        self.header
    }

    /// The header fields of the message.
    pub fn fields(&self) -> Vec<header::Field<'a>> {
        header::fields(self.header)
    }

    /// The bytes of a section as IMAP names them (RFC 9051 §6.4.5): `` (all), `HEADER`, `TEXT`,
    /// `1.2`, `1.2.MIME`, and for a message/rfc822 `1.2.HEADER` and `1.2.TEXT`. Encoded as they
    /// came. `None` when there is no such section.
    pub fn section(&self, name: &str) -> Option<&'a [u8]> {
        match name {
            "" => return Some(self.raw),
            "HEADER" => return Some(self.header),
            "TEXT" => return Some(self.text),
            _ => {}
        }
        if let Some(located) = self.sections.get(name) {
            return Some(located.body);
        }
        let (number, kind) = name.rsplit_once('.')?;
        let located = self.sections.get(number)?;
        match kind {
            "MIME" => Some(located.mime),
            "HEADER" => located.inner.map(|(header, _)| header),
            "TEXT" => located.inner.map(|(_, text)| text),
            _ => None,
        }
    }

    /// Every part's section number and bytes, as [`Message::section`] gives them.
    pub fn bodies(&self) -> impl Iterator<Item = (&str, &'a [u8])> {
        let sections = self.sections.iter();
        sections.map(|(number, located)| (number.as_str(), located.body))
    }

    /// Every part's section number, and where its bytes are in the message.
    pub fn spans(&self) -> impl Iterator<Item = (&str, std::ops::Range<usize>)> {
        let start = self.raw.as_ptr().addr();
        let sections = self.sections.iter();
        sections.map(move |(number, located)| {
            let from = located.body.as_ptr().addr().checked_sub(start);
            // What is empty may point anywhere.
            let from = from.filter(|from| from + located.body.len() <= self.raw.len());
            let from = from.unwrap_or(0);
            (number.as_str(), from..from + located.body.len())
        })
    }

    /// The decoded text of a part of this message; empty when the section is not there.
    pub fn text(&self, part: &Part) -> String {
        let bytes = self.section(&part.section).unwrap_or_default();
        decode_text(part, bytes)
    }
}

/// The text of a part from its bytes, all or the first of them: transfer encoding and charset
/// decoded. Text that claims an encoding it is not in is given as it stands.
pub fn decode_text(part: &Part, bytes: &[u8]) -> String {
    let decoded = transfer::decode(bytes, &part.encoding);
    let is_lost = decoded.is_empty() && !bytes.trim_ascii().is_empty();
    let decoded = if is_lost { bytes } else { decoded.as_slice() };
    let label = part.charset.as_deref();
    match part.media_type.as_str() {
        "text/html" => charset::decode_html(decoded, label),
        _ => charset::decode(decoded, label),
    }
}

/// Splits the beginning of a multipart's body, for which neither the boundary nor the rest is
/// known: the parts as far as they go. Used for previews, where `BODY[1]` may itself be multipart.
pub(crate) fn parse_multipart_body(body: &[u8]) -> Message<'_> {
    Message::from_tree(body, &split::split_body(body))
}

#[cfg(test)]
pub(crate) mod tests;
