//! Dialogues of opening and signing in.

use secrecy::SecretString;

use super::*;
use crate::{
    net::script::Server,
    pop3::{Trouble, connect::open_over},
};

fn password(text: &str) -> Secret {
    Secret::Password(SecretString::from(text))
}

fn token(text: &str) -> Secret {
    Secret::OAuth(SecretString::from(text))
}

fn connector(user: &str, secret: Secret, security: Security) -> Connector {
    let user = user.to_owned();
    let endpoint = Endpoint::new("pop.example.org", 110, security);
    Connector::new(endpoint, Login { user, secret })
}

async fn talk_as(connector: &Connector, dialogue: &str) -> (Result<(), Error>, String) {
    let (stream, server) = Server::start(dialogue);
    let outcome = open_over(stream, connector).await;
    let outcome = outcome.map(crate::pop3::Session::leave);
    (outcome, server.heard().await)
}

/// Signs in where nothing needs protection, on a server that greets and offers something.
async fn talk(secret: Secret, offered: &[&str], dialogue: &str) -> (Result<(), Error>, String) {
    let offered: String = offered.iter().map(|line| format!("S: {line}\n")).collect();
    let capa = format!("C: CAPA\nS: +OK here\n{offered}S: .\n");
    let after = match dialogue.ends_with("+OK in") {
        true => capa.as_str(),
        false => "",
    };
    let script = format!("S: +OK hi\n{capa}{dialogue}\n{after}");
    talk_as(
        &connector("a,b@example.org", secret, Security::Plain),
        &script,
    )
    .await
}

/// base64 of NUL, user, NUL, `secret`.
const PLAIN: &str = "AGEsYkBleGFtcGxlLm9yZwBzZWNyZXQ=";

#[tokio::test(start_paused = true)]
async fn plain_in_one_go_or_two() {
    for dialogue in [
        format!("C: AUTH PLAIN {PLAIN}\r\nS: +OK in"),
        // The initial response was overlooked.
        format!("C: AUTH PLAIN {PLAIN}\r\nS: + \nC: {PLAIN}\r\nS: +OK in"),
        // It knows no mechanism after all.
        format!(
            "C: AUTH PLAIN {PLAIN}\r\nS: -ERR Unknown command\nC: USER a,b@example.org\r\nS: +OK\nC: PASS secret\r\nS: +OK in"
        ),
    ] {
        let (outcome, _) = talk(password("secret"), &["SASL LOGIN plain"], &dialogue).await;
        assert_eq!(outcome, Ok(()), "{dialogue}");
    }
    // Too long for a command (RFC 5034 §4).
    let long = "x".repeat(200);
    let dialogue = "C: AUTH PLAIN\r\nS: +\nC: AGEsYkBleGFtcGxlLm9yZwB4\nS: +OK in";
    let (outcome, heard) = talk(password(&long), &["SASL PLAIN"], dialogue).await;
    assert_eq!(outcome, Ok(()), "{heard}");
}

#[tokio::test(start_paused = true)]
async fn user_and_pass_and_a_server_without_capa() {
    let both = "C: USER a,b@example.org\r\nS: +OK\nC: PASS two words \r\nS: +OK in";
    let (outcome, heard) = talk(password("two words "), &["USER", "TOP"], both).await;
    assert_eq!(outcome, Ok(()), "{heard}");
    // Unannounced.
    let (outcome, _) = talk(password("two words "), &["TOP"], both).await;
    assert_eq!(outcome, Ok(()));
    let script = format!("S: +OK\nC: CAPA\nS: -ERR\n{both}\nC: QUIT\nS: +OK\n-- close");
    let plain = connector("a,b@example.org", password("two words "), Security::Plain);
    let (outcome, heard) = talk_as(&plain, &script).await;
    assert_eq!(outcome, Ok(()), "{heard}");
}

