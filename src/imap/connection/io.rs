//! Bytes in and out of a connection: flights, frames, silence.

use std::sync::atomic::Ordering;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use super::{Connection, Unsent};
use crate::imap::{
    error::Error,
    source::Source,
    wire::response::{Response, Status},
};

/// Octets written at once.
const BATCH: usize = 64 << 10;

/// Octets that a server may send between two requests. A folder's flags changing under us by the
/// thousand is the most there is reason for.
const MAX_UNASKED: usize = 16 << 20;

impl Connection {
    /// Sends what is unsent: small pieces as one, large ones as they are.
    pub(super) async fn flush(&mut self) -> Result<(), Error> {
        if self.unsent.is_empty() {
            return Ok(());
        }
        self.counters.round_trips.fetch_add(1, Ordering::Relaxed);
        let mut batch = BytesMut::new();
        for piece in std::mem::take(&mut self.unsent) {
            let piece = match piece {
                Unsent::Bytes(piece) => piece,
                Unsent::Source(source) => {
                    self.write(&batch.split()).await?;
                    self.pass(&source).await?;
                    continue;
                }
            };
            if batch.len() + piece.len() <= BATCH {
                batch.extend_from_slice(&piece);
                continue;
            }
            self.write(&batch.split()).await?;
            self.write_large(piece).await?;
        }
        self.write(&batch).await?;
        let flushed = timeout(self.limits.silence, self.stream.flush()).await;
        flushed
            .map_err(|_| Error::Timeout)?
            .map_err(|_| Error::Disconnected)
    }

    /// Sends a literal's octets as they come. When they are not those that were announced, the rest
    /// of the connection would be read as part of them: it ends.
    async fn pass(&mut self, source: &Source) -> Result<(), Error> {
        let mut octets = source.take().ok_or(Error::Disconnected)?;
        let mut left = source.size();
        while let Some(piece) = octets.next().await {
            let piece = piece.map_err(|_| Error::Disconnected)?;
            let odd = !source.has_nul() && piece.contains(&0);
            left = left.checked_sub(piece.len()).ok_or(Error::Disconnected)?;
            if odd {
                return Err(Error::Disconnected);
            }
            self.write_large(piece).await?;
        }
        match left {
            0 => Ok(()),
            _ => Err(Error::Disconnected),
        }
    }

    /// In pieces, so that the time limit is one on silence and not on size.
    async fn write_large(&mut self, mut rest: Bytes) -> Result<(), Error> {
        while !rest.is_empty() {
            let next = rest.split_to(rest.len().min(BATCH));
            self.write(&next).await?;
        }
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let sent = timeout(self.limits.silence, self.stream.write_all(bytes)).await;
        sent.map_err(|_| Error::Timeout)?
            .map_err(|_| Error::Disconnected)
    }

    /// The next response and its size, awaited no longer than the limit on silence.
    pub(in crate::imap) async fn next(&mut self) -> Result<(Response, usize), Error> {
        loop {
            if let Some(frame) = self.framed()? {
                let size = frame.len();
                return Ok((Response::parse(frame), size));
            }
            match timeout(self.limits.silence, self.fill()).await {
                Ok(outcome) => outcome?,
                Err(_) => return Err(Error::Timeout),
            }
        }
    }

    pub(super) fn framed(&mut self) -> Result<Option<Bytes>, Error> {
        let frame = self.framer.next(&mut self.unread);
        frame.map_err(|_| Error::Limit("one response"))
    }

    /// Reads what has come. Cancel-safe.
    pub(super) async fn fill(&mut self) -> Result<(), Error> {
        self.unread.reserve(16 << 10);
        let n = self.stream.read_buf(&mut self.unread).await.unwrap_or(0);
        self.filled(n)
    }

    /// Reads the beginning of what comes at some time. Nearly all connections wait for that nearly
    /// always, so none holds a buffer meanwhile. Cancel-safe.
    pub(super) async fn fill_at_some_time(&mut self) -> Result<(), Error> {
        if self.unread.is_empty() {
            self.unread = BytesMut::new();
        }
        let mut beginning = [0; 512];
        let n = self.stream.read(&mut beginning).await.unwrap_or(0);
        self.unread
            .extend_from_slice(beginning.get(..n).unwrap_or_default());
        self.filled(n)
    }

    /// So many octets have come; none when the connection has ended.
    fn filled(&mut self, n: usize) -> Result<(), Error> {
        if n == 0 {
            return Err(Error::Disconnected);
        }
        self.read = self.read.saturating_add(n);
        self.unasked = self.unasked.saturating_add(n);
        if self.abandoned.load(Ordering::Relaxed) {
            self.drained = self.drained.saturating_add(n);
            if self.drained > self.limits.drain_bytes {
                return Err(Error::Limit("an abandoned request"));
            }
        }
        Ok(())
    }

    /// Reads while nothing is asked, so that a closed connection is noticed and the folder's
    /// state stays true. Returns when something came; cancel-safe.
    pub(in crate::imap) async fn listen(&mut self) -> Result<(), Error> {
        self.fill_at_some_time().await?;
        while let Some(frame) = self.framed()? {
            match Response::parse(frame) {
                Response::Status {
                    status: Status::Bye,
                    ..
                } => return Err(Error::Disconnected),
                Response::Tagged { .. } | Response::Continue { .. } => {
                    return Err(Error::Protocol("an answer to nothing"));
                }
                other => {
                    self.observe(&other);
                }
            }
        }
        match self.unasked > MAX_UNASKED {
            true => Err(Error::Limit("unasked data")),
            false => Ok(()),
        }
    }

    /// Says goodbye, without waiting for long.
    pub(in crate::imap) async fn close(mut self) {
        self.unsent
            .push(Unsent::Bytes(Bytes::from_static(b"A0 LOGOUT\r\n")));
        let drain = self.limits.drain;
        let farewell = async {
            let _ = self.flush().await;
            let _ = self.stream.shutdown().await;
        };
        let _ = timeout(drain, farewell).await;
    }
}
