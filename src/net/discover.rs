//! Where a domain's mail lies, found out by asking the domain: its document of settings over https,
//! its SRV records (RFC 6186, RFC 8314 §5.1), and names that are usual. Nothing of it is believed
//! further than a person confirms it: no password goes anywhere from here.
//!
//! All three are asked at once. The document counts before the records, which anybody on the way
//! can make up, and both before the usual names, which only answer. Nobody but the domain itself is
//! asked, and only the document's address carries the mail address, as it always has.

use std::{collections::HashSet, time::Duration};

use futures_util::future::join_all;
use tokio::{sync::Semaphore, time::timeout};

use crate::mail::autoconfig::{self, Named, Service, UserName, host_name};

use super::{
    Endpoint, Security, dial,
    dns::Dns,
    egress::Policy,
    fetch::{FetchLimits, Fetcher},
    tls::TlsError,
};

/// Addresses that are looked into at once: each takes a dozen questions to strangers.
const AT_ONCE: usize = 4;
/// For a place, and for each of the three ways.
const EACH: Duration = Duration::from_secs(6);

/// Where things are listened for; others in tests, which can't have these.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// For documents.
    pub https: u16,
    /// RFC 8314 §3.2.
    pub imaps: u16,
    /// RFC 8314 §3.1.
    pub pop3s: u16,
    /// RFC 8314 §3.3.
    pub submissions: u16,
}

impl Default for Ports {
    fn default() -> Self {
        Self {
            https: 443,
            imaps: 993,
            pop3s: 995,
            submissions: 465,
        }
    }
}

/// How a server was found; the more credible first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// The domain's document names it.
    Document,
    /// The domain's records name it.
    Records,
    /// Its name is a usual one, and it answers with a certificate for that name.
    Usual,
}

/// A server for an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is for.
    pub service: Service,
    /// Its name, in ASCII.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Implicit TLS or STARTTLS, never none.
    pub security: Security,
    /// What is sent as user name.
    pub user_name: UserName,
    /// How it was found.
    pub source: Source,
}

/// Finds servers. One for the process.
#[derive(Debug)]
pub struct Discovery {
    policy: Policy,
    fetcher: Fetcher,
    dns: Dns,
    ports: Ports,
    places: Semaphore,
}

impl Discovery {
    /// One that goes where the policy lets it.
    ///
    /// # Errors
    /// When the system's trust anchors can't be read.
    pub fn new(policy: Policy, dns: Dns) -> Result<Self, TlsError> {
        Self::with(policy, dns, Ports::default())
    }

    /// As [`Discovery::new`], on other ports. For tests.
    ///
    /// # Errors
    /// As [`Discovery::new`].
    pub fn with(policy: Policy, dns: Dns, ports: Ports) -> Result<Self, TlsError> {
        let limits = FetchLimits {
            bytes: 256 * 1024,
            time: EACH,
            ..FetchLimits::default()
        };
        Ok(Self {
            fetcher: Fetcher::new(policy.clone(), limits, policy.anchors())?,
            policy,
            dns,
            ports,
            places: Semaphore::new(AT_ONCE),
        })
    }

    /// The servers for an address, the best of each kind first. Empty where nothing is found within
    /// twelve seconds, and for what is no address of a domain.
    pub async fn of(&self, address: &str) -> Vec<Found> {
        let domain = address.rsplit_once('@').and_then(|(_, d)| host_name(d));
        let Some(domain) = domain else {
            return Vec::new();
        };
        let Ok(_place) = timeout(EACH, self.places.acquire()).await else {
            return Vec::new();
        };
        // One that is slow keeps nothing of what the others have found.
        let (documents, records, usual) = tokio::join!(
            self.documents(address, &domain),
            async {
                timeout(EACH, self.records(&domain))
                    .await
                    .unwrap_or_default()
            },
            self.usual(&domain)
        );
        let mut seen = HashSet::new();
        let found = documents.into_iter().chain(records).chain(usual);
        found
            .filter(|found| seen.insert((found.service, found.host.clone(), found.port)))
            .collect()
    }

    async fn documents(&self, address: &str, domain: &str) -> Vec<Found> {
        let port = self.ports.https;
        let asking: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
        let urls = [
            format!(
                "https://autoconfig.{domain}:{port}/mail/config-v1.1.xml?emailaddress={asking}"
            ),
            format!("https://{domain}:{port}/.well-known/autoconfig/mail/config-v1.1.xml"),
        ];
        let asked = urls.iter().map(async |url| {
            let document = self.fetcher.document(url).await.ok()?;
            let named = autoconfig::read(&document, address);
            (!named.is_empty()).then_some(named)
        });
        let named = join_all(asked).await.into_iter().flatten().next();
        named.into_iter().flatten().map(Found::from).collect()
    }

    async fn records(&self, domain: &str) -> Vec<Found> {
        let asked = RECORDS.map(async |(name, service, security)| {
            let targets = self.dns.services(&format!("{name}.{domain}")).await;
            targets
                .into_iter()
                .filter_map(|target| {
                    Some(Found {
                        service,
                        host: host_name(&target.host)?,
                        port: target.port,
                        security,
                        user_name: UserName::Address,
                        source: Source::Records,
                    })
                })
                .collect::<Vec<_>>()
        });
        join_all(asked).await.into_iter().flatten().collect()
    }

    async fn usual(&self, domain: &str) -> Vec<Found> {
        let asked = USUAL.map(async |(label, service)| {
            let port = match service {
                Service::Imap => self.ports.imaps,
                Service::Pop3 => self.ports.pop3s,
                Service::Submission => self.ports.submissions,
            };
            let endpoint = Endpoint {
                extra_ca: self.policy.anchors().to_vec(),
                policy: Some(self.policy.clone()),
                ..Endpoint::new(format!("{label}.{domain}"), port, Security::Implicit)
            };
            // The handshake proves that the server is meant to have this name.
            dial::dial(&endpoint, EACH).await.ok()?;
            Some(Found {
                service,
                host: endpoint.host,
                port,
                security: Security::Implicit,
                user_name: UserName::Address,
                source: Source::Usual,
            })
        });
        join_all(asked).await.into_iter().flatten().collect()
    }
}

/// RFC 6186 §3 and RFC 8314 §5.1, the safer first.
const RECORDS: [(&str, Service, Security); 6] = [
    ("_imaps._tcp", Service::Imap, Security::Implicit),
    ("_imap._tcp", Service::Imap, Security::StartTls),
    ("_pop3s._tcp", Service::Pop3, Security::Implicit),
    ("_pop3._tcp", Service::Pop3, Security::StartTls),
    ("_submissions._tcp", Service::Submission, Security::Implicit),
    ("_submission._tcp", Service::Submission, Security::StartTls),
];

/// Names before the domain.
const USUAL: [(&str, Service); 6] = [
    ("imap", Service::Imap),
    ("mail", Service::Imap),
    ("pop", Service::Pop3),
    ("mail", Service::Pop3),
    ("smtp", Service::Submission),
    ("mail", Service::Submission),
];

impl From<Named> for Found {
    fn from(named: Named) -> Self {
        Self {
            service: named.service,
            host: named.host,
            port: named.port,
            security: match named.implicit_tls {
                true => Security::Implicit,
                false => Security::StartTls,
            },
            user_name: named.user_name,
            source: Source::Document,
        }
    }
}
