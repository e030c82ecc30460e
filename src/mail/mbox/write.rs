//! Writing a message into an mbox, piece by piece.

use memchr::memchr2;

use crate::mail::{address::Address, keyword::Keywords};

use super::{flags, separator};

/// How the lines of a message end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// In CRLF, all of them.
    Crlf,
    /// Some of them in LF alone.
    Kept,
}

/// What has to be known of a message before it is written: looked at from end to end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    last: Option<u8>,
    bare_line_feed: bool,
    has_nul: bool,
    size: u64,
    bare: u64,
}

impl Survey {
    /// Looks at the next octets.
    pub fn push(&mut self, piece: &[u8]) {
        for at in memchr::memchr_iter(b'\n', piece) {
            let before = match at.checked_sub(1) {
                Some(at) => piece.get(at).copied(),
                None => self.last,
            };
            if before != Some(b'\r') {
                self.bare_line_feed = true;
                self.bare += 1;
            }
        }
        self.has_nul |= memchr::memchr(0, piece).is_some();
        self.last = piece.last().copied().or(self.last);
        self.size += u64::try_from(piece.len()).unwrap_or(u64::MAX);
    }

    /// How its lines end.
    pub fn lines(&self) -> Lines {
        match self.bare_line_feed {
            true => Lines::Kept,
            false => Lines::Crlf,
        }
    }

    /// Its last line has no end.
    pub fn is_open(&self) -> bool {
        self.last.is_some_and(|last| last != b'\n')
    }

    /// It has a NUL among its octets.
    pub fn has_nul(&self) -> bool {
        self.has_nul
    }

    /// Its octets.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Its octets once all lines end in CRLF.
    pub fn size_in_crlf(&self) -> u64 {
        self.size + self.bare
    }
}

/// What is written of a message beside its octets.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// Who it is from.
    pub from: &'a [Address],
    /// Its flags.
    pub keywords: &'a Keywords,
    /// When it was received (ms).
    pub received_at: i64,
    /// What was seen of it.
    pub survey: Survey,
}

/// Writes one message.
#[derive(Debug)]
pub struct Writer {
    lines: Lines,
    open: bool,
    /// At the beginning of a line, behind nothing but `>`: so many octets of `From ` have come.
    matched: Option<usize>,
    /// A CR that may belong to a line's end.
    held_cr: bool,
}

const FROM: &[u8; 5] = b"From ";

impl Writer {
    /// Begins a message: gives what stands before its octets.
    pub fn begin(message: Written<'_>) -> (Self, Vec<u8>) {
        let (lines, open) = (message.survey.lines(), message.survey.is_open());
        let flags = flags::write(message.keywords);
        let mut head = separator::write(message.from, message.received_at);
        head += &format!(
            "{}: 1; fields={}; lines={}; {}received={}\n",
            super::read::MARK,
            flags.len() + 1,
            match lines {
                Lines::Crlf => "crlf",
                Lines::Kept => "kept",
            },
            if open { "end=open; " } else { "" },
            message.received_at
        );
        head.extend(flags);
        let writer = Self {
            lines,
            open,
            matched: Some(0),
            held_cr: false,
        };
        (writer, head.into_bytes())
    }

    /// The next octets, as they stand in the file.
    pub fn push(&mut self, piece: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(piece.len() + 16);
        let mut rest = piece;
        while let Some(first) = rest.first() {
            if self.matched.is_some() {
                self.begin_line(*first, &mut out);
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            let plain = memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
            let (plain, after) = rest.split_at(plain);
            if !plain.is_empty() {
                self.flush_cr(&mut out);
                out.extend_from_slice(plain);
            }
            if let Some(end) = after.first() {
                self.end_of_line(*end, &mut out);
            }
            rest = after.get(1..).unwrap_or_default();
        }
        out
    }

    /// What stands after the message.
    pub fn end(mut self) -> Vec<u8> {
        let mut out = Vec::new();
        self.flush_cr(&mut out);
        let matched = self.matched.unwrap_or(0);
        out.extend_from_slice(FROM.get(..matched).unwrap_or_default());
        if self.open {
            out.push(b'\n');
        }
        out.push(b'\n');
        out
    }

    /// An octet where `From ` may begin.
    fn begin_line(&mut self, octet: u8, out: &mut Vec<u8>) {
        let matched = self.matched.unwrap_or(0);
        if matched == 0 && octet == b'>' {
            out.push(octet);
            return;
        }
        if FROM.get(matched) == Some(&octet) {
            self.matched = Some(matched + 1);
            if matched + 1 == FROM.len() {
                out.push(b'>');
                out.extend_from_slice(FROM);
                self.matched = None;
            }
            return;
        }
        out.extend_from_slice(FROM.get(..matched).unwrap_or_default());
        self.matched = None;
        match octet {
            b'\r' | b'\n' => self.end_of_line(octet, out),
            _ => out.push(octet),
        }
    }

    fn end_of_line(&mut self, octet: u8, out: &mut Vec<u8>) {
        if octet == b'\r' && self.lines == Lines::Crlf {
            self.flush_cr(out);
            self.held_cr = true;
            return;
        }
        if octet == b'\n' {
            self.held_cr = false;
            self.matched = Some(0);
        }
        out.push(octet);
    }

    fn flush_cr(&mut self, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.held_cr) {
            out.push(b'\r');
        }
    }
}
