//! Writes strings so that nothing in them can end them.

use std::fmt::Write;

/// A declaration whose value is an image.
pub(super) fn image_declaration(name: &str, address: &str) -> String {
    let mut written = format!("{name}:url('");
    push_escaped(address, &mut written);
    written.push_str("')");
    written
}

/// Escapes by number all that could end a string, a style element or an attribute, and brackets,
/// so that `url(` is nowhere to be found but where it is meant.
pub(super) fn push_escaped(text: &str, written: &mut String) {
    for character in text.chars() {
        if character.is_control()
            || is_format(character)
            || matches!(character, '\'' | '"' | '\\' | '<' | '>' | '&' | '(')
        {
            // Writing to a String cannot fail.
            let _ = write!(written, "\\{:x} ", u32::from(character));
        } else {
            written.push(character);
        }
    }
}

/// Marks that turn the direction of writing, and separators of lines.
pub(super) fn is_format(character: char) -> bool {
    matches!(
        character,
        '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}
