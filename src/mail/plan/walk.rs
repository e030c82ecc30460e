//! The walk that makes a plan.

use super::{
    Attachment, AttachmentKind, BodyPlan, MAX_HTML, MAX_SHOWN, Shown, ShownKind, alternative,
    is_inline_image,
};
use crate::mail::part::Part;

/// Every leaf at or below a part, in order; a message inside counts as one leaf.
pub(super) fn parts(root: &Part) -> impl Iterator<Item = &Part> {
    let mut stack = vec![root];
    std::iter::from_fn(move || {
        loop {
            let part = stack.pop()?;
            if part.is_multipart("*") && !part.children.is_empty() {
                stack.extend(part.children.iter().rev());
            } else {
                return Some(part);
            }
        }
    })
}

/// See [`super::plan`].
pub(super) fn walk(root: &Part) -> BodyPlan<'_> {
    let mut walk = Walk {
        root,
        plan: BodyPlan::default(),
        stack: vec![Task {
            part: root,
            place: Place::Body,
            alternative: None,
        }],
        html: 0,
    };
    while let Some(task) = walk.stack.pop() {
        walk.visit(task);
    }
    walk.offer_invitation();
    walk.plan
}

/// A part and what is known of it from above.
#[derive(Clone, Copy)]
struct Task<'a> {
    part: &'a Part,
    place: Place,
    alternative: Option<&'a Part>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the run of things to show.
    Body,
    /// Beside the root of a related: there to be named by it.
    Resource,
    /// In a rendering that is not shown.
    Unchosen,
    /// In a report, after its first part.
    Report,
}

struct Walk<'a> {
    root: &'a Part,
    plan: BodyPlan<'a>,
    stack: Vec<Task<'a>>,
    html: usize,
}

impl<'a> Walk<'a> {
    fn visit(&mut self, task: Task<'a>) {
        let part = task.part;
        match part.media_type.strip_prefix("multipart/") {
            Some(subtype) if !part.children.is_empty() => self.multipart(task, subtype),
            // A server that could not split it still has its text.
            Some(_) if !part.section.is_empty() && task.place == Place::Body => {
                self.show(task, ShownKind::Text)
            }
            Some(_) => {}
            None => self.leaf(task),
        }
    }

    fn multipart(&mut self, task: Task<'a>, subtype: &str) {
        let part = task.part;
        match (task.place, subtype) {
            (Place::Unchosen, _) => self.push(&part.children, |_| Place::Unchosen, None),
            (_, "alternative") => {
                let Some(chosen) = alternative::choose(part) else {
                    return self.push(&part.children, |_| Place::Body, None);
                };
                let counterpart = alternative::counterpart(part, chosen);
                let place = |child: &Part| match std::ptr::eq(child, chosen) {
                    true => task.place,
                    false => Place::Unchosen,
                };
                self.push(&part.children, place, counterpart.or(task.alternative));
            }
            (_, "related") => {
                // The root is the first; some senders put the images before it.
                let is_text =
                    |child: &&Part| parts(child).any(|leaf| leaf.media_type == "text/html");
                let root = part.children.iter().find(is_text).or(part.children.first());
                let place = |child: &Part| match root.is_some_and(|root| std::ptr::eq(child, root))
                {
                    true => task.place,
                    false => Place::Resource,
                };
                self.push(&part.children, place, task.alternative);
            }
            (_, "signed") => {
                let signature = part.children.get(1).filter(|second| is_signature(second));
                self.plan.signature = signature.map(|second| second.media_type.as_str());
                let content = part.children.iter();
                let rest: Vec<&Part> = content
                    .filter(|child| !signature.is_some_and(|second| std::ptr::eq(*child, second)))
                    .collect();
                self.push(rest, |_| task.place, task.alternative);
            }
            (_, "encrypted") => {
                self.plan.encrypted = true;
                // One part only says which version of which method (RFC 3156 §4).
                let is_content = |child: &&Part| child.media_type != "application/pgp-encrypted";
                self.push(
                    part.children.iter().filter(is_content),
                    |_| Place::Body,
                    None,
                );
            }
            (_, "report") => {
                let first = part.children.first();
                let place =
                    |child: &Part| match first.is_some_and(|first| std::ptr::eq(child, first)) {
                        true => Place::Body,
                        false => Place::Report,
                    };
                self.push(&part.children, place, None);
            }
            // RFC 1740: the first half is the resource fork, of use to old Macs alone.
            (_, "appledouble") => self.push(part.children.iter().skip(1), |_| task.place, None),
            _ => self.push(&part.children, |_| task.place, task.alternative),
        }
    }

    fn push(
        &mut self,
        children: impl IntoIterator<Item = &'a Part>,
        place: impl Fn(&Part) -> Place,
        alternative: Option<&'a Part>,
    ) {
        let start = self.stack.len();
        self.stack.extend(children.into_iter().map(|part| Task {
            part,
            place: place(part),
            alternative,
        }));
        if let Some(pushed) = self.stack.get_mut(start..) {
            pushed.reverse();
        }
    }

