//! The accounts in use by this process, so that all tabs and tokens of a person share one set of
//! connections.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::store::id::{AccountId, UserId};

use super::account::Account;

/// An account that nobody has asked anything of for this long is let go, in milliseconds.
const IDLE: i64 = 10 * 60 * 1000;

/// See the module's description.
#[derive(Default)]
pub(super) struct Registry {
    accounts: Mutex<HashMap<AccountId, Account>>,
    /// Round trips of accounts that were let go.
    past_trips: AtomicU64,
}

impl Registry {
    /// The live account, if it was opened with this version of its credential.
    pub(super) fn get(&self, id: AccountId, version: i64) -> Option<Account> {
        let accounts = self.accounts();
        let account = accounts.get(&id)?;
        (account.0.credential_version == version).then(|| account.clone())
    }

    /// The live account, whatever its credential.
    pub(super) fn any(&self, id: AccountId) -> Option<Account> {
        self.accounts().get(&id).cloned()
    }

    /// The account that a person has signed in with, if they use it here.
    pub(super) fn own_of(&self, user: UserId) -> Option<Account> {
        let accounts = self.accounts();
        let mut all = accounts.values();
        let own = |one: &&Account| one.0.user == user && one.is_primary() && one.is_attended();
        all.find(own).cloned()
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<Account> {
        self.accounts().values().cloned().collect()
    }

    /// Puts an account in the place of one with an older credential, and gives the one that is
    /// to be used: of several requests that open it at once, the first one's.
    pub(super) fn insert(&self, account: Account) -> Account {
        let mut accounts = self.accounts();
        let current = accounts
            .get(&account.0.id)
            .filter(|current| current.0.credential_version >= account.0.credential_version);
        if let Some(current) = current {
            return current.clone();
        }
        if let Some(before) = accounts.insert(account.0.id, account.clone()) {
            before.stop_watching();
            self.remember(&before);
        }
        account
    }

    /// Lets go of an account that is gone.
    pub(super) fn remove(&self, id: AccountId) {
        let gone = self.accounts().remove(&id);
        if let Some(account) = gone {
            account.stop_watching();
            self.remember(&account);
        }
    }

    /// Lets go of what is unused; ends watching where nobody listens.
    pub(super) fn close_idle(&self) {
        self.accounts().retain(|_, account| {
            account.rest();
            let stays = !account.is_idle_for(IDLE);
            if !stays {
                self.remember(account);
            }
            stays
        });
    }

    /// Round trips to mail servers of all accounts so far.
    pub(super) fn round_trips(&self) -> u64 {
        let accounts = self.accounts();
        let now: u64 = accounts.values().map(Account::round_trips).sum();
        self.past_trips.load(Ordering::Relaxed) + now
    }

    fn remember(&self, account: &Account) {
        let trips = account.round_trips();
        self.past_trips.fetch_add(trips, Ordering::Relaxed);
    }

    fn accounts(&self) -> MutexGuard<'_, HashMap<AccountId, Account>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
