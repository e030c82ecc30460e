//! File names of attachments: text from strangers that people save to their disks (T-PATH-1,
//! T-NAME-1).

use super::clean::clean;

/// What most file systems allow for one name, in bytes.
const MAX_BYTES: usize = 255;
/// A longer "extension" is not one.
const MAX_EXTENSION: usize = 32;

/// See [`super::safe_filename`].
pub(super) fn safe_filename(text: &str) -> Option<String> {
    let text = clean(text);
    let name: String = last_component(&text)
        .chars()
        .map(|c| match c {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
            c => c,
        })
        .collect();
    // Dots in front hide a file, or climb; dots and spaces at the end vanish on Windows and
    // uncover another extension.
    let name = name
        .trim_start_matches(is_dot_or_space)
        .trim_end_matches(is_dot_or_space);
    let mut name = name.to_owned();
    if name.starts_with('-') {
        name.replace_range(..1, "_");
    }
    if is_reserved(&name) {
        name.insert(0, '_');
    }
    let name = shorten(name);
    (!name.is_empty()).then_some(name)
}

fn is_dot_or_space(c: char) -> bool {
    c == '.' || c.is_whitespace()
}

/// Of a path only the last part counts. A name that merely holds a slash (`AC/DC`) is kept whole.
fn last_component(text: &str) -> &str {
    let is_path = text.starts_with(['/', '\\', '~'])
        || text.chars().nth(1) == Some(':')
        || text
            .split(['/', '\\'])
            .any(|part| part == ".." || part == ".");
    let part = text.rsplit(['/', '\\']).find(|part| !part.is_empty());
    match part {
        Some(part) if is_path => part,
        _ => text,
    }
}

/// Names of devices on Windows, with any extension.
fn is_reserved(name: &str) -> bool {
    let stem = name
        .split('.')
        .next()
        .unwrap_or(name)
        .trim_end()
        .to_uppercase();
    if matches!(
        stem.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$"
    ) {
        return true;
    }
    let number = stem
        .strip_prefix("COM")
        .or_else(|| stem.strip_prefix("LPT"));
    number.is_some_and(|rest| {
        let mut digits = rest.chars();
        matches!(digits.next(), Some('0'..='9' | '¹' | '²' | '³')) && digits.next().is_none()
    })
}

/// Cuts the stem, so that the extension stays to be seen.
fn shorten(name: String) -> String {
    if name.len() <= MAX_BYTES {
        return name;
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= MAX_EXTENSION => (stem, extension),
        _ => (name.as_str(), ""),
    };
    let dot = usize::from(!extension.is_empty());
    let room = stem.floor_char_boundary(MAX_BYTES - extension.len() - dot);
    let stem = stem.get(..room).unwrap_or_default();
    // What is cut may end as no name may.
    let stem = stem.trim_end_matches(is_dot_or_space);
    let mut out = stem.to_owned();
    if dot == 1 {
        out.push('.');
        out.push_str(extension);
    }
    out
}
