//! Moving and copying messages between folders of an account.

use super::{
    Batch, Owner, journal,
    place::{Numbers, number},
    row::keywords,
};
use crate::{
    mail::{id::MailboxId, mailbox::Role},
    store::{
        Store,
        blobs::Sha256,
        error::Error,
        id::LocalMessageId,
        row::{key, row},
        transaction::{Tx, on},
    },
};

/// Where messages went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The target's UIDVALIDITY.
    pub uid_validity: u32,
    /// UID before, UID now. Messages that were gone already are missing.
    pub pairs: Vec<(u32, u32)>,
}

/// Moves messages. They keep their keywords and their place in the order of arrival.
///
/// # Errors
/// [`Error::Gone`] when one of the folders is gone.
pub async fn move_to(
    store: &Store,
    owner: Owner,
    batch: &Batch<'_>,
    target: MailboxId,
    now: i64,
) -> Result<Moved, Error> {
    const SQL: &str =
        "UPDATE placements SET mailbox_id = $3, uid = $4, modseq = $5, placed_at = $6,
            came_from = $7
        WHERE mailbox_id = $1 AND uid = $2";
    transfer(store, owner, batch, target, SQL, true, now).await
}

/// Copies messages, with their keywords. Their bytes are there once.
///
/// # Errors
/// As [`move_to`].
pub async fn copy_to(
    store: &Store,
    owner: Owner,
    batch: &Batch<'_>,
    target: MailboxId,
    now: i64,
) -> Result<Moved, Error> {
    const SQL: &str =
        "INSERT INTO placements (mailbox_id, uid, message_id, keywords, seen, flagged,
            modseq, thread_id, received_at, sent_at, size, from_key, to_key, subject_key, placed_at,
            came_from)
        SELECT CAST($3 AS BIGINT), CAST($4 AS BIGINT), message_id, keywords, seen, flagged,
            CAST($5 AS BIGINT), thread_id, received_at, sent_at, size, from_key, to_key,
            subject_key, CAST($6 AS BIGINT), CAST($7 AS BIGINT)
        FROM placements WHERE mailbox_id = $1 AND uid = $2";
    transfer(store, owner, batch, target, SQL, false, now).await
}

async fn transfer(
    store: &Store,
    owner: Owner,
    batch: &Batch<'_>,
    target: MailboxId,
    sql: &'static str,
    leaves: bool,
    now: i64,
) -> Result<Moved, Error> {
    // A number that was given must not be given again after a power cut: links and undo name it.
    let mut tx = store.begin_durable().await?;
    tx.lock_account(owner.account).await?;
    let found = found(&mut tx, owner, batch).await?;
    let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let unread = found.iter().filter(|one| !one.seen).count();
    let unread = i64::try_from(unread).unwrap_or(i64::MAX);
    if leaves {
        leave(&mut tx, owner, batch, count, unread).await?;
    }
    let Numbers {
        first,
        uid_validity,
        modseq,
    } = number(&mut tx, owner, target, count, unread).await?;
    let mut pairs = Vec::with_capacity(found.len());
    for (uid, one) in (first..).zip(found) {
        let came_from = one.home(batch.mailbox).filter(|_| leaves);
        on!(&mut tx, db => {
            sqlx::query(sql)
                .bind(key(batch.mailbox))
                .bind(i64::from(one.uid))
                .bind(key(target))
                .bind(i64::from(uid))
                .bind(modseq)
                .bind(now)
                .bind(came_from.map(key))
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
        if leaves {
            journal::expunge(&mut tx, owner.account, batch.mailbox, one.uid, now).await?;
        }
        let written = journal::Place {
            mailbox: target,
            uid,
            sha256: &one.sha256,
            message: one.message_id,
            keywords: &keywords(&one.keywords),
            received_at: one.received_at,
            came_from,
        };
        journal::place(&mut tx, owner.account, &written, now).await?;
        pairs.push((one.uid, uid));
    }
    tx.commit().await?;
    Ok(Moved {
        uid_validity,
        pairs,
    })
}

row! {
    /// A message of a batch that is there.
    pub(super) struct Found {
        pub(super) uid: u32,
        pub(super) message_id: LocalMessageId,
        keywords: String,
        pub(super) seen: bool,
        received_at: i64,
        came_from: Option<MailboxId>,
        role: Option<Role>,
        sha256: Sha256,
    }
}

impl Found {
    /// The folder that it would go back into: this one, or the one that it came from by way of
    /// Trash and Junk; `None` when it came there from outside.
    pub(super) fn home(&self, mailbox: MailboxId) -> Option<MailboxId> {
        match self.role {
            Some(Role::Trash | Role::Junk) => self.came_from,
            _ => Some(mailbox),
        }
    }
}

/// The messages of a batch that are there, the lowest UID first.
pub(super) async fn found(
    tx: &mut Tx,
    owner: Owner,
    batch: &Batch<'_>,
) -> Result<Vec<Found>, Error> {
    const SQL: &str = "SELECT p.uid, p.message_id, p.keywords, p.seen, p.received_at, p.came_from,
            b.role, m.sha256
        FROM placements p JOIN messages m ON m.id = p.message_id
        JOIN mailboxes b ON b.id = p.mailbox_id
        WHERE p.mailbox_id = $1 AND p.uid = $2 AND b.account_id = $3 AND b.uid_validity = $4
            AND b.gone_at IS NULL";
    let mut uids = batch.uids.to_vec();
    uids.sort_unstable();
    uids.dedup();
    let mut all = Vec::with_capacity(uids.len());
    for uid in uids {
        let found: Option<Found> = on!(&mut *tx, db => {
            sqlx::query_as(SQL)
                .bind(key(batch.mailbox))
                .bind(i64::from(uid))
                .bind(owner.account.get())
                .bind(i64::from(batch.uid_validity))
                .fetch_optional(&mut **db)
                .await
        })?;
        all.extend(found);
    }
    Ok(all)
}

/// So many messages leave the folder.
pub(super) async fn leave(
    tx: &mut Tx,
    owner: Owner,
    batch: &Batch<'_>,
    count: i64,
    unread: i64,
) -> Result<(), Error> {
    const SQL: &str = "UPDATE mailboxes
        SET modseq = modseq + 1, total = total - $4, unread = unread - $5
        WHERE id = $1 AND account_id = $2 AND uid_validity = $3 AND gone_at IS NULL";
    let there = on!(tx, db => {
        sqlx::query(SQL)
            .bind(key(batch.mailbox))
            .bind(owner.account.get())
            .bind(i64::from(batch.uid_validity))
            .bind(count)
            .bind(unread)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    match there {
        0 => Err(Error::Gone),
        _ => Ok(()),
    }
}
