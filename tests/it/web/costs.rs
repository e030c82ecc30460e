//! What pages cost upstream, in round trips. The numbers are promises of the modules' headings.

use std::time::Duration;

use tokio::time::timeout;

use crate::support::{app::TestApp, letter::letter};

use super::{PATIENCE, user_with, user_with_numbered};

async fn settings(browser: &mut crate::support::browser::Browser) {
    let fields = [
        ("page_size", "50"),
        ("mark_read", "never"),
        ("advance", "older"),
    ];
    browser.post("/settings/reading", &fields).await;
}

#[tokio::test]
async fn lists_and_messages_cost_what_they_promise() {
    let app = TestApp::start().await;
    let user = user_with(vec![
        letter("plain").text("just text").raw(),
        letter("rich")
            .text("text")
            .html("<p>rich</p>")
            .file("text/csv", "a.csv", b"1")
            .raw(),
    ]);
    let mut browser = app.signed_in(&user).await;
    settings(&mut browser).await;
    let inbox = browser.page("/").await;
    let account = app.account(&browser).await;
    let path = inbox.folder("Inbox");
    let trips = account.round_trips();
    browser.page(&path).await;
    assert!(
        account.round_trips() - trips <= 1,
        "a list in the selected folder"
    );
    let trips = account.round_trips();
    browser.frame(&path, "list").await;
    assert!(account.round_trips() - trips <= 1, "its frame");

    for (row, parts) in inbox.rows().iter().zip(["2", "1"]) {
        let message = format!("{path}/{row}");
        let trips = account.round_trips();
        let page = browser.frame(&message, "reader").await;
        let cold = account.round_trips() - trips;
        assert!(cold <= 2, "opened cold: {cold}");
        let trips = account.round_trips();
        let tags = page.tags();
        for frame in tags.iter().filter(|tag| tag.name == "iframe") {
            browser.page(frame.get("src")).await;
        }
        assert_eq!(
            account.round_trips() - trips,
            0,
            "the document is in memory"
        );
        browser.page(&format!("{message}/headers")).await;
        assert_eq!(account.round_trips() - trips, 0, "so is the header");
        browser.frame(&message, "reader").await;
        let warm = account.round_trips() - trips;
        assert!(warm <= 1, "opened warm: {warm}");
        let trips = account.round_trips();
        browser.get(&format!("{message}/parts/{parts}")).await;
        assert!(account.round_trips() - trips <= 1, "a small part");
    }
}

/// What comes, goes and changes is seen, although rows that are known are not read again.
#[tokio::test]
async fn a_list_read_again_is_the_list_of_now() {
    let app = TestApp::start().await;
    let user = user_with_numbered(6);
    let mut browser = app.signed_in(&user).await;
    settings(&mut browser).await;
    let path = browser.page("/").await.folder("Inbox");
    let found = format!("{path}?q=m");
    browser.page(&found).await;

    let mut other = app.signed_in(&user).await;
    let rows = other.page(&path).await.rows();
    let gone = format!("{path}/{}/trash", rows[2]);
    assert_eq!(other.post(&gone, &[]).await.status, 303);
    let star = format!("{path}/{}/star", rows[3]);
    assert_eq!(other.post(&star, &[]).await.status, 303);
    user.deliver(&letter("m7").raw());

    for path in [&path, &found] {
        let page = browser.page(path).await;
        assert_eq!(page.subjects(), ["m7", "m6", "m5", "m3", "m2", "m1"]);
        assert_eq!(page.rows()[1..3], rows[..2]);
        let starred = page.text().matches("data-starred=\"true\"").count();
        assert_eq!(starred, 1, "{path}");
    }
}

#[tokio::test]
async fn a_watched_list_costs_nothing() {
    let app = TestApp::start().await;
    let user = user_with_numbered(3);
    let mut browser = app.signed_in(&user).await;
    settings(&mut browser).await;
    let path = browser.page("/").await.folder("Inbox");
    let mailbox = path.rsplit('/').next().unwrap();
    let account = app.account(&browser).await;
    let mut events = browser
        .events(&format!("/events?mailbox={mailbox}"), None)
        .await;
    // IDLE has begun when a delivery is told of.
    user.deliver(&letter("new").raw());
    timeout(PATIENCE, events.next()).await.unwrap().unwrap();
    let mut free = false;
    for _ in 0..1000 {
        let trips = account.round_trips();
        let page = browser.page(&path).await;
        assert_eq!(page.subjects(), ["new", "m3", "m2", "m1"]);
        free = account.round_trips() == trips;
        if free {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(free, "a list that IDLE vouches for comes from memory");
    // And never hides what came since.
    user.deliver(&letter("newer").raw());
    loop {
        timeout(PATIENCE, events.next()).await.unwrap().unwrap();
        if browser.page(&path).await.subjects()[0] == "newer" {
            break;
        }
    }
}

/// The folder looked at has no connection of its own: a free one listens there.
#[tokio::test]
async fn so_does_the_list_of_another_folder_looked_at() {
    let app = TestApp::start().await;
    let user = user_with_numbered(1);
    user.doveadm(&["mailbox", "create"], &["-s", "Lists"], b"");
    user.doveadm(&["save"], &["-m", "Lists"], &letter("filed").raw());
    let mut browser = app.signed_in(&user).await;
    let path = browser.page("/").await.folder("Lists");
    let mailbox = path.rsplit('/').next().unwrap();
    let account = app.account(&browser).await;
    let _events = browser
        .events(&format!("/events?mailbox={mailbox}"), None)
        .await;
    let mut free = false;
    for _ in 0..1000 {
        let trips = account.round_trips();
        assert_eq!(browser.page(&path).await.subjects(), ["filed"]);
        free = account.round_trips() == trips;
        if free {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(free, "a free connection vouches for the folder looked at");
}
