//! What is done each minute: what is unused in this process is closed, and what has expired in the
//! database and among the files goes. Of several processes on one database one does the latter;
//! when it stops or is killed, another does.

use std::time::Duration;

use crate::store;

use super::{Engine, alone::Alone, error::Error};

/// How often the house is kept.
const HOUSEKEEPING: Duration = Duration::from_secs(60);

/// How often old aliases are looked for, in milliseconds.
const ALIASES_EVERY: i64 = 24 * 60 * 60 * 1000;

/// How often what lies in Trash for long is looked for, in milliseconds.
const TRASH_EVERY: i64 = 60 * 60 * 1000;

/// Leases that nobody has are forgotten after so long (ms).
const LEASES_KEPT: i64 = 60 * 60 * 1000;

impl Engine {
    /// Removes what has expired and closes what is unused, for ever.
    pub async fn keep_house(self) {
        tokio::join!(
            self.read_old_rows_again(),
            self.keep_jobs_going(),
            self.clear_accounts(),
            self.keep_on(),
        );
    }

    async fn read_old_rows_again(&self) {
        loop {
            let done = match self.0.shared.alone("reading again").await {
                // Another process does it; when it has, nothing is left.
                Ok(None) => Ok(false),
                Ok(Some(_alone)) => self.renew_rows().await.map(|()| true),
                Err(error) => Err(error),
            };
            match done {
                Ok(true) => return,
                Ok(false) => {}
                Err(error) => tracing::warn!(?error, "Messages could not be read again"),
            }
            tokio::time::sleep(HOUSEKEEPING).await;
        }
    }

    async fn keep_on(&self) {
        let mut ticks = tokio::time::interval(HOUSEKEEPING);
        let (mut aliases_at, mut emptied_at) = (i64::MIN, i64::MIN);
        let mut alone: Option<Alone> = None;
        loop {
            ticks.tick().await;
            self.0.registry.close_idle();
            self.0.shared.grants.forget_old(self.now());
            for account in self.0.registry.all() {
                account.copy_settled_drafts().await;
            }
            alone = alone.filter(Alone::is_valid);
            if alone.is_none() {
                alone = match self.0.shared.alone("housekeeping").await {
                    Ok(alone) => alone,
                    Err(error) => {
                        tracing::warn!(?error, "Nobody could be asked who keeps the house");
                        None
                    }
                };
            }
            if alone.is_some() {
                self.keep_for_all(&mut aliases_at, &mut emptied_at).await;
            }
        }
    }

    /// `aliases_at` and `emptied_at` are when aliases and Trash were looked through last: that reads
    /// them all.
    async fn keep_for_all(&self, aliases_at: &mut i64, emptied_at: &mut i64) {
        if let Err(error) = self.remove_old_rows(aliases_at).await {
            tracing::warn!(?error, "Old rows could not be removed");
        }
        if let Err(error) = self.remove_old_files().await {
            tracing::warn!(?error, "Files and uploads could not be looked after");
        }
        if self.now().saturating_sub(*emptied_at) >= TRASH_EVERY {
            *emptied_at = self.now();
            if let Err(error) = self.keep_trash().await {
                tracing::warn!(?error, "What is old in Trash could not be deleted");
            }
        }
    }

    async fn keep_trash(&self) -> Result<(), Error> {
        let emptied = self.empty_trashes().await;
        self.forget_what_was_deleted().await?;
        emptied.map(drop)
    }

    async fn remove_old_rows(&self, aliases_at: &mut i64) -> Result<(), Error> {
        let now = self.now();
        store::sessions::purge_expired(self.store(), now).await?;
        store::grant_requests::prune(self.store(), now).await?;
        store::events::prune(self.store(), now).await?;
        store::leases::prune(self.store(), now - LEASES_KEPT).await?;
        self.0.throttle.prune().await?;
        if now.saturating_sub(*aliases_at) >= ALIASES_EVERY {
            store::aliases::prune(self.store(), now).await?;
            store::indexed::prune(self.store(), now).await?;
            store::receipts::prune(self.store(), now).await?;
            store::idempotency::prune(self.store(), now).await?;
            *aliases_at = now;
            if let Err(error) = self.compact_journals().await {
                tracing::warn!(?error, "Journals could not be made shorter");
            }
        }
        Ok(())
    }
}
