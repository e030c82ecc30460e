//! A run: sessions until the server has nothing new, under the account's lease.

use std::time::Duration;

use crate::{
    clock::Clock,
    mail::id::MailboxId,
    pop3::Connector,
    store::{
        Store,
        collector::{self, account},
        events::{self, Action, NewEvent},
        files::Files,
        leases::{self, Lease},
        local::Owner,
    },
};

use super::{
    super::events::EventKind,
    backoff::{Ended, next_at},
    lost::Speak,
    outcome::{Failure, Run},
    session,
};

/// How long a lease lasts unless it is renewed (ms): so long nobody collects after a process died.
const LEASE: i64 = 5 * 60 * 1000;

/// How often it is renewed.
const RENEWAL: Duration = Duration::from_secs(60);

/// Sessions of one run. Gmail shows a few hundred messages in each.
const SESSIONS: u32 = 1000;

/// What the collector works with.
#[derive(Clone, Debug)]
pub struct Collector {
    /// The database.
    pub store: Store,
    /// The bytes of messages.
    pub files: Files,
    /// The time.
    pub clock: Clock,
    /// By which conversations get their ids.
    pub thread_key: [u8; 32],
}

/// An account to collect for.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// Whose mail it is.
    pub owner: Owner,
    /// The server, and how to sign in.
    pub connector: &'a Connector,
    /// Its address.
    pub address: &'a str,
    /// What its owner is told in.
    pub speak: Speak,
    /// The first argument of `speak`.
    pub wishes: &'a str,
    /// The folder into which new messages go.
    pub inbox: MailboxId,
    /// Octets that the user may have stored; `None` for any.
    pub quota: Option<i64>,
    /// A name that no other run has at the same time.
    pub who: &'a str,
    /// Any number.
    pub dice: u32,
}

impl Collector {
    /// Collects once, if nobody else is at it: `None` when somebody is. What it did is noted as it
    /// is done, and when the next run is due.
    ///
    /// # Errors
    /// [`Failure`], which is noted as well; what was done until then stays.
    ///
    /// Ends early when `stop` resolves: the lease is free then.
    ///
    /// # Cancellation
    /// May be dropped at any time; the lease is free again after some minutes.
    pub async fn collect(
        &self,
        task: Task<'_>,
        stop: impl Future<Output = ()>,
    ) -> Result<Option<Run>, Failure> {
        let account = task.owner.account;
        let now = self.clock.now();
        let name = collector::lease_name(account);
        let taken = leases::take(&self.store, &name, task.who, now, now + LEASE).await?;
        let Some(lease) = taken else {
            return Ok(None);
        };
        let mut run = Run::default();
        let outcome = tokio::select! {
            outcome = self.sessions(task, &lease, &mut run) => outcome,
            outcome = self.renew(&lease) => outcome,
            () = stop => Err(Failure::Stopped),
        };
        self.note_end(task, outcome.as_ref().err(), run.more)
            .await?;
        leases::release(&self.store, &lease).await?;
        self.tell(task).await?;
        outcome.map(|()| Some(run))
    }

    async fn sessions(&self, task: Task<'_>, lease: &Lease, run: &mut Run) -> Result<(), Failure> {
        let account = task.owner.account;
        if account::provide(&self.store, account).await?.paused {
            return Err(Failure::Stopped);
        }
        account::began(&self.store, account, self.clock.now()).await?;
        self.tell(task).await?;
        collector::deletions::forsake(&self.store, lease, account, self.clock.now()).await?;
        while run.sessions < SESSIONS {
            let before = run.filed + run.recognised;
            session::session(self, task, lease, run).await?;
            run.sessions += 1;
            let row = account::get(&self.store, account).await?;
            // Some servers want a pause between two sessions. And one that has brought nothing
            // would be followed by one like it.
            let patient = row.as_ref().is_some_and(|row| row.login_delay > 0);
            let paused = row.is_none_or(|row| row.paused);
            if paused {
                return Err(Failure::Stopped);
            }
            if !run.more || patient || run.filed + run.recognised == before {
                break;
            }
        }
        Ok(())
    }

    /// Keeps the lease for as long as it is ours.
    async fn renew(&self, lease: &Lease) -> Result<(), Failure> {
        loop {
            tokio::time::sleep(RENEWAL).await;
            let now = self.clock.now();
            if !leases::renew(&self.store, lease, now, now + LEASE).await? {
                return Err(Failure::Superseded);
            }
        }
    }

    /// Tells pages that there is something new to say of the collection.
    pub(super) async fn tell(&self, task: Task<'_>) -> Result<(), Failure> {
        let event = NewEvent {
            account: Some(task.owner.account),
            kind: EventKind::Collection.as_str(),
            action: Action::Updated,
            object: "",
            mailbox: None,
        };
        let now = self.clock.now();
        events::append(&self.store, task.owner.user, &[event], now).await?;
        Ok(())
    }

    async fn note_end(
        &self,
        task: Task<'_>,
        failure: Option<&Failure>,
        more: bool,
    ) -> Result<(), Failure> {
        let reason = match failure {
            None => None,
            Some(Failure::Stopped) => {
                let account = task.owner.account;
                account::stopped(&self.store, account, self.clock.now()).await?;
                return Ok(());
            }
            Some(failure) => match failure.reason() {
                Some(reason) => Some(reason),
                None => return Ok(()),
            },
        };
        let account = task.owner.account;
        let Some(row) = account::get(&self.store, account).await? else {
            return Ok(());
        };
        let now = self.clock.now();
        let ended = Ended {
            more,
            reason,
            failures: row.failures.saturating_add(1),
            interval_minutes: row.interval_minutes,
            login_delay: row.login_delay,
        };
        let next = next_at(ended, now, task.dice);
        let code = reason.map_or("", super::Reason::as_str);
        account::finished(&self.store, account, code, next, now).await?;
        Ok(())
    }
}
