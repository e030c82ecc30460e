//! MIME parameters as BODYSTRUCTURE carries them: raw, with RFC 2231 left to the client.

use encoding_rs::Encoding;

use super::token::Node;
use crate::mail::header;

/// The parameters of one field, names in lower case, in the order sent.
#[derive(Debug, Default)]
pub(super) struct Parameters<'v>(Vec<(String, &'v [u8])>);

/// More than any honest part has; the rest is passed over.
const PARAMETERS: usize = 200;

/// What one name stands for: `filename*1*` is the second piece, percent-encoded.
struct Piece<'v> {
    index: u32,
    encoded: bool,
    value: &'v [u8],
}

impl<'v> Parameters<'v> {
    /// Reads the list of names and values; empty for NIL. A value NIL is as good as none.
    pub(super) fn read(node: Option<Node<'v>>) -> Self {
        let mut list = node.and_then(Node::list).unwrap_or_default();
        let mut own = Vec::new();
        while let (Some(name), value) = (list.next(), list.next())
            && own.len() < PARAMETERS
        {
            if let (Some(name), Some(value)) = (name.bytes(), value.and_then(Node::bytes)) {
                own.push((String::from_utf8_lossy(name).to_ascii_lowercase(), value));
            }
        }
        Self(own)
    }

    /// A parameter that no one encodes, such as charset.
    pub(super) fn raw(&self, name: &str) -> Option<&'v [u8]> {
        let found = self.0.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| *value)
    }

    /// A file name, decoded and made safe: the extended form (RFC 2231 §4), else the pieces
    /// (§3), else the plain one, in which encoded words are common though not allowed.
    pub(super) fn filename(&self, name: &str) -> Option<String> {
        let pieces = self.pieces(name);
        let text = match pieces.is_empty() {
            true => header::decode_text(self.raw(name)?),
            false => join(&pieces),
        };
        header::safe_filename(&text)
    }

    /// `name*`, or `name*0`, `name*1*`, … up to the first gap.
    fn pieces(&self, name: &str) -> Vec<Piece<'v>> {
        let mut pieces: Vec<Piece<'v>> = self
            .0
            .iter()
            .filter_map(|(own, value)| {
                let star = own.strip_prefix(name)?.strip_prefix('*')?;
                let (index, encoded) = match star.strip_suffix('*') {
                    _ if star.is_empty() => (0, true),
                    Some(index) => (index.parse().ok()?, true),
                    None => (star.parse().ok()?, false),
                };
                Some(Piece {
                    index,
                    encoded,
                    value,
                })
            })
            .collect();
        pieces.sort_by_key(|piece| piece.index);
        // `name*` and `name*0` both say how the name begins; the first one sent counts.
        pieces.dedup_by_key(|piece| piece.index);
        let mut next = pieces.first().map_or(0, |first| first.index);
        pieces
            .into_iter()
            .take_while(|piece| {
                let follows = piece.index == next;
                next = next.saturating_add(1);
                follows
            })
            .collect()
    }
}

/// Joins bytes first and decodes then: a character may be cut between two pieces.
fn join(pieces: &[Piece<'_>]) -> String {
    if pieces.iter().all(|piece| !piece.encoded) {
        let raw: Vec<u8> = pieces
            .iter()
            .flat_map(|piece| piece.value)
            .copied()
            .collect();
        return header::decode_text(&raw);
    }
    let mut charset = None;
    let mut bytes = Vec::new();
    for (position, piece) in pieces.iter().enumerate() {
        let mut value = piece.value;
        if position == 0 && piece.encoded {
            (charset, value) = split_charset(value);
        }
        match piece.encoded {
            true => percent_decode(value, &mut bytes),
            false => bytes.extend_from_slice(value),
        }
    }
    decode(&bytes, charset)
}

/// Takes `utf-8'en'` off the start; without two quotes there is nothing to take off.
fn split_charset(value: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let mut parts = value.splitn(3, |byte| *byte == b'\'');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(charset), Some(_), Some(text)) => (Some(charset), text),
        _ => (None, value),
    }
}

