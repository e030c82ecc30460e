//! What ties an answer to its conversation (RFC 5322 §3.6.4).

use std::collections::HashSet;

use crate::mail::header::{self, Field};

/// Ids in References. The first keeps the conversation together, the last ones the place in it;
/// those between are dropped (as RFC 5537 §3.4.4 allows). With [`MAX_ID`] that is 5 kB at most.
const MAX_IDS: usize = 20;
/// Honest ids are short, and one must fit on a line (RFC 5322 §2.1.1).
const MAX_ID: usize = 250;

/// The ids that an answer carries, without angle brackets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread {
    /// In-Reply-To; `None` when the message answered has no id that can be repeated.
    pub in_reply_to: Option<String>,
    /// References, the oldest first.
    pub references: Vec<String>,
}

/// The ids for an answer to the message with these fields.
pub fn thread(fields: &[Field<'_>]) -> Thread {
    let ids = |name: &str| -> Vec<String> {
        let raw = header::first(fields, name).unwrap_or_default();
        let ids = header::message_ids(raw).into_iter();
        ids.filter(|id| is_id(id)).collect()
    };
    let in_reply_to = ids("Message-ID").into_iter().next();
    let mut references = ids("References");
    if references.is_empty() {
        // Several would be the parents of a digest, of which none comes before another.
        references = Some(ids("In-Reply-To"))
            .filter(|ids| ids.len() == 1)
            .unwrap_or_default();
    }
    references.extend(in_reply_to.clone());
    Thread {
        references: shortened(references),
        in_reply_to,
    }
}

/// Whether an id can be written into a field: something left and right of `@`, nothing but
/// visible ASCII, and no bracket.
pub fn is_id(id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b',');
    let sides = id.split_once('@');
    id.len() <= MAX_ID
        && id.bytes().all(is_plain)
        && sides.is_some_and(|(left, right)| !left.is_empty() && !right.is_empty())
}

/// Each id where it stands last, the first and the last of them.
pub(super) fn shortened(ids: Vec<String>) -> Vec<String> {
    let mut known = HashSet::new();
    let mut ids: Vec<String> = ids
        .into_iter()
        .rev()
        .filter(|id| known.insert(id.clone()))
        .collect();
    ids.reverse();
    if ids.len() > MAX_IDS {
        let surplus = ids.len() - MAX_IDS;
        ids.drain(1..=surplus);
    }
    ids
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MAX_ID, MAX_IDS, is_id, thread};
    use crate::mail::header;

    #[test]
    fn answers_join_their_conversation() {
        let many: String = (0..50).map(|n| format!(" <{n}@x>\n")).collect();
        let cases = [
            (
                "Message-ID: <c@x>\nReferences: <a@x>\n <b@x>",
                "c@x",
                "a@x b@x c@x",
            ),
            ("Message-ID: <c@x>\nIn-Reply-To: <b@x>", "c@x", "b@x c@x"),
            ("Message-ID: <c@x>\nIn-Reply-To: <a@x> <b@x>", "c@x", "c@x"),
            ("Message-ID: <c@x>", "c@x", "c@x"),
            ("References: <a@x>", "", "a@x"),
            (
                "Message-ID: <a@x>\nReferences: <a@x> <b@x>",
                "a@x",
                "b@x a@x",
            ),
            // Folded ids come in one piece, the others can't be repeated.
            (
                "Message-ID: <no id>\nReferences: <a\n b@x> <é@x> <y>",
                "",
                "ab@x",
            ),
            ("", "", ""),
        ];
        for (block, in_reply_to, references) in cases {
            let thread = thread(&header::fields(block.as_bytes()));
            assert_eq!(
                thread.in_reply_to.unwrap_or_default(),
                in_reply_to,
                "{block}"
            );
            assert_eq!(thread.references.join(" "), references, "{block}");
        }
        let block = format!("Message-ID: <p@x>\nReferences:{many}");
        let references = thread(&header::fields(block.as_bytes())).references;
        assert_eq!(references.len(), MAX_IDS);
        assert_eq!(references.first().unwrap(), "0@x");
        assert_eq!(references[1], "32@x");
        assert_eq!(references.last().unwrap(), "p@x");
    }

    proptest! {
        #[test]
        fn ids_can_be_written_as_they_are(raw in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut block = b"References: <a@x> <".to_vec();
            block.extend(&raw);
            block.extend(b">\nMessage-ID: <");
            block.extend(&raw);
            let thread = thread(&header::fields(&block));
            prop_assert!(thread.references.len() <= MAX_IDS);
            for id in thread.references.iter().chain(&thread.in_reply_to) {
                prop_assert!(is_id(id) && id.len() <= MAX_ID && id.is_ascii());
            }
        }
    }
}
