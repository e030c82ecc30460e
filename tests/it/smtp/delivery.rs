//! Messages through Exim into Dovecot: what arrives is what was sent.

use std::{io, time::Duration};

use bytes::Bytes;
use futures_util::stream;
use restante::{
    net::{Endpoint, Security},
    smtp::{
        Connector, Envelope, Login, Receipt, Secret, SubmitError,
        address::Address,
        envelope::{Notify, Report},
        error::{Error, Stage, Unable},
        probe, submit,
        submit::Outcome,
    },
};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};

use super::inbox::Inbox;
use crate::support::{
    dovecot::{Dovecot, PASSWORD},
    exim::{Exim, SIZE_LIMIT},
};

/// A service of the shared Exim for `user`.
fn connector(service: &str, user: &str, password: &str) -> Connector {
    let security = match service {
        "SMTP_TLS" => Security::Implicit,
        "SMTP_STARTTLS" => Security::StartTls,
        _ => Security::Plain,
    };
    let mut endpoint = Endpoint::new("localhost", Exim::shared().port(service), security);
    let ca = CertificateDer::from_pem_file(Dovecot::shared().ca_pem()).unwrap();
    endpoint.extra_ca = vec![ca];
    let login = Login {
        user: user.to_owned(),
        secret: Secret::Password(password.to_owned().into()),
    };
    Connector::new(endpoint, Some(login))
}

const SERVICES: [&str; 3] = ["SMTP_TLS", "SMTP_STARTTLS", "SMTP_PLAIN"];

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn letter(to: &[&str]) -> Envelope {
    let to = to.iter().map(|to| address(to)).collect();
    Envelope::new(Some(address("sender@example.org")), to)
}

/// Sends `raw` in pieces of seven octets at first, of 100,000 later.
async fn send(service: &str, envelope: &Envelope, raw: &[u8]) -> Result<Receipt, SubmitError> {
    let (start, rest) = raw.split_at(raw.len().min(700));
    let pieces: Vec<io::Result<Bytes>> = (start.chunks(7).chain(rest.chunks(100_000)))
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    let connector = connector(service, "sender@example.org", PASSWORD);
    let limit = Duration::from_secs(60);
    let sending = submit(&connector, envelope, stream::iter(pieces));
    tokio::time::timeout(limit, sending).await.expect("in time")
}

/// What `raw` has become when its line ends are CRLF.
fn normalised(raw: &[u8]) -> Vec<u8> {
    let text: Vec<u8> = raw.iter().copied().filter(|byte| *byte != b'\r').collect();
    let mut out = Vec::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        out.extend_from_slice(line.strip_suffix(b"\n").unwrap_or(line));
        out.extend_from_slice(b"\r\n");
    }
    out
}

