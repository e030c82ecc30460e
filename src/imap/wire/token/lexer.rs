//! The bytes of one response as lexemes: parentheses, atoms, strings.

use std::borrow::Cow;

/// The response ends where more was due, or something else stands there. It says nothing of the
/// bytes, so that it can be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Malformed;

/// A place in one response.
#[derive(Clone, Debug)]
pub(in super::super) struct Reader<'a> {
    rest: &'a [u8],
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lexeme<'a> {
    Open,
    Close,
    Nil,
    Atom(&'a [u8]),
    Text(Cow<'a, [u8]>),
}

impl<'a> Reader<'a> {
    /// At the start of a response or of a part of one; the final CRLF or LF is left out.
    pub(in super::super) fn new(frame: &'a [u8]) -> Self {
        let frame = frame.strip_suffix(b"\n").unwrap_or(frame);
        Self {
            rest: frame.strip_suffix(b"\r").unwrap_or(frame),
        }
    }

    /// All that has not been read.
    pub(in super::super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Passes over white space; a line break that is no part of a literal counts as such.
    pub(in super::super) fn spaces(&mut self) {
        let spaces = self.rest.iter().take_while(|b| is_space(**b)).count();
        self.take(spaces);
    }

    /// The next byte after white space, left in place.
    pub(in super::super) fn peek(&mut self) -> Option<u8> {
        self.spaces();
        self.rest.first().copied()
    }

    /// Passes over white space and this byte, if it comes next.
    pub(in super::super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.take(usize::from(found));
        found
    }

    /// The bytes up to white space or a parenthesis; empty when there are none.
    pub(in super::super) fn word(&mut self) -> &'a [u8] {
        self.spaces();
        let ends = |b: &u8| is_space(*b) || matches!(b, b'(' | b')');
        let length = self.rest.iter().position(ends).unwrap_or(self.rest.len());
        self.take(length)
    }

    /// The name of a FETCH item, which has its own grammar: `BODY[1.HEADER.FIELDS (TO "CC")]<0>`.
    pub(in super::super) fn item(&mut self) -> ItemName<'a> {
        self.spaces();
        let ends = |b: &u8| is_space(*b) || matches!(b, b'(' | b')' | b'[' | b'"');
        let length = self.rest.iter().position(ends).unwrap_or(self.rest.len());
        let name = self.take(length);
        if self.rest.first() != Some(&b'[') {
            return ItemName {
                name,
                section: None,
                origin: None,
            };
        }
        let mut quoted = false;
        let end = self.rest.iter().position(|byte| {
            quoted ^= *byte == b'"';
            *byte == b']' && !quoted
        });
        let inside = self.take(end.unwrap_or(self.rest.len()));
        self.take(1);
        let mut origin = None;
        if self.rest.first() == Some(&b'<') {
            let end = self.rest.iter().position(|&b| b == b'>' || is_space(b));
            let digits = self.take(end.unwrap_or(self.rest.len()));
            origin = super::number(digits.get(1..).unwrap_or_default());
            if self.rest.first() == Some(&b'>') {
                self.take(1);
            }
        }
        ItemName {
            name,
            section: Some(inside.get(1..).unwrap_or_default()),
            origin,
        }
    }

    /// A string, NIL as `None`; an atom is taken as a string, a list is passed over as NIL.
    pub(in super::super) fn string(&mut self) -> Result<Option<Cow<'a, [u8]>>, Malformed> {
        self.expect_value()?;
        match self.lexeme()? {
            Lexeme::Text(text) => Ok(Some(text)),
            Lexeme::Atom(atom) => Ok(Some(Cow::Borrowed(atom))),
            Lexeme::Open => self.leave(1).map(|()| None),
            Lexeme::Nil | Lexeme::Close => Ok(None),
        }
    }

    /// Passes over one value, whatever lies in it.
    pub(in super::super) fn skip(&mut self) -> Result<(), Malformed> {
        self.expect_value()?;
        match self.lexeme()? {
            Lexeme::Open => self.leave(1),
            _ => Ok(()),
        }
    }

    /// Leaves the end of the list around in place when no value comes before it.
    pub(super) fn expect_value(&mut self) -> Result<(), Malformed> {
        match self.peek() {
            None | Some(b')') => Err(Malformed),
            Some(_) => Ok(()),
        }
    }

    /// Passes over the rest of so many open lists.
    pub(super) fn leave(&mut self, mut open: usize) -> Result<(), Malformed> {
        while open > 0 {
            match self.lexeme()? {
                Lexeme::Open => open += 1,
                Lexeme::Close => open -= 1,
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn lexeme(&mut self) -> Result<Lexeme<'a>, Malformed> {
        match self.peek().ok_or(Malformed)? {
            b'(' => {
                self.take(1);
                Ok(Lexeme::Open)
            }
            b')' => {
                self.take(1);
                Ok(Lexeme::Close)
            }
            b'"' => self.quoted().map(Lexeme::Text),
            _ => match literal(self.rest) {
                Some((header, size)) => self.literal(header, size).map(Lexeme::Text),
                None => Ok(self.atom()),
            },
        }
    }

    fn quoted(&mut self) -> Result<Cow<'a, [u8]>, Malformed> {
        self.take(1);
        let mut escaped = false;
        let mut escapes = false;
        let end = self.rest.iter().position(|byte| {
            let ends = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            escapes |= escaped;
            ends
        });
        let Some(end) = end else {
            return self.fail();
        };
        let text = self.take(end);
        self.take(1);
        Ok(match escapes {
            true => Cow::Owned(unescape(text)),
            false => Cow::Borrowed(text),
        })
    }

    fn literal(&mut self, header: usize, size: u64) -> Result<Cow<'a, [u8]>, Malformed> {
        self.take(header);
        match usize::try_from(size) {
            Ok(size) if size <= self.rest.len() => Ok(Cow::Borrowed(self.take(size))),
            _ => self.fail(),
        }
    }

    /// A string does not end. What is left may be part of it, so nothing more can be read: text
    /// that a stranger wrote must not pass for protocol.
    fn fail<T>(&mut self) -> Result<T, Malformed> {
        self.rest = &[];
        Err(Malformed)
    }

    fn atom(&mut self) -> Lexeme<'a> {
        let mut length = 0;
        for byte in self.rest {
            // A literal may follow without a space, and then the framer saw it too.
            let ends = match byte {
                b'(' | b')' => true,
                b'{' => length > 0 && self.literal_at(length),
                other => is_space(*other),
            };
            if ends {
                break;
            }
            length += 1;
        }
        match self.take(length) {
            nil if nil.eq_ignore_ascii_case(b"NIL") => Lexeme::Nil,
            atom => Lexeme::Atom(atom),
        }
    }

    fn literal_at(&self, at: usize) -> bool {
        self.rest
            .get(at..)
            .is_some_and(|rest| literal(rest).is_some())
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, &[]));
        self.rest = rest;
        taken
    }
}

