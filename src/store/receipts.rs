//! Wishes for read receipts that their readers have answered: no server need keep a mark for us.

use super::{Store, error::Error, id::AccountId, row::text, transaction::on};

/// How long an answer is remembered (ms): two years, as the places of moved messages are.
pub const KEPT_FOR: i64 = 2 * 365 * 24 * 60 * 60 * 1000;

/// Notes that a wish was answered; again does no harm.
///
/// # Errors
/// [`Error::Gone`] when the account was deleted meanwhile.
pub async fn answer(
    store: &Store,
    account: AccountId,
    receipt_id: &str,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO answered_receipts (account_id, receipt_id, answered_at)
        VALUES ($1, $2, $3) ON CONFLICT (account_id, receipt_id) DO NOTHING";
    on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(account.get())
            .bind(text(receipt_id))
            .bind(now)
            .execute(db)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Was the wish answered?
///
/// # Errors
/// What the database says.
pub async fn is_answered(
    store: &Store,
    account: AccountId,
    receipt_id: &str,
) -> Result<bool, Error> {
    const SQL: &str =
        "SELECT answered_at FROM answered_receipts WHERE account_id = $1 AND receipt_id = $2";
    let found: Option<(i64,)> = on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(account.get())
            .bind(text(receipt_id))
            .fetch_optional(db)
            .await
    })?;
    Ok(found.is_some())
}

/// Forgets answers older than [`KEPT_FOR`]; says how many.
///
/// # Errors
/// What the database says.
pub async fn prune(store: &Store, now: i64) -> Result<u64, Error> {
    const SQL: &str = "DELETE FROM answered_receipts WHERE answered_at < $1";
    Ok(on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(now - KEPT_FOR)
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?)
}
