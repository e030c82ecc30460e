//! Conversations as they are asked for.
//!
//! Cost: a list is read off an index from its newest message on, as far as it takes to have as many
//! conversations as asked for, however many there are; the messages of one off another.

use std::collections::HashMap;
use std::sync::LazyLock;

use sqlx::AssertSqlSafe;

use super::{Hash, Size};
use crate::{
    mail::id::{EmailId, MailboxId},
    store::{
        Store,
        error::Error,
        id::AccountId,
        places,
        row::{key, row},
        transaction::on,
    },
};

row! {
    /// A conversation in a list.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Head {
        /// It.
        pub thread_id: Hash,
        /// When its newest message arrived, of those listed (ms).
        pub newest: i64,
    }
}

row! {
    /// A message of a conversation.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Member {
        /// The conversation.
        pub thread_id: Hash,
        /// Its Message-ID.
        pub name: Option<Hash>,
        /// The folder that it lies in.
        pub mailbox_id: MailboxId,
        /// What its UID belongs to.
        pub uid_validity: u32,
        /// Its UID.
        pub uid: u32,
        /// When it arrived (ms).
        pub received_at: i64,
    }
}

impl Member {
    /// Where it lies.
    pub fn placement(&self) -> EmailId {
        EmailId {
            mailbox: self.mailbox_id,
            uid_validity: self.uid_validity,
            uid: self.uid,
        }
    }
}

/// At most `limit` conversations of a folder, or of all folders but Junk and Trash, the one with the
/// newest message first, after the one that `after` says.
///
/// # Errors
/// What the database says.
pub async fn heads(
    store: &Store,
    account: AccountId,
    only: Option<MailboxId>,
    after: Option<(i64, Hash)>,
    limit: u32,
) -> Result<Vec<Head>, Error> {
    const IN_ONE: &str = "SELECT p.thread_id, p.received_at AS newest FROM indexed_messages p
        WHERE p.mailbox_id = $5 AND p.account_id = $1
            AND p.received_at <= $2 AND (p.received_at < $2 OR p.thread_id < $3)
            AND NOT EXISTS (SELECT 1 FROM indexed_messages q
                WHERE q.account_id = $1 AND q.thread_id = p.thread_id AND q.mailbox_id = $5
                    AND q.received_at >= p.received_at
                    AND (q.received_at > p.received_at OR q.uid > p.uid))
        ORDER BY p.received_at DESC, p.thread_id DESC LIMIT $4";
    const IN_ANY: &str = "SELECT p.thread_id, p.received_at AS newest FROM indexed_messages p
            JOIN mailboxes b ON b.id = p.mailbox_id
        WHERE p.account_id = $1
            AND p.received_at <= $2 AND (p.received_at < $2 OR p.thread_id < $3)
            AND b.gone_at IS NULL AND b.role NOT IN ('trash', 'junk')
            AND NOT EXISTS (SELECT 1 FROM indexed_messages q
                JOIN mailboxes c ON c.id = q.mailbox_id
                WHERE q.account_id = $1 AND q.thread_id = p.thread_id
                    AND q.received_at >= p.received_at
                    AND (q.received_at > p.received_at OR q.mailbox_id > p.mailbox_id
                        OR (q.mailbox_id = p.mailbox_id AND q.uid > p.uid))
                    AND c.gone_at IS NULL AND c.role NOT IN ('trash', 'junk'))
        ORDER BY p.received_at DESC, p.thread_id DESC LIMIT $4";
    let (at, thread) = after.unwrap_or((i64::MAX, Hash::default()));
    let sql = if only.is_some() { IN_ONE } else { IN_ANY };
    Ok(on!(store.reader(), db => {
        let mut query = sqlx::query_as(sql)
            .bind(account.get())
            .bind(at)
            .bind(thread.0.to_vec())
            .bind(i64::from(limit));
        if let Some(mailbox) = only {
            query = query.bind(key(mailbox));
        }
        query.fetch_all(db).await
    })?)
}

/// The messages of a conversation, the oldest first; of more than `limit` the newest. What lies in
/// Junk and Trash is left out, unless that is the folder `beside`. Of what a folder with all mail
/// (`\\All`) shows once more, that stands here which lies elsewhere, unless that is the folder
/// `beside`: then it is the one in there.
///
/// # Errors
/// What the database says.
pub async fn members(
    store: &Store,
    account: AccountId,
    thread: Hash,
    beside: Option<MailboxId>,
    limit: u32,
) -> Result<Vec<Member>, Error> {
    let mut all = members_of(store, account, &[thread], beside, limit).await?;
    Ok(all.remove(&thread).unwrap_or_default())
}

