//! What came twice, by a list and to oneself: one message to read, two to act on.

use restante::mail::mailbox::Role;

use super::{filing, lunch, read, values, with_class};
use crate::{
    contract::{Kind, Place},
    support::letter::letter,
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
