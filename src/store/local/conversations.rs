//! Conversations as a folder's list shows them, and all of one as it is read.
//!
//! Cost: a list walks the folder's index from its newest message on until there are as many
//! conversations as asked for, whatever the folder holds, and reads the messages of those; one
//! statement for the rows, one for what is in them. A conversation is one statement.

use sqlx::FromRow;

use super::{
    Owner, list,
    row::{Row, columns},
    threads,
};
use crate::{
    mail::{address::Address, email::EmailSummary, id::MailboxId},
    store::{
        Store,
        error::Error,
        row::{key, row},
        transaction::on,
    },
};

row! {
    /// A message of a listed conversation.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Member {
        /// The conversation.
        pub thread_id: String,
        /// The folder that it lies in: the one listed, or another.
        pub mailbox_id: MailboxId,
        /// Its UID there.
        pub uid: u32,
        /// It was read.
        pub seen: bool,
        /// It is starred.
        pub flagged: bool,
        /// It has what a person would call an attachment.
        pub has_attachment: bool,
        /// Its Message-ID; empty when absent.
        pub message_id: String,
        /// Who wrote it.
        pub from_json: Vec<Address>,
    }
}

row! {
    #[derive(Debug)]
    struct Place {
        mailbox_id: MailboxId,
        uid_validity: u32,
    }
}

/// A message and the folder that it lies in.
struct Placed {
    place: Place,
    row: Row,
}

impl<'r, R: sqlx::Row> FromRow<'r, R> for Placed
where
    Place: FromRow<'r, R>,
    Row: FromRow<'r, R>,
{
    fn from_row(row: &'r R) -> Result<Self, sqlx::Error> {
        Ok(Self {
            place: Place::from_row(row)?,
            row: Row::from_row(row)?,
        })
    }
}

/// What makes a message of a folder the newest of its conversation there, and one that comes after
/// the place in `$2` and `$3`. The list is read from its top, so that what is older is not looked at.
macro_rules! heads {
    () => {
        "p.mailbox_id = $1 AND p.received_at <= $2 AND (p.received_at < $2 OR p.thread_id < $3)
            AND NOT EXISTS (SELECT 1 FROM placements q
                WHERE q.mailbox_id = $1 AND q.thread_id = p.thread_id
                    AND (q.received_at, q.uid) > (p.received_at, p.uid))
         ORDER BY p.received_at DESC, p.thread_id DESC LIMIT $4"
    };
}

/// The newest message of each of at most `limit` conversations of a folder, the newest first, with
/// their placements as ids; after the conversation that `after` says.
///
/// # Errors
/// [`Error::Gone`] when there is no such folder any more.
pub async fn newest(
    store: &Store,
    owner: Owner,
    mailbox: MailboxId,
    after: Option<(i64, &str)>,
    limit: u32,
) -> Result<Vec<EmailSummary>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM placements p JOIN messages m ON m.id = p.message_id WHERE ",
        heads!()
    );
    let state = list::state(store, owner, mailbox).await?;
    let (at, thread) = after.unwrap_or((i64::MAX, ""));
    let rows: Vec<Row> = on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(key(mailbox))
            .bind(at)
            .bind(thread)
            .bind(i64::from(limit))
            .fetch_all(db)
            .await
    })?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|row| row.summary(mailbox, state.uid_validity))
        .collect())
}

/// The messages of the same conversations, the oldest first: of each the newest `most`, those that
/// lie in the folder before those in others. What lies in Trash, Junk and Drafts is left out,
/// unless that is the folder.
///
/// # Errors
/// What the database says.
pub async fn members(
    store: &Store,
    owner: Owner,
    mailbox: MailboxId,
    after: Option<(i64, &str)>,
    limit: u32,
    most: u32,
) -> Result<Vec<Member>, Error> {
    const SQL: &str = concat!(
        "WITH heads AS (SELECT p.thread_id FROM placements p WHERE ",
        heads!(),
        "), members AS (
            SELECT p.thread_id, p.mailbox_id, p.uid, p.seen, p.flagged, p.received_at,
                m.has_attachment, m.message_id, m.from_json,
                row_number() OVER (PARTITION BY p.thread_id
                    ORDER BY CASE WHEN p.mailbox_id = $1 THEN 0 ELSE 1 END,
                        p.received_at DESC, p.uid DESC) AS place
            FROM heads h JOIN messages m ON m.account_id = $5 AND m.thread_id = h.thread_id
                JOIN placements p ON p.message_id = m.id
                JOIN mailboxes b ON b.id = p.mailbox_id
            WHERE b.account_id = $5 AND b.gone_at IS NULL
                AND (b.id = $1 OR b.role NOT IN ('trash', 'junk', 'drafts')))
        SELECT thread_id, mailbox_id, uid, seen, flagged, has_attachment, message_id, from_json
        FROM members WHERE place <= $6 ORDER BY received_at, mailbox_id, uid"
    );
    let (at, thread) = after.unwrap_or((i64::MAX, ""));
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(key(mailbox))
            .bind(at)
            .bind(thread)
            .bind(i64::from(limit))
            .bind(owner.account.get())
            .bind(i64::from(most))
            .fetch_all(db)
            .await
    })?)
}

/// All messages of the conversation that a message of a folder belongs to, the oldest first, with
/// their placements as ids; of more than [`threads::MESSAGES`] the newest. What lies in Trash and
/// Junk is left out, unless that is the folder. Empty when there is no such message.
///
/// # Errors
/// What the database says.
pub async fn around(
    store: &Store,
    owner: Owner,
    mailbox: MailboxId,
    uid: u32,
) -> Result<Vec<EmailSummary>, Error> {
    const SQL: &str = concat!(
        "SELECT p.mailbox_id, b.uid_validity, ",
        columns!(),
        " FROM messages m JOIN placements p ON p.message_id = m.id
            JOIN mailboxes b ON b.id = p.mailbox_id
         WHERE m.account_id = $1 AND m.thread_id =
                (SELECT thread_id FROM placements WHERE mailbox_id = $2 AND uid = $3)
            AND b.account_id = $1 AND b.gone_at IS NULL
            AND (b.id = $2 OR b.role NOT IN ('trash', 'junk'))
         ORDER BY p.received_at DESC, p.mailbox_id DESC, p.uid DESC LIMIT $4"
    );
    let rows: Vec<Placed> = on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(owner.account.get())
            .bind(key(mailbox))
            .bind(i64::from(uid))
            .bind(threads::MESSAGES)
            .fetch_all(db)
            .await
    })?;
    let rows = rows.into_iter().rev();
    Ok(rows
        .map(|Placed { place, row }| row.summary(place.mailbox_id, place.uid_validity))
        .collect())
}
