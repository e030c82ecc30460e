//! Blobs in a bucket of an S3 server, for several nodes.
//!
//! `<prefix>/<user>/<first octet>/<sha256>` are blobs, as in a folder. `<prefix>/spool/` has uploads
//! that may go on later, at any node: a few MiB in an object each, named by where they begin. What
//! one process gathers for itself lies in a file of its own on its disk, without a name.
//! `<prefix>/unused/` has blobs whose row is gone, for a day (see [`sweep`]).
//!
//! Cost: a request for each MiB or so that is read, one for a blob of less than [`PART`] that is
//! written, and for larger ones one for each part and two more. Memory: a part for each that is
//! written, a window for each that is read.

mod settings;
mod sweep;
mod upload;

use std::{
    fs, io,
    path::{Path as FilePath, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use futures_util::{
    StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};
use object_store::{
    Error as Fault, GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt as _,
    aws::AmazonS3, path::Path,
};

use super::{PIECE, blocking, coding, hex, make_folder, private, random, rest_of};
use crate::store::{blobs::Sha256, error::Error, id::UserId};

/// Octets that are asked for at once: a reader that is slow holds no connection, and no more memory
/// than this.
const WINDOW: u64 = 2 << 20;

/// Octets of a part of a large object; a server takes 10,000 of them, and none but the last may be
/// smaller than 5 MiB.
const PART: usize = 8 << 20;

/// A place in a bucket. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Bucket(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: AmazonS3,
    prefix: Path,
    /// For files that are this process's own.
    scratch: PathBuf,
}

impl Bucket {
    /// Nothing is asked of the server yet.
    pub(super) fn open(url: &str, scratch: PathBuf) -> Result<Self, Error> {
        let (store, prefix) = settings::read(url)?;
        make_folder(&scratch).map_err(Error::File)?;
        Ok(Self(Arc::new(Inner {
            store,
            prefix,
            scratch,
        })))
    }

    /// Can objects be written, read, listed and removed?
    pub(super) async fn check(&self) -> Result<(), Error> {
        let random = random::<8>().map_err(Error::File)?;
        let path = self.spool().join(format!("check-{}", hex(&random)));
        self.put(&path, Bytes::from_static(b"restante")).await?;
        self.listed(Some(path.clone())).await?;
        let read = self.store().get(&path).await.map_err(fault)?;
        let read = read.bytes().await.map_err(fault)?;
        self.delete(vec![path]).await?;
        match read.as_ref() == b"restante" {
            true => Ok(()),
            false => Err(other(
                "the server gives back something else than it was given",
            )),
        }
    }

    /// Octets of a blob from `from` on.
    pub(super) async fn read(
        &self,
        user: UserId,
        sha256: &Sha256,
        from: u64,
    ) -> Result<BoxStream<'static, Result<Bytes, Error>>, Error> {
        let path = self.path(user, sha256);
        match self.blob(path.clone(), sha256, from).await {
            // Put aside by mistake: its row has come back in between.
            Err(Error::File(missing)) if missing.kind() == io::ErrorKind::NotFound => {
                match self.put_back(user, sha256).await? {
                    true => self.blob(path, sha256, from).await,
                    false => Err(Error::File(missing)),
                }
            }
            read => read,
        }
    }

    /// An object in pieces. The first window is asked for at once, so that one that is missing is
    /// told here.
    async fn pieces(
        &self,
        path: Path,
        from: u64,
    ) -> Result<BoxStream<'static, Result<Bytes, Error>>, Error> {
        let (first, size) = self.window(&path, from).await?;
        Ok(self.windows(path, from, first, size))
    }

    /// A blob in pieces. Brought here from a folder, it may be in a frame.
    async fn blob(
        &self,
        path: Path,
        sha256: &Sha256,
        from: u64,
    ) -> Result<BoxStream<'static, Result<Bytes, Error>>, Error> {
        let (first, size) = self.window(&path, from).await?;
        if !coding::may_be_framed(size) {
            return Ok(self.windows(path, from, first, size));
        }
        let whole = match from {
            0 => first,
            _ => self.window(&path, 0).await?.0,
        };
        let whole = coding::decode(whole, sha256).map_err(Error::File)?;
        Ok(stream::iter(rest_of(whole, from).map(Ok)).boxed())
    }

    /// What follows the first window as well.
    fn windows(
        &self,
        path: Path,
        from: u64,
        first: Bytes,
        size: u64,
    ) -> BoxStream<'static, Result<Bytes, Error>> {
        let next = from.saturating_add(first.len() as u64);
        let bucket = self.clone();
        let rest = stream::try_unfold(next, move |at| {
            let (bucket, path) = (bucket.clone(), path.clone());
            async move {
                if at >= size {
                    return Ok(None);
                }
                let (window, _) = bucket.window(&path, at).await?;
                match window.len() as u64 {
                    // Nothing is there to be read to its end.
                    0 => Err(other("an object has become shorter")),
                    read => Ok(Some((window, at.saturating_add(read)))),
                }
            }
        });
        let windows = stream::iter([Ok(first)]).chain(rest);
        windows.map_ok(in_pieces).try_flatten().boxed()
    }

    /// At most [`WINDOW`] octets from `from` on, and how many the object has.
    async fn window(&self, path: &Path, from: u64) -> Result<(Bytes, u64), Error> {
        let range = GetRange::Bounded(from..from.saturating_add(WINDOW));
        let options = GetOptions {
            range: Some(range),
            ..GetOptions::default()
        };
        match self.store().get_opts(path, options).await {
            Ok(read) => {
                let size = read.meta.size;
                Ok((read.bytes().await.map_err(fault)?, size))
            }
            Err(missing @ Fault::NotFound { .. }) => Err(fault(missing)),
            // There is no range of an object that ends before it, nor of an empty one.
            Err(error) => match self.store().head(path).await {
                Ok(meta) if meta.size <= from => Ok((Bytes::new(), meta.size)),
                _ => Err(fault(error)),
            },
        }
    }

    /// Brings a blob into a file, compared with its sha256 on the way. Its length; `None` where it
    /// is missing or another.
    pub(super) async fn fetch(
        &self,
        user: UserId,
        sha256: &Sha256,
        into: fs::File,
    ) -> Result<Option<u64>, Error> {
        // Only what is not there is missing: a server that does not answer says nothing of it.
        let mut pieces = match self.read(user, sha256, 0).await {
            Err(Error::File(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read?,
        };
        let mut context = ring::digest::Context::new(&ring::digest::SHA256);
        let (into, mut length) = (Arc::new(into), 0);
        while let Some(piece) = pieces.next().await {
            let piece = match piece {
                Err(Error::File(error)) if error.kind() == io::ErrorKind::NotFound => {
                    return Ok(None);
                }
                piece => piece?,
            };
            context.update(&piece);
            length = write_at(&into, piece, length).await?;
        }
        if context.finish().as_ref() != sha256 {
            return Ok(None);
        }
        blocking(move || into.sync_all()).await?;
        Ok(Some(length))
    }

    /// A file that is this process's own and goes with it.
    pub(super) async fn loose(&self) -> Result<Arc<fs::File>, Error> {
        let folder = self.0.scratch.clone();
        blocking(move || nameless(&folder).map(Arc::new)).await
    }

    async fn put(&self, path: &Path, octets: Bytes) -> Result<(), Error> {
        let put = self.store().put(path, octets.into()).await;
        put.map(drop).map_err(fault)
    }

    async fn delete(&self, paths: Vec<Path>) -> Result<(), Error> {
        let paths = stream::iter(paths.into_iter().map(Ok)).boxed();
        let mut deleted = self.store().delete_stream(paths);
        while let Some(one) = deleted.next().await {
            match one {
                Ok(_) | Err(Fault::NotFound { .. }) => {}
                Err(error) => return Err(fault(error)),
            }
        }
        Ok(())
    }

    async fn listed(&self, below: Option<Path>) -> Result<Vec<ObjectMeta>, Error> {
        let listed = self.store().list(below.as_ref());
        listed.try_collect().await.map_err(fault)
    }

    fn store(&self) -> &AmazonS3 {
        &self.0.store
    }

    fn path(&self, user: UserId, sha256: &Sha256) -> Path {
        below(self.folder(user), sha256)
    }

    fn folder(&self, user: UserId) -> Path {
        self.0.prefix.clone().join(user.to_string())
    }

    fn spool(&self) -> Path {
        self.0.prefix.clone().join("spool")
    }
}

/// Where a blob lies below a folder.
fn below(folder: Path, sha256: &Sha256) -> Path {
    let name = hex(sha256);
    let shelf = name.get(..2).unwrap_or_default().to_owned();
    folder.join(shelf).join(name)
}

/// No more at once than a file is read in.
fn in_pieces(
    window: Bytes,
) -> impl futures_util::Stream<Item = Result<Bytes, Error>> + Send + 'static {
    let starts = (0..window.len()).step_by(PIECE);
    stream::iter(starts.map(move |from| {
        let to = from.saturating_add(PIECE).min(window.len());
        Ok(window.slice(from..to))
    }))
}

