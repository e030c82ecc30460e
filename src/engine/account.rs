//! One signed-in account while it is in use: its connection to the mail, its folders as last
//! seen, and who is listening for changes. Dropped some minutes after the last request.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::broadcast;

use crate::{
    clock::Clock,
    config::Config,
    mail::id::MailboxId,
    net::egress::Policy,
    store::{
        Store,
        accounts::{AccountKind, AccountRow},
        files::Files,
        id::{AccountId, SubmissionId, UserId},
    },
};

use super::{
    accounts::{Removed, Servers},
    alone::Name,
    blocking::Blocking,
    caches::Caches,
    collection::Collecting,
    events::Event,
    follow::Follower,
    glance::Trouble,
    index::Indexing,
    jobs::{Again, Arriving, Ending},
    mailboxes::Folders,
    mailstore::Mailstore,
    metrics::Metrics,
    news::News,
    nodes::Budgets,
    oauth::{Grants, Providers},
    outbox::Queue,
    recent::Recent,
    secrets::Key,
    unattended::Refused,
    upstream::Credential,
    watch::Watchers,
    webhooks::Hooks,
};

/// Counted for the whole process: kept pages outlive an account in use, and the next one must not
/// come upon them.
static GENERATIONS: AtomicU64 = AtomicU64::new(1);

/// A live account. Cheap to clone; what can be done with its mail are methods in the files of
/// this module.
#[derive(Clone)]
pub struct Account(pub(super) Arc<Live>);

/// What lives while the account is in use.
pub(super) struct Live {
    pub(super) shared: Arc<Shared>,
    pub(super) id: AccountId,
    pub(super) user: UserId,
    pub(super) address: String,
    pub(super) kind: AccountKind,
    /// The one signed in with.
    pub(super) is_primary: bool,
    pub(super) credential_version: i64,
    pub(super) data_key: Key,
    /// What signs in to its servers.
    pub(super) credential: Credential,
    /// Where it signs in; `None` where there is no server (any more).
    pub(super) servers: Option<Servers>,
    pub(super) mailstore: Mailstore,
    pub(super) folders: tokio::sync::Mutex<Option<Folders>>,
    pub(super) trouble: Trouble,
    pub(super) events: broadcast::Sender<Event>,
    pub(super) watchers: Watchers,
    pub(super) follower: Follower,
    /// Which messages belong together, where they lie on a server.
    pub(super) indexing: Indexing,
    /// Labels that were seen on messages, so that they are offered in other folders as well.
    pub(super) labels: Mutex<BTreeSet<String>>,
    /// One copy of a draft is written at a time, so that each replaces the one before.
    pub(super) copying: tokio::sync::Mutex<()>,
    /// Octets of a message that its submission server takes, once that is known.
    pub(super) message_limit: tokio::sync::OnceCell<u64>,
    /// Until when sent messages are filed by this process, or left alone after a failure (ms).
    finishing: Mutex<HashMap<SubmissionId, i64>>,
    /// When unconfirmed messages were looked for last (ms).
    looked: Mutex<HashMap<SubmissionId, i64>>,
    /// Renewed with every change that we make or hear of.
    generations: Mutex<HashMap<MailboxId, u64>>,
    last_used: AtomicI64,
    /// Somebody signed in has used it: the server did not open it by itself alone.
    attended: AtomicBool,
}

/// What opens an account, opened.
pub(super) struct Opened {
    pub(super) data_key: Key,
    pub(super) credential: Credential,
}

/// What all accounts share.
pub(super) struct Shared {
    pub(super) config: Arc<Config>,
    pub(super) clock: Clock,
    pub(super) store: Store,
    pub(super) key: Key,
    pub(super) caches: Caches,
    pub(super) files: Files,
    /// How leases and claims name this process.
    pub(super) name: Name,
    pub(super) news: News,
    pub(super) budgets: Budgets,
    pub(super) queue: Queue,
    pub(super) hooks: Hooks,
    pub(super) collecting: Collecting,
    pub(super) metrics: Metrics,
    pub(super) recent: Recent,
    pub(super) refused: Refused,
    /// When what is left of removed accounts is looked for.
    pub(super) removed: Removed,
    /// When jobs that were interrupted are looked for.
    pub(super) again: Again,
    /// When jobs that somebody wants to end are looked for.
    pub(super) ending: Ending,
    /// Whose file is coming to be imported.
    pub(super) arriving: Arriving,
    /// Who vouches for people whose mail server takes no password.
    pub(super) providers: Providers,
    pub(super) grants: Grants,
    /// Where hosts that people name may lead.
    pub(super) policy: Policy,
    /// Pure work on hostile input: never more of it at once than there are cores.
    pub(super) taking_apart: Blocking,
}

