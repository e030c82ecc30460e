//! Stored bytes, as far as the database knows them: whose, how large, and how many rows name
//! them. The bytes themselves lie elsewhere, under their sha256. Each user has their own.
//!
//! `uses` is changed in the transaction that writes the row that names the blob, so that it can't
//! be wrong after a crash. A blob that nothing names stays for a while, so that an upload can
//! find its draft and an undone removal its file; then [`sweep`] takes it.

use std::collections::{BTreeMap, HashSet};

use sqlx::AssertSqlSafe;

use super::{
    Store,
    error::Error,
    id::UserId,
    places,
    row::row,
    transaction::{Tx, on},
};

/// A sha256 of plain bytes.
pub type Sha256 = [u8; 32];

row! {
    /// A blob.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct BlobRow {
        /// sha256 of the plain bytes.
        pub sha256: Sha256,
        /// Plain bytes.
        pub size: i64,
        /// Bytes as stored.
        pub stored_size: i64,
        /// How they are stored; `""` for as they are.
        pub coding: String,
        /// How many rows name it.
        pub uses: i64,
    }
}

/// Makes a blob known, unused at first; what it takes (`stored_size`) is added to the user's
/// bytes. One that is known already costs nothing; if unused, it is kept as long as a new one.
///
/// # Errors
/// [`Error::Quota`] when the user would have more than `quota` bytes, [`Error::Gone`] when the
/// user was deleted meanwhile.
pub async fn add(
    store: &Store,
    user: UserId,
    sha256: &Sha256,
    size: i64,
    stored_size: i64,
    quota: Option<i64>,
    now: i64,
) -> Result<(), Error> {
    let mut tx = store.begin().await?;
    add_in(&mut tx, user, sha256, size, stored_size, quota, now).await?;
    tx.commit().await
}

/// The same as a part of a transaction. After an error nothing of it may be committed.
pub(super) async fn add_in(
    tx: &mut Tx,
    user: UserId,
    sha256: &Sha256,
    size: i64,
    stored_size: i64,
    quota: Option<i64>,
    now: i64,
) -> Result<(), Error> {
    const RENEW: &str = "UPDATE blobs
        SET unused_at = CASE WHEN uses = 0 THEN CAST($3 AS BIGINT) END
        WHERE user_id = $1 AND sha256 = $2";
    const INSERT: &str = "INSERT INTO blobs
            (user_id, sha256, created_at, unused_at, size, stored_size)
        VALUES ($1, $2, $3, $3, $4, $5) ON CONFLICT (user_id, sha256) DO NOTHING";
    let known = on!(&mut *tx, db => {
        sqlx::query(RENEW)
            .bind(user.get())
            .bind(sha256.as_slice())
            .bind(now)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected() > 0)
    })?;
    // Not inserted either: somebody else has made it known in this very moment.
    let new = !known
        && on!(&mut *tx, db => {
            sqlx::query(INSERT)
                .bind(user.get())
                .bind(sha256.as_slice())
                .bind(now)
                .bind(size)
                .bind(stored_size)
                .execute(&mut **db)
                .await
                .map(|done| done.rows_affected() > 0)
        })?;
    match new {
        true => count(tx, user, stored_size, quota).await,
        false => Ok(()),
    }
}

/// The user's blob of this hash.
///
/// # Errors
/// What the database says.
pub async fn get(store: &Store, user: UserId, sha256: &Sha256) -> Result<Option<BlobRow>, Error> {
    const SQL: &str = "SELECT sha256, size, stored_size, coding, uses FROM blobs
        WHERE user_id = $1 AND sha256 = $2";
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(user.get())
            .bind(sha256.as_slice())
            .fetch_optional(db)
            .await
    })?)
}

/// At most `limit` of the user's hashes, in order, after this one.
///
/// # Errors
/// What the database says.
pub async fn after(
    store: &Store,
    user: UserId,
    after: Option<Sha256>,
    limit: i64,
) -> Result<Vec<Sha256>, Error> {
    const SQL: &str = "SELECT sha256 FROM blobs
        WHERE user_id = $1 AND sha256 > $2 ORDER BY sha256 LIMIT $3";
    let after = after.map_or(Vec::new(), Vec::from);
    let rows: Vec<Hash> = on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(user.get())
            .bind(after.as_slice())
            .bind(limit)
            .fetch_all(db)
            .await
    })?;
    Ok(rows.into_iter().map(|row| row.sha256).collect())
}

row! {
    struct Hash {
        sha256: Sha256,
    }
}

