//! Certificates that must not be trusted, each with its own reason.

use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use super::*;

struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

fn authority() -> Authority {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let certificate = params.self_signed(&key).unwrap().der().clone();
    Authority {
        certificate,
        issuer: Issuer::new(params, key),
    }
}

fn leaf(name: &str, years: (i32, i32)) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(years.0, 1, 1);
    params.not_after = date_time_ymd(years.1, 1, 1);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

/// Tries to connect to "mail.test" where a server presents this certificate.
async fn attempt(
    chain: CertificateDer<'static>,
    key: KeyPair,
    extra: &[CertificateDer<'static>],
) -> Option<TlsError> {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![chain],
            PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        )
        .unwrap();
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let server = TlsAcceptor::from(Arc::new(config)).accept(theirs);
    let (_, outcome) = tokio::join!(server, connect(Box::new(ours), "mail.test", extra));
    outcome.err()
}

#[tokio::test]
async fn certificates_are_judged() {
    let authority = authority();
    let stranger = self::authority();
    let extra = [authority.certificate.clone()];
    let cases = [
        ("mail.test", (2020, 2090), &authority, None),
        (
            "mail.test",
            (2001, 2002),
            &authority,
            Some(TlsError::Expired),
        ),
        (
            "mail.test",
            (2080, 2090),
            &authority,
            Some(TlsError::NotYetValid),
        ),
        (
            "other.test",
            (2020, 2090),
            &authority,
            Some(TlsError::WrongName),
        ),
        (
            "mail.test",
            (2020, 2090),
            &stranger,
            Some(TlsError::UnknownIssuer),
        ),
    ];
    for (name, years, by, expected) in cases {
        let key = KeyPair::generate().unwrap();
        let certificate = leaf(name, years).signed_by(&key, &by.issuer).unwrap();
        let outcome = attempt(certificate.der().clone(), key, &extra).await;
        assert_eq!(outcome, expected, "{name} {years:?}");
    }
}

#[tokio::test]
async fn a_self_signed_certificate_has_an_unknown_issuer() {
    for is_ca in [IsCa::NoCa, IsCa::Ca(BasicConstraints::Unconstrained)] {
        let key = KeyPair::generate().unwrap();
        let mut params = leaf("mail.test", (2020, 2090));
        params.is_ca = is_ca;
        let certificate = params.self_signed(&key).unwrap();
        let outcome = attempt(certificate.der().clone(), key, &[authority().certificate]).await;
        assert_eq!(outcome, Some(TlsError::UnknownIssuer));
    }
}

#[tokio::test]
async fn what_is_not_tls_is_a_failed_handshake() {
    let (ours, theirs) = tokio::io::duplex(4096);
    let server = async {
        let mut theirs = theirs;
        tokio::io::AsyncWriteExt::write_all(&mut theirs, b"* OK IMAP4rev1 ready\r\n")
            .await
            .unwrap();
        theirs
    };
    let extra = [authority().certificate];
    let (_keep, outcome) = tokio::join!(server, connect(Box::new(ours), "mail.test", &extra));
    assert!(matches!(outcome.err(), Some(TlsError::Handshake(_))));
}
