//! Down the folders of an account, message by message, the oldest first.

use std::collections::VecDeque;

use crate::{
    engine::{account::Account, error::Error, list::Anchor, mailstore::Located},
    mail::{
        email::EmailSummary,
        id::MailboxId,
        mailbox::{Mailbox, Role},
    },
};

use super::{filing::STEP, gather::Gathered, patience::Patience};

/// More folders inside of one another than there are.
const DEPTH_MOST: usize = 64;

/// A folder with the names that lead to it, from the top down.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Folder {
    pub(super) names: Vec<String>,
    pub(super) mailbox: Mailbox,
}

/// See the module's description.
pub(super) struct Walk {
    account: Account,
    folders: VecDeque<Folder>,
    anchor: Anchor,
    rows: VecDeque<EmailSummary>,
    ended: bool,
}

/// What comes next.
pub(super) enum Step {
    /// A folder, before its messages.
    Folder(Folder),
    /// A message of it.
    Message(Box<EmailSummary>),
    /// Its messages are all.
    End(Folder),
}

impl Account {
    /// The folders that hold messages of their own: one, or all.
    pub(in crate::engine) async fn folders_to_carry(
        &self,
        only: Option<MailboxId>,
    ) -> Result<Vec<Folder>, Error> {
        let list = self.mailboxes_now().await?;
        let wanted = |mailbox: &&Mailbox| match only {
            Some(only) => mailbox.id == only && mailbox.selectable,
            // Those are views of what lies elsewhere.
            None => mailbox.selectable && !matches!(mailbox.role, Some(Role::All | Role::Flagged)),
        };
        let folders: Vec<Folder> = list
            .iter()
            .filter(wanted)
            .map(|mailbox| Folder {
                names: self.names_of(&list, mailbox),
                mailbox: mailbox.clone(),
            })
            .collect();
        match only.is_some() && folders.is_empty() {
            true => Err(Error::NotFound),
            false => Ok(folders),
        }
    }

    fn names_of(&self, list: &[Mailbox], mailbox: &Mailbox) -> Vec<String> {
        let mut names = Vec::new();
        let mut at = Some(mailbox);
        while let Some(one) = at.filter(|_| names.len() < DEPTH_MOST) {
            names.push(one.name.clone());
            // Where all folders lie inside of the inbox, that is not what their owner sees.
            let is_top = one.path == self.0.mailstore.own_path(&one.name);
            let above = one.parent.filter(|_| !is_top);
            at = above.and_then(|above| list.iter().find(|other| other.id == above));
        }
        names.reverse();
        names
    }
}

impl Walk {
    pub(super) fn new(account: &Account, folders: Vec<Folder>) -> Self {
        Self {
            account: account.clone(),
            folders: folders.into(),
            anchor: Anchor::After(0),
            rows: VecDeque::new(),
            ended: true,
        }
    }

    /// The next step; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Step>, Error> {
        let mut patience = Patience::new();
        loop {
            match self.step().await {
                Err(error) if patience.lasts(&error).await => {}
                step => return step,
            }
        }
    }

    /// The same; after a failure it is still the next one.
    async fn step(&mut self) -> Result<Option<Step>, Error> {
        loop {
            if let Some(row) = self.rows.pop_front() {
                return Ok(Some(Step::Message(Box::new(row))));
            }
            let Some(folder) = self.folders.front().cloned() else {
                return Ok(None);
            };
            if self.anchor == Anchor::After(0) && self.ended {
                self.ended = false;
                return Ok(Some(Step::Folder(folder)));
            }
            if self.ended {
                self.folders.pop_front();
                self.anchor = Anchor::After(0);
                return Ok(Some(Step::End(folder)));
            }
            let mailstore = &self.account.0.mailstore;
            let window = mailstore.window(&folder.mailbox, self.anchor, STEP).await?;
            let newest = window.rows.first().map_or(1, |row| row.placement.uid);
            self.ended = window.offset == 0 || window.rows.is_empty();
            self.anchor = Anchor::After(newest);
            self.rows = window.rows.into();
            self.rows.make_contiguous().reverse();
        }
    }

    /// The octets of a message; `None` when it has gone meanwhile.
    pub(super) async fn message(&self, row: &EmailSummary) -> Result<Option<Gathered>, Error> {
        let Some(folder) = self.folders.front() else {
            return Ok(None);
        };
        let (shared, user) = (&self.account.0.shared, self.account.0.user);
        let located = Located {
            mailbox: folder.mailbox.clone(),
            placement: row.placement,
        };
        let mut patience = Patience::new();
        loop {
            let gathered = async {
                let octets = self.account.0.mailstore.section(&located, "").await?;
                Gathered::of(shared, user, octets, u64::MAX).await
            };
            match gathered.await {
                Ok(gathered) => return Ok(Some(gathered)),
                Err(Error::NotFound | Error::Vanished) => return Ok(None),
                Err(error) if patience.lasts(&error).await => {}
                Err(error) => return Err(error),
            }
        }
    }
}
