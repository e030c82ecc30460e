//! A folder as it is now against what the index has of it: what has come is filed, what has gone is
//! taken out.
//!
//! UIDs only ever grow, so that what has come lies above the highest that is known. If there are then
//! as many messages as rows, and messages below them, nothing has gone (RFC 9051 §2.3.1.1). Otherwise
//! the UIDs are asked for. All this needs nothing that a server may lack.

use std::{collections::HashSet, sync::atomic::Ordering};

use crate::{
    imap::survey::Haste,
    mail::{
        id::{EmailId, MailboxId},
        mailbox::Mailbox,
    },
    store::indexed::{self, Change, Folder, Message},
};

use super::super::{
    account::Account,
    error::{Error, Problem},
    mailstore::{Batch, Imap, Standing, Surveyed},
};

/// Messages of a chunk.
const CHUNK: u32 = 500;

/// Messages that are missing in the midst of a folder, at most: one with more is read anew.
const MISSING_MOST: usize = 2000;

/// Messages that come at once, at most; the same.
const COME_MOST: u32 = 5000;

/// How often a folder is looked at that never stands still.
const TRIES: u32 = 4;

impl Account {
    /// Looks at a folder until the index has what there is.
    pub(super) async fn keep_up(
        &self,
        imap: &Imap,
        mailbox: &Mailbox,
        haste: Haste,
    ) -> Result<(), Error> {
        let mut standing = None;
        for attempt in 0..TRIES {
            // A listing that comes meanwhile may tell of more than was seen.
            standing = imap.standing(mailbox.id);
            let looked = self.look(imap, mailbox, (&[], &[]), (attempt, haste)).await;
            match looked {
                Ok(None) => {}
                Ok(Some(_)) => break,
                // Gone with the next listing.
                Err(Error::NotFound) => {
                    self.forget_folder(mailbox.id).await?;
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        self.note_look(mailbox.id, standing);
        Ok(())
    }

    /// What was listed of the folder before it was looked at is no reason to look at it again.
    fn note_look(&self, mailbox: MailboxId, standing: Option<Standing>) {
        if let Some(standing) = standing {
            self.0.indexing.looked().insert(mailbox, standing);
        }
    }

    /// One look: `None` when something was found that has changed, or was not read at all; look
    /// again then. Rows are given of the first of the messages named, keywords of all of them.
    pub(super) async fn look(
        &self,
        imap: &Imap,
        mailbox: &Mailbox,
        (shown, marked): (&[u32], &[u32]),
        (attempt, haste): (u32, Haste),
    ) -> Result<Option<Surveyed>, Error> {
        let store = &self.0.shared.store;
        let Some(folder) = indexed::folder(store, self.0.id, mailbox.id).await? else {
            self.deepen(imap, mailbox, haste).await?;
            return Ok(None);
        };
        let listed = imap.standing(mailbox.id);
        let standing = listed.unwrap_or_default();
        let is_other = ![0, folder.uid_validity].contains(&standing.uid_validity);
        if is_other && self.0.indexing.looked().get(&mailbox.id) != Some(&standing) {
            // A connection that has selected the former one may go on showing that (Dovecot).
            imap.client.reselect(&mailbox.path);
            self.note_look(mailbox.id, listed);
            self.forget_folder(mailbox.id).await?;
            return Ok(None);
        }
        if standing.total.saturating_sub(folder.total()) > COME_MOST {
            self.forget_folder(mailbox.id).await?;
            return Ok(None);
        }
        let surveyed = match imap.survey(mailbox, &folder, shown, marked).await {
            // As when the folder was removed under the connection; another one is opened.
            Err(Error::Upstream {
                problem: Problem::Disconnected,
                ..
            }) if attempt == 0 => return Ok(None),
            surveyed => surveyed?,
        };
        if surveyed.uid_validity != folder.uid_validity {
            self.forget_folder(mailbox.id).await?;
            return Ok(None);
        }
        let mut after = folder.clone();
        after.uid_next = after.uid_next.max(standing.uid_next);
        if !surveyed.arrivals.is_empty() {
            self.put(&folder, after, &surveyed.arrivals, &[]).await?;
            return Ok(None);
        }
        let is_settled = surveyed.settled && surveyed.total == folder.total();
        if is_settled {
            self.note_look(mailbox.id, listed);
            if after != folder {
                self.put(&folder, after, &[], &[]).await?;
            }
            return Ok(Some(surveyed));
        }
        if surveyed.total < folder.total() || attempt > 0 {
            self.compare(imap, mailbox, &folder, haste).await?;
        }
        Ok(None)
    }

    /// Reads the next chunk of older messages.
    pub(super) async fn deepen(
        &self,
        imap: &Imap,
        mailbox: &Mailbox,
        haste: Haste,
    ) -> Result<(), Error> {
        let store = &self.0.shared.store;
        let known = indexed::folder(store, self.0.id, mailbox.id).await?;
        let chunk = match imap.older(mailbox, known.as_ref(), CHUNK, haste).await {
            Ok(chunk) => chunk,
            Err(Error::Vanished) => return self.forget_folder(mailbox.id).await,
            Err(error) => return Err(error),
        };
        let before = known.unwrap_or_else(|| Folder::unread(mailbox.id, chunk.uid_validity));
        let mut after = before.clone();
        let oldest = chunk.messages.iter().min_by_key(|message| message.uid);
        if let Some(oldest) = oldest {
            after.lowest = oldest.uid.min(before.lowest);
            after.reached_at = oldest.received_at;
        }
        after.below = chunk.below;
        if after.below == 0 {
            after.lowest = 1;
        }
        if !chunk.messages.is_empty() {
            self.0.indexing.deepened.store(true, Ordering::Release);
        }
        self.put(&before, after, &chunk.messages, &[]).await
    }

    /// Compares the UIDs that are there with those that the index has.
    async fn compare(
        &self,
        imap: &Imap,
        mailbox: &Mailbox,
        folder: &Folder,
        haste: Haste,
    ) -> Result<(), Error> {
        let (store, id) = (&self.0.shared.store, mailbox.id);
        let (total, there) = match imap.uids_from(mailbox, folder, haste).await {
            Err(Error::Vanished) => return self.forget_folder(id).await,
            found => found?,
        };
        let known = indexed::uids(store, self.0.id, id).await?;
        let is_counted = u32::try_from(known.len()).is_ok_and(|count| count == folder.held);
        let there: HashSet<u32> = there.into_iter().collect();
        let known: HashSet<u32> = known.into_iter().collect();
        let gone: Vec<u32> = known.difference(&there).copied().collect();
        let missing: Vec<u32> = there.difference(&known).copied().collect();
        if !is_counted || missing.len() > MISSING_MOST {
            return self.forget_folder(id).await;
        }
        let validity = folder.uid_validity;
        let mut come = imap.headed(mailbox, validity, &missing, haste).await?;
        let read: HashSet<u32> = come.iter().map(|message| message.uid).collect();
        let unreadable = missing.iter().filter(|uid| !read.contains(uid));
        come.extend(unreadable.map(|uid| {
            imap.unreadable(EmailId {
                mailbox: id,
                uid_validity: validity,
                uid: *uid,
            })
        }));
        let mut after = folder.clone();
        let count = u32::try_from(there.len()).unwrap_or(u32::MAX);
        after.below = match after.lowest {
            0 | 1 => 0,
            _ => total.saturating_sub(count),
        };
        self.put(folder, after, &come, &gone).await
    }

    /// Messages that we have moved away or removed ourselves need not be searched for.
    pub(in crate::engine) async fn take_out(&self, batch: &Batch) {
        if !self.0.indexing.used.load(Ordering::Relaxed) {
            return;
        }
        let (store, id) = (&self.0.shared.store, batch.mailbox.id);
        let taken = async {
            let folder = indexed::folder(store, self.0.id, id).await?;
            let is_same = |folder: &Folder| folder.uid_validity == batch.uid_validity;
            let Some(folder) = folder.filter(is_same) else {
                return Ok(());
            };
            let mut after = folder.clone();
            let below = batch.uids.iter().filter(|uid| **uid < folder.lowest);
            let below = u32::try_from(below.count()).unwrap_or(u32::MAX);
            after.below = after.below.saturating_sub(below);
            self.put(&folder, after, &[], &batch.uids).await
        };
        if let Err(error) = taken.await {
            // The next look finds it out.
            tracing::debug!(%error, "Messages were not taken out of the index");
        }
    }

    /// Writes down what was found. When somebody else was quicker, it is found again.
    async fn put(
        &self,
        before: &Folder,
        mut after: Folder,
        come: &[Message],
        gone: &[u32],
    ) -> Result<(), Error> {
        let highest = come.iter().map(|message| message.uid).max();
        after.highest = after.highest.max(highest.unwrap_or(0));
        after.uid_next = after.uid_next.max(after.highest.saturating_add(1));
        let change = Change {
            before,
            after,
            come,
            gone,
        };
        let (store, now) = (&self.0.shared.store, self.now());
        let put = indexed::put(store, self.0.id, &change, now).await?;
        if put.is_some() && !(come.is_empty() && gone.is_empty()) {
            self.0.indexing.note_change();
        }
        Ok(())
    }

    async fn forget_folder(&self, mailbox: MailboxId) -> Result<(), Error> {
        indexed::forget(&self.0.shared.store, self.0.id, mailbox).await?;
        self.0.indexing.note_change();
        Ok(())
    }
}
