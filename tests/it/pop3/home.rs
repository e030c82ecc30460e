//! Where mail is collected to: a database, a folder of blobs, somebody with an inbox.

use std::path::Path;

use restante::{
    clock::Clock,
    engine::collector::{Collector, Failure, LostWords, Run, Task},
    mail::{id::MailboxId, mailbox::Role},
    pop3::Connector,
    store::{
        Store,
        accounts::{self, AccountKind, NewAccount},
        collector::{
            Policy, account,
            deletions::{self, DeletionRow},
            ledger::{self, LedgerRow},
        },
        events,
        files::Files,
        local::{Owner, list},
        mailboxes::{self, SeenMailbox},
        users,
    },
};
use sqlx::SqlitePool;
use tempfile::TempDir;

/// See the module's description. Opened again on the same folder, it is the same one.
pub(super) struct Home {
    pub(super) collector: Collector,
    pub(super) owner: Owner,
    pub(super) quota: Option<i64>,
    inbox: MailboxId,
    raw: SqlitePool,
}

impl Home {
    /// One in a folder of its own, at a time that stands still.
    pub(super) async fn new() -> (Self, TempDir) {
        let dir = tempfile::Builder::new().prefix("home").tempdir().unwrap();
        let home = Self::open(dir.path(), Clock::fixed(1_800_000_000_000)).await;
        (home, dir)
    }

    pub(super) async fn open(dir: &Path, clock: Clock) -> Self {
        let url = format!("sqlite:{}", dir.join("restante.db").display());
        let store = Store::open(&url, 4).await.unwrap();
        store.migrate().await.unwrap();
        let files = Files::open(&format!("file:{}", dir.join("blobs").display())).unwrap();
        let address = "a@example.org";
        let user = users::find_or_create(&store, address, 1).await.unwrap().id;
        let account = match accounts::primary(&store, user, address).await.unwrap() {
            Some(row) => row.id,
            None => {
                let new = NewAccount {
                    kind: AccountKind::Pop3,
                    primary: true,
                    address,
                    login: "",
                    name: "",
                    servers: "",
                };
                accounts::create(&store, user, &new, 1).await.unwrap().id
            }
        };
        let inbox = SeenMailbox {
            name: "INBOX",
            delimiter: Some('/'),
            remote_id: None,
            uid_validity: 7,
            role: Some(Role::Inbox),
            selectable: true,
            subscribed: true,
        };
        let made = mailboxes::sync(&store, account, &[inbox], 1).await.unwrap();
        account::provide(&store, account).await.unwrap();
        Self {
            collector: Collector {
                store,
                files,
                clock,
                thread_key: [7; 32],
            },
            owner: Owner { user, account },
            quota: None,
            inbox: made[0].id,
            raw: SqlitePool::connect(&url).await.unwrap(),
        }
    }

    /// One run, some time after the last.
    pub(super) async fn collect(&self, connector: &Connector) -> Result<Run, Failure> {
        self.collector.clock.advance(60_000);
        let run = self.try_collect(connector, "test").await?;
        Ok(run.expect("nobody else collects"))
    }

    /// One run, unless somebody else is at it.
    pub(super) async fn try_collect(
        &self,
        connector: &Connector,
        who: &str,
    ) -> Result<Option<Run>, Failure> {
        let task = Task {
            owner: self.owner,
            address: "a@example.org",
            speak: |wishes, lost| LostWords {
                subject: format!("{wishes} {:?} {}", lost.why, lost.uidl),
                text: format!("{} octets", lost.size),
            },
            wishes: "Lost:",
            connector,
            inbox: self.inbox,
            quota: self.quota,
            who,
            dice: 0,
        };
        self.collector.collect(task, std::future::pending()).await
    }

    pub(super) async fn set_policy(&self, policy: Policy) {
        let store = &self.collector.store;
        account::set_policy(store, self.owner.account, policy)
            .await
            .unwrap();
    }

    pub(super) async fn set_paused(&self, paused: bool) {
        let store = &self.collector.store;
        account::set_paused(store, self.owner.account, paused)
            .await
            .unwrap();
    }

    pub(super) async fn row(&self) -> account::CollectorRow {
        let store = &self.collector.store;
        account::provide(store, self.owner.account).await.unwrap()
    }

    pub(super) async fn ledger(&self) -> Vec<LedgerRow> {
        let store = &self.collector.store;
        ledger::list(store, self.owner.account).await.unwrap()
    }

    pub(super) async fn deletions(&self) -> Vec<DeletionRow> {
        let store = &self.collector.store;
        deletions::list(store, self.owner.account, None, 100_000)
            .await
            .unwrap()
    }

    /// The bytes of every message in the inbox, in the order of the alphabet.
    pub(super) async fn messages(&self) -> Vec<Vec<u8>> {
        let sql = "SELECT m.sha256 FROM placements p JOIN messages m ON m.id = p.message_id";
        let hashes: Vec<Vec<u8>> = sqlx::query_scalar(sql).fetch_all(&self.raw).await.unwrap();
        let mut all = Vec::new();
        for sha256 in hashes {
            let sha256 = sha256.try_into().unwrap();
            let files = &self.collector.files;
            all.push(files.read_whole(self.owner.user, &sha256).await.unwrap());
        }
        all.sort_unstable();
        all
    }

    /// The subjects of the inbox, as a list shows them.
    pub(super) async fn subjects(&self) -> Vec<String> {
        let (store, owner) = (&self.collector.store, self.owner);
        let window = list::window(store, owner, self.inbox, list::Anchor::Newest, 100, None);
        let rows = window.await.unwrap().rows;
        rows.into_iter().map(|row| row.subject.clone()).collect()
    }

    /// The number of the last event that pages were told.
    pub(super) async fn events(&self) -> i64 {
        let store = &self.collector.store;
        events::latest(store, self.owner.user).await.unwrap()
    }

    /// As if the program had been away for longer than a lease lasts.
    pub(super) async fn time_passes(&self) {
        let sql = "UPDATE leases SET expires_at = 1";
        sqlx::query(sql).execute(&self.raw).await.unwrap();
    }
}
