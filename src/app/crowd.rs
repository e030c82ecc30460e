//! How many connections each client has open: one that opens more than any browser does takes no
//! room from others. Proxies that we trust speak for many, and are not counted.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::{
    config::{Network, household},
    web::Peer,
};

/// Connections of one IPv4 address or IPv6 /64: a house or an office full of people fits.
pub(super) const MOST: usize = 256;

/// At most one line of the log in this time.
const TELL_EVERY: Duration = Duration::from_secs(60);

/// See the module's description. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Crowd {
    trusted: Arc<[Network]>,
    present: Arc<Mutex<HashMap<IpAddr, usize>>>,
    told: Arc<Mutex<Option<Instant>>>,
    most: usize,
}

/// One connection's place, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    crowd: Crowd,
    /// Nobody that is counted.
    client: Option<IpAddr>,
}

impl Crowd {
    pub(super) fn new(trusted: &[Network], most: usize) -> Self {
        Self {
            trusted: trusted.into(),
            present: Arc::default(),
            told: Arc::default(),
            most,
        }
    }

    /// A place for a connection; `None` when its client has them all.
    pub(super) fn enter(&self, peer: Peer) -> Option<Place> {
        let client = peer.0.map(|address| address.ip());
        let client = client.filter(|ip| !Network::any(&self.trusted, *ip));
        let client = client.map(household);
        if let Some(client) = client {
            let mut present = self.present();
            let count = present.entry(client).or_default();
            if *count >= self.most {
                drop(present);
                self.tell();
                return None;
            }
            *count += 1;
        }
        Some(Place {
            crowd: self.clone(),
            client,
        })
    }

    /// For the operator, whose proxy may not be named as one; never who it is.
    fn tell(&self) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_none_or(|at| at.elapsed() >= TELL_EVERY) {
            *told = Some(Instant::now());
            tracing::warn!(
                most = self.most,
                "A client has all the connections that one may have"
            );
        }
    }

    fn present(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(client) = self.client else { return };
        let mut present = self.crowd.present();
        if let Some(count) = present.get_mut(&client) {
            *count -= 1;
            if *count == 0 {
                present.remove(&client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_its_share_and_proxies_have_none() {
        let trusted = [Network::try_from("127.0.0.1".to_owned()).unwrap()];
        let crowd = Crowd::new(&trusted, 2);
        let peer = |address: &str| Peer(Some(address.parse().unwrap()));
        let enter = |address: &str| crowd.enter(peer(address));
        let first = enter("192.0.2.1:1");
        let _second = enter("[::ffff:192.0.2.1]:2");
        assert!(enter("192.0.2.1:3").is_none());
        assert!(enter("192.0.2.2:3").is_some());
        drop(first);
        assert!(enter("192.0.2.1:3").is_some(), "given back");
        let _house = (enter("[2001:db8::1]:1"), enter("[2001:db8::2]:1"));
        assert!(enter("[2001:db8::3]:1").is_none());
        assert!(enter("[2001:db8:0:1::3]:1").is_some());
        let proxies: Vec<_> = (0..9).map(|_| enter("127.0.0.1:1")).collect();
        assert!(proxies.iter().all(Option::is_some));
        assert!(crowd.enter(Peer(None)).is_some());
        drop(proxies);
        assert_eq!(crowd.present().len(), 2, "who has gone is forgotten");
    }
}
