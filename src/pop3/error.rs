//! What can go wrong with a POP3 server, told apart by what to do about it.

use std::fmt;

use super::reply::{Code, Reply, Unreadable};
use crate::net::{bearer::BearerError, dial::DialError};

/// Why an exchange with a POP3 server failed. The session is of no more use then, unless it says
/// otherwise.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No connection, or no TLS that can be trusted.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// STLS is missing or was refused; going on in plain text is never an option.
    #[error("the POP3 server offers no STLS")]
    NoStls,
    /// Octets were waiting behind the answer to STLS, sent by whoever sits on the line.
    #[error("data was injected before TLS")]
    Injected,
    /// The server offers no way to sign in that we know.
    #[error("the POP3 server allows no sign-in method that is known here")]
    NoMethod,
    /// There is no access token to sign in with.
    #[error(transparent)]
    Bearer(#[from] BearerError),
    /// The server refused. The session goes on, unless the sign-in was refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// User name, password or token hold what the sign-in cannot carry, or are too long. Nothing
    /// of them was said.
    #[error("the credential cannot be said")]
    Credential,
    /// The connection ended.
    #[error("the connection to the POP3 server was lost ({0})")]
    Disconnected(Stage),
    /// The server did not answer, or did not go on, in time.
    #[error("the POP3 server does not answer ({0})")]
    Timeout(Stage),
    /// The server's answer cannot be read.
    #[error("the POP3 server cannot be understood ({at}): {reason}")]
    Unreadable {
        /// To what it came.
        at: Stage,
        /// What is wrong with it.
        reason: Unreadable,
    },
    /// The server spoke without being asked: its next answer could be taken for another's.
    #[error("the POP3 server speaks out of turn ({0})")]
    OutOfTurn(Stage),
    /// A listing or message is larger than we take.
    #[error("the POP3 server sends more than is taken ({0})")]
    TooLarge(Stage),
}

/// A server's no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the POP3 server refused ({at}): {reply}")]
pub struct Refusal {
    /// What was refused.
    pub at: Stage,
    /// The server's words.
    pub reply: Reply,
    /// What an OAuth server said about its refusal before it (RFC 7628 §3.2.2: JSON with
    /// `status`), decoded, cleaned and shortened.
    pub challenge: Option<String>,
    /// The server has AUTH-RESP-CODE: without `[AUTH]` it is not the password that is wrong
    /// (RFC 3206 §5).
    pub tells_auth: bool,
}

/// What a failure means for whoever collects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// No connection came about.
    Unreachable,
    /// No TLS that can be trusted.
    Tls,
    /// The server does not know this user name and password.
    WrongPassword,
    /// There is no permission to sign in any more.
    GrantGone,
    /// Another session has the maildrop locked.
    InUse,
    /// The last sign-in was too short a time ago.
    LoginDelay,
    /// Later it may work.
    Temporary,
    /// It will not work before somebody changes something.
    Permanent,
    /// What the server says is not POP3.
    Nonsense,
    /// The connection was lost, or the server fell silent.
    CutOff,
}

impl Error {
    /// What this failure means.
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Dial(DialError::Tls(_)) | Self::NoStls | Self::Injected => Trouble::Tls,
            Self::Dial(_) => Trouble::Unreachable,
            Self::NoMethod | Self::Credential => Trouble::Permanent,
            Self::Bearer(BearerError::Gone) => Trouble::GrantGone,
            Self::Bearer(BearerError::Unavailable) => Trouble::Temporary,
            Self::Refused(refusal) => refusal.trouble(),
            Self::Disconnected(_) | Self::Timeout(_) => Trouble::CutOff,
            Self::Unreadable { .. } | Self::OutOfTurn(_) | Self::TooLarge(_) => Trouble::Nonsense,
        }
    }
}

/// Words that servers without response codes use for a maildrop that another session has locked.
const IN_USE: &[&str] = &["lock", "in use", "busy", "another session", "already"];

/// The same for sign-ins that come too often.
const TOO_OFTEN: &[&str] = &["login delay", "too often", "too soon", "minimum interval"];

/// The same for all that will pass. "Server unavailable" is Exchange, "maximum" is Courier.
const FOR_NOW: &[&str] = &[
    "later",
    "temporar",
    "unavailable",
    "too many",
    "maximum",
    "timeout",
    "timed out",
    "internal error",
];

impl Refusal {
    pub(super) fn new(at: Stage, reply: Reply) -> Self {
        Self {
            at,
            reply,
            challenge: None,
            tells_auth: false,
        }
    }

    /// What this refusal means. Response codes decide where there are any; else the server's
    /// words are searched for what would make it wrong to blame the password.
    pub fn trouble(&self) -> Trouble {
        match self.reply.code {
            Some(Code::InUse) => return Trouble::InUse,
            Some(Code::LoginDelay) => return Trouble::LoginDelay,
            Some(Code::SysTemp) => return Trouble::Temporary,
            Some(Code::SysPerm) => return Trouble::Permanent,
            Some(Code::Auth) => return Trouble::WrongPassword,
            Some(Code::Other) | None => {}
        }
        let text = self.reply.text.to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        // A locked account is no locked maildrop, and asking again keeps it locked.
        if says(&["account"]) && says(&["lock"]) {
            return Trouble::Permanent;
        }
        match self.at {
            _ if says(TOO_OFTEN) => Trouble::LoginDelay,
            _ if says(IN_USE) => Trouble::InUse,
            _ if says(FOR_NOW) => Trouble::Temporary,
            Stage::SignIn if !self.tells_auth => Trouble::WrongPassword,
            _ => Trouble::Temporary,
        }
    }
}

