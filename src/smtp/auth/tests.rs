//! Dialogues of signing in.

use secrecy::SecretString;

use super::*;
use crate::{net::script::Server, smtp::connect::open_over};

fn connector(secret: Secret, security: Security) -> Connector {
    let login = Login {
        user: "a,b@example.org".to_owned(),
        secret,
    };
    Connector::new(
        Endpoint::new("smtp.example.org", 587, security),
        Some(login),
    )
}

fn password(text: &str) -> Secret {
    Secret::Password(SecretString::from(text))
}

fn token(text: &str) -> Secret {
    Secret::OAuth(SecretString::from(text))
}

/// Signs in on a server that offers `mechanisms` and then follows the dialogue.
async fn talk(secret: Secret, mechanisms: &str, dialogue: &str) -> (Result<(), Error>, String) {
    let opening = format!("S: 220 hi\nC: EHLO [127.0.0.1]\nS: 250-host\nS: 250 {mechanisms}\n");
    let (stream, server) = Server::start(&(opening + dialogue));
    let connector = connector(secret, Security::Plain);
    let outcome = open_over(stream, &connector)
        .await
        .map(|(connection, _)| connection.quit());
    (outcome, server.heard().await)
}

/// base64 of NUL, user, NUL, `secret`.
const PLAIN: &str = "AGEsYkBleGFtcGxlLm9yZwBzZWNyZXQ=";

#[tokio::test(start_paused = true)]
async fn plain_in_one_go_or_two() {
    let all = [
        format!("C: AUTH PLAIN {PLAIN}\nS: 235 in"),
        // The initial response was overlooked, or is refused.
        format!("C: AUTH PLAIN {PLAIN}\nS: 334 \nC: {PLAIN}\nS: 235 in"),
        format!("C: AUTH PLAIN {PLAIN}\nS: 334 go on\nC: {PLAIN}\nS: 235 in"),
        format!(
            "C: AUTH PLAIN {PLAIN}\nS: 501 what\nC: AUTH PLAIN\r\nS: 334 \nC: {PLAIN}\nS: 235 in"
        ),
    ];
    for dialogue in all {
        let (outcome, _) = talk(password("secret"), "AUTH LOGIN PLAIN", &dialogue).await;
        assert_eq!(outcome, Ok(()), "{dialogue}");
    }
    // Too long for a command.
    let long = "x".repeat(400);
    let (outcome, heard) = talk(
        password(&long),
        "AUTH=PLAIN",
        "C: AUTH PLAIN\nS: 334 \nC: AGEsYkBleGFtcGxlLm9yZwB4\nS: 235 in",
    )
    .await;
    assert_eq!(outcome, Ok(()));
    assert!(heard.contains("AUTH PLAIN\r\n"));
}

