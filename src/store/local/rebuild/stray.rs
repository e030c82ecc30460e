//! Messages that lie in no folder. One that can be brought back stays as it is; one that the journal
//! has seen leaving goes; of any other nobody knows where it lay, and it is put where its owner sees
//! it.

use super::{RECOVERED, history::History};
use crate::{
    mail::keyword::Keywords,
    store::{
        blobs::Sha256,
        error::Error,
        id::LocalMessageId,
        local::{Owner, folders, journal, place},
        row::{key, row},
        transaction::{Tx, on},
    },
};

row! {
    struct Stray {
        id: LocalMessageId,
        sha256: Sha256,
        received_at: i64,
    }
}

/// Says how many have been put into [`RECOVERED`].
pub(super) async fn gather(
    tx: &mut Tx,
    owner: Owner,
    history: &History,
    now: i64,
) -> Result<usize, Error> {
    const STRAY: &str = "SELECT id, sha256, received_at FROM messages WHERE account_id = $1
        AND NOT EXISTS (SELECT 1 FROM placements WHERE message_id = messages.id)
        AND NOT EXISTS (SELECT 1 FROM removals WHERE message_id = messages.id) ORDER BY id";
    const REMOVE: &str = "DELETE FROM messages WHERE id = $1";
    let strays: Vec<Stray> = on!(&mut *tx, db => {
        sqlx::query_as(STRAY).bind(owner.account.get()).fetch_all(&mut **db).await
    })?;
    let (gone, lost): (Vec<_>, Vec<_>) = strays
        .into_iter()
        .partition(|stray| history.have_left.contains(&stray.id.get()));
    for stray in gone {
        on!(&mut *tx, db => {
            sqlx::query(REMOVE).bind(stray.id.get()).execute(&mut **db).await.map(drop)
        })?;
    }
    if lost.is_empty() {
        return Ok(0);
    }
    let mailbox = folders::provide_one(tx, owner, RECOVERED, now).await?;
    let count = i64::try_from(lost.len()).unwrap_or(i64::MAX);
    let numbers = place::number(tx, owner, mailbox, count, count).await?;
    for (uid, stray) in (numbers.first..).zip(&lost) {
        put(tx, (key(mailbox), uid), stray, now).await?;
        let written = journal::Place {
            mailbox,
            uid,
            sha256: &stray.sha256,
            message: stray.id,
            keywords: &Keywords::default(),
            received_at: stray.received_at,
            came_from: None,
        };
        journal::place(tx, owner.account, &written, now).await?;
    }
    Ok(lost.len())
}

async fn put(
    tx: &mut Tx,
    (mailbox, uid): (i64, u32),
    stray: &Stray,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO placements (mailbox_id, uid, message_id, modseq, thread_id,
            received_at, sent_at, size, placed_at)
        SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), id, 0, thread_id, received_at,
            COALESCE(sent_at, received_at), size, CAST($4 AS BIGINT)
        FROM messages WHERE id = $3";
    on!(tx, db => {
        sqlx::query(SQL)
            .bind(mailbox)
            .bind(i64::from(uid))
            .bind(stray.id.get())
            .bind(now)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    Ok(())
}
