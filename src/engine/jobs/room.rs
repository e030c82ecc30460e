//! Files of mail on their way to an import: how much of them a person may have here at once, so that
//! what is never imported fills no disk.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt as _};
use ring::digest;

use crate::{
    engine::{account::Account, error::Error, secrets, writing::Upload},
    store::{
        self,
        id::UserId,
        jobs::{JobKind, JobState},
    },
};

use super::{LISTED, Task};

/// As many of the largest files may a person have here: one that is imported, and the next.
const FILES_MOST: u64 = 2;

/// Whose file is coming: one at a time for each person.
#[derive(Debug, Default)]
pub(in crate::engine) struct Arriving(Mutex<HashSet<UserId>>);

impl Arriving {
    fn begin(&self, user: UserId) -> Option<Coming<'_>> {
        self.users()
            .insert(user)
            .then_some(Coming { all: self, user })
    }

    fn users(&self) -> MutexGuard<'_, HashSet<UserId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file that is coming, until it is here or not.
struct Coming<'a> {
    all: &'a Arriving,
    user: UserId,
}

impl Drop for Coming<'_> {
    fn drop(&mut self) {
        self.all.users().remove(&self.user);
    }
}

impl Account {
    /// Whether an import could begin now, to be asked before its file comes.
    ///
    /// # Errors
    /// [`Error::Invalid`] while another import or copy of this account is running.
    pub async fn may_import(&self) -> Result<(), Error> {
        let (store, now) = (&self.0.shared.store, self.now());
        match store::jobs::is_running(store, self.0.id, now).await? {
            true => Err(Error::Invalid("transfer-busy")),
            false => Ok(()),
        }
    }

    /// Takes a file that is to be imported. Gives its sha256 with it.
    ///
    /// # Errors
    /// [`Error::TooLarge`] past `limits.import_mib`; [`Error::Invalid`] for an empty one, while
    /// another one of this person is coming, and when those that are here take too much room; what
    /// the stream says.
    pub async fn store_import(
        &self,
        pieces: impl Stream<Item = Result<Bytes, Error>>,
    ) -> Result<(Upload, [u8; 32]), Error> {
        let shared = &self.0.shared;
        let coming = shared.arriving.begin(self.0.user);
        let _coming = coming.ok_or(Error::Invalid("transfer-busy"))?;
        let most = u64::from(shared.config.limits.import_mib) << 20;
        let room = self.room_for_import(most).await?;
        let upload = Upload::begin()?;
        let mut digest = digest::Context::new(&digest::SHA256);
        let pieces = pieces.inspect_ok(|piece| digest.update(piece));
        let mut spool = shared.files.upload(self.0.user, upload.0).await?;
        let came = spool.append(pieces, most.min(room)).await;
        if let Err(error) = came {
            spool.abandon().await;
            return Err(match error {
                Error::TooLarge if room < most => Error::Invalid("transfer-files"),
                error => error,
            });
        }
        if spool.is_empty() {
            spool.abandon().await;
            return Err(Error::Invalid("transfer-empty"));
        }
        Ok((upload, secrets::finished(digest)))
    }

    /// Throws away a file that is not imported after all.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn drop_import(&self, upload: Upload) -> Result<(), Error> {
        let spool = self.0.shared.files.upload(self.0.user, upload.0).await?;
        spool.abandon().await;
        Ok(())
    }

    /// Octets that may come beside what is here. Files of imports that have ended before their end go
    /// when there is no room for one of `most` else: those can be chosen once more.
    async fn room_for_import(&self, most: u64) -> Result<u64, Error> {
        let (files, user) = (&self.0.shared.files, self.0.user);
        let all = most.saturating_mul(FILES_MOST);
        let room = all.saturating_sub(files.spooled(user).await?);
        if room >= most {
            return Ok(room);
        }
        let now = self.now();
        for row in store::jobs::list(&self.0.shared.store, user, LISTED.into()).await? {
            let has_ended = !matches!(row.state_at(now), JobState::Running | JobState::Ready);
            if row.kind != JobKind::Import || !has_ended {
                continue;
            }
            let task: Task = serde_json::from_str(&row.task_json).unwrap_or_default();
            if let Some(spool) = self.upload_of(&task).await? {
                spool.abandon().await;
            }
        }
        Ok(all.saturating_sub(files.spooled(user).await?))
    }
}
