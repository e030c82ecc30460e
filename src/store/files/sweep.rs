//! Removing what nobody wants any more.

use std::{
    fs, io,
    path::Path,
    time::{Duration, SystemTime},
};

use super::{Files, blocking};
use crate::store::{blobs::Sha256, error::Error, id::UserId};

impl Files {
    /// Removes spool files that have not grown for `age`.
    ///
    /// # Errors
    /// [`Error::File`] when the folder can't be read.
    pub async fn sweep_spool(&self, age: Duration) -> Result<usize, Error> {
        let folder = self.spool();
        blocking(move || {
            let mut gone = 0;
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if is_older(&path, age)? && fs::remove_file(&path).is_ok() {
                    gone += 1;
                }
            }
            Ok(gone)
        })
        .await
    }

    /// Removes all bytes of a user who is gone.
    ///
    /// # Errors
    /// [`Error::File`] when they can't be removed.
    pub async fn remove_all(&self, user: UserId) -> Result<(), Error> {
        let folder = self.folder(user);
        blocking(move || match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        })
        .await
    }

    /// Removes a blob's bytes after its row is gone, unless the same bytes have been stored again
    /// within the last hour: their row may be about to be written.
    ///
    /// # Errors
    /// [`Error::File`] when the file can't be removed.
    pub async fn remove(&self, user: UserId, sha256: &Sha256) -> Result<(), Error> {
        let path = self.path(user, sha256);
        blocking(move || match is_older(&path, Duration::from_secs(3600)) {
            Ok(true) => fs::remove_file(&path),
            Ok(false) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        })
        .await
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "compared with the file system's clock, not with ours"
)]
fn is_older(path: &Path, age: Duration) -> io::Result<bool> {
    let changed = fs::metadata(path)?.modified()?;
    let now = SystemTime::now();
    Ok(now.duration_since(changed).is_ok_and(|since| since > age))
}
