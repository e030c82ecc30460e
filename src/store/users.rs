//! The people who sign in.

use super::{
    Store, accounts,
    error::Error,
    id::{AccountId, UserId},
    row::{row, text},
    transaction::on,
};

row! {
    /// A person, made by the first sign-in with an address.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct UserRow {
        /// The user.
        pub id: UserId,
        /// The address signed in with, in lower case.
        pub address: String,
        /// The first sign-in (ms).
        pub created_at: i64,
        /// The last sign-in (ms).
        pub signed_in_at: i64,
    }
}

/// The user of this address, made when it is new; notes the sign-in. Addresses are compared
/// without regard to case, as every mail server of today does.
///
/// # Errors
/// What the database says.
pub async fn find_or_create(store: &Store, address: &str, now: i64) -> Result<UserRow, Error> {
    const SQL: &str = "INSERT INTO users (address, created_at, signed_in_at)
        VALUES ($1, $2, $2)
        ON CONFLICT (address) DO UPDATE SET signed_in_at = excluded.signed_in_at
        RETURNING id, address, created_at, signed_in_at";
    let address = folded(address);
    Ok(on!(store.writer(), db => {
        sqlx::query_as(SQL).bind(address).bind(now).fetch_one(db).await
    })?)
}

/// The user of this address, if there is one.
///
/// # Errors
/// What the database says.
pub async fn find(store: &Store, address: &str) -> Result<Option<UserRow>, Error> {
    const SQL: &str = "SELECT id, address, created_at, signed_in_at FROM users WHERE address = $1";
    let address = folded(address);
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(address).fetch_optional(db).await
    })?)
}

/// The verifier of a user's last good password; `""` when a mail server judges it.
///
/// # Errors
/// [`Error::Gone`] when there is no such user any more.
pub async fn verifier(store: &Store, user: UserId) -> Result<String, Error> {
    const SQL: &str = "SELECT verifier FROM users WHERE id = $1";
    let found: Option<(String,)> = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).fetch_optional(db).await
    })?;
    found.map(|(verifier,)| verifier).ok_or(Error::Gone)
}

/// Replaces it.
///
/// # Errors
/// [`Error::Gone`] when there is no such user any more.
pub async fn set_verifier(store: &Store, user: UserId, verifier: &str) -> Result<(), Error> {
    const SQL: &str = "UPDATE users SET verifier = $2 WHERE id = $1";
    let mut tx = store.begin_durable().await?;
    let updated = on!(&mut tx, db => {
        sqlx::query(SQL)
            .bind(user.get())
            .bind(verifier)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    tx.commit().await?;
    match updated {
        0 => Err(Error::Gone),
        _ => Ok(()),
    }
}

/// All users by address, for the operator.
///
/// # Errors
/// What the database says.
pub async fn list(store: &Store) -> Result<Vec<UserRow>, Error> {
    const SQL: &str = "SELECT id, address, created_at, signed_in_at FROM users ORDER BY address";
    Ok(on!(store.reader(), db => sqlx::query_as(SQL).fetch_all(db).await)?)
}

row! {
    struct Theirs {
        id: AccountId,
    }
}

/// Deletes a user and every row that is theirs, their mail a lot at a time. False when there was none.
/// The bytes of blobs lie elsewhere; who calls this deletes them.
///
/// # Errors
/// What the database says.
pub async fn delete(store: &Store, user: UserId) -> Result<bool, Error> {
    const ACCOUNTS: &str = "SELECT id FROM accounts WHERE user_id = $1";
    let accounts: Vec<Theirs> = on!(store.reader(), db => {
        sqlx::query_as(ACCOUNTS).bind(user.get()).fetch_all(db).await
    })?;
    // None of them is seen any more when the first message goes.
    for account in &accounts {
        accounts::retire(store, account.id, 0).await?;
    }
    for account in &accounts {
        accounts::delete(store, account.id, 0).await?;
    }
    let mut tx = store.begin_durable().await?;
    tx.lift_time_limit().await?;
    let deleted = on!(&mut tx, db => {
        sqlx::query("DELETE FROM users WHERE id = $1")
            .bind(user.get())
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    tx.commit().await?;
    Ok(deleted > 0)
}

/// An address as it is compared and stored.
pub(super) fn folded(address: &str) -> String {
    text(address.trim()).to_lowercase()
}
