//! One connection: octets out, replies in, each within its time. It watches for words that
//! nobody asked for: an answer that lies ready before its question could be taken for the yes
//! to the whole message.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt as _, AsyncWrite as _, AsyncWriteExt as _},
    time::timeout,
};
use tokio_util::io::poll_read_buf;

use super::{
    error::{Error, Refusal, Stage, SubmitError},
    limits::Limits,
    reply::{Lines, Reader, Reply},
};
use crate::net::stream::BoxStream;

/// The unit in which the clock runs while a message goes out.
pub(super) const BLOCK: usize = 64 << 10;

/// Octets read after QUIT.
const GOODBYE: u64 = 64 << 10;

/// A connection to a submission server.
pub(super) struct Connection {
    stream: BoxStream,
    unread: BytesMut,
    replies: Reader,
    limits: Limits,
    /// QUIT would be understood: not within a message, nor after a failure.
    orderly: bool,
}

/// The server spoke or left while it should have listened.
struct Interrupted;

impl Connection {
    pub(super) fn new(stream: BoxStream, limits: Limits) -> Self {
        Self {
            stream,
            unread: BytesMut::new(),
            replies: Reader::default(),
            limits,
            orderly: true,
        }
    }

    /// The bounds of this connection.
    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Sends a command (or several), CRLF included, and awaits the first answer.
    pub(super) async fn command(
        &mut self,
        line: &[u8],
        at: Stage,
        limit: Duration,
    ) -> Result<Lines, Error> {
        self.send(line, at, limit).await?;
        self.reply(at, limit).await
    }

