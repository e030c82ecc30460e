//! What is kept in memory to save round trips: bounded in bytes all together, never needed for
//! correctness.

use std::sync::Arc;

use moka::sync::Cache;

use crate::{
    mail::{html::Sanitised, id::EmailId},
    store::id::AccountId,
};

use super::{
    documents::Dress,
    list::{ListPage, Window},
    read::Opened,
};

/// All caches. Keys begin with the account, so that nothing is shared between people.
#[derive(Clone)]
pub(super) struct Caches {
    /// Pages of lists, for as long as the server's IDLE vouches for the folder.
    pub(super) pages: Cache<PageKey, Arc<ListPage>>,
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

/// An HTML part as shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct DocumentKey {
    pub(super) account: AccountId,
    pub(super) email: EmailId,
    pub(super) section: String,
    pub(super) dress: Dress,
}

impl Caches {
    /// `mib` MiB for everything: half for messages, and a quarter each for lists and documents.
    pub(super) fn new(mib: u32) -> Self {
        let quarter = u64::from(mib) << 18;
        Self {
            pages: Cache::builder()
                .max_capacity(quarter)
                .weigher(|_, page: &Arc<ListPage>| weight(page.weight()))
                .build(),
            messages: Cache::builder()
                .max_capacity(quarter * 2)
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
