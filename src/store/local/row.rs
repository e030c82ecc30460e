//! A message in a folder, as lists show it.

use std::sync::Arc;

use crate::{
    mail::{
        address::Address,
        email::{Content, EmailSummary},
        id::{EmailId, MailboxId},
        keyword::Keywords,
    },
    store::{blobs::Sha256, row::row},
};

row! {
    /// See the module's description; columns as in the tables of the same names.
    pub(super) struct Row {
        pub(super) uid: u32,
        keywords: String,
        pub(super) received_at: i64,
        size: i64,
        sent_at: Option<i64>,
        sent_offset: Option<i64>,
        message_id: String,
        in_reply_to_json: Vec<String>,
        from_json: Vec<Address>,
        sender_json: Vec<Address>,
        reply_to_json: Vec<Address>,
        to_json: Vec<Address>,
        cc_json: Vec<Address>,
        bcc_json: Vec<Address>,
        subject: String,
        preview: String,
        has_attachment: bool,
        sha256: Sha256,
        thread_id: String,
    }
}

/// The columns of [`Row`], of `placements p` and `messages m`, for `concat!`.
macro_rules! columns {
    () => {
        "p.uid, p.keywords, p.received_at, p.size, m.sent_at, m.sent_offset, m.message_id,
         m.in_reply_to_json, m.from_json, m.sender_json, m.reply_to_json, m.to_json, m.cc_json,
         m.bcc_json, m.subject, m.preview, m.has_attachment, m.sha256,
         p.thread_id"
    };
}
pub(super) use columns;

/// Keywords from their column.
pub(super) fn keywords(column: &str) -> Keywords {
    column.split(' ').filter(|word| !word.is_empty()).collect()
}

impl Row {
    /// The row of a list, with the placement as its id.
    pub(super) fn summary(self, mailbox: MailboxId, uid_validity: u32) -> EmailSummary {
        let id = EmailId {
            mailbox,
            uid_validity,
            uid: self.uid,
        };
        let content = Content {
            size: u64::try_from(self.size).unwrap_or(0),
            received_at: self.received_at,
            sent_at: self.sent_at,
            sent_offset: self.sent_offset.and_then(|offset| offset.try_into().ok()),
            from: self.from_json,
            sender: self.sender_json,
            reply_to: self.reply_to_json,
            to: self.to_json,
            cc: self.cc_json,
            bcc: self.bcc_json,
            subject: self.subject,
            message_id: (!self.message_id.is_empty()).then_some(self.message_id),
            in_reply_to: self.in_reply_to_json,
            preview: self.preview,
            has_attachment: self.has_attachment,
            structure: None,
        };
        EmailSummary {
            id,
            placement: id,
            thread_id: Some(self.thread_id),
            keywords: keywords(&self.keywords),
            content: Arc::new(content),
        }
    }

    /// The blob.
    pub(super) fn sha256(&self) -> Sha256 {
        self.sha256
    }
}
