//! How a run ended, in words that the doors translate.

use std::io;

use crate::{
    pop3::{self, Trouble},
    store,
};

/// Why a run failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// No connection came about.
    Unreachable,
    /// No TLS that can be trusted.
    Tls,
    /// The server does not know this user name and password.
    WrongPassword,
    /// Another program has the maildrop locked.
    InUse,
    /// The last sign-in was too short a time ago.
    LoginDelay,
    /// The server's trouble, which will pass.
    Temporary,
    /// The server's trouble, which somebody must mend.
    Permanent,
    /// What the server says is not POP3.
    Nonsense,
    /// The connection was lost, or the server fell silent.
    CutOff,
    /// Our disk is full.
    NoSpace,
    /// Our disk fails, or can only be read.
    Disk,
    /// The user has stored as much as they may.
    Quota,
    /// Our database does not answer.
    Busy,
    /// Nobody is signed in, and the server can no longer open the password by itself.
    NeedsPassword,
    /// The permission to sign in without a password is gone.
    GrantGone,
}

impl Reason {
    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::WrongPassword => "wrongPassword",
            Self::InUse => "inUse",
            Self::LoginDelay => "loginDelay",
            Self::Temporary => "temporary",
            Self::Permanent => "permanent",
            Self::Nonsense => "nonsense",
            Self::CutOff => "cutOff",
            Self::NoSpace => "noSpace",
            Self::Disk => "disk",
            Self::Quota => "quota",
            Self::Busy => "busy",
            Self::NeedsPassword => "needsPassword",
            Self::GrantGone => "grantGone",
        }
    }

    /// Is it for the account's owner to mend, by a password or permission of now?
    pub fn is_its_owners(self) -> bool {
        matches!(
            self,
            Self::WrongPassword | Self::GrantGone | Self::NeedsPassword
        )
    }

    /// What [`Reason::as_str`] wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    const ALL: [Self; 15] = [
        Self::Unreachable,
        Self::Tls,
        Self::WrongPassword,
        Self::InUse,
        Self::LoginDelay,
        Self::Temporary,
        Self::Permanent,
        Self::Nonsense,
        Self::CutOff,
        Self::NoSpace,
        Self::Disk,
        Self::Quota,
        Self::Busy,
        Self::NeedsPassword,
        Self::GrantGone,
    ];
}

/// Why a run was given up.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The server.
    #[error(transparent)]
    Server(#[from] pop3::Error),
    /// Our disk or database.
    #[error(transparent)]
    Store(#[from] store::error::Error),
    /// The account is another's now, or gone: there is nothing to be done or noted.
    #[error("the account is collected by another process, or gone")]
    Superseded,
    /// It was to stop.
    #[error("the collection was stopped")]
    Stopped,
}

impl Failure {
    /// What is noted of it; `None` when nothing is.
    pub fn reason(&self) -> Option<Reason> {
        Some(match self {
            Self::Server(error) => match error.trouble() {
                Trouble::Unreachable => Reason::Unreachable,
                Trouble::Tls => Reason::Tls,
                Trouble::WrongPassword => Reason::WrongPassword,
                Trouble::GrantGone => Reason::GrantGone,
                Trouble::InUse => Reason::InUse,
                Trouble::LoginDelay => Reason::LoginDelay,
                Trouble::Temporary => Reason::Temporary,
                Trouble::Permanent => Reason::Permanent,
                Trouble::Nonsense => Reason::Nonsense,
                Trouble::CutOff => Reason::CutOff,
            },
            Self::Store(store::error::Error::Gone) | Self::Superseded | Self::Stopped => {
                return None;
            }
            Self::Store(store::error::Error::Quota) => Reason::Quota,
            Self::Store(error) => match error.disk() {
                Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => Reason::NoSpace,
                None | Some(io::ErrorKind::Interrupted) => Reason::Busy,
                Some(_) => Reason::Disk,
            },
        })
    }
}

/// What a run has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// Sessions.
    pub sessions: u32,
    /// Messages that are new here.
    pub filed: u64,
    /// Messages that turned out to be known under another UIDL.
    pub recognised: u64,
    /// Messages that the server did not give.
    pub failed: u64,
    /// Messages that failed too often and are left alone for today.
    pub given_up: u64,
    /// Messages that the server has confirmed to have deleted.
    pub deleted: u64,
    /// The server has more, which the next run will bring.
    pub more: bool,
}
