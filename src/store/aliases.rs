//! Messages that have moved and are known by an older id.
//!
//! An email id is a placement (mailbox key, UIDVALIDITY, UID), the first one known. When a message
//! moves, a row leads from its id to where it lies now. Rows are flat: a further move takes all of
//! the message's rows along, so that finding a message is one look-up however often it has moved,
//! and there are no chains that could be long or closed to a loop.

use std::{collections::HashMap, sync::LazyLock};

use sqlx::AssertSqlSafe;

use super::{
    Store,
    error::Error,
    id::AccountId,
    places,
    row::{key, row},
    transaction::{Tx, on},
};
use crate::mail::id::{EmailId, MailboxId};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// How long an alias is kept after its message has moved last (ms): a link in a calendar or in notes
/// is looked up again after a year, seldom after two.
pub const KEPT_FOR: i64 = 2 * 365 * DAY;

/// How long aliases into a folder are kept that is not listed any more (ms): it may be back, as
/// from a backup, or after its sharing was suspended.
pub const GONE_FOR: i64 = 90 * DAY;

/// How many are kept per account: about 25 MB, and more than a hundred moves on each day of the
/// time above.
pub const KEPT_ROWS: i64 = 100_000;

/// Notes moves, each from a placement to a new one, in the order given. A message keeps the id
/// that it was first known by. What is noted last is believed: a server that says that messages
/// move in a circle is taken at its last word.
///
/// # Errors
/// [`Error::Gone`] when there is no such account any more.
pub async fn insert(
    store: &Store,
    account: AccountId,
    moves: &[(EmailId, EmailId)],
    now: i64,
) -> Result<(), Error> {
    if moves.is_empty() {
        return Ok(());
    }
    let mut tx = store.begin().await?;
    tx.lock_account(account).await?;
    for &(from, to) in moves.iter().filter(|(from, to)| from != to) {
        insert_one(&mut tx, account, from, to, now).await?;
    }
    tx.commit().await
}

