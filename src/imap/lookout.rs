//! Watching a folder without a connection set aside for it: a free connection of the pool that has
//! the folder selected spends its free time in IDLE, and leaves it when something is asked of it.
//!
//! A [`Post`] is a folder that somebody wants to watch; a [`Turn`] is a connection's service there.
//! One connection at a time serves a post. Between two turns, however short, nobody listens: that
//! is told as a [lapse](super::watch::Change::is_lapse).

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use tokio::sync::{Notify, futures::OwnedNotified};
use tokio_util::sync::CancellationToken;

use super::{selected::Selected, watch::News, wire::response::Response};

/// The posts of one account's pool. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Lookout {
    posts: Arc<Mutex<Vec<Arc<Place>>>>,
    /// A post was set up, or is free again.
    moved: Arc<Notify>,
}

#[derive(Debug)]
struct Place {
    mailbox: String,
    news: Arc<News>,
    manned: AtomicBool,
    /// Nobody wants it any more.
    given_up: CancellationToken,
    /// UIDVALIDITY and number of messages when somebody last listened or asked.
    seen: Mutex<Option<(u32, u32)>>,
}

/// A folder to be watched. Dropping it gives it up.
#[derive(Debug)]
pub(super) struct Post {
    lookout: Lookout,
    place: Arc<Place>,
}

/// A connection's time at a post. Dropping it makes place for another.
#[derive(Debug)]
pub(super) struct Turn {
    lookout: Lookout,
    place: Arc<Place>,
}

impl Lookout {
    /// From now on this folder is to be watched.
    pub(super) fn post(&self, mailbox: &str, news: Arc<News>) -> Post {
        let place = Arc::new(Place {
            mailbox: mailbox.to_owned(),
            news,
            manned: AtomicBool::new(false),
            given_up: CancellationToken::new(),
            seen: Mutex::default(),
        });
        self.posts().push(Arc::clone(&place));
        self.moved.notify_waiters();
        Post {
            lookout: self.clone(),
            place,
        }
    }

    /// Is the selected folder to be watched, and nobody there? Then it is this connection's turn.
    pub(super) fn serve(&self, selected: Option<&Selected>) -> Option<Turn> {
        let selected = selected?;
        let posts = self.posts();
        let place = posts
            .iter()
            .filter(|place| place.mailbox == selected.mailbox)
            .find(|place| !place.manned.swap(true, Ordering::SeqCst))?;
        // The lapse.
        place.news.tell(None, |_| {});
        place.compare(selected.uid_validity, selected.exists);
        Some(Turn {
            lookout: self.clone(),
            place: Arc::clone(place),
        })
    }

    /// Awaits that there may be another answer to [`Lookout::serve`] than when this was called.
    pub(super) fn moved(&self) -> OwnedNotified {
        Arc::clone(&self.moved).notified_owned()
    }

    fn posts(&self) -> MutexGuard<'_, Vec<Arc<Place>>> {
        self.posts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Tells what has become of the folder since it was seen last.
    fn compare(&self, uid_validity: u32, exists: u32) {
        let now = (uid_validity, exists);
        let seen = self.seen().replace(now);
        let Some(seen) = seen.filter(|seen| *seen != now) else {
            return;
        };
        self.news.tell(None, |change| {
            change.gap |= seen.0 != now.0;
            change.arrived |= now.1 > seen.1;
            change.removed |= now.1 < seen.1;
        });
    }

    fn seen(&self) -> MutexGuard<'_, Option<(u32, u32)>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Post {
    /// Does a connection listen there?
    pub(super) fn manned(&self) -> bool {
        self.place.manned.load(Ordering::SeqCst)
    }

    /// Somebody asked how many messages there are.
    pub(super) fn saw(&self, uid_validity: u32, exists: u32) {
        self.place.compare(uid_validity, exists);
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        let posts = &mut self.lookout.posts();
        posts.retain(|place| !Arc::ptr_eq(place, &self.place));
        self.place.given_up.cancel();
    }
}

impl Turn {
    /// The server listens: from now on it tells of everything.
    pub(super) fn begin(&self) {
        self.place.news.vouch(true);
        self.place.news.begin();
    }

    /// Tells what the server said.
    pub(super) fn hear(&self, response: &Response, selected: Option<&Selected>) {
        self.place.news.hear(response, selected);
        if let Some(selected) = selected {
            *self.place.seen() = Some((selected.uid_validity, selected.exists));
        }
    }

    /// The server does not listen any more, or not yet again.
    pub(super) fn pause(&self) {
        self.place.news.vouch(false);
    }

    /// Awaits that nobody wants to know any more.
    pub(super) async fn relieved(&self) {
        self.place.given_up.cancelled().await;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.pause();
        self.place.manned.store(false, Ordering::SeqCst);
        self.lookout.moved.notify_waiters();
    }
}
