//! What other processes on the same database tell us (see `store::news`), passed on within this
//! one: whoever follows a person's events looks at them at once, webhooks are told of them,
//! and a session that was ended elsewhere ends here.
//!
//! Cost: one connection to PostgreSQL, nothing on SQLite.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::watch;

use crate::store::{id::UserId, news::Word};

use super::Engine;

/// See the module's description.
#[derive(Debug, Default)]
pub(super) struct News {
    /// Others are heard as they speak.
    listening: AtomicBool,
    followed: Mutex<HashMap<UserId, watch::Sender<()>>>,
}

impl News {
    /// Changes whenever there may be new events of this user.
    pub(super) fn of(&self, user: UserId) -> watch::Receiver<()> {
        let mut followed = self.followed();
        followed.retain(|_, news| news.receiver_count() > 0);
        followed.entry(user).or_default().subscribe()
    }

    /// This user has new events.
    pub(super) fn tell(&self, user: UserId) {
        if let Some(news) = self.followed().get(&user) {
            news.send_replace(());
        }
    }

    /// Every change by another process is told of.
    pub(super) fn is_listening(&self) -> bool {
        self.listening.load(Ordering::Relaxed)
    }

    fn tell_all(&self) {
        for news in self.followed().values() {
            news.send_replace(());
        }
    }

    fn followed(&self) -> MutexGuard<'_, HashMap<UserId, watch::Sender<()>>> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// Listens to other processes for ever. Without it they are heard by looking each second.
    pub async fn run_news(self) {
        let Some(mut listener) = self.store().listener() else {
            return;
        };
        let news = &self.0.shared.news;
        loop {
            match listener.next().await {
                Word::Event(user, _) => {
                    news.tell(user);
                    self.0.shared.hooks.wake();
                }
                Word::Ended(session) => {
                    self.0.shared.recent.forget();
                    // Nobody listening is no failure.
                    let _unheard = self.0.ended.send(session);
                }
                Word::Begun => {
                    news.listening.store(true, Ordering::Relaxed);
                    // What was said meanwhile.
                    self.0.shared.recent.forget();
                    news.tell_all();
                    self.0.shared.hooks.wake();
                }
                Word::Deaf => {
                    news.listening.store(false, Ordering::Relaxed);
                    // They look each second from now on, and webhooks every two.
                    news.tell_all();
                    self.0.shared.hooks.wake();
                }
            }
        }
    }
}
