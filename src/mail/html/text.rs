//! Readable text of a letter in HTML: for lists, for letters too complex to be shown, for search.
//! It needs no tree, so that nothing is too big or too deep for it.

mod element;
mod page;

use self::{
    element::{Block, block, find, hides, is_never_shown, is_void, raw_kind},
    page::Page,
};
use super::{
    address, entity, parse,
    scan::{Scanner, Token},
};

/// Text is cut at this many bytes.
const MAX_TEXT: usize = 1024 * 1024;
/// Elements that are remembered as open; further ones count as closed at once.
const MAX_OPEN: usize = 512;
/// An end tag closes one of this many elements that were opened last.
const MAX_CLOSED: usize = 64;

/// The letter as text: paragraphs, lists, quotes (`> `), addresses of links in angle brackets.
/// What `hidden` or a `style` attribute hides is left out. At most 1 MiB.
pub fn to_text(html: &str) -> String {
    let html = parse::normalise(html);
    let mut reader = Reader::new(Page::new(MAX_TEXT), true);
    reader.read(&html);
    reader.page.finish()
}

/// Text of a quote, from which what is hidden has been taken: styles hide nothing more.
pub(super) fn of_flattened(html: &str) -> String {
    let mut reader = Reader::new(Page::new(MAX_TEXT), true);
    reader.hides = false;
    reader.read(html);
    reader.page.finish()
}

/// Text of what is going to be sent, for the recipients that read no HTML: as [`to_text`], with
/// bars between the cells of tables, and signatures still told by the line above them.
pub fn to_plain(html: &str) -> String {
    let html = parse::normalise(html);
    let mut reader = Reader::new(Page::new(MAX_TEXT), true);
    reader.bars = true;
    reader.read(&html);
    let text = reader.page.finish();
    let mut plain = String::with_capacity(text.len());
    for line in text.split('\n') {
        plain.push_str(line);
        // White space at the end of lines is gone; this one has a meaning (RFC 3676 §4.3).
        plain.push_str(if line == "--" { " \n" } else { "\n" });
    }
    plain.pop();
    plain
}

/// The first `limit` characters of the letter in one line, for lists. Senders hide a line at the
/// top for this purpose, so hidden text counts here; addresses of links do not.
pub fn to_preview(html: &str, limit: usize) -> String {
    let html = parse::normalise(html);
    // Fourfold, because characters may take four bytes and spaces are folded afterwards.
    let mut reader = Reader::new(Page::new(limit.saturating_mul(4)), false);
    reader.read(&html);
    let text = reader.page.finish();
    let mut preview = String::new();
    for word in text.split_whitespace() {
        if !preview.is_empty() {
            preview.push(' ');
        }
        preview.push_str(word);
    }
    if let Some((end, _)) = preview.char_indices().nth(limit) {
        preview.truncate(end);
    }
    preview
}

struct Reader<'a> {
    page: Page,
    /// Whether this is for reading, and not for a list.
    full: bool,
    /// Whether styles hide what they say they do.
    hides: bool,
    /// Whether cells of tables are parted by bars.
    bars: bool,
    open: Vec<Open<'a>>,
    /// How many of the open elements hide what they hold.
    hidden: usize,
    /// Where the innermost link leads, and where its text began.
    link: Option<(String, usize)>,
}

struct Open<'a> {
    name: &'a str,
    block: Block,
    hides: bool,
    /// The number of the next item, in `ol`.
    number: Option<u32>,
}

impl<'a> Reader<'a> {
    fn new(page: Page, full: bool) -> Self {
        Reader {
            page,
            full,
            hides: full,
            bars: false,
            open: Vec::new(),
            hidden: 0,
            link: None,
        }
    }

    fn read(&mut self, html: &'a str) {
        let mut scanner = Scanner::new(html);
        while let Some(token) = scanner.next() {
            if self.page.is_full() {
                break;
            }
            match token {
                Token::Comment => {}
                Token::Text(text) => {
                    if self.hidden == 0 {
                        self.page.text(&entity::decode(text, false));
                    }
                }
                Token::Start { name, self_closing } => {
                    self.start(name, self_closing, scanner.attributes());
                    if let Some(raw) = raw_kind(name) {
                        scanner.raw(raw, name);
                    }
                }
                Token::End(name) => self.end(name),
            }
        }
    }

