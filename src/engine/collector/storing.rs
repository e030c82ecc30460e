//! Messages on their way from the server onto the disk. Small ones, which nearly all are, are
//! written and fsynced several at once while the next ones come, and filed in one commit: a disk
//! that needs milliseconds for each fsync would else be waited for five times per message. Large
//! ones pass through one by one at constant memory.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::{task::JoinHandle, time::Instant};

use crate::{
    mail::keyword::Keywords,
    pop3::retrieve::Content,
    store::{
        collector::ledger::{self, NewRow, Settled},
        error::Error,
        events::{self, Action, NewEvent},
        leases::Lease,
        local::{
            arrival::{self, Arrival},
            place::Placing,
        },
    },
};

use super::{
    super::events::EventKind,
    outcome::{Failure, Run},
    plan::Fetch,
    recognise::Origins,
    run::{Collector, Task},
};

/// Octets up to which a message is held in memory.
const SMALL: usize = 256 * 1024;

/// Messages that are written at once.
const AT_ONCE: usize = 32;

/// How long the first of them waits for the others.
const PATIENCE: Duration = Duration::from_millis(500);

/// See the module's description.
pub(super) struct Storing<'a> {
    collector: &'a Collector,
    task: Task<'a>,
    lease: &'a Lease,
    origins: Origins,
    keywords: Keywords,
    flying: Vec<(Fetch, JoinHandle<Result<Arrival, Error>>)>,
    since: Instant,
}

impl<'a> Storing<'a> {
    pub(super) fn new(
        collector: &'a Collector,
        task: Task<'a>,
        lease: &'a Lease,
        origins: Origins,
    ) -> Self {
        Self {
            collector,
            task,
            lease,
            origins,
            keywords: Keywords::default(),
            flying: Vec::new(),
            since: Instant::now(),
        }
    }

    /// Takes a message as it comes. It is on disk and filed when [`Storing::land`] has returned.
    pub(super) async fn take(
        &mut self,
        fetch: &Fetch,
        mut content: Content<'_>,
        run: &mut Run,
    ) -> Result<(), Failure> {
        let mut gathered = BytesMut::new();
        let mut ended = false;
        while !ended && gathered.len() <= SMALL {
            match content.next().await? {
                Some(piece) => gathered.extend_from_slice(&piece),
                None => ended = true,
            }
        }
        let head = gathered.freeze();
        if ended {
            if self.flying.is_empty() {
                self.since = Instant::now();
            }
            self.flying.push((fetch.clone(), self.write(head)));
            let full = self.flying.len() >= AT_ONCE || self.since.elapsed() >= PATIENCE;
            return if full { self.land(run).await } else { Ok(()) };
        }
        self.land(run).await?;
        let Collector {
            files, thread_key, ..
        } = self.collector;
        let pieces = stream::iter([Ok(head)]).chain(content.into_stream().map_err(Failure::from));
        let most = self.task.connector.limits.message_size;
        let user = self.task.owner.user;
        let arrival = arrival::receive(files, user, thread_key, pieces, most).await?;
        self.settle(vec![(fetch.clone(), arrival)], run).await
    }

    fn write(&self, whole: Bytes) -> JoinHandle<Result<Arrival, Error>> {
        let Collector {
            files, thread_key, ..
        } = self.collector.clone();
        let user = self.task.owner.user;
        tokio::spawn(async move {
            let pieces = stream::iter([Ok::<_, Error>(whole)]);
            arrival::receive(&files, user, &thread_key, pieces, u64::MAX).await
        })
    }

    /// Waits until all that was taken is on disk, and files it.
    pub(super) async fn land(&mut self, run: &mut Run) -> Result<(), Failure> {
        let mut arrived = Vec::with_capacity(self.flying.len());
        let mut failure = None;
        for (fetch, writing) in self.flying.drain(..) {
            let outcome = writing.await;
            match outcome.unwrap_or_else(|error| Err(Error::File(std::io::Error::other(error)))) {
                Ok(arrival) => arrived.push((fetch, arrival)),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        // What did arrive is filed, whatever has become of the others.
        self.settle(arrived, run).await?;
        failure.map_or(Ok(()), |error| Err(error.into()))
    }

    async fn settle(
        &mut self,
        arrived: Vec<(Fetch, Arrival)>,
        run: &mut Run,
    ) -> Result<(), Failure> {
        let mut settled = Vec::with_capacity(arrived.len());
        for (fetch, arrival) in arrived {
            let one = match (self.origins.claim(&arrival.stored.sha256), fetch.row) {
                (Some(origin), Some(row)) => {
                    run.recognised += 1;
                    Settled::Recognised(row, origin)
                }
                (Some(_), None) => continue,
                (None, Some(row)) => Settled::Filed(row, arrival),
                (None, None) => {
                    let new = NewRow {
                        uidl: String::new(),
                        occurrence: 1,
                        size: fetch.size,
                    };
                    Settled::Nameless(new, arrival)
                }
            };
            settled.push((fetch.number, one));
        }
        // They came newest first. Of one second, the one that the server has later is to be the
        // newer one here too, and that is the one that is filed later.
        settled.sort_by_key(|(number, _)| *number);
        let settled: Vec<Settled> = settled.into_iter().map(|(_, one)| one).collect();
        match self.file(&settled, run).await {
            // Some of them may still fit, the newest before all.
            Err(Error::Quota) if settled.len() > 1 => {
                for one in settled.chunks(1).rev() {
                    self.file(one, run).await?;
                }
                Ok(())
            }
            outcome => Ok(outcome?),
        }
    }

    async fn file(&self, settled: &[Settled], run: &mut Run) -> Result<(), Error> {
        if settled.is_empty() {
            return Ok(());
        }
        let placing = Placing {
            mailbox: self.task.inbox,
            keywords: &self.keywords,
            received_at: None,
            quota: self.task.quota,
        };
        let Collector { store, clock, .. } = self.collector;
        let owner = self.task.owner;
        let filed = ledger::settle(store, self.lease, owner, settled, placing, clock.now()).await?;
        run.filed += u64::try_from(filed.len()).unwrap_or(u64::MAX);
        if filed.is_empty() {
            return Ok(());
        }
        self.tell().await
    }

    /// Whoever looks at the inbox sees that something has come.
    pub(super) async fn tell(&self) -> Result<(), Error> {
        let Collector { store, clock, .. } = self.collector;
        let owner = self.task.owner;
        let event = NewEvent {
            account: Some(owner.account),
            kind: EventKind::Email.as_str(),
            action: Action::Created,
            object: "",
            mailbox: Some(self.task.inbox),
        };
        events::append(store, owner.user, &[event], clock.now()).await?;
        Ok(())
    }
}
