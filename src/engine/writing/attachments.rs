//! The files of a draft.

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};

use crate::{
    mail::{header, id::EmailId},
    store::{
        self,
        drafts::attachments::{AttachmentRow, NewAttachment},
        files::Stored,
    },
};

use super::{
    super::{account::Account, error::Error, parts::Octets},
    Blob, Upload,
};

/// Files that a draft may have.
pub(super) const MOST: usize = 500;

/// A file in a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its number.
    pub id: i64,
    /// Its octets.
    pub blob: Blob,
    /// Its name.
    pub name: String,
    /// `type/subtype`.
    pub media_type: String,
    /// Octets.
    pub size: u64,
    /// Shown in the text, not beside it.
    pub inline: bool,
    /// What the text calls it by, without brackets; empty for files beside it.
    pub cid: String,
}

/// What is said of a file that is to be attached.
#[derive(Clone, Copy, Debug)]
pub struct Described<'a> {
    /// Its name, from the person's machine or another message.
    pub name: &'a str,
    /// What it is said to be.
    pub media_type: &'a str,
    /// What the text is to call it by; `None` for a file beside it.
    pub cid: Option<&'a str>,
}

/// A file whose octets are stored, for a draft that is to be made.
#[derive(Clone, Debug)]
pub(super) struct AtHand {
    stored: Stored,
    name: String,
    media_type: String,
    cid: Option<String>,
}

impl AtHand {
    /// As the draft's row.
    pub(super) fn row(&self) -> NewAttachment<'_> {
        NewAttachment {
            sha256: self.stored.sha256,
            name: &self.name,
            media_type: &self.media_type,
            size: i64::try_from(self.stored.size).unwrap_or(i64::MAX),
            inline: self.cid.is_some(),
            cid: self.cid.as_deref().unwrap_or_default(),
        }
    }
}

