//! What is arriving: a spool file that grows, and becomes a blob when it is whole.

use std::{
    fs, io,
    io::{Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream, stream::BoxStream};
use ring::digest;

use super::{
    Files, PIECE, Place, blocking,
    bucket::{self, Bucket},
    coding, hex, make_folder, path, pieces, private, random, spool,
    whole::{put_files, sync_all},
};
use crate::store::{blobs::Sha256, error::Error, id::UserId};

/// Octets of one object of an upload.
const OBJECT: usize = 8 << 20;

/// The name of an upload that may go on later: 16 random octets, so that nobody guesses another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token([u8; 16]);

impl Token {
    /// A token of these random octets.
    pub fn new(random: [u8; 16]) -> Self {
        Self(random)
    }

    /// One that nobody else has.
    ///
    /// # Errors
    /// [`Error::File`] when the system has no random numbers.
    pub fn random() -> Result<Self, Error> {
        random().map(Self).map_err(Error::File)
    }

    /// Reads what [`Token::to_text`] gave.
    pub fn from_text(text: &str) -> Option<Self> {
        BASE64URL.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// 22 base64url characters.
    pub fn to_text(self) -> String {
        BASE64URL.encode(self.0)
    }
}

/// A blob that has been stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// sha256 of its octets, by which it is found again.
    pub sha256: Sha256,
    /// Octets.
    pub size: u64,
    /// Octets that it takes.
    pub stored_size: u64,
}

/// Octets that arrive. Dropped before they were stored, those of an upload stay for a day, so that
/// it can go on.
#[derive(Debug)]
pub struct Spool {
    files: Files,
    user: UserId,
    at: At,
    len: u64,
}

/// Where they are gathered.
#[derive(Clone, Debug)]
enum At {
    /// In a file.
    File(PathBuf),
    /// In objects of a bucket, so that another node can go on.
    Objects(Bucket, object_store::path::Path),
    /// In a file of this process alone, on their way into a bucket.
    Loose(Bucket, Arc<fs::File>),
}

impl Files {
    /// The upload of this token: begun now, or as far as it has come.
    ///
    /// # Errors
    /// [`Error::File`] when the file can't be made or looked at.
    pub async fn upload(&self, user: UserId, token: Token) -> Result<Spool, Error> {
        // The user is part of the name: a token opens nothing of anybody else's.
        let name = format!("{user}-{}", hex(&token.0));
        let (at, len) = match &self.0 {
            Place::Folder(root) => {
                let path = spool(root).join(name);
                let at = path.clone();
                let len = blocking(move || {
                    private().create(true).append(true).open(&at)?.sync_all()?;
                    Ok(fs::metadata(&at)?.len())
                });
                (At::File(path), len.await?)
            }
            Place::Bucket(bucket) => {
                let upload = bucket.gathering(name);
                let len = bucket.gathered(&upload).await?;
                (At::Objects(bucket.clone(), upload), len)
            }
        };
        Ok(self.spool_at(user, at, len))
    }

    /// A place for octets that are of use to this process alone, until they are stored or not.
    ///
    /// # Errors
    /// [`Error::File`] when the file can't be made.
    pub async fn scratch(&self, user: UserId, token: Token) -> Result<Spool, Error> {
        match &self.0 {
            Place::Folder(root) => {
                let path = spool(root).join(format!("{user}-{}", hex(&token.0)));
                let at = path.clone();
                let made =
                    blocking(move || private().write(true).create_new(true).open(&at).map(drop));
                made.await?;
                Ok(self.spool_at(user, At::File(path), 0))
            }
            Place::Bucket(bucket) => {
                let at = At::Loose(bucket.clone(), bucket.loose().await?);
                Ok(self.spool_at(user, at, 0))
            }
        }
    }

    fn spool_at(&self, user: UserId, at: At, len: u64) -> Spool {
        Spool {
            files: self.clone(),
            user,
            at,
            len,
        }
    }

    /// Stores what a stream brings, at most `most` octets.
    ///
    /// # Errors
    /// [`Error::TooLarge`] past `most`, [`Error::File`] when the disk fails, and what the stream
    /// says.
    pub async fn store<E: From<Error>>(
        &self,
        user: UserId,
        token: Token,
        bytes: impl Stream<Item = Result<bytes::Bytes, E>>,
        most: u64,
    ) -> Result<Stored, E> {
        let mut spool = self.scratch(user, token).await?;
        let outcome = match spool.append(bytes, most).await {
            Ok(()) => spool.finish().await.map_err(E::from),
            Err(error) => Err(error),
        };
        if outcome.is_err() {
            spool.abandon().await;
        }
        outcome
    }
}

pub(super) fn sha256_of(octets: &[u8]) -> io::Result<Sha256> {
    let digest = digest::digest(&digest::SHA256, octets);
    let digest = digest.as_ref().try_into();
    digest.map_err(|_| io::Error::other("sha256 has 32 octets"))
}

impl Spool {
    /// Octets that have arrived.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Nothing has arrived.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends what a stream brings. What had arrived when it broke stays, and can be gone on
    /// from.
    ///
    /// # Errors
    /// As [`Files::store`].
    pub async fn append<E: From<Error>>(
        &mut self,
        bytes: impl Stream<Item = Result<bytes::Bytes, E>>,
        most: u64,
    ) -> Result<(), E> {
        let at_once = match self.at {
            At::File(_) | At::Loose(..) => PIECE,
            At::Objects(..) => OBJECT,
        };
        let mut bytes = std::pin::pin!(bytes);
        let mut gathered = Vec::with_capacity(PIECE);
        loop {
            let piece = bytes.try_next().await;
            if let Ok(Some(piece)) = &piece {
                if self.len + to_u64(gathered.len() + piece.len()) > most {
                    return Err(Error::TooLarge.into());
                }
                gathered.extend_from_slice(piece);
                if gathered.len() < at_once {
                    continue;
                }
            }
            gathered = self.write(gathered).await?;
            if piece?.is_none() {
                return Ok(());
            }
        }
    }

    /// Writes at the end, and gives a buffer back that is empty.
    async fn write(&mut self, mut gathered: Vec<u8>) -> Result<Vec<u8>, Error> {
        let written = to_u64(gathered.len());
        if written == 0 {
            return Ok(gathered);
        }
        match &self.at {
            At::File(path) => {
                let (path, len) = (path.clone(), self.len);
                let writing = blocking(move || {
                    let mut file = private().write(true).open(&path)?;
                    // What a write that failed half-way has left beyond is written over.
                    file.seek(io::SeekFrom::Start(len))?;
                    file.write_all(&gathered)?;
                    gathered.clear();
                    Ok(gathered)
                });
                gathered = writing.await?;
            }
            At::Objects(bucket, upload) => {
                let octets = std::mem::take(&mut gathered).into();
                bucket.gather(upload, self.len, octets).await?;
            }
            At::Loose(_, file) => {
                bucket::write_at(file, std::mem::take(&mut gathered).into(), self.len).await?;
            }
        }
        self.len += written;
        Ok(gathered)
    }

    /// What has arrived, in pieces.
    ///
    /// # Errors
    /// [`Error::File`] when it can't be read.
    pub async fn read(&self) -> Result<BoxStream<'static, Result<bytes::Bytes, Error>>, Error> {
        match &self.at {
            At::File(path) => Ok(pieces(path, 0).await?.boxed()),
            At::Objects(bucket, upload) => bucket.read_gathered(upload).await,
            At::Loose(_, file) => {
                let file = Arc::clone(file);
                let read = stream::try_unfold(0, move |at| {
                    let file = Arc::clone(&file);
                    async move {
                        let piece = bucket::read_at(&file, at, PIECE).await?;
                        let next = at + to_u64(piece.len());
                        Ok((next > at).then_some((piece, next)))
                    }
                });
                Ok(read.boxed())
            }
        }
    }

    /// What has arrived, as a file to read in. It may be read to its end even when it is thrown
    /// away meanwhile.
    ///
    /// # Errors
    /// [`Error::File`] when it can't be opened.
    pub async fn open(&self) -> Result<fs::File, Error> {
        let file = match &self.at {
            At::File(path) => {
                let path = path.clone();
                return blocking(move || fs::File::open(path)).await;
            }
            At::Objects(bucket, upload) => bucket.fetch_gathered(upload).await?.0,
            At::Loose(_, file) => Arc::clone(file),
        };
        blocking(move || {
            let mut file = file.try_clone()?;
            file.rewind()?;
            Ok(file)
        })
        .await
    }

    /// Makes a blob of what has arrived. When this returns, it is on disk.
    ///
    /// # Errors
    /// [`Error::File`] when the disk fails; then what has arrived is still there.
    pub async fn finish(&self) -> Result<Stored, Error> {
        let (user, len) = (self.user, self.len);
        let (bucket, file) = match &self.at {
            At::File(path) => return self.finish_file(path.clone()).await,
            At::Objects(bucket, upload) => {
                let (file, length) = bucket.fetch_gathered(upload).await?;
                if length != len {
                    return Err(Error::File(io::Error::other("an upload has changed")));
                }
                (bucket, file)
            }
            At::Loose(bucket, file) => (bucket, Arc::clone(file)),
        };
        let read = file.try_clone().map_err(Error::File)?;
        let sha256 = blocking(move || digest_of(read)).await?;
        bucket.put_file(user, &sha256, &file, len).await?;
        // It was for this.
        self.abandon().await;
        Ok(Stored {
            sha256,
            size: len,
            stored_size: len,
        })
    }

    async fn finish_file(&self, spooled: PathBuf) -> Result<Stored, Error> {
        let (user, len) = (self.user, self.len);
        let root = self.files.root()?.to_owned();
        blocking(move || {
            let file = private().read(true).write(true).open(&spooled)?;
            file.set_len(len)?;
            if coding::may_be_framed(len) {
                let mut octets = Vec::new();
                (&file).read_to_end(&mut octets)?;
                let stored = put_files(&root, user, &[octets.into()])?;
                fs::remove_file(&spooled)?;
                let none = || io::Error::other("nothing was stored");
                return stored.into_iter().next().ok_or_else(none);
            }
            file.sync_all()?;
            let sha256 = digest_of(file)?;
            let target = path(&root, user, &sha256);
            let folder = target.parent().unwrap_or(&target).to_owned();
            make_folder(&folder)?;
            fs::rename(&spooled, &target)?;
            sync_folders(&folder)?;
            Ok(Stored {
                sha256,
                size: len,
                stored_size: len,
            })
        })
        .await
    }

    /// Throws away what has arrived.
    pub async fn abandon(&self) {
        // What can't be removed now is swept later.
        match &self.at {
            At::File(path) => {
                let _swept_later = tokio::fs::remove_file(path).await;
            }
            At::Objects(bucket, upload) => {
                let _swept_later = bucket.drop_gathered(upload).await;
            }
            // It goes when it is closed.
            At::Loose(..) => {}
        }
    }
}

/// The new name is on disk, and so are the folders that lead to it.
pub(super) fn sync_folders(folder: &Path) -> io::Result<()> {
    let folders = leading_to(folder).map(fs::File::open);
    sync_all(&folders.collect::<io::Result<Vec<_>>>()?)
}

/// The folder of a blob and those above it, up to the root of all.
pub(super) fn leading_to(folder: &Path) -> impl Iterator<Item = &Path> {
    folder.ancestors().take(3)
}

fn digest_of(mut file: fs::File) -> io::Result<Sha256> {
    let mut context = digest::Context::new(&digest::SHA256);
    let mut piece = vec![0; PIECE];
    file.rewind()?;
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        context.update(piece.get(..read).unwrap_or_default());
    }
    let digest = context.finish();
    digest
        .as_ref()
        .try_into()
        .map_err(|_| io::Error::other("sha256 has 32 octets"))
}

pub(super) fn to_u64(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
