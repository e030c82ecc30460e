//! Live: what changes is told without being asked for.

use tokio::time::timeout;

use crate::support::{
    app::TestApp,
    browser::{Browser, Event, Events},
    dovecot::Dovecot,
    letter::letter,
};

use super::{PATIENCE, user_with_numbered};

async fn next(events: &mut Events) -> Event {
    let event = timeout(PATIENCE, events.next()).await.expect("in time");
    event.expect("the stream goes on")
}

/// The next event about messages in this folder.
async fn mail_in(events: &mut Events, mailbox: &str) -> Event {
    loop {
        let event = next(events).await;
        assert_eq!(event.name, "mail", "{event:?}");
        let data: serde_json::Value = serde_json::from_str(&event.data).unwrap();
        assert!(data["accountId"].is_string(), "{data}");
        if data["type"] == "Email" && data["mailboxId"] == mailbox {
            return event;
        }
        assert!(
            ["Email", "Mailbox"].contains(&data["type"].as_str().unwrap()),
            "{data}"
        );
    }
}

async fn inbox(browser: &mut Browser) -> String {
    let path = browser.page("/").await.folder("Inbox");
    path.rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn new_mail_and_changes_of_other_programs_are_told() {
    let app = TestApp::start().await;
    let user = user_with_numbered(2);
    let mut browser = app.signed_in(&user).await;
    let mailbox = inbox(&mut browser).await;
    let mut events = browser.events("/events", None).await;
    user.deliver(&letter("new").raw());
    mail_in(&mut events, &mailbox).await;
    assert_eq!(browser.page("/").await.subjects(), ["new", "m2", "m1"]);
    user.doveadm(
        &["flags", "add"],
        &["\\Seen", "mailbox", "INBOX", "HEADER", "Subject", "m1"],
        b"",
    );
    loop {
        mail_in(&mut events, &mailbox).await;
        if browser.page("/").await.text().contains("<title>(2) ") {
            break;
        }
    }
    user.doveadm(
        &["expunge"],
        &["mailbox", "INBOX", "HEADER", "Subject", "m2"],
        b"",
    );
    loop {
        mail_in(&mut events, &mailbox).await;
        if browser.page("/").await.subjects() == ["new", "m1"] {
            break;
        }
    }
}

#[tokio::test]
async fn the_folder_looked_at_is_watched_too() {
    let app = TestApp::start().await;
    let user = user_with_numbered(1);
    user.doveadm(&["mailbox", "create"], &["-s", "Lists"], b"");
    let mut browser = app.signed_in(&user).await;
    let path = browser.page("/").await.folder("Lists");
    let mailbox = path.rsplit('/').next().unwrap().to_owned();
    browser.page(&path).await;
    let mut events = browser
        .events(&format!("/events?mailbox={mailbox}"), None)
        .await;
    user.doveadm(&["save"], &["-m", "Lists"], &letter("listed").raw());
    mail_in(&mut events, &mailbox).await;
    assert_eq!(browser.page(&path).await.subjects(), ["listed"]);
}

#[tokio::test]
async fn other_tabs_and_browsers_hear_of_what_one_does() {
    let app = TestApp::start().await;
    let user = user_with_numbered(2);
    let mut one = app.signed_in(&user).await;
    let mut two = app.signed_in(&user).await;
    let mailbox = inbox(&mut one).await;
    let mut events = two.events("/events", None).await;
    let id = one.page("/").await.rows()[0].clone();
    one.turbo(&format!("/m/{mailbox}/{id}/star"), &[("value", "true")])
        .await;
    mail_in(&mut events, &mailbox).await;
    // Nothing of it goes to anybody else.
    let other = user_with_numbered(1);
    let mut others = app.signed_in(&other).await;
    let theirs = inbox(&mut others).await;
    let mut foreign = others.events("/events", None).await;
    one.turbo(&format!("/m/{mailbox}/{id}/star"), &[("value", "false")])
        .await;
    other.deliver(&letter("own").raw());
    let event = next(&mut foreign).await;
    assert!(!event.data.contains(&mailbox), "{event:?}");
    if !event.data.contains(&theirs) {
        mail_in(&mut foreign, &theirs).await;
    }
}

#[tokio::test]
async fn what_was_missed_comes_first() {
    let app = TestApp::start().await;
    let user = user_with_numbered(3);
    let mut browser = app.signed_in(&user).await;
    let mailbox = inbox(&mut browser).await;
    let rows = browser.page("/").await.rows();
    let mut events = browser.events("/events", None).await;
    let star = |id: &str| format!("/m/{mailbox}/{id}/star");
    browser
        .clone()
        .turbo(&star(&rows[0]), &[("value", "true")])
        .await;
    let last = mail_in(&mut events, &mailbox).await;
    drop(events);
    for row in &rows[1..] {
        browser.turbo(&star(row), &[("value", "true")]).await;
    }
    let mut again = browser.events("/events", Some(&last.id)).await;
    let (first, second) = (
        mail_in(&mut again, &mailbox).await,
        mail_in(&mut again, &mailbox).await,
    );
    let number = |event: &Event| event.id.parse::<i64>().unwrap();
    assert!(number(&last) < number(&first) && number(&first) < number(&second));
    // Live goes on behind it, nothing twice.
    browser
        .clone()
        .turbo(&star(&rows[0]), &[("value", "false")])
        .await;
    assert!(number(&mail_in(&mut again, &mailbox).await) > number(&second));
    // A number from nowhere, or none at all, is no fault.
    for odd in ["x", "-1", "99999999999999999999"] {
        browser.events("/events", Some(odd)).await;
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_session_and_with_the_server() {
    let app = TestApp::start().await;
    let user = Dovecot::shared().user();
    let mut one = app.signed_in(&user).await;
    let mut two = app.signed_in(&user).await;
    let mut events = one.events("/events", None).await;
    let mut kept = two.events("/events", None).await;
    two.post("/settings/sessions/others/revocation", &[]).await;
    user.deliver(&letter("after").raw());
    // What was on its way may still come; then it ends, and nothing new is told.
    let end = async { while events.next().await.is_some() {} };
    timeout(PATIENCE, end)
        .await
        .expect("a revoked session hears nothing more");
    next(&mut kept).await;
    app.app().engine().close();
    let end = async { while kept.next().await.is_some() {} };
    timeout(PATIENCE, end)
        .await
        .expect("nobody holds up the end");
}

#[tokio::test]
async fn strangers_hear_nothing() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let answer = browser.get("/events").await;
    assert_eq!(answer.status, 303);
}

/// A browser may stop reading and keep the connection. What it holds here ends all the same.
#[tokio::test]
async fn a_stream_that_nobody_reads_ends_with_its_session() {
    let app = TestApp::start().await;
    let user = user_with_numbered(1);
    let mut browser = app.signed_in(&user).await;
    let account = app.account(&browser).await;
    let _unread = browser.events("/events", None).await;
    assert_eq!(account.listeners(), 1);
    let mut other = app.signed_in(&user).await;
    other
        .post("/settings/sessions/others/revocation", &[])
        .await;
    let nobody_listens = async {
        while account.listeners() > 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, nobody_listens).await.expect("in time");
}

#[tokio::test]
async fn streams_are_bounded() {
    let app = TestApp::start().await;
    let user = user_with_numbered(1);
    let mut browser = app.signed_in(&user).await;
    let account = app.account(&browser).await;
    let held: Vec<_> = std::iter::from_fn(|| account.subscribe())
        .take(1000)
        .collect();
    assert_eq!(held.len(), 100);
    assert_eq!(browser.get("/events").await.status, 429);
    drop(held);
    // The stream that is closed makes room.
    let events = browser.events("/events", None).await;
    assert_eq!(account.listeners(), 1);
    drop(events);
    let nobody_listens = async {
        while account.listeners() > 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, nobody_listens).await.expect("in time");
}
