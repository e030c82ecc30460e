//! Lines as written into lines as meant: marks of quotes counted, flowing lines joined.

use std::borrow::Cow;

use super::MAX_QUOTES;

/// A line as meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::mail) struct Logical<'a> {
    /// How deep it is quoted.
    pub(in crate::mail) depth: usize,
    /// Without marks of quotes.
    pub(in crate::mail) text: Cow<'a, str>,
}

/// The lines of `text` (RFC 3676 §4.4–4.6 where `flowed`).
pub(in crate::mail) fn lines(
    text: &str,
    flowed: bool,
    delsp: bool,
) -> impl Iterator<Item = Logical<'_>> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let mut written = text
        .split('\n')
        .map(move |line| one(line.strip_suffix('\r').unwrap_or(line), flowed))
        .peekable();
    std::iter::from_fn(move || {
        let mut line = written.next()?;
        if !flowed {
            return Some(line);
        }
        while goes_on(&line.text)
            && let Some(next) =
                written.next_if(|next| next.depth == line.depth && next.text != SIGNATURE)
        {
            let mut joined = line.text.into_owned();
            if delsp {
                joined.pop();
            }
            joined.push_str(&next.text);
            line.text = Cow::Owned(joined);
            // Whether the paragraph goes on is said by the line that was added last.
            if !goes_on(&next.text) {
                break;
            }
        }
        Some(line)
    })
}

/// Looks like a line that goes on, but never does.
const SIGNATURE: &str = "-- ";

fn goes_on(text: &str) -> bool {
    text.ends_with(' ') && text != SIGNATURE
}

/// Takes the marks off a line.
fn one(line: &str, flowed: bool) -> Logical<'_> {
    let mut rest = line;
    let mut depth = 0;
    while depth < MAX_QUOTES {
        // Flowing text has its marks side by side; elsewhere people write `> > >`.
        let mark = if flowed || depth == 0 {
            rest.strip_prefix('>')
        } else {
            rest.strip_prefix('>').or_else(|| rest.strip_prefix(" >"))
        };
        let Some(after) = mark else {
            break;
        };
        rest = after;
        depth += 1;
    }
    if flowed || depth > 0 {
        // Stuffed by the writer (§4.4), or just for the eye.
        rest = rest.strip_prefix(' ').unwrap_or(rest);
    }
    Logical {
        depth,
        text: Cow::Borrowed(rest),
    }
}
