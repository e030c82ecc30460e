//! BODYSTRUCTURE and BODY (RFC 9051 §7.5.2) as a tree of parts with section numbers (§6.4.5).
//!
//! The tree is built with a stack of its own, and is bounded in depth, so that neither building
//! nor dropping it can exhaust the thread's.

use super::{
    text::plain,
    token::{Node, Nodes, Value},
};
use crate::mail::{
    header::{
        self,
        clean::clean,
        parameter::{self, Parameters},
    },
    part::Part,
};

#[cfg(test)]
mod tests;

/// Parts within each other. Deeper ones are read from the message itself.
const DEPTH: usize = 64;
/// Parts in all.
const PARTS: usize = 1000;

/// Reads a body structure. `None` when it is no list, too deep or too large: the message itself
/// has to be read then.
pub(super) fn structure(value: &Value<'_>) -> Option<Part> {
    let mut stack: Vec<Open<'_>> = Vec::new();
    let mut entering = Some((value.node().list()?, Place::Root));
    let mut parts = 0;
    loop {
        if let Some((fields, place)) = entering.take() {
            parts += 1;
            if parts > PARTS || stack.len() >= DEPTH {
                return None;
            }
            stack.push(Open::new(fields, place));
        }
        entering = stack.last_mut()?.next_child();
        if entering.is_none() {
            let part = stack.pop()?.part;
            match stack.last_mut() {
                Some(parent) => parent.part.children.push(part),
                None => return Some(part),
            }
        }
    }
}

/// Where a part stands, which decides its section number.
enum Place {
    /// The message's own body.
    Root,
    /// A child of a multipart.
    Numbered(String),
    /// The body of the message/rfc822 with this number.
    Embedded(String),
}

impl Place {
    /// The section of a part that is a multipart or not, and what its children's numbers begin
    /// with, if it has any.
    fn sections(self, multipart: bool, has_children: bool) -> (String, String) {
        let section = match (self, multipart) {
            (Self::Root, true) => String::new(),
            (Self::Root, false) => "1".to_owned(),
            (Self::Numbered(number), _) => number,
            // A multipart that is the body of a message has no number of its own.
            (Self::Embedded(message), true) => return (String::new(), message),
            (Self::Embedded(message), false) => format!("{message}.1"),
        };
        match has_children {
            true => (section.clone(), section),
            false => (section, String::new()),
        }
    }
}

/// A part whose children are being read.
struct Open<'v> {
    part: Part,
    prefix: String,
    /// The children of a multipart, up to the sub-type.
    children: Nodes<'v>,
    /// How many of them have been numbered.
    numbered: u32,
    /// The body of an embedded message.
    body: Option<Nodes<'v>>,
}

impl<'v> Open<'v> {
    fn new(fields: Nodes<'v>, place: Place) -> Self {
        let multipart = is_multipart(fields);
        let (part, body) = match multipart {
            true => (multipart_fields(fields), None),
            false => single_fields(fields),
        };
        let (section, prefix) = place.sections(multipart, multipart || body.is_some());
        Self {
            part: Part { section, ..part },
            prefix,
            children: match multipart {
                true => fields,
                false => Nodes::default(),
            },
            numbered: 0,
            body,
        }
    }

    fn next_child(&mut self) -> Option<(Nodes<'v>, Place)> {
        if let Some(body) = self.body.take() {
            return Some((body, Place::Embedded(self.prefix.clone())));
        }
        loop {
            let Some(Node::List(child)) = self.children.next() else {
                self.children = Nodes::default();
                return None;
            };
            self.numbered += 1;
            // `(() "MIXED")`: nothing is there, but it has been counted.
            if !child.is_empty() {
                let number = match self.prefix.is_empty() {
                    true => self.numbered.to_string(),
                    false => format!("{}.{}", self.prefix, self.numbered),
                };
                return Some((child, Place::Numbered(number)));
            }
        }
    }
}