async fn insert_one(
    tx: &mut Tx,
    account: AccountId,
    from: EmailId,
    to: EmailId,
    now: i64,
) -> Result<(), Error> {
    const RETARGET: &str = "UPDATE aliases
        SET to_mailbox = $5, to_uid_validity = $6, to_uid = $7, moved_at = $8
        WHERE account_id = $1 AND to_mailbox = $2 AND to_uid_validity = $3 AND to_uid = $4";
    const INSERT: &str = "INSERT INTO aliases
            (account_id, from_mailbox, from_uid_validity, from_uid,
             to_mailbox, to_uid_validity, to_uid, moved_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (account_id, from_mailbox, from_uid_validity, from_uid)
        DO UPDATE SET to_mailbox = excluded.to_mailbox, to_uid_validity = excluded.to_uid_validity,
            to_uid = excluded.to_uid, moved_at = excluded.moved_at";
    const DELETE: &str = "DELETE FROM aliases WHERE account_id = $1
        AND from_mailbox = $2 AND from_uid_validity = $3 AND from_uid = $4";
    let onward: Option<Placement> = on!(&mut *tx, db => {
        let query = sqlx::query_as(RESOLVE).bind(account.get());
        bind_id!(query, to).fetch_optional(&mut **db).await
    })?;
    // A later move of the same message may have been recognised before this one.
    let to = match onward.map(|placement| placement.id()) {
        Some(end) if end == from => {
            // The message is said to be back where it came from: then that is no alias any more.
            on!(&mut *tx, db => {
                let query = sqlx::query(DELETE).bind(account.get());
                bind_id!(query, to).execute(&mut **db).await.map(drop)
            })?;
            to
        }
        Some(end) => end,
        None => to,
    };
    for sql in [RETARGET, INSERT] {
        on!(&mut *tx, db => {
            let query = sqlx::query(sql).bind(account.get());
            let query = bind_id!(query, from);
            bind_id!(query, to).bind(now).execute(&mut **db).await.map(drop)
        })?;
    }
    Ok(())
}

/// Where the message of this id lies now, as far as is known: the id itself unless it has moved.
///
/// # Errors
/// What the database says.
pub async fn resolve(store: &Store, account: AccountId, id: EmailId) -> Result<EmailId, Error> {
    let found: Option<Placement> = on!(store.reader(), db => {
        let query = sqlx::query_as(RESOLVE).bind(account.get());
        bind_id!(query, id).fetch_optional(db).await
    })?;
    Ok(found.map_or(id, |placement| placement.id()))
}

/// Where the messages of these ids lie now, in the same order: as [`resolve`] of each, in one
/// statement for each 512 of them.
///
/// # Errors
/// What the database says.
pub async fn resolve_all(
    store: &Store,
    account: AccountId,
    ids: &[EmailId],
) -> Result<Vec<EmailId>, Error> {
    let moves = moves(store, account, ids, [&RESOLVE_FEW, &RESOLVE_MANY]).await?;
    let known: HashMap<EmailId, EmailId> = moves.iter().map(|one| (one.from(), one.to())).collect();
    Ok(ids
        .iter()
        .map(|id| known.get(id).copied().unwrap_or(*id))
        .collect())
}

/// The ids under which the messages that lie here were first known, in the same order: as
/// [`ids_for`], of any folders, in one statement for each 512 of them.
///
/// # Errors
/// What the database says.
pub async fn first_known(
    store: &Store,
    account: AccountId,
    placements: &[EmailId],
) -> Result<Vec<EmailId>, Error> {
    let mut moves = moves(store, account, placements, [&NAME_FEW, &NAME_MANY]).await?;
    // With the oldest last.
    moves.sort_unstable_by_key(|one| std::cmp::Reverse(one.id));
    let known: HashMap<EmailId, EmailId> = moves.iter().map(|one| (one.to(), one.from())).collect();
    Ok(placements
        .iter()
        .map(|at| known.get(at).copied().unwrap_or(*at))
        .collect())
}

/// Ids in one statement, of few and of many.
const IDS_AT_ONCE: [usize; 2] = [64, 512];

macro_rules! moves_sql {
    ($size:expr, $from_or_to:literal) => {
        LazyLock::new(|| {
            const SQL: &str = concat!(
                ") SELECT a.id, a.from_mailbox, a.from_uid_validity, a.from_uid,
                    a.to_mailbox, a.to_uid_validity, a.to_uid
                FROM asked CROSS JOIN aliases a WHERE a.account_id = $1 AND a.",
                $from_or_to,
                "_mailbox = asked.mailbox AND a.",
                $from_or_to,
                "_uid_validity = asked.uid_validity AND a.",
                $from_or_to,
                "_uid = asked.uid"
            );
            let row = |row: usize| format!("({})", places::list(row * 3 + 2, 3));
            let rows: Vec<String> = (0..$size).map(row).collect();
            // Safe: numbers of places only.
            format!(
                "WITH asked (mailbox, uid_validity, uid) AS (VALUES {}{SQL}",
                rows.join(", ")
            )
        })
    };
}

static RESOLVE_FEW: LazyLock<String> = moves_sql!(IDS_AT_ONCE[0], "from");
static RESOLVE_MANY: LazyLock<String> = moves_sql!(IDS_AT_ONCE[1], "from");
static NAME_FEW: LazyLock<String> = moves_sql!(IDS_AT_ONCE[0], "to");
static NAME_MANY: LazyLock<String> = moves_sql!(IDS_AT_ONCE[1], "to");

async fn moves(
    store: &Store,
    account: AccountId,
    ids: &[EmailId],
    [few, many]: [&LazyLock<String>; 2],
) -> Result<Vec<MoveRow>, Error> {
    let [size_of_few, size_of_many] = IDS_AT_ONCE;
    let (sql, size) = match ids.len() > size_of_few {
        true => (many.as_str(), size_of_many),
        false => (few.as_str(), size_of_few),
    };
    let mut all = Vec::new();
    for ids in places::filled(ids, size) {
        let rows: Vec<MoveRow> = on!(store.reader(), db => {
            // Safe: the text is built once, of numbers of places.
            let mut query = sqlx::query_as(AssertSqlSafe(sql)).bind(account.get());
            for id in ids {
                query = bind_id!(query, id);
            }
            query.fetch_all(db).await
        })?;
        all.extend(rows);
    }
    Ok(all)
}

const RESOLVE: &str = "SELECT to_mailbox AS mailbox, to_uid_validity AS uid_validity, to_uid AS uid
    FROM aliases
    WHERE account_id = $1 AND from_mailbox = $2 AND from_uid_validity = $3 AND from_uid = $4";

/// The ids of messages in a folder that were first known elsewhere, by UID. UIDs that are absent
/// from the answer have the id of their placement; those of messages between them may be there too.
///
/// # Errors
/// What the database says.
pub async fn ids_for(
    store: &Store,
    account: AccountId,
    mailbox: MailboxId,
    uid_validity: u32,
    uids: &[u32],
) -> Result<HashMap<u32, EmailId>, Error> {
    if let (Some(&first), Some(&last)) = (uids.iter().min(), uids.iter().max())
        && (last - first) as usize <= uids.len().saturating_mul(RANGE_MOST)
    {
        let rows: Vec<Known> = on!(store.reader(), db => sqlx::query_as(IDS_BETWEEN)
            .bind(account.get())
            .bind(key(mailbox))
            .bind(i64::from(uid_validity))
            .bind(i64::from(first))
            .bind(i64::from(last))
            .fetch_all(db)
            .await)?;
        // Rows come with the oldest last.
        return Ok(rows.iter().map(|row| (row.to_uid, row.id())).collect());
    }
    let mut ids = HashMap::new();
    for uids in places::filled(uids, UIDS_PER_QUERY) {
        let rows: Vec<Known> = on!(store.reader(), db => {
            // Safe: the text is built once, of numbers of places.
            let mut query = sqlx::query_as(AssertSqlSafe(IDS_FOR.as_str()))
                .bind(account.get())
                .bind(key(mailbox))
                .bind(i64::from(uid_validity));
            for uid in uids {
                query = query.bind(i64::from(uid));
            }
            query.fetch_all(db).await
        })?;
        for row in rows {
            // Rows come with the oldest last.
            ids.insert(row.to_uid, row.id());
        }
    }
    Ok(ids)
}

/// A page of a list is asked for as a range, which is five values instead of seventy, when no more than
/// so many times as many messages lie in it.
const RANGE_MOST: usize = 4;

const IDS_BETWEEN: &str = "SELECT to_uid, from_mailbox, from_uid_validity, from_uid FROM aliases
    WHERE account_id = $1 AND to_mailbox = $2 AND to_uid_validity = $3
        AND to_uid BETWEEN $4 AND $5
    ORDER BY id DESC";

/// UIDs in one statement.
const UIDS_PER_QUERY: usize = 64;

static IDS_FOR: LazyLock<String> = LazyLock::new(|| {
    // Safe: numbers of places only.
    format!(
        "SELECT to_uid, from_mailbox, from_uid_validity, from_uid FROM aliases
         WHERE account_id = $1 AND to_mailbox = $2 AND to_uid_validity = $3 AND to_uid IN ({})
         ORDER BY id DESC",
        places::list(4, UIDS_PER_QUERY)
    )
});

/// Drops, of all accounts, the aliases that lead nowhere (the folder is gone for longer than
/// [`GONE_FOR`], or its UIDVALIDITY has changed), those of messages that have not moved for
/// [`KEPT_FOR`], and what an account has beyond its newest [`KEPT_ROWS`]. Says how many.
///
/// Reads the whole table, in lots, so that nobody who writes waits for all of it: meant for once a
/// day.
///
/// # Errors
/// What the database says.
pub async fn prune(store: &Store, now: i64) -> Result<u64, Error> {
    prune_to(store, now, KEPT_ROWS).await
}

/// Rows that are looked at in one transaction, and that go in one.
const LOOKED_AT: i64 = 20_000;
const DROPPED: i64 = 2000;

/// As [`prune`], with another number of rows for each account.
///
/// # Errors
/// What the database says.
pub async fn prune_to(store: &Store, now: i64, rows: i64) -> Result<u64, Error> {
    Ok(prune_old(store, now).await? + prune_surplus(store, rows).await?)
}

async fn prune_old(store: &Store, now: i64) -> Result<u64, Error> {
    const ENDS: &str = "SELECT COALESCE(min(id), 0), COALESCE(max(id), -1) FROM aliases";
    const OLD: &str =
        "DELETE FROM aliases WHERE id >= $3 AND id < $4 AND (moved_at < $1 OR EXISTS (
            SELECT 1 FROM mailboxes m WHERE m.id = aliases.to_mailbox AND (m.gone_at < $2
                OR m.uid_validity <> 0 AND m.uid_validity <> aliases.to_uid_validity)))";
    let (mut at, last): (i64, i64) =
        on!(store.reader(), db => sqlx::query_as(ENDS).fetch_one(db).await)?;
    let mut dropped = 0;
    while at <= last {
        let end = at.saturating_add(LOOKED_AT);
        dropped += on!(store.writer(), db => {
            sqlx::query(OLD)
                .bind(now - KEPT_FOR)
                .bind(now - GONE_FOR)
                .bind(at)
                .bind(end)
                .execute(db)
                .await
                .map(|done| done.rows_affected())
        })?;
        at = end;
    }
    Ok(dropped)
}

