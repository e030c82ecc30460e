//! Watching folders, so that pages change by themselves: while somebody listens, the inbox and
//! the folder looked at last are each watched by an IDLE connection (or polled where the server
//! has no IDLE). The watcher also vouches for kept lists.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::task::AbortHandle;

use crate::{
    imap,
    mail::{
        id::MailboxId,
        mailbox::{Mailbox, Role},
    },
};

use super::{
    account::{Account, Mailstore},
    error::Error,
    events::EventKind,
};

/// Wait between two tries when the server can't be watched.
const RETRY: Duration = Duration::from_secs(30);

/// The watched folders and the tasks that watch them.
#[derive(Debug, Default)]
pub(super) struct Watchers(Mutex<HashMap<MailboxId, AbortHandle>>);

impl Account {
    /// Somebody looks at this folder (and listens for changes): watch it, and the inbox.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a folder.
    pub async fn watch(&self, looked_at: Option<MailboxId>) -> Result<(), Error> {
        let list = self.mailboxes().await?;
        let watched: Vec<&Mailbox> = list
            .iter()
            .filter(|m| m.selectable)
            .filter(|m| m.role == Some(Role::Inbox) || Some(m.id) == looked_at)
            .collect();
        let mut tasks = self.0.watchers.0.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.retain(|id, task| {
            let still = watched.iter().any(|mailbox| mailbox.id == *id) && !task.is_finished();
            if !still {
                task.abort();
                self.vouch(*id, false);
            }
            still
        });
        for mailbox in watched {
            tasks.entry(mailbox.id).or_insert_with(|| {
                let (account, mailbox) = (self.clone(), mailbox.clone());
                tokio::spawn(account.keep_watching(mailbox)).abort_handle()
            });
        }
        Ok(())
    }

    /// Nobody listens any more.
    pub(super) fn stop_watching(&self) {
        let mut tasks = self.0.watchers.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, task) in tasks.drain() {
            task.abort();
            self.vouch(id, false);
        }
    }

    async fn keep_watching(self, mailbox: Mailbox) {
        loop {
            if let Err(error) = self.watch_once(&mailbox).await {
                tracing::debug!(%error, account.id = self.0.id, "Watching a folder has ended");
            }
            self.vouch(mailbox.id, false);
            tokio::time::sleep(RETRY).await;
        }
    }

    async fn watch_once(&self, mailbox: &Mailbox) -> Result<(), imap::Error> {
        let Mailstore::Imap(client) = &self.0.mailstore;
        let mut watch = client.watch(&mailbox.path);
        loop {
            let change = watch.changed().await?;
            if change.is_start() {
                self.vouch(mailbox.id, watch.vouches());
            } else {
                self.touch(mailbox.id);
                self.forget_mailboxes().await;
            }
            self.publish(EventKind::Email, Some(mailbox.id)).await;
        }
    }
}
