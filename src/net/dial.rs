//! Opening a connection to a mail server: names to addresses, several addresses raced, TLS.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use socket2::{SockRef, TcpKeepalive};
use tokio::{
    net::{TcpStream, lookup_host},
    task::JoinSet,
    time::timeout,
};

use super::{
    Endpoint, Security,
    egress::Policy,
    stream::BoxStream,
    tls::{self, TlsError},
};

/// The time for names, TCP and TLS together.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long one address may be silent before the next is tried beside it (RFC 8305 §5).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// More addresses than this are not tried.
const MAX_ADDRESSES: usize = 16;

/// Why no connection came about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DialError {
    /// The name has no address.
    #[error("the server's name cannot be found")]
    Dns,
    /// The server's addresses are none that we may reach.
    #[error("the server's address is not allowed")]
    Denied,
    /// Every address refused or is unreachable.
    #[error("the server cannot be reached: {0}")]
    Unreachable(io::ErrorKind),
    /// No answer in time.
    #[error("the server does not answer")]
    Timeout,
    /// TLS failed.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Connects, and for [`Security::Implicit`] starts TLS, within `limit`.
///
/// With [`Security::StartTls`] the caller asks the server in its protocol and then calls
/// [`secure`].
pub async fn dial(endpoint: &Endpoint, limit: Duration) -> Result<BoxStream, DialError> {
    timeout(limit, async {
        let addresses = resolve(&endpoint.host, endpoint.port, endpoint.policy.as_ref()).await?;
        let stream = Box::new(race(addresses).await?);
        match endpoint.security {
            Security::Implicit => {
                Ok(tls::connect(stream, &endpoint.host, &endpoint.extra_ca).await?)
            }
            Security::StartTls | Security::Plain => Ok(stream as BoxStream),
        }
    })
    .await
    .unwrap_or(Err(DialError::Timeout))
}

/// Starts TLS on a connection that the server has agreed to protect (STARTTLS, STLS).
pub async fn secure(
    stream: BoxStream,
    endpoint: &Endpoint,
    limit: Duration,
) -> Result<BoxStream, DialError> {
    timeout(
        limit,
        tls::connect(stream, &endpoint.host, &endpoint.extra_ca),
    )
    .await
    .map_err(|_| DialError::Timeout)?
    .map_err(DialError::Tls)
}

async fn resolve(
    host: &str,
    port: u16,
    policy: Option<&Policy>,
) -> Result<Vec<SocketAddr>, DialError> {
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    let host = bare.unwrap_or(host);
    let found: Vec<SocketAddr> = match host.parse::<IpAddr>() {
        Ok(ip) => vec![SocketAddr::new(ip, port)],
        Err(_) => match policy {
            Some(policy) => policy.look_up(host, port).await,
            None => lookup_host((host, port))
                .await
                .map_err(|_| DialError::Dns)?
                .collect(),
        },
    };
    if found.is_empty() {
        return Err(DialError::Dns);
    }
    let mut allowed: Vec<SocketAddr> = found
        .into_iter()
        .filter(|address| policy.is_none_or(|policy| policy.permits_host(*address)))
        .collect();
    if allowed.is_empty() {
        return Err(DialError::Denied);
    }
    interleave(&mut allowed);
    allowed.truncate(MAX_ADDRESSES);
    Ok(allowed)
}

/// Alternates the address families, beginning with the one that the resolver preferred
/// (RFC 8305 §4), so that a broken IPv6 costs one delay and not many.
fn interleave(addresses: &mut Vec<SocketAddr>) {
    let Some(first_is_v6) = addresses.first().map(SocketAddr::is_ipv6) else {
        return;
    };
    let (first, second): (Vec<_>, Vec<_>) = addresses
        .drain(..)
        .partition(|address| address.is_ipv6() == first_is_v6);
    let mut second = second.into_iter();
    for address in first {
        addresses.push(address);
        addresses.extend(second.next());
    }
    addresses.extend(second);
}

/// Tries the addresses one after another, each beside the earlier ones that are still silent;
/// the first to connect wins and the others are dropped with the set.
async fn race(addresses: Vec<SocketAddr>) -> Result<TcpStream, DialError> {
    let mut waiting = addresses.into_iter();
    let mut attempts = JoinSet::new();
    let mut last = io::ErrorKind::AddrNotAvailable;
    loop {
        let next = waiting.next();
        let more = next.is_some();
        if let Some(address) = next {
            attempts.spawn(TcpStream::connect(address));
        }
        let outcome = if more {
            match timeout(ATTEMPT_DELAY, attempts.join_next()).await {
                Ok(outcome) => outcome,
                Err(_) => continue,
            }
        } else {
            attempts.join_next().await
        };
        match outcome {
            Some(Ok(Ok(stream))) => {
                tune(&stream);
                return Ok(stream);
            }
            Some(Ok(Err(error))) => last = error.kind(),
            Some(Err(_)) => {}
            None if !more => return Err(DialError::Unreachable(last)),
            None => {}
        }
    }
}

/// Small commands leave at once, and a peer that vanished is noticed within minutes. Neither is
/// needed for correctness, so failures are ignored.
fn tune(stream: &TcpStream) {
    let _ = stream.set_nodelay(true);
    let keepalive = TcpKeepalive::new()
        .with_time(Duration::from_secs(60))
        .with_interval(Duration::from_secs(15));
    let _ = SockRef::from(stream).set_tcp_keepalive(&keepalive);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_alternate() {
        let parse = |text: &str| text.parse::<SocketAddr>().unwrap();
        let mut list: Vec<_> = ["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1"]
            .map(parse)
            .into();
        interleave(&mut list);
        assert_eq!(
            list,
            ["[::1]:1", "1.1.1.1:1", "[::2]:1", "[::3]:1"].map(parse)
        );
    }

    #[tokio::test]
    async fn a_dead_address_does_not_hide_a_live_one() {
        let dead = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let refused = dead.local_addr().unwrap();
        drop(dead);
        let live = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = race(vec![refused, live.local_addr().unwrap()])
            .await
            .unwrap();
        assert_eq!(stream.peer_addr().unwrap(), live.local_addr().unwrap());
        assert_eq!(
            race(vec![refused]).await.unwrap_err(),
            DialError::Unreachable(io::ErrorKind::ConnectionRefused)
        );
    }

    #[tokio::test]
    async fn a_users_host_cannot_lead_inside() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        for host in [
            "127.0.0.1",
            "localhost",
            "[::1]",
            "::ffff:127.0.0.1",
            "0.0.0.0",
        ] {
            let mut endpoint = Endpoint::new(host, port, Security::Plain);
            endpoint.policy = Some(Policy::public());
            let outcome = dial(&endpoint, CONNECT_TIMEOUT).await;
            assert_eq!(outcome.err(), Some(DialError::Denied), "{host}");
        }
    }

    #[tokio::test]
    async fn a_name_without_address_is_told_apart() {
        let endpoint = Endpoint::new("nowhere.invalid", 993, Security::Implicit);
        let outcome = dial(&endpoint, CONNECT_TIMEOUT).await;
        assert_eq!(outcome.err(), Some(DialError::Dns));
    }
}
