//! The bytes of blobs, as files or as objects of an S3 server (see `files/bucket.rs`). A blob is whole, on
//! disk and under its final name before anybody hears of it: spool file, fsync, rename, fsync of the
//! folder.
//!
//! `<root>/<user>/<first octet>/<sha256>` are blobs, `<root>/spool/` what is still arriving. Rows
//! of `blobs` say which of them are wanted; a file without a row is swept away after a day.

mod bucket;
mod coding;
mod copy;
mod spool;
mod sweep;
mod whole;

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    pin::pin,
    sync::Arc,
};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream, stream::BoxStream};
use ring::{
    digest::{Context, SHA256},
    rand::{SecureRandom as _, SystemRandom},
};
use tokio::io::AsyncReadExt as _;

use self::bucket::Bucket;
use super::{blobs::Sha256, error::Error, id::UserId};
use crate::config::Config;

pub use copy::Copied;
pub use spool::{Spool, Stored, Token};

/// Octets read or written at once.
const PIECE: usize = 256 * 1024;

/// The place of all blobs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Files(Place);

#[derive(Clone, Debug)]
enum Place {
    Folder(Arc<Path>),
    Bucket(Bucket),
}

impl Files {
    /// Opens the folder of `blob_url` (`file:<path>`), making it when missing.
    ///
    /// # Errors
    /// For another kind of URL, and when the folder can't be made.
    pub fn open(url: &str) -> Result<Self, Error> {
        let path = url.strip_prefix("file:");
        let path = path.ok_or(Error::Url("blob_url must begin with file:"))?;
        let root = PathBuf::from(path);
        make_folder(&root.join("spool")).map_err(Error::File)?;
        sync_names(&root).map_err(Error::File)?;
        Ok(Self(Place::Folder(root.into())))
    }

    /// Opens what these settings name, a folder or a bucket.
    ///
    /// # Errors
    /// As [`Files::open`], and for a bucket's URL that makes no sense. Whether its server is there
    /// is told by [`Files::check`].
    pub fn of(config: &Config) -> Result<Self, Error> {
        if !config.blob_url.starts_with("s3:") {
            return Self::open(&config.blob_url);
        }
        let bucket = Bucket::open(&config.blob_url, config.data_dir.join("spool"))?;
        Ok(Self(Place::Bucket(bucket)))
    }

    /// Can blobs be stored, read and removed there?
    ///
    /// # Errors
    /// [`Error::File`] with what the server says. A folder was looked at when it was opened.
    pub async fn check(&self) -> Result<(), Error> {
        match &self.0 {
            Place::Folder(_) => Ok(()),
            Place::Bucket(bucket) => bucket.check().await,
        }
    }

    /// Each look costs a request to somebody else.
    pub fn is_remote(&self) -> bool {
        matches!(self.0, Place::Bucket(_))
    }

    /// The bytes of a blob in pieces of 256 KiB, from octet `from` on.
    ///
    /// # Errors
    /// [`Error::File`] when it is not there or can't be read.
    pub async fn read(
        &self,
        user: UserId,
        sha256: &Sha256,
        from: u64,
    ) -> Result<BoxStream<'static, Result<Bytes, Error>>, Error> {
        match &self.0 {
            Place::Folder(root) => stored(path(root, user, sha256), sha256, from).await,
            Place::Bucket(bucket) => bucket.read(user, sha256, from).await,
        }
    }

    /// The bytes of a small blob at once.
    ///
    /// # Errors
    /// As [`Files::read`].
    pub async fn read_whole(&self, user: UserId, sha256: &Sha256) -> Result<Vec<u8>, Error> {
        let pieces: Vec<Bytes> = self.read(user, sha256, 0).await?.try_collect().await?;
        Ok(pieces.concat())
    }

    /// Is what is stored under this name what it was when it was named? False as well when it can't
    /// be read to its end: nobody can say yes then.
    pub async fn is_whole(&self, user: UserId, sha256: &Sha256) -> bool {
        let read = async {
            let mut pieces = pin!(self.read(user, sha256, 0).await?);
            let mut digest = Context::new(&SHA256);
            while let Some(piece) = pieces.try_next().await? {
                digest.update(&piece);
            }
            Ok::<_, Error>(digest.finish())
        };
        match read.await {
            Ok(digest) => digest.as_ref() == sha256,
            Err(error) => {
                tracing::warn!(?error, "A stored file can't be read");
                false
            }
        }
    }

    /// The folder, for what is done with folders alone: copies.
    fn root(&self) -> Result<&Path, Error> {
        match &self.0 {
            Place::Folder(root) => Ok(root),
            Place::Bucket(_) => Err(Error::Url("a copy is made in a folder")),
        }
    }
}

