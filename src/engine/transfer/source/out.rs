//! What has been read, on its way to whoever files it.

use bytes::{Bytes, BytesMut};
use tokio::sync::mpsc::Sender;

use super::{Halt, Item, Piece};

/// Octets that are sent at once.
const PIECE: usize = 64 * 1024;

/// Waits where whoever files is slower.
pub(super) struct Out<'a> {
    pieces: &'a Sender<Piece>,
    /// Octets of the largest message.
    most: u64,
    gathered: BytesMut,
    /// Octets of the message that has begun; `None` between messages, and within one that was
    /// given up.
    size: Option<u64>,
}

impl<'a> Out<'a> {
    pub(super) fn new(pieces: &'a Sender<Piece>, most: u64) -> Self {
        Self {
            pieces,
            most,
            gathered: BytesMut::new(),
            size: None,
        }
    }

    pub(super) fn begin(&mut self, item: Item) -> Result<(), Halt> {
        self.size = Some(0);
        self.send(Piece::Begin(item))
    }

    pub(super) fn octets(&mut self, octets: &[u8]) -> Result<(), Halt> {
        let Some(size) = &mut self.size else {
            return Ok(());
        };
        *size += u64::try_from(octets.len()).unwrap_or(u64::MAX);
        if *size > self.most {
            return self.broken("transfer-too-large");
        }
        self.gathered.extend_from_slice(octets);
        if self.gathered.len() < PIECE {
            return Ok(());
        }
        let piece = self.gathered.split().freeze();
        self.send(Piece::Octets(piece))
    }

    pub(super) fn end(&mut self) -> Result<(), Halt> {
        if self.size.take().is_none() {
            return Ok(());
        }
        let rest: Bytes = self.gathered.split().freeze();
        if !rest.is_empty() {
            self.send(Piece::Octets(rest))?;
        }
        self.send(Piece::End)
    }

    /// The message that has begun is given up.
    pub(super) fn broken(&mut self, reason: &'static str) -> Result<(), Halt> {
        self.gathered.clear();
        match self.size.take() {
            Some(_) => self.send(Piece::Broken(reason)),
            None => Ok(()),
        }
    }

    /// A message has begun and not ended.
    pub(super) fn is_within(&self) -> bool {
        self.size.is_some()
    }

    pub(super) fn known(&mut self) -> Result<(), Halt> {
        self.send(Piece::Known)
    }

    pub(super) fn failed(&mut self, item: &str, reason: &'static str) -> Result<(), Halt> {
        self.send(Piece::Failed(item.to_owned(), reason))
    }

    fn send(&self, piece: Piece) -> Result<(), Halt> {
        self.pieces.blocking_send(piece).map_err(|_| Halt::Unwanted)
    }
}
