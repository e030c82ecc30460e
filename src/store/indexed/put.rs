//! Writing what was read of a folder.
//!
//! Cost: one transaction; a statement for each 40 messages, and the look-ups of `merge`.

use std::sync::LazyLock;

use sqlx::AssertSqlSafe;

use super::{Folder, Hash, ONE, forget, merge};
use crate::store::{
    Store,
    error::Error,
    id::AccountId,
    places,
    row::key,
    transaction::{Tx, on},
};

/// A message as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its UID.
    pub uid: u32,
    /// Its Message-ID.
    pub name: Option<Hash>,
    /// The root that it names: the first of References, else of In-Reply-To, else itself.
    pub root: Hash,
    /// When it arrived (ms).
    pub received_at: i64,
}

/// What has changed in a folder.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// The folder as it was when the change was found out; [`Folder::unread`] at first.
    pub before: &'a Folder,
    /// How far it was read now; the rows are counted here.
    pub after: Folder,
    /// Messages that have no row yet.
    pub come: &'a [Message],
    /// UIDs that are gone.
    pub gone: &'a [u32],
}

/// Writes a change down. Messages that come join the conversations that they belong to, and bring
/// those together that turn out to be one. Gives the folder as it is then; `None` when somebody else
/// has changed it meanwhile: nothing is written.
///
/// # Errors
/// [`Error::Gone`] when there is no such account any more.
pub async fn put(
    store: &Store,
    account: AccountId,
    change: &Change<'_>,
    now: i64,
) -> Result<Option<Folder>, Error> {
    const WRITE: &str =
        "INSERT INTO indexed_folders (account_id, mailbox_id, uid_validity, highest,
            lowest, below, held, reached_at, uid_next, revision, used_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (mailbox_id) DO UPDATE SET uid_validity = excluded.uid_validity,
            highest = excluded.highest, lowest = excluded.lowest, below = excluded.below,
            held = excluded.held, reached_at = excluded.reached_at, uid_next = excluded.uid_next,
            revision = excluded.revision, used_at = excluded.used_at";
    let mut tx = store.begin().await?;
    tx.lock_account(account).await?;
    let mailbox = change.before.mailbox_id;
    let is: Option<Folder> = on!(&mut tx, db => {
        let query = sqlx::query_as(ONE).bind(account.get()).bind(key(mailbox));
        query.fetch_optional(&mut **db).await
    })?;
    let is_as_known = match &is {
        None => change.before.revision == 0,
        Some(is) => is == change.before,
    };
    if !is_as_known {
        return Ok(None);
    }
    if is.is_none() && forget::is_given_up(&mut tx, account, mailbox).await? {
        // Rows of what it was before are there still.
        drop(tx);
        forget::clear(store, account, mailbox).await?;
        return Ok(None);
    }
    let threads = merge::threads(&mut tx, account, change.come, now).await?;
    let gone = delete(&mut tx, account, change).await?;
    let come = insert(&mut tx, account, change, &threads).await?;
    let mut after = change.after.clone();
    let held = u64::from(change.before.held).saturating_add(come);
    after.held = u32::try_from(held.saturating_sub(gone)).unwrap_or(u32::MAX);
    after.revision = change.before.revision.saturating_add(1);
    on!(&mut tx, db => {
        sqlx::query(WRITE)
            .bind(account.get())
            .bind(key(mailbox))
            .bind(i64::from(after.uid_validity))
            .bind(i64::from(after.highest))
            .bind(i64::from(after.lowest))
            .bind(i64::from(after.below))
            .bind(i64::from(after.held))
            .bind(after.reached_at)
            .bind(i64::from(after.uid_next))
            .bind(after.revision)
            .bind(now)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    tx.commit().await?;
    Ok(Some(after))
}

/// UIDs in one statement.
const GONE_AT_ONCE: usize = 64;

static DELETE: LazyLock<String> = LazyLock::new(|| {
    // Safe: numbers of places only.
    format!(
        "DELETE FROM indexed_messages WHERE account_id = $1 AND mailbox_id = $2 AND uid IN ({})",
        places::list(3, GONE_AT_ONCE)
    )
});

async fn delete(tx: &mut Tx, account: AccountId, change: &Change<'_>) -> Result<u64, Error> {
    let mut gone: u64 = 0;
    for uids in places::filled(change.gone, GONE_AT_ONCE) {
        gone = gone.saturating_add(on!(&mut *tx, db => {
            // Safe: the text is built once, of numbers of places.
            let mut query = sqlx::query(AssertSqlSafe(DELETE.as_str()))
                .bind(account.get())
                .bind(key(change.before.mailbox_id));
            for uid in uids {
                query = query.bind(i64::from(uid));
            }
            query.execute(&mut **db).await.map(|done| done.rows_affected())
        })?);
    }
    Ok(gone)
}

/// Rows in one statement: SQLite takes some thousand values at most, PostgreSQL plans each anew.
const COME_AT_ONCE: usize = 40;

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let row = |row| format!("($1, $2, {})", places::list(row * 4 + 3, 4));
    let rows: Vec<String> = (0..COME_AT_ONCE).map(row).collect();
    // Safe: numbers of places only.
    format!(
        "INSERT INTO indexed_messages (account_id, mailbox_id, uid, name, thread_id, received_at)
         VALUES {} ON CONFLICT (mailbox_id, uid) DO NOTHING",
        rows.join(", ")
    )
});

async fn insert(
    tx: &mut Tx,
    account: AccountId,
    change: &Change<'_>,
    threads: &[Hash],
) -> Result<u64, Error> {
    let all: Vec<(&Message, &Hash)> = change.come.iter().zip(threads).collect();
    let mut come: u64 = 0;
    // One that is there twice is put once.
    for rows in places::filled(&all, COME_AT_ONCE) {
        come = come.saturating_add(on!(&mut *tx, db => {
            // Safe: the text is built once, of numbers of places.
            let mut query = sqlx::query(AssertSqlSafe(INSERT.as_str()))
                .bind(account.get())
                .bind(key(change.before.mailbox_id));
            for (message, thread) in rows {
                let name = message.name.map_or_else(Vec::new, |name| name.0.to_vec());
                query = query
                    .bind(i64::from(message.uid))
                    .bind(name)
                    .bind(thread.0.to_vec())
                    .bind(message.received_at);
            }
            query.execute(&mut **db).await.map(|done| done.rows_affected())
        })?);
    }
    Ok(come)
}
