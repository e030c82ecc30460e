//! Watching a folder: IDLE on a connection of its own; else IDLE on a connection of the pool while
//! that is free and has the folder selected (see `lookout`); else asking now and then.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep, timeout},
};
use tokio_util::task::AbortOnDropHandle;

use crate::net::bearer::BearerError;

use super::{
    budget::Use,
    client::Client,
    connection::{Connection, Job, canonical},
    error::{ConnectError, Error, LoginFailure},
    folders::Folder,
    selected::Selected,
    wire::{command::Command, response::Response},
};

/// What has happened in a folder since it was last asked. Several events become one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Messages have come.
    pub arrived: bool,
    /// Messages have gone.
    pub removed: bool,
    /// Flags have changed.
    pub flags: bool,
    /// The watch was interrupted: anything may have happened.
    pub gap: bool,
    /// The folder's state, if known.
    pub selected: Option<Selected>,
}

impl Change {
    /// Did nobody listen for a moment, and is nothing else known to have happened? Then what was
    /// read while the watch vouched no longer counts.
    pub fn is_lapse(&self) -> bool {
        !(self.arrived || self.removed || self.flags || self.gap)
    }
}

/// A folder being watched. Dropping it ends the watch and its connection.
#[derive(Debug)]
pub struct Watch {
    news: Arc<News>,
    _task: AbortOnDropHandle<()>,
}

#[derive(Debug, Default)]
pub(super) struct News {
    state: Mutex<State>,
    told: Notify,
}

#[derive(Debug, Default)]
struct State {
    change: Option<Change>,
    vouches: bool,
    begun: bool,
    ended: Option<Error>,
}

/// Waits between attempts to connect, at first and at most.
const RETRY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(300));

impl Client {
    /// Watches a folder. One watch per account has a connection of its own (two, where it may have
    /// four connections); further ones listen on the pool's connections while one of them is free
    /// in that folder, and otherwise ask for the folder's counts every
    /// [`Limits::poll`](super::limits::Limits::poll).
    pub fn watch(&self, mailbox: &str) -> Watch {
        let news = Arc::new(News::default());
        let task = keep_watching(self.clone(), canonical(mailbox), Arc::clone(&news));
        Watch {
            news,
            _task: AbortOnDropHandle::new(tokio::spawn(task)),
        }
    }
}

impl Watch {
    /// Awaits news. Fails when there is no hope of more: the password or the folder is gone.
    /// Connections that break are made anew meanwhile, which is told as a [`Change::gap`].
    /// Cancel-safe.
    pub async fn changed(&self) -> Result<Change, Error> {
        loop {
            let told = self.news.told.notified();
            {
                let mut state = self.news.state();
                if let Some(change) = state.change.take() {
                    return Ok(change);
                }
                if let Some(error) = &state.ended {
                    return Err(error.clone());
                }
            }
            told.await;
        }
    }

    /// Awaits the moment from which changes are told: what happened before it, since the folder was
    /// last read, has to be found out otherwise. Also returns when there is news, or no hope.
    pub async fn begun(&self) {
        loop {
            let told = self.news.told.notified();
            {
                let state = self.news.state();
                if state.begun || state.change.is_some() || state.ended.is_some() {
                    return;
                }
            }
            told.await;
        }
    }

    /// Does the server tell of every change at once just now? While it does, and
    /// [`Watch::changed`] has nothing to say, what was read from the folder since the watch began
    /// to vouch still holds, but for changes of our own that are under way.
    pub fn vouches(&self) -> bool {
        let state = self.news.state();
        state.vouches && state.change.is_none()
    }
}

impl News {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn vouch(&self, vouches: bool) {
        self.state().vouches = vouches;
    }

    pub(super) fn begin(&self) {
        self.state().begun = true;
        self.told.notify_waiters();
    }

    fn end(&self, error: Error) {
        let mut state = self.state();
        state.vouches = false;
        state.ended = Some(error);
        drop(state);
        self.told.notify_waiters();
    }

    pub(super) fn tell(&self, selected: Option<&Selected>, note: impl FnOnce(&mut Change)) {
        let mut state = self.state();
        let change = state.change.get_or_insert_default();
        note(change);
        if selected.is_some() {
            change.selected = selected.cloned();
        }
        drop(state);
        self.told.notify_waiters();
    }

    /// Tells what a response means, if it means anything.
    pub(super) fn hear(&self, response: &Response, selected: Option<&Selected>) {
        match response {
            Response::Exists(_) => self.tell(selected, |change| change.arrived = true),
            Response::Expunge(_) | Response::Vanished { .. } => {
                self.tell(selected, |change| change.removed = true);
            }
            Response::Fetch(_) => self.tell(selected, |change| change.flags = true),
            _ => {}
        }
    }
}