fn path(root: &Path, user: UserId, sha256: &Sha256) -> PathBuf {
    let name = hex(sha256);
    let shelf = name.get(..2).unwrap_or_default();
    folder(root, user).join(shelf).join(&name)
}

fn folder(root: &Path, user: UserId) -> PathBuf {
    root.join(user.to_string())
}

fn spool(root: &Path) -> PathBuf {
    root.join("spool")
}

/// A blob in pieces, from octet `from` on.
async fn stored(
    path: PathBuf,
    sha256: &Sha256,
    from: u64,
) -> Result<BoxStream<'static, Result<Bytes, Error>>, Error> {
    let (small, sha256) = (path.clone(), *sha256);
    let whole = blocking(move || {
        let file = fs::File::open(small)?;
        if !coding::may_be_framed(file.metadata()?.len()) {
            return Ok(None);
        }
        let mut octets = Vec::new();
        io::Read::read_to_end(&mut &file, &mut octets)?;
        coding::decode(octets.into(), &sha256).map(Some)
    });
    match whole.await? {
        Some(whole) => Ok(stream::iter(rest_of(whole, from).map(Ok)).boxed()),
        None => Ok(pieces(&path, from).await?.boxed()),
    }
}

/// What there is from octet `from` on.
fn rest_of(mut whole: Bytes, from: u64) -> Option<Bytes> {
    let from = usize::try_from(from).ok()?;
    (from < whole.len()).then(|| whole.split_off(from))
}

/// A file in pieces, from octet `from` on.
async fn pieces(
    path: &Path,
    from: u64,
) -> Result<impl Stream<Item = Result<Bytes, Error>> + Send + use<>, Error> {
    let mut file = tokio::fs::File::open(path).await.map_err(Error::File)?;
    tokio::io::AsyncSeekExt::seek(&mut file, io::SeekFrom::Start(from))
        .await
        .map_err(Error::File)?;
    Ok(stream::unfold(Some(file), |file| async move {
        let mut file = file?;
        let mut piece = BytesMut::with_capacity(PIECE);
        match file.read_buf(&mut piece).await {
            Ok(0) => None,
            Ok(_) => Some((Ok(piece.freeze()), Some(file))),
            Err(error) => Some((Err(Error::File(error)), None)),
        }
    }))
}

/// Makes a folder that its owner alone can look into, with those above it.
fn make_folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

/// The folder itself is on disk, in the one that it lies in, and that in its own.
fn sync_names(root: &Path) -> io::Result<()> {
    let root = root.canonicalize()?;
    for folder in root.ancestors().take(3) {
        // One that we may not look into was not made by us.
        match fs::File::open(folder) {
            Ok(folder) => folder.sync_all()?,
            Err(_) => break,
        }
    }
    Ok(())
}

/// A file that its owner alone can read.
pub(super) fn private() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.mode(0o600);
    options
}

/// Octets in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _written = write!(text, "{byte:02x}");
        text
    })
}

/// Random octets, for names that nobody else has.
fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut random = [0; N];
    SystemRandom::new()
        .fill(&mut random)
        .map_err(|_| io::Error::other("no random numbers"))?;
    Ok(random)
}

/// Work on files, away from the threads that serve.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::File(io::Error::other(error)))?
        .map_err(Error::File)
}

#[cfg(test)]
mod tests;
