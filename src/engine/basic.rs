//! HTTP Basic: address and password with each request. So that not each of them signs in
//! upstream, a password that was taken is known again for ten minutes, by a keyed hash in memory.
//!
//! Cost: for one that is known, a statement for the brake on guessing and one for the account.

use std::time::Duration;

use moka::sync::Cache;
use secrecy::ExposeSecret;

use crate::store::{self, accounts::AccountRow, id::UserId};

use super::{
    Engine,
    account::Account,
    error::Error,
    secrets::Key,
    sessions,
    sign_in::{Attempt, normal},
};

/// How long a password that was taken is believed, in milliseconds.
const BELIEVED: i64 = 10 * 60 * 1000;
/// People who are remembered.
const MOST: u64 = 10_000;

/// See the module's description.
pub(super) struct Known {
    /// Made anew with each process, so that what is in memory can be compared with nothing else.
    key: Key,
    entries: Cache<String, Entry>,
}

#[derive(Clone)]
struct Entry {
    user: UserId,
    address: String,
    data_key: Key,
    at: i64,
}

impl Known {
    pub(super) fn new() -> Self {
        let life = Duration::from_millis(BELIEVED.unsigned_abs());
        let entries = Cache::builder().max_capacity(MOST).time_to_live(life);
        Self {
            key: Key::random(),
            entries: entries.build(),
        }
    }
}

impl Engine {
    /// Whoever this address and password belong to, and their mail.
    ///
    /// # Errors
    /// As [`Engine::sign_in`].
    pub async fn basic(&self, attempt: &Attempt) -> Result<(UserId, Account), Error> {
        let address = normal(&attempt.address).ok_or(Error::Invalid("login-not-an-address"))?;
        let known = &self.0.basic;
        let tag = known.key.tag(
            &[
                address.as_bytes(),
                b"\0",
                attempt.password.expose_secret().as_bytes(),
            ]
            .concat(),
        );
        let now = self.now();
        if let Some(entry) = known.entries.get(&tag)
            && (0..BELIEVED).contains(&(now - entry.at))
        {
            // Right and wrong alike, while the door is shut; what is not known counts as a try below.
            self.0.throttle.open(&address, attempt.client).await?;
            if let Some(account) = self.still(&entry, attempt).await? {
                return Ok((entry.user, account));
            }
        }
        let (row, data_key, judge) = self.admitted(attempt).await?;
        self.proven(&row, judge).await?;
        let entry = Entry {
            user: row.user_id,
            address: row.address,
            data_key,
            at: now,
        };
        let opener = async |_: &AccountRow| Ok(Some(entry.data_key.clone()));
        let account = self.account_of(entry.user, &entry.address, opener);
        let account = account.await?;
        let user = entry.user;
        known.entries.insert(tag, entry);
        Ok((user, account))
    }

    /// The account, if the password is still the one that is kept: where another has been proved
    /// since, the mail server is asked again.
    async fn still(&self, entry: &Entry, attempt: &Attempt) -> Result<Option<Account>, Error> {
        let find = store::accounts::primary(self.store(), entry.user, &entry.address);
        let Some(row) = find.await? else {
            return Ok(None);
        };
        let kept = sessions::open_credential(&row, &entry.data_key);
        let given = attempt.password.expose_secret();
        if kept.is_none_or(|kept| kept.expose_secret() != given) {
            return Ok(None);
        }
        let opener = async |_: &AccountRow| Ok(Some(entry.data_key.clone()));
        let account = self.account_of(entry.user, &entry.address, opener).await?;
        Ok(Some(account))
    }
}
