//! Reading an mbox, piece by piece. Memory is bounded whatever the file is: the beginning of a
//! line, and of a header.

use crate::mail::header;

use super::{Head, flags, separator};

/// The field that our own files have in front of each message.
pub(super) const MARK: &str = "X-Restante-Export";

/// Octets that are kept of a line before it is passed on.
const LINE_MOST: usize = 16 * 1024;
/// Octets that are kept of a header before it is passed on: flags further down are not seen.
const HEADER_MOST: usize = 256 * 1024;
/// Fields of ours in front of a message.
const FIELDS_MOST: usize = 8;

/// What is in an mbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// A message begins.
    Begin(Head),
    /// Octets of it.
    Octets(&'a [u8]),
    /// It ends.
    End,
}

/// See the module's description.
#[derive(Debug, Default)]
pub struct Reader {
    /// The line so far, with its end once that has come.
    line: Vec<u8>,
    /// More of a line whose beginning has been passed on.
    within_line: bool,
    /// So many `>` of this line were passed on already.
    quoted: bool,
    /// The line before was empty, or there was none.
    after_empty: bool,
    message: Option<Message>,
    begun: bool,
}

/// The message that is being read.
#[derive(Debug)]
struct Message {
    head: Head,
    /// The header of a stranger's message, until it is known; `None` once it was passed on.
    header: Option<Vec<u8>>,
    /// Fields of ours that are still to come.
    own: usize,
    own_lines: Vec<u8>,
    first: bool,
    mode: Mode,
    open: bool,
    /// The separator ended in CRLF.
    crlf: bool,
    /// The end of the last line, and an empty line after it with its own: passed on when more
    /// comes.
    held_end: Vec<u8>,
    held_empty: Option<(Vec<u8>, &'static [u8])>,
    /// A CR in the middle of a long line, which may be a part of its end.
    held_cr: bool,
}

/// What happens to the ends of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// A stranger's: CRLF afterwards, whatever they were.
    Normal,
    /// They were CRLF, and are LF here.
    Crlf,
    /// They stay as they are.
    Kept,
}

impl Reader {
    /// A reader at the beginning of a file.
    pub fn new() -> Self {
        Self {
            after_empty: true,
            ..Self::default()
        }
    }

