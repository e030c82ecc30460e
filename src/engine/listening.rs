//! Hearing of changes in all of a person's accounts at once.
//!
//! Cost: a watch for each account, as in `engine::watch`. One whose server is away is tried again
//! now and then, and keeps nobody from hearing of the others.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use futures_util::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;
use tokio_util::task::AbortOnDropHandle;

use crate::store::{self, events::Since};

use super::{
    Engine,
    account::{Account, Live},
    error::Error,
    events::{Event, EventKind, KEPT, Missed},
};

/// How often an account is tried again that can't be watched.
const AGAIN: Duration = Duration::from_secs(30);

/// What a listener hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A change.
    Event(Event),
    /// More than could be told: look at everything again.
    Lost,
}

impl Engine {
    /// What happened after the event `last`, and everything from now on, in all accounts of whoever
    /// has opened the one signed in with. It ends when another account is added, goes or moves, so
    /// that who listens begins anew. `None` when there are as many who listen as an account may
    /// have.
    ///
    /// # Errors
    /// When the only account can't be watched, or the database can't be read.
    pub async fn hear(
        &self,
        own: &Account,
        last: Option<i64>,
    ) -> Result<Option<BoxStream<'static, Heard>>, Error> {
        // Subscribed before the past is read, so that nothing falls between.
        let Some(live) = self.listen(own).await? else {
            return Ok(None);
        };
        let (past, seen) = match last {
            None => (Vec::new(), i64::MIN),
            Some(seq) => match self.missed(own, seq).await? {
                Missed::Events(events) => {
                    let newest = events.last().map_or(seq, |event| event.seq);
                    (events.into_iter().map(Heard::Event).collect(), newest)
                }
                Missed::Reset => (vec![Heard::Lost], i64::MIN),
            },
        };
        let live = live.filter(move |heard| {
            let known = matches!(heard, Heard::Event(event) if event.seq <= seen);
            std::future::ready(!known)
        });
        Ok(Some(stream::iter(past).chain(live).boxed()))
    }

    /// The live part of [`Engine::hear`].
    async fn listen(&self, own: &Account) -> Result<Option<BoxStream<'static, Heard>>, Error> {
        let Some(live) = own.subscribe() else {
            return Ok(None);
        };
        let standings = self.standings(own).await?;
        let mut lanes = vec![lane(live)];
        // Weak, for whoever listens keeps an account in use by listening alone.
        let mut watched = Vec::new();
        match standings.len() {
            0 | 1 => own.watch().await?,
            _ => watched.push(Arc::downgrade(&own.0)),
        }
        for standing in standings.iter().filter(|one| one.id != own.id()) {
            // One that can't be opened has nothing to tell.
            if let Ok(account) = self.account_beside(own, standing.id).await
                && let Some(live) = account.subscribe()
            {
                lanes.push(lane(live));
                watched.push(Arc::downgrade(&account.0));
            }
        }
        let keeping = AbortOnDropHandle::new(tokio::spawn(keep_watching(watched)));
        let (engine, own) = (self.clone(), Arc::downgrade(&own.0));
        let heard = stream::select_all(lanes).take_while(move |heard| {
            let _while_it_is_read = &keeping;
            let came_or_went = matches!(
                heard,
                Heard::Event(Event {
                    kind: EventKind::Mailbox,
                    mailbox: None,
                    ..
                })
            );
            let (engine, own, before) = (engine.clone(), own.clone(), Arc::clone(&standings));
            async move {
                if !came_or_went {
                    return true;
                }
                let Some(own) = own.upgrade().map(Account) else {
                    return false;
                };
                let Ok(now) = engine.standings(&own).await else {
                    return true;
                };
                let ids = |all: &[super::accounts::Standing]| -> Vec<i64> {
                    all.iter().map(|one| one.id).collect()
                };
                ids(&before) == ids(&now)
            }
        });
        Ok(Some(heard.boxed()))
    }

    /// What happened after event `seq` in all accounts.
    async fn missed(&self, own: &Account, seq: i64) -> Result<Missed, Error> {
        let found = store::events::since(self.store(), own.0.user, None, seq, KEPT).await?;
        let Since::Events {
            events,
            more: false,
        } = found
        else {
            return Ok(Missed::Reset);
        };
        let events = events.into_iter().filter_map(|row| {
            Some(Event {
                seq: row.seq,
                account: row.account_id?.get(),
                kind: EventKind::from_name(&row.kind),
                mailbox: row.mailbox_id,
            })
        });
        Ok(Missed::Events(events.collect()))
    }
}

fn lane(live: broadcast::Receiver<Event>) -> BoxStream<'static, Heard> {
    let heard = BroadcastStream::new(live).map(|event| match event {
        Ok(event) => Heard::Event(event),
        Err(_) => Heard::Lost,
    });
    heard.boxed()
}

/// Watches what can be watched, and tries again what can't.
async fn keep_watching(accounts: Vec<Weak<Live>>) {
    let mut left = accounts;
    while !left.is_empty() {
        let tried = left.into_iter().map(|weak| async move {
            let account = weak.upgrade().map(Account)?;
            match account.watch().await {
                Ok(()) => None,
                Err(error) => {
                    tracing::debug!(%error, account.id = account.id(), "An account is not watched");
                    Some(weak)
                }
            }
        });
        let outcomes = futures_util::future::join_all(tried).await;
        left = outcomes.into_iter().flatten().collect();
        if !left.is_empty() {
            tokio::time::sleep(AGAIN).await;
        }
    }
}
