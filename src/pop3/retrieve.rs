//! Messages on their way to us, at constant memory.

use std::{collections::VecDeque, vec};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, stream};
use tokio::time::Instant;

use super::{
    connection::Connection,
    error::{Error, Refusal, Stage},
    listing::Number,
    unstuff::Unstuffer,
};

/// Messages asked for before the first one has come. Enough to fill the line with small ones, and
/// few enough that a server which must read them from disk does not do so in vain.
const AHEAD: usize = 16;

/// Messages that come one after another.
pub struct Retrieval<'a> {
    connection: &'a mut Connection,
    waiting: vec::IntoIter<Number>,
    asked: VecDeque<Number>,
    ahead: usize,
}

/// The server's answer to RETR.
pub struct Retrieved<'a> {
    /// Which message.
    pub number: Number,
    /// Its octets, or why there are none: the others are not affected.
    pub outcome: Result<Content<'a>, Refusal>,
}

impl<'a> Retrieval<'a> {
    pub(super) fn new(
        connection: &'a mut Connection,
        numbers: Vec<Number>,
        together: bool,
    ) -> Self {
        Self {
            connection,
            waiting: numbers.into_iter(),
            asked: VecDeque::new(),
            ahead: if together { AHEAD } else { 1 },
        }
    }

    /// The next message; `None` after the last. The one before must have been read to its end.
    ///
    /// # Errors
    /// Any [`Error`] but a refusal. What was read before stays read.
    pub async fn next(&mut self) -> Result<Option<Retrieved<'_>>, Error> {
        let at = Stage::Retr;
        // Several are asked for at once, so that not each message costs a packet of its own.
        let more = match self.asked.len() {
            few if few <= self.ahead / 2 => self.ahead - few,
            _ => 0,
        };
        let more: Vec<Number> = self.waiting.by_ref().take(more).collect();
        if !more.is_empty() {
            let lines: String = more
                .iter()
                .map(|number| format!("RETR {number}\r\n"))
                .collect();
            self.connection
                .send(lines.as_bytes(), more.len(), at)
                .await?;
            self.asked.extend(more);
        }
        let Some(number) = self.asked.pop_front() else {
            return Ok(None);
        };
        let limit = self.connection.limits().command;
        let outcome = match self.connection.ok(at, limit).await {
            Ok(_) => Ok(Content::new(self.connection, at)),
            Err(Error::Refused(refusal)) => Err(refusal),
            Err(error) => return Err(error),
        };
        Ok(Some(Retrieved { number, outcome }))
    }

    /// No more are asked for than are on their way already, which have still to be read.
    pub fn stop(&mut self) {
        self.waiting = Vec::new().into_iter();
    }
}

/// The octets of a message, dots taken off, exactly as the server sends them otherwise. Dropped
/// before its end, the session is of no more use.
pub struct Content<'a> {
    connection: &'a mut Connection,
    unstuffer: Unstuffer,
    at: Stage,
    octets: u64,
    deadline: Instant,
    ended: bool,
}

impl<'a> Content<'a> {
    pub(super) fn new(connection: &'a mut Connection, at: Stage) -> Self {
        // Until the end has been read.
        connection.set_lost(true);
        let deadline = Instant::now() + connection.limits().message;
        Self {
            connection,
            unstuffer: Unstuffer::new(),
            at,
            octets: 0,
            deadline,
            ended: false,
        }
    }

    /// The next piece, at most some 64 KiB; `None` at the end of the message.
    ///
    /// # Errors
    /// [`Error::Disconnected`], [`Error::Timeout`], [`Error::TooLarge`]. The message is not whole
    /// then.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        let mut piece = BytesMut::new();
        while piece.is_empty() {
            if self.ended {
                return Ok(None);
            }
            self.ended = self.unstuffer.push(&mut self.connection.unread, &mut piece);
            if self.ended {
                self.connection.set_lost(false);
            } else if piece.is_empty() {
                self.fill().await?;
            }
        }
        let octets = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        self.octets = self.octets.saturating_add(octets);
        if self.octets > self.connection.limits().message_size {
            return Err(self.connection.lose(Error::TooLarge(self.at)));
        }
        Ok(Some(piece.freeze()))
    }

    async fn fill(&mut self) -> Result<(), Error> {
        let stall = Instant::now() + self.connection.limits().stall;
        match self
            .connection
            .fill(self.at, self.deadline.min(stall))
            .await
        {
            Err(Error::Timeout(_)) if self.unstuffer.silence_ends() => {
                self.ended = true;
                self.connection.set_lost(false);
                Ok(())
            }
            outcome => outcome,
        }
    }

    /// The same as a stream, for whoever stores it.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, Error>> + Send + use<'a> {
        stream::try_unfold(self, |mut content| async move {
            Ok(content.next().await?.map(|piece| (piece, content)))
        })
    }

    /// All octets at once, for what is known to be small.
    ///
    /// # Errors
    /// As [`Content::next`], and [`Error::TooLarge`] past `most` octets.
    pub async fn read_whole(mut self, most: usize) -> Result<Vec<u8>, Error> {
        let mut whole = Vec::new();
        while let Some(piece) = self.next().await? {
            if whole.len().saturating_add(piece.len()) > most {
                return Err(self.connection.lose(Error::TooLarge(self.at)));
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole)
    }
}

#[cfg(test)]
mod tests;
