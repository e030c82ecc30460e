//! Lists: pages that hold their place, what is new and unread, folders that are not there.

use crate::support::{
    app::TestApp,
    browser::{Answer, Browser},
    dovecot::Dovecot,
    letter::letter,
};

use super::user_with_numbered;

async fn small_pages(browser: &mut Browser) {
    let fields = [
        ("page_size", "25"),
        ("mark_read", "never"),
        ("advance", "older"),
    ];
    assert_eq!(browser.post("/settings/reading", &fields).await.status, 303);
}

fn names(from: usize, to: usize) -> Vec<String> {
    (to..=from)
        .rev()
        .map(|number| format!("m{number}"))
        .collect()
}

#[tokio::test]
async fn pages_hold_their_place_while_mail_arrives() {
    let app = TestApp::start().await;
    let user = user_with_numbered(60);
    let mut browser = app.signed_in(&user).await;
    small_pages(&mut browser).await;
    let first = browser.page("/").await;
    assert_eq!(first.subjects(), names(60, 36));
    assert!(first.words().contains("1–25 of 60"), "{}", first.words());
    assert_eq!(first.link("rel", "prev"), None);

    user.deliver(&letter("late").raw());
    let second = browser.page(&first.link("rel", "next").unwrap()).await;
    assert_eq!(
        second.subjects(),
        names(35, 11),
        "nothing twice, nothing left out"
    );
    let third = browser.page(&second.link("rel", "next").unwrap()).await;
    assert_eq!(third.subjects(), names(10, 1));
    assert_eq!(third.link("rel", "next"), None);
    assert!(third.words().contains("of 61"));

    user.doveadm(
        &["expunge"],
        &["mailbox", "INBOX", "HEADER", "Subject", "m20"],
        b"",
    );
    let back = browser.page(&third.link("rel", "prev").unwrap()).await;
    let mut expected = names(36, 11);
    expected.retain(|name| name != "m20");
    assert_eq!(back.subjects(), expected, "the gap is closed from above");
    let top = browser.page(&back.link("rel", "prev").unwrap()).await;
    assert_eq!(top.subjects().last().unwrap(), "m37");
}

#[tokio::test]
async fn edges_that_are_gone_or_never_were_do_no_harm() {
    let app = TestApp::start().await;
    let user = user_with_numbered(5);
    let mut browser = app.signed_in(&user).await;
    let inbox = browser.page("/").await.folder("Inbox");
    for (tail, expected) in [
        ("?before=3", vec!["m2", "m1"]),
        ("?after=3", vec!["m5", "m4"]),
        ("?before=1", vec![]),
        ("?after=5", vec![]),
        ("?before=999999", vec!["m5", "m4", "m3", "m2", "m1"]),
        ("?after=999999", vec![]),
        ("?before=0", vec!["m5", "m4", "m3", "m2", "m1"]),
        ("?before=-1&after=x", vec!["m5", "m4", "m3", "m2", "m1"]),
        ("?before=4294967295", vec!["m5", "m4", "m3", "m2", "m1"]),
        (
            "?before=99999999999999999999",
            vec!["m5", "m4", "m3", "m2", "m1"],
        ),
    ] {
        let page = browser.page(&format!("{inbox}{tail}")).await;
        assert_eq!(page.subjects(), expected, "{tail}");
    }
}

#[tokio::test]
async fn unread_and_starred_mail_is_marked_and_counted() {
    let app = TestApp::start().await;
    let user = user_with_numbered(3);
    let flagged = [
        "\\Seen \\Flagged \\Answered",
        "mailbox",
        "INBOX",
        "HEADER",
        "Subject",
        "m2",
    ];
    user.doveadm(&["flags", "add"], &flagged, b"");
    let mut browser = app.signed_in(&user).await;
    let page = browser.page("/").await;
    let tags = page.tags();
    let rows: Vec<(&str, &str)> = tags
        .iter()
        .filter(|tag| tag.get("class") == "row")
        .map(|row| (row.get("data-unread"), row.get("data-starred")))
        .collect();
    assert_eq!(
        rows,
        [("true", "false"), ("false", "true"), ("true", "false")]
    );
    assert!(page.text().contains("<title>(2) Inbox"), "{}", page.text());
    assert!(
        page.words().contains("3 messages, 2 unread"),
        "{}",
        page.words()
    );
    let frame = browser.frame(&page.folder("Inbox"), "list").await;
    assert_eq!(frame.subjects(), ["m3", "m2", "m1"]);
    assert!(!frame.text().contains("<html"), "the frame alone");
    assert!(!frame.text().contains("id=\"reader\""));
    assert_eq!(frame.header("vary"), "Turbo-Frame, Accept");
}

