//! The way out: dialling mail servers, TLS, and HTTP to places that strangers name. Everything
//! that leaves this process for the network passes through here.

pub mod bearer;
pub mod dial;
pub mod discover;
pub mod dns;
pub mod egress;
pub mod fetch;
#[cfg(test)]
pub(crate) mod script;
pub mod stream;
pub mod tls;

use rustls::pki_types::CertificateDer;

/// How a connection to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Security {
    /// TLS from the first byte (RFC 8314 §3): `imaps`, `pop3s`, `smtps`.
    Implicit,
    /// Plain text first, then STARTTLS, which must succeed before any credential is sent.
    StartTls,
    /// No TLS at all. Only by the operator's explicit wish.
    Plain,
}

/// A mail server to connect to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// DNS name or IP address literal; what the certificate is checked against.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Trust anchors beside the system's (DER), for servers with a private authority.
    pub extra_ca: Vec<CertificateDer<'static>>,
    /// Which addresses may be reached. `None`: any, for servers that the operator configured.
    /// `Some` for hosts that a user typed, which must not lead into the operator's network.
    pub policy: Option<egress::Policy>,
}

impl Endpoint {
    /// An operator's server, trusted by the system's authorities.
    pub fn new(host: impl Into<String>, port: u16, security: Security) -> Self {
        Self {
            host: host.into(),
            port,
            security,
            extra_ca: Vec::new(),
            policy: None,
        }
    }
}
