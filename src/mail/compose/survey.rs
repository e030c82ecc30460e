//! Looks through a message that is to be attached.

use super::Transfer;

/// RFC 5322 §2.1.1, without CRLF.
const LONGEST_LINE: usize = 998;

/// Finds out how a `message/rfc822` can be written, in one pass over its octets.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    eight_bit: bool,
    binary: bool,
    after_cr: bool,
    line: usize,
}

impl Survey {
    /// A survey that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next octets.
    pub fn push(&mut self, octets: &[u8]) {
        for byte in octets {
            // Each CR is followed by LF, each LF preceded by CR (RFC 2045 §2.7, §2.8).
            self.binary |= self.after_cr != (*byte == b'\n') || *byte == 0;
            self.after_cr = *byte == b'\r';
            self.eight_bit |= !byte.is_ascii();
            match byte {
                b'\n' => self.line = 0,
                b'\r' => {}
                _ => self.line += 1,
            }
            self.binary |= self.line > LONGEST_LINE;
        }
    }

    /// As it is, unless it has NUL, bare CR or LF or longer lines than SMTP takes.
    pub fn finish(&self) -> Transfer {
        match self.binary || self.after_cr {
            true => Transfer::Base64,
            false => Transfer::Verbatim {
                eight_bit: self.eight_bit,
            },
        }
    }
}
