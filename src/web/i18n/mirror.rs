//! The test language: English words in Hebrew letters, so that pages run from right to left and
//! a string that is not translated stands out.

use std::borrow::Cow;

/// Puts a Hebrew letter for each Latin one; everything else stays.
pub(super) fn mirror(text: &str) -> Cow<'_, str> {
    text.chars()
        .map(|letter| match letter.to_ascii_lowercase() {
            'a' => 'א',
            'b' => 'ב',
            'c' | 'k' => 'כ',
            'd' => 'ד',
            'e' => 'ע',
            'f' | 'p' => 'פ',
            'g' => 'ג',
            'h' => 'ה',
            'i' | 'j' | 'y' => 'י',
            'l' => 'ל',
            'm' => 'מ',
            'n' => 'נ',
            'o' | 'u' | 'v' | 'w' => 'ו',
            'q' => 'ק',
            'r' => 'ר',
            's' => 'ס',
            't' => 'ת',
            'x' => 'ח',
            'z' => 'ז',
            _ => letter,
        })
        .collect()
}
