//! The ledger: one row per message that a POP3 server has shown, kept for as long as the account
//! is there, whatever the server lists later. It is what tells a new message from a known one, so
//! it is written in the transaction that files the message.

mod settle;

use std::collections::HashMap;

use sqlx::AssertSqlSafe;

use crate::store::{
    Store,
    blobs::Sha256,
    error::Error,
    id::{AccountId, LedgerId, LocalMessageId},
    leases::{self, Lease},
    local::{
        Owner,
        arrival::Arrival,
        place::{self, Placing},
    },
    places,
    row::{row, text, words},
    transaction::{Tx, on},
};

pub use settle::{Settled, settle};

words! {
    /// How far a message is.
    State {
        /// Listed, and not stored yet.
        Seen = "seen",
        /// Stored.
        Stored = "stored",
        /// Its raw bytes are stored, and they can't be read.
        Quarantined = "quarantined",
        /// Stored, and the server has confirmed that it deleted it.
        Deleted = "deleted",
    }
}

words! {
    /// Where a stored message lies now.
    Place {
        /// In the inbox.
        Inbox = "inbox",
        /// In another folder, though not only in Trash.
        Elsewhere = "elsewhere",
        /// In Trash only.
        Trash = "trash",
        /// Nowhere: its owner has removed it for good, which the journal proves.
        Removed = "removed",
        /// Nowhere, and nobody knows why.
        Unknown = "unknown",
    }
}

row! {
    /// A message that a server has shown.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct LedgerRow {
        /// Its number.
        pub id: LedgerId,
        /// The server's UIDL; `""` where it has none.
        pub uidl: String,
        /// 1, and one more for each message that was later shown under the same UIDL.
        pub occurrence: i64,
        /// Octets as listed.
        pub size: i64,
        /// How far it is.
        pub state: State,
        /// sha256 of the bytes received; `None` before they are stored.
        pub sha256: Option<Sha256>,
        /// The message; `None` before it is stored and after it was deleted here.
        pub message_id: Option<LocalMessageId>,
        /// Tries that failed.
        pub attempts: i64,
        /// The code of the last failure; `""` for none.
        pub last_error: String,
        /// When the server first listed it (ms).
        pub first_seen_at: i64,
        /// When it last did, to the day (ms).
        pub last_seen_at: i64,
        /// When it was durably stored (ms).
        pub stored_at: Option<i64>,
        /// When the policy wanted it deleted on the server (ms).
        pub delete_due_at: Option<i64>,
        /// When QUIT confirmed the deletion (ms).
        pub deleted_at: Option<i64>,
        /// The last listing has it, and it was not deleted since.
        pub listed: bool,
    }
}

/// The columns of [`LedgerRow`], for `concat!`.
macro_rules! columns {
    () => {
        "id, uidl, occurrence, size, state, sha256, message_id, attempts, last_error,
         first_seen_at, last_seen_at, stored_at, delete_due_at, deleted_at, listed"
    };
}
use columns;

/// All rows of the account in the order of their arrival. Some 200 octets each.
///
/// # Errors
/// What the database says.
pub async fn list(store: &Store, account: AccountId) -> Result<Vec<LedgerRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM pop3_ledger WHERE account_id = $1 ORDER BY id"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(account.get()).fetch_all(db).await
    })?)
}

/// One row.
///
/// # Errors
/// What the database says.
pub async fn get(
    store: &Store,
    account: AccountId,
    row: LedgerId,
) -> Result<Option<LedgerRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM pop3_ledger WHERE account_id = $1 AND id = $2"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(account.get()).bind(row.get()).fetch_optional(db).await
    })?)
}

/// Which rows are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Only {
    /// Those that are so far; `None`: all.
    pub state: Option<State>,
    /// Those that the last listing has, or has not; `None`: all.
    pub listed: Option<bool>,
}

/// At most `limit` rows, the last first, from before `before`.
///
/// # Errors
/// What the database says.
pub async fn page(
    store: &Store,
    account: AccountId,
    only: Only,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<LedgerRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM pop3_ledger WHERE account_id = $1 AND id < $2
            AND ($4 = '' OR state = $4) AND ($5 < 0 OR listed = $5)
         ORDER BY id DESC LIMIT $3"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(account.get())
            .bind(before.unwrap_or(i64::MAX))
            .bind(limit)
            .bind(only.state.map_or("", State::as_str))
            .bind(only.listed.map_or(-1, i64::from))
            .fetch_all(db)
            .await
    })?)
}