#[tokio::test]
async fn an_empty_folder_says_so() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in(&Dovecot::shared().user()).await;
    let inbox = browser.page("/").await;
    assert!(inbox.subjects().is_empty());
    let junk = browser.page(&inbox.folder("Junk")).await;
    assert!(junk.text().contains("class=\"blank\""));
    assert_ne!(junk.words(), inbox.words());
}

#[tokio::test]
async fn what_is_not_there_has_a_page_with_a_way_back() {
    let app = TestApp::start().await;
    let user = user_with_numbered(1);
    let mut browser = app.signed_in(&user).await;
    let inbox = browser.page("/").await;
    let message = inbox.link("class", "row__link").unwrap();
    let foreign = {
        let other = user_with_numbered(1);
        let mut others = app.signed_in(&other).await;
        let page = others.page("/").await;
        (
            page.folder("Inbox"),
            page.link("class", "row__link").unwrap(),
        )
    };
    let folder = inbox.folder("Inbox");
    for (path, sentence) in [
        ("/nowhere", "The address leads nowhere."),
        ("/m/", "The address leads nowhere."),
        ("/m/AAAAAAAA", "It was renamed, moved or deleted"),
        ("/m/%2e%2e%2fetc", "It was renamed, moved or deleted"),
        ("/m/%FF", "It was renamed, moved or deleted"),
        (&foreign.0, "It was renamed, moved or deleted"),
        (
            &format!("{folder}/AAAAAAAAAAAAAAAAAAA"),
            "It was moved or deleted",
        ),
        (&format!("{folder}/nonsense"), "It was moved or deleted"),
        (&foreign.1, "It was"),
        (
            &format!(
                "{folder}{}",
                foreign.1.trim_start_matches("/m/").split_at(8).1
            ),
            "It was",
        ),
        (
            &format!("{message}/parts/7"),
            "The message has no such part.",
        ),
        (
            &format!("{message}/parts/..%2f..%2fetc%2fpasswd"),
            "The message has no such part.",
        ),
        (
            &format!("{message}/parts/1.1.1.1"),
            "The message has no such part.",
        ),
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(
            answer.words().contains(sentence),
            "{path}: {}",
            answer.words()
        );
        let tags = answer.tags();
        let back = tags
            .iter()
            .any(|tag| tag.name == "a" && tag.get("href").starts_with('/'));
        assert!(back, "{path} has no way back");
    }
}

#[tokio::test]
async fn a_folder_is_listed_in_the_order_that_was_chosen_for_it() {
    let app = TestApp::start().await;
    let user = Dovecot::shared().user();
    for subject in ["pear", "apple", "Re: plum", "fig"] {
        user.deliver(&letter(subject).raw());
    }
    let mut browser = app.signed_in(&user).await;
    let page = browser.page("/").await;
    let usual = ["fig", "Re: plum", "apple", "pear"];
    assert_eq!(page.subjects(), usual);
    let menu = |page: &Answer| -> Option<String> {
        let tags = page.tags();
        let menu = tags.iter().find(|tag| tag.get("id") == "order")?;
        Some(menu.get("action").to_owned())
    };
    let order = menu(&page).expect("a menu");
    assert_eq!(
        browser.post(&order, &[("sort", "subject")]).await.status,
        303
    );
    let page = browser.page("/").await;
    let sorted = ["apple", "fig", "pear", "Re: plum"];
    assert_eq!(page.subjects(), sorted);
    let chosen = "value=\"subject\" aria-current=\"true\"";
    assert!(page.text().contains(chosen), "{}", page.text());
    // Wherever one signs in.
    let mut other = app.signed_in(&user).await;
    assert_eq!(other.page("/").await.subjects(), sorted);
    // What is found is listed newest first.
    let found = format!("{}?q=subject:p", order.trim_end_matches("/order"));
    let found = browser.page(&found).await;
    assert_eq!(found.subjects(), ["Re: plum", "apple", "pear"]);
    assert!(menu(&found).is_none());
    for back in ["nonsense", "-receivedAt"] {
        browser.post(&order, &[("sort", "subject")]).await;
        assert_eq!(browser.post(&order, &[("sort", back)]).await.status, 303);
        assert_eq!(browser.page("/").await.subjects(), usual, "{back}");
    }
}
