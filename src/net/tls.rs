//! TLS as a client: ring, the system's trust anchors plus an endpoint's own, names always
//! checked, and failures told apart so that a person can be told what is wrong.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use rustls::{
    CertificateError, ClientConfig,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, ServerName},
};
use rustls_platform_verifier::Verifier;
use tokio_rustls::TlsConnector;

use super::stream::BoxStream;

/// Why no trusted TLS connection came about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    /// The certificate's time is over.
    #[error("the server's certificate has expired")]
    Expired,
    /// The certificate is for a later time (or this machine's clock is wrong).
    #[error("the server's certificate is not valid yet")]
    NotYetValid,
    /// Nobody whom we trust has signed the certificate.
    #[error("the server's certificate is not signed by a known authority")]
    UnknownIssuer,
    /// The certificate is for another host.
    #[error("the server's certificate is for another name")]
    WrongName,
    /// The certificate was revoked.
    #[error("the server's certificate has been revoked")]
    Revoked,
    /// The certificate is unusable in another way.
    #[error("the server's certificate is not acceptable: {0}")]
    Certificate(String),
    /// The configured host can be no TLS name.
    #[error("the host name cannot be checked by TLS")]
    BadHost,
    /// An extra trust anchor cannot be read, or there is none at all.
    #[error("trust anchors cannot be used: {0}")]
    TrustAnchors(String),
    /// The two sides found no common ground, or the other side does not speak TLS.
    #[error("TLS could not be negotiated: {0}")]
    Handshake(String),
}

/// How many distinct sets of extra anchors are remembered.
const CACHED: usize = 64;

type Configs = Mutex<HashMap<Vec<CertificateDer<'static>>, Arc<ClientConfig>>>;

/// The configuration for connections that trust the system's anchors and `extra_ca`.
///
/// Reading the system's anchors takes milliseconds, and sessions are resumed only within one
/// configuration, so it is made once per set of anchors.
pub fn client_config(extra_ca: &[CertificateDer<'static>]) -> Result<Arc<ClientConfig>, TlsError> {
    static CONFIGS: OnceLock<Configs> = OnceLock::new();
    let configs = CONFIGS.get_or_init(Configs::default);
    let mut configs = configs.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(config) = configs.get(extra_ca) {
        return Ok(Arc::clone(config));
    }
    let config = Arc::new(new_config(extra_ca)?);
    if configs.len() >= CACHED {
        configs.clear();
    }
    configs.insert(extra_ca.to_vec(), Arc::clone(&config));
    Ok(config)
}

fn new_config(extra_ca: &[CertificateDer<'static>]) -> Result<ClientConfig, TlsError> {
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
    let anchors = |error: rustls::Error| TlsError::TrustAnchors(error.to_string());
    let verifier = Verifier::new_with_extra_roots(extra_ca.iter().cloned(), Arc::clone(&provider))
        .map_err(anchors)?;
    // `dangerous` names the door, not the verifier: this one checks chain, dates and name.
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(anchors)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

/// Starts TLS on an open connection; `host` is what the certificate must be for.
pub async fn connect(
    stream: BoxStream,
    host: &str,
    extra_ca: &[CertificateDer<'static>],
) -> Result<BoxStream, TlsError> {
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    let name =
        ServerName::try_from(bare.unwrap_or(host).to_owned()).map_err(|_| TlsError::BadHost)?;
    let connector = TlsConnector::from(client_config(extra_ca)?);
    match connector.connect(name, stream).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => Err(reason(&error)),
    }
}

/// What a failed handshake means to a person.
fn reason(error: &io::Error) -> TlsError {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(error)) => certificate_reason(error),
        Some(other) => TlsError::Handshake(other.to_string()),
        None => TlsError::Handshake(error.kind().to_string()),
    }
}

fn certificate_reason(error: &CertificateError) -> TlsError {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsError::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            TlsError::NotYetValid
        }
        // A bad signature is what an authority with a known name and another key leaves, such as
        // a private one that was made anew.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => TlsError::UnknownIssuer,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsError::WrongName
        }
        CertificateError::Revoked => TlsError::Revoked,
        // webpki has no code of its own for a self-signed certificate that calls itself an
        // authority; to a person it is an unknown issuer like any other.
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            TlsError::UnknownIssuer
        }
        other => TlsError::Certificate(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