    /// Sends commands whose answers are read later.
    pub(super) async fn send(
        &mut self,
        lines: &[u8],
        at: Stage,
        limit: Duration,
    ) -> Result<(), Error> {
        self.quiet(at).await?;
        let written = timeout(limit, async {
            self.stream.write_all(lines).await?;
            self.stream.flush().await
        });
        match written.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(self.last_words(at).await),
            Err(_) => Err(self.lost(Error::Timeout(at))),
        }
    }

    /// The next answer, whatever it says.
    pub(super) async fn reply(&mut self, at: Stage, limit: Duration) -> Result<Lines, Error> {
        let read = timeout(limit, async {
            loop {
                if let Some(reply) = self.replies.next(&mut self.unread)? {
                    return Ok(reply);
                }
                match self.stream.read_buf(&mut self.unread).await {
                    Ok(0) | Err(_) => return Err(Error::Disconnected),
                    Ok(_) => {}
                }
            }
        });
        let outcome = read.await.unwrap_or(Err(Error::Timeout(at)));
        outcome.map_err(|error| self.lost(error))
    }

    /// Sends a part of the message.
    pub(super) async fn block(&mut self, octets: &[u8]) -> Result<(), Error> {
        self.orderly = false;
        for block in octets.chunks(BLOCK) {
            match timeout(self.limits.block, self.write_watching(block)).await {
                Ok(Ok(())) => {}
                Ok(Err(Interrupted)) => return Err(self.last_words(Stage::Message).await),
                Err(_) => return Err(Error::Timeout(Stage::Message)),
            }
        }
        Ok(())
    }

    /// The answer to a part of the message.
    pub(super) async fn block_reply(&mut self) -> Result<Lines, Error> {
        let reply = self.reply(Stage::Message, self.limits.block).await?;
        self.orderly = true;
        Ok(reply)
    }

    /// Sends what ends the message, and awaits the verdict. From the first octet on the server
    /// may have accepted the message, whatever happens here.
    pub(super) async fn end(&mut self, octets: &[u8]) -> Result<Reply, SubmitError> {
        let at = Stage::Message;
        self.quiet(at).await?;
        let written = timeout(self.limits.block, async {
            self.stream.write_all(octets).await?;
            self.stream.flush().await
        });
        match written.await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => {
                return Err(match self.last_words(at).await {
                    Error::Refused(refusal) => SubmitError::Refused(refusal),
                    other => SubmitError::Unconfirmed(other),
                });
            }
            Err(_) => return Err(SubmitError::Unconfirmed(Error::Timeout(at))),
        }
        let reply = self.reply(at, self.limits.end).await;
        let reply = Reply::from(reply.map_err(SubmitError::Unconfirmed)?);
        self.orderly = true;
        match reply.code {
            200..300 => Ok(reply),
            400.. => Err(SubmitError::Refused(Refusal::new(at, reply))),
            code => Err(SubmitError::Unconfirmed(Error::Unexpected { at, code })),
        }
    }

    /// From here on the server takes everything for a part of the message.
    pub(super) fn within_message(&mut self) {
        self.orderly = false;
    }

    /// Waits until the server says something that it was not asked for, or leaves.
    pub(super) async fn interrupted(&mut self) {
        poll_fn(|cx| self.poll_interrupted(cx)).await;
    }

    /// Why the server spoke or left: a refusal if it said one.
    pub(super) async fn last_words(&mut self, at: Stage) -> Error {
        match self.reply(at, self.limits.quit).await {
            Ok(lines) if lines.code >= 400 => {
                self.orderly = false;
                Error::Refused(Refusal::new(at, lines.into()))
            }
            Ok(Lines { code, .. }) => self.lost(Error::Unexpected { at, code }),
            Err(Error::Timeout(_)) => Error::Disconnected,
            Err(error) => error,
        }
    }

    /// The bare stream, before TLS is started on it; `None` if anything was read beyond the
    /// last answer.
    pub(super) fn into_stream(self) -> Option<BoxStream> {
        let clean = self.unread.is_empty() && self.replies.is_between();
        clean.then_some(self.stream)
    }

    /// Says QUIT and leaves. Nobody waits for the answer: what was done is done.
    pub(super) fn quit(mut self) {
        if !self.orderly {
            return;
        }
        tokio::spawn(async move {
            let parting = async {
                self.stream.write_all(b"QUIT\r\n").await?;
                self.stream.flush().await?;
                // Read to the end, or the answers still on their way would reset the line
                // before the server has seen the QUIT.
                let mut rest = (&mut self.stream).take(GOODBYE);
                tokio::io::copy(&mut rest, &mut tokio::io::sink()).await?;
                self.stream.shutdown().await
            };
            let _ = timeout(self.limits.quit, parting).await;
        });
    }

    /// Fails if the server has spoken since its last answer, or left.
    async fn quiet(&mut self, at: Stage) -> Result<(), Error> {
        let interrupted = poll_fn(|cx| Poll::Ready(self.poll_interrupted(cx).is_ready())).await;
        match interrupted {
            true => Err(self.last_words(at).await),
            false => Ok(()),
        }
    }

    async fn write_watching(&mut self, mut block: &[u8]) -> Result<(), Interrupted> {
        poll_fn(|cx| {
            if self.poll_interrupted(cx).is_ready() {
                return Poll::Ready(Err(Interrupted));
            }
            while !block.is_empty() {
                match Pin::new(&mut self.stream).poll_write(cx, block) {
                    Poll::Ready(Ok(n)) if n > 0 => block = block.get(n..).unwrap_or_default(),
                    Poll::Ready(_) => return Poll::Ready(Err(Interrupted)),
                    Poll::Pending => return Poll::Pending,
                }
            }
            let flushed = Pin::new(&mut self.stream).poll_flush(cx);
            flushed.map_err(|_| Interrupted)
        })
        .await
    }

    /// Ready when octets lie before us, or none will come any more.
    fn poll_interrupted(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.unread.is_empty() || !self.replies.is_between() {
            return Poll::Ready(());
        }
        poll_read_buf(Pin::new(&mut self.stream), cx, &mut self.unread).map(drop)
    }

    /// The connection is given up. Within a message there is no other way to take back what was
    /// sent of it.
    pub(super) fn lost(&mut self, error: Error) -> Error {
        self.orderly = false;
        error
    }
}
