//! Removing what nobody wants any more.

use std::{
    collections::HashSet,
    fs, io,
    path::Path,
    time::{Duration, SystemTime},
};

use super::{Files, Place, blocking, folder, hex, path, spool};
use crate::store::{blobs::Sha256, error::Error, id::UserId};

/// What was stored within this time stays: its row may be about to be written.
const YOUNG: Duration = Duration::from_secs(3600);

impl Files {
    /// Removes spool files that have not grown for `age`.
    ///
    /// # Errors
    /// [`Error::File`] when the folder can't be read.
    pub async fn sweep_spool(&self, age: Duration) -> Result<usize, Error> {
        let folder = match &self.0 {
            Place::Folder(root) => spool(root),
            Place::Bucket(bucket) => return bucket.sweep_spool(age).await,
        };
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

    /// Octets of a user that lie in the spool: what has arrived and is nothing yet.
    ///
    /// # Errors
    /// [`Error::File`] when the folder can't be read.
    pub async fn spooled(&self, user: UserId) -> Result<u64, Error> {
        let own = format!("{user}-");
        let folder = match &self.0 {
            Place::Folder(root) => spool(root),
            Place::Bucket(bucket) => return bucket.spooled(&own).await,
        };
        blocking(move || {
            let mut octets: u64 = 0;
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                let is_own = entry
                    .file_name()
                    .to_str()
                    .is_some_and(|name| name.starts_with(&own));
                // One that goes in this very moment takes no room.
                if is_own && let Ok(about) = entry.metadata() {
                    octets = octets.saturating_add(about.len());
                }
            }
            Ok(octets)
        })
        .await
    }

    /// Removes all bytes of a user who is gone.
    ///
    /// # Errors
    /// [`Error::File`] when they can't be removed.
    pub async fn remove_all(&self, user: UserId) -> Result<(), Error> {
        let folder = match &self.0 {
            Place::Folder(root) => folder(root, user),
            Place::Bucket(bucket) => return bucket.remove_all(user).await,
        };
        blocking(move || unless_missing(fs::remove_dir_all(folder))).await
    }

    /// Removes a blob's bytes after its row is gone, unless the same bytes have been stored again
    /// within the last hour: their row may be about to be written.
    ///
    /// # Errors
    /// [`Error::File`] when the file can't be removed.
    pub async fn remove(&self, user: UserId, sha256: &Sha256) -> Result<(), Error> {
        let (path, aside) = match &self.0 {
            Place::Folder(root) => {
                let aside = spool(root).join(format!("{user}-{}-unused", hex(sha256)));
                (path(root, user, sha256), aside)
            }
            Place::Bucket(bucket) => return bucket.remove(user, sha256, YOUNG).await,
        };
        blocking(move || unless_missing(remove_old(&path, &aside, YOUNG))).await
    }

    /// What was removed before `age` and is kept still, because there is no way to remove something
    /// at once and be sure that nobody stores it meanwhile.
    ///
    /// # Errors
    /// What the server says.
    pub async fn set_aside(&self, age: Duration) -> Result<Vec<(UserId, Sha256)>, Error> {
        match &self.0 {
            Place::Folder(_) => Ok(Vec::new()),
            Place::Bucket(bucket) => bucket.put_aside(age).await,
        }
    }

    /// Ends that: it is back in its place if it is `wanted`, or gone.
    ///
    /// # Errors
    /// What the server says.
    pub async fn settle(&self, user: UserId, sha256: &Sha256, wanted: bool) -> Result<(), Error> {
        let Place::Bucket(bucket) = &self.0 else {
            return Ok(());
        };
        if wanted && !self.is_whole(user, sha256).await {
            bucket.put_back(user, sha256).await?;
        }
        bucket.forget_aside(user, sha256).await
    }

    /// Removes folders of users who are not among `known`, if nothing has changed in them for `age`:
    /// who is new has a young one. Says how many those were.
    ///
    /// # Errors
    /// [`Error::File`] when they can't be read or removed.
    pub async fn remove_strangers(
        &self,
        known: HashSet<UserId>,
        age: Duration,
    ) -> Result<usize, Error> {
        let root = match &self.0 {
            Place::Folder(root) => root.clone(),
            Place::Bucket(bucket) => return bucket.remove_strangers(&known, age).await,
        };
        let known: HashSet<String> = known.iter().map(ToString::to_string).collect();
        blocking(move || {
            let mut gone = 0;
            for entry in fs::read_dir(root)? {
                let entry = entry?;
                let name = entry.file_name();
                let of_user = name.to_str().filter(|name| name.parse::<i64>().is_ok());
                let stranger = of_user.is_some_and(|name| !known.contains(name));
                if stranger && is_older(&entry.path(), age)? {
                    unless_missing(fs::remove_dir_all(entry.path()))?;
                    gone += 1;
                }
            }
            Ok(gone)
        })
        .await
    }

    /// The blobs of a user on one of the 256 shelves that have not been stored within `age`.
    ///
    /// # Errors
    /// [`Error::File`] when the shelf can't be read.
    pub async fn shelf(
        &self,
        user: UserId,
        shelf: u8,
        age: Duration,
    ) -> Result<Vec<Sha256>, Error> {
        let folder = match &self.0 {
            Place::Folder(root) => folder(root, user).join(hex(&[shelf])),
            Place::Bucket(bucket) => return bucket.shelf(user, shelf, age).await,
        };
        let listed = blocking(move || {
            let mut hashes = Vec::new();
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                let hash = entry.file_name().to_str().and_then(unhex);
                if let Some(hash) = hash
                    && is_older(&entry.path(), age)?
                {
                    hashes.push(hash);
                }
            }
            Ok(hashes)
        });
        match listed.await {
            Err(Error::File(error)) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            listed => listed,
        }
    }
}

/// Under another name nobody stores the same bytes any more: what is found there can be judged and
/// removed, and comes back when it is young after all.
fn remove_old(path: &Path, aside: &Path, age: Duration) -> io::Result<()> {
    if !is_older(path, age)? {
        return Ok(());
    }
    fs::rename(path, aside)?;
    match is_older(aside, age)? {
        true => fs::remove_file(aside),
        false => fs::rename(aside, path),
    }
}

fn unless_missing(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

pub(super) fn unhex(text: &str) -> Option<Sha256> {
    let mut octets = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (at, octet) in octets.iter_mut().enumerate() {
        let digits = text.get(2 * at..2 * at + 2)?;
        *octet = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(octets)
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
