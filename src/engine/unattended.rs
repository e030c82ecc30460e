//! Sending while nobody is signed in, for those who allow it: the account's data key, wrapped with
//! the server's own key, so that the server can sign in by itself. Taken away, it opens nothing.
//!
//! Cost: one look-up by key for each account that has something due and that nobody uses.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::store::{
    self,
    accounts::{AccountRow, Sealed},
    credential_keys::{self, Holder},
    id::AccountId,
};

use super::{
    Engine,
    account::{Account, Shared},
    error::Error,
    secrets::Key,
    sessions,
};

/// The server's key in the column that names it. There is one so far.
const SERVER: Holder<'static> = Holder::Server("secret.key");

/// The credentials that a mail server has refused while nobody was there: not tried again before
/// there are others, because whoever tries too often is locked out.
#[derive(Debug, Default)]
pub(super) struct Refused(Mutex<HashMap<AccountId, i64>>);

impl Refused {
    /// This version of the account's credential was refused.
    pub(super) fn note(&self, account: AccountId, version: i64) {
        self.versions().insert(account, version);
    }

    /// It was taken after all.
    pub(super) fn forget(&self, account: AccountId) {
        self.versions().remove(&account);
    }

    fn has(&self, account: AccountId, version: i64) -> bool {
        self.versions().get(&account) == Some(&version)
    }

    fn versions(&self) -> MutexGuard<'_, HashMap<AccountId, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Account {
    /// Whether messages of this account go out at their time with nobody signed in.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn is_unattended(&self) -> Result<bool, Error> {
        let shared = &self.0.shared;
        let wrapped = credential_keys::get(&shared.store, self.0.id, SERVER).await?;
        Ok(wrapped.is_some_and(|wrapped| opened(shared, self.0.id, &wrapped).is_some()))
    }

    /// Allows that, or takes the key away again, at once.
    ///
    /// # Errors
    /// When the database can't be written.
    pub async fn set_unattended(&self, allowed: bool) -> Result<(), Error> {
        let (shared, id) = (&self.0.shared, self.0.id);
        if !allowed {
            credential_keys::delete(&shared.store, id, SERVER).await?;
            return Ok(());
        }
        let wrapped = holder_key(shared, id).wrap(&self.0.data_key, &id.get().to_be_bytes());
        let now = shared.clock.now();
        credential_keys::put(&shared.store, id, SERVER, &Sealed(wrapped), now).await?;
        shared.queue.wake();
        Ok(())
    }
}

impl Account {
    /// Its mail server has not refused it while nobody was there, or somebody is.
    pub(super) fn may_sign_in(&self) -> bool {
        let refused = &self.0.shared.refused;
        self.is_attended() || !refused.has(self.0.id, self.0.credential_version)
    }
}

impl Engine {
    /// An account to send for: the one in use, if it has the password of today, else one that the
    /// server may open by itself. `None` waits for its owner.
    pub(super) async fn account_to_send(&self, id: AccountId) -> Result<Option<Account>, Error> {
        let Some(row) = store::accounts::by_id(self.store(), id).await? else {
            return Ok(None);
        };
        let used = self.0.registry.any(id);
        if let Some(account) = &used
            && account.0.credential_version >= row.credential_version
        {
            return Ok(used.filter(Account::may_sign_in));
        }
        if self.0.shared.refused.has(id, row.credential_version) {
            return Ok(None);
        }
        let opens = |key: &Key| sessions::open_credential(&row, key);
        let known = used.map(|account| account.0.data_key.clone());
        let data_key = match known.filter(|key| opens(key).is_some()) {
            Some(key) => Some(key),
            None => self.server_data_key(&row).await?,
        };
        let Some((password, data_key)) = data_key.and_then(|key| Some((opens(&key)?, key))) else {
            return Ok(None);
        };
        let account = self.live(&row, data_key, password)?;
        Ok(Some(self.0.registry.insert(account)))
    }

    /// The account's data key, where its owner lets the server have it.
    pub(super) async fn server_data_key(&self, row: &AccountRow) -> Result<Option<Key>, Error> {
        let wrapped = credential_keys::get(self.store(), row.id, SERVER).await?;
        Ok(wrapped.and_then(|wrapped| opened(&self.0.shared, row.id, &wrapped)))
    }
}

fn opened(shared: &Shared, account: AccountId, wrapped: &Sealed) -> Option<Key> {
    let context = account.get().to_be_bytes();
    let key = holder_key(shared, account);
    key.unwrap_key(&wrapped.0, &context).ok()
}

/// The key by which the server wraps this account's data key, and nothing else.
fn holder_key(shared: &Shared, account: AccountId) -> Key {
    let context = account.get().to_be_bytes();
    shared.key.derive("server holder", &context)
}
