//! Who is asking: the client's address, seen through proxies that we trust, and its words for itself.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, header};

use crate::config::Network;

/// The other end of the connection; no address on a unix socket.
#[derive(Clone, Copy, Debug, Default)]
pub struct Peer(pub Option<SocketAddr>);

/// The client's address. X-Forwarded-For is read from its right end (what the nearest proxy
/// wrote) for as long as the address that told us is a trusted proxy; a unix socket counts as
/// one, for only this machine can reach it.
pub(crate) fn address(peer: Peer, headers: &HeaderMap, trusted: &[Network]) -> Option<IpAddr> {
    let mut nearest = peer.0.map(|address| address.ip().to_canonical());
    let forwarded = headers.get_all("x-forwarded-for").iter().rev();
    let mut hops = forwarded
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.rsplit(','));
    while nearest.is_none_or(|ip| Network::any(trusted, ip)) {
        let Some(hop) = hops
            .next()
            .and_then(|hop| hop.trim().parse::<IpAddr>().ok())
        else {
            break;
        };
        nearest = Some(hop.to_canonical());
    }
    nearest
}

/// The client's words for itself; empty when it has none.
pub(crate) fn user_agent(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT);
    let agent = agent.and_then(|value| value.to_str().ok());
    agent.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: Option<&str>, forwarded: &[&str]) -> Option<String> {
        let trusted =
            ["127.0.0.1/32", "10.0.0.0/8"].map(|text| Network::try_from(text.to_owned()).unwrap());
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let peer = Peer(peer.map(|ip| SocketAddr::new(ip.parse().unwrap(), 1)));
        address(peer, &headers, &trusted).map(|ip| ip.to_string())
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        for (peer, forwarded, expected) in [
            (Some("192.0.2.1"), &["1.1.1.1"][..], Some("192.0.2.1")),
            (Some("127.0.0.1"), &[], Some("127.0.0.1")),
            (Some("127.0.0.1"), &["192.0.2.7"], Some("192.0.2.7")),
            (
                Some("127.0.0.1"),
                &["6.6.6.6, 192.0.2.7"],
                Some("192.0.2.7"),
            ),
            (
                Some("127.0.0.1"),
                &["6.6.6.6", "192.0.2.7, 10.1.1.1"],
                Some("192.0.2.7"),
            ),
            (
                Some("::ffff:127.0.0.1"),
                &["2001:db8::1"],
                Some("2001:db8::1"),
            ),
            (Some("127.0.0.1"), &["nonsense"], Some("127.0.0.1")),
            (None, &["192.0.2.7"], Some("192.0.2.7")),
            (None, &[], None),
        ] {
            let expected = expected.map(str::to_owned);
            assert_eq!(seen(peer, forwarded), expected, "{peer:?} {forwarded:?}");
        }
    }
}
