//! Who sends what is due: one task per process. The database decides which process gets a
//! message; a claim that its process no longer renews runs out, and another takes it up.

use std::{pin::pin, sync::Arc, time::Duration};

use tokio::{sync::Notify, task::JoinSet};

use crate::{
    engine::Engine,
    store::{
        id::AccountId,
        submissions::{SubmissionRow, queue},
    },
};

use super::super::{account::Account, error::Error};

/// How often is looked without being woken: other nodes' claims run out unheard.
const LOOK: Duration = Duration::from_secs(20);
/// Messages that one process sends at once.
const AT_ONCE: usize = 8;
/// A claim is good for this long (ms), and renewed three times as often.
pub(super) const CLAIM: i64 = 90_000;

/// The outbox of this process.
#[derive(Debug)]
pub(in crate::engine) struct Queue {
    wake: Notify,
}

impl Queue {
    pub(in crate::engine) fn new() -> Self {
        Self {
            wake: Notify::new(),
        }
    }

    /// Something may be due now, or sooner than was thought.
    pub(in crate::engine) fn wake(&self) {
        self.wake.notify_one();
    }
}

impl Engine {
    /// Sends what is due until we stop, and then what it has begun to its end. Dropped before
    /// that, it leaves messages of which nobody knows whether they arrived.
    pub async fn run_outbox(self) {
        let mut sending = JoinSet::new();
        let mut closing = pin!(self.closing());
        loop {
            let now = self.now();
            if let Err(error) = self.begin_due(now, &mut sending).await {
                tracing::warn!(%error, "The outbox could not be read");
            }
            let wait = self.until_due(now).await;
            tokio::select! {
                () = &mut closing => break,
                () = self.0.shared.queue.wake.notified() => {}
                () = tokio::time::sleep(wait) => {}
                Some(_) = sending.join_next() => {}
            }
        }
        while sending.join_next().await.is_some() {}
    }

    /// Begins to send what is due and can be sent here.
    async fn begin_due(&self, now: i64, sending: &mut JoinSet<()>) -> Result<(), Error> {
        for lost in queue::expire(self.store(), now).await? {
            tracing::warn!(
                submission.id = lost.id.get(),
                state = lost.state.as_str(),
                "A message whose sender has gone was found"
            );
        }
        for account in queue::accounts_due(self.store(), now).await? {
            // Whose password is not at hand waits for them to come back.
            let Some(account) = self.sender(account).await else {
                continue;
            };
            while sending.len() < AT_ONCE {
                let Some(row) = self.take(account.0.id).await? else {
                    break;
                };
                let account = account.clone();
                sending.spawn(async move { account.deliver(row).await });
            }
        }
        self.finish_sent(sending).await
    }

    /// Copies and marks that are still owed, for accounts in use; and looks for messages of which
    /// nobody knows, such as those whose process ended at the wrong moment.
    async fn finish_sent(&self, sending: &mut JoinSet<()>) -> Result<(), Error> {
        // What was sent by the server alone is filed by it as well.
        for account in queue::accounts_owing(self.store()).await? {
            if self.0.registry.any(account).is_none() {
                self.sender(account).await;
            }
        }
        let all = self.0.registry.all().into_iter();
        for account in all.filter(Account::may_sign_in) {
            let owed = queue::copies_due(self.store(), account.0.id, 10).await?;
            for row in owed {
                if sending.len() < AT_ONCE && account.begin_finishing(row.id) {
                    let account = account.clone();
                    sending.spawn(async move { account.finish(row).await });
                }
            }
            for row in queue::unconfirmed_of(self.store(), account.0.id, 10).await? {
                let due = account.begin_looking(row.id);
                if due && sending.len() < AT_ONCE {
                    let account = account.clone();
                    sending.spawn(async move { account.look_for(&row).await });
                }
            }
        }
        Ok(())
    }

    /// The account to send for. One that can't be opened is no hindrance for the others.
    async fn sender(&self, id: AccountId) -> Option<Account> {
        let opened = self.account_to_send(id).await;
        opened.unwrap_or_else(|error| {
            tracing::warn!(%error, account.id = id.get(), "An account can't be opened to send");
            None
        })
    }

    async fn take(&self, account: AccountId) -> Result<Option<SubmissionRow>, Error> {
        let (now, name) = (self.now(), self.0.shared.name.taker());
        Ok(queue::take(self.store(), account, &name, now, now + CLAIM).await?)
    }

    /// Until something is due that was not at `now`. What was and could not be sent waits for a
    /// place, or for its owner: both wake us.
    async fn until_due(&self, now: i64) -> Duration {
        let due = queue::next_due(self.store(), now).await.ok().flatten();
        let wait = due.map_or(LOOK, |due| {
            Duration::from_millis(u64::try_from(due - self.now()).unwrap_or(0))
        });
        wait.min(LOOK)
    }
}

/// Renews a claim until it is dropped.
pub(super) struct Heartbeat(tokio::task::JoinHandle<()>);

impl Heartbeat {
    pub(super) fn begin(account: &Account, row: &SubmissionRow) -> Self {
        let shared = Arc::clone(&account.0.shared);
        let (submission, name) = (row.id, row.claimed_by.clone());
        Self(tokio::spawn(async move {
            let pause = Duration::from_millis(u64::try_from(CLAIM / 3).unwrap_or(30_000));
            loop {
                tokio::time::sleep(pause).await;
                let until = shared.clock.now() + CLAIM;
                let renewed = queue::extend(&shared.store, submission, &name, until).await;
                if let Err(error) = renewed {
                    tracing::warn!(?error, "A claim could not be renewed");
                }
            }
        }))
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.0.abort();
    }
}