#[tokio::test(start_paused = true)]
async fn login_where_plain_is_missing_or_unknown_after_all() {
    let login = "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YSxiQGV4YW1wbGUub3Jn\n\
                 S: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 235 in";
    let (outcome, _) = talk(password("secret"), "AUTH LOGIN CRAM-MD5", login).await;
    assert_eq!(outcome, Ok(()));
    let unknown = format!("C: AUTH PLAIN\nS: 504 no\nC: AUTH PLAIN\nS: 504 no\n{login}");
    let (outcome, _) = talk(password("secret"), "AUTH PLAIN LOGIN", &unknown).await;
    assert_eq!(outcome, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_said_once() {
    for code in [535, 454, 534, 538, 421] {
        let dialogue = format!("C: AUTH PLAIN\nS: {code} no");
        let (outcome, heard) = talk(password("wrong"), "AUTH PLAIN LOGIN", &dialogue).await;
        let Err(Error::Refused(refusal)) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!((refusal.at, refusal.reply.code), (Stage::SignIn, code));
        assert_eq!(heard.matches("AUTH").count(), 1, "{heard}");
        assert!(heard.ends_with("QUIT\r\n"), "{heard}");
    }
}

#[tokio::test(start_paused = true)]
async fn tokens_and_why_they_are_refused() {
    let bearer = "bixhPWE9MkNiQGV4YW1wbGUub3JnLAFob3N0PXNtdHAuZXhhbXBsZS5vcmcBcG9ydD01ODcBYXV0aD1CZWFyZXIgdG9rZW4BAQ==";
    let xoauth2 = "dXNlcj1hLGJAZXhhbXBsZS5vcmcBYXV0aD1CZWFyZXIgdG9rZW4BAQ==";
    // {"status":"invalid_token"}
    let why = "eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=";
    for (mechanism, credential, acknowledgement) in [
        ("OAUTHBEARER", bearer, "AQ==\r\n"),
        ("XOAUTH2", xoauth2, "\r\n"),
    ] {
        let offered = format!("AUTH PLAIN {mechanism}");
        for dialogue in [
            format!("C: AUTH {mechanism} {credential}\r\nS: 235 in"),
            format!("C: AUTH {mechanism} {credential}\r\nS: 334 \nC: {credential}\nS: 235 in"),
        ] {
            let (outcome, _) = talk(token("token"), &offered, &dialogue).await;
            assert_eq!(outcome, Ok(()), "{dialogue}");
        }
        let dialogue = format!(
            "C: AUTH {mechanism}\nS: 334 {why}\nC: {acknowledgement}\nS: 535 5.7.8 Go away"
        );
        let (outcome, heard) = talk(token("token"), &offered, &dialogue).await;
        let Err(Error::Refused(refusal)) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(refusal.reply.to_string(), "535 5.7.8 Go away");
        assert_eq!(
            refusal.challenge.as_deref(),
            Some(r#"{"status":"invalid_token"}"#)
        );
        assert!(
            heard.contains(&format!("\r\n{acknowledgement}QUIT")),
            "{heard}"
        );
    }
    // Tokens are long; then they go alone.
    let long = "x".repeat(3000);
    let dialogue = "C: AUTH XOAUTH2\r\nS: 334 \nC: dXNlcj1h\nS: 235 in";
    let (outcome, _) = talk(token(&long), "AUTH XOAUTH2", dialogue).await;
    assert_eq!(outcome, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn endless_challenges_end() {
    let (outcome, heard) = talk(
        password("secret"),
        "AUTH LOGIN",
        &("C: AUTH LOGIN\n".to_owned() + &"S: 334 more\nC:\n".repeat(5) + "S: 334 more"),
    )
    .await;
    let expected = Error::Unexpected {
        at: Stage::SignIn,
        code: 334,
    };
    assert_eq!(outcome, Err(expected));
    assert!(heard.contains("*\r\n"), "{heard}");
}

#[tokio::test(start_paused = true)]
async fn without_a_known_mechanism_nothing_is_said() {
    for (secret, offered) in [
        (password("secret"), "AUTH CRAM-MD5"),
        (password("secret"), "AUTH XOAUTH2"),
        (token("token"), "AUTH PLAIN LOGIN"),
    ] {
        let (outcome, heard) = talk(secret, offered, "").await;
        assert_eq!(outcome, Err(Error::NoMethod));
        assert_eq!(heard, "EHLO [127.0.0.1]\r\nQUIT\r\n");
    }
    // A relay on this machine asks nobody who they are.
    let (outcome, _) = talk(password("secret"), "SIZE", "").await;
    assert_eq!(outcome, Ok(()));
    // Under TLS a missing AUTH is a server in disorder.
    let connector = connector(password("secret"), Security::Implicit);
    let (stream, server) = Server::start("S: 220 hi\nC: EHLO\nS: 250 host");
    assert_eq!(
        open_over(stream, &connector).await.err(),
        Some(Error::NoMethod)
    );
    assert_eq!(server.heard().await, "EHLO [127.0.0.1]\r\nQUIT\r\n");
}

#[tokio::test(start_paused = true)]
async fn what_would_divide_a_credential_is_refused() {
    for secret in [
        password("a\0b"),
        token("a\x01b"),
        token("a\0b"),
        token(&"x".repeat(9300)),
    ] {
        let (outcome, heard) = talk(secret, "AUTH PLAIN LOGIN XOAUTH2", "").await;
        assert_eq!(outcome, Err(Unable::Credential.into()));
        assert!(!heard.contains("AUTH"));
    }
}

#[test]
fn debug_shows_no_secret() {
    for secret in [password("canary"), token("canary")] {
        let shown = format!("{:?}", connector(secret, Security::Plain));
        assert!(!shown.contains("canary"), "{shown}");
    }
}
