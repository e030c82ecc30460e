//! Conversations as a folder's list shows them, and all of one as it is read.
//!
//! Cost: a list walks the folder's index from its newest message on until there are as many
//! conversations as asked for, whatever the folder holds. What is counted of those is counted by the
//! database, which reads all their messages for it, and gives a row for each conversation; what is
//! shown of them is read from the newest message on, as far as it is wanted. One statement for the
//! rows, one for each 64 that are counted, one for each [`MEMBERS_AT_ONCE`] whose messages are read. A
//! conversation is one statement, that reads no more messages than it gives.

use std::{collections::HashMap, sync::LazyLock};

use sqlx::{AssertSqlSafe, FromRow};

use super::{
    Owner, list,
    row::{Row, columns},
    threads,
};
use crate::{
    mail::{
        address::Address,
        email::EmailSummary,
        id::{EmailId, MailboxId},
    },
    store::{
        Store,
        error::Error,
        places,
        row::{key, row},
        transaction::on,
    },
};

row! {
    /// What is counted of a conversation, wherever its messages lie but in Trash, Junk and Drafts
    /// (unless that is the folder). A message that is there twice, with the same Message-ID of the same
    /// person, is one.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Sum {
        /// The conversation.
        pub thread_id: String,
        /// Its messages.
        pub count: i64,
        /// Those in the folder that were not read.
        pub unread: i64,
        /// One of those in the folder is starred.
        pub flagged: bool,
        /// One of all has what a person would call an attachment.
        pub has_attachment: bool,
    }
}

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
        /// When it arrived (ms).
        pub received_at: i64,
        /// Who wrote it.
        pub from_json: Vec<Address>,
    }
}

row! {
    #[derive(Debug)]
    struct Place {
        mailbox_id: MailboxId,
        uid_validity: u32,
        known_mailbox: Option<MailboxId>,
        known_uid_validity: Option<i64>,
        known_uid: Option<i64>,
    }
}

impl Place {
    /// The id under which it was first known, if it was moved.
    fn known(&self) -> Option<EmailId> {
        Some(EmailId {
            mailbox: self.known_mailbox?,
            uid_validity: self.known_uid_validity?.try_into().ok()?,
            uid: self.known_uid?.try_into().ok()?,
        })
    }
}

/// A column of the first alias of a placement, for `concat!`: the id under which it was first known.
macro_rules! first {
    ($column:literal) => {
        concat!(
            "(SELECT a.from_",
            $column,
            " FROM aliases a WHERE a.account_id = $1 AND a.to_mailbox = p.mailbox_id
                AND a.to_uid_validity = b.uid_validity AND a.to_uid = p.uid
                ORDER BY a.id LIMIT 1) AS known_",
            $column,
            ", "
        )
    };
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
    // The list is read from its top, so that what is older is not looked at.
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM placements p JOIN messages m ON m.id = p.message_id
         WHERE p.mailbox_id = $1 AND p.received_at <= $2
            AND (p.received_at < $2 OR p.thread_id < $3)
            AND NOT EXISTS (SELECT 1 FROM placements q
                WHERE q.mailbox_id = $1 AND q.thread_id = p.thread_id
                    AND (q.received_at, q.uid) > (p.received_at, p.uid))
         ORDER BY p.received_at DESC, p.thread_id DESC LIMIT $4"
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

/// Conversations in one statement.
const SUMS_AT_ONCE: usize = 64;

static SUMS: LazyLock<String> = LazyLock::new(|| {
    // Safe: numbers of places only.
    format!(
        "WITH members AS (
            SELECT p.thread_id, p.mailbox_id, p.seen, p.flagged, m.has_attachment,
                CASE WHEN m.message_id = '' THEN CAST(m.id AS TEXT)
                    ELSE m.message_id || ' ' || m.from_json END AS name
            FROM messages m JOIN placements p ON p.message_id = m.id
                JOIN mailboxes b ON b.id = p.mailbox_id
            WHERE m.account_id = $2 AND b.account_id = $2 AND b.gone_at IS NULL
                AND (b.id = $1 OR b.role NOT IN ('trash', 'junk', 'drafts'))
                AND m.thread_id IN ({}))
         SELECT thread_id, count(DISTINCT name) AS count,
            count(DISTINCT CASE WHEN mailbox_id = $1 AND seen = 0 THEN name END) AS unread,
            max(CASE WHEN mailbox_id = $1 THEN flagged ELSE 0 END) AS flagged,
            max(has_attachment) AS has_attachment
         FROM members GROUP BY thread_id",
        places::list(3, SUMS_AT_ONCE)
    )
});

