//! Making what the database knows of local mail again, from blobs and journal; and comparing the
//! blobs with what arrived. For the operator's commands.

use crate::store::{
    self,
    accounts::AccountKind,
    local::{Owner, arrival, rebuild, refresh},
};

use super::{
    super::{Engine, error::Error},
    owner,
};

/// Messages that are asked for at once.
const AT_ONCE: i64 = 500;

/// What was made again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reindexed {
    /// Mailboxes of people.
    pub accounts: usize,
    /// Folders in them.
    pub folders: usize,
    /// Messages that were read again.
    pub messages: usize,
    /// Messages whose bytes are missing or not those that arrived.
    pub damaged: usize,
    /// Entries of the journal that can't be read.
    pub unreadable: usize,
    /// Messages of which nobody knew where they lay.
    pub recovered: usize,
    /// Mailboxes and messages that could not be made again; the log has the cause of each.
    pub failed: usize,
}

/// What was compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Stored files that are as they arrived.
    pub good: usize,
    /// Those that are missing or are not, by the user's number and their sha256.
    pub damaged: Vec<(i64, String)>,
}

impl Engine {
    /// Makes folders, placements, keywords and lists of all local mail again.
    ///
    /// # Errors
    /// When the database can't be read. What was made until then stays, and the command can be
    /// repeated.
    pub async fn reindex(&self) -> Result<Reindexed, Error> {
        let mut done = Reindexed::default();
        for user in store::users::list(self.store()).await? {
            for row in store::accounts::list(self.store(), user.id).await? {
                if row.kind == AccountKind::Imap {
                    continue;
                }
                let owner = owner(&row);
                done.accounts += 1;
                match rebuild::rebuild(self.store(), owner, self.now()).await {
                    Ok(rebuilt) => {
                        done.folders += rebuilt.folders;
                        done.unreadable += rebuilt.unreadable;
                        done.recovered += rebuilt.recovered;
                    }
                    // It stays as it was, and is no reason to leave the others so.
                    Err(error) => {
                        let id = owner.account.get();
                        tracing::error!(?error, account.id = id, "A mailbox was not made again");
                        done.failed += 1;
                    }
                }
                self.read_again(owner, &mut done).await?;
            }
        }
        Ok(done)
    }

    /// Reads messages again whose rows were made by an earlier version, the newest first, while
    /// people are served: until then a search does not find them. Ends when all are read. What
    /// another process does at the same time is done twice, and is no harm.
    ///
    /// # Errors
    /// When the database can't be read or written; what was read until then is.
    pub async fn renew_rows(&self) -> Result<(), Error> {
        let mut from = refresh::FROM_NEWEST;
        loop {
            let older = refresh::older(self.store(), from, AT_ONCE).await?;
            let Some(last) = older.last() else {
                return Ok(());
            };
            from = (last.index_version, last.id.get());
            for one in older {
                let owner = Owner {
                    user: one.user_id,
                    account: one.account_id,
                };
                let key = self.0.shared.local(owner).thread_key;
                let files = &self.0.shared.files;
                match arrival::again(files, owner.user, &key, &one.sha256).await {
                    Ok(arrival) => {
                        refresh::refresh(self.store(), owner, one.id, &arrival).await?;
                    }
                    Err(error) => {
                        tracing::error!(?error, message = one.id.get(), "A message is damaged");
                    }
                }
            }
        }
    }

    async fn read_again(&self, owner: Owner, done: &mut Reindexed) -> Result<(), Error> {
        let local = self.0.shared.local(owner);
        let mut last = 0;
        loop {
            let due = refresh::due(self.store(), owner, last, AT_ONCE).await?;
            let Some(end) = due.last() else {
                return Ok(());
            };
            last = end.id.get();
            for one in due {
                let (files, key) = (&self.0.shared.files, &local.thread_key);
                match arrival::again(files, owner.user, key, &one.sha256).await {
                    Ok(arrival) => {
                        match refresh::refresh(self.store(), owner, one.id, &arrival).await {
                            Ok(()) => done.messages += 1,
                            Err(error) => {
                                let id = one.id.get();
                                tracing::error!(?error, message = id, "A row was not made again");
                                done.failed += 1;
                            }
                        }
                    }
                    Err(error) => {
                        tracing::error!(?error, message = one.id.get(), "A message is damaged");
                        done.damaged += 1;
                    }
                }
            }
        }
    }

    /// Looks through the database, and compares every stored file with its sha256.
    ///
    /// # Errors
    /// When the database fails, or is damaged.
    pub async fn verify_files(&self) -> Result<Verified, Error> {
        self.store().check().await?;
        let mut verified = Verified::default();
        for user in store::users::list(self.store()).await? {
            let mut last = None;
            loop {
                let hashes = store::blobs::after(self.store(), user.id, last, AT_ONCE).await?;
                let Some(end) = hashes.last() else { break };
                last = Some(*end);
                for sha256 in hashes {
                    match self.0.shared.files.is_whole(user.id, &sha256).await {
                        true => verified.good += 1,
                        false => {
                            let name = store::files::hex(&sha256);
                            verified.damaged.push((user.id.get(), name));
                        }
                    }
                }
            }
        }
        Ok(verified)
    }
}
