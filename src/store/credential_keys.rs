//! Accounts' data keys, wrapped for those who may open a credential. The store never sees a key
//! in the clear.

use super::{
    Store,
    accounts::Sealed,
    error::Error,
    id::{AccountId, SessionId, TokenId},
    transaction::on,
};

/// Who may open an account's credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder<'a> {
    /// A session, with a key derived from its cookie.
    Session(SessionId),
    /// An API token, with a key derived from it.
    Token(TokenId),
    /// The server itself, with the named one of its keys: for what runs unattended.
    Server(&'a str),
}

impl Holder<'_> {
    /// The columns `session_id`, `token_id` and `server_key`.
    fn columns(&self) -> (Option<i64>, Option<i64>, &str) {
        match self {
            Self::Session(session) => (Some(session.get()), None, ""),
            Self::Token(token) => (None, Some(token.get()), ""),
            Self::Server(key) => (None, None, key),
        }
    }
}

/// Gives a holder the account's key; replaces what it had. The server has one per account, under
/// whichever of its keys was named last.
///
/// # Errors
/// [`Error::Gone`] when the account or holder is gone, or belongs to another user.
pub async fn put(
    store: &Store,
    account: AccountId,
    holder: Holder<'_>,
    wrapped: &Sealed,
    now: i64,
) -> Result<(), Error> {
    // The holder must be the account's own user's, so that no mistake above can give a stranger's
    // session a key.
    macro_rules! sql {
        ($conflict:literal) => {
            concat!(
                "INSERT INTO credential_keys
                    (account_id, session_id, token_id, server_key, wrapped, created_at)
                 SELECT a.id, s.id, t.id, $4, $5, $6
                 FROM accounts a
                 LEFT JOIN sessions s ON s.id = $2 AND s.user_id = a.user_id
                 LEFT JOIN api_tokens t ON t.id = $3 AND t.user_id = a.user_id
                 WHERE a.id = $1 AND a.gone_at IS NULL
                 AND s.id IS NOT DISTINCT FROM $2 AND t.id IS NOT DISTINCT FROM $3
                 ON CONFLICT ",
                $conflict,
                " DO UPDATE SET wrapped = excluded.wrapped, server_key = excluded.server_key,
                    created_at = excluded.created_at"
            )
        };
    }
    let sql = match holder {
        Holder::Session(_) => sql!("(account_id, session_id) WHERE session_id IS NOT NULL"),
        Holder::Token(_) => sql!("(account_id, token_id) WHERE token_id IS NOT NULL"),
        Holder::Server(_) => sql!("(account_id) WHERE session_id IS NULL AND token_id IS NULL"),
    };
    let (session, token, server_key) = holder.columns();
    let put = on!(store.writer(), db => {
        sqlx::query(sql)
            .bind(account.get())
            .bind(session)
            .bind(token)
            .bind(server_key)
            .bind(wrapped.0.as_slice())
            .bind(now)
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    if put == 0 { Err(Error::Gone) } else { Ok(()) }
}

/// The account's key as wrapped for this holder, if it has one.
///
/// # Errors
/// What the database says.
pub async fn get(
    store: &Store,
    account: AccountId,
    holder: Holder<'_>,
) -> Result<Option<Sealed>, Error> {
    const SQL: &str = "SELECT wrapped FROM credential_keys
        WHERE account_id = $1 AND session_id IS NOT DISTINCT FROM $2
        AND token_id IS NOT DISTINCT FROM $3 AND server_key = $4";
    let (session, token, server_key) = holder.columns();
    let found: Option<(Vec<u8>,)> = on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(account.get())
            .bind(session)
            .bind(token)
            .bind(server_key)
            .fetch_optional(db)
            .await
    })?;
    Ok(found.map(|(wrapped,)| Sealed(wrapped)))
}

/// Takes the account's key from a holder. False when it had none.
///
/// # Errors
/// What the database says.
pub async fn delete(store: &Store, account: AccountId, holder: Holder<'_>) -> Result<bool, Error> {
    const SQL: &str = "DELETE FROM credential_keys
        WHERE account_id = $1 AND session_id IS NOT DISTINCT FROM $2
        AND token_id IS NOT DISTINCT FROM $3 AND server_key = $4";
    let (session, token, server_key) = holder.columns();
    let mut tx = store.begin_durable().await?;
    let deleted = on!(&mut tx, db => {
        sqlx::query(SQL)
            .bind(account.get())
            .bind(session)
            .bind(token)
            .bind(server_key)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    tx.commit().await?;
    Ok(deleted > 0)
}
