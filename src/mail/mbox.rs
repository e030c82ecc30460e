//! Mailboxes in one file, as `mbox` programs have written them since 1975 (RFC 4155, and what is
//! found in its place): each message under a line `From sender date`, an empty line after it.
//!
//! **Reading** takes what other programs write. A line is a separator if it begins with `From `,
//! stands at the start or after an empty line, and names a day and a time at its end, or nobody and
//! nothing (Thunderbird's `From - …` and bare `From `). `>From ` loses one `>` (mboxrd; where a
//! program has quoted less than that, a `>` that somebody wrote is lost). Content-Length is not
//! believed. Lines end in CRLF afterwards, as mail does. Flags are read from Status, X-Status,
//! X-Keywords, X-Mozilla-Status, X-Mozilla-Keys and X-Gmail-Labels, which stay in the message.
//!
//! **Writing** is mboxrd, with lines that end in LF as everybody expects, and loses nothing. In
//! front of each message stand up to four fields of ours:
//!
//! ```text
//! X-Restante-Export: 1; fields=3; lines=crlf; end=open; received=1790841600123
//! Status: RO
//! X-Status: AF
//! ```
//!
//! The first says how many they are (all are taken away again when the file is read here), whether
//! the message's lines ended in CRLF (`lines=crlf`: they end in LF here and get their CR back) or
//! some did not (`lines=kept`: they are as they were), whether its last line has no end (the one
//! that it has here is taken away again), and when it was received, to the millisecond. So an
//! export that is imported gives the same octets, flags and dates, whatever the message is: one that
//! has a field Status of its own, or lines that begin with `From `.

mod flags;
mod read;
mod separator;
mod write;

use super::keyword::Keywords;

pub use read::{Event, Reader};
pub use separator::is_first_line;
pub use write::{Lines, Survey, Writer, Written};

/// What is said of a message before its octets come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Its flags and labels.
    pub keywords: Keywords,
    /// When it was received (ms); `None` where nothing says so.
    pub received_at: Option<i64>,
    /// The folder that a label names (Gmail), from the top down; empty when none does.
    pub folder: Vec<String>,
    /// Deleted, and in the file only because nobody has compacted that yet (Thunderbird).
    pub deleted: bool,
}

#[cfg(test)]
mod tests;
