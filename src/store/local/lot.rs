//! Messages from elsewhere, several at once. What lies in its folder already is passed over, which is
//! looked at in the same transaction: whoever else brings the same, it is there once.

use std::collections::{BTreeMap, HashSet};

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
        row::row,
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
    let hashes: Vec<Sha256> = all.iter().map(|one| one.arrival.stored.sha256).collect();
    let mut there = HashSet::new();
    for some in hashes.chunks(TOGETHER) {
        there.extend(held_in(&mut tx, owner, some).await?);
    }
    let mut placed = vec![false; all.len()];
    let mut folders: BTreeMap<MailboxId, Vec<Piece<'_>>> = BTreeMap::new();
    for (one, is_placed) in all.iter().zip(&mut placed) {
        *is_placed = there.insert((one.mailbox, one.arrival.stored.sha256));
        if *is_placed {
            folders.entry(one.mailbox).or_default().push(Piece {
                arrival: one.arrival,
                keywords: one.keywords,
                received_at: Some(one.received_at),
            });
        }
    }
    for (mailbox, pieces) in folders {
        for some in pieces.chunks(TOGETHER) {
            place_all_in(&mut tx, owner, Target { mailbox, quota }, some, now).await?;
        }
    }
    tx.commit().await?;
    Ok(placed)
}

row! {
    struct Held {
        mailbox_id: MailboxId,
        sha256: Sha256,
    }
}

/// In which folders some messages lie.
macro_rules! held {
    ($owner:expr, $hashes:expr) => {{
        const HELD: &str = "SELECT DISTINCT p.mailbox_id, m.sha256
            FROM messages m JOIN placements p ON p.message_id = m.id
            WHERE m.user_id = $1 AND m.account_id = $2 AND m.sha256 IN ";
        let sql = format!("{HELD}({})", places::list(3, $hashes.len()));
        // Safe: the text is put together from a constant and numbers of places.
        let query = sqlx::query_as::<_, Held>(AssertSqlSafe(sql)).persistent(false);
        let query = query.bind($owner.user.get()).bind($owner.account.get());
        $hashes
            .iter()
            .fold(query, |query, hash| query.bind(hash.as_slice()))
    }};
}

/// Which of these lie in which folders: at most [`TOGETHER`] of them.
///
/// # Errors
/// What the database says.
pub async fn held(
    store: &Store,
    owner: Owner,
    hashes: &[Sha256],
) -> Result<HashSet<(MailboxId, Sha256)>, Error> {
    if hashes.is_empty() {
        return Ok(HashSet::new());
    }
    let found = on!(store.reader(), db => held!(owner, hashes).fetch_all(db).await)?;
    Ok(found.into_iter().map(Held::place).collect())
}

async fn held_in(
    tx: &mut Tx,
    owner: Owner,
    hashes: &[Sha256],
) -> Result<Vec<(MailboxId, Sha256)>, Error> {
    let found = on!(tx, db => held!(owner, hashes).fetch_all(&mut **db).await)?;
    Ok(found.into_iter().map(Held::place).collect())
}

impl Held {
    fn place(self) -> (MailboxId, Sha256) {
        (self.mailbox_id, self.sha256)
    }
}
