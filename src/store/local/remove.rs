//! Removing messages for good. A message that lies in no folder any more goes, and its bytes are
//! swept away a day later.

use super::{
    Batch, Owner, journal, list,
    transfer::{Found, found, leave},
};
use crate::{
    mail::id::MailboxId,
    store::{
        Store,
        blobs::{self, Sha256},
        error::Error,
        row::{key, row},
        transaction::{Tx, on},
    },
};

/// Messages removed in one transaction when a folder is emptied.
const AT_ONCE: i64 = 500;

/// Removes messages from a folder for good. Says how many were there.
///
/// # Errors
/// [`Error::Gone`] when the folder is gone.
pub async fn expunge(
    store: &Store,
    owner: Owner,
    batch: &Batch<'_>,
    now: i64,
) -> Result<usize, Error> {
    let mut tx = store.begin().await?;
    tx.lock_account(owner.account).await?;
    let found = found(&mut tx, batch).await?;
    let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let unread = found.iter().filter(|one| !one.seen).count();
    let unread = i64::try_from(unread).unwrap_or(i64::MAX);
    leave(&mut tx, owner, batch, count, unread).await?;
    let mut unused = Vec::new();
    for one in &found {
        unused.extend(remove(&mut tx, batch.mailbox, one).await?);
        journal::expunge(&mut tx, owner.account, batch.mailbox, one.uid, now).await?;
    }
    blobs::let_go(&mut tx, owner.user, unused, now).await?;
    tx.commit().await?;
    Ok(found.len())
}

/// Removes all that lies in a folder now. Says how many messages that were.
///
/// # Errors
/// As [`expunge`]; what was removed until then is.
pub async fn empty(
    store: &Store,
    owner: Owner,
    mailbox: MailboxId,
    now: i64,
) -> Result<usize, Error> {
    const SQL: &str = "SELECT uid FROM placements
        WHERE mailbox_id = $1 AND uid > $2 ORDER BY uid LIMIT $3";
    let state = list::state(store, owner, mailbox).await?;
    let mut gone = 0;
    let mut last = 0;
    // Each message is come by once: what arrives meanwhile is of a higher number, and its end
    // comes after at most as many as there were.
    let mut left = state.total;
    while left > 0 {
        let rows: Vec<Uid> = on!(store.reader(), db => {
            sqlx::query_as(SQL)
                .bind(key(mailbox))
                .bind(i64::from(last))
                .bind(AT_ONCE.min(i64::from(left)))
                .fetch_all(db)
                .await
        })?;
        let uids: Vec<u32> = rows.iter().map(|row| row.uid).collect();
        let Some(highest) = uids.last() else { break };
        last = *highest;
        left = left.saturating_sub(u32::try_from(uids.len()).unwrap_or(u32::MAX));
        let batch = Batch {
            mailbox,
            uid_validity: state.uid_validity,
            uids: &uids,
        };
        gone += expunge(store, owner, &batch, now).await?;
    }
    Ok(gone)
}

row! {
    struct Uid {
        uid: u32,
    }
}

row! {
    struct Unused {
        sha256: Sha256,
    }
}

/// Removes a placement, and the message if it was the last one; gives the blob that it named.
async fn remove(tx: &mut Tx, mailbox: MailboxId, one: &Found) -> Result<Option<Sha256>, Error> {
    const PLACEMENT: &str = "DELETE FROM placements WHERE mailbox_id = $1 AND uid = $2";
    const MESSAGE: &str = "DELETE FROM messages WHERE id = $1
            AND NOT EXISTS (SELECT 1 FROM placements WHERE message_id = $1)
        RETURNING sha256";
    on!(&mut *tx, db => {
        sqlx::query(PLACEMENT)
            .bind(key(mailbox))
            .bind(i64::from(one.uid))
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    let unused: Option<Unused> = on!(tx, db => {
        sqlx::query_as(MESSAGE).bind(one.message_id.get()).fetch_optional(&mut **db).await
    })?;
    Ok(unused.map(|row| row.sha256))
}
