//! The stream that async-imap sees while a connection is opened.
//!
//! async-imap 0.12 reads greedily, believes literal sizes, parses recursively, gives up on lines
//! that are merely unusual and prints whole commands into the trace log. So it is shown as little
//! as it needs: one response at a time, only continuation requests, tagged answers and the
//! greeting, each in the plainest wording; capabilities, codes and texts are read here. The
//! credential is put in place of a marker on its way out, so async-imap never holds it. When it
//! is done the stream is taken back with not one byte lost or read ahead.

use std::{
    fmt, io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::io::poll_read_buf;
use zeroize::Zeroizing;

use super::{
    error::{ConnectError, Error, Reason, shown},
    wire::{
        code::Code,
        frame::{FrameLimits, Framer},
        response::{Response, Status},
    },
};
use crate::net::stream::BoxStream;

/// Responses before the sign-in is done. Real servers send fewer than ten.
const MAX_RESPONSES: u32 = 100;

/// Octets before the sign-in is done. Real servers send about 2 kB.
const MAX_BYTES: usize = 256 << 10;

/// A handle on the guarded stream; clones share it.
#[derive(Clone)]
pub(super) struct Guard(Arc<Mutex<Inner>>);

/// What the server has said so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    /// The first response, if it was one of those that may come first.
    pub(super) greeting: Option<Status>,
    /// The latest list of capabilities.
    pub(super) capabilities: Option<Vec<String>>,
    /// The latest tagged answer.
    pub(super) answer: Option<(Status, Option<Reason>, String)>,
    /// The server said BYE.
    pub(super) bye: Option<(Option<Reason>, String)>,
}

struct Inner {
    stream: Option<BoxStream>,
    framer: Framer,
    /// Read from the stream, not yet cut into responses.
    unread: BytesMut,
    /// One response, reworded, on its way to async-imap.
    handed: Bytes,
    /// Written by async-imap, not yet sent.
    unsent: Zeroizing<Vec<u8>>,
    /// How much of `unsent` is sent.
    sent: usize,
    credential: Option<(&'static [u8], Zeroizing<Vec<u8>>)>,
    record: Record,
    responses: u32,
    bytes: usize,
    failure: Option<Error>,
}

impl Guard {
    /// Guards a fresh stream, on which the server speaks first.
    pub(super) fn new(stream: BoxStream) -> Self {
        Self::with(stream, 0)
    }

    /// Guards a stream that has just been put under TLS: no greeting comes (RFC 9051 §6.2.1).
    pub(super) fn resumed(stream: BoxStream) -> Self {
        Self::with(stream, 1)
    }

