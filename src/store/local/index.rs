//! What the database knows of a message: read from its bytes alone, so that it can be made again.

use std::sync::Arc;

use ring::hmac;
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::words::Words;
use crate::{
    mail::{
        address::Address,
        email::Content,
        header,
        id::{EmailId, MailboxId},
        keyword::Keywords,
        message::{self, Message},
    },
    store::{blobs::Sha256, files::hex},
};

/// Raised when rows are made differently; housekeeping and `restante reindex` make older ones
/// again.
pub const VERSION: i64 = 4;

/// More people than a list shows, and than a row needs.
const PEOPLE_MOST: usize = 100;
/// References beyond these are left out in the middle: the root and the nearest stay.
const REFERENCES_MOST: usize = 100;
/// Characters of a subject.
const SUBJECT_MOST: usize = 1000;
/// Characters of what lists are sorted by.
const KEY_MOST: usize = 64;

/// See the module's description. Texts are decoded, without NUL, and bounded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// The date of the topmost Received field (ms).
    pub received_at: Option<i64>,
    /// The Date field (ms).
    pub sent_at: Option<i64>,
    /// Its offset in minutes east of UTC.
    pub sent_offset: Option<i16>,
    /// The id of its conversation.
    pub thread_id: String,
    /// Message-ID without angle brackets; `""` when absent.
    pub message_id: String,
    /// In-Reply-To.
    pub in_reply_to: Vec<String>,
    /// References.
    pub references: Vec<String>,
    /// From.
    pub from: Vec<Address>,
    /// Sender, when it differs from From.
    pub sender: Vec<Address>,
    /// Reply-To; From when absent.
    pub reply_to: Vec<Address>,
    /// To.
    pub to: Vec<Address>,
    /// Cc.
    pub cc: Vec<Address>,
    /// Bcc.
    pub bcc: Vec<Address>,
    /// Subject.
    pub subject: String,
    /// The first words of the text.
    pub preview: String,
    /// A person would say that it has an attachment.
    pub has_attachment: bool,
    /// It could not be read and is shown as a placeholder.
    pub quarantined: bool,
    /// Its words, for the full-text index.
    pub words: Words,
}

impl Index {
    /// Reads a message, or the skeleton of a large one. Conversations get ids by
    /// `thread_key`, which is the server's own. Pure work on hostile input, up to a second or so:
    /// not for an async thread.
    pub fn read(raw: &[u8], sha256: &Sha256, thread_key: &[u8; 32]) -> Self {
        let message = message::parse(raw);
        let nowhere = EmailId {
            mailbox: MailboxId([0; 6]),
            uid_validity: 0,
            uid: 0,
        };
        let summary = message::summary(&message, nowhere, Keywords::default(), 0);
        let Content {
            sent_at,
            sent_offset,
            from,
            sender,
            reply_to,
            to,
            cc,
            bcc,
            subject,
            message_id,
            in_reply_to,
            preview,
            has_attachment,
            ..
        } = Arc::unwrap_or_clone(summary.content);
        let message_id = message_id.unwrap_or_default();
        let references = references(&message);
        let root = [references.first(), in_reply_to.first()];
        let root = root.into_iter().flatten().next().unwrap_or(&message_id);
        Self {
            received_at: message::received_at(&message.fields()),
            sent_at,
            sent_offset,
            thread_id: thread_id(root, sha256, thread_key),
            message_id,
            in_reply_to: in_reply_to.into_iter().take(REFERENCES_MOST).collect(),
            references,
            from: people(from),
            sender: people(sender),
            reply_to: people(reply_to),
            to: people(to),
            cc: people(cc),
            bcc: people(bcc),
            subject: subject.chars().take(SUBJECT_MOST).collect(),
            preview,
            has_attachment,
            quarantined: false,
            words: Words::read(&message),
        }
    }

    /// What stands for a message that can't be read.
    pub fn placeholder(sha256: &Sha256, thread_key: &[u8; 32]) -> Self {
        Self {
            thread_id: thread_id("", sha256, thread_key),
            quarantined: true,
            ..Self::default()
        }
    }

    /// What lists are sorted by: the first of these people.
    pub(super) fn person_key(people: &[Address]) -> String {
        people
            .first()
            .map(|first| folded(first.label(), KEY_MOST))
            .unwrap_or_default()
    }

    /// What lists are sorted by: the subject without `Re:` and the like.
    pub(super) fn subject_key(&self) -> String {
        folded(header::base_subject(&self.subject), KEY_MOST)
    }
}

