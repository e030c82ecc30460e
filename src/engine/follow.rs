//! What others do with a local mailbox: another process, another node, the collector. They write
//! events as we do, and as long as somebody listens, those that are not ours are passed on.
//!
//! Cost: a look at the newest event's number each second.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use tokio_util::task::AbortOnDropHandle;

use crate::store::{self, events::Since};

use super::{
    account::{Account, Live},
    error::Error,
    events::{Event, EventKind},
};

/// How often is looked.
const PAUSE: Duration = Duration::from_secs(1);
/// Events passed on at once; who is further behind looks at everything again.
const AT_ONCE: u32 = 200;

/// Passes on what others did, while somebody listens.
#[derive(Debug, Default)]
pub(super) struct Follower(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    task: Option<AbortOnDropHandle<()>>,
    /// Numbers of our own events, which were told already.
    own: BTreeSet<i64>,
}

impl Follower {
    /// An event of our own has this number.
    pub(super) fn told(&self, seq: i64) {
        let mut state = self.state();
        if state.task.is_some() {
            state.own.insert(seq);
        }
    }

    /// Nobody listens any more.
    pub(super) fn stop(&self) {
        *self.state() = State::default();
    }

    /// Was this one ours? Earlier ones are forgotten.
    fn was_own(&self, seq: i64) -> bool {
        let mut state = self.state();
        state.own = state.own.split_off(&seq);
        state.own.contains(&seq)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Account {
    /// Somebody listens to a local mailbox.
    pub(super) async fn follow(&self) -> Result<(), Error> {
        let is_running =
            |state: &State| state.task.as_ref().is_some_and(|task| !task.is_finished());
        if is_running(&self.0.follower.state()) {
            return Ok(());
        }
        let from = store::events::latest(&self.0.shared.store, self.0.user).await?;
        let mut state = self.0.follower.state();
        if !is_running(&state) {
            // Weak, for the account owns the task: one that nobody uses any more goes.
            let task = tokio::spawn(pass_on(Arc::downgrade(&self.0), from));
            state.task = Some(AbortOnDropHandle::new(task));
        }
        Ok(())
    }
}

async fn pass_on(account: Weak<Live>, mut seen: i64) {
    loop {
        tokio::time::sleep(PAUSE).await;
        let Some(account) = account.upgrade().map(Account) else {
            return;
        };
        match account.pass_on_since(seen).await {
            Ok(latest) => seen = latest,
            Err(error) => {
                tracing::debug!(%error, account.id = account.id(), "Events could not be read");
            }
        }
    }
}

impl Account {
    async fn pass_on_since(&self, seen: i64) -> Result<i64, Error> {
        let (store, user) = (&self.0.shared.store, self.0.user);
        let latest = store::events::latest(store, user).await?;
        if latest == seen {
            return Ok(seen);
        }
        let account = Some(self.0.id);
        let mut last = seen;
        match store::events::since(store, user, account, seen, AT_ONCE).await? {
            Since::Events { events, more } => {
                for row in &events {
                    last = row.seq;
                    if self.0.follower.was_own(row.seq) {
                        continue;
                    }
                    if let Some(mailbox) = row.mailbox_id {
                        self.touch(mailbox);
                    }
                    self.tell(row.seq, EventKind::from_name(&row.kind), row.mailbox_id);
                }
                Ok(if more { last } else { latest.max(last) })
            }
            // What is missed is told by one event: pages look at their lists again.
            Since::Expired { latest } => {
                self.tell(latest, EventKind::Mailbox, None);
                self.tell(latest, EventKind::Email, None);
                Ok(latest)
            }
        }
    }

    fn tell(&self, seq: i64, kind: EventKind, mailbox: Option<crate::mail::id::MailboxId>) {
        let account = self.id();
        // Nobody listening is no failure.
        let _unheard = self.0.events.send(Event {
            seq,
            account,
            kind,
            mailbox,
        });
    }
}