fn percent_decode(value: &[u8], bytes: &mut Vec<u8>) {
    let mut rest = value;
    while let Some((&byte, after)) = rest.split_first() {
        let pair = after.split_at_checked(2).filter(|_| byte == b'%');
        let code = pair.and_then(|(digits, after)| Some((hex(digits)?, after)));
        let (byte, after) = code.unwrap_or((byte, after));
        bytes.push(byte);
        rest = after;
    }
}

fn hex(digits: &[u8]) -> Option<u8> {
    let mut digits = digits.iter().map(|byte| char::from(*byte).to_digit(16));
    let value = digits.next()?? * 16 + digits.next()??;
    u8::try_from(value).ok()
}

fn decode(bytes: &[u8], charset: Option<&[u8]>) -> String {
    let named = charset.and_then(Encoding::for_label);
    let guessed = match std::str::from_utf8(bytes) {
        Ok(_) => encoding_rs::UTF_8,
        Err(_) => encoding_rs::WINDOWS_1252,
    };
    let (text, _) = named.unwrap_or(guessed).decode_without_bom_handling(bytes);
    text.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::wire::token::{Reader, Value};

    #[test]
    fn file_names_of_all_kinds() {
        for (raw, name) in [
            (r#"("filename" "a b.pdf")"#, Some("a b.pdf")),
            (r#"("FILENAME" plain.txt)"#, Some("plain.txt")),
            (
                r#"("filename*" "utf-8''%E2%82%AC rates.pdf")"#,
                Some("\u{20ac} rates.pdf"),
            ),
            (
                r#"("filename*" "iso-8859-1'de'%fcber.txt")"#,
                Some("\u{fc}ber.txt"),
            ),
            (
                r#"("filename*" "koi8-r''%C6%C1%CA%CC")"#,
                Some("\u{444}\u{430}\u{439}\u{43b}"),
            ),
            (
                r#"("filename*1*" "%82%AC.pdf" "filename*0*" "utf-8''x%E2")"#,
                Some("x\u{20ac}.pdf"),
            ),
            (
                r#"("filename*0*" "utf-8''%41" "filename*1" "%42" "filename*3" "lost")"#,
                Some("A%42"),
            ),
            (
                r#"("filename*0" "long " "filename*1" "name.txt")"#,
                Some("long name.txt"),
            ),
            (
                r#"("filename*1" "begins " "filename*2" "late")"#,
                Some("begins late"),
            ),
            (
                r#"("filename" "fallback.txt" "filename*" "UTF-8''b%C3%A9.txt")"#,
                Some("b\u{e9}.txt"),
            ),
            (
                r#"("filename*" "no-quotes%20here.txt")"#,
                Some("no-quotes here.txt"),
            ),
            (r#"("filename*" "nonsense''%ff")"#, Some("\u{ff}")),
            (r#"("filename*" "utf-8''100%.txt%2")"#, Some("100%.txt%2")),
            (r#"("filename*x" "a" "filename*4294967296" "b")"#, None),
            (r#"("filename" NIL)"#, None),
            (r#"("filename")"#, None),
            ("()", None),
            ("NIL", None),
        ] {
            let value = Value::read(&mut Reader::new(raw.as_bytes())).unwrap();
            let parameters = Parameters::read(Some(value.node()));
            assert_eq!(parameters.filename("filename").as_deref(), name, "{raw}");
        }
    }

    #[test]
    fn a_value_of_nil_keeps_the_pairs_in_step() {
        let raw = br#"("charset" NIL "format" "flowed" ("odd") "x" "delsp" "yes")"#;
        let value = Value::read(&mut Reader::new(raw)).unwrap();
        let parameters = Parameters::read(Some(value.node()));
        assert_eq!(parameters.raw("charset"), None);
        assert_eq!(parameters.raw("format"), Some(&b"flowed"[..]));
        assert_eq!(parameters.raw("delsp"), Some(&b"yes"[..]));
    }
}
