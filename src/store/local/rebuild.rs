//! Making folders and placements again from the journal. What lists show of the messages is read
//! again from their blobs afterwards (`refresh`): until then their rows say nothing.
//!
//! Memory grows with the account's messages, some hundred octets for each; meant for a command.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::{Owner, folders::DELIMITER, place, row::keywords};
use crate::{
    mail::{id::MailboxId, keyword},
    store::{
        Store,
        blobs::Sha256,
        error::Error,
        row::{key, row},
        transaction::{Tx, on},
    },
};

/// Rows of the journal that are read at once.
const AT_ONCE: i64 = 1000;

/// What was made again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Folders.
    pub folders: usize,
    /// Placements.
    pub placements: usize,
}

row! {
    struct Entry {
        id: i64,
        operation: String,
        mailbox_id: MailboxId,
        uid: u32,
        sha256: Option<Sha256>,
        detail_json: String,
        created_at: i64,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Detail {
    message: i64,
    keywords: String,
    received_at: i64,
    name: String,
    role: String,
    subscribed: bool,
    uid_validity: u32,
}

/// The end of the journal.
#[derive(Debug, Default)]
struct State {
    folders: BTreeMap<MailboxId, Folder>,
    placements: BTreeMap<(MailboxId, u32), Placement>,
    /// The highest UID ever given.
    highest: HashMap<MailboxId, u32>,
}

#[derive(Debug)]
struct Folder {
    name: String,
    role: String,
    subscribed: bool,
    uid_validity: u32,
    made_at: i64,
}

#[derive(Debug)]
struct Placement {
    message: i64,
    sha256: Sha256,
    keywords: String,
    received_at: i64,
    placed_at: i64,
}

impl State {
    fn follow(&mut self, entry: &Entry) {
        let detail: Detail = serde_json::from_str(&entry.detail_json).unwrap_or_default();
        let place = (entry.mailbox_id, entry.uid);
        match entry.operation.as_str() {
            "mailbox" => {
                let made_at = self.folders.get(&entry.mailbox_id);
                let made_at = made_at.map_or(entry.created_at, |folder| folder.made_at);
                let folder = Folder {
                    name: detail.name,
                    role: detail.role,
                    subscribed: detail.subscribed,
                    uid_validity: detail.uid_validity.max(1),
                    made_at,
                };
                self.folders.insert(entry.mailbox_id, folder);
            }
            "mailbox-gone" => {
                self.folders.remove(&entry.mailbox_id);
                self.placements.retain(|(of, _), _| *of != entry.mailbox_id);
            }
            "place" => {
                let highest = self.highest.entry(entry.mailbox_id).or_default();
                *highest = entry.uid.max(*highest);
                let Some(sha256) = entry.sha256 else { return };
                let placement = Placement {
                    message: detail.message,
                    sha256,
                    keywords: detail.keywords,
                    received_at: detail.received_at,
                    placed_at: entry.created_at,
                };
                self.placements.insert(place, placement);
            }
            "keywords" => {
                if let Some(placement) = self.placements.get_mut(&place) {
                    placement.keywords = detail.keywords;
                }
            }
            "expunge" => {
                self.placements.remove(&place);
            }
            // Of a later version.
            _ => {}
        }
    }
}

/// Makes the account's folders and placements again. All or nothing.
///
/// # Errors
/// [`Error::Gone`] when there is no such account any more.
pub async fn rebuild(store: &Store, owner: Owner, now: i64) -> Result<Rebuilt, Error> {
    let mut tx = store.begin_durable().await?;
    tx.lift_time_limit().await?;
    tx.lock_account(owner.account).await?;
    let state = read(&mut tx, owner).await?;
    clear(&mut tx, owner).await?;
    for (id, folder) in &state.folders {
        put_folder(&mut tx, owner, *id, folder, now).await?;
    }
    for ((mailbox, uid), placement) in &state.placements {
        put_message(&mut tx, owner, placement).await?;
        put_placement(&mut tx, *mailbox, *uid, placement).await?;
    }
    finish(&mut tx, owner, &state, now).await?;
    tx.commit().await?;
    Ok(Rebuilt {
        folders: state.folders.len(),
        placements: state.placements.len(),
    })
}

async fn read(tx: &mut Tx, owner: Owner) -> Result<State, Error> {
    const SQL: &str = "SELECT id, operation, mailbox_id, uid, sha256, detail_json, created_at
        FROM journal WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    let mut state = State::default();
    let mut last = 0;
    loop {
        let entries: Vec<Entry> = on!(&mut *tx, db => {
            sqlx::query_as(SQL)
                .bind(owner.account.get())
                .bind(last)
                .bind(AT_ONCE)
                .fetch_all(&mut **db)
                .await
        })?;
        let Some(end) = entries.last() else {
            return Ok(state);
        };
        last = end.id;
        entries.iter().for_each(|entry| state.follow(entry));
    }
}

/// Folders give up their names, for two may have exchanged them; placements go.
async fn clear(tx: &mut Tx, owner: Owner) -> Result<(), Error> {
    const PLACEMENTS: &str = "DELETE FROM placements
        WHERE mailbox_id IN (SELECT id FROM mailboxes WHERE account_id = $1)";
    const FOLDERS: &str = "UPDATE mailboxes SET gone_at = COALESCE(gone_at, created_at),
            total = 0, unread = 0 WHERE account_id = $1";
    const MESSAGES: &str = "UPDATE messages SET index_version = 0 WHERE account_id = $1";
    for sql in [PLACEMENTS, FOLDERS, MESSAGES] {
        on!(&mut *tx, db => {
            sqlx::query(sql).bind(owner.account.get()).execute(&mut **db).await.map(drop)
        })?;
    }
    Ok(())
}

async fn put_folder(
    tx: &mut Tx,
    owner: Owner,
    id: MailboxId,
    folder: &Folder,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO mailboxes
            (id, account_id, name, delimiter, uid_validity, role, subscribed, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role,
            subscribed = excluded.subscribed, gone_at = NULL";
    on!(tx, db => {
        sqlx::query(SQL)
            .bind(key(id))
            .bind(owner.account.get())
            .bind(folder.name.as_str())
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

async fn put_message(tx: &mut Tx, owner: Owner, placement: &Placement) -> Result<(), Error> {
    const BLOB: &str = "INSERT INTO blobs (user_id, sha256, size, stored_size, created_at)
        VALUES ($1, $2, 0, 0, $3) ON CONFLICT (user_id, sha256) DO NOTHING";
    const MESSAGE: &str =
        "INSERT INTO messages (id, account_id, user_id, sha256, size, received_at,
            thread_id, created_at)
        VALUES ($1, $2, $3, $4, 0, $5, '', $6) ON CONFLICT (id) DO NOTHING";
    on!(&mut *tx, db => {
        sqlx::query(BLOB)
            .bind(owner.user.get())
            .bind(placement.sha256.as_slice())
            .bind(placement.placed_at)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    on!(tx, db => {
        sqlx::query(MESSAGE)
            .bind(placement.message)
            .bind(owner.account.get())
            .bind(owner.user.get())
            .bind(placement.sha256.as_slice())
            .bind(placement.received_at)
            .bind(placement.placed_at)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    Ok(())
}

async fn put_placement(
    tx: &mut Tx,
    mailbox: MailboxId,
    uid: u32,
    placement: &Placement,
) -> Result<(), Error> {
    const SQL: &str =
        "INSERT INTO placements (mailbox_id, uid, message_id, keywords, seen, flagged,
            modseq, thread_id, received_at, sent_at, size, placed_at)
        SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), id, $4, CAST($5 AS BIGINT),
            CAST($6 AS BIGINT), 0, thread_id, CAST($7 AS BIGINT), COALESCE(sent_at, $7), size,
            CAST($8 AS BIGINT)
        FROM messages WHERE id = $3";
    let kept = keywords(&placement.keywords);
    on!(tx, db => {
        sqlx::query(SQL)
            .bind(key(mailbox))
            .bind(i64::from(uid))
            .bind(placement.message)
            .bind(place::column(&kept))
            .bind(i64::from(kept.has(keyword::SEEN)))
            .bind(i64::from(kept.has(keyword::FLAGGED)))
            .bind(placement.received_at)
            .bind(placement.placed_at)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Counts anew, and lets go of messages that lie nowhere.
async fn finish(tx: &mut Tx, owner: Owner, state: &State, now: i64) -> Result<(), Error> {
    const NUMBERS: &str = "UPDATE mailboxes SET
            uid_next = CASE WHEN uid_next > $2 THEN uid_next ELSE CAST($2 AS BIGINT) END
        WHERE id = $1";
    const COUNTS: &str = "UPDATE mailboxes SET modseq = modseq + 1,
            total = (SELECT count(*) FROM placements WHERE mailbox_id = mailboxes.id),
            unread = (SELECT count(*) FROM placements WHERE mailbox_id = mailboxes.id AND seen = 0)
        WHERE account_id = $1";
    const MODSEQS: &str = "UPDATE placements SET modseq =
            (SELECT modseq FROM mailboxes WHERE id = placements.mailbox_id)
        WHERE mailbox_id IN (SELECT id FROM mailboxes WHERE account_id = $1)";
    const MESSAGES: &str = "DELETE FROM messages WHERE account_id = $1
        AND NOT EXISTS (SELECT 1 FROM placements WHERE message_id = messages.id)";
    for (id, highest) in &state.highest {
        on!(&mut *tx, db => {
            sqlx::query(NUMBERS)
                .bind(key(*id))
                .bind(i64::from(*highest) + 1)
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
    }
    for sql in [COUNTS, MODSEQS, MESSAGES] {
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
