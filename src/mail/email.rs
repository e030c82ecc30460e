//! What lists and the message header show of a message (RFC 8621 §4.1).

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use super::{address::Address, id::EmailId, keyword::Keywords, part::Part};

/// One row of a list. What never changes of a message, its [`Content`], is shared by all copies: rows
/// are kept in memory and handed on by the fifty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailSummary {
    /// Opaque id.
    pub id: EmailId,
    /// Where the message lies now; equals `id` unless it has moved.
    pub placement: EmailId,
    /// Flags and labels.
    pub keywords: Keywords,
    /// The conversation that it belongs to, where that is known.
    pub thread_id: Option<String>,
    /// What the message itself says; its fields are reached without naming it.
    pub content: Arc<Content>,
}

impl EmailSummary {
    /// The row of a message that goes by where it lies, in no conversation that is known.
    pub fn at(placement: EmailId, keywords: Keywords, content: Arc<Content>) -> Self {
        Self {
            id: placement,
            placement,
            keywords,
            thread_id: None,
            content,
        }
    }
}

impl Deref for EmailSummary {
    type Target = Content;

    fn deref(&self) -> &Content {
        &self.content
    }
}

impl DerefMut for EmailSummary {
    /// Copies what others share.
    fn deref_mut(&mut self) -> &mut Content {
        Arc::make_mut(&mut self.content)
    }
}

/// What lists show of the message itself. Times are milliseconds since 1970 UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// RFC822.SIZE in octets.
    pub size: u64,
    /// INTERNALDATE.
    pub received_at: i64,
    /// The Date header; `None` when absent or unreadable.
    pub sent_at: Option<i64>,
    /// The offset that the sender wrote in the Date header, in minutes east of UTC.
    pub sent_offset: Option<i16>,
    /// From; empty when absent.
    pub from: Vec<Address>,
    /// Sender, when it differs from From.
    pub sender: Vec<Address>,
    /// Reply-To; IMAP fills it with From when the header is absent.
    pub reply_to: Vec<Address>,
    /// To.
    pub to: Vec<Address>,
    /// Cc.
    pub cc: Vec<Address>,
    /// Bcc (own sent mail).
    pub bcc: Vec<Address>,
    /// Subject, decoded; empty when absent.
    pub subject: String,
    /// Message-ID without angle brackets.
    pub message_id: Option<String>,
    /// In-Reply-To ids without angle brackets.
    pub in_reply_to: Vec<String>,
    /// The first words of the text, at most 256 characters, white space folded. Empty when unknown.
    pub preview: String,
    /// Something that a person would call an attachment.
    pub has_attachment: bool,
    /// The MIME tree; `None` when the server sent one that cannot be read.
    pub structure: Option<Arc<Part>>,
}
