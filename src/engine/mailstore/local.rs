//! The half that lies here: operations on our own store.
//!
//! Cost: no round trip; a statement or a few. Each change is one transaction.

mod folders;
mod lot;
mod read;

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use crate::{
    clock::Clock,
    mail::{
        email::EmailSummary, id::MailboxId, keyword::Keywords, mailbox::Mailbox, query::Filter,
    },
    store::{
        self, Store,
        blobs::Sha256,
        files::Files,
        local::{self, Owner, list::Edge, place::Placing},
    },
};

pub(in crate::engine) use self::lot::{Arrived, Whole};

use super::{
    super::{
        blocking::Blocking,
        error::{Error, Problem},
        import::Quota,
        list::{Anchor, Window},
    },
    Batch, Found, Incoming, Located, Moved, Rows, Vocabulary,
};

/// Ends of windows whose ranks are remembered, so that turning pages counts nothing.
const EDGES: usize = 64;

/// An account whose mail lies here.
pub(in crate::engine) struct Local {
    pub(in crate::engine) store: Store,
    pub(in crate::engine) files: Files,
    pub(in crate::engine) owner: Owner,
    pub(in crate::engine) clock: Clock,
    /// For the ids of conversations.
    pub(in crate::engine) thread_key: [u8; 32],
    /// Octets of the largest message.
    pub(in crate::engine) most: u64,
    /// Octets that its user may have stored.
    pub(in crate::engine) quota: Option<i64>,
    /// Pure work on hostile input.
    pub(in crate::engine) taking_apart: Blocking,
    pub(in crate::engine) edges: Edges,
}

/// Ranks of messages at the ends of windows.
#[derive(Debug, Default)]
pub(in crate::engine) struct Edges(Mutex<VecDeque<(MailboxId, Edge)>>);

impl Edges {
    fn find(&self, mailbox: MailboxId, uid: u32) -> Option<Edge> {
        let edges = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = edges.iter().rev();
        let found = found.find(|(of, edge)| *of == mailbox && edge.uid == uid);
        found.map(|(_, edge)| *edge)
    }

    fn keep(&self, mailbox: MailboxId, edge: Edge) {
        let mut edges = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        edges.retain(|(of, known)| (*of, known.uid) != (mailbox, edge.uid));
        if edges.len() >= EDGES {
            edges.pop_front();
        }
        edges.push_back((mailbox, edge));
    }
}

impl Local {
    /// As the operator bounds it.
    pub(super) async fn room(&self) -> Result<Option<Quota>, Error> {
        let used = store::blobs::used_bytes(&self.store, self.owner.user).await?;
        let octets = |number: i64| u64::try_from(number).unwrap_or(0);
        Ok(Some(Quota {
            used: octets(used),
            most: self.quota.map(octets),
        }))
    }

    pub(super) async fn window(
        &self,
        mailbox: &Mailbox,
        anchor: Anchor,
        limit: u32,
    ) -> Result<Rows, Error> {
        let uid = match anchor {
            Anchor::Newest => None,
            Anchor::Before(uid) | Anchor::After(uid) => Some(uid),
        };
        let anchor = placed(anchor);
        let id = mailbox.id;
        let edge = uid.and_then(|uid| self.edges.find(id, uid));
        let found = local::list::window(&self.store, self.owner, id, anchor, limit, edge);
        let found = found.await.map_err(failed)?;
        let ends = [
            (0, found.rows.first()),
            (found.rows.len(), found.rows.last()),
        ];
        for (above, row) in ends {
            let Some(row) = row else { continue };
            let above = u32::try_from(above).unwrap_or(u32::MAX).saturating_sub(1);
            let edge = Edge {
                uid: row.placement.uid,
                rank: found.offset.saturating_add(above),
                modseq: found.modseq,
            };
            self.edges.keep(id, edge);
        }
        Ok(Rows {
            rows: found.rows,
            total: found.total,
            offset: found.offset,
            has_older: found.has_older,
        })
    }

    pub(super) async fn sorted(
        &self,
        mailbox: &Mailbox,
        window: &Window,
        _vouched: Option<u64>,
    ) -> Result<Rows, Error> {
        let what = (window.filter.as_ref(), window.sort);
        let (store, owner, limit) = (&self.store, self.owner, window.limit);
        let anchor = placed(window.anchor);
        let found = local::sorted::window(store, owner, mailbox.id, what, anchor, limit);
        let found = found.await.map_err(failed)?;
        Ok(Rows {
            rows: found.rows,
            total: found.total,
            offset: found.offset,
            has_older: found.has_older,
        })
    }

