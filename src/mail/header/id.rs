//! Message ids (RFC 5322 §3.6.4).

use super::{clean::clean, unfold};

/// A conversation of more messages than this is cut.
const MAX_IDS: usize = 5_000;
/// A line can't be longer (RFC 5322 §2.1.1), so neither can an honest id.
const MAX_LENGTH: usize = 998;

/// See [`super::message_ids`].
pub(super) fn message_ids(raw: &[u8]) -> Vec<String> {
    let line = unfold(raw);
    let bracketed: Vec<String> = line
        .split(|byte| *byte == b'<')
        .skip(1)
        .filter_map(|rest| rest.split(|byte| *byte == b'>').next())
        .filter_map(id)
        .take(MAX_IDS)
        .collect();
    if !bracketed.is_empty() {
        return bracketed;
    }
    // Some senders leave the brackets away.
    line.split(|byte| byte.is_ascii_whitespace() || *byte == b',')
        .filter(|word| word.contains(&b'@'))
        .filter_map(id)
        .take(MAX_IDS)
        .collect()
}

fn id(raw: &[u8]) -> Option<String> {
    let text = clean(&String::from_utf8_lossy(raw));
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    (1..=MAX_LENGTH).contains(&text.len()).then_some(text)
}
