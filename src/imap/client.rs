//! One signed-in IMAP account. The operations are in the files beside this one, each with what
//! it costs in round trips on a connection that is open.

use std::sync::{Arc, Mutex, PoisonError, atomic::Ordering};

use tokio::sync::Semaphore;

use super::{
    budget::Budget,
    capabilities::Capabilities,
    connect::Connector,
    connection::{Job, Reply, canonical},
    error::Error,
    pool::{Lease, Pool},
    wire::list::Namespace,
};

/// An account on an IMAP server: a pool of at most [`Limits::connections`] connections, opened
/// when needed and shared by everybody who asks. Cheap to clone.
///
/// Every operation may be cancelled by dropping its future: what was sent is carried out all the
/// same, and its answer is read and thrown away.
///
/// [`Limits::connections`]: super::limits::Limits::connections
#[derive(Clone, Debug)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    pool: Arc<Pool>,
    facts: Mutex<Facts>,
    /// So many connections are for watching.
    watching: Arc<Semaphore>,
}

/// What has been learnt about the server and does not change.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// Where one's own folders are; `None` before it was asked.
    pub(super) personal: Option<Namespace>,
    /// The server refused LIST with RETURN, whatever it offers (Gmail once did).
    pub(super) plain_list: bool,
    /// The server answers PREVIEW with NIL.
    pub(super) no_preview: bool,
    /// The server's MAILBOXID in STATUS can't be read.
    pub(super) no_mailbox_ids: bool,
    /// The server sorts; `None` before a folder was looked at.
    pub(super) sorts: Option<bool>,
}

/// Connections by what they do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Connections {
    /// Used by a request.
    pub busy: usize,
    /// Listening for changes.
    pub watching: usize,
    /// Open, and waiting for a request.
    pub resting: usize,
}

impl Client {
    /// An account. No connection is opened before something is asked.
    pub fn new(connector: Connector) -> Self {
        Self::within(connector, &Budget::default())
    }

    /// The same, among the accounts that share what their server may see of us.
    pub fn within(connector: Connector, budget: &Budget) -> Self {
        let watchers = connector.limits.watching();
        let pool = Arc::new(Pool::new(connector, budget.clone()));
        budget.enrol(&pool);
        Self(Arc::new(Inner {
            pool,
            facts: Mutex::default(),
            watching: Arc::new(Semaphore::new(watchers)),
        }))
    }

    /// Connects and signs in, also where a connection is open already: that was let in by what its
    /// server may refuse by now. The new one stays in the pool.
    pub async fn verify(&self) -> Result<(), Error> {
        self.0.pool.give_way(false);
        self.0.pool.lease_fresh().await.map(drop)
    }

    /// What the server offers. Costs nothing once a connection is open.
    pub async fn capabilities(&self) -> Result<Capabilities, Error> {
        Ok(self.lease(None).await?.capabilities.clone())
    }

    /// Commands sent by all connections of this account since it was made, sign-ins excepted.
    pub fn commands_sent(&self) -> u64 {
        self.0.pool.counters.commands.load(Ordering::Relaxed)
    }

    /// How often something was sent and its answer awaited, sign-ins excepted.
    pub fn round_trips(&self) -> u64 {
        self.0.pool.counters.round_trips.load(Ordering::Relaxed)
    }

    /// What its connections do at this moment.
    pub fn connections(&self) -> Connections {
        let (busy, watching, resting) = self.0.pool.state();
        let watchers = self.0.pool.connector().limits.watching();
        let free = self.0.watching.available_permits();
        Connections {
            busy,
            watching: watching + watchers.saturating_sub(free),
            resting,
        }
    }

    /// The folder is another than it was: connections that have selected it are closed.
    pub fn reselect(&self, mailbox: &str) {
        let mailbox = canonical(mailbox);
        self.0.pool.leave(|own| own == mailbox);
    }

    pub(super) fn pool(&self) -> &Arc<Pool> {
        &self.0.pool
    }

    pub(super) fn watching(&self) -> &Arc<Semaphore> {
        &self.0.watching
    }

    pub(super) fn facts(&self) -> Facts {
        let facts = self.0.facts.lock();
        facts.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn learn(&self, change: impl FnOnce(&mut Facts)) {
        let facts = self.0.facts.lock();
        change(&mut facts.unwrap_or_else(PoisonError::into_inner));
    }

    /// Leases a connection, preferably one that has this folder selected.
    pub(super) async fn lease(&self, mailbox: Option<&str>) -> Result<Lease, Error> {
        self.0.pool.lease(mailbox).await
    }

    /// Carries out one request on any connection that suits it.
    pub(super) async fn request(&self, job: &Job) -> Result<Reply, Error> {
        let mailbox = job.select.as_ref().map(|select| select.mailbox.as_str());
        self.lease(mailbox).await?.run(job).await
    }
}
