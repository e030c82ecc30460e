//! Copying blobs elsewhere: each is compared with its name on the way, and is there whole or not at
//! all. What is there already stays.

use std::{
    collections::HashSet,
    fs,
    io::{self, Read as _, Write as _},
    path::Path,
};

use bytes::Bytes;
use ring::digest;

use super::{
    Files, PIECE, Place, blocking, coding, folder, hex, make_folder, path, private, spool,
    spool::sync_folders, sweep::unhex,
};
use crate::store::{backup::Named, blobs::Sha256, error::Error, id::UserId};

/// What became of some blobs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Copied now.
    pub copied: u64,
    /// Octets of these.
    pub bytes: u64,
    /// Hard links to those of an earlier copy.
    pub linked: u64,
    /// There already.
    pub kept: u64,
    /// Not there, or not what their name says.
    pub damaged: Vec<(UserId, Sha256)>,
    /// In the copy, and wanted no more.
    pub unwanted: Vec<(UserId, Sha256)>,
}

impl Copied {
    /// Both together.
    pub fn add(&mut self, other: Self) {
        self.copied += other.copied;
        self.bytes += other.bytes;
        self.linked += other.linked;
        self.kept += other.kept;
        self.damaged.extend(other.damaged);
        self.unwanted.extend(other.unwanted);
    }
}

impl Files {
    /// Brings one shelf of a copy up to date: `wanted` from here, or as links to those of an
    /// earlier copy.
    ///
    /// # Errors
    /// [`Error::File`] when the copy can't be written.
    pub async fn copy_shelf(
        &self,
        to: &Self,
        earlier: Option<&Self>,
        user: UserId,
        shelf: u8,
        wanted: Vec<Named>,
    ) -> Result<Copied, Error> {
        let root = to.root()?.to_owned();
        let earlier = earlier.map(|earlier| earlier.root().map(Path::to_owned));
        let earlier = earlier.transpose()?;
        let place = folder(&root, user).join(hex(&[shelf]));
        let (at, here) = (root.clone(), place.clone());
        let from = match &self.0 {
            Place::Folder(from) => Some(from.clone()),
            Place::Bucket(_) => None,
        };
        let looked = blocking(move || {
            let mut done = Copied::default();
            let mut missing = Vec::new();
            let mut there = listed(&here)?;
            for Named {
                sha256,
                stored_size,
            } in wanted
            {
                let target = path(&at, user, &sha256);
                // A row may be older than its file, and the file shorter than it was.
                let own = from.as_ref().map(|from| path(from, user, &sha256));
                let own = own.and_then(|own| i64::try_from(fs::metadata(own).ok()?.len()).ok());
                let fits = |path: &Path| {
                    has_size(path, stored_size)
                        || own.is_some_and(|own| has_size(path, own))
                        || (from.is_none() && holds(path, &sha256))
                };
                if there.remove(&sha256) && fits(&target) {
                    done.kept += 1;
                    continue;
                }
                make_folder(&here)?;
                let before = earlier.as_ref().map(|earlier| path(earlier, user, &sha256));
                if let Some(before) = before.filter(|before| fits(before))
                    && fs::hard_link(before, &target).is_ok()
                {
                    done.linked += 1;
                } else {
                    missing.push(sha256);
                }
            }
            done.unwanted = there.into_iter().map(|sha256| (user, sha256)).collect();
            Ok((done, missing))
        });
        let (mut done, missing) = looked.await?;
        for sha256 in missing {
            match self.copy_one(&root, user, sha256).await? {
                Some(bytes) => {
                    done.copied += 1;
                    done.bytes += bytes;
                }
                None => done.damaged.push((user, sha256)),
            }
        }
        if done.copied + done.linked > 0 {
            blocking(move || sync_folders(&place)).await?;
        }
        Ok(done)
    }

