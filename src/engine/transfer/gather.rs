//! A message on its way: read to its end before it is written anywhere, so that all is known of it
//! that a server, an archive or a comparison wants to know first, and so that no slow reader holds a
//! connection. Small ones, which nearly all are, stay in memory.

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use ring::digest;

use crate::{
    engine::{account::Shared, error::Error, mailstore::Incoming, parts::Octets, secrets},
    mail::{
        header::{self, Field},
        mbox::Survey,
    },
    store::{
        blobs::Sha256,
        files::{Spool, Token},
        id::UserId,
    },
};

/// Messages of up to so many octets are kept in memory.
const SMALL: usize = 256 * 1024;

/// See the module's description.
#[derive(Debug)]
pub(super) struct Gathered {
    /// What was seen of it.
    pub(super) survey: Survey,
    /// The sha256 of its octets.
    pub(super) sha256: Sha256,
    /// All of it, or its beginning.
    head: Bytes,
    spool: Option<Spool>,
}

impl Gathered {
    /// Reads a message of at most `most` octets.
    pub(super) async fn of(
        shared: &Shared,
        user: UserId,
        pieces: impl Stream<Item = Result<Bytes, Error>>,
        most: u64,
    ) -> Result<Self, Error> {
        let mut pieces = std::pin::pin!(pieces);
        let mut survey = Survey::default();
        let mut digest = digest::Context::new(&digest::SHA256);
        let mut look = |piece: &Bytes| {
            survey.push(piece);
            digest.update(piece);
            match survey.size() > most {
                true => Err(Error::TooLarge),
                false => Ok(()),
            }
        };
        let mut head = BytesMut::new();
        let mut ended = false;
        while head.len() <= SMALL {
            let Some(piece) = pieces.try_next().await? else {
                ended = true;
                break;
            };
            look(&piece)?;
            head.extend_from_slice(&piece);
        }
        let head = head.freeze();
        let mut spool = None;
        if !ended {
            let token = Token::random()?;
            let mut file = shared.files.scratch(user, token).await?;
            let begun = stream::iter([Ok(head.clone())]);
            let rest = pieces.map(|piece| piece.and_then(|piece| look(&piece).map(|()| piece)));
            let written = file.append(begun.chain(rest), most).await;
            if let Err(error) = written {
                file.abandon().await;
                return Err(error);
            }
            spool = Some(file);
        }
        Ok(Self {
            survey,
            sha256: secrets::finished(digest),
            head,
            spool,
        })
    }

    /// Octets of it that are in memory.
    pub(super) fn len(&self) -> usize {
        self.head.len()
    }

    /// All of it, where that is in memory.
    pub(super) fn whole(&self) -> Option<Bytes> {
        self.spool.is_none().then(|| self.head.clone())
    }

    /// Its octets, as often as they are wanted.
    pub(super) async fn octets(&self) -> Result<Octets, Error> {
        match &self.spool {
            None => Ok(stream::iter([Ok(self.head.clone())]).boxed()),
            Some(spool) => {
                let read = spool.read().await?;
                Ok(read.map_err(Error::from).boxed())
            }
        }
    }

    /// For a folder here: as it is.
    pub(super) async fn as_it_is(&self) -> Result<Incoming, Error> {
        Ok(Incoming {
            size: usize::try_from(self.survey.size()).unwrap_or(usize::MAX),
            looked: self.octets().await?,
            octets: self.octets().await?,
        })
    }

    /// For a server: all lines end in CRLF (RFC 3501 §2.2).
    pub(super) async fn in_crlf(&self) -> Result<Incoming, Error> {
        Ok(Incoming {
            size: usize::try_from(self.survey.size_in_crlf()).unwrap_or(usize::MAX),
            looked: with_crlf(self.octets().await?),
            octets: with_crlf(self.octets().await?),
        })
    }

    /// The sha256 of what a server has of it.
    pub(super) async fn sha256_in_crlf(&self) -> Result<Sha256, Error> {
        let mut octets = with_crlf(self.octets().await?);
        let mut digest = digest::Context::new(&digest::SHA256);
        while let Some(piece) = octets.try_next().await? {
            digest.update(&piece);
        }
        Ok(secrets::finished(digest))
    }

    /// Its header fields, as far as they are in its beginning.
    pub(super) fn fields(&self) -> Vec<Field<'_>> {
        header::fields(&self.head)
    }

    /// It is where it should be, or nowhere.
    pub(super) async fn finish(self) {
        if let Some(spool) = &self.spool {
            spool.abandon().await;
        }
    }
}

/// Puts a CR before each LF that has none.
fn with_crlf(octets: Octets) -> Octets {
    let mended = octets.scan(0_u8, |last, piece| {
        let piece = piece.map(|piece| {
            let mut out = BytesMut::with_capacity(piece.len() + 64);
            for line in piece.split_inclusive(|octet| *octet == b'\n') {
                let text = line.strip_suffix(b"\n");
                let before = text.and_then(|text| text.last().copied().or(Some(*last)));
                out.extend_from_slice(text.unwrap_or(line));
                match before {
                    Some(b'\r') => out.extend_from_slice(b"\n"),
                    Some(_) => out.extend_from_slice(b"\r\n"),
                    None => {}
                }
                *last = line.last().copied().unwrap_or(*last);
            }
            out.freeze()
        });
        std::future::ready(Some(piece))
    });
    mended.boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_line_ends_in_crlf() {
        for (pieces, expected) in [
            (vec!["a\nb\r\n", "c"], "a\r\nb\r\nc"),
            (vec!["a\r", "\nb", "\n", "\n"], "a\r\nb\r\n\r\n"),
            (vec!["\n\r", "\r\n"], "\r\n\r\r\n"),
            (vec![""], ""),
        ] {
            let octets = stream::iter(pieces.into_iter().map(|piece| Ok(Bytes::from(piece))));
            let mended: Vec<Bytes> = with_crlf(octets.boxed()).try_collect().await.unwrap();
            assert_eq!(mended.concat(), expected.as_bytes());
        }
    }
}
