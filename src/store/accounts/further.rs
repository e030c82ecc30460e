//! Accounts beside the one signed in with: added, put in order, given other servers, and found by
//! what is theirs.

use super::{AccountRow, NewAccount, Sealed, columns};
use crate::{
    mail::id::MailboxId,
    store::{
        Store,
        error::Error,
        id::{AccountId, UserId},
        row::{key, row, text},
        transaction::on,
        users::folded,
    },
};

/// How an account's servers are reached.
#[derive(Clone, Copy, Debug)]
pub struct Access<'a> {
    /// The user name for the servers; `""` when the configuration decides.
    pub login: &'a str,
    /// The servers as JSON; `""` when the configuration names them.
    pub servers: &'a str,
    /// The sealed credential.
    pub credential: &'a Sealed,
    /// The data key, wrapped by the server's own key.
    pub carried_key: &'a Sealed,
    /// The service that vouches for its owner; `""` where a password does.
    pub provider: &'a str,
}

/// Something that belongs to one of a user's accounts, by the number or key in a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A folder.
    Mailbox(MailboxId),
    /// A draft.
    Draft(i64),
    /// A message on its way out.
    Submission(i64),
    /// An identity.
    Identity(i64),
}

row! {
    struct Holder {
        account_id: AccountId,
    }
}

/// Adds an account that stands behind those there are, with its credential and key: what seals them
/// is made from its row, whose number they are bound to. Nothing is there until all is. `provider`
/// vouches for its owner; `""` where a password does.
///
/// # Errors
/// [`Error::Conflict`] when the user has an account of this address; [`Error::Gone`] when the user
/// was deleted meanwhile.
pub async fn add(
    store: &Store,
    user: UserId,
    new: &NewAccount<'_>,
    provider: &str,
    now: i64,
    seal: impl FnOnce(&AccountRow) -> (Sealed, Sealed) + Send,
) -> Result<AccountRow, Error> {
    const ADD: &str = concat!(
        "INSERT INTO accounts
            (user_id, kind, is_primary, address, login, name, servers, provider, sort_order,
             created_at, updated_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8,
            COALESCE((SELECT max(sort_order) FROM accounts WHERE user_id = $1), 0) + 1, $9, $9
         RETURNING ",
        columns!()
    );
    const SEAL: &str = concat!(
        "UPDATE accounts SET credential = $2, carried_key = $3,
            credential_version = credential_version + 1
         WHERE id = $1 RETURNING ",
        columns!()
    );
    let mut tx = store.begin_durable().await?;
    let row: AccountRow = on!(&mut tx, db => {
        sqlx::query_as(ADD)
            .bind(user.get())
            .bind(new.kind.as_str())
            .bind(i64::from(new.primary))
            .bind(folded(new.address))
            .bind(text(new.login))
            .bind(text(new.name))
            .bind(text(new.servers))
            .bind(text(provider))
            .bind(now)
            .fetch_one(&mut **db)
            .await
    })?;
    let (credential, carried) = seal(&row);
    let row: AccountRow = on!(&mut tx, db => {
        sqlx::query_as(SEAL)
            .bind(row.id.get())
            .bind(credential.0.as_slice())
            .bind(carried.0.as_slice())
            .fetch_one(&mut **db)
            .await
    })?;
    tx.commit().await?;
    Ok(row)
}

/// Replaces servers, credential and key at once; returns the credential's version.
///
/// # Errors
/// [`Error::Gone`] when there is no such account any more.
pub async fn set_access(
    store: &Store,
    account: AccountId,
    access: &Access<'_>,
    now: i64,
) -> Result<i64, Error> {
    const SQL: &str = "UPDATE accounts SET
            login = $2, servers = $3, credential = $4, carried_key = $5, provider = $7,
            grant_gone_at = NULL, credential_version = credential_version + 1, updated_at = $6
        WHERE id = $1 AND gone_at IS NULL
        RETURNING credential_version";
    let version: Option<(i64,)> = on!(store.writer(), db => {
        sqlx::query_as(SQL)
            .bind(account.get())
            .bind(text(access.login))
            .bind(text(access.servers))
            .bind(access.credential.0.as_slice())
            .bind(access.carried_key.0.as_slice())
            .bind(now)
            .bind(text(access.provider))
            .fetch_optional(db)
            .await
    })?;
    version.map(|(version,)| version).ok_or(Error::Gone)
}

/// Puts the user's accounts into this order. Those that are not named keep their numbers.
///
/// # Errors
/// What the database says.
pub async fn arrange(
    store: &Store,
    user: UserId,
    order: &[AccountId],
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "UPDATE accounts SET sort_order = $3, updated_at = $4
        WHERE user_id = $1 AND id = $2";
    let mut tx = store.begin().await?;
    for (place, account) in (1_i64..).zip(order) {
        on!(&mut tx, db => {
            sqlx::query(SQL)
                .bind(user.get())
                .bind(account.get())
                .bind(place)
                .bind(now)
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
    }
    tx.commit().await
}

/// The account of the user's that has this; `None` when none has. A folder that has vanished counts
/// as well: what was open in it belongs to its account still.
///
/// # Errors
/// What the database says.
pub async fn holder_of(
    store: &Store,
    user: UserId,
    subject: Subject,
) -> Result<Option<AccountId>, Error> {
    const MAILBOX: &str = "SELECT t.account_id FROM mailboxes t
        JOIN accounts a ON a.id = t.account_id
        WHERE a.user_id = $1 AND t.id = $2 AND a.gone_at IS NULL";
    const DRAFT: &str = "SELECT account_id FROM drafts WHERE user_id = $1 AND id = $2";
    const SUBMISSION: &str = "SELECT account_id FROM submissions WHERE user_id = $1 AND id = $2";
    const IDENTITY: &str = "SELECT t.account_id FROM identities t
        JOIN accounts a ON a.id = t.account_id
        WHERE a.user_id = $1 AND t.id = $2 AND a.gone_at IS NULL";
    let (sql, id) = match subject {
        Subject::Mailbox(id) => (MAILBOX, key(id)),
        Subject::Draft(id) => (DRAFT, id),
        Subject::Submission(id) => (SUBMISSION, id),
        Subject::Identity(id) => (IDENTITY, id),
    };
    let found: Option<Holder> = on!(store.reader(), db => {
        sqlx::query_as(sql).bind(user.get()).bind(id).fetch_optional(db).await
    })?;
    Ok(found.map(|holder| holder.account_id))
}