    /// Takes the next octets. What stands before the first separator is passed over.
    pub fn push(&mut self, piece: &[u8], tell: &mut impl FnMut(Event<'_>)) {
        for some in piece.split_inclusive(|octet| *octet == b'\n') {
            if self.within_line {
                if let Some(message) = &mut self.message {
                    message.pass_line(some, tell);
                }
                self.within_line = !some.ends_with(b"\n");
                continue;
            }
            let mut rest = some;
            while !rest.is_empty() {
                let room = LINE_MOST.saturating_sub(self.line.len());
                let (now, later) = rest.split_at(room.min(rest.len()));
                self.line.extend_from_slice(now);
                rest = later;
                if self.line.ends_with(b"\n") {
                    self.take_line(tell);
                } else if self.line.len() >= LINE_MOST {
                    self.take_beginning(tell);
                    if self.within_line {
                        if let Some(message) = &mut self.message {
                            message.pass_line(rest, tell);
                        }
                        self.within_line = !rest.ends_with(b"\n");
                        break;
                    }
                }
            }
        }
    }

    /// The file has ended. True when it was an mbox.
    pub fn finish(mut self, tell: &mut impl FnMut(Event<'_>)) -> bool {
        if !self.line.is_empty() {
            self.take_line(tell);
        }
        if let Some(message) = self.message.take() {
            message.end(tell);
        }
        self.begun
    }

    /// A whole line.
    fn take_line(&mut self, tell: &mut impl FnMut(Event<'_>)) {
        let line = std::mem::take(&mut self.line);
        let bare = without_end(&line);
        let quoted = std::mem::take(&mut self.quoted);
        if self.after_empty
            && !quoted
            && let Some(separator) = separator::read(bare)
        {
            if let Some(message) = self.message.take() {
                message.end(tell);
            }
            self.message = Some(Message::new(separator.at, line.ends_with(b"\r\n")));
            self.begun = true;
            self.after_empty = false;
        } else {
            self.after_empty = bare.is_empty() && !quoted;
            if let Some(message) = &mut self.message {
                message.line(&line, tell);
            }
        }
        self.line = line;
        self.line.clear();
    }

    /// The beginning of a line that is too long to keep.
    fn take_beginning(&mut self, tell: &mut impl FnMut(Event<'_>)) {
        if self.line.iter().all(|octet| *octet == b'>') {
            // `From ` may still follow: all but one are certain.
            let certain = self.line.split_off(1);
            self.quoted = true;
            if let Some(message) = &mut self.message {
                message.begin_line(&certain, tell);
            }
            return;
        }
        self.within_line = true;
        self.quoted = false;
        self.after_empty = false;
        let line = std::mem::take(&mut self.line);
        if let Some(message) = &mut self.message {
            message.begin_line(unquoted(&line), tell);
        }
    }
}

impl Message {
    fn new(at: Option<i64>, crlf: bool) -> Self {
        Self {
            head: Head {
                received_at: at,
                ..Head::default()
            },
            header: Some(Vec::new()),
            own: 0,
            own_lines: Vec::new(),
            first: true,
            mode: Mode::Normal,
            open: false,
            crlf,
            held_end: Vec::new(),
            held_empty: None,
            held_cr: false,
        }
    }

    /// A line with its end.
    fn line(&mut self, line: &[u8], tell: &mut impl FnMut(Event<'_>)) {
        if std::mem::take(&mut self.first) && self.is_mark(without_end(line)) {
            return self.begin_own(tell);
        }
        if self.own > 0 {
            self.own_lines.extend_from_slice(line);
            self.own -= 1;
            return self.begin_own(tell);
        }
        let (text, end) = self.split(line);
        let plain = without_end(line).is_empty();
        if plain && self.header.is_some() {
            self.begin(tell);
        }
        self.flush_empty(tell);
        if plain {
            self.held_empty = Some((text.to_vec(), end));
            return;
        }
        self.flush_end(tell);
        self.pass(unquoted(text), tell);
        self.held_end = end.to_vec();
    }

    /// A piece of a line whose beginning was passed on.
    fn pass_line(&mut self, some: &[u8], tell: &mut impl FnMut(Event<'_>)) {
        let joined;
        let some = match std::mem::take(&mut self.held_cr) {
            true => {
                joined = [b"\r", some].concat();
                joined.as_slice()
            }
            false => some,
        };
        if some.ends_with(b"\n") {
            let (text, end) = self.split(some);
            self.pass(text, tell);
            self.held_end = end.to_vec();
            return;
        }
        let text = some.strip_suffix(b"\r");
        self.held_cr = text.is_some();
        self.pass(text.unwrap_or(some), tell);
    }

    /// A line into what it says and how it ends afterwards.
    fn split<'a>(&self, line: &'a [u8]) -> (&'a [u8], &'static [u8]) {
        let cut = |end: &[u8]| line.strip_suffix(end);
        match self.mode {
            Mode::Kept => match cut(b"\n") {
                Some(text) => (text, b"\n"),
                None => (line, b""),
            },
            Mode::Normal => match cut(b"\r\n").or_else(|| cut(b"\n")) {
                Some(text) => (text, b"\r\n"),
                None => (line, b""),
            },
            Mode::Crlf => {
                let text = if self.crlf { cut(b"\r\n") } else { None };
                match text.or_else(|| cut(b"\n")) {
                    Some(text) => (text, b"\r\n"),
                    None => (line, b""),
                }
            }
        }
    }

    /// Reads our own mark, if that is what the line is.
    fn is_mark(&mut self, line: &[u8]) -> bool {
        let line = std::str::from_utf8(line).ok();
        let value = line.and_then(|line| line.strip_prefix(MARK)?.strip_prefix(": 1; "));
        let Some(value) = value else { return false };
        let said = |name: &str| {
            let mut pairs = value.split("; ").filter_map(|pair| pair.split_once('='));
            pairs.find(|(own, _)| *own == name).map(|(_, value)| value)
        };
        let count = said("fields").and_then(|count| count.parse::<usize>().ok());
        let mode = match said("lines") {
            Some("crlf") => Mode::Crlf,
            Some("kept") => Mode::Kept,
            _ => return false,
        };
        let Some(count) = count.filter(|count| (1..=FIELDS_MOST).contains(count)) else {
            return false;
        };
        (self.own, self.mode) = (count - 1, mode);
        self.open = said("end") == Some("open");
        let received_at = said("received").and_then(|at| at.parse().ok());
        self.head.received_at = received_at.or(self.head.received_at);
        true
    }

    /// After the last of our own fields the message begins.
    fn begin_own(&mut self, tell: &mut impl FnMut(Event<'_>)) {
        if self.own > 0 {
            return;
        }
        let lines = std::mem::take(&mut self.own_lines);
        self.head.keywords = flags::read(&header::fields(&lines)).keywords;
        self.header = None;
        tell(Event::Begin(std::mem::take(&mut self.head)));
    }

    /// The header of a stranger's message is known.
    fn begin(&mut self, tell: &mut impl FnMut(Event<'_>)) {
        let Some(header) = self.header.take() else {
            return;
        };
        let read = flags::read(&header::fields(&header));
        let head = Head {
            received_at: self.head.received_at,
            ..read
        };
        tell(Event::Begin(head));
        if !header.is_empty() {
            tell(Event::Octets(&header));
        }
    }

    /// The beginning of a line that is too long to keep, and has no end yet.
    fn begin_line(&mut self, some: &[u8], tell: &mut impl FnMut(Event<'_>)) {
        self.first = false;
        self.flush_empty(tell);
        self.flush_end(tell);
        self.pass_line(some, tell);
    }

    fn flush_empty(&mut self, tell: &mut impl FnMut(Event<'_>)) {
        if let Some((text, end)) = self.held_empty.take() {
            self.flush_end(tell);
            self.pass(&text, tell);
            self.held_end = end.to_vec();
        }
    }

    fn flush_end(&mut self, tell: &mut impl FnMut(Event<'_>)) {
        let end = std::mem::take(&mut self.held_end);
        self.pass(&end, tell);
    }

    fn pass(&mut self, octets: &[u8], tell: &mut impl FnMut(Event<'_>)) {
        if octets.is_empty() {
            return;
        }
        if let Some(header) = &mut self.header {
            header.extend_from_slice(octets);
            if header.len() > HEADER_MOST {
                self.begin(tell);
            }
            return;
        }
        tell(Event::Octets(octets));
    }

    fn end(mut self, tell: &mut impl FnMut(Event<'_>)) {
        if self.own > 0 {
            self.own = 0;
            self.begin_own(tell);
        }
        if std::mem::take(&mut self.held_cr) {
            self.pass(b"\r", tell);
        }
        if !self.open {
            self.flush_end(tell);
        }
        self.begin(tell);
        tell(Event::End);
    }
}

fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// `>From ` without its first `>`.
fn unquoted(text: &[u8]) -> &[u8] {
    let run = text.iter().take_while(|octet| **octet == b'>').count();
    let follows = text
        .get(run..)
        .is_some_and(|rest| rest.starts_with(b"From "));
    match run > 0 && follows {
        true => text.get(1..).unwrap_or(text),
        false => text,
    }
}
