//! What the journal of an account tells, read to its end.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;

use crate::{
    mail::id::MailboxId,
    store::{
        blobs::Sha256,
        error::Error,
        local::Owner,
        row::{Field as _, row},
        transaction::{Tx, on},
    },
};

/// Rows of the journal that are read at once.
const AT_ONCE: i64 = 1000;

/// A folder and a UID in it.
pub(super) type At = (MailboxId, u32);

/// How things stood when the last entry was written.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Folders that are there.
    pub(super) folders: BTreeMap<MailboxId, Folder>,
    /// Folders that are gone.
    pub(super) gone: HashSet<MailboxId>,
    /// Messages in folders.
    pub(super) placements: BTreeMap<At, Placement>,
    /// Places that messages have left.
    pub(super) left: HashSet<At>,
    /// The numbers of messages that have left some place.
    pub(super) have_left: HashSet<i64>,
    /// The highest UID ever given.
    pub(super) highest: HashMap<MailboxId, u32>,
    /// Entries that say nothing any more.
    pub(super) unreadable: usize,
    /// The number of the last entry.
    pub(super) end: i64,
}

#[derive(Debug)]
pub(super) struct Folder {
    pub(super) name: String,
    pub(super) role: String,
    pub(super) subscribed: bool,
    pub(super) uid_validity: u32,
    pub(super) made_at: i64,
    /// The entry that tells of it first.
    pub(super) first: i64,
}

#[derive(Debug)]
pub(super) struct Placement {
    pub(super) message: i64,
    pub(super) sha256: Sha256,
    pub(super) keywords: String,
    pub(super) received_at: i64,
    pub(super) placed_at: i64,
    pub(super) came_from: Option<MailboxId>,
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

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfFolder {
    name: String,
    role: String,
    subscribed: bool,
    uid_validity: u32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfPlace {
    message: i64,
    keywords: String,
    received_at: i64,
    #[serde(default)]
    came_from: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct OfKeywords {
    keywords: String,
}

/// Reads all of it.
pub(super) async fn read(tx: &mut Tx, owner: Owner) -> Result<History, Error> {
    const SQL: &str = "SELECT id, operation, mailbox_id, uid, sha256, detail_json, created_at
        FROM journal WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    let mut history = History::default();
    loop {
        let entries: Vec<Entry> = on!(&mut *tx, db => {
            sqlx::query_as(SQL)
                .bind(owner.account.get())
                .bind(history.end)
                .bind(AT_ONCE)
                .fetch_all(&mut **db)
                .await
        })?;
        let Some(last) = entries.last() else {
            return Ok(history);
        };
        history.end = last.id;
        for entry in &entries {
            if history.follow(entry).is_none() {
                history.unreadable += 1;
            }
        }
    }
}

impl History {
    /// Goes on by one entry; `None` when it can't be read, and nothing follows from it.
    fn follow(&mut self, entry: &Entry) -> Option<()> {
        let detail = &entry.detail_json;
        let folder = entry.mailbox_id;
        let at = (folder, entry.uid);
        if entry.uid > 0 {
            // A number that was given once is not given again, whatever else is known of it.
            let highest = self.highest.entry(folder).or_default();
            *highest = entry.uid.max(*highest);
        }
        match entry.operation.as_str() {
            "mailbox" => {
                let detail: OfFolder = serde_json::from_str(detail).ok()?;
                let known = self.folders.get(&folder);
                let (made_at, first) = known.map_or((entry.created_at, entry.id), |folder| {
                    (folder.made_at, folder.first)
                });
                let read = Folder {
                    name: detail.name,
                    role: detail.role,
                    subscribed: detail.subscribed,
                    uid_validity: detail.uid_validity.max(1),
                    made_at,
                    first,
                };
                self.folders.insert(folder, read);
                self.gone.remove(&folder);
            }
            "mailbox-gone" => {
                self.folders.remove(&folder);
                self.gone.insert(folder);
            }
            "place" => {
                let detail: OfPlace = serde_json::from_str(detail).ok()?;
                let placement = Placement {
                    message: detail.message,
                    sha256: entry.sha256?,
                    keywords: detail.keywords,
                    received_at: detail.received_at,
                    placed_at: entry.created_at,
                    came_from: detail
                        .came_from
                        .and_then(|id| MailboxId::from_column(id).ok()),
                };
                self.placements.insert(at, placement);
                self.left.remove(&at);
            }
            "keywords" => {
                let detail: OfKeywords = serde_json::from_str(detail).ok()?;
                if let Some(placement) = self.placements.get_mut(&at) {
                    placement.keywords = detail.keywords;
                }
            }
            "expunge" => {
                if let Some(placement) = self.placements.remove(&at) {
                    self.have_left.insert(placement.message);
                }
                self.left.insert(at);
            }
            // Of a later version.
            _ => {}
        }
        Some(())
    }
}
