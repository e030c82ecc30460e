//! What a server answers on one line (RFC 1939 §3, RFC 2449 §8): bounded from the first octet.

use std::fmt;

use bytes::{Buf as _, BytesMut};

use crate::mail::header::clean::clean;

/// The longest line taken. RFC 2449 §4 allows 512 octets; challenges of OAuth may be longer.
pub(super) const MAX_LINE: usize = 4096;

/// Octets of an answer's text that are kept.
const MAX_TEXT: usize = 512;

/// Why an answer cannot be read. The connection is of no more use then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// A line that never ends.
    #[error("a line is too long")]
    TooLong,
    /// Neither `+OK` nor `-ERR`.
    #[error("an answer is not POP3")]
    Malformed,
    /// A question where none has a place.
    #[error("a question where an answer should be")]
    Question,
}

/// A server's words, as far as people and logs need them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The response code in front, if there is one.
    pub code: Option<Code>,
    /// On one line, cleaned, without the response code, at most 512 octets.
    pub text: String,
}

impl Reply {
    /// What stands behind `+OK` or `-ERR`.
    pub(super) fn parse(text: &str) -> Self {
        let text = text.trim_start();
        let split = text
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'))
            .filter(|(code, _)| !code.contains('['));
        match split {
            Some((code, rest)) => Self {
                code: Some(Code::parse(code)),
                text: shown(rest),
            },
            None => Self {
                code: None,
                text: shown(text),
            },
        }
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "[{code}] {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

/// A response code (RFC 2449 §8, RFC 3206). Believed whether or not RESP-CODES is announced: no
/// server begins a sentence so by chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// `IN-USE`: another session has the maildrop locked.
    InUse,
    /// `LOGIN-DELAY`: the last sign-in was too short a time ago.
    LoginDelay,
    /// `SYS/TEMP`: the server's trouble, which will pass.
    SysTemp,
    /// `SYS/PERM`: the server's trouble, which somebody must mend.
    SysPerm,
    /// `AUTH`: the credential is wrong.
    Auth,
    /// Any other.
    Other,
}

impl Code {
    /// Codes have levels with slashes between; whoever does not know the last takes the first
    /// ones (RFC 2449 §8).
    fn parse(text: &str) -> Self {
        let text = text.trim().to_ascii_uppercase();
        let mut levels = text.split('/');
        match (levels.next(), levels.next()) {
            (Some("IN-USE"), _) => Self::InUse,
            (Some("LOGIN-DELAY"), _) => Self::LoginDelay,
            (Some("SYS"), Some("TEMP")) => Self::SysTemp,
            (Some("SYS"), Some("PERM")) => Self::SysPerm,
            (Some("AUTH"), _) => Self::Auth,
            _ => Self::Other,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InUse => "IN-USE",
            Self::LoginDelay => "LOGIN-DELAY",
            Self::SysTemp => "SYS/TEMP",
            Self::SysPerm => "SYS/PERM",
            Self::Auth => "AUTH",
            Self::Other => "…",
        })
    }
}

/// The first line of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// `+OK`, and what stands behind it.
    Ok(String),
    /// `-ERR`.
    Err(Reply),
    /// `+`: the server asks for more (RFC 5034 §4), and what stands behind it.
    More(String),
}

impl Status {
    pub(super) fn parse(line: &[u8]) -> Result<Self, Unreadable> {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_start_matches(|c: char| c.is_ascii_whitespace());
        if let Some(text) = after(line, "+OK") {
            return Ok(Self::Ok(text.to_owned()));
        }
        if let Some(text) = after(line, "-ERR") {
            return Ok(Self::Err(Reply::parse(text)));
        }
        match line.strip_prefix('+') {
            Some(text) if text.is_empty() || text.starts_with(' ') => {
                Ok(Self::More(text.trim().to_owned()))
            }
            _ => Err(Unreadable::Malformed),
        }
    }
}

/// What follows a status word, in whatever case the server writes it.
fn after<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let (head, rest) = line.split_at_checked(word.len())?;
    let ends = !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    (head.eq_ignore_ascii_case(word) && ends).then(|| rest.trim_start())
}

/// Text of a server as one safe line of at most 512 octets.
pub(super) fn shown(text: &str) -> String {
    let mut text = clean(text);
    let end = text.floor_char_boundary(MAX_TEXT);
    text.truncate(end);
    text.truncate(text.trim_end().len());
    text
}

