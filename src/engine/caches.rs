//! What is kept in memory to save round trips: bounded in bytes all together, never needed for
//! correctness.

use std::{
    hash::Hash,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use moka::sync::Cache;

use crate::{
    imap::sort::Sorted,
    mail::{
        email::Content,
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
    pub(super) pages: Kept<PageKey, Arc<ListPage>>,
    /// Rows of lists without their keywords, by placement: of a message nothing else changes
    /// (RFC 9051 §2.3.1.1).
    pub(super) rows: Kept<(AccountId, EmailId), Arc<Content>>,
    /// What each page of a list had when it was read last.
    pub(super) reads: Kept<PagePlace, Arc<PageRead>>,
    /// Folders in other orders than that of arrival, with the generation that they were sorted at.
    pub(super) sorted: Kept<SortPlace, (Option<u64>, Arc<Sorted>)>,
    /// Opened messages without their keywords: what never changes for a placement.
    pub(super) messages: Kept<(AccountId, EmailId), Arc<Opened>>,
    /// HTML parts as shown, by part, images allowed, and dress.
    pub(super) documents: Kept<DocumentKey, Arc<Sanitised>>,
    /// Octets of decoded parts, by section.
    pub(super) sizes: Kept<(AccountId, EmailId, String), u64>,
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
            pages: Kept::new(quarter / 4, |page: &Arc<ListPage>| page.weight()),
            rows: Kept::new(quarter / 8 * 5, |row: &Arc<Content>| weight_of(row)),
            reads: Kept::new(quarter / 8, |read: &Arc<PageRead>| 4 * read.uids.len()),
            sorted: Kept::new(quarter / 2, |(_, sorted): &(_, Arc<Sorted>)| {
                4 * sorted.uids.len()
            }),
            messages: Kept::new(quarter / 2 * 3, |message: &Arc<Opened>| message.weight()),
            sizes: Kept::new(quarter / 32, |_: &u64| 100),
            documents: Kept::new(quarter / 32 * 31, |document: &Arc<Sanitised>| {
                document.html.len()
            }),
        }
    }

    /// How each has done.
    pub(super) fn use_of(&self) -> [(&'static str, CacheUse); 6] {
        [
            ("pages", self.pages.use_of()),
            ("rows", self.rows.use_of()),
            ("reads", self.reads.use_of()),
            ("sorted", self.sorted.use_of()),
            ("messages", self.messages.use_of()),
            ("documents", self.documents.use_of()),
        ]
    }
}

/// A cache that counts how often it helped. Cheap to clone.
pub(super) struct Kept<K, V>(Arc<Counted<K, V>>);

struct Counted<K, V> {
    cache: Cache<K, V>,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl<K, V> Clone for Kept<K, V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// How a cache has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CacheUse {
    /// Octets, as far as it is bounded by them.
    pub(super) bytes: u64,
    /// What was asked for and there.
    pub(super) hits: u64,
    /// What was asked for and not there.
    pub(super) misses: u64,
}

impl<K, V> Kept<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn new(bytes: u64, size: impl Fn(&V) -> usize + Send + Sync + 'static) -> Self {
        Self(Arc::new(Counted {
            cache: Cache::builder()
                .max_capacity(bytes)
                .weigher(move |_, value| weight(size(value)))
                .build(),
            hits: AtomicU64::default(),
            misses: AtomicU64::default(),
        }))
    }

    pub(super) fn get(&self, key: &K) -> Option<V> {
        let found = self.0.cache.get(key);
        let counted = match found {
            Some(_) => &self.0.hits,
            None => &self.0.misses,
        };
        counted.fetch_add(1, Ordering::Relaxed);
        found
    }

    /// Is it there? Not counted: nothing is taken.
    pub(super) fn contains_key(&self, key: &K) -> bool {
        self.0.cache.contains_key(key)
    }

    pub(super) fn insert(&self, key: K, value: V) {
        self.0.cache.insert(key, value);
    }

    fn use_of(&self) -> CacheUse {
        // What was put in a moment ago is weighed only now.
        self.0.cache.run_pending_tasks();
        CacheUse {
            bytes: self.0.cache.weighted_size(),
            hits: self.0.hits.load(Ordering::Relaxed),
            misses: self.0.misses.load(Ordering::Relaxed),
        }
    }
}

fn weight(bytes: usize) -> u32 {
    // Some hundred octets for the key and the cache's own books.
    u32::try_from(bytes.saturating_add(300)).unwrap_or(u32::MAX)
}