async fn prune_surplus(store: &Store, rows: i64) -> Result<u64, Error> {
    const MANY: &str = "SELECT account_id, count(*) AS count FROM aliases
        GROUP BY account_id HAVING count(*) > $1";
    const OLDEST: &str = "DELETE FROM aliases WHERE id IN (
            SELECT id FROM aliases WHERE account_id = $1 ORDER BY moved_at, id LIMIT $2)";
    let many: Vec<Many> = on!(store.reader(), db => {
        sqlx::query_as(MANY).bind(rows).fetch_all(db).await
    })?;
    let mut dropped = 0;
    for Many { account_id, count } in many {
        let mut surplus = count.saturating_sub(rows);
        while surplus > 0 {
            let lot = surplus.min(DROPPED);
            dropped += on!(store.writer(), db => {
                let query = sqlx::query(OLDEST).bind(account_id.get()).bind(lot);
                query.execute(db).await.map(|done| done.rows_affected())
            })?;
            surplus -= lot;
        }
    }
    Ok(dropped)
}

row! {
    struct Many {
        account_id: AccountId,
        count: i64,
    }
}

row! {
    struct Placement {
        mailbox: MailboxId,
        uid_validity: u32,
        uid: u32,
    }
}

impl Placement {
    fn id(&self) -> EmailId {
        EmailId {
            mailbox: self.mailbox,
            uid_validity: self.uid_validity,
            uid: self.uid,
        }
    }
}

