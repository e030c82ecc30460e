//! The fields of a header block.

use super::line::{Line, lines};

/// More fields than any honest message has; the rest is left out.
const MAX_FIELDS: usize = 20_000;

/// One header field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// The name as written: printable ASCII without a colon.
    pub name: &'a str,
    /// The value as written: folds and encoded words still in it, no line end after it.
    pub raw: &'a [u8],
}

/// See [`super::fields`].
pub(super) fn fields(block: &[u8]) -> Vec<Field<'_>> {
    let mut fields: Vec<(&str, usize, usize)> = Vec::new();
    let mut open = false;
    for line in lines(block, 0) {
        if line.text.is_empty() {
            break;
        }
        if is_continuation(line.text) {
            if let (true, Some(last)) = (open, fields.last_mut()) {
                last.2 = line.text_range().end;
            }
            continue;
        }
        if fields.len() == MAX_FIELDS {
            break;
        }
        open = false;
        if let Some((name, value)) = name_and_value(&line) {
            open = true;
            fields.push((name, value, line.text_range().end));
        }
    }
    fields
        .into_iter()
        .filter_map(|(name, from, to)| {
            let raw = block.get(from..to)?.trim_ascii();
            Some(Field { name, raw })
        })
        .collect()
}

/// Does this line go on with the field above it?
pub(crate) fn is_continuation(line: &[u8]) -> bool {
    matches!(line.first(), Some(b' ' | b'\t'))
}

/// Could this line begin a header field: printable ASCII, perhaps white space, a colon?
pub(crate) fn name_of(line: &[u8]) -> Option<&str> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = line.get(..colon)?.trim_ascii_end();
    let printable = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    printable.then(|| std::str::from_utf8(name).ok()).flatten()
}

fn name_and_value<'a>(line: &Line<'a>) -> Option<(&'a str, usize)> {
    let name = name_of(line.text)?;
    let colon = line.text.iter().position(|byte| *byte == b':')?;
    Some((name, line.start + colon + 1))
}
