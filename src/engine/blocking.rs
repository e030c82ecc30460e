//! Work that keeps a core busy, on threads of its own and never more of it at once than there is
//! room for.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::Error;

/// Places for work of one kind. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Blocking {
    places: Arc<Semaphore>,
    most: usize,
    waiting: Arc<AtomicUsize>,
}

/// Counted while it waits for a place, however its waiting ends.
struct Waiting(Arc<AtomicUsize>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Blocking {
    /// Room for `most` at once; the others wait in their order.
    pub(super) fn new(most: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(most)),
            most,
            waiting: Arc::default(),
        }
    }

    /// How many work, and how many wait for a place.
    pub(super) fn load(&self) -> (usize, usize) {
        let working = self.most.saturating_sub(self.places.available_permits());
        (working, self.waiting.load(Ordering::Relaxed))
    }

    /// Waits for a place. Who has to gather what the work needs takes it before, so that no more
    /// is gathered at once than can be worked on.
    ///
    /// # Errors
    /// None but in a process that ends.
    pub(super) async fn place(&self) -> Result<Place, Error> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waits = Waiting(Arc::clone(&self.waiting));
        let place = Arc::clone(&self.places).acquire_owned().await;
        Ok(Place {
            _permit: place.map_err(anyhow::Error::from)?,
        })
    }

    /// Does the work. It is done to its end even when nobody waits for it any more.
    ///
    /// # Errors
    /// [`Error::Internal`] when it panics.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.place().await?.run(work).await
    }
}

/// A place that is taken; free again when it is dropped, or when the work in it has ended.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Place {
    /// As [`Blocking::run`], here.
    ///
    /// # Errors
    /// [`Error::Internal`] when it panics.
    pub(super) async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let done = tokio::task::spawn_blocking(move || {
            // Given back with the end of the work, not of the waiting.
            let _place = self;
            work()
        });
        Ok(done.await.map_err(anyhow::Error::from)?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn no_more_is_done_at_once_than_there_is_room_for() {
        let pool = Blocking::new(2);
        let at_work = Arc::new(AtomicUsize::new(0));
        let (begun, mut beginnings) = tokio::sync::mpsc::unbounded_channel();
        let mut ends = Vec::new();
        let mut waiting = Vec::new();
        for _ in 0..5 {
            let (end, told_to_end) = mpsc::channel::<()>();
            let (pool, at_work, begun) = (pool.clone(), Arc::clone(&at_work), begun.clone());
            ends.push(end);
            waiting.push(tokio::spawn(async move {
                let work = move || {
                    let now = at_work.fetch_add(1, Ordering::SeqCst) + 1;
                    begun.send(now).unwrap();
                    let _told = told_to_end.recv();
                    at_work.fetch_sub(1, Ordering::SeqCst);
                };
                pool.run(work).await
            }));
        }
        assert!(beginnings.recv().await.unwrap() <= 2);
        assert_eq!(beginnings.recv().await.unwrap(), 2);
        assert_eq!(pool.load(), (2, 3));
        // Who waits no longer gives no place back before the work is done.
        waiting.iter().for_each(tokio::task::JoinHandle::abort);
        for task in waiting {
            let _aborted = task.await;
        }
        assert_eq!(pool.load(), (2, 0));
        drop(ends);
        let _all = pool.places.acquire_many(2).await.unwrap();
        assert_eq!(at_work.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn a_panic_costs_itself_only() {
        let pool = Blocking::new(1);
        assert!(pool.run(|| panic!("on purpose")).await.is_err());
        assert_eq!(pool.run(|| 7).await.unwrap(), 7);
    }
}
