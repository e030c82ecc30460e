//! Header fields: decoding for display, addresses, dates, ids, file names.

use super::address::Address;

/// Decodes a raw header value for display: RFC 2047 words, 8-bit text guessed, controls removed.
pub fn decode_text(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw).into_owned()
}

/// Parses an address list (RFC 5322 §3.4), tolerantly.
pub fn addresses(_raw: &[u8]) -> Vec<Address> {
    Vec::new()
}

/// Parses a date-time (RFC 5322 §3.3): milliseconds since 1970 UTC, and the written offset in
/// minutes east of UTC.
pub fn date(_raw: &[u8]) -> Option<(i64, i16)> {
    None
}

/// The ids in a Message-ID, In-Reply-To or References value, without angle brackets.
pub fn message_ids(_raw: &[u8]) -> Vec<String> {
    Vec::new()
}

/// A file name made safe to show and to offer for saving; `None` when nothing is left of it.
pub fn safe_filename(text: &str) -> Option<String> {
    Some(text.to_owned())
}
