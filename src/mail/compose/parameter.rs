//! Content-Type and Content-Disposition with their parameters.
//!
//! mail-builder writes and folds them, RFC 2231 included. A file name beyond ASCII goes out
//! twice: `filename*=` as the standard says, and `name=` with encoded words in quotes, which
//! RFC 2047 §5 forbids, and which is what older programs read. Those that know the standard look
//! at `filename*` first.

use mail_builder::headers::{Header, content_type::ContentType};

use super::encoded::Encoding;

/// Encoded words of the fallback are so long that `name="` and one of them fill a line.
const WORD: usize = 66;

/// `name: value; key="…"`, folded, with its line end.
pub(super) fn field(name: &str, value: &str, parameters: &[(&str, &str)]) -> Vec<u8> {
    let mut header = ContentType::new(value);
    for (key, value) in parameters {
        header = header.attribute(*key, *value);
    }
    let mut out = format!("{name}: ").into_bytes();
    let column = out.len();
    header.write_header(&mut out, column);
    out
}

/// What `name=` says for a file name: itself, or encoded words.
pub(super) fn fallback(name: &str) -> String {
    if name.is_ascii() {
        return name.to_owned();
    }
    let encoding = Encoding::of(name);
    let mut words = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let (word, after) = encoding.word(rest, WORD);
        words.push(word);
        rest = after;
    }
    words.join(" ")
}

/// The type if it is `type/subtype` of tokens (RFC 2045 §5.1), in lower case.
pub(super) fn media_type(text: &str) -> Option<String> {
    let token = |text: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c);
        // RFC 6838 §4.2.
        (1..=127).contains(&text.len()) && text.chars().all(fits)
    };
    let (kind, subtype) = text.trim().split_once('/')?;
    (token(kind) && token(subtype)).then(|| format!("{kind}/{subtype}").to_ascii_lowercase())
}
