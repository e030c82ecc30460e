//! Greeting and sign-in: what is sent, and every way in which it may fail.

use std::time::Duration;

use restante::{
    imap::{
        error::{ConnectError, Error, LoginFailure, Reason},
        limits::Limits,
    },
    net::{Endpoint, Security},
};

use super::support::{Account, Script, client, client_at, impatient};

/// What a server says, and whether an error fits it.
type Case = (&'static str, fn(&Error) -> bool);

#[tokio::test]
async fn the_right_password_opens_and_a_wrong_one_is_told() {
    let Some(account) = Account::new("signin").await else {
        return;
    };
    account.client.verify().await.unwrap();
    let offered = account.client.capabilities().await.unwrap();
    assert!(
        offered.has("UIDPLUS") && offered.has("QRESYNC"),
        "{offered:?}"
    );
    assert_eq!(account.client.commands_sent(), 0);
    let endpoint = Endpoint::new("127.0.0.1", account.server.port, Security::Plain);
    let wrong = client_at(endpoint, "signin", "wrong", Limits::default());
    let error = wrong.verify().await.unwrap_err();
    assert_eq!(error.login_failure(), Some(LoginFailure::Rejected));
    assert!(matches!(
        error,
        Error::Login {
            code: Some(Reason::AuthenticationFailed),
            ..
        }
    ));
}

#[tokio::test]
async fn refusals_are_told_apart() {
    for (answer, expected) in [
        ("NO [AUTHENTICATIONFAILED] no", LoginFailure::Rejected),
        ("NO no", LoginFailure::Rejected),
        ("NO [UNAVAILABLE] later", LoginFailure::Unavailable),
        ("NO [LIMIT] many", LoginFailure::Limit),
        ("NO [INUSE] locked", LoginFailure::InUse),
        ("NO [PRIVACYREQUIRED] tls", LoginFailure::PrivacyRequired),
        ("NO [EXPIRED] old", LoginFailure::Expired),
        ("NO [CONTACTADMIN] ask", LoginFailure::ContactAdmin),
    ] {
        let script = Script::start(move |mut peer| async move {
            peer.send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n")
                .await;
            let tag = peer.expect("AUTHENTICATE PLAIN ").await;
            peer.send(format!("{tag} {answer}\r\n")).await;
            peer.hang().await;
        })
        .await;
        let error = client(script.port, "u", impatient())
            .verify()
            .await
            .unwrap_err();
        assert_eq!(error.login_failure(), Some(expected), "{answer}");
        // Once, so that nobody is locked out.
        assert_eq!(script.heard().matches("AUTHENTICATE").count(), 1);
        assert!(!script.heard().contains("LOGIN"));
    }
}

#[tokio::test]
async fn credentials_are_written_as_the_server_wants_them() {
    let password = "p\"a\\ss w\u{f6}rd";
    let cases: [(&str, &[&str]); 5] = [
        // base64 of NUL u NUL password.
        (
            "AUTH=PLAIN SASL-IR",
            &["AUTHENTICATE PLAIN AHUAcCJhXHNzIHfDtnJk\r\n"],
        ),
        (
            "AUTH=PLAIN",
            &["AUTHENTICATE PLAIN\r\n", "\r\nAHUAcCJhXHNzIHfDtnJk\r\n"],
        ),
        (
            "AUTH=CRAM-MD5",
            &["LOGIN \"u\" \"p\\\"a\\\\ss w\u{f6}rd\"\r\n"],
        ),
        ("LITERAL+", &["LOGIN \"u\" {12+}\r\np\"a\\ss w\u{f6}rd\r\n"]),
        (
            "LOGINDISABLED AUTH=PLAIN SASL-IR",
            &["AUTHENTICATE PLAIN AHUAcCJhXHNzIHfDtnJk\r\n"],
        ),
    ];
    for (capabilities, expected) in cases {
        let script = Script::start(move |mut peer| async move {
            peer.send("* OK hi\r\n").await;
            peer.answer(
                "CAPABILITY",
                &format!("* CAPABILITY IMAP4rev1 {capabilities}\r\n"),
            )
            .await;
            let line = peer.line().await;
            let (tag, rest) = line.split_once(' ').unwrap();
            if rest == "AUTHENTICATE PLAIN" {
                peer.send("+\r\n").await;
                peer.line().await;
            }
            if rest.ends_with("+}") {
                peer.line().await;
            }
            peer.send(format!("{tag} OK in\r\n")).await;
            peer.answer(
                "CAPABILITY",
                "* CAPABILITY IMAP4rev1 MOVE LOGINDISABLED\r\n",
            )
            .await;
            peer.hang().await;
        })
        .await;
        let endpoint = Endpoint::new("127.0.0.1", script.port, Security::Plain);
        let client = client_at(endpoint, "u", password, impatient());
        client.verify().await.unwrap();
        let after = client.capabilities().await.unwrap();
        assert!(
            after.has("MOVE") && !after.has("LITERAL+"),
            "{capabilities}"
        );
        for expected in expected {
            let heard = script.heard();
            assert!(
                heard.contains(expected),
                "{capabilities}: {heard:?} lacks {expected:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_mechanism_that_is_not_understood_gives_way_to_login() {
    let script = Script::start(|mut peer| async move {
        peer.send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n")
            .await;
        let tag = peer.expect("AUTHENTICATE PLAIN").await;
        peer.send(format!("{tag} BAD what\r\n")).await;
        let tag = peer.expect("LOGIN \"u\" ").await;
        peer.send(format!("{tag} OK [CAPABILITY IMAP4rev1] in\r\n"))
            .await;
        peer.hang().await;
    })
    .await;
    let endpoint = Endpoint::new("127.0.0.1", script.port, Security::Plain);
    client_at(endpoint, "u", "x", impatient())
        .verify()
        .await
        .unwrap();
}

#[tokio::test]
async fn nothing_is_sent_where_no_method_is_allowed() {
    let script = Script::start(|mut peer| async move {
        peer.send("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=GSSAPI] hi\r\n")
            .await;
        peer.hang().await;
    })
    .await;
    let error = client(script.port, "u", impatient())
        .verify()
        .await
        .unwrap_err();
    assert_eq!(error, ConnectError::NoMethod.into());
    assert_eq!(script.heard(), "");
}

#[tokio::test]
async fn first_words_that_are_no_welcome() {
    let long: &'static str = Box::leak("x".repeat(1 << 20).into_boxed_str());
    let many: &'static str = Box::leak("* OK more\r\n".repeat(5000).into_boxed_str());
    let deep: &'static str = Box::leak(format!("* LIST {}", "(".repeat(5000)).into_boxed_str());
    let cases: Vec<Case> = vec![
        ("* PREAUTH you are root\r\n", |e| {
            *e == ConnectError::Preauth.into()
        }),
        ("* BYE [UNAVAILABLE] full\r\n", |e| {
            matches!(
                e,
                Error::Connect(ConnectError::Bye {
                    code: Some(Reason::Unavailable),
                    ..
                })
            )
        }),
        ("HTTP/1.1 400 Bad Request\r\n\r\n", |e| {
            matches!(e, Error::Connect(ConnectError::Greeting(_)))
        }),
        ("* LIST () \"/\" x\r\n", |e| {
            matches!(e, Error::Connect(ConnectError::Greeting(_)))
        }),
        (long, |e| matches!(e, Error::Limit(_))),
        (many, |e| matches!(e, Error::Limit(_))),
        (deep, |e| matches!(e, Error::Limit(_))),
        ("* OK {500000000}\r\n", |e| {
            matches!(e, Error::Timeout | Error::Connect(_))
        }),
        ("* LIST {500000000}\r\n", |e| matches!(e, Error::Limit(_))),
    ];
    for (greeting, fits) in cases {
        let script = Script::start(move |mut peer| async move {
            peer.send(greeting).await;
            peer.hang().await;
        })
        .await;
        let error = client(script.port, "u", impatient())
            .verify()
            .await
            .unwrap_err();
        let shown: String = greeting.chars().take(40).collect();
        assert!(fits(&error), "{shown}: {error:?}");
        assert!(!script.heard().contains("AUTHENTICATE"), "{shown}");
    }
}

#[tokio::test]
async fn a_silent_server_is_left_in_time() {
    let script = Script::start(|peer| peer.hang()).await;
    let begun = std::time::Instant::now();
    let error = client(script.port, "u", impatient())
        .verify()
        .await
        .unwrap_err();
    assert_eq!(error, ConnectError::Timeout.into());
    assert!(begun.elapsed() < Duration::from_secs(7));
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let error = client(port, "u", impatient()).verify().await.unwrap_err();
    assert!(matches!(
        error,
        Error::Connect(ConnectError::Unreachable(_))
    ));
}
