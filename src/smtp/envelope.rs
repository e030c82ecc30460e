//! Who sends to whom, and what is said about the message before it (RFC 5321 §3.3, RFC 3461).

use std::fmt::Write as _;

use super::{address::Address, capabilities::Capabilities, error::Unable};

/// More recipients of one message are refused here. RFC 5321 §4.5.3.1.8 makes servers take 100;
/// those that take fewer than there are defer the rest, each with an answer of its own.
pub const MAX_RECIPIENTS: usize = 1000;

/// RFC 3461 §4.4.
const MAX_ENVID: usize = 100;

/// What goes before the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Where reports go. `None` is `<>`: answers that must not be answered (RFC 8098 §3).
    pub sender: Option<Address>,
    /// To whom: 1 to [`MAX_RECIPIENTS`], in the order in which they are answered.
    pub recipients: Vec<Recipient>,
    /// Octets of the message with CRLF line ends, as far as known. Said to servers with SIZE, and
    /// compared with their limit before anything is sent.
    pub size: Option<u64>,
    /// The message has octets above 127; needs 8BITMIME (RFC 6152).
    pub eight_bit: bool,
    /// Header fields of the message are in UTF-8; needs SMTPUTF8, as foreign addresses do.
    pub utf8_headers: bool,
    /// What reports contain; `None` leaves it to servers.
    pub report: Option<Report>,
    /// A name for this submission that reports will repeat. Printable ASCII.
    pub envelope_id: Option<String>,
    /// What to do when some recipients are refused and others are not.
    pub on_refusal: OnRefusal,
}

impl Envelope {
    /// A message of 7-bit text, without wishes.
    pub fn new(sender: Option<Address>, recipients: Vec<Address>) -> Self {
        Self {
            sender,
            recipients: recipients.into_iter().map(Recipient::new).collect(),
            size: None,
            eight_bit: false,
            utf8_headers: false,
            report: None,
            envelope_id: None,
            on_refusal: OnRefusal::default(),
        }
    }
}

/// One recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The address.
    pub address: Address,
    /// Of what to be told; `None` leaves it to servers (a report of failures, mostly).
    pub notify: Option<Notify>,
}

impl Recipient {
    /// A recipient without wishes.
    pub fn new(address: Address) -> Self {
        Self {
            address,
            notify: None,
        }
    }
}

/// Of what the sender wants reports (RFC 3461 §4.1). All false: of nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Notify {
    /// It arrived.
    pub success: bool,
    /// It will not arrive.
    pub failure: bool,
    /// It is still on its way.
    pub delay: bool,
}

/// What a report contains of the message (RFC 3461 §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// All of it.
    Full,
    /// Its header.
    Headers,
}

/// What to do when some recipients are refused and others are not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnRefusal {
    /// Send to the others, and say who was refused.
    #[default]
    SendToOthers,
    /// Send to nobody.
    SendToNobody,
}

impl Envelope {
    /// Can anybody take it? Asked before anything is opened.
    pub(super) fn check(&self) -> Result<(), Unable> {
        if self.recipients.is_empty() {
            return Err(Unable::NoRecipients);
        }
        if self.recipients.len() > MAX_RECIPIENTS {
            return Err(Unable::TooManyRecipients);
        }
        match &self.envelope_id {
            Some(id) if !id.bytes().all(|byte| matches!(byte, b' '..=b'~')) => {
                Err(Unable::EnvelopeId)
            }
            Some(id) if id.is_empty() || xtext(id).len() > MAX_ENVID => Err(Unable::EnvelopeId),
            _ => Ok(()),
        }
    }

    /// Can this server take it? Asked before anything of it is said.
    pub(super) fn fits(&self, server: &Capabilities) -> Result<(), Unable> {
        if let Some((size, limit)) = self.size.zip(server.size_limit())
            && size > limit
        {
            return Err(Unable::TooLarge { size, limit });
        }
        if self.needs_smtputf8() && !server.has("SMTPUTF8") {
            return Err(Unable::NoSmtpUtf8);
        }
        if self.is_eight_bit() && !server.has("8BITMIME") {
            return Err(Unable::NoEightBit);
        }
        Ok(())
    }

