//! Collecting from POP3 servers: how each account is collected and how that goes ([`account`]), the
//! [`ledger`] of every message that a server has shown, and the log of every DELE ([`deletions`]).
//!
//! Whoever collects has the account's lease ([`lease_name`]). What files a message, gives one up,
//! asks for a deletion or says what became of one is refused once the lease is another's; notes of
//! what was listed and of how far a run is are not, for they are true whoever makes them.

pub mod account;
pub mod deletions;
pub mod ledger;

use super::{id::AccountId, row::words};

/// The name of the lease of whoever collects an account.
pub fn lease_name(account: AccountId) -> String {
    format!("pop3:{account}")
}

words! {
    /// What is deleted on the server, once it is safely stored here.
    PolicyKind {
        /// Nothing.
        Keep = "keep",
        /// What was stored so many days ago.
        AfterDays = "deleteAfterDays",
        /// What its owner has deleted here.
        WhenDeletedHere = "deleteWhenDeletedHere",
        /// What its owner has moved out of the inbox.
        WhenLeavesInbox = "deleteWhenLeavesInbox",
        /// The oldest, while the server holds more than so much.
        AboveSize = "deleteAboveSize",
    }
}

/// The policy of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Nothing is deleted.
    Keep,
    /// What was stored so many days ago; 0: in the next session.
    AfterDays(u32),
    /// What its owner has deleted here: it lies in Trash, or was removed from there.
    WhenDeletedHere,
    /// What its owner has moved out of the inbox, or deleted.
    WhenLeavesInbox,
    /// The oldest, while the server holds more than so many megabytes.
    AboveSize(u32),
}

impl Policy {
    /// Without its number.
    pub fn kind(self) -> PolicyKind {
        match self {
            Self::Keep => PolicyKind::Keep,
            Self::AfterDays(_) => PolicyKind::AfterDays,
            Self::WhenDeletedHere => PolicyKind::WhenDeletedHere,
            Self::WhenLeavesInbox => PolicyKind::WhenLeavesInbox,
            Self::AboveSize(_) => PolicyKind::AboveSize,
        }
    }
}