    fn start(&mut self, name: &'a str, self_closing: bool, attributes: &[(&str, &str)]) {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        if is("br") {
            return self.visible(|page| page.line_break());
        }
        if is("hr") {
            return self.visible(|page| {
                page.lines(2);
                page.text("———");
                page.lines(2);
            });
        }
        if is("img") {
            let alt = find(attributes, "alt").map(|alt| entity::decode(alt, true));
            let is_hidden = !self.full || self.hides && hides(attributes);
            if let Some(alt) = alt.filter(|_| !is_hidden) {
                self.visible(|page| page.text(&alt));
            }
            return;
        }
        if is_void(name) {
            return;
        }
        self.close_implied(name);
        let block = block(name);
        // A self-closed stranger such as `<o:p/>` opens nothing in the eyes of its writer.
        if self_closing && block == Block::Inline && name.contains(':') {
            return;
        }
        let hides = is_never_shown(name) || (self.hides && hides(attributes));
        self.begin(name, block, attributes);
        if self.open.len() < MAX_OPEN {
            self.hidden += usize::from(hides);
            self.open.push(Open {
                name,
                block,
                hides,
                number: is("ol").then_some(1),
            });
        }
    }

    /// What a start tag does to the page.
    fn begin(&mut self, name: &str, block: Block, attributes: &[(&str, &str)]) {
        if self.hidden > 0 {
            return;
        }
        match block {
            Block::Inline => {}
            Block::Line => self.page.lines(1),
            Block::Paragraph | Block::Quote | Block::List | Block::Verbatim => self.page.lines(2),
        }
        match block {
            Block::Quote if self.full => self.page.quote(1),
            Block::Verbatim => self.page.verbatim(1),
            _ => {}
        }
        if name.eq_ignore_ascii_case("li") && self.full {
            let lists = self.open.iter().filter(|open| open.block == Block::List);
            let indent = "  ".repeat(lists.count().saturating_sub(1).min(8));
            let list = self.open.iter_mut().rfind(|open| open.block == Block::List);
            let mark = match list.and_then(|list| list.number.as_mut()) {
                Some(number) => {
                    let mark = format!("{indent}{number}. ");
                    *number = number.saturating_add(1);
                    mark
                }
                None => format!("{indent}• "),
            };
            self.page.mark(&mark);
        } else if name.eq_ignore_ascii_case("td") || name.eq_ignore_ascii_case("th") {
            self.page.space();
            if self.bars {
                self.page.bar();
            }
        } else if name.eq_ignore_ascii_case("a")
            && self.full
            && let Some(href) = find(attributes, "href")
        {
            let href = address::link(&entity::decode(href, true));
            self.link = href.map(|href| (href, self.page.len()));
        }
    }

    fn end(&mut self, name: &str) {
        if name.eq_ignore_ascii_case("p") && !self.is_open(name) {
            return self.visible(|page| page.lines(2));
        }
        let from = self.open.len().saturating_sub(MAX_CLOSED);
        let found = self
            .open
            .iter()
            .skip(from)
            .rposition(|open| open.name.eq_ignore_ascii_case(name));
        if let Some(at) = found {
            self.close_to(from + at);
        }
    }

    fn is_open(&self, name: &str) -> bool {
        let recent = self.open.iter().rev().take(MAX_CLOSED);
        recent
            .into_iter()
            .any(|open| open.name.eq_ignore_ascii_case(name))
    }

    /// Items and cells end where the next begins.
    fn close_implied(&mut self, name: &str) {
        let Some(top) = self.open.last() else {
            return;
        };
        let closes = match top.name.to_ascii_lowercase().as_str() {
            "p" => block(name) != Block::Inline,
            "li" => name.eq_ignore_ascii_case("li"),
            "dt" | "dd" => ["dt", "dd"]
                .iter()
                .any(|one| name.eq_ignore_ascii_case(one)),
            "td" | "th" => ["td", "th", "tr"]
                .iter()
                .any(|one| name.eq_ignore_ascii_case(one)),
            "tr" => name.eq_ignore_ascii_case("tr"),
            _ => false,
        };
        if closes {
            self.close_to(self.open.len() - 1);
        }
    }

    fn close_to(&mut self, length: usize) {
        while self.open.len() > length {
            let Some(open) = self.open.pop() else {
                return;
            };
            self.hidden -= usize::from(open.hides);
            if self.hidden > 0 || open.hides {
                continue;
            }
            if open.name.eq_ignore_ascii_case("a") {
                self.end_link();
            }
            match open.block {
                Block::Inline => {}
                Block::Line => self.page.lines(1),
                _ => self.page.lines(2),
            }
            match open.block {
                Block::Quote if self.full => self.page.quote(-1),
                Block::Verbatim => self.page.verbatim(-1),
                _ => {}
            }
        }
    }

    /// Names the address unless the text did.
    fn end_link(&mut self) {
        let Some((href, from)) = self.link.take() else {
            return;
        };
        let bare = |text: &str| {
            let text = text.trim().trim_end_matches('/');
            let text = text.strip_prefix("mailto:").unwrap_or(text);
            let text = text.strip_prefix("https://").unwrap_or(text);
            text.strip_prefix("http://").unwrap_or(text).to_lowercase()
        };
        let text = bare(self.page.since(from));
        if !text.is_empty() && text != bare(&href) {
            self.page.text(&format!(" <{href}>"));
        }
    }

    fn visible(&mut self, write: impl FnOnce(&mut Page)) {
        if self.hidden == 0 {
            write(&mut self.page);
        }
    }
}

#[cfg(test)]
mod tests;
