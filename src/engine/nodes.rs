//! Which processes serve from one database. Each says every few seconds that it is there; so all
//! know how many they are, and each takes its part of the connections that a mail server is to see.
//!
//! Cost: two statements each twenty seconds. SQLite belongs to one process, which need not ask.

use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::bail;

use crate::{
    config::Limits,
    imap::budget::Budget,
    net::Endpoint,
    store::{
        self,
        leases::{self, Lease},
    },
};

use super::Engine;

/// One that has not been heard of for this long is gone (ms).
const GONE: i64 = 60_000;
/// Servers that are remembered without being used.
const HOSTS: usize = 1000;
/// How often each says that it is there.
const EVERY: Duration = Duration::from_secs(20);

/// The connections that each mail server is to see, and our part of them.
#[derive(Debug)]
pub(super) struct Budgets {
    /// Of all processes together; 0 for any number.
    most: usize,
    nodes: AtomicUsize,
    hosts: Mutex<HashMap<(String, u16), Budget>>,
}

impl Budgets {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            most: usize::try_from(limits.imap_connections_per_host).unwrap_or(usize::MAX),
            nodes: AtomicUsize::new(1),
            hosts: Mutex::default(),
        }
    }

    /// That of one server.
    pub(super) fn of(&self, server: &Endpoint) -> Budget {
        if self.most == 0 {
            return Budget::default();
        }
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        // People may name any.
        if hosts.len() >= HOSTS {
            hosts.retain(|_, budget| budget.is_used());
        }
        let host = (server.host.clone(), server.port);
        let budget = hosts.entry(host).or_default();
        budget.allow(self.part());
        budget.clone()
    }

    fn part(&self) -> usize {
        match self.most {
            0 => usize::MAX,
            most => (most / self.nodes.load(Ordering::Relaxed).max(1)).max(1),
        }
    }

    fn divide(&self, nodes: usize) {
        self.nodes.store(nodes.max(1), Ordering::Relaxed);
        let hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.values().for_each(|budget| budget.allow(self.part()));
    }
}

/// Being one of those that serve, until it is given back.
#[derive(Debug)]
pub struct Presence {
    name: String,
    /// How the names of all begin that have our key.
    alike: String,
    lease: Option<Lease>,
}

impl Engine {
    /// Joins those that serve from this database.
    ///
    /// # Errors
    /// When one of them has another `secret.key`: what one seals, the other could not open. Of two
    /// that begin in the same moment, the later one is refused.
    pub async fn join(&self) -> anyhow::Result<Presence> {
        let shared = &self.0.shared;
        let key = shared.key.derive("node", b"").fingerprint();
        let key = crate::store::files::hex(&key);
        let alike = format!("{NODE}{} ", key.get(..16).unwrap_or_default());
        let mut presence = Presence {
            name: format!("{alike}{}", shared.name.as_str()),
            alike,
            lease: None,
        };
        if shared.store.is_shared() {
            self.say_present(&mut presence).await?;
        }
        Ok(presence)
    }

    /// Says that we are there, for ever.
    pub async fn stay(self, presence: &mut Presence) -> ! {
        if !self.store().is_shared() {
            std::future::pending::<()>().await;
        }
        loop {
            tokio::time::sleep(EVERY).await;
            if let Err(error) = self.say_present(presence).await {
                tracing::warn!(
                    ?error,
                    "Other processes could not be told that this one is there"
                );
            }
        }
    }

    /// Leaves: others take over at once what they would take over in a minute.
    pub async fn leave(&self, presence: Presence) {
        if let Some(lease) = presence.lease
            && let Err(error) = leases::release(self.store(), &lease).await
        {
            tracing::debug!(?error, "Nobody could be told that this process ends");
        }
    }

    async fn say_present(&self, presence: &mut Presence) -> anyhow::Result<()> {
        let (store, now) = (self.store(), self.now());
        let renewed = match &presence.lease {
            Some(lease) => leases::renew(store, lease, now, now + GONE).await?,
            None => false,
        };
        if !renewed {
            let taker = self.0.shared.name.taker();
            let kin = (NODE, presence.alike.as_str());
            let taken = leases::take_alike(store, kin, &presence.name, &taker, now, now + GONE);
            presence.lease = match taken.await {
                Err(store::error::Error::Conflict) => bail!(
                    "another process serves from this database with another secret.key; all need \
                     the same (one that has just ended is forgotten within a minute)"
                ),
                taken => taken?,
            };
        }
        let nodes = leases::held(store, NODE, now).await?.len();
        self.0.shared.budgets.divide(nodes);
        Ok(())
    }
}

/// How the names of such leases begin.
const NODE: &str = "node ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_takes_its_part() {
        let limits = |most| Limits {
            imap_connections_per_host: most,
            ..Limits::default()
        };
        for (most, nodes, part) in [(0, 3, usize::MAX), (10, 1, 10), (10, 3, 3), (2, 5, 1)] {
            let budgets = Budgets::new(&limits(most));
            budgets.divide(nodes);
            assert_eq!(budgets.part(), part, "{most} among {nodes}");
        }
    }
}
