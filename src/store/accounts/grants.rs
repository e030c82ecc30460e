//! Permissions in the place of passwords: renewed as their service likes, and gone one day.

use super::Sealed;
use crate::store::{Store, error::Error, id::AccountId, transaction::on};

/// Puts a renewed permission in the place of the one that was read. It is the same credential as
/// before: what was opened with it goes on. False when there is another credential by now.
///
/// # Errors
/// What the database says.
pub async fn renew_grant(
    store: &Store,
    account: AccountId,
    before: &Sealed,
    sealed: &Sealed,
    now: i64,
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE accounts SET credential = $3, updated_at = $4
        WHERE id = $1 AND credential = $2";
    // The one before may be worth nothing now: this one must outlive a power cut.
    let mut tx = store.begin_durable().await?;
    let renewed = on!(&mut tx, db => {
        sqlx::query(SQL)
            .bind(account.get())
            .bind(before.0.as_slice())
            .bind(sealed.0.as_slice())
            .bind(now)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    tx.commit().await?;
    Ok(renewed > 0)
}

/// Notes that the permission is gone, unless there is another credential by now.
///
/// # Errors
/// What the database says.
pub async fn grant_gone(
    store: &Store,
    account: AccountId,
    credential: &Sealed,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "UPDATE accounts SET grant_gone_at = $3, updated_at = $3
        WHERE id = $1 AND credential = $2 AND grant_gone_at IS NULL";
    on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(account.get())
            .bind(credential.0.as_slice())
            .bind(now)
            .execute(db)
            .await
            .map(drop)
    })?;
    Ok(())
}
