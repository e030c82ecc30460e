//! The mail server's side of an account: a server's settings into a client, and the protocol's
//! errors into ours. The one place where both vocabularies meet.

use std::{path::Path, time::Duration};

use anyhow::Context;
use rustls::pki_types::{CertificateDer, pem::PemObject};

use crate::{
    config::{self, Limits, Server, ServerUrl},
    imap::{
        client::Client,
        connect::{self, Connector, Login},
        error::{ConnectError, Error as ImapError, LoginFailure, Reason},
        limits::Limits as ImapLimits,
    },
    net::{
        self,
        bearer::{BearerError, Secret},
        dial::DialError,
    },
    pop3,
    smtp::{self, error::Error as SmtpError},
};

use super::{
    account::Account,
    accounts::Servers,
    error::{Error, Problem},
    nodes::Budgets,
};

/// What signs in upstream.
#[derive(Clone, Debug)]
pub(super) struct Credential {
    /// The user name as the server wants it.
    pub(super) user: String,
    /// What proves it.
    pub(super) secret: Secret,
}

/// A client for an account on these servers. Nothing is connected yet.
///
/// # Errors
/// [`Error::Internal`] when the operator's trust anchors can't be read, [`Error::Invalid`] when
/// the server is of a kind that can't be read from yet.
pub(super) fn client(
    servers: &Servers,
    credential: &Credential,
    limits: &Limits,
    budgets: &Budgets,
) -> Result<Client, Error> {
    let ordinary = ImapLimits::default();
    let silence = Duration::from_secs(u64::from(limits.imap_answer_seconds));
    let endpoint = reading(servers)?;
    let budget = budgets.of(&endpoint);
    let connector = Connector {
        endpoint,
        login: Login {
            user: credential.user.clone(),
            secret: credential.secret.clone(),
        },
        limits: ImapLimits {
            connections: usize::try_from(limits.imap_connections).unwrap_or(3),
            poll: Duration::from_secs(30),
            keep: Duration::from_secs(u64::from(limits.imap_idle_minutes) * 60),
            connect: ordinary.connect.min(silence),
            greeting: ordinary.greeting.min(silence),
            sign_in: ordinary.sign_in.min(silence),
            silence,
            ..ordinary
        },
    };
    Ok(Client::within(connector, &budget))
}

/// What collects from the account's POP3 server; `None` where its mail lies on an IMAP server.
///
/// # Errors
/// [`Error::Internal`] when the operator's trust anchors can't be read.
pub(super) fn collecting(
    servers: &Servers,
    credential: &Credential,
    limits: &Limits,
) -> Result<Option<pop3::Connector>, Error> {
    let Some(url) = &servers.server.pop3 else {
        return Ok(None);
    };
    let login = pop3::Login {
        user: credential.user.clone(),
        secret: credential.secret.clone(),
    };
    let mut connector = pop3::Connector::new(on(servers, url)?, login);
    connector.limits.message_size = u64::from(limits.message_mib) << 20;
    Ok(Some(connector))
}

/// Connects to a configured server and says what it offers to somebody who has not signed in
/// (capabilities, upper case). For the operator.
///
/// # Errors
/// As for anybody who signs in.
pub async fn check(server: &Server) -> Result<Vec<String>, Error> {
    if let Some(url) = &server.pop3 {
        let offered = pop3::greet(&at(server, url)?, pop3::limits::Limits::default()).await?;
        let said = |(name, value): (&str, &str)| match value {
            "" => name.to_owned(),
            value => format!("{name} {value}"),
        };
        return Ok(offered.iter().map(said).collect());
    }
    let offered = connect::probe(&endpoint(server)?, &ImapLimits::default()).await?;
    Ok(offered.names().map(str::to_owned).collect())
}

/// The same of its submission server; `None` when the operator has named none. It must offer a way
/// to sign in that is known here, as people's messages will need it.
///
/// # Errors
/// As [`check`], with words of SMTP's in the place of IMAP's.
pub async fn check_submission(server: &Server) -> Result<Option<Vec<String>>, Error> {
    let Some(url) = &server.smtp else {
        return Ok(None);
    };
    let connector = smtp::Connector::new(at(server, url)?, None);
    let offered = smtp::probe(&connector).await?;
    let signs_in = ["PLAIN", "LOGIN"]
        .iter()
        .any(|way| offered.has_mechanism(way));
    // A relay on this machine may know its clients by their address.
    let needs_none = connector.endpoint.security == net::Security::Plain && !offered.has("AUTH");
    if !signs_in && !needs_none {
        return Err(smtp::error::Error::NoMethod.into());
    }
    let named = offered.iter().map(|(name, value)| match value {
        "" => name.to_owned(),
        value => format!("{name} {value}"),
    });
    Ok(Some(named.collect()))
}

