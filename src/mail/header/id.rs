//! Message ids (RFC 5322 §3.6.4).

use super::{clean::cleaned, unfold};

/// A conversation of more messages than this is cut.
const MAX_IDS: usize = 5_000;
/// A line can't be longer (RFC 5322 §2.1.1), so neither can an honest id.
const MAX_LENGTH: usize = 998;

/// See [`super::message_ids`].
pub(super) fn message_ids(raw: &[u8]) -> Vec<String> {
    let line = unfold(raw);
    let ids: Vec<String> = bracketed(&line).take(MAX_IDS).collect();
    match ids.is_empty() {
        true => bare(&line).take(MAX_IDS).collect(),
        false => ids,
    }
}

/// See [`super::message_id`].
pub(super) fn message_id(raw: &[u8]) -> Option<String> {
    let line = unfold(raw);
    bracketed(&line).next().or_else(|| bare(&line).next())
}

fn bracketed(line: &[u8]) -> impl Iterator<Item = String> {
    line.split(|byte| *byte == b'<')
        .skip(1)
        .filter_map(|rest| rest.split(|byte| *byte == b'>').next())
        .filter_map(id)
}

/// Some senders leave the brackets away.
fn bare(line: &[u8]) -> impl Iterator<Item = String> {
    line.split(|byte| byte.is_ascii_whitespace() || *byte == b',')
        .filter(|word| word.contains(&b'@'))
        .filter_map(id)
}

fn id(raw: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(raw);
    let mut text = cleaned(&text).into_owned();
    text.retain(|c| !c.is_whitespace());
    (1..=MAX_LENGTH).contains(&text.len()).then_some(text)
}
