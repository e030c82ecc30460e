//! Failed sign-ins, counted for all processes in one place.

use super::{Store, error::Error, transaction::on};

/// Counts a try under this key, if there were fewer than `most` in the window that began with the
/// first: one before `before` (ms) is over. When the first of them came, where there is no room.
///
/// # Errors
/// What the database says.
pub async fn count(
    store: &Store,
    key: &str,
    most: u32,
    before: i64,
    now: i64,
) -> Result<Result<(), i64>, Error> {
    // One statement, so that of tries that come at once no more are let in.
    const SQL: &str = "INSERT INTO failed_sign_ins (key, count, since)
        SELECT $1, 1, CAST($4 AS BIGINT) WHERE $2 > 0
        ON CONFLICT (key) DO UPDATE SET
            count = CASE WHEN failed_sign_ins.since <= $3 THEN 1
                ELSE failed_sign_ins.count + 1 END,
            since = CASE WHEN failed_sign_ins.since <= $3 THEN excluded.since
                ELSE failed_sign_ins.since END
        WHERE failed_sign_ins.since <= $3 OR failed_sign_ins.count < $2";
    let counted = on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(key)
            .bind(i64::from(most))
            .bind(before)
            .bind(now)
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    if counted > 0 {
        return Ok(Ok(()));
    }
    // Gone since: somebody has succeeded.
    Ok(Err(look(store, [(key, 0); 2], before)
        .await?
        .unwrap_or(now)))
}

/// When the first of the tries under a key came, if there were so many in its window; of two keys,
/// each with its own number, the one that came later.
///
/// # Errors
/// What the database says.
pub async fn look(
    store: &Store,
    [one, other]: [(&str, u32); 2],
    before: i64,
) -> Result<Option<i64>, Error> {
    const SQL: &str = "SELECT MAX(since) FROM failed_sign_ins
        WHERE key IN ($1, $3) AND since > $5
            AND ((key = $1 AND count >= $2) OR (key = $3 AND count >= $4))";
    let (since,): (Option<i64>,) = on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(one.0)
            .bind(i64::from(one.1))
            .bind(other.0)
            .bind(i64::from(other.1))
            .bind(before)
            .fetch_one(db)
            .await
    })?;
    Ok(since)
}

/// Takes a try back that was no failure.
///
/// # Errors
/// What the database says.
pub async fn take_back(store: &Store, key: &str) -> Result<(), Error> {
    const SQL: &str = "UPDATE failed_sign_ins SET count = count - 1 WHERE key = $1 AND count > 0";
    Ok(on!(store.writer(), db => {
        sqlx::query(SQL).bind(key).execute(db).await.map(drop)
    })?)
}

/// Forgets those whose window began before `before` (ms), and those that count nothing.
///
/// # Errors
/// What the database says.
pub async fn prune(store: &Store, before: i64) -> Result<(), Error> {
    const SQL: &str = "DELETE FROM failed_sign_ins WHERE since <= $1 OR count = 0";
    Ok(on!(store.writer(), db => {
        sqlx::query(SQL).bind(before).execute(db).await.map(drop)
    })?)
}
