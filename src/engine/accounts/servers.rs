//! The servers of an account: those that its owner has named, else the operator's for its domain.
//! Everything that connects for an account asks here.

use serde::{Deserialize, Serialize};

use crate::{
    config::{ExtraAccounts, LoginName, OAuth, Protocol, Security, Server, ServerUrl},
    net::egress::Policy,
    store::accounts::{AccountKind, AccountRow},
};

use super::super::{account::Shared, error::Error};

/// Octets of a host name (RFC 1035 §2.3.4).
const HOST_MOST: usize = 253;

/// Where an account's mail lies and is handed over, and as whom it signs in there.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Servers {
    pub(in crate::engine) server: Server,
    /// What is sent as user name.
    pub(in crate::engine) user: String,
    /// Where hosts that a person named may lead; `None` for the operator's.
    pub(in crate::engine) policy: Option<Policy>,
    /// As a person has named them; `None` for the operator's.
    own: Option<OwnServers>,
}

/// Servers that a person has named. TLS always.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnServers {
    /// IMAP or POP3.
    pub incoming: ServerUrl,
    /// Submission; `None`: nothing is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outgoing: Option<ServerUrl>,
}

impl OwnServers {
    /// Servers as typed: `security` is implicit TLS or STARTTLS.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no host, another protocol, or no TLS.
    pub fn checked(self) -> Result<Self, Error> {
        let reads = matches!(self.incoming.protocol, Protocol::Imap | Protocol::Pop3);
        let outgoing = self.outgoing.as_ref();
        let sends = outgoing.is_none_or(|url| url.protocol == Protocol::Smtp);
        let mut all = std::iter::once(&self.incoming).chain(outgoing);
        if !reads || !sends || all.any(|url| url.security == Security::Plain) {
            return Err(Error::Invalid("account-server-kind"));
        }
        Ok(Self {
            incoming: named(&self.incoming)?,
            outgoing: self.outgoing.as_ref().map(named).transpose()?,
        })
    }

    /// The kind of account that they make.
    pub(in crate::engine) fn kind(&self) -> AccountKind {
        match self.incoming.protocol {
            Protocol::Pop3 => AccountKind::Pop3,
            _ => AccountKind::Imap,
        }
    }

    fn server(&self) -> Server {
        let incoming = Some(self.incoming.clone());
        let (imap, pop3) = match self.kind() {
            AccountKind::Pop3 => (None, incoming),
            _ => (incoming, None),
        };
        Server {
            domains: Vec::new(),
            imap,
            pop3,
            smtp: self.outgoing.clone(),
            sieve: None,
            login: LoginName::Address,
            tls_ca: None,
            allow_insecure: false,
            // Whose word counts is the operator's to say.
            authserv: Vec::new(),
        }
    }
}

/// The host in the one form in which it is looked up and compared with certificates.
fn named(url: &ServerUrl) -> Result<ServerUrl, Error> {
    let host = url.host.trim().trim_end_matches('.');
    let fits = !host.is_empty() && host.len() <= HOST_MOST && url.port > 0;
    let parsed = url::Host::parse(host).ok().filter(|_| fits);
    let host = parsed.ok_or(Error::Invalid("account-host"))?.to_string();
    Ok(ServerUrl {
        host,
        ..url.clone()
    })
}

impl Servers {
    /// User name and servers as the account's row has them.
    pub(super) fn stored(&self) -> (String, String) {
        match &self.own {
            Some(own) => (
                self.user.clone(),
                serde_json::to_string(own).unwrap_or_default(),
            ),
            None => Default::default(),
        }
    }

    /// The kind of account that they make.
    pub(in crate::engine) fn kind(&self) -> AccountKind {
        match self.server.pop3 {
            Some(_) => AccountKind::Pop3,
            None => AccountKind::Imap,
        }
    }

    /// A person has named them.
    pub(in crate::engine) fn are_own(&self) -> bool {
        self.own.is_some()
    }
}

