//! Removing messages from folders. What is set aside can be brought back for a while (`removals`). A
//! message that lies in no folder and can't be brought back goes, and its bytes are swept away a day
//! later.

use super::{
    Batch, Owner, journal, list, removals,
    transfer::{Found, found, leave},
};
use crate::{
    mail::id::MailboxId,
    store::{
        Store,
        blobs::{self, Sha256},
        error::Error,
        id::LocalMessageId,
        row::{key, row},
        transaction::{Tx, on},
    },
};

/// Messages removed in one transaction when a folder is emptied.
const AT_ONCE: i64 = 500;

/// Removes messages from a folder at once and for good. Says how many were there.
///
/// # Errors
/// [`Error::Gone`] when the folder is gone.
pub async fn expunge(
    store: &Store,
    owner: Owner,
    batch: &Batch<'_>,
    now: i64,
) -> Result<usize, Error> {
    take_out(store, owner, batch, false, now).await
}

/// Removes messages from a folder so that they can be brought back ([`removals::restore`]). Says how
/// many were there.
///
/// # Errors
/// As [`expunge`].
pub async fn set_aside(
    store: &Store,
    owner: Owner,
    batch: &Batch<'_>,
    now: i64,
) -> Result<usize, Error> {
    take_out(store, owner, batch, true, now).await
}

async fn take_out(
    store: &Store,
    owner: Owner,
    batch: &Batch<'_>,
    aside: bool,
    now: i64,
) -> Result<usize, Error> {
    let mut tx = store.begin().await?;
    tx.lock_account(owner.account).await?;
    let found = found(&mut tx, owner, batch).await?;
    let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let unread = found.iter().filter(|one| !one.seen).count();
    let unread = i64::try_from(unread).unwrap_or(i64::MAX);
    leave(&mut tx, owner, batch, count, unread).await?;
    let mut unused = Vec::new();
    for one in &found {
        if aside {
            removals::note(&mut tx, owner, batch, one, now).await?;
        }
        unused.extend(remove(&mut tx, batch.mailbox, one).await?);
        journal::expunge(&mut tx, owner.account, batch.mailbox, one.uid, now).await?;
    }
    blobs::let_go(&mut tx, owner.user, unused, now).await?;
    tx.commit().await?;
    Ok(found.len())
}

/// Sets aside all that lies in a folder now. Says how many messages that were.
///
/// # Errors
/// As [`expunge`]; what was removed until then is.
pub async fn empty(
    store: &Store,
    owner: Owner,
    mailbox: MailboxId,
    now: i64,
) -> Result<usize, Error> {
    let state = list::state(store, owner, mailbox).await?;
    let mut gone = 0;
    let mut last = 0;
    // What arrives meanwhile is of a higher number, and stays.
    loop {
        let rows = lying(store, mailbox, last, state.uid_next, AT_ONCE).await?;
        let uids: Vec<u32> = rows.iter().map(|row| row.uid).collect();
        let Some(highest) = uids.last() else { break };
        last = *highest;
        let batch = Batch {
            mailbox,
            uid_validity: state.uid_validity,
            uids: &uids,
        };
        gone += set_aside(store, owner, &batch, now).await?;
    }
    Ok(gone)
}

/// What has come into a folder before `until` (ms), at most `limit` UIDs behind `after`: those, and
/// where to go on, if there may be more. UIDs grow as time does, so that the first part in which
/// nothing is old ends the search; a clock that was wrong for a while costs no more than that.
///
/// # Errors
/// What the database says.
pub async fn older(
    store: &Store,
    mailbox: MailboxId,
    after: u32,
    until: i64,
    limit: i64,
) -> Result<(Vec<u32>, Option<u32>), Error> {
    let rows = lying(store, mailbox, after, u32::MAX, limit).await?;
    let last = rows.last().map(|row| row.uid);
    let old: Vec<u32> = rows
        .into_iter()
        .filter(|row| row.placed_at < until)
        .map(|row| row.uid)
        .collect();
    let more = last.filter(|_| !old.is_empty());
    Ok((old, more))
}

async fn lying(
    store: &Store,
    mailbox: MailboxId,
    after: u32,
    below: u32,
    limit: i64,
) -> Result<Vec<Lying>, Error> {
    const SQL: &str = "SELECT uid, placed_at FROM placements
        WHERE mailbox_id = $1 AND uid > $2 AND uid < $3 ORDER BY uid LIMIT $4";
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(key(mailbox))
            .bind(i64::from(after))
            .bind(i64::from(below))
            .bind(limit)
            .fetch_all(db)
            .await
    })?)
}

row! {
    struct Lying {
        uid: u32,
        placed_at: i64,
    }
}

row! {
    struct Unused {
        sha256: Sha256,
    }
}

/// Removes a placement, and the message if nothing else has it; gives the blob that it named.
async fn remove(tx: &mut Tx, mailbox: MailboxId, one: &Found) -> Result<Option<Sha256>, Error> {
    const PLACEMENT: &str = "DELETE FROM placements WHERE mailbox_id = $1 AND uid = $2";
    on!(&mut *tx, db => {
        sqlx::query(PLACEMENT)
            .bind(key(mailbox))
            .bind(i64::from(one.uid))
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    forget(tx, one.message_id).await
}

/// Removes a message that lies in no folder and can't be brought back; gives the blob that it named.
pub(super) async fn forget(tx: &mut Tx, message: LocalMessageId) -> Result<Option<Sha256>, Error> {
    const SQL: &str = "DELETE FROM messages WHERE id = $1
            AND NOT EXISTS (SELECT 1 FROM placements WHERE message_id = $1)
            AND NOT EXISTS (SELECT 1 FROM removals WHERE message_id = $1)
        RETURNING sha256";
    let unused: Option<Unused> = on!(tx, db => {
        sqlx::query_as(SQL).bind(message.get()).fetch_optional(&mut **db).await
    })?;
    Ok(unused.map(|row| row.sha256))
}
