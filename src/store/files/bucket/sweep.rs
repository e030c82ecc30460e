//! Removing what nobody wants any more.
//!
//! A bucket can't tell who was first, somebody who stores the same bytes once more or we who remove
//! them. So nothing goes at once: a blob without a row is put aside, and goes a day later, if there
//! is no row by then either. Until then it is found there by whoever reads it, and put back.

use std::{
    collections::HashSet,
    time::{Duration, SystemTime},
};

use futures_util::TryStreamExt as _;
use object_store::{Error as Fault, ObjectMeta, ObjectStore as _, ObjectStoreExt as _, path::Path};

use super::{super::sweep::unhex, Bucket, below, fault};
use crate::store::{blobs::Sha256, error::Error, files::hex, id::UserId, row::Field as _};

impl Bucket {
    fn unused(&self) -> Path {
        self.0.prefix.clone().join("unused")
    }

    fn aside(&self, user: UserId, sha256: &Sha256) -> Path {
        below(self.unused().join(user.to_string()), sha256)
    }

    /// Removes what has arrived of uploads that have not grown for `age`.
    pub(in crate::store::files) async fn sweep_spool(&self, age: Duration) -> Result<usize, Error> {
        let old = self.older(self.spool(), age).await?;
        let count = old.len();
        self.delete(old).await?;
        Ok(count)
    }

    /// Octets of uploads whose names begin like this.
    pub(in crate::store::files) async fn spooled(&self, begin: &str) -> Result<u64, Error> {
        let spool = self.spool();
        let listed = self.listed(Some(spool.clone())).await?;
        let own = listed.iter().filter(|one| {
            let name = one
                .location
                .prefix_match(&spool)
                .and_then(|mut parts| parts.next());
            name.is_some_and(|name| name.as_ref().starts_with(begin))
        });
        Ok(own.fold(0, |octets, one| octets.saturating_add(one.size)))
    }

    /// Puts a blob aside that has not been stored for `age`.
    pub(in crate::store::files) async fn remove(
        &self,
        user: UserId,
        sha256: &Sha256,
        age: Duration,
    ) -> Result<(), Error> {
        let path = self.path(user, sha256);
        match self.store().head(&path).await {
            Err(Fault::NotFound { .. }) => return Ok(()),
            Err(error) => return Err(fault(error)),
            Ok(meta) if !is_older(&meta, age) => return Ok(()),
            Ok(_) => {}
        }
        let aside = self.aside(user, sha256);
        self.store().copy(&path, &aside).await.map_err(fault)?;
        self.delete(vec![path]).await
    }

    /// Puts a blob back that was put aside. False when there is none.
    pub(in crate::store::files) async fn put_back(
        &self,
        user: UserId,
        sha256: &Sha256,
    ) -> Result<bool, Error> {
        let aside = self.aside(user, sha256);
        let path = self.path(user, sha256);
        match self.store().copy(&aside, &path).await {
            Ok(()) => Ok(true),
            Err(Fault::NotFound { .. }) => Ok(false),
            Err(error) => Err(fault(error)),
        }
    }

    /// What was put aside before `age`.
    pub(in crate::store::files) async fn put_aside(
        &self,
        age: Duration,
    ) -> Result<Vec<(UserId, Sha256)>, Error> {
        let old = self.older(self.unused(), age).await?;
        let named = old.iter().filter_map(|path| {
            let mut parts = path.parts().collect::<Vec<_>>().into_iter().rev();
            let sha256 = unhex(parts.next()?.as_ref())?;
            let user = parts.nth(1)?.as_ref().parse().ok()?;
            Some((UserId::from_column(user).ok()?, sha256))
        });
        Ok(named.collect())
    }

    /// Removes for good what was put aside.
    pub(in crate::store::files) async fn forget_aside(
        &self,
        user: UserId,
        sha256: &Sha256,
    ) -> Result<(), Error> {
        self.delete(vec![self.aside(user, sha256)]).await
    }

    /// Removes all bytes of a user who is gone.
    pub(in crate::store::files) async fn remove_all(&self, user: UserId) -> Result<(), Error> {
        for folder in [self.folder(user), self.unused().join(user.to_string())] {
            let listed = self.listed(Some(folder)).await?;
            let paths = listed.into_iter().map(|one| one.location).collect();
            self.delete(paths).await?;
        }
        Ok(())
    }

    /// Removes all bytes of users who are not among `known`, if none of them is younger than `age`.
    pub(in crate::store::files) async fn remove_strangers(
        &self,
        known: &HashSet<UserId>,
        age: Duration,
    ) -> Result<usize, Error> {
        let listed = self.store().list_with_delimiter(Some(&self.0.prefix));
        let listed = listed.await.map_err(fault)?;
        let mut gone = 0;
        for folder in listed.common_prefixes {
            let name = folder.filename().unwrap_or_default();
            let user = name.parse().ok().map(UserId::from_column);
            let Some(Ok(user)) =
                user.filter(|user| !matches!(user, Ok(user) if known.contains(user)))
            else {
                continue;
            };
            let mut objects = self.store().list(Some(&folder));
            let mut is_young = false;
            while let Some(one) = objects.try_next().await.map_err(fault)? {
                is_young |= !is_older(&one, age);
            }
            if !is_young {
                self.remove_all(user).await?;
                gone += 1;
            }
        }
        Ok(gone)
    }

    /// The blobs of a user on one of the 256 shelves that have not been stored within `age`.
    pub(in crate::store::files) async fn shelf(
        &self,
        user: UserId,
        shelf: u8,
        age: Duration,
    ) -> Result<Vec<Sha256>, Error> {
        let old = self
            .older(self.folder(user).join(hex(&[shelf])), age)
            .await?;
        let hashes = old.iter().filter_map(|path| unhex(path.filename()?));
        Ok(hashes.collect())
    }

    async fn older(&self, below: Path, age: Duration) -> Result<Vec<Path>, Error> {
        let listed = self.listed(Some(below)).await?;
        let old = listed.into_iter().filter(|one| is_older(one, age));
        Ok(old.map(|one| one.location).collect())
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "compared with the server's clock, not with ours"
)]
fn is_older(one: &ObjectMeta, age: Duration) -> bool {
    let stored = SystemTime::from(one.last_modified);
    let now = SystemTime::now();
    now.duration_since(stored).is_ok_and(|since| since > age)
}