/// The subjects of the messages that these rows lead to; those that are not here are missing. One
/// statement, for a page of rows.
///
/// # Errors
/// What the database says.
pub async fn subjects(
    store: &Store,
    account: AccountId,
    rows: &[LedgerId],
) -> Result<HashMap<LedgerId, String>, Error> {
    const SQL: &str = "SELECT l.id, m.subject FROM pop3_ledger l
        JOIN messages m ON m.id = l.message_id WHERE l.account_id = $1 AND l.id IN ";
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!("{SQL}({})", places::list(2, rows.len()));
    let found: Vec<Subject> = on!(store.reader(), db => {
        // Safe: the text is put together from a constant and numbers of places.
        let query = sqlx::query_as(AssertSqlSafe(sql)).bind(account.get());
        rows.iter().fold(query, |query, row| query.bind(row.get())).fetch_all(db).await
    })?;
    Ok(found.into_iter().map(|row| (row.id, row.subject)).collect())
}

row! {
    struct Subject {
        id: LedgerId,
        subject: String,
    }
}

/// A message that was never listed before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRow {
    /// The server's UIDL; `""` where it has none.
    pub uidl: String,
    /// 1, or one more than the last row of this UIDL.
    pub occurrence: i64,
    /// Octets as listed.
    pub size: i64,
}

/// Notes messages that are listed for the first time; gives their rows in this order.
///
/// # Errors
/// [`Error::Gone`] when the lease is another's, [`Error::Conflict`] when a row is there already.
pub async fn note(
    store: &Store,
    lease: &Lease,
    account: AccountId,
    new: &[NewRow],
    now: i64,
) -> Result<Vec<LedgerRow>, Error> {
    let mut tx = store.begin().await?;
    leases::hold(&mut tx, lease, now).await?;
    let mut rows = Vec::with_capacity(new.len());
    for some in new.chunks(NOTED) {
        rows.extend(insert(&mut tx, account, some, now).await?);
    }
    tx.commit().await?;
    Ok(rows)
}

/// Rows of one statement.
const NOTED: usize = 100;

async fn insert(
    tx: &mut Tx,
    account: AccountId,
    new: &[NewRow],
    now: i64,
) -> Result<Vec<LedgerRow>, Error> {
    const SQL: &str = "INSERT INTO pop3_ledger
            (account_id, uidl, occurrence, size, first_seen_at, last_seen_at) VALUES ";
    const RETURNING: &str = concat!(" RETURNING ", columns!());
    let rows = places::rows(6, new.len());
    let sql = places::in_order(tx, format!("{SQL}{rows}{RETURNING}"));
    let mut made: Vec<LedgerRow> = on!(tx, db => {
        // Safe: the text is put together from constants and numbers of places.
        let mut query = sqlx::query_as(AssertSqlSafe(sql)).persistent(new.len() == NOTED);
        for one in new {
            query = query
                .bind(account.get())
                .bind(text(&one.uidl))
                .bind(one.occurrence)
                .bind(one.size)
                .bind(now)
                .bind(now);
        }
        query.fetch_all(&mut **db).await
    })?;
    // No database promises an order; the numbers grow in the order in which they were written.
    made.sort_unstable_by_key(|row| row.id);
    Ok(made)
}

/// Notes that messages are still listed.
///
/// # Errors
/// What the database says.
pub async fn touch(store: &Store, rows: &[LedgerId], now: i64) -> Result<(), Error> {
    const SQL: &str = "UPDATE pop3_ledger SET last_seen_at = $2 WHERE id = $1";
    let mut tx = store.begin().await?;
    for id in rows {
        on!(&mut tx, db => {
            sqlx::query(SQL).bind(id.get()).bind(now).execute(&mut **db).await.map(drop)
        })?;
    }
    tx.commit().await
}