/// What hands messages to the account's submission server.
///
/// # Errors
/// [`Error::Invalid`] when the operator has named none.
pub(super) fn submission(account: &Account) -> Result<smtp::Connector, Error> {
    let servers = account.0.servers.as_ref();
    let servers = servers.ok_or(Error::Invalid("login-server-gone"))?;
    let connector = submitting(servers, &account.0.credential)?;
    connector.ok_or(Error::Invalid("no-smtp"))
}

/// What hands messages to a submission server; `None` when there is none.
///
/// # Errors
/// [`Error::Internal`] when the operator's trust anchors can't be read.
pub(super) fn submitting(
    servers: &Servers,
    credential: &Credential,
) -> Result<Option<smtp::Connector>, Error> {
    let Some(url) = &servers.server.smtp else {
        return Ok(None);
    };
    let login = smtp::Login {
        user: credential.user.clone(),
        secret: credential.secret.clone(),
    };
    Ok(Some(smtp::Connector::new(on(servers, url)?, Some(login))))
}

fn reading(servers: &Servers) -> Result<net::Endpoint, Error> {
    let url = servers.server.imap.as_ref();
    on(servers, url.ok_or(Error::Invalid("login-server-kind"))?)
}

/// One of an account's servers. Those that a person has named must not lead into the operator's
/// network.
fn on(servers: &Servers, url: &ServerUrl) -> Result<net::Endpoint, Error> {
    let mut endpoint = at(&servers.server, url)?;
    if let Some(policy) = &servers.policy {
        endpoint.extra_ca.extend_from_slice(policy.anchors());
        endpoint.policy = Some(policy.clone());
    }
    Ok(endpoint)
}

fn endpoint(server: &Server) -> Result<net::Endpoint, Error> {
    let url = server.imap.as_ref();
    at(server, url.ok_or(Error::Invalid("login-server-kind"))?)
}

fn at(server: &Server, url: &ServerUrl) -> Result<net::Endpoint, Error> {
    let security = match url.security {
        config::Security::Implicit => net::Security::Implicit,
        config::Security::StartTls => net::Security::StartTls,
        config::Security::Plain => net::Security::Plain,
    };
    let mut endpoint = net::Endpoint::new(url.host.clone(), url.port, security);
    if let Some(path) = &server.tls_ca {
        endpoint.extra_ca = anchors(path)?;
    }
    Ok(endpoint)
}

pub(super) fn anchors(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .with_context(|| format!("Reading the trust anchors in {}", path.display()))
}

impl From<ImapError> for Error {
    fn from(error: ImapError) -> Self {
        let problem = match &error {
            ImapError::NoSuchMailbox => return Self::NotFound,
            ImapError::UidValidityChanged | ImapError::NoSuchMessage => return Self::Vanished,
            ImapError::Connect(connect) => connecting(connect),
            ImapError::Login { .. } => signing_in(error.login_failure()),
            ImapError::Bearer(error) => lacking(*error),
            ImapError::No { code, .. } => refused(*code),
            ImapError::Disconnected => Problem::Disconnected,
            ImapError::Timeout => Problem::Timeout,
            ImapError::Busy => Problem::Busy,
            ImapError::Unsupported(_) => Problem::Refused,
            _ => Problem::Protocol,
        };
        let said = error.said().unwrap_or_default().to_owned();
        if !said.is_empty() {
            tracing::debug!(?problem, said, "The mail server's own words");
        }
        Self::Upstream {
            problem,
            cause: error.to_string(),
            said,
        }
    }
}

impl From<SmtpError> for Error {
    fn from(error: SmtpError) -> Self {
        let problem = match &error {
            SmtpError::Dial(DialError::Dns) => Problem::UnknownHost,
            SmtpError::Dial(DialError::Denied | DialError::Unreachable(_)) => Problem::Unreachable,
            SmtpError::Dial(DialError::Timeout) | SmtpError::Timeout(_) => Problem::Timeout,
            SmtpError::Dial(DialError::Tls(_)) | SmtpError::Injected => Problem::Tls,
            SmtpError::NoStartTls => Problem::NoStartTls,
            SmtpError::NoMethod => Problem::SignInDisabled,
            SmtpError::Bearer(error) => lacking(*error),
            SmtpError::Disconnected => Problem::Disconnected,
            SmtpError::Refused(refusal) if refusal.reply.is_transient() => Problem::Unavailable,
            SmtpError::Refused(_) => Problem::Refused,
            _ => Problem::Protocol,
        };
        let said = match &error {
            SmtpError::Refused(refusal) => refusal.reply.to_string(),
            _ => String::new(),
        };
        // The server's words stand apart.
        let cause = match &error {
            SmtpError::Refused(refusal) => format!("the server refused {}", refusal.at),
            other => other.to_string(),
        };
        Self::Upstream {
            problem,
            cause,
            said,
        }
    }
}

