//! Text made safe to show on one line.

use std::borrow::Cow;

/// Removes what can forge or break the display: C0 and C1 controls, bidi controls, zero-width
/// and invisible characters. White space of any kind and length, line ends included, becomes one
/// space; none is left at either end.
pub(crate) fn clean(text: &str) -> String {
    cleaned(text).into_owned()
}

/// As [`clean`]; text that is clean already is handed back.
pub(crate) fn cleaned(text: &str) -> Cow<'_, str> {
    if is_clean(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    let mut last = '\0';
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c.is_whitespace() {
            space = true;
        } else if !is_invisible(c) || joins(last, c, rest.clone().next()) {
            if space && !out.is_empty() {
                out.push(' ');
            }
            space = false;
            out.push(c);
            last = c;
        }
    }
    Cow::Owned(out)
}

/// Printable ASCII without a space too many: most of what mail has.
pub(super) fn is_clean(text: &[u8]) -> bool {
    text.iter().all(|byte| matches!(byte, b' '..=b'~'))
        && text.first() != Some(&b' ')
        && text.last() != Some(&b' ')
        && !text.windows(2).any(|pair| pair == b"  ")
}

/// Controls, and characters that show nothing or change the order of what is shown.
pub(crate) fn is_invisible(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control() || is_bidi_control(c) || is_zero_width(c)
}

/// Characters that reorder text: an address can be made to look like another with them.
pub(crate) fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Characters without width: two names that look alike can differ by them.
pub(crate) fn is_zero_width(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'                                // soft hyphen
        | '\u{34f}'                             // combining grapheme joiner
        | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // Hangul fillers
        | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}'
        | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}'             // tags, variation selectors supplement
    )
}

/// The joiners carry meaning inside the words of some scripts and inside emoji; nowhere else.
fn joins(before: char, joiner: char, after: Option<char>) -> bool {
    let Some(after) = after else { return false };
    match joiner {
        '\u{200c}' => joining_script(before) && joining_script(after),
        '\u{200d}' => {
            joining_script(before) && joining_script(after)
                || pictograph(before) && pictograph(after)
        }
        _ => false,
    }
}

/// Arabic to Myanmar: the scripts in which a joiner changes how letters are written.
fn joining_script(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{109f}') && !c.is_numeric()
}

fn pictograph(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}
