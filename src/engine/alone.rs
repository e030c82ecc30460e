//! What one process does at a time, though several could: keeping the house, filing a sent message,
//! writing the copy of a draft. Whoever does it has a lease; one that was killed loses it after
//! [`LEASE`], and another takes over.
//!
//! Cost: two statements on PostgreSQL. SQLite belongs to one process, which need not ask.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio_util::task::AbortOnDropHandle;

use crate::{
    clock::Clock,
    store::{
        Store,
        leases::{self, Lease},
    },
};

use super::{account::Shared, error::Error, secrets};

/// How long a lease lasts unless it is renewed (ms).
const LEASE: i64 = 90_000;
/// How often it is renewed.
const RENEWAL: Duration = Duration::from_secs(30);
/// How often a lease is asked for that somebody has.
const AGAIN: Duration = Duration::from_millis(200);

/// How leases name this process.
#[derive(Debug)]
pub(super) struct Name {
    name: String,
    takers: AtomicU64,
}

impl Name {
    pub(super) fn new() -> Self {
        Self {
            name: secrets::token(),
            takers: AtomicU64::new(0),
        }
    }

    /// Ours alone among all processes.
    pub(super) fn as_str(&self) -> &str {
        &self.name
    }

    /// For one lease: a task that comes late must not be taken for the one after it.
    pub(super) fn taker(&self) -> String {
        let number = self.takers.fetch_add(1, Ordering::Relaxed);
        format!("{}-{number}", self.name)
    }
}

/// Being the only one, until this is dropped.
#[derive(Debug)]
pub(super) struct Alone(Option<Held>);

#[derive(Debug)]
struct Held {
    store: Store,
    lease: Lease,
    renewing: AbortOnDropHandle<()>,
}

impl Alone {
    /// Still the only one? Not when the lease ran out while the database was away.
    pub(super) fn is_valid(&self) -> bool {
        self.0
            .as_ref()
            .is_none_or(|held| !held.renewing.is_finished())
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        let Some(held) = self.0.take() else { return };
        drop(held.renewing);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = leases::release(&held.store, &held.lease).await {
                    tracing::debug!(?error, "A lease could not be given back");
                }
            });
        }
    }
}

impl Shared {
    /// The right to do this alone; `None` while another process has it.
    pub(super) async fn alone(self: &Arc<Self>, what: &str) -> Result<Option<Alone>, Error> {
        if !self.store.is_shared() {
            return Ok(Some(Alone(None)));
        }
        let (name, now) = (self.name.taker(), self.clock.now());
        let lease = leases::take(&self.store, what, &name, now, now + LEASE).await?;
        Ok(lease.map(|lease| {
            let (store, clock) = (self.store.clone(), self.clock.clone());
            let renewing = tokio::spawn(renew(store, clock, lease.clone(), now + LEASE));
            Alone(Some(Held {
                store: self.store.clone(),
                lease,
                renewing: AbortOnDropHandle::new(renewing),
            }))
        }))
    }

    /// The same, waiting for whoever has it for `patience`.
    ///
    /// # Errors
    /// When that was in vain, and what the database says.
    pub(super) async fn alone_soon(
        self: &Arc<Self>,
        what: &str,
        patience: Duration,
    ) -> Result<Alone, Error> {
        let waiting = async {
            loop {
                if let Some(alone) = self.alone(what).await? {
                    return Ok(alone);
                }
                tokio::time::sleep(AGAIN).await;
            }
        };
        let waited = tokio::time::timeout(patience, waiting).await;
        waited.map_err(|_| anyhow::anyhow!("another process does not come to an end: {what}"))?
    }
}

/// Ends when the lease is lost, or has run out at `until` (ms) without being renewed.
async fn renew(store: Store, clock: Clock, lease: Lease, mut until: i64) {
    loop {
        tokio::time::sleep(RENEWAL).await;
        let now = clock.now();
        match leases::renew(&store, &lease, now, now + LEASE).await {
            Ok(true) => until = now + LEASE,
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(?error, "A lease could not be renewed");
                if clock.now() >= until {
                    return;
                }
            }
        }
    }
}
