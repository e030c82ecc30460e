//! Recipients as people type and paste them. Whatever a field holds comes out again: as a mailbox,
//! as a group, or as a text that can't be understood, with its place and what is wrong with it.
//! Nothing is dropped, so that nobody is forgotten without a word.
//!
//! Entries are parted by commas, semicolons and line ends. Other than in headers, a line end is
//! no white space, white space may part bare addresses, and a doubtful entry is not repaired but
//! shown. Takes time in proportion to the field.

mod entry;
mod print;
mod split;

use std::ops::Range;

use super::{
    address::{Address, Fault},
    compose::Recipient,
};

pub use print::to_field_text;

/// One entry of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// A mailbox. `email` is as people read it (NFC, Unicode domain); it can be sent to.
    Mailbox(Address),
    /// A group (RFC 6854); each member can be sent to.
    Group {
        /// What is shown.
        name: String,
        /// Who is in it; nobody, perhaps.
        members: Vec<Address>,
    },
    /// What can't be understood.
    Unclear {
        /// As it was typed, without white space around it.
        text: String,
        /// Where it stands in the field, in octets.
        place: Range<usize>,
        /// What is wrong.
        fault: Fault,
    },
}

impl Typed {
    /// As [`compose`](super::compose) takes it; `None` for what can't be understood.
    pub fn recipient(self) -> Option<Recipient> {
        match self {
            Self::Mailbox(address) => Some(Recipient::Mailbox(address)),
            Self::Group { name, members } => Some(Recipient::Group { name, members }),
            Self::Unclear { .. } => None,
        }
    }
}

impl From<Recipient> for Typed {
    fn from(recipient: Recipient) -> Self {
        match recipient {
            Recipient::Mailbox(address) => Self::Mailbox(address),
            Recipient::Group { name, members } => Self::Group { name, members },
        }
    }
}

/// Reads a field.
pub fn parse(field: &str) -> Vec<Typed> {
    let mut out = Vec::new();
    for span in split::split(field) {
        let text = field.get(span.place.clone()).unwrap_or_default();
        match entry::read(text, span.colon.map(|colon| colon - span.place.start)) {
            Ok(read) => out.extend(read),
            Err(fault) => out.push(Typed::Unclear {
                text: text.to_owned(),
                place: span.place,
                fault,
            }),
        }
    }
    out
}

#[cfg(test)]
mod tests;