impl Account {
    /// The files of a draft, in order.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn attachments(&self, draft: i64) -> Result<Vec<Attachment>, Error> {
        let store = &self.0.shared.store;
        let rows = store::drafts::attachments::list(store, self.0.user, draft).await?;
        Ok(rows.into_iter().map(Attachment::from).collect())
    }

    /// Attaches a file that has been uploaded. Gives it with the draft's new revision.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a draft, [`Error::Invalid`] for too many files or a full
    /// quota.
    pub async fn attach_upload(
        &self,
        draft: i64,
        upload: Upload,
        name: &str,
        media_type: &str,
        inline: bool,
    ) -> Result<(Attachment, i64), Error> {
        let spool = self.0.shared.files.upload(self.0.user, upload.0).await?;
        let stored = spool.finish().await?;
        self.keep_blob(&stored).await?;
        let cid = inline.then(|| format!("{}@restante", upload.to_text()));
        let described = Described {
            name,
            media_type,
            cid: cid.as_deref(),
        };
        self.attach(draft, stored, described, false).await
    }

    /// Attaches what a form brings, unless the draft has that very file.
    ///
    /// # Errors
    /// As [`Account::attach_upload`]; [`Error::TooLarge`] past `limits.upload_mib`.
    pub async fn attach_stream(
        &self,
        draft: i64,
        described: Described<'_>,
        bytes: impl Stream<Item = Result<Bytes, Error>>,
    ) -> Result<(Attachment, i64), Error> {
        let stored = self.stored(bytes).await?;
        self.attach(draft, stored, described, true).await
    }

    /// A part of a message, without a way through the browser.
    ///
    /// # Errors
    /// As [`Account::attach_stream`] and [`Account::part`].
    pub(super) async fn part_at_hand(
        &self,
        email: EmailId,
        section: &str,
        cid: Option<&str>,
    ) -> Result<AtHand, Error> {
        let part = self.part(email, section).await?;
        let name = part.part.filename.as_deref().unwrap_or_default();
        Ok(AtHand {
            name: header::safe_filename(name).unwrap_or_default(),
            media_type: media_type(&part.part.media_type).to_owned(),
            cid: cid.map(str::to_owned),
            stored: self.stored(part.octets).await?,
        })
    }

    /// A whole message as a file.
    ///
    /// # Errors
    /// As [`Account::part_at_hand`].
    pub(super) async fn message_at_hand(
        &self,
        email: EmailId,
        name: &str,
    ) -> Result<AtHand, Error> {
        let octets = self.raw(email).await?;
        Ok(AtHand {
            name: header::safe_filename(name).unwrap_or_default(),
            media_type: "message/rfc822".to_owned(),
            cid: None,
            stored: self.stored(octets).await?,
        })
    }

    pub(super) async fn stored(
        &self,
        bytes: impl Stream<Item = Result<Bytes, Error>>,
    ) -> Result<Stored, Error> {
        let files = &self.0.shared.files;
        let (user, token) = (self.0.user, Upload::begin()?.0);
        let stored = files.store(user, token, bytes, self.upload_most()).await?;
        self.keep_blob(&stored).await?;
        Ok(stored)
    }

    /// Takes a file off a draft. Gives the draft's new revision.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn detach(&self, draft: i64, attachment: i64) -> Result<i64, Error> {
        let store = &self.0.shared.store;
        let (user, now) = (self.0.user, self.now());
        let revision =
            store::drafts::attachments::remove(store, user, draft, attachment, now).await?;
        revision.ok_or(Error::NotFound)
    }

    /// A file of a draft and its octets.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none; when the disk fails.
    pub async fn attachment(
        &self,
        draft: i64,
        attachment: i64,
    ) -> Result<(Attachment, Octets), Error> {
        let store = &self.0.shared.store;
        let rows = store::drafts::attachments::list(store, self.0.user, draft).await?;
        let row = rows.into_iter().find(|row| row.id.get() == attachment);
        let row = row.ok_or(Error::NotFound)?;
        let sha256 = row.sha256;
        let octets = self.0.shared.files.read(self.0.user, &sha256, 0).await?;
        let octets = octets.map(|piece| piece.map_err(Error::from));
        Ok((row.into(), Box::pin(octets)))
    }

    pub(super) async fn attach(
        &self,
        draft: i64,
        stored: Stored,
        described: Described<'_>,
        once: bool,
    ) -> Result<(Attachment, i64), Error> {
        let store = &self.0.shared.store;
        let (user, now) = (self.0.user, self.now());
        let present = store::drafts::attachments::list(store, user, draft).await?;
        if present.len() >= MOST {
            return Err(Error::Invalid("draft-too-many-files"));
        }
        let name = header::safe_filename(described.name).unwrap_or_default();
        let new = NewAttachment {
            sha256: stored.sha256,
            name: &name,
            media_type: media_type(described.media_type),
            size: i64::try_from(stored.size).unwrap_or(i64::MAX),
            inline: described.cid.is_some(),
            cid: described.cid.unwrap_or_default(),
        };
        let added = match once {
            true => store::drafts::attachments::add_once(store, user, draft, &new, now).await?,
            false => store::drafts::attachments::add(store, user, draft, &new, now).await?,
        };
        let (row, revision) = added.ok_or(Error::NotFound)?;
        Ok((row.into(), revision))
    }

    /// Writes down that a blob is there. Until something names it, it is kept for a day.
    pub(in crate::engine) async fn keep_blob(&self, stored: &Stored) -> Result<(), Error> {
        let shared = &self.0.shared;
        let octets = |octets| i64::try_from(octets).unwrap_or(i64::MAX);
        let quota = match shared.config.limits.quota_mib {
            0 => None,
            mib => Some(i64::from(mib) << 20),
        };
        store::blobs::add(
            &shared.store,
            self.0.user,
            &stored.sha256,
            octets(stored.size),
            octets(stored.stored_size),
            quota,
            self.now(),
        )
        .await?;
        Ok(())
    }
}

/// The media type where it is one (RFC 2045 §5.1).
fn media_type(said: &str) -> &str {
    let said = said.split(';').next().unwrap_or_default().trim();
    let token = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    match said.split_once('/') {
        Some((kind, subtype)) if said.len() <= 127 && token(kind) && token(subtype) => said,
        _ => "application/octet-stream",
    }
}

impl From<AttachmentRow> for Attachment {
    fn from(row: AttachmentRow) -> Self {
        Self {
            id: row.id.get(),
            blob: Blob(row.sha256),
            name: row.name,
            media_type: row.media_type,
            size: u64::try_from(row.size).unwrap_or(0),
            inline: row.inline,
            cid: row.cid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_media_type_is_octets() {
        assert_eq!(media_type("image/png; charset=x"), "image/png");
        for wrong in ["", "image", "image/", "a/b c", "text/html\r\nX: y", "a/b/c"] {
            assert_eq!(media_type(wrong), "application/octet-stream", "{wrong:?}");
        }
    }
}
