//! Collecting as its owner sees it: how it is going, when it is done, and what is deleted on the
//! server. `judge.rs` lets people in while their provider is locked, slow or gone; `queue.rs` says
//! whose turn it is; `plan.rs` what a policy would delete; `ledger.rs` what was shown, stored and
//! deleted. The work itself is the collector's.
//!
//! Cost: one or two look-ups by key for a page.

mod judge;
mod ledger;
mod plan;
mod queue;

use std::collections::BTreeMap;

use crate::{
    pop3::capabilities::Expire,
    store::{
        Store,
        accounts::{AccountKind, AccountRow, Sealed},
        collector::{
            self,
            account::{self, CollectorRow},
        },
        id::AccountId,
        leases, local,
    },
};

use super::{
    Engine,
    account::{Account, Shared},
    accounts::AccountInfo,
    collector::Reason,
    error::Error,
    events::EventKind,
    local::owner,
    secrets::Key,
    sessions,
};

pub use crate::store::collector::{Policy, PolicyKind, deletions::Outcome, ledger::State};

pub(super) use self::{judge::Judge, queue::Collecting};
pub use self::{
    ledger::{Deletion, Entry, Shown},
    plan::{DeletionPlan, Due},
};

/// The most days and megabytes that a policy has.
pub const NUMBER_MOST: u32 = 100_000;
/// The intervals that are offered, in minutes.
pub const INTERVALS: [u32; 6] = [5, 10, 15, 30, 60, 180];

/// How an account is collected, and how that goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collection {
    /// A run is under way.
    pub running: bool,
    /// None is, and one is due: it begins as soon as there is somebody who may open the account.
    pub due: bool,
    /// Its owner has paused it.
    pub paused: bool,
    /// Messages done in this or the last run.
    pub done: u64,
    /// Messages to do in it.
    pub total: u64,
    /// Messages on the server at the last listing.
    pub remote_count: u64,
    /// Their octets.
    pub remote_octets: u64,
    /// Why the last run failed; `None` when it went well.
    pub reason: Option<Reason>,
    /// When the last run began (ms).
    pub started_at: Option<i64>,
    /// When it ended (ms); `None` while it runs.
    pub finished_at: Option<i64>,
    /// When a run last went well (ms).
    pub succeeded_at: Option<i64>,
    /// When the next one is due (ms).
    pub next_at: i64,
    /// Minutes between two runs.
    pub interval_minutes: u32,
    /// It is collected with nobody signed in.
    pub background: bool,
    /// What is deleted on the server.
    pub policy: Policy,
    /// The server has no UIDL: nothing is ever deleted there.
    pub without_uidl: bool,
    /// The server says that it removes messages by itself so many days after they came; 0: perhaps as
    /// soon as they were collected. `None` when it says nothing of the kind.
    pub expires_days: Option<u32>,
}

impl Account {
    /// How collecting goes; `None` for an account that is not collected.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn collection(&self) -> Result<Option<Collection>, Error> {
        if !self.is_collected() {
            return Ok(None);
        }
        let collection = Collection::of(&self.0.shared.store, self.0.id, self.now());
        collection.await.map(Some)
    }

    /// Its mail is collected from a POP3 server.
    pub fn is_collected(&self) -> bool {
        self.0.kind == AccountKind::Pop3
    }

    /// Collects as soon as the server allows it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an account that is not collected, and what the database says.
    pub async fn collect_now(&self) -> Result<(), Error> {
        let (shared, now) = (&self.0.shared, self.now());
        let row = self.collector_row().await?;
        let next = row.earliest(now);
        account::set_next(&shared.store, self.0.id, next).await?;
        shared.collecting.wake();
        Ok(())
    }

    /// Pauses collecting, or goes on with it.
    ///
    /// # Errors
    /// As [`Account::collect_now`].
    pub async fn pause_collecting(&self, paused: bool) -> Result<(), Error> {
        let shared = &self.0.shared;
        self.collector_row().await?;
        account::set_paused(&shared.store, self.0.id, paused).await?;
        if paused {
            shared.collecting.stop(self.0.id);
            self.publish(EventKind::Collection, None).await;
            return Ok(());
        }
        self.collect_now().await
    }

    /// Sets how often it is collected, and whether with nobody signed in as well. The key for that
    /// is given to the server then, and taken from it otherwise.
    ///
    /// # Errors
    /// As [`Account::collect_now`]; [`Error::Invalid`] for an interval that is not offered.
    pub async fn schedule_collecting(&self, minutes: u32, background: bool) -> Result<(), Error> {
        let (shared, id) = (&self.0.shared, self.0.id);
        let row = self.collector_row().await?;
        if !INTERVALS.contains(&minutes) {
            return Err(Error::Invalid("collection-interval"));
        }
        let key = background.then(|| {
            let key = holder_key(shared, id);
            Sealed(key.wrap(&self.0.data_key, &id.get().to_be_bytes()))
        });
        account::set_schedule(&shared.store, id, minutes, key.as_ref()).await?;
        if minutes != row.interval_minutes && row.last_error.is_empty() {
            let began = row.started_at.unwrap_or(0);
            let next = began.saturating_add(i64::from(minutes) * 60_000);
            account::set_next(&shared.store, id, next.max(row.earliest(self.now()))).await?;
        }
        shared.collecting.wake();
        self.publish(EventKind::Collection, None).await;
        Ok(())
    }

    /// Sets what is deleted on the server. On disk when this returns.
    ///
    /// # Errors
    /// As [`Account::collect_now`].
    pub async fn set_policy(&self, policy: Policy) -> Result<(), Error> {
        self.collector_row().await?;
        account::set_policy(&self.0.shared.store, self.0.id, policy).await?;
        self.publish(EventKind::Collection, None).await;
        Ok(())
    }

    async fn collector_row(&self) -> Result<CollectorRow, Error> {
        if !self.is_collected() {
            return Err(Error::NotFound);
        }
        Ok(account::provide(&self.0.shared.store, self.0.id).await?)
    }
}