    fn leaf(&mut self, task: Task<'a>) {
        let part = task.part;
        let is_attached = part.disposition.as_deref() == Some("attachment");
        if part.media_type == "text/calendar" {
            self.calendar(task);
            return;
        }
        match task.place {
            Place::Unchosen if alternative::is_rendering(part) => {}
            Place::Unchosen | Place::Resource => self.resource(part, is_attached),
            Place::Report if is_report(part) => self.show(task, ShownKind::Report),
            Place::Report => self.attach(part),
            Place::Body => match self.text_kind(part, is_attached) {
                Some(kind) => self.show(task, kind),
                None => self.body_leaf(task, is_attached),
            },
        }
    }

    /// The kind of text to show it as. Text with a name is a file, unless it is all there is.
    fn text_kind(&self, part: &Part, is_attached: bool) -> Option<ShownKind> {
        let is_file = part.filename.is_some() && !self.plan.show.is_empty();
        if is_attached || is_file {
            return None;
        }
        match part.media_type.as_str() {
            "text/html" => Some(ShownKind::Html),
            "text/plain" => Some(ShownKind::Text),
            "text/enriched" | "text/richtext" => Some(ShownKind::Enriched),
            "text/x-patch" | "text/x-diff" | "text/markdown" | "text/x-markdown"
                if part.filename.is_none() =>
            {
                Some(ShownKind::Text)
            }
            _ => None,
        }
    }

    fn body_leaf(&mut self, task: Task<'a>, is_attached: bool) {
        let part = task.part;
        if is_inline_image(&part.media_type) {
            self.name(part);
            let is_inline = part.disposition.as_deref() == Some("inline");
            // Apple Mail puts pictures between paragraphs as parts of their own.
            if is_inline && part.cid.is_none() {
                self.show(task, ShownKind::Image);
            } else if !is_attached && part.cid.is_some() {
                self.plan.embedded.push(Attachment::of(part));
                return;
            }
        }
        self.attach(part);
    }

    /// A part that HTML may name, or an attachment in the wrong place.
    fn resource(&mut self, part: &'a Part, is_attached: bool) {
        let can_be_named = part.cid.is_some() || part.location.is_some();
        if is_inline_image(&part.media_type) && can_be_named && !is_attached {
            self.name(part);
            self.plan.embedded.push(Attachment::of(part));
        } else {
            // Attached, and named all the same: some senders do both.
            self.name(part);
            self.attach(part);
        }
    }

    /// Invitations are answered, not read; the file is offered as well.
    fn calendar(&mut self, task: Task<'a>) {
        let part = task.part;
        let is_request = part.method.is_some() || self.plan.invitation.is_none();
        let better = self
            .plan
            .invitation
            .is_none_or(|known| known.method.is_none());
        if is_request && better {
            self.plan.invitation = Some(part);
        }
        // Exchange and Google send it twice, as a rendering and as a file.
        if task.place != Place::Unchosen || part.filename.is_some() {
            self.attach(part);
        }
    }

    /// Where it came as a rendering alone, it is the only place that has the date for other programs.
    fn offer_invitation(&mut self) {
        let files = &self.plan.attachments;
        let is_there = files
            .iter()
            .any(|file| file.kind == AttachmentKind::Calendar);
        if let Some(part) = self.plan.invitation.filter(|_| !is_there) {
            self.attach(part);
        }
    }

    fn name(&mut self, part: &Part) {
        if is_inline_image(&part.media_type) {
            for id in [&part.cid, &part.location].into_iter().flatten() {
                // Of two parts with one id the first counts.
                let section = self.plan.inline.entry(id.clone());
                section.or_insert_with(|| part.section.clone());
            }
        }
    }

    fn show(&mut self, task: Task<'a>, kind: ShownKind) {
        // An empty part would be an empty box, unless it is all there is. Servers also put one
        // in place of the parts that they did not find.
        if task.part.size == 0 && !std::ptr::eq(task.part, self.root) {
            return;
        }
        let is_html = kind == ShownKind::Html;
        self.html += usize::from(is_html);
        if is_html && self.html > MAX_HTML || self.plan.show.len() >= MAX_SHOWN {
            self.plan.truncated = true;
            self.attach(task.part);
            return;
        }
        self.plan.show.push(Shown {
            kind,
            part: task.part,
            alternative: task
                .alternative
                .filter(|other| !std::ptr::eq(*other, task.part)),
        });
    }

    fn attach(&mut self, part: &'a Part) {
        let is_smime =
            part.media_type.ends_with("/pkcs7-mime") || part.media_type.ends_with("/x-pkcs7-mime");
        self.plan.encrypted |= is_smime;
        self.plan.attachments.push(Attachment::of(part));
    }
}

fn is_signature(part: &Part) -> bool {
    matches!(
        part.media_type.as_str(),
        "application/pgp-signature"
            | "application/pkcs7-signature"
            | "application/x-pkcs7-signature"
    )
}

fn is_report(part: &Part) -> bool {
    matches!(
        part.media_type.as_str(),
        "message/delivery-status"
            | "message/global-delivery-status"
            | "message/disposition-notification"
            | "message/global-disposition-notification"
            | "message/feedback-report"
            | "message/tracking-status"
    )
}
