//! Mailbox names: modified UTF-7 (RFC 3501 §5.1.3), UTF-8 where it is enabled (RFC 6855), and
//! whatever else a server has on its disk.

use base64::{Engine as _, alphabet, engine::GeneralPurpose, engine::general_purpose::NO_PAD};
use bytes::Bytes;

const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::IMAP_MUTF7, NO_PAD);

/// Before a character that stands for its own bytes on the wire (U+2063, not seen on screen).
const AS_IT_IS: char = '\u{2063}';
/// Before a character up to U+00FF that stands for one byte on the wire (U+2064, likewise).
const BYTE: char = '\u{2064}';

/// How names are written on this connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Names {
    /// Modified UTF-7.
    #[default]
    Utf7,
    /// UTF-8: after `ENABLE UTF8=ACCEPT` or `ENABLE IMAP4rev2`.
    Utf8,
}

/// A mailbox name as the server writes it. INBOX, which has no case, is always `INBOX`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct MailboxName(Bytes);

impl MailboxName {
    /// The name in a response.
    pub(crate) fn from_wire(wire: &[u8]) -> Self {
        match wire.eq_ignore_ascii_case(b"INBOX") {
            true => Self(Bytes::from_static(b"INBOX")),
            // Copied, so that it does not hold the whole response.
            false => Self(Bytes::copy_from_slice(wire)),
        }
    }

    /// The wire form of a path that [`MailboxName::path`] gave, or that a person typed.
    pub(crate) fn from_path(path: &str, names: Names) -> Self {
        match names {
            Names::Utf7 => Self::from_wire(&encode(path)),
            Names::Utf8 => Self::from_wire(&encode_utf8(path)),
        }
    }

    /// The bytes to send.
    pub(crate) fn wire(&self) -> &[u8] {
        &self.0
    }

    /// The decoded path, to show and to store. Every wire form has its own path, and
    /// [`MailboxName::from_path`] leads back to it exactly, even where the name can't be decoded.
    pub(crate) fn path(&self, names: Names) -> String {
        match names {
            Names::Utf7 => decode(&self.0),
            Names::Utf8 => decode_utf8(&self.0),
        }
    }
}

/// Encodes a path in modified UTF-7.
pub(crate) fn encode(path: &str) -> Vec<u8> {
    let mut wire = Vec::with_capacity(path.len());
    let mut shifted = Vec::new();
    let mut chars = path.chars().peekable();
    while let Some(c) = chars.next() {
        let raw = raw(c, &mut chars);
        if raw.is_none() && !(' '..='~').contains(&c) {
            let mut units = [0; 2];
            let units = c.encode_utf16(&mut units).iter();
            shifted.extend(units.flat_map(|unit| unit.to_be_bytes()));
            continue;
        }
        shift(&mut shifted, &mut wire);
        match (raw, c) {
            (Some(raw), _) => wire.extend(raw.bytes()),
            (None, '&') => wire.extend(b"&-"),
            (None, c) => wire.extend(u8::try_from(c)),
        }
    }
    shift(&mut shifted, &mut wire);
    wire
}

/// Decodes modified UTF-7. What is not in its canonical form is marked, so that [`encode`] gives
/// it back as it was: raw 8-bit bytes, shifts that don't decode, doubled or needless shifts.
pub(crate) fn decode(wire: &[u8]) -> String {
    let mut path = String::with_capacity(wire.len());
    let mut rest = wire;
    // Two shifts in a row are one in canonical form.
    let mut after_shift = false;
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'&'
            && let Some((text, after)) = unshift(after)
            && !(after_shift && text != "&")
        {
            path.push_str(&text);
            after_shift = text != "&";
            rest = after;
            continue;
        }
        after_shift = false;
        match byte {
            b'&' => path.extend([AS_IT_IS, '&']),
            b' '..=b'~' => path.push(char::from(byte)),
            _ => {
                rest = mark(rest, &mut path);
                continue;
            }
        }
        rest = after;
    }
    path
}

fn encode_utf8(path: &str) -> Vec<u8> {
    let mut wire = Vec::with_capacity(path.len());
    let mut chars = path.chars().peekable();
    while let Some(c) = chars.next() {
        let raw = raw(c, &mut chars).unwrap_or(Raw::Char(c));
        wire.extend(raw.bytes());
    }
    wire
}

fn decode_utf8(wire: &[u8]) -> String {
    let mut path = String::with_capacity(wire.len());
    let mut rest = wire;
    while !rest.is_empty() {
        match char_at(rest) {
            Some(c) if c != AS_IT_IS && c != BYTE => {
                path.push(c);
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
            }
            _ => rest = mark(rest, &mut path),
        }
    }
    path
}

/// Writes what has gathered for a shift.
fn shift(units: &mut Vec<u8>, wire: &mut Vec<u8>) {
    if !units.is_empty() {
        wire.push(b'&');
        wire.extend(BASE64.encode(&units).into_bytes());
        wire.push(b'-');
        units.clear();
    }
}

