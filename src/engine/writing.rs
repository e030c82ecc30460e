//! Messages being written. A draft's row in the database is the truth: its fields, its files as
//! blobs, the quoted original as it was when the draft began. A copy follows it into the Drafts
//! folder, so that other programs see it.
//!
//! Nothing of a draft is kept in the browser's session or in memory, so that any node can go on
//! with it, and a session that ends takes nothing with it.
//!
//! Cost: beginning an answer is that of opening the message; saving is one transaction, nothing
//! upstream.

mod attachments;
mod begin;
mod blobs;
mod copy;
mod create;
mod handing;
mod outgoing;
mod quote;
mod save;
mod show;
mod upkeep;
mod uploads;

use serde::{Deserialize, Serialize};

use crate::{
    mail::id::EmailId,
    store::{
        self,
        drafts::{DraftFields, DraftRow},
    },
};

use super::secrets;

pub use self::{
    attachments::{Attachment, Described},
    begin::{Beginning, OriginalPart, Phrases},
    blobs::Blob,
    create::Creation,
    outgoing::Unsendable,
    save::Saved,
    show::Quoted,
    uploads::Upload,
};
pub(super) use self::{
    begin::{SIGNATURE, rich_lines},
    outgoing::{Fixed, Outgoing},
    quote::Quote,
};

/// Octets of one field of addresses, and of the subject.
const LINE_MOST: usize = 64 * 1024;
/// Octets of a body that is being written.
const BODY_MOST: usize = 4 << 20;

/// What a person can edit of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// Who writes; `None` for the account's default identity.
    pub identity: Option<i64>,
    /// An own address that is not the identity's (a tag, any of a domain); empty for the
    /// identity's.
    pub from_email: String,
    /// To as typed, half-typed addresses included.
    pub to: String,
    /// Cc, likewise.
    pub cc: String,
    /// Bcc, likewise.
    pub bcc: String,
    /// Reply-To, likewise.
    pub reply_to: String,
    /// The subject.
    pub subject: String,
    /// Written with formatting; else `text` is the body.
    pub html: bool,
    /// The plain body.
    pub text: String,
    /// The rich body: HTML as the editor made it, without the quoted original. Cleaned before it
    /// is sent or shown.
    pub rich: String,
    /// The original is quoted below the rich body.
    pub quotes: bool,
    /// What else was chosen.
    pub options: Options,
}

/// What else can be chosen for a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Options {
    /// Ask to be told when it is read (RFC 8098).
    pub receipt: bool,
    /// Ask servers to report that it has arrived (RFC 3461).
    pub delivery_report: bool,
    /// How much it matters.
    pub importance: Importance,
}

/// How much a message matters to its writer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Importance {
    /// As others.
    #[default]
    Normal,
    /// More.
    High,
    /// Less.
    Low,
}

/// What a message does with the one it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Answers who wrote it.
    Reply,
    /// Answers everybody.
    ReplyAll,
    /// Answers the mailing list.
    ReplyList,
    /// Passes it on in its text.
    Forward,
    /// Passes it on as a file.
    ForwardAsAttachment,
    /// Begins from it as a new message.
    Edit,
}

/// The message that a draft comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Which message.
    pub email: EmailId,
    /// What is done with it.
    pub action: Action,
}

/// A message being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its number.
    pub id: i64,
    /// Grows with each change. Who saves names the one it began from.
    pub revision: i64,
    /// What made its creation happen once.
    pub key: String,
    /// What can be edited.
    pub fields: Fields,
    /// Where it comes from.
    pub reference: Option<Reference>,
    /// The original is at hand, to be quoted or not.
    pub has_quote: bool,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// Its copy in the Drafts folder, if there is one.
    pub copy: Option<EmailId>,
    /// The draft that this one differs from, when both were edited at once.
    pub conflict_of: Option<i64>,
    /// When it was last saved (ms).
    pub updated_at: i64,
}

impl Action {
    /// Its name in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::ReplyAll => "replyAll",
            Self::ReplyList => "replyList",
            Self::Forward => "forward",
            Self::ForwardAsAttachment => "forwardAsAttachment",
            Self::Edit => "edit",
        }
    }

    /// The action of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::Reply,
            Self::ReplyAll,
            Self::ReplyList,
            Self::Forward,
            Self::ForwardAsAttachment,
            Self::Edit,
        ]
        .into_iter()
        .find(|action| action.as_str() == name)
    }

    /// It answers the message, and belongs to its conversation.
    pub fn is_answer(self) -> bool {
        matches!(self, Self::Reply | Self::ReplyAll | Self::ReplyList)
    }

    /// It passes the message on.
    pub fn is_forward(self) -> bool {
        matches!(self, Self::Forward | Self::ForwardAsAttachment)
    }
}

impl Reference {
    pub(super) fn of(row: &DraftRow) -> Option<Self> {
        Some(Self {
            email: row.reference_email.parse().ok()?,
            action: Action::from_name(&row.reference_action)?,
        })
    }
}

impl Fields {
    /// Nothing was written by the person yet.
    pub fn is_blank(&self) -> bool {
        let typed = [
            &self.to,
            &self.cc,
            &self.bcc,
            &self.subject,
            &self.text,
            &self.rich,
        ];
        typed.iter().all(|text| text.trim().is_empty())
    }

    /// Are they of a size that can be kept?
    fn check(&self) -> Result<(), super::Error> {
        let lines = [
            &self.to,
            &self.cc,
            &self.bcc,
            &self.reply_to,
            &self.subject,
            &self.from_email,
        ];
        if lines.iter().any(|line| line.len() > LINE_MOST) {
            return Err(super::Error::Invalid("draft-line-too-long"));
        }
        if self.text.len() > BODY_MOST || self.rich.len() > BODY_MOST {
            return Err(super::Error::Invalid("draft-too-long"));
        }
        Ok(())
    }

    /// A hash of everything, the same for the same words.
    pub(super) fn digest(&self) -> String {
        let stored = self.stored();
        let lists = [&stored.to, &stored.cc, &stored.bcc, &stored.reply_to];
        let texts = [
            &stored.from_email,
            &stored.subject,
            &stored.text_body,
            &stored.html_body,
            &stored.options_json,
        ];
        let all = serde_json::json!([lists, texts, stored.identity, stored.html, stored.quotes]);
        store::files::hex(&secrets::sha256(all.to_string().as_bytes()))
    }

    fn stored(&self) -> DraftFields {
        let list = |text: &str| match text.trim() {
            "" => Vec::new(),
            _ => vec![text.to_owned()],
        };
        DraftFields {
            identity: self.identity,
            from_email: self.from_email.clone(),
            to: list(&self.to),
            cc: list(&self.cc),
            bcc: list(&self.bcc),
            reply_to: list(&self.reply_to),
            subject: self.subject.clone(),
            html: self.html,
            text_body: self.text.clone(),
            html_body: self.rich.clone(),
            quotes: self.quotes,
            options_json: serde_json::to_string(&self.options).unwrap_or_default(),
        }
    }

    pub(super) fn of(row: &DraftRow) -> Self {
        let fields = row.fields();
        Self {
            identity: fields.identity,
            from_email: fields.from_email,
            to: fields.to.join(", "),
            cc: fields.cc.join(", "),
            bcc: fields.bcc.join(", "),
            reply_to: fields.reply_to.join(", "),
            subject: fields.subject,
            html: fields.html,
            text: fields.text_body,
            rich: fields.html_body,
            quotes: fields.quotes,
            // Written by another version, perhaps: what it does not know is the default.
            options: serde_json::from_str(&fields.options_json).unwrap_or_default(),
        }
    }
}
