//! The lines that separate the parts of a multipart (RFC 2046 §5.1.1).

use crate::mail::header::line::{Line, line_at};

/// RFC 2046 allows 70 bytes; longer ones are found. Servers cut somewhere as well.
const MAX_LENGTH: usize = 1000;

/// A separator line as judged against one boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delimiter {
    /// `--boundary`: a part begins.
    Next,
    /// `--boundary--`: the last part is over.
    Last,
}

/// A boundary parameter made fit to compare; `None` when there is nothing to compare with.
pub(super) fn normalise(mut boundary: Vec<u8>) -> Option<Vec<u8>> {
    boundary.truncate(MAX_LENGTH);
    let length = boundary.trim_ascii_end().len();
    boundary.truncate(length);
    (length > 0).then_some(boundary)
}

/// Judges a line against the open boundaries, the innermost last. The longest one that the line
/// begins with wins, so that of `ab` and `abc` each gets its own; of equal ones the innermost.
/// What follows the boundary on the line does not matter.
pub(super) fn find<'b>(
    line: &[u8],
    open: impl DoubleEndedIterator<Item = (usize, &'b [u8])>,
) -> Option<(usize, Delimiter)> {
    let text = line.strip_prefix(b"--")?;
    let mut best: Option<(usize, &[u8])> = None;
    for (index, boundary) in open.rev() {
        let longer = best.is_none_or(|(_, other)| other.len() < boundary.len());
        if longer && text.starts_with(boundary) {
            best = Some((index, boundary));
        }
    }
    let (index, boundary) = best?;
    let is_last = text.strip_prefix(boundary)?.starts_with(b"--");
    let delimiter = if is_last {
        Delimiter::Last
    } else {
        Delimiter::Next
    };
    Some((index, delimiter))
}

/// Guesses the boundary of a multipart whose own is missing or wrong: the first line with two
/// dashes that is followed by a MIME header.
pub(super) fn guess(body: &[u8], line_end: u8) -> Option<Vec<u8>> {
    let mut line = line_at(body, 0, line_end);
    while let Some(current) = line {
        let next = line_at(body, current.end, line_end);
        if let (Some(boundary), Some(next)) = (candidate(&current), &next)
            && is_mime_field(next.text)
        {
            return Some(boundary.to_vec());
        }
        line = next;
    }
    None
}

fn candidate<'a>(line: &Line<'a>) -> Option<&'a [u8]> {
    let boundary = line.text.strip_prefix(b"--")?.trim_ascii_end();
    (1..=200).contains(&boundary.len()).then_some(boundary)
}

fn is_mime_field(line: &[u8]) -> bool {
    line.get(..8)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"content-"))
}
