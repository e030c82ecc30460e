//! Making folders and placements again from the journal. What lists show of the messages is read
//! again from their blobs afterwards (`refresh`): until then their rows say nothing.
//!
//! The journal may be damaged as well: nothing goes that it does not say has gone, and a message
//! that lies nowhere, nobody knows why, comes into a folder of its own.
//!
//! Memory grows with the account's messages, some hundred octets for each; meant for a command.

mod history;
mod stray;

use std::collections::{HashMap, HashSet};

use self::history::{Folder, History, Placement};
use super::{
    Owner,
    folders::{self, DELIMITER},
    journal, place,
    row::keywords,
};
use crate::{
    mail::{id::MailboxId, keyword},
    store::{
        Store,
        error::Error,
        id::LocalMessageId,
        row::{key, row},
        transaction::{Tx, on},
    },
};

/// What was made again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Folders.
    pub folders: usize,
    /// Placements.
    pub placements: usize,
    /// Entries of the journal that can't be read.
    pub unreadable: usize,
    /// Messages that lay nowhere, and are in the folder [`RECOVERED`] now.
    pub recovered: usize,
}

/// Where messages come of which nobody knows where they lay.
pub const RECOVERED: &str = "Recovered";

/// Makes the account's folders and placements again. All or nothing.
///
/// # Errors
/// [`Error::Gone`] when there is no such account any more.
pub async fn rebuild(store: &Store, owner: Owner, now: i64) -> Result<Rebuilt, Error> {
    let mut tx = store.begin_durable().await?;
    tx.lift_time_limit().await?;
    tx.lock_account(owner.account).await?;
    if let Tx::Postgres(db) = &mut tx {
        // Uses are counted, and numbers given, that nobody else may change meanwhile.
        let sql = "LOCK TABLE messages, blobs IN SHARE ROW EXCLUSIVE MODE";
        sqlx::query(sql).execute(&mut **db).await?;
    }
    let history = history::read(&mut tx, owner).await?;
    put_folders(&mut tx, owner, &history, now).await?;
    remove_placements(&mut tx, owner, &history).await?;
    let there = folders::all(&mut tx, owner).await?;
    let there: HashSet<MailboxId> = there.into_iter().map(|row| row.id).collect();
    let mut numbers = HashMap::new();
    for (place, placement) in &history.placements {
        let message = put_message(&mut tx, owner, placement, &mut numbers).await?;
        // In a folder of which nothing is known it would be seen by nobody.
        if there.contains(&place.0) {
            put_placement(&mut tx, *place, message, placement).await?;
            let renumbered = message.get() != placement.message;
            if renumbered {
                write_down(&mut tx, owner, *place, message, placement, now).await?;
            }
        }
    }
    let recovered = stray::gather(&mut tx, owner, &history, now).await?;
    finish(&mut tx, owner, &history, now).await?;
    tx.commit().await?;
    Ok(Rebuilt {
        folders: history.folders.len(),
        placements: history.placements.len(),
        unreadable: history.unreadable,
        recovered,
    })
}