    fn with(stream: BoxStream, responses: u32) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            stream: Some(stream),
            framer: Framer::new(FrameLimits::BEFORE_SIGN_IN),
            unread: BytesMut::new(),
            handed: Bytes::new(),
            unsent: Zeroizing::new(Vec::with_capacity(1024)),
            sent: 0,
            credential: None,
            record: Record::default(),
            responses,
            bytes: 0,
            failure: None,
        })))
    }

    /// Puts `credential` in place of the next `marker` that is written.
    pub(super) fn arm(&self, marker: &'static [u8], credential: Zeroizing<Vec<u8>>) {
        self.inner().credential = Some((marker, credential));
    }

    /// What the server has said so far.
    pub(super) fn record(&self) -> Record {
        self.inner().record.clone()
    }

    /// Forgets the capabilities said so far, because they no longer hold.
    pub(super) fn forget_capabilities(&self) {
        self.inner().record.capabilities = None;
    }

    /// Why the guard ended the connection, if it did.
    pub(super) fn failure(&self) -> Option<Error> {
        self.inner().failure.clone()
    }

    /// Takes the stream back, with what was read from it and not handed on.
    pub(super) fn take(&self) -> Option<(BoxStream, BytesMut)> {
        let mut inner = self.inner();
        let unread = std::mem::take(&mut inner.unread);
        inner.stream.take().map(|stream| (stream, unread))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn poll_read(&mut self, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            if self.handed.has_remaining() {
                let n = self.handed.remaining().min(out.remaining());
                out.put_slice(&self.handed.split_to(n));
                return Poll::Ready(Ok(()));
            }
            if self.record.bye.is_some() {
                return Poll::Ready(Ok(()));
            }
            match self.framer.next(&mut self.unread) {
                Ok(Some(frame)) => {
                    if let Err(error) = self.take_in(frame) {
                        return Poll::Ready(Err(self.fail(error)));
                    }
                    continue;
                }
                Ok(None) => {}
                Err(_) => return Poll::Ready(Err(self.fail(Error::Limit("before the sign-in")))),
            }
            let Some(stream) = &mut self.stream else {
                return Poll::Ready(Err(io::ErrorKind::NotConnected.into()));
            };
            let n = ready!(poll_read_buf(Pin::new(stream), cx, &mut self.unread))?;
            if n == 0 {
                return Poll::Ready(Ok(()));
            }
            self.bytes = self.bytes.saturating_add(n);
            if self.bytes > MAX_BYTES {
                return Poll::Ready(Err(self.fail(Error::Limit("before the sign-in"))));
            }
        }
    }

    /// Records a response and rewords what async-imap has to see of it.
    fn take_in(&mut self, frame: Bytes) -> Result<(), Error> {
        self.responses += 1;
        if self.responses > MAX_RESPONSES {
            return Err(Error::Limit("responses before the sign-in"));
        }
        let first = self.responses == 1;
        match Response::parse(frame) {
            Response::Tagged {
                tag,
                status,
                code,
                text,
            } => {
                self.note_capabilities(code.as_ref());
                let word = match status {
                    Status::Ok => "OK",
                    Status::No => "NO",
                    _ => "BAD",
                };
                self.handed = Bytes::from(format!("{tag} {word} answered\r\n"));
                self.record.answer = Some((status, code.as_ref().map(Reason::from), shown(&text)));
            }
            // Any valid base64 will do: no mechanism here reads the challenge.
            Response::Continue { .. } => self.handed = Bytes::from_static(b"+ Z28=\r\n"),
            Response::Status { status, code, text } => {
                self.note_capabilities(code.as_ref());
                match status {
                    Status::Bye => {
                        self.record.bye = Some((code.as_ref().map(Reason::from), shown(&text)));
                    }
                    Status::Ok | Status::Preauth if first => {
                        self.record.greeting = Some(status);
                        self.handed = Bytes::from_static(b"* OK greeted\r\n");
                    }
                    _ => {}
                }
            }
            Response::Capability(names) => self.record.capabilities = Some(names),
            _ if first => return Err(ConnectError::Greeting("unknown first response").into()),
            _ => {}
        }
        Ok(())
    }

    fn note_capabilities(&mut self, code: Option<&Code>) {
        if let Some(Code::Capability(names)) = code {
            self.record.capabilities = Some(names.clone());
        }
    }

    fn fail(&mut self, error: Error) -> io::Error {
        self.failure = Some(error);
        self.stream = None;
        io::ErrorKind::InvalidData.into()
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.sent == 0 {
            self.place_credential();
        }
        let Some(stream) = &mut self.stream else {
            return Poll::Ready(Err(io::ErrorKind::NotConnected.into()));
        };
        while let Some(rest) = self.unsent.get(self.sent..).filter(|rest| !rest.is_empty()) {
            match ready!(Pin::new(&mut *stream).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                n => self.sent += n,
            }
        }
        self.unsent = Zeroizing::new(Vec::with_capacity(1024));
        self.sent = 0;
        Pin::new(stream).poll_flush(cx)
    }

    fn place_credential(&mut self) {
        let Some((marker, credential)) = &self.credential else {
            return;
        };
        let found = self.unsent.windows(marker.len()).position(|w| w == *marker);
        if let Some(at) = found {
            let mut line = Zeroizing::new(Vec::with_capacity(
                self.unsent.len().saturating_add(credential.len()),
            ));
            line.extend_from_slice(self.unsent.get(..at).unwrap_or_default());
            line.extend_from_slice(credential);
            line.extend_from_slice(self.unsent.get(at + marker.len()..).unwrap_or_default());
            self.unsent = line;
            self.credential = None;
        }
    }
}

impl AsyncRead for Guard {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.inner().poll_read(cx, out)
    }
}

impl AsyncWrite for Guard {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        // Kept until the flush: async-imap writes a command in four pieces.
        self.inner().unsent.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.inner().stream {
            Some(stream) => Pin::new(stream).poll_shutdown(cx),
            None => Poll::Ready(Ok(())),
        }
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}