fn people(people: Vec<Address>) -> Vec<Address> {
    people.into_iter().take(PEOPLE_MOST).collect()
}

fn references(message: &Message<'_>) -> Vec<String> {
    let fields = message.fields();
    let raw = header::first(&fields, "References");
    let mut ids = raw.map(header::message_ids).unwrap_or_default();
    if ids.len() > REFERENCES_MOST {
        let surplus = ids.len() - REFERENCES_MOST;
        ids.drain(1..=surplus);
    }
    ids
}

/// A message that names no other and has no name is alone in its conversation.
fn thread_id(root: &str, sha256: &Sha256, thread_key: &[u8; 32]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, thread_key);
    let tag = match root {
        "" => hmac::sign(&key, sha256),
        root => hmac::sign(&key, root.as_bytes()),
    };
    hex(tag.as_ref().get(..16).unwrap_or_default())
}

/// Small letters without accents, for comparing and sorting.
pub(super) fn folded(text: &str, most: usize) -> String {
    let bare = text.trim().nfkd().filter(|c| !is_combining_mark(*c));
    let small = bare.flat_map(char::to_lowercase);
    small.filter(|c| *c != '\0').take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    fn read(raw: &str) -> Index {
        Index::read(raw.as_bytes(), &[1; 32], &KEY)
    }

    #[test]
    fn a_row_from_a_message() {
        let index = read(
            "Received: from a by b; Thu, 1 Oct 2026 10:00:00 +0200\r\n\
             From: =?utf-8?q?Zo=C3=AB?= <zoe@example.org>\r\nTo: b@example.org\r\n\
             Date: Thu, 1 Oct 2026 09:00:00 +0200\r\nMessage-ID: <2@x>\r\n\
             In-Reply-To: <1@x>\r\nReferences: <0@x> <1@x>\r\n\
             Subject: Re: =?utf-8?q?=C3=89t=C3=A9?=\r\n\r\nHello there\r\n",
        );
        assert_eq!(index.received_at, Some(1_790_841_600_000));
        assert_eq!(index.sent_at, Some(1_790_838_000_000));
        assert_eq!(index.sent_offset, Some(120));
        assert_eq!(index.message_id, "2@x");
        assert_eq!(index.references, ["0@x", "1@x"]);
        assert_eq!(Index::person_key(&index.from), "zoe");
        assert_eq!(index.subject_key(), "ete");
        assert_eq!(index.preview, "Hello there");
    }

    #[test]
    fn conversations_go_by_their_root() {
        let root = read("Message-ID: <0@x>\r\n\r\n");
        let answer = read("Message-ID: <1@x>\r\nIn-Reply-To: <0@x>\r\n\r\n");
        let later = read("Message-ID: <2@x>\r\nReferences: <0@x> <1@x>\r\n\r\n");
        assert_eq!(root.thread_id, answer.thread_id);
        assert_eq!(root.thread_id, later.thread_id);
        let other = read("Message-ID: <3@x>\r\n\r\n");
        assert_ne!(root.thread_id, other.thread_id);
        let nameless = Index::read(b"\r\n", &[1; 32], &KEY).thread_id;
        assert_ne!(nameless, Index::read(b"\r\n", &[2; 32], &KEY).thread_id);
        assert_eq!(nameless.len(), 32);
    }

    #[test]
    fn rows_are_bounded() {
        let references: String = (0..1000).map(|n| format!("<{n}@x>\r\n ")).collect();
        let people: String = (0..1000).map(|n| format!("p{n}@x,\r\n ")).collect();
        let subject = "long ".repeat(1000);
        let index = read(&format!(
            "References: {references}\r\nTo: {people}\r\nSubject: {subject}\0\r\n\r\n"
        ));
        assert_eq!(index.references.len(), REFERENCES_MOST);
        assert_eq!(index.references[0], "0@x");
        assert_eq!(index.references.last().unwrap(), "999@x");
        assert_eq!(index.to.len(), PEOPLE_MOST);
        assert_eq!(index.subject.chars().count(), SUBJECT_MOST);
        assert_eq!(index.subject_key().chars().count(), KEY_MOST);
    }

    #[test]
    fn folding_makes_alike() {
        assert_eq!(folded("  ÉTÉ Straße ﬁn ", 64), "ete straße fin");
        assert_eq!(folded("日本語", 2), "日本");
    }
}
