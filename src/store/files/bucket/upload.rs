//! What is arriving: objects one after the other while it may go on later, and a blob when it is
//! whole.

use std::{fs, sync::Arc};

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream, stream::BoxStream};
use object_store::{MultipartUpload, ObjectStore as _, path::Path};

use super::{Bucket, PART, fault, other, read_at, write_at};
use crate::store::{blobs::Sha256, error::Error, id::UserId};

/// Digits of an offset in the name of an object, so that they are in order.
const DIGITS: usize = 20;

impl Bucket {
    /// Where an upload of this name is gathered.
    pub(in crate::store::files) fn gathering(&self, name: String) -> Path {
        self.spool().join(name)
    }

    /// How much of an upload has arrived.
    pub(in crate::store::files) async fn gathered(&self, upload: &Path) -> Result<u64, Error> {
        let parts = self.parts(upload).await?;
        Ok(parts.last().map_or(0, |(_, end)| *end))
    }

    /// The objects of an upload that follow each other without a gap, and where each ends.
    async fn parts(&self, upload: &Path) -> Result<Vec<(Path, u64)>, Error> {
        let mut listed = self.listed(Some(upload.clone())).await?;
        listed.sort_by(|a, b| a.location.cmp(&b.location));
        let (mut parts, mut end) = (Vec::new(), 0_u64);
        for one in listed {
            let offset = one.location.filename().and_then(|name| name.parse().ok());
            if offset == Some(end) && one.size > 0 {
                end = end.saturating_add(one.size);
                parts.push((one.location, end));
            }
        }
        Ok(parts)
    }

    /// Octets of an upload, from where it has come to.
    pub(in crate::store::files) async fn gather(
        &self,
        upload: &Path,
        at: u64,
        octets: Bytes,
    ) -> Result<(), Error> {
        let part = upload.clone().join(format!("{at:0DIGITS$}"));
        self.put(&part, octets).await
    }

    /// What has arrived of an upload, in pieces.
    pub(in crate::store::files) async fn read_gathered(
        &self,
        upload: &Path,
    ) -> Result<BoxStream<'static, Result<Bytes, Error>>, Error> {
        let bucket = self.clone();
        let parts = self.parts(upload).await?;
        let read = stream::iter(parts.into_iter().map(Ok::<_, Error>));
        let read = read.and_then(move |(part, _)| {
            let bucket = bucket.clone();
            async move { bucket.pieces(part, 0).await }
        });
        Ok(read.try_flatten().boxed())
    }

    /// The same as a file of our own, and its length.
    pub(in crate::store::files) async fn fetch_gathered(
        &self,
        upload: &Path,
    ) -> Result<(Arc<fs::File>, u64), Error> {
        let file = self.loose().await?;
        let (mut pieces, mut end) = (self.read_gathered(upload).await?, 0);
        while let Some(piece) = pieces.try_next().await? {
            end = write_at(&file, piece, end).await?;
        }
        Ok((file, end))
    }

    /// Throws away what has arrived of an upload.
    pub(in crate::store::files) async fn drop_gathered(&self, upload: &Path) -> Result<(), Error> {
        let listed = self.listed(Some(upload.clone())).await?;
        let paths = listed.into_iter().map(|one| one.location).collect();
        self.delete(paths).await
    }

    /// Octets at hand become a blob.
    pub(in crate::store::files) async fn put_blob(
        &self,
        user: UserId,
        sha256: &Sha256,
        octets: Bytes,
    ) -> Result<(), Error> {
        self.put(&self.path(user, sha256), octets).await
    }

    /// A file of ours becomes a blob. Written even where there is one like it, which is young again
    /// by that.
    pub(in crate::store::files) async fn put_file(
        &self,
        user: UserId,
        sha256: &Sha256,
        file: &Arc<fs::File>,
        length: u64,
    ) -> Result<(), Error> {
        let path = self.path(user, sha256);
        if length <= PART as u64 {
            let octets = read_at(file, 0, PART).await?;
            return self.put(&path, octets).await;
        }
        let begun = self.store().put_multipart_opts(&path, Default::default());
        let mut upload = begun.await.map_err(fault)?;
        let put = put_parts(&mut *upload, file, length).await;
        if put.is_err() {
            // What can't be taken back now, a server's rules for old uploads take away.
            let _left = upload.abort().await;
        }
        put
    }
}

async fn put_parts(
    upload: &mut dyn MultipartUpload,
    file: &Arc<fs::File>,
    length: u64,
) -> Result<(), Error> {
    let mut at = 0;
    while at < length {
        let part = read_at(file, at, PART).await?;
        if part.is_empty() {
            return Err(other("a file has become shorter"));
        }
        at = at.saturating_add(part.len() as u64);
        upload.put_part(part.into()).await.map_err(fault)?;
    }
    upload.complete().await.map(drop).map_err(fault)
}
