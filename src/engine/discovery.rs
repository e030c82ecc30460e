//! Which servers an address has: those that the operator has named for its domain, else those that
//! the domain tells of itself (`net::discover`). A password goes to none of them before a person
//! has seen the host's name and said yes.

use crate::{
    config::{self, ExtraAccounts, LoginName, Protocol, Server, ServerUrl},
    mail::autoconfig::{Service, UserName},
    net::{
        Security,
        discover::{Found, Source},
    },
};

use super::{
    Engine,
    accounts::{OwnServers, Place, Servers},
    error::Error,
    sign_in::normal,
};

/// The servers for an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovered {
    /// Where its mail lies, the best first: IMAP before POP3.
    pub incoming: Vec<Candidate>,
    /// Where it is handed over, the best first.
    pub outgoing: Vec<Candidate>,
    /// The service that vouches for the address there, by the name that people know it by.
    pub provider: Option<String>,
}

/// A server that an address may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// `imap`, `pop3` or `smtp`.
    pub kind: &'static str,
    /// Where it is.
    pub place: Place,
    /// What is sent as user name: `address` or `localPart`.
    pub user_name: &'static str,
    /// Who says so: `configuration`, `document`, `records`, or `usual` for a name that is tried
    /// because it often fits.
    pub source: &'static str,
}

impl Engine {
    /// The operator's servers for an address: where its mail lies, and where it is handed over.
    /// Nobody is asked.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no address.
    pub fn configured(&self, address: &str) -> Result<Option<(Place, Option<Place>)>, Error> {
        let address = normal(address).ok_or(Error::Invalid("login-not-an-address"))?;
        let servers = self.0.shared.listed(&address);
        Ok(servers.and_then(|Servers { server, .. }| {
            let incoming = server.imap.as_ref().or(server.pop3.as_ref())?;
            Some((Place::from(incoming), server.smtp.as_ref().map(Place::from)))
        }))
    }

    /// The servers for an address; empty lists where none was found. Where the operator has not
    /// named them and lets people add any account, the domain is asked, for at most twelve seconds.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no address, or has no server that may be used here.
    pub async fn discover(&self, address: &str) -> Result<Discovered, Error> {
        let address = normal(address).ok_or(Error::Invalid("login-not-an-address"))?;
        let config = &self.0.shared.config;
        if let Some(servers) = self.0.shared.listed(&address) {
            let mut found = Discovered::from(&servers.server);
            found.provider = self.provider_of(&address, None);
            return Ok(found);
        }
        if config.extra_accounts != ExtraAccounts::Any {
            return Err(Error::Invalid("login-unknown-domain"));
        }
        let found = self.0.discovery.of(&address).await;
        let (mut outgoing, mut incoming): (Vec<_>, Vec<_>) = found
            .into_iter()
            .partition(|found| found.service == Service::Submission);
        // A mailbox that every device shares before one that hands over; then who says so; of one
        // source, what is protected from the first octet; else in their order.
        let merit = |found: &Found| {
            let is_pop3 = found.service == Service::Pop3;
            (is_pop3, found.source, found.security != Security::Implicit)
        };
        incoming.sort_by_key(merit);
        outgoing.sort_by_key(merit);
        let best = |found: &[Found]| found.first().map(url);
        let best = best(&incoming).map(|incoming| OwnServers {
            incoming,
            outgoing: best(&outgoing),
        });
        Ok(Discovered {
            provider: best.and_then(|own| self.provider_of(&address, Some(&own))),
            incoming: incoming.into_iter().map(Candidate::from).collect(),
            outgoing: outgoing.into_iter().map(Candidate::from).collect(),
        })
    }
}

/// A server that was found, as a person would name it.
fn url(found: &Found) -> ServerUrl {
    ServerUrl {
        protocol: match found.service {
            Service::Imap => Protocol::Imap,
            Service::Pop3 => Protocol::Pop3,
            Service::Submission => Protocol::Smtp,
        },
        security: match found.security {
            Security::Implicit => config::Security::Implicit,
            Security::StartTls => config::Security::StartTls,
            Security::Plain => config::Security::Plain,
        },
        host: found.host.clone(),
        port: found.port,
    }
}

impl From<&Server> for Discovered {
    fn from(server: &Server) -> Self {
        let candidate = |kind, url: &ServerUrl| Candidate {
            kind,
            place: Place::from(url),
            user_name: match server.login {
                LoginName::Address => "address",
                LoginName::LocalPart => "localPart",
            },
            source: "configuration",
        };
        let imap = server.imap.iter().map(|url| candidate("imap", url));
        let pop3 = server.pop3.iter().map(|url| candidate("pop3", url));
        let smtp = server.smtp.iter().map(|url| candidate("smtp", url));
        Self {
            incoming: imap.chain(pop3).collect(),
            outgoing: smtp.collect(),
            provider: None,
        }
    }
}

impl From<Found> for Candidate {
    fn from(found: Found) -> Self {
        Self {
            kind: match found.service {
                Service::Imap => "imap",
                Service::Pop3 => "pop3",
                Service::Submission => "smtp",
            },
            place: Place {
                host: found.host,
                port: found.port,
                security: match found.security {
                    Security::Implicit => "tls",
                    Security::StartTls => "startTls",
                    Security::Plain => "none",
                },
            },
            user_name: match found.user_name {
                UserName::Address => "address",
                UserName::LocalPart => "localPart",
            },
            source: match found.source {
                Source::Document => "document",
                Source::Records => "records",
                Source::Usual => "usual",
            },
        }
    }
}
