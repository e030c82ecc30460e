//! Splits a message into its parts: one pass over the lines with a stack of what is open.
//!
//! Compared with Dovecot 2.3.19 on 918 messages of all kinds, the section numbers are the same
//! but where more can be read here: CR-only lines, a missing or wrong boundary, a header without
//! blank line after it, unquoted boundaries with `=` in them, boundaries that begin with each
//! other, and base64 around a message/rfc822 (no part here, a part of gibberish there).

use std::ops::Range;

use super::{
    boundary::{self, Delimiter},
    extent, part_header,
};
use crate::mail::{
    header::line::{Line, line_at, line_end},
    part::Part,
};

/// More parts than a person could look at.
const MAX_PARTS: usize = 1000;
/// Deeper than any honest message; Dovecot stops here as well.
const MAX_DEPTH: usize = 100;
/// How many multiparts of a message may have their boundary guessed: each costs a second walk.
const MAX_GUESSES: usize = 3;

/// All parts in the order of their headers: parents before children.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    /// Some parts are not told apart, for there are too many.
    pub(super) truncated: bool,
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) parent: Option<usize>,
    pub(super) kind: Kind,
    /// Without section, size and children.
    pub(super) part: Part,
    pub(super) header: Range<usize>,
    pub(super) body: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Leaf,
    Multipart,
    /// A message/rfc822, whose only child is the message inside.
    Message,
}

impl Tree {
    /// Header and text of the whole message.
    pub(super) fn root_ranges(&self) -> (Range<usize>, Range<usize>) {
        let root = self.nodes.first();
        root.map(|root| (root.header.clone(), root.body.clone()))
            .unwrap_or_default()
    }
}

/// Splits a message.
pub(super) fn split(raw: &[u8]) -> Tree {
    let mut splitter = Splitter::new(raw);
    let start = splitter.begin(None, extent::header_start(raw, splitter.line_end));
    splitter.walk(start);
    splitter.tree
}

/// Splits the body of a multipart whose header is not at hand.
pub(super) fn split_body(body: &[u8]) -> Tree {
    let mut splitter = Splitter::new(body);
    let part = Part {
        media_type: "multipart/mixed".to_owned(),
        ..Part::default()
    };
    splitter.open_part(None, part, None, 0..0, 0);
    splitter.walk(0);
    splitter.tree
}

/// A part that has begun and not ended.
struct Open {
    node: usize,
    /// What separates its parts, while more of them may come.
    boundary: Option<Vec<u8>>,
    children: usize,
}

struct Splitter<'a> {
    raw: &'a [u8],
    line_end: u8,
    tree: Tree,
    open: Vec<Open>,
    guesses: usize,
}

impl<'a> Splitter<'a> {
    fn new(raw: &'a [u8]) -> Self {
        Self {
            raw,
            line_end: line_end(raw),
            tree: Tree {
                nodes: Vec::new(),
                truncated: false,
            },
            open: Vec::new(),
            guesses: 0,
        }
    }

    fn walk(&mut self, start: usize) {
        let mut at = start;
        loop {
            let Some(line) = line_at(self.raw, at, self.line_end) else {
                match self.close(0, self.raw.len()) {
                    Some(again) => at = again,
                    None => return,
                }
                continue;
            };
            at = line.end;
            let Some((index, delimiter)) = self.delimiter(line.text) else {
                continue;
            };
            if delimiter == Delimiter::Next && self.tree.nodes.len() >= MAX_PARTS {
                self.tree.truncated = true;
                self.guesses = MAX_GUESSES;
                at = self.raw.len();
                continue;
            }
            if let Some(again) = self.close(index + 1, self.content_end(&line)) {
                at = again;
                continue;
            }
            let Some(multipart) = self.open.get_mut(index) else {
                continue;
            };
            multipart.children += 1;
            let parent = multipart.node;
            match delimiter {
                Delimiter::Last => multipart.boundary = None,
                Delimiter::Next => at = self.begin(Some(parent), line.end),
            }
        }
    }

    fn delimiter(&self, line: &[u8]) -> Option<(usize, Delimiter)> {
        if !line.starts_with(b"--") {
            return None;
        }
        let boundaries = self.open.iter().enumerate();
        boundary::find(
            line,
            boundaries.filter_map(|(index, open)| Some((index, open.boundary.as_deref()?))),
        )
    }

