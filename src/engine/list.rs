//! Lists of messages: a window of a folder in order of arrival or another, or what a search found.
//!
//! Cost: one round trip when the folder is selected on a connection, two when not (SELECT first),
//! none when IDLE vouches that nothing has changed since the same page was last asked for. Of a page
//! whose rows are in memory only the keywords are asked for (`mailstore/imap/rows.rs`). In another
//! order one round trip more, unless the folder is vouched for since it was last sorted so.

use std::sync::Arc;

use crate::{
    mail::{
        email::{Content, EmailSummary},
        id::MailboxId,
        mailbox::Mailbox,
        query::Filter,
        sort::Sort,
    },
    store,
};

use super::{account::Account, caches::PageKey, error::Error, mailstore::Found};

/// Which part of which list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// The folder.
    pub mailbox: MailboxId,
    /// Only messages that match; `None` for all.
    pub filter: Option<Filter>,
    /// In which order.
    pub sort: Sort,
    /// Where the window begins.
    pub anchor: Anchor,
    /// How many messages, 1 to 200.
    pub limit: u32,
}

/// Where a window begins. UIDs hold their place when messages come and go; offsets don't.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// At the newest message.
    #[default]
    Newest,
    /// Just below the message with this UID.
    Before(u32),
    /// So that it ends just above the message with this UID; 0: with the oldest one.
    After(u32),
}

/// A window of a list, newest first.
#[derive(Clone, Debug)]
pub struct ListPage {
    /// The folder.
    pub mailbox: Mailbox,
    /// The messages.
    pub rows: Vec<EmailSummary>,
    /// Messages in the folder, or found as far as is known.
    pub total: u32,
    /// How many messages are newer than the first row; 0 in a search's later pages.
    pub offset: u32,
    /// Whether there are newer ones.
    pub has_newer: bool,
    /// Whether there are older ones.
    pub has_older: bool,
    /// False when a search has not looked at the whole folder yet.
    pub complete: bool,
}

impl ListPage {
    /// Octets in memory, roughly.
    pub(super) fn weight(&self) -> usize {
        self.rows.iter().map(|row| weight_of(row)).sum()
    }
}

pub(super) fn weight_of(row: &Content) -> usize {
    let people = [
        &row.from,
        &row.to,
        &row.cc,
        &row.bcc,
        &row.reply_to,
        &row.sender,
    ];
    let people: usize = people
        .into_iter()
        .flatten()
        .map(|one| 64 + one.email.len() + one.name.as_ref().map_or(0, String::len))
        .sum();
    900 + people + row.subject.len() + row.preview.len()
}

impl Account {
    /// A window of a list.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a folder, and in another order than that of arrival when
    /// nobody knows any more where the anchor stood; [`Error::Invalid`] for an order that the server
    /// does not have; [`Error::Upstream`] when it can't be asked.
    pub async fn list(&self, window: &Window) -> Result<Arc<ListPage>, Error> {
        let mailbox = self.mailbox(window.mailbox).await?;
        if !mailbox.selectable {
            return Err(Error::NotFound);
        }
        self.look_at(mailbox.id);
        let before = self.view(mailbox.id);
        let key = PageKey {
            account: self.0.id,
            generation: before.generation,
            window: window.clone(),
        };
        let pages = &self.0.shared.caches.pages;
        if before.vouched
            && let Some(page) = pages.get(&key)
        {
            return Ok(page);
        }
        let page = match &window.filter {
            _ if window.sort != Sort::default() => {
                let generation = before.vouched.then_some(before.generation);
                self.sorted(mailbox, window, generation).await?
            }
            None => self.window(mailbox, window).await?,
            Some(filter) => self.found(mailbox, window, filter).await?,
        };
        let page = Arc::new(page);
        // Only a page read while IDLE was already watching can be vouched for.
        if before.vouched && self.view(window.mailbox) == before {
            pages.insert(key, Arc::clone(&page));
        }
        Ok(page)
    }

    /// A window that is kept in memory and vouched for. Asks nobody.
    pub fn known_list(&self, window: &Window) -> Option<Arc<ListPage>> {
        let view = self.view(window.mailbox);
        let key = PageKey {
            account: self.0.id,
            generation: view.generation,
            window: window.clone(),
        };
        let page = self.0.shared.caches.pages.get(&key);
        page.filter(|_| view.vouched)
    }

    /// Can folders be listed in other orders than that of arrival? `None` before a folder was
    /// looked at. Asks nobody.
    pub fn sorts(&self) -> Option<bool> {
        self.0.mailstore.sorts()
    }

    async fn sorted(
        &self,
        mailbox: Mailbox,
        window: &Window,
        generation: Option<u64>,
    ) -> Result<ListPage, Error> {
        let mailstore = &self.0.mailstore;
        let mut found = mailstore.sorted(&mailbox, window, generation).await?;
        self.name(&mailbox, &mut found.rows).await?;
        let is_search = window.filter.is_some();
        let whole = found.offset == 0 && !found.has_older;
        Ok(ListPage {
            mailbox,
            total: match is_search {
                true => u32::try_from(found.rows.len()).unwrap_or(u32::MAX),
                false => found.total,
            },
            rows: found.rows,
            offset: if is_search { 0 } else { found.offset },
            has_newer: found.offset > 0,
            has_older: found.has_older,
            complete: !is_search || whole,
        })
    }

    async fn window(&self, mailbox: Mailbox, window: &Window) -> Result<ListPage, Error> {
        let found = self
            .0
            .mailstore
            .window(&mailbox, window.anchor, window.limit);
        let mut found = found.await?;
        self.name(&mailbox, &mut found.rows).await?;
        Ok(ListPage {
            mailbox,
            rows: found.rows,
            total: found.total,
            offset: found.offset,
            has_newer: found.offset > 0,
            has_older: found.has_older,
            complete: true,
        })
    }

    async fn found(
        &self,
        mailbox: Mailbox,
        window: &Window,
        filter: &Filter,
    ) -> Result<ListPage, Error> {
        let before = match window.anchor {
            Anchor::Before(uid) => Some(uid),
            // Going back up in a search starts it again from its top.
            Anchor::Newest | Anchor::After(_) => None,
        };
        let mailstore = &self.0.mailstore;
        let found = mailstore.search(&mailbox, filter, before, window.limit);
        let Found {
            mut rows,
            has_older,
        } = found.await?;
        self.name(&mailbox, &mut rows).await?;
        Ok(ListPage {
            mailbox,
            total: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            rows,
            offset: 0,
            has_newer: before.is_some(),
            has_older,
            complete: before.is_none() && !has_older,
        })
    }

    /// Gives rows the ids under which they were first known.
    pub(super) async fn name(
        &self,
        mailbox: &Mailbox,
        rows: &mut [EmailSummary],
    ) -> Result<(), Error> {
        let Some(first) = rows.first() else {
            return Ok(());
        };
        let uid_validity = first.placement.uid_validity;
        let uids: Vec<u32> = rows.iter().map(|row| row.placement.uid).collect();
        let (store, id) = (&self.0.shared.store, self.0.id);
        let known = store::aliases::ids_for(store, id, mailbox.id, uid_validity, &uids).await?;
        for row in rows {
            if let Some(first_known) = known.get(&row.placement.uid) {
                row.id = *first_known;
            }
        }
        Ok(())
    }
}
