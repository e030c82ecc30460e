//! Who an account writes as (RFC 8621 §6). An account with identities has exactly one default.

use super::{
    Store,
    error::Error,
    id::{AccountId, IdentityId},
    row::{row, text},
    transaction::{Tx, on},
};

/// What a person can edit of an identity. Address lists are text as typed; `""` is none.
#[derive(Clone, Copy, Debug, Default)]
pub struct IdentityFields<'a> {
    /// The name in From.
    pub name: &'a str,
    /// The address in From.
    pub email: &'a str,
    /// Reply-To.
    pub reply_to: &'a str,
    /// Always added to Bcc.
    pub bcc: &'a str,
    /// The signature of plain messages.
    pub text_signature: &'a str,
    /// The signature of rich messages; not cleaned here.
    pub html_signature: &'a str,
}

row! {
    /// An identity.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct IdentityRow {
        /// The identity.
        pub id: IdentityId,
        /// The account that sends for it.
        pub account_id: AccountId,
        /// The name in From; `""` for none.
        pub name: String,
        /// The address in From.
        pub email: String,
        /// Reply-To as typed; `""` for none.
        pub reply_to: String,
        /// Always added to Bcc, as typed; `""` for none.
        pub bcc: String,
        /// The signature of plain messages; `""` for none.
        pub text_signature: String,
        /// The signature of rich messages as typed, not cleaned; `""` for none.
        pub html_signature: String,
        /// The one that new messages begin with.
        pub is_default: bool,
        /// When it last changed (ms).
        pub updated_at: i64,
    }
}

/// The columns of [`IdentityRow`], for `concat!`.
macro_rules! columns {
    () => {
        "id, account_id, name, email, reply_to, bcc, text_signature, html_signature, is_default,
         updated_at"
    };
}

/// The account's identities: the default first, then in the order they were made.
///
/// # Errors
/// What the database says.
pub async fn list(store: &Store, account: AccountId) -> Result<Vec<IdentityRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM identities WHERE account_id = $1 ORDER BY is_default DESC, id"
    );
    Ok(on!(store.reader(), db => sqlx::query_as(SQL).bind(account.get()).fetch_all(db).await)?)
}

/// The account's identity of this number. `None` for other accounts'.
///
/// # Errors
/// What the database says.
pub async fn get(store: &Store, account: AccountId, id: i64) -> Result<Option<IdentityRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM identities WHERE account_id = $1 AND id = $2"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(account.get()).bind(id).fetch_optional(db).await
    })?)
}

/// The identity that new messages of the account begin with; `None` when it has none at all.
///
/// # Errors
/// What the database says.
pub async fn default(store: &Store, account: AccountId) -> Result<Option<IdentityRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM identities WHERE account_id = $1 AND is_default = 1"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(account.get()).fetch_optional(db).await
    })?)
}

/// Adds an identity; an account's first becomes its default.
///
/// # Errors
/// [`Error::Gone`] when there is no such account any more.
pub async fn create(
    store: &Store,
    account: AccountId,
    fields: &IdentityFields<'_>,
    now: i64,
) -> Result<IdentityRow, Error> {
    let mut tx = store.begin().await?;
    tx.lock_account(account).await?;
    let row = insert(&mut tx, account, fields, now).await?;
    tx.commit().await?;
    Ok(row)
}

/// Adds an identity, the default, unless the account has any.
///
/// # Errors
/// As for [`create`].
pub async fn create_first(
    store: &Store,
    account: AccountId,
    fields: &IdentityFields<'_>,
    now: i64,
) -> Result<(), Error> {
    const ANY: &str = "SELECT id FROM identities WHERE account_id = $1 LIMIT 1";
    let mut tx = store.begin().await?;
    tx.lock_account(account).await?;
    let any: Option<(i64,)> = on!(&mut tx, db => {
        sqlx::query_as(ANY).bind(account.get()).fetch_optional(&mut **db).await
    })?;
    if any.is_none() {
        insert(&mut tx, account, fields, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The account is locked.
async fn insert(
    tx: &mut Tx,
    account: AccountId,
    fields: &IdentityFields<'_>,
    now: i64,
) -> Result<IdentityRow, Error> {
    const SQL: &str = concat!(
        "INSERT INTO identities
            (account_id, name, email, reply_to, bcc, text_signature, html_signature,
             created_at, updated_at, is_default)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8,
            CASE WHEN EXISTS (SELECT 1 FROM identities WHERE account_id = $1) THEN 0 ELSE 1 END)
         RETURNING ",
        columns!()
    );
    Ok(on!(tx, db => {
        sqlx::query_as(SQL)
            .bind(account.get())
            .bind(text(fields.name))
            .bind(text(fields.email))
            .bind(text(fields.reply_to))
            .bind(text(fields.bcc))
            .bind(text(fields.text_signature))
            .bind(text(fields.html_signature))
            .bind(now)
            .fetch_one(&mut **db)
            .await
    })?)
}

/// Changes an identity. False when the account has none of this number.
///
/// # Errors
/// What the database says.
pub async fn update(
    store: &Store,
    account: AccountId,
    id: i64,
    fields: &IdentityFields<'_>,
    now: i64,
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE identities SET name = $3, email = $4, reply_to = $5, bcc = $6,
            text_signature = $7, html_signature = $8, updated_at = $9
        WHERE account_id = $1 AND id = $2";
    let updated = on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(account.get())
            .bind(id)
            .bind(text(fields.name))
            .bind(text(fields.email))
            .bind(text(fields.reply_to))
            .bind(text(fields.bcc))
            .bind(text(fields.text_signature))
            .bind(text(fields.html_signature))
            .bind(now)
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(updated > 0)
}

/// Makes an identity the default. False when the account has none of this number.
///
/// # Errors
/// [`Error::Gone`] when there is no such account any more.
pub async fn set_default(store: &Store, account: AccountId, id: i64) -> Result<bool, Error> {
    // In two steps, the old one first: the index that allows one default is checked per row.
    const CLEAR: &str = "UPDATE identities SET is_default = 0
        WHERE account_id = $1 AND is_default = 1 AND id <> $2";
    const SET: &str = "UPDATE identities SET is_default = 1 WHERE account_id = $1 AND id = $2";
    let mut tx = store.begin().await?;
    tx.lock_account(account).await?;
    run(&mut tx, CLEAR, account, id).await?;
    if run(&mut tx, SET, account, id).await? == 0 {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

/// Removes an identity; if it was the default, the oldest of the others is it now. False when the
/// account has none of this number.
///
/// # Errors
/// [`Error::Gone`] when there is no such account any more.
pub async fn delete(store: &Store, account: AccountId, id: i64) -> Result<bool, Error> {
    const DELETE: &str = "DELETE FROM identities WHERE account_id = $1 AND id = $2";
    const PROMOTE: &str = "UPDATE identities SET is_default = 1
        WHERE id = (SELECT min(id) FROM identities WHERE account_id = $1 AND id <> $2)
        AND NOT EXISTS (SELECT 1 FROM identities WHERE account_id = $1 AND is_default = 1)";
    let mut tx = store.begin().await?;
    tx.lock_account(account).await?;
    let deleted = run(&mut tx, DELETE, account, id).await?;
    run(&mut tx, PROMOTE, account, id).await?;
    tx.commit().await?;
    Ok(deleted > 0)
}

async fn run(tx: &mut Tx, sql: &'static str, account: AccountId, id: i64) -> Result<u64, Error> {
    Ok(on!(tx, db => {
        sqlx::query(sql)
            .bind(account.get())
            .bind(id)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?)
}