    /// The line end before a separator belongs to the separator (RFC 2046 §5.1.1).
    fn content_end(&self, line: &Line<'_>) -> usize {
        let before = self.raw.get(..line.start).unwrap_or_default();
        let text = match self.line_end {
            b'\r' => before.strip_suffix(b"\r"),
            _ => before
                .strip_suffix(b"\n")
                .map(|text| text.strip_suffix(b"\r").unwrap_or(text)),
        };
        text.unwrap_or(before).len()
    }

    /// Reads the header at `header` and opens the part, and the message in it if it is one.
    /// Returns where its body begins.
    fn begin(&mut self, parent: Option<usize>, header: usize) -> usize {
        let (mut parent, mut at) = (parent, header);
        loop {
            let is_boundary = |line: &[u8]| self.delimiter(line).is_some();
            let body = extent::body_start(self.raw, at, self.line_end, is_boundary);
            let default = match parent.and_then(|parent| self.tree.nodes.get(parent)) {
                Some(node) if node.part.media_type == "multipart/digest" => "message/rfc822",
                _ => "text/plain",
            };
            let block = self.raw.get(at..body).unwrap_or_default();
            let (part, boundary) = part_header::read(block, default);
            let node = self.open_part(parent, part, boundary, at..body, body);
            match self.tree.nodes.get(node) {
                Some(opened) if opened.kind == Kind::Message => {
                    (parent, at) = (Some(node), body);
                }
                _ => return body,
            }
        }
    }

    fn open_part(
        &mut self,
        parent: Option<usize>,
        mut part: Part,
        boundary: Option<Vec<u8>>,
        header: Range<usize>,
        body: usize,
    ) -> usize {
        let is_message = matches!(
            part.media_type.as_str(),
            "message/rfc822" | "message/global"
        ) && matches!(part.encoding.as_str(), "" | "7bit" | "8bit" | "binary");
        let mut kind = match (part.is_multipart("*"), is_message) {
            (true, _) => Kind::Multipart,
            (false, true) => Kind::Message,
            (false, false) => Kind::Leaf,
        };
        let full = self.open.len() >= MAX_DEPTH || self.tree.nodes.len() + 1 >= MAX_PARTS;
        if kind != Kind::Leaf && full {
            self.tree.truncated = true;
            // A message can still be opened by itself; nothing can be done with a multipart.
            if kind == Kind::Multipart {
                part.media_type = "application/octet-stream".to_owned();
            }
            kind = Kind::Leaf;
        }
        let boundary = boundary.filter(|_| kind == Kind::Multipart);
        let node = self.tree.nodes.len();
        self.tree.nodes.push(Node {
            parent,
            kind,
            part,
            header,
            body: body..body,
        });
        self.open.push(Open {
            node,
            boundary,
            children: 0,
        });
        node
    }

    /// Ends everything from this place of the stack on. If a multipart among it turns out to have
    /// no part at all, its boundary is guessed and it stays open: then the walk goes on at the
    /// place returned.
    fn close(&mut self, from: usize, end: usize) -> Option<usize> {
        while self.open.len() > from {
            let open = self.open.pop()?;
            let Some(node) = self.tree.nodes.get_mut(open.node) else {
                continue;
            };
            let start = node.body.start;
            node.body.end = end.max(start);
            if node.kind != Kind::Multipart || open.children > 0 {
                continue;
            }
            let body = node.body.clone();
            match self.guess(body) {
                Some(boundary) => {
                    self.open.push(Open {
                        node: open.node,
                        boundary: Some(boundary),
                        children: 0,
                    });
                    return Some(start);
                }
                None => self.make_text(open.node),
            }
        }
        None
    }

    fn guess(&mut self, body: Range<usize>) -> Option<Vec<u8>> {
        if self.guesses == MAX_GUESSES {
            return None;
        }
        self.guesses += 1;
        boundary::guess(self.raw.get(body)?, self.line_end)
    }

    /// A multipart in which no part can be found is shown as the text it is.
    fn make_text(&mut self, node: usize) {
        if let Some(node) = self.tree.nodes.get_mut(node) {
            node.kind = Kind::Leaf;
            node.part.media_type = "text/plain".to_owned();
        }
    }
}
