//! An account whose server is away: named, and nobody else's trouble.

use std::time::{Duration, Instant};

use super::{add, inbox};
use crate::support::{app::Settings, markup, scripted::Scripted};

#[tokio::test]
async fn a_silent_server_costs_two_seconds_once() {
    let server = Scripted::imap("IMAP4rev1", |command| {
        // It lets people in, and never answers anything else.
        let silent = command.starts_with("LIST") || command.starts_with("SELECT");
        silent.then(|| "* OK still here".to_owned())
    })
    .await;
    let url = format!("imap+insecure://127.0.0.1:{}", server.port);
    let app = Settings::default()
        .hasty()
        .server("silent.example", &url, "")
        .start()
        .await;
    let user = inbox(&[("one", 1), ("two", 1)], 1);
    let mut browser = app.signed_in(&user).await;
    let answer = add(&mut browser, "anna@silent.example", "x").await;
    assert_eq!(answer.status, 303, "{}", answer.text());

    let began = Instant::now();
    let page = browser.page("/").await;
    let took = began.elapsed();
    assert!(took < Duration::from_secs(4), "{took:?}");
    assert_eq!(page.subjects(), ["two", "one"]);
    let notes = markup::texts_of(&page.text(), "branch__note");
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].contains("does not answer"), "{notes:?}");

    let asked = server.heard().len();
    let page = browser.page("/all").await;
    assert_eq!(page.subjects(), ["two", "one"]);
    let words = page.words();
    assert!(
        words.contains("The mail of anna@silent.example is missing here."),
        "{words}"
    );
    browser.page("/").await;
    assert_eq!(server.heard().len(), asked, "asked again");
}

/// The password of an added account is not that of the sign-in: nobody is signed out by it.
#[tokio::test]
async fn a_refused_password_is_asked_for_in_its_own_place() {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    };
    let changed = Arc::new(AtomicBool::new(false));
    let refuses = Arc::clone(&changed);
    let server = Scripted::imap("IMAP4rev1", move |command| {
        let login = command.starts_with("LOGIN") || command.starts_with("AUTHENTICATE");
        if login && refuses.load(Ordering::Relaxed) && !command.contains("new-one") {
            return Some("{tag} NO [AUTHENTICATIONFAILED] no".to_owned());
        }
        let list = command.starts_with("LIST");
        list.then(|| "* LIST () \"/\" INBOX\r\n{tag} OK done".to_owned())
    })
    .await;
    let url = format!("imap+insecure://127.0.0.1:{}", server.port);
    let mut app = Settings::default()
        .server("odd.example", &url, "")
        .start()
        .await;
    let user = inbox(&[("one", 1)], 1);
    let mut browser = app.signed_in(&user).await;
    let answer = add(&mut browser, "anna@odd.example", "old-one").await;
    let path = answer.location().unwrap();
    changed.store(true, Ordering::Relaxed);
    app.restart().await;
    app.reconnect(&mut browser);
    let page = browser.page("/").await;
    assert_eq!(page.subjects(), ["one"]);
    let notes = markup::texts_of(&page.text(), "branch__note");
    assert!(
        notes[0].contains("no longer accepts its password"),
        "{notes:?}"
    );

    let access = format!("{path}/access");
    let page = browser.page(&access).await;
    assert!(page.words().contains("127.0.0.1"), "{}", page.words());
    let answer = browser.post(&access, &[("password", "older-one")]).await;
    assert_eq!(answer.status, 422);
    let answer = browser.post(&access, &[("password", "new-one")]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = browser.page("/").await;
    assert!(markup::texts_of(&page.text(), "branch__note").is_empty());
}
