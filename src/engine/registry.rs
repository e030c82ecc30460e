//! The accounts in use by this process, so that all tabs and tokens of a person share one set of
//! connections.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::store::id::AccountId;

use super::account::Account;

/// An account that nobody has asked anything of for this long is let go, in milliseconds.
const IDLE: i64 = 10 * 60 * 1000;

/// See the module's description.
#[derive(Default)]
pub(super) struct Registry(Mutex<HashMap<AccountId, Account>>);

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
        }
        account
    }

    /// Lets go of an account that is gone.
    pub(super) fn remove(&self, id: AccountId) {
        let gone = self.accounts().remove(&id);
        if let Some(account) = gone {
            account.stop_watching();
        }
    }

    /// Lets go of what is unused; ends watching where nobody listens.
    pub(super) fn close_idle(&self) {
        self.accounts().retain(|_, account| {
            if !account.is_heard() {
                account.stop_watching();
            }
            !account.is_idle_for(IDLE)
        });
    }

    fn accounts(&self) -> MutexGuard<'_, HashMap<AccountId, Account>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