async fn keep_watching(client: Client, mailbox: String, news: Arc<News>) {
    let own_connection = client.watching().try_acquire().ok();
    let mut wait = RETRY.0;
    let mut first = true;
    loop {
        if !std::mem::replace(&mut first, false) {
            news.tell(None, |change| change.gap = true);
        }
        let outcome = match own_connection {
            Some(_) => match client.pool().connect(Use::Watching).await {
                Ok(connection) => {
                    wait = RETRY.0;
                    attend(&client, connection, &mailbox, &news).await
                }
                Err(error) if error == Error::Busy || is_crowded(&error) => {
                    poll(&client, &mailbox, &news).await
                }
                Err(error) => Err(error),
            },
            None => poll(&client, &mailbox, &news).await,
        };
        news.vouch(false);
        if let Err(error) = outcome
            && is_hopeless(&error)
        {
            news.end(error);
            return;
        }
        sleep(wait).await;
        wait = (wait * 2).min(RETRY.1);
    }
}

/// Watches by a connection of its own until it breaks.
async fn attend(
    client: &Client,
    mut connection: Connection,
    mailbox: &str,
    news: &News,
) -> Result<(), Error> {
    let limits = client.pool().connector().limits;
    connection
        .run(&Job::inside(mailbox, None, Vec::new()))
        .await?;
    let mut idles = connection.capabilities.has("IDLE");
    loop {
        if idles {
            let begun = || {
                news.vouch(true);
                news.begin();
            };
            let since = Instant::now();
            let (never, mut stopped) = (std::future::pending::<()>(), None);
            let hear = |response: &_, selected: Option<&_>| news.hear(response, selected);
            let idle = connection.idle(limits.idle, never, &mut stopped, begun, hear);
            match idle.await {
                // A server that ends it at once, every time, must not keep us busy.
                Ok(()) if since.elapsed() < limits.idle / 2 => sleep(RETRY.0).await,
                Ok(()) => {}
                Err(error) if error.is_fatal() => return Err(error),
                Err(_) => {
                    news.vouch(false);
                    idles = false;
                }
            }
        } else {
            news.begin();
            // Some servers speak unasked, and a connection that was closed is seen at once.
            if let Ok(heard) = timeout(limits.poll, connection.listen()).await {
                heard?;
            }
        }
        // Also after an IDLE: a server may end it as soon as it has begun, and some (RFC 2177
        // leaves it open) tell of removals only in answer to a command.
        let noop = Job::inside(mailbox, None, vec![Command::new("NOOP")]);
        let reply = connection.run(&noop).await?;
        for response in &reply.data {
            news.hear(response, connection.selected.as_ref());
        }
    }
}

/// Lets the pool's free connections listen in the folder, and asks for its counts now and then
/// while none does.
async fn poll(client: &Client, mailbox: &str, news: &Arc<News>) -> Result<(), Error> {
    let limits = client.pool().connector().limits;
    let post = client.pool().lookout().post(mailbox, Arc::clone(news));
    let mut known: Option<Folder> = None;
    loop {
        if post.manned() {
            // What is told meanwhile is in nobody's counts.
            known = None;
            sleep(limits.poll).await;
            continue;
        }
        let now = client.folder_counts(mailbox).await?;
        post.saw(now.uid_validity.unwrap_or(0), now.total);
        if let Some(known) = &known {
            let arrived = now.uid_next > known.uid_next || now.total > known.total;
            let removed = now.total < known.total;
            let flags = now.unread != known.unread || now.highest_modseq != known.highest_modseq;
            let gap = now.uid_validity != known.uid_validity;
            if arrived || removed || flags || gap {
                news.tell(None, |change| {
                    change.arrived |= arrived;
                    change.removed |= removed;
                    change.flags |= flags;
                    change.gap |= gap;
                });
            }
        }
        known = Some(now);
        news.begin();
        sleep(limits.poll).await;
    }
}

fn is_crowded(error: &Error) -> bool {
    matches!(
        error.login_failure(),
        Some(LoginFailure::Limit | LoginFailure::InUse)
    ) || matches!(error, Error::Connect(ConnectError::Bye { .. }))
}

/// Errors that waiting does not cure.
fn is_hopeless(error: &Error) -> bool {
    let rejected = matches!(
        error.login_failure(),
        Some(LoginFailure::Rejected | LoginFailure::Expired | LoginFailure::ContactAdmin)
    );
    rejected
        || matches!(
            error,
            Error::NoSuchMailbox | Error::Unsupported(_) | Error::Bearer(BearerError::Gone)
        )
}
