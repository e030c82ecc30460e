//! `GET /metrics`: figures for Prometheus, for whoever connects to us from a network that the
//! settings name. Everybody else is told that there is no such page: what passes through a proxy,
//! and what asks for the name that browsers know, came from outside.

use axum::{
    extract::ConnectInfo,
    http::{HeaderMap, Uri, header, uri::Authority},
    response::{IntoResponse, Response},
};

use crate::{
    config::{Config, Network},
    door::Peer,
};

use super::{error::Error, state::Web};

/// What Prometheus takes.
const KIND: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What proxies add. Some are set up to add nothing: then the host's name tells.
const PROXIED: [&str; 6] = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
];

/// The figures.
pub(crate) async fn show(
    web: Web,
    ConnectInfo(peer): ConnectInfo<Peer>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Error> {
    if !may_read(&web.config, peer, &uri, &headers) {
        return Err(Error::NotFound);
    }
    let text = web.engine.metrics().await?;
    Ok(([(header::CONTENT_TYPE, KIND)], text).into_response())
}

fn may_read(config: &Config, peer: Peer, uri: &Uri, headers: &HeaderMap) -> bool {
    if PROXIED.iter().any(|name| headers.contains_key(*name)) {
        return false;
    }
    let named = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let named = uri.authority().map(Authority::as_str).or(named);
    let named = named.and_then(|named| named.parse::<Authority>().ok());
    let public = config.public_url.host_str().unwrap_or_default();
    let is_public = named.is_none_or(|named| named.host().eq_ignore_ascii_case(public));
    if is_public && public != "localhost" && !public.starts_with("127.") {
        return false;
    }
    // Only this machine reaches a unix socket.
    peer.0
        .is_none_or(|address| Network::any(&config.metrics_networks, address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_connects_from_near_may_read() {
        let config = Config {
            public_url: "https://mail.example.org/mail".parse().unwrap(),
            ..Config::default()
        };
        let may = |peer: Option<&str>, host: &str, more: &[&'static str]| {
            let peer = Peer(peer.map(|peer| peer.parse().unwrap()));
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            for name in more {
                headers.insert(*name, "192.0.2.7".parse().unwrap());
            }
            may_read(&config, peer, &Uri::from_static("/metrics"), &headers)
        };
        let near = Some("127.0.0.1:1");
        assert!(may(near, "127.0.0.1:8080", &[]));
        assert!(may(Some("[::ffff:127.0.0.1]:1"), "localhost", &[]));
        assert!(may(None, "localhost", &[]));
        assert!(!may(Some("192.0.2.1:1"), "127.0.0.1", &[]));
        assert!(!may(near, "Mail.example.org:443", &[]));
        for name in PROXIED {
            assert!(!may(near, "127.0.0.1:8080", &[name]), "{name}");
            assert!(!may(None, "localhost", &[name]), "{name}");
        }
    }
}