/// A multipart begins with its children. One without children begins with its sub-type, and is
/// told from a single part by what follows: no second string, and too few fields.
fn is_multipart(fields: Nodes<'_>) -> bool {
    let mut start = fields;
    match (start.next(), start.next()) {
        (Some(Node::List(_)), _) => true,
        (Some(Node::Text(_)), None | Some(Node::List(_))) => true,
        (Some(Node::Text(_)), Some(Node::Nil)) => fields.count() < SINGLE,
        _ => false,
    }
}

/// The fields that every single part has: type, sub-type, parameters, id, description, encoding
/// and octets.
const SINGLE: usize = 7;

fn multipart_fields(fields: Nodes<'_>) -> Part {
    let mut fields = skip_children(fields);
    let subtype = fields.next().and_then(Node::bytes);
    let own = parameters(fields.next());
    let part = Part {
        media_type: media_type(Some(b"multipart"), subtype.or(Some(b"mixed"))),
        ..Part::default()
    };
    disposed(part, &own, fields, 0)
}

fn skip_children(mut fields: Nodes<'_>) -> Nodes<'_> {
    let children = fields.take_while(|node| node.list().is_some()).count();
    if let Some(last) = children.checked_sub(1) {
        fields.nth(last);
    }
    fields
}

/// The part, and the body when it is a message whose structure the server has read.
fn single_fields(mut fields: Nodes<'_>) -> (Part, Option<Nodes<'_>>) {
    let mut next = || fields.next().unwrap_or(Node::Nil);
    let (kind, subtype) = (next().bytes(), next().bytes());
    let own = parameters(Some(next()));
    let (id, _description, encoding) = (next().bytes(), next(), next().bytes());
    let size = next().number().unwrap_or(0);
    let media_type = media_type(kind, subtype);
    let is_set = |name: &str, wanted: &str| {
        let value = own.get(name);
        value.is_some_and(|value| value.trim().eq_ignore_ascii_case(wanted))
    };
    let part = Part {
        charset: own.get("charset").filter(|label| is_charset(label)),
        flowed: is_set("format", "flowed"),
        delsp: is_set("delsp", "yes"),
        encoding: encoding
            .map(|raw| plain(raw, 40).to_ascii_lowercase())
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| "7bit".to_owned()),
        cid: id.and_then(content_id),
        method: own
            .get("method")
            .map(|method| method.to_ascii_lowercase())
            .filter(|_| media_type == "text/calendar"),
        size,
        media_type,
        ..Part::default()
    };
    let is_message = matches!(
        part.media_type.as_str(),
        "message/rfc822" | "message/global"
    );
    let body = is_message.then(|| embedded(fields)).flatten();
    if body.is_some() {
        // The envelope and the body are lists too, and no dispositions.
        fields.nth(1);
    }
    // Lines and MD5, or MD5 alone.
    let before = match body.is_some() || part.media_type.starts_with("text/") {
        true => 2,
        false => 1,
    };
    (disposed(part, &own, fields, before), body)
}

