//! What is arriving: a spool file that grows, and becomes a blob when it is whole.

use std::{
    fs, io,
    io::{Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use futures_util::{Stream, TryStreamExt as _};
use ring::{
    digest,
    rand::{SecureRandom as _, SystemRandom},
};

use super::{Files, PIECE, blocking, hex, make_folder, pieces, private};
use crate::store::{blobs::Sha256, error::Error, id::UserId};

/// The name of an upload that may go on later: 16 random octets, so that nobody guesses another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token([u8; 16]);

impl Token {
    /// A token of these random octets.
    pub fn new(random: [u8; 16]) -> Self {
        Self(random)
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
}

/// A spool file being written. Dropped before it was stored, it stays for a day, so that an
/// upload can go on.
#[derive(Debug)]
pub struct Spool {
    files: Files,
    user: UserId,
    path: PathBuf,
    len: u64,
}

impl Files {
    /// The upload of this token: begun now, or as far as it has come.
    ///
    /// # Errors
    /// [`Error::File`] when the file can't be made or looked at.
    pub async fn upload(&self, user: UserId, token: Token) -> Result<Spool, Error> {
        // The user is part of the name: a token opens nothing of anybody else's.
        let path = self.spool().join(format!("{user}-{}", hex(&token.0)));
        let at = path.clone();
        let len = blocking(move || {
            private().create(true).append(true).open(&at)?.sync_all()?;
            Ok(fs::metadata(&at)?.len())
        });
        Ok(Spool {
            len: len.await?,
            files: self.clone(),
            user,
            path,
        })
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
        let mut spool = self.upload(user, token).await?;
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

impl Files {
    /// Stores octets that are at hand. When this returns, they are on disk.
    ///
    /// # Errors
    /// [`Error::File`] when the disk fails.
    pub async fn put(&self, user: UserId, octets: bytes::Bytes) -> Result<Stored, Error> {
        let files = self.clone();
        blocking(move || {
            let sha256 = sha256_of(&octets)?;
            let target = files.path(user, &sha256);
            let folder = target.parent().unwrap_or(&target).to_owned();
            make_folder(&folder)?;
            // Under a name that no other writer of the same octets has.
            let mut random = [0; 8];
            SystemRandom::new()
                .fill(&mut random)
                .map_err(|_| io::Error::other("no random numbers"))?;
            let spool = files.spool().join(format!("{user}-{}", hex(&random)));
            let written = write_new(&spool, &octets).and_then(|()| fs::rename(&spool, &target));
            if let Err(error) = written {
                // What can't be removed now is swept later.
                let _swept_later = fs::remove_file(&spool);
                return Err(error);
            }
            sync_folders(&folder)?;
            Ok(Stored {
                sha256,
                size: to_u64(octets.len()),
            })
        })
        .await
    }
}

fn write_new(path: &Path, octets: &[u8]) -> io::Result<()> {
    let mut file = private().write(true).create_new(true).open(path)?;
    file.write_all(octets)?;
    file.sync_all()
}

fn sha256_of(octets: &[u8]) -> io::Result<Sha256> {
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
        let mut bytes = std::pin::pin!(bytes);
        let mut gathered = Vec::with_capacity(PIECE);
        loop {
            let piece = bytes.try_next().await;
            if let Ok(Some(piece)) = &piece {
                if self.len + to_u64(gathered.len() + piece.len()) > most {
                    return Err(Error::TooLarge.into());
                }
                gathered.extend_from_slice(piece);
                if gathered.len() < PIECE {
                    continue;
                }
            }
            gathered = self.write(gathered).await?;
            if piece?.is_none() {
                return Ok(());
            }
        }
    }

    /// Writes at the end, and gives the buffer back, empty.
    async fn write(&mut self, mut gathered: Vec<u8>) -> Result<Vec<u8>, Error> {
        let (path, len) = (self.path.clone(), self.len);
        let written = to_u64(gathered.len());
        let gathered = blocking(move || {
            let mut file = private().write(true).open(&path)?;
            // What a write that failed half-way has left beyond is written over.
            file.seek(io::SeekFrom::Start(len))?;
            file.write_all(&gathered)?;
            gathered.clear();
            Ok(gathered)
        });
        let gathered = gathered.await?;
        self.len += written;
        Ok(gathered)
    }

    /// What has arrived, in pieces.
    ///
    /// # Errors
    /// [`Error::File`] when it can't be read.
    pub async fn read(
        &self,
    ) -> Result<impl Stream<Item = Result<bytes::Bytes, Error>> + Send + use<>, Error> {
        pieces(&self.path, 0).await
    }

    /// What has arrived, as a file to read in. It may be read to its end even when it is thrown
    /// away meanwhile.
    ///
    /// # Errors
    /// [`Error::File`] when it can't be opened.
    pub async fn open(&self) -> Result<fs::File, Error> {
        let path = self.path.clone();
        blocking(move || fs::File::open(path)).await
    }

    /// Makes a blob of what has arrived. When this returns, it is on disk.
    ///
    /// # Errors
    /// [`Error::File`] when the disk fails; then the spool file is still there.
    pub async fn finish(&self) -> Result<Stored, Error> {
        let (files, user, path, len) = (self.files.clone(), self.user, self.path.clone(), self.len);
        blocking(move || {
            let file = private().read(true).write(true).open(&path)?;
            file.set_len(len)?;
            file.sync_all()?;
            let sha256 = digest_of(file)?;
            let target = files.path(user, &sha256);
            let folder = target.parent().unwrap_or(&target).to_owned();
            make_folder(&folder)?;
            fs::rename(&path, &target)?;
            sync_folders(&folder)?;
            Ok(Stored { sha256, size: len })
        })
        .await
    }

    /// Throws away what has arrived.
    pub async fn abandon(&self) {
        // What can't be removed now is swept later.
        let _swept_later = tokio::fs::remove_file(&self.path).await;
    }
}

/// The new name is on disk, and so are the folders that lead to it.
pub(super) fn sync_folders(folder: &Path) -> io::Result<()> {
    for folder in folder.ancestors().take(3) {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
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

fn to_u64(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
