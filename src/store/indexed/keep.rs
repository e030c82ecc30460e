//! What goes by itself.

use super::forget;
use crate::{
    mail::id::MailboxId,
    store::{Store, error::Error, id::AccountId, row::row, transaction::on},
};

/// Messages of an account that are read: the newest of each folder. About 60 MB of the database.
pub const MESSAGES_MOST: u32 = 200_000;

/// As many more may come before all of the account is read anew.
const SLACK: u32 = 50_000;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Ids that were given up, and go together.
const ALIASES_AT_ONCE: i64 = 2000;

/// How long the rows of an account stay that nobody has asked for (ms).
const UNUSED_FOR: i64 = 60 * DAY;

row! {
    struct Held {
        account_id: AccountId,
        held: i64,
    }
}

row! {
    struct Gone {
        account_id: AccountId,
        mailbox_id: MailboxId,
    }
}

row! {
    struct Count {
        count: i64,
    }
}

/// Rows in all.
///
/// # Errors
/// What the database says.
pub async fn count(store: &Store) -> Result<u64, Error> {
    const SQL: &str = "SELECT CAST(COALESCE(sum(held), 0) AS BIGINT) AS count FROM indexed_folders";
    let found: Count = on!(store.reader(), db => sqlx::query_as(SQL).fetch_one(db).await)?;
    Ok(u64::try_from(found.count).unwrap_or_default())
}

/// Drops the rows of folders that are gone, of accounts that have not been asked for conversations
/// for two months, and of those that have many more than [`MESSAGES_MOST`], in lots. Says how many
/// folders were dropped.
///
/// # Errors
/// What the database says.
pub async fn prune(store: &Store, now: i64) -> Result<u64, Error> {
    const HELD: &str = "SELECT account_id, CAST(sum(held) AS BIGINT) AS held FROM indexed_folders
        GROUP BY account_id HAVING sum(held) > $1 OR max(used_at) < $2";
    const GONE: &str = "SELECT account_id, mailbox_id FROM indexed_folders
        WHERE revision > 0 AND mailbox_id IN (SELECT id FROM mailboxes WHERE gone_at IS NOT NULL)";
    // What was interrupted.
    const LEFT: &str = "SELECT account_id, mailbox_id FROM indexed_folders WHERE revision < 0";
    let most = i64::from(MESSAGES_MOST.saturating_add(SLACK));
    let old = now.saturating_sub(UNUSED_FOR);
    let held: Vec<Held> = on!(store.reader(), db => {
        sqlx::query_as(HELD).bind(most).bind(old).fetch_all(db).await
    })?;
    let gone: Vec<Gone> = on!(store.reader(), db => sqlx::query_as(GONE).fetch_all(db).await)?;
    let mut dropped: u64 = 0;
    for Held { account_id, held } in held {
        tracing::info!(
            account.id = account_id.get(),
            held,
            "An index of conversations is dropped"
        );
        dropped = dropped.saturating_add(forget_all(store, account_id).await?);
    }
    for gone in gone {
        match forget::forget(store, gone.account_id, gone.mailbox_id).await {
            Err(Error::Gone) => {}
            done => done?,
        }
        dropped = dropped.saturating_add(1);
    }
    let left: Vec<Gone> = on!(store.reader(), db => sqlx::query_as(LEFT).fetch_all(db).await)?;
    for left in left {
        forget::clear(store, left.account_id, left.mailbox_id).await?;
    }
    Ok(dropped)
}

/// Drops all that is known of an account, in lots; says of how many folders.
///
/// # Errors
/// What the database says.
pub async fn forget_all(store: &Store, account: AccountId) -> Result<u64, Error> {
    // Ids that were given up led to what is gone.
    const ALIASES: &str = "DELETE FROM thread_aliases WHERE account_id = $1 AND from_thread IN
        (SELECT from_thread FROM thread_aliases WHERE account_id = $1 LIMIT $2)";
    let dropped = match forget::forget_every(store, account).await {
        // Its rows went with it.
        Err(Error::Gone) => return Ok(0),
        dropped => dropped?,
    };
    loop {
        let gone = on!(store.writer(), db => {
            let query = sqlx::query(ALIASES).bind(account.get()).bind(ALIASES_AT_ONCE);
            query.execute(db).await.map(|done| done.rows_affected())
        })?;
        if gone == 0 {
            return Ok(dropped);
        }
    }
}
