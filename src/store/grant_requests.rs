//! People who are on their way to a service that vouches for them, and will come back: each comes
//! back once, in time, and where they went from.

use super::{
    Store,
    accounts::Sealed,
    error::Error,
    id::{SessionId, UserId},
    transaction::on,
};

/// Ways of one person that are open at once; the oldest gives way.
const MOST: i64 = 20;

/// Somebody goes.
#[derive(Clone, Copy, Debug)]
pub struct NewRequest<'a> {
    /// sha256 of what they come back with.
    pub state: &'a [u8; 32],
    /// Who it is.
    pub user: UserId,
    /// The browser that they come back in; `None`: any way that proves who they are.
    pub session: Option<SessionId>,
    /// What is to be done then.
    pub sealed: &'a Sealed,
    /// When they come too late (ms).
    pub expires_at: i64,
}

/// Notes it; what has expired goes.
///
/// # Errors
/// [`Error::Gone`] when user or session are gone.
pub async fn begin(store: &Store, new: &NewRequest<'_>, now: i64) -> Result<(), Error> {
    const ADD: &str = "INSERT INTO grant_requests
            (state, user_id, session_id, sealed, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    const LATE: &str = "DELETE FROM grant_requests WHERE user_id = $1 AND (expires_at <= $2
        OR state NOT IN (SELECT state FROM grant_requests WHERE user_id = $1
            ORDER BY created_at DESC, state LIMIT $3))";
    let mut tx = store.begin().await?;
    on!(&mut tx, db => {
        sqlx::query(ADD)
            .bind(new.state.as_slice())
            .bind(new.user.get())
            .bind(new.session.map(SessionId::get))
            .bind(new.sealed.0.as_slice())
            .bind(now)
            .bind(new.expires_at)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    on!(&mut tx, db => {
        sqlx::query(LATE)
            .bind(new.user.get())
            .bind(now)
            .bind(MOST)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    tx.commit().await
}

/// What is to be done for somebody who comes back; only once. `None` for one who is another, comes
/// too late, or comes back in another browser than they went from, and nothing is changed then.
///
/// # Errors
/// What the database says.
pub async fn take(
    store: &Store,
    state: &[u8; 32],
    user: UserId,
    session: Option<SessionId>,
    now: i64,
) -> Result<Option<Sealed>, Error> {
    const SQL: &str = "DELETE FROM grant_requests
        WHERE state = $1 AND user_id = $2 AND (session_id IS NULL OR session_id = $3)
        AND expires_at > $4
        RETURNING sealed";
    let found: Option<(Vec<u8>,)> = on!(store.writer(), db => {
        sqlx::query_as(SQL)
            .bind(state.as_slice())
            .bind(user.get())
            .bind(session.map(SessionId::get))
            .bind(now)
            .fetch_optional(db)
            .await
    })?;
    Ok(found.map(|(sealed,)| Sealed(sealed)))
}

/// Forgets who has not come back in time.
///
/// # Errors
/// What the database says.
pub async fn prune(store: &Store, now: i64) -> Result<(), Error> {
    const SQL: &str = "DELETE FROM grant_requests WHERE expires_at <= $1";
    on!(store.writer(), db => sqlx::query(SQL).bind(now).execute(db).await.map(drop))?;
    Ok(())
}
