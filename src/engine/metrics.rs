//! What the process does, in figures: Prometheus's text format (0.0.4). Counters are counted where
//! things happen; what has a state is asked for when somebody asks us.
//!
//! A label is a word of ours or a route as the code writes it, so that there are few of them and
//! none tells of people or their mail. docs/metrics.md describes each family.

mod gather;
mod process;
mod requests;
mod text;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{Engine, collector::Reason, error::Error};

use self::requests::Requests;

/// What is counted.
#[derive(Debug)]
pub(super) struct Metrics {
    requests: Mutex<Requests>,
    sign_ins: Mutex<BTreeMap<&'static str, u64>>,
    runs: Mutex<BTreeMap<&'static str, u64>>,
    collected: Mutex<u64>,
    /// When it began, in milliseconds since 1970.
    began: i64,
}

impl Metrics {
    pub(super) fn new(began: i64) -> Self {
        Self {
            requests: Mutex::default(),
            sign_ins: Mutex::default(),
            runs: Mutex::default(),
            collected: Mutex::default(),
            began,
        }
    }

    /// Somebody has proved a password, or has not.
    pub(super) fn signed_in<T>(&self, outcome: &Result<T, Error>) {
        let result = match outcome {
            Ok(_) => "accepted",
            Err(Error::Upstream { problem, .. }) if problem.is_wrong_password() => "refused",
            Err(Error::Throttled(_)) => "throttled",
            Err(Error::Invalid(_)) => "unknown",
            Err(_) => "failed",
        };
        *locked(&self.sign_ins).entry(result).or_default() += 1;
    }

    /// Collecting from a POP3 server has ended; `new` messages have come.
    pub(super) fn collected(&self, failure: Option<Reason>, new: u64) {
        let outcome = failure.map_or("done", Reason::as_str);
        *locked(&self.runs).entry(outcome).or_default() += 1;
        *locked(&self.collected) += new;
    }
}

impl Engine {
    /// A door has answered a request. `route` is the template of its path (`/m/{mailbox}`), never
    /// the path.
    pub fn count_answer(
        &self,
        door: &'static str,
        method: &str,
        route: &str,
        status: u16,
        took: Duration,
    ) {
        let base = self.0.shared.config.base_path();
        let route = route.strip_prefix(base).unwrap_or(route);
        let mut requests = locked(&self.0.shared.metrics.requests);
        requests.count(door, method, route, status, took);
    }

    /// All figures.
    ///
    /// # Errors
    /// When the database can't be asked for what is in the outbox.
    pub async fn metrics(&self) -> Result<String, Error> {
        gather::all(self).await
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
