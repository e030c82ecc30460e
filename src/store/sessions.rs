//! Signed-in browsers. The cookie's secret is not here: a row is found by the sha256 of it.

use super::{
    Store,
    error::Error,
    id::{SessionId, UserId},
    news,
    row::{row, text},
    transaction::on,
};

/// Sessions a user may have; the one unused for longest ends when one more begins.
const SESSIONS_PER_USER: i64 = 100;

/// A session to begin.
#[derive(Clone, Copy, Debug)]
pub struct NewSession<'a> {
    /// sha256 of the cookie's value.
    pub hash: &'a [u8; 32],
    /// When it ends unless it is used (ms).
    pub expires_at: i64,
    /// "Stay signed in" was ticked.
    pub stay_signed_in: bool,
    /// Browser and system, short.
    pub label: &'a str,
    /// The client's network, shown in the list of sessions.
    pub network: &'a str,
}

row! {
    /// A session that has not ended.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct SessionRow {
        /// What the list names it by; opens nothing.
        pub id: SessionId,
        /// Whose it is.
        pub user_id: UserId,
        /// The user's address.
        pub address: String,
        /// "Stay signed in" was ticked.
        pub stay_signed_in: bool,
        /// Browser and system.
        pub label: String,
        /// The client's network at sign-in.
        pub network: String,
        /// When it began (ms).
        pub created_at: i64,
        /// When it was last touched (ms).
        pub last_seen_at: i64,
        /// When the password was last given (ms).
        pub confirmed_at: i64,
        /// When it ends unless it is touched (ms).
        pub expires_at: i64,
    }
}

row! {
    struct Made {
        id: SessionId,
    }
}

/// Begins a session.
///
/// # Errors
/// [`Error::Gone`] when the user was deleted meanwhile.
pub async fn create(
    store: &Store,
    user: UserId,
    new: &NewSession<'_>,
    now: i64,
) -> Result<SessionId, Error> {
    const INSERT: &str = "INSERT INTO sessions
            (hash, user_id, stay_signed_in, label, network,
             created_at, last_seen_at, confirmed_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $6, $6, $7)
        RETURNING id";
    const TRIM: &str = "DELETE FROM sessions WHERE user_id = $1 AND id NOT IN (
            SELECT id FROM sessions WHERE user_id = $1
            ORDER BY last_seen_at DESC, id DESC LIMIT $2)";
    let mut tx = store.begin().await?;
    let made: Made = on!(&mut tx, db => {
        sqlx::query_as(INSERT)
            .bind(new.hash.as_slice())
            .bind(user.get())
            .bind(i64::from(new.stay_signed_in))
            .bind(text(new.label))
            .bind(text(new.network))
            .bind(now)
            .bind(new.expires_at)
            .fetch_one(&mut **db)
            .await
    })?;
    on!(&mut tx, db => {
        sqlx::query(TRIM)
            .bind(user.get())
            .bind(SESSIONS_PER_USER)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    tx.commit().await?;
    Ok(made.id)
}

/// The session whose cookie has this sha256, unless it has ended.
///
/// # Errors
/// What the database says.
pub async fn find(store: &Store, hash: &[u8; 32], now: i64) -> Result<Option<SessionRow>, Error> {
    const SQL: &str = "SELECT s.id, s.user_id, u.address, s.stay_signed_in, s.label, s.network,
            s.created_at, s.last_seen_at, s.confirmed_at, s.expires_at
        FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.hash = $1 AND s.expires_at > $2";
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(hash.as_slice()).bind(now).fetch_optional(db).await
    })?)
}

/// Notes that a session is in use, and moves its end. Meant for once a minute, not each request.
/// False when it has been revoked.
///
/// # Errors
/// What the database says.
pub async fn touch(
    store: &Store,
    user: UserId,
    session: SessionId,
    now: i64,
    expires_at: i64,
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE sessions SET last_seen_at = $3, expires_at = $4
        WHERE user_id = $1 AND id = $2";
    let touched = on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(user.get())
            .bind(session.get())
            .bind(now)
            .bind(expires_at)
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(touched > 0)
}

/// Notes that the password was given again. False when the session has been revoked.
///
/// # Errors
/// What the database says.
pub async fn confirm(
    store: &Store,
    user: UserId,
    session: SessionId,
    now: i64,
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE sessions SET confirmed_at = $3, last_seen_at = $3
        WHERE user_id = $1 AND id = $2";
    let confirmed = on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(user.get())
            .bind(session.get())
            .bind(now)
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(confirmed > 0)
}

/// The user's sessions that have not ended, the last used first.
///
/// # Errors
/// What the database says.
pub async fn list(store: &Store, user: UserId, now: i64) -> Result<Vec<SessionRow>, Error> {
    const SQL: &str = "SELECT s.id, s.user_id, u.address, s.stay_signed_in, s.label, s.network,
            s.created_at, s.last_seen_at, s.confirmed_at, s.expires_at
        FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.user_id = $1 AND s.expires_at > $2
        ORDER BY s.last_seen_at DESC, s.id DESC";
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).bind(now).fetch_all(db).await
    })?)
}

/// Ends one session of the user, by the id in the list (or its own, to sign out). Its credential
/// keys go with it. False when the user has no such session.
///
/// # Errors
/// What the database says.
pub async fn revoke(store: &Store, user: UserId, id: i64) -> Result<bool, Error> {
    const SQL: &str = "DELETE FROM sessions WHERE user_id = $1 AND id = $2 RETURNING id";
    Ok(end(store, SQL, user, id).await? > 0)
}

/// Ends all sessions of the user, but `keep`; says how many.
///
/// # Errors
/// What the database says.
pub async fn revoke_others(
    store: &Store,
    user: UserId,
    keep: Option<SessionId>,
) -> Result<u64, Error> {
    const SQL: &str = "DELETE FROM sessions WHERE user_id = $1 AND id <> $2 RETURNING id";
    // No session has the number 0.
    end(store, SQL, user, keep.map_or(0, SessionId::get)).await
}

/// Durable: a session that was ended must not be back after a power cut. Other processes are told.
async fn end(store: &Store, sql: &'static str, user: UserId, id: i64) -> Result<u64, Error> {
    let mut tx = store.begin_durable().await?;
    let ended: Vec<Made> = on!(&mut tx, db => {
        sqlx::query_as(sql).bind(user.get()).bind(id).fetch_all(&mut **db).await
    })?;
    for session in &ended {
        news::ended(&mut tx, session.id).await?;
    }
    tx.commit().await?;
    Ok(u64::try_from(ended.len()).unwrap_or(u64::MAX))
}

/// Removes what has ended, of all users; says how many.
///
/// # Errors
/// What the database says.
pub async fn purge_expired(store: &Store, now: i64) -> Result<u64, Error> {
    Ok(on!(store.writer(), db => {
        sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
            .bind(now)
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?)
}
