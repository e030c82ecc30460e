//! From the flat list of parts to the tree with IMAP's section numbers (RFC 9051 §6.4.5.1).

use std::collections::HashMap;

use super::{
    Located,
    split::{Kind, Node, Tree},
};
use crate::mail::part::Part;

/// Builds the tree, and finds where each section is.
pub(super) fn build<'a>(raw: &'a [u8], tree: &Tree) -> (Part, HashMap<String, Located<'a>>) {
    let sections = sections(&tree.nodes);
    let mut located = HashMap::with_capacity(tree.nodes.len());
    let mut parts: Vec<Part> = Vec::with_capacity(tree.nodes.len());
    for (node, section) in tree.nodes.iter().zip(&sections) {
        let bytes = |range: &std::ops::Range<usize>| raw.get(range.clone()).unwrap_or_default();
        if !section.is_empty() {
            let place = Located {
                mime: bytes(&node.header),
                body: bytes(&node.body),
                inner: None,
            };
            located.insert(section.clone(), place);
        }
        let outer = node.parent.and_then(|parent| {
            let is_message = tree.nodes.get(parent)?.kind == Kind::Message;
            sections.get(parent).filter(|_| is_message)
        });
        if let Some(place) = outer.and_then(|outer| located.get_mut(outer)) {
            place.inner = Some((bytes(&node.header), bytes(&node.body)));
        }
        parts.push(Part {
            section: section.clone(),
            size: match node.kind {
                Kind::Multipart => 0,
                _ => node.body.len() as u64,
            },
            ..node.part.clone()
        });
    }
    (assemble(parts, &tree.nodes), located)
}

/// The section number of each part; empty for multiparts that are a message's whole body.
fn sections(nodes: &[Node]) -> Vec<String> {
    let mut sections: Vec<String> = Vec::with_capacity(nodes.len());
    // What the children's numbers begin with, and how many there have been.
    let mut counters: Vec<(String, usize)> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let parent = node.parent.and_then(|parent| nodes.get(parent));
        let (prefix, number) = match node.parent.and_then(|parent| counters.get_mut(parent)) {
            Some((prefix, number)) => {
                *number += 1;
                (prefix.clone(), *number)
            }
            None => (String::new(), 1),
        };
        let is_body = parent.is_none_or(|parent| parent.kind == Kind::Message);
        if is_body && node.kind == Kind::Multipart {
            sections.push(String::new());
            counters.push((prefix, 0));
            continue;
        }
        let section = match prefix.is_empty() {
            true => number.to_string(),
            false => format!("{prefix}.{number}"),
        };
        counters.push((section.clone(), 0));
        sections.push(section);
    }
    sections
}

/// Puts children into their parents, the last first, so that no part is moved before its own
/// children are in it.
fn assemble(mut parts: Vec<Part>, nodes: &[Node]) -> Part {
    for node in nodes.iter().skip(1).rev() {
        let Some(mut part) = parts.pop() else { break };
        part.children.reverse();
        if let Some(parent) = node.parent.and_then(|parent| parts.get_mut(parent)) {
            parent.children.push(part);
        }
    }
    let mut root = parts.pop().unwrap_or_default();
    root.children.reverse();
    root
}
