//! Header fields, folded (RFC 5322 §2.2.3).

use super::encoded::{self, Word};

/// Where lines are folded. RFC 5322 §2.1.1 asks for 78, RFC 2047 §2 for 76 with encoded words;
/// what is glued to a token, a comma or so, takes the rest.
pub(super) const TARGET: usize = 75;

/// One header field in the making.
#[derive(Debug)]
pub(super) struct Writer {
    out: String,
    column: usize,
    /// Something stands on the line that a fold could come after.
    foldable: bool,
}

impl Writer {
    /// `Name:`. The name is ours.
    pub(super) fn new(name: &str) -> Self {
        Self {
            out: format!("{name}:"),
            column: name.len() + 1,
            foldable: false,
        }
    }

    /// A token after a space, or on the next line where this one is full.
    pub(super) fn token(&mut self, token: &str) {
        let width = token.chars().count();
        if self.foldable && self.column + 1 + width > TARGET {
            self.fold();
        } else {
            self.out.push(' ');
            self.column += 1;
        }
        self.out.push_str(token);
        self.column += width;
        self.foldable = true;
    }

    /// Right after the last token: a comma, a semicolon.
    pub(super) fn glue(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.len();
    }

    /// Unstructured text (RFC 5322 §2.2.1). White space of any kind and length becomes one space.
    pub(super) fn text(&mut self, text: &str, utf8: bool) {
        self.words(encoded::words(text, |word| encoded::is_plain(word, utf8)));
    }

    /// A phrase (RFC 5322 §3.2.5): atoms, a quoted string, or encoded words.
    pub(super) fn phrase(&mut self, text: &str, utf8: bool) {
        let plain = |word: &str| encoded::is_plain(word, utf8);
        let atom =
            |word: &str| plain(word) && word.chars().all(crate::mail::address::check::is_atext);
        let all = |test: &dyn Fn(&str) -> bool| text.split_whitespace().all(test);
        // A quoted string is easier to read than encoded words, but can't be mixed with them.
        if !all(&atom) && all(&plain) {
            let quoted = format!("\"{}\"", encoded::quotable(text));
            let words = encoded::words(&quoted, plain);
            if words.iter().all(|word| matches!(word, Word::Plain(_))) {
                return self.words(words);
            }
        }
        self.words(encoded::words(text, atom));
    }

    fn words(&mut self, words: Vec<Word>) {
        for word in words {
            match word {
                Word::Plain(word) => self.token(&word),
                Word::Encoded(text) => self.encoded(&text),
            }
        }
    }

    fn encoded(&mut self, text: &str) {
        let encoding = encoded::Encoding::of(text);
        let mut rest = text;
        while !rest.is_empty() {
            let room = TARGET.saturating_sub(self.column + 1);
            let (mut word, mut after) = encoding.word(rest, room);
            if word.is_empty() || self.foldable && room < TARGET / 3 && !after.is_empty() {
                (word, after) = encoding.word(rest, TARGET - 1);
            }
            self.token(&word);
            rest = after;
        }
    }

    fn fold(&mut self) {
        self.out.push_str("\r\n ");
        self.column = 1;
        self.foldable = false;
    }

    /// The whole field, its line end included.
    pub(super) fn finish(mut self) -> String {
        self.out.push_str("\r\n");
        self.out
    }
}