/// The same of several conversations, by their ids: a statement for each [`MEMBERS_AT_ONCE`].
///
/// # Errors
/// What the database says.
pub async fn members_of(
    store: &Store,
    account: AccountId,
    threads: &[Hash],
    beside: Option<MailboxId>,
    limit: u32,
) -> Result<HashMap<Hash, Vec<Member>>, Error> {
    let beside = beside.map_or(NOWHERE, key);
    members_beside(store, account, threads, beside, limit).await
}

/// The same of one wherever it lies, Junk and Trash included.
///
/// # Errors
/// What the database says.
pub async fn members_anywhere(
    store: &Store,
    account: AccountId,
    thread: Hash,
    limit: u32,
) -> Result<Vec<Member>, Error> {
    let mut all = members_beside(store, account, &[thread], ANYWHERE, limit).await?;
    Ok(all.remove(&thread).unwrap_or_default())
}

/// What no folder's key is.
const NOWHERE: i64 = -1;
const ANYWHERE: i64 = -2;

/// Conversations whose messages are asked for in one statement: each has a part of it, that ends
/// where as many are read as are wanted.
pub const MEMBERS_AT_ONCE: usize = 16;

/// What a folder with all mail shows once more does not count again. Of a message `p` in the folder
/// `b`, in the account `$1`.
macro_rules! told_elsewhere {
    () => {
        "EXISTS (SELECT 1 FROM indexed_messages q JOIN mailboxes c ON c.id = q.mailbox_id
                JOIN indexed_folders g ON g.mailbox_id = q.mailbox_id AND g.revision > 0
            WHERE q.account_id = $1 AND q.name = p.name AND q.thread_id = p.thread_id
                AND c.gone_at IS NULL AND c.role <> 'all')"
    };
}

/// `$1` the account, `$2` the folder beside, `$3` the limit, then the conversations.
fn members_sql(count: usize) -> String {
    const PART: &str = concat!(
        "SELECT p.thread_id, p.name, p.mailbox_id, f.uid_validity, p.uid, p.received_at
        FROM indexed_messages p JOIN mailboxes b ON b.id = p.mailbox_id
            JOIN indexed_folders f ON f.mailbox_id = p.mailbox_id AND f.revision > 0
        WHERE p.account_id = $1 AND b.gone_at IS NULL
            AND (b.id = $2 OR $2 = -2 OR b.role NOT IN ('trash', 'junk'))
            AND (b.id = $2 OR length(p.name) = 0
                OR NOT (b.role = 'all' AND ",
        told_elsewhere!(),
        ") AND NOT EXISTS (SELECT 1 FROM indexed_messages q JOIN mailboxes c ON c.id = q.mailbox_id
                    WHERE q.account_id = $1 AND q.name = p.name AND q.thread_id = p.thread_id
                        AND q.mailbox_id = $2 AND c.role = 'all'))"
    );
    const ORDER: &str = "ORDER BY p.received_at DESC, p.mailbox_id DESC, p.uid DESC LIMIT $3";
    let part = |n: usize| {
        // Safe: numbers of places only.
        let place = n.saturating_add(4);
        format!("SELECT * FROM ({PART} AND p.thread_id = ${place} {ORDER}) AS t{n}")
    };
    let parts: Vec<String> = (0..count).map(part).collect();
    parts.join(" UNION ALL ")
}

static MEMBERS_OF_ONE: LazyLock<String> = LazyLock::new(|| members_sql(1));
static MEMBERS_OF_MANY: LazyLock<String> = LazyLock::new(|| members_sql(MEMBERS_AT_ONCE));

async fn members_beside(
    store: &Store,
    account: AccountId,
    threads: &[Hash],
    beside: i64,
    limit: u32,
) -> Result<HashMap<Hash, Vec<Member>>, Error> {
    let (sql, size) = match threads.len() {
        0 | 1 => (MEMBERS_OF_ONE.as_str(), 1),
        _ => (MEMBERS_OF_MANY.as_str(), MEMBERS_AT_ONCE),
    };
    let mut all: HashMap<Hash, Vec<Member>> = HashMap::new();
    for part in threads.chunks(size) {
        let rows: Vec<Member> = on!(store.reader(), db => {
            // Safe: the text is built once, of numbers of places.
            let mut query = sqlx::query_as(AssertSqlSafe(sql))
                .bind(account.get())
                .bind(beside)
                .bind(i64::from(limit));
            for n in 0..size {
                // What no conversation is called stands for none.
                let thread = part.get(n).map_or_else(Vec::new, |thread| thread.0.to_vec());
                query = query.bind(thread);
            }
            query.fetch_all(db).await
        })?;
        for row in rows {
            all.entry(row.thread_id).or_default().push(row);
        }
    }
    for members in all.values_mut() {
        members.sort_unstable_by_key(|one| (one.received_at, key(one.mailbox_id), one.uid));
    }
    Ok(all)
}

row! {
    struct Threaded {
        uid: u32,
        thread_id: Hash,
    }
}

/// UIDs in one statement.
const AT_ONCE: usize = 64;