/// Notes that the last listing has messages, or has them no longer.
///
/// # Errors
/// What the database says.
pub async fn set_listed(store: &Store, rows: &[LedgerId], listed: bool) -> Result<(), Error> {
    const SQL: &str = "UPDATE pop3_ledger SET listed = $2 WHERE id = $1";
    let mut tx = store.begin().await?;
    for id in rows {
        on!(&mut tx, db => {
            sqlx::query(SQL)
                .bind(id.get())
                .bind(i64::from(listed))
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
    }
    tx.commit().await
}

/// Notes that a message could not be fetched.
///
/// # Errors
/// What the database says.
pub async fn failed(store: &Store, id: LedgerId, error: &str) -> Result<(), Error> {
    const SQL: &str = "UPDATE pop3_ledger SET attempts = attempts + 1, last_error = $2
        WHERE id = $1 AND state = 'seen'";
    on!(store.writer(), db => {
        sqlx::query(SQL).bind(id.get()).bind(text(error)).execute(db).await.map(drop)
    })?;
    Ok(())
}

/// A message that is not tried for any more today.
#[derive(Clone, Copy, Debug)]
pub struct GivenUp<'a> {
    /// Its row.
    pub row: LedgerId,
    /// The code of the failure.
    pub error: &'a str,
    /// Tries that failed.
    pub attempts: i64,
    /// The message that tells its owner.
    pub stand_in: &'a Arrival,
}

/// Notes that a message could not be fetched for the last time today, and files the message that
/// tells its owner, in one transaction: there is never a second one. On disk when this returns.
///
/// # Errors
/// As [`settle()`].
pub async fn give_up(
    store: &Store,
    lease: &Lease,
    owner: Owner,
    given_up: GivenUp<'_>,
    placing: Placing<'_>,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "UPDATE pop3_ledger SET attempts = $3, last_error = $4, message_id = $5
        WHERE id = $1 AND account_id = $2 AND state = 'seen'";
    let mut tx = store.begin_durable().await?;
    leases::hold(&mut tx, lease, now).await?;
    let placed = place::place_in(&mut tx, owner, given_up.stand_in, placing, now).await?;
    let noted = on!(&mut tx, db => {
        sqlx::query(SQL)
            .bind(given_up.row.get())
            .bind(owner.account.get())
            .bind(given_up.attempts)
            .bind(text(given_up.error))
            .bind(placed.message.get())
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    if noted == 0 {
        return Err(Error::Gone);
    }
    tx.commit().await
}

/// Where each message that was stored, and that the server has listed last, lies now. Removed by its
/// owner is what can be brought back and lies nowhere else, and what the journal has let leave every
/// folder that it ever came into; a move is a leaving as well.
///
/// # Errors
/// What the database says.
pub async fn places(store: &Store, account: AccountId) -> Result<Vec<(LedgerId, Place)>, Error> {
    const SQL: &str = "SELECT l.id, CASE
            WHEN EXISTS (SELECT 1 FROM placements p JOIN mailboxes m ON m.id = p.mailbox_id
                WHERE p.message_id = l.message_id AND m.role = 'inbox') THEN 'inbox'
            WHEN EXISTS (SELECT 1 FROM placements p JOIN mailboxes m ON m.id = p.mailbox_id
                WHERE p.message_id = l.message_id AND m.role <> 'trash') THEN 'elsewhere'
            WHEN EXISTS (SELECT 1 FROM placements p
                WHERE p.message_id = l.message_id) THEN 'trash'
            WHEN EXISTS (SELECT 1 FROM removals r
                WHERE r.message_id = l.message_id) THEN 'removed'
            WHEN l.message_id IS NULL AND l.sha256 IN (
                SELECT p.sha256 FROM journal p
                LEFT JOIN journal e ON e.mailbox_id = p.mailbox_id AND e.uid = p.uid
                    AND e.operation = 'expunge'
                WHERE p.account_id = $1 AND p.operation = 'place'
                GROUP BY p.sha256 HAVING COUNT(e.id) = COUNT(*)) THEN 'removed'
            ELSE 'unknown' END AS place
        FROM pop3_ledger l
        WHERE l.account_id = $1 AND l.listed = 1 AND l.state <> 'seen' ORDER BY l.id";
    let rows: Vec<Placement> = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(account.get()).fetch_all(db).await
    })?;
    Ok(rows.into_iter().map(|row| (row.id, row.place)).collect())
}

row! {
    struct Placement {
        id: LedgerId,
        place: Place,
    }
}
