//! Values with parameters: Content-Type and Content-Disposition (RFC 2045 §5.1, RFC 2183), their
//! parameters continued and encoded as RFC 2231 says or as careless senders do.

use std::borrow::Cow;

use super::{clean::clean, decode_text, safe_filename, unfold};
use crate::mail::charset;

/// More pieces than any honest value has; the rest is left out.
const MAX_PIECES: usize = 500;
/// Bytes of one parameter's value that are kept.
const MAX_VALUE: usize = 16 * 1024;

/// The parameters of one field, pieces of continued ones not yet joined.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters<'a> {
    pieces: Vec<Piece<'a>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece<'a> {
    /// As written, without the `*`.
    name: Cow<'a, str>,
    /// `None`: the plain form.
    index: Option<u16>,
    /// Percent-encoded, the first piece with a charset before it.
    extended: bool,
    value: Cow<'a, [u8]>,
}

/// Splits `text/plain; charset=utf-8` into the lower-case value and its parameters. The value is
/// empty when there is none; it may be nonsense.
pub fn parse(raw: &[u8]) -> (String, Parameters<'static>) {
    let line = unfold(raw);
    let mut segments = Segments { rest: &line };
    let first = segments.next().unwrap_or_default();
    let first = without_comments(first);
    // "text/plain charset=utf-8": a semicolon is often forgotten.
    let (value, forgotten) = match first.trim_ascii().iter().position(u8::is_ascii_whitespace) {
        Some(end) => first.trim_ascii().split_at_checked(end).unwrap_or_default(),
        None => (first.trim_ascii(), [].as_slice()),
    };
    let mut parameters = Parameters::default();
    // Content-Disposition: filename="x" lacks its value altogether.
    let value = if value.contains(&b'=') && !value.contains(&b'/') {
        parameters.read(&first);
        &[]
    } else {
        parameters.read(forgotten);
        value
    };
    for segment in segments {
        parameters.read(segment);
    }
    let value = clean(&String::from_utf8_lossy(value)).to_ascii_lowercase();
    (value, parameters)
}

/// Parameters that are already split into names and values, as IMAP's BODYSTRUCTURE has them.
/// Names may still carry RFC 2231's asterisks.
pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a [u8], &'a [u8])>) -> Parameters<'a> {
    let pieces = pairs.into_iter();
    let pieces = pieces.filter_map(|(name, value)| Piece::new(name, Cow::Borrowed(value)));
    Parameters {
        pieces: pieces.take(MAX_PIECES).collect(),
    }
}

/// The file name that a part has: Content-Disposition's before Content-Type's, safe to show.
pub fn filename(disposition: &Parameters<'_>, content_type: &Parameters<'_>) -> Option<String> {
    [
        disposition.get("filename"),
        content_type.get("name"),
        disposition.get("name"),
        content_type.get("filename"),
    ]
    .into_iter()
    .flatten()
    .find_map(|name| safe_filename(&name))
}

impl Parameters<'_> {
    /// A parameter's value as text, encoded words in it decoded as well; `None` when absent.
    pub fn get(&self, name: &str) -> Option<String> {
        let (bytes, charset) = self.bytes(name)?;
        Some(match charset {
            Some(label) => clean(&charset::decode(
                &bytes,
                Some(&label).filter(|l| !l.is_empty()).map(String::as_str),
            )),
            None => decode_text(&bytes),
        })
    }

    /// A parameter's bytes after joining, and its charset if RFC 2231's form was used. That form
    /// wins over the plain one beside it (RFC 6266 §4.3); else the first one counts.
    pub fn bytes(&self, name: &str) -> Option<(Cow<'_, [u8]>, Option<String>)> {
        let mut pieces: Vec<&Piece<'_>> = self
            .pieces
            .iter()
            .filter(|piece| piece.name.eq_ignore_ascii_case(name) && piece.index.is_some())
            .collect();
        if pieces.is_empty() {
            let plain = self
                .pieces
                .iter()
                .find(|p| p.name.eq_ignore_ascii_case(name))?;
            return Some((Cow::Borrowed(&*plain.value), None));
        }
        // A stable sort, so that of two pieces with one number the first is kept.
        pieces.sort_by_key(|piece| piece.index);
        pieces.dedup_by_key(|piece| piece.index);
        let mut joined = Vec::new();
        let mut charset = None;
        for (position, piece) in pieces.iter().enumerate() {
            let mut value = Cow::Borrowed(&*piece.value);
            if piece.extended {
                if position == 0 {
                    let (label, rest) = split_charset(&value);
                    charset = Some(label.unwrap_or_default());
                    value = Cow::Owned(rest.to_vec());
                }
                value = Cow::Owned(percent_decode(&value));
            }
            joined.extend_from_slice(&value);
        }
        joined.truncate(MAX_VALUE);
        Some((Cow::Owned(joined), charset))
    }
}