/// The user's hashes that begin with this octet.
///
/// # Errors
/// What the database says.
pub async fn on_shelf(store: &Store, user: UserId, shelf: u8) -> Result<HashSet<Sha256>, Error> {
    const SQL: &str = "SELECT sha256 FROM blobs
        WHERE user_id = $1 AND sha256 BETWEEN $2 AND $3";
    let end = |rest| {
        let mut sha256 = [rest; 32];
        sha256[0] = shelf;
        sha256
    };
    let (first, last): (Sha256, Sha256) = (end(0), end(u8::MAX));
    let rows: Vec<Hash> = on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(user.get())
            .bind(first.as_slice())
            .bind(last.as_slice())
            .fetch_all(db)
            .await
    })?;
    Ok(rows.into_iter().map(|row| row.sha256).collect())
}

/// The user's stored bytes, as the quota counts them.
///
/// # Errors
/// [`Error::Gone`] when there is no such user any more.
pub async fn used_bytes(store: &Store, user: UserId) -> Result<i64, Error> {
    const SQL: &str = "SELECT blob_bytes FROM users WHERE id = $1";
    let found: Option<(i64,)> = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).fetch_optional(db).await
    })?;
    found.map(|(bytes,)| bytes).ok_or(Error::Gone)
}

macro_rules! sweep_sql {
    ($lock:literal) => {
        // The condition twice: PostgreSQL checks the outer one again on a row that has just changed.
        concat!(
            "WITH unused AS (SELECT b.user_id, b.sha256 FROM blobs b WHERE b.unused_at < $1
                AND NOT EXISTS (SELECT 1 FROM messages m
                    WHERE m.user_id = b.user_id AND m.sha256 = b.sha256)
                AND NOT EXISTS (SELECT 1 FROM drafts d
                    WHERE d.user_id = b.user_id AND d.quote_sha256 = b.sha256)
                AND NOT EXISTS (SELECT 1 FROM draft_attachments a
                    WHERE a.user_id = b.user_id AND a.sha256 = b.sha256)
                AND NOT EXISTS (SELECT 1 FROM submissions s
                    WHERE s.user_id = b.user_id AND s.sha256 = b.sha256)
                ORDER BY b.unused_at, b.user_id, b.sha256 LIMIT $2",
            $lock,
            ") DELETE FROM blobs WHERE unused_at < $1
                AND (user_id, sha256) IN (SELECT user_id, sha256 FROM unused)
            RETURNING user_id, sha256, stored_size"
        )
    };
}

const SWEEP: &str = sweep_sql!("");
/// What somebody is just naming or letting go of is theirs, and not waited for: they may wait for
/// what is swept.
const SWEEP_FREE: &str = sweep_sql!(" FOR UPDATE OF b SKIP LOCKED");

