//! Cuts the byte stream of a connection into whole responses.
//!
//! The framer knows just enough of the grammar to see where a response ends: quoted strings and
//! literals in data, nothing in status lines, whose text is free. It remembers how far it has
//! looked, so that each byte is looked at once however the network cuts the stream.

use bytes::{Buf, Bytes, BytesMut};

use self::line::{Kind, Line, Step};

mod line;
#[cfg(test)]
mod tests;

/// How much a server may make us hold. All sizes are in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FrameLimits {
    /// One response without its literals.
    pub(crate) line: usize,
    /// The same for SEARCH, SORT, ESEARCH, THREAD and VANISHED, which carry one number for each
    /// message of a folder.
    pub(crate) list_line: usize,
    /// One literal.
    pub(crate) literal: usize,
    /// One response in all.
    pub(crate) response: usize,
    /// Parentheses within each other. Nothing behind the framer recurses, so this only has to
    /// stay above what servers send of a hostile message (Dovecot 2.3: 100 levels); were it
    /// below, such a message would close the connection of whoever lists its folder.
    pub(crate) depth: usize,
    /// How much of an oversized FETCH may be thrown away in order to keep the connection: a
    /// literal that is too large is read past and becomes NIL, a line that is too long is cut
    /// (its last items are then missing). Anyone can send a message with such a header, and it
    /// must not make its folder unreadable. Beyond this, and in other responses, it is an error
    /// at once.
    pub(crate) discard: usize,
}

impl FrameLimits {
    /// For a connection on which nobody has signed in yet: no mail can come, only short lines.
    pub(crate) const BEFORE_SIGN_IN: Self = Self {
        line: 64 << 10,
        list_line: 64 << 10,
        literal: 16 << 10,
        response: 128 << 10,
        depth: 16,
        discard: 0,
    };
}

impl Default for FrameLimits {
    fn default() -> Self {
        Self {
            line: 1 << 20,
            list_line: 16 << 20,
            literal: 256 << 10,
            response: 8 << 20,
            depth: 1000,
            discard: 64 << 20,
        }
    }
}

/// Why the stream can't be read on. The connection is then of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FrameError {
    /// See [`FrameLimits::line`].
    #[error("the server sent a line that is too long")]
    LineTooLong,
    /// See [`FrameLimits::literal`].
    #[error("the server announced a literal that is too large")]
    LiteralTooLarge,
    /// See [`FrameLimits::response`].
    #[error("the server sent a response that is too large")]
    ResponseTooLarge,
    /// See [`FrameLimits::depth`].
    #[error("the server sent lists nested too deep")]
    TooDeep,
}

/// The state of one connection's reading side.
#[derive(Debug)]
pub(crate) struct Framer {
    limits: FrameLimits,
    /// Bytes at the start of the caller's buffer that have been looked at.
    scanned: usize,
    /// Bytes of the present literal still to pass over.
    literal: usize,
    /// Bytes of the present literal still to throw away.
    dropping: usize,
    /// Bytes thrown away from this response so far.
    dropped: usize,
    /// Bytes of this response in literals that are kept.
    literals: usize,
    line: Line,
    /// What is kept of a response from which something was thrown away.
    kept: Option<BytesMut>,
    /// The rest of this response is thrown away.
    cut: bool,
    failed: Option<FrameError>,
    /// Bytes looked at one by one, for the test that this stays linear.
    #[cfg(test)]
    touched: usize,
}

impl Framer {
    /// A framer at the start of a stream.
    pub(crate) fn new(limits: FrameLimits) -> Self {
        Self {
            limits,
            scanned: 0,
            literal: 0,
            dropping: 0,
            dropped: 0,
            literals: 0,
            line: Line::default(),
            kept: None,
            cut: false,
            failed: None,
            #[cfg(test)]
            touched: 0,
        }
    }

    /// Changes [`FrameLimits::literal`], for a command whose answer is known to be large; raises
    /// the limit for the whole response with it where needed.
    pub(crate) fn set_literal_limit(&mut self, bytes: usize) {
        self.limits.literal = bytes;
        let room = bytes.saturating_add(self.limits.line);
        self.limits.response = self.limits.response.max(room);
    }

