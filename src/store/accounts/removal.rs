//! An account that goes, and with it every row that is its own: at once to whoever looks, and on the
//! disk in lots, so that nobody who writes waits for a hundred thousand messages. What is interrupted
//! goes on where it was.
//!
//! Cost: a transaction for what was written in it, and one for each [`MESSAGES`] messages, some 20 ms
//! each.

use crate::store::{
    Store,
    blobs::{self, Sha256},
    error::Error,
    id::{AccountId, UserId},
    indexed,
    row::row,
    transaction::{Tx, on},
};

/// Messages that go in one transaction.
const MESSAGES: i64 = 200;

/// Other rows that do.
const ROWS: i64 = 2000;

/// What was written in an account, and what opens and tells of it. Little, as it is not kept for long.
const AT_ONCE: [&str; 8] = [
    "DELETE FROM submissions WHERE account_id = $1",
    "DELETE FROM drafts WHERE account_id = $1",
    "DELETE FROM identities WHERE account_id = $1",
    "DELETE FROM jobs WHERE account_id = $1",
    "DELETE FROM credential_keys WHERE account_id = $1",
    "DELETE FROM pop3_accounts WHERE account_id = $1",
    "DELETE FROM webhook_accounts WHERE account_id = $1",
    "DELETE FROM events WHERE account_id = $1",
];

/// What is to go before its messages, because each of them is looked for there.
const BEFORE: [&str; 2] = [
    "DELETE FROM pop3_deletions WHERE id IN
        (SELECT id FROM pop3_deletions WHERE account_id = $1 LIMIT $2)",
    "DELETE FROM pop3_ledger WHERE id IN
        (SELECT id FROM pop3_ledger WHERE account_id = $1 LIMIT $2)",
];

/// What may go after them. Anything else is as little as folders are.
const AFTER: [&str; 2] = [
    "DELETE FROM journal WHERE id IN (SELECT id FROM journal WHERE account_id = $1 LIMIT $2)",
    "DELETE FROM aliases WHERE id IN (SELECT id FROM aliases WHERE account_id = $1 LIMIT $2)",
];

row! {
    struct Of {
        user_id: UserId,
    }
}

row! {
    struct Named {
        sha256: Sha256,
    }
}

row! {
    struct Gone {
        id: AccountId,
    }
}

/// Removes an account and every row that is its own; lets go of the bytes that its messages,
/// drafts and submissions named; what is left of one that was retired before as well. False when there
/// was none.
///
/// # Errors
/// What the database says; what is left then goes with [`remove_some`].
pub async fn delete(store: &Store, account: AccountId, now: i64) -> Result<bool, Error> {
    let was_there = retire(store, account, now).await?;
    while remove_some(store, account, now).await? {}
    Ok(was_there)
}

/// From here on there is no such account: nothing finds it, nothing comes into it, and its address is
/// free. What is left of it goes with [`remove_some`]. False when there was none.
///
/// # Errors
/// What the database says; nothing has happened then.
pub async fn retire(store: &Store, account: AccountId, now: i64) -> Result<bool, Error> {
    // Another of this address may come before the last row of this one has gone.
    const RETIRE: &str = "UPDATE accounts SET gone_at = $2, updated_at = $2, is_primary = 0,
            address = CAST(id AS TEXT), login = '', name = '', servers = '', credential = NULL,
            carried_key = NULL, credential_version = credential_version + 1
        WHERE id = $1 AND gone_at IS NULL RETURNING user_id";
    let mut tx = store.begin_durable().await?;
    let retired: Option<Of> = on!(&mut tx, db => {
        sqlx::query_as(RETIRE).bind(account.get()).bind(now).fetch_optional(&mut **db).await
    })?;
    let Some(Of { user_id }) = retired else {
        return Ok(false);
    };
    forget_writing(&mut tx, account, user_id, now).await?;
    tx.commit().await?;
    Ok(true)
}

