//! What nobody needs any more goes: files that were uploaded and never sent, and the traces of
//! messages that went out long ago. Drafts that have come to rest get their copy.

use std::time::Duration;

use crate::{
    engine::{Engine, Error},
    store,
};

/// How long what nothing names is kept, in milliseconds: an upload can go on the next day.
const KEPT: i64 = 24 * 60 * 60 * 1000;
/// Blobs removed in one go.
const AT_ONCE: i64 = 200;

impl Engine {
    /// Copies drafts that rest, removes what is over.
    pub(in crate::engine) async fn keep_drafts(&self) -> Result<(), Error> {
        for account in self.0.registry.all() {
            account.copy_settled_drafts().await;
        }
        let (store, files, now) = (self.store(), &self.0.shared.files, self.now());
        store::submissions::queue::prune(store, now).await?;
        for (user, sha256) in store::blobs::sweep(store, now - KEPT, AT_ONCE).await? {
            // Stored again since its row went? Then its bytes are young, and stay.
            if store::blobs::get(store, user, &sha256).await?.is_none() {
                files.remove(user, &sha256).await?;
            }
        }
        let age = Duration::from_millis(u64::try_from(KEPT).unwrap_or(0));
        files.sweep_spool(age).await?;
        Ok(())
    }
}
