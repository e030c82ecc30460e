//! Attachments and raw messages, streamed: constant memory whatever their size, and no
//! connection held by a slow reader.
//!
//! Cost: one round trip per MiB, interleaved with other requests on the connection.

use std::pin::Pin;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};

use crate::{
    imap::error::Error as ImapError,
    mail::{id::EmailId, part::Part, transfer::Decoder},
};

use super::{
    account::{Account, Mailstore},
    error::Error,
};

/// Octets as they arrive.
pub type Octets = Pin<Box<dyn Stream<Item = Result<Bytes, Error>> + Send>>;

/// A part to be saved or shown.
pub struct Download {
    /// What it is.
    pub part: Part,
    /// Its decoded octets.
    pub octets: Octets,
}

impl Account {
    /// A part of a message, decoded.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a section that the message does not have.
    pub async fn part(&self, id: EmailId, section: &str) -> Result<Download, Error> {
        let opened = self.open_known(id).await?;
        let part = opened.part(section).filter(|part| !part.is_multipart("*"));
        let part = part.ok_or(Error::NotFound)?.clone();
        let octets: Octets = match opened.own_section(section) {
            Some(own) => Box::pin(stream::iter([Ok(own)])),
            None => self.section(opened.summary.placement, section).await?,
        };
        let octets = decoded(octets, Decoder::new(&part.encoding));
        Ok(Download { part, octets })
    }

    /// The message as it was sent.
    ///
    /// # Errors
    /// [`Error::NotFound`] and [`Error::Vanished`] as in [`Account::open`].
    pub async fn raw(&self, id: EmailId) -> Result<Octets, Error> {
        let opened = self.open_known(id).await?;
        self.section(opened.summary.placement, "").await
    }

    async fn section(&self, placement: EmailId, section: &str) -> Result<Octets, Error> {
        let located = self.locate(placement).await?;
        let EmailId {
            uid_validity, uid, ..
        } = located.placement;
        let Mailstore::Imap(client) = &self.0.mailstore;
        let pieces = client.stream(&located.mailbox.path, uid_validity, uid, section);
        Ok(Box::pin(pieces.map(|piece| {
            piece.map_err(|error: ImapError| error.into())
        })))
    }
}

/// Undoes the transfer encoding on the way.
fn decoded(octets: Octets, decoder: Decoder) -> Octets {
    let begun = (octets, Some(decoder));
    let pieces = stream::unfold(begun, |(mut octets, mut decoder)| async move {
        loop {
            // None: the last piece has gone out.
            let mut current = decoder.take()?;
            let piece = match octets.next().await {
                Some(Ok(piece)) => {
                    let piece = current.push(&piece);
                    decoder = Some(current);
                    Ok(piece)
                }
                Some(Err(error)) => Err(error),
                None => Ok(current.finish()),
            };
            // Nothing certain yet: an empty piece would look like the end to some readers.
            if decoder.is_some() && piece.as_ref().is_ok_and(Vec::is_empty) {
                continue;
            }
            return Some((piece.map(Bytes::from), (octets, decoder)));
        }
    });
    // Compression asks once more after the end.
    Box::pin(pieces.fuse())
}
