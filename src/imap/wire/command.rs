//! Writes commands. Text can't become protocol here (T-IMAP-1, T-IMAP-2): keywords are part of
//! the program, numbers and sets are numbers, flags and sections are checked, and every other
//! text goes out in quotes or as a literal whose length is that of the bytes that follow.

use std::fmt;

use bytes::{Bytes, BytesMut};
use jiff::civil::Date;

use super::{
    date,
    mutf7::{MailboxName, Names},
    uidset::UidSet,
};
use crate::imap::source::Source;

#[cfg(test)]
mod tests;

/// Ends IDLE (RFC 2177).
pub(crate) const DONE: &[u8] = b"DONE\r\n";

/// The name that a command and the end of its answer share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Tag(pub(crate) u32);

impl Tag {
    /// Is this the tag of that response?
    pub(crate) fn is(self, tag: &str) -> bool {
        self.to_string() == tag
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "A{}", self.0)
    }
}

/// What the server has said of literals (RFC 7888).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Literals {
    /// Neither: it must be waited for `+` before each.
    #[default]
    Synchronising,
    /// `LITERAL-` or IMAP4rev2: none up to 4096 bytes needs to be waited for.
    Minus,
    /// `LITERAL+`: none needs to be waited for.
    Plus,
}

/// What to do next in order to send a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    /// Write these bytes.
    Write(Bytes),
    /// Write what comes from there.
    Stream(Source),
    /// Wait for `+`. A tagged answer instead ends the command: the rest must not be written.
    Await,
}

/// The command can't be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CommandError {
    /// A keyword has a character that keywords don't have.
    #[error("not a keyword")]
    Keyword,
    /// IMAP has no way to write it, outside BINARY.
    #[error("the text has a NUL")]
    Nul,
    /// RFC 9051 §9 `flag`.
    #[error("not a flag")]
    Flag,
    /// RFC 9051 §6.4.5.
    #[error("not a section")]
    Section,
    /// It names no message.
    #[error("the set is empty")]
    EmptySet,
    /// Not from year 0 to 9999.
    #[error("the date is out of range")]
    Date,
}

/// A command that is being put together. Each method adds one argument.
#[derive(Clone)]
pub(crate) struct Command {
    name: &'static str,
    pieces: Vec<Piece>,
    /// What has been written since the last literal.
    text: BytesMut,
    /// The next argument comes first in its list.
    first: bool,
    error: Option<CommandError>,
}

#[derive(Clone)]
enum Piece {
    Text(Bytes),
    Literal { data: Data, eight: bool },
}

/// What a literal holds.
#[derive(Clone)]
enum Data {
    Whole(Bytes),
    Streamed(Source),
}

impl Data {
    fn len(&self) -> usize {
        match self {
            Self::Whole(bytes) => bytes.len(),
            Self::Streamed(source) => source.size(),
        }
    }
}

/// The longest text that goes out in quotes.
const QUOTED: usize = 1000;
/// RFC 7888 §5.
const LITERAL_MINUS: usize = 4096;
/// Literals from this size on are passed on without copying.
const LARGE: usize = 16 << 10;

impl Command {
    /// `UID FETCH`, `SELECT`, ….
    pub(crate) fn new(name: &'static str) -> Self {
        let command = Self {
            name,
            pieces: Vec::new(),
            text: BytesMut::new(),
            first: false,
            error: None,
        };
        command.raw_items(name)
    }

    /// Its name, for logs and errors.
    #[cfg_attr(not(test), expect(dead_code, reason = "for logs of slow commands"))]
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Keywords and punctuation that are part of the program: `(UID FLAGS)`, `RETURN (SAVE)`.
    pub(crate) fn raw_items(mut self, items: &'static str) -> Self {
        if items.is_empty() || !items.bytes().all(|b| (b' '..=b'~').contains(&b)) {
            self.fail(CommandError::Keyword);
        }
        self.put(items.as_bytes());
        self
    }

    /// A set of UIDs or sequence numbers.
    pub(crate) fn set(mut self, set: &UidSet) -> Self {
        if set.is_empty() {
            self.fail(CommandError::EmptySet);
        }
        self.put(set.to_string().as_bytes());
        self
    }

    /// `7:*`. The last message is always in it, even if its number is lower.
    pub(crate) fn onward(mut self, first: u32) -> Self {
        if first == 0 {
            self.fail(CommandError::EmptySet);
        }
        self.put(format!("{first}:*").as_bytes());
        self
    }

    /// A number.
    pub(crate) fn num(mut self, number: u64) -> Self {
        self.put(number.to_string().as_bytes());
        self
    }