    pub(super) async fn search(
        &self,
        mailbox: &Mailbox,
        filter: &Filter,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Found, Error> {
        // One more than shown tells whether there is another page.
        let most = limit.saturating_add(1);
        let rows = local::search::search(&self.store, self.owner, mailbox.id, filter, before, most);
        let mut rows: Vec<EmailSummary> = rows.await.map_err(failed)?;
        let shown = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_older = rows.len() > shown;
        rows.truncate(shown);
        Ok(Found { rows, has_older })
    }

    pub(super) async fn find(
        &self,
        mailbox: &Mailbox,
        message_id: &str,
    ) -> Result<Option<(u32, u32)>, Error> {
        let filter = Filter::Header("message-id".to_owned(), message_id.to_owned());
        let found = local::search::search(&self.store, self.owner, mailbox.id, &filter, None, 10);
        let found = found.await.map_err(failed)?;
        let newest = found.iter().max_by_key(|row| row.placement.uid);
        Ok(newest.map(|row| (row.placement.uid_validity, row.placement.uid)))
    }

    pub(super) async fn keywords_of(&self, batch: &Batch) -> Result<Vec<(u32, Keywords)>, Error> {
        let batch = of(batch);
        let found = local::keywords::of(&self.store, self.owner, &batch);
        found.await.map_err(failed)
    }

    pub(super) async fn vocabulary(&self, _mailbox: &Mailbox) -> Result<Vocabulary, Error> {
        let words = local::keywords::in_use(&self.store, self.owner);
        Ok(Vocabulary {
            words: words.await.map_err(failed)?,
            any: true,
        })
    }

    pub(super) async fn set_keywords(
        &self,
        batch: &Batch,
        add: &[&str],
        remove: &[&str],
    ) -> Result<(), Error> {
        let (batch, now) = (of(batch), self.clock.now());
        let set = local::keywords::set(&self.store, self.owner, &batch, add, remove, now);
        set.await.map_err(failed)?;
        Ok(())
    }

    pub(super) async fn move_to(&self, batch: &Batch, target: &Mailbox) -> Result<Moved, Error> {
        let (batch, now) = (of(batch), self.clock.now());
        let moved = local::transfer::move_to(&self.store, self.owner, &batch, target.id, now);
        let moved = moved.await.map_err(failed)?;
        Ok(Moved {
            uid_validity: Some(moved.uid_validity),
            pairs: moved.pairs,
        })
    }

    pub(super) async fn copy_to(&self, batch: &Batch, target: &Mailbox) -> Result<Moved, Error> {
        let (batch, now) = (of(batch), self.clock.now());
        let copied = local::transfer::copy_to(&self.store, self.owner, &batch, target.id, now);
        let copied = copied.await.map_err(failed)?;
        Ok(Moved {
            uid_validity: Some(copied.uid_validity),
            pairs: copied.pairs,
        })
    }

    pub(super) async fn expunge(&self, batch: &Batch) -> Result<(), Error> {
        let (batch, now) = (of(batch), self.clock.now());
        let gone = local::remove::set_aside(&self.store, self.owner, &batch, now);
        gone.await.map_err(failed)?;
        Ok(())
    }

    pub(super) async fn discard(&self, batch: &Batch) -> Result<(), Error> {
        let (batch, now) = (of(batch), self.clock.now());
        let gone = local::remove::expunge(&self.store, self.owner, &batch, now);
        gone.await.map_err(failed)?;
        Ok(())
    }

    pub(super) async fn empty(&self, mailbox: &Mailbox) -> Result<usize, Error> {
        let now = self.clock.now();
        let gone = local::remove::empty(&self.store, self.owner, mailbox.id, now);
        gone.await.map_err(failed)
    }

    /// Lies a message with these octets in the folder?
    pub(in crate::engine) async fn holds(
        &self,
        mailbox: MailboxId,
        sha256: &Sha256,
    ) -> Result<bool, Error> {
        Ok(local::list::holds(&self.store, self.owner, mailbox, sha256).await?)
    }

    pub(super) async fn append(
        &self,
        mailbox: &Mailbox,
        keywords: &[&str],
        received_at: Option<i64>,
        message: Incoming,
    ) -> Result<Option<(u32, u32)>, Error> {
        let (user, key) = (self.owner.user, &self.thread_key);
        let arrival =
            local::arrival::receive(&self.files, user, key, message.octets, self.most).await?;
        let now = self.clock.now();
        let placing = Placing {
            mailbox: mailbox.id,
            keywords: &keywords.iter().copied().collect(),
            // What we file ourselves arrives now, whatever it says.
            received_at: received_at.or(Some(now)),
            quota: self.quota,
        };
        let placed = local::place::place(&self.store, self.owner, &arrival, placing, now);
        let placed = placed.await.map_err(failed)?;
        Ok(Some((placed.uid_validity, placed.uid)))
    }
}

fn placed(anchor: Anchor) -> local::list::Anchor {
    match anchor {
        Anchor::Newest => local::list::Anchor::Newest,
        Anchor::Before(uid) => local::list::Anchor::Before(uid),
        Anchor::After(uid) => local::list::Anchor::After(uid),
    }
}

fn of(batch: &Batch) -> local::Batch<'_> {
    local::Batch {
        mailbox: batch.mailbox.id,
        uid_validity: batch.uid_validity,
        uids: &batch.uids,
    }
}

/// What a failure means here, where a folder's row is the folder.
fn failed(error: store::error::Error) -> Error {
    let problem = match &error {
        store::error::Error::Gone => return Error::NotFound,
        store::error::Error::Conflict => Problem::AlreadyExists,
        store::error::Error::Quota => Problem::OverQuota,
        _ => return error.into(),
    };
    Error::Upstream {
        problem,
        cause: error.to_string(),
        said: String::new(),
    }
}
