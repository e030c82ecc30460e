//! What html5ever's tree builder asks of a tree.

use std::{borrow::Cow, cell::Ref};

use html5ever::{
    Attribute, LocalName, Namespace, QualName,
    interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink},
    tendril::StrTendril,
};

use super::{Content, DOCUMENT, NodeId, Sink, Tree};

/// The name of an element, borrowed from the arena.
#[derive(Debug)]
pub(in crate::mail::html) struct Name<'a>(Ref<'a, QualName>);

impl ElemName for Name<'_> {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.0.local
    }
}

impl TreeSink for Sink {
    type Handle = NodeId;
    type Output = Tree;
    type ElemName<'a> = Name<'a>;

    fn finish(self) -> Tree {
        Tree {
            nodes: self.nodes.into_inner(),
        }
    }

    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        DOCUMENT
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Name<'a> {
        static NO_NAME: QualName = QualName {
            prefix: None,
            ns: html5ever::ns!(),
            local: html5ever::local_name!(""),
        };
        Name(Ref::map(self.nodes.borrow(), |nodes| {
            match nodes.get(*target).map(|node| &node.content) {
                Some(Content::Element { name, .. }) => name,
                // The tree builder asks for elements only.
                _ => &NO_NAME,
            }
        }))
    }

    fn create_element(
        &self,
        name: QualName,
        attributes: Vec<Attribute>,
        flags: ElementFlags,
    ) -> NodeId {
        let template = flags.template.then(|| self.push(Content::Fragment));
        self.push(Content::Element {
            name,
            attributes,
            template,
        })
    }

    fn create_comment(&self, _text: StrTendril) -> NodeId {
        self.push(Content::Nothing)
    }

    fn create_pi(&self, _target: StrTendril, _data: StrTendril) -> NodeId {
        self.push(Content::Nothing)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        let last = self.read(*parent, |node| node.last_child).flatten();
        if let Some(id) = self.node_or_text(child, last) {
            self.attach(id, *parent, None);
        }
    }

    fn append_based_on_parent_node(
        &self,
        element: &NodeId,
        previous_element: &NodeId,
        child: NodeOrText<NodeId>,
    ) {
        if self.read(*element, |node| node.parent).flatten().is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous_element, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        let contents = self.read(*target, |node| match node.content {
            Content::Element { template, .. } => template,
            _ => None,
        });
        contents.flatten().unwrap_or(*target)
    }

    fn same_node(&self, one: &NodeId, other: &NodeId) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, _mode: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &NodeId, new: NodeOrText<NodeId>) {
        let links = self.read(*sibling, |node| (node.parent, node.previous));
        let Some((Some(parent), previous)) = links else {
            return;
        };
        if let Some(id) = self.node_or_text(new, previous) {
            self.attach(id, parent, Some(*sibling));
        }
    }

    fn add_attrs_if_missing(&self, target: &NodeId, new: Vec<Attribute>) {
        self.edit(*target, |node| {
            if let Content::Element { attributes, .. } = &mut node.content {
                for attribute in new {
                    if !attributes.iter().any(|old| old.name == attribute.name) {
                        attributes.push(attribute);
                    }
                }
            }
        });
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.detach(*target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        while let Some(child) = self.read(*node, |node| node.first_child).flatten() {
            self.detach(child);
            self.attach(child, *new_parent, None);
        }
    }
}
