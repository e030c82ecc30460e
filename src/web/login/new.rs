//! The page where one signs in.

use askama::Template;

use crate::web::page::Ui;

/// The sign-in page.
#[derive(Template)]
#[template(path = "login/new.html")]
pub struct LoginPage {
    /// The reader.
    pub ui: Ui,
    /// The address as typed, so that nobody types it twice.
    pub address: String,
    /// Whether "stay signed in" is ticked.
    pub stay: bool,
    /// The path to go to afterwards; ours, checked. Empty: the inbox.
    pub next: String,
    /// Why it did not work, or why one is here again.
    pub message: Option<Message>,
}

/// What stands above the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Signed out as asked.
    SignedOut,
    /// The session has ended.
    SessionEnded,
    /// A field is empty.
    Incomplete,
    /// Not an address.
    NotAnAddress,
    /// `[AUTHENTICATIONFAILED]`, or NO without a code.
    Refused,
    /// No `[[servers]]` entry takes this domain.
    UnknownDomain(String),
    /// No connection.
    Unreachable,
    /// The name of the server is not known.
    NoSuchServer,
    /// No answer in time.
    TooSlow,
    /// The certificate can't be trusted.
    Certificate,
    /// No encryption offered though asked for.
    NoEncryption,
    /// `[UNAVAILABLE]`: its own user database is away.
    Unavailable,
    /// `[LIMIT]`.
    Limit,
    /// `[INUSE]`, `[IN-USE]`.
    InUse,
    /// `[LOGIN-DELAY]`.
    TooSoon,
    /// There is another kind of server now for those who signed in before.
    ServerKind(String),
    /// `[EXPIRED]`.
    Expired,
    /// `[CONTACTADMIN]` or `[ALERT]`: the server's own words follow.
    ContactAdmin(String),
    /// Our own brake: so many seconds to wait.
    Throttled(u32),
    /// The server's answer made no sense.
    Protocol,
    /// Something broke here.
    Internal,
}

impl LoginPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("login-title")
    }

    /// The form's only secret is never printed back; the cursor goes where something is missing.
    pub fn focus_password(&self) -> bool {
        !self.address.is_empty()
    }
}

impl Message {
    /// The sentence.
    pub fn sentence(&self, ui: &Ui) -> String {
        ui.t(match self {
            Self::SignedOut => "login-signed-out",
            Self::SessionEnded => "login-session-ended",
            Self::Incomplete => "login-incomplete",
            Self::NotAnAddress => "login-not-an-address",
            Self::Refused => "login-refused",
            Self::UnknownDomain(domain) => return ui.t1("login-unknown-domain", "domain", domain),
            Self::Unreachable => "login-unreachable",
            Self::NoSuchServer => "login-no-such-server",
            Self::TooSlow => "login-too-slow",
            Self::Certificate => "login-certificate",
            Self::NoEncryption => "login-no-encryption",
            Self::Unavailable => "login-unavailable",
            Self::Limit => "login-limit",
            Self::InUse => "login-in-use",
            Self::TooSoon => "login-too-soon",
            Self::ServerKind(domain) => return ui.t1("login-server-kind", "domain", domain),
            Self::Expired => "login-expired",
            Self::ContactAdmin(words) => return ui.t1("login-contact-admin", "words", words),
            Self::Throttled(seconds) => return ui.tn("login-throttled", *seconds),
            Self::Protocol => "login-protocol",
            Self::Internal => "login-internal",
        })
    }

    /// News rather than a fault.
    pub fn is_news(&self) -> bool {
        matches!(self, Self::SignedOut | Self::SessionEnded)
    }

    /// The fault lies in what was typed.
    pub fn is_mistyped(&self) -> bool {
        matches!(
            self,
            Self::Incomplete | Self::NotAnAddress | Self::Refused | Self::UnknownDomain(_)
        )
    }
}
