//! What of a message is shown, in which order, and what is attached to it.
//!
//! Works on the structure alone, so that nothing needs to be fetched to know it. Walks without
//! recursion, and shows no more than a page can hold.

mod alternative;
mod attachment;
mod walk;

use std::collections::BTreeMap;

use super::part::Part;

pub use attachment::{Attachment, AttachmentKind, Name, is_inline_image};

/// HTML parts shown; each is a document of its own.
pub const MAX_HTML: usize = 20;
/// Parts shown in all.
pub const MAX_SHOWN: usize = 100;

/// What to do with each part of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BodyPlan<'a> {
    /// To show, from the top.
    pub show: Vec<Shown<'a>>,
    /// Images that HTML may name: Content-ID or Content-Location to section. Only raster images
    /// are in here (T-CID-1). Ids are as in [`Part::cid`].
    pub inline: BTreeMap<String, String>,
    /// What a person would call an attachment, in order.
    pub attachments: Vec<Attachment<'a>>,
    /// Images meant to be named by the HTML. Those which it does not name belong to the
    /// attachments; see [`BodyPlan::attachments_with_unused`].
    pub embedded: Vec<Attachment<'a>>,
    /// The text/calendar part to answer to, if there is one. Its fields are text, never HTML.
    pub invitation: Option<&'a Part>,
    /// A signature comes with the message: its media type.
    pub signature: Option<&'a str>,
    /// The text is encrypted, so it is among the attachments at best.
    pub encrypted: bool,
    /// There is more to show than is shown; the rest is among the attachments.
    pub truncated: bool,
}

/// A part to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown<'a> {
    /// How to show it.
    pub kind: ShownKind,
    /// The part; its section is what to fetch.
    pub part: &'a Part,
    /// The same as plain text (for HTML), or as HTML (for plain text that was chosen instead).
    pub alternative: Option<&'a Part>,
}

/// How a part is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownKind {
    /// A document in its cage.
    Html,
    /// Plain text, flowed or not.
    Text,
    /// Text with a simple markup of its own: text/enriched or text/richtext.
    Enriched,
    /// A raster image.
    Image,
    /// The machine's half of a report: fields, shown as text.
    Report,
}

impl<'a> Shown<'a> {
    /// The section to fetch.
    pub fn section(&self) -> &'a str {
        &self.part.section
    }
}

/// Plans how to show a message.
pub fn plan(root: &Part) -> BodyPlan<'_> {
    walk::walk(root)
}

/// Does the message have something that a person would call an attachment? For lists: an image
/// that HTML can name does not count, named or not.
pub fn has_attachment(root: &Part) -> bool {
    let plan = plan(root);
    plan.attachments
        .iter()
        .any(|attachment| attachment.kind != AttachmentKind::Key)
}

impl<'a> BodyPlan<'a> {
    /// The attachments, with those embedded images that no HTML part named. `used` holds the ids
    /// that were looked up in [`BodyPlan::inline`].
    pub fn attachments_with_unused(&self, used: impl Fn(&str) -> bool) -> Vec<Attachment<'a>> {
        let is_used = |attachment: &&Attachment<'a>| {
            let part = attachment.part;
            [&part.cid, &part.location]
                .into_iter()
                .flatten()
                .any(|id| used(id))
        };
        let unused = self
            .embedded
            .iter()
            .filter(|attachment| !is_used(attachment));
        self.attachments.iter().chain(unused).cloned().collect()
    }

    /// Nothing could be found to show or attach. A broken structure may hide it: the whole
    /// message is worth parsing then.
    pub fn is_empty(&self) -> bool {
        self.show.is_empty() && self.attachments.is_empty() && self.embedded.is_empty()
    }
}

#[cfg(test)]
mod tests;
