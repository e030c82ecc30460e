//! Uuencode: as a transfer encoding of old, and inline in plain text, where it is how files were
//! attached before MIME.

use super::LineBuffer;
use crate::mail::header::{decode_text, line::lines, safe_filename};

/// Files found in one text; more stay text.
const MAX_FILES: usize = 100;

/// A file found inline in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlineFile {
    /// From the `begin` line, safe to show.
    pub name: Option<String>,
    /// The decoded bytes.
    pub data: Vec<u8>,
}

/// Takes uuencoded files out of a text (before charset decoding): the text without them, and the
/// files. `None` when there are none. A `begin` line without any data is text.
pub fn inline_files(text: &[u8]) -> Option<(Vec<u8>, Vec<InlineFile>)> {
    let mut files = Vec::new();
    let mut kept = Vec::with_capacity(text.len());
    let mut open: Option<(InlineFile, usize)> = None;
    for line in lines(text, 0) {
        let whole = text.get(line.start..line.end).unwrap_or_default();
        let Some((file, from)) = &mut open else {
            match begin(line.text) {
                Some(name) if files.len() < MAX_FILES => {
                    let data = Vec::new();
                    open = Some((InlineFile { name, data }, line.start));
                }
                _ => kept.extend_from_slice(whole),
            }
            continue;
        };
        if decode_line(line.text, &mut file.data) {
            continue;
        }
        let is_end = line.text.trim_ascii() == b"end";
        if file.data.is_empty() {
            kept.extend_from_slice(text.get(*from..line.end).unwrap_or_default());
        } else if !is_end {
            kept.extend_from_slice(whole);
        }
        files.extend(
            open.take()
                .map(|(file, _)| file)
                .filter(|file| !file.data.is_empty()),
        );
    }
    if let Some((file, from)) = open {
        match file.data.is_empty() {
            true => kept.extend_from_slice(text.get(from..).unwrap_or_default()),
            false => files.push(file),
        }
    }
    (!files.is_empty()).then_some((kept, files))
}

/// See [`super::Decoder`].
#[derive(Debug, Default)]
pub(super) struct Uuencode {
    lines: LineBuffer,
    state: State,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Before,
    Inside,
    After,
}

impl Uuencode {
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
        let mut lines = std::mem::take(&mut self.lines);
        lines.push(bytes, |line| self.line(line, &mut out));
        self.lines = lines;
        out
    }

    pub(super) fn finish(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let rest = self.lines.finish();
        self.line(&rest, &mut out);
        out
    }

    fn line(&mut self, line: &[u8], out: &mut Vec<u8>) {
        let line = line.trim_ascii_end();
        match self.state {
            State::Before if begin(line).is_some() => self.state = State::Inside,
            State::Inside if line == b"end" => self.state = State::After,
            State::Inside => {
                decode_line(line, out);
            }
            State::Before | State::After => {}
        }
    }
}

/// `begin 644 name`, the name decoded and made safe.
fn begin(line: &[u8]) -> Option<Option<String>> {
    let rest = line.strip_prefix(b"begin ")?;
    let (mode, name) = rest.split_at_checked(rest.iter().position(|byte| *byte == b' ')?)?;
    let is_mode = (3..=4).contains(&mode.len()) && mode.iter().all(|b| matches!(b, b'0'..=b'7'));
    is_mode.then(|| safe_filename(&decode_text(name)))
}

/// Decodes one line: a length, then groups of four characters. False when it is no such line, or
/// the one of length zero that ends the data.
fn decode_line(line: &[u8], out: &mut Vec<u8>) -> bool {
    let Some((length, digits)) = line.split_first() else {
        return false;
    };
    if !matches!(length, b' '..=b'`') {
        return false;
    }
    let length = usize::from(value(*length));
    let needed = length.div_ceil(3) * 4;
    // Spaces at the end are lost on the way, and a checksum may follow.
    let plausible = needed.saturating_sub(digits.len()) <= 4 && digits.len() <= needed + 4;
    if !plausible || !digits.iter().all(|byte| matches!(byte, b' '..=b'`')) {
        return false;
    }
    let mut left = length;
    for group in digits.chunks(4).take(length.div_ceil(3)) {
        let bits = (0..4).fold(0_u32, |bits, index| {
            bits << 6 | u32::from(group.get(index).map_or(0, |byte| value(*byte)))
        });
        let [_, bytes @ ..] = bits.to_be_bytes();
        out.extend(bytes.iter().take(left));
        left = left.saturating_sub(3);
    }
    out.extend(std::iter::repeat_n(0, left));
    true
}

fn value(byte: u8) -> u8 {
    byte.wrapping_sub(b' ') & 0x3f
}
