//! Encoded words (RFC 2047): which words of a text need to be, and how they are written.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};

/// Longer words are encoded, for they would not fit on a line beside the name of a field.
const LONGEST: usize = 60;
const PREFIX_B: &str = "=?utf-8?B?";
const PREFIX_Q: &str = "=?utf-8?Q?";
const SUFFIX: &str = "?=";
/// What is around the text of an encoded word.
const FRAME: usize = PREFIX_B.len() + SUFFIX.len();

/// One or several words of a text.
#[derive(Debug)]
pub(super) enum Word {
    /// A word as it is.
    Plain(String),
    /// Words side by side that are to be encoded, with the spaces between them: readers drop
    /// white space between encoded words (§6.2).
    Encoded(String),
}

/// Takes a text apart. Line ends, tabs and other white space of any length become one space;
/// control characters go.
pub(super) fn words(text: &str, is_plain: impl Fn(&str) -> bool) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let visible = without_controls(text);
    for word in visible.split_whitespace() {
        let plain = is_plain(word);
        match words.last_mut() {
            Some(Word::Encoded(before)) if !plain => {
                before.push(' ');
                before.push_str(word);
            }
            _ if plain => words.push(Word::Plain(word.to_owned())),
            _ => words.push(Word::Encoded(word.to_owned())),
        }
    }
    words
}

/// Can this word stand as it is? Not when it would be taken for an encoded one, nor when it is
/// longer than a line.
pub(super) fn is_plain(word: &str, utf8: bool) -> bool {
    let short = word.chars().count() <= LONGEST;
    short && (utf8 || word.is_ascii()) && !word.contains("=?")
}

/// The inside of a quoted string (RFC 5322 §3.2.4).
pub(super) fn quotable(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in without_controls(text).trim().chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Controls that are white space become spaces, others go.
pub(super) fn without_controls(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if !c.is_control() => out.push(c),
            c if c.is_whitespace() => out.push(' '),
            _ => {}
        }
    }
    Cow::Owned(out)
}

/// The two encodings of RFC 2047 §4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    B,
    Q,
}

impl Encoding {
    /// Q, which can be read without tools, unless it is half as long again as B.
    pub(super) fn of(text: &str) -> Self {
        let q: usize = text.bytes().map(q_width).sum();
        if q * 2 > text.len().div_ceil(3) * 4 * 3 {
            Self::B
        } else {
            Self::Q
        }
    }

    /// An encoded word of at most `room` characters for the beginning of `text`, and what is
    /// left. Empty when not one character fits. Never splits a character (§5).
    pub(super) fn word(self, text: &str, room: usize) -> (String, &str) {
        let room = room.saturating_sub(FRAME);
        let (mut end, mut q) = (0, 0);
        for c in text.chars() {
            let after = end + c.len_utf8();
            let octets = text.get(end..after).unwrap_or_default();
            q += octets.bytes().map(q_width).sum::<usize>();
            let width = match self {
                Self::B => after.div_ceil(3) * 4,
                Self::Q => q,
            };
            if width > room {
                break;
            }
            end = after;
        }
        let (now, rest) = text.split_at_checked(end).unwrap_or_default();
        if now.is_empty() {
            return (String::new(), rest);
        }
        let word = match self {
            Self::B => format!("{PREFIX_B}{}{SUFFIX}", STANDARD.encode(now)),
            Self::Q => {
                let mut word = PREFIX_Q.to_owned();
                now.bytes().for_each(|byte| q_push(byte, &mut word));
                word.push_str(SUFFIX);
                word
            }
        };
        (word, rest)
    }
}

/// What may stand as it is in a phrase (§5 (3)), the narrowest of the places.
fn is_q_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'!' | b'*' | b'+' | b'-' | b'/')
}

fn q_width(byte: u8) -> usize {
    if byte == b' ' || is_q_safe(byte) {
        1
    } else {
        3
    }
}

fn q_push(byte: u8, out: &mut String) {
    match byte {
        b' ' => out.push('_'),
        byte if is_q_safe(byte) => out.push(char::from(byte)),
        byte => out.push_str(&format!("={byte:02X}")),
    }
}
