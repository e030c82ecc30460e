//! A POP3 account is a full mailbox.

use tokio::time::timeout;

use super::{PATIENCE, Post, deliver, until};
use crate::{
    pop3::maildrop::{Bent, Maildrop},
    support::{app::Settings, form::Form, smtp::Smtp},
};

#[tokio::test]
async fn mail_is_read_on_two_devices_and_answered() {
    let server = Smtp::start();
    let smtp = format!("smtp = {:?}\n", server.url());
    let mut post = Post::new(&["One", "Two"], &smtp).await;
    let _outbox = post.app.outbox();
    assert_eq!(post.inbox(2).await, ["One", "Two"]);
    assert_eq!(post.left().await, 2, "by default everything stays");

    // Read and starred here, seen there at once.
    let mut other = post.app.signed_in(&post.user).await;
    assert!(other.visit("/").await.words().contains("Two"));
    let path = post.message("Two").await;
    post.browser.page(&path).await;
    post.browser.post(&format!("{path}/star"), &[]).await;
    let seen = until(&mut other, "/", |page| {
        let tags = page.tags();
        let row = tags
            .iter()
            .find(|tag| path.ends_with(tag.get("data-id")) && tag.get("class") == "row");
        row.is_some_and(|row| {
            row.get("data-unread") == "false" && row.get("data-starred") == "true"
        })
    });
    assert_eq!(seen.await.subjects().len(), 2);

    // Answered; the copy lies in Sent.
    let form = post.browser.page(&format!("{path}/reply")).await;
    let form = Form::of(&form, "compose").set("text", "Gladly.\n");
    let answer = post.browser.press(&form, "send").await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let given = server.given().await;
    assert_eq!(given.recipients, ["ada@example.org"]);
    let sent = post.browser.page("/").await.folder("Sent");
    let sent = until(&mut post.browser, &sent, |page| !page.subjects().is_empty()).await;
    assert_eq!(sent.subjects(), ["Re: Two"]);
    // Nothing of that comes back.
    post.check().await;
    post.inbox(2).await;
}

#[tokio::test]
async fn mail_is_looked_for_when_asked_and_not_while_paused() {
    let mut post = Post::new(&["One"], "").await;
    post.inbox(1).await;
    let page = post.check().await.words();
    assert!(
        page.contains("Everything that the server has is here."),
        "{page}"
    );
    assert!(page.contains("The server holds 1 message"), "{page}");

    let pause = "/settings/collection/pause";
    post.browser.post(pause, &[("value", "true")]).await;
    let page = post.browser.page(super::PAGE).await.words();
    assert!(page.contains("Paused: nothing is collected"), "{page}");
    assert!(!page.contains("Check now"), "{page}");
    let side = post.browser.visit("/").await.words();
    assert!(side.contains("Collecting is paused"), "{side}");
    deliver(&post.user, "Two");

    post.browser.post(pause, &[("value", "false")]).await;
    post.inbox(2).await;
    let side = post.browser.visit("/").await.words();
    assert!(!side.contains("Collecting is paused"), "{side}");
    let page = post
        .browser
        .page("/settings/collection/ledger")
        .await
        .words();
    assert!(page.contains("Two Stored here"), "{page}");
    assert!(page.contains("the server has it too"), "{page}");
}

#[tokio::test]
async fn the_pages_are_there_for_pop3_accounts_alone() {
    let mut post = Post::new(&[], "").await;
    let page = post.browser.page("/settings/reading").await.words();
    assert!(page.contains("Collecting mail"));

    let app = crate::support::app::TestApp::start().await;
    let user = crate::support::dovecot::Dovecot::shared().user();
    let mut browser = app.signed_in(&user).await;
    let page = browser.page("/settings/reading").await.words();
    assert!(!page.contains("Collecting mail"));
    for path in ["", "/ledger", "/deletions", "/policy?policy=keep"] {
        let answer = browser.get(&format!("{}{path}", super::PAGE)).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    for path in ["/runs", "/pause", "/policy"] {
        let fields = [("policy", "keep"), ("value", "true")];
        let answer = browser
            .post(&format!("{}{path}", super::PAGE), &fields)
            .await;
        assert_eq!(answer.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_message_that_is_never_handed_over_is_told_of_in_plain_words() {
    let letters = [("a", "Subject: One\r\n"), ("b", "Subject: Two\r\n")];
    let server = Maildrop::start("UIDL,USER", &letters, |command, _| {
        (command == "RETR 2").then(|| Bent::Say("-ERR broken\r\n".to_owned()))
    })
    .await;
    let url = format!("pop3+insecure://127.0.0.1:{}", server.port());
    let app = Settings::empty()
        .pop3("example.org", &url, "")
        .start()
        .await;
    let mut browser = app.browser();
    browser.sign_in("anna@example.org", "secret").await;
    let _collecting = app.collecting();
    until(&mut browser, "/", |page| page.subjects().len() == 1).await;
    let subject = "A message could not be collected";
    let asking = async {
        loop {
            // While a run is going on, it is that run that was asked for.
            browser.post("/settings/collection/runs", &[]).await;
            let inbox = browser.visit("/").await;
            if inbox.subjects().iter().any(|own| own == subject) {
                return inbox;
            }
        }
    };
    let inbox = timeout(PATIENCE, asking).await.expect("it is told of");
    assert_eq!(server.heard("RETR 2"), 3, "it was asked for thrice");
    let at = inbox
        .subjects()
        .iter()
        .position(|own| own == subject)
        .unwrap();
    let path = format!("{}/{}", inbox.folder("Inbox"), inbox.rows()[at]);
    let words = browser.page(&path).await.words();
    assert!(words.contains("refuses to hand it over"), "{words}");
    assert!(words.contains("the server calls it b"), "{words}");
}