/// Forgets at most `limit` blobs that nothing has named since before `before` (ms), longest unused
/// first, and says whose they were. One that is named after all, whatever its count says, stays. The
/// caller removes their bytes; a blob that has been added again by then is known again, which [`get`]
/// tells.
///
/// # Errors
/// What the database says.
pub async fn sweep(store: &Store, before: i64, limit: i64) -> Result<Vec<(UserId, Sha256)>, Error> {
    const COUNT: &str = "UPDATE users SET blob_bytes = blob_bytes - $2 WHERE id = $1";
    let mut tx = store.begin().await?;
    let sql = match &tx {
        Tx::Sqlite(_) => SWEEP,
        Tx::Postgres(_) => SWEEP_FREE,
    };
    let mut swept: Vec<Swept> = on!(&mut tx, db => {
        sqlx::query_as(sql)
            .bind(before)
            .bind(limit)
            .fetch_all(&mut **db)
            .await
    })?;
    // In the users' order, as every sweep takes their locks.
    swept.sort_by_key(|blob| (blob.user_id, blob.sha256));
    for of_user in swept.chunk_by(|a, b| a.user_id == b.user_id) {
        let Some(first) = of_user.first() else {
            continue;
        };
        let bytes: i64 = of_user.iter().map(|blob| blob.stored_size).sum();
        on!(&mut tx, db => {
            sqlx::query(COUNT)
                .bind(first.user_id.get())
                .bind(bytes)
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
    }
    tx.commit().await?;
    Ok(swept
        .into_iter()
        .map(|blob| (blob.user_id, blob.sha256))
        .collect())
}

row! {
    struct Swept {
        user_id: UserId,
        sha256: Sha256,
        stored_size: i64,
    }
}

/// Counts a row that names a blob, in the transaction that writes it.
///
/// # Errors
/// [`Error::Gone`] when the user has no such blob: never uploaded, or swept.
pub(super) async fn hold(tx: &mut Tx, user: UserId, sha256: &Sha256) -> Result<(), Error> {
    const SQL: &str = "UPDATE blobs SET uses = uses + 1, unused_at = NULL
        WHERE user_id = $1 AND sha256 = $2";
    let held = on!(tx, db => {
        sqlx::query(SQL)
            .bind(user.get())
            .bind(sha256.as_slice())
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    if held == 0 {
        return Err(Error::Gone);
    }
    Ok(())
}

/// Makes blobs known and counts a row that names each, in the transaction that writes the rows: what
/// [`add_in`] and [`hold`] do, for several in two statements. One that several rows name stands in
/// `blobs` as often.
pub(super) async fn add_held(
    tx: &mut Tx,
    user: UserId,
    blobs: &[New],
    quota: Option<i64>,
    now: i64,
) -> Result<(), Error> {
    const INSERT: &str =
        "INSERT INTO blobs (user_id, sha256, created_at, size, stored_size, uses) VALUES ";
    // In one statement, so that nobody sweeps it in between. One that was known is told from a new
    // one by the time of its making, which is never now.
    const HOLD: &str = " ON CONFLICT (user_id, sha256) DO UPDATE
        SET uses = blobs.uses + excluded.uses, unused_at = NULL,
            created_at = CASE WHEN blobs.created_at < excluded.created_at
                THEN blobs.created_at ELSE excluded.created_at - 1 END
        RETURNING stored_size, created_at";
    // In one order, so that two that store the same blobs don't wait for each other in turn.
    let mut uses: BTreeMap<&Sha256, (&New, i64)> = BTreeMap::new();
    for blob in blobs {
        uses.entry(&blob.sha256).or_insert((blob, 0)).1 += 1;
    }
    let sql = format!("{INSERT}{}{HOLD}", places::rows(6, uses.len()));
    let sql = places::in_order(tx, sql);
    let held: Vec<Held> = on!(&mut *tx, db => {
        // Safe: the text is put together from constants and numbers of places.
        let mut query = sqlx::query_as(AssertSqlSafe(sql)).persistent(uses.len() == 1);
        for (sha256, (blob, count)) in &uses {
            query = query
                .bind(user.get())
                .bind(sha256.as_slice())
                .bind(now)
                .bind(blob.size)
                .bind(blob.stored_size)
                .bind(*count);
        }
        query.fetch_all(&mut **db).await
    })?;
    let new = held.iter().filter(|blob| blob.created_at == now);
    let new: Vec<i64> = new.map(|blob| blob.stored_size).collect();
    match new.is_empty() {
        true => Ok(()),
        false => count(tx, user, new.iter().sum(), quota).await,
    }
}

/// A blob that is to be known.
#[derive(Clone, Copy, Debug)]
pub(super) struct New {
    /// sha256 of the plain bytes.
    pub(super) sha256: Sha256,
    /// Plain bytes.
    pub(super) size: i64,
    /// Bytes as stored.
    pub(super) stored_size: i64,
}

row! {
    struct Held {
        stored_size: i64,
        created_at: i64,
    }
}

/// Adds to the user's bytes.
async fn count(tx: &mut Tx, user: UserId, octets: i64, quota: Option<i64>) -> Result<(), Error> {
    const SQL: &str = "UPDATE users SET blob_bytes = blob_bytes + $2
        WHERE id = $1 AND ($3 IS NULL OR blob_bytes + $2 <= $3)";
    let fits = on!(tx, db => {
        sqlx::query(SQL)
            .bind(user.get())
            .bind(octets)
            .bind(quota)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected() > 0)
    })?;
    fits.then_some(()).ok_or(Error::Quota)
}

/// Counts rows that name blobs no more, in the transaction that removes them; a hash stands here
/// once for each row.
pub(super) async fn let_go(
    tx: &mut Tx,
    user: UserId,
    mut hashes: Vec<Sha256>,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "UPDATE blobs
        SET uses = uses - 1, unused_at = CASE WHEN uses = 1 THEN CAST($3 AS BIGINT) END
        WHERE user_id = $1 AND sha256 = $2 AND uses > 0";
    // In one order, so that two that let go of the same blobs don't wait for each other in turn.
    hashes.sort_unstable();
    for sha256 in hashes {
        on!(&mut *tx, db => {
            sqlx::query(SQL)
                .bind(user.get())
                .bind(sha256.as_slice())
                .bind(now)
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
    }
    Ok(())
}
