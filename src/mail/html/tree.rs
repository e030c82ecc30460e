//! The document tree that html5ever's tree builder fills: an arena without recursion or
//! reference counts, which counts its nodes and their depth so that the parser can stop in time.

mod sink;

use std::cell::{Cell, RefCell};

use html5ever::{Attribute, LocalName, QualName, interface::NodeOrText, ns, tendril::StrTendril};

/// Index of a node; [`DOCUMENT`] is the root.
pub(super) type NodeId = usize;
/// The root.
pub(super) const DOCUMENT: NodeId = 0;

/// Elements may lie this deep. Browsers stop at 512, letters at about 60; the cost of parsing
/// grows with the square of it.
pub(super) const MAX_DEPTH: u16 = 256;
/// Nodes, text included, that one document may have.
pub(super) const MAX_NODES: usize = 200_000;

/// What a node is.
#[derive(Debug)]
pub(super) enum Content {
    /// The root, or the inside of a `template`.
    Fragment,
    /// An element with the attributes that the policy knows.
    Element {
        name: QualName,
        attributes: Vec<Attribute>,
        template: Option<NodeId>,
    },
    /// Characters, decoded.
    Text(String),
    /// A comment or processing instruction; its text is not kept.
    Nothing,
}

/// A node and its links.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) content: Content,
    pub(super) first_child: Option<NodeId>,
    pub(super) next: Option<NodeId>,
    parent: Option<NodeId>,
    last_child: Option<NodeId>,
    previous: Option<NodeId>,
    depth: u16,
}

/// A finished tree.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    /// The node of an id.
    pub(super) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// The children of a node in order.
    pub(super) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let first = self.node(id).and_then(|node| node.first_child);
        std::iter::successors(first, |&id| self.node(id).and_then(|node| node.next))
    }

    /// The node that this one lies in.
    pub(super) fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id)?.parent
    }

    /// The node before this one in the same parent.
    pub(super) fn previous(&self, id: NodeId) -> Option<NodeId> {
        self.node(id)?.previous
    }

    /// The name of an element; `None` for other nodes.
    pub(super) fn element_name(&self, id: NodeId) -> Option<&str> {
        match &self.node(id)?.content {
            Content::Element { name, .. } => Some(&name.local),
            _ => None,
        }
    }

    /// The value of an attribute, decoded.
    pub(super) fn attribute(&self, id: NodeId, name: &str) -> Option<&str> {
        let Content::Element { attributes, .. } = &self.node(id)?.content else {
            return None;
        };
        let found = attributes.iter().find(|one| &*one.name.local == name);
        found.map(|one| &*one.value)
    }

    /// Takes a node out, with all that it holds.
    pub(super) fn remove(&mut self, id: NodeId) {
        if let Some(node) = self.nodes.get_mut(id) {
            node.content = Content::Nothing;
        }
    }

    /// Gives an element this value of an attribute; `None` takes the attribute away.
    pub(super) fn set_attribute(&mut self, id: NodeId, name: &'static str, value: Option<&str>) {
        let Some(Content::Element { attributes, .. }) =
            self.nodes.get_mut(id).map(|node| &mut node.content)
        else {
            return;
        };
        attributes.retain(|one| &*one.name.local != name);
        attributes.extend(value.map(|value| Attribute {
            name: QualName::new(None, ns!(), LocalName::from(name)),
            value: StrTendril::from(value),
        }));
    }
}

/// The tree while it grows.
pub(super) struct Sink {
    nodes: RefCell<Vec<Node>>,
    too_big: Cell<bool>,
    depth: Cell<u16>,
}

impl Sink {
    /// An empty document.
    pub(super) fn new() -> Self {
        let sink = Sink {
            nodes: RefCell::new(Vec::new()),
            too_big: Cell::new(false),
            depth: Cell::new(0),
        };
        sink.push(Content::Fragment);
        sink
    }

    /// True once the tree is deeper or bigger than we will show.
    pub(super) fn too_big(&self) -> bool {
        self.too_big.get()
    }

    /// How deep the node lies that was put into the tree last.
    pub(super) fn depth(&self) -> u16 {
        self.depth.get()
    }

    fn push(&self, content: Content) -> NodeId {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node {
            content,
            first_child: None,
            next: None,
            parent: None,
            last_child: None,
            previous: None,
            depth: 0,
        });
        if nodes.len() > MAX_NODES {
            self.too_big.set(true);
        }
        nodes.len() - 1
    }

    fn edit<T>(&self, id: NodeId, edit: impl FnOnce(&mut Node) -> T) -> Option<T> {
        self.nodes.borrow_mut().get_mut(id).map(edit)
    }

    fn read<T>(&self, id: NodeId, read: impl FnOnce(&Node) -> T) -> Option<T> {
        self.nodes.borrow().get(id).map(read)
    }

    fn detach(&self, id: NodeId) {
        let links = self.edit(id, |node| {
            (node.parent.take(), node.previous.take(), node.next.take())
        });
        let Some((parent, previous, next)) = links else {
            return;
        };
        match previous {
            Some(previous) => self.edit(previous, |node| node.next = next),
            None => parent.and_then(|parent| self.edit(parent, |node| node.first_child = next)),
        };
        match next {
            Some(next) => self.edit(next, |node| node.previous = previous),
            None => parent.and_then(|parent| self.edit(parent, |node| node.last_child = previous)),
        };
    }

    /// Puts `id` under `parent`, before `before` or at the end.
    fn attach(&self, id: NodeId, parent: NodeId, before: Option<NodeId>) {
        let previous = match before {
            Some(before) => self.read(before, |node| node.previous),
            None => self.read(parent, |node| node.last_child),
        }
        .flatten();
        let depth = self
            .read(parent, |node| node.depth)
            .unwrap_or(0)
            .saturating_add(1);
        self.depth.set(depth);
        if depth > MAX_DEPTH {
            self.too_big.set(true);
        }
        let inside = self
            .edit(id, |node| {
                node.parent = Some(parent);
                node.previous = previous;
                node.next = before;
                node.depth = depth;
                match node.content {
                    Content::Element { template, .. } => template,
                    _ => None,
                }
            })
            .flatten();
        // What a template holds hangs beside the tree, but nests all the same.
        inside.and_then(|inside| self.edit(inside, |node| node.depth = depth));
        match previous {
            Some(previous) => self.edit(previous, |node| node.next = Some(id)),
            None => self.edit(parent, |node| node.first_child = Some(id)),
        };
        match before {
            Some(before) => self.edit(before, |node| node.previous = Some(id)),
            None => self.edit(parent, |node| node.last_child = Some(id)),
        };
    }

    /// Adds `text` to the text node `id`, if it is one.
    fn extend_text(&self, id: Option<NodeId>, text: &str) -> bool {
        let extended = id.and_then(|id| {
            self.edit(id, |node| match &mut node.content {
                Content::Text(before) => {
                    before.push_str(text);
                    true
                }
                _ => false,
            })
        });
        extended.unwrap_or(false)
    }

    fn node_or_text(&self, child: NodeOrText<NodeId>, previous: Option<NodeId>) -> Option<NodeId> {
        match child {
            NodeOrText::AppendNode(id) => {
                self.detach(id);
                Some(id)
            }
            NodeOrText::AppendText(text) if self.extend_text(previous, &text) => None,
            NodeOrText::AppendText(text) => Some(self.push(Content::Text(text.to_string()))),
        }
    }
}
