//! Attachments and raw messages, streamed: constant memory whatever their size, and no
//! connection held by a slow reader.
//!
//! Cost: one round trip per MiB, interleaved with other requests on the connection; none for mail
//! that is stored here.

use std::pin::Pin;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};

use crate::mail::{id::EmailId, part::Part, transfer::Decoder};

use super::{account::Account, error::Error, read::Own};

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
        let placement = opened.summary.placement;
        let octets: Octets = match opened.own_section(section) {
            Some(Own::Octets(own)) => Box::pin(stream::iter([Ok(own)])),
            Some(Own::Span(span)) => {
                let located = self.locate(placement).await?;
                self.0.mailstore.span(&located, span).await?
            }
            None => {
                let located = self.locate(placement).await?;
                self.0.mailstore.section(&located, section).await?
            }
        };
        let octets = decoded(octets, Decoder::new(&part.encoding));
        Ok(Download { part, octets })
    }

    /// How many octets [`Account::part`] gives. Reads all of them, the first time that it is asked:
    /// how much of a part is transfer encoding, nobody says.
    ///
    /// # Errors
    /// As [`Account::part`].
    pub async fn part_size(&self, id: EmailId, section: &str) -> Result<u64, Error> {
        let placement = self.open_known(id).await?.summary.placement;
        let key = (self.0.id, placement, section.to_owned());
        let sizes = &self.0.shared.caches.sizes;
        if let Some(size) = sizes.get(&key) {
            return Ok(size);
        }
        let mut octets = self.part(id, section).await?.octets;
        let mut size = 0_u64;
        while let Some(piece) = octets.next().await.transpose()? {
            size = size.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        }
        sizes.insert(key, size);
        Ok(size)
    }

    /// The message as it was sent.
    ///
    /// # Errors
    /// [`Error::NotFound`] and [`Error::Vanished`] as in [`Account::open`].
    pub async fn raw(&self, id: EmailId) -> Result<Octets, Error> {
        let opened = self.open_known(id).await?;
        self.whole(opened.summary.placement).await
    }

    /// The whole message.
    async fn whole(&self, placement: EmailId) -> Result<Octets, Error> {
        let located = self.locate(placement).await?;
        self.0.mailstore.section(&located, "").await
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
