//! Where a header ends, blank line or not.

use crate::mail::header::{
    is_continuation,
    line::{Line, line_at},
    name_of,
};

/// How far a header is looked for beyond a line that can't belong to one.
const REACH: usize = 64 * 1024;

/// Finds the end of the header that begins at `start`: where the body begins. `is_boundary`
/// tells lines that end the part at once.
///
/// A line that is no field is passed over when well-known fields follow before the blank line.
/// Else somebody forgot the blank line, and the body begins there.
pub(super) fn body_start(
    raw: &[u8],
    start: usize,
    line_end: u8,
    is_boundary: impl Fn(&[u8]) -> bool,
) -> usize {
    let mut stray: Option<usize> = None;
    let mut at = start;
    while let Some(line) = line_at(raw, at, line_end) {
        if is_boundary(line.text) {
            return stray.unwrap_or(line.start);
        }
        at = line.end;
        if line.text.is_empty() {
            return stray.unwrap_or(at);
        }
        if stray.is_some_and(|stray| line.start > stray + REACH) {
            break;
        }
        match judge(&line, start) {
            Judgement::WellKnown => stray = None,
            Judgement::Field => {}
            Judgement::Stray => stray = stray.or(Some(line.start)),
        }
    }
    stray.unwrap_or(at)
}

/// Skips blank lines at the top of a message, if a header follows them.
pub(super) fn header_start(raw: &[u8], line_end: u8) -> usize {
    let mut at = 0;
    while let Some(line) = line_at(raw, at, line_end) {
        if !line.text.trim_ascii().is_empty() {
            let is_header = matches!(judge(&line, usize::MAX), Judgement::WellKnown);
            return if is_header { at } else { 0 };
        }
        at = line.end;
    }
    0
}

enum Judgement {
    WellKnown,
    Field,
    Stray,
}

fn judge(line: &Line<'_>, start: usize) -> Judgement {
    if is_continuation(line.text) && line.start > start {
        return Judgement::Field;
    }
    let is_mbox = line.text.starts_with(b"From ") || line.text.starts_with(b">From ");
    if is_mbox && line.start == start {
        return Judgement::Field;
    }
    match name_of(line.text) {
        Some(name) if is_well_known(name) => Judgement::WellKnown,
        Some(_) => Judgement::Field,
        None if is_misspelt(line.text) => Judgement::Field,
        None => Judgement::Stray,
    }
}

/// A field whose name has a character that it must not have, other than white space.
fn is_misspelt(line: &[u8]) -> bool {
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
    let has_dash = name.contains(&b'-') && name.len() < line.len();
    has_dash
        && !name
            .iter()
            .any(|byte| byte.is_ascii_whitespace() || byte.is_ascii_control())
}

fn is_well_known(name: &str) -> bool {
    const NAMES: [&str; 19] = [
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
        "date",
        "sender",
        "reply-to",
        "message-id",
        "in-reply-to",
        "references",
        "received",
        "return-path",
        "delivered-to",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
        "content-id",
    ];
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}
