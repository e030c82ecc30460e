//! TLS that must not be trusted, and STARTTLS that must not be believed: no credential leaves.

use std::sync::Arc;

use restante::{
    net::{Security, dial::DialError, tls::TlsError},
    smtp::{Connector, Login, Secret, error::Error, probe},
};
use rustls::pki_types::CertificateDer;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsAcceptor;

use crate::support::{
    certificate::{certificate, trusting},
    scripted::Scripted,
};

fn connector(port: u16, security: Security, trusted: &[CertificateDer<'static>]) -> Connector {
    let login = Login {
        user: "anna".to_owned(),
        secret: Secret::Password("secret".to_owned().into()),
    };
    Connector::new(trusting(port, security, trusted), Some(login))
}

const OFFER: &str = "250-host\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n";

#[tokio::test]
async fn bad_certificates_see_no_credential() {
    let cases = [
        ("localhost", (2001, 2002), true, TlsError::Expired),
        ("example.org", (2020, 2090), true, TlsError::WrongName),
        ("localhost", (2020, 2090), false, TlsError::UnknownIssuer),
    ];
    for (name, years, trusted, expected) in cases {
        let (own, config) = certificate(name, years);
        let anchors = if trusted { vec![own] } else { Vec::new() };
        for security in [Security::Implicit, Security::StartTls] {
            let config = Arc::clone(&config);
            let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
            let server = Scripted::start(move |mut line| {
                let (config, told) = (Arc::clone(&config), told.clone());
                async move {
                    if security == Security::StartTls {
                        line.send("220 hi\r\n").await;
                        line.line().await;
                        line.send(OFFER).await;
                        line.line().await;
                        line.send("220 go\r\n").await;
                    }
                    let accepted = TlsAcceptor::from(config).accept(line.into_inner()).await;
                    let mut all = Vec::new();
                    if let Ok(mut stream) = accepted {
                        let _ = stream.write_all(b"220 hi\r\n").await;
                        let _ = stream.read_to_end(&mut all).await;
                    }
                    let _ = told.send(all);
                }
            })
            .await;
            let outcome = probe(&connector(server.port, security, &anchors)).await;
            let error = Error::Dial(DialError::Tls(expected.clone()));
            assert_eq!(outcome, Err(error), "{name} {years:?}");
            assert_eq!(heard.recv().await, Some(Vec::new()), "{name} {years:?}");
        }
    }
}

#[tokio::test]
async fn without_starttls_nothing_is_said() {
    for (offer, answer) in [
        ("250-host\r\n250 AUTH PLAIN LOGIN\r\n", None),
        (OFFER, Some("454 4.7.0 not now\r\n")),
        (OFFER, Some("502 what\r\n")),
        (OFFER, Some("250 sure\r\n")),
    ] {
        let server = Scripted::start(move |mut line| async move {
            line.send("220 hi\r\n").await;
            line.line().await;
            line.send(offer).await;
            if let Some(answer) = answer {
                line.line().await;
                line.send(answer).await;
            }
            while line.line().await.is_some() {}
        })
        .await;
        let outcome = probe(&connector(server.port, Security::StartTls, &[])).await;
        assert_eq!(outcome, Err(Error::NoStartTls));
        let allowed =
            |line: &String| ["EHLO [127.0.0.1]", "STARTTLS", "QUIT"].contains(&line.as_str());
        assert!(server.heard().iter().all(allowed), "{:?}", server.heard());
    }
}

#[tokio::test]
async fn what_is_put_behind_the_answer_to_starttls_is_refused() {
    // In one packet with the answer (CVE-2021-33515, CVE-2021-29969 and their kin).
    for injected in ["250-host\r\n250 AUTH PLAIN\r\n", "235 in\r\n", "x", "\r\n"] {
        let server = Scripted::start(move |mut line| async move {
            line.send("220 hi\r\n").await;
            line.line().await;
            line.send(OFFER).await;
            line.line().await;
            line.send(format!("220 go\r\n{injected}")).await;
            while line.line().await.is_some() {}
        })
        .await;
        let outcome = probe(&connector(server.port, Security::StartTls, &[])).await;
        assert_eq!(outcome, Err(Error::Injected), "{injected:?}");
        assert_eq!(server.heard(), ["EHLO [127.0.0.1]", "STARTTLS"]);
    }
}

#[tokio::test]
async fn what_was_offered_before_tls_is_forgotten() {
    let (own, config) = certificate("localhost", (2020, 2090));
    let server = Scripted::start(move |mut line| {
        let config = Arc::clone(&config);
        async move {
            line.send("220 hi\r\n").await;
            line.line().await;
            line.send("250-host\r\n250-X-EVIL\r\n250-AUTH LOGIN\r\n250 STARTTLS\r\n")
                .await;
            line.line().await;
            line.send("220 go\r\n").await;
            let accepted = TlsAcceptor::from(config).accept(line.into_inner()).await;
            let mut stream = tokio::io::BufStream::new(accepted.unwrap());
            for (expected, answer) in [
                ("EHLO ", "250-host\r\n250 AUTH PLAIN\r\n"),
                ("AUTH PLAIN AGFubmEAc2VjcmV0\r\n", "235 in\r\n"),
            ] {
                let mut line = String::new();
                stream.read_line(&mut line).await.unwrap();
                assert!(line.starts_with(expected), "{line}");
                stream.write_all(answer.as_bytes()).await.unwrap();
                stream.flush().await.unwrap();
            }
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
        }
    })
    .await;
    let offered = probe(&connector(server.port, Security::StartTls, &[own])).await;
    let offered = offered.unwrap();
    assert!(offered.has("AUTH") && !offered.has("X-EVIL") && !offered.has_mechanism("LOGIN"));
}
