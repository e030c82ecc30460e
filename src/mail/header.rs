//! Header fields: decoding for display, addresses, dates, ids, parameters, file names.
//!
//! Everything here takes the bytes as they came, folded or not, and never fails on odd input:
//! what cannot be read is left out or shown as it is. Text that comes out has no control, bidi
//! or zero-width characters in it, so that it can't forge what stands around it (T-FROM-1).

pub(crate) mod clean;
pub mod parameter;

mod address;
mod date;
mod field;
mod filename;
mod id;
pub(crate) mod line;
mod word;

use std::borrow::Cow;

use mail_parser::parsers::fields::thread::thread_name;

use super::address::Address;

pub(crate) use address::token::{Token as AddressToken, Tokens as AddressTokens};
pub use field::Field;
pub(crate) use field::{is_continuation, name_of};

/// Splits a raw header block into its fields, in order. Stops at the first blank line. Lines
/// that are no header field are left out, as is an mbox `From ` line at the top.
pub fn fields(block: &[u8]) -> Vec<Field<'_>> {
    field::fields(block)
}

/// The first field with this name (ASCII case does not matter).
pub fn first<'f>(fields: &[Field<'f>], name: &str) -> Option<&'f [u8]> {
    all(fields, name).next()
}

/// Every field with this name, from the top.
pub fn all<'a, 'f>(fields: &'a [Field<'f>], name: &'a str) -> impl Iterator<Item = &'f [u8]> + 'a {
    fields
        .iter()
        .filter(move |field| field.name.eq_ignore_ascii_case(name))
        .map(|field| field.raw)
}

/// Decodes a raw header value for display: RFC 2047 words, 8-bit text guessed, controls removed.
pub fn decode_text(raw: &[u8]) -> String {
    decode_text_as(raw, None)
}

/// As [`decode_text`]; 8-bit text outside encoded words that is not UTF-8 is read in
/// `body_charset` when that is given, since careless senders use one charset throughout.
pub fn decode_text_as(raw: &[u8], body_charset: Option<&str>) -> String {
    // Most of what a list shows is plain ASCII on one line.
    if clean::is_clean(raw)
        && !raw.windows(2).any(|pair| pair == b"=?")
        && let Ok(text) = std::str::from_utf8(raw)
    {
        return text.to_owned();
    }
    clean::clean(&word::decode(raw, body_charset))
}

/// Decodes a raw value and leaves everything in it: for those who look for what is hidden.
pub(crate) fn decode_unclean(raw: &[u8]) -> String {
    word::decode(raw, None)
}

/// Parses an address list (RFC 5322 §3.4), tolerantly: groups, comments, quoted strings, encoded
/// words, missing brackets, internationalised addresses. At most 10,000 are returned. A group
/// without members becomes one address with a name and no email.
pub fn addresses(raw: &[u8]) -> Vec<Address> {
    address::addresses(raw)
}

/// Parses a date-time (RFC 5322 §3.3 and what is found in its place): milliseconds since 1970
/// UTC, and the written offset in minutes east of UTC. `None` when it names no real moment.
pub fn date(raw: &[u8]) -> Option<(i64, i16)> {
    date::date(raw)
}

/// A date-time as header fields carry it (RFC 5322 §3.3); `offset` in minutes east of UTC. A
/// moment or an offset that can't be written is moved to the nearest that can.
pub fn date_text(at_ms: i64, offset: i16) -> String {
    date::text(at_ms, offset)
}

/// The ids in a Message-ID, In-Reply-To or References value, without angle brackets. At most
/// 5,000.
pub fn message_ids(raw: &[u8]) -> Vec<String> {
    id::message_ids(raw)
}

/// The first of [`message_ids`].
pub fn message_id(raw: &[u8]) -> Option<String> {
    id::message_id(raw)
}

/// A decoded subject without its reply and forward prefixes (`Re:`, `AW:`, `Tr:` …) and list
/// tags; what messages of one conversation share.
pub fn base_subject(subject: &str) -> &str {
    thread_name(subject)
}

/// A file name made safe to show and to offer for saving; `None` when nothing is left of it.
/// At most 255 bytes, no separators, no controls or bidi characters, no name that Windows
/// reserves, no dot or dash at the front.
pub fn safe_filename(text: &str) -> Option<String> {
    filename::safe_filename(text)
}

/// Takes the folds out of a value: line ends go, the white space after them stays
/// (RFC 5322 §2.2.3). A line end without white space after it becomes a space.
pub(crate) fn unfold(raw: &[u8]) -> Cow<'_, [u8]> {
    if !raw.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
        return Cow::Borrowed(raw);
    }
    let mut out = Vec::with_capacity(raw.len());
    let mut bytes = raw.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if !matches!(byte, b'\r' | b'\n') {
            out.push(byte);
        } else if !matches!(bytes.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            out.push(b' ');
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests;