/// Cuts what a server sends into lines.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// How far the unread octets are known to hold no line end.
    scanned: usize,
}

impl Lines {
    /// The next line without its end, at most [`MAX_LINE`] octets; `None` when more octets are
    /// needed. A bare LF ends it as well, as some servers send it.
    pub(super) fn next(&mut self, unread: &mut BytesMut) -> Result<Option<BytesMut>, Unreadable> {
        let fresh = unread.get(self.scanned..).unwrap_or_default();
        let Some(end) = memchr::memchr(b'\n', fresh) else {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn status_lines() {
        let ok = |text: &str| Ok(Status::Ok(text.to_owned()));
        for (line, expected) in [
            ("+OK", ok("")),
            ("+OK 2 320", ok("2 320")),
            ("+ok  fine ", ok("fine ")),
            ("+OK\t1", ok("1")),
            ("+", Ok(Status::More(String::new()))),
            ("+ ", Ok(Status::More(String::new()))),
            ("+ abc=", Ok(Status::More("abc=".to_owned()))),
            ("-ERR", Ok(Status::Err(Reply::parse("")))),
            ("-err no", Ok(Status::Err(Reply::parse("no")))),
            ("+OKAY", Err(Unreadable::Malformed)),
            ("-ERROR", Err(Unreadable::Malformed)),
            ("", Err(Unreadable::Malformed)),
            ("* OK IMAP4rev1", Err(Unreadable::Malformed)),
            ("220 smtp", Err(Unreadable::Malformed)),
            ("+é", Err(Unreadable::Malformed)),
        ] {
            assert_eq!(Status::parse(line.as_bytes()), expected, "{line:?}");
        }
    }

    #[test]
    fn response_codes() {
        for (text, code, rest) in [
            ("[IN-USE] Do you?", Some(Code::InUse), "Do you?"),
            ("[in-use/by/imap]x", Some(Code::InUse), "x"),
            ("[SYS/TEMP]", Some(Code::SysTemp), ""),
            ("[SYS] what", Some(Code::Other), "what"),
            ("[] what", Some(Code::Other), "what"),
            ("[AUTH what", None, "[AUTH what"),
            ("no [AUTH] what", None, "no [AUTH] what"),
        ] {
            let reply = Reply::parse(text);
            assert_eq!((reply.code, reply.text.as_str()), (code, rest), "{text}");
        }
    }

    #[test]
    fn words_are_made_safe_and_short() {
        let Ok(Status::Err(reply)) = Status::parse(b"-ERR \x1b[31m\xff\r\0evil") else {
            panic!("an error");
        };
        assert!(!reply.text.chars().any(char::is_control), "{reply:?}");
        assert!(Reply::parse(&"é".repeat(4000)).text.len() <= MAX_TEXT);
    }

    #[test]
    fn endless_lines_end() {
        let mut unread = BytesMut::from(&[b'x'; MAX_LINE][..]);
        let mut lines = Lines::default();
        assert_eq!(lines.next(&mut unread), Ok(None));
        unread.extend_from_slice(b"\n");
        assert_eq!(lines.next(&mut unread).unwrap().unwrap().len(), MAX_LINE);
        unread.extend_from_slice(&[b'x'; MAX_LINE + 1]);
        assert_eq!(lines.next(&mut unread), Err(Unreadable::TooLong));
    }

    proptest! {
        #[test]
        fn lines_are_the_same_however_they_come(text in "[ab\r\n]{0,40}", cuts in prop::collection::vec(1..5_usize, 0..40)) {
            let mut expected: Vec<Vec<u8>> = Vec::new();
            for line in text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
                expected.push(line.strip_suffix('\r').unwrap_or(line).into());
            }
            let (mut rest, mut cuts) = (text.as_bytes(), cuts.into_iter());
            let (mut unread, mut lines) = (BytesMut::new(), Lines::default());
            let mut found: Vec<Vec<u8>> = Vec::new();
            while !rest.is_empty() {
                let (piece, after) = rest.split_at(cuts.next().unwrap_or(9).min(rest.len()));
                unread.extend_from_slice(piece);
                while let Some(line) = lines.next(&mut unread).unwrap() {
                    found.push(line.into());
                }
                rest = after;
            }
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn no_line_panics(line in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = Status::parse(&line);
        }
    }
}
