//! The brake on guessing passwords: failures are counted per account and per client network
//! *before* the mail server is asked, so that we are no oracle and no amplifier. They are counted
//! in the database, once for all processes, and under names that tell nobody whose they are.
//!
//! Cost: two statements for a try, two more when it was none; one to look whether the door is open.

use std::net::IpAddr;

use crate::{
    clock::Clock,
    config::household,
    store::{Store, failures},
};

use super::{error::Error, secrets::Key};

/// How long failures are remembered, in milliseconds.
const WINDOW: i64 = 10 * 60 * 1000;

/// Counts failed sign-ins.
#[derive(Debug)]
pub struct Throttle {
    store: Store,
    clock: Clock,
    key: Key,
    most: u32,
}

/// The door stays shut for this long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many failed sign-ins")]
pub struct Throttled {
    /// Seconds until another try is looked at; for `Retry-After`.
    pub seconds: u32,
}

impl Throttle {
    /// `most` failures in ten minutes per account; ten times as many per network, for several
    /// people share one.
    pub fn new(store: Store, clock: Clock, key: &Key, most: u32) -> Self {
        Self {
            store,
            clock,
            key: key.derive("failed sign-ins", b""),
            most,
        }
    }

    /// May this try go to the mail server? It counts as a failure until [`Throttle::succeeded`]
    /// says otherwise, so that tries in parallel can't slip through.
    ///
    /// # Errors
    /// [`Throttled`] when the account or the network has failed too often; what the database says.
    pub async fn admit(&self, address: &str, client: Option<IpAddr>) -> Result<(), Error> {
        let account = self.account(address);
        self.count(&account, self.most).await?;
        let Some(client) = client else {
            return Ok(());
        };
        let network = self.network(client);
        let admitted = self.count(&network, self.most_of_network()).await;
        if admitted.is_err() {
            // Or a network that is shut out could shut out anybody it names.
            failures::take_back(&self.store, &account).await?;
        }
        admitted
    }

    /// Is the door open? Counts nothing: for a password that is known without asking anybody, which
    /// must not tell right from wrong while the door is shut.
    ///
    /// # Errors
    /// As [`Throttle::admit`].
    pub async fn open(&self, address: &str, client: Option<IpAddr>) -> Result<(), Error> {
        let account = self.account(address);
        let network = client.map(|client| self.network(client));
        let account = (account.as_str(), self.most);
        let network = network.as_deref().map(|key| (key, self.most_of_network()));
        let (store, now) = (&self.store, self.clock.now());
        let both = [account, network.unwrap_or(account)];
        let since = failures::look(store, both, now - WINDOW).await?;
        since.map_or(Ok(()), |since| Err(shut(since, now)))
    }

    /// The password was right, or the mail server could not judge it: this try does not count.
    pub async fn succeeded(&self, address: &str, client: Option<IpAddr>) {
        let network = client.map(|client| self.network(client));
        for key in [Some(self.account(address)), network].into_iter().flatten() {
            if let Err(error) = failures::take_back(&self.store, &key).await {
                tracing::warn!(?error, "A sign-in counts as failed");
            }
        }
    }

    /// Forgets what counts no more.
    ///
    /// # Errors
    /// What the database says.
    pub async fn prune(&self) -> Result<(), Error> {
        Ok(failures::prune(&self.store, self.clock.now() - WINDOW).await?)
    }

    async fn count(&self, key: &str, most: u32) -> Result<(), Error> {
        let now = self.clock.now();
        let counted = failures::count(&self.store, key, most, now - WINDOW, now);
        counted.await?.map_err(|since| shut(since, now))
    }

    fn most_of_network(&self) -> u32 {
        self.most.saturating_mul(10)
    }

    fn account(&self, address: &str) -> String {
        let name = format!("account {}", address.to_lowercase());
        self.key.tag(name.as_bytes())
    }

    fn network(&self, client: IpAddr) -> String {
        self.key
            .tag(format!("network {}", household(client)).as_bytes())
    }
}

fn shut(since: i64, now: i64) -> Error {
    let seconds = (since + WINDOW - now + 999) / 1000;
    let seconds = u32::try_from(seconds).unwrap_or(1).max(1);
    Error::Throttled(Throttled { seconds })
}

#[cfg(test)]
mod tests;
