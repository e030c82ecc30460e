//! Watching folders, so that pages change by themselves: while somebody listens, the inbox and
//! the folder looked at last are watched by IDLE (or asked now and then where the server grants
//! no more). The watcher also vouches for kept lists.

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
    account::{Account, Live, Mailstore},
    error::Error,
    events::EventKind,
};

/// The watched folders.
#[derive(Debug, Default)]
pub(super) struct Watchers(Mutex<HashMap<MailboxId, Watcher>>);

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

    fn lock(&self) -> MutexGuard<'_, HashMap<MailboxId, Watcher>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Account {
    /// Somebody looks at this folder and listens for changes: watch it, and the inbox.
    ///
    /// # Errors
    /// When the folders can't be listed.
    pub async fn watch(&self, looked_at: Option<MailboxId>) -> Result<(), Error> {
        let list = self.mailboxes().await?;
        let wanted = |mailbox: &&Mailbox| {
            let inbox = mailbox.role == Some(Role::Inbox);
            mailbox.selectable && (inbox || Some(mailbox.id) == looked_at)
        };
        let wanted: Vec<&Mailbox> = list.iter().filter(wanted).collect();
        let mut watchers = self.0.watchers.lock();
        watchers.retain(|id, watcher| {
            wanted.iter().any(|mailbox| mailbox.id == *id) && !watcher.task.is_finished()
        });
        for mailbox in wanted {
            watchers.entry(mailbox.id).or_insert_with(|| {
                // What was kept while an earlier watch vouched may be old by now.
                self.touch(mailbox.id);
                self.watcher(mailbox)
            });
        }
        Ok(())
    }

    /// Nobody listens any more.
    pub(super) fn stop_watching(&self) {
        self.0.watchers.lock().clear();
    }

    fn watcher(&self, mailbox: &Mailbox) -> Watcher {
        let Mailstore::Imap(client) = &self.0.mailstore;
        let watch = Arc::new(client.watch(&mailbox.path));
        // Weak, for the account owns the watcher: one that nobody uses any more goes.
        let (account, own, id) = (Arc::downgrade(&self.0), Arc::clone(&watch), mailbox.id);
        let task = tokio::spawn(async move { tell(&account, &own, id).await });
        Watcher {
            watch,
            task: AbortOnDropHandle::new(task),
        }
    }
}

/// Tells of each change until the watch ends.
async fn tell(account: &Weak<Live>, watch: &Watch, mailbox: MailboxId) {
    // What came between the reader's page and the beginning of the watch is told by nobody else.
    watch.begun().await;
    if let Some(account) = account.upgrade().map(Account)
        && account.has_other_counts(mailbox).await
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
            Ok(_) => {
                account.touch(mailbox);
                account.renew_mailboxes().await;
                account.publish(EventKind::Email, Some(mailbox)).await;
            }
            Err(error) => {
                tracing::debug!(%error, account.id = account.id(), "A folder is not watched any more");
                return;
            }
        }
    }
}
