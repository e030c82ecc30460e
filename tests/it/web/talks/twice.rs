//! What came twice, by a list and to oneself: one message to read, two to act on.

use restante::mail::mailbox::Role;

use super::{filing, lunch, read, values, with_class};
use crate::{
    contract::{Kind, Place},
    support::{browser::Answer, letter::letter},
    web::mail,
};

/// What came by a list as well: one to read, and both are filed, brought back and read.
#[tokio::test]
async fn what_came_twice_is_filed_together() {
    let by_list = |second, name: &str| {
        let raw = letter("Lunch")
            .header("List-Id", "<lunch.example.org>")
            .from("Ada <ada@example.org>")
            .id(&format!("{name}@example.org"))
            .answers("first@example.org")
            .text(&format!("Says {name}."));
        mail("INBOX", second, raw.raw())
    };
    let messages = [
        read(lunch("INBOX", 1, "Ada", "one"), &["$seen"]),
        lunch("INBOX", 2, "Ada", "two"),
        by_list(3, "two"),
        lunch("INBOX", 4, "Ben", "three"),
    ];
    let mut place = Place::with(Kind::Local, &messages).await;
    place.shows("conversations").await;
    let inbox = place.path(Role::Inbox).await;
    let page = place.inbox().await;
    let words = page.words();
    assert!(
        words.contains("Conversation, 3 messages, 2 unread"),
        "{words}"
    );
    let value = values(&page).remove(0);
    let ids: Vec<String> = value.split(',').map(ToOwned::to_owned).collect();
    assert_eq!(ids.len(), 4);
    // The toolbar of the page files all four, whichever was opened.
    let opened = place.browser.page(&format!("{inbox}/{}", ids[3])).await;
    let path = filing(&opened, "archive");
    assert_eq!(path.split(',').count(), 4, "{path}");
    // Its row leads to both, and reading the one is reading the other.
    let row = with_class(&opened, "talk__row");
    let twice: Vec<&str> = row
        .iter()
        .map(|row| row.get("href"))
        .filter(|href| href.contains(','))
        .collect();
    assert_eq!(twice.len(), 1);
    let twin = twice[0].to_owned();
    let card = format!("card-{}", twin.rsplit(',').next().unwrap());
    let frame = place.browser.frame(&twin, &card).await;
    assert!(frame.words().contains("Says two."), "{}", frame.words());
    place.until_unread(0).await;
    let done = place.browser.turbo(&path, &[]).await;
    assert_eq!(place.counts(Role::Inbox).await.0, 0);
    assert_eq!(place.counts(Role::Archive).await.0, 4);
    let token = done.undo().unwrap();
    place.browser.turbo("/undo", &[("token", &token)]).await;
    assert_eq!(place.counts(Role::Inbox).await.0, 4);
}

/// The same of one that is a conversation by itself; in a list of messages each is one.
#[tokio::test]
async fn what_came_twice_and_nothing_else_is_filed_together() {
    let again = letter("Once")
        .header("List-Id", "<lunch.example.org>")
        .id("once@example.org")
        .text("Text.");
    let messages = [
        mail(
            "INBOX",
            1,
            letter("Once").id("once@example.org").text("Text.").raw(),
        ),
        mail("INBOX", 2, again.raw()),
    ];
    let mut place = Place::with(Kind::Local, &messages).await;
    let inbox = place.path(Role::Inbox).await;
    let value = values(&place.inbox().await).remove(0);
    let opened = place.browser.page(&format!("{inbox}/{value}")).await;
    assert!(!filing(&opened, "trash").contains(','));
    place.until_unread(1).await;
    place.shows("conversations").await;
    let value = values(&place.inbox().await).remove(0);
    assert_eq!(value.split(',').count(), 2);
    let newest = value.rsplit(',').next().unwrap();
    let opened = place.browser.page(&format!("{inbox}/{newest}")).await;
    place.until_unread(0).await;
    let path = filing(&opened, "trash");
    assert_eq!(path.split(',').count(), 2, "{path}");
    assert_eq!(place.browser.post(&path, &[]).await.status, 303);
    assert_eq!(place.counts(Role::Trash).await.0, 2);
}

/// Whether rows are bold: of the list, and of the conversation around what is open.
fn unread(page: &Answer, class: &str) -> Vec<bool> {
    let rows = with_class(page, class);
    rows.iter()
        .filter(|row| !row.get("data-unread").is_empty())
        .map(|row| row.get("data-unread") == "true")
        .collect()
}

/// Unread is what has an unread copy, until one of the two is read.
#[tokio::test]
async fn what_came_twice_is_unread_while_one_of_the_two_is() {
    let twice = |subject: &str, second, words: &[&str]| {
        let raw = letter(subject)
            .id(&format!("{subject}@example.org"))
            .answers("first@example.org")
            .text("Text.");
        read(mail("INBOX", second, raw.raw()), words)
    };
    let messages = [
        twice("two", 1, &["$seen"]),
        twice("two", 2, &[]),
        twice("three", 3, &["$seen"]),
    ];
    let mut place = Place::with(Kind::Local, &messages).await;
    place.shows("conversations").await;
    let inbox = place.path(Role::Inbox).await;
    let page = place.inbox().await;
    assert_eq!(unread(&page, "row"), [true]);
    let value = values(&page).remove(0);
    let ids: Vec<&str> = value.split(',').collect();
    let opened = place.browser.page(&format!("{inbox}/{}", ids[2])).await;
    assert_eq!(unread(&opened, "talk__item"), [true], "its copy is");
    // The page that reads both says so at once, whichever of the two it is the page of.
    let opened = place.browser.page(&format!("{inbox}/{}", ids[0])).await;
    assert_eq!(unread(&opened, "row"), [false]);
    assert_eq!(unread(&opened, "message"), [false]);
    place.until_unread(0).await;

    // Where reading is not marked, or only after a while, it stays as it is.
    let seen = format!("{inbox}/{}/seen", ids[1]);
    for (mark_read, is_marked) in [("never", false), ("soon", true)] {
        place.browser.turbo(&seen, &[("value", "false")]).await;
        place.until_unread(1).await;
        let fields = [
            ("page_size", "50"),
            ("lists", "conversations"),
            ("mark_read", mark_read),
            ("advance", "older"),
        ];
        place.browser.post("/settings/reading", &fields).await;
        let opened = place.browser.page(&format!("{inbox}/{}", ids[0])).await;
        assert_eq!(unread(&opened, "row"), [true], "{mark_read}");
        assert_eq!(unread(&opened, "message"), [true], "{mark_read}");
        let message = with_class(&opened, "message").remove(0);
        let marks = message.get("data-controller") == "mark-read";
        assert_eq!(marks, is_marked, "{mark_read}");
        let path = message.get("data-mark-read-url-value").to_owned();
        assert_eq!(path.matches(',').count(), usize::from(is_marked), "{path}");
    }
    assert_eq!(place.counts(Role::Inbox).await.1, 1);
}
