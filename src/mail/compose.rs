//! What a person wrote becomes a message (RFC 5322, MIME): headers and texts as bytes, and places
//! where the contents of attached files go. So a message with 25 MB of attachments is sent, and
//! its size known beforehand, in the memory that its text takes.
//!
//! ```text
//! multipart/mixed                     with attachments
//!   multipart/alternative             with HTML
//!     text/plain; format=flowed       always
//!     multipart/related               with inline pictures
//!       text/html
//!       image/…
//!   application/…, message/rfc822
//! ```
//!
//! Whatever the texts hold, the bytes have the headers that are named here and no others
//! (T-SMTP-1), every line ends in CRLF, and none is longer than 998 octets.

mod body;
mod encoded;
mod flowed;
mod headers;
mod id;
mod parameter;
mod part;
mod receipt;
mod survey;
mod writer;

use thiserror::Error;

use super::address::{self, Address, Fault};

pub use id::message_id;
pub use receipt::receipt;
pub use survey::Survey;

/// A message to be written. Texts may hold anything; addresses must be sound.
#[derive(Clone, Debug)]
pub struct Message<'a, K> {
    /// Who wrote it; at least one.
    pub from: Vec<Address>,
    /// Who sends it, where that is somebody else or `from` has several (RFC 5322 §3.6.2).
    pub sender: Option<Address>,
    /// Where answers are to go, when not to `from`.
    pub reply_to: Vec<Recipient>,
    /// The recipients.
    pub to: Vec<Recipient>,
    /// Who gets a copy.
    pub cc: Vec<Recipient>,
    /// Who gets a copy that nobody sees; written for [`Purpose::Keep`] only.
    pub bcc: Vec<Recipient>,
    /// The subject; may be empty.
    pub subject: &'a str,
    /// When it was written, milliseconds since 1970 UTC.
    pub date_ms: i64,
    /// The person's zone, minutes east of UTC.
    pub offset_minutes: i16,
    /// Without angle brackets; see [`message_id`].
    pub message_id: &'a str,
    /// The messages that this one answers, ids without brackets. Ids that can't be written are
    /// left out here and in `references`.
    pub in_reply_to: &'a [String],
    /// The conversation so far, oldest first. A long one loses ids from its middle.
    pub references: &'a [String],
    /// The plain text, quotes and signature in it. Lines that begin with `>` are quotes.
    pub text: &'a str,
    /// The HTML version, sanitised: what stands within `body`.
    pub html: Option<&'a str>,
    /// Pictures that `html` shows by `cid:`. Without `html` they are attachments.
    pub inline: &'a [File<'a, K>],
    /// Files that go with it.
    pub attachments: &'a [File<'a, K>],
    /// Further headers.
    pub extra: &'a [Extra<'a>],
}

/// One entry of To, Cc, Bcc or Reply-To.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// A mailbox.
    Mailbox(Address),
    /// A named group of mailboxes, which may be empty (RFC 6854).
    Group {
        /// What is shown.
        name: String,
        /// Who is in it.
        members: Vec<Address>,
    },
}

impl Recipient {
    /// The mailboxes that it stands for.
    pub fn mailboxes(&self) -> &[Address] {
        match self {
            Self::Mailbox(address) => std::slice::from_ref(address),
            Self::Group { members, .. } => members,
        }
    }
}

/// A file that goes with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File<'a, K> {
    /// Its name; made safe, and left out where nothing is left of it.
    pub name: &'a str,
    /// `type/subtype`; `application/octet-stream` is put for what is none, and for `multipart/…`.
    pub media_type: &'a str,
    /// What `cid:` addresses in the HTML call it, without brackets.
    pub cid: Option<&'a str>,
    /// How many octets it has.
    pub size: u64,
    /// How it is written.
    pub transfer: Transfer,
    /// How the caller finds its octets.
    pub key: K,
}

/// How the octets of a file are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transfer {
    /// As base64: anything. A `message/rfc822` must not be (RFC 2046 §5.2.1), so it goes as
    /// `application/octet-stream`.
    #[default]
    Base64,
    /// As they are, for `message/rfc822` only; others are written as base64 nevertheless.
    /// [`Survey`] tells whether it can be.
    Verbatim {
        /// There are octets above 127 in it: the server has to offer 8BITMIME (RFC 6152).
        eight_bit: bool,
    },
}

/// Headers beyond the usual. The names are ours, the values can't break out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extra<'a> {
    /// `Importance` (RFC 2156 §5.3.4), and the `X-Priority` that other programs read.
    Importance(Importance),
    /// `Disposition-Notification-To` (RFC 8098 §2.1): asks to be told when it is read.
    Receipt(Address),
    /// `Auto-Submitted` (RFC 3834 §5).
    AutoSubmitted(AutoSubmitted),
    /// `X-Restante-Draft`: which draft this is a copy of. Letters, digits and `-`; others go.
    /// Never in what is sent.
    Draft(&'a str),
}

