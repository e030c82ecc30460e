//! What is done to many messages at once, in steps that hold no connection for long.
//!
//! Cost: two round trips for each 200 messages.

use std::collections::BTreeMap;

use crate::mail::{
    email::EmailSummary,
    id::{EmailId, MailboxId},
    keyword,
    mailbox::{Mailbox, Role},
    query::Filter,
    sort::Sort,
};

use super::{
    account::Account,
    error::Error,
    list::{Anchor, Window},
};

/// Messages of one step.
const STEP: u32 = 200;

/// Goes down a folder, or what a filter finds in it, step by step. What is changed on the way
/// changes nothing of what is still to come, for the next step begins below a UID.
#[derive(Debug)]
pub struct Descent {
    window: Window,
    ended: bool,
    total: Option<u32>,
}

impl Descent {
    /// From the newest message of a folder.
    pub fn new(mailbox: MailboxId, filter: Option<Filter>) -> Self {
        Self {
            window: Window {
                mailbox,
                filter,
                sort: Sort::default(),
                anchor: Anchor::Newest,
                limit: STEP,
            },
            ended: false,
            total: None,
        }
    }

    /// Messages in all, as far as the first step could tell.
    pub fn total(&self) -> Option<u32> {
        self.total
    }

    /// The next messages, newest first; none at the end.
    ///
    /// # Errors
    /// As [`Account::list`].
    pub async fn next(&mut self, account: &Account) -> Result<Vec<EmailSummary>, Error> {
        if self.ended {
            return Ok(Vec::new());
        }
        let page = account.list(&self.window).await?;
        if page.complete {
            self.total.get_or_insert(page.total);
        }
        match page.rows.last() {
            Some(last) if page.has_older => self.window.anchor = Anchor::Before(last.placement.uid),
            _ => self.ended = true,
        }
        Ok(page.rows.clone())
    }
}

/// What is done to each of many messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Keywords are set and removed.
    Mark {
        /// Those to set.
        add: Vec<String>,
        /// Those to remove.
        remove: Vec<String>,
    },
    /// They are moved into this folder.
    Move(MailboxId),
    /// They are copied into this folder.
    Copy(MailboxId),
    /// They are moved to Trash.
    Trash,
    /// They are deleted for good, wherever they lie.
    Destroy,
}

/// What became of some of the messages.
pub type Outcome = (Vec<EmailId>, Result<(), Error>);

impl Account {
    /// Does several things to many messages. Those of one folder succeed or fail together; those
    /// that are not there, by themselves.
    pub async fn each(&self, ids: &[EmailId], tasks: &[Task]) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        let mut folders: BTreeMap<MailboxId, Vec<EmailId>> = BTreeMap::new();
        for id in ids {
            match self.locate(*id).await {
                Ok(located) => folders.entry(located.mailbox.id).or_default().push(*id),
                Err(error) => outcomes.push((vec![*id], Err(error))),
            }
        }
        for ids in folders.into_values() {
            let done = self.all(&ids, tasks).await;
            outcomes.push((ids, done));
        }
        outcomes
    }

    async fn all(&self, ids: &[EmailId], tasks: &[Task]) -> Result<(), Error> {
        for task in tasks {
            match task {
                Task::Mark { add, remove } => {
                    let add: Vec<&str> = add.iter().map(String::as_str).collect();
                    let remove: Vec<&str> = remove.iter().map(String::as_str).collect();
                    self.set_keywords(ids, &add, &remove).await?;
                }
                Task::Move(target) => drop(self.move_to(ids, *target).await?),
                Task::Copy(target) => drop(self.copy_to(ids, *target).await?),
                Task::Trash => drop(self.trash(ids).await?),
                Task::Destroy => self.destroy(ids).await?,
            }
        }
        Ok(())
    }

    /// Deletes messages for good, wherever they lie: by way of Trash, so that nothing is removed
    /// for good by mistake halfway.
    ///
    /// # Errors
    /// As [`Account::trash`] and [`Account::delete`].
    pub async fn destroy(&self, ids: &[EmailId]) -> Result<(), Error> {
        let batches = self.batches(ids).await?;
        let there = |mailbox: &Mailbox| matches!(mailbox.role, Some(Role::Trash | Role::Junk));
        let mut elsewhere = Vec::new();
        for batch in batches.iter().filter(|batch| !there(&batch.mailbox)) {
            let place = |uid: &u32| EmailId {
                mailbox: batch.mailbox.id,
                uid_validity: batch.uid_validity,
                uid: *uid,
            };
            elsewhere.extend(batch.uids.iter().map(place));
        }
        if !elsewhere.is_empty() {
            self.trash(&elsewhere).await?;
        }
        self.delete(ids).await.map(drop)
    }

    /// Marks every message of a folder as read; says how many were not.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a folder; upstream trouble leaves what was done done.
    pub async fn mark_all_read(&self, id: MailboxId) -> Result<usize, Error> {
        let unread = Filter::NotKeyword(keyword::SEEN.to_owned());
        let mut descent = Descent::new(id, Some(unread));
        let mut count = 0;
        loop {
            let rows = descent.next(self).await?;
            if rows.is_empty() {
                return Ok(count);
            }
            let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
            self.set_keywords(&ids, &[keyword::SEEN], &[]).await?;
            count += ids.len();
        }
    }

    /// As [`Account::delete_mailbox`], but only where no message would go with it.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is one.
    pub async fn delete_empty_mailbox(&self, id: MailboxId) -> Result<(), Error> {
        let list = self.mailboxes_now().await?;
        let found = list.iter().find(|mailbox| mailbox.id == id);
        let holds = |mailbox: &Mailbox| mailbox.total > 0;
        if found.ok_or(Error::NotFound).map(holds)? {
            return Err(Error::Invalid("not-empty"));
        }
        self.delete_mailbox(id).await
    }
}
