//! The walk over the parsed letter that writes what may stay, in one pass and without recursion.

use html5ever::{Attribute, ns};

use super::{
    Options,
    address::Images,
    attribute::{self, Attributes},
    boxes::{self, LeftOut},
    css::Css,
    policy::{self, Fate},
    tree::{Content, DOCUMENT, MAX_DEPTH, NodeId, Tree},
};

/// Character references in one text node that ammonia is given.
const MAX_REFERENCES: usize = 100;

/// What the walk has written.
pub(super) struct Cleaned {
    /// Elements and text.
    pub(super) body: String,
    /// The style sheets as one.
    pub(super) sheet: String,
    /// Images on other hosts that were left out.
    pub(super) blocked: u32,
    /// Whether an image or something else of unknown lightness lies behind letters.
    pub(super) backdrops: bool,
}

/// Writes what may stay of `tree`; `None` when that would be longer than `limit` bytes.
pub(super) fn clean(
    tree: &Tree,
    options: &Options<'_>,
    dark: bool,
    limit: usize,
) -> Option<Cleaned> {
    let images = Images::new(options);
    let mut walk = Walk {
        tree,
        css: Css::new(&images, dark),
        boxes: options.boxes,
        body: String::new(),
        limit,
    };
    let page = walk.page();
    walk.walk(page)?;
    let Walk { css, body, .. } = walk;
    let backdrops = css.has_backdrops();
    let sheet = css.into_sheet();
    (body.len() + sheet.len() <= limit).then(|| Cleaned {
        body,
        sheet,
        blocked: images.blocked(),
        backdrops,
    })
}

enum Step {
    Enter(NodeId),
    Leave(&'static str),
}

struct Walk<'t, 'a> {
    tree: &'t Tree,
    css: Css<'a>,
    boxes: bool,
    body: String,
    limit: usize,
}

impl Walk<'_, '_> {
    fn walk(&mut self, page: Option<String>) -> Option<()> {
        let mut steps: Vec<Step> = Vec::new();
        if let Some(page) = page {
            self.body.push_str("<div");
            self.body.push_str(&page);
            self.body.push('>');
            steps.push(Step::Leave("div"));
        }
        let mut depth = 0;
        self.enter_children(DOCUMENT, &mut steps);
        while let Some(step) = steps.pop() {
            match step {
                Step::Enter(id) => self.enter(id, &mut steps, &mut depth)?,
                Step::Leave(name) => {
                    depth -= 1;
                    for part in ["</", name, ">"] {
                        self.body.push_str(part);
                    }
                }
            }
            if self.body.len() > self.limit {
                return None;
            }
        }
        Some(())
    }

    fn enter_children(&self, id: NodeId, steps: &mut Vec<Step>) {
        let from = steps.len();
        steps.extend(self.tree.children(id).map(Step::Enter));
        if let Some(added) = steps.get_mut(from..) {
            added.reverse();
        }
    }

    fn enter(&mut self, id: NodeId, steps: &mut Vec<Step>, depth: &mut i32) -> Option<()> {
        match &self.tree.node(id)?.content {
            Content::Nothing => {}
            Content::Fragment => self.enter_children(id, steps),
            // A parser drops what is not to be seen before the first word, and would the next time.
            Content::Text(text) if self.body.is_empty() => {
                let blank =
                    |character: char| character.is_ascii_whitespace() || character == '\u{feff}';
                push_text(text.trim_start_matches(blank), &mut self.body);
            }
            Content::Text(text) => push_text(text, &mut self.body),
            Content::Element {
                name, attributes, ..
            } => {
                let fate = if name.ns == ns!(html) {
                    policy::fate(&name.local)
                } else {
                    Fate::Remove
                };
                match fate {
                    Fate::Remove => {}
                    // White space between what is left out of the head is of no use to anyone.
                    Fate::Unwrap if &*name.local == "head" => self.styles(id),
                    Fate::Unwrap => self.enter_children(id, steps),
                    Fate::Style => self.style(id, attributes),
                    Fate::Keep(element) => {
                        self.body.push('<');
                        self.body.push_str(element.name);
                        self.attributes(element, attributes);
                        self.body.push('>');
                        if element.name == "pre" {
                            self.keep_first_line_end(id);
                        }
                        if !element.void {
                            *depth += 1;
                            if *depth > i32::from(MAX_DEPTH) {
                                return None;
                            }
                            steps.push(Step::Leave(element.name));
                            self.enter_children(id, steps);
                        }
                    }
                }
            }
        }
        Some(())
    }

