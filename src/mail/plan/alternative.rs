//! Which of several renderings of one content is shown.

use super::walk::parts;
use crate::mail::part::Part;

/// Smaller than any HTML with something in it; senders put empty ones beside good text.
const EMPTY: u64 = 8;

/// How well a rendering can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Richness {
    None,
    Image,
    Text,
    Html,
}

/// The child of a multipart/alternative to show: HTML over text over images, and of equal ones
/// the last (RFC 2046 §5.1.4). `None` when none can be shown.
pub(super) fn choose(part: &Part) -> Option<&Part> {
    part.children
        .iter()
        .map(|child| (richness(child), child))
        .filter(|(richness, _)| *richness > Richness::None)
        .max_by_key(|(richness, _)| *richness)
        .map(|(_, child)| child)
}

/// The part of another rendering that can stand in for `chosen`: plain text for HTML, HTML for
/// text.
pub(super) fn counterpart<'a>(part: &'a Part, chosen: &Part) -> Option<&'a Part> {
    let wanted = match richness(chosen) {
        Richness::Html => "text/plain",
        _ => "text/html",
    };
    part.children
        .iter()
        .filter(|child| !std::ptr::eq(*child, chosen))
        .flat_map(parts)
        .find(|leaf| leaf.media_type == wanted && is_text_to_show(leaf))
}

/// Renderings of the same text that are shown nowhere, and so are no attachments either.
pub(super) fn is_rendering(leaf: &Part) -> bool {
    leaf.media_type.starts_with("text/")
        && leaf.media_type != "text/calendar"
        && leaf.disposition.as_deref() != Some("attachment")
}

/// Looks at every leaf below, since HTML is often wrapped in a related or mixed.
fn richness(part: &Part) -> Richness {
    parts(part)
        .map(leaf_richness)
        .max()
        .unwrap_or(Richness::None)
}

fn leaf_richness(leaf: &Part) -> Richness {
    match leaf.media_type.as_str() {
        "text/html" if leaf.size > EMPTY && is_text_to_show(leaf) => Richness::Html,
        "text/plain" | "text/enriched" | "text/richtext" if is_text_to_show(leaf) => Richness::Text,
        image if super::is_inline_image(image) => Richness::Image,
        _ => Richness::None,
    }
}

fn is_text_to_show(leaf: &Part) -> bool {
    leaf.disposition.as_deref() != Some("attachment")
}
