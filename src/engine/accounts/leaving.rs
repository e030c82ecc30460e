//! What is left of accounts that were removed goes, a lot at a time: at once when one was removed
//! here, and what was interrupted at the next look. One process does it.

use std::{pin::pin, time::Duration};

use tokio::sync::Notify;

use crate::{
    engine::{Engine, error::Error},
    store,
};

/// How often is looked without being woken.
const LOOK: Duration = Duration::from_secs(60);
/// Accounts that are looked up together.
const AT_ONCE: i64 = 100;

/// When what is left of removed accounts is looked for.
#[derive(Debug, Default)]
pub(in crate::engine) struct Removed(Notify);

impl Removed {
    /// An account was removed.
    pub(super) fn wake(&self) {
        self.0.notify_one();
    }
}

impl Engine {
    /// Removes what is left of accounts, until we stop.
    pub(in crate::engine) async fn clear_accounts(&self) {
        let mut closing = pin!(self.closing());
        loop {
            if let Err(error) = self.clear_all(closing.as_mut()).await {
                tracing::warn!(?error, "What is left of an account could not be removed");
            }
            tokio::select! {
                () = &mut closing => return,
                () = self.0.shared.removed.0.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    async fn clear_all(&self, mut closing: impl Future<Output = ()> + Unpin) -> Result<(), Error> {
        let mut stuck = false;
        loop {
            let all = store::accounts::retired(self.store(), AT_ONCE).await?;
            if all.is_empty() {
                return Ok(());
            }
            // Another process is at it.
            let Some(alone) = self.0.shared.alone("removing accounts").await? else {
                return Ok(());
            };
            for account in all {
                let mut more = true;
                while more && alone.is_valid() {
                    let some = store::accounts::remove_some(self.store(), account, self.now());
                    let some = tokio::select! {
                        biased;
                        () = &mut closing => return Ok(()),
                        some = some => some,
                    };
                    match some {
                        Ok(left) => more = left,
                        Err(error) => {
                            tracing::warn!(
                                ?error,
                                account.id = account.get(),
                                "What is left of an account could not be removed"
                            );
                            // The others go all the same, and this one is tried again later.
                            stuck = true;
                            break;
                        }
                    }
                }
                if !more {
                    tracing::info!(account.id = account.get(), "An account is all gone");
                }
            }
            if stuck || !alone.is_valid() {
                return Ok(());
            }
        }
    }
}
