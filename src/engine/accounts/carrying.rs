//! The keys of accounts beside the one signed in with. A session can't hold the key of an account
//! that is added later, elsewhere; so the server holds it, for whoever has opened the account
//! signed in with. See docs/decisions/0019.
//!
//! It is asked in [`super::standing`], and in [`super::adding`] for an account that gets another
//! password: both where somebody is signed in. What goes out and comes in
//! with nobody signed in has keys of its own, which their owner gives ([`super::super::unattended`],
//! [`super::super::collection`]).

use crate::store::{
    accounts::{AccountRow, Sealed},
    id::AccountId,
};

use super::super::{Engine, account::Shared, secrets::Key, sessions};

impl Engine {
    /// The data key, as the account's row carries it.
    pub(in crate::engine) fn carried_data_key(&self, row: &AccountRow) -> Option<Key> {
        let Sealed(wrapped) = row.carried_key.as_ref()?;
        let key = carrier(&self.0.shared, row.id);
        key.unwrap_key(wrapped, &sessions::context(row)).ok()
    }

    /// The data key, for the account's row.
    pub(in crate::engine) fn carry(&self, row: &AccountRow, data_key: &Key) -> Sealed {
        let key = carrier(&self.0.shared, row.id);
        Sealed(key.wrap(data_key, &sessions::context(row)))
    }
}

/// The key by which the server wraps this account's data key for its user's sessions, and nothing
/// else.
fn carrier(shared: &Shared, account: AccountId) -> Key {
    let context = account.get().to_be_bytes();
    shared.key.derive("carrying holder", &context)
}
