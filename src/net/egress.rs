//! Which addresses we may be led to by strangers: the image proxy, webhooks, discovery and hosts
//! that users type. The answer is given for *resolved addresses*, when the connection is made,
//! because any name can point anywhere and can change between two look-ups.

use std::{
    fmt,
    hash::{Hash, Hasher},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use rustls::pki_types::CertificateDer;
use url::{Host, Url};

/// A look-up of names that stands in for the system's, in tests.
pub type Lookup = dyn Fn(&str) -> Vec<IpAddr> + Send + Sync;

/// What may be reached. Cheap to clone.
#[derive(Clone, Default)]
pub struct Policy {
    allowed: Arc<[SocketAddr]>,
    anchors: Arc<[CertificateDer<'static>]>,
    lookup: Option<Arc<Lookup>>,
    /// Private addresses and any port as well.
    anywhere: bool,
}

/// Why a URL may not be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Not http or https.
    #[error("only http and https are fetched")]
    Scheme,
    /// A port other than 80 and 443.
    #[error("the port is not allowed")]
    Port,
    /// A private, local or special address.
    #[error("the address is not allowed")]
    Address,
    /// No host at all, or a user name in the URL.
    #[error("the address is malformed")]
    Malformed,
}

/// Is it on this machine, by its text alone? A name could lead anywhere.
pub(crate) fn is_here(url: &Url) -> bool {
    let ip = match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
        Some(Host::Domain("localhost")) => return true,
        _ => return false,
    };
    ip.is_loopback()
}

impl Policy {
    /// The public Internet on the web's ports, nothing else.
    pub fn public() -> Self {
        Self::default()
    }

    /// Beside it exactly these addresses and ports: the operator's own servers, or a test's.
    pub fn allowing(addresses: impl IntoIterator<Item = SocketAddr>) -> Self {
        Self {
            allowed: addresses.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Private addresses and any port as well: for a service that the operator has named, and says
    /// to be in a network of theirs.
    #[must_use]
    pub fn anywhere(mut self) -> Self {
        self.anywhere = true;
        self
    }

    /// Resolves names by `lookup` in place of the system. For tests.
    #[must_use]
    pub fn with_lookup(mut self, lookup: Arc<Lookup>) -> Self {
        self.lookup = Some(lookup);
        self
    }

    /// Trusts these beside the system's anchors where people name mail servers. For tests.
    #[must_use]
    pub fn trusting(mut self, anchors: Vec<CertificateDer<'static>>) -> Self {
        self.anchors = anchors.into();
        self
    }

    /// See [`Policy::trusting`].
    pub fn anchors(&self) -> &[CertificateDer<'static>] {
        &self.anchors
    }

    /// May HTTP go to this address and port?
    pub fn permits(&self, address: SocketAddr) -> bool {
        self.anywhere
            || self.allowed.contains(&address)
            || (matches!(address.port(), 80 | 443) && is_public(address.ip()))
    }

    /// May a mail protocol go to this address? Any port, as submission and IMAP have many.
    pub fn permits_host(&self, address: SocketAddr) -> bool {
        self.allowed.contains(&address) || is_public(address.ip())
    }

    /// Is this a URL that may be asked, as far as its text tells? Names are judged by
    /// [`Policy::resolve`] when they are resolved. Returns the port.
    pub fn check_url(&self, url: &Url) -> Result<u16, Denied> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Denied::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Denied::Malformed);
        }
        let port = url.port_or_known_default().ok_or(Denied::Port)?;
        let usual = self.anywhere || matches!(port, 80 | 443);
        if !usual && !self.allowed.iter().any(|address| address.port() == port) {
            return Err(Denied::Port);
        }
        let literal = match url.host().ok_or(Denied::Malformed)? {
            Host::Domain(_) => return Ok(port),
            Host::Ipv4(ip) => IpAddr::V4(ip),
            Host::Ipv6(ip) => IpAddr::V6(ip),
        };
        if self.permits(SocketAddr::new(literal, port)) {
            Ok(port)
        } else {
            Err(Denied::Address)
        }
    }

    /// The addresses of a name that HTTP may go to on `port`; empty when there is none.
    pub async fn resolve(&self, host: &str, port: u16) -> Vec<SocketAddr> {
        let mut found = self.look_up(host, port).await;
        found.retain(|address| self.permits(*address));
        found
    }

    /// The addresses of a name, whether they may be reached or not.
    pub async fn look_up(&self, host: &str, port: u16) -> Vec<SocketAddr> {
        match &self.lookup {
            Some(lookup) => lookup(host)
                .into_iter()
                .map(|ip| SocketAddr::new(ip, port))
                .collect(),
            None => match tokio::net::lookup_host((host, port)).await {
                Ok(found) => found.collect(),
                Err(_) => Vec::new(),
            },
        }
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("allowed", &self.allowed)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        self.allowed == other.allowed
    }
}

impl Eq for Policy {}

impl Hash for Policy {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.allowed.hash(state);
    }
}

/// Is this an address of the public Internet (IANA special-purpose registries, RFC 6890)?
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, d] = ip.octets();
    let special = match (a, b, c) {
        (0 | 10 | 127, ..) => true,        // this network, private, loopback
        (100, 64..=127, _) => true,        // carrier-grade NAT; some clouds' metadata
        (169, 254, _) => true,             // link-local; most clouds' metadata
        (172, 16..=31, _) => true,         // private
        (192, 0, 0 | 2) => true,           // protocol assignments, documentation
        (192, 88, 99) => true,             // 6to4 relays
        (192, 168, _) => true,             // private
        (198, 18 | 19, _) => true,         // benchmarks
        (198, 51, 100) => true,            // documentation
        (203, 0, 113) => true,             // documentation
        (168, 63, 129) if d == 16 => true, // Azure's inner services, on a public number
        (224.., ..) => true,               // multicast, reserved, broadcast
        _ => false,
    };
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(v4) = ip.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let [s0, s1, s2, s3, s4, s5, s6, s7] = ip.segments();
    // NAT64 (RFC 6052): what counts is the address inside.
    if (s0, s1, s2, s3, s4, s5) == (0x64, 0xff9b, 0, 0, 0, 0) {
        let [a, b] = s6.to_be_bytes();
        let [c, d] = s7.to_be_bytes();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    match (s0, s1) {
        (0x2001, 0..=0x1ff) => false, // protocol assignments: Teredo, ORCHID, benchmarks
        (0x2001, 0xdb8) => false,     // documentation
        (0x2002, _) => false,         // 6to4, which embeds any IPv4 address
        (0x3fff, 0..=0xfff) => false, // documentation
        // All else outside 2000::/3 is local, private, multicast or unassigned.
        _ => s0 & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests;