    /// A mailbox by its decoded path, in modified UTF-7.
    #[cfg_attr(
        not(test),
        expect(
            dead_code,
            reason = "connections know how names are written and use name_of"
        )
    )]
    pub(crate) fn mailbox(self, path: &str) -> Self {
        self.name_of(&MailboxName::from_path(path, Names::Utf7))
    }

    /// A mailbox by its wire form.
    pub(crate) fn name_of(self, mailbox: &MailboxName) -> Self {
        self.string(mailbox.wire())
    }

    /// Any text.
    pub(crate) fn astring(self, text: &str) -> Self {
        self.string(text.as_bytes())
    }

    /// Any bytes but NUL: in quotes if they are short printable ASCII, else as a literal.
    pub(crate) fn string(mut self, bytes: &[u8]) -> Self {
        if bytes.len() > QUOTED || !bytes.iter().all(|b| (b' '..=b'~').contains(b)) {
            return self.literal(Bytes::copy_from_slice(bytes));
        }
        let mut quoted = Vec::with_capacity(bytes.len() + 2);
        quoted.push(b'"');
        for byte in bytes {
            if matches!(byte, b'"' | b'\\') {
                quoted.push(b'\\');
            }
            quoted.push(*byte);
        }
        quoted.push(b'"');
        self.put(&quoted);
        self
    }

    /// Any bytes but NUL, always as a literal.
    pub(crate) fn literal(mut self, data: Bytes) -> Self {
        if data.contains(&0) {
            self.fail(CommandError::Nul);
        }
        self.put_literal(Data::Whole(data), false);
        self
    }

    /// A message for APPEND, read as it is sent. `binary`: the server has BINARY, and NUL may be in
    /// it (RFC 3516 §4.4).
    pub(crate) fn streamed_literal(mut self, source: Source, binary: bool) -> Self {
        let eight = source.has_nul();
        if eight && !binary {
            self.fail(CommandError::Nul);
        }
        self.put_literal(Data::Streamed(source), eight);
        self
    }

    /// One flag or keyword.
    pub(crate) fn flag(mut self, flag: &str) -> Self {
        if !is_flag(flag) {
            self.fail(CommandError::Flag);
        }
        self.put(flag.as_bytes());
        self
    }

    /// A list of flags, which may be empty.
    pub(crate) fn flags<S: AsRef<str>>(self, flags: &[S]) -> Self {
        self.list(|list| {
            flags
                .iter()
                .fold(list, |list, flag| list.flag(flag.as_ref()))
        })
    }

    /// A list in parentheses; the function adds what is in it.
    pub(crate) fn list(mut self, fill: impl FnOnce(Self) -> Self) -> Self {
        self.put(b"(");
        self.first = true;
        let mut filled = fill(self);
        filled.first = true;
        filled.put(b")");
        filled
    }

    /// `BODY.PEEK[1.2]<0.1024>`: a section, and which octets of it (first and how many).
    pub(crate) fn body(self, section: &str, octets: Option<(u64, u64)>) -> Self {
        self.section("BODY.PEEK", section, octets)
    }

    /// `BINARY.PEEK[1.2]<0.1024>`: the same with the transfer encoding undone. Part numbers only.
    #[cfg_attr(
        not(test),
        expect(
            dead_code,
            reason = "for servers with BINARY, when downloads are to be decoded there"
        )
    )]
    pub(crate) fn binary(mut self, section: &str, octets: Option<(u64, u64)>) -> Self {
        if section.contains(|c: char| c.is_ascii_alphabetic()) {
            self.fail(CommandError::Section);
        }
        self.section("BINARY.PEEK", section, octets)
    }

    /// `BODY.PEEK[HEADER.FIELDS (TO CC)]`.
    #[cfg_attr(
        not(test),
        expect(
            dead_code,
            reason = "whole fields; what is asked of many messages bounds them"
        )
    )]
    pub(crate) fn header_fields(mut self, names: &[&'static str]) -> Self {
        let is_name = |name: &&str| !name.is_empty() && name.bytes().all(is_name_byte);
        if names.is_empty() || !names.iter().all(is_name) {
            self.fail(CommandError::Keyword);
        }
        let names = names.join(" ");
        self.put(format!("BODY.PEEK[HEADER.FIELDS ({names})]").as_bytes());
        self
    }

    /// A day, for SEARCH.
    pub(crate) fn date(mut self, day: Date) -> Self {
        match date::format_date(day) {
            Some(text) => self.put(text.as_bytes()),
            None => self.fail(CommandError::Date),
        }
        self
    }

    /// A time in milliseconds since 1970 UTC, for APPEND.
    pub(crate) fn date_time(mut self, millis: i64) -> Self {
        match date::format(millis) {
            Some(text) => self.put(format!("\"{text}\"").as_bytes()),
            None => self.fail(CommandError::Date),
        }
        self
    }

    /// The command as it goes out, from the tag to CRLF.
    pub(crate) fn encode(
        mut self,
        tag: Tag,
        literals: Literals,
    ) -> Result<Vec<Segment>, CommandError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        self.text.extend_from_slice(b"\r\n");
        self.end_text();
        let mut segments = Vec::new();
        let mut out = BytesMut::from(tag.to_string().as_bytes());
        let write = |out: &mut BytesMut, segments: &mut Vec<Segment>| {
            segments.push(Segment::Write(out.split().freeze()));
        };
        for piece in self.pieces {
            let (data, eight) = match piece {
                Piece::Text(text) => {
                    out.extend_from_slice(&text);
                    continue;
                }
                Piece::Literal { data, eight } => (data, eight),
            };
            let at_once = match literals {
                Literals::Plus => true,
                Literals::Minus => data.len() <= LITERAL_MINUS,
                Literals::Synchronising => false,
            };
            let (tilde, plus) = (if eight { "~" } else { "" }, if at_once { "+" } else { "" });
            out.extend_from_slice(format!("{tilde}{{{}{plus}}}\r\n", data.len()).as_bytes());
            if !at_once {
                write(&mut out, &mut segments);
                segments.push(Segment::Await);
            }
            let segment = match data {
                Data::Whole(data) if data.len() < LARGE => {
                    out.extend_from_slice(&data);
                    continue;
                }
                Data::Whole(data) => Segment::Write(data),
                Data::Streamed(source) => Segment::Stream(source),
            };
            if !out.is_empty() {
                write(&mut out, &mut segments);
            }
            segments.push(segment);
        }
        write(&mut out, &mut segments);
        Ok(segments)
    }

    fn section(mut self, item: &'static str, section: &str, octets: Option<(u64, u64)>) -> Self {
        if !is_section(section) || octets.is_some_and(|(_, count)| count == 0) {
            self.fail(CommandError::Section);
        }
        let partial =
            octets.map_or_else(String::new, |(first, count)| format!("<{first}.{count}>"));
        self.put(format!("{item}[{section}]{partial}").as_bytes());
        self
    }

    fn put(&mut self, bytes: &[u8]) {
        if !std::mem::take(&mut self.first) {
            self.text.extend_from_slice(b" ");
        }
        self.text.extend_from_slice(bytes);
    }

    fn put_literal(&mut self, data: Data, eight: bool) {
        self.put(b"");
        self.end_text();
        self.pieces.push(Piece::Literal { data, eight });
    }

    fn end_text(&mut self) {
        if !self.text.is_empty() {
            self.pieces.push(Piece::Text(self.text.split().freeze()));
        }
    }

    /// Keeps the first error; nothing is sent then.
    fn fail(&mut self, error: CommandError) {
        self.error.get_or_insert(error);
    }
}

