//! The mail server's side of an account: a server's settings into a client, and the protocol's
//! errors into ours. The one place where both vocabularies meet.

use std::path::Path;

use anyhow::Context;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use secrecy::SecretString;

use crate::{
    config::{self, Limits, Server},
    imap::{self, ConnectError},
    net,
};

use super::error::{Error, Problem};

/// What signs in upstream.
#[derive(Clone, Debug)]
pub(super) struct Credential {
    /// The user name as the server wants it.
    pub(super) user: String,
    /// The password.
    pub(super) password: SecretString,
}

/// A client for an account on `server`. Nothing is connected yet.
///
/// # Errors
/// [`Error::Internal`] when the operator's trust anchors can't be read, [`Error::Invalid`] when
/// the server is of a kind that can't be read from yet.
pub(super) fn client(
    server: &Server,
    credential: &Credential,
    limits: &Limits,
) -> Result<imap::Client, Error> {
    let url = server.imap.as_ref().ok_or(Error::Invalid("login-pop3-later"))?;
    let security = match url.security {
        config::Security::Implicit => net::Security::Implicit,
        config::Security::StartTls => net::Security::StartTls,
        config::Security::Plain => net::Security::Plain,
    };
    let mut endpoint = net::Endpoint::new(url.host.clone(), url.port, security);
    if let Some(path) = &server.tls_ca {
        endpoint.extra_ca = anchors(path)?;
    }
    Ok(imap::Client::new(imap::Connector {
        endpoint,
        login: imap::Login {
            user: credential.user.clone(),
            secret: imap::Secret::Password(credential.password.clone()),
        },
        limits: imap::Limits {
            connections: usize::try_from(limits.imap_connections).unwrap_or(3),
            ..imap::Limits::default()
        },
    }))
}

fn anchors(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .with_context(|| format!("Reading the trust anchors in {}", path.display()))
}

impl From<imap::Error> for Error {
    fn from(error: imap::Error) -> Self {
        let problem = match &error {
            imap::Error::NoSuchMailbox => return Self::NotFound,
            imap::Error::UidValidityChanged => return Self::Vanished,
            imap::Error::Connect(connect) => connecting(connect),
            imap::Error::Login { code, .. } => signing_in(code.as_ref()),
            imap::Error::No { code, .. } => refused(code.as_ref()),
            imap::Error::Disconnected => Problem::Disconnected,
            imap::Error::Timeout => Problem::Timeout,
            _ => Problem::Protocol,
        };
        let cause = error.to_string();
        Self::Upstream { problem, cause }
    }
}

/// Trouble before anybody could sign in.
fn connecting(error: &ConnectError) -> Problem {
    match error {
        ConnectError::Dns => Problem::UnknownHost,
        ConnectError::Timeout => Problem::Timeout,
        ConnectError::Tls(_) => Problem::Tls,
        ConnectError::NoStartTls => Problem::NoStartTls,
        ConnectError::Greeting { code, .. } => signing_in(code.as_ref()),
        _ => Problem::Unreachable,
    }
}

/// What a refused sign-in means. Many servers say a bare NO for a wrong password.
fn signing_in(code: Option<&imap::Code>) -> Problem {
    match code {
        Some(imap::Code::Unavailable) => Problem::Unavailable,
        Some(imap::Code::Limit) => Problem::Limit,
        Some(imap::Code::InUse) => Problem::InUse,
        Some(imap::Code::Expired) => Problem::PasswordExpired,
        Some(imap::Code::PrivacyRequired) => Problem::SignInDisabled,
        Some(imap::Code::ContactAdmin) => Problem::ContactAdmin,
        _ => Problem::WrongPassword,
    }
}

/// What a refused command means.
fn refused(code: Option<&imap::Code>) -> Problem {
    match code {
        Some(imap::Code::NoPerm) => Problem::NoPermission,
        Some(imap::Code::OverQuota) => Problem::OverQuota,
        Some(imap::Code::AlreadyExists) => Problem::AlreadyExists,
        Some(imap::Code::Unavailable) => Problem::Unavailable,
        Some(imap::Code::Limit) => Problem::Limit,
        Some(imap::Code::InUse) => Problem::InUse,
        Some(imap::Code::ContactAdmin) => Problem::ContactAdmin,
        _ => Problem::Refused,
    }
}