impl From<pop3::Error> for Error {
    fn from(error: pop3::Error) -> Self {
        let problem = match (&error, error.trouble()) {
            (pop3::Error::Dial(DialError::Dns), _) => Problem::UnknownHost,
            (pop3::Error::Dial(DialError::Timeout) | pop3::Error::Timeout(_), _) => {
                Problem::Timeout
            }
            (pop3::Error::NoStls, _) => Problem::NoStartTls,
            (pop3::Error::NoMethod, _) => Problem::SignInDisabled,
            (pop3::Error::Bearer(error), _) => lacking(*error),
            (_, pop3::Trouble::Unreachable) => Problem::Unreachable,
            (_, pop3::Trouble::Tls) => Problem::Tls,
            (_, pop3::Trouble::WrongPassword) => Problem::WrongPassword,
            (_, pop3::Trouble::GrantGone) => Problem::GrantGone,
            (_, pop3::Trouble::InUse) => Problem::InUse,
            (_, pop3::Trouble::LoginDelay) => Problem::TooSoon,
            (_, pop3::Trouble::Temporary) => Problem::Unavailable,
            (_, pop3::Trouble::Permanent) => Problem::ContactAdmin,
            (_, pop3::Trouble::Nonsense) => Problem::Protocol,
            (_, pop3::Trouble::CutOff) => Problem::Disconnected,
        };
        // The server's own words may hold anything, and stay out of the cause.
        let (cause, said) = match &error {
            pop3::Error::Refused(refusal) => {
                let code = refusal.reply.code.map(|code| format!(" [{code}]"));
                let code = code.unwrap_or_default();
                let cause = format!("the POP3 server refused ({}){code}", refusal.at);
                (cause, refusal.reply.text.clone())
            }
            error => (error.to_string(), String::new()),
        };
        if !said.is_empty() {
            tracing::debug!(?problem, said, "The mail server's own words");
        }
        Self::Upstream {
            problem,
            cause,
            said,
        }
    }
}

/// Trouble before anybody could sign in.
fn connecting(error: &ConnectError) -> Problem {
    match error {
        ConnectError::Dns => Problem::UnknownHost,
        ConnectError::Timeout => Problem::Timeout,
        ConnectError::Tls(_) | ConnectError::Injected => Problem::Tls,
        ConnectError::NoStartTls | ConnectError::Preauth => Problem::NoStartTls,
        ConnectError::NoMethod => Problem::SignInDisabled,
        ConnectError::Greeting(_) => Problem::Protocol,
        ConnectError::Bye { code, .. } => match code {
            Some(Reason::Limit) => Problem::Limit,
            Some(Reason::InUse) => Problem::InUse,
            _ => Problem::Unavailable,
        },
        ConnectError::Denied | ConnectError::Unreachable(_) => Problem::Unreachable,
    }
}

/// Why there is no access token.
fn lacking(error: BearerError) -> Problem {
    match error {
        BearerError::Gone => Problem::GrantGone,
        BearerError::Unavailable => Problem::Provider,
    }
}

/// What a refused sign-in means (RFC 5530).
fn signing_in(failure: Option<LoginFailure>) -> Problem {
    match failure {
        Some(LoginFailure::Unavailable) => Problem::Unavailable,
        Some(LoginFailure::Limit) => Problem::Limit,
        Some(LoginFailure::InUse) => Problem::InUse,
        Some(LoginFailure::Expired) => Problem::PasswordExpired,
        Some(LoginFailure::PrivacyRequired) => Problem::SignInDisabled,
        Some(LoginFailure::ContactAdmin) => Problem::ContactAdmin,
        Some(LoginFailure::Rejected) | None => Problem::WrongPassword,
    }
}

/// What a refused command means.
fn refused(code: Option<Reason>) -> Problem {
    match code {
        Some(Reason::NoPerm) => Problem::NoPermission,
        Some(Reason::OverQuota) => Problem::OverQuota,
        Some(Reason::AlreadyExists) => Problem::AlreadyExists,
        Some(Reason::Unavailable) => Problem::Unavailable,
        Some(Reason::Limit) => Problem::Limit,
        Some(Reason::InUse) => Problem::InUse,
        Some(Reason::ContactAdmin) => Problem::ContactAdmin,
        _ => Problem::Refused,
    }
}
