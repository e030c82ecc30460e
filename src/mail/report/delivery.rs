//! Delivery status notifications (RFC 3464), read.

use super::{address, groups, machine_part, returned, untyped};
use crate::mail::{
    header::{self, Field},
    message::Message,
};

/// Recipients that one report may speak of.
pub(super) const MAX_RECIPIENTS: usize = 1_000;
/// Characters of what the server said.
const MAX_DIAGNOSTIC: usize = 1_000;

/// What became of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// The message that the report is about: its id without angle brackets, from the header that
    /// came back.
    pub message_id: Option<String>,
    /// One for each recipient that the report names.
    pub recipients: Vec<Recipient>,
}

/// What became of a message on its way to one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The address that was written to, else the one that it led to.
    pub email: String,
    /// What happened.
    pub action: Action,
    /// Enhanced status code (RFC 3463), such as `5.1.1`; empty when there is none.
    pub status: String,
    /// What the other server said, for those who want to know; may be empty. Text of strangers.
    pub diagnostic: String,
    /// Why.
    pub reason: Reason,
}

/// RFC 3464 §2.3.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It will not be delivered.
    Failed,
    /// It is still being tried.
    Delayed,
    /// It is in the mailbox.
    Delivered,
    /// It went on to a server that sends no reports.
    Relayed,
    /// It went to several others.
    Expanded,
}

/// Why a message was not delivered, in as many classes as people can act upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There is no such mailbox.
    UnknownMailbox,
    /// The mailbox takes no mail: closed, disabled or moved.
    ClosedMailbox,
    /// The mailbox is full.
    FullMailbox,
    /// The domain does not exist, or takes no mail.
    UnknownDomain,
    /// The message is too big.
    TooBig,
    /// It was taken for spam or for something dangerous.
    Spam,
    /// The sender may not send there, or could not be verified.
    Refused,
    /// The server could not be reached, or asked to try later.
    Unreachable,
    /// It went round in circles.
    Loop,
    /// Nothing that we know.
    Other,
}

/// Reads a report; `None` when the message is none. A report of nobody has no recipients.
pub fn delivery(message: &Message<'_>) -> Option<Delivery> {
    let text = machine_part(message, super::DELIVERY)?;
    Some(read(&text, &returned(message).unwrap_or_default()))
}

/// The same from the decoded texts of its parts.
pub(super) fn read(text: &str, original: &str) -> Delivery {
    let recipients = groups(text)
        .iter()
        .filter_map(|group| recipient(group))
        .take(MAX_RECIPIENTS)
        .collect();
    let fields = header::fields(original.as_bytes());
    Delivery {
        message_id: header::first(&fields, "Message-ID").and_then(header::message_id),
        recipients,
    }
}

/// `None` for the block about the message as a whole.
fn recipient(fields: &[Field<'_>]) -> Option<Recipient> {
    let find = |name: &str| header::first(fields, name);
    let email = ["Original-Recipient", "Final-Recipient"]
        .iter()
        .filter_map(|name| find(name).map(address))
        .find(|email| !email.is_empty())?;
    let status: String = find("Status")
        .map(header::decode_text)
        .unwrap_or_default()
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .take(11)
        .collect();
    let action = find("Action").map(header::decode_text).unwrap_or_default();
    let diagnostic = find("Diagnostic-Code").map(untyped).unwrap_or_default();
    Some(Recipient {
        action: match action.to_ascii_lowercase().as_str() {
            "delayed" => Action::Delayed,
            "delivered" => Action::Delivered,
            "relayed" => Action::Relayed,
            "expanded" => Action::Expanded,
            "failed" => Action::Failed,
            _ if status.starts_with('2') => Action::Delivered,
            _ if status.starts_with('4') => Action::Delayed,
            _ => Action::Failed,
        },
        reason: reason(&status, &diagnostic),
        email,
        status,
        diagnostic: diagnostic.chars().take(MAX_DIAGNOSTIC).collect(),
    })
}

/// From the code (RFC 3463 §3), and from the words where servers give a code for everything.
pub fn reason(status: &str, diagnostic: &str) -> Reason {
    let (_, detail) = status.split_once('.').unwrap_or_default();
    let by_code = match detail {
        "1.1" | "1.3" | "1.0" => Some(Reason::UnknownMailbox),
        "1.2" | "1.10" | "4.4" => Some(Reason::UnknownDomain),
        "1.6" | "2.1" => Some(Reason::ClosedMailbox),
        "2.2" => Some(Reason::FullMailbox),
        "2.3" | "3.4" => Some(Reason::TooBig),
        "4.6" => Some(Reason::Loop),
        "4.1" | "4.2" | "4.3" | "4.5" | "4.7" => Some(Reason::Unreachable),
        _ => None,
    };
    by_code.unwrap_or_else(|| by_words(status, diagnostic))
}

fn by_words(status: &str, diagnostic: &str) -> Reason {
    const WORDS: &[(Reason, &[&str])] = &[
        (
            Reason::Spam,
            &[
                "spam",
                "blocked",
                "blacklist",
                "blocklist",
                "spamhaus",
                "reputation",
                "virus",
                "malware",
                "junk",
            ],
        ),
        (
            Reason::FullMailbox,
            &["mailbox full", "mailbox is full", "quota", "out of storage"],
        ),
        (
            Reason::TooBig,
            &["too large", "too big", "size limit", "message size"],
        ),
        (
            Reason::UnknownMailbox,
            &[
                "user unknown",
                "unknown user",
                "no such user",
                "does not exist",
                "no such recipient",
                "recipient unknown",
                "no mailbox",
                "mailbox not found",
                "invalid recipient",
                "unknown recipient",
                "mailbox unavailable",
                "not a known user",
            ],
        ),
        (
            Reason::ClosedMailbox,
            &["disabled", "inactive", "deactivated", "suspended"],
        ),
        (
            Reason::UnknownDomain,
            &[
                "host not found",
                "domain not found",
                "host unknown",
                "no mx",
                "nxdomain",
                "name service error",
            ],
        ),
        (Reason::Loop, &["loop", "too many hops"]),
        (
            Reason::Unreachable,
            &[
                "timed out",
                "timeout",
                "connection refused",
                "greylist",
                "try again",
                "unreachable",
            ],
        ),
    ];
    let text = diagnostic.to_lowercase();
    let found = WORDS
        .iter()
        .find(|(_, words)| words.iter().any(|word| text.contains(word)));
    match found {
        Some((reason, _)) => *reason,
        None if status.contains(".7.") => Reason::Refused,
        None if status.starts_with('4') => Reason::Unreachable,
        None => Reason::Other,
    }
}