fn assert_arrived(arrived: &[u8], raw: &[u8]) {
    let expected = normalised(raw);
    let fields = arrived.strip_suffix(expected.as_slice());
    let fields = fields.unwrap_or_else(|| panic!("{:.3000}", arrived.escape_ascii().to_string()));
    // Before it only what servers write on the envelope.
    let fields = String::from_utf8(fields.to_vec()).unwrap();
    for line in fields.lines() {
        let own = ["Return-Path:", "Delivered-To:", "Received:", "\t", " "];
        assert!(own.iter().any(|own| line.starts_with(own)), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_arrives_is_what_was_sent() {
    let dots = "Subject: dots\n\n.\n..\n.a\r\n.\r\n\r\n.\r\nno end of line".to_owned();
    // Tries to end early, and to send another in its name (SMTP smuggling).
    let smuggled = ["\n.\n", "\n.\r\n", "\r\n.\n"].map(|end| {
        format!("x{end}MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\nSubject: stolen\r\n\r\ny{end}")
    });
    let smuggled = format!("Subject: smuggled\n\n{}", smuggled.concat());
    let eight = "Subject: caf\u{e9}\n\nna\u{ef}ve \u{20ac}\n".to_owned();
    let line = "0123456789 abcdefghijklmnopqrstuvwxyz .\n.";
    let large = format!("Subject: large\n\n{}", line.repeat(5_000_000 / line.len()));
    for service in SERVICES {
        for (raw, eight_bit) in [
            (&dots, false),
            (&smuggled, false),
            (&eight, true),
            (&large, false),
        ] {
            let user = Dovecot::shared().user();
            let inbox = Inbox::of(&user.address).await;
            let mut envelope = letter(&[&user.address]);
            envelope.eight_bit = eight_bit;
            envelope.utf8_headers = eight_bit;
            envelope.size = Some(raw.len() as u64);
            let receipt = send(service, &envelope, raw.as_bytes()).await.unwrap();
            assert!(receipt.reply.is_positive());
            assert_arrived(&inbox.next().await, raw.as_bytes());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bare_cr_is_a_line_end() {
    let user = Dovecot::shared().user();
    let inbox = Inbox::of(&user.address).await;
    let raw = b"Subject: old Mac\r\n\r\na\r.\rb\r";
    send("SMTP_TLS", &letter(&[&user.address]), raw)
        .await
        .unwrap();
    assert_arrived(&inbox.next().await, b"Subject: old Mac\n\na\n.\nb\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn international_addresses_arrive() {
    for (number, service) in SERVICES.into_iter().enumerate() {
        let domain = format!("eai{number}.example");
        let inbox = Inbox::of(&format!("international@{domain}")).await;
        let envelope = letter(&[&format!("j\u{fc}rgen@{domain}")]);
        let raw = b"Subject: hello\r\n\r\nx\r\n";
        let receipt = send(service, &envelope, raw).await.unwrap();
        assert_eq!(receipt.recipients[0].outcome(), Outcome::Accepted);
        assert_arrived(&inbox.next().await, raw);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_apart() {
    let mut envelope = letter(&["a@example.org"]);
    let outcome = send("SMTP_STARTTLS", &envelope, b"X-Refuse: yes\n\nx\n").await;
    let Err(SubmitError::Refused(refusal)) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!((refusal.at, refusal.reply.code), (Stage::Message, 550));
    envelope.size = Some(SIZE_LIMIT + 1);
    let outcome = send("SMTP_TLS", &envelope, b"x").await;
    let large = Unable::TooLarge {
        size: SIZE_LIMIT + 1,
        limit: SIZE_LIMIT,
    };
    assert_eq!(outcome, Err(SubmitError::NotSent(Error::Unable(large))));
    envelope.size = None;
    envelope.sender = Some(address("refused@example.org"));
    let outcome = send("SMTP_PLAIN", &envelope, b"x").await;
    let Err(SubmitError::Refused(refusal)) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!((refusal.at, refusal.reply.code), (Stage::Sender, 550));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_tells_what_is_offered_and_tries_the_password() {
    for service in SERVICES {
        let offered = probe(&connector(service, "a@example.org", PASSWORD))
            .await
            .unwrap();
        assert_eq!(offered.size_limit(), Some(SIZE_LIMIT), "{service}");
        assert!(offered.has_mechanism("PLAIN") && offered.has_mechanism("LOGIN"));
        for name in ["8BITMIME", "SMTPUTF8", "DSN", "PIPELINING"] {
            assert!(offered.has(name), "{service}: {name}");
        }
        assert_eq!(offered.has("CHUNKING"), service != "SMTP_TLS");
        let wrong = probe(&connector(service, "a@example.org", "wrong")).await;
        let Err(Error::Refused(refusal)) = wrong else {
            panic!("{wrong:?}");
        };
        assert_eq!((refusal.at, refusal.reply.code), (Stage::SignIn, 535));
    }
    assert!(!Exim::shared().log().contains("synchronization error"));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_recipient_has_an_answer() {
    let user = Dovecot::shared().user();
    for service in SERVICES {
        let inbox = Inbox::of(&user.address).await;
        let all = ["nobody@example.org", &user.address, "later@example.org"];
        let receipt = send(service, &letter(&all), b"Subject: x\n\nx\n")
            .await
            .unwrap();
        let answers = receipt.recipients.iter().map(|answer| {
            (
                answer.outcome(),
                answer.reply.enhanced.map(|code| code.to_string()),
            )
        });
        let expected = [
            (Outcome::Refused, Some("5.1.1".to_owned())),
            (Outcome::Accepted, None),
            (Outcome::Deferred, Some("4.2.1".to_owned())),
        ];
        assert_eq!(answers.collect::<Vec<_>>(), expected);
        drop(inbox.next().await);
        let outcome = send(service, &letter(&["nobody@example.org"]), b"x").await;
        let Err(SubmitError::Refused(refusal)) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!((refusal.at, refusal.reply.code), (Stage::Recipients, 550));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_larger_than_announced_is_refused_by_the_server() {
    // In lines: Exim hangs up on a header of a megabyte, and its refusal may be lost with that.
    let raw = format!("Subject: x\n\n{}", ("x".repeat(78) + "\n").repeat(300_000));
    for service in ["SMTP_TLS", "SMTP_STARTTLS"] {
        let outcome = send(service, &letter(&["a@example.org"]), raw.as_bytes()).await;
        match outcome {
            Err(SubmitError::Refused(refusal)) => {
                assert_eq!((refusal.at, refusal.reply.code / 100), (Stage::Message, 5));
            }
            // Exim 4.96 refuses in the middle of a BDAT, takes the rest of it for commands and hangs
            // up on them unread. What it has said is read before it is believed to have left
            // (`Connection::last_words`), but on a busy machine its line may be reset before the
            // 552 is on it. Nothing was sent then either.
            Err(SubmitError::NotSent(Error::Disconnected)) if service == "SMTP_STARTTLS" => {}
            outcome => panic!("{service}: {outcome:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_arrival_comes_back() {
    let (sender, user) = (Dovecot::shared().user(), Dovecot::shared().user());
    let inbox = Inbox::of(&sender.address).await;
    let mut envelope = letter(&[&user.address]);
    envelope.sender = Some(address(&sender.address));
    envelope.report = Some(Report::Headers);
    envelope.envelope_id = Some("letter+1=a b".to_owned());
    envelope.recipients[0].notify = Some(Notify {
        success: true,
        ..Notify::default()
    });
    let receipt = send("SMTP_TLS", &envelope, b"Subject: x\n\nx\n")
        .await
        .unwrap();
    assert!(receipt.reports);
    let report = String::from_utf8(inbox.next().await).unwrap();
    assert!(report.contains("multipart/report"), "{report}");
    // Exim 4.96 has its own spelling of the name, and hands the id on as it was encoded.
    let fields = report.to_ascii_lowercase();
    assert!(
        fields.contains("original-envelope-id: letter+2b1+3da+20b"),
        "{report}"
    );
    let original = format!("rfc822;{}", user.address);
    assert!(report.contains(&original), "{report}");
}
