//! Senders whose remote images a user always wants to see.

use super::{Store, error::Error, id::UserId, transaction::on, users::folded};

/// Trusts a sender; again does no harm.
///
/// # Errors
/// [`Error::Gone`] when the user was deleted meanwhile.
pub async fn add(store: &Store, user: UserId, address: &str, now: i64) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO trusted_senders (user_id, address, created_at)
        VALUES ($1, $2, $3) ON CONFLICT (user_id, address) DO NOTHING";
    let address = folded(address);
    on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(user.get())
            .bind(address)
            .bind(now)
            .execute(db)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Trusts a sender no longer. False when it was not trusted.
///
/// # Errors
/// What the database says.
pub async fn remove(store: &Store, user: UserId, address: &str) -> Result<bool, Error> {
    const SQL: &str = "DELETE FROM trusted_senders WHERE user_id = $1 AND address = $2";
    let address = folded(address);
    let removed = on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(user.get())
            .bind(address)
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(removed > 0)
}

/// Does the user trust this sender?
///
/// # Errors
/// What the database says.
pub async fn contains(store: &Store, user: UserId, address: &str) -> Result<bool, Error> {
    const SQL: &str = "SELECT created_at FROM trusted_senders WHERE user_id = $1 AND address = $2";
    let address = folded(address);
    let found: Option<(i64,)> = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).bind(address).fetch_optional(db).await
    })?;
    Ok(found.is_some())
}

/// The addresses that the user trusts, in order.
///
/// # Errors
/// What the database says.
pub async fn list(store: &Store, user: UserId) -> Result<Vec<String>, Error> {
    const SQL: &str = "SELECT address FROM trusted_senders WHERE user_id = $1 ORDER BY address";
    let rows: Vec<(String,)> = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).fetch_all(db).await
    })?;
    Ok(rows.into_iter().map(|(address,)| address).collect())
}