/// Its name alone: the arguments are what people write.
impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Command").field(&self.name).finish()
    }
}

/// Can this be sent as a flag or keyword (RFC 9051 §9 `flag`)?
pub(crate) fn is_flag(flag: &str) -> bool {
    let atom = flag.strip_prefix('\\').unwrap_or(flag);
    let is_atom = |b: u8| b.is_ascii_graphic() && !b"(){%*\"\\]".contains(&b);
    !atom.is_empty() && atom.len() <= QUOTED && atom.bytes().all(is_atom)
}

/// Is this a section that can be asked for: part numbers, then `HEADER`, `TEXT` or (after a
/// number) `MIME`, in upper case; or nothing, for the whole message (RFC 9051 §6.4.5)?
pub(crate) fn is_section(section: &str) -> bool {
    if section.len() > QUOTED {
        return false;
    }
    let (parts, last) = match section.rsplit_once('.') {
        Some((parts, last)) => (Some(parts), last),
        None => (None, section),
    };
    let is_part = |part: &str| {
        part.bytes().all(|b| b.is_ascii_digit())
            && !part.starts_with('0')
            && part.parse::<u32>().is_ok()
    };
    let parts_fit = parts.is_none_or(|parts| parts.split('.').all(is_part));
    let last_fits = match last {
        "" => parts.is_none(),
        "HEADER" | "TEXT" => true,
        "MIME" => parts.is_some(),
        part => is_part(part),
    };
    parts_fit && last_fits
}

/// What a header field's name may have (RFC 5322 §2.2) and an atom as well.
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}
