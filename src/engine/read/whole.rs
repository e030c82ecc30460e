//! A message whose structure the server can't tell, taken apart by ourselves: pure work on up to
//! 32 MiB of hostile octets, done once and not on an async thread.

use std::collections::HashMap;

use bytes::Bytes;

use crate::{
    imap::{Fetched, convert},
    mail::{id::EmailId, keyword::Keywords, message, plan, report},
};

use super::{Opened, decoded, returned_header, texts_of};

/// The message's own parts.
#[derive(Clone, Debug)]
pub(super) struct Whole {
    /// Octets of all together.
    pub(super) size: usize,
    /// Each part as encoded, by its section: pieces of one and the same memory.
    pub(super) parts: HashMap<String, Bytes>,
}

/// What the server did tell of the message.
pub(super) struct Known {
    placement: EmailId,
    keywords: Keywords,
    received_at: i64,
    size: Option<u64>,
}

impl Known {
    pub(super) fn of(fetched: &Fetched, placement: EmailId) -> Self {
        let flags = fetched.flags.as_deref();
        Self {
            placement,
            keywords: flags.map(convert::keywords).unwrap_or_default(),
            received_at: fetched.internal_date.unwrap_or_default(),
            size: fetched.size,
        }
    }
}

/// Takes a raw message apart.
pub(super) fn take_apart(raw: &Bytes, known: Known) -> Opened {
    let whole = message::parse(raw);
    let mut summary = message::summary(&whole, known.placement, known.keywords, known.received_at);
    summary.size = known.size.unwrap_or(summary.size);
    let plan = plan::plan(&whole.root);
    let texts = texts_of(&plan)
        .filter_map(|part| Some(decoded(part, whole.section(&part.section)?)))
        .collect();
    let sections = report::sections(&whole.root);
    let returned = sections.and_then(|sections| sections.returned);
    let returned = returned.and_then(|(part, section)| {
        let octets = whole.section(&section)?;
        Some(returned_header(part, octets))
    });
    let parts = whole
        .bodies()
        .map(|(section, body)| (section.to_owned(), raw.slice_ref(body)));
    Opened {
        summary,
        texts,
        header: raw.slice_ref(whole.header()),
        malformed: true,
        returned: returned.unwrap_or_default(),
        whole: Some(Whole {
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
            let own = opened.own_section(section).unwrap();
            assert_eq!(own, octets);
            assert!(memory.contains(&own.as_ptr()), "{section} is no copy");
        }
        assert!(memory.contains(&opened.header.as_ptr()));
        assert_eq!(opened.own_section("3"), None);
        assert!(opened.weight() >= raw.len());
    }
}