/// What is counted of conversations, by their ids.
///
/// # Errors
/// What the database says.
pub async fn sums(
    store: &Store,
    owner: Owner,
    mailbox: MailboxId,
    threads: &[&str],
) -> Result<HashMap<String, Sum>, Error> {
    let mut all = HashMap::new();
    for threads in places::filled(threads, SUMS_AT_ONCE) {
        let rows: Vec<Sum> = on!(store.reader(), db => {
            // Safe: the text is built once, of numbers of places.
            let mut query = sqlx::query_as(AssertSqlSafe(SUMS.as_str()))
                .bind(key(mailbox))
                .bind(owner.account.get());
            for thread in threads {
                query = query.bind(thread);
            }
            query.fetch_all(db).await
        })?;
        all.extend(rows.into_iter().map(|row| (row.thread_id.clone(), row)));
    }
    Ok(all)
}

/// Conversations whose messages are read in one statement: each has a part of it, that ends where as
/// many are read as are wanted.
pub const MEMBERS_AT_ONCE: usize = 16;

static MEMBERS: LazyLock<String> = LazyLock::new(|| {
    const HERE: &str = "SELECT p.thread_id, p.mailbox_id, p.uid, p.seen, p.received_at, m.from_json
        FROM placements p JOIN messages m ON m.id = p.message_id
        WHERE p.mailbox_id = $1 AND m.account_id = $2";
    const NEWEST: &str = "SELECT id, from_json FROM messages WHERE account_id = $2";
    const ELSEWHERE: &str =
        "SELECT p.thread_id, p.mailbox_id, p.uid, p.seen, p.received_at, m.from_json";
    const LIES: &str = "JOIN placements p ON p.message_id = m.id
            JOIN mailboxes b ON b.id = p.mailbox_id
        WHERE b.account_id = $2 AND b.gone_at IS NULL AND b.id <> $1
            AND b.role NOT IN ('trash', 'junk', 'drafts')";
    let part = |n: usize| {
        // Safe: numbers of places only.
        let place = n.saturating_add(4);
        format!(
            "SELECT * FROM ({HERE} AND p.thread_id = ${place}
                ORDER BY p.received_at DESC, p.uid DESC LIMIT $3) AS here{n}
             UNION ALL {ELSEWHERE} FROM ({NEWEST} AND thread_id = ${place}
                ORDER BY received_at DESC, id DESC LIMIT $3) AS m {LIES}"
        )
    };
    let parts: Vec<String> = (0..MEMBERS_AT_ONCE).map(part).collect();
    parts.join(" UNION ALL ")
});

/// Messages of conversations, the oldest first: of each the newest `most` that lie in the folder, and
/// those of its newest `most` wherever they lie that lie elsewhere. What lies in Trash, Junk and
/// Drafts is left out, unless that is the folder.
///
/// # Errors
/// What the database says.
pub async fn members(
    store: &Store,
    owner: Owner,
    mailbox: MailboxId,
    threads: &[&str],
    most: u32,
) -> Result<Vec<Member>, Error> {
    let mut all: Vec<Member> = Vec::new();
    for part in threads.chunks(MEMBERS_AT_ONCE) {
        let rows: Vec<Member> = on!(store.reader(), db => {
            // Safe: the text is built once, of numbers of places.
            let mut query = sqlx::query_as(AssertSqlSafe(MEMBERS.as_str()))
                .bind(key(mailbox))
                .bind(owner.account.get())
                .bind(i64::from(most));
            for n in 0..MEMBERS_AT_ONCE {
                // What no conversation is called stands for none.
                query = query.bind(part.get(n).copied().unwrap_or_default());
            }
            query.fetch_all(db).await
        })?;
        all.extend(rows);
    }
    all.sort_by_key(|one| (one.received_at, key(one.mailbox_id), one.uid));
    Ok(all)
}

/// All messages of the conversation that a message of a folder belongs to, the oldest first, with the
/// ids under which they were first known; of more than [`threads::MESSAGES`] the newest. What lies in Trash and
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
        first!("mailbox"),
        first!("uid_validity"),
        first!("uid"),
        columns!(),
        " FROM messages m JOIN placements p ON p.message_id = m.id
            JOIN mailboxes b ON b.id = p.mailbox_id
         WHERE m.account_id = $1 AND m.thread_id =
                (SELECT thread_id FROM placements WHERE mailbox_id = $2 AND uid = $3)
            AND b.account_id = $1 AND b.gone_at IS NULL
            AND (b.id = $2 OR b.role NOT IN ('trash', 'junk'))
         ORDER BY m.received_at DESC, p.mailbox_id DESC, p.uid DESC LIMIT $4"
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
        .map(|Placed { place, row }| {
            let known = place.known();
            let mut summary = row.summary(place.mailbox_id, place.uid_validity);
            summary.id = known.unwrap_or(summary.placement);
            summary
        })
        .collect())
}
