//! TLS that must not be trusted, and STARTTLS that must not be believed: no credential leaves.

use std::sync::Arc;

use restante::{
    imap::{
        error::{ConnectError, Error},
        limits::Limits,
    },
    net::{Security, tls::TlsError},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

use super::support::{Dovecot, PASSWORD, Script, client_at, impatient};
use crate::support::certificate::{certificate, trusting};

#[tokio::test]
async fn both_kinds_of_tls_open() {
    let Some(server) = Dovecot::shared().await else {
        return;
    };
    let trusted = [server.certificate.clone()];
    for (port, security) in [
        (server.tls_port, Security::Implicit),
        (server.port, Security::StartTls),
    ] {
        let endpoint = trusting(port, security, &trusted);
        let client = client_at(endpoint, "tls", PASSWORD, Limits::default());
        client.verify().await.unwrap();
        client.folders().await.unwrap();
    }
    let stranger = trusting(server.tls_port, Security::Implicit, &[]);
    let error = client_at(stranger, "tls", PASSWORD, Limits::default())
        .verify()
        .await
        .unwrap_err();
    assert_eq!(error, ConnectError::Tls(TlsError::UnknownIssuer).into());
}

#[tokio::test]
async fn bad_certificates_see_no_credential() {
    let cases = [
        ("localhost", (2001, 2002), true, TlsError::Expired),
        ("localhost", (2090, 2091), true, TlsError::NotYetValid),
        ("example.org", (2020, 2090), true, TlsError::WrongName),
        ("localhost", (2020, 2090), false, TlsError::UnknownIssuer),
    ];
    for (name, years, trusted, expected) in cases {
        let (own, config) = certificate(name, years);
        let anchors = if trusted { vec![own] } else { Vec::new() };
        for security in [Security::Implicit, Security::StartTls] {
            let config = Arc::clone(&config);
            let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
            let script = Script::start(move |mut peer| {
                let (config, told) = (Arc::clone(&config), told.clone());
                async move {
                    if security == Security::StartTls {
                        peer.send("* OK hi\r\n").await;
                        let tag = peer.expect("STARTTLS").await;
                        peer.send(format!("{tag} OK go\r\n")).await;
                    }
                    let accepted = TlsAcceptor::from(config).accept(peer.into_stream()).await;
                    let mut all = Vec::new();
                    if let Ok(mut stream) = accepted {
                        let _ = stream
                            .write_all(b"* OK [CAPABILITY IMAP4rev1] hi\r\n")
                            .await;
                        let _ = stream.read_to_end(&mut all).await;
                    }
                    let _ = told.send(all);
                }
            })
            .await;
            let endpoint = trusting(script.port, security, &anchors);
            let client = client_at(endpoint, "u", PASSWORD, impatient());
            let error = client.verify().await.unwrap_err();
            assert_eq!(
                error,
                ConnectError::Tls(expected.clone()).into(),
                "{name} {years:?}"
            );
            assert_eq!(heard.recv().await, Some(Vec::new()), "{name} {years:?}");
        }
    }
}

#[tokio::test]
async fn without_starttls_nothing_is_said() {
    for answer in ["BAD what", "NO not today", "OK"] {
        let script = Script::start(move |mut peer| async move {
            peer.send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n")
                .await;
            let tag = peer.expect("STARTTLS").await;
            peer.send(format!("{tag} {answer}\r\n")).await;
            // No TLS follows: in the last case the client is left with plain text.
            peer.send("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n")
                .await;
            peer.hang().await;
        })
        .await;
        let endpoint = trusting(script.port, Security::StartTls, &[]);
        let error = client_at(endpoint, "u", PASSWORD, impatient())
            .verify()
            .await
            .unwrap_err();
        match answer {
            "OK" => assert!(matches!(
                error,
                Error::Connect(ConnectError::Injected | ConnectError::Tls(_))
            )),
            _ => assert_eq!(error, ConnectError::NoStartTls.into()),
        }
        assert!(!script.heard().contains("AUTHENTICATE"));
    }
}

#[tokio::test]
async fn what_comes_before_tls_counts_for_nothing() {
    // In one packet with the answer to STARTTLS (CVE-2021-33515, CVE-2021-29969).
    for injected in [
        "A0002 OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] in\r\n",
        "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n",
        "* PREAUTH welcome\r\n",
        "x",
        "\r\n",
    ] {
        let script = Script::start(move |mut peer| async move {
            peer.send("* OK hi\r\n").await;
            let tag = peer.expect("STARTTLS").await;
            peer.send(format!("{tag} OK begin\r\n{injected}")).await;
            peer.hang().await;
        })
        .await;
        let endpoint = trusting(script.port, Security::StartTls, &[]);
        let error = client_at(endpoint, "u", PASSWORD, impatient())
            .verify()
            .await
            .unwrap_err();
        assert_eq!(error, ConnectError::Injected.into(), "{injected:?}");
        assert_eq!(script.heard().lines().count(), 1, "{}", script.heard());
    }
    // PREAUTH would make STARTTLS impossible, and the session somebody else's.
    let script = Script::start(|mut peer| async move {
        peer.send("* PREAUTH welcome\r\n").await;
        peer.hang().await;
    })
    .await;
    let endpoint = trusting(script.port, Security::StartTls, &[]);
    let error = client_at(endpoint, "u", PASSWORD, impatient())
        .verify()
        .await
        .unwrap_err();
    assert_eq!(error, ConnectError::Preauth.into());
    assert_eq!(script.heard(), "");
}

#[tokio::test]
async fn capabilities_from_before_tls_are_forgotten() {
    let (own, config) = certificate("localhost", (2020, 2090));
    let script = Script::start(move |mut peer| {
        let config = Arc::clone(&config);
        async move {
            // Before TLS: only LOGIN, and untagged noise.
            peer.send("* OK [CAPABILITY IMAP4rev1 STARTTLS LITERAL+] hi\r\n")
                .await;
            let tag = peer.expect("STARTTLS").await;
            peer.send(format!("* CAPABILITY IMAP4rev1 X-EVIL\r\n{tag} OK go\r\n"))
                .await;
            let accepted = TlsAcceptor::from(config).accept(peer.into_stream()).await;
            let mut stream = tokio::io::BufStream::new(accepted.unwrap());
            for expected in ["CAPABILITY", "AUTHENTICATE PLAIN ", "CAPABILITY"] {
                let mut line = String::new();
                tokio::io::AsyncBufReadExt::read_line(&mut stream, &mut line)
                    .await
                    .unwrap();
                let (tag, rest) = line.split_once(' ').unwrap();
                assert!(rest.starts_with(expected), "{line}");
                let offered = "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n";
                let lines = if expected == "CAPABILITY" {
                    offered
                } else {
                    ""
                };
                let answer = format!("{lines}{tag} OK done\r\n");
                stream.write_all(answer.as_bytes()).await.unwrap();
                stream.flush().await.unwrap();
            }
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
        }
    })
    .await;
    let endpoint = trusting(script.port, Security::StartTls, &[own]);
    let client = client_at(endpoint, "u", PASSWORD, impatient());
    let offered = client.capabilities().await.unwrap();
    assert!(
        !offered.has("X-EVIL") && !offered.has("LITERAL+"),
        "{offered:?}"
    );
}