    /// Octets copied; nothing where the blob is missing or another than its name says.
    async fn copy_one(
        &self,
        to: &Path,
        user: UserId,
        sha256: Sha256,
    ) -> Result<Option<u64>, Error> {
        let target = path(to, user, &sha256);
        let spool = spool(to).join(format!("{user}-{}-copy", hex(&sha256)));
        match &self.0 {
            Place::Folder(root) => {
                let source = path(root, user, &sha256);
                blocking(move || copy(&source, &spool, &target, &sha256)).await
            }
            Place::Bucket(bucket) => {
                let into = spool.clone();
                let into = blocking(move || written_anew(&into)).await?;
                let fetched = bucket.fetch(user, &sha256, into).await?;
                blocking(move || match fetched {
                    Some(_) => fs::rename(spool, target),
                    None => fs::remove_file(spool),
                })
                .await?;
                Ok(fetched)
            }
        }
    }

    /// Removes blobs of a copy.
    ///
    /// # Errors
    /// [`Error::File`] when one can't be removed.
    pub async fn forget(&self, unwanted: Vec<(UserId, Sha256)>) -> Result<(), Error> {
        let root = self.root()?.to_owned();
        blocking(move || {
            for (user, sha256) in unwanted {
                fs::remove_file(path(&root, user, &sha256))?;
            }
            Ok(())
        })
        .await
    }
}

fn listed(folder: &Path) -> io::Result<HashSet<Sha256>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(HashSet::new()),
        entries => entries?,
    };
    let mut hashes = HashSet::new();
    for entry in entries {
        hashes.extend(entry?.file_name().to_str().and_then(unhex));
    }
    Ok(hashes)
}

/// Whether a file with these octets holds what its name says.
fn is_whole(stored: &[u8], sha256: &Sha256) -> bool {
    let octets = coding::decode(Bytes::copy_from_slice(stored), sha256);
    octets.is_ok_and(|octets| digest::digest(&digest::SHA256, &octets).as_ref() == sha256)
}

/// The same of a small file that is there. Looking at it asks nobody, and in a bucket's copy sizes
/// may differ from what the row says: a frame that was brought there is copied as what is in it.
fn holds(path: &Path, sha256: &Sha256) -> bool {
    let is_small = fs::metadata(path).is_ok_and(|file| coding::may_be_framed(file.len()));
    is_small && fs::read(path).is_ok_and(|stored| is_whole(&stored, sha256))
}

fn has_size(path: &Path, size: i64) -> bool {
    fs::metadata(path).is_ok_and(|file| i64::try_from(file.len()) == Ok(size))
}

fn written_anew(path: &Path) -> io::Result<fs::File> {
    let mut options = private();
    options.write(true).create(true).truncate(true).open(path)
}

/// Octets copied; nothing where the source is missing, unreadable, or another than its name says.
fn copy(source: &Path, spool: &Path, target: &Path, sha256: &Sha256) -> io::Result<Option<u64>> {
    let Ok(mut source) = fs::File::open(source) else {
        return Ok(None);
    };
    let mut out = written_anew(spool)?;
    if coding::may_be_framed(source.metadata()?.len()) {
        let mut stored = Vec::new();
        if source.read_to_end(&mut stored).is_err() || !is_whole(&stored, sha256) {
            fs::remove_file(spool)?;
            return Ok(None);
        }
        out.write_all(&stored)?;
        out.sync_all()?;
        fs::rename(spool, target)?;
        return Ok(Some(stored.len() as u64));
    }
    let mut context = digest::Context::new(&digest::SHA256);
    let mut piece = vec![0; PIECE];
    let mut bytes = 0;
    let whole = loop {
        let Ok(read) = source.read(&mut piece) else {
            break false;
        };
        if read == 0 {
            break true;
        }
        let read = piece.get(..read).unwrap_or_default();
        context.update(read);
        out.write_all(read)?;
        bytes += read.len() as u64;
    };
    if !whole || context.finish().as_ref() != sha256 {
        fs::remove_file(spool)?;
        return Ok(None);
    }
    out.sync_all()?;
    fs::rename(spool, target)?;
    Ok(Some(bytes))
}
