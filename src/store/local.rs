//! The local mailbox: mail that lives here and nowhere else. A message is a blob, a row that says
//! what lists show of it, and a placement in one or more folders; a journal says what people did
//! with it, so that all but blobs and journal can be made again.
//!
//! Every change locks the account first, so that one at a time numbers messages and counts them.
//! A folder's row keeps its counts: nothing here counts messages, whatever a folder holds.

pub mod arrival;
pub mod index;
pub mod place;

mod journal;

use super::id::{AccountId, UserId};

/// Whose mail it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Owner {
    /// The user, whose blobs its messages are.
    pub user: UserId,
    /// The account.
    pub account: AccountId,
}