impl Engine {
    /// Makes what a POP3 account needs here: its folders, and the row that says how it is
    /// collected.
    pub(super) async fn provide_collection(&self, row: &AccountRow) -> Result<(), Error> {
        local::folders::provide(self.store(), owner(row), self.now()).await?;
        account::provide(self.store(), row.id).await?;
        Ok(())
    }

    /// Somebody has just signed in: what the server holds is collected now, or as soon as it
    /// lets us in again.
    pub(super) async fn collect_soon(&self, row: &AccountRow, judge: Judge) -> Result<(), Error> {
        if row.kind != AccountKind::Pop3 {
            return Ok(());
        }
        self.provide_collection(row).await?;
        if let Judge::Server { login_delay } = judge {
            account::set_login_delay(self.store(), row.id, login_delay).await?;
            let wait = i64::from(login_delay) * 1000;
            account::set_next(self.store(), row.id, self.now() + wait).await?;
        }
        self.0.shared.collecting.wake();
        Ok(())
    }

    /// An account goes: nothing more is collected for it here.
    pub(super) fn stop_collecting(&self, account: AccountId) {
        self.0.shared.collecting.stop(account);
    }

    /// The account's data key, where its owner lets the server have it for collecting.
    pub(super) async fn collecting_data_key(&self, row: &AccountRow) -> Result<Option<Key>, Error> {
        let found = account::get(self.store(), row.id).await?;
        let key = found.and_then(|found| found.data_key);
        Ok(key.and_then(|Sealed(wrapped)| {
            let key = holder_key(&self.0.shared, row.id);
            key.unwrap_key(&wrapped, &sessions::context(row)).ok()
        }))
    }
}

impl Engine {
    /// How collecting goes for an account, whether it can be opened or not; `None` for one that is
    /// not collected.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn collection_of(&self, account: &AccountInfo) -> Result<Option<Collection>, Error> {
        if account.kind != AccountKind::Pop3.as_str() {
            return Ok(None);
        }
        let collection = Collection::of(self.store(), account.account, self.now());
        collection.await.map(Some)
    }
}

impl Collection {
    async fn of(store: &Store, id: AccountId, now: i64) -> Result<Self, Error> {
        let row = account::provide(store, id).await?;
        let running = row.started_at.is_some()
            && row.finished_at.is_none()
            && leases::is_held(store, &collector::lease_name(id), now).await?;
        let due = !running && !row.paused && row.next_at <= now;
        Ok(Self::new(&row, running, due))
    }

    fn new(row: &CollectorRow, running: bool, due: bool) -> Self {
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        Self {
            running,
            due,
            paused: row.paused,
            done: count(row.progress_done),
            total: count(row.progress_total),
            remote_count: count(row.remote_count),
            remote_octets: count(row.remote_bytes),
            reason: Reason::from_name(&row.last_error),
            started_at: row.started_at,
            finished_at: row.finished_at,
            succeeded_at: row.succeeded_at,
            next_at: row.next_at,
            interval_minutes: row.interval_minutes,
            background: row.data_key.is_some(),
            policy: row.policy(),
            without_uidl: row.without_uidl,
            expires_days: expires_days(&row.capabilities_json),
        }
    }
}

/// What the server said at the last listing.
fn expires_days(capabilities: &str) -> Option<u32> {
    let known: BTreeMap<String, String> = serde_json::from_str(capabilities).ok()?;
    match Expire::parse(known.get("EXPIRE")?)? {
        Expire::Days(days) => Some(days),
        Expire::Never => None,
    }
}

/// The key by which the server wraps this account's data key for collecting, and nothing else: what
/// is sent with nobody signed in has another.
fn holder_key(shared: &Shared, account: AccountId) -> Key {
    let context = account.get().to_be_bytes();
    shared.key.derive("collecting holder", &context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_removes_by_itself_is_known() {
        for (capabilities, days) in [
            ("", None),
            (r#"{"UIDL":""}"#, None),
            (r#"{"EXPIRE":"NEVER"}"#, None),
            (r#"{"EXPIRE":""}"#, None),
            (r#"{"EXPIRE":"60","UIDL":""}"#, Some(60)),
            (r#"{"EXPIRE":"30 USER"}"#, Some(30)),
            (r#"{"EXPIRE":"0"}"#, Some(0)),
        ] {
            assert_eq!(expires_days(capabilities), days, "{capabilities}");
        }
    }
}
