//! Telling webhooks: one task per process, the database decides which process tells which. A
//! webhook is told one thing at a time, in the order of the events, and again until it has
//! arrived: at least once, under the same id.
//!
//! ```text
//! events after seq ─ claimed, written down ─▶ pending ─ 2xx ─▶ delivered
//!                                              ▲   │ anything else: later, at growing intervals
//!                                              └───┤
//!                                                  └ too often, or 410 ─▶ the webhook is paused
//! ```
//!
//! Cost: a statement or two with each burst of changes, and every half a minute; every two seconds
//! where nobody tells what other processes change.

use std::{
    collections::HashMap,
    pin::pin,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::{
    sync::{Notify, Semaphore},
    task::JoinSet,
};
use url::Url;

use crate::{
    engine::{Engine, error::Error, secrets, throttle::Throttled},
    net::{
        egress::Policy,
        fetch::{Fetcher, PostError},
    },
    store::{
        events::{self, Since},
        id::UserId,
        webhooks::{
            self, Due, WebhookRow,
            deliveries::{
                self, DeliveryKind, DeliveryRow, DeliveryState, NewDelivery, Then, Tried,
            },
        },
    },
};

use super::{Delivery, body};

/// For a connection, the request and the answer's head.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// How often is looked without being woken: on SQLite commands write events unheard, and on
/// PostgreSQL other processes while they can't be listened to.
const LOOK: Duration = Duration::from_secs(2);
/// The same where every event wakes us: for what a process that was killed has left.
const SELDOM: Duration = Duration::from_secs(30);
/// What changes in a burst is told at once.
const BURST: Duration = Duration::from_millis(100);
/// Webhooks that one process tells at once, of all and of one person: a slow receiver keeps
/// nobody else waiting.
const AT_ONCE: usize = 16;
const AT_ONCE_EACH: usize = 2;
/// Tests that one process sends at once.
const TESTS: usize = 4;
/// A claim is good for this long (ms): several times as long as a try may take.
const CLAIM: i64 = 60_000;
/// Changes in one delivery.
const CHANGES: u32 = 100;
/// Seconds until the next try, by tries that failed so far; who has failed more often than these
/// is paused. Some eight hours, so that what was missed is still among the events.
const PAUSES: [i64; 8] = [10, 60, 300, 900, 1800, 3600, 7200, 14_400];
/// The receiver says that it is not there any more (RFC 9110 §15.5.11).
const GONE: u16 = 410;

const SIGNATURE: HeaderName = HeaderName::from_static("restante-signature");
const DELIVERY: HeaderName = HeaderName::from_static("restante-delivery");

/// What tells webhooks in this process.
#[derive(Debug)]
pub(in crate::engine) struct Hooks {
    /// What claims name this process by.
    name: String,
    takers: AtomicU64,
    wake: Notify,
    /// Who tries a webhook out waits for a place.
    tests: Semaphore,
    pub(super) fetcher: Fetcher,
}

impl Hooks {
    /// # Errors
    /// When the system's trust anchors can't be read.
    pub(in crate::engine) fn new(policy: &Policy) -> anyhow::Result<Self> {
        Ok(Self {
            name: secrets::token(),
            takers: AtomicU64::new(0),
            wake: Notify::new(),
            tests: Semaphore::new(TESTS),
            fetcher: super::fetcher(policy)?,
        })
    }

    /// Something has changed.
    pub(in crate::engine) fn wake(&self) {
        self.wake.notify_one();
    }

    /// A name for one claim: a task that comes late must not be taken for the one after it.
    fn taker(&self) -> String {
        let number = self.takers.fetch_add(1, Ordering::Relaxed);
        format!("{}-{number}", self.name)
    }
}

impl Engine {
    /// Tells webhooks what is due until we stop, and then what it has begun to its end. What was
    /// not told, or nobody knows of, is told by whoever comes next.
    pub async fn run_webhooks(self) {
        let mut telling: JoinSet<(UserId, bool)> = JoinSet::new();
        let mut busy: HashMap<UserId, usize> = HashMap::new();
        let mut closing = pin!(self.closing());
        loop {
            let now = self.now();
            let pause = match self.begin_telling(now, &mut telling, &mut busy).await {
                Ok(()) => self.pause(now).await,
                Err(error) => {
                    tracing::warn!(%error, "Webhooks could not be looked at");
                    LOOK
                }
            };
            let mut look = pin!(tokio::time::sleep(pause));
            let closes = loop {
                tokio::select! {
                    () = &mut closing => break true,
                    () = self.0.shared.hooks.wake.notified() => {
                        tokio::time::sleep(BURST).await;
                        break false;
                    }
                    () = &mut look => break false,
                    Some(ended) = telling.join_next() => {
                        let (user, did) = ended.map_or((None, false), |(user, did)| (Some(user), did));
                        if let Some(count) = user.and_then(|user| busy.get_mut(&user)) {
                            *count = count.saturating_sub(1);
                        }
                        busy.retain(|_, count| *count > 0);
                        if did {
                            break false;
                        }
                        // One that did nothing is due still: soon, and not without a pause.
                        look.as_mut().reset(tokio::time::Instant::now() + LOOK);
                    }
                }
            };
            if closes {
                break;
            }
        }
        while telling.join_next().await.is_some() {}
    }

    /// How long nothing is looked at unless somebody wakes us, where what was due at a moment is begun.
    async fn pause(&self, now: i64) -> Duration {
        if !self.0.shared.news.is_listening() {
            return LOOK;
        }
        match webhooks::next_try(self.store(), now).await {
            Ok(None) => SELDOM,
            Ok(Some(at)) => {
                let until = u64::try_from(at.saturating_sub(now)).unwrap_or(0);
                Duration::from_millis(until).min(SELDOM)
            }
            Err(_) => LOOK,
        }
    }

    async fn begin_telling(
        &self,
        now: i64,
        telling: &mut JoinSet<(UserId, bool)>,
        busy: &mut HashMap<UserId, usize>,
    ) -> Result<(), Error> {
        if telling.is_empty() {
            // A task that was lost has told nobody whose it was.
            busy.clear();
        }
        // As many as one person may have, or theirs could hide the others'.
        let many = webhooks::MOST * 20;
        for due in webhooks::due(self.store(), now, many).await? {
            if telling.len() >= AT_ONCE {
                break;
            }
            let count = busy.entry(due.user_id).or_default();
            if *count >= AT_ONCE_EACH {
                continue;
            }
            *count += 1;
            let engine = self.clone();
            telling.spawn(async move {
                let did = engine.tell(due).await.unwrap_or_else(|error| {
                    tracing::warn!(%error, webhook.id = due.id.get(), "A webhook could not be told");
                    false
                });
                (due.user_id, did)
            });
        }
        Ok(())
    }

    /// Tells one webhook one thing, if nobody else does and there is any; whether it was so.
    async fn tell(&self, due: Due) -> Result<bool, Error> {
        let (store, now, who) = (self.store(), self.now(), self.0.shared.hooks.taker());
        let Some(row) = webhooks::take(store, due.id, &who, now, now + CLAIM).await? else {
            return Ok(false);
        };
        let told = match self.next_of(&row, &who).await {
            Ok(Some(delivery)) => self.try_once(&row, &who, &delivery).await.map(|()| true),
            Ok(None) => Ok(false),
            Err(error) => Err(error),
        };
        // Nothing, where the try's outcome has freed it.
        webhooks::release(store, row.id, &who).await?;
        told
    }

    /// What it is to be told next: what was begun, else what has happened since.
    async fn next_of(&self, row: &WebhookRow, who: &str) -> Result<Option<DeliveryRow>, Error> {
        let (store, user) = (self.store(), row.user_id);
        if let Some(pending) = deliveries::pending(store, row.id).await? {
            return Ok(Some(pending));
        }
        let told = webhooks::accounts(store, user).await?;
        let told = told.into_iter().filter(|told| told.webhook_id == row.id);
        let accounts: Vec<_> = told.map(|told| told.account_id).collect();
        let mut seen = row.seq;
        loop {
            let (now, name) = (self.now(), secrets::token());
            let mut body = body::begun(&name, row, DeliveryKind::Changes, now);
            let upto = match events::since(store, user, None, seen, CHANGES).await? {
                Since::Expired { latest } => {
                    body.reset = true;
                    latest
                }
                Since::Events { events, .. } => {
                    let Some(last) = events.last() else {
                        return Ok(None);
                    };
                    body.events = body::told(row, &accounts, &events);
                    last.seq
                }
            };
            let changes = i64::try_from(body.events.len()).unwrap_or(i64::MAX);
            let is_told = body.reset || changes > 0;
            let text = body.to_text();
            let new = NewDelivery {
                name: &name,
                changes,
                body: &text,
            };
            let new = is_told.then_some(&new);
            if !deliveries::advance(store, row.id, who, upto, new, now).await? {
                return Ok(None);
            }
            if is_told {
                return Ok(deliveries::pending(store, row.id).await?);
            }
            seen = upto;
        }
    }

    async fn try_once(
        &self,
        row: &WebhookRow,
        who: &str,
        delivery: &DeliveryRow,
    ) -> Result<(), Error> {
        let outcome = self.post(row, &delivery.name, &delivery.body).await;
        let (store, now) = (self.store(), self.now());
        let tried = outcome.tried(now);
        if outcome.has_arrived() {
            deliveries::arrived(store, row.id, who, delivery.id, &tried).await?;
            return Ok(());
        }
        let dice = u16::from_be_bytes(secrets::random());
        let then = then(&outcome, row.failures, now, dice);
        if let Then::Pause(reason) = then {
            tracing::info!(webhook.id = row.id.get(), reason, "A webhook was paused");
        }
        deliveries::failed(store, row.id, who, delivery.id, &tried, then).await?;
        Ok(())
    }

    /// Tells one of a person's webhooks that this is a test, once, whether it is paused or not.
    ///
    /// # Errors
    /// [`Error::NotFound`] when this person has none of this number, [`Error::Throttled`] when too
    /// many are tried out at this moment.
    pub async fn test_webhook(&self, user: UserId, id: i64) -> Result<Delivery, Error> {
        let place = tokio::time::timeout(PATIENCE, self.0.shared.hooks.tests.acquire()).await;
        let _place = place.map_err(|_| Throttled { seconds: 10 })?;
        // As it is now, not as it was before the wait.
        let row = webhooks::get(self.store(), user, id).await?;
        let row = row.ok_or(Error::NotFound)?;
        let name = secrets::token();
        let body = body::begun(&name, &row, DeliveryKind::Test, self.now());
        let outcome = self.post(&row, &name, &body.to_text()).await;
        let state = match outcome.has_arrived() {
            true => DeliveryState::Delivered,
            false => DeliveryState::Failed,
        };
        let tried = outcome.tried(self.now());
        let noted = deliveries::tested(self.store(), row.id, &name, state, &tried).await;
        let noted = noted.map_err(|error| match error {
            crate::store::error::Error::Gone => Error::NotFound,
            other => other.into(),
        })?;
        Ok(noted.into())
    }

    async fn post(&self, row: &WebhookRow, name: &str, body: &str) -> Outcome {
        let begun = Instant::now();
        let answer = self.posted(row, name, body).await;
        Outcome {
            answer,
            took: i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX),
        }
    }

    async fn posted(&self, row: &WebhookRow, name: &str, body: &str) -> Result<u16, Why> {
        let secret = self.secret_of(row).ok_or(Why::Secret)?;
        let url = Url::parse(&row.url).map_err(|_| Why::Denied)?;
        let at = self.now() / 1000;
        let signature = body::signature(&secret, &row.key_id, at, body);
        let mut headers = HeaderMap::new();
        for (header, value) in [(SIGNATURE, signature.as_str()), (DELIVERY, name)] {
            let value = HeaderValue::from_str(value).map_err(|_| Why::Denied)?;
            headers.insert(header, value);
        }
        let body = Bytes::copy_from_slice(body.as_bytes());
        let answer = self.0.shared.hooks.fetcher.post(&url, headers, body).await;
        answer.map_err(|error| match error {
            PostError::Denied(_) => Why::Denied,
            PostError::Timeout => Why::Timeout,
            PostError::Tls => Why::Tls,
            PostError::Network => Why::Unreachable,
        })
    }
}

