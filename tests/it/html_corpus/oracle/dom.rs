//! A tree for the oracle: flat, filled by html5ever's own parser.

use std::{
    borrow::Cow,
    cell::{Ref, RefCell},
};

use html5ever::{
    Attribute, ExpandedName, ParseOpts, QualName,
    interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink},
    parse_document,
    tendril::{StrTendril, TendrilSink},
    tree_builder::TreeBuilderOpts,
};

/// A node; its parent comes by index.
pub(super) struct Node {
    parent: Option<usize>,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    Document,
    Comment(String),
    Text(String),
    Element {
        namespace: String,
        name: String,
        attributes: Vec<(String, String)>,
    },
}

impl Node {
    /// The name of the element around.
    pub(super) fn parent_name<'t>(&self, tree: &'t [Node]) -> &'t str {
        match self.parent.map(|parent| &tree[parent].kind) {
            Some(Kind::Element { name, .. }) => name,
            _ => "",
        }
    }
}

/// Parses as a browser without scripts does.
pub(super) fn parse(html: &str) -> Vec<Node> {
    let options = ParseOpts {
        tree_builder: TreeBuilderOpts {
            scripting_enabled: false,
            ..TreeBuilderOpts::default()
        },
        ..ParseOpts::default()
    };
    parse_document(Sink::default(), options).one(html)
}

#[derive(Default)]
struct Sink {
    nodes: RefCell<Vec<Node>>,
    names: RefCell<Vec<Option<QualName>>>,
}

impl Sink {
    fn push(&self, kind: Kind, name: Option<QualName>) -> usize {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node { parent: None, kind });
        self.names.borrow_mut().push(name);
        nodes.len() - 1
    }

    fn put(&self, parent: Option<usize>, child: NodeOrText<usize>) {
        let id = match child {
            NodeOrText::AppendNode(id) => id,
            NodeOrText::AppendText(text) => self.push(Kind::Text(text.to_string()), None),
        };
        self.nodes.borrow_mut()[id].parent = parent;
    }
}

impl TreeSink for Sink {
    type Handle = usize;
    type Output = Vec<Node>;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Vec<Node> {
        self.nodes.into_inner()
    }

    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> usize {
        if self.nodes.borrow().is_empty() {
            self.push(Kind::Document, None);
        }
        0
    }

    fn elem_name<'a>(&'a self, target: &'a usize) -> ExpandedName<'a> {
        // Names are leaked, as a test may: the borrow can't be held beyond this call.
        let name = Ref::map(self.names.borrow(), |names| {
            names[*target].as_ref().unwrap()
        });
        let name: &'static QualName = Box::leak(Box::new(name.clone()));
        name.expanded()
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> usize {
        let kind = Kind::Element {
            namespace: name.ns.to_string(),
            name: name.local.to_string(),
            attributes: attrs
                .into_iter()
                .map(|attribute| {
                    (
                        attribute.name.local.to_string(),
                        attribute.value.to_string(),
                    )
                })
                .collect(),
        };
        self.push(kind, Some(name))
    }

    fn create_comment(&self, text: StrTendril) -> usize {
        self.push(Kind::Comment(text.to_string()), None)
    }

    fn create_pi(&self, target: StrTendril, _data: StrTendril) -> usize {
        self.push(Kind::Comment(target.to_string()), None)
    }

    fn append(&self, parent: &usize, child: NodeOrText<usize>) {
        self.put(Some(*parent), child);
    }

    fn append_based_on_parent_node(
        &self,
        element: &usize,
        _previous: &usize,
        child: NodeOrText<usize>,
    ) {
        self.append_before_sibling(element, child);
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &usize) -> usize {
        *target
    }

    fn same_node(&self, one: &usize, other: &usize) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, _mode: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &usize, new: NodeOrText<usize>) {
        let parent = self.nodes.borrow()[*sibling].parent;
        self.put(parent, new);
    }

    fn add_attrs_if_missing(&self, target: &usize, attrs: Vec<Attribute>) {
        if let Kind::Element { attributes, .. } = &mut self.nodes.borrow_mut()[*target].kind {
            for attribute in attrs {
                attributes.push((
                    attribute.name.local.to_string(),
                    attribute.value.to_string(),
                ));
            }
        }
    }

    fn remove_from_parent(&self, target: &usize) {
        self.nodes.borrow_mut()[*target].parent = None;
    }

    fn reparent_children(&self, node: &usize, new_parent: &usize) {
        for child in self.nodes.borrow_mut().iter_mut() {
            if child.parent == Some(*node) {
                child.parent = Some(*new_parent);
            }
        }
    }
}
