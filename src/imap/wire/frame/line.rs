//! One line of a response, byte by byte: where it ends, and whether a literal follows.

/// What a byte brought to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The response.
    End,
    /// A line that announced a literal of so many bytes; the response goes on after it.
    Literal(u64),
}

/// What a response's first words say about its grammar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// Quoted strings, lists and literals.
    #[default]
    Data,
    /// The same, one number for each message of a folder.
    Numbers,
    /// The same, nested as deep as the longest conversation.
    Threads,
    /// Free text up to the end of the line: tagged lines, `* OK`, `+`. A quote in it is a quote.
    Text,
}

/// The longest prefix that [`Kind`] depends on: `* PREAUTH` or `* VANISHED` and one byte more.
const PREFIX: usize = 11;

#[derive(Debug)]
pub(super) struct Line {
    kind: Option<Kind>,
    /// Bytes of the response so far, without those in literals.
    pub(super) length: usize,
    /// Open parentheses.
    pub(super) depth: usize,
    /// Where the last space outside strings ends, in the caller's positions.
    pub(super) last_space: usize,
    quoted: Quoted,
    previous: u8,
    announced: Announced,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quoted {
    No,
    Yes,
    Escape,
}

/// How much of `{123}` or `{123+}` CRLF has been seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Announced {
    Nothing,
    Brace,
    Digits(u64),
    Plus(u64),
    Closed(u64),
    Return(u64),
}

impl Default for Line {
    fn default() -> Self {
        Self {
            kind: None,
            length: 0,
            depth: 0,
            last_space: 0,
            quoted: Quoted::No,
            previous: b' ',
            announced: Announced::Nothing,
        }
    }
}

impl Line {
    /// Learns the kind from the start of the response; false when too little of it is there.
    pub(super) fn classify(&mut self, start: &[u8]) -> bool {
        if self.kind.is_none() {
            let prefix = start.get(..PREFIX).unwrap_or(start);
            let line = prefix.iter().position(|&b| b == b'\n');
            if line.is_some() || prefix.len() == PREFIX {
                self.kind = Some(Kind::of(prefix));
            }
        }
        self.kind.is_some()
    }

    pub(super) fn kind(&self) -> Kind {
        self.kind.unwrap_or_default()
    }

    /// Takes the next byte; `position` is where it ends in the caller's buffer.
    pub(super) fn step(&mut self, byte: u8, position: usize) -> Option<Step> {
        self.length += 1;
        let previous = std::mem::replace(&mut self.previous, byte);
        if self.kind() == Kind::Text {
            return (byte == b'\n').then_some(Step::End);
        }
        if byte == b'\n' {
            return self.line_feed(previous);
        }
        match self.quoted {
            Quoted::Escape => self.quoted = Quoted::Yes,
            Quoted::Yes => match byte {
                b'\\' => self.quoted = Quoted::Escape,
                b'"' => self.quoted = Quoted::No,
                _ => {}
            },
            Quoted::No => self.plain(byte, previous, position),
        }
        None
    }

    /// Passes over bytes that mean nothing where the line is now, as [`Line::step`] would one by
    /// one: the inside of a quoted string, free text. Gives how many.
    pub(super) fn pass(&mut self, bytes: &[u8]) -> usize {
        let end = match (self.kind(), self.quoted) {
            (Kind::Text, _) => memchr::memchr(b'\n', bytes),
            (_, Quoted::Yes) => memchr::memchr3(b'\n', b'"', b'\\', bytes),
            (_, Quoted::No | Quoted::Escape) => Some(0),
        };
        let passed = end.unwrap_or(bytes.len());
        if let Some(last) = bytes.get(..passed).and_then(<[u8]>::last) {
            self.previous = *last;
            self.length += passed;
        }
        passed
    }

    fn plain(&mut self, byte: u8, previous: u8, position: usize) {
        self.announced = self.announced.then(byte);
        match byte {
            // A quote within an atom is part of the atom.
            b'"' if matches!(previous, b' ' | b'\t' | b'(' | b')' | b'"') => {
                self.quoted = Quoted::Yes;
            }
            b'(' if self.kind() != Kind::Threads => self.depth += 1,
            b')' => self.depth = self.depth.saturating_sub(1),
            b' ' => self.last_space = position,
            _ => {}
        }
    }

