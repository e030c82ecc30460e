//! A linear tokenizer of HTML text (WHATWG HTML §13.2.5), which borrows from its input.
//!
//! It exists beside html5ever's because it must hold bounds from the first byte: html5ever looks
//! through all earlier attributes of a tag for each new one, so that one tag of 400 kB costs a
//! second. This one keeps at most [`MAX_ATTRIBUTES`], and never looks at a byte twice. Whatever
//! it gets wrong costs looks, not safety: the last word is spoken on what is written, not on
//! what was read.

/// More attributes than this on one tag are an attack, not a letter.
pub(super) const MAX_ATTRIBUTES: usize = 200;

/// One piece of markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Characters; character references are still to be decoded unless the text is raw.
    Text(&'a str),
    /// A start tag by its name as written; its attributes are with the scanner.
    Start {
        /// As written, in any case.
        name: &'a str,
        /// Whether the tag ends in `/>`.
        self_closing: bool,
    },
    /// An end tag by its name as written.
    End(&'a str),
    /// A comment, a processing instruction, a doctype, or what a browser takes for a comment.
    Comment,
}

/// How the text after a start tag is to be read, until the end tag of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Raw {
    /// No tags, but character references (`title`, `textarea`).
    Escapable,
    /// Neither (`style`, `script`, `xmp`, …).
    Verbatim,
    /// Neither, to the end of the document (`plaintext`).
    Forever,
}

/// The tokenizer.
pub(super) struct Scanner<'a> {
    rest: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
    too_many: bool,
    raw: Option<(Raw, &'a str)>,
}

impl<'a> Scanner<'a> {
    /// Reads `html`, in which line ends are LF and there is no NUL.
    pub(super) fn new(html: &'a str) -> Self {
        Scanner {
            rest: html,
            attributes: Vec::new(),
            too_many: false,
            raw: None,
        }
    }

    /// The attributes of the start tag that was returned last: names as written, values as
    /// written with character references undecoded. A name may come twice.
    pub(super) fn attributes(&self) -> &[(&'a str, &'a str)] {
        &self.attributes
    }

    /// True as soon as any tag had more than [`MAX_ATTRIBUTES`].
    pub(super) fn too_many_attributes(&self) -> bool {
        self.too_many
    }

    /// Reads what follows as raw text, up to the end tag `name`.
    pub(super) fn raw(&mut self, kind: Raw, name: &'a str) {
        self.raw = Some((kind, name));
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn byte(&self) -> Option<u8> {
        self.rest.as_bytes().first().copied()
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches(is_space);
    }

    fn raw_text(&mut self, kind: Raw, name: &str) -> &'a str {
        let end = match kind {
            Raw::Forever => None,
            Raw::Escapable | Raw::Verbatim => self
                .rest
                .match_indices("</")
                .map(|(at, _)| at)
                .find(|&at| ends_raw_text(self.rest.get(at + 2..).unwrap_or(""), name)),
        };
        self.take(end.unwrap_or(self.rest.len()))
    }

