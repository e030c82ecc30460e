//! Rows of lists. Of a message nothing but its keywords ever changes (RFC 9051 §2.3.1.1), so rows
//! that were read are kept in memory, and a list that was read before asks for keywords and for the
//! rows of what has come since.
//!
//! Cost: the round trips of [`Client::window`]; one more when that was not enough, because messages
//! went while others came, or because some rows are not in memory any more.
//!
//! [`Client::window`]: crate::imap::client::Client::window

use std::{collections::HashMap, sync::Arc};

use crate::{
    imap::{Fetched, convert, window},
    mail::{
        email::EmailSummary,
        id::{EmailId, MailboxId},
        keyword,
        mailbox::Mailbox,
        query::Filter,
    },
};

use super::{
    super::{
        super::{
            caches::{PagePlace, PageRead},
            error::Error,
            list::Anchor,
        },
        Found, Rows,
    },
    Imap,
};

impl Imap {
    pub(in crate::engine::mailstore) async fn window(
        &self,
        mailbox: &Mailbox,
        anchor: Anchor,
        limit: u32,
    ) -> Result<Rows, Error> {
        let page = PagePlace {
            account: self.account,
            mailbox: mailbox.id,
            anchor,
            limit,
        };
        let anchor = match anchor {
            Anchor::Newest => window::Anchor::Newest,
            Anchor::Before(uid) => window::Anchor::Before(uid),
            Anchor::After(uid) => window::Anchor::After(uid),
        };
        let (path, then) = (&mailbox.path, self.read_before(&page));
        let found = self.client.window_since(path, anchor, limit, then).await?;
        let (total, validity) = (found.selected.exists, found.selected.uid_validity);
        let shown = u32::try_from(found.messages.len()).unwrap_or(u32::MAX);
        let uids = found.messages.iter().filter_map(|message| message.uid);
        let read = PageRead {
            exists: total,
            uid_validity: validity,
            uids: uids.collect(),
        };
        let rows = self.rows(mailbox, validity, found.messages).await?;
        self.caches.reads.insert(page, Arc::new(read));
        Ok(Rows {
            rows,
            total,
            offset: found.offset,
            has_older: found.offset.saturating_add(shown) < total,
        })
    }

    pub(in crate::engine::mailstore) async fn search(
        &self,
        mailbox: &Mailbox,
        filter: &Filter,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Found, Error> {
        // One more than shown tells whether there is another page.
        let shown = usize::try_from(limit).unwrap_or(usize::MAX);
        let most = shown.saturating_add(1);
        let path = &mailbox.path;
        let mut found = self.client.search(path, filter, before, most).await?;
        let has_older = found.uids.len() > shown || !found.complete;
        found.uids.truncate(shown);
        let rows = self.by_uids(mailbox, found.uid_validity, &found.uids);
        let mut rows = rows.await?;
        rows.sort_by_key(|row| std::cmp::Reverse(row.placement.uid));
        Ok(Found { rows, has_older })
    }

    /// The rows of these messages, in no particular order.
    pub(super) async fn by_uids(
        &self,
        mailbox: &Mailbox,
        validity: u32,
        uids: &[u32],
    ) -> Result<Vec<EmailSummary>, Error> {
        let (known, new): (Vec<u32>, Vec<u32>) = uids
            .iter()
            .partition(|uid| self.knows(mailbox.id, validity, **uid));
        let path = &mailbox.path;
        let messages = self.client.by_uid(path, validity, &new, &known).await?;
        self.rows(mailbox, validity, messages).await
    }

    /// How many messages the folder had when this page was read last, if all of its rows are in
    /// memory still.
    fn read_before(&self, page: &PagePlace) -> Option<u32> {
        let read = self.caches.reads.get(page)?;
        let mut uids = read.uids.iter();
        uids.all(|uid| self.knows(page.mailbox, read.uid_validity, *uid))
            .then_some(read.exists)
    }

    pub(super) fn knows(&self, mailbox: MailboxId, uid_validity: u32, uid: u32) -> bool {
        let placement = EmailId {
            mailbox,
            uid_validity,
            uid,
        };
        self.caches.rows.contains_key(&(self.account, placement))
    }

    /// Rows for fetched messages. Those of which the keywords alone were fetched are completed from
    /// memory, or asked for.
    pub(super) async fn rows(
        &self,
        mailbox: &Mailbox,
        uid_validity: u32,
        messages: Vec<Fetched>,
    ) -> Result<Vec<EmailSummary>, Error> {
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
        let mut late = HashMap::new();
        if !missing.is_empty() {
            let path = &mailbox.path;
            let messages = self.client.by_uid(path, uid_validity, &missing, &[]);
            for message in messages.await? {
                let Some(uid) = message.uid else { continue };
                late.extend(self.row(message, place(uid)).map(|row| (uid, row)));
            }
        }
        let rows = rows
            .into_iter()
            .filter_map(|(uid, row)| row.or_else(|| late.remove(&uid)))
            // Removed as far as the server can: it keeps such messages until somebody expunges.
            .filter(|row| !row.keywords.has(keyword::DELETED));
        Ok(rows.collect())
    }

    /// A row as fetched, which is kept in memory, or the one in memory with its keywords of now.
    fn row(&self, message: Fetched, placement: EmailId) -> Option<EmailSummary> {
        let (rows, key) = (&self.caches.rows, (self.account, placement));
        if !message.is_row() {
            let keywords = convert::keywords(message.flags.as_deref()?);
            return Some(EmailSummary::at(placement, keywords, rows.get(&key)?));
        }
        // What could not be read now may be another time.
        let is_lasting = message.envelope.is_some() && message.structure.is_some();
        let row = convert::summary(message, placement)?;
        if is_lasting {
            rows.insert(key, Arc::clone(&row.content));
        }
        Some(row)
    }
}
