//! What can go wrong, in terms that every door can put into words.

use crate::store;

use super::{throttle::Throttled, writing::Unsendable};

/// Why an operation did not happen. Nothing was changed unless the variant says so.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such folder or message, or it is somebody else's.
    #[error("not found")]
    NotFound,
    /// The message was there a moment ago and is gone now.
    #[error("the message is gone")]
    Vanished,
    /// The session can't sign in upstream any more: ask for the password again.
    #[error("the password must be given again")]
    ReauthRequired,
    /// Too many failed sign-ins.
    #[error(transparent)]
    Throttled(#[from] Throttled),
    /// What was asked for makes no sense; the word names the translated sentence.
    #[error("invalid: {0}")]
    Invalid(&'static str),
    /// Another revision has been saved meanwhile.
    #[error("it has changed meanwhile")]
    Stale,
    /// What should be taken back has happened.
    #[error("it is too late for that")]
    TooLate,
    /// More octets than are taken.
    #[error("it is too large")]
    TooLarge,
    /// A message that its writer has to mend before it can be sent.
    #[error("the message can't be sent: {0:?}")]
    Unsendable(Unsendable),
    /// The mail server could not be used, or refused.
    #[error("mail server: {problem:?}: {cause}")]
    Upstream {
        /// What kind of trouble.
        problem: Problem,
        /// For the log: our own words or a library's, never the server's.
        cause: String,
        /// The server's own words, in one line and bounded; `""` when it had none. They may hold
        /// anything: for the person's eyes, and for a log of the level debug.
        said: String,
    },
    /// Everything else. Shown as one sentence with the request's id.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

impl Error {
    /// Whether whoever runs the server can do anything about it; all else is its person's to mend, or
    /// nobody's.
    pub(super) fn is_the_operators(&self) -> bool {
        match self {
            Self::Internal(_) => true,
            Self::Upstream { problem, .. } => {
                let persons = matches!(problem, Problem::OverQuota | Problem::AlreadyExists);
                !persons && !problem.is_its_owners()
            }
            _ => false,
        }
    }
}

/// Trouble with a mail server. Each has a sentence of its own (`problem-…` in the translations).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Problem {
    /// The name can't be resolved.
    UnknownHost,
    /// No connection.
    Unreachable,
    /// No answer in time.
    Timeout,
    /// The certificate or the TLS handshake is bad.
    Tls,
    /// STARTTLS is required, and not offered.
    NoStartTls,
    /// The connection broke in the middle.
    Disconnected,
    /// It said something that is no IMAP.
    Protocol,
    /// Wrong address or password (RFC 5530 AUTHENTICATIONFAILED, or a bare NO).
    WrongPassword,
    /// The password is right and has expired (EXPIRED).
    PasswordExpired,
    /// A system behind the server is down (UNAVAILABLE).
    Unavailable,
    /// Too many connections (LIMIT).
    Limit,
    /// The mailbox is locked by another (INUSE).
    InUse,
    /// The last sign-in was too short a time ago (LOGIN-DELAY).
    TooSoon,
    /// The server does not take passwords here (LOGINDISABLED, PRIVACYREQUIRED).
    SignInDisabled,
    /// All connections of this account are in use.
    Busy,
    /// The server asks to contact its operator (CONTACTADMIN).
    ContactAdmin,
    /// No permission (NOPERM).
    NoPermission,
    /// The mailbox is full (OVERQUOTA).
    OverQuota,
    /// A folder of that name exists (ALREADYEXISTS).
    AlreadyExists,
    /// The server said no without a reason that we know.
    Refused,
    /// The server of an account that was added takes its password no longer, or nothing here opens
    /// it: it has to be given again, for that account.
    AccountPassword,
    /// The permission to sign in to an account that takes no password is gone: its owner has to
    /// give it again where they gave it.
    GrantGone,
    /// Who gives that permission does not answer, or not in words that are known here.
    Provider,
}

impl Problem {
    /// The end of its translation key.
    pub fn key(self) -> &'static str {
        match self {
            Self::UnknownHost => "problem-unknown-host",
            Self::Unreachable => "problem-unreachable",
            Self::Timeout => "problem-timeout",
            Self::Tls => "problem-tls",
            Self::NoStartTls => "problem-no-starttls",
            Self::Disconnected => "problem-disconnected",
            Self::Protocol => "problem-protocol",
            Self::WrongPassword => "problem-wrong-password",
            Self::PasswordExpired => "problem-password-expired",
            Self::Unavailable => "problem-unavailable",
            Self::Limit => "problem-limit",
            Self::InUse => "problem-in-use",
            Self::TooSoon => "problem-too-soon",
            Self::SignInDisabled => "problem-sign-in-disabled",
            Self::Busy => "problem-busy",
            Self::ContactAdmin => "problem-contact-admin",
            Self::NoPermission => "problem-no-permission",
            Self::OverQuota => "problem-over-quota",
            Self::AlreadyExists => "problem-already-exists",
            Self::Refused => "problem-refused",
            Self::AccountPassword => "problem-account-password",
            Self::GrantGone => "problem-grant-gone",
            Self::Provider => "problem-provider",
        }
    }

    /// Did the server judge the password, and refuse it?
    pub fn is_wrong_password(self) -> bool {
        matches!(self, Self::WrongPassword | Self::PasswordExpired)
    }

    /// Is it for the account's owner to mend, by a password or permission of now?
    pub fn is_its_owners(self) -> bool {
        self.is_wrong_password() || matches!(self, Self::AccountPassword | Self::GrantGone)
    }
}

impl From<store::error::Error> for Error {
    fn from(error: store::error::Error) -> Self {
        match error {
            store::error::Error::TooLarge => return Self::TooLarge,
            store::error::Error::Quota => return Self::Invalid("draft-quota"),
            _ => {}
        }
        // Its Debug is the chain of causes without any row's values.
        Self::Internal(anyhow::anyhow!("{error:?}"))
    }
}