/// What is known of a folder's state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct View {
    /// Another with every change that we make or hear of; 0 before the first.
    pub(super) generation: u64,
    /// IDLE would tell us of any change.
    pub(super) vouched: bool,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Account").field(&self.0.id).finish()
    }
}

impl Account {
    pub(super) fn new(
        shared: Arc<Shared>,
        row: &AccountRow,
        keys: Opened,
        servers: Option<Servers>,
        mailstore: Mailstore,
    ) -> Self {
        let now = shared.clock.now();
        Self(Arc::new(Live {
            shared,
            id: row.id,
            user: row.user_id,
            address: row.address.clone(),
            kind: row.kind,
            is_primary: row.is_primary,
            credential_version: row.credential_version,
            data_key: keys.data_key,
            credential: keys.credential,
            servers,
            mailstore,
            folders: tokio::sync::Mutex::default(),
            trouble: Trouble::default(),
            events: broadcast::Sender::new(256),
            watchers: Watchers::default(),
            follower: Follower::default(),
            indexing: Indexing::default(),
            labels: Mutex::default(),
            copying: tokio::sync::Mutex::default(),
            message_limit: tokio::sync::OnceCell::default(),
            finishing: Mutex::default(),
            looked: Mutex::default(),
            generations: Mutex::default(),
            last_used: AtomicI64::new(now),
            attended: AtomicBool::new(false),
        }))
    }

    /// The account's number, for logs.
    pub fn id(&self) -> i64 {
        self.0.id.get()
    }

    /// The address that it belongs to.
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// Under which names its servers say what they found out about senders; nobody else is believed.
    pub fn authserv(&self) -> &[String] {
        let servers = self.0.servers.as_ref();
        servers.map_or(&[], |servers| servers.server.authserv.as_slice())
    }

    /// The one that its owner signs in with.
    pub fn is_primary(&self) -> bool {
        self.0.is_primary
    }

    /// IMAP round trips so far, for tests that hold the cost of a page.
    pub fn round_trips(&self) -> u64 {
        self.0.mailstore.round_trips()
    }

    pub(super) fn now(&self) -> i64 {
        self.0.shared.clock.now()
    }

    /// How long to wait for what a page can do without ([`Clock::waits`]).
    pub fn waits(&self, patience: Duration) -> Duration {
        self.0.shared.clock.waits(patience)
    }

    /// By somebody who is signed in.
    pub(super) fn used(&self) {
        self.0.last_used.store(self.now(), Ordering::Relaxed);
        if !self.0.attended.swap(true, Ordering::Relaxed) {
            // What waited for them can go out, and go on.
            self.0.shared.queue.wake();
            self.0.shared.again.wake();
        }
    }

    /// Somebody signed in has used it.
    pub(super) fn is_attended(&self) -> bool {
        self.0.attended.load(Ordering::Relaxed)
    }

    /// Nobody has asked for `millis`, and nobody listens.
    pub(super) fn is_idle_for(&self, millis: i64) -> bool {
        let unused = self.now() - self.0.last_used.load(Ordering::Relaxed);
        unused > millis && !self.is_heard()
    }

    /// Somebody listens for changes.
    pub(super) fn is_heard(&self) -> bool {
        self.listeners() > 0
    }

    /// What is known of a folder's state.
    pub(super) fn view(&self, mailbox: MailboxId) -> View {
        // Asked first: a change that comes in between raises the generation.
        let vouched = self.0.watchers.vouch_for(mailbox);
        let generation = self
            .generations()
            .get(&mailbox)
            .copied()
            .unwrap_or_default();
        View {
            generation,
            vouched,
        }
    }

    /// The folder has changed: pages of it that are kept are old.
    pub(super) fn touch(&self, mailbox: MailboxId) {
        let generation = GENERATIONS.fetch_add(1, Ordering::Relaxed);
        self.generations().insert(mailbox, generation);
    }

    /// Until when sent messages are filed by this process, or left alone after a failure (ms).
    pub(super) fn finishing(&self) -> MutexGuard<'_, HashMap<SubmissionId, i64>> {
        self.0
            .finishing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// When unconfirmed messages were looked for last (ms).
    pub(super) fn looked(&self) -> MutexGuard<'_, HashMap<SubmissionId, i64>> {
        self.0.looked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn generations(&self) -> MutexGuard<'_, HashMap<MailboxId, u64>> {
        self.0
            .generations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