row! {
    struct MoveRow {
        id: i64,
        from_mailbox: MailboxId,
        from_uid_validity: u32,
        from_uid: u32,
        to_mailbox: MailboxId,
        to_uid_validity: u32,
        to_uid: u32,
    }
}

row! {
    struct Known {
        to_uid: u32,
        from_mailbox: MailboxId,
        from_uid_validity: u32,
        from_uid: u32,
    }
}

impl MoveRow {
    fn from(&self) -> EmailId {
        EmailId {
            mailbox: self.from_mailbox,
            uid_validity: self.from_uid_validity,
            uid: self.from_uid,
        }
    }

    fn to(&self) -> EmailId {
        EmailId {
            mailbox: self.to_mailbox,
            uid_validity: self.to_uid_validity,
            uid: self.to_uid,
        }
    }
}

impl Known {
    fn id(&self) -> EmailId {
        EmailId {
            mailbox: self.from_mailbox,
            uid_validity: self.from_uid_validity,
            uid: self.from_uid,
        }
    }
}

/// Binds the three columns of an id.
macro_rules! bind_id {
    ($query:expr, $id:expr) => {
        $query
            .bind(key($id.mailbox))
            .bind(i64::from($id.uid_validity))
            .bind(i64::from($id.uid))
    };
}
use bind_id;
