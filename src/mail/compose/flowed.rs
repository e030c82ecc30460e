//! Plain text as `format=flowed` (RFC 3676): it reads well where it is understood, on any width,
//! and where it is not.
//!
//! Without `DelSp`: readers that do not know it show a space where there was none, in the middle
//! of Chinese or Thai words. A paragraph without spaces stays one line instead, however long; the
//! transfer encoding carries it.

use std::borrow::Cow;

/// Columns to which paragraphs are broken (§4.2 says at most 78, and quotes want room).
const WIDTH: usize = 72;
/// Columns that a line may have unbroken; with stuffing it is one more.
const LONGEST: usize = 77;
/// The line before a signature (§4.3), which looks as if it went on.
const SIGNATURE: &str = "-- ";

/// The text with every line end made CRLF, the last line ended too, NUL gone and lines flowing.
pub(super) fn flowed(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 32 + 2);
    let text = without_nul(text);
    for line in lines(&text) {
        match quoted(line) {
            Some((depth, rest)) => {
                out.extend(std::iter::repeat_n('>', depth));
                // What others wrote keeps its lines.
                let rest = fixed(rest);
                if !rest.is_empty() {
                    out.push(' ');
                }
                out.push_str(rest);
                out.push_str("\r\n");
            }
            None => paragraph(fixed(line), &mut out),
        }
    }
    out
}

/// NUL is nowhere allowed (RFC 5322 §3.5), and servers cut a message there.
pub(super) fn without_nul(text: &str) -> Cow<'_, str> {
    match text.contains('\0') {
        true => Cow::Owned(text.replace('\0', "")),
        false => Cow::Borrowed(text),
    }
}

/// The lines of a text, whatever ends them. The line end at the very end begins no line.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let last = text.strip_suffix('\n').unwrap_or(text);
    let last = last.strip_suffix('\r').unwrap_or(last);
    let mut rest = (!text.is_empty()).then_some(last);
    std::iter::from_fn(move || {
        let now = rest?;
        let Some((line, after)) = now.split_once(['\r', '\n']) else {
            rest = None;
            return Some(now);
        };
        let crlf = now
            .get(line.len()..)
            .is_some_and(|end| end.starts_with("\r\n"));
        rest = Some(match crlf {
            true => after.strip_prefix('\n').unwrap_or(after),
            false => after,
        });
        Some(line)
    })
}

/// The depth of a quoted line, and the line without its marks: people and programs write `>>` and
/// `> >`, flowing text has only the former (§4.5).
fn quoted(line: &str) -> Option<(usize, &str)> {
    let mut rest = line.strip_prefix('>')?;
    let mut depth = 1;
    while let Some(after) = rest.strip_prefix('>').or_else(|| rest.strip_prefix(" >")) {
        rest = after;
        depth += 1;
    }
    Some((depth, rest.strip_prefix(' ').unwrap_or(rest)))
}

/// A line that ends here has no space at its end (§4.2).
fn fixed(line: &str) -> &str {
    match line {
        SIGNATURE => line,
        line => line.trim_end_matches(' '),
    }
}

fn paragraph(line: &str, out: &mut String) {
    let whole = line == SIGNATURE || line.chars().nth(LONGEST).is_none();
    let mut rest = line;
    while !whole && rest.chars().nth(WIDTH).is_some() {
        let Some((now, after)) = broken(rest) else {
            break;
        };
        stuffed(now, out);
        rest = after;
    }
    stuffed(rest, out);
}

/// One line of at most [`WIDTH`] columns, or of one long word, with the space at its end, and
/// what follows it. `None` when there is nowhere to break.
fn broken(text: &str) -> Option<(&str, &str)> {
    let mut best = None;
    let mut column = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        column += 1;
        let Some((next, follows)) = chars.peek().copied() else {
            break;
        };
        // Several spaces stay together, and a line of the signature's form would end the text.
        if c == ' ' && follows != ' ' && at > 0 && text.get(..next) != Some(SIGNATURE) {
            if column > WIDTH && best.is_some() {
                break;
            }
            best = Some(next);
        }
        if column > WIDTH && best.is_some() {
            break;
        }
    }
    text.split_at_checked(best?)
}

/// Writes a line, with a space before it where it would be taken for something else (§4.4).
fn stuffed(line: &str, out: &mut String) {
    if line.starts_with([' ', '>']) || line.starts_with("From ") {
        out.push(' ');
    }
    out.push_str(line);
    out.push_str("\r\n");
}
