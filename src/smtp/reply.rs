//! What a server answers (RFC 5321 §4.2): read incrementally, bounded from the first octet.

use std::fmt;

use bytes::{Buf, BytesMut};

use crate::mail::header::clean::clean;

/// The longest line taken. RFC 5321 §4.5.3.1.5 allows 512 octets, EHLO lists may be longer.
const MAX_LINE: usize = 4096;

/// Lines of one reply. Real EHLO answers have about twenty.
const MAX_LINES: usize = 128;

/// Octets of a reply's text that are kept.
const MAX_TEXT: usize = 512;

/// A server's answer, as far as people and logs need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Three digits, the first from 2 to 5.
    pub code: u16,
    /// RFC 3463, when the server gave one that fits the code.
    pub enhanced: Option<Enhanced>,
    /// The server's words on one line, cleaned, without the enhanced code, at most 512 octets.
    pub text: String,
}

impl Reply {
    /// 2xx: done.
    pub fn is_positive(&self) -> bool {
        self.code / 100 == 2
    }

    /// 4xx: later it may work.
    pub fn is_transient(&self) -> bool {
        self.code / 100 == 4
    }

    /// 4xx or 5xx.
    pub fn is_refusal(&self) -> bool {
        self.code >= 400
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some(enhanced) = self.enhanced {
            write!(f, " {enhanced}")?;
        }
        match self.text.as_str() {
            "" => Ok(()),
            text => write!(f, " {text}"),
        }
    }
}

/// An enhanced status code (RFC 3463): class, subject, detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Enhanced(pub u8, pub u16, pub u16);

impl Enhanced {
    /// The code at the beginning of a line, and the rest of it.
    fn split(line: &str) -> Option<(Self, &str)> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let mut numbers = word.split('.').map(|digits| {
            let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            (plain && digits.len() <= 3).then(|| digits.parse::<u16>().ok())?
        });
        let class = u8::try_from(numbers.next()??).ok()?;
        let code = Self(class, numbers.next()??, numbers.next()??);
        (numbers.next().is_none() && matches!(class, 2 | 4 | 5)).then_some((code, rest))
    }
}

impl fmt::Display for Enhanced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Why an answer cannot be read. The connection is of no more use then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// A line that never ends, or lines that never end.
    #[error("an answer is too long")]
    TooLong,
    /// No reply line by RFC 5321 §4.2.
    #[error("an answer is not SMTP")]
    Malformed,
}

/// A complete answer, lines without their codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lines {
    pub(super) code: u16,
    pub(super) lines: Vec<String>,
}

impl From<Lines> for Reply {
    fn from(raw: Lines) -> Self {
        let class = raw.code / 100;
        let mut enhanced = None;
        let mut text = String::new();
        for line in &raw.lines {
            let rest = match Enhanced::split(line) {
                Some((code, rest)) if u16::from(code.0) == class => {
                    enhanced = enhanced.or(Some(code));
                    rest
                }
                _ => line,
            };
            if text.len() > MAX_TEXT {
                break;
            }
            if !text.is_empty() && !rest.is_empty() {
                text.push(' ');
            }
            text.push_str(rest);
        }
        Self {
            code: raw.code,
            enhanced,
            text: shown(&text),
        }
    }
}

/// Text of a server as one safe line of at most 512 octets.
pub(super) fn shown(text: &str) -> String {
    let mut text = clean(text);
    let end = text.floor_char_boundary(MAX_TEXT);
    text.truncate(end);
    text.truncate(text.trim_end().len());
    text
}

/// Cuts what a server sends into replies.
#[derive(Debug, Default)]
pub(super) struct Reader {
    begun: Option<Lines>,
    /// How far the unread octets are known to hold no line end.
    scanned: usize,
}

impl Reader {
    /// The next complete reply in `unread`; `None` when more octets are needed.
    pub(super) fn next(&mut self, unread: &mut BytesMut) -> Result<Option<Lines>, Unreadable> {
        while let Some(line) = self.line(unread)? {
            let (code, more, text) = parse(&line)?;
            let begun = self.begun.get_or_insert(Lines {
                code,
                lines: Vec::new(),
            });
            // RFC 5321 §4.2.1: the same code on every line. Which one to believe?
            if begun.code != code {
                return Err(Unreadable::Malformed);
            }
            if begun.lines.len() >= MAX_LINES {
                return Err(Unreadable::TooLong);
            }
            begun.lines.push(text);
            if !more {
                return Ok(self.begun.take());
            }
        }
        Ok(None)
    }

    /// Is nothing but whole replies read so far?
    pub(super) fn is_between(&self) -> bool {
        self.begun.is_none()
    }

    /// The next line without its end. A bare LF ends it as well, as some servers send it.
    fn line(&mut self, unread: &mut BytesMut) -> Result<Option<BytesMut>, Unreadable> {
        let fresh = unread.get(self.scanned..).unwrap_or_default();
        let Some(end) = fresh.iter().position(|byte| *byte == b'\n') else {
            self.scanned = unread.len();
            return match unread.len() > MAX_LINE {
                true => Err(Unreadable::TooLong),
                false => Ok(None),
            };
        };
        let end = self.scanned.saturating_add(end);
        self.scanned = 0;
        if end > MAX_LINE {
            return Err(Unreadable::TooLong);
        }
        let mut line = unread.split_to(end);
        unread.advance(1);
        if line.ends_with(b"\r") {
            line.truncate(line.len().saturating_sub(1));
        }
        Ok(Some(line))
    }
}

/// `250-text`, `250 text` or `250`: the code, whether more lines follow, the text.
fn parse(line: &[u8]) -> Result<(u16, bool, String), Unreadable> {
    let (digits, rest) = line.split_at_checked(3).ok_or(Unreadable::Malformed)?;
    let [first @ b'2'..=b'5', second, third] = *digits else {
        return Err(Unreadable::Malformed);
    };
    if !second.is_ascii_digit() || !third.is_ascii_digit() {
        return Err(Unreadable::Malformed);
    }
    let digit = |byte: u8| u16::from(byte.saturating_sub(b'0'));
    let code = digit(first) * 100 + digit(second) * 10 + digit(third);
    let (more, text) = match rest.split_first() {
        None => (false, &[][..]),
        Some((b' ', text)) => (false, text),
        Some((b'-', text)) => (true, text),
        Some(_) => return Err(Unreadable::Malformed),
    };
    Ok((code, more, clean(&String::from_utf8_lossy(text))))
}

#[cfg(test)]
mod tests;
