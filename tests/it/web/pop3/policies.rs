//! What is deleted on the server, shown before it is chosen; the server's own listing judges.

use super::{PAGE, Post, deliver, until};
use crate::{pop3::maildrop::Maildrop, support::app::Settings};

const POLICY: &str = "/settings/collection/policy";

#[tokio::test]
async fn a_policy_is_shown_before_it_deletes_and_logged_when_it_has() {
    let mut post = Post::new(&["One", "Two"], "").await;
    post.inbox(2).await;
    post.check().await;

    // To look changes nothing.
    let path = format!("{POLICY}?policy=deleteAfterDays&days=0");
    let page = post.browser.page(&path).await.words();
    assert!(
        page.contains("would delete 2 messages on the server"),
        "{page}"
    );
    assert!(page.contains("One") && page.contains("Two"), "{page}");
    let later = format!("{POLICY}?policy=deleteAfterDays&days=30");
    let page = post.browser.page(&later).await.words();
    assert!(page.contains("Nothing that is on the server now"), "{page}");
    assert!(page.contains("2 more would follow"), "{page}");
    post.check().await;
    assert_eq!(post.left().await, 2);

    let fields = [("policy", "deleteAfterDays"), ("days", "0")];
    let answer = post.browser.post(POLICY, &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    // What comes in the same session is not safe yet.
    deliver(&post.user, "Three");
    post.check().await;
    let log = "/settings/collection/deletions";
    let log = until(&mut post.browser, log, |page| {
        page.words().matches("confirmed it").count() == 2
    });
    let log = log.await.words();
    assert!(log.contains("Safely here for long enough"), "{log}");
    assert!(!log.contains("Three"), "{log}");
    assert_eq!(post.left().await, 1);
    assert_eq!(post.inbox(3).await, ["One", "Three", "Two"]);
    let page = post
        .browser
        .page("/settings/collection/ledger")
        .await
        .words();
    assert_eq!(page.matches("deleted on the server").count(), 2, "{page}");
}

#[tokio::test]
async fn what_is_deleted_here_is_deleted_there_where_one_wants_it() {
    let mut post = Post::new(&["Keep me", "Away with me"], "").await;
    post.inbox(2).await;
    post.check().await;
    let path = format!("{POLICY}?policy=deleteWhenDeletedHere");
    let page = post.browser.page(&path).await.words();
    assert!(page.contains("Nothing that is on the server now"), "{page}");
    let first = post.message("Away with me").await;
    post.browser.post(&format!("{first}/trash"), &[]).await;
    let page = post.browser.page(&path).await.words();
    assert!(
        page.contains("would delete 1 message on the server"),
        "{page}"
    );
    assert!(page.contains("Away with me"), "{page}");
    assert!(!page.contains("Keep me"), "{page}");
    post.browser
        .post(POLICY, &[("policy", "deleteWhenDeletedHere")])
        .await;
    let page = post.check().await;
    assert!(
        page.words().contains("The server holds"),
        "{}",
        page.words()
    );
    assert_eq!(post.left().await, 1);
}

#[tokio::test]
async fn nonsense_is_no_policy() {
    let mut post = Post::new(&[], "").await;
    for fields in [
        &[("policy", "deleteEverything")][..],
        &[("policy", "deleteAfterDays"), ("days", "soon")],
        &[("policy", "deleteAfterDays"), ("days", "-1")],
        &[("policy", "deleteAboveSize"), ("megabytes", "999999999999")],
        &[],
    ] {
        assert_eq!(
            post.browser.post(POLICY, fields).await.status,
            400,
            "{fields:?}"
        );
    }
    let fields = [("interval", "7")];
    assert_eq!(post.browser.post(PAGE, &fields).await.status, 400);
}

/// EXPIRE (RFC 2449 §6.7): what the server deletes, whatever is chosen here.
#[tokio::test]
async fn what_the_server_removes_by_itself_is_said() {
    for (offers, sentence) in [
        (
            "UIDL,USER,EXPIRE 30 USER",
            "removes messages by itself 30 days after they came",
        ),
        (
            "UIDL,USER,EXPIRE 0",
            "may remove messages by itself once they were collected",
        ),
        ("UIDL,USER,EXPIRE NEVER", ""),
        ("UIDL,USER", ""),
    ] {
        let letters = [("a", "Subject: A letter\r\n\r\nx\r\n")];
        let server = Maildrop::start(offers, &letters, |_, _| None).await;
        let url = format!("pop3+insecure://127.0.0.1:{}", server.port());
        let settings = Settings::empty().pop3("example.org", &url, "");
        let app = settings.start().await;
        let mut browser = app.browser();
        let answer = browser.sign_in("anna@example.org", "secret").await;
        assert_eq!(answer.status, 303, "{}", answer.words());
        let _collecting = app.collecting();
        let held = "The server holds 1 message";
        let page = until(&mut browser, PAGE, |page| page.words().contains(held)).await;
        let words = page.words();
        assert_eq!(
            words.contains("This server says"),
            !sentence.is_empty(),
            "{words}"
        );
        assert!(words.contains(sentence), "{offers}: {words}");
    }
}