/// A file that nobody else can open, and that is gone when it is closed.
fn nameless(folder: &FilePath) -> io::Result<fs::File> {
    let path = folder.join(hex(&random::<16>()?));
    let file = private()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)?;
    fs::remove_file(path)?;
    Ok(file)
}

/// The end of what was written.
pub(super) async fn write_at(file: &Arc<fs::File>, octets: Bytes, at: u64) -> Result<u64, Error> {
    use std::os::unix::fs::FileExt as _;

    let file = Arc::clone(file);
    blocking(move || {
        file.write_all_at(&octets, at)?;
        Ok(at.saturating_add(octets.len() as u64))
    })
    .await
}

/// At most `most` octets from `at` on; none at the end.
pub(super) async fn read_at(file: &Arc<fs::File>, at: u64, most: usize) -> Result<Bytes, Error> {
    use std::os::unix::fs::FileExt as _;

    let file = Arc::clone(file);
    blocking(move || {
        let mut octets = vec![0; most];
        let mut read = 0;
        while let Some(room) = octets.get_mut(read..).filter(|room| !room.is_empty()) {
            match file.read_at(room, at.saturating_add(read as u64))? {
                0 => break,
                more => read += more,
            }
        }
        octets.truncate(read);
        Ok(Bytes::from(octets))
    })
    .await
}

/// What the server says, in the words of a disk's troubles.
fn fault(error: Fault) -> Error {
    let kind = match &error {
        Fault::NotFound { .. } => io::ErrorKind::NotFound,
        Fault::PermissionDenied { .. } | Fault::Unauthenticated { .. } => {
            io::ErrorKind::PermissionDenied
        }
        _ => io::ErrorKind::Other,
    };
    Error::File(io::Error::new(kind, error))
}

fn other(words: &'static str) -> Error {
    Error::File(io::Error::other(words))
}
