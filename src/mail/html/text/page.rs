//! Text that is laid out while it is written: white space folded, empty lines never doubled.

/// Marks of quotes before a line.
const MAX_QUOTES: u16 = 20;

/// The page.
#[derive(Default)]
pub(super) struct Page {
    written: String,
    limit: usize,
    /// Line ends owed before the next text: two make an empty line.
    lines: u8,
    space: bool,
    quotes: u16,
    /// Of the line that was written last.
    last_quotes: u16,
    verbatim: u16,
    mark: String,
}

impl Page {
    /// An empty page of at most about `limit` bytes.
    pub(super) fn new(limit: usize) -> Self {
        Page {
            limit,
            ..Page::default()
        }
    }

    /// Bytes written.
    pub(super) fn len(&self) -> usize {
        self.written.len()
    }

    /// True when no more fits.
    pub(super) fn is_full(&self) -> bool {
        self.written.len() >= self.limit
    }

    /// What was written after the first `from` bytes.
    pub(super) fn since(&self, from: usize) -> &str {
        self.written.get(from..).unwrap_or("")
    }

    /// The text, without white space around.
    pub(super) fn finish(mut self) -> String {
        if let Some((end, _)) = self
            .written
            .char_indices()
            .find(|&(at, _)| at >= self.limit)
        {
            self.written.truncate(end);
        }
        let length = self.written.trim_end().len();
        self.written.truncate(length);
        self.written
    }

    /// Asks for this many line ends before what comes next.
    pub(super) fn lines(&mut self, count: u8) {
        self.lines = self.lines.max(count);
        self.space = false;
    }

    /// `<br>`: one line end more.
    pub(super) fn line_break(&mut self) {
        self.lines = self.lines.saturating_add(1).min(2);
        self.space = false;
    }

    /// Asks for a space before what comes next.
    pub(super) fn space(&mut self) {
        self.space |= self.lines == 0 && !self.written.is_empty();
    }

    /// A bar before what comes next, unless that begins a line.
    pub(super) fn bar(&mut self) {
        if self.lines == 0 && !self.written.is_empty() {
            self.written.push_str(" |");
            self.space = true;
        }
    }

    /// Quotes one deeper, or less deep.
    pub(super) fn quote(&mut self, by: i16) {
        self.quotes = self.quotes.saturating_add_signed(by);
    }

    /// Keeps white space from here on, or no longer.
    pub(super) fn verbatim(&mut self, by: i16) {
        self.verbatim = self.verbatim.saturating_add_signed(by);
    }

    /// The bullet before the next text.
    pub(super) fn mark(&mut self, mark: &str) {
        mark.clone_into(&mut self.mark);
    }

    /// Text, decoded.
    pub(super) fn text(&mut self, text: &str) {
        if self.verbatim > 0 {
            for line in text.split_inclusive('\n') {
                let bare = line.strip_suffix('\n').unwrap_or(line);
                if !bare.chars().all(is_dropped) {
                    self.begin_word();
                    self.written
                        .extend(bare.chars().filter(|&c| !is_dropped(c)));
                }
                if bare.len() < line.len() {
                    self.lines = self.lines.saturating_add(1).min(3);
                }
            }
            return;
        }
        let mut rest = text;
        loop {
            let trimmed =
                rest.trim_start_matches(|character| is_folded(character) || is_dropped(character));
            let skipped = rest.get(..rest.len() - trimmed.len()).unwrap_or("");
            if skipped.contains(is_folded) {
                self.space();
            }
            if trimmed.is_empty() || self.is_full() {
                return;
            }
            let end = trimmed.find(is_folded).unwrap_or(trimmed.len());
            let (word, after) = trimmed.split_at_checked(end).unwrap_or((trimmed, ""));
            let word = word.trim_end_matches(is_filling);
            if !word.is_empty() {
                self.begin_word();
                self.written
                    .extend(word.chars().filter(|&c| !is_dropped(c)));
            }
            rest = after;
        }
    }

    fn begin_word(&mut self) {
        let first = self.written.is_empty();
        if self.lines > 0 || first {
            let marks = |quotes: u16| ">".repeat(usize::from(quotes.min(MAX_QUOTES)));
            // An empty line within a quote belongs to it.
            let between = marks(self.quotes.min(self.last_quotes));
            let marks = marks(self.quotes);
            self.last_quotes = self.quotes;
            let ends = if first { 0 } else { self.lines };
            for end in 0..ends {
                self.written.push('\n');
                if end + 1 < ends {
                    self.written.push_str(&between);
                }
            }
            self.written.push_str(&marks);
            if !marks.is_empty() {
                self.written.push(' ');
            }
            self.written.push_str(&std::mem::take(&mut self.mark));
        } else if self.space {
            self.written.push(' ');
        }
        self.lines = 0;
        self.space = false;
    }
}

fn is_folded(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0c' | '\u{a0}')
}

/// Controls, marks of direction, and the invisible filling that senders put behind the first line.
fn is_dropped(character: char) -> bool {
    (character.is_control() && character != '\t')
        || matches!(
            character,
            '\u{34f}' | '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}' | '\u{feff}'
        )
}

/// Joiners have a meaning between letters, and none alone.
fn is_filling(character: char) -> bool {
    is_dropped(character) || matches!(character, '\u{200c}' | '\u{200d}')
}
