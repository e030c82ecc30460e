//! Conversations: messages of an account that have the same root (`index::Index::thread_id`),
//! whichever folders they lie in. The newest first, by the newest message of each.
//!
//! Cost: a folder's index is read from its newest message on, as far as it takes to have as many
//! conversations as asked for; over all folders, one entry for each message. And of each conversation
//! shown, its messages.

use super::Owner;
use crate::{
    mail::{
        address::Address,
        id::{EmailId, MailboxId},
    },
    store::{
        Store,
        error::Error,
        row::{key, row},
        transaction::on,
    },
};

/// Messages of a conversation that are looked at; one that is longer shows its newest.
pub const MESSAGES: i64 = 500;

row! {
    /// A conversation in a list.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Head {
        /// Its id.
        pub thread_id: String,
        /// When its newest message arrived, of those in the folder asked for (ms).
        pub newest: i64,
    }
}

row! {
    /// A message of a conversation.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Part {
        /// The folder that it lies in.
        pub mailbox_id: MailboxId,
        /// That folder's UIDVALIDITY.
        pub uid_validity: u32,
        /// Its UID.
        pub uid: u32,
        /// It was read.
        pub seen: bool,
        /// When it arrived (ms).
        pub received_at: i64,
        /// Its subject.
        pub subject: String,
        /// Who wrote it.
        pub from_json: Vec<Address>,
    }
}

impl Part {
    /// Where it lies.
    pub fn placement(&self) -> EmailId {
        EmailId {
            mailbox: self.mailbox_id,
            uid_validity: self.uid_validity,
            uid: self.uid,
        }
    }
}

/// At most `limit` conversations that have a message in a folder, or in any, after the one that
/// `after` says.
///
/// # Errors
/// What the database says.
pub async fn list(
    store: &Store,
    owner: Owner,
    only: Option<MailboxId>,
    after: Option<(i64, &str)>,
    limit: u32,
) -> Result<Vec<Head>, Error> {
    // From the newest on, so that what is older is not looked at.
    const IN_ONE: &str = "SELECT p.thread_id, p.received_at AS newest
        FROM placements p JOIN mailboxes b ON b.id = p.mailbox_id
        WHERE p.mailbox_id = $1 AND b.account_id = $2 AND b.gone_at IS NULL
            AND p.received_at <= $3 AND (p.received_at < $3 OR p.thread_id < $4)
            AND NOT EXISTS (SELECT 1 FROM placements q
                WHERE q.mailbox_id = $1 AND q.thread_id = p.thread_id
                    AND (q.received_at, q.uid) > (p.received_at, p.uid))
        ORDER BY p.received_at DESC, p.thread_id DESC LIMIT $5";
    const IN_ANY: &str = "SELECT p.thread_id, max(p.received_at) AS newest
        FROM placements p JOIN mailboxes b ON b.id = p.mailbox_id
        WHERE b.account_id = $1 AND b.gone_at IS NULL
        GROUP BY p.thread_id
        HAVING max(p.received_at) < $2 OR (max(p.received_at) = $2 AND p.thread_id < $3)
        ORDER BY newest DESC, p.thread_id DESC LIMIT $4";
    let (at, id) = after.unwrap_or((i64::MAX, ""));
    let limit = i64::from(limit);
    Ok(match only {
        Some(mailbox) => on!(store.reader(), db => {
            sqlx::query_as(IN_ONE)
                .bind(key(mailbox))
                .bind(owner.account.get())
                .bind(at)
                .bind(id)
                .bind(limit)
                .fetch_all(db)
                .await
        }),
        None => on!(store.reader(), db => {
            sqlx::query_as(IN_ANY)
                .bind(owner.account.get())
                .bind(at)
                .bind(id)
                .bind(limit)
                .fetch_all(db)
                .await
        }),
    }?)
}

/// The messages of a conversation, the oldest first; of more than [`MESSAGES`] the newest. None
/// when the account has no such conversation.
///
/// # Errors
/// What the database says.
pub async fn messages(store: &Store, owner: Owner, thread: &str) -> Result<Vec<Part>, Error> {
    const SQL: &str =
        "SELECT p.mailbox_id, b.uid_validity, p.uid, p.seen, p.received_at, m.subject,
            m.from_json
        FROM messages m JOIN placements p ON p.message_id = m.id
            JOIN mailboxes b ON b.id = p.mailbox_id
        WHERE m.account_id = $1 AND m.thread_id = $2 AND b.account_id = $1 AND b.gone_at IS NULL
        ORDER BY m.received_at DESC, p.mailbox_id DESC, p.uid DESC LIMIT $3";
    let mut parts: Vec<Part> = on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(owner.account.get())
            .bind(thread)
            .bind(MESSAGES)
            .fetch_all(db)
            .await
    })?;
    parts.reverse();
    Ok(parts)
}
