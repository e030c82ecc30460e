//! One connection: octets out, answers in, each within its time. It watches for words that nobody
//! asked for: a `+OK` that lies ready before QUIT was said could be taken for its yes.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::{Instant, timeout, timeout_at},
};
use tokio_util::io::poll_read_buf;

use super::{
    error::{Error, Refusal, Stage},
    limits::Limits,
    reply::{Lines, Status},
};
use crate::net::stream::BoxStream;

/// Octets read at once.
const READ: usize = 64 << 10;

/// Octets read after a QUIT that nobody waits for.
const GOODBYE: u64 = 64 << 10;

/// A connection to a POP3 server.
pub(super) struct Connection {
    stream: BoxStream,
    pub(super) unread: BytesMut,
    lines: Lines,
    limits: Limits,
    /// Answers that are still to come.
    awaited: usize,
    /// Of no more use: the server does not know or we do not know what comes next.
    lost: bool,
}

impl Connection {
    pub(super) fn new(stream: BoxStream, limits: Limits) -> Self {
        Self {
            stream,
            unread: BytesMut::new(),
            lines: Lines::default(),
            limits,
            awaited: 0,
            lost: false,
        }
    }

    /// The bounds of this connection.
    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Sends one command, CRLF included, and gives what stands behind its `+OK`.
    pub(super) async fn ask(&mut self, line: &str, at: Stage) -> Result<String, Error> {
        self.send(line.as_bytes(), 1, at).await?;
        self.ok(at, self.limits.command).await
    }

    /// Sends commands that `answers` answers will come to.
    pub(super) async fn send(
        &mut self,
        lines: &[u8],
        answers: usize,
        at: Stage,
    ) -> Result<(), Error> {
        if self.lost {
            return Err(Error::Disconnected(at));
        }
        self.quiet(at).await?;
        let written = timeout(self.limits.command, async {
            self.stream.write_all(lines).await?;
            self.stream.flush().await
        });
        match written.await {
            Ok(Ok(())) => {
                self.awaited += answers;
                Ok(())
            }
            // It may have said why.
            Ok(Err(_)) => Err(self.last_words(at).await),
            Err(_) => Err(self.lose(Error::Timeout(at))),
        }
    }

    /// The greeting, which nobody asks for.
    pub(super) async fn greeting(&mut self) -> Result<String, Error> {
        self.awaited = 1;
        self.ok(Stage::Greeting, self.limits.greeting).await
    }

    /// What stands behind the next `+OK`; a refusal is an error.
    pub(super) async fn ok(&mut self, at: Stage, limit: Duration) -> Result<String, Error> {
        match self.status(at, limit).await? {
            Status::Ok(text) => Ok(text),
            Status::Err(reply) => Err(Refusal::new(at, reply).into()),
            Status::More(_) => Err(self.unreadable(at, super::reply::Unreadable::Question)),
        }
    }

    /// The next answer's first line, whatever it says.
    pub(super) async fn status(&mut self, at: Stage, limit: Duration) -> Result<Status, Error> {
        if self.lost || self.awaited == 0 {
            return Err(self.lose(Error::Disconnected(at)));
        }
        let line = self.line(at, Instant::now() + limit).await?;
        self.awaited -= 1;
        Status::parse(&line).map_err(|reason| self.unreadable(at, reason))
    }

    /// The next line of a listing, without the dot that may stand before a dot; `None` at its end.
    pub(super) async fn listed(
        &mut self,
        at: Stage,
        deadline: Instant,
    ) -> Result<Option<BytesMut>, Error> {
        let stall = Instant::now() + self.limits.stall;
        let mut line = self.line(at, deadline.min(stall)).await?;
        match line.as_ref() {
            b"." => return Ok(None),
            [b'.', b'.', ..] => drop(line.split_to(1)),
            _ => {}
        }
        Ok(Some(line))
    }

    async fn line(&mut self, at: Stage, deadline: Instant) -> Result<BytesMut, Error> {
        loop {
            match self.lines.next(&mut self.unread) {
                Ok(Some(line)) => return Ok(line),
                Ok(None) => {}
                Err(reason) => return Err(self.unreadable(at, reason)),
            }
            self.fill(at, deadline).await?;
        }
    }

    /// Waits for more octets.
    pub(super) async fn fill(&mut self, at: Stage, deadline: Instant) -> Result<(), Error> {
        self.unread.reserve(READ);
        match timeout_at(deadline, self.stream.read_buf(&mut self.unread)).await {
            Ok(Ok(1..)) => Ok(()),
            Ok(Ok(0) | Err(_)) => Err(self.lose(Error::Disconnected(at))),
            Err(_) => Err(self.lose(Error::Timeout(at))),
        }
    }

    /// The bare stream, before TLS is started on it; `None` if anything was read beyond the last
    /// answer.
    pub(super) fn into_stream(self) -> Option<BoxStream> {
        (self.unread.is_empty() && self.awaited == 0).then_some(self.stream)
    }

    /// Nothing that is still on its way is wanted.
    pub(super) fn lose(&mut self, error: Error) -> Error {
        self.lost = true;
        error
    }

    /// The last answer is being read by somebody who may not come to its end.
    pub(super) fn set_lost(&mut self, lost: bool) {
        self.lost = lost;
    }

    /// Says QUIT and leaves, where nothing was marked for deletion: nobody waits for the answer.
    pub(super) fn leave(mut self) {
        if self.lost || self.awaited > 0 {
            return;
        }
        tokio::spawn(async move {
            let parting = async {
                self.stream.write_all(b"QUIT\r\n").await?;
                self.stream.flush().await?;
                // Read to the end, or the answer still on its way would reset the line before
                // the server has seen the QUIT.
                let mut rest = (&mut self.stream).take(GOODBYE);
                tokio::io::copy(&mut rest, &mut tokio::io::sink()).await?;
                self.stream.shutdown().await
            };
            let _ = timeout(self.limits.goodbye, parting).await;
        });
    }

    /// Fails if the server has said something that nobody asked for, or left.
    async fn quiet(&mut self, at: Stage) -> Result<(), Error> {
        if self.awaited > 0 {
            return Ok(());
        }
        let speaks = poll_fn(|cx| Poll::Ready(self.poll_speaks(cx).is_ready())).await;
        match speaks {
            true => Err(self.last_words(at).await),
            false => Ok(()),
        }
    }

    /// Why the server spoke or left: what it says when it throws somebody out.
    async fn last_words(&mut self, at: Stage) -> Error {
        self.awaited = self.awaited.max(1);
        let words = self.status(at, self.limits.goodbye).await;
        self.lost = true;
        match words {
            Ok(Status::Err(reply)) => Refusal::new(at, reply).into(),
            Ok(_) => Error::OutOfTurn(at),
            Err(Error::Timeout(_)) => Error::Disconnected(at),
            Err(error) => error,
        }
    }

    /// Ready when octets lie before us, or none will come any more.
    fn poll_speaks(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.unread.is_empty() {
            return Poll::Ready(());
        }
        poll_read_buf(Pin::new(&mut self.stream), cx, &mut self.unread).map(drop)
    }

    fn unreadable(&mut self, at: Stage, reason: super::reply::Unreadable) -> Error {
        self.lose(Error::Unreadable { at, reason })
    }
}