/// How much a message matters to its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Importance {
    /// More than others.
    High,
    /// Less than others.
    Low,
}

/// Why no person pressed the button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutoSubmitted {
    /// A program wrote it of itself.
    Generated,
    /// A program answered.
    Replied,
}

/// What the bytes are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be sent: without Bcc, whatever else is asked.
    Send,
    /// To be kept in Sent or Drafts: with Bcc, and with [`Extra::Draft`].
    Keep,
}

/// How to write a message.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What for.
    pub purpose: Purpose,
    /// Headers may hold UTF-8 as it is (RFC 6532). Only where SMTPUTF8 is offered, and
    /// [`needs_smtputf8`] says so.
    pub smtputf8: bool,
    /// Random; makes the boundaries. The same for each copy of one message.
    pub seed: [u8; 16],
}

/// Why a message can't be written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// Nobody wrote it.
    #[error("there is no author")]
    NoAuthor,
    /// An address that can't be sent to.
    #[error("{email:?} is no address: {fault}")]
    Address {
        /// The address as it was given.
        email: String,
        /// What is wrong with it.
        fault: Fault,
    },
    /// An address that only a server with SMTPUTF8 can take, and the options say it has not.
    #[error("{0:?} needs SMTPUTF8")]
    NeedsSmtputf8(String),
    /// The id has characters that an id can't have.
    #[error("the message id can't be written")]
    MessageId,
}

/// A stretch of an assembled message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a, K> {
    /// These octets.
    Bytes(Vec<u8>),
    /// The file through [`Base64Lines`](super::transfer::Base64Lines).
    Base64(&'a File<'a, K>),
    /// The octets of the file.
    Verbatim(&'a File<'a, K>),
}

impl<K> Piece<'_, K> {
    /// How many octets it makes.
    pub fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Base64(file) => super::transfer::Base64Lines::encoded_size(file.size),
            Self::Verbatim(file) => file.size,
        }
    }
}

/// A message ready to be streamed: its pieces, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assembled<'a, K> {
    /// Never two [`Piece::Bytes`] side by side.
    pub pieces: Vec<Piece<'a, K>>,
}

impl<K> Assembled<'_, K> {
    /// How many octets the whole has: what the SIZE parameter of MAIL FROM says (RFC 1870).
    pub fn size(&self) -> u64 {
        self.pieces
            .iter()
            .fold(0, |sum, piece| sum.saturating_add(piece.size()))
    }

    /// There are octets above 127 in it: BODY=8BITMIME is to be said (RFC 6152).
    pub fn needs_8bit(&self) -> bool {
        self.pieces.iter().any(|piece| match piece {
            Piece::Bytes(bytes) => !bytes.is_ascii(),
            Piece::Base64(_) => false,
            Piece::Verbatim(file) => file.transfer == Transfer::Verbatim { eight_bit: true },
        })
    }
}

/// Writes a message.
pub fn assemble<'a, K>(
    message: &Message<'a, K>,
    options: &Options,
) -> Result<Assembled<'a, K>, Error> {
    let mut out = part::Output::default();
    out.bytes(headers::headers(message, options)?.as_bytes());
    body::body(message, &options.seed).write(&mut out);
    Ok(Assembled { pieces: out.pieces })
}

/// The Bcc field for the copy that its writer keeps, which goes in front of the bytes that were
/// sent. Empty when there is nobody.
pub fn bcc_field(bcc: &[Recipient], smtputf8: bool) -> Result<Vec<u8>, Error> {
    headers::bcc(bcc, smtputf8).map(String::into_bytes)
}

/// Whether an address of the message's headers has a local part beyond ASCII, so that it can only
/// be sent with SMTPUTF8 (RFC 6531). Unsound addresses say no.
pub fn needs_smtputf8<K>(message: &Message<'_, K>) -> bool {
    let lists = [&message.reply_to, &message.to, &message.cc, &message.bcc];
    let recipients = lists.into_iter().flatten().flat_map(Recipient::mailboxes);
    let receipts = message.extra.iter().filter_map(|extra| match extra {
        Extra::Receipt(address) => Some(address),
        _ => None,
    });
    message
        .from
        .iter()
        .chain(&message.sender)
        .chain(recipients)
        .chain(receipts)
        .any(|address| address::check(&address.email).is_ok_and(|sound| sound.needs_smtputf8()))
}

#[cfg(test)]
mod tests;