/// The body structure of an embedded message, which follows its envelope. A server that has not
/// looked into the message (it may be encoded) sends MD5 and disposition in their places.
fn embedded(mut fields: Nodes<'_>) -> Option<Nodes<'_>> {
    let envelope = fields.next()?;
    let body = fields.next()?.list()?;
    let is_body = match envelope {
        Node::List(_) => !body.is_empty(),
        Node::Nil => is_multipart(body) && body.count() > 2 || body.count() >= SINGLE,
        _ => false,
    };
    is_body.then_some(body)
}

/// Adds disposition, file name and location. `rest` begins after the octets or after a
/// multipart's parameters; `before` is how many fields come there before the disposition. Not all
/// servers count them alike, so a disposition is known by its shape first.
fn disposed(part: Part, own: &Parameters<'_>, rest: Nodes<'_>, before: usize) -> Part {
    let at = rest.into_iter().position(is_disposition).unwrap_or(before);
    let mut rest = rest.skip(at);
    let mut fields = rest.next().and_then(Node::list).unwrap_or_default();
    let kind = fields.next().and_then(Node::bytes);
    let given = parameters(fields.next());
    let _language = rest.next();
    let location = rest.next().and_then(Node::bytes);
    Part {
        disposition: kind.filter(|kind| !kind.is_empty()).map(|kind| {
            // What is not known counts as an attachment (RFC 2183 §2.8).
            match kind.eq_ignore_ascii_case(b"inline") {
                true => "inline".to_owned(),
                false => "attachment".to_owned(),
            }
        }),
        filename: parameter::filename(&given, own),
        location: location.and_then(content_location),
        ..part
    }
}

/// `("attachment" ("filename" "a"))`, and not a list of languages.
fn is_disposition(node: Node<'_>) -> bool {
    let mut fields = node.list().unwrap_or_default();
    let Some(kind) = fields.next() else {
        return false;
    };
    let is_known = kind.bytes().is_some_and(|kind| {
        kind.eq_ignore_ascii_case(b"inline") || kind.eq_ignore_ascii_case(b"attachment")
    });
    let parameters = fields.next();
    is_known || parameters.is_some_and(|node| node.is_nil() || node.list().is_some())
}

/// Names and values in turn; empty for NIL. A value NIL is as good as none.
fn parameters(node: Option<Node<'_>>) -> Parameters<'_> {
    let mut list = node.and_then(Node::list).unwrap_or_default();
    let pairs = std::iter::from_fn(|| Some((list.next()?.bytes(), list.next()?.bytes())));
    parameter::from_pairs(pairs.filter_map(|(name, value)| Some((name?, value?))))
}

/// Type and sub-type, if they are tokens (RFC 2045 §5.1); else what the message's own header
/// would be taken for: `text/plain` when the type is absent.
fn media_type(kind: Option<&[u8]>, subtype: Option<&[u8]>) -> String {
    let is_token = |text: &str| {
        let special = |c: char| "()<>@,;:\\\"/[]?=".contains(c) || !c.is_ascii_graphic();
        (1..=127).contains(&text.len()) && !text.contains(special)
    };
    let kind = String::from_utf8_lossy(kind.unwrap_or_default());
    let subtype = String::from_utf8_lossy(subtype.unwrap_or_default());
    let (kind, subtype) = (kind.trim(), subtype.trim());
    let mut both = String::with_capacity(kind.len() + 1 + subtype.len());
    both.extend([kind, "/", subtype]);
    both.make_ascii_lowercase();
    match both.as_str() {
        _ if kind.is_empty() => "text/plain".to_owned(),
        "text/" => "text/plain".to_owned(),
        _ if is_token(kind) && is_token(subtype) => both,
        text if kind.len() == 4 && text.starts_with("text/html") => "text/html".to_owned(),
        _ => "application/octet-stream".to_owned(),
    }
}

/// Servers write `us-ascii` where the message names no charset (Dovecot 2.3 and Cyrus 3 do), and
/// then its text may be anything. Where the message itself says so, ASCII is what guessing finds.
fn is_charset(label: &str) -> bool {
    !label.is_empty() && !label.eq_ignore_ascii_case("us-ascii")
}

fn content_id(raw: &[u8]) -> Option<String> {
    let text = clean(&String::from_utf8_lossy(raw));
    let id = text.trim_start_matches('<').trim_end_matches('>').trim();
    (1..=998).contains(&id.len()).then(|| id.to_owned())
}

/// RFC 2557 §4.4: a URI, perhaps folded or in encoded words.
fn content_location(raw: &[u8]) -> Option<String> {
    let text: String = header::decode_text(raw).split_whitespace().collect();
    (1..=2048).contains(&text.len()).then_some(text)
}
