//! Imports and copies whose process was killed go on by themselves, at whichever node first can: at
//! once where the mail lies here, with the owner's key where it lies on a server. That is there while
//! the owner is signed in and comes by, or where the server may have it. What can't go on so, or was
//! tried often enough, waits for its owner to take it up.
//!
//! Cost: a statement each half minute, and one when somebody comes; both read an index of what runs.

use std::{pin::pin, time::Duration};

use secrecy::SecretString;
use tokio::sync::Notify;

use crate::{
    engine::{Engine, account::Account, error::Error, secrets::Key},
    store::{
        self,
        accounts::AccountKind,
        id::{AccountId, UserId},
        jobs::{By, InterruptedRow},
    },
};

use super::Task;

/// How often is looked without being woken.
const LOOK: Duration = Duration::from_secs(30);
/// Jobs that are looked at each time.
const AT_ONCE: i64 = 50;

/// When jobs that were interrupted are looked for.
#[derive(Debug, Default)]
pub(in crate::engine) struct Again(Notify);

impl Again {
    /// Somebody has come whose key a job may wait for.
    pub(in crate::engine) fn wake(&self) {
        self.0.notify_one();
    }
}

impl Engine {
    /// Takes up what was interrupted, until we stop.
    pub(in crate::engine) async fn keep_jobs_going(&self) {
        let mut closing = pin!(self.closing());
        loop {
            if let Err(error) = self.take_up_interrupted().await {
                tracing::warn!(?error, "Jobs that were interrupted could not be looked for");
            }
            tokio::select! {
                () = &mut closing => return,
                () = self.0.shared.again.0.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    async fn take_up_interrupted(&self) -> Result<(), Error> {
        for row in store::jobs::interrupted(self.store(), self.now(), AT_ONCE).await? {
            let (job, kind) = (row.id.get(), row.kind.as_str());
            match self.take_up(&row).await {
                Ok(true) => tracing::info!(job.id = job, job.kind = kind, "A job goes on"),
                Ok(false) => {}
                Err(error) => tracing::warn!(
                    ?error,
                    job.id = job,
                    job.kind = kind,
                    "A job could not go on by itself"
                ),
            }
        }
        Ok(())
    }

    /// Whether it has been taken up. Of several nodes that would, the database lets one.
    async fn take_up(&self, row: &InterruptedRow) -> Result<bool, Error> {
        let task: Task = serde_json::from_str(&row.task_json).unwrap_or_default();
        let Some(account) = self.account_for(row.user_id, row.account_id).await? else {
            return Ok(false);
        };
        let to = match task.to {
            None => None,
            Some(to) => {
                let to = store::accounts::get(self.store(), row.user_id, to).await?;
                let Some(to) = to else { return Ok(false) };
                let to = self.account_for(row.user_id, to.id).await?;
                if to.is_none() {
                    return Ok(false);
                }
                to
            }
        };
        match account.take_up(row.id.get(), to.as_ref(), By::Itself).await {
            Ok(_) => Ok(true),
            // Another node was first; its owner has begun another; or it can't go on.
            Err(Error::TooLate | Error::NotFound | Error::Invalid(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// An account to go on with; `None` where that takes its owner.
    async fn account_for(&self, user: UserId, id: AccountId) -> Result<Option<Account>, Error> {
        if let Some(account) = self.account_to_send(id).await? {
            return Ok(Some(account));
        }
        if let Some(own) = self.0.registry.own_of(user) {
            match self.account_beside(&own, id.get()).await {
                Ok(account) => return Ok(Some(account)),
                // What lies here needs nobody's key.
                Err(Error::NotFound) => {}
                Err(Error::Upstream { problem, .. }) if problem.is_its_owners() => {}
                Err(error) => return Err(error),
            }
        }
        let row = store::accounts::get(self.store(), user, id.get()).await?;
        match row.filter(|row| row.kind != AccountKind::Imap) {
            // Nothing is sealed with this key, and nobody else comes to use this account.
            Some(row) => self
                .live(&row, Key::random(), SecretString::default())
                .map(Some),
            None => Ok(None),
        }
    }
}
