//! The end of a message and its dots (RFC 1939 §3), wherever the line cuts it.
//!
//! What counts as a line end decides where a message ends, and whoever sends the message has a
//! hand in that: a bare LF, a dot and a line end in its middle would end it early for a client
//! that takes LF for a line end, and what follows would be read as the server's answers. So the
//! first line of the message, which the receiving server wrote, says which line ends this server
//! sends: after a CRLF, lines end with CRLF only. A server that sends LF as its files have it is
//! understood as well.

use bytes::{Buf as _, BytesMut};

/// Between two pieces of a message.
#[derive(Debug)]
pub(super) struct Unstuffer {
    state: State,
    /// Bare LFs end lines, too. Unknown before the first line has ended.
    bare: Option<bool>,
    /// The last octet given was a CR.
    after_cr: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// At the beginning of a line.
    Start,
    /// After a dot there, which is held back.
    Dot,
    /// After a dot and a CR, both held back.
    DotCr,
    /// In a line.
    Inside,
    /// After a bare LF where lines end with CRLF, and then what could be an end for a server that
    /// does not add one to the message's last line. Held back is what stands behind the LF.
    Bare,
    BareDot,
    BareDotCr,
    BareDotCrLf,
    /// The message has ended.
    Ended,
}

impl Unstuffer {
    pub(super) fn new() -> Self {
        Self {
            state: State::Start,
            bare: None,
            after_cr: false,
        }
    }

    /// Takes octets, and appends what is the message's. True when it has ended; what follows is
    /// left in `input`.
    pub(super) fn push(&mut self, input: &mut BytesMut, out: &mut BytesMut) -> bool {
        while let Some(&octet) = input.first() {
            let next = match (self.state, octet) {
                (State::Ended, _) => return true,
                (State::Inside, _) => {
                    self.inside(input, out);
                    continue;
                }
                (State::Start, b'.') => State::Dot,
                // Only a second dot makes the first one stuffing, so that a server which
                // forgets to stuff loses nothing.
                (State::Dot, b'.') => State::Inside,
                (State::Dot, b'\r') => State::DotCr,
                (State::Dot | State::DotCr, b'\n') => State::Ended,
                (State::Bare, b'.') => State::BareDot,
                (State::BareDot, b'\r') => State::BareDotCr,
                (State::BareDotCr, b'\n') => State::BareDotCrLf,
                (state, _) => {
                    self.give(state, out);
                    continue;
                }
            };
            if (self.state, next) == (State::Dot, State::Inside) {
                // The second dot stays in the input and goes out as the line's first octet.
                self.state = next;
                continue;
            }
            input.advance(1);
            self.state = next;
        }
        self.state == State::Ended
    }

    /// The server has fallen silent. True when that is because it has said all: behind a last line
    /// that ends with a bare LF stands the dot that ends a message.
    pub(super) fn silence_ends(&self) -> bool {
        matches!(self.state, State::BareDotCrLf | State::Ended)
    }

    /// What was held back turns out to be content.
    fn give(&mut self, state: State, out: &mut BytesMut) {
        let (held, then): (&[u8], _) = match state {
            State::Dot | State::BareDot => (b".", State::Inside),
            State::DotCr | State::BareDotCr => (b".\r", State::Inside),
            // A whole line: the next one begins.
            State::BareDotCrLf => (b".\r\n", State::Start),
            _ => (b"", State::Inside),
        };
        out.extend_from_slice(held);
        self.after_cr = held.ends_with(b"\r");
        self.state = then;
    }

    /// Up to the next line end.
    fn inside(&mut self, input: &mut BytesMut, out: &mut BytesMut) {
        let Some(end) = memchr::memchr(b'\n', input) else {
            self.after_cr = input.ends_with(b"\r");
            out.extend_from_slice(input);
            input.clear();
            return;
        };
        let before = end.checked_sub(1).and_then(|at| input.get(at));
        let crlf = before.map_or(self.after_cr, |octet| *octet == b'\r');
        let bare = *self.bare.get_or_insert(!crlf);
        self.state = match crlf || bare {
            true => State::Start,
            false => State::Bare,
        };
        self.after_cr = false;
        let line = input.split_to(end.saturating_add(1));
        out.extend_from_slice(&line);
    }
}

#[cfg(test)]
mod tests;