/// Removes some of what is left of an account that was retired. False when that was the last of it,
/// and the account's own row has gone.
///
/// # Errors
/// What the database says; what has gone until then has.
pub async fn remove_some(store: &Store, account: AccountId, now: i64) -> Result<bool, Error> {
    const LAST: &str = "DELETE FROM accounts WHERE id = $1";
    let mut tx = store.begin().await?;
    let Some(user) = tx.lock_removed(account).await? else {
        return Ok(false);
    };
    if some_gone(&mut tx, account, user, now).await? {
        tx.commit().await?;
        return Ok(true);
    }
    drop(tx);
    // In lots of its own.
    indexed::forget_all(store, account).await?;
    let mut tx = store.begin().await?;
    let Some(user) = tx.lock_removed(account).await? else {
        return Ok(false);
    };
    // What somebody wrote while it was retired.
    forget_writing(&mut tx, account, user, now).await?;
    on!(&mut tx, db => sqlx::query(LAST).bind(account.get()).execute(&mut **db).await.map(drop))?;
    tx.commit().await?;
    Ok(false)
}

/// At most `limit` accounts that were retired and are not all gone.
///
/// # Errors
/// What the database says.
pub async fn retired(store: &Store, limit: i64) -> Result<Vec<AccountId>, Error> {
    const SQL: &str = "SELECT id FROM accounts WHERE gone_at IS NOT NULL ORDER BY gone_at LIMIT $1";
    let gone: Vec<Gone> = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(limit).fetch_all(db).await
    })?;
    Ok(gone.into_iter().map(|row| row.id).collect())
}

/// Removes one lot of what there is much of. False when none of it is left.
async fn some_gone(tx: &mut Tx, account: AccountId, user: UserId, now: i64) -> Result<bool, Error> {
    const SOME: &str = "DELETE FROM messages WHERE id IN
            (SELECT id FROM messages WHERE account_id = $1 LIMIT $2)
        RETURNING sha256";
    if any_gone(tx, account, &BEFORE).await? {
        return Ok(true);
    }
    let messages: Vec<Named> = on!(&mut *tx, db => {
        sqlx::query_as(SOME).bind(account.get()).bind(MESSAGES).fetch_all(&mut **db).await
    })?;
    if messages.is_empty() {
        return any_gone(tx, account, &AFTER).await;
    }
    let hashes = messages.into_iter().map(|row| row.sha256).collect();
    blobs::let_go(tx, user, hashes, now).await?;
    Ok(true)
}

/// Removes some rows of the first table that has any.
async fn any_gone(tx: &mut Tx, account: AccountId, tables: &[&'static str]) -> Result<bool, Error> {
    for sql in tables {
        let gone = on!(&mut *tx, db => {
            sqlx::query(*sql)
                .bind(account.get())
                .bind(ROWS)
                .execute(&mut **db)
                .await
                .map(|done| done.rows_affected())
        })?;
        if gone > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn forget_writing(
    tx: &mut Tx,
    account: AccountId,
    user: UserId,
    now: i64,
) -> Result<(), Error> {
    // Once for each row that names it, as each of them was counted when it was written.
    const NAMED: &str = "SELECT quote_sha256 AS sha256 FROM drafts
            WHERE account_id = $1 AND quote_sha256 IS NOT NULL
        UNION ALL SELECT f.sha256 FROM draft_attachments f JOIN drafts d ON d.id = f.draft_id
            WHERE d.account_id = $1
        UNION ALL SELECT sha256 FROM submissions
            WHERE account_id = $1 AND sha256 IS NOT NULL";
    let named: Vec<Named> = on!(&mut *tx, db => {
        sqlx::query_as(NAMED).bind(account.get()).fetch_all(&mut **db).await
    })?;
    for sql in AT_ONCE {
        on!(&mut *tx, db => sqlx::query(sql).bind(account.get()).execute(&mut **db).await.map(drop))?;
    }
    let hashes = named.into_iter().map(|row| row.sha256).collect();
    blobs::let_go(tx, user, hashes, now).await
}
