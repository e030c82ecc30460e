//! How many connections one server sees of us, over all accounts. When there are as many as may be,
//! a connection that rests in another account's pool gives way to a request that waits.

use std::{
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{sync::Notify, time::timeout};

use super::{error::Error, pool::Pool};

/// The connections to one server. Cheap to clone; without a bound until one is set.
#[derive(Clone, Debug)]
pub struct Budget(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    most: AtomicUsize,
    open: Mutex<usize>,
    freed: Notify,
    pools: Mutex<Vec<Weak<Pool>>>,
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Somebody waits for what it is asked.
    Request,
    /// It does nothing but listen: where there is no room, the folder is asked now and then.
    Watching,
}

/// One of them; free again when it is dropped.
#[derive(Debug)]
pub(super) struct Seat(Budget);

impl Default for Budget {
    fn default() -> Self {
        Self(Arc::new(Inner {
            most: AtomicUsize::new(usize::MAX),
            open: Mutex::default(),
            freed: Notify::new(),
            pools: Mutex::default(),
        }))
    }
}

impl Budget {
    /// From now on so many. Those that are open stay.
    pub fn allow(&self, most: usize) {
        if self.0.most.swap(most, Ordering::Relaxed) != most {
            self.0.freed.notify_waiters();
        }
    }

    /// Somebody else has it as well.
    pub fn is_used(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// A connection rests from now on, and may give way to who waits.
    pub(super) fn stir(&self) {
        self.0.freed.notify_waiters();
    }

    /// A pool whose resting connections may give way.
    pub(super) fn enrol(&self, pool: &Arc<Pool>) {
        let mut pools = self.pools();
        pools.retain(|pool| pool.strong_count() > 0);
        pools.push(Arc::downgrade(pool));
    }

    /// One of them; waits for one within `patience` if it is for a request.
    pub(super) async fn seat(&self, purpose: Use, patience: Duration) -> Result<Seat, Error> {
        let waiting = async {
            loop {
                let mut freed = pin!(self.0.freed.notified());
                // Heard from here on, not only while it is waited for.
                freed.as_mut().enable();
                if let Some(seat) = self.try_seat(purpose) {
                    return Ok(seat);
                }
                if purpose == Use::Watching {
                    return Err(Error::Busy);
                }
                self.make_room();
                freed.await;
            }
        };
        timeout(patience, waiting).await.map_err(|_| Error::Busy)?
    }

    fn try_seat(&self, purpose: Use) -> Option<Seat> {
        let most = self.0.most.load(Ordering::Relaxed);
        // Those that listen never rest: half of the places are not for them.
        let most = match purpose {
            Use::Request => most,
            Use::Watching => most / 2,
        };
        let mut open = self.open();
        let has_room = *open < most;
        if has_room {
            *open += 1;
        }
        has_room.then(|| Seat(self.clone()))
    }

    /// Closes one connection that nobody uses. Its place is free when it has said good-bye.
    fn make_room(&self) {
        let pools: Vec<Arc<Pool>> = self.pools().iter().filter_map(Weak::upgrade).collect();
        let gave_way = pools.iter().any(|pool| pool.give_way(false));
        if !gave_way {
            let _there_is_none = pools.iter().any(|pool| pool.give_way(true));
        }
    }

    fn open(&self) -> MutexGuard<'_, usize> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pools(&self) -> MutexGuard<'_, Vec<Weak<Pool>>> {
        self.0.pools.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.0.open();
        *open = open.saturating_sub(1);
        drop(open);
        self.0.0.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_comes_late_waits_for_a_place() {
        let budget = Budget::default();
        budget.allow(2);
        let seat = async |purpose| budget.seat(purpose, Duration::from_secs(1)).await;
        let first = seat(Use::Watching).await.unwrap();
        // Half of them at most listen.
        assert!(matches!(seat(Use::Watching).await, Err(Error::Busy)));
        let _second = seat(Use::Request).await.unwrap();
        assert!(matches!(seat(Use::Request).await, Err(Error::Busy)));
        let (third, ()) = tokio::join!(seat(Use::Request), async { drop(first) });
        third.unwrap();
        budget.allow(usize::MAX);
        let _more = (seat(Use::Request).await, seat(Use::Watching).await);
    }
}
