//! Where the entries of a field begin and end.

use std::ops::Range;

/// The place of one entry, white space around it left out; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) place: Range<usize>,
    /// Where the colon after the name of a group is.
    pub(super) colon: Option<usize>,
    /// What stands before and after it.
    before: Mark,
    after: Mark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Edge,
    Comma,
    Semicolon,
    Line,
}

/// A longer text before a colon names no group; looked at anew for each colon.
const MAX_NAME: usize = 1000;

/// What is open at a place of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    None,
    Quote,
    Angle,
    Comment(usize),
    Literal,
}

/// The entries, in order.
pub(super) fn split(field: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = 0;
    let mut before = Mark::Edge;
    for line in field.split_inclusive(['\n', '\r', '\u{2028}', '\u{2029}']) {
        let end = start + line.len();
        if !line.trim().is_empty() {
            split_line(field, start..end, before, &mut spans);
        }
        start = end;
        before = Mark::Line;
    }
    // A line end with nothing after it parts nothing.
    if let Some(last) = spans.last_mut()
        && last.after == Mark::Line
    {
        last.after = Mark::Edge;
    }
    join_names(field, spans)
}

fn split_line(field: &str, line: Range<usize>, mut before: Mark, spans: &mut Vec<Span>) {
    let text = field.get(line.clone()).unwrap_or_default();
    let last_semicolon = text.rfind(';');
    let (mut start, mut colon, mut open) = (0, None, Open::None);
    let mut escaped = false;
    let mut add = |place: Range<usize>, colon: Option<usize>, before, after| {
        let inside = text.get(place.clone()).unwrap_or_default();
        let trimmed = inside.trim_start();
        let from = line.start + place.end - trimmed.len();
        let to = from + trimmed.trim_end().len();
        if from < to {
            let colon = colon.map(|colon: usize| colon + line.start);
            spans.push(Span {
                place: from..to,
                colon,
                before,
                after,
            });
        }
    };
    for (at, c) in text.char_indices() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        open = match (open, c) {
            (Open::Quote | Open::Comment(_), '\\') => {
                escaped = true;
                open
            }
            (Open::Quote, '"') | (Open::Angle, '>') | (Open::Literal, ']') => Open::None,
            (Open::Comment(depth), '(') => Open::Comment(depth + 1),
            (Open::Comment(1), ')') => Open::None,
            (Open::Comment(depth), ')') => Open::Comment(depth - 1),
            (Open::None, '"') => Open::Quote,
            (Open::None, '<') => Open::Angle,
            (Open::None, '(') => Open::Comment(1),
            // `user@[IPv6:…]`.
            (Open::None, '[') if text.get(..at).is_some_and(|t| t.ends_with('@')) => Open::Literal,
            (open, _) => open,
        };
        if open != Open::None {
            continue;
        }
        match c {
            ':' if colon.is_none() && last_semicolon.is_some_and(|last| last > at) => {
                let name = text.get(start..at).unwrap_or_default();
                if name.len() <= MAX_NAME && is_group_name(name.trim()) {
                    colon = Some(at);
                }
            }
            ',' if colon.is_none() => {
                add(start..at, None, before, Mark::Comma);
                (start, before) = (at + 1, Mark::Comma);
            }
            ';' => {
                // The semicolon that ends a group belongs to it.
                let end = if colon.is_some() { at + 1 } else { at };
                add(start..end, colon.take(), before, Mark::Semicolon);
                (start, before) = (at + 1, Mark::Semicolon);
            }
            _ => {}
        }
    }
    add(start..text.len(), colon, before, Mark::Line);
}

/// `To: anna@example.org; …` is a header line that was pasted, `mailto:` the beginning of a link.
fn is_group_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('@') && super::entry::label(name).is_none()
}

/// Address books of companies write `Doe, John <john@example.org>; Roe, Jane <…>`. Where
/// semicolons or lines part the entries, two halves that only a comma parts are one name. In a
/// list with commas alone the first half may as well be somebody who would be forgotten.
fn join_names(field: &str, spans: Vec<Span>) -> Vec<Span> {
    let hard = |mark: Mark| mark != Mark::Comma;
    let only_commas = spans
        .iter()
        .all(|span| !matches!(span.after, Mark::Semicolon | Mark::Line));
    if only_commas {
        return spans;
    }
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        let text = field.get(span.place.clone()).unwrap_or_default();
        let second = text.ends_with('>') && !text.starts_with('<') && hard(span.after);
        if let Some(first) = out.last_mut()
            && second
            && hard(first.before)
            && first.after == Mark::Comma
            && span.before == Mark::Comma
            && is_half(field.get(first.place.clone()).unwrap_or_default())
        {
            first.place.end = span.place.end;
            first.after = span.after;
            continue;
        }
        out.push(span);
    }
    out
}

/// A surname, not a half-typed address.
fn is_half(text: &str) -> bool {
    !text.contains(['@', '<', '>', '"', '(', ':'])
}
