//! What nobody needs any more goes: files that were uploaded and never sent, and the traces of
//! messages that went out long ago.
//!
//! A stored file is on disk before its row is written, and goes after it: what failed in between
//! leaves files that nobody knows of. They are looked for on one of 256 shelves in each round.

use std::time::Duration;

use crate::{
    engine::{Engine, Error},
    store,
};

/// How long what nothing names is kept, in milliseconds: an upload can go on the next day.
const KEPT: i64 = 24 * 60 * 60 * 1000;
const AGE: Duration = Duration::from_millis(KEPT.unsigned_abs());
/// Milliseconds between two rounds.
const HOUSEKEEPING_MS: i64 = 60_000;
/// Blobs removed in one go.
const AT_ONCE: i64 = 200;

impl Engine {
    /// Removes what is over.
    pub(in crate::engine) async fn remove_old_files(&self) -> Result<(), Error> {
        let (store, files, now) = (self.store(), &self.0.shared.files, self.now());
        store::submissions::queue::prune(store, now).await?;
        for (user, sha256) in store::blobs::sweep(store, now - KEPT, AT_ONCE).await? {
            // Stored again since its row went? Then its bytes are young, and stay.
            if store::blobs::get(store, user, &sha256).await?.is_none()
                && let Err(error) = files.remove(user, &sha256).await
            {
                tracing::warn!(?error, "A file that nobody needs could not be removed yet");
            }
        }
        let round = now / HOUSEKEEPING_MS;
        let shelf = match files.is_remote() {
            // Each look is a request for each person and folder, and has its price.
            true if round % 60 != 0 => return Ok(()),
            true => (round / 60).rem_euclid(256),
            false => round.rem_euclid(256),
        };
        for (user, sha256) in files.set_aside(AGE).await? {
            let wanted = store::blobs::get(store, user, &sha256).await?.is_some();
            if let Err(error) = files.settle(user, &sha256, wanted).await {
                tracing::warn!(?error, "A file that was put aside could not be settled yet");
            }
        }
        files.sweep_spool(AGE).await?;
        self.remove_unknown_files(u8::try_from(shelf).unwrap_or(0), AGE)
            .await
    }

    /// Removes files of one shelf, and folders of users, that no row knows of and that have not
    /// changed for `age`.
    ///
    /// # Errors
    /// What the disk or the database says.
    pub async fn remove_unknown_files(&self, shelf: u8, age: Duration) -> Result<(), Error> {
        let (store, files) = (self.store(), &self.0.shared.files);
        let users = store::users::list(store).await?;
        for user in users.iter().map(|row| row.id) {
            let stored = files.shelf(user, shelf, age).await?;
            if stored.is_empty() {
                continue;
            }
            let known = store::blobs::on_shelf(store, user, shelf).await?;
            for sha256 in stored.iter().filter(|sha256| !known.contains(*sha256)) {
                files.remove(user, sha256).await?;
            }
        }
        let known = users.iter().map(|row| row.id).collect();
        files.remove_strangers(known, age).await?;
        Ok(())
    }
}