/// Reads a shift whose `&` has been taken: its text and what follows. `None` unless encoding the
/// text would give the same bytes.
fn unshift(after: &[u8]) -> Option<(String, &[u8])> {
    let is_base64 = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b',');
    let length = after.iter().take_while(|b| is_base64(b)).count();
    let (code, rest) = after.split_at_checked(length)?;
    let rest = rest.strip_prefix(b"-")?;
    if code.is_empty() {
        return Some(("&".to_owned(), rest));
    }
    let bytes = BASE64.decode(code).ok()?;
    let (pairs, []) = bytes.as_chunks::<2>() else {
        return None;
    };
    let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
    let text: String = char::decode_utf16(units).collect::<Result<_, _>>().ok()?;
    let canonical = |c: char| !(' '..='~').contains(&c) && c != AS_IT_IS && c != BYTE;
    text.chars().all(canonical).then_some((text, rest))
}

/// Marks one character or one byte at the start; returns what follows it.
fn mark<'a>(rest: &'a [u8], path: &mut String) -> &'a [u8] {
    let length = match (char_at(rest), rest.first()) {
        (Some(c), _) => {
            path.extend([AS_IT_IS, c]);
            c.len_utf8()
        }
        (None, Some(byte)) => {
            path.extend([BYTE, char::from(*byte)]);
            1
        }
        (None, None) => 0,
    };
    rest.get(length..).unwrap_or_default()
}

/// The character whose UTF-8 form stands at the start.
fn char_at(bytes: &[u8]) -> Option<char> {
    let start = bytes.get(..4).unwrap_or(bytes);
    let valid = match std::str::from_utf8(start) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(start.get(..error.valid_up_to())?).ok()?,
    };
    valid.chars().next()
}

enum Raw {
    Char(char),
    Byte(u8),
}

impl Raw {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Char(c) => c.to_string().into_bytes(),
            Self::Byte(byte) => vec![*byte],
        }
    }
}

/// What a mark stands for; takes the character after it. A mark before nothing is a character.
fn raw(c: char, chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Raw> {
    match c {
        AS_IT_IS => chars.next().map(Raw::Char),
        BYTE => {
            let next = chars.next_if(|next| u8::try_from(*next).is_ok())?;
            u8::try_from(next).ok().map(Raw::Byte)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn names_of_real_folders() {
        for (wire, path) in [
            ("INBOX", "INBOX"),
            ("Entw&APw-rfe", "Entw\u{fc}rfe"),
            ("&ZeVnLIqe-", "\u{65e5}\u{672c}\u{8a9e}"),
            (
                "~peter/mail/&U,BTFw-/&ZeVnLIqe-",
                "~peter/mail/\u{53f0}\u{5317}/\u{65e5}\u{672c}\u{8a9e}",
            ),
            ("Q&-A", "Q&A"),
            ("&2D3eAA-", "\u{1f600}"),
            ("[Gmail]/Papierkorb", "[Gmail]/Papierkorb"),
            ("a\"b\\c", "a\"b\\c"),
        ] {
            assert_eq!(decode(wire.as_bytes()), path);
            assert_eq!(encode(path), wire.as_bytes());
        }
    }

    #[test]
    fn what_is_not_canonical_is_readable_and_comes_back() {
        for (wire, shown) in [
            (&b"A&B"[..], "A&B"),
            (b"&", "&"),
            (b"&AGE-", "&AGE-"),
            (b"&APw-&APw-", "\u{fc}&APw-"),
            (b"&2D0-", "&2D0-"),
            (b"caf\xc3\xa9", "caf\u{e9}"),
            (b"caf\xe9", "caf\u{e9}"),
            (b"&IGM-x", "&IGM-x"),
        ] {
            let path = decode(wire);
            assert_eq!(path.replace([AS_IT_IS, BYTE], ""), shown);
            assert_eq!(encode(&path), wire);
        }
    }

    #[test]
    fn inbox_has_no_case() {
        let name = MailboxName::from_wire(b"inbox");
        assert_eq!(name, MailboxName::from_path("InBox", Names::Utf7));
        assert_eq!(name.wire(), b"INBOX");
        assert_ne!(MailboxName::from_wire(b"inbox/a").wire(), b"INBOX/a");
    }

    #[test]
    fn a_megabyte_of_shifts_is_linear() {
        let wire = b"&AAAA".repeat(200_000);
        assert_eq!(encode(&decode(&wire)), wire);
    }

    proptest! {
        #[test]
        fn every_path_survives(path in any::<String>()) {
            let path = path.replace([AS_IT_IS, BYTE], "");
            let wire = encode(&path);
            prop_assert!(wire.iter().all(|b| (b' '..=b'~').contains(b)));
            prop_assert_eq!(&decode(&wire), &path);
            prop_assert_eq!(decode_utf8(&encode_utf8(&path)), path);
        }

        #[test]
        fn every_wire_form_survives(wire in proptest::collection::vec(any::<u8>(), 0..40)) {
            prop_assert_eq!(&encode(&decode(&wire)), &wire);
            prop_assert_eq!(encode_utf8(&decode_utf8(&wire)), wire);
        }

        #[test]
        fn shifts_survive(wire in "[&A-D,+\\-\u{e9}\u{2063}\u{2064}]{0,24}") {
            prop_assert_eq!(encode(&decode(wire.as_bytes())), wire.as_bytes());
        }
    }
}
