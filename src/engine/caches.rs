//! What is kept in memory to save round trips: bounded in bytes all together, never needed for
//! correctness.

use std::sync::Arc;

use moka::sync::Cache;

use crate::{
    imap::sort::Sorted,
    mail::{
        email::EmailSummary,
        html::Sanitised,
        id::{EmailId, MailboxId},
        query::Filter,
        sort::Sort,
    },
    store::id::AccountId,
};

use super::{
    documents::Dress,
    list::{Anchor, ListPage, Window, weight_of},
    read::Opened,
};

/// All caches. Keys begin with the account, so that nothing is shared between people.
#[derive(Clone)]
pub(super) struct Caches {
    /// Pages of lists, for as long as the server's IDLE vouches for the folder.
    pub(super) pages: Cache<PageKey, Arc<ListPage>>,
    /// Rows of lists without their keywords, by placement: of a message nothing else changes
    /// (RFC 9051 §2.3.1.1).
    pub(super) rows: Cache<(AccountId, EmailId), Arc<EmailSummary>>,
    /// What each page of a list had when it was read last.
    pub(super) reads: Cache<PagePlace, Arc<PageRead>>,
    /// Folders in other orders than that of arrival, with the generation that they were sorted at.
    pub(super) sorted: Cache<SortPlace, (Option<u64>, Arc<Sorted>)>,
    /// Opened messages without their keywords: what never changes for a placement.
    pub(super) messages: Cache<(AccountId, EmailId), Arc<Opened>>,
    /// HTML parts as shown, by part, images allowed, and dress.
    pub(super) documents: Cache<DocumentKey, Arc<Sanitised>>,
}

/// A page of a list at one state of its folder.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct PageKey {
    pub(super) account: AccountId,
    pub(super) generation: u64,
    pub(super) window: Window,
}

/// A page of a folder's own list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct PagePlace {
    pub(super) account: AccountId,
    pub(super) mailbox: MailboxId,
    pub(super) anchor: Anchor,
    pub(super) limit: u32,
}

/// An order of a folder, or of what is found in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct SortPlace {
    pub(super) account: AccountId,
    pub(super) mailbox: MailboxId,
    pub(super) filter: Option<Filter>,
    pub(super) sort: Sort,
}

/// What a page of a list had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageRead {
    /// Messages in the folder.
    pub(super) exists: u32,
    /// The folder's UIDVALIDITY.
    pub(super) uid_validity: u32,
    /// The page's messages.
    pub(super) uids: Box<[u32]>,
}

/// An HTML part as shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct DocumentKey {
    pub(super) account: AccountId,
    pub(super) email: EmailId,
    pub(super) section: String,
    pub(super) dress: Dress,
    pub(super) door: &'static str,
}

impl Caches {
    /// `mib` MiB for everything: three eighths for messages, an eighth for folders in other orders,
    /// and a quarter each for lists and documents.
    /// Pages go sooner than the rows that they are made of.
    pub(super) fn new(mib: u32) -> Self {
        let quarter = u64::from(mib) << 18;
        Self {
            pages: Cache::builder()
                .max_capacity(quarter / 4)
                .weigher(|_, page: &Arc<ListPage>| weight(page.weight()))
                .build(),
            rows: Cache::builder()
                .max_capacity(quarter / 8 * 5)
                .weigher(|_, row: &Arc<EmailSummary>| weight(weight_of(row)))
                .build(),
            reads: Cache::builder()
                .max_capacity(quarter / 8)
                .weigher(|_, read: &Arc<PageRead>| weight(4 * read.uids.len()))
                .build(),
            sorted: Cache::builder()
                .max_capacity(quarter / 2)
                .weigher(|_, (_, sorted): &(_, Arc<Sorted>)| weight(4 * sorted.uids.len()))
                .build(),
            messages: Cache::builder()
                .max_capacity(quarter / 2 * 3)
                .weigher(|_, message: &Arc<Opened>| weight(message.weight()))
                .build(),
            documents: Cache::builder()
                .max_capacity(quarter)
                .weigher(|_, document: &Arc<Sanitised>| weight(document.html.len()))
                .build(),
        }
    }
}

fn weight(bytes: usize) -> u32 {
    // Some hundred octets for the key and the cache's own books.
    u32::try_from(bytes.saturating_add(300)).unwrap_or(u32::MAX)
}
