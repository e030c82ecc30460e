//! Who fetches next: each person has a queue, so that one person's newsletter with hundreds of
//! pictures does not keep the others waiting; and queues have an end, in number and in time.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// How many fetch and wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// At once, for everybody: each holds up to 10 MiB.
    pub(super) all: usize,
    /// At once, for one person.
    pub(super) each: usize,
    /// At once or waiting, for one person. A browser asks for 100 or so at once over HTTP/2.
    pub(super) waiting: usize,
    /// How long one waits: whoever sent the request has scrolled on by then.
    pub(super) patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            all: 16,
            each: 4,
            waiting: 256,
            patience: Duration::from_secs(30),
        }
    }
}

/// See the module's description. `K` is a person.
#[derive(Debug)]
pub(super) struct Places<K: Hash + Eq + Copy> {
    limits: Limits,
    all: Arc<Semaphore>,
    /// Of those alone who fetch or wait just now.
    queues: Mutex<HashMap<K, Queue>>,
}

#[derive(Debug)]
struct Queue {
    length: usize,
    turns: Arc<Semaphore>,
}

/// A place. The next one gets it when it is dropped.
#[derive(Debug)]
pub(super) struct Place<'a, K: Hash + Eq + Copy> {
    _turn: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
    _queued: Queued<'a, K>,
}

/// Being in one's queue, waiting or served.
#[derive(Debug)]
struct Queued<'a, K: Hash + Eq + Copy> {
    places: &'a Places<K>,
    user: K,
    turns: Arc<Semaphore>,
}

impl<K: Hash + Eq + Copy> Places<K> {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            all: Arc::new(Semaphore::new(limits.all)),
            queues: Mutex::default(),
        }
    }

    /// Waits for a place. `None` when the person's queue is full, or waiting took too long.
    pub(super) async fn take(&self, user: K) -> Option<Place<'_, K>> {
        let queued = self.queue(user)?;
        let turns = Arc::clone(&queued.turns);
        let wait = async {
            // The person's own turn first: only who has it stands in everybody's way.
            let turn = turns.acquire_owned().await.ok()?;
            Some((turn, Arc::clone(&self.all).acquire_owned().await.ok()?))
        };
        let (turn, place) = timeout(self.limits.patience, wait).await.ok()??;
        Some(Place {
            _turn: turn,
            _place: place,
            _queued: queued,
        })
    }

    fn queue(&self, user: K) -> Option<Queued<'_, K>> {
        let mut queues = self.queues();
        let queue = queues.entry(user).or_insert_with(|| Queue {
            length: 0,
            turns: Arc::new(Semaphore::new(self.limits.each)),
        });
        if queue.length >= self.limits.waiting {
            return None;
        }
        queue.length += 1;
        Some(Queued {
            places: self,
            user,
            turns: Arc::clone(&queue.turns),
        })
    }

    fn queues(&self) -> MutexGuard<'_, HashMap<K, Queue>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Hash + Eq + Copy> Drop for Queued<'_, K> {
    fn drop(&mut self) {
        let mut queues = self.places.queues();
        if let Some(queue) = queues.get_mut(&self.user) {
            queue.length = queue.length.saturating_sub(1);
            if queue.length == 0 {
                queues.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, future::join_all};

    use super::*;

    fn places(patience: Duration) -> Places<&'static str> {
        Places::new(Limits {
            all: 3,
            each: 2,
            waiting: 5,
            patience,
        })
    }

    #[tokio::test]
    async fn one_person_keeps_nobody_waiting() {
        let places = places(Duration::from_secs(600));
        let (anna, ben) = ("anna", "ben");
        let first = places.take(anna).await.unwrap();
        let _second = places.take(anna).await.unwrap();
        let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(places.take(anna))).collect();
        for one in &mut waiting {
            assert!(one.now_or_never().is_none(), "its own are taken");
        }
        assert!(places.take(anna).await.is_none(), "the queue has an end");
        let place = places.take(ben).now_or_never().unwrap();
        assert!(place.is_some(), "another has a place at once");
        drop(place);
        // The next in the queue comes after the one before, and nobody is left in the books.
        drop(first);
        let mut waiting = waiting.into_iter();
        assert!(waiting.next().unwrap().await.is_some());
        drop(waiting);
    }

    #[tokio::test]
    async fn waiting_has_an_end_and_leaves_nothing_behind() {
        let places = places(Duration::from_millis(20));
        let anna = "anna";
        let held = [places.take(anna).await, places.take(anna).await];
        assert!(held.iter().all(Option::is_some));
        let late = join_all((0..3).map(|_| places.take(anna))).await;
        assert!(late.iter().all(Option::is_none));
        assert_eq!(places.queues().get(anna).unwrap().length, 2);
        drop(late);
        drop(held);
        assert!(places.queues().is_empty());
        assert_eq!(places.all.available_permits(), 3);
    }
}
