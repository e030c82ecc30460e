//! The half that lies on an IMAP server: the domain's words into the client's and back.
//!
//! Cost: one round trip for an operation when the folder is selected on a connection, two when
//! not; each function of the client says it exactly.

mod folders;
mod open;

use bytes::Bytes;
use futures_util::StreamExt as _;

use crate::{
    imap::{Fetched, client::Client, convert, error::Error as ImapError, watch::Watch, window},
    mail::{email::EmailSummary, id::EmailId, keyword, mailbox::Mailbox, query::Filter},
    store::{Store, id::AccountId},
};

use super::{
    super::{blocking::Blocking, error::Error, list::Anchor, parts::Octets},
    Batch, Found, Located, Moved, Rows,
};

/// Messages deleted in one command when a folder is emptied.
const AT_ONCE: usize = 5000;

/// An account on an IMAP server.
pub(in crate::engine) struct Imap {
    pub(in crate::engine) client: Client,
    /// Which folders it has had, with their keys.
    pub(in crate::engine) store: Store,
    pub(in crate::engine) account: AccountId,
    /// For messages that the server can't take apart.
    pub(in crate::engine) taking_apart: Blocking,
    pub(in crate::engine) clock: crate::clock::Clock,
}

impl Imap {
    pub(super) fn round_trips(&self) -> u64 {
        self.client.round_trips()
    }

    /// Hears of changes to a folder.
    pub(in crate::engine) fn watch(&self, mailbox: &Mailbox) -> Watch {
        self.client.watch(&mailbox.path)
    }

    pub(super) async fn window(
        &self,
        mailbox: &Mailbox,
        anchor: Anchor,
        limit: u32,
    ) -> Result<Rows, Error> {
        let anchor = match anchor {
            Anchor::Newest => window::Anchor::Newest,
            Anchor::Before(uid) => window::Anchor::Before(uid),
            Anchor::After(uid) => window::Anchor::After(uid),
        };
        let found = self.client.window(&mailbox.path, anchor, limit).await?;
        let total = found.selected.exists;
        let shown = u32::try_from(found.messages.len()).unwrap_or(u32::MAX);
        Ok(Rows {
            rows: summaries(mailbox, found.selected.uid_validity, &found.messages),
            total,
            offset: found.offset,
            has_older: found.offset.saturating_add(shown) < total,
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
        let shown = usize::try_from(limit).unwrap_or(usize::MAX);
        let most = shown.saturating_add(1);
        let path = &mailbox.path;
        let mut found = self.client.search(path, filter, before, most).await?;
        let has_older = found.uids.len() > shown || !found.complete;
        found.uids.truncate(shown);
        let validity = found.uid_validity;
        let messages = self.client.by_uid(path, validity, &found.uids).await?;
        let mut rows = summaries(mailbox, validity, &messages);
        rows.sort_by_key(|row| std::cmp::Reverse(row.placement.uid));
        Ok(Found { rows, has_older })
    }

    pub(super) async fn find(
        &self,
        mailbox: &Mailbox,
        message_id: &str,
    ) -> Result<Option<(u32, u32)>, Error> {
        let filter = Filter::Header("Message-ID".to_owned(), message_id.to_owned());
        let found = self.client.search(&mailbox.path, &filter, None, 1).await?;
        let newest = found.uids.iter().max();
        Ok(newest.map(|uid| (found.uid_validity, *uid)))
    }

    pub(super) async fn summary(&self, located: &Located) -> Result<EmailSummary, Error> {
        let EmailId {
            uid_validity, uid, ..
        } = located.placement;
        let path = &located.mailbox.path;
        let fetched = self.client.by_uid(path, uid_validity, &[uid]).await?;
        let row = fetched
            .first()
            .and_then(|one| convert::summary(one, located.placement));
        row.ok_or(Error::Vanished)
    }

    pub(super) fn section(&self, located: &Located, section: &str) -> Octets {
        let EmailId {
            uid_validity, uid, ..
        } = located.placement;
        let path = &located.mailbox.path;
        let pieces = self.client.stream(path, uid_validity, uid, section);
        Box::pin(pieces.map(|piece| piece.map_err(|error: ImapError| error.into())))
    }

    pub(super) async fn set_keywords(
        &self,
        batch: &Batch,
        add: &[&str],
        remove: &[&str],
    ) -> Result<(), Error> {
        let (path, validity) = (&batch.mailbox.path, batch.uid_validity);
        let stored = self.client.store(path, validity, &batch.uids, add, remove);
        Ok(stored.await?)
    }

    pub(super) async fn move_to(&self, batch: &Batch, target: &Mailbox) -> Result<Moved, Error> {
        let (path, validity) = (&batch.mailbox.path, batch.uid_validity);
        let moved = self.client.move_(path, validity, &batch.uids, &target.path);
        let moved = moved.await?;
        Ok(Moved {
            uid_validity: moved.uid_validity,
            pairs: moved.pairs,
        })
    }

    pub(super) async fn copy_to(&self, batch: &Batch, target: &Mailbox) -> Result<(), Error> {
        let (path, validity) = (&batch.mailbox.path, batch.uid_validity);
        let copied = self.client.copy(path, validity, &batch.uids, &target.path);
        copied.await?;
        Ok(())
    }

    /// What a server can only mark is hidden from lists, so it is gone for people.
    pub(super) async fn expunge(&self, batch: &Batch) -> Result<(), Error> {
        let (path, validity) = (&batch.mailbox.path, batch.uid_validity);
        self.client.expunge(path, validity, &batch.uids).await?;
        Ok(())
    }

    pub(super) async fn empty(&self, mailbox: &Mailbox) -> Result<usize, Error> {
        let everything = Filter::And(Vec::new());
        let mut gone = 0;
        // From the newest down, so that it ends also where a server keeps what it was told to
        // remove.
        let mut before = None;
        loop {
            let path = &mailbox.path;
            let found = self.client.search(path, &everything, before, AT_ONCE);
            let found = found.await?;
            if found.uids.is_empty() {
                return Ok(gone);
            }
            let validity = found.uid_validity;
            self.client.expunge(path, validity, &found.uids).await?;
            gone += found.uids.len();
            before = found.next_before;
            if before.is_none() {
                return Ok(gone);
            }
        }
    }

    pub(super) async fn append(
        &self,
        mailbox: &Mailbox,
        keywords: &[&str],
        received_at: Option<i64>,
        message: Bytes,
    ) -> Result<Option<(u32, u32)>, Error> {
        let path = &mailbox.path;
        let appended = self.client.append(path, keywords, received_at, message);
        Ok(appended.await?)
    }
}

/// Rows for fetched messages.
fn summaries(mailbox: &Mailbox, uid_validity: u32, messages: &[Fetched]) -> Vec<EmailSummary> {
    let rows = messages.iter().filter_map(|message| {
        let placement = EmailId {
            mailbox: mailbox.id,
            uid_validity,
            uid: message.uid?,
        };
        let row = convert::summary(message, placement)?;
        // Removed as far as the server can: it keeps such messages until somebody expunges.
        (!row.keywords.has(keyword::DELETED)).then_some(row)
    });
    rows.collect()
}