impl Parameters<'static> {
    fn read(&mut self, segment: &[u8]) {
        let Some(equals) = segment.iter().position(|byte| *byte == b'=') else {
            return;
        };
        let name = without_comments(segment.get(..equals).unwrap_or_default());
        let raw = segment.get(equals + 1..).unwrap_or_default().trim_ascii();
        let name = name.trim_ascii();
        let value = match raw.strip_prefix(b"\"") {
            Some(quoted) => unquote(quoted),
            // A file name may hold spaces and brackets that should have been quoted.
            None if is_file_name(name) => raw.to_vec(),
            None => {
                let end = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'(';
                let length = raw.iter().position(end).unwrap_or(raw.len());
                raw.get(..length).unwrap_or_default().to_vec()
            }
        };
        if self.pieces.len() < MAX_PIECES {
            let piece = Piece::new(name, Cow::Owned(value));
            self.pieces.extend(piece.map(Piece::into_owned));
        }
    }
}

impl<'a> Piece<'a> {
    /// `None` for a name that is none.
    fn new(name: &'a [u8], mut value: Cow<'a, [u8]>) -> Option<Self> {
        let name = std::str::from_utf8(name).ok()?;
        if name.is_empty() || name.len() > 64 {
            return None;
        }
        let (name, index, extended) = match name.split_once('*') {
            None => (name, None, false),
            Some((base, "")) => (base, Some(0), true),
            Some((base, number)) => {
                let digits = number.strip_suffix('*');
                let index = digits.unwrap_or(number).parse().ok()?;
                (base, Some(index), digits.is_some())
            }
        };
        if value.len() > MAX_VALUE {
            value.to_mut().truncate(MAX_VALUE);
        }
        Some(Self {
            name: Cow::Borrowed(name),
            index,
            extended,
            value,
        })
    }

    fn into_owned(self) -> Piece<'static> {
        Piece {
            name: Cow::Owned(self.name.into_owned()),
            index: self.index,
            extended: self.extended,
            value: Cow::Owned(self.value.into_owned()),
        }
    }
}

/// Splits at semicolons outside quotes.
struct Segments<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Segments<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let (mut quoted, mut escaped) = (false, false);
        let end = self.rest.iter().position(|byte| {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = quoted,
                b'"' => quoted = !quoted,
                b';' => return !quoted,
                _ => {}
            }
            false
        });
        let (segment, rest) = match end {
            Some(end) => (self.rest.get(..end)?, self.rest.get(end + 1..)?),
            None => (self.rest, [].as_slice()),
        };
        self.rest = rest;
        Some(segment)
    }
}

fn is_file_name(name: &[u8]) -> bool {
    let base = name.split(|byte| *byte == b'*').next().unwrap_or_default();
    base.eq_ignore_ascii_case(b"filename") || base.eq_ignore_ascii_case(b"name")
}

/// The inside of a quoted string whose first quote is gone. Backslashes before anything but a
/// quote or backslash stay, for the sake of unescaped Windows paths.
fn unquote(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, bytes.peek()) {
            (b'"', _) => break,
            (b'\\', Some(b'"' | b'\\')) => out.extend(bytes.next()),
            (byte, _) => out.push(byte),
        }
    }
    out
}

fn without_comments(text: &[u8]) -> Vec<u8> {
    let mut depth = 0_usize;
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        match byte {
            b'(' => depth += 1,
            b')' if depth > 0 => depth -= 1,
            byte if depth == 0 => out.push(*byte),
            _ => {}
        }
    }
    out
}

/// `charset'language'text`; a value without both apostrophes is all text.
fn split_charset(value: &[u8]) -> (Option<String>, &[u8]) {
    let mut parts = value.splitn(3, |byte| *byte == b'\'');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(label), Some(_), Some(text)) => {
            (Some(String::from_utf8_lossy(label).into_owned()), text)
        }
        _ => (None, value),
    }
}

fn percent_decode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        if *byte == b'%'
            && let Some((digits, after)) = tail.split_first_chunk::<2>()
            && let Some(value) = crate::mail::transfer::hex(*digits)
        {
            out.push(value);
            rest = after;
        } else {
            out.push(*byte);
        }
    }
    out
}
