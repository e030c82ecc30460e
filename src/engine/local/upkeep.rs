//! What is done for mail that lives here by and by. Once a day: journals are made shorter. Each hour:
//! what has lain in Trash for long enough is deleted, and what was deleted long enough ago can be
//! brought back no longer.

use crate::{
    mail::mailbox::Role,
    store::{
        self,
        accounts::{AccountKind, Keeping},
        local::{
            Batch, Owner, compact,
            removals::{self, ExpiredRow},
            remove,
        },
    },
};

use super::{
    super::{Engine, deleted::KEPT_FOR, error::Error, events::Happened},
    owner,
};

/// Messages of one step, so that nobody waits for long.
const STEP: i64 = 100;

/// Folders that are asked for at once.
const FOLDERS: i64 = 500;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Entries of the journal that are younger stay: a page of a list finds its place by them (ms).
const YOUNG: i64 = 30 * DAY;

impl Engine {
    /// Makes the journals shorter that have grown much longer than what they tell. In small steps,
    /// each on its own.
    ///
    /// # Errors
    /// When the database can't be read or written; what was removed until then is.
    pub async fn compact_journals(&self) -> Result<(), Error> {
        let until = self.now().saturating_sub(YOUNG);
        for user in store::users::list(self.store()).await? {
            for row in store::accounts::list(self.store(), user.id).await? {
                if row.kind == AccountKind::Imap {
                    continue;
                }
                let owner = owner(&row);
                if !compact::is_due(self.store(), owner).await? {
                    continue;
                }
                let mut after = 0;
                while let Some(last) = compact::step(self.store(), owner, after, until).await? {
                    after = last;
                }
            }
        }
        Ok(())
    }

    /// Deletes what has lain in Trash or Junk for longer than its owner wants, as if they had done so
    /// themselves: it can be brought back for a while. Says how many messages that were. What two
    /// processes do at once is done once.
    ///
    /// # Errors
    /// When the folders can't be read. A folder that fails is logged, and costs no other.
    pub async fn empty_trashes(&self) -> Result<usize, Error> {
        let (mut gone, mut after) = (0_usize, None);
        loop {
            let folders = store::accounts::keeping(self.store(), after, FOLDERS).await?;
            let Some(last) = folders.last() else {
                return Ok(gone);
            };
            after = Some(last.mailbox_id);
            for folder in folders {
                match self.delete_old(&folder).await {
                    Ok(count) => gone = gone.saturating_add(count),
                    Err(error) => {
                        let id = folder.account_id.get();
                        tracing::warn!(?error, account.id = id, "A folder was not emptied");
                    }
                }
            }
        }
    }

    async fn delete_old(&self, folder: &Keeping) -> Result<usize, Error> {
        let owner = Owner {
            user: folder.user_id,
            account: folder.account_id,
        };
        let days = match folder.role {
            Some(Role::Junk) => folder.junk_days,
            _ => folder.trash_days,
        };
        let until = self.now().saturating_sub(days.saturating_mul(DAY));
        let (mailbox, mut gone, mut after) = (folder.mailbox_id, 0_usize, 0);
        loop {
            let found = remove::older(self.store(), mailbox, after, until, STEP).await?;
            let (uids, Some(last)) = found else {
                return Ok(gone);
            };
            after = last;
            let batch = Batch {
                mailbox,
                uid_validity: folder.uid_validity,
                uids: &uids,
            };
            let now = self.now();
            let count = remove::set_aside(self.store(), owner, &batch, now).await?;
            self.0
                .shared
                .tell_of(owner, &Happened::destroyed(mailbox, &[]))
                .await;
            gone = gone.saturating_add(count);
        }
    }

    /// Lets go of what was deleted so long ago that nothing brings it back. Says how many messages
    /// that were.
    ///
    /// # Errors
    /// When the database can't be read or written; what was let go of until then is.
    pub async fn forget_what_was_deleted(&self) -> Result<usize, Error> {
        let until = self.now().saturating_sub(KEPT_FOR);
        let (mut gone, mut last) = (0_usize, None);
        loop {
            let mut rows = removals::expired(self.store(), until, last.as_ref(), STEP).await?;
            // What can't go is passed over, and looked at again the next time.
            last = rows.last().copied();
            if last.is_none() {
                return Ok(gone);
            }
            rows.sort_by_key(|row| row.account_id);
            for of_one in rows.chunk_by(|a, b| a.account_id == b.account_id) {
                gone = gone.saturating_add(self.forget_of_one(of_one).await);
            }
        }
    }

    /// Lets go of messages of one account: together, or else each for itself, so that one that can't
    /// go keeps none of the others.
    async fn forget_of_one(&self, rows: &[ExpiredRow]) -> usize {
        let Some(first) = rows.first() else {
            return 0;
        };
        let owner = Owner {
            user: first.user_id,
            account: first.account_id,
        };
        let ids: Vec<i64> = rows.iter().map(|row| row.id.get()).collect();
        if let Ok(count) = removals::forget(self.store(), owner, &ids, self.now()).await {
            return count;
        }
        let (mut gone, mut failure) = (0_usize, None);
        for id in ids {
            match removals::forget(self.store(), owner, &[id], self.now()).await {
                Ok(count) => gone = gone.saturating_add(count),
                Err(error) => failure = Some(error),
            }
        }
        if let Some(error) = failure {
            let account = owner.account.get();
            tracing::warn!(
                ?error,
                account.id = account,
                "What was deleted could not be let go of yet"
            );
        }
        gone
    }
}