/// How a try went.
#[derive(Clone, Copy, Debug)]
struct Outcome {
    /// The status of the answer.
    answer: Result<u16, Why>,
    /// How long it took (ms).
    took: i64,
}

/// Why there was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    Denied,
    Timeout,
    Tls,
    Unreachable,
    Secret,
}

impl Outcome {
    fn has_arrived(&self) -> bool {
        matches!(self.answer, Ok(200..=299))
    }

    fn tried(&self, at: i64) -> Tried<'static> {
        Tried {
            status: self.answer.map_or(0, i64::from),
            error: match self.answer {
                Ok(200..=299) => "",
                Ok(_) => "status",
                Err(Why::Denied) => "denied",
                Err(Why::Timeout) => "timeout",
                Err(Why::Tls) => "tls",
                Err(Why::Unreachable) => "unreachable",
                Err(Why::Secret) => "secret",
            },
            took: self.took,
            at,
        }
    }
}

/// What follows from a try that failed, after `failures` others. `dice` is any number: a fifth of
/// the pause depends on it, so that not all come back to a receiver in the same second.
fn then(outcome: &Outcome, failures: i64, now: i64, dice: u16) -> Then<'static> {
    match outcome.answer {
        Ok(GONE) => return Then::Pause("gone"),
        // Trying again opens nothing.
        Err(Why::Secret) => return Then::Pause("secret"),
        _ => {}
    }
    let pause = usize::try_from(failures).ok();
    let Some(seconds) = pause.and_then(|failures| PAUSES.get(failures)) else {
        return Then::Pause("failing");
    };
    let pause = seconds * 1000;
    let jitter = pause / 5 * i64::from(dice) / i64::from(u16::MAX);
    Then::Again(now.saturating_add(pause).saturating_add(jitter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(answer: Result<u16, Why>) -> Outcome {
        Outcome { answer, took: 5 }
    }

    #[test]
    fn pauses_grow_until_it_is_given_up() {
        let down = outcome(Err(Why::Unreachable));
        let mut last = 0;
        for failures in 0..8 {
            let Then::Again(soonest) = then(&down, failures, 0, 0) else {
                panic!("given up after {failures}");
            };
            let Then::Again(latest) = then(&down, failures, 0, u16::MAX) else {
                panic!("given up after {failures}");
            };
            assert!(last < soonest && soonest < latest, "{failures}");
            assert_eq!(latest, soonest + soonest / 5);
            last = latest;
        }
        assert_eq!(then(&down, 8, 0, 0), Then::Pause("failing"));
        assert_eq!(then(&down, i64::MAX, 0, 0), Then::Pause("failing"));
        assert_eq!(then(&outcome(Ok(410)), 0, 0, 0), Then::Pause("gone"));
        assert_eq!(
            then(&outcome(Err(Why::Secret)), 0, 0, 0),
            Then::Pause("secret")
        );
    }

    #[test]
    fn only_a_yes_is_one() {
        for (status, arrived) in [
            (199, false),
            (200, true),
            (204, true),
            (299, true),
            (301, false),
            (400, false),
            (500, false),
        ] {
            assert_eq!(outcome(Ok(status)).has_arrived(), arrived, "{status}");
        }
    }
}
