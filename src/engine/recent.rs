//! What the database said a moment ago of who asks and of what is on its way, so that a page that
//! asks for its frames, its documents and its pictures does not read the same rows each time.
//!
//! Nothing here is older than a second: what another node or the command line has ended is
//! refused within that time. What this process changes itself counts at once.

use std::{
    hash::Hash,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use moka::sync::Cache;

use crate::store::id::{AccountId, UserId};

use super::{
    accounts::{Standings, Subject},
    outbox::Counts,
    sessions::Session,
    tokens::Holding,
};

/// How long an answer of the database counts, in milliseconds.
const LIFE: i64 = 1000;

/// The most answers of one kind that are kept.
const MOST: u64 = 10_000;

/// See the module's description.
pub(super) struct Recent {
    /// Grows with every change of ours to what is kept here.
    epoch: AtomicU64,
    /// Sessions by the fingerprint of their cookie's key.
    pub(super) sessions: Answers<[u8; 32], Session>,
    /// API tokens by their fingerprint.
    pub(super) tokens: Answers<[u8; 32], Holding>,
    /// A user's accounts, and their credentials' versions.
    pub(super) accounts: Answers<UserId, Standings>,
    /// Whose what is that belongs to an account.
    pub(super) holders: Answers<(UserId, Subject), AccountId>,
    /// Settings by name.
    pub(super) settings: Answers<(UserId, String), String>,
    /// What lies in an account's outbox.
    pub(super) outboxes: Answers<AccountId, Counts>,
}

/// Answers to one kind of question.
pub(super) struct Answers<K, V>(Cache<K, (Stamp, V)>);

/// When a question was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    epoch: u64,
    at: i64,
}

impl Recent {
    pub(super) fn new() -> Self {
        Self {
            epoch: AtomicU64::new(0),
            sessions: Answers::new(),
            tokens: Answers::new(),
            accounts: Answers::new(),
            holders: Answers::new(),
            settings: Answers::new(),
            outboxes: Answers::new(),
        }
    }

    /// To be taken before the database is asked: what changes in between makes the answer old.
    pub(super) fn stamp(&self, now: i64) -> Stamp {
        Stamp {
            epoch: self.epoch.load(Ordering::SeqCst),
            at: now,
        }
    }

    /// Something has changed in the database: all that is kept is old.
    pub(super) fn forget(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
    }
}

impl<K: Hash + Eq + Send + Sync + 'static, V: Clone + Send + Sync + 'static> Answers<K, V> {
    fn new() -> Self {
        // The cache's own clock only makes room; the stamp decides, by the application's clock.
        let cache = Cache::builder()
            .max_capacity(MOST)
            .time_to_live(Duration::from_millis(LIFE.unsigned_abs()));
        Self(cache.build())
    }

    /// The answer that still counts at `now`.
    pub(super) fn get(&self, key: &K, now: Stamp) -> Option<V> {
        let (then, answer) = self.0.get(key)?;
        let fresh = then.epoch == now.epoch && (0..LIFE).contains(&(now.at - then.at));
        fresh.then_some(answer)
    }

    pub(super) fn keep(&self, key: K, asked: Stamp, answer: V) {
        self.0.insert(key, (asked, answer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_count_for_a_second_and_until_something_changes() {
        let recent = Recent::new();
        let answers: Answers<u8, &str> = Answers::new();
        let asked = recent.stamp(5000);
        answers.keep(1, asked, "one");
        for (now, expected) in [
            (4999, None),
            (5000, Some("one")),
            (5999, Some("one")),
            (6000, None),
        ] {
            assert_eq!(answers.get(&1, recent.stamp(now)), expected, "{now}");
        }
        assert_eq!(answers.get(&2, asked), None);
        recent.forget();
        assert_eq!(answers.get(&1, recent.stamp(5001)), None);
        // An answer to a question that was asked before the change.
        answers.keep(1, asked, "old");
        assert_eq!(answers.get(&1, recent.stamp(5001)), None);
    }
}
