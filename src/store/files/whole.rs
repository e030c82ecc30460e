//! Blobs whose octets are at hand: one, or several that are written together, for which the disk
//! is waited for twice: for the files, and for the folders that name them. All are written before
//! the first is fsynced, and all are fsynced at once. One after the other each would make the file
//! system write its journal and the disk empty its cache; together they share that.

use std::{
    collections::BTreeSet,
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
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

/// Files that are open at once.
const OPEN: usize = 64;

/// Threads that wait for the disk at once. It was nearly as fast with eight.
const WAITING: usize = 16;

/// Octets of the stack of a thread that does nothing but wait.
const STACK: usize = 64 * 1024;

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
                blocking(move || put_files(&root, user, &all)).await
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
    let mut encoder = coding::Encoder::new()?;
    let mut stored = Vec::with_capacity(all.len());
    for some in all.chunks(OPEN) {
        stored.extend(written.write(root, user, some, &mut encoder)?);
    }
    written.name(root, user, &stored)?;
    Ok(stored)
}

/// Files that have no name yet that anybody knows. Dropped, they are removed.
#[derive(Default)]
struct Written(Vec<PathBuf>);

impl Written {
    fn write(
        &mut self,
        root: &Path,
        user: UserId,
        some: &[Bytes],
        encoder: &mut coding::Encoder,
    ) -> io::Result<Vec<Stored>> {
        let mut stored = Vec::with_capacity(some.len());
        let mut files = Vec::with_capacity(some.len());
        for octets in some {
            // Under a name that no other writer of the same octets has.
            let at = spool(root).join(format!("{user}-{}", hex(&random::<8>()?)));
            let mut file = private().write(true).create_new(true).open(&at)?;
            self.0.push(at);
            let coded = encoder.encode(octets)?;
            file.write_all(&coded)?;
            files.push(file);
            stored.push(Stored {
                sha256: sha256_of(octets)?,
                size: to_u64(octets.len()),
                stored_size: to_u64(coded.len()),
            });
        }
        sync_all(&files)?;
        Ok(stored)
    }

    fn name(mut self, root: &Path, user: UserId, stored: &[Stored]) -> io::Result<()> {
        let mut folders = BTreeSet::new();
        for (at, stored) in self.0.iter().zip(stored) {
            let target = path(root, user, &stored.sha256);
            let folder = target.parent().unwrap_or(&target);
            if !folders.contains(folder) {
                make_folder(folder)?;
                folders.extend(leading_to(folder).map(Path::to_owned));
            }
            fs::rename(at, &target)?;
        }
        self.0.clear();
        let folders: Vec<PathBuf> = folders.into_iter().collect();
        for some in folders.chunks(OPEN) {
            let open = some.iter().map(fs::File::open);
            sync_all(&open.collect::<io::Result<Vec<_>>>()?)?;
        }
        Ok(())
    }
}

/// When this returns, all of these are on disk.
pub(super) fn sync_all(files: &[fs::File]) -> io::Result<()> {
    let sync = |files: &[fs::File]| files.iter().try_for_each(fs::File::sync_all);
    let mut parts = files.chunks(files.len().div_ceil(WAITING).max(1));
    let own = parts.next().unwrap_or_default();
    thread::scope(|scope| {
        let wait = |part| {
            let thread = thread::Builder::new().stack_size(STACK);
            // Where there are no more threads to be had, this one does it.
            thread
                .spawn_scoped(scope, move || sync(part))
                .map_err(|_| sync(part))
        };
        let threads: Vec<_> = parts.map(wait).collect();
        let outcomes = std::iter::once_with(|| sync(own));
        let outcomes = outcomes.chain(threads.into_iter().map(|thread| match thread {
            Ok(thread) => match thread.join() {
                Ok(outcome) => outcome,
                Err(_) => Err(io::Error::other("a thread has panicked")),
            },
            Err(outcome) => outcome,
        }));
        outcomes.collect()
    })
}

impl Drop for Written {
    fn drop(&mut self) {
        for at in &self.0 {
            // What can't be removed now is swept later; what has its name is not here any more.
            let _swept_later = fs::remove_file(at);
        }
    }
}
