//! Files on their way to a draft. They come in pieces that can go on after a break, and are kept
//! for a day whatever happens to the page.

use bytes::Bytes;
use futures_util::Stream;

use crate::store::files::Token;

use super::super::{account::Account, error::Error};

/// An upload that has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upload(pub(in crate::engine) Token);

impl Upload {
    /// Reads what [`Upload::to_text`] gave.
    pub fn from_text(text: &str) -> Option<Self> {
        Token::from_text(text).map(Self)
    }

    /// 22 base64url characters.
    pub fn to_text(self) -> String {
        self.0.to_text()
    }

    /// One that nobody else has.
    pub(in crate::engine) fn begin() -> Result<Self, Error> {
        Ok(Self(Token::random()?))
    }
}

impl Account {
    /// A place for a file to come.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn begin_upload(&self) -> Result<Upload, Error> {
        let upload = Upload::begin()?;
        self.0.shared.files.upload(self.0.user, upload.0).await?;
        Ok(upload)
    }

    /// How many octets of it have arrived.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn upload_length(&self, upload: Upload) -> Result<u64, Error> {
        let spool = self.0.shared.files.upload(self.0.user, upload.0).await?;
        Ok(spool.len())
    }

    /// Takes the octets from `offset` on. Gives the length afterwards, which the sender compares:
    /// where `offset` is not the end, nothing is written.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for a file larger than `limits.upload_mib`; what the stream says.
    pub async fn append_upload(
        &self,
        upload: Upload,
        offset: u64,
        bytes: impl Stream<Item = Result<Bytes, Error>>,
    ) -> Result<u64, Error> {
        let files = &self.0.shared.files;
        let mut spool = files.upload(self.0.user, upload.0).await?;
        if spool.len() == offset {
            spool.append(bytes, self.upload_most()).await?;
        }
        Ok(spool.len())
    }

    /// Throws away what has arrived.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn abandon_upload(&self, upload: Upload) -> Result<(), Error> {
        let spool = self.0.shared.files.upload(self.0.user, upload.0).await?;
        spool.abandon().await;
        Ok(())
    }

    /// Octets that one file may have.
    pub fn upload_most(&self) -> u64 {
        u64::from(self.0.shared.config.limits.upload_mib) << 20
    }
}