/// What stands before the value of a FETCH item.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct ItemName<'a> {
    /// `FLAGS`, `BODY`, `BINARY.SIZE`.
    pub(in super::super) name: &'a [u8],
    /// What is in the brackets, if there are any.
    pub(in super::super) section: Option<&'a [u8]>,
    /// The first octet of a part that was asked for.
    pub(in super::super) origin: Option<u64>,
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The length of `{123}` CRLF (also `{123+}`, `~{123}`, a bare LF) at the start, and its number.
fn literal(bytes: &[u8]) -> Option<(usize, u64)> {
    let inner = bytes
        .strip_prefix(b"~")
        .unwrap_or(bytes)
        .strip_prefix(b"{")?;
    let digits = inner.iter().take_while(|b| b.is_ascii_digit()).count();
    let (size, after) = inner.split_at_checked(digits)?;
    let after = after
        .strip_prefix(b"+")
        .unwrap_or(after)
        .strip_prefix(b"}")?;
    let after = after
        .strip_prefix(b"\r")
        .unwrap_or(after)
        .strip_prefix(b"\n")?;
    if digits == 0 {
        return None;
    }
    // What overflows is larger than any response, hence malformed where it is read.
    let size = super::number(size).unwrap_or(u64::MAX);
    Some((bytes.len() - after.len(), size))
}

/// Undoes `\"` and `\\` (RFC 9051 §4.3). Another backslash stays: servers that don't escape send
/// names such as `C:\temp` as they are.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let escaped = match byte {
            b'\\' => bytes.next_if(|next| matches!(next, b'"' | b'\\')),
            _ => None,
        };
        plain.push(escaped.unwrap_or(byte));
    }
    plain
}
