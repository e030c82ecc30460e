//! Messages to be sent once (RFC 8621 §7). The row is the claim: what was claimed is sent by
//! whoever takes it from the [`queue`], and a draft is never on its way twice.

pub mod mailing;
pub mod queue;
pub mod recipients;

mod claim;
mod state;

pub use self::{
    claim::{Claim, claim, claim_batch},
    state::{CopyState, MarkState, RecipientState, State},
};

use super::{
    Store,
    blobs::Sha256,
    error::Error,
    id::{AccountId, DraftId, IdentityId, SubmissionId, UserId},
    row::{row, text},
    transaction::{Tx, on},
};

/// A message to send.
#[derive(Clone, Copy, Debug)]
pub struct NewSubmission<'a> {
    /// The account that sends it.
    pub account: AccountId,
    /// The account's user.
    pub user: UserId,
    /// The draft and its revision; `None` for a message that came whole.
    pub draft: Option<(DraftId, i64)>,
    /// Who it is from.
    pub identity: Option<i64>,
    /// Message-ID without angle brackets.
    pub message_id: &'a str,
    /// The Date header (ms).
    pub date: i64,
    /// The envelope's sender.
    pub mail_from: &'a str,
    /// Subject, for the outbox's list.
    pub subject: &'a str,
    /// What the envelope asks for, a JSON object.
    pub options_json: &'a str,
    /// Not before this time (ms).
    pub send_at: i64,
    /// The email that it answers or forwards; `""` for none.
    pub reference_email: &'a str,
    /// `reply`, `replyAll`, `forward` or `forwardAsAttachment`; `""` for none.
    pub reference_action: &'a str,
    /// The copy in Sent.
    pub copy_state: CopyState,
    /// The mark on the email that it refers to.
    pub mark_state: MarkState,
    /// The addresses in RCPT TO.
    pub recipients: &'a [String],
    /// Its owner lets it go out while nobody is signed in, as far as they had said when it was
    /// claimed; what they say since then counts when it is due.
    pub unattended: bool,
    /// The first submission of the merge batch that it belongs to.
    pub merge_of: Option<SubmissionId>,
    /// The blob with the exact bytes to send, and their number.
    pub blob: Option<(Sha256, i64)>,
}

row! {
    /// A message on its way, or that was.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct SubmissionRow {
        /// The submission.
        pub id: SubmissionId,
        /// The account that sends it.
        pub account_id: AccountId,
        /// The account's user.
        pub user_id: UserId,
        /// The draft, which may be gone; `None` for a message that came whole.
        pub draft_id: Option<DraftId>,
        /// The draft's revision when it was claimed; 0 for none.
        pub revision: i64,
        /// Who it is from; `None` once that identity is gone.
        pub identity_id: Option<IdentityId>,
        /// Message-ID without angle brackets.
        pub message_id: String,
        /// The Date header (ms).
        pub date: i64,
        /// The blob with the exact bytes to send; `None` once they are needed no more.
        pub sha256: Option<Sha256>,
        /// Octets.
        pub size: i64,
        /// The envelope's sender.
        pub mail_from: String,
        /// Subject.
        pub subject: String,
        /// What the envelope asks for, a JSON object.
        pub options_json: String,
        /// Where it is on its way.
        pub state: State,
        /// Not before this time (ms).
        pub send_at: i64,
        /// Tries so far.
        pub attempts: i64,
        /// When the next try is due (ms).
        pub next_at: i64,
        /// Who is sending it; `""` for none.
        pub claimed_by: String,
        /// When that claim ends (ms).
        pub claimed_until: i64,
        /// When the end of the message was about to be sent (ms); `None` before.
        pub final_at: Option<i64>,
        /// The server's last answer or the error's code; `""` for none.
        pub last_reply: String,
        /// The copy in Sent.
        pub copy_state: CopyState,
        /// The email that is that copy, where it was filed; `""` where nobody knows.
        pub copy_email: String,
        /// The email that it answers or forwards; `""` for none.
        pub reference_email: String,
        /// How it refers to that; `""` for none.
        pub reference_action: String,
        /// The mark on that email.
        pub mark_state: MarkState,
        /// The first submission of the merge batch that it belongs to.
        pub merge_of: Option<SubmissionId>,
        /// The draft that its merge batch was made of, which may be gone.
        pub merge_draft: Option<DraftId>,
        /// As in [`NewSubmission`].
        pub unattended: bool,
        /// When it was claimed (ms).
        pub created_at: i64,
        /// When it was sent (ms); `None` before.
        pub sent_at: Option<i64>,
        /// When it last changed (ms).
        pub updated_at: i64,
    }
}

