//! Lines of a message: LF or CRLF, and CR alone where a message has no LF at all.

use std::ops::Range;

/// One line: where it begins, its text without the line end, and where the next one begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    /// Offset of the first byte.
    pub(crate) start: usize,
    /// The text, without CR and LF.
    pub(crate) text: &'a [u8],
    /// Offset after the line end.
    pub(crate) end: usize,
}

impl Line<'_> {
    /// The range of the text, without the line end.
    pub(crate) fn text_range(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }
}

/// The byte that ends lines: CR only for the messages of old Macs, which have no LF.
pub(crate) fn line_end(bytes: &[u8]) -> u8 {
    if !bytes.contains(&b'\n') && bytes.contains(&b'\r') {
        b'\r'
    } else {
        b'\n'
    }
}

/// The line that begins at `start`, or `None` at the end of the bytes.
pub(crate) fn line_at(bytes: &[u8], start: usize, line_end: u8) -> Option<Line<'_>> {
    let rest = bytes.get(start..).filter(|rest| !rest.is_empty())?;
    let (text, length) = match rest.iter().position(|byte| *byte == line_end) {
        Some(length) => (rest.get(..length)?, length + 1),
        None => (rest, rest.len()),
    };
    let text = match line_end {
        b'\n' => text.strip_suffix(b"\r").unwrap_or(text),
        _ => text,
    };
    Some(Line {
        start,
        text,
        end: start + length,
    })
}

/// All lines from `start` on.
pub(crate) fn lines(bytes: &[u8], start: usize) -> impl Iterator<Item = Line<'_>> {
    let end = line_end(bytes);
    let first = line_at(bytes, start, end);
    std::iter::successors(first, move |line| line_at(bytes, line.end, end))
}