/// Folders give up their names first, for two may have exchanged them. One that the journal does
/// not know stays, by another name if another has its own.
async fn put_folders(tx: &mut Tx, owner: Owner, history: &History, now: i64) -> Result<(), Error> {
    const GONE: &str = "UPDATE mailboxes SET gone_at = COALESCE(gone_at, created_at)
        WHERE id = $1 AND account_id = $2";
    const NAME: &str = "UPDATE mailboxes SET name = $2 WHERE id = $1";
    for id in history.folders.keys().chain(&history.gone) {
        on!(&mut *tx, db => {
            sqlx::query(GONE)
                .bind(key(*id))
                .bind(owner.account.get())
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
    }
    let unknown = folders::all(tx, owner).await?;
    let mut taken: HashSet<String> = unknown.iter().map(|row| row.name.clone()).collect();
    taken.extend(history.folders.values().map(|folder| folder.name.clone()));
    let known: HashSet<&str> = names(history).collect();
    for row in unknown.iter().filter(|row| known.contains(&*row.name)) {
        let name = free_name(&row.name, &mut taken);
        on!(&mut *tx, db => {
            sqlx::query(NAME)
                .bind(key(row.id))
                .bind(name.as_str())
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
    }
    let mut given = HashSet::new();
    let mut folders: Vec<_> = history.folders.iter().collect();
    folders.sort_by_key(|(_, folder)| folder.first);
    for (id, folder) in folders {
        match given.insert(folder.name.as_str()) {
            true => put_folder(tx, owner, *id, &folder.name, folder, now).await?,
            // That the older one has another name by now is not written any more.
            false => {
                let name = free_name(&folder.name, &mut taken);
                put_folder(tx, owner, *id, &name, folder, now).await?;
            }
        }
    }
    folders::provide_in(tx, owner, now).await
}

fn names(history: &History) -> impl Iterator<Item = &str> {
    history.folders.values().map(|folder| folder.name.as_str())
}

fn free_name(name: &str, taken: &mut HashSet<String>) -> String {
    let mut free = name.to_owned();
    let mut number = 2;
    while !taken.insert(free.clone()) {
        free = format!("{name} {number}");
        number += 1;
    }
    free
}

async fn put_folder(
    tx: &mut Tx,
    owner: Owner,
    id: MailboxId,
    name: &str,
    folder: &Folder,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO mailboxes
            (id, account_id, name, delimiter, uid_validity, role, subscribed, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, delimiter = excluded.delimiter,
            uid_validity = excluded.uid_validity, role = excluded.role, selectable = 1,
            subscribed = excluded.subscribed, gone_at = NULL";
    on!(tx, db => {
        sqlx::query(SQL)
            .bind(key(id))
            .bind(owner.account.get())
            .bind(name)
            .bind(DELIMITER.to_string())
            .bind(i64::from(folder.uid_validity))
            .bind(folder.role.as_str())
            .bind(i64::from(folder.subscribed))
            .bind(folder.made_at.min(now))
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Takes away what the journal says has left its folder, and what lies in a folder that is gone.
async fn remove_placements(tx: &mut Tx, owner: Owner, history: &History) -> Result<(), Error> {
    const ONE: &str = "DELETE FROM placements WHERE mailbox_id = $1 AND uid = $2
        AND mailbox_id IN (SELECT id FROM mailboxes WHERE account_id = $3)";
    const UNSEEN: &str = "DELETE FROM placements WHERE mailbox_id IN
        (SELECT id FROM mailboxes WHERE account_id = $1 AND gone_at IS NOT NULL)";
    for (mailbox, uid) in &history.left {
        on!(&mut *tx, db => {
            sqlx::query(ONE)
                .bind(key(*mailbox))
                .bind(i64::from(*uid))
                .bind(owner.account.get())
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
    }
    on!(tx, db => {
        sqlx::query(UNSEEN).bind(owner.account.get()).execute(&mut **db).await.map(drop)
    })?;
    Ok(())
}

/// The message's row: its own, or a new one when another message has its number by now. `numbers`
/// remembers the latter, for a message may lie in several folders.
async fn put_message(
    tx: &mut Tx,
    owner: Owner,
    placement: &Placement,
    numbers: &mut HashMap<i64, LocalMessageId>,
) -> Result<LocalMessageId, Error> {
    const BLOB: &str = "INSERT INTO blobs (user_id, sha256, size, stored_size, created_at)
        VALUES ($1, $2, 0, 0, $3) ON CONFLICT (user_id, sha256) DO NOTHING";
    const SAME: &str = "INSERT INTO messages (id, account_id, user_id, sha256, size, received_at,
            thread_id, created_at)
        VALUES ($1, $2, $3, $4, 0, $5, '', $6)
        ON CONFLICT (id) DO UPDATE SET size = messages.size
            WHERE messages.account_id = excluded.account_id
                AND messages.sha256 = excluded.sha256
        RETURNING id";
    const NEW: &str = "INSERT INTO messages (account_id, user_id, sha256, size, received_at,
            thread_id, created_at)
        VALUES ($1, $2, $3, 0, $4, '', $5) RETURNING id";
    if let Some(number) = numbers.get(&placement.message) {
        return Ok(*number);
    }
    on!(&mut *tx, db => {
        sqlx::query(BLOB)
            .bind(owner.user.get())
            .bind(placement.sha256.as_slice())
            .bind(placement.placed_at)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    let same: Option<Made> = on!(&mut *tx, db => {
        sqlx::query_as(SAME)
            .bind(placement.message)
            .bind(owner.account.get())
            .bind(owner.user.get())
            .bind(placement.sha256.as_slice())
            .bind(placement.received_at)
            .bind(placement.placed_at)
            .fetch_optional(&mut **db)
            .await
    })?;
    if let Some(same) = same {
        return Ok(same.id);
    }
    let new: Made = on!(tx, db => {
        sqlx::query_as(NEW)
            .bind(owner.account.get())
            .bind(owner.user.get())
            .bind(placement.sha256.as_slice())
            .bind(placement.received_at)
            .bind(placement.placed_at)
            .fetch_one(&mut **db)
            .await
    })?;
    numbers.insert(placement.message, new.id);
    Ok(new.id)
}

row! {
    struct Made {
        id: LocalMessageId,
    }
}

async fn put_placement(
    tx: &mut Tx,
    (mailbox, uid): (MailboxId, u32),
    message: LocalMessageId,
    placement: &Placement,
) -> Result<(), Error> {
    const SQL: &str =
        "INSERT INTO placements (mailbox_id, uid, message_id, keywords, seen, flagged,
            modseq, thread_id, received_at, sent_at, size, placed_at, came_from)
        SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), id, $4, CAST($5 AS BIGINT),
            CAST($6 AS BIGINT), 0, thread_id, CAST($7 AS BIGINT), COALESCE(sent_at, $7), size,
            CAST($8 AS BIGINT), CAST($9 AS BIGINT)
        FROM messages WHERE id = $3
        ON CONFLICT (mailbox_id, uid) DO UPDATE SET message_id = excluded.message_id,
            keywords = excluded.keywords, seen = excluded.seen, flagged = excluded.flagged,
            thread_id = excluded.thread_id, received_at = excluded.received_at,
            sent_at = excluded.sent_at, size = excluded.size, placed_at = excluded.placed_at,
            came_from = excluded.came_from";
    let kept = keywords(&placement.keywords);
    on!(tx, db => {
        sqlx::query(SQL)
            .bind(key(mailbox))
            .bind(i64::from(uid))
            .bind(message.get())
            .bind(place::column(&kept))
            .bind(i64::from(kept.has(keyword::SEEN)))
            .bind(i64::from(kept.has(keyword::FLAGGED)))
            .bind(placement.received_at)
            .bind(placement.placed_at)
            .bind(placement.came_from.map(key))
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// The next one to read the journal finds the message by its new number.
async fn write_down(
    tx: &mut Tx,
    owner: Owner,
    (mailbox, uid): (MailboxId, u32),
    message: LocalMessageId,
    placement: &Placement,
    now: i64,
) -> Result<(), Error> {
    let written = journal::Place {
        mailbox,
        uid,
        sha256: &placement.sha256,
        message,
        keywords: &keywords(&placement.keywords),
        received_at: placement.received_at,
        came_from: placement.came_from,
    };
    journal::place(tx, owner.account, &written, now).await
}

/// Counts anew, and has all messages read again.
async fn finish(tx: &mut Tx, owner: Owner, history: &History, now: i64) -> Result<(), Error> {
    const NUMBERS: &str = "UPDATE mailboxes SET
            uid_next = CASE WHEN uid_next > $2 THEN uid_next ELSE CAST($2 AS BIGINT) END
        WHERE id = $1";
    // Each change has raised it by one, and has written an entry at least.
    const COUNTS: &str = "UPDATE mailboxes SET
            modseq = CASE WHEN modseq > $2 THEN modseq + 1 ELSE CAST($2 AS BIGINT) + 1 END,
            total = (SELECT count(*) FROM placements WHERE mailbox_id = mailboxes.id),
            unread = (SELECT count(*) FROM placements WHERE mailbox_id = mailboxes.id AND seen = 0)
        WHERE account_id = $1";
    const MODSEQS: &str = "UPDATE placements SET modseq =
            (SELECT modseq FROM mailboxes WHERE id = placements.mailbox_id)
        WHERE mailbox_id IN (SELECT id FROM mailboxes WHERE account_id = $1)";
    const MESSAGES: &str = "UPDATE messages SET index_version = 0 WHERE account_id = $1";
    for (id, highest) in &history.highest {
        on!(&mut *tx, db => {
            sqlx::query(NUMBERS)
                .bind(key(*id))
                .bind(i64::from(*highest) + 1)
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
    }
    on!(&mut *tx, db => {
        sqlx::query(COUNTS)
            .bind(owner.account.get())
            .bind(history.end)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    for sql in [MODSEQS, MESSAGES] {
        on!(&mut *tx, db => {
            sqlx::query(sql).bind(owner.account.get()).execute(&mut **db).await.map(drop)
        })?;
    }
    count_uses(tx, owner, now).await?;
    if let Tx::Postgres(db) = tx {
        // Rows were put in under their old numbers.
        let sql = "SELECT setval(pg_get_serial_sequence('messages', 'id'),
            GREATEST((SELECT max(id) FROM messages), nextval(pg_get_serial_sequence('messages', 'id'))))";
        sqlx::query(sql).execute(&mut **db).await?;
    }
    Ok(())
}

/// Uses of the user's blobs are the rows that name them.
async fn count_uses(tx: &mut Tx, owner: Owner, now: i64) -> Result<(), Error> {
    const USES: &str = "UPDATE blobs SET uses =
            (SELECT count(*) FROM messages m
                WHERE m.user_id = blobs.user_id AND m.sha256 = blobs.sha256)
            + (SELECT count(*) FROM drafts d
                WHERE d.user_id = blobs.user_id AND d.quote_sha256 = blobs.sha256)
            + (SELECT count(*) FROM draft_attachments a
                WHERE a.user_id = blobs.user_id AND a.sha256 = blobs.sha256)
            + (SELECT count(*) FROM submissions s
                WHERE s.user_id = blobs.user_id AND s.sha256 = blobs.sha256)
        WHERE user_id = $1";
    const UNUSED: &str = "UPDATE blobs SET unused_at =
            CASE WHEN uses > 0 THEN NULL ELSE COALESCE(unused_at, CAST($2 AS BIGINT)) END
        WHERE user_id = $1";
    on!(&mut *tx, db => {
        sqlx::query(USES).bind(owner.user.get()).execute(&mut **db).await.map(drop)
    })?;
    on!(tx, db => {
        sqlx::query(UNUSED)
            .bind(owner.user.get())
            .bind(now)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    Ok(())
}
