//! Reports that servers and programs send about a message: whether it arrived (RFC 3464), whether
//! it was shown (RFC 8098). Both are a multipart/report (RFC 6522).

pub mod delivery;
pub mod disposition;

use super::{
    header::{self, Field},
    message::Message,
    part::Part,
};

/// Bytes of a report that are read.
const MAX_BYTES: usize = 256 * 1024;

/// What is in the part that machines read.
const DELIVERY: [&str; 2] = ["message/delivery-status", "message/global-delivery-status"];
const DISPOSITION: [&str; 2] = [
    "message/disposition-notification",
    "message/global-disposition-notification",
];
/// What came back of the message itself.
const RETURNED: [&str; 5] = [
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
];

/// What a message reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// What became of a message on its way.
    Delivery(delivery::Delivery),
    /// What somebody did with it.
    Disposition(disposition::Received),
}

impl Report {
    /// The message that it is about, without angle brackets.
    pub fn message_id(&self) -> Option<&str> {
        match self {
            Self::Delivery(delivery) => delivery.message_id.as_deref(),
            Self::Disposition(received) => received.message_id.as_deref(),
        }
    }
}

/// Where a report keeps what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sections<'p> {
    /// The part that machines read.
    pub machine: &'p Part,
    /// What came back of the message, and the section that has its header fields.
    pub returned: Option<(&'p Part, String)>,
}

/// The parts of a report by its structure alone; `None` when the message is none.
pub fn sections(root: &Part) -> Option<Sections<'_>> {
    let machine = find(root, &DELIVERY).or_else(|| find(root, &DISPOSITION))?;
    let returned = find(root, &RETURNED).map(|part| {
        let section = match part.media_type.as_str() {
            "message/rfc822" | "message/global" => format!("{}.HEADER", part.section),
            _ => part.section.clone(),
        };
        (part, section)
    });
    Some(Sections { machine, returned })
}

/// Reads a report from its decoded texts: of the machine's part, and of the returned header.
pub fn read(root: &Part, machine: &str, returned: &str) -> Option<Report> {
    let sections = sections(root)?;
    let machine = machine.get(..machine.floor_char_boundary(MAX_BYTES))?;
    match DELIVERY.contains(&sections.machine.media_type.as_str()) {
        true => Some(Report::Delivery(delivery::read(machine, returned))),
        false => disposition::read(machine).map(Report::Disposition),
    }
}

/// The part of a report that machines read, decoded; `None` when the message is no such report.
fn machine_part(message: &Message<'_>, kinds: [&str; 2]) -> Option<String> {
    let part = find(&message.root, &kinds)?;
    let mut text = message.text(part);
    text.truncate(text.floor_char_boundary(MAX_BYTES));
    Some(text)
}

/// The header fields of the message that came back, as far as they came with it.
fn returned(message: &Message<'_>) -> Option<String> {
    let part = find(&message.root, &RETURNED)?;
    let inner = message.section(&format!("{}.HEADER", part.section));
    let mut text = match inner {
        Some(header) => {
            String::from_utf8_lossy(header.get(..MAX_BYTES).unwrap_or(header)).into_owned()
        }
        None => message.text(part),
    };
    text.truncate(text.floor_char_boundary(MAX_BYTES));
    Some(text)
}

/// The first part of one of these types at the level of the report's own parts.
fn find<'p>(root: &'p Part, kinds: &[&str]) -> Option<&'p Part> {
    if !root.is_multipart("report") {
        return None;
    }
    root.children
        .iter()
        .find(|child| kinds.contains(&child.media_type.as_str()))
}

/// The blocks of fields that blank lines part.
fn groups(text: &str) -> Vec<Vec<Field<'_>>> {
    let mut groups = Vec::new();
    let mut rest = text.trim_start_matches(['\r', '\n']);
    while !rest.is_empty() && groups.len() < delivery::MAX_RECIPIENTS + 1 {
        let end = ["\n\n", "\n\r\n"]
            .iter()
            .filter_map(|gap| Some(rest.find(gap)? + gap.len()))
            .min()
            .unwrap_or(rest.len());
        let (group, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        groups.push(header::fields(group.as_bytes()));
        rest = after.trim_start_matches(['\r', '\n']);
    }
    groups
}

/// `rfc822; anna@example.org` without the kind of name that it is.
fn untyped(raw: &[u8]) -> String {
    let text = header::decode_text(raw);
    let value = text
        .split_once(';')
        .map_or(text.as_str(), |(_, value)| value);
    value.trim().trim_matches(['<', '>']).to_owned()
}

#[cfg(test)]
mod tests;
