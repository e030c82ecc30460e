//! The text of the message answered, quoted as text (RFC 3676 §4.5).
//!
//! One line for each paragraph: what writes the message folds them, and repeats the marks where it
//! does.

use crate::mail::text::flow::{self, Logical};

/// Text quoted, in bytes; the rest is left out.
const MAX_BYTES: usize = 1024 * 1024;
/// Quotes within quotes that are kept; deeper lines are left out.
const MAX_DEPTH: usize = 20;

/// How to quote.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The text is `format=flowed`.
    pub flowed: bool,
    /// The text is `delsp=yes`.
    pub delsp: bool,
    /// Leave out the writer's signature (what follows the line `-- `): answers do, what is passed
    /// on keeps it.
    pub without_signature: bool,
}

/// Quoted text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quoted {
    /// Lines that begin with `>`, LF after each.
    pub text: String,
    /// It was too long or too deep to be quoted wholly.
    pub is_cut: bool,
}

/// Quotes `text`, below `attribution` (`On Monday, Anna wrote:`) unless that is empty.
pub fn plain(attribution: &str, text: &str, options: Options) -> Quoted {
    let (text, is_long) = cut(text);
    let mut quoted = Quoted {
        text: String::with_capacity(text.len() + text.len() / 16),
        is_cut: is_long,
    };
    let attribution = crate::mail::header::clean::clean(attribution);
    if !attribution.is_empty() {
        quoted.text.push_str(&attribution);
        quoted.text.push('\n');
    }
    // Empty lines at the end are owed until something follows them.
    let mut owed: Vec<usize> = Vec::new();
    let mut begun = false;
    for line in shown(text, options) {
        if line.depth >= MAX_DEPTH {
            quoted.is_cut = true;
            continue;
        }
        let is_empty = line.text.trim().is_empty();
        if is_empty {
            if begun {
                owed.push(line.depth);
            }
            continue;
        }
        begun = true;
        for depth in owed.drain(..) {
            push(depth, "", &mut quoted.text);
        }
        push(line.depth, line.text.trim_end(), &mut quoted.text);
    }
    quoted
}

/// The lines to quote.
fn shown(text: &str, options: Options) -> impl Iterator<Item = Logical<'_>> {
    let mut in_signature = false;
    flow::lines(text, options.flowed, options.delsp).filter(move |line| {
        // A quote below the signature is what was answered, above which its writer put it.
        in_signature = line.depth == 0 && (in_signature || line.text == "-- ");
        !(in_signature && options.without_signature)
    })
}

fn push(depth: usize, text: &str, quoted: &mut String) {
    quoted.push_str(&">".repeat(depth + 1));
    if !text.is_empty() {
        quoted.push(' ');
        let shown = |c: &char| *c == '\t' || !c.is_control();
        quoted.extend(text.chars().filter(shown));
    }
    quoted.push('\n');
}

fn cut(text: &str) -> (&str, bool) {
    let end = text.floor_char_boundary(MAX_BYTES);
    (text.get(..end).unwrap_or(""), end < text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MAX_DEPTH, Options, plain};

    const ANSWER: Options = Options {
        flowed: false,
        delsp: false,
        without_signature: true,
    };

    #[test]
    fn lines_get_a_mark() {
        let cases = [
            ("a\nb", "> a\n> b\n"),
            ("a\r\n\r\nb\r\n\r\n", "> a\n>\n> b\n"),
            ("\n\na", "> a\n"),
            ("> old\n>> older\nnew", ">> old\n>>> older\n> new\n"),
            ("> > older", ">>> older\n"),
            ("a\n-- \nAnna\n+33 1", "> a\n"),
            ("a\n-- \nAnna\n> asked\nrest", "> a\n>> asked\n> rest\n"),
            ("a  \n--\nb", "> a\n> --\n> b\n"),
            ("", ""),
            ("-- \nAnna", ""),
            ("a\u{1b}[2Jb\0", "> a[2Jb\n"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain("", text, ANSWER).text, expected, "{text:?}");
        }
        let forwarded = Options::default();
        assert_eq!(
            plain("", "a\n-- \nAnna", forwarded).text,
            "> a\n> --\n> Anna\n"
        );
        assert_eq!(
            plain("On x,\nAnna wrote:", "a", ANSWER).text,
            "On x, Anna wrote:\n> a\n"
        );
    }

    #[test]
    fn flowing_lines_are_joined() {
        let flowed = Options {
            flowed: true,
            ..ANSWER
        };
        let text = "one \ntwo\n> three \n> four\n -- stuffed\n-- \nAnna";
        assert_eq!(
            plain("", text, flowed).text,
            "> one two\n>> three four\n> -- stuffed\n"
        );
        let delsp = Options {
            delsp: true,
            ..flowed
        };
        assert_eq!(plain("", "日本 \n語", delsp).text, "> 日本語\n");
    }

    #[test]
    fn size_and_depth_are_bounded() {
        let long = "a long line of text\n".repeat(60_000);
        let quoted = plain("", &long, ANSWER);
        assert!(quoted.is_cut && quoted.text.len() < 1_300_000);
        let deep = format!("{} deep\nshallow", ">".repeat(MAX_DEPTH));
        let quoted = plain("", &deep, ANSWER);
        assert!(quoted.is_cut);
        assert_eq!(quoted.text, "> shallow\n");
        assert!(!plain("", "a", ANSWER).is_cut);
    }

    proptest! {
        #[test]
        fn each_line_is_marked(text in "(>| |a|-- |\n|\r|\u{85}|é){0,60}", flowed: bool) {
            let options = Options { flowed, ..ANSWER };
            let quoted = plain("", &text, options).text;
            prop_assert!(quoted.lines().all(|line| line.starts_with('>')));
            prop_assert!(quoted.is_empty() || quoted.ends_with('\n'));
            prop_assert!(!quoted.contains('\r'));
        }
    }
}
