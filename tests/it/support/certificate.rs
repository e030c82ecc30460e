//! Certificates that tests make, good and bad.

use std::sync::Arc;

use restante::net::{Endpoint, Security};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer},
};

/// A certificate of its own authority for `name`, valid in these years.
pub(crate) fn certificate(
    name: &str,
    years: (i32, i32),
) -> (CertificateDer<'static>, Arc<ServerConfig>) {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(years.0, 1, 1);
    params.not_after = rcgen::date_time_ymd(years.1, 1, 1);
    let certificate = params.self_signed(&key).unwrap().der().clone();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.clone()],
            PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        )
        .unwrap();
    (certificate, Arc::new(config))
}

/// An endpoint on this machine that trusts these.
pub(crate) fn trusting(
    port: u16,
    security: Security,
    trusted: &[CertificateDer<'static>],
) -> Endpoint {
    let mut endpoint = Endpoint::new("localhost", port, security);
    endpoint.extra_ca = trusted.to_vec();
    endpoint
}
