//! A message once more: edited as a new one, or sent again after it came back.

use super::{MAX_FIELDS, identity, own::Own, references};
use crate::mail::{
    address::Address,
    compose::Importance,
    header::{self, Field},
    report::disposition,
};

/// Characters of the subject; longer ones are cut.
const MAX_SUBJECT: usize = 998;

/// The fields of a message for an editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Again {
    /// Who sends it: the identity that sent it before, or that it came to. Never the stranger who
    /// wrote it.
    pub from: identity::Answering,
    /// To, malformed addresses included: a person is going to look at them.
    pub to: Vec<Address>,
    /// Cc.
    pub cc: Vec<Address>,
    /// Bcc, which the copies that one sent oneself may have.
    pub bcc: Vec<Address>,
    /// Reply-To, if oneself had set it.
    pub reply_to: Vec<Address>,
    /// The subject as it was, prefixes included.
    pub subject: String,
    /// In-Reply-To without brackets: a copy of an answer is an answer.
    pub in_reply_to: Option<String>,
    /// References, the oldest first.
    pub references: Vec<String>,
    /// How much it matters, if oneself had said so.
    pub importance: Option<Importance>,
    /// Oneself had asked to be told that it was read.
    pub receipt: bool,
}

/// Takes the fields of a message for a new one. Its id, date and all that delivery added stay
/// behind.
pub fn again(fields: &[Field<'_>], own: Own<'_>, default: usize) -> Again {
    let all = |name: &str| -> Vec<Address> {
        let all = header::all(fields, name).take(MAX_FIELDS);
        all.flat_map(header::addresses).collect()
    };
    let is_mine = all("From").iter().any(|from| own.has(&from.email));
    let ids = |name: &str| {
        let raw = header::first(fields, name).unwrap_or_default();
        let ids = header::message_ids(raw).into_iter();
        ids.filter(|id| references::is_id(id))
    };
    let subject = header::first(fields, "Subject").map(header::decode_text);
    Again {
        from: identity::identity(fields, own, default),
        to: all("To"),
        cc: all("Cc"),
        bcc: all("Bcc"),
        reply_to: if is_mine { all("Reply-To") } else { Vec::new() },
        subject: subject
            .unwrap_or_default()
            .chars()
            .take(MAX_SUBJECT)
            .collect(),
        in_reply_to: ids("In-Reply-To").next(),
        references: references::shortened(ids("References").collect()),
        importance: importance(fields).filter(|_| is_mine),
        receipt: is_mine && disposition::requested(fields).is_some(),
    }
}

/// As `compose` says it, and what others say that have no `Importance`.
fn importance(fields: &[Field<'_>]) -> Option<Importance> {
    let word = |name| header::first(fields, name).map(header::decode_text);
    let importance = word("Importance").unwrap_or_default();
    match importance.trim().to_ascii_lowercase().as_str() {
        "high" => return Some(Importance::High),
        "low" => return Some(Importance::Low),
        "normal" => return None,
        _ => {}
    }
    match word("X-Priority")?.trim().chars().next()? {
        '1' | '2' => Some(Importance::High),
        '4' | '5' => Some(Importance::Low),
        _ => None,
    }
}