    /// Takes one whole response out of `buf`, if it is complete: literals and the final CRLF or
    /// bare LF included. `buf` must only ever grow at its end between calls. An error is final:
    /// every later call returns it again.
    pub(crate) fn next(&mut self, buf: &mut BytesMut) -> Result<Option<Bytes>, FrameError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let result = self.advance(buf);
        self.failed = result.as_ref().err().copied();
        result
    }

    fn advance(&mut self, buf: &mut BytesMut) -> Result<Option<Bytes>, FrameError> {
        loop {
            if !self.pass_literal(buf) || !self.line.classify(buf) {
                return Ok(None);
            }
            match self.scan(buf)? {
                Some(Step::End) => return Ok(Some(self.take(buf))),
                Some(Step::Literal(size)) => self.begin_literal(size, buf)?,
                // A cut leaves the rest of the line unseen.
                None if self.scanned < buf.len() => {}
                None => return Ok(None),
            }
        }
    }

    /// Passes over the bytes of a literal; false when it goes on beyond the buffer.
    fn pass_literal(&mut self, buf: &mut BytesMut) -> bool {
        let thrown = self.dropping.min(buf.len());
        buf.advance(thrown);
        self.dropping -= thrown;
        let passed = self.literal.min(buf.len().saturating_sub(self.scanned));
        self.scanned += passed;
        self.literal -= passed;
        self.dropping == 0 && self.literal == 0
    }

    /// Looks at bytes not seen before, up to the end of a line or to a limit.
    fn scan(&mut self, buf: &mut BytesMut) -> Result<Option<Step>, FrameError> {
        let (room, error) = self.room();
        let fresh = buf.get(self.scanned..).unwrap_or_default();
        let start = self.line.length;
        let mut found = None;
        // One byte beyond the limit is enough to know that it is passed.
        let mut rest = fresh.get(..room.saturating_add(1)).unwrap_or(fresh);
        while let Some((&byte, after)) = rest.split_first() {
            self.scanned += 1;
            found = self.line.step(byte, self.scanned);
            if found.is_some() || self.line.depth > self.limits.depth {
                break;
            }
            let passed = self.line.pass(after);
            self.scanned += passed;
            rest = after.get(passed..).unwrap_or_default();
        }
        let seen = self.line.length - start;
        #[cfg(test)]
        {
            self.touched += seen;
        }
        if self.line.depth > self.limits.depth {
            return Err(FrameError::TooDeep);
        }
        if self.cut {
            self.spend(seen, error)?;
            buf.advance(self.scanned);
            self.scanned = 0;
        } else if seen > room {
            self.begin_cut(buf, error)?;
        }
        Ok(found)
    }

    /// How many more bytes this line may have, and what is wrong when it has more.
    fn room(&self) -> (usize, FrameError) {
        let line = match self.line.kind() {
            Kind::Numbers | Kind::Threads => self.limits.list_line,
            Kind::Data | Kind::Text => self.limits.line,
        };
        let line = line.saturating_sub(self.line.length);
        let kept = self.literals.saturating_add(self.line.length);
        let response = self.limits.response.saturating_sub(kept);
        match (self.cut, line <= response) {
            (true, _) => (usize::MAX, FrameError::LineTooLong),
            (false, true) => (line, FrameError::LineTooLong),
            (false, false) => (response, FrameError::ResponseTooLarge),
        }
    }

    fn begin_literal(&mut self, size: u64, buf: &mut BytesMut) -> Result<(), FrameError> {
        let size = usize::try_from(size).map_err(|_| FrameError::LiteralTooLarge)?;
        if self.cut {
            self.dropping = size;
            return self.spend(size, FrameError::LiteralTooLarge);
        }
        let total = size
            .saturating_add(self.literals)
            .saturating_add(self.line.length);
        if size <= self.limits.literal && total <= self.limits.response {
            self.literal = size;
            self.literals += size;
            return Ok(());
        }
        if !self.is_fetch(buf) {
            return Err(FrameError::LiteralTooLarge);
        }
        self.spend(size, FrameError::LiteralTooLarge)?;
        // The announcement is the last thing scanned: `~{123}` CRLF, or without the tilde.
        let line = buf.split_to(self.scanned.min(buf.len()));
        self.scanned = 0;
        self.line.last_space = 0;
        let brace = line.iter().rposition(|&b| b == b'{').unwrap_or(line.len());
        let head = line.get(..brace).unwrap_or_default();
        let kept = self.kept.get_or_insert_default();
        kept.extend_from_slice(head.strip_suffix(b"~").unwrap_or(head));
        kept.extend_from_slice(b"NIL");
        self.dropping = size;
        Ok(())
    }

    /// The line is too long: keeps what came before its last space, if it is a FETCH.
    fn begin_cut(&mut self, buf: &mut BytesMut, error: FrameError) -> Result<(), FrameError> {
        if !self.is_fetch(buf) {
            return Err(error);
        }
        let dropped = self.scanned.saturating_sub(self.line.last_space);
        self.spend(dropped, error)?;
        let head = buf.split_to(self.scanned.min(buf.len()));
        let kept = self.kept.get_or_insert_default();
        kept.extend_from_slice(head.get(..self.line.last_space).unwrap_or_default());
        self.scanned = 0;
        self.cut = true;
        Ok(())
    }

    fn spend(&mut self, bytes: usize, error: FrameError) -> Result<(), FrameError> {
        self.dropped = self.dropped.saturating_add(bytes);
        match self.dropped > self.limits.discard {
            true => Err(error),
            false => Ok(()),
        }
    }

    fn is_fetch(&self, buf: &BytesMut) -> bool {
        line::is_fetch(self.kept.as_ref().unwrap_or(buf))
    }

    fn take(&mut self, buf: &mut BytesMut) -> Bytes {
        let tail = buf.split_to(self.scanned.min(buf.len()));
        let frame = match self.kept.take() {
            Some(mut kept) => {
                match self.cut {
                    true => kept.extend_from_slice(b"\r\n"),
                    false => kept.extend_from_slice(&tail),
                }
                kept
            }
            None => tail,
        };
        self.scanned = 0;
        self.dropped = 0;
        self.literals = 0;
        self.cut = false;
        self.line = Line::default();
        frame.freeze()
    }
}
