//! Message disposition notifications (RFC 8098): read receipts, asked for, read and made.

use std::fmt::Write;

use super::{address as address_in, groups, machine_part};
use crate::mail::{
    address::{self, Address},
    header::{self, Field},
    message::Message,
    reply::references::is_id,
};

/// Addresses that a receipt may go to: more would make the reader a sender of bulk mail.
const MAX_ADDRESSES: usize = 5;

/// A sender's wish for a receipt. Never answered without the reader's leave (RFC 8098 §2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Where the receipt would go.
    pub to: Vec<Address>,
    /// It would go to where the message came from (Return-Path). If not, the reader must be asked
    /// with care, and told where it goes; nothing may answer by itself.
    pub is_return_path: bool,
}

/// What was done with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// It was shown to somebody. Nobody knows whether it was read.
    Displayed,
    /// It was deleted unseen.
    Deleted,
    /// It was sent on without being shown.
    Dispatched,
    /// A program did something with it.
    Processed,
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A person.
    Person,
    /// A program, by a rule.
    Automatic,
}

/// The wish in the header of a message; `None` when it has none, or has one that is to be left
/// alone: without Return-Path (RFC 8098 §2.1), or to more addresses than one message needs.
pub fn requested(fields: &[Field<'_>]) -> Option<Request> {
    let mut to = header::addresses(header::first(fields, "Disposition-Notification-To")?);
    to.retain(Address::is_complete);
    if to.is_empty() || to.len() > MAX_ADDRESSES {
        return None;
    }
    let path = header::first(fields, "Return-Path").map(header::addresses);
    let path = path.and_then(|path| path.into_iter().next());
    let is_path = |one: &Address| {
        let path = path.as_ref();
        path.is_some_and(|path| address::key(&path.email) == address::key(&one.email))
    };
    Some(Request {
        is_return_path: to.iter().all(is_path),
        to,
    })
}

/// A receipt to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Receipt<'a> {
    /// What was done.
    pub disposition: Disposition,
    /// Who did it.
    pub by: By,
    /// Who sent the receipt: by their own leave, or by a rule.
    pub sent_by: By,
    /// The address of the one who got the message.
    pub recipient: &'a str,
    /// The name of the program, for `Reporting-UA`.
    pub user_agent: &'a str,
}

/// The bodies of the three parts of a multipart/report with `report-type=
/// disposition-notification`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// text/plain, given by the caller in the reader's words.
    pub text: String,
    /// message/disposition-notification. Lines end in CRLF, all is ASCII.
    pub notification: String,
    /// text/rfc822-headers: the few fields by which the sender knows the message.
    pub headers: String,
}

/// Makes a receipt for the message with these fields; it goes to [`Request::to`], with an empty
/// envelope sender (RFC 8098 §3). `None` when the recipient is no address.
pub fn receipt(fields: &[Field<'_>], text: &str, receipt: Receipt<'_>) -> Option<Parts> {
    let recipient = Address {
        name: None,
        email: receipt.recipient.to_owned(),
    };
    if !recipient.is_complete() || !recipient.email.is_ascii() {
        return None;
    }
    let mut lines = String::new();
    // Writing to a String cannot fail.
    let _ = write!(lines, "Reporting-UA: {}\r\n", visible(receipt.user_agent));
    let _ = write!(lines, "Final-Recipient: rfc822; {}\r\n", recipient.email);
    let id = header::first(fields, "Message-ID").map(header::message_ids);
    let id = id.and_then(|ids| ids.into_iter().find(|id| is_id(id)));
    if let Some(id) = &id {
        let _ = write!(lines, "Original-Message-ID: <{id}>\r\n");
    }
    let action = match receipt.by {
        By::Person => "manual-action",
        By::Automatic => "automatic-action",
    };
    let sending = match receipt.sent_by {
        By::Person => "MDN-sent-manually",
        By::Automatic => "MDN-sent-automatically",
    };
    let what = receipt.disposition.word();
    let _ = write!(lines, "Disposition: {action}/{sending}; {what}\r\n");
    let mut headers = String::new();
    if let Some(id) = id {
        let _ = write!(headers, "Message-ID: <{id}>\r\n");
    }
    for name in ["Date", "Subject"] {
        // As it came, where that can be repeated: it is the sender's own.
        let raw = header::first(fields, name).map(|raw| visible(&String::from_utf8_lossy(raw)));
        if let Some(raw) = raw.filter(|raw| !raw.is_empty() && raw.len() < 900) {
            let _ = write!(headers, "{name}: {raw}\r\n");
        }
    }
    Some(Parts {
        text: text.to_owned(),
        notification: lines,
        headers,
    })
}

/// A receipt that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The message that it is about, without angle brackets.
    pub message_id: Option<String>,
    /// Who got the message.
    pub recipient: String,
    /// What they did; `None` for something unheard of.
    pub disposition: Option<Disposition>,
    /// Who did it.
    pub by: By,
}

/// Reads a receipt; `None` when the message is none. Anyone can write one: it proves nothing.
pub fn received(message: &Message<'_>) -> Option<Received> {
    let text = machine_part(message, super::DISPOSITION)?;
    read(&text)
}

/// The same from the decoded text of its part.
pub(super) fn read(text: &str) -> Option<Received> {
    let groups = groups(text);
    let fields: Vec<Field<'_>> = groups.into_iter().flatten().collect();
    let find = |name: &str| header::first(&fields, name);
    let disposition = find("Disposition")
        .map(header::decode_text)?
        .to_ascii_lowercase();
    let (mode, what) = disposition.split_once(';').unwrap_or(("", &disposition));
    let what = what.split(['/', ',']).next().unwrap_or("").trim();
    Some(Received {
        message_id: find("Original-Message-ID").and_then(header::message_id),
        recipient: ["Original-Recipient", "Final-Recipient"]
            .iter()
            .filter_map(|name| find(name).map(address_in))
            .find(|email| !email.is_empty())
            .unwrap_or_default(),
        disposition: Disposition::ALL.into_iter().find(|one| one.word() == what),
        by: match mode.trim().starts_with("automatic-action") {
            true => By::Automatic,
            false => By::Person,
        },
    })
}

impl Disposition {
    const ALL: [Disposition; 4] = [
        Disposition::Displayed,
        Disposition::Deleted,
        Disposition::Dispatched,
        Disposition::Processed,
    ];

    fn word(self) -> &'static str {
        match self {
            Disposition::Displayed => "displayed",
            Disposition::Deleted => "deleted",
            Disposition::Dispatched => "dispatched",
            Disposition::Processed => "processed",
        }
    }
}

/// One line of ASCII.
fn visible(text: &str) -> String {
    let text = header::clean::clean(text);
    text.chars().filter(char::is_ascii).collect()
}
