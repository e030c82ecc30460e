//! Keywords of messages, set and removed.

use std::collections::HashSet;

use super::{
    Batch, Owner, journal,
    place::{self, is_keyword},
    row::keywords,
};
use crate::{
    mail::keyword::{self, Keywords},
    store::{
        Store,
        error::Error,
        row::{key, row},
        transaction::{Tx, on},
    },
};

/// Sets and removes keywords (lower case). Messages that are gone are passed over, and so are
/// words that no keyword can be. Says whether anything changed.
///
/// # Errors
/// [`Error::Gone`] when the folder is gone.
pub async fn set(
    store: &Store,
    owner: Owner,
    batch: &Batch<'_>,
    add: &[&str],
    remove: &[&str],
    now: i64,
) -> Result<bool, Error> {
    let mut tx = store.begin().await?;
    tx.lock_account(owner.account).await?;
    let modseq = raise(&mut tx, owner, batch).await?;
    let mut changed = false;
    let mut unread = 0;
    for &uid in batch.uids {
        let Some(found) = find(&mut tx, batch, uid).await? else {
            continue;
        };
        let mut kept = keywords(&found.keywords);
        let before = kept.clone();
        for word in remove {
            kept.0.remove(*word);
        }
        kept.0.extend(
            add.iter()
                .filter(|word| is_keyword(word))
                .map(|&word| word.into()),
        );
        if kept == before {
            continue;
        }
        changed = true;
        unread += i64::from(before.has(keyword::SEEN)) - i64::from(kept.has(keyword::SEEN));
        let flagged = kept.has(keyword::FLAGGED);
        let (column, seen) = (place::column(&kept), kept.has(keyword::SEEN));
        on!(&mut tx, db => {
            sqlx::query(UPDATE)
                .bind(key(batch.mailbox))
                .bind(i64::from(uid))
                .bind(column.as_str())
                .bind(i64::from(seen))
                .bind(i64::from(flagged))
                .bind(modseq)
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
        journal::keywords(&mut tx, owner.account, batch.mailbox, uid, &column, now).await?;
    }
    if !changed {
        return Ok(false);
    }
    count(&mut tx, batch, unread).await?;
    tx.commit().await?;
    Ok(true)
}

/// The keywords of messages; those that are gone are missing.
///
/// # Errors
/// Trouble with the database.
pub async fn of(
    store: &Store,
    owner: Owner,
    batch: &Batch<'_>,
) -> Result<Vec<(u32, Keywords)>, Error> {
    const SQL: &str = "SELECT p.uid, p.keywords FROM placements p
        JOIN mailboxes m ON m.id = p.mailbox_id
        WHERE m.id = $1 AND m.account_id = $2 AND m.uid_validity = $3 AND m.gone_at IS NULL
            AND p.uid BETWEEN $4 AND $5";
    let (lowest, highest) = (batch.uids.iter().min(), batch.uids.iter().max());
    let (Some(lowest), Some(highest)) = (lowest, highest) else {
        return Ok(Vec::new());
    };
    let found: Vec<Standing> = on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(key(batch.mailbox))
            .bind(owner.account.get())
            .bind(i64::from(batch.uid_validity))
            .bind(i64::from(*lowest))
            .bind(i64::from(*highest))
            .fetch_all(db)
            .await
    })?;
    let wanted: HashSet<u32> = batch.uids.iter().copied().collect();
    let found = found.into_iter().filter_map(|one| {
        let uid = u32::try_from(one.uid).ok()?;
        wanted
            .contains(&uid)
            .then(|| (uid, keywords(&one.keywords)))
    });
    Ok(found.collect())
}

/// Every keyword that a message of the account has.
///
/// # Errors
/// Trouble with the database.
pub async fn in_use(store: &Store, owner: Owner) -> Result<Keywords, Error> {
    const SQL: &str = "SELECT DISTINCT p.keywords FROM placements p
        JOIN mailboxes m ON m.id = p.mailbox_id
        WHERE m.account_id = $1 AND m.gone_at IS NULL LIMIT 5000";
    let sets: Vec<(String,)> = on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(owner.account.get())
            .fetch_all(db)
            .await
    })?;
    let words = sets.iter().flat_map(|(set,)| set.split(' '));
    Ok(words.filter(|word| !word.is_empty()).collect())
}

row! {
    struct Standing {
        uid: i64,
        keywords: String,
    }
}

const UPDATE: &str = "UPDATE placements
    SET keywords = $3, seen = $4, flagged = $5, modseq = $6 WHERE mailbox_id = $1 AND uid = $2";

row! {
    struct Found {
        keywords: String,
    }
}

async fn find(tx: &mut Tx, batch: &Batch<'_>, uid: u32) -> Result<Option<Found>, Error> {
    const SQL: &str = "SELECT keywords FROM placements WHERE mailbox_id = $1 AND uid = $2";
    Ok(on!(tx, db => {
        sqlx::query_as(SQL)
            .bind(key(batch.mailbox))
            .bind(i64::from(uid))
            .fetch_optional(&mut **db)
            .await
    })?)
}

/// Another state of the folder.
async fn raise(tx: &mut Tx, owner: Owner, batch: &Batch<'_>) -> Result<i64, Error> {
    const SQL: &str = "UPDATE mailboxes SET modseq = modseq + 1
        WHERE id = $1 AND account_id = $2 AND uid_validity = $3 AND gone_at IS NULL
        RETURNING modseq";
    let raised: Option<(i64,)> = on!(tx, db => {
        sqlx::query_as(SQL)
            .bind(key(batch.mailbox))
            .bind(owner.account.get())
            .bind(i64::from(batch.uid_validity))
            .fetch_optional(&mut **db)
            .await
    })?;
    raised.map(|(modseq,)| modseq).ok_or(Error::Gone)
}

async fn count(tx: &mut Tx, batch: &Batch<'_>, unread: i64) -> Result<(), Error> {
    const SQL: &str = "UPDATE mailboxes SET unread = unread + $2 WHERE id = $1";
    on!(tx, db => {
        sqlx::query(SQL)
            .bind(key(batch.mailbox))
            .bind(unread)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    Ok(())
}
