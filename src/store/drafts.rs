//! Messages being written. The row is the truth; the copy in the Drafts folder follows it.
//!
//! Each save names the revision that it began from: when the draft has another by then, nothing
//! is written and the caller gets what is there, to keep both. A draft that is on its way (its
//! submission is pending, sending, sent or unconfirmed) can't be changed: what was claimed is what
//! goes.

pub mod attachments;
pub mod copies;

mod handing;
mod lock;
mod write;

pub(super) use self::lock::{lock, remove};
pub use self::{
    handing::{Handed, hand},
    write::{Saved, create, save},
};

use self::attachments::NewAttachment;
use super::{
    Store,
    blobs::Sha256,
    error::Error,
    id::{AccountId, DraftId, UserId},
    row::{row, text},
    transaction::on,
};
use crate::mail::id::{EmailId, MailboxId};

/// What a person edits of a draft. Addresses are as typed, one text for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftFields {
    /// Who it is from; `None` for the account's default, and so is another account's identity.
    pub identity: Option<i64>,
    /// The address in From when it is not the identity's; `""` for that one.
    pub from_email: String,
    /// To.
    pub to: Vec<String>,
    /// Cc.
    pub cc: Vec<String>,
    /// Bcc.
    pub bcc: Vec<String>,
    /// Reply-To.
    pub reply_to: Vec<String>,
    /// Subject.
    pub subject: String,
    /// Which of the two bodies is being written: the rich one?
    pub html: bool,
    /// The plain body.
    pub text_body: String,
    /// The rich body, without the quoted original; not cleaned here.
    pub html_body: String,
    /// The original is quoted below the body.
    pub quotes: bool,
    /// What else was chosen, a JSON object.
    pub options_json: String,
}

/// A draft to begin.
#[derive(Clone, Copy, Debug)]
pub struct NewDraft<'a> {
    /// Made by the browser, so that a creation that is repeated makes one draft; `""` for none.
    pub key: &'a str,
    /// What it begins with.
    pub fields: &'a DraftFields,
    /// The email that it answers or forwards; `""` for none.
    pub reference_email: &'a str,
    /// `reply`, `replyAll`, `forward`, `forwardAsAttachment` or `edit`; `""` for none.
    pub reference_action: &'a str,
    /// The blob of the quoted original.
    pub quote: Option<Sha256>,
    /// The id in In-Reply-To, without angle brackets; `""` for none.
    pub in_reply_to: &'a str,
    /// The ids in References, without angle brackets.
    pub references: &'a [String],
    /// The draft that this one is a conflict copy of.
    pub conflict_of: Option<DraftId>,
    /// The message in the Drafts folder that it was made from. It counts as the copy, one that is
    /// behind, as the draft may have been changed before it was made.
    pub copy: Option<Copy>,
    /// Its files, in order. Their blobs must be known.
    pub files: &'a [NewAttachment<'a>],
}

/// Where a draft's copy lies in the Drafts folder.
pub type Copy = EmailId;

row! {
    /// A draft. What is not explained here is as in [`DraftFields`] and [`NewDraft`].
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DraftRow {
        /// The draft.
        pub id: DraftId,
        /// The account that will send it.
        pub account_id: AccountId,
        /// The account's user.
        pub user_id: UserId,
        /// See [`NewDraft::key`].
        pub key: String,
        /// Grows with each change; 1 at first.
        pub revision: i64,
        /// See [`DraftFields::identity`].
        pub identity: Option<i64>,
        /// See [`DraftFields::from_email`].
        pub from_email: String,
        /// To.
        pub to: Vec<String>,
        /// Cc.
        pub cc: Vec<String>,
        /// Bcc.
        pub bcc: Vec<String>,
        /// Reply-To.
        pub reply_to: Vec<String>,
        /// Subject.
        pub subject: String,
        /// Is the rich body the one being written?
        pub html: bool,
        /// The plain body.
        pub text_body: String,
        /// The rich body.
        pub html_body: String,
        /// The original is quoted below the body.
        pub quotes: bool,
        /// What else was chosen, a JSON object.
        pub options_json: String,
        /// The email that it answers or forwards; `""` for none.
        pub reference_email: String,
        /// How it refers to that; `""` for none.
        pub reference_action: String,
        /// The blob of the quoted original.
        pub quote_sha256: Option<Sha256>,
        /// The id in In-Reply-To; `""` for none.
        pub in_reply_to: String,
        /// The ids in References.
        pub references: Vec<String>,
        /// The draft that this one is a conflict copy of.
        pub conflict_of: Option<DraftId>,
        /// The copy's folder; see [`DraftRow::copy`].
        pub copy_mailbox: Option<MailboxId>,
        /// The copy's UIDVALIDITY; 0 for none.
        pub copy_uid_validity: u32,
        /// The copy's UID; 0 for none.
        pub copy_uid: u32,
        /// The revision that the copy holds; 0 for none.
        pub copy_revision: i64,
        /// The Message-ID that all its copies carry; `""` before the first.
        pub copy_message_id: String,
        /// When it was begun (ms).
        pub created_at: i64,
        /// When it last changed (ms).
        pub updated_at: i64,
    }
}