/// The columns of [`SubmissionRow`], for `concat!`.
macro_rules! columns {
    () => {
        "id, account_id, user_id, draft_id, revision, identity_id, message_id, date, sha256, size,
         mail_from, subject, options_json, state, send_at, attempts, next_at, claimed_by,
         claimed_until, final_at, last_reply, copy_state, copy_email, reference_email, reference_action,
         mark_state, merge_of, merge_draft, unattended, created_at, sent_at, updated_at"
    };
}
use columns;

/// The condition that a submission keeps its draft from being changed: it is on its way, or the
/// first of a mailing that was not taken back, whatever became of that one message.
macro_rules! holds_its_draft {
    () => {
        "(state IN ('pending', 'sending', 'sent', 'unconfirmed') OR merge_of IS NOT NULL)"
    };
}
pub(super) use holds_its_draft;

/// The submission that a draft of the user's is on its way as: pending, sending, sent or
/// unconfirmed, or the first of its mailing. `None` for a draft that can still be changed.
///
/// # Errors
/// What the database says.
pub async fn of_draft(
    store: &Store,
    user: UserId,
    draft: i64,
) -> Result<Option<SubmissionRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM submissions WHERE user_id = $1 AND draft_id = $2 AND ",
        holds_its_draft!(),
        " ORDER BY id DESC LIMIT 1"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).bind(draft).fetch_optional(db).await
    })?)
}

/// The user's submission of this number. `None` for other users'.
///
/// # Errors
/// What the database says.
pub async fn get(store: &Store, user: UserId, id: i64) -> Result<Option<SubmissionRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM submissions WHERE user_id = $1 AND id = $2"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).bind(id).fetch_optional(db).await
    })?)
}

/// At most `limit` of the account's submissions in any state, the last claimed first. Not those
/// that their owner has taken off the list. Of more than fit, first those that somebody has to look
/// after, then those that wait, and last those that were taken back.
///
/// # Errors
/// What the database says.
pub async fn list(
    store: &Store,
    account: AccountId,
    limit: i64,
) -> Result<Vec<SubmissionRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM submissions WHERE id IN (SELECT id FROM submissions
            WHERE account_id = $1 AND hidden = 0
            ORDER BY CASE WHEN state IN ('failed', 'unconfirmed') THEN 0
                WHEN state IN ('pending', 'sending') THEN 1
                WHEN state = 'sent' THEN 2 ELSE 3 END, id DESC
            LIMIT $2)
         ORDER BY id DESC"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(account.get()).bind(limit).fetch_all(db).await
    })?)
}

/// At most `limit` of the account's submissions in any state, the last claimed first, from before the
/// number `before`. Not those that their owner has taken off the list.
///
/// # Errors
/// What the database says.
pub async fn page(
    store: &Store,
    account: AccountId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<SubmissionRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM submissions WHERE account_id = $1 AND hidden = 0 AND id < $2
         ORDER BY id DESC LIMIT $3"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(account.get())
            .bind(before.unwrap_or(i64::MAX))
            .bind(limit)
            .fetch_all(db)
            .await
    })?)
}

/// How many of the account's messages wait or are being sent, and how many have failed or are
/// unconfirmed.
///
/// # Errors
/// What the database says.
pub async fn counts(store: &Store, account: AccountId) -> Result<(i64, i64), Error> {
    const SQL: &str = "SELECT COUNT(CASE WHEN state IN ('pending', 'sending') THEN 1 END),
            COUNT(CASE WHEN state IN ('failed', 'unconfirmed', 'sent') THEN 1 END)
         FROM submissions WHERE account_id = $1 AND (state NOT IN ('sent', 'cancelled')
            OR (state = 'sent' AND hidden = 0 AND EXISTS (SELECT 1 FROM submission_recipients AS r
                WHERE r.submission_id = submissions.id AND r.state = 'refused')))";
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(account.get()).fetch_one(db).await
    })?)
}

/// The account's submission of this Message-ID, the last if there are several.
///
/// # Errors
/// What the database says.
pub async fn by_message_id(
    store: &Store,
    account: AccountId,
    message_id: &str,
) -> Result<Option<SubmissionRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM submissions WHERE account_id = $1 AND message_id = $2 ORDER BY id DESC LIMIT 1"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(account.get())
            .bind(text(message_id))
            .fetch_optional(db)
            .await
    })?)
}

/// The submission, locked until the transaction ends: an UPDATE that changes nothing, because
/// SQLite has no `FOR UPDATE`.
async fn lock(tx: &mut Tx, id: SubmissionId) -> Result<Option<SubmissionRow>, Error> {
    const SQL: &str = concat!(
        "UPDATE submissions SET attempts = attempts WHERE id = $1 RETURNING ",
        columns!()
    );
    Ok(on!(tx, db => {
        sqlx::query_as(SQL).bind(id.get()).fetch_optional(&mut **db).await
    })?)
}

row! {
    /// A number from a query that has looked it up.
    struct Found {
        id: SubmissionId,
    }
}
