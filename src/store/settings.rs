//! A user's settings: JSON text by name. What the names and values mean is known above.

use super::{Store, error::Error, id::UserId, row::text, transaction::on};

/// One setting's value as JSON; `None` when it was never set.
///
/// # Errors
/// What the database says.
pub async fn get(store: &Store, user: UserId, name: &str) -> Result<Option<String>, Error> {
    const SQL: &str = "SELECT value FROM settings WHERE user_id = $1 AND name = $2";
    let found: Option<(String,)> = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).bind(name).fetch_optional(db).await
    })?;
    Ok(found.map(|(value,)| value))
}

/// Everything the user has set: (name, JSON), by name.
///
/// # Errors
/// What the database says.
pub async fn all(store: &Store, user: UserId) -> Result<Vec<(String, String)>, Error> {
    const SQL: &str = "SELECT name, value FROM settings WHERE user_id = $1 ORDER BY name";
    Ok(on!(store.reader(), db => sqlx::query_as(SQL).bind(user.get()).fetch_all(db).await)?)
}

/// Sets one setting to a value in JSON.
///
/// # Errors
/// [`Error::Gone`] when the user was deleted meanwhile.
pub async fn set(
    store: &Store,
    user: UserId,
    name: &str,
    value: &str,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO settings (user_id, name, value, updated_at)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (user_id, name)
        DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at";
    on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(user.get())
            .bind(name)
            .bind(text(value))
            .bind(now)
            .execute(db)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Gives a setting its default back. False when it had it.
///
/// # Errors
/// What the database says.
pub async fn unset(store: &Store, user: UserId, name: &str) -> Result<bool, Error> {
    const SQL: &str = "DELETE FROM settings WHERE user_id = $1 AND name = $2";
    let deleted = on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(user.get())
            .bind(name)
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(deleted > 0)
}
