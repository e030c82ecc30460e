//! Blobs whose octets are at hand: one, or several that are written together, for which the disk
//! is waited for once. All are written before the first is fsynced: the file system then has all
//! of them on its way, and most of what is asked for afterwards is done already.

use std::{
    collections::BTreeSet,
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::{
    Files, Place, blocking,
    bucket::Bucket,
    coding, hex, make_folder, path, private, random, spool,
    spool::{Stored, leading_to, sha256_of, to_u64},
};
use crate::store::{error::Error, id::UserId};

/// Files that are open at once: the fewest for which the disk is waited for no more often.
const OPEN: usize = 32;

/// Objects on their way to a bucket at once.
const AT_ONCE: usize = 8;

impl Files {
    /// Stores octets that are at hand. When this returns, they are on disk.
    ///
    /// # Errors
    /// [`Error::File`] when the disk fails.
    pub async fn put(&self, user: UserId, octets: Bytes) -> Result<Stored, Error> {
        let stored = self.put_all(user, vec![octets]).await?;
        let none = || Error::File(io::Error::other("nothing was stored"));
        stored.into_iter().next().ok_or_else(none)
    }

    /// Stores several, in this order. When this returns, all are on disk.
    ///
    /// # Errors
    /// [`Error::File`] when the disk fails; then some may be there, which nothing names.
    pub async fn put_all(&self, user: UserId, all: Vec<Bytes>) -> Result<Vec<Stored>, Error> {
        match &self.0 {
            Place::Folder(root) => {
                let root = Arc::clone(root);
                blocking(move || {
                    let some = all.chunks(OPEN).map(|some| put_files(&root, user, some));
                    Ok(some.collect::<io::Result<Vec<_>>>()?.concat())
                })
                .await
            }
            Place::Bucket(bucket) => {
                let puts = all
                    .into_iter()
                    .map(|octets| put_object(bucket, user, octets));
                stream::iter(puts).buffered(AT_ONCE).try_collect().await
            }
        }
    }
}

async fn put_object(bucket: &Bucket, user: UserId, octets: Bytes) -> Result<Stored, Error> {
    let sha256 = sha256_of(&octets).map_err(Error::File)?;
    let size = to_u64(octets.len());
    bucket.put_blob(user, &sha256, octets).await?;
    Ok(Stored {
        sha256,
        size,
        stored_size: size,
    })
}

/// Stores several. When this returns, all are on disk.
pub(super) fn put_files(root: &Path, user: UserId, all: &[Bytes]) -> io::Result<Vec<Stored>> {
    let mut written = Written::default();
    let stored = written.write(root, user, all)?;
    written.name(root, user, &stored)?;
    Ok(stored)
}

/// Files that have no name yet that anybody knows. Dropped, they are removed.
#[derive(Default)]
struct Written(Vec<(fs::File, PathBuf)>);

impl Written {
    fn write(&mut self, root: &Path, user: UserId, all: &[Bytes]) -> io::Result<Vec<Stored>> {
        let mut stored = Vec::with_capacity(all.len());
        for octets in all {
            // Under a name that no other writer of the same octets has.
            let at = spool(root).join(format!("{user}-{}", hex(&random::<8>()?)));
            let file = private().write(true).create_new(true).open(&at)?;
            self.0.push((file, at));
            let coded = coding::encode(octets)?;
            if let Some((file, _)) = self.0.last_mut() {
                file.write_all(&coded)?;
            }
            stored.push(Stored {
                sha256: sha256_of(octets)?,
                size: to_u64(octets.len()),
                stored_size: to_u64(coded.len()),
            });
        }
        for (file, _) in &self.0 {
            file.sync_all()?;
        }
        Ok(stored)
    }

    fn name(mut self, root: &Path, user: UserId, stored: &[Stored]) -> io::Result<()> {
        let mut folders = BTreeSet::new();
        for ((_, at), stored) in self.0.iter().zip(stored) {
            let target = path(root, user, &stored.sha256);
            let folder = target.parent().unwrap_or(&target);
            make_folder(folder)?;
            fs::rename(at, &target)?;
            folders.extend(leading_to(folder).map(Path::to_owned));
        }
        self.0.clear();
        // The innermost first, as for one.
        let sync = |folder: &PathBuf| fs::File::open(folder)?.sync_all();
        folders.iter().rev().try_for_each(sync)
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        for (_, at) in &self.0 {
            // What can't be removed now is swept later; what has its name is not here any more.
            let _swept_later = fs::remove_file(at);
        }
    }
}
