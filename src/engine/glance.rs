//! The folders of an account for a page that is about something else: at once, or soon, or not. A
//! server that does not answer costs a page two seconds once, and nothing until it was asked again
//! behind the pages.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::timeout;

use crate::mail::mailbox::Mailbox;

use super::{
    Engine,
    account::Account,
    accounts::AccountInfo,
    error::{Error, Problem},
    events::EventKind,
    mailboxes::Folders,
};

/// How long a page waits for folders beside its own.
pub const PATIENCE: Duration = Duration::from_secs(2);
/// How long a server in trouble is not waited for again, in milliseconds.
const TROUBLED: i64 = 15_000;

/// The trouble with an account's server, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct Trouble(Mutex<Option<Known>>);

#[derive(Clone, Copy, Debug)]
struct Known {
    problem: Problem,
    at: i64,
}

/// An account's folders at a glance.
#[derive(Clone, Debug)]
pub struct Glance {
    /// The folders, as last seen; empty when nothing is known.
    pub mailboxes: Arc<Vec<Mailbox>>,
    /// Why they may not be what they are now.
    pub problem: Option<Problem>,
}

/// What this process knows of an account's server, without asking it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Why it could not be used last.
    pub problem: Option<Problem>,
    /// When it was last asked (ms); `None` where nobody has used the account here lately.
    pub checked_at: Option<i64>,
}

impl Engine {
    /// How an account's server was when it was last asked. Asks nobody.
    pub fn health(&self, account: &AccountInfo) -> Health {
        let live = self.0.registry.any(account.account);
        live.map_or_else(Health::default, |live| live.health())
    }
}

impl Trouble {
    fn known(&self) -> Option<Known> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, known: Option<Known>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = known;
    }
}

impl Account {
    /// The folders as far as they can be had soon.
    pub async fn glance(&self) -> Glance {
        let known = self.0.trouble.known();
        if let Some(known) = known
            && (0..TROUBLED).contains(&(self.now() - known.at))
        {
            // As they were, if they are at hand.
            let last = self.0.folders.try_lock().ok();
            let last = last.and_then(|last| last.as_ref().map(Folders::list));
            return Glance {
                mailboxes: last.unwrap_or_default(),
                problem: Some(known.problem),
            };
        }
        // In a task of its own: it goes on when the page does, and the next one has its outcome.
        let account = self.clone();
        let asking = tokio::spawn(async move { account.mailboxes().await });
        let mailboxes = match timeout(self.waits(PATIENCE), asking).await {
            Ok(Ok(Ok(mailboxes))) => mailboxes,
            Ok(Ok(Err(error))) => {
                self.note_failure(&error);
                Arc::default()
            }
            Ok(Err(_)) | Err(_) => {
                self.note_trouble(Problem::Timeout);
                Arc::default()
            }
        };
        Glance {
            mailboxes,
            problem: self.0.trouble.known().map(|known| known.problem),
        }
    }

    fn health(&self) -> Health {
        let trouble = self.0.trouble.known();
        // Who holds it is asking at this moment.
        let folders = self.0.folders.try_lock().ok();
        let seen_at = folders.and_then(|folders| folders.as_ref().map(Folders::seen_at));
        Health {
            problem: trouble.map(|known| known.problem),
            checked_at: trouble.map(|known| known.at).or(seen_at),
        }
    }

    /// The server has answered. Pages that did not wait for it look again.
    pub(super) async fn note_answer(&self) {
        if self.0.trouble.known().is_some() {
            self.0.trouble.set(None);
            self.publish(EventKind::Mailbox, None).await;
        }
    }

    /// The server could not be asked.
    pub(super) fn note_failure(&self, error: &Error) {
        self.note_trouble(match error {
            Error::Upstream { problem, .. } => *problem,
            _ => Problem::Unavailable,
        });
    }

    fn note_trouble(&self, problem: Problem) {
        let at = self.now();
        self.0.trouble.set(Some(Known { problem, at }));
    }
}