    /// What begins with `<`; `None` when that is just a character.
    fn markup(&mut self) -> Option<Token<'a>> {
        let mut ahead = self.rest.bytes().skip(1);
        let (first, second) = (ahead.next()?, ahead.next());
        match first {
            b'!' => {
                self.take(2);
                self.comment();
                Some(Token::Comment)
            }
            b'?' => {
                self.bogus();
                Some(Token::Comment)
            }
            b'/' if second.is_some_and(|byte| byte.is_ascii_alphabetic()) => {
                self.take(2);
                Some(self.tag(true))
            }
            b'/' if second.is_some() => {
                self.bogus();
                Some(Token::Comment)
            }
            _ if first.is_ascii_alphabetic() => {
                self.take(1);
                Some(self.tag(false))
            }
            _ => None,
        }
    }

    fn bogus(&mut self) {
        self.take(self.rest.find('>').map_or(self.rest.len(), |at| at + 1));
    }

    /// After `<!`.
    fn comment(&mut self) {
        let Some(body) = self.rest.strip_prefix("--") else {
            return self.bogus();
        };
        self.rest = body;
        if let Some(rest) = body.strip_prefix('>').or(body.strip_prefix("->")) {
            self.rest = rest;
            return;
        }
        let end = body.match_indices("--").find_map(|(at, _)| {
            let after = body.get(at + 2..)?;
            let past = body.len() - after.len();
            match after.as_bytes() {
                [b'>', ..] => Some(past + 1),
                [b'!', b'>', ..] => Some(past + 2),
                // `--->`: the pairs found do not overlap, so that the last dash is looked at here.
                [b'-', b'>', ..] => Some(past + 2),
                [b'-', b'!', b'>', ..] => Some(past + 3),
                _ => None,
            }
        });
        self.take(end.unwrap_or(body.len()));
    }

    /// After `<` or `</`, at a letter. A tag that the document ends in is no tag at all.
    fn tag(&mut self, end: bool) -> Token<'a> {
        self.attributes.clear();
        let name = self.word(|byte| is_space_byte(byte) || matches!(byte, b'/' | b'>'));
        let mut count = 0;
        loop {
            self.skip_space();
            match self.byte() {
                None => return Token::Comment,
                Some(b'>') => {
                    self.take(1);
                    return finished(end, name, false);
                }
                Some(b'/') => {
                    self.take(1);
                    if self.byte() == Some(b'>') {
                        self.take(1);
                        return finished(end, name, true);
                    }
                }
                Some(_) => {
                    let attribute = self.attribute();
                    count += 1;
                    if count > MAX_ATTRIBUTES {
                        self.too_many = true;
                    } else {
                        self.attributes.push(attribute);
                    }
                }
            }
        }
    }

    /// At the first byte of a name, which may even be `=`.
    fn attribute(&mut self) -> (&'a str, &'a str) {
        let from = self.rest;
        let first = from.chars().next().map_or(0, char::len_utf8);
        let more = from.get(first..).unwrap_or("");
        let length = first
            + more
                .bytes()
                .position(|byte| is_space_byte(byte) || matches!(byte, b'/' | b'>' | b'='))
                .unwrap_or(more.len());
        let name = self.take(length);
        let before = self.rest;
        self.skip_space();
        if self.byte() != Some(b'=') {
            self.rest = before;
            return (name, "");
        }
        self.take(1);
        self.skip_space();
        let value = match self.byte() {
            Some(quote @ (b'"' | b'\'')) => {
                self.take(1);
                let value = self.word(|byte| byte == quote);
                self.take(1);
                value
            }
            _ => self.word(|byte| is_space_byte(byte) || byte == b'>'),
        };
        (name, value)
    }

    /// Takes everything up to the first ASCII byte for which `ends` holds.
    fn word(&mut self, ends: impl Fn(u8) -> bool) -> &'a str {
        self.take(self.rest.bytes().position(ends).unwrap_or(self.rest.len()))
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some((kind, name)) = self.raw.take() {
            let text = self.raw_text(kind, name);
            if !text.is_empty() {
                return Some(Token::Text(text));
            }
        }
        if self.rest.is_empty() {
            return None;
        }
        if self.byte() == Some(b'<')
            && let Some(token) = self.markup()
        {
            return Some(token);
        }
        // The first byte is either no `<` or one that opens nothing.
        let more = self.rest.get(1..).unwrap_or_else(|| {
            let first = self.rest.chars().next().map_or(0, char::len_utf8);
            self.rest.get(first..).unwrap_or("")
        });
        let skipped = self.rest.len() - more.len();
        let length = skipped + more.find('<').unwrap_or(more.len());
        Some(Token::Text(self.take(length)))
    }
}

fn finished(end: bool, name: &str, self_closing: bool) -> Token<'_> {
    if end {
        Token::End(name)
    } else {
        Token::Start { name, self_closing }
    }
}

fn ends_raw_text(after: &str, name: &str) -> bool {
    after
        .split_at_checked(name.len())
        .is_some_and(|(found, rest)| {
            found.eq_ignore_ascii_case(name)
                && rest
                    .bytes()
                    .next()
                    .is_none_or(|byte| is_space_byte(byte) || matches!(byte, b'/' | b'>'))
        })
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0c')
}

fn is_space_byte(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

#[cfg(test)]
mod tests;
