//! What can go wrong between us and an IMAP server, told apart as far as callers choose by it.
//!
//! Printed, an error has our words and the response code alone. The server's own words may hold
//! anything, addresses and subjects as well: whoever wants them asks [`Error::said`].

use std::io;

use super::wire::code::Code;
use crate::net::{bearer::BearerError, dial::DialError, tls::TlsError};

/// The outcome of an IMAP operation that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No usable connection came about.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The server refused the sign-in; see [`Error::login_failure`].
    #[error("the server refused the sign-in{}", coded(*code))]
    Login {
        /// The response code, when the server gave one.
        code: Option<Reason>,
        /// The server's words, cleaned and shortened.
        text: String,
    },
    /// There is no access token to sign in with.
    #[error(transparent)]
    Bearer(#[from] BearerError),
    /// The server refused a command.
    #[error("the server refused{}", coded(*code))]
    No {
        /// The response code, when the server gave one.
        code: Option<Reason>,
        /// The server's words, cleaned and shortened.
        text: String,
    },
    /// The server did not understand a command.
    #[error("the server did not understand")]
    Bad(String),
    /// The folder was made anew: UIDs known before mean nothing now (RFC 9051 §2.3.1.1).
    /// Nothing was changed by the failed operation.
    #[error("the folder was rebuilt on the server")]
    UidValidityChanged,
    /// There is no such folder, or it cannot be opened.
    #[error("there is no such folder")]
    NoSuchMailbox,
    /// The message is no longer in the folder.
    #[error("there is no such message")]
    NoSuchMessage,
    /// The connection ended in the middle. A change may or may not have been carried out.
    #[error("the connection to the mail server was lost")]
    Disconnected,
    /// The server was silent for too long. A change may or may not have been carried out.
    #[error("the mail server does not answer")]
    Timeout,
    /// All connections of this account were in use for too long. Nothing was sent.
    #[error("too many requests at once")]
    Busy,
    /// The server sent more than we are willing to hold.
    #[error("the mail server sent too much: {0}")]
    Limit(&'static str),
    /// The server broke the protocol.
    #[error("the mail server sent something unreadable: {0}")]
    Protocol(&'static str),
    /// What was asked cannot be said to this server. Nothing was sent.
    #[error("cannot be done here: {0}")]
    Unsupported(&'static str),
}

/// A response code that says why something was refused (RFC 5530, RFC 9051 §7.1, RFC 9208).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A folder of that name is there already.
    AlreadyExists,
    /// Wrong user name or password.
    AuthenticationFailed,
    /// Right password, but no right to be that user.
    AuthorizationFailed,
    /// Never possible, whatever the rights.
    Cannot,
    /// The administrator has to be asked.
    ContactAdmin,
    /// The password is over-aged.
    Expired,
    /// The folder has others below it.
    HasChildren,
    /// Something else holds it; later it may work.
    InUse,
    /// More than the server allows.
    Limit,
    /// There is no such folder or message.
    NonExistent,
    /// No right to do that.
    NoPerm,
    /// The mailbox is full.
    OverQuota,
    /// Only over TLS.
    PrivacyRequired,
    /// The server's own fault.
    ServerBug,
    /// The message is larger than the server takes.
    TooBig,
    /// The target folder is missing and could be made.
    TryCreate,
    /// Something behind the server is down; later it may work.
    Unavailable,
    /// Any other.
    Other,
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// The name has no address.
    #[error("the mail server's name cannot be found")]
    Dns,
    /// The address is none that we may reach.
    #[error("the mail server's address is not allowed")]
    Denied,
    /// Refused or unreachable.
    #[error("the mail server cannot be reached: {0}")]
    Unreachable(io::ErrorKind),
    /// No connection, no TLS or no greeting in time.
    #[error("the mail server does not answer")]
    Timeout,
    /// No trusted TLS.
    #[error(transparent)]
    Tls(TlsError),
    /// STARTTLS was refused; going on in plain text is never an option.
    #[error("the mail server offers no STARTTLS")]
    NoStartTls,
    /// Bytes were waiting behind the answer to STARTTLS (CVE-2021-29969 and its kin).
    #[error("data was injected before TLS")]
    Injected,
    /// The server claims that we are signed in already, which nothing vouches for.
    #[error("the mail server offers a session that was not asked for")]
    Preauth,
    /// Not an IMAP server, by its first words.
    #[error("the server does not speak IMAP: {0}")]
    Greeting(&'static str),
    /// The server ended the connection before the sign-in.
    #[error("the mail server closed the connection{}", coded(*code))]
    Bye {
        /// The response code, when the server gave one.
        code: Option<Reason>,
        /// The server's words, cleaned and shortened.
        text: String,
    },
    /// Neither LOGIN nor a SASL mechanism that we know is allowed.
    #[error("the mail server allows no sign-in method that is known here")]
    NoMethod,
}

/// What a refused sign-in means (RFC 5530).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginFailure {
    /// User name or password is wrong.
    Rejected,
    /// The server's own trouble; the password may be right.
    Unavailable,
    /// Too many connections or too many attempts.
    Limit,
    /// Somebody else holds the mailbox.
    InUse,
    /// TLS is demanded first.
    PrivacyRequired,
    /// The password is over-aged.
    Expired,
    /// The administrator has to be asked.
    ContactAdmin,
}

impl Error {
    /// The server's own words, if it had any: in one line, cleaned and shortened.
    pub fn said(&self) -> Option<&str> {
        match self {
            Self::Login { text, .. }
            | Self::No { text, .. }
            | Self::Bad(text)
            | Self::Connect(ConnectError::Bye { text, .. }) => Some(text),
            _ => None,
        }
    }

    /// For a refused sign-in, what it means; `None` for other errors. A refusal without code is
    /// a wrong password, because servers older than RFC 5530 say it so.
    pub fn login_failure(&self) -> Option<LoginFailure> {
        let Self::Login { code, .. } = self else {
            return None;
        };
        Some(match code {
            Some(Reason::Unavailable | Reason::ServerBug) => LoginFailure::Unavailable,
            Some(Reason::Limit) => LoginFailure::Limit,
            Some(Reason::InUse) => LoginFailure::InUse,
            Some(Reason::PrivacyRequired) => LoginFailure::PrivacyRequired,
            Some(Reason::Expired) => LoginFailure::Expired,
            Some(Reason::ContactAdmin) => LoginFailure::ContactAdmin,
            _ => LoginFailure::Rejected,
        })
    }

    /// Is the connection on which this happened of no more use?
    pub(super) fn is_fatal(&self) -> bool {
        matches!(
            self,
            Self::Disconnected | Self::Timeout | Self::Limit(_) | Self::Protocol(_)
        )
    }
}

impl From<&Code> for Reason {
    fn from(code: &Code) -> Self {
        match code {
            Code::AlreadyExists => Self::AlreadyExists,
            Code::AuthenticationFailed => Self::AuthenticationFailed,
            Code::AuthorizationFailed => Self::AuthorizationFailed,
            Code::Cannot => Self::Cannot,
            Code::ContactAdmin => Self::ContactAdmin,
            Code::Expired => Self::Expired,
            Code::HasChildren => Self::HasChildren,
            Code::InUse => Self::InUse,
            Code::Limit => Self::Limit,
            Code::NonExistent => Self::NonExistent,
            Code::NoPerm => Self::NoPerm,
            Code::OverQuota => Self::OverQuota,
            Code::PrivacyRequired => Self::PrivacyRequired,
            Code::ServerBug | Code::Corruption => Self::ServerBug,
            Code::TooBig => Self::TooBig,
            Code::TryCreate => Self::TryCreate,
            Code::Unavailable => Self::Unavailable,
            _ => Self::Other,
        }
    }
}

impl From<DialError> for ConnectError {
    fn from(error: DialError) -> Self {
        match error {
            DialError::Dns => Self::Dns,
            DialError::Denied => Self::Denied,
            DialError::Unreachable(kind) => Self::Unreachable(kind),
            DialError::Timeout => Self::Timeout,
            DialError::Tls(error) => Self::Tls(error),
        }
    }
}

/// The code behind the words, if there is one.
fn coded(code: Option<Reason>) -> String {
    code.map_or_else(String::new, |code| format!(" ({code:?})"))
}

/// A server's words, cleaned and shortened to what a line can show.
pub(super) fn shown(text: &str) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().take(200).map(clean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_ours_alone() {
        let text = || shown("canary\r\n\u{1b}[31m");
        let code = Some(Reason::OverQuota);
        for (error, printed) in [
            (
                Error::No { code, text: text() },
                "the server refused (OverQuota)",
            ),
            (
                Error::Login {
                    code: None,
                    text: text(),
                },
                "the server refused the sign-in",
            ),
            (Error::Bad(text()), "the server did not understand"),
            (
                Error::Connect(ConnectError::Bye { code, text: text() }),
                "the mail server closed the connection (OverQuota)",
            ),
        ] {
            assert_eq!(error.to_string(), printed);
            assert_eq!(error.said(), Some("canary   [31m"));
        }
        assert_eq!(shown(&"x".repeat(1000)).len(), 200);
    }
}
