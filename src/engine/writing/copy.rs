//! The copy of a draft in the Drafts folder, so that other programs can go on with it. It follows
//! the row: written when the page is left, at a wish, when somebody looks into the folder, or a
//! minute after the last save, and each time it replaces exactly the one message that was there
//! before.
//!
//! Cost: 2 round trips (APPEND, and the removal of the one before).

use std::time::Duration;

use futures_util::StreamExt as _;

use crate::{
    mail::{
        compose::{self, Purpose},
        id::EmailId,
        keyword,
        mailbox::{Mailbox, Role},
    },
    store::{self, drafts::Copy},
};

use super::{
    super::{
        account::Account,
        alone::Alone,
        error::{Error, Problem},
        events::Happened,
        mailstore::{Batch, Incoming},
        secrets,
    },
    outgoing::Fixed,
};

/// A draft that has not been changed for this long is copied, in milliseconds.
const SETTLED: i64 = 60_000;
/// The same when somebody looks into the folder: nobody types at the moment.
const RESTED: i64 = 3_000;
/// How long who looks waits for that.
const A_LOOK: Duration = Duration::from_millis(1_500);
/// How long is waited for another process that writes one.
const PATIENCE: Duration = Duration::from_secs(10);

impl Account {
    /// Writes the copy of a draft, unless it is up to date.
    ///
    /// # Errors
    /// What the server says. The draft itself is safe whatever happens here.
    pub async fn copy_draft(&self, id: i64) -> Result<(), Error> {
        let writing = self.writing_copies().await?;
        let row = self.draft_row(id).await?;
        if row.copy_revision == row.revision {
            return Ok(());
        }
        let drafts = self.mailbox_for(Role::Drafts).await?;
        let message_id = match row.copy_message_id.is_empty() {
            true => compose::message_id(secrets::random(), self.domain()),
            false => row.copy_message_id.clone(),
        };
        let mark = format!("{}-{}", row.key, row.revision);
        let fixed = Fixed {
            message_id: &message_id,
            date: row.updated_at,
            offset: 0,
            purpose: Purpose::Keep,
            alone: false,
            mark: Some(&mark),
        };
        let outgoing = self.outgoing(&row, fixed).await?;
        let content = outgoing.content;
        let message = Incoming {
            size: usize::try_from(content.size).unwrap_or(usize::MAX),
            looked: self.bytes_of(content.clone()).boxed(),
            octets: self.bytes_of(content).boxed(),
        };
        let words = [keyword::DRAFT, keyword::SEEN];
        let mailstore = &self.0.mailstore;
        let placed = mailstore.append(&drafts, &words, None, message).await?;
        let placed = match placed {
            Some(placed) => Some(placed),
            None => self.find_copy(&drafts, &message_id, row.copy()).await?,
        };
        if let Some((uid_validity, uid)) = placed {
            let copy = Copy {
                mailbox: drafts.id,
                uid_validity,
                uid,
            };
            let store = &self.0.shared.store;
            let (user, id) = (self.0.user, row.id);
            let recorded =
                store::drafts::copies::record(store, user, id, copy, row.revision, &message_id);
            match recorded.await? {
                true => self.remove_copy(row.copy()).await,
                // The draft went away meanwhile: so must what was just written.
                false => self.remove_copy(Some(copy)).await,
            }
        }
        drop(writing);
        self.refiled(&[Happened::created(drafts.id, &[])]).await;
        Ok(())
    }

    /// Until what this gives is dropped, nobody else writes copies of drafts: no other task, and no
    /// other process.
    pub(in crate::engine) async fn writing_copies(
        &self,
    ) -> Result<(tokio::sync::MutexGuard<'_, ()>, Alone), Error> {
        let own = self.0.copying.lock().await;
        let name = format!("copying {}", self.0.id);
        let alone = self.0.shared.alone_soon(&name, PATIENCE).await?;
        Ok((own, alone))
    }

    /// Copies the drafts that nobody types in at the moment, so that a look into their folder shows
    /// them. Copying goes on where it takes longer than one waits for a page.
    pub async fn file_drafts(&self) {
        let account = self.clone();
        let filing = tokio::spawn(async move { account.copy_resting_drafts(RESTED).await });
        let _later = tokio::time::timeout(A_LOOK, filing).await;
    }

    /// Copies the drafts that have not been changed for a minute.
    pub(in crate::engine) async fn copy_settled_drafts(&self) {
        self.copy_resting_drafts(SETTLED).await;
    }

    async fn copy_resting_drafts(&self, rest: i64) {
        let (store, before) = (&self.0.shared.store, self.now() - rest);
        let due = match store::drafts::copies::due(store, self.0.id, before).await {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(?error, "Drafts to be copied could not be read");
                return;
            }
        };
        for row in due {
            if let Err(error) = self.copy_draft(row.id.get()).await {
                tracing::debug!(%error, "A draft could not be copied into its folder");
                return;
            }
        }
    }

    /// The draft that a message in the Drafts folder is the copy of.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn draft_of(&self, email: EmailId) -> Result<Option<i64>, Error> {
        let copy = self.locate(email).await?.placement;
        let store = &self.0.shared.store;
        let row = store::drafts::copies::by_copy(store, self.0.id, copy).await?;
        Ok(row.map(|row| row.id.get()))
    }

    /// Removes the one message that a draft's row says is its copy.
    pub(in crate::engine) async fn remove_copy(&self, copy: Option<Copy>) {
        let Some(copy) = copy else { return };
        if let Err(error) = self.expunge_copy(copy).await {
            // It stays as one more draft; nothing is lost.
            tracing::debug!(%error, "The copy of a draft could not be removed");
        }
    }

    /// The same for those who try until it is done. What can't be done is.
    pub(in crate::engine) async fn expunge_copy(&self, copy: Copy) -> Result<(), Error> {
        let mailbox = match self.mailbox(copy.mailbox).await {
            Ok(mailbox) => mailbox,
            Err(Error::NotFound) => return Ok(()),
            Err(error) => return Err(error),
        };
        let id = mailbox.id;
        let batch = Batch {
            mailbox,
            uid_validity: copy.uid_validity,
            uids: vec![copy.uid],
        };
        let gone = self.0.mailstore.discard(&batch).await;
        self.refiled(&[Happened::of(id)]).await;
        match gone {
            Ok(()) | Err(Error::NotFound | Error::Vanished) => Ok(()),
            Err(Error::Upstream {
                problem: Problem::NoPermission | Problem::Refused,
                cause,
                ..
            }) => {
                tracing::debug!(cause, "The server keeps the copy of a draft");
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Where a server without UIDPLUS has put the copy.
    async fn find_copy(
        &self,
        drafts: &Mailbox,
        message_id: &str,
        before: Option<Copy>,
    ) -> Result<Option<(u32, u32)>, Error> {
        let newest = self.0.mailstore.find(drafts, message_id).await?;
        Ok(newest.filter(|(_, uid)| before.is_none_or(|copy| copy.uid < *uid)))
    }

    /// The domain of ids that are made for this account.
    pub(in crate::engine) fn domain(&self) -> &str {
        let domain = self.0.address.rsplit_once('@');
        domain.map_or("localhost", |(_, domain)| domain)
    }
}
