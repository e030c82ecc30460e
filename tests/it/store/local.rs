//! The local mailbox: messages filed whole or not at all, listed, changed, moved, removed, found.

mod changes;
mod conversations;
mod filing;
mod lists;
mod lots;
mod rebuilding;
mod removing;
mod searching;
mod tree;

use bytes::Bytes;
use futures_util::stream;
use restante::{
    mail::{id::MailboxId, keyword::Keywords},
    store::{
        Store,
        error::Error,
        files::Files,
        local::{
            Batch, Owner,
            arrival::{self, Arrival},
            folders::{self, FolderRow},
            list::{self, Anchor, Window},
            place::{self, Placed, Placing},
        },
    },
};

use super::{database::Database, writing::person};

/// Somebody with a mailbox and a place for its blobs.
struct Place {
    db: Database,
    store: Store,
    files: Files,
    owner: Owner,
    folder: tempfile::TempDir,
}

impl Place {
    async fn new(db: Database) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(&format!("file:{}", folder.path().display())).unwrap();
        let person = person(&db.store, "a@example.org").await;
        let owner = Owner {
            user: person.user,
            account: person.account,
        };
        folders::provide(&db.store, owner, 5000).await.unwrap();
        Self {
            store: db.store.clone(),
            db,
            files,
            owner,
            folder,
        }
    }

    async fn folder(&self, name: &str) -> FolderRow {
        let rows = folders::list(&self.store, self.owner).await.unwrap();
        let found = rows.into_iter().find(|row| row.name == name);
        found.unwrap_or_else(|| panic!("no folder {name}"))
    }

    async fn receive(&self, raw: &[u8]) -> Arrival {
        let pieces: Vec<_> = raw.chunks(1000).map(Bytes::copy_from_slice).collect();
        let pieces = stream::iter(pieces.into_iter().map(Ok::<_, Error>));
        let user = self.owner.user;
        arrival::receive(&self.files, user, &[7; 32], pieces, 10 << 20)
            .await
            .unwrap()
    }

    async fn place(&self, arrival: &Arrival, folder: &str, words: &str, at: i64) -> Placed {
        let keywords: Keywords = words.split_whitespace().collect();
        let placing = Placing {
            mailbox: self.folder(folder).await.id,
            keywords: &keywords,
            received_at: Some(at),
            quota: None,
        };
        place::place(&self.store, self.owner, arrival, placing, 1_000_000_000_000)
            .await
            .unwrap()
    }

    /// Files a message with this subject.
    async fn file(&self, folder: &str, subject: &str, words: &str, at: i64) -> Placed {
        let raw = format!("Subject: {subject}\r\n\r\nText of {subject}.\r\n");
        let arrival = self.receive(raw.as_bytes()).await;
        self.place(&arrival, folder, words, at).await
    }

    async fn window(&self, folder: &str, anchor: Anchor, limit: u32) -> Window {
        let id = self.folder(folder).await.id;
        list::window(&self.store, self.owner, id, anchor, limit, None)
            .await
            .unwrap()
    }

    async fn subjects(&self, folder: &str) -> Vec<String> {
        subjects(&self.window(folder, Anchor::Newest, 100).await)
    }

    /// Messages and unread ones, as the folder's row counts them; compared with what is there.
    async fn counts(&self, folder: &str) -> (u32, u32) {
        let row = self.folder(folder).await;
        let all = self.window(folder, Anchor::Newest, 1000).await.rows;
        let unread = all.iter().filter(|row| !row.keywords.has("$seen")).count();
        assert_eq!(row.total as usize, all.len(), "{folder}");
        assert_eq!(row.unread as usize, unread, "{folder}");
        (row.total, row.unread)
    }

    /// Where a blob lies.
    fn files_of(&self, sha256: &[u8; 32]) -> std::path::PathBuf {
        let name: String = sha256.iter().map(|octet| format!("{octet:02x}")).collect();
        let folder = self.folder.path().join(self.owner.user.to_string());
        folder.join(&name[..2]).join(name)
    }

    async fn count(&self, table: &str) -> i64 {
        let raw = self.db.raw().await;
        raw.numbers(&format!("SELECT count(*) FROM {table}")).await[0]
    }
}

fn subjects(window: &Window) -> Vec<String> {
    window.rows.iter().map(|row| row.subject.clone()).collect()
}

fn batch<'a>(folder: &FolderRow, uids: &'a [u32]) -> Batch<'a> {
    Batch {
        mailbox: folder.id,
        uid_validity: folder.uid_validity,
        uids,
    }
}

/// A folder's key that is nobody's.
const NOWHERE: MailboxId = MailboxId([9; 6]);
