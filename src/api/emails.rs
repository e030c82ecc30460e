//! `/accounts/{account}/emails`: messages (RFC 8621 §4).

pub(super) mod across;
pub(super) mod bulk;
pub(super) mod change;
pub(super) mod import;
pub(super) mod list;
pub(super) mod octets;
pub(super) mod receipt;
pub(super) mod show;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::mail::{
    address::Address,
    email::EmailSummary,
    id::{EmailId, MailboxId},
    keyword::{self, Keywords},
    part::Part,
    plan,
};

use super::{
    id::{BlobId, Number},
    time::Time,
};

/// A message. Lists carry no bodies; `fields` narrows what is said.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
// All but the id may be missing where `fields` asks for less.
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Email {
    /// Its id, which it keeps when it is moved by way of Restante.
    #[schema(required = true, value_type = EmailId)]
    pub(crate) id: Option<EmailId>,
    /// The account that it is in.
    #[schema(value_type = Number)]
    pub(crate) account_id: Option<Number>,
    /// The conversation that it belongs to. In lists of mail on a server null until that is known.
    pub(crate) thread_id: Option<String>,
    /// The folders that it lies in.
    pub(crate) mailbox_ids: BTreeMap<String, bool>,
    /// What it is marked with: `$seen`, `$flagged`, `$answered`, `$draft`, others.
    pub(crate) keywords: BTreeMap<String, bool>,
    /// Octets.
    pub(crate) size: u64,
    /// When it arrived.
    #[schema(value_type = Time)]
    pub(crate) received_at: Option<Time>,
    /// What its sender says.
    pub(crate) sent_at: Option<Time>,
    /// Message-ID, without brackets.
    pub(crate) message_id: Option<String>,
    /// In-Reply-To, without brackets.
    pub(crate) in_reply_to: Vec<String>,
    /// References, without brackets; on a single message alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) references: Option<Vec<String>>,
    /// Who wrote it.
    pub(crate) from: Vec<EmailAddress>,
    /// Whom it goes to.
    pub(crate) to: Vec<EmailAddress>,
    /// Who gets a copy.
    pub(crate) cc: Vec<EmailAddress>,
    /// Who gets a copy that others don't see.
    pub(crate) bcc: Vec<EmailAddress>,
    /// Where answers go.
    pub(crate) reply_to: Vec<EmailAddress>,
    /// Who sent it, where that is not who wrote it.
    pub(crate) sender: Vec<EmailAddress>,
    /// The subject.
    pub(crate) subject: String,
    /// The first words of its text.
    pub(crate) preview: String,
    /// It has something that a person would call an attachment.
    pub(crate) has_attachment: bool,
    /// What is attached.
    pub(crate) attachments: Vec<Attachment>,
    /// Its text, with `body=text`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// Its HTML, made safe, with `body=html`; empty where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) html: Option<String>,
    /// How many pictures of other servers were left out of `html`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) blocked_remote_content: Option<u64>,
    /// The header fields that `headers` names, decoded: a list for each name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) headers: Option<BTreeMap<String, Vec<String>>>,
}

/// Somebody.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Address)]
pub(crate) struct EmailAddress {
    /// The name, where one is given.
    pub(crate) name: Option<String>,
    /// The address; empty for a group without members.
    pub(crate) email: String,
}

/// A file that comes with a message.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attachment {
    /// The part: what `…/parts/{partId}` takes.
    pub(crate) part_id: String,
    /// What drafts and `…/blobs/{blobId}` take.
    pub(crate) blob_id: BlobId,
    /// The file's name.
    pub(crate) name: Option<String>,
    /// Its media type, as its sender says.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Octets, as encoded.
    pub(crate) size: u64,
    /// `inline` or `attachment`, where its sender says.
    pub(crate) disposition: Option<String>,
    /// What the HTML calls it by.
    pub(crate) cid: Option<String>,
}

/// A message in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct EmailPath {
    /// The account.
    pub(crate) account: Number,
    /// The message.
    pub(crate) email: EmailId,
}

impl Email {
    /// What lists say of a message.
    pub(super) fn of(account: i64, row: &EmailSummary) -> Self {
        let structure = row.structure.as_deref();
        Self {
            id: Some(row.id),
            account_id: Some(Number(account)),
            thread_id: row.thread_id.clone(),
            mailbox_ids: [(row.placement.mailbox.to_string(), true)].into(),
            keywords: keywords(&row.keywords),
            size: row.size,
            received_at: Some(Time(row.received_at)),
            sent_at: row.sent_at.map(Time),
            message_id: row.message_id.clone(),
            in_reply_to: row.in_reply_to.clone(),
            from: people(&row.from),
            to: people(&row.to),
            cc: people(&row.cc),
            bcc: people(&row.bcc),
            reply_to: people(&row.reply_to),
            sender: people(&row.sender),
            subject: row.subject.clone(),
            preview: row.preview.clone(),
            has_attachment: row.has_attachment,
            attachments: structure.map_or_else(Vec::new, |part| attachments(row.id, part)),
            ..Self::default()
        }
    }
}

/// What a message is marked with; IMAP's `\Deleted` is none of it (RFC 8621 §4.1.1).
fn keywords(keywords: &Keywords) -> BTreeMap<String, bool> {
    let shown = keywords.0.iter().filter(|word| *word != keyword::DELETED);
    shown.map(|word| (word.clone(), true)).collect()
}

/// The strong ETag of a message's state: where it lies and what it is marked with.
fn etag(mailbox: MailboxId, keywords: &Keywords) -> String {
    let words: Vec<&str> = keywords.0.iter().map(String::as_str).collect();
    let state = format!("{mailbox} {}", words.join(" "));
    let hash = crate::engine::secrets::sha256(state.as_bytes());
    let hex: String = hash
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("\"{hex}\"")
}

pub(super) fn people(all: &[Address]) -> Vec<EmailAddress> {
    let said = |one: &Address| EmailAddress {
        name: one.name.clone(),
        email: one.email.clone(),
    };
    all.iter().map(said).collect()
}

fn attachments(email: EmailId, structure: &Part) -> Vec<Attachment> {
    let plan = plan::plan(structure);
    let said = |attached: &plan::Attachment<'_>| {
        let part = attached.part;
        Attachment {
            part_id: part.section.clone(),
            blob_id: BlobId::Part(email, part.section.clone()),
            name: part.filename.clone(),
            kind: part.media_type.clone(),
            size: part.size,
            disposition: part.disposition.clone(),
            cid: part.cid.clone(),
        }
    };
    let all = plan.attachments.iter().chain(&plan.embedded);
    all.map(said).collect()
}
