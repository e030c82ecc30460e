//! Forgetting what was read of a folder, a lot of rows at a time.
//!
//! Cost: a transaction for each [`LOT`] rows, some 10 ms each, and one before.

use crate::{
    mail::id::MailboxId,
    store::{
        Store,
        error::Error,
        id::AccountId,
        row::{key, row},
        transaction::{Tx, on},
    },
};

/// Rows that go in one transaction: whoever writes next waits no longer than for these.
const LOT: u64 = 2000;

/// The revision of a folder that is being forgotten. Nothing was read of it, and nothing is put there
/// before its rows have gone.
pub(super) const GIVEN_UP: i64 = -1;

row! {
    struct There {
        mailbox_id: MailboxId,
    }
}

/// Forgets a folder: what its UIDs meant is not so any more.
///
/// # Errors
/// [`Error::Gone`] when there is no such account any more. What is interrupted goes on with the next
/// [`put()`](super::put()), or with [`prune`](super::prune).
pub async fn forget(store: &Store, account: AccountId, mailbox: MailboxId) -> Result<(), Error> {
    let mut tx = store.begin().await?;
    tx.lock_what_is_left(account).await?;
    let folders = give_up(&mut tx, account, Some(mailbox)).await?;
    tx.commit().await?;
    match folders {
        0 => Ok(()),
        _ => clear(store, account, mailbox).await,
    }
}

/// The same of all folders; says how many there were.
pub(super) async fn forget_every(store: &Store, account: AccountId) -> Result<u64, Error> {
    const ALL: &str = "SELECT mailbox_id FROM indexed_folders WHERE account_id = $1";
    let mut tx = store.begin().await?;
    tx.lock_what_is_left(account).await?;
    let folders = give_up(&mut tx, account, None).await?;
    let all: Vec<There> = on!(&mut tx, db => {
        sqlx::query_as(ALL).bind(account.get()).fetch_all(&mut **db).await
    })?;
    tx.commit().await?;
    for one in all {
        clear(store, account, one.mailbox_id).await?;
    }
    Ok(folders)
}

/// From here on nothing was read of the folder, or of all; says of how many something was.
async fn give_up(tx: &mut Tx, account: AccountId, only: Option<MailboxId>) -> Result<u64, Error> {
    const ONE: &str = "UPDATE indexed_folders SET revision = $2, uid_validity = 0, held = 0
        WHERE account_id = $1 AND revision > 0 AND mailbox_id = $3";
    const ALL: &str = "UPDATE indexed_folders SET revision = $2, uid_validity = 0, held = 0
        WHERE account_id = $1 AND revision > 0";
    let sql = if only.is_some() { ONE } else { ALL };
    Ok(on!(tx, db => {
        let mut query = sqlx::query(sql).bind(account.get()).bind(GIVEN_UP);
        if let Some(mailbox) = only {
            query = query.bind(key(mailbox));
        }
        query.execute(&mut **db).await.map(|done| done.rows_affected())
    })?)
}

/// Removes what is left of a folder that was given up, if it was; then it may be read again.
pub(super) async fn clear(
    store: &Store,
    account: AccountId,
    mailbox: MailboxId,
) -> Result<(), Error> {
    const ROWS: &str = "DELETE FROM indexed_messages WHERE mailbox_id = $1 AND uid IN
        (SELECT uid FROM indexed_messages WHERE mailbox_id = $1 ORDER BY uid LIMIT $2)";
    const FOLDER: &str = "DELETE FROM indexed_folders
        WHERE account_id = $1 AND mailbox_id = $2 AND revision < 0";
    loop {
        let mut tx = store.begin().await?;
        // Whoever puts messages into the folder at this moment has its row as well, or neither.
        match tx.lock_what_is_left(account).await {
            // Its rows went with it.
            Err(Error::Gone) => return Ok(()),
            locked => locked?,
        }
        if !is_given_up(&mut tx, account, mailbox).await? {
            return Ok(());
        }
        let gone = on!(&mut tx, db => {
            let query = sqlx::query(ROWS).bind(key(mailbox));
            let query = query.bind(i64::try_from(LOT).unwrap_or(i64::MAX));
            query.execute(&mut **db).await.map(|done| done.rows_affected())
        })?;
        if gone < LOT {
            on!(&mut tx, db => {
                let query = sqlx::query(FOLDER).bind(account.get()).bind(key(mailbox));
                query.execute(&mut **db).await.map(drop)
            })?;
        }
        tx.commit().await?;
        if gone < LOT {
            return Ok(());
        }
    }
}

/// Is the folder being forgotten?
pub(super) async fn is_given_up(
    tx: &mut Tx,
    account: AccountId,
    mailbox: MailboxId,
) -> Result<bool, Error> {
    const SQL: &str = "SELECT mailbox_id FROM indexed_folders
        WHERE account_id = $1 AND mailbox_id = $2 AND revision < 0";
    let found: Option<There> = on!(tx, db => {
        let query = sqlx::query_as(SQL).bind(account.get()).bind(key(mailbox));
        query.fetch_optional(&mut **db).await
    })?;
    Ok(found.is_some())
}
