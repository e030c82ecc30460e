//! Tokens for programs. The secret is not here: a row is found by the sha256 of it.

use super::{
    Store,
    error::Error,
    id::{TokenId, UserId},
    row::{row, text},
    transaction::on,
};

/// Tokens that a user may have.
pub const MOST: i64 = 100;

/// A token to make.
#[derive(Clone, Copy, Debug)]
pub struct NewToken<'a> {
    /// sha256 of the secret.
    pub hash: &'a [u8; 32],
    /// What its owner calls it.
    pub name: &'a str,
    /// The scopes granted, with spaces between.
    pub scopes: &'a str,
    /// When it ends (ms); `None` when it does not.
    pub expires_at: Option<i64>,
}

row! {
    /// A token that has not ended.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct TokenRow {
        /// What the list names it by; opens nothing.
        pub id: TokenId,
        /// Whose it is.
        pub user_id: UserId,
        /// The user's address.
        pub address: String,
        /// What its owner calls it.
        pub name: String,
        /// The scopes granted, with spaces between.
        pub scopes: String,
        /// When it was made (ms).
        pub created_at: i64,
        /// When it was last used, to the minute (ms).
        pub last_used_at: Option<i64>,
        /// The network that it was last used from; `""` when never.
        pub last_network: String,
        /// When it ends (ms).
        pub expires_at: Option<i64>,
    }
}

/// The columns of [`TokenRow`] and where they come from, for `concat!`.
macro_rules! select {
    ($where:literal) => {
        concat!(
            "SELECT t.id, t.user_id, u.address, t.name, t.scopes, t.created_at, t.last_used_at,
                t.last_network, t.expires_at
             FROM api_tokens t JOIN users u ON u.id = t.user_id
             WHERE ",
            $where
        )
    };
}

/// Makes a token. `None` when the user has [`MOST`] of them.
///
/// # Errors
/// [`Error::Gone`] when the user was deleted meanwhile.
pub async fn create(
    store: &Store,
    user: UserId,
    new: &NewToken<'_>,
    now: i64,
) -> Result<Option<TokenRow>, Error> {
    const PURGE: &str = "DELETE FROM api_tokens WHERE user_id = $1 AND expires_at <= $2";
    const INSERT: &str = "INSERT INTO api_tokens
            (user_id, hash, name, scopes, created_at, expires_at)
        SELECT $1, $2, $3, $4, $5, $6
        WHERE (SELECT count(*) FROM api_tokens WHERE user_id = $1) < $7";
    let mut tx = store.begin().await?;
    on!(&mut tx, db => {
        sqlx::query(PURGE).bind(user.get()).bind(now).execute(&mut **db).await.map(drop)
    })?;
    on!(&mut tx, db => {
        sqlx::query(INSERT)
            .bind(user.get())
            .bind(new.hash.as_slice())
            .bind(text(new.name))
            .bind(text(new.scopes))
            .bind(now)
            .bind(new.expires_at)
            .bind(MOST)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    tx.commit().await?;
    find(store, new.hash, now).await
}

/// The token whose secret has this sha256, unless it has ended.
///
/// # Errors
/// What the database says.
pub async fn find(store: &Store, hash: &[u8; 32], now: i64) -> Result<Option<TokenRow>, Error> {
    const SQL: &str = select!("t.hash = $1 AND (t.expires_at IS NULL OR t.expires_at > $2)");
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(hash.as_slice()).bind(now).fetch_optional(db).await
    })?)
}

/// Notes that a token is in use. Meant for once a minute. False when it has been revoked.
///
/// # Errors
/// What the database says.
pub async fn touch(
    store: &Store,
    user: UserId,
    token: TokenId,
    network: &str,
    now: i64,
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE api_tokens SET last_used_at = $3, last_network = $4
        WHERE user_id = $1 AND id = $2";
    let touched = on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(user.get())
            .bind(token.get())
            .bind(now)
            .bind(text(network))
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(touched > 0)
}

/// The user's tokens that have not ended, the newest first.
///
/// # Errors
/// What the database says.
pub async fn list(store: &Store, user: UserId, now: i64) -> Result<Vec<TokenRow>, Error> {
    const SQL: &str = select!(
        "t.user_id = $1 AND (t.expires_at IS NULL OR t.expires_at > $2) ORDER BY t.id DESC"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).bind(now).fetch_all(db).await
    })?)
}

/// Ends one token of the user. Its credential keys go with it. False when there is none.
///
/// # Errors
/// What the database says.
pub async fn revoke(store: &Store, user: UserId, id: i64) -> Result<bool, Error> {
    // Durable: a token that was revoked must not be back after a power cut.
    let mut tx = store.begin_durable().await?;
    let revoked = on!(&mut tx, db => {
        sqlx::query("DELETE FROM api_tokens WHERE user_id = $1 AND id = $2")
            .bind(user.get())
            .bind(id)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    tx.commit().await?;
    Ok(revoked > 0)
}
