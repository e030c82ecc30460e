//! What goes by itself.

use super::remove;
use crate::{
    mail::id::MailboxId,
    store::{Store, error::Error, id::AccountId, row::row, transaction::on},
};

/// Messages of an account that are read: the newest of each folder. About 60 MB of the database.
pub const MESSAGES_MOST: u32 = 200_000;

/// As many more may come before all of the account is read anew.
const SLACK: u32 = 50_000;

const DAY: i64 = 24 * 60 * 60 * 1000;

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
/// for two months, and of those that have many more than [`MESSAGES_MOST`]. Says how many folders
/// were dropped.
///
/// # Errors
/// What the database says.
pub async fn prune(store: &Store, now: i64) -> Result<u64, Error> {
    const HELD: &str = "SELECT account_id, CAST(sum(held) AS BIGINT) AS held FROM indexed_folders
        GROUP BY account_id HAVING sum(held) > $1 OR max(used_at) < $2";
    const GONE: &str = "SELECT account_id, mailbox_id FROM indexed_folders WHERE mailbox_id IN
        (SELECT id FROM mailboxes WHERE gone_at IS NOT NULL)";
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
        dropped = dropped.saturating_add(drop_where(store, account_id, None).await?);
    }
    for gone in gone {
        let folder = drop_where(store, gone.account_id, Some(gone.mailbox_id)).await?;
        dropped = dropped.saturating_add(folder);
    }
    Ok(dropped)
}

/// Drops all that is known of an account.
///
/// # Errors
/// What the database says.
pub async fn forget_all(store: &Store, account: AccountId) -> Result<u64, Error> {
    drop_where(store, account, None).await
}

async fn drop_where(
    store: &Store,
    account: AccountId,
    only: Option<MailboxId>,
) -> Result<u64, Error> {
    const ALIASES: &str = "DELETE FROM thread_aliases WHERE account_id = $1";
    let mut tx = store.begin().await?;
    // Whoever puts messages into the folder at this moment has its row as well, or neither.
    match tx.lock_account(account).await {
        // Its rows went with it.
        Err(Error::Gone) => return Ok(0),
        locked => locked?,
    }
    let dropped = remove(&mut tx, account, only).await?;
    if only.is_none() {
        // Ids that were given up led to what is gone.
        on!(&mut tx, db => {
            sqlx::query(ALIASES).bind(account.get()).execute(&mut **db).await.map(drop)
        })?;
    }
    tx.commit().await?;
    Ok(dropped)
}
