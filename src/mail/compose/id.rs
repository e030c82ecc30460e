//! Message ids (RFC 5322 §3.6.4): making one, and passing on those of others.

use crate::mail::address::ascii_domain;

/// So long that a line with it stays below 998 octets.
const MAX_LENGTH: usize = 900;
/// As many as References keeps: the first, which names the conversation, and the last.
const MAX_IDS: usize = 50;

/// A new id, without brackets: 128 random bits and the domain of the From address, which says
/// whose it is. A domain that can't be written gives `localhost.invalid`.
pub fn message_id(random: [u8; 16], domain: &str) -> String {
    let domain = ascii_domain(domain).filter(|domain| !domain.starts_with('['));
    let domain = domain.unwrap_or_else(|| "localhost.invalid".to_owned());
    format!("{:032x}@{domain}", u128::from_be_bytes(random))
}

/// Can this be written between angle brackets, and be found again?
pub(super) fn is_sound(id: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>');
    (1..=MAX_LENGTH).contains(&id.len()) && id.bytes().all(fits)
}

/// The ids that References carries, in brackets.
pub(super) fn kept(ids: &[String]) -> Vec<String> {
    let sound: Vec<&String> = ids.iter().filter(|id| is_sound(id)).collect();
    let surplus = sound.len().saturating_sub(MAX_IDS);
    let kept = sound
        .iter()
        .enumerate()
        .filter(|(index, _)| *index == 0 || *index > surplus);
    kept.map(|(_, id)| format!("<{id}>")).collect()
}
