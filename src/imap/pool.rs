//! The connections of one account. A request leases one; each is owned by a task (see
//! [`super::actor`]) that lives on when the one who waits goes away.
//!
//! A free connection that has the wanted folder selected is preferred, then one with no folder,
//! then the one unused for longest, then one that watches a folder meanwhile (see
//! [`super::lookout`]), and only then a new one is opened. When all are leased, a request waits for
//! a bounded time.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot},
    time::{Instant, sleep, timeout},
};

use super::{
    actor::{self, Request},
    budget::{Budget, Use},
    capabilities::Capabilities,
    connect::{self, Connector},
    connection::{Connection, Counters, Job, Reply},
    error::{ConnectError, Error, LoginFailure},
    limits::Limits,
    lookout::Lookout,
    selected::Selected,
    wire::mutf7::Names,
};

/// How often work that nobody waits for looks whether it may go on.
const GIVING_WAY: Duration = Duration::from_millis(20);

/// See the module.
#[derive(Debug)]
pub(super) struct Pool {
    connector: Connector,
    budget: Budget,
    pub(super) counters: Arc<Counters>,
    /// One permit for each connection that requests may use.
    permits: Arc<Semaphore>,
    /// How many of them there are; a server that is crowded takes some away.
    granted: AtomicUsize,
    /// Until when a server that did not answer is not asked again, and how it failed: otherwise
    /// each page would hang for seconds.
    silent: Mutex<Option<(Instant, Error)>>,
    free: Mutex<Vec<Slot>>,
    /// Connections that live, leased or free.
    living: Arc<AtomicUsize>,
    lookout: Lookout,
}

/// A connection's near end.
#[derive(Debug)]
struct Slot {
    requests: mpsc::Sender<Request>,
    capabilities: Capabilities,
    names: Names,
    selected: Option<Selected>,
    /// It is in IDLE, which has to be ended before it can do anything else.
    watching: Arc<AtomicBool>,
    used: bool,
    /// It serves what nobody waits for.
    aside: bool,
}

/// A slot on loan. Whoever drops it last, the lease or the task that is still busy with an
/// abandoned request, gives it back.
#[derive(Debug)]
pub(super) struct Loan {
    pool: Arc<Pool>,
    slot: Mutex<Option<Slot>>,
    _permit: OwnedSemaphorePermit,
}

/// Exclusive use of a connection, for one request or several that belong together.
#[derive(Debug)]
pub(super) struct Lease {
    pool: Arc<Pool>,
    loan: Option<Arc<Loan>>,
    requests: mpsc::Sender<Request>,
    /// Used before this lease, so that it may have died unnoticed.
    stale: bool,
    pub(super) capabilities: Capabilities,
    /// How mailbox names are written.
    pub(super) names: Names,
    /// The folder selected now, as far as is known.
    pub(super) selected: Option<Selected>,
}

/// A request that failed, and how far it had come.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) error: Error,
    /// Nothing was sent.
    pub(super) unsent: bool,
    /// The server had not answered with one octet.
    pub(super) unheard: bool,
}

impl Pool {
    pub(super) fn new(connector: Connector, budget: Budget) -> Self {
        let Limits { connections, .. } = connector.limits;
        let size = connections
            .saturating_sub(connector.limits.watching())
            .max(1);
        Self {
            connector,
            budget,
            counters: Arc::default(),
            permits: Arc::new(Semaphore::new(size)),
            granted: AtomicUsize::new(size),
            silent: Mutex::default(),
            free: Mutex::default(),
            living: Arc::default(),
            lookout: Lookout::default(),
        }
    }

    pub(super) fn connector(&self) -> &Connector {
        &self.connector
    }

    /// The folders that free connections watch.
    pub(super) fn lookout(&self) -> &Lookout {
        &self.lookout
    }

