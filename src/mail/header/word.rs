//! Encoded words (RFC 2047), joined across neighbours before their charset is decoded: many
//! senders cut a character in two.

use crate::mail::{charset, transfer};

/// Decodes a value, folds included. The result may still hold controls.
pub(super) fn decode(raw: &[u8], body_charset: Option<&str>) -> String {
    let line = super::unfold(raw);
    let mut decoder = Decoder {
        body_charset,
        out: String::with_capacity(line.len()),
        run: None,
    };
    let mut scanner = Scanner {
        line: &line,
        exhausted: false,
    };
    let (mut plain, mut at) = (0, 0);
    while let Some(start) = scanner.next_start(at) {
        match scanner.word(start) {
            Some((word, end)) if word.is_readable() => {
                decoder.plain(line.get(plain..start).unwrap_or_default(), false);
                decoder.word(&word);
                (plain, at) = (end, end);
            }
            Some((_, end)) => at = end,
            None => at = start + 2,
        }
    }
    decoder.plain(line.get(plain..).unwrap_or_default(), true);
    decoder.out
}

/// One `=?charset?encoding?text?=`.
struct Word<'a> {
    charset: &'a [u8],
    base64: bool,
    text: &'a [u8],
}

impl Word<'_> {
    /// A word whose base64 holds nothing is shown as it stands.
    fn is_readable(&self) -> bool {
        let digits = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
        !self.base64 || self.text.is_empty() || self.text.iter().any(digits)
    }
}

struct Scanner<'a> {
    line: &'a [u8],
    /// No `?=` is left, which spares looking for it again after each `=?`.
    exhausted: bool,
}

impl<'a> Scanner<'a> {
    fn next_start(&self, from: usize) -> Option<usize> {
        let rest = self.line.get(from..)?;
        let found = rest.windows(2).position(|pair| pair == b"=?")?;
        Some(from + found)
    }

    /// Reads the word that begins at `start`; also returns where it ends.
    fn word(&mut self, start: usize) -> Option<(Word<'a>, usize)> {
        let rest = self.line.get(start + 2..)?;
        let length = rest.iter().take(64).position(|byte| *byte == b'?')?;
        let label = rest.get(..length)?;
        if label.is_empty() || !label.iter().all(u8::is_ascii_graphic) {
            return None;
        }
        // RFC 2231 §5 adds a language: charset*language.
        let charset = label.split(|byte| *byte == b'*').next()?;
        let base64 = match rest.get(length + 1..length + 3)? {
            [b'B' | b'b', b'?'] => true,
            [b'Q' | b'q', b'?'] => false,
            _ => return None,
        };
        let text_start = start + 2 + length + 3;
        let (text_end, end) = self.text_end(text_start);
        let word = Word {
            charset,
            base64,
            text: self.line.get(text_start..text_end)?,
        };
        Some((word, end))
    }

    /// Where the text ends and where the word ends. A word without its `?=` ends before the next
    /// word, or at white space when no `?=` follows at all.
    fn text_end(&mut self, start: usize) -> (usize, usize) {
        let rest = self.line.get(start..).unwrap_or_default();
        let mut first = None;
        if !self.exhausted {
            for (index, pair) in rest.windows(2).enumerate() {
                match (pair, first) {
                    // An unescaped question mark before an escape (`?=3D`) is no end, if a
                    // better one follows soon.
                    (b"?=", _) if self.ends_word(start + index + 2) => {
                        return (start + index, start + index + 2);
                    }
                    (b"?=", None) => first = Some(index),
                    ([b' ' | b'\t', b'='], None) if rest.get(index + 2) == Some(&b'?') => {
                        return (start + index, start + index);
                    }
                    ([b' ' | b'\t', _], Some(_)) => break,
                    (_, Some(first)) if index > first + 256 => break,
                    _ => {}
                }
            }
        }
        if let Some(first) = first {
            return (start + first, start + first + 2);
        }
        self.exhausted = true;
        let length = rest.iter().position(u8::is_ascii_whitespace);
        let end = start + length.unwrap_or(rest.len());
        (end, end)
    }

    fn ends_word(&self, at: usize) -> bool {
        match self.line.get(at) {
            None => true,
            Some(b'=') => self.line.get(at + 1) == Some(&b'?'),
            Some(byte) => !byte.is_ascii_hexdigit(),
        }
    }
}

/// Bytes of neighbouring words in one charset.
struct Run {
    charset: String,
    bytes: Vec<u8>,
    /// Base64 text that stopped within a group of four: some senders cut there.
    open: Vec<u8>,
}

struct Decoder<'a> {
    body_charset: Option<&'a str>,
    out: String,
    run: Option<Run>,
}

impl Decoder<'_> {
    /// Text outside words. White space between two words is no text (RFC 2047 §6.2).
    fn plain(&mut self, text: &[u8], last: bool) {
        if self.run.is_some() && !last && text.trim_ascii().is_empty() {
            return;
        }
        self.flush();
        self.out
            .push_str(&charset::decode_guess(text, self.body_charset));
    }

    fn word(&mut self, word: &Word<'_>) {
        let label = String::from_utf8_lossy(word.charset);
        if !self
            .run
            .as_ref()
            .is_some_and(|run| run.charset.eq_ignore_ascii_case(&label))
        {
            self.flush();
        }
        let run = self.run.get_or_insert_with(|| Run {
            charset: label.into_owned(),
            bytes: Vec::new(),
            open: Vec::new(),
        });
        if word.base64 {
            run.base64(word.text);
        } else {
            run.close();
            run.bytes.extend(q_decode(word.text));
        }
    }

    fn flush(&mut self) {
        if let Some(mut run) = self.run.take() {
            run.close();
            self.out
                .push_str(&charset::decode(&run.bytes, Some(&run.charset)));
        }
    }
}

impl Run {
    fn base64(&mut self, text: &[u8]) {
        self.open
            .extend(text.iter().filter(|b| !b.is_ascii_whitespace()));
        let padded = self.open.contains(&b'=');
        if padded || self.open.len().is_multiple_of(4) {
            self.close();
        }
    }

    fn close(&mut self) {
        let open = std::mem::take(&mut self.open);
        self.bytes.extend(transfer::decode(&open, "base64"));
    }
}

/// The "Q" encoding (RFC 2047 §4.2); what is no escape stays as it is.
fn q_decode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        match byte {
            b'_' => out.push(b' '),
            b'=' => match tail.split_first_chunk::<2>() {
                Some((digits, after)) if let Some(value) = transfer::hex(*digits) => {
                    out.push(value);
                    rest = after;
                }
                _ => out.push(b'='),
            },
            byte => out.push(*byte),
        }
    }
    out
}
