//! Plain text made fit to be shown: lines, quotes that can be folded, signatures and links.
//!
//! Text becomes a tree of spans, never markup; what shows it escapes each span. So nothing that
//! a letter says can be taken for a tag, a placeholder or an attribute.

pub(in crate::mail) mod flow;
mod link;

use self::flow::Logical;

/// Longer texts are cut at this many bytes; see [`is_truncated`].
pub const MAX_BYTES: usize = 1024 * 1024;
/// Quotes nest this deep; further marks are text.
pub const MAX_QUOTES: usize = 50;

/// A piece of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Lines one below the other; paragraphs are parted by empty lines.
    Lines(Vec<Line>),
    /// What someone wrote before.
    Quote {
        /// How many lines it has, those of quotes within included.
        lines: u32,
        /// What it holds.
        blocks: Vec<Block>,
    },
    /// What follows the line `-- `, without that line (RFC 3676 §4.3).
    Signature(Vec<Line>),
}

/// One line, or one paragraph of flowing text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Its spans in order; none when it is empty.
    pub spans: Vec<Span>,
}

/// A stretch of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// Just text.
    Text(String),
    /// Text that leads somewhere.
    Link {
        /// Begins with `http://`, `https://` or `mailto:`.
        href: String,
        /// As written.
        text: String,
    },
}

/// Whether [`render`] shows only the beginning of `text`.
pub fn is_truncated(text: &str) -> bool {
    text.len() > MAX_BYTES
}

/// Flowed text (RFC 3676) with each paragraph on one line; quotes keep their marks.
pub fn unflowed(text: &str, delsp: bool) -> String {
    let mut joined = String::with_capacity(text.len());
    for line in flow::lines(shown(text), true, delsp) {
        joined.extend(std::iter::repeat_n('>', line.depth));
        if line.depth > 0 {
            joined.push(' ');
        }
        joined.push_str(&line.text);
        joined.push('\n');
    }
    joined
}

/// The blocks of `text`. With `flowed`, lines that end in a space go on in the next
/// (RFC 3676 §4.1), with `delsp` without that space (§4.2). Takes time in proportion to `text`.
pub fn render(text: &str, flowed: bool, delsp: bool) -> Vec<Block> {
    let mut levels = Levels::new();
    for line in flow::lines(shown(text), flowed, delsp) {
        levels.add(&line);
    }
    levels.finish()
}

fn shown(text: &str) -> &str {
    let mut end = text.len().min(MAX_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

/// The open quotes, outermost first. The first level is the letter itself.
struct Levels {
    levels: Vec<Level>,
}

#[derive(Default)]
struct Level {
    blocks: Vec<Block>,
    lines: Vec<Line>,
    count: u32,
    in_signature: bool,
}

impl Levels {
    fn new() -> Self {
        Levels {
            levels: vec![Level::default()],
        }
    }

    fn add(&mut self, line: &Logical<'_>) {
        while self.levels.len() > line.depth + 1 {
            self.close();
        }
        while self.levels.len() < line.depth + 1 {
            if let Some(level) = self.levels.last_mut() {
                level.flush();
            }
            self.levels.push(Level::default());
        }
        let is_letter = self.levels.len() == 1;
        let Some(level) = self.levels.last_mut() else {
            return;
        };
        level.count += 1;
        if is_letter && !level.in_signature && line.text == "-- " {
            level.flush();
            level.in_signature = true;
        } else {
            level.lines.push(Line {
                spans: link::spans(&line.text),
            });
        }
    }

    /// Ends the innermost quote.
    fn close(&mut self) {
        let Some(mut level) = self.levels.pop() else {
            return;
        };
        level.flush();
        if let Some(outer) = self.levels.last_mut() {
            outer.count += level.count;
            outer.blocks.push(Block::Quote {
                lines: level.count,
                blocks: level.blocks,
            });
        }
    }

    fn finish(mut self) -> Vec<Block> {
        while self.levels.len() > 1 {
            self.close();
        }
        self.levels.pop().map_or_else(Vec::new, |mut level| {
            level.flush();
            level.blocks
        })
    }
}

impl Level {
    fn flush(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        if self.in_signature {
            self.in_signature = false;
            self.blocks.push(Block::Signature(lines));
        } else if !lines.is_empty() {
            self.blocks.push(Block::Lines(lines));
        }
    }
}

#[cfg(test)]
mod tests;
