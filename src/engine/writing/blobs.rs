//! Octets by their hash: what programs bring before they say what it is for. Kept for a day unless
//! a draft names them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};

use crate::store::{self, blobs::Sha256, files::Stored};

use super::{
    super::{account::Account, error::Error, parts::Octets},
    Attachment, Described,
};

/// Stored octets of this account's user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blob(pub(super) Sha256);

impl Blob {
    /// Reads what [`Blob::to_text`] gave.
    pub fn from_text(text: &str) -> Option<Self> {
        BASE64URL.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// 43 base64url characters.
    pub fn to_text(self) -> String {
        BASE64URL.encode(self.0)
    }
}

impl Account {
    /// Stores octets; says how many they are.
    ///
    /// # Errors
    /// [`Error::TooLarge`] past `limits.upload_mib`, [`Error::Invalid`] for a full quota, what the
    /// stream says.
    pub async fn store_blob(
        &self,
        bytes: impl Stream<Item = Result<Bytes, Error>>,
    ) -> Result<(Blob, u64), Error> {
        let stored = self.stored(bytes).await?;
        Ok((Blob(stored.sha256), stored.size))
    }

    /// Stored octets, and how many they are.
    ///
    /// # Errors
    /// [`Error::NotFound`] when this user has none of that hash.
    pub async fn blob(&self, blob: Blob) -> Result<(Octets, u64), Error> {
        let size = self.blob_size(blob).await?;
        let (files, user) = (&self.0.shared.files, self.0.user);
        let octets = files.read(user, &blob.0, 0).await?;
        Ok((
            Box::pin(octets.map(|piece| piece.map_err(Error::from))),
            size,
        ))
    }

    /// How many stored octets there are of this hash.
    ///
    /// # Errors
    /// As [`Account::blob`].
    pub async fn blob_size(&self, blob: Blob) -> Result<u64, Error> {
        let row = store::blobs::get(&self.0.shared.store, self.0.user, &blob.0).await?;
        let size = row.ok_or(Error::NotFound)?.size;
        Ok(u64::try_from(size).unwrap_or(0))
    }

    /// Attaches stored octets to a draft. Gives the file with the draft's new revision.
    ///
    /// # Errors
    /// As [`Account::attach_upload`] and [`Account::blob`].
    pub async fn attach_blob(
        &self,
        draft: i64,
        blob: Blob,
        described: Described<'_>,
    ) -> Result<(Attachment, i64), Error> {
        let size = self.blob_size(blob).await?;
        let stored = Stored {
            sha256: blob.0,
            size,
            stored_size: size,
        };
        // Known again for a day, so that it does not go between this look and the draft's row.
        self.keep_blob(&stored).await?;
        self.attach(draft, stored, described, false).await
    }
}
