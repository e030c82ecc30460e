//! Numbers of messages: SEARCH, SORT, ESEARCH, VANISHED (RFC 9051 §7.3.4, RFC 4731, RFC 7162).

use super::{
    token::{Node, Reader, Value, number, number32},
    uidset::UidSet,
};

/// The answer to SEARCH or SORT.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// UIDs or sequence numbers, in the order sent.
    pub(crate) ids: Vec<u32>,
    /// The highest mod-sequence among them, when one was searched for.
    pub(crate) modseq: Option<u64>,
}

/// The answer to SEARCH or SORT with RETURN.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ESearch {
    /// The tag of the command that this answers.
    pub(crate) tag: Option<String>,
    /// True for UIDs, false for sequence numbers.
    pub(crate) uid: bool,
    /// The first; absent when nothing was found.
    pub(crate) min: Option<u32>,
    /// The last; absent when nothing was found.
    pub(crate) max: Option<u32>,
    /// How many were found.
    pub(crate) count: Option<u32>,
    /// All that were found, in the order sent; absent when nothing was found.
    pub(crate) all: Option<UidSet>,
    /// One window of them (RFC 9394).
    pub(crate) partial: Option<Partial>,
    /// The highest mod-sequence among them.
    pub(crate) modseq: Option<u64>,
}

/// The window `first:last` of a search, counted from 1, or from -1 backwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Partial {
    /// First position, as asked for.
    pub(crate) first: i64,
    /// Last position, as asked for.
    pub(crate) last: i64,
    /// What lies there; absent when the window is beyond the end.
    pub(crate) ids: Option<UidSet>,
}

/// Reads what follows `* SEARCH` or `* SORT`. What is no number is passed over.
pub(super) fn numbers(mut reader: Reader<'_>) -> Numbers {
    let mut found = Numbers::default();
    loop {
        if reader.peek() == Some(b'(') {
            let value = Value::read(&mut reader).unwrap_or_default();
            let mut pair = value.list();
            if let (Some(name), Some(modseq)) = (pair.next(), pair.next())
                && is(name, b"MODSEQ")
            {
                found.modseq = modseq.number();
            }
            continue;
        }
        match reader.word() {
            b"" if reader.eat(b')') => {}
            b"" => return found,
            word => found.ids.extend(number32(word).filter(|id| *id > 0)),
        }
    }
}

/// Reads what follows `* ESEARCH`.
pub(super) fn esearch(mut reader: Reader<'_>) -> ESearch {
    let mut found = ESearch::default();
    if reader.peek() == Some(b'(') {
        let value = Value::read(&mut reader).unwrap_or_default();
        let mut pair = value.list();
        if pair.next().is_some_and(|name| is(name, b"TAG")) {
            found.tag = pair.next().and_then(Node::word);
        }
    }
    loop {
        let name = reader.word().to_ascii_uppercase();
        match name.as_slice() {
            b"" => return found,
            b"UID" => found.uid = true,
            b"MIN" => found.min = number32(reader.word()),
            b"MAX" => found.max = number32(reader.word()),
            b"COUNT" => found.count = number32(reader.word()),
            b"ALL" => found.all = UidSet::parse(reader.word()),
            b"MODSEQ" => found.modseq = number(reader.word()),
            b"PARTIAL" => {
                let value = Value::read(&mut reader).unwrap_or_default();
                found.partial = partial(&value);
            }
            // Data of an extension that we don't know: a value follows.
            _ if reader.skip().is_err() => return found,
            _ => {}
        }
    }
}

/// Reads what follows `* VANISHED`: whether it is about the past, and the UIDs.
pub(super) fn vanished(mut reader: Reader<'_>) -> Option<(bool, UidSet)> {
    let earlier = reader.peek() == Some(b'(');
    if earlier {
        reader.skip().ok()?;
    }
    Some((earlier, UidSet::parse(reader.word())?))
}

fn partial(value: &Value<'_>) -> Option<Partial> {
    let mut fields = value.list();
    let window = std::str::from_utf8(fields.next()?.bytes()?).ok()?;
    let (first, last) = window.split_once(':').unwrap_or((window, window));
    Some(Partial {
        first: first.parse().ok()?,
        last: last.parse().ok()?,
        ids: fields.next().and_then(Node::bytes).and_then(UidSet::parse),
    })
}

fn is(node: Node<'_>, word: &[u8]) -> bool {
    node.bytes()
        .is_some_and(|own| own.eq_ignore_ascii_case(word))
}