static THREADS_OF: LazyLock<String> = LazyLock::new(|| {
    // Safe: numbers of places only.
    format!(
        "SELECT p.uid, p.thread_id FROM indexed_messages p
            JOIN indexed_folders f ON f.mailbox_id = p.mailbox_id AND f.revision > 0
         WHERE p.account_id = $1 AND p.mailbox_id = $2 AND f.uid_validity = $3
            AND p.uid IN ({})",
        places::list(4, AT_ONCE)
    )
});

/// The conversations of messages of a folder, as far as they are known, by UID.
///
/// # Errors
/// What the database says.
pub async fn threads_of(
    store: &Store,
    account: AccountId,
    mailbox: MailboxId,
    uid_validity: u32,
    uids: &[u32],
) -> Result<HashMap<u32, Hash>, Error> {
    let mut all = HashMap::new();
    for uids in places::filled(uids, AT_ONCE) {
        let rows: Vec<Threaded> = on!(store.reader(), db => {
            // Safe: the text is built once, of numbers of places.
            let mut query = sqlx::query_as(AssertSqlSafe(THREADS_OF.as_str()))
                .bind(account.get())
                .bind(key(mailbox))
                .bind(i64::from(uid_validity));
            for uid in uids {
                query = query.bind(i64::from(uid));
            }
            query.fetch_all(db).await
        })?;
        all.extend(rows.into_iter().map(|row| (row.uid, row.thread_id)));
    }
    Ok(all)
}

row! {
    struct Resolved {
        to_thread: String,
    }
}

row! {
    struct Named {
        thread_id: Hash,
    }
}

/// The conversation that a root is in: its own, unless it turned out to be part of another.
///
/// # Errors
/// What the database says.
pub async fn resolve(store: &Store, account: AccountId, root: Hash) -> Result<Hash, Error> {
    const ALIAS: &str =
        "SELECT to_thread FROM thread_aliases WHERE account_id = $1 AND from_thread = $2";
    const NAMED: &str = "SELECT thread_id FROM indexed_messages WHERE account_id = $1 AND name = $2
        ORDER BY CASE WHEN thread_id = name THEN 0 ELSE 1 END, thread_id LIMIT 1";
    let alias: Option<Resolved> = on!(store.reader(), db => {
        sqlx::query_as(ALIAS)
            .bind(account.get())
            .bind(root.to_string())
            .fetch_optional(db)
            .await
    })?;
    if let Some(to) = alias.and_then(|row| row.to_thread.parse().ok()) {
        return Ok(to);
    }
    let named: Option<Named> = on!(store.reader(), db => {
        sqlx::query_as(NAMED)
            .bind(account.get())
            .bind(root.0.to_vec())
            .fetch_optional(db)
            .await
    })?;
    Ok(named.map_or(root, |row| row.thread_id))
}

static SIZES: LazyLock<String> = LazyLock::new(|| {
    // A message that lies in two folders is one, by its name; one without a name is itself.
    const COUNT: &str = concat!(
        "SELECT p.thread_id, CAST(count(DISTINCT CASE WHEN length(p.name) > 0 THEN p.name END)
            + sum(CASE WHEN length(p.name) = 0 THEN 1 ELSE 0 END) AS BIGINT) AS count
         FROM indexed_messages p JOIN mailboxes b ON b.id = p.mailbox_id
         WHERE p.account_id = $1 AND b.gone_at IS NULL
            AND (b.id = $2 OR b.role NOT IN ('trash', 'junk', 'drafts'))
            AND (b.id = $2 OR b.role <> 'all' OR length(p.name) = 0 OR NOT ",
        told_elsewhere!(),
        ")"
    );
    // Safe: numbers of places only.
    format!(
        "{COUNT} AND p.thread_id IN ({}) GROUP BY p.thread_id",
        places::list(3, AT_ONCE)
    )
});

/// How many messages conversations have in a folder and in all others but Trash, Junk and Drafts,
/// each told once.
///
/// # Errors
/// What the database says.
pub async fn sizes(
    store: &Store,
    account: AccountId,
    mailbox: MailboxId,
    threads: &[Hash],
) -> Result<HashMap<Hash, u32>, Error> {
    let mut all = HashMap::new();
    for threads in places::filled(threads, AT_ONCE) {
        let rows: Vec<Size> = on!(store.reader(), db => {
            // Safe: the text is built once, of numbers of places.
            let mut query = sqlx::query_as(AssertSqlSafe(SIZES.as_str()))
                .bind(account.get())
                .bind(key(mailbox));
            for thread in threads {
                query = query.bind(thread.0.to_vec());
            }
            query.fetch_all(db).await
        })?;
        let count = |count| u32::try_from(count).unwrap_or(u32::MAX);
        all.extend(
            rows.into_iter()
                .map(|row| (row.thread_id, count(row.count))),
        );
    }
    Ok(all)
}
