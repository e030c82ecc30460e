//! Messages on their way from the server onto the disk. Small ones, which nearly all are, go in lots:
//! while one is read from the server, the one before is written and fsynced, and the one before that
//! filed in one commit. A disk that needs milliseconds for each fsync would else be waited for five
//! times per message, and the server would wait with it. Large ones pass through one by one at
//! constant memory.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::{sync::mpsc, task::JoinHandle, time::Instant};

use crate::{
    mail::{id::EmailId, keyword::Keywords},
    pop3::retrieve::Content,
    store::{
        collector::ledger::{self, NewRow, Settled},
        error::Error,
        events,
        leases::Lease,
        local::{
            arrival::{self, Arrival},
            place::{Placing, TOGETHER},
        },
    },
};

use super::{
    super::events::Happened,
    outcome::Failure,
    plan::Fetch,
    recognise::Origins,
    run::{Collector, Task},
};

/// Octets up to which a message is held in memory.
const SMALL: usize = 1024 * 1024;

/// Messages of a lot: as many as are filed together.
const AT_ONCE: usize = TOGETHER;

/// Octets of a lot, the last message of which may go beyond. Of four lots at most: one is gathered, one
/// waits for its turn, and two are written or filed.
const OCTETS: usize = 2 * 1024 * 1024;

/// How long the first message of a lot waits for the others.
const PATIENCE: Duration = Duration::from_millis(500);

/// Messages that are being written, with how that ended.
pub(super) type Lot = JoinHandle<(Vec<(Fetch, Arrival)>, Option<Error>)>;

/// Takes messages as they come, and hands them on in lots.
pub(super) struct Gathering<'a> {
    collector: &'a Collector,
    task: Task<'a>,
    lots: mpsc::Sender<Lot>,
    held: Vec<(Fetch, Bytes)>,
    octets: usize,
    since: Instant,
}

impl<'a> Gathering<'a> {
    /// Hands on to whoever has the other end of `lots`.
    pub(super) fn new(collector: &'a Collector, task: Task<'a>, lots: mpsc::Sender<Lot>) -> Self {
        Self {
            collector,
            task,
            lots,
            held: Vec::new(),
            octets: 0,
            since: Instant::now(),
        }
    }

    /// Takes one message as it comes.
    pub(super) async fn take(
        &mut self,
        fetch: &Fetch,
        mut content: Content<'_>,
    ) -> Result<(), Failure> {
        let listed = usize::try_from(fetch.size).unwrap_or_default();
        let mut gathered = BytesMut::with_capacity(listed.min(SMALL));
        let mut ended = false;
        while !ended && gathered.len() <= SMALL {
            match content.next().await? {
                Some(piece) => gathered.extend_from_slice(&piece),
                None => ended = true,
            }
        }
        let head = match gathered.capacity() / 2 > gathered.len() {
            // It was listed as what it is not: no room is kept for that.
            true => Bytes::copy_from_slice(&gathered),
            false => gathered.freeze(),
        };
        if ended {
            if self.held.is_empty() {
                self.since = Instant::now();
            }
            self.octets += head.len();
            self.held.push((fetch.clone(), head));
            let full = self.held.len() >= AT_ONCE
                || self.octets >= OCTETS
                || self.since.elapsed() >= PATIENCE;
            return if full { self.hand_on().await } else { Ok(()) };
        }
        self.hand_on().await?;
        let Collector {
            files, thread_key, ..
        } = self.collector;
        let pieces = stream::iter([Ok(head)]).chain(content.into_stream().map_err(Failure::from));
        let most = self.task.connector.limits.message_size;
        let user = self.task.owner.user;
        let arrival = arrival::receive(files, user, thread_key, pieces, most).await?;
        let lot = (vec![(fetch.clone(), arrival)], None);
        self.send(tokio::spawn(std::future::ready(lot))).await
    }