    /// Leases a connection, preferably one that has `mailbox` selected.
    pub(super) async fn lease(self: &Arc<Self>, mailbox: Option<&str>) -> Result<Lease, Error> {
        loop {
            let permit = self.permit().await?;
            if let Some(slot) = self.pick(mailbox) {
                return Ok(self.lend(slot, permit));
            }
            match self.open(Use::Request).await {
                Ok(slot) => return Ok(self.lend(slot, permit)),
                // The server wants fewer connections than we do: live with those that there are.
                Err(error) if is_crowded(&error) && self.living.load(Ordering::SeqCst) > 0 => {
                    // The last place stays: the connections that are counted may be closing.
                    if self.forgo() {
                        permit.forget();
                    } else {
                        return Err(error);
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Leases a connection for work that nobody waits for: the one that such work had last, else one
    /// that has no folder selected, else a new one where there is room, and only then another that
    /// rests. Requests go first, as long as there are any.
    pub(super) async fn lease_aside(self: &Arc<Self>, mailbox: &str) -> Result<Lease, Error> {
        let patience = Instant::now() + self.connector.limits.wait;
        while self.permits.available_permits() < 2
            && self.granted.load(Ordering::SeqCst) > 1
            && Instant::now() < patience
        {
            sleep(GIVING_WAY).await;
        }
        let permit = self.permit().await?;
        if let Some(slot) = self.pick_aside(mailbox) {
            return Ok(self.lend(slot, permit));
        }
        // One that listens never takes the last places.
        match self.open(Use::Watching).await {
            Ok(slot) => {
                let slot = Slot {
                    aside: true,
                    ..slot
                };
                Ok(self.lend(slot, permit))
            }
            Err(_) => {
                drop(permit);
                self.lease(Some(mailbox)).await
            }
        }
    }

    /// Takes one place away for good, unless it is the last.
    fn forgo(&self) -> bool {
        let fewer = |places: usize| (places > 1).then(|| places - 1);
        let order = (Ordering::SeqCst, Ordering::SeqCst);
        self.granted.fetch_update(order.0, order.1, fewer).is_ok()
    }

    /// Leases a connection that was opened just now.
    pub(super) async fn lease_fresh(self: &Arc<Self>) -> Result<Lease, Error> {
        let permit = self.permit().await?;
        let slot = self.open(Use::Request).await?;
        Ok(self.lend(slot, permit))
    }

    /// Opens a connection that does not belong to the pool.
    pub(super) async fn connect(&self, purpose: Use) -> Result<Connection, Error> {
        let limits = self.connector.limits;
        if let Some((until, error)) = &*self.silence()
            && Instant::now() < *until
        {
            return Err(error.clone());
        }
        let seat = self.budget.seat(purpose, limits.wait).await?;
        let opened = connect::open(&self.connector).await;
        *self.silence() = match &opened {
            Err(error @ Error::Connect(ConnectError::Timeout)) => {
                Some((Instant::now() + limits.spare, error.clone()))
            }
            _ => None,
        };
        let counters = Arc::clone(&self.counters);
        let mut connection = Connection::begin(opened?, limits, counters).await?;
        connection.seat = Some(seat);
        Ok(connection)
    }

    /// Closes a connection that rests, or one that watches a folder meanwhile. False when there is
    /// none.
    pub(super) fn give_way(&self, watching: bool) -> bool {
        let mut free = self.slots();
        free.retain(|slot| !slot.requests.is_closed());
        let may = |slot: &Slot| watching || !slot.watching.load(Ordering::Relaxed);
        let at = free.iter().position(may);
        at.map(|at| free.remove(at)).is_some()
    }

    /// Connections that requests use now, and of the others those that listen and those that rest.
    pub(super) fn state(&self) -> (usize, usize, usize) {
        let free = self.slots();
        let free = free.iter().filter(|slot| !slot.requests.is_closed());
        let (watching, resting): (Vec<_>, Vec<_>) =
            free.partition(|slot| slot.watching.load(Ordering::Relaxed));
        let living = self.living.load(Ordering::SeqCst);
        let busy = living.saturating_sub(watching.len() + resting.len());
        (busy, watching.len(), resting.len())
    }

    fn silence(&self) -> MutexGuard<'_, Option<(Instant, Error)>> {
        self.silent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes the free connections that have one of these folders selected, because some servers
    /// end such a connection when the folder is renamed or removed (Dovecot 2.3).
    pub(super) fn leave(&self, concerns: impl Fn(&str) -> bool) {
        self.slots().retain(|slot| {
            let selected = slot.selected.as_ref();
            selected.is_none_or(|selected| !concerns(&selected.mailbox))
        });
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, Error> {
        let permit = Arc::clone(&self.permits).acquire_owned();
        match timeout(self.connector.limits.wait, permit).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(Error::Busy),
        }
    }

    fn pick(&self, mailbox: Option<&str>) -> Option<Slot> {
        let mut free = self.slots();
        free.retain(|slot| !slot.requests.is_closed());
        let selects = |slot: &Slot| slot.selected.as_ref().map(|own| own.mailbox.clone());
        let suits = |slot: &Slot| mailbox.is_some() && selects(slot).as_deref() == mailbox;
        let watches = |slot: &Slot| slot.watching.load(Ordering::Relaxed);
        // The list is in order of use.
        let at = [
            free.iter().position(|slot| suits(slot) && !watches(slot)),
            free.iter().position(|slot| selects(slot).is_none()),
            free.iter().position(|slot| !watches(slot)),
            free.iter().position(suits),
            (!free.is_empty()).then_some(0),
        ];
        at.into_iter().flatten().next().map(|at| free.remove(at))
    }

    fn pick_aside(&self, mailbox: &str) -> Option<Slot> {
        let mut free = self.slots();
        free.retain(|slot| !slot.requests.is_closed());
        let suits = |slot: &Slot| {
            let selected = slot.selected.as_ref();
            selected.is_none_or(|own| own.mailbox == mailbox)
        };
        let watches = |slot: &Slot| slot.watching.load(Ordering::Relaxed);
        let at = free
            .iter()
            .position(|slot| slot.aside)
            .or_else(|| free.iter().position(|slot| suits(slot) && !watches(slot)));
        at.map(|at| free.remove(at))
    }

    async fn open(&self, purpose: Use) -> Result<Slot, Error> {
        let connection = self.connect(purpose).await?;
        {
            // For each free one there must be a permit, or there are more than allowed.
            let room = self.permits.available_permits();
            let mut free = self.slots();
            while free.len() > room {
                free.remove(0);
            }
        }
        let (capabilities, names) = (connection.capabilities.clone(), connection.names);
        let (requests, queue) = mpsc::channel(1);
        let living = Arc::clone(&self.living);
        living.fetch_add(1, Ordering::SeqCst);
        let limits = self.connector.limits;
        let (lookout, watching) = (self.lookout.clone(), Arc::new(AtomicBool::new(false)));
        let at_work = Arc::clone(&watching);
        tokio::spawn(async move {
            actor::serve(connection, queue, limits, lookout, at_work).await;
            living.fetch_sub(1, Ordering::SeqCst);
        });
        Ok(Slot {
            requests,
            capabilities,
            names,
            selected: None,
            watching,
            used: false,
            aside: false,
        })
    }

    fn lend(self: &Arc<Self>, slot: Slot, permit: OwnedSemaphorePermit) -> Lease {
        Lease {
            requests: slot.requests.clone(),
            stale: slot.used,
            capabilities: slot.capabilities.clone(),
            names: slot.names,
            selected: slot.selected.clone(),
            loan: Some(Arc::new(Loan {
                pool: Arc::clone(self),
                slot: Mutex::new(Some(slot)),
                _permit: permit,
            })),
            pool: Arc::clone(self),
        }
    }

    fn slots(&self) -> MutexGuard<'_, Vec<Slot>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Loan {
    /// The task tells which folder is selected after a request.
    pub(super) fn note(&self, selected: Option<Selected>) {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = &mut *slot {
            slot.selected = selected;
        }
    }

    fn selected(&self) -> Option<Selected> {
        let slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        slot.as_ref().and_then(|slot| slot.selected.clone())
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        let slot = self.slot.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(mut slot) = slot.take()
            && !slot.requests.is_closed()
        {
            slot.used = true;
            self.pool.slots().push(slot);
            self.pool.budget.stir();
        }
    }
}

impl Lease {
    /// Carries out a request. Where a connection that was used before turns out to be dead
    /// before the server said anything, it is tried once more on a new one, unless it might be
    /// carried out twice by that.
    pub(super) async fn run(&mut self, job: &Job) -> Result<Reply, Error> {
        let stale = std::mem::replace(&mut self.stale, false);
        let failed = match self.attempt(job).await {
            Ok(reply) => return Ok(reply),
            Err(failed) => failed,
        };
        let harmless = failed.unsent || (failed.unheard && job.idempotent);
        let dead = matches!(failed.error, Error::Disconnected);
        if !(stale && dead && harmless) {
            return Err(failed.error);
        }
        // The permit goes back first, or the last one would be waited for in vain.
        self.loan = None;
        *self = self.pool.lease_fresh().await?;
        self.attempt(job).await.map_err(|failed| failed.error)
    }

    async fn attempt(&mut self, job: &Job) -> Result<Reply, Failed> {
        let lost = |unsent| Failed {
            error: Error::Disconnected,
            unsent,
            unheard: unsent,
        };
        let Some(loan) = &self.loan else {
            return Err(lost(true));
        };
        let (answer, outcome) = oneshot::channel();
        let request = Request {
            job: job.clone(),
            answer,
            loan: Arc::clone(loan),
        };
        if self.requests.send(request).await.is_err() {
            return Err(lost(true));
        }
        let outcome = outcome.await.unwrap_or_else(|_| Err(lost(false)));
        self.selected = loan.selected();
        outcome
    }
}

/// Does the server refuse one more connection rather than this account?
fn is_crowded(error: &Error) -> bool {
    matches!(
        error.login_failure(),
        Some(LoginFailure::Limit | LoginFailure::InUse | LoginFailure::Unavailable)
    ) || matches!(error, Error::Connect(ConnectError::Bye { .. }))
}
