//! Keywords of messages, set and removed.

use super::{
    Batch, Owner, journal,
    place::{self, is_keyword},
    row::keywords,
};
use crate::{
    mail::keyword,
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
