//! What an account can do: the one home of signing in, listing, reading, changing, searching and
//! watching mail, for all doors. The only module that knows everything below it.

pub mod account;
pub mod accounts;
mod alone;
mod archive;
pub mod backup;
mod basic;
mod blocking;
pub mod bulk;
mod caches;
pub mod change;
pub mod changes;
pub mod chosen;
pub mod collection;
pub mod collector;
pub mod conversations;
pub mod deleted;
pub mod discovery;
pub mod documents;
pub mod error;
pub mod events;
pub mod everywhere;
mod follow;
pub mod glance;
mod housekeeping;
pub mod idempotency;
pub mod identities;
pub mod images;
pub mod import;
mod index;
pub mod jobs;
pub mod labels;
pub mod list;
pub mod listening;
pub mod local;
pub mod mailboxes;
mod mailstore;
pub mod merged;
mod metrics;
pub mod news;
pub mod nodes;
pub mod oauth;
pub mod outbox;
mod pages;
pub mod parts;
pub mod people;
pub mod read;
pub mod receipts;
mod recent;
mod registry;
pub mod reports;
pub mod secrets;
pub mod sessions;
pub mod settings;
pub mod sign_in;
pub mod templates;
pub mod threads;
pub mod throttle;
pub mod tokens;
pub mod transfer;
mod unattended;
mod undo;
pub mod unsubscribing;
mod upstream;
mod watch;
pub mod webhooks;
pub mod writing;

use std::sync::Arc;

use anyhow::Context as _;
use tokio::sync::broadcast;

use crate::{
    clock::Clock,
    config::Config,
    net::{
        discover::Discovery,
        dns::Dns,
        fetch::{FetchLimits, Fetcher},
    },
    store::{Store, files::Files, id::SessionId},
};

use self::{
    account::Shared,
    blocking::Blocking,
    caches::Caches,
    collection::Collecting,
    images::Images,
    metrics::Metrics,
    news::News,
    nodes::Budgets,
    oauth::{Grants, Providers},
    outbox::Queue,
    recent::Recent,
    registry::Registry,
    secrets::{Key, stretch},
    throttle::Throttle,
    unattended::Refused,
    unsubscribing::Unsubscribing,
    webhooks::Hooks,
};

pub use crate::net::egress::Policy;

pub use self::{account::Account, error::Error, upstream::check, upstream::check_submission};

/// The engine. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    shared: Arc<Shared>,
    registry: Registry,
    throttle: Throttle,
    basic: basic::Known,
    images: Images,
    discovery: Discovery,
    unsubscribing: Unsubscribing,
    /// Passwords made into keys.
    stretching: Blocking,
    closing: tokio::sync::watch::Sender<bool>,
    /// Sessions that were ended here, so that their streams end at once.
    ended: broadcast::Sender<SessionId>,
}

impl Engine {
    /// An engine over an open store.
    ///
    /// # Errors
    /// When the server's key or the system's trust anchors can't be read.
    pub fn new(config: Arc<Config>, store: Store, clock: Clock) -> anyhow::Result<Self> {
        Self::with_policy(config, store, clock, Policy::public())
    }

    /// As [`Engine::new`], with a policy of where strangers may lead us.
    ///
    /// # Errors
    /// As [`Engine::new`].
    pub fn with_policy(
        config: Arc<Config>,
        store: Store,
        clock: Clock,
        policy: Policy,
    ) -> anyhow::Result<Self> {
        let discovery = Discovery::new(policy.clone(), Dns::default())?;
        Self::with(config, store, clock, policy, discovery)
    }

    /// As [`Engine::with_policy`], with a way of finding servers.
    ///
    /// # Errors
    /// As [`Engine::new`].
    pub fn with(
        config: Arc<Config>,
        store: Store,
        clock: Clock,
        policy: Policy,
        discovery: Discovery,
    ) -> anyhow::Result<Self> {
        let key = Key::from_file(&config.secret_key_file)?;
        let fetcher = Fetcher::new(policy.clone(), FetchLimits::default(), &[])?;
        let failures = config.limits.sign_in_failures;
        let throttle = Throttle::new(store.clone(), clock.clone(), &key, failures);
        let files = Files::of(&config).context("Opening blob_url")?;
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Ok(Self(Arc::new(Inner {
            throttle,
            basic: basic::Known::new(),
            images: Images::new(fetcher, &key),
            discovery,
            unsubscribing: Unsubscribing::new(&policy)?,
            registry: Registry::default(),
            stretching: Blocking::new(stretch::AT_ONCE),
            closing: tokio::sync::watch::Sender::new(false),
            ended: broadcast::Sender::new(64),
            shared: Arc::new(Shared {
                caches: Caches::new(config.limits.cache_mib),
                files,
                name: alone::Name::new(),
                news: News::default(),
                budgets: Budgets::new(&config.limits),
                queue: Queue::new(),
                hooks: Hooks::new(&policy)?,
                collecting: Collecting::new(),
                metrics: Metrics::new(clock.now()),
                recent: Recent::new(),
                refused: Refused::default(),
                removed: accounts::Removed::default(),
                again: jobs::Again::default(),
                ending: jobs::Ending::default(),
                arriving: jobs::Arriving::default(),
                providers: Providers::new(&config, &policy)?,
                grants: Grants::default(),
                taking_apart: Blocking::new(cores),
                policy,
                config,
                clock,
                store,
                key,
            }),
        })))
    }

    /// The time, in milliseconds since 1970 UTC.
    pub fn now(&self) -> i64 {
        self.0.shared.clock.now()
    }

    /// Can files be stored where they are to be?
    ///
    /// # Errors
    /// What the server of the bucket says.
    pub async fn check_files(&self) -> Result<(), Error> {
        Ok(self.0.shared.files.check().await?)
    }

    /// Is the database there?
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn ready(&self) -> Result<(), Error> {
        Ok(self.store().ping().await?)
    }

    /// We are stopping: whoever waits for events should go.
    pub fn close(&self) {
        self.0.closing.send_replace(true);
    }

    /// Resolves when we are stopping.
    pub async fn closing(&self) {
        let mut closing = self.0.closing.subscribe();
        let _stopped = closing.wait_for(|closing| *closing).await;
    }

    /// Seals a short text that a browser keeps for us for a moment. No other purpose opens it.
    pub fn seal_note(&self, purpose: &'static str, plain: &[u8]) -> Vec<u8> {
        self.0.shared.key.derive(purpose, b"note").seal(plain, b"")
    }

    /// Opens what [`Engine::seal_note`] sealed; `None` for anything else.
    pub fn open_note(&self, purpose: &'static str, sealed: &[u8]) -> Option<Vec<u8>> {
        self.0
            .shared
            .key
            .derive(purpose, b"note")
            .open(sealed, b"")
            .ok()
    }

    fn store(&self) -> &Store {
        &self.0.shared.store
    }
}
