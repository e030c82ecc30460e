//! Messages from elsewhere, several at once. What lies in its folder already is passed over, which is
//! looked at in the same transaction: whoever else brings the same, it is there once.

use std::collections::{BTreeSet, HashSet};

use sqlx::AssertSqlSafe;

use super::{
    Owner,
    arrival::Arrival,
    place::{Piece, TOGETHER, Target, place_all_in},
};
use crate::{
    mail::{id::MailboxId, keyword::Keywords},
    store::{
        Store,
        blobs::Sha256,
        error::Error,
        places,
        row::{key, row},
        transaction::{Tx, on},
    },
};

/// A message on its way into a folder.
#[derive(Clone, Copy, Debug)]
pub struct Coming<'a> {
    /// The folder.
    pub mailbox: MailboxId,
    /// Its bytes, and what was read of them.
    pub arrival: &'a Arrival,
    /// The keywords that it has there.
    pub keywords: &'a Keywords,
    /// When it arrived (ms).
    pub received_at: i64,
}

/// Puts messages into their folders, in their order; says of each whether it was put there now, or
/// lay there before. When this returns, all of that is on disk.
///
/// # Errors
/// [`Error::Gone`] when one of the folders, or the account, is not there any more, [`Error::Quota`]
/// when the user would have more stored than `quota`. Nothing is written then.
pub async fn place_new(
    store: &Store,
    owner: Owner,
    all: &[Coming<'_>],
    quota: Option<i64>,
    now: i64,
) -> Result<Vec<bool>, Error> {
    let mut tx = store.begin_durable().await?;
    tx.lock_account(owner.account).await?;
    let mut placed = vec![false; all.len()];
    let mailboxes: BTreeSet<MailboxId> = all.iter().map(|one| one.mailbox).collect();
    for mailbox in mailboxes {
        let hashes: Vec<Sha256> = all
            .iter()
            .filter(|one| one.mailbox == mailbox)
            .map(|one| one.arrival.stored.sha256)
            .collect();
        let mut there = HashSet::new();
        for some in hashes.chunks(TOGETHER) {
            there.extend(held_in(&mut tx, owner, mailbox, some).await?);
        }
        let mut pieces = Vec::new();
        for (one, is_placed) in all.iter().zip(&mut placed) {
            if one.mailbox == mailbox && there.insert(one.arrival.stored.sha256) {
                *is_placed = true;
                pieces.push(Piece {
                    arrival: one.arrival,
                    keywords: one.keywords,
                    received_at: Some(one.received_at),
                });
            }
        }
        for some in pieces.chunks(TOGETHER) {
            place_all_in(&mut tx, owner, Target { mailbox, quota }, some, now).await?;
        }
    }
    tx.commit().await?;
    Ok(placed)
}

row! {
    struct Held {
        sha256: Sha256,
    }
}

/// The beginning of the question which of some messages lie in a folder.
const HELD: &str = "SELECT DISTINCT m.sha256
    FROM messages m JOIN placements p ON p.message_id = m.id
    WHERE m.user_id = $1 AND m.account_id = $2 AND p.mailbox_id = $3 AND m.sha256 IN ";

/// Which of these lie in a folder: at most [`TOGETHER`] of them.
///
/// # Errors
/// What the database says.
pub async fn held(
    store: &Store,
    owner: Owner,
    mailbox: MailboxId,
    hashes: &[Sha256],
) -> Result<HashSet<Sha256>, Error> {
    let sql = format!("{HELD}({})", places::list(4, hashes.len()));
    let found: Vec<Held> = on!(store.reader(), db => {
        // Safe: the text is put together from a constant and numbers of places.
        let query = sqlx::query_as(AssertSqlSafe(sql)).persistent(false);
        let query = query.bind(owner.user.get()).bind(owner.account.get()).bind(key(mailbox));
        let query = hashes.iter().fold(query, |query, hash| query.bind(hash.as_slice()));
        query.fetch_all(db).await
    })?;
    Ok(found.into_iter().map(|row| row.sha256).collect())
}

async fn held_in(
    tx: &mut Tx,
    owner: Owner,
    mailbox: MailboxId,
    hashes: &[Sha256],
) -> Result<Vec<Sha256>, Error> {
    let sql = format!("{HELD}({})", places::list(4, hashes.len()));
    let found: Vec<Held> = on!(tx, db => {
        // Safe: the text is put together from a constant and numbers of places.
        let query = sqlx::query_as(AssertSqlSafe(sql)).persistent(false);
        let query = query.bind(owner.user.get()).bind(owner.account.get()).bind(key(mailbox));
        let query = hashes.iter().fold(query, |query, hash| query.bind(hash.as_slice()));
        query.fetch_all(&mut **db).await
    })?;
    Ok(found.into_iter().map(|row| row.sha256).collect())
}
