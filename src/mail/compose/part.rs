//! The parts of a message, and how they become pieces.

use super::{File, Piece, Transfer, id, parameter};
use crate::mail::{
    header,
    transfer::encode::{base64_lines, quoted_printable},
};

/// Longer lines of text are encoded (RFC 5322 §2.1.1).
const LONGEST_LINE: usize = 78;

/// A node of the tree.
#[derive(Debug)]
pub(super) enum Part<'a, K> {
    /// A text: its header fields and its body.
    Text(Vec<u8>),
    /// A file and its disposition, `inline` or `attachment`.
    File(&'a File<'a, K>, &'static str),
    /// A multipart: its subtype, its boundary, its parts.
    Multi(&'static str, String, Vec<Part<'a, K>>),
}

impl<'a, K> Part<'a, K> {
    /// A `text/…` in UTF-8, its lines ended by CRLF, in the transfer encoding that suits it.
    pub(super) fn text(subtype: &str, parameters: &[(&str, &str)], text: &str) -> Self {
        let mut all = vec![("charset", "utf-8")];
        all.extend(parameters);
        let mut out = parameter::field("Content-Type", &format!("text/{subtype}"), &all);
        let (encoding, body) = encoded(text);
        out.extend(encoding_field(encoding));
        out.extend_from_slice(b"\r\n");
        out.extend(body);
        Self::Text(out)
    }

    /// Writes the part, its header fields first.
    pub(super) fn write(&self, out: &mut Output<'a, K>) {
        match self {
            Self::Text(bytes) => out.bytes(bytes),
            Self::File(file, disposition) => write_file(file, disposition, out),
            Self::Multi(subtype, boundary, parts) => multipart(subtype, &[], boundary, parts, out),
        }
    }

    /// A multipart has to say so if something in it is (RFC 2045 §6.4).
    fn is_8bit(&self) -> bool {
        match self {
            Self::Text(_) => false,
            Self::File(file, _) => form(file).1 == "8bit",
            Self::Multi(_, _, parts) => parts.iter().any(Self::is_8bit),
        }
    }
}

/// Writes a multipart: its header fields, then its parts between boundaries.
pub(super) fn multipart<'a, K>(
    subtype: &str,
    parameters: &[(&str, &str)],
    boundary: &str,
    parts: &[Part<'a, K>],
    out: &mut Output<'a, K>,
) {
    let parameters = [parameters, &[("boundary", boundary)]].concat();
    let kind = format!("multipart/{subtype}");
    out.bytes(&parameter::field("Content-Type", &kind, &parameters));
    if parts.iter().any(Part::is_8bit) {
        out.bytes(&encoding_field("8bit"));
    }
    out.bytes(b"\r\n");
    for part in parts {
        out.bytes(format!("--{boundary}\r\n").as_bytes());
        part.write(out);
        out.bytes(b"\r\n");
    }
    out.bytes(format!("--{boundary}--\r\n").as_bytes());
}

fn write_file<'a, K>(file: &'a File<'a, K>, disposition: &str, out: &mut Output<'a, K>) {
    let name = header::safe_filename(file.name);
    let fallback = name.as_deref().map(parameter::fallback);
    let (kind, encoding) = form(file);
    let kind_parameters: Vec<_> = fallback
        .iter()
        .map(|name| ("name", name.as_str()))
        .collect();
    let parameters: Vec<_> = name
        .iter()
        .map(|name| ("filename", name.as_str()))
        .collect();
    out.bytes(&parameter::field("Content-Type", &kind, &kind_parameters));
    out.bytes(&parameter::field(
        "Content-Disposition",
        disposition,
        &parameters,
    ));
    if let Some(cid) = file.cid.filter(|cid| id::is_sound(cid)) {
        out.bytes(format!("Content-ID: <{cid}>\r\n").as_bytes());
    }
    out.bytes(&encoding_field(encoding));
    out.bytes(b"\r\n");
    out.pieces.push(match encoding {
        "base64" => Piece::Base64(file),
        _ => Piece::Verbatim(file),
    });
}

/// The media type and the transfer encoding of a file. Messages may not be encoded, and nothing
/// that claims to be made of parts has been looked into (RFC 2046 §5).
fn form<K>(file: &File<'_, K>) -> (String, &'static str) {
    let kind = parameter::media_type(file.media_type).unwrap_or_default();
    match (kind.as_str(), file.transfer) {
        ("message/rfc822", Transfer::Verbatim { eight_bit: true }) => (kind, "8bit"),
        ("message/rfc822", Transfer::Verbatim { eight_bit: false }) => (kind, "7bit"),
        (other, _) if other.is_empty() || is_composite(other) => {
            ("application/octet-stream".to_owned(), "base64")
        }
        _ => (kind, "base64"),
    }
}

fn is_composite(kind: &str) -> bool {
    kind.starts_with("message/") || kind.starts_with("multipart/")
}

fn encoding_field(encoding: &str) -> Vec<u8> {
    format!("Content-Transfer-Encoding: {encoding}\r\n").into_bytes()
}

/// The transfer encoding for a text, and the text in it. As it is if every server and every store
/// leaves it so; base64 where quoted-printable would be half as long again, as for Chinese.
fn encoded(text: &str) -> (&'static str, Vec<u8>) {
    if text.split_inclusive("\r\n").all(is_safe) {
        return ("7bit", text.as_bytes().to_vec());
    }
    let quoted = quoted_printable(text.as_bytes());
    let base64 = base64_lines(text.as_bytes());
    if quoted.len() * 2 > base64.len() * 3 {
        ("base64", base64)
    } else {
        ("quoted-printable", quoted)
    }
}

fn is_safe(line: &str) -> bool {
    let text = line.strip_suffix("\r\n").unwrap_or(line);
    let plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\t');
    text.len() <= LONGEST_LINE
        && text.bytes().all(plain)
        && !text.starts_with("From ")
        && text != "."
}

/// The pieces so far.
#[derive(Debug)]
pub(super) struct Output<'a, K> {
    pub(super) pieces: Vec<Piece<'a, K>>,
}

impl<K> Default for Output<'_, K> {
    fn default() -> Self {
        Self { pieces: Vec::new() }
    }
}

impl<K> Output<'_, K> {
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        match self.pieces.last_mut() {
            Some(Piece::Bytes(before)) => before.extend_from_slice(bytes),
            _ => self.pieces.push(Piece::Bytes(bytes.to_vec())),
        }
    }
}
