//! The half that lies on an IMAP server: the domain's words into the client's and back.
//!
//! Cost: one round trip for an operation when the folder is selected on a connection, two when
//! not; each function of the client says it exactly.

mod folders;
mod index;
mod open;
mod rows;
mod sorted;

use std::{
    collections::HashMap,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use futures_util::{StreamExt as _, TryStreamExt as _};

use crate::{
    imap::{client::Client, convert, error::Error as ImapError, source::Source, watch::Watch},
    mail::{
        id::{EmailId, MailboxId},
        keyword::Keywords,
        mailbox::Mailbox,
        query::Filter,
    },
    store::{Store, id::AccountId},
};

use super::{
    super::{
        blocking::Blocking,
        caches::Caches,
        error::{Error, Problem},
        import::Quota,
        parts::Octets,
    },
    Batch, Incoming, Located, Moved, Vocabulary,
};

pub(in crate::engine) use self::index::{Standing, Surveyed};

/// Messages deleted in one command when a folder is emptied.
const AT_ONCE: usize = 5000;

/// An account on an IMAP server.
pub(in crate::engine) struct Imap {
    pub(in crate::engine) client: Client,
    /// Which folders it has had, with their keys.
    pub(in crate::engine) store: Store,
    pub(in crate::engine) account: AccountId,
    /// The one signed in with.
    pub(in crate::engine) is_primary: bool,
    /// Rows of lists.
    pub(in crate::engine) caches: Caches,
    /// For messages that the server can't take apart.
    pub(in crate::engine) taking_apart: Blocking,
    pub(in crate::engine) clock: crate::clock::Clock,
    /// By which conversations get their ids.
    pub(in crate::engine) thread_key: [u8; 32],
    /// What the last listing said of each folder.
    pub(in crate::engine) standings: Standings,
}

/// See [`Imap::standing`].
pub(in crate::engine) type Standings = Mutex<HashMap<MailboxId, Standing>>;

/// Where the person has signed in with this very password, they are asked for it again at once.
/// The password of an account that was added is another, and has its own place to be given.
fn blamed(is_primary: bool, error: Error) -> Error {
    match error {
        Error::Upstream {
            problem,
            cause,
            said,
        } if problem.is_wrong_password() && !is_primary => Error::Upstream {
            problem: Problem::AccountPassword,
            cause,
            said,
        },
        error => error,
    }
}

impl Imap {
    /// See [`blamed`].
    pub(super) fn blamed(&self, error: Error) -> Error {
        blamed(self.is_primary, error)
    }

    pub(super) fn round_trips(&self) -> u64 {
        self.client.round_trips()
    }

    fn standings(&self) -> MutexGuard<'_, HashMap<MailboxId, Standing>> {
        self.standings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Hears of changes to a folder.
    pub(in crate::engine) fn watch(&self, mailbox: &Mailbox) -> Watch {
        self.client.watch(&mailbox.path)
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

    pub(super) async fn keywords(&self, located: &Located) -> Result<Keywords, Error> {
        let EmailId {
            uid_validity, uid, ..
        } = located.placement;
        let path = &located.mailbox.path;
        let fetched = self.client.by_uid(path, uid_validity, &[], &[uid]).await?;
        let flags = fetched.first().and_then(|one| one.flags.as_deref());
        flags.map(convert::keywords).ok_or(Error::Vanished)
    }

    pub(super) async fn keywords_of(&self, batch: &Batch) -> Result<Vec<(u32, Keywords)>, Error> {
        let (path, validity) = (&batch.mailbox.path, batch.uid_validity);
        let fetched = self.client.by_uid(path, validity, &[], &batch.uids).await?;
        let own = fetched.iter().filter_map(|one| {
            let flags = one.flags.as_deref().map(convert::keywords);
            one.uid.zip(flags)
        });
        Ok(own.collect())
    }

    pub(super) async fn vocabulary(&self, mailbox: &Mailbox) -> Result<Vocabulary, Error> {
        let kept = self.client.kept(&mailbox.path).await?;
        Ok(Vocabulary {
            words: kept.words,
            any: kept.any,
        })
    }

    pub(super) fn section(&self, located: &Located, section: &str) -> Octets {
        let EmailId {
            uid_validity, uid, ..
        } = located.placement;
        let path = &located.mailbox.path;
        let pieces = self.client.stream(path, uid_validity, uid, section);
        let is_primary = self.is_primary;
        let told = move |error: ImapError| blamed(is_primary, error.into());
        Box::pin(pieces.map(move |piece| piece.map_err(told)))
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

    pub(super) async fn copy_to(&self, batch: &Batch, target: &Mailbox) -> Result<Moved, Error> {
        let (path, validity) = (&batch.mailbox.path, batch.uid_validity);
        let copied = self.client.copy(path, validity, &batch.uids, &target.path);
        let copied = copied.await?;
        Ok(Moved {
            uid_validity: copied.uid_validity,
            pairs: copied.pairs,
        })
    }

    /// As the server bounds it. 1 round trip.
    pub(super) async fn room(&self) -> Result<Option<Quota>, Error> {
        let storage = self.client.storage("INBOX").await?;
        Ok(storage.map(|storage| Quota {
            used: storage.used,
            most: Some(storage.limit),
        }))
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
        mut message: Incoming,
    ) -> Result<Option<(u32, u32)>, Error> {
        let mut has_nul = false;
        while let Some(piece) = message.looked.try_next().await? {
            has_nul |= piece.contains(&0);
        }
        let octets = message.octets.map_err(io::Error::other);
        let source = Source::new(message.size, has_nul, octets);
        let path = &mailbox.path;
        let appended = self.client.append(path, keywords, received_at, source);
        Ok(appended.await?)
    }
}