/// The steps of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The server's first words.
    Greeting,
    /// What the server can do.
    Capa,
    /// Starting TLS.
    Stls,
    /// Asking for messages as they are.
    Utf8,
    /// Signing in.
    SignIn,
    /// How many messages there are.
    Stat,
    /// How large they are.
    List,
    /// What they are known by.
    Uidl,
    /// A message.
    Retr,
    /// The beginning of a message.
    Top,
    /// Marking a message for deletion.
    Dele,
    /// Taking the marks back.
    Rset,
    /// A sign of life.
    Noop,
    /// The end, and with it the deletion.
    Quit,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greeting => "greeting",
            Self::Capa => "CAPA",
            Self::Stls => "STLS",
            Self::Utf8 => "UTF8",
            Self::SignIn => "sign-in",
            Self::Stat => "STAT",
            Self::List => "LIST",
            Self::Uidl => "UIDL",
            Self::Retr => "RETR",
            Self::Top => "TOP",
            Self::Dele => "DELE",
            Self::Rset => "RSET",
            Self::Noop => "NOOP",
            Self::Quit => "QUIT",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::tls::TlsError;

    fn refused(at: Stage, line: &str) -> Trouble {
        let reply = Reply::parse(line);
        Error::from(Refusal::new(at, reply)).trouble()
    }

    /// What servers answer to PASS, by their sources and by reports of users.
    #[test]
    fn what_real_servers_say_to_a_sign_in() {
        for (line, expected) in [
            ("[AUTH] Authentication failed.", Trouble::WrongPassword), // Dovecot
            ("Login failed.", Trouble::WrongPassword),                 // Courier
            (
                "Logon failure: unknown user name or bad password.",
                Trouble::WrongPassword,
            ),
            ("", Trouble::WrongPassword),
            (
                "[AUTH] (#AUTH012) Incorrect username or password.",
                Trouble::WrongPassword,
            ),
            (
                "[SYS/TEMP] Server error - Please try again later.",
                Trouble::Temporary,
            ), // Yahoo
            ("[sys/temp/disk] full", Trouble::Temporary),
            (
                "[SYS/PERM] POP access is not enabled for this user.",
                Trouble::Permanent,
            ), // Gmail
            (
                "[IN-USE] Mailbox is locked by another POP3 session.",
                Trouble::InUse,
            ), // Dovecot
            (
                "/var/spool/mail/.a.pop lock busy! Is another session active? (11)", // qpopper
                Trouble::InUse,
            ),
            ("mailbox locked", Trouble::InUse),
            ("[LOGIN-DELAY] wait", Trouble::LoginDelay),
            (
                "minimum interval between logins is 5 minutes",
                Trouble::LoginDelay,
            ),
            ("Server Unavailable. 21", Trouble::Temporary), // Exchange
            (
                "Maximum connection limit reached for ::ffff:127.0.0.1", // Courier
                Trouble::Temporary,
            ),
            ("Your account is locked, call us", Trouble::Permanent),
        ] {
            assert_eq!(refused(Stage::SignIn, line), expected, "{line}");
        }
    }

    #[test]
    fn a_server_that_tells_wrong_passwords_apart_is_believed() {
        let mut refusal = Refusal::new(Stage::SignIn, Reply::parse("Disk on fire."));
        assert_eq!(refusal.trouble(), Trouble::WrongPassword);
        refusal.tells_auth = true;
        assert_eq!(refusal.trouble(), Trouble::Temporary);
        refusal.reply = Reply::parse("[AUTH] no");
        assert_eq!(refusal.trouble(), Trouble::WrongPassword);
    }

    #[test]
    fn only_a_sign_in_can_have_a_wrong_password() {
        for at in [Stage::Greeting, Stage::Stat, Stage::Retr, Stage::Quit] {
            assert_eq!(refused(at, "no"), Trouble::Temporary, "{at}");
        }
    }

    #[test]
    fn the_rest_is_told_apart() {
        let at = Stage::Retr;
        let reason = Unreadable::TooLong;
        for (error, expected) in [
            (Error::Dial(DialError::Timeout), Trouble::Unreachable),
            (Error::Dial(DialError::Tls(TlsError::Expired)), Trouble::Tls),
            (Error::NoStls, Trouble::Tls),
            (Error::NoMethod, Trouble::Permanent),
            (Error::Disconnected(at), Trouble::CutOff),
            (Error::Timeout(at), Trouble::CutOff),
            (Error::Unreadable { at, reason }, Trouble::Nonsense),
            (Error::OutOfTurn(at), Trouble::Nonsense),
        ] {
            assert_eq!(error.trouble(), expected, "{error}");
        }
    }
}
