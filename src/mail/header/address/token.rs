//! The tokens of an address list (RFC 5322 §3.2), without recursion and in linear time.

/// A token of an address list.
pub(crate) enum Token<'a> {
    Comma,
    Semicolon,
    Colon,
    Comment(Vec<u8>),
    Angle(&'a [u8]),
    Quoted { text: Vec<u8>, raw: &'a [u8] },
    Word(&'a [u8]),
}

/// Unclosed quotes, comments and brackets are looked for once each: a second search would fail
/// as well, and many of them would take quadratic time.
pub(crate) struct Tokens<'a> {
    rest: &'a [u8],
    unclosed_quote: bool,
    unclosed_comment: bool,
    unclosed_angle: bool,
    /// How many bytes there are from the last semicolon on.
    semicolon: usize,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(rest: &'a [u8]) -> Self {
        Self {
            rest,
            unclosed_quote: false,
            unclosed_comment: false,
            unclosed_angle: false,
            semicolon: rest
                .iter()
                .rposition(|byte| *byte == b';')
                .map_or(usize::MAX, |place| rest.len() - place),
        }
    }

    /// Does a semicolon follow somewhere?
    pub(crate) fn before_semicolon(&self) -> bool {
        self.rest.len() >= self.semicolon
    }

    /// Has a quote, comment or bracket come without its other half?
    pub(crate) fn is_unclosed(&self) -> bool {
        self.unclosed_quote || self.unclosed_comment || self.unclosed_angle
    }

    /// The next token, and whether white space stood before it.
    pub(crate) fn next(&mut self) -> Option<(Token<'a>, bool)> {
        let mut spaced = false;
        loop {
            let trimmed = self.rest.trim_ascii_start();
            spaced |= trimmed.len() < self.rest.len();
            let (first, tail) = trimmed.split_first()?;
            self.rest = tail;
            let token = match first {
                b',' => Some(Token::Comma),
                b';' => Some(Token::Semicolon),
                b':' => Some(Token::Colon),
                b'(' => self.comment().map(Token::Comment),
                b'<' => Some(Token::Angle(self.angle())),
                b'"' => self.quoted().map(|text| {
                    let length = trimmed.len() - self.rest.len();
                    let raw = trimmed.get(..length).unwrap_or_default();
                    Token::Quoted { text, raw }
                }),
                b')' => None,
                _ => {
                    let (word, rest) = trimmed.split_at_checked(word_length(trimmed))?;
                    self.rest = rest;
                    Some(Token::Word(word))
                }
            };
            match token {
                Some(token) => return Some((token, spaced)),
                // A quote or bracket without its other half counts as white space.
                None => spaced = true,
            }
        }
    }

    /// A comment, nested ones flattened (RFC 5322 §3.2.2). `None` when it is never closed.
    fn comment(&mut self) -> Option<Vec<u8>> {
        if self.unclosed_comment {
            return None;
        }
        let (mut text, mut depth) = (Vec::new(), 1_usize);
        let mut bytes = self.rest.iter();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\\' => text.extend(bytes.next()),
                b'(' => depth += 1,
                b')' if depth == 1 => {
                    self.rest = bytes.as_slice();
                    return Some(text);
                }
                b')' => depth -= 1,
                byte => text.push(*byte),
            }
        }
        self.unclosed_comment = true;
        None
    }

    fn quoted(&mut self) -> Option<Vec<u8>> {
        if self.unclosed_quote {
            return None;
        }
        let mut text = Vec::new();
        let mut bytes = self.rest.iter();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\\' => text.extend(bytes.next()),
                b'"' => {
                    self.rest = bytes.as_slice();
                    return Some(text);
                }
                byte => text.push(*byte),
            }
        }
        self.unclosed_quote = true;
        None
    }

    /// What stands in angle brackets. When the bracket is never closed: up to white space or a
    /// comma. Brackets within brackets: the inner ones count.
    fn angle(&mut self) -> &'a [u8] {
        let mut quoted = false;
        let mut start = 0;
        let search = if self.unclosed_angle { &[] } else { self.rest };
        for (index, byte) in search.iter().enumerate() {
            match byte {
                b'"' => quoted = !quoted,
                b'<' if !quoted => start = index + 1,
                b'>' if !quoted => {
                    let inner = self.rest.get(start..index).unwrap_or_default();
                    let tail = self.rest.get(index + 1..).unwrap_or_default();
                    self.rest = tail.strip_prefix(b">").unwrap_or(tail);
                    return inner;
                }
                _ => {}
            }
        }
        self.unclosed_angle = true;
        let end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b';' | b'<');
        let length = self.rest.iter().position(end).unwrap_or(self.rest.len());
        let (inner, tail) = self.rest.split_at_checked(length).unwrap_or_default();
        self.rest = tail;
        inner
    }
}

/// A run of bytes that are neither special nor white space; at least one byte.
fn word_length(bytes: &[u8]) -> usize {
    // An encoded word may hold anything but white space once it has begun.
    if bytes.starts_with(b"=?")
        && let Some(end) = encoded_word_length(bytes)
    {
        return end;
    }
    // The colons of user@[IPv6:…] name no group.
    let mut literal = false;
    let special = |byte: &u8| {
        literal = (literal || *byte == b'[') && *byte != b']';
        byte.is_ascii_whitespace()
            || matches!(byte, b',' | b';' | b'(' | b'<' | b'"')
            || *byte == b':' && !literal
    };
    let tail = bytes.iter().skip(1).position(special);
    tail.map_or(bytes.len(), |length| length + 1)
}

/// `=?…?x?…?=`: commas and quotes inside are part of it, whatever RFC 2047 §5 (3) says.
fn encoded_word_length(bytes: &[u8]) -> Option<usize> {
    let token = bytes.get(2..)?;
    let limit = token.iter().take(998).position(u8::is_ascii_whitespace);
    let token = token.get(..limit.unwrap_or(token.len().min(998)))?;
    let marks: Vec<usize> = token
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'?')
        .map(|(index, _)| index)
        .take(2)
        .collect();
    let text = *marks.get(1)? + 1;
    let end = token
        .get(text..)?
        .windows(2)
        .position(|pair| pair == b"?=")?;
    Some(2 + text + end + 2)
}