    /// Hands on what is held.
    pub(super) async fn hand_on(&mut self) -> Result<(), Failure> {
        if self.held.is_empty() {
            return Ok(());
        }
        self.octets = 0;
        let held = std::mem::take(&mut self.held);
        let (collector, user) = (self.collector.clone(), self.task.owner.user);
        self.send(tokio::spawn(async move {
            let whole = held.iter().map(|(_, whole)| whole.clone()).collect();
            let Collector {
                files, thread_key, ..
            } = &collector;
            let all = arrival::receive_all(files, user, thread_key, whole).await;
            if let Ok(all) = all {
                let fetches = held.into_iter().map(|(fetch, _)| fetch);
                return (fetches.zip(all).collect(), None);
            }
            // Some of them may still be kept: each by itself then.
            let (mut arrived, mut failure) = (Vec::new(), None);
            for (fetch, whole) in held {
                match arrival::receive_all(files, user, thread_key, vec![whole]).await {
                    Ok(one) => arrived.extend(one.into_iter().map(|one| (fetch.clone(), one))),
                    Err(error) => failure = failure.or(Some(error)),
                }
            }
            (arrived, failure)
        }))
        .await
    }

    async fn send(&self, lot: Lot) -> Result<(), Failure> {
        // Nobody takes it any more: that says itself why.
        self.lots.send(lot).await.map_err(|_| Failure::Stopped)
    }
}

/// Files what has been written.
pub(super) struct Filing<'a> {
    collector: &'a Collector,
    task: Task<'a>,
    lease: &'a Lease,
    origins: Origins,
    keywords: Keywords,
    /// Messages that are new here.
    pub(super) filed: u64,
    /// Messages that turned out to be known under another UIDL.
    pub(super) recognised: u64,
}

impl<'a> Filing<'a> {
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
            filed: 0,
            recognised: 0,
        }
    }

    /// Files lots as they come, in their order, until there are no more or one can't be.
    pub(super) async fn run(&mut self, mut lots: mpsc::Receiver<Lot>) -> Result<(), Failure> {
        while let Some(lot) = lots.recv().await {
            let written = lot.await;
            let (arrived, failure) =
                written.map_err(|error| Error::File(std::io::Error::other(error)))?;
            // What did arrive is filed, whatever has become of the others.
            self.settle(arrived).await?;
            failure.map_or(Ok(()), Err)?;
        }
        Ok(())
    }

    async fn settle(&mut self, arrived: Vec<(Fetch, Arrival)>) -> Result<(), Failure> {
        let mut settled = Vec::with_capacity(arrived.len());
        for (fetch, arrival) in arrived {
            let one = match (self.origins.claim(&arrival.stored.sha256), fetch.row) {
                (Some(origin), Some(row)) => {
                    self.recognised += 1;
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
        match self.file(&settled).await {
            // Some of them may still fit, the newest before all.
            Err(Error::Quota) if settled.len() > 1 => {
                for one in settled.chunks(1).rev() {
                    self.file(one).await?;
                }
                Ok(())
            }
            outcome => Ok(outcome?),
        }
    }

    async fn file(&mut self, settled: &[Settled]) -> Result<(), Error> {
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
        self.filed += u64::try_from(filed.len()).unwrap_or(u64::MAX);
        let inbox = self.task.inbox;
        let ids: Vec<EmailId> = filed.iter().map(|one| one.id(inbox)).collect();
        match ids.is_empty() {
            true => Ok(()),
            false => tell(self.collector, self.task, &ids).await,
        }
    }
}

/// Whoever looks at the inbox sees that something has come.
pub(super) async fn tell(
    collector: &Collector,
    task: Task<'_>,
    ids: &[EmailId],
) -> Result<(), Error> {
    let Collector { store, clock, .. } = collector;
    let owner = task.owner;
    let news = Happened::created(task.inbox, ids);
    let object = news.named();
    let event = news.event(owner.account, &object);
    events::append(store, owner.user, &[event], clock.now()).await?;
    Ok(())
}