/// The example of RFC 1939 §7.
#[tokio::test(start_paused = true)]
async fn apop_where_there_is_no_tls() {
    let greeting = "S: +OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\nC: CAPA\nS: -ERR\n";
    let digest = "C: APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n";
    let plain = connector("mrose", password("tanstaaf"), Security::Plain);
    let (outcome, heard) = talk_as(&plain, &format!("{greeting}{digest}S: +OK in")).await;
    assert_eq!(outcome, Ok(()));
    assert!(!heard.contains("tanstaaf"), "{heard}");
    // Refused, the password is not said in plain words.
    let (outcome, heard) = talk_as(&plain, &format!("{greeting}{digest}S: -ERR no")).await;
    assert_eq!(outcome.unwrap_err().trouble(), Trouble::WrongPassword);
    assert!(!heard.contains("tanstaaf"), "{heard}");
    // Under TLS it is what is left when nothing else is there.
    let tls = connector("mrose", password("tanstaaf"), Security::Implicit);
    let user = "C: USER mrose\r\nS: -ERR unknown command\n";
    let (outcome, heard) = talk_as(&tls, &format!("{greeting}{user}{digest}S: +OK in")).await;
    assert_eq!(outcome, Ok(()), "{heard}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_said_once_and_told_apart() {
    for (answer, expected) in [
        ("-ERR [AUTH] no", Trouble::WrongPassword),
        ("-ERR no", Trouble::WrongPassword),
        ("-ERR [IN-USE] busy", Trouble::InUse),
        ("-ERR [LOGIN-DELAY] slowly", Trouble::LoginDelay),
        ("-ERR [SYS/TEMP] no", Trouble::Temporary),
        ("-ERR [SYS/PERM] no", Trouble::Permanent),
    ] {
        for (offered, dialogue) in [
            ("SASL PLAIN", format!("C: AUTH PLAIN\nS: {answer}")),
            ("USER", format!("C: USER\nS: +OK\nC: PASS\nS: {answer}")),
        ] {
            let (outcome, heard) = talk(password("wrong"), &[offered], &dialogue).await;
            assert_eq!(outcome.unwrap_err().trouble(), expected, "{answer}");
            assert!(heard.ends_with("QUIT\r\n"), "{heard}");
            let tries = heard.matches("AUTH").count() + heard.matches("PASS").count();
            assert_eq!(tries, 1, "{heard}");
        }
    }
    // A server that says [AUTH] when it means it.
    let (outcome, _) = talk(
        password("x"),
        &["USER", "AUTH-RESP-CODE"],
        "C: USER\nS: +OK\nC: PASS\nS: -ERR [SYS] no",
    )
    .await;
    assert_eq!(outcome.unwrap_err().trouble(), Trouble::Temporary);
}

#[tokio::test(start_paused = true)]
async fn a_refused_name_is_not_followed_by_the_password() {
    let dialogue = "C: USER\nS: -ERR [SYS/PERM] plain text is not allowed";
    let (outcome, heard) = talk(password("secret"), &["USER"], dialogue).await;
    assert_eq!(outcome.unwrap_err().trouble(), Trouble::Permanent);
    assert!(!heard.contains("PASS"), "{heard}");
}

#[tokio::test(start_paused = true)]
async fn tokens_and_why_they_are_refused() {
    let bearer = "bixhPWE9MkNiQGV4YW1wbGUub3JnLAFob3N0PXBvcC5leGFtcGxlLm9yZwFwb3J0PTExMAFhdXRoPUJlYXJlciB0b2tlbgEB";
    let xoauth2 = "dXNlcj1hLGJAZXhhbXBsZS5vcmcBYXV0aD1CZWFyZXIgdG9rZW4BAQ==";
    // {"status":"invalid_token"}
    let why = "eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=";
    for (mechanism, credential, acknowledgement) in [
        ("OAUTHBEARER", bearer, "AQ==\r\n"),
        ("XOAUTH2", xoauth2, "\r\n"),
    ] {
        let offered = [&*format!("SASL PLAIN {mechanism}")];
        for dialogue in [
            format!("C: AUTH {mechanism} {credential}\r\nS: +OK in"),
            format!("C: AUTH {mechanism} {credential}\r\nS: +\nC: {credential}\r\nS: +OK in"),
        ] {
            let (outcome, heard) = talk(token("token"), &offered, &dialogue).await;
            assert_eq!(outcome, Ok(()), "{heard}");
        }
        let dialogue = format!(
            "C: AUTH {mechanism}\nS: + {why}\nC: {acknowledgement}\nS: -ERR [AUTH] Go away"
        );
        let (outcome, _) = talk(token("token"), &offered, &dialogue).await;
        let Err(Error::Refused(refusal)) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(
            refusal.challenge.as_deref(),
            Some(r#"{"status":"invalid_token"}"#)
        );
        assert_eq!(refusal.trouble(), Trouble::WrongPassword);
    }
    let (outcome, heard) = talk(token("token"), &["SASL PLAIN", "USER"], "").await;
    assert_eq!(outcome, Err(Error::NoMethod));
    assert!(!heard.contains("token"), "{heard}");
}

#[tokio::test(start_paused = true)]
async fn endless_challenges_end() {
    let dialogue = "C: AUTH PLAIN\n".to_owned() + &"S: + more\nC:\n".repeat(4) + "S: + more";
    let (outcome, heard) = talk(password("secret"), &["SASL PLAIN"], &dialogue).await;
    assert_eq!(outcome.unwrap_err().trouble(), Trouble::Nonsense);
    assert!(heard.contains("*\r\n"), "{heard}");
}

#[tokio::test(start_paused = true)]
async fn nothing_breaks_out_of_an_argument() {
    let stamped = "S: +OK <1@x>\nC: CAPA\nS: +OK\nS: .\n";
    let plain = "S: +OK\nC: CAPA\nS: +OK\nS: USER\nS: .\n";
    for evil in ["a\r\nDELE 1", "a\nDELE 1", "a\rb", "a\0b"] {
        for (user, secret, script) in [
            (evil, "secret", stamped),
            (evil, "secret", plain),
            ("anna", evil, plain),
        ] {
            let connector = connector(user, password(secret), Security::Plain);
            let (outcome, heard) = talk_as(&connector, script).await;
            assert_eq!(outcome, Err(Error::Credential), "{evil:?}");
            assert_eq!(heard, "CAPA\r\nQUIT\r\n", "{evil:?}");
        }
    }
    let long = connector("anna", password(&"x".repeat(5000)), Security::Plain);
    let (outcome, _) = talk_as(&long, "S: +OK\nC: CAPA\nS: -ERR").await;
    assert_eq!(outcome, Err(Error::Credential));
}

#[tokio::test(start_paused = true)]
async fn messages_are_asked_for_as_they_are() {
    let dialogue = "C: UTF8\r\nS: +OK\nC: USER\nS: +OK\nC: PASS\nS: +OK in";
    let (outcome, _) = talk(password("secret"), &["UTF8 USER", "USER"], dialogue).await;
    assert_eq!(outcome, Ok(()));
    let dialogue = "C: UTF8\r\nS: -ERR no\nC: USER\nS: +OK\nC: PASS\nS: +OK in";
    let (outcome, _) = talk(password("secret"), &["UTF8", "USER"], dialogue).await;
    assert_eq!(outcome, Ok(()), "a no changes nothing");
}

#[tokio::test(start_paused = true)]
async fn openings_that_fail() {
    let plain = connector("anna", password("secret"), Security::Plain);
    let capa = "S: +OK hi\nC: CAPA\nS: +OK\n";
    for (script, expected) in [
        ("-- close", Trouble::CutOff),
        ("-- silence", Trouble::CutOff),
        ("S: 220 smtp.example.org", Trouble::Nonsense),
        ("S: -ERR [SYS/TEMP] full", Trouble::Temporary),
        ("S: -ERR too many connections", Trouble::Temporary),
        ("S: -ERR go away", Trouble::Temporary),
        ("S: +OK hi\n-- close", Trouble::CutOff),
        (&format!("{capa}S: USER\n-- close"), Trouble::CutOff),
        (&format!("{capa}S: USER\n-- silence"), Trouble::CutOff),
        (
            &(capa.to_owned() + &"S: X\n".repeat(2000)),
            Trouble::Nonsense,
        ),
        (&format!("S: +OK {}", "x".repeat(10_000)), Trouble::Nonsense),
        ("S| +OK hi\\r\\n+OK\\r\\n", Trouble::Nonsense),
        // Yes to the password before it was said.
        (
            &format!("{capa}S| .\\r\\n+OK\\r\\n+OK\\r\\n"),
            Trouble::Nonsense,
        ),
    ] {
        let (outcome, heard) = talk_as(&plain, script).await;
        assert_eq!(
            outcome.map_err(|error| error.trouble()),
            Err(expected),
            "{script}"
        );
        assert!(!heard.contains("secret"), "{script}: {heard}");
    }
}

#[test]
fn debug_shows_no_secret() {
    for secret in [password("canary"), token("canary")] {
        let shown = format!("{:?}", connector("anna", secret, Security::Plain));
        assert!(!shown.contains("canary"), "{shown}");
    }
}
