//! Conversations: an answer belongs to what it answers, in whichever folder it lies.
//!
//! Cost: where mail lives here, as in `store::local::threads`; of mail on a server, as in
//! `engine::index`.

use std::collections::BTreeMap;

use crate::{
    mail::{
        address::Address,
        email::EmailSummary,
        id::{EmailId, MailboxId},
    },
    store::{
        self,
        local::{
            Owner,
            threads::{self, Part},
        },
    },
};

use super::{account::Account, error::Error, mailstore::Mailstore};

/// People of a conversation that are named.
const PEOPLE: usize = 50;

/// A conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// Its id.
    pub id: String,
    /// Its messages, the oldest first; of a very long one the newest 500.
    pub emails: Vec<EmailId>,
    /// The subject that it began with.
    pub subject: String,
    /// Who wrote in it, each once, the first one first.
    pub participants: Vec<Address>,
    /// Messages that were not read.
    pub unread: u32,
    /// When its newest message arrived (ms).
    pub received_at: i64,
}

/// Where a list of conversations goes on: when the newest message of the last one arrived, and its
/// id.
pub type After = (i64, String);

impl Account {
    /// Conversations of a folder, or of all, the newest first, and where the list goes on.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a folder.
    pub async fn threads(
        &self,
        only: Option<MailboxId>,
        after: Option<&After>,
        limit: u32,
    ) -> Result<(Vec<Thread>, Option<After>), Error> {
        let owner = match &self.0.mailstore {
            Mailstore::Imap(imap) => return self.threads_on(imap, only, after, limit).await,
            Mailstore::Local(local) => local.owner,
        };
        let (heads, more) = self.heads(owner, only, after, limit).await?;
        let mut all = Vec::new();
        for head in &heads {
            // One that another process has just deleted is passed over.
            match self.thread(&head.thread_id).await {
                Err(Error::NotFound) => {}
                thread => all.push(thread?),
            }
        }
        Ok((all, more))
    }

    /// The newest message of each conversation of a folder, the newest first.
    ///
    /// # Errors
    /// As [`Account::threads`].
    pub async fn list_collapsed(
        &self,
        mailbox: MailboxId,
        after: Option<&After>,
        limit: u32,
    ) -> Result<(Vec<EmailSummary>, Option<After>), Error> {
        let owner = match &self.0.mailstore {
            Mailstore::Imap(imap) => return self.newest_on(imap, mailbox, after, limit).await,
            Mailstore::Local(local) => local.owner,
        };
        let mailbox = self.mailbox(mailbox).await?;
        self.newest_of_conversations(owner, &mailbox, after, limit)
            .await
    }

    /// One conversation.
    ///
    /// # Errors
    /// [`Error::NotFound`] when this account has none of this id.
    pub async fn thread(&self, id: &str) -> Result<Thread, Error> {
        let owner = match &self.0.mailstore {
            Mailstore::Imap(imap) => return self.thread_on(imap, id).await,
            Mailstore::Local(local) => local.owner,
        };
        let parts = threads::messages(&self.0.shared.store, owner, id).await?;
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
            return Err(Error::NotFound);
        };
        let unread = parts.iter().filter(|part| !part.seen).count();
        let placements: Vec<EmailId> = parts.iter().map(Part::placement).collect();
        Ok(Thread {
            id: id.to_owned(),
            subject: first.subject.clone(),
            received_at: last.received_at,
            unread: u32::try_from(unread).unwrap_or(u32::MAX),
            emails: self.first_known(&placements).await?,
            participants: participants(parts.iter().flat_map(|part| &part.from_json)),
        })
    }

    async fn heads(
        &self,
        owner: Owner,
        only: Option<MailboxId>,
        after: Option<&After>,
        limit: u32,
    ) -> Result<(Vec<threads::Head>, Option<After>), Error> {
        if let Some(only) = only
            && !self.mailbox(only).await?.selectable
        {
            return Err(Error::NotFound);
        }
        let after = after.map(|(at, id)| (*at, id.as_str()));
        let store = &self.0.shared.store;
        let heads = threads::list(store, owner, only, after, limit.saturating_add(1));
        let mut heads = heads.await?;
        let has_more = heads.len() > limit as usize;
        heads.truncate(limit as usize);
        let last = heads.last().filter(|_| has_more);
        let more = last.map(|head| (head.newest, head.thread_id.clone()));
        Ok((heads, more))
    }

    /// The ids under which messages were first known, in the same order.
    pub(super) async fn first_known(&self, placements: &[EmailId]) -> Result<Vec<EmailId>, Error> {
        let (store, account) = (&self.0.shared.store, self.0.id);
        Ok(store::aliases::first_known(store, account, placements).await?)
    }
}

/// The UIDs of placements, by the folder and the UIDVALIDITY that they belong to.
pub(super) fn by_folder(
    placements: impl IntoIterator<Item = EmailId>,
) -> BTreeMap<(MailboxId, u32), Vec<u32>> {
    let mut folders: BTreeMap<(MailboxId, u32), Vec<u32>> = BTreeMap::new();
    for at in placements {
        let uids = folders.entry((at.mailbox, at.uid_validity)).or_default();
        uids.push(at.uid);
    }
    folders
}

/// Who wrote, each once, the first one first; at most [`PEOPLE`].
pub(super) fn participants<'a>(writers: impl IntoIterator<Item = &'a Address>) -> Vec<Address> {
    let mut all: Vec<Address> = Vec::new();
    for writer in writers {
        let is_named = all.iter().any(|one| one.email == writer.email);
        if !is_named && all.len() < PEOPLE {
            all.push(writer.clone());
        }
    }
    all
}
