//! Text of a server that is no header: status texts, previews, addr-specs.

use std::borrow::Cow;

use crate::mail::header::clean::{clean, cleaned};

/// Makes bytes safe to show as one line: UTF-8, else windows-1252; controls and what can't be
/// seen removed, white space folded. At most `limit` characters.
///
/// Encoded words stay as they are. In an addr-spec they are no text, and decoding them there
/// would let `=?utf-8?q?ceo=40bank=00?=@evil.example` pass for another address.
pub(super) fn plain(bytes: &[u8], limit: usize) -> Cow<'_, str> {
    // Four bytes for each character, and room for those that are removed.
    let (bytes, is_cut) = match bytes.get(..limit.saturating_mul(8)) {
        Some(start) => (start, true),
        None => (bytes, false),
    };
    let text = match decode(bytes, is_cut) {
        Cow::Borrowed(text) => cleaned(text),
        Cow::Owned(text) => Cow::Owned(clean(&text)),
    };
    match text.char_indices().nth(limit) {
        Some((end, _)) => {
            let start = text.get(..end).unwrap_or_default();
            Cow::Owned(start.trim_end().to_owned())
        }
        None => text,
    }
}

fn decode(bytes: &[u8], is_cut: bool) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        // A character cut by the limit is no reason to take all for Latin.
        Err(error) if is_cut && error.error_len().is_none() => String::from_utf8_lossy(bytes),
        Err(_) => {
            encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_safe_line() {
        for (raw, shown) in [
            (&b"  a\r\n\tb \x00 c  "[..], "a b c"),
            (b"caf\xc3\xa9", "caf\u{e9}"),
            (b"caf\xe9", "caf\u{e9}"),
            ("x\u{202e}y\u{200b}z".as_bytes(), "xyz"),
            (b"=?utf-8?q?a=40b?=@c", "=?utf-8?q?a=40b?=@c"),
            (b"", ""),
        ] {
            assert_eq!(plain(raw, 100), shown);
        }
        assert_eq!(plain(b"abcdef", 3), "abc");
        assert_eq!(plain(b"ab cd", 3), "ab");
        assert_eq!(plain("\u{e9}".repeat(9).as_bytes(), 4), "\u{e9}".repeat(4));
    }
}
