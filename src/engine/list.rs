//! Lists of messages: a window of a folder in order of arrival, or what a search found.
//!
//! Cost: one round trip when the folder is selected on a connection, two when not (SELECT first),
//! none when IDLE vouches that nothing has changed since the same page was last asked for. Of a page
//! whose rows are in memory only the keywords are asked for, and the rows of what has come since;
//! one more round trip when that was not enough: messages went while others came.

use std::{collections::HashMap, sync::Arc};

use crate::{
    imap::{self, Fetched},
    mail::{
        email::EmailSummary,
        id::{EmailId, MailboxId},
        keyword::{self, Keywords},
        mailbox::Mailbox,
        query::Filter,
    },
    store,
};

use super::{
    account::{Account, Mailstore},
    caches::{PageKey, PageRead},
    error::Error,
};

/// Which part of which list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// The folder.
    pub mailbox: MailboxId,
    /// Only messages that match; `None` for all.
    pub filter: Option<Filter>,
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
    /// So that it ends just above the message with this UID.
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
        self.rows.iter().map(weight_of).sum()
    }
}

pub(super) fn weight_of(row: &EmailSummary) -> usize {
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
    /// [`Error::NotFound`] without such a folder; [`Error::Upstream`] when the server can't be
    /// asked.
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

    async fn window(&self, mailbox: Mailbox, window: &Window) -> Result<ListPage, Error> {
        let anchor = match window.anchor {
            Anchor::Newest => imap::window::Anchor::Newest,
            Anchor::Before(uid) => imap::window::Anchor::Before(uid),
            Anchor::After(uid) => imap::window::Anchor::After(uid),
        };
        let Mailstore::Imap(client) = &self.0.mailstore;
        let (path, limit) = (&mailbox.path, window.limit);
        let then = self.read_before(window);
        let found = client.window_since(path, anchor, limit, then).await?;
        let total = found.selected.exists;
        let validity = found.selected.uid_validity;
        let shown = u32::try_from(found.messages.len()).unwrap_or(u32::MAX);
        let uids = found.messages.iter().filter_map(|message| message.uid);
        let read = PageRead {
            exists: total,
            uid_validity: validity,
            uids: uids.collect(),
        };
        let rows = self.summaries(&mailbox, validity, found.messages).await?;
        let reads = &self.0.shared.caches.reads;
        reads.insert((self.0.id, window.clone()), Arc::new(read));
        Ok(ListPage {
            mailbox,
            rows,
            total,
            offset: found.offset,
            has_newer: found.offset > 0,
            has_older: found.offset.saturating_add(shown) < total,
            complete: true,
        })
    }

    async fn found(
        &self,
        mailbox: Mailbox,
        window: &Window,
        filter: &Filter,
    ) -> Result<ListPage, Error> {
        let Mailstore::Imap(client) = &self.0.mailstore;
        let before = match window.anchor {
            Anchor::Before(uid) => Some(uid),
            // Going back up in a search starts it again from its top.
            Anchor::Newest | Anchor::After(_) => None,
        };
        // One more than shown tells whether there is another page.
        let shown = usize::try_from(window.limit).unwrap_or(usize::MAX);
        let limit = shown.saturating_add(1);
        let mut found = client.search(&mailbox.path, filter, before, limit).await?;
        let has_older = found.uids.len() > shown || !found.complete;
        found.uids.truncate(shown);
        let validity = found.uid_validity;
        let (known, new): (Vec<u32>, Vec<u32>) = found
            .uids
            .iter()
            .partition(|uid| self.knows_row(mailbox.id, validity, **uid));
        let messages = client.by_uid(&mailbox.path, validity, &new, &known).await?;
        let mut rows = self.summaries(&mailbox, validity, messages).await?;
        rows.sort_by_key(|row| std::cmp::Reverse(row.placement.uid));
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

    /// How many messages the folder had when this page was read last, if all of its rows are in
    /// memory still.
    fn read_before(&self, window: &Window) -> Option<u32> {
        let caches = &self.0.shared.caches;
        let read = caches.reads.get(&(self.0.id, window.clone()))?;
        let mut uids = read.uids.iter();
        uids.all(|uid| self.knows_row(window.mailbox, read.uid_validity, *uid))
            .then_some(read.exists)
    }

    fn knows_row(&self, mailbox: MailboxId, uid_validity: u32, uid: u32) -> bool {
        let placement = EmailId {
            mailbox,
            uid_validity,
            uid,
        };
        let rows = &self.0.shared.caches.rows;
        rows.contains_key(&(self.0.id, placement))
    }

    /// Rows for fetched messages, with the ids under which they were first known. Those of which
    /// the keywords alone were fetched are completed from memory, or asked for.
    async fn summaries(
        &self,
        mailbox: &Mailbox,
        uid_validity: u32,
        messages: Vec<Fetched>,
    ) -> Result<Vec<EmailSummary>, Error> {
        let uids: Vec<u32> = messages.iter().filter_map(|message| message.uid).collect();
        let (store, id) = (&self.0.shared.store, self.0.id);
        let known = store::aliases::ids_for(store, id, mailbox.id, uid_validity, &uids).await?;
        let place = |uid| EmailId {
            mailbox: mailbox.id,
            uid_validity,
            uid,
        };
        let (mut rows, mut missing) = (Vec::with_capacity(messages.len()), Vec::new());
        for message in messages {
            let Some(uid) = message.uid else { continue };
            let row = self.row(message, place(uid));
            if row.is_none() {
                missing.push(uid);
            }
            rows.push((uid, row));
        }
        let mut late = self.missing(mailbox, uid_validity, &missing).await?;
        let rows = rows.into_iter().filter_map(|(uid, row)| {
            let mut row = row.or_else(|| late.remove(&uid))?;
            // Removed as far as the server can: it keeps such messages until somebody expunges.
            if row.keywords.has(keyword::DELETED) {
                return None;
            }
            if let Some(first_known) = known.get(&uid) {
                row.id = *first_known;
            }
            Some(row)
        });
        Ok(rows.collect())
    }

    /// A row as fetched, which is kept in memory, or the one in memory with its keywords of now.
    fn row(&self, message: Fetched, placement: EmailId) -> Option<EmailSummary> {
        let rows = &self.0.shared.caches.rows;
        let key = (self.0.id, placement);
        if !message.is_row() {
            let mut row = EmailSummary::clone(&*rows.get(&key)?);
            row.keywords = imap::convert::keywords(message.flags.as_deref()?);
            return Some(row);
        }
        // What could not be read now may be another time.
        let is_lasting = message.envelope.is_some() && message.structure.is_some();
        let row = imap::convert::summary(message, placement)?;
        if is_lasting {
            let mut kept = row.clone();
            kept.keywords = Keywords::default();
            rows.insert(key, Arc::new(kept));
        }
        Some(row)
    }

    async fn missing(
        &self,
        mailbox: &Mailbox,
        uid_validity: u32,
        uids: &[u32],
    ) -> Result<HashMap<u32, EmailSummary>, Error> {
        if uids.is_empty() {
            return Ok(HashMap::new());
        }
        let Mailstore::Imap(client) = &self.0.mailstore;
        let path = &mailbox.path;
        let messages = client.by_uid(path, uid_validity, uids, &[]).await?;
        let rows = messages.into_iter().filter_map(|message| {
            let uid = message.uid?;
            let placement = EmailId {
                mailbox: mailbox.id,
                uid_validity,
                uid,
            };
            Some((uid, self.row(message, placement)?))
        });
        Ok(rows.collect())
    }
}
