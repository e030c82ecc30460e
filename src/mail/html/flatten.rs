//! Makes a letter fit to stand among other text: what its style sheet says is written into the
//! elements, so that it can't reach beyond them, and what its reader did not see is taken out, so
//! that nobody can be made to send on what they do not know of (T-QUOTE-1, T-PART-1).
//!
//! Works on what the sanitiser has written, that is, on what the reader is shown. It errs on the
//! side of leaving out. A window counts as 700 to 4,000 pixels wide; what is hidden at some width
//! between is hidden.

mod selector;
mod sheet;
mod visible;

use html5ever::ns;

use self::{
    sheet::{Rule, Sheet, When},
    visible::{Look, Styles},
};
use super::tree::{Content, DOCUMENT, NodeId, Tree};

/// Elements that selectors may be tried on, and siblings that may be counted.
const MAX_WORK: u32 = 3_000_000;
/// An image of at most this width and height, in pixels, is there to be fetched, not seen.
const MAX_PIXEL: f32 = 2.0;

/// The sheet took too long to apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMuch;

/// Applies the sheet to the tree, and takes classes and ids out, which have no meaning without.
/// With `hide`, also what is not seen; returns how many elements and texts those were.
pub(super) fn flatten(tree: &mut Tree, css: &str, hide: bool) -> Result<u32, TooMuch> {
    let sheet = Sheet::read(css);
    let mut walk = Walk {
        tree,
        sheet: &sheet,
        hide,
        budget: MAX_WORK,
        styles: Vec::new(),
        removed: Vec::new(),
    };
    walk.walk()?;
    let Walk {
        styles, removed, ..
    } = walk;
    for (id, style) in styles {
        let style = Some(style).filter(|style| !style.is_empty());
        tree.set_attribute(id, "style", style.as_deref());
        for name in ["class", "id"] {
            tree.set_attribute(id, name, None);
        }
    }
    for &id in &removed {
        tree.remove(id);
    }
    Ok(u32::try_from(removed.len()).unwrap_or(u32::MAX))
}

/// How what is around a node looks: by the rules that always apply, and with those that apply
/// sometimes.
type Looks = [Look; 2];

struct Walk<'t> {
    tree: &'t Tree,
    sheet: &'t Sheet,
    hide: bool,
    budget: u32,
    styles: Vec<(NodeId, String)>,
    removed: Vec<NodeId>,
}

impl Walk<'_> {
    fn walk(&mut self) -> Result<(), TooMuch> {
        let page = || std::rc::Rc::new([Look::page(), Look::page()]);
        let mut open: Vec<(NodeId, std::rc::Rc<Looks>)> = vec![(DOCUMENT, page())];
        while let Some((id, around)) = open.pop() {
            let Some(node) = self.tree.node(id) else {
                continue;
            };
            let inside = match &node.content {
                Content::Nothing => continue,
                Content::Fragment => around,
                Content::Text(text) => {
                    let is_hidden = around.iter().any(Look::hides_letters);
                    if self.hide && is_hidden && !text.trim().is_empty() {
                        self.removed.push(id);
                    }
                    continue;
                }
                Content::Element { name, .. } if name.ns != ns!(html) => continue,
                Content::Element { .. } => match self.element(id, &around) {
                    Some(inside) => std::rc::Rc::new(inside),
                    None => continue,
                },
            };
            if self.budget == 0 {
                return Err(TooMuch);
            }
            open.extend(self.tree.children(id).map(|child| (child, inside.clone())));
        }
        Ok(())
    }

    /// How what the element holds looks; `None` when it goes.
    fn element(&mut self, id: NodeId, around: &Looks) -> Option<Looks> {
        let rules = match self.sheet.is_empty() {
            true => Vec::new(),
            false => self.sheet.of(self.tree, id, &mut self.budget),
        };
        let own = self.tree.attribute(id, "style").unwrap_or_default();
        let always = cascade(rules.iter().filter(|rule| rule.when == When::Always), own);
        if self.hide {
            let sometimes = cascade(rules.iter(), own);
            let [first, second] = around;
            let looks = [
                first.inside(self.tree, id, &Styles::new(&always)),
                second.inside(self.tree, id, &Styles::new(&sometimes)),
            ];
            if self.is_unseen(id, &looks) {
                self.removed.push(id);
                return None;
            }
            self.styles.push((id, always));
            return Some(looks);
        }
        self.styles.push((id, always));
        Some(around.clone())
    }

    fn is_unseen(&self, id: NodeId, looks: &Looks) -> bool {
        let name = self.tree.element_name(id).unwrap_or_default();
        let size = |side| {
            self.tree
                .attribute(id, side)
                .and_then(|size| size.parse::<f32>().ok())
        };
        let is_pixel = |side| size(side).is_some_and(|size| size <= MAX_PIXEL);
        let is_image_unseen =
            || looks.iter().any(Look::hides_images) || is_pixel("width") && is_pixel("height");
        looks.iter().any(Look::is_gone) || name == "img" && is_image_unseen() || self.is_folded(id)
    }

    /// In a `details` that the reader may not have opened.
    fn is_folded(&self, id: NodeId) -> bool {
        self.tree.parent(id).is_some_and(|parent| {
            self.tree.element_name(parent) == Some("details")
                && self.tree.attribute(parent, "open").is_none()
                && self.tree.element_name(id) != Some("summary")
        })
    }
}

/// The declarations of the rules, the weakest first, and the element's own.
fn cascade<'r>(rules: impl Iterator<Item = &'r &'r Rule>, own: &str) -> String {
    let mut all = String::new();
    for declarations in rules.map(|rule| &*rule.declarations).chain([own]) {
        if !all.is_empty() && !declarations.is_empty() {
            all.push(';');
        }
        all.push_str(declarations);
    }
    all
}

/// Names and values, `!important` still behind them. In strings there is no quote (the sanitiser
/// writes it as an escape), but there may be semicolons.
fn declarations(written: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut in_string = false;
    let parts = written.split(move |c| {
        in_string ^= c == '\'';
        c == ';' && !in_string
    });
    parts.filter_map(|declaration| declaration.split_once(':'))
}

#[cfg(test)]
mod tests;