impl DraftRow {
    /// Where its copy in the Drafts folder lies; `None` while there is none.
    pub fn copy(&self) -> Option<Copy> {
        Some(Copy {
            mailbox: self.copy_mailbox?,
            uid_validity: self.copy_uid_validity,
            uid: self.copy_uid,
        })
    }

    /// What a person edits of it.
    pub fn fields(&self) -> DraftFields {
        DraftFields {
            identity: self.identity,
            from_email: self.from_email.clone(),
            to: self.to.clone(),
            cc: self.cc.clone(),
            bcc: self.bcc.clone(),
            reply_to: self.reply_to.clone(),
            subject: self.subject.clone(),
            html: self.html,
            text_body: self.text_body.clone(),
            html_body: self.html_body.clone(),
            quotes: self.quotes,
            options_json: self.options_json.clone(),
        }
    }
}

/// The columns of [`DraftRow`], for `concat!`.
macro_rules! columns {
    () => {
        "id, account_id, user_id, key, revision, identity_id AS identity, from_email,
         to_json AS \"to\", cc_json AS cc, bcc_json AS bcc, reply_to_json AS reply_to, subject,
         CAST(CASE format WHEN 'html' THEN 1 ELSE 0 END AS BIGINT) AS html, text_body, html_body,
         quotes, options_json, reference_email, reference_action, quote_sha256, in_reply_to,
         references_json AS \"references\", conflict_of, copy_mailbox, copy_uid_validity, copy_uid,
         copy_revision, copy_message_id, created_at, updated_at"
    };
}
use columns;

/// The condition that a draft (a row of `drafts`) is not on its way.
macro_rules! not_on_its_way {
    () => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM submissions WHERE draft_id = drafts.id AND ",
            crate::store::submissions::holds_its_draft!(),
            ")"
        )
    };
}
use not_on_its_way;

/// The user's draft of this number. `None` for other users'.
///
/// # Errors
/// What the database says.
pub async fn get(store: &Store, user: UserId, id: i64) -> Result<Option<DraftRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM drafts WHERE user_id = $1 AND id = $2"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).bind(id).fetch_optional(db).await
    })?)
}

/// The user's draft that was made with this key. `None` for no key.
///
/// # Errors
/// What the database says.
pub async fn by_key(store: &Store, user: UserId, key: &str) -> Result<Option<DraftRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM drafts WHERE user_id = $1 AND key = $2 AND key <> ''"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).bind(text(key)).fetch_optional(db).await
    })?)
}

/// At most `limit` of the account's drafts, the last changed first, without those on their way: from
/// behind the one that was changed at `before.0` and has the number `before.1`.
///
/// # Errors
/// What the database says.
pub async fn list(
    store: &Store,
    account: AccountId,
    before: Option<(i64, i64)>,
    limit: i64,
) -> Result<Vec<DraftRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM drafts WHERE account_id = $1 AND (updated_at, id) < ($2, $3) AND ",
        not_on_its_way!(),
        " ORDER BY updated_at DESC, id DESC LIMIT $4"
    );
    let (changed, id) = before.unwrap_or((i64::MAX, i64::MAX));
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(account.get())
            .bind(changed)
            .bind(id)
            .bind(limit)
            .fetch_all(db)
            .await
    })?)
}

/// How many drafts an account has, without those on their way.
///
/// # Errors
/// What the database says.
pub async fn count(store: &Store, account: AccountId) -> Result<i64, Error> {
    const SQL: &str = concat!(
        "SELECT COUNT(*) FROM drafts WHERE account_id = $1 AND ",
        not_on_its_way!()
    );
    let (count,): (i64,) = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(account.get()).fetch_one(db).await
    })?;
    Ok(count)
}

/// Deletes a draft and lets go of its files. False when the user has none of this number, or when
/// it is on its way.
///
/// # Errors
/// What the database says.
pub async fn delete(store: &Store, user: UserId, id: i64, now: i64) -> Result<bool, Error> {
    let mut tx = store.begin_durable().await?;
    let Some(draft) = lock::lock_editable(&mut tx, user, id).await? else {
        return Ok(false);
    };
    let hashes = remove(&mut tx, &draft).await?;
    super::blobs::let_go(&mut tx, user, hashes, now).await?;
    tx.commit().await?;
    Ok(true)
}
