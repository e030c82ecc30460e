//! The local mailbox: mail that lives here and nowhere else. A message is a blob, a row that says
//! what lists show of it, and a placement in one or more folders; a journal says what people did
//! with it, so that all but blobs and journal can be made again.
//!
//! Every change locks the account first, so that one at a time numbers messages and counts them.
//! A folder's row keeps its counts: nothing here counts messages, whatever a folder holds.

pub mod arrival;
pub mod compact;
pub mod conversations;
pub mod folders;
pub mod index;
pub mod keywords;
pub mod list;
pub mod lot;
pub mod place;
pub mod rebuild;
pub mod refresh;
pub mod removals;
pub mod remove;
pub mod search;
pub mod sorted;
pub mod threads;
pub mod transfer;
pub mod words;

mod journal;
mod row;

use super::id::{AccountId, UserId};
use crate::mail::id::MailboxId;

/// Whose mail it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Owner {
    /// The user, whose blobs its messages are.
    pub user: UserId,
    /// The account.
    pub account: AccountId,
}

/// Messages of one folder.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// The folder.
    pub mailbox: MailboxId,
    /// The folder's UIDVALIDITY when they were seen.
    pub uid_validity: u32,
    /// Their UIDs.
    pub uids: &'a [u32],
}
