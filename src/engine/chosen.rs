//! Messages that something is to be done to, and which of them still lie where they were seen.
//!
//! Cost: one statement for all of them.

use std::collections::HashSet;

use crate::{
    mail::id::{EmailId, MailboxId},
    store,
};

use super::{account::Account, error::Error, mailstore::Batch, threads::by_folder};

/// More than this can't be chosen at once: rows of a list stand for several each.
const CHOSEN_MOST: usize = 1000;

/// Messages that something is to be done to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen(Vec<One>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct One {
    id: EmailId,
    /// It is left alone when it lies elsewhere.
    only: Option<MailboxId>,
}

impl Chosen {
    /// Adds what a row of a folder's list stands for. Of several messages, which are a conversation,
    /// what was filed elsewhere meanwhile stays there; one alone is that message, wherever it has
    /// gone.
    pub fn add_row(&mut self, mailbox: MailboxId, ids: &[EmailId]) {
        let only = (ids.len() > 1).then_some(mailbox);
        self.0.extend(ids.iter().map(|id| One { id: *id, only }));
    }

    /// Nothing was chosen.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The ids under which they were chosen.
    pub fn ids(&self) -> Vec<EmailId> {
        self.0.iter().map(|one| one.id).collect()
    }
}

impl From<&[EmailId]> for Chosen {
    fn from(ids: &[EmailId]) -> Self {
        Self(
            ids.iter()
                .map(|id| One {
                    id: *id,
                    only: None,
                })
                .collect(),
        )
    }
}

impl<const N: usize> From<&[EmailId; N]> for Chosen {
    fn from(ids: &[EmailId; N]) -> Self {
        Self::from(ids.as_slice())
    }
}

impl From<&Vec<EmailId>> for Chosen {
    fn from(ids: &Vec<EmailId>) -> Self {
        Self::from(ids.as_slice())
    }
}

impl Account {
    /// Groups messages by the folder that they lie in now. [`Error::NotFound`] when all of them
    /// were filed elsewhere.
    pub(super) async fn batches(&self, chosen: impl Into<Chosen>) -> Result<Vec<Batch>, Error> {
        let chosen: Chosen = chosen.into();
        if chosen.0.is_empty() {
            return Err(Error::Invalid("nothing-selected"));
        }
        if chosen.0.len() > CHOSEN_MOST {
            return Err(Error::Invalid("too-many-selected"));
        }
        let store = &self.0.shared.store;
        let placements = store::aliases::resolve_all(store, self.0.id, &chosen.ids()).await?;
        let mut seen = HashSet::new();
        let here = chosen.0.iter().zip(placements);
        let here = here.filter(|(one, at)| one.only.is_none_or(|only| only == at.mailbox));
        let folders = by_folder(here.map(|(_, at)| at).filter(|at| seen.insert(*at)));
        if folders.is_empty() {
            return Err(Error::NotFound);
        }
        let mut batches = Vec::new();
        for ((mailbox, uid_validity), uids) in folders {
            batches.push(Batch {
                mailbox: self.mailbox(mailbox).await?,
                uid_validity,
                uids,
            });
        }
        Ok(batches)
    }
}