    /// CRLF ends a line whatever the quotes say, so that one quote too many costs one response.
    /// A bare LF ends it too, but within quotes it is what a careless server left in a header.
    fn line_feed(&mut self, previous: u8) -> Option<Step> {
        if self.quoted != Quoted::No && previous != b'\r' {
            self.quoted = Quoted::Yes;
            return None;
        }
        self.quoted = Quoted::No;
        // What follows a literal begins a token.
        self.previous = b' ';
        match std::mem::replace(&mut self.announced, Announced::Nothing) {
            Announced::Closed(size) | Announced::Return(size) => Some(Step::Literal(size)),
            _ => Some(Step::End),
        }
    }
}

impl Announced {
    fn then(self, byte: u8) -> Self {
        match (self, byte) {
            (_, b'{') => Self::Brace,
            (Self::Brace, b'0'..=b'9') => Self::Digits(u64::from(byte - b'0')),
            (Self::Digits(size), b'0'..=b'9') => Self::Digits(
                size.saturating_mul(10)
                    .saturating_add(u64::from(byte - b'0')),
            ),
            (Self::Digits(size), b'+') => Self::Plus(size),
            (Self::Digits(size) | Self::Plus(size), b'}') => Self::Closed(size),
            (Self::Closed(size), b'\r') => Self::Return(size),
            _ => Self::Nothing,
        }
    }
}

impl Kind {
    fn of(prefix: &[u8]) -> Self {
        let Some(rest) = prefix.strip_prefix(b"* ") else {
            // A tagged line or a continuation; data always begins with a star.
            return match prefix.first() {
                Some(b'*') => Self::Data,
                _ => Self::Text,
            };
        };
        let is = |word: &[u8]| {
            rest.split_at_checked(word.len())
                .is_some_and(|(start, after)| {
                    start.eq_ignore_ascii_case(word)
                        && matches!(after.first(), None | Some(b' ' | b'\r' | b'\n'))
                })
        };
        let any = |words: &[&[u8]]| words.iter().any(|word| is(word));
        if any(&[b"OK", b"NO", b"BAD", b"BYE", b"PREAUTH"]) {
            Self::Text
        } else if any(&[b"SEARCH", b"SORT", b"ESEARCH", b"VANISHED"]) {
            Self::Numbers
        } else if is(b"THREAD") {
            Self::Threads
        } else {
            Self::Data
        }
    }
}

/// Does this response begin `* 12 FETCH `?
pub(super) fn is_fetch(start: &[u8]) -> bool {
    let Some(rest) = start.strip_prefix(b"* ") else {
        return false;
    };
    let digits = rest.iter().take(20).take_while(|b| b.is_ascii_digit());
    let (_, word) = rest.split_at_checked(digits.count()).unwrap_or_default();
    word.get(..7)
        .is_some_and(|word| word.eq_ignore_ascii_case(b" FETCH "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_words_decide() {
        for (start, kind) in [
            ("* OK hi", Kind::Text),
            ("* ok\r\n", Kind::Text),
            ("* PREAUTH hi", Kind::Text),
            ("* OKAY", Kind::Data),
            ("A12 OK", Kind::Text),
            ("+ go", Kind::Text),
            ("+\r\n", Kind::Text),
            ("* SEARCH 1", Kind::Numbers),
            ("* VANISHED 1", Kind::Numbers),
            ("* THREAD (1)", Kind::Threads),
            ("* 1 FETCH (", Kind::Data),
            ("*", Kind::Data),
            ("", Kind::Text),
        ] {
            let prefix = &start.as_bytes()[..start.len().min(PREFIX)];
            assert_eq!(Kind::of(prefix), kind, "{start}");
        }
    }

    #[test]
    fn only_a_fetch_may_be_cut() {
        assert!(is_fetch(b"* 1 FETCH (UID"));
        assert!(is_fetch(b"* 4294967295 fetch ("));
        for other in [
            "* 1 FETCHED",
            "* FETCH (",
            "* LIST ()",
            "A 1 FETCH (",
            "* 1 FETCH",
        ] {
            assert!(!is_fetch(other.as_bytes()), "{other}");
        }
    }
}
