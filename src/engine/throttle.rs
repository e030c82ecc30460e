//! The brake on guessing passwords: failures are counted per account and per client network
//! *before* the mail server is asked, so that we are no oracle and no amplifier.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use crate::{clock::Clock, config::household};

/// How long failures are remembered, in milliseconds.
const WINDOW: i64 = 10 * 60 * 1000;
/// More entries than this: the oldest go first. An attacker with many networks can only push
/// out other networks' counts; the counts of accounts are kept apart.
const MOST: usize = 20_000;

/// Counts failed sign-ins. One per process.
#[derive(Debug)]
pub struct Throttle {
    clock: Clock,
    most: u32,
    accounts: Table<[u8; 32]>,
    networks: Table<IpAddr>,
}

/// The door stays shut for this long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many failed sign-ins")]
pub struct Throttled {
    /// Seconds until another try is looked at; for `Retry-After`.
    pub seconds: u32,
}

#[derive(Debug)]
struct Table<K>(Mutex<HashMap<K, Failures>>);

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    since: i64,
}

impl Throttle {
    /// `most` failures in ten minutes per account; ten times as many per network, for several
    /// people share one.
    pub fn new(clock: Clock, most: u32) -> Self {
        Self {
            clock,
            most,
            accounts: Table(Mutex::default()),
            networks: Table(Mutex::default()),
        }
    }

    /// May this try go to the mail server? It counts as a failure until [`Throttle::succeeded`]
    /// says otherwise, so that tries in parallel can't slip through.
    ///
    /// # Errors
    /// [`Throttled`] when the account or the network has failed too often.
    pub fn admit(&self, address: &str, client: Option<IpAddr>) -> Result<(), Throttled> {
        let now = self.clock.now();
        self.accounts.count(account_key(address), now, self.most)?;
        let Some(client) = client else {
            return Ok(());
        };
        let most = self.most.saturating_mul(10);
        let admitted = self.networks.count(household(client), now, most);
        if admitted.is_err() {
            // Or a network that is shut out could shut out anybody it names.
            self.accounts.take_back(&account_key(address));
        }
        admitted
    }

    /// Is the door open? Counts nothing: for a password that is known without asking anybody, which
    /// must not tell right from wrong while the door is shut.
    ///
    /// # Errors
    /// As [`Throttle::admit`].
    pub fn open(&self, address: &str, client: Option<IpAddr>) -> Result<(), Throttled> {
        let now = self.clock.now();
        self.accounts.look(account_key(address), now, self.most)?;
        let most = self.most.saturating_mul(10);
        client.map_or(Ok(()), |client| {
            self.networks.look(household(client), now, most)
        })
    }

    /// The password was right, or the mail server could not judge it: this try does not count.
    pub fn succeeded(&self, address: &str, client: Option<IpAddr>) {
        self.accounts.take_back(&account_key(address));
        if let Some(client) = client {
            self.networks.take_back(&household(client));
        }
    }
}

impl Failures {
    fn admit(&self, now: i64, most: u32) -> Result<(), Throttled> {
        if self.count < most {
            return Ok(());
        }
        let seconds = (self.since + WINDOW - now + 999) / 1000;
        let seconds = u32::try_from(seconds).unwrap_or(1).max(1);
        Err(Throttled { seconds })
    }
}

impl<K: Hash + Eq + Copy> Table<K> {
    fn count(&self, key: K, now: i64, most: u32) -> Result<(), Throttled> {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if table.len() >= MOST {
            table.retain(|_, failures| now - failures.since < WINDOW);
        }
        if table.len() >= MOST
            && let Some(oldest) = table.iter().min_by_key(|(_, f)| f.since).map(|(k, _)| *k)
        {
            table.remove(&oldest);
        }
        let failures = table.entry(key).or_insert(Failures {
            count: 0,
            since: now,
        });
        if now - failures.since >= WINDOW {
            *failures = Failures {
                count: 0,
                since: now,
            };
        }
        failures.admit(now, most)?;
        failures.count += 1;
        Ok(())
    }

    fn look(&self, key: K, now: i64, most: u32) -> Result<(), Throttled> {
        let table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failures = table.get(&key);
        let failures = failures.filter(|failures| now - failures.since < WINDOW);
        failures.map_or(Ok(()), |failures| failures.admit(now, most))
    }

    fn take_back(&self, key: &K) {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(failures) = table.get_mut(key) {
            failures.count = failures.count.saturating_sub(1);
            if failures.count == 0 {
                table.remove(key);
            }
        }
    }
}

fn account_key(address: &str) -> [u8; 32] {
    super::secrets::sha256(address.to_lowercase().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_door_shuts_and_opens_again() {
        let clock = Clock::fixed(0);
        let throttle = Throttle::new(clock.clone(), 3);
        let client = Some(IpAddr::from([192, 0, 2, 1]));
        for _ in 0..3 {
            throttle.admit("a@example.org", client).unwrap();
        }
        let refused = throttle.admit("A@Example.org", client).unwrap_err();
        assert_eq!(refused.seconds, 600);
        throttle.admit("b@example.org", client).unwrap();
        clock.advance(WINDOW);
        throttle.admit("a@example.org", client).unwrap();
    }

    #[test]
    fn good_sign_ins_do_not_count() {
        let throttle = Throttle::new(Clock::fixed(0), 2);
        for _ in 0..10 {
            throttle.admit("a@example.org", None).unwrap();
            throttle.succeeded("a@example.org", None);
        }
    }

    #[test]
    fn a_network_that_tries_many_accounts_is_stopped() {
        let throttle = Throttle::new(Clock::fixed(0), 1);
        let from = |last: u16| Some(IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, last]));
        for number in 0..10 {
            throttle
                .admit(&format!("{number}@example.org"), from(number))
                .unwrap();
        }
        assert!(throttle.admit("x@example.org", from(99)).is_err());
        let elsewhere = Some(IpAddr::from([192, 0, 2, 7]));
        assert!(throttle.admit("x@example.org", elsewhere).is_ok());
        assert!(throttle.admit("y@example.org", elsewhere).is_ok());
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = Throttle::new(Clock::fixed(0), 1);
        for number in 0..MOST + 5 {
            let _ = throttle.admit(&number.to_string(), None);
        }
        assert!(throttle.accounts.0.lock().unwrap().len() <= MOST);
    }
}
