//! Content-Transfer-Encodings (RFC 2045 §6), read leniently: whatever can be saved of a part is.
//!
//! [`Decoder`] takes a part in windows of any size, so that a large attachment never has to be
//! in memory whole; [`decode`] does it in one go, and takes a part of which only the beginning
//! is there.

mod base64;
pub(crate) mod encode;
mod quoted;
pub mod uuencode;

use base64::Base64;
pub use encode::Base64Lines;
use quoted::QuotedPrintable;
use uuencode::Uuencode;

/// Decodes the bytes of a part. `encoding` is Content-Transfer-Encoding as written; an unknown
/// or empty one leaves the bytes as they are.
pub fn decode(bytes: &[u8], encoding: &str) -> Vec<u8> {
    let mut decoder = Decoder::new(encoding);
    let mut out = decoder.push(bytes);
    out.extend(decoder.finish());
    out
}

/// Decodes a part piece by piece. Holds back at most one line.
#[derive(Debug)]
pub struct Decoder(Kind);

#[derive(Debug)]
enum Kind {
    Identity,
    Base64(Base64),
    QuotedPrintable(QuotedPrintable),
    Uuencode(Uuencode),
}

impl Decoder {
    /// A decoder for this Content-Transfer-Encoding; see [`decode`].
    pub fn new(encoding: &str) -> Self {
        let word = encoding
            .split(|c: char| c.is_whitespace() || matches!(c, ';' | '(' | ','))
            .find(|word| !word.is_empty())
            .unwrap_or("");
        Self(match word.trim_matches('"').to_ascii_lowercase().as_str() {
            "base64" | "base-64" | "b64" => Kind::Base64(Base64::default()),
            "quoted-printable" | "quotedprintable" | "quoted_printable" | "qp" => {
                Kind::QuotedPrintable(QuotedPrintable::default())
            }
            "x-uuencode" | "x-uue" | "uuencode" | "x-uu" | "uue" => {
                Kind::Uuencode(Uuencode::default())
            }
            _ => Kind::Identity,
        })
    }

    /// Takes the next bytes and gives what can be decoded so far.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        match &mut self.0 {
            Kind::Identity => bytes.to_vec(),
            Kind::Base64(decoder) => decoder.push(bytes),
            Kind::QuotedPrintable(decoder) => decoder.push(bytes),
            Kind::Uuencode(decoder) => decoder.push(bytes),
        }
    }

    /// Gives what was held back. Call it once, after the last [`Decoder::push`].
    pub fn finish(&mut self) -> Vec<u8> {
        match &mut self.0 {
            Kind::Identity => Vec::new(),
            Kind::Base64(decoder) => decoder.finish(),
            Kind::QuotedPrintable(decoder) => decoder.finish(),
            Kind::Uuencode(decoder) => decoder.finish(),
        }
    }
}

/// The byte that two hexadecimal digits stand for.
pub(crate) fn hex([high, low]: [u8; 2]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// Cuts pushed bytes into lines. A line longer than the limit comes in pieces.
#[derive(Debug, Default)]
struct LineBuffer {
    held: Vec<u8>,
}

/// Lines of encodings are at most 76 long by the RFC; some senders write no line ends at all.
const LONGEST_LINE: usize = 64 * 1024;

impl LineBuffer {
    /// Calls `each` with every line that is now complete, line end included, and with pieces of
    /// over-long ones.
    fn push(&mut self, bytes: &[u8], mut each: impl FnMut(&[u8])) {
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let is_whole = line.ends_with(b"\n");
            if is_whole && self.held.is_empty() {
                each(line);
                continue;
            }
            self.held.extend_from_slice(line);
            if is_whole || self.held.len() >= LONGEST_LINE {
                each(&self.held);
                self.held.clear();
            }
        }
    }

    fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }
}

#[cfg(test)]
mod tests;
