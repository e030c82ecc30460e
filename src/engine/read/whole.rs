//! A message that no server takes apart for us: pure work on hostile octets, done once and not on
//! an async thread. One whose structure the server can't tell is at hand whole, up to 32 MiB; of
//! one that is stored here the places of its parts are known.

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;

use crate::mail::{
    id::EmailId,
    keyword::Keywords,
    message::{self, Message, Skeleton},
    part::Part,
    plan, report,
};

use super::{Opened, SHOWN_MOST, decoded, returned_header, texts_of};

/// Octets of a header that are kept.
const HEADER_MOST: usize = 256 << 10;

/// The message's own parts, by their sections.
#[derive(Clone, Debug)]
pub(in crate::engine) enum Whole {
    /// Each as encoded: pieces of one and the same memory.
    AtHand {
        /// Octets of all together.
        size: usize,
        /// The parts.
        parts: HashMap<String, Bytes>,
    },
    /// Where each lies in the stored message.
    Stored(HashMap<String, Span>),
}

/// Some octets of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) struct Span {
    /// How many are before them.
    pub(in crate::engine) from: u64,
    /// How many they are.
    pub(in crate::engine) len: u64,
}

/// A part as encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Own {
    /// These octets.
    Octets(Bytes),
    /// These of the stored message.
    Span(Span),
}

/// What is known of the message beside its octets.
pub(in crate::engine) struct Known {
    pub(in crate::engine) placement: EmailId,
    pub(in crate::engine) keywords: Keywords,
    pub(in crate::engine) received_at: i64,
    pub(in crate::engine) size: Option<u64>,
}

impl Whole {
    pub(super) fn section(&self, section: &str) -> Option<Own> {
        match self {
            Self::AtHand { parts, .. } => parts.get(section).cloned().map(Own::Octets),
            Self::Stored(spans) => spans.get(section).copied().map(Own::Span),
        }
    }

    /// Octets in memory.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::AtHand { size, .. } => *size,
            Self::Stored(spans) => spans.len() * 64,
        }
    }
}

/// Takes a message apart that is stored here.
pub(in crate::engine) fn take_apart_stored(skeleton: &Skeleton, known: Known) -> Opened {
    let whole = message::parse(skeleton.kept());
    let mut summary = message::summary(&whole, known.placement, known.keywords, known.received_at);
    summary.size = skeleton.size();
    let spans: HashMap<String, Span> = whole
        .spans()
        .map(|(section, kept)| {
            let (from, len) = skeleton.place(&kept);
            (section.to_owned(), Span { from, len })
        })
        .collect();
    let plan = plan::plan(&whole.root);
    let texts = texts_of(&plan).filter_map(|part| {
        let body = whole.section(&part.section)?;
        let most = usize::try_from(SHOWN_MOST).unwrap_or(usize::MAX);
        Some(decoded(part, body.get(..body.len().min(most))?))
    });
    let texts = texts.collect();
    let returned = returned_in(&whole);
    let header = whole.header();
    let header = header.get(..header.len().min(HEADER_MOST));
    let header = Bytes::copy_from_slice(header.unwrap_or_default());
    let malformed = whole.truncated;
    let mut structure = whole.root;
    measure(&mut structure, &spans);
    summary.structure = Some(Arc::new(structure.clone()));
    Opened {
        summary,
        texts,
        header,
        structure,
        malformed,
        returned,
        whole: Some(Whole::Stored(spans)),
    }
}

/// Header fields of the message that a report is about; empty for what is none.
fn returned_in(whole: &Message<'_>) -> Arc<str> {
    let sections = report::sections(&whole.root);
    let returned = sections.and_then(|sections| sections.returned);
    let header = returned.and_then(|(part, section)| {
        let octets = whole.section(&section)?;
        Some(returned_header(part, octets))
    });
    header.unwrap_or_default()
}

/// Gives parts the sizes that they have in the message.
fn measure(root: &mut Part, spans: &HashMap<String, Span>) {
    let mut waiting = vec![root];
    while let Some(part) = waiting.pop() {
        if let Some(span) = spans.get(&part.section)
            && !part.is_multipart("*")
        {
            part.size = span.len;
        }
        waiting.extend(&mut part.children);
    }
}

/// Takes a raw message apart.
pub(in crate::engine) fn take_apart(raw: &Bytes, known: Known) -> Opened {
    let whole = message::parse(raw);
    let mut summary = message::summary(&whole, known.placement, known.keywords, known.received_at);
    summary.size = known.size.unwrap_or(summary.size);
    let plan = plan::plan(&whole.root);
    let texts = texts_of(&plan)
        .filter_map(|part| Some(decoded(part, whole.section(&part.section)?)))
        .collect();
    let returned = returned_in(&whole);
    let parts = whole
        .bodies()
        .map(|(section, body)| (section.to_owned(), raw.slice_ref(body)));
    Opened {
        summary,
        texts,
        header: raw.slice_ref(whole.header()),
        malformed: true,
        returned,
        whole: Some(Whole::AtHand {
            size: raw.len(),
            parts: parts.collect(),
        }),
        structure: whole.root,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::id::MailboxId;

    #[test]
    fn parts_are_found_without_taking_it_apart_again() {
        let raw = Bytes::from_static(
            b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
              --b\r\n\r\ntext\r\n--b\r\nContent-Type: image/png\r\n\r\npng\r\n--b--\r\n",
        );
        let known = Known {
            placement: EmailId {
                mailbox: MailboxId([0; 6]),
                uid_validity: 1,
                uid: 1,
            },
            keywords: Keywords::default(),
            received_at: 5,
            size: Some(9),
        };
        let opened = take_apart(&raw, known);
        assert_eq!((opened.summary.size, opened.summary.received_at), (9, 5));
        assert_eq!(opened.text("1").unwrap().text.as_ref(), "text");
        let memory = raw.as_ptr_range();
        for (section, octets) in [("1", "text"), ("2", "png")] {
            let Some(Own::Octets(own)) = opened.own_section(section) else {
                panic!("{section} is at hand")
            };
            assert_eq!(own, octets);
            assert!(memory.contains(&own.as_ptr()), "{section} is no copy");
        }
        assert!(memory.contains(&opened.header.as_ptr()));
        assert_eq!(opened.own_section("3"), None);
        assert!(opened.weight() >= raw.len());
    }
}