impl Shared {
    /// The operator's servers for an address.
    pub(in crate::engine) fn operators(&self, address: &str) -> Option<Servers> {
        let server = self.config.server_for(address)?;
        Some(Servers {
            user: server.user_name(address).to_owned(),
            server: server.clone(),
            policy: None,
            own: None,
        })
    }

    /// The same for an account beside the one signed in with: a service that vouches for people may
    /// have mail servers of its own, which come before those for just any address.
    pub(in crate::engine) fn listed(&self, address: &str) -> Option<Servers> {
        let (_, domain) = address.rsplit_once('@')?;
        let named = |server: &Server| {
            let mut domains = server.domains.iter();
            domains.any(|own| own.eq_ignore_ascii_case(domain))
        };
        if self.config.server_for(address).is_some_and(named) {
            return self.operators(address);
        }
        let vouching = self.config.oauth.iter();
        let mut vouching = vouching.filter(|one| one.vouches_for(domain));
        match vouching.find_map(OAuth::server) {
            Some(server) => Some(Servers {
                user: address.to_owned(),
                server,
                policy: None,
                own: None,
            }),
            None => self.operators(address),
        }
    }

    /// What an account on these servers, signing in as `user`, connects to.
    pub(in crate::engine) fn named_by_owner(&self, own: &OwnServers, user: &str) -> Servers {
        Servers {
            server: own.server(),
            user: user.to_owned(),
            policy: Some(self.policy.clone()),
            own: Some(own.clone()),
        }
    }

    /// The servers of an account. `None` where there are none (any more): the mail lives here, or
    /// the operator has taken them away.
    pub(in crate::engine) fn servers_of(&self, row: &AccountRow) -> Option<Servers> {
        if row.servers.is_empty() {
            return match row.is_primary {
                true => self.operators(&row.address),
                false => self.listed(&row.address),
            };
        }
        if self.config.extra_accounts != ExtraAccounts::Any {
            return None;
        }
        let own: OwnServers = serde_json::from_str(&row.servers).ok()?;
        let user = match row.login.as_str() {
            "" => &row.address,
            login => login,
        };
        Some(self.named_by_owner(&own, user))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> ServerUrl {
        text.to_owned().try_into().unwrap()
    }

    #[test]
    fn typed_hosts_are_hosts_and_never_without_tls() {
        let typed = |incoming: &str, host: &str| OwnServers {
            incoming: ServerUrl {
                host: host.to_owned(),
                ..url(incoming)
            },
            outgoing: None,
        };
        let taken = typed("imaps://x", " Imap.Example.ORG. ").checked().unwrap();
        assert_eq!(taken.incoming.host, "imap.example.org");
        let taken = typed("pop3://x", "bücher.example").checked().unwrap();
        assert_eq!(taken.incoming.host, "xn--bcher-kva.example");
        assert_eq!(taken.kind(), AccountKind::Pop3);
        for host in [
            "",
            " ",
            "a b",
            "a/b",
            "a@b",
            "a\r\nb",
            "a:1",
            &"a".repeat(254),
        ] {
            assert!(typed("imaps://x", host).checked().is_err(), "{host:?}");
        }
        for scheme in ["imap+insecure://x", "smtps://x", "sieve://x"] {
            assert!(typed(scheme, "example.org").checked().is_err(), "{scheme}");
        }
        let mut sends = typed("imaps://x", "example.org");
        sends.outgoing = Some(url("smtp+insecure://x"));
        assert!(sends.checked().is_err());
    }

    #[test]
    fn they_come_back_as_they_were_stored() {
        let own = OwnServers {
            incoming: url("imaps://imap.example.org:1993"),
            outgoing: Some(url("smtp://smtp.example.org")),
        };
        let json = serde_json::to_string(&own).unwrap();
        assert_eq!(serde_json::from_str::<OwnServers>(&json).unwrap(), own);
    }
}