    /// UTF-8 in the header makes 8-bit content (RFC 6531 §3.6).
    pub(super) fn is_eight_bit(&self) -> bool {
        self.eight_bit || self.utf8_headers
    }

    fn needs_smtputf8(&self) -> bool {
        let recipients = self.recipients.iter().map(|recipient| &recipient.address);
        let mut addresses = self.sender.iter().chain(recipients);
        self.utf8_headers || addresses.any(Address::needs_smtputf8)
    }

    /// `MAIL FROM:<…>` with all that this server understands, and CRLF.
    pub(super) fn mail(&self, server: &Capabilities) -> String {
        let mut line = match &self.sender {
            Some(sender) => format!("MAIL FROM:<{sender}>"),
            None => "MAIL FROM:<>".to_owned(),
        };
        if let Some(size) = self.size.filter(|_| server.has("SIZE")) {
            push(&mut line, format_args!(" SIZE={size}"));
        }
        if self.is_eight_bit() {
            line.push_str(" BODY=8BITMIME");
        }
        if self.needs_smtputf8() {
            line.push_str(" SMTPUTF8");
        }
        if server.has("DSN") {
            match self.report {
                Some(Report::Full) => line.push_str(" RET=FULL"),
                Some(Report::Headers) => line.push_str(" RET=HDRS"),
                None => {}
            }
            if let Some(id) = &self.envelope_id {
                push(&mut line, format_args!(" ENVID={}", xtext(id)));
            }
        }
        line.push_str("\r\n");
        line
    }

    /// Does it wish for anything that needs DSN?
    pub(super) fn wants_dsn(&self) -> bool {
        let notify = |recipient: &Recipient| recipient.notify.is_some();
        self.report.is_some() || self.envelope_id.is_some() || self.recipients.iter().any(notify)
    }
}

impl Recipient {
    /// `RCPT TO:<…>` with all that this server understands, and CRLF.
    pub(super) fn rcpt(&self, server: &Capabilities) -> String {
        let mut line = format!("RCPT TO:<{}>", self.address);
        if let Some(notify) = self.notify.filter(|_| server.has("DSN")) {
            let words = [
                (notify.success, "SUCCESS"),
                (notify.failure, "FAILURE"),
                (notify.delay, "DELAY"),
            ];
            let words: Vec<_> = words
                .iter()
                .filter(|(on, _)| *on)
                .map(|(_, w)| *w)
                .collect();
            let list = if words.is_empty() {
                "NEVER".to_owned()
            } else {
                words.join(",")
            };
            push(
                &mut line,
                format_args!(" NOTIFY={list} ORCPT={}", self.original()),
            );
        }
        line.push_str("\r\n");
        line
    }

    /// The address for reports (RFC 3461 §4.2; RFC 6533 §3 beyond ASCII).
    fn original(&self) -> String {
        let address = self.address.to_string();
        match address.is_ascii() {
            true => format!("rfc822;{}", xtext(&address)),
            false => format!("utf-8;{}", utf8_xtext(&address)),
        }
    }
}

fn push(line: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = line.write_fmt(words);
}

/// RFC 3461 §4: what is not printable, and `+` and `=`, as `+` and two hexadecimal digits.
fn xtext(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'!'..=b'~' if !matches!(byte, b'+' | b'=') => out.push(char::from(byte)),
            _ => push(&mut out, format_args!("+{byte:02X}")),
        }
    }
    out
}

/// RFC 6533 §3 `utf-8-addr-xtext`: the same, with `\x{…}` for what is no plain ASCII.
fn utf8_xtext(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '!'..='~' if !matches!(c, '+' | '=' | '\\') => out.push(c),
            _ => push(&mut out, format_args!("\\x{{{:X}}}", u32::from(c))),
        }
    }
    out
}

#[cfg(test)]
mod tests;
