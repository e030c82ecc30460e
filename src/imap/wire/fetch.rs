//! FETCH responses (RFC 9051 §7.5.2), one message each.

use std::borrow::Cow;

use bytes::Bytes;

use super::{
    capitals::Capitals,
    date,
    envelope::{Envelope, envelope},
    structure::structure,
    text::plain,
    token::{ItemName, Malformed, Node, Reader, Value, number, number32},
};
use crate::mail::part::Part;

/// What the server said of one message. Absent means not said, or not to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// Sequence number.
    pub seq: u32,
    /// UID.
    pub uid: Option<u32>,
    /// As sent: `\Seen`, `$Forwarded`.
    pub flags: Option<Vec<String>>,
    /// MODSEQ (RFC 7162).
    pub modseq: Option<u64>,
    /// RFC822.SIZE in octets.
    pub size: Option<u64>,
    /// INTERNALDATE, milliseconds since 1970 UTC.
    pub internal_date: Option<i64>,
    /// ENVELOPE.
    pub envelope: Option<Envelope>,
    /// BODYSTRUCTURE, or BODY without a section.
    pub structure: Option<Part>,
    /// PREVIEW (RFC 8970) as one line of at most 256 characters; absent when NIL as well, which
    /// with `PREVIEW (LAZY)` means that it is not ready.
    pub preview: Option<String>,
    /// EMAILID (RFC 8474).
    pub email_id: Option<String>,
    /// THREADID (RFC 8474).
    pub thread_id: Option<String>,
    /// X-GM-MSGID.
    pub gm_msgid: Option<u64>,
    /// X-GM-THRID.
    pub gm_thrid: Option<u64>,
    /// X-GUID (Dovecot).
    pub guid: Option<String>,
    /// BODY[..], BINARY[..] and RFC822.*, in the order sent.
    pub sections: Vec<Section>,
}

/// The bytes of one section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// In upper case as sent: `1.2`, `HEADER`, `HEADER.FIELDS (TO CC)`, empty for the whole.
    pub name: String,
    /// The first octet, when a part of the section was asked for.
    pub origin: Option<u64>,
    /// `None` for NIL: there is no such section, or it was too large to be taken in. Shares the
    /// memory of the whole response; copy it to keep it for long.
    pub data: Option<Bytes>,
    /// True for BINARY: the transfer encoding is undone.
    pub binary: bool,
}

impl Fetched {
    /// Enough for a row of a list: the answer to a FETCH that asked for it, and not news of flags.
    pub fn is_row(&self) -> bool {
        self.internal_date.is_some()
    }

    /// The section of this name (upper case) with transfer encoding as it is.
    pub fn section(&self, name: &str) -> Option<&Section> {
        let mut sections = self.sections.iter();
        sections.find(|section| section.name == name && !section.binary)
    }
}

/// The longest preview that is kept (RFC 8970 §3.1).
const PREVIEW: usize = 256;
/// The longest section name that is kept; longer ones name many header fields.
const SECTION: usize = 4096;

/// Reads what follows `* 12 FETCH`. An item that can't be read costs itself; a response that
/// ends too early, what comes after.
pub(super) fn fetched(seq: u32, reader: &mut Reader<'_>, frame: &Bytes) -> Option<Fetched> {
    let mut fetched = Fetched {
        seq,
        ..Fetched::default()
    };
    if !reader.eat(b'(') {
        return None;
    }
    while !matches!(reader.peek(), None | Some(b')')) {
        let item = reader.item();
        let name = Capitals::of(item.name);
        // After an error the reader stands behind the item, or at the end.
        let _read = match name.word() {
            // Something without a name stands there.
            b"" if item.section.is_none() => reader.skip(),
            name => fetched.item(name, &item, reader, frame),
        };
    }
    Some(fetched)
}

impl Fetched {
    fn item(
        &mut self,
        name: &[u8],
        item: &ItemName<'_>,
        reader: &mut Reader<'_>,
        frame: &Bytes,
    ) -> Result<(), Malformed> {
        match (name, item.section) {
            (b"BODY" | b"BINARY", Some(section)) => {
                let binary = name == b"BINARY";
                self.sections.push(Section {
                    name: section_name(section),
                    origin: item.origin,
                    data: reader.string()?.map(|data| bytes(data, frame)),
                    binary,
                });
            }
            (b"RFC822" | b"RFC822.HEADER" | b"RFC822.TEXT", None) => {
                let (_, section) = name.split_at_checked(7).unwrap_or_default();
                self.sections.push(Section {
                    name: section_name(section),
                    origin: None,
                    data: reader.string()?.map(|data| bytes(data, frame)),
                    binary: false,
                });
            }
            (b"UID", None) => {
                self.uid = reader
                    .string()?
                    .and_then(|n| number32(&n))
                    .filter(|n| *n > 0)
            }
            (b"RFC822.SIZE", None) => self.size = reader.string()?.and_then(|n| number(&n)),
            (b"INTERNALDATE", None) => {
                self.internal_date = reader.string()?.and_then(|raw| date::parse(&raw));
            }
            (b"FLAGS", None) => self.flags = list(&Value::read(reader)?),
            (b"ENVELOPE", None) => self.envelope = envelope(&Value::read(reader)?),
            (b"BODYSTRUCTURE" | b"BODY", None) => {
                self.structure = structure(&Value::read(reader)?);
            }
            (b"MODSEQ", None) => {
                self.modseq = innermost(&Value::read(reader)?).and_then(Node::number);
            }
            (b"PREVIEW" | b"SNIPPET", None) => {
                let value = Value::read(reader)?;
                let raw = innermost(&value).and_then(Node::bytes);
                self.preview = raw.map(|raw| plain(raw, PREVIEW).into_owned());
            }
            (b"EMAILID", None) => self.email_id = word(&Value::read(reader)?),
            (b"THREADID", None) => self.thread_id = word(&Value::read(reader)?),
            (b"X-GUID", None) => self.guid = word(&Value::read(reader)?),
            (b"X-GM-MSGID", None) => self.gm_msgid = reader.string()?.and_then(|n| number(&n)),
            (b"X-GM-THRID", None) => self.gm_thrid = reader.string()?.and_then(|n| number(&n)),
            _ => reader.skip()?,
        }
        Ok(())
    }
}

/// The flags; a server that forgets the parentheses means the same.
fn list(value: &Value<'_>) -> Option<Vec<String>> {
    match value.node() {
        Node::List(nodes) => Some(nodes.words()),
        other => other.word().map(|flag| vec![flag]),
    }
}

/// The last element of the last list: `917` of `(917)`, `"hi"` of `(FUZZY ("hi"))`.
fn innermost<'v>(value: &'v Value<'_>) -> Option<Node<'v>> {
    let mut node = value.node();
    while let Node::List(nodes) = node {
        node = nodes.last()?;
    }
    Some(node)
}

fn word(value: &Value<'_>) -> Option<String> {
    innermost(value).and_then(Node::word)
}

fn section_name(raw: &[u8]) -> String {
    let raw = raw.strip_prefix(b".").unwrap_or(raw);
    let raw = raw.get(..SECTION).unwrap_or(raw);
    String::from_utf8_lossy(raw).trim().to_ascii_uppercase()
}

/// The value as a slice of the response, unless unescaping has copied it.
fn bytes(data: Cow<'_, [u8]>, frame: &Bytes) -> Bytes {
    match data {
        Cow::Borrowed(slice) => frame.slice_ref(slice),
        Cow::Owned(data) => Bytes::from(data),
    }
}
