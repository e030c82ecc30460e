//! Watching folders, so that pages change by themselves: while somebody listens, the inbox and
//! the folder looked at last are watched by IDLE (or asked now and then where the server has none,
//! or no connection is free for it). The watcher also vouches for kept lists.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use tokio_util::task::AbortOnDropHandle;

use crate::{
    imap::watch::Watch,
    mail::{
        id::MailboxId,
        mailbox::{Mailbox, Role},
    },
};

use super::{
    account::{Account, Live},
    error::Error,
    events::EventKind,
    mailstore::{Imap, Mailstore},
};

/// The watched folders.
#[derive(Debug, Default)]
pub(super) struct Watchers {
    watched: Mutex<HashMap<MailboxId, Watcher>>,
    looked_at: Mutex<Option<MailboxId>>,
}

#[derive(Debug)]
struct Watcher {
    watch: Arc<Watch>,
    task: AbortOnDropHandle<()>,
}

impl Watchers {
    /// Would the server have told of any change to this folder by now?
    pub(super) fn vouch_for(&self, mailbox: MailboxId) -> bool {
        let watchers = self.lock();
        let watcher = watchers.get(&mailbox);
        watcher.is_some_and(|watcher| !watcher.task.is_finished() && watcher.watch.vouches())
    }

    fn looked_at(&self) -> Option<MailboxId> {
        *self
            .looked_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the folder that was looked at before.
    fn look_at(&self, mailbox: MailboxId) -> Option<MailboxId> {
        let mut looked_at = self
            .looked_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        looked_at.replace(mailbox)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<MailboxId, Watcher>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Account {
    /// Somebody listens for changes: watch the inbox, and the folder whose list was asked for
    /// last.
    ///
    /// # Errors
    /// When the folders can't be listed.
    pub async fn watch(&self) -> Result<(), Error> {
        self.follow().await?;
        let Mailstore::Imap(imap) = &self.0.mailstore else {
            return Ok(());
        };
        let list = self.mailboxes().await?;
        let looked_at = self.0.watchers.looked_at();
        let is_inbox = |mailbox: &Mailbox| mailbox.role == Some(Role::Inbox);
        let mut wanted: Vec<&Mailbox> = list
            .iter()
            .filter(|mailbox| mailbox.selectable)
            .filter(|mailbox| is_inbox(mailbox) || Some(mailbox.id) == looked_at)
            .collect();
        // The first gets a connection of its own where there are few.
        wanted.sort_by_key(|mailbox| !is_inbox(mailbox));
        let mut watchers = self.0.watchers.lock();
        watchers.retain(|id, watcher| {
            wanted.iter().any(|mailbox| mailbox.id == *id) && !watcher.task.is_finished()
        });
        for mailbox in wanted {
            watchers.entry(mailbox.id).or_insert_with(|| {
                // What was kept while an earlier watch vouched may be old by now.
                self.touch(mailbox.id);
                self.watcher(imap, mailbox)
            });
        }
        Ok(())
    }

    /// A folder's list is asked for: while somebody listens, it is watched from now on.
    pub(super) fn look_at(&self, mailbox: MailboxId) {
        let before = self.0.watchers.look_at(mailbox);
        if before != Some(mailbox) && self.is_heard() {
            let account = self.clone();
            tokio::spawn(async move {
                if let Err(error) = account.watch().await {
                    tracing::debug!(%error, "The folder looked at is not watched");
                }
            });
        }
    }

    /// It is let go, whoever listens.
    pub(super) fn stop_watching(&self) {
        self.0.watchers.lock().clear();
        self.0.follower.stop_unless(|| false);
    }

    /// Ends watching where nobody listens any more. Who comes in this very moment is heard of
    /// before anything is ended, or begins it anew.
    pub(super) fn rest(&self) {
        let mut watchers = self.0.watchers.lock();
        if !self.is_heard() {
            watchers.clear();
        }
        drop(watchers);
        self.0.follower.stop_unless(|| self.is_heard());
    }

    fn watcher(&self, imap: &Imap, mailbox: &Mailbox) -> Watcher {
        let watch = Arc::new(imap.watch(mailbox));
        // Weak, for the account owns the watcher: one that nobody uses any more goes.
        let (account, own, id) = (Arc::downgrade(&self.0), Arc::clone(&watch), mailbox.id);
        let counts = (mailbox.total, mailbox.unread);
        let task = tokio::spawn(async move { tell(&account, &own, id, counts).await });
        Watcher {
            watch,
            task: AbortOnDropHandle::new(task),
        }
    }
}

/// Tells of each change until the watch ends. `counts` are those that readers have seen last.
async fn tell(account: &Weak<Live>, watch: &Watch, mailbox: MailboxId, counts: (u32, u32)) {
    // What came between the reader's page and the beginning of the watch is told by nobody else.
    watch.begun().await;
    if let Some(account) = account.upgrade().map(Account)
        && account
            .counts_now(mailbox)
            .await
            .is_some_and(|now| now != counts)
    {
        account.touch(mailbox);
        account.publish(EventKind::Email, Some(mailbox)).await;
    }
    loop {
        let changed = watch.changed().await;
        let Some(account) = account.upgrade().map(Account) else {
            return;
        };
        match changed {
            Ok(change) if change.is_lapse() => account.touch(mailbox),
            Ok(_) => {
                account.touch(mailbox);
                account.renew_mailboxes().await;
                account.reindex_soon();
                account.publish(EventKind::Email, Some(mailbox)).await;
            }
            Err(error) => {
                tracing::debug!(%error, account.id = account.id(), "A folder is not watched any more");
                return;
            }
        }
    }
}
