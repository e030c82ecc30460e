//! A browser's way over a real network: a router that hands each request on.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{Method, Version},
    response::Response,
};
use reqwest::ClientBuilder;
use rustls::{ClientConfig, RootCertStore, crypto::ring};

/// To a program that listens without TLS.
pub(crate) fn plain_way(to: SocketAddr) -> Router {
    let tls = trusting(RootCertStore::empty());
    way(builder(tls), format!("http://{to}"))
}

/// To a server of this name at this place, over HTTP/2.
pub(crate) fn way_to(host: &str, place: SocketAddr, tls: ClientConfig) -> Router {
    let origin = format!("https://{host}:{}", place.port());
    // From an address of its own: what this machine's says of others is believed.
    let own = IpAddr::from([127, 0, 0, 2]);
    way(builder(tls).resolve(host, place).local_address(own), origin)
}

/// What a browser trusts.
pub(crate) fn trusting(roots: RootCertStore) -> ClientConfig {
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

fn builder(tls: ClientConfig) -> ClientBuilder {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
}

fn way(client: ClientBuilder, origin: String) -> Router {
    let client = client.build().unwrap();
    let hand_on = async move |request: Request| {
        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().unwrap().as_str();
        // Over TLS it is the one of the URL; without, the one that the browser believes in.
        if origin.starts_with("https:") {
            parts.headers.remove("host");
        }
        let mut request = client
            .request(parts.method.clone(), format!("{origin}{path}"))
            .headers(parts.headers);
        if parts.method != Method::GET {
            request = request.body(reqwest::Body::wrap_stream(body.into_data_stream()));
        }
        let answer = request.send().await.unwrap();
        if origin.starts_with("https:") {
            assert_eq!(answer.version(), Version::HTTP_2);
        }
        let mut response = Response::builder().status(answer.status());
        *response.headers_mut().unwrap() = answer.headers().clone();
        let body = Body::from_stream(answer.bytes_stream());
        response.body(body).unwrap()
    };
    Router::new().fallback(hand_on)
}
