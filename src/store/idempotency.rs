//! Requests that programs repeat because they don't know whether the first one counted.

use super::{Store, blobs::Sha256, error::Error, id::UserId, row::row, transaction::on};

/// How long an answer is kept (ms).
pub const KEPT_FOR: i64 = 24 * 60 * 60 * 1000;

row! {
    /// A request that came before.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Before {
        /// sha256 of its body.
        pub body: Sha256,
        /// The status of its answer; 0 while there is none.
        pub status: i64,
        /// Its answer, JSON.
        pub answer_json: String,
        /// When it came (ms).
        pub created_at: i64,
    }
}

/// Takes a key. `None` when it is this request's; else what came under it before. What came before
/// `stale` (ms) and has no answer is taken over: the process that worked on it is gone.
///
/// # Errors
/// What the database says.
pub async fn begin(
    store: &Store,
    user: UserId,
    key: &Sha256,
    body: &Sha256,
    now: i64,
    stale: i64,
) -> Result<Option<Before>, Error> {
    const INSERT: &str = "INSERT INTO idempotency_keys (user_id, key, body, created_at)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (user_id, key) DO UPDATE SET created_at = excluded.created_at
        WHERE idempotency_keys.created_at < $5
           OR (idempotency_keys.status = 0 AND idempotency_keys.created_at < $6
               AND idempotency_keys.body = excluded.body)";
    const RESET: &str = "UPDATE idempotency_keys SET body = $3, status = 0, answer_json = ''
        WHERE user_id = $1 AND key = $2";
    const GET: &str = "SELECT body, status, answer_json, created_at FROM idempotency_keys
        WHERE user_id = $1 AND key = $2";
    let mut tx = store.begin().await?;
    let taken = on!(&mut tx, db => {
        sqlx::query(INSERT)
            .bind(user.get())
            .bind(key.as_slice())
            .bind(body.as_slice())
            .bind(now)
            .bind(now - KEPT_FOR)
            .bind(stale)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    if taken > 0 {
        on!(&mut tx, db => {
            sqlx::query(RESET)
                .bind(user.get())
                .bind(key.as_slice())
                .bind(body.as_slice())
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
        tx.commit().await?;
        return Ok(None);
    }
    let before: Option<Before> = on!(&mut tx, db => {
        sqlx::query_as(GET)
            .bind(user.get())
            .bind(key.as_slice())
            .fetch_optional(&mut **db)
            .await
    })?;
    tx.commit().await?;
    before.map(Some).ok_or(Error::Gone)
}

/// Keeps the answer under its key.
///
/// # Errors
/// What the database says.
pub async fn finish(
    store: &Store,
    user: UserId,
    key: &Sha256,
    status: u16,
    answer_json: &str,
) -> Result<(), Error> {
    const SQL: &str = "UPDATE idempotency_keys SET status = $3, answer_json = $4
        WHERE user_id = $1 AND key = $2";
    on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(user.get())
            .bind(key.as_slice())
            .bind(i64::from(status))
            .bind(answer_json)
            .execute(db)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Gives a key back: its request came to nothing, and may come again.
///
/// # Errors
/// What the database says.
pub async fn release(store: &Store, user: UserId, key: &Sha256) -> Result<(), Error> {
    on!(store.writer(), db => {
        sqlx::query("DELETE FROM idempotency_keys WHERE user_id = $1 AND key = $2 AND status = 0")
            .bind(user.get())
            .bind(key.as_slice())
            .execute(db)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Drops what is too old, of all users.
///
/// # Errors
/// What the database says.
pub async fn prune(store: &Store, now: i64) -> Result<(), Error> {
    on!(store.writer(), db => {
        sqlx::query("DELETE FROM idempotency_keys WHERE created_at < $1")
            .bind(now - KEPT_FOR)
            .execute(db)
            .await
            .map(drop)
    })?;
    Ok(())
}
