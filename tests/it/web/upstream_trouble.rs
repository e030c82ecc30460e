//! A sign-in that fails for the mail server's sake: each kind has its own sentence, and what is
//! not certainly the right server never sees the password.

use std::collections::BTreeSet;

use tokio::net::TcpListener;

use crate::support::{app::Settings, dovecot::Dovecot, scripted::Scripted};

const SECRET: &str = "canary-of-a-password";

#[tokio::test]
async fn every_trouble_has_its_own_sentence() {
    let mut settings = Settings::empty();
    let mut expected = Vec::new();
    let mut add = |domain: &'static str, url: String, status: u16, sentence: &'static str| {
        settings = settings.clone().server(domain, &url, "");
        expected.push((domain, status, sentence));
    };
    let mut scripts = Vec::new();
    for (domain, answer, sentence) in [
        (
            "refused.test",
            "NO [AUTHENTICATIONFAILED] no",
            "did not accept this address",
        ),
        ("bare.test", "NO no", "did not accept this address"),
        (
            "unavailable.test",
            "NO [UNAVAILABLE] later",
            "can’t check passwords just now",
        ),
        (
            "limit.test",
            "NO [LIMIT] too many",
            "allows no more connections",
        ),
        ("in-use.test", "NO [INUSE] busy", "open in another program"),
        (
            "expired.test",
            "NO [EXPIRED] old",
            "this password has expired",
        ),
        (
            "admin.test",
            "NO [CONTACTADMIN] Call <b>Bob</b>",
            "It says: “",
        ),
        ("nonsense.test", "BAD what", "an answer that makes no sense"),
    ] {
        let server = Scripted::imap("IMAP4rev1", move |command| {
            let sign_in = command.starts_with("LOGIN") || command.starts_with("AUTHENTICATE");
            sign_in.then(|| format!("{{tag}} {answer}"))
        })
        .await;
        let url = format!("imap+insecure://127.0.0.1:{}", server.port);
        add(domain, url, 422, sentence);
        scripts.push(server);
    }
    for (domain, greeting, sentence) in [
        (
            "full.test",
            "* BYE [LIMIT] Too many connections\r\n",
            "allows no more connections",
        ),
        (
            "web.test",
            "HTTP/1.1 400 Bad Request\r\n\r\n",
            "an answer that makes no sense",
        ),
    ] {
        let server = Scripted::start(move |mut line| async move {
            line.send(greeting).await;
            while line.line().await.is_some() {}
        })
        .await;
        let url = format!("imap+insecure://127.0.0.1:{}", server.port);
        add(domain, url, 422, sentence);
        scripts.push(server);
    }
    // Nobody listens where somebody just did.
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    add(
        "down.test",
        format!("imaps://127.0.0.1:{port}"),
        422,
        "server can’t be reached",
    );
    // A certificate that nobody we trust has signed.
    let imaps = Dovecot::shared().port("IMAPS");
    let url = format!("imaps://127.0.0.1:{imaps}");
    add(
        "untrusted.test",
        url,
        422,
        "could not prove that it is the right one",
    );
    let bare = Scripted::imap("IMAP4rev1", |command| {
        (command == "STARTTLS").then(|| "{tag} BAD unknown command".to_owned())
    })
    .await;
    let url = format!("imap://127.0.0.1:{}", bare.port);
    add("bare-line.test", url, 422, "offers no encryption");

    let app = settings.start().await;
    let mut sentences = BTreeSet::new();
    for (domain, status, sentence) in expected {
        let address = format!("anna@{domain}");
        let answer = app.browser().sign_in(&address, SECRET).await;
        assert_eq!(answer.status, status, "{domain}");
        let words = answer.words();
        assert!(words.contains(sentence), "{domain}: {words}");
        assert!(answer.set_cookies().is_empty(), "{domain}");
        assert!(!answer.text().contains(SECRET), "{domain}");
        assert!(answer.tags().iter().all(|tag| tag.name != "b"), "{domain}");
        sentences.insert(sentence);
    }
    assert_eq!(sentences.len(), 10);
    let leaked = bare.heard().iter().any(|line| line.contains(SECRET));
    assert!(!leaked, "the password went out unprotected");
}

#[tokio::test]
async fn trouble_does_not_count_as_a_wrong_password() {
    let server = Scripted::imap("IMAP4rev1", |command| {
        let sign_in = command.starts_with("LOGIN") || command.starts_with("AUTHENTICATE");
        sign_in.then(|| "{tag} NO [UNAVAILABLE] later".to_owned())
    })
    .await;
    let url = format!("imap+insecure://127.0.0.1:{}", server.port);
    let settings = Settings::empty().server("*", &url, "");
    let app = settings.top("limits.sign_in_failures = 1").start().await;
    for _ in 0..3 {
        let answer = app.browser().sign_in("anna@example.org", SECRET).await;
        assert_eq!(answer.status, 422);
    }
}