    /// A parser drops the line end after `<pre>`. Two will read what we write: ammonia's, which
    /// does not put it back, and the browser's.
    fn keep_first_line_end(&mut self, id: NodeId) {
        let first = self.tree.children(id).next();
        if let Some(Content::Text(text)) = first
            .and_then(|id| self.tree.node(id))
            .map(|node| &node.content)
            && text.starts_with('\n')
        {
            self.body.push_str("\n\n");
        }
    }

    fn attributes(&mut self, element: &policy::Element, written: &[Attribute]) {
        let left_out = match self.boxes && element.name == "img" {
            true => LeftOut::new(written, &mut self.css),
            false => None,
        };
        let mut attributes = Attributes::new(element, &mut self.css, &mut self.body);
        if let Some(left_out) = &left_out {
            attributes.say(&left_out.attributes());
        }
        for Attribute { name, value } in written {
            if left_out.is_none() || !boxes::says(&name.local) {
                attributes.add(&name.local, value);
            }
        }
        attributes.finish();
    }

    fn styles(&mut self, head: NodeId) {
        for id in self.tree.children(head) {
            if let Some(Content::Element {
                name, attributes, ..
            }) = self.tree.node(id).map(|node| &node.content)
                && name.ns == ns!(html)
                && policy::fate(&name.local) == Fate::Style
            {
                self.style(id, attributes);
            }
        }
    }

    fn style(&mut self, id: NodeId, attributes: &[Attribute]) {
        let find = |wanted: &str| {
            attributes
                .iter()
                .find(|attribute| &*attribute.name.local == wanted)
                .map(|attribute| &*attribute.value)
        };
        let is_css = find("type").is_none_or(|kind| {
            let kind = kind.trim();
            kind.is_empty() || kind.eq_ignore_ascii_case("text/css")
        });
        if !is_css {
            return;
        }
        let mut css = String::new();
        for child in self.tree.children(id) {
            if let Some(Content::Text(text)) = self.tree.node(child).map(|node| &node.content) {
                css.push_str(text);
            }
        }
        self.css.add_sheet(&css, find("media"));
    }

    /// What `html` and `body` say of the page, as the attributes of one element within.
    fn page(&mut self) -> Option<String> {
        let mut page = attribute::Page::default();
        let roots = self.tree.children(DOCUMENT);
        let below = roots.flat_map(|root| std::iter::once(root).chain(self.tree.children(root)));
        for id in below {
            if let Some(Content::Element {
                name, attributes, ..
            }) = self.tree.node(id).map(|node| &node.content)
                && name.ns == ns!(html)
                && matches!(&*name.local, "html" | "body")
            {
                for attribute in attributes {
                    page.add(&attribute.name.local, &attribute.value, &mut self.css);
                }
            }
        }
        page.into_attributes()
    }
}

/// Text, escaped.
///
/// Ammonia's tree takes the square of the number of references in one text node to build it. So
/// that a text node never has many, empty comments part them, which ammonia then leaves out.
fn push_text(text: &str, body: &mut String) {
    let mut rest = text;
    let mut references = 0;
    while let Some(at) = rest.find(['&', '<', '>']) {
        let (plain, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
        body.push_str(plain);
        body.push_str(match special.as_bytes().first() {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            _ => "&gt;",
        });
        rest = special.get(1..).unwrap_or("");
        references += 1;
        if references % MAX_REFERENCES == 0 && !rest.is_empty() {
            body.push_str("<!---->");
        }
    }
    body.push_str(rest);
}
