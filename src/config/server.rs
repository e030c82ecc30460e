//! One `[[servers]]` entry: where the people of some domains sign in.

use std::{net::IpAddr, path::PathBuf};

use anyhow::{bail, ensure};
use serde::{Deserialize, Serialize};
use url::Url;

/// A mail server and the domains whose people use it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Domains of addresses; `*` matches any.
    pub domains: Vec<String>,
    /// IMAP server; this or `pop3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imap: Option<ServerUrl>,
    /// POP3 server, instead of IMAP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pop3: Option<ServerUrl>,
    /// Submission server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smtp: Option<ServerUrl>,
    /// ManageSieve server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sieve: Option<ServerUrl>,
    /// What is sent as user name.
    #[serde(default)]
    pub login: LoginName,
    /// A PEM file of further trust anchors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_ca: Option<PathBuf>,
    /// Allows `…+insecure` beyond this machine.
    #[serde(default)]
    pub allow_insecure: bool,
    /// Names under which these servers say what they found out about senders (authserv-id,
    /// RFC 8601 §2.2); empty: nobody is believed.
    #[serde(default)]
    pub authserv: Vec<String>,
}

/// What is sent as user name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoginName {
    /// The whole address.
    #[default]
    Address,
    /// What stands before the `@`.
    LocalPart,
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Security {
    /// TLS from the first byte (RFC 8314).
    Implicit,
    /// STARTTLS, required.
    StartTls,
    /// No TLS at all.
    Plain,
}

/// What a server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// RFC 9051, RFC 3501.
    Imap,
    /// RFC 1939.
    Pop3,
    /// Submission, RFC 6409.
    Smtp,
    /// ManageSieve, RFC 5804.
    Sieve,
}

/// A server's address with its protection, such as `imaps://imap.example.org`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ServerUrl {
    /// What is spoken there.
    pub protocol: Protocol,
    /// Implicit TLS, STARTTLS or none.
    pub security: Security,
    /// Host name or address.
    pub host: String,
    /// Port; the protocol's own when the URL has none.
    pub port: u16,
}

/// (scheme, protocol, protection, port of its own)
const SCHEMES: &[(&str, Protocol, Security, u16)] = &[
    ("imaps", Protocol::Imap, Security::Implicit, 993),
    ("imap", Protocol::Imap, Security::StartTls, 143),
    ("imap+insecure", Protocol::Imap, Security::Plain, 143),
    ("pop3s", Protocol::Pop3, Security::Implicit, 995),
    ("pop3", Protocol::Pop3, Security::StartTls, 110),
    ("pop3+insecure", Protocol::Pop3, Security::Plain, 110),
    ("smtps", Protocol::Smtp, Security::Implicit, 465),
    ("smtp", Protocol::Smtp, Security::StartTls, 587),
    ("smtp+insecure", Protocol::Smtp, Security::Plain, 587),
    ("sieve", Protocol::Sieve, Security::StartTls, 4190),
    ("sieve+insecure", Protocol::Sieve, Security::Plain, 4190),
];

impl Server {
    /// Does an address of this domain belong here? Case does not matter.
    pub fn serves(&self, domain: &str) -> bool {
        covers(&self.domains, domain)
    }

    /// The user name for an address.
    pub fn user_name<'a>(&self, address: &'a str) -> &'a str {
        match self.login {
            LoginName::Address => address,
            LoginName::LocalPart => address
                .rsplit_once('@')
                .map_or(address, |(local_part, _)| local_part),
        }
    }

    pub(super) fn check(&self) -> anyhow::Result<()> {
        ensure!(
            !self.domains.is_empty(),
            "A [[servers]] entry needs domains, or [\"*\"]"
        );
        let name = self.domains.join(", ");
        match (&self.imap, &self.pop3) {
            (None, None) => bail!("The server for {name} needs imap or pop3"),
            (Some(_), Some(_)) => bail!("The server for {name} has imap and pop3; choose one"),
            _ => {}
        }
        let expected = [
            ("imap", Protocol::Imap, &self.imap),
            ("pop3", Protocol::Pop3, &self.pop3),
            ("smtp", Protocol::Smtp, &self.smtp),
            ("sieve", Protocol::Sieve, &self.sieve),
        ];
        for (key, protocol, url) in expected {
            let Some(url) = url else { continue };
            ensure!(
                url.protocol == protocol,
                "{key} of {name} must be one of {}",
                schemes_of(protocol)
            );
            ensure!(
                url.security != Security::Plain || self.allow_insecure || is_loopback(&url.host),
                "{key} of {name} would send passwords in the clear; use TLS, or say \
                 allow_insecure = true"
            );
        }
        // Quoted in the header, such a name could hold anything; none does.
        let odd = |c: char| !c.is_ascii_graphic() || "\"();=\\".contains(c);
        ensure!(
            !self
                .authserv
                .iter()
                .any(|id| id.is_empty() || id.contains(odd)),
            "authserv of {name} must be names as they stand at the beginning of \
             Authentication-Results, such as mx.example.org"
        );
        Ok(())
    }
}

impl ServerUrl {
    /// The port where this is spoken unless another is named.
    pub fn own_port(protocol: Protocol, security: Security) -> u16 {
        let own = SCHEMES
            .iter()
            .find(|(_, of, by, _)| *of == protocol && *by == security);
        own.map_or(0, |(.., port)| *port)
    }
}

/// Is this domain one of these? `*` is any.
pub(super) fn covers(domains: &[String], domain: &str) -> bool {
    domains
        .iter()
        .any(|own| own == "*" || own.eq_ignore_ascii_case(domain))
}

/// Is this host the machine itself, by its text?
pub(super) fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn schemes_of(protocol: Protocol) -> String {
    let own = SCHEMES.iter().filter(|(_, of, ..)| *of == protocol);
    own.map(|(scheme, ..)| format!("{scheme}://"))
        .collect::<Vec<_>>()
        .join(", ")
}

impl TryFrom<String> for ServerUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let url = Url::parse(&text).map_err(|error| format!("{text}: {error}"))?;
        let (_, protocol, security, _) = *SCHEMES
            .iter()
            .find(|(scheme, ..)| *scheme == url.scheme())
            .ok_or_else(|| format!("{text}: the scheme is not one we know"))?;
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| format!("{text}: names no host"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(format!("{}: no user name or password here", url.scheme()));
        }
        let own_port = Self::own_port(protocol, security);
        let port = url.port().unwrap_or(own_port);
        Ok(Self {
            protocol,
            security,
            host: host.to_owned(),
            port,
        })
    }
}

impl From<ServerUrl> for String {
    fn from(url: ServerUrl) -> Self {
        let scheme = SCHEMES
            .iter()
            .find(|(_, protocol, security, _)| {
                *protocol == url.protocol && *security == url.security
            })
            .map_or("", |(scheme, ..)| scheme);
        format!("{scheme}://{}:{}", url.host, url.port)
    }
}
