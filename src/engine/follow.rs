//! While somebody listens to an account, its events are read from the database and told in the
//! order of their numbers, whoever has written them: this process, another node, the collector. So
//! who has heard of one has heard of all before it, and goes on from there after a break.
//!
//! Cost: a look at the newest event's number when there is news. Where other processes can't be
//! heard (SQLite, a lost connection), each second.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use crate::store::{
    self,
    events::{EventRow, NewEvent, Since},
};

use super::{
    account::{Account, Live, Shared},
    error::Error,
    events::{Event, EventKind},
};

/// How often is looked while other processes are not heard.
const PAUSE: Duration = Duration::from_secs(1);
/// How often while they are: a pooler in between may keep all words to itself.
const NET: Duration = Duration::from_secs(10);
/// Events passed on at once; who is further behind looks at everything again.
const AT_ONCE: u32 = 200;

/// Tells of events, while somebody listens.
#[derive(Debug, Default)]
pub(super) struct Follower {
    state: Mutex<State>,
    /// Held while an event of ours is written: afterwards it is known as ours, and it is decided
    /// who tells of it.
    writing: tokio::sync::RwLock<()>,
}

#[derive(Debug, Default)]
struct State {
    task: Option<AbortOnDropHandle<()>>,
    /// Numbers of our own events: what they change was seen to already.
    own: BTreeSet<i64>,
}

impl State {
    fn is_running(&self) -> bool {
        self.task.as_ref().is_some_and(|task| !task.is_finished())
    }
}

impl Follower {
    /// Nobody listens any more, if so.
    pub(super) fn stop_unless(&self, heard: impl FnOnce() -> bool) {
        let mut state = self.state();
        if !heard() {
            *state = State::default();
        }
    }

    /// Was this one ours? Earlier ones are forgotten.
    fn was_own(&self, seq: i64) -> bool {
        let mut state = self.state();
        state.own = state.own.split_off(&seq);
        state.own.contains(&seq)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Account {
    /// Somebody listens: events are told from now on.
    pub(super) async fn follow(&self) -> Result<(), Error> {
        let follower = &self.0.follower;
        if follower.state().is_running() {
            return Ok(());
        }
        // No event is being written meanwhile: each is told by its writer, or by us.
        let _alone = follower.writing.write().await;
        let shared = &self.0.shared;
        let news = shared.news.of(self.0.user);
        let from = store::events::latest(&shared.store, self.0.user).await?;
        let mut state = follower.state();
        if !state.is_running() {
            // Weak, for the account owns the task: one that nobody uses any more goes.
            let task = pass_on(Arc::downgrade(&self.0), Arc::clone(shared), news, from);
            state.task = Some(AbortOnDropHandle::new(tokio::spawn(task)));
        }
        Ok(())
    }

    /// Writes an event down. Whoever follows is woken; without them it is told at once.
    pub(super) async fn write_event(&self, kind: EventKind, new: NewEvent<'_>) {
        let (shared, follower) = (&self.0.shared, &self.0.follower);
        let _writing = follower.writing.read().await;
        let (mailbox, new) = (new.mailbox, [new]);
        let appended = store::events::append(&shared.store, self.0.user, &new, self.now());
        let seq = match appended.await {
            Ok(seq) => seq,
            Err(error) => {
                tracing::warn!(?error, "An event could not be written");
                return;
            }
        };
        shared.hooks.wake();
        let mut state = follower.state();
        if state.is_running() {
            state.own.insert(seq);
            drop(state);
            shared.news.tell(self.0.user);
        } else {
            drop(state);
            self.tell(seq, kind, mailbox);
        }
    }
}

async fn pass_on(
    account: Weak<Live>,
    shared: Arc<Shared>,
    mut news: watch::Receiver<()>,
    mut seen: i64,
) {
    let mut failed = false;
    loop {
        let pause = match shared.news.is_listening() && !failed {
            true => NET,
            false => PAUSE,
        };
        let _either = tokio::time::timeout(pause, news.changed()).await;
        let Some(account) = account.upgrade().map(Account) else {
            return;
        };
        // There may be more than are read at once.
        loop {
            let passed = account.pass_on_since(seen).await;
            failed = passed.is_err();
            match passed {
                Ok(latest) if latest == seen => break,
                Ok(latest) => seen = latest,
                Err(error) => {
                    tracing::debug!(%error, account.id = account.id(), "Events could not be read");
                    break;
                }
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
        match store::events::since(store, user, account, seen, AT_ONCE).await? {
            Since::Events { events, more } => {
                // One that is being written is known as ours afterwards.
                drop(self.0.follower.writing.write().await);
                let mut last = seen;
                for row in &events {
                    last = row.seq;
                    if !self.0.follower.was_own(row.seq) {
                        self.see_to(row).await;
                    }
                    self.tell(row.seq, EventKind::from_name(&row.kind), row.mailbox_id);
                }
                Ok(if more { last } else { latest.max(last) })
            }
            // What is missed is told by one event: pages look at their lists again.
            Since::Expired { latest } => {
                self.0.shared.recent.forget();
                self.forget_mailboxes().await;
                self.reread_conversations();
                self.tell(latest, EventKind::Mailbox, None);
                self.tell(latest, EventKind::Email, None);
                Ok(latest)
            }
        }
    }

    /// Another process has changed something: what is kept of it here is old.
    async fn see_to(&self, row: &EventRow) {
        self.0.shared.recent.forget();
        if let Some(mailbox) = row.mailbox_id {
            self.touch(mailbox);
        }
        match EventKind::from_name(&row.kind) {
            EventKind::Email | EventKind::Mailbox => self.forget_mailboxes().await,
            EventKind::Thread => self.reread_conversations(),
            EventKind::Submission | EventKind::Collection => {}
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
