//! What can go wrong when a message is handed over, told apart by what may have become of it.

use std::{fmt, io};

use super::{
    reply::{Reply, Unreadable},
    submit::Answer,
};
use crate::net::{bearer::BearerError, dial::DialError};

/// A submission that did not end with the server's yes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// The end of the message never went out, so no server can have accepted it. It may be sent
    /// again. Holds any [`Error`] but a refusal.
    #[error("not sent: {0}")]
    NotSent(#[source] Error),
    /// The server has said no, to the sign-in, the sender, all recipients or the message. Nobody
    /// gets it. If the answer is 4xx it may be sent again.
    #[error(transparent)]
    Refused(Refusal),
    /// The end of the message was on its way and no answer came that can be understood. It may
    /// have been accepted. Sending it again may deliver it twice (RFC 1047): a person has to
    /// decide.
    #[error("sent, but nobody knows whether it was accepted: {0}")]
    Unconfirmed(#[source] Error),
}

/// Why an exchange with a submission server failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No connection, or no TLS that can be trusted.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// STARTTLS is missing or was refused; going on in plain text is never an option.
    #[error("the submission server offers no STARTTLS")]
    NoStartTls,
    /// Octets were waiting behind the answer to STARTTLS, sent by whoever sits on the line.
    #[error("data was injected before TLS")]
    Injected,
    /// The server offers no way to sign in that we know.
    #[error("the submission server allows no sign-in method that is known here")]
    NoMethod,
    /// There is no access token to sign in with.
    #[error(transparent)]
    Bearer(#[from] BearerError),
    /// The server refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// What was asked cannot be said, or not to this server. Nothing of the message was said.
    #[error(transparent)]
    Unable(#[from] Unable),
    /// The connection ended.
    #[error("the connection to the submission server was lost")]
    Disconnected,
    /// The server did not answer, or did not take what we sent, in time.
    #[error("the submission server does not answer ({0})")]
    Timeout(Stage),
    /// The server's answer cannot be read.
    #[error("the submission server cannot be understood: {0}")]
    Unreadable(#[from] Unreadable),
    /// An answer that has no place there.
    #[error("the submission server answered {code} where that means nothing ({at})")]
    Unexpected {
        /// To what it came.
        at: Stage,
        /// Its code.
        code: u16,
    },
    /// The message could not be read from where it is kept.
    #[error("the message cannot be read: {0}")]
    Source(io::ErrorKind),
}

/// A server's no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the submission server refused ({at}): {reply}")]
pub struct Refusal {
    /// What was refused.
    pub at: Stage,
    /// The server's answer. For [`Stage::Recipients`] that to the first one refused.
    pub reply: Reply,
    /// What an OAuth server said about its refusal before it (RFC 7628 §3.2.2: JSON with
    /// `status`), decoded, cleaned and shortened.
    pub challenge: Option<String>,
    /// What was answered for each recipient, as far as that was asked.
    pub recipients: Vec<Answer>,
}

/// Why something cannot be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unable {
    /// Nobody to send to.
    #[error("the message has no recipients")]
    NoRecipients,
    /// More than [`super::envelope::MAX_RECIPIENTS`].
    #[error("the message has too many recipients")]
    TooManyRecipients,
    /// Larger than the server takes, both in octets.
    #[error("the message has {size} octets, the server takes {limit}")]
    TooLarge {
        /// What the message has.
        size: u64,
        /// What the server takes.
        limit: u64,
    },
    /// The message has octets above 127, and the server is not prepared for them: encode it
    /// in 7 bits.
    #[error("the server takes no 8-bit messages")]
    NoEightBit,
    /// An address or header beyond ASCII, and the server is not prepared for it.
    #[error("the server takes no international addresses")]
    NoSmtpUtf8,
    /// The message was announced as 7-bit and is not.
    #[error("the message is not 7-bit, as it was said to be")]
    NotSevenBit,
    /// The envelope's id is empty, longer than 100 octets or not printable ASCII.
    #[error("the envelope's id is not allowed")]
    EnvelopeId,
    /// User name, password or token hold what the sign-in cannot carry, or are too long.
    #[error("the credential cannot be said")]
    Credential,
}

/// The steps of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The server's first words.
    Greeting,
    /// Our name, the server's extensions.
    Ehlo,
    /// Starting TLS.
    StartTls,
    /// Signing in.
    SignIn,
    /// The sender.
    Sender,
    /// The recipients.
    Recipients,
    /// Asking to send the message.
    Data,
    /// The message itself.
    Message,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greeting => "greeting",
            Self::Ehlo => "EHLO",
            Self::StartTls => "STARTTLS",
            Self::SignIn => "AUTH",
            Self::Sender => "MAIL",
            Self::Recipients => "RCPT",
            Self::Data => "DATA",
            Self::Message => "message",
        })
    }
}

impl From<Error> for SubmitError {
    /// For all that fails before the end of the message goes out.
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::Refused(refusal),
            other => Self::NotSent(other),
        }
    }
}

impl From<Unable> for SubmitError {
    fn from(reason: Unable) -> Self {
        Self::NotSent(Error::Unable(reason))
    }
}

impl Refusal {
    pub(super) fn new(at: Stage, reply: Reply) -> Self {
        Self {
            at,
            reply,
            challenge: None,
            recipients: Vec::new(),
        }
    }
}
