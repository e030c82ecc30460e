//! Windows of a folder, and that changes of others are heard.

use restante::{
    engine::{
        Error,
        events::EventKind,
        list::{Anchor, Window},
    },
    mail::{id::MailboxId, mailbox::Role, sort::Sort},
};

use super::{Kind, PATIENCE, Place, alike, subjects};
use crate::support::letter::letter;

alike!(
    windows_come_newest_first,
    every_order_has_its_windows,
    an_order_holds_its_place_when_messages_come_and_go,
    rows_say_what_a_message_is,
    what_others_do_is_seen,
    a_folder_of_nobody_is_not_found,
);

async fn windows_come_newest_first(kind: Kind) {
    let all = ["a", "b", "c", "d", "e"];
    let place = Place::with_subjects(kind, &all).await;
    let inbox = place.role(Role::Inbox).await;
    assert_eq!((inbox.total, inbox.unread), (5, 5));
    let newest = place.list(&inbox, Anchor::Newest, 2).await;
    assert_eq!(subjects(&newest.rows), ["e", "d"]);
    assert_eq!((newest.total, newest.offset), (5, 0));
    assert!(newest.has_older && !newest.has_newer && newest.complete);
    let last = newest.rows[1].placement.uid;
    let middle = place.list(&inbox, Anchor::Before(last), 2).await;
    assert_eq!(subjects(&middle.rows), ["c", "b"]);
    assert_eq!(middle.offset, 2);
    assert!(middle.has_older && middle.has_newer);
    let last = middle.rows[1].placement.uid;
    let end = place.list(&inbox, Anchor::Before(last), 2).await;
    assert_eq!(subjects(&end.rows), ["a"]);
    assert_eq!(end.offset, 4);
    assert!(!end.has_older && end.has_newer);
    let first = end.rows[0].placement.uid;
    let back = place.list(&inbox, Anchor::After(first), 2).await;
    assert_eq!(subjects(&back.rows), ["c", "b"]);
    assert_eq!(back.offset, 2);
    let first = back.rows[0].placement.uid;
    let top = place.list(&inbox, Anchor::After(first), 3).await;
    assert_eq!(subjects(&top.rows), ["e", "d"]);
    assert!(!top.has_newer && top.has_older);
    // The anchor's message leaves: the place stays.
    let anchor = newest.rows[1].placement.uid;
    place.account.trash(&[newest.rows[1].id]).await.unwrap();
    let below = place.list(&inbox, Anchor::Before(anchor), 2).await;
    assert_eq!(subjects(&below.rows), ["c", "b"]);
    assert_eq!((below.offset, below.total), (1, 4));
}

/// In each order, whole and page by page, down and up again; also of what a search finds.
async fn every_order_has_its_windows(kind: Kind) {
    let one = |second, subject: &str, from: &str, octets: usize| {
        let text = "x ".repeat(octets);
        super::mail(
            "INBOX",
            second,
            letter(subject).from(from).text(&text).raw(),
        )
    };
    let place = Place::with(
        kind,
        &[
            one(0, "banana", "Zed <a@example.org>", 2000),
            one(1, "Re: apple", "bea@example.org", 500),
            one(2, "cherry", "Ada <z@example.org>", 1000),
            one(3, "Apple", "Zed <a@example.org>", 4000),
        ],
    )
    .await;
    let inbox = place.role(Role::Inbox).await;
    let cases = [
        ("-receivedAt", ["Apple", "cherry", "Re: apple", "banana"]),
        ("receivedAt", ["banana", "Re: apple", "cherry", "Apple"]),
        ("from", ["cherry", "Re: apple", "banana", "Apple"]),
        ("-from", ["Apple", "banana", "Re: apple", "cherry"]),
        ("subject", ["Re: apple", "Apple", "banana", "cherry"]),
        ("-subject", ["cherry", "banana", "Apple", "Re: apple"]),
        ("size", ["Re: apple", "cherry", "banana", "Apple"]),
        ("-size", ["Apple", "banana", "cherry", "Re: apple"]),
    ];
    for (name, expected) in cases {
        let sort = Sort::parse(name).unwrap();
        for typed in [None, Some("example.org")] {
            let list =
                async |anchor, limit| place.ordered(&inbox, typed, sort, anchor, limit).await;
            let whole = list(Anchor::Newest, 10).await;
            assert_eq!(subjects(&whole.rows), expected, "{name} {typed:?}");
            assert_eq!((whole.total, whole.offset, whole.has_older), (4, 0, false));
            let uid = |at: usize| whole.rows[at].placement.uid;
            let first = list(Anchor::Newest, 3).await;
            assert_eq!(subjects(&first.rows), expected[..3], "{name}");
            assert!(first.has_older && !first.has_newer);
            let last = list(Anchor::Before(uid(2)), 3).await;
            assert_eq!(subjects(&last.rows), expected[3..], "{name}");
            assert!(!last.has_older && last.has_newer);
            if typed.is_none() {
                assert_eq!(last.offset, 3, "{name}");
                let back = list(Anchor::After(uid(3)), 2).await;
                assert_eq!(subjects(&back.rows), expected[1..3], "{name}");
                assert!(back.has_older && back.has_newer);
                assert_eq!(back.offset, 1, "{name}");
            }
        }
    }
    assert_eq!(place.account.sorts(), Some(true));
}

async fn an_order_holds_its_place_when_messages_come_and_go(kind: Kind) {
    let place = Place::with_subjects(kind, &["d", "b", "a", "e", "c"]).await;
    let inbox = place.role(Role::Inbox).await;
    let sort = Sort::parse("subject").unwrap();
    let list = async |anchor, limit| place.ordered(&inbox, None, sort, anchor, limit).await;
    let first = list(Anchor::Newest, 2).await;
    assert_eq!(subjects(&first.rows), ["a", "b"]);
    let anchor = first.rows[1].placement.uid;
    place.arrives(&letter("aa").text("Text.").raw()).await;
    // A server may need a moment to see what was put into a mailbox beside it.
    let seen = async { while place.rows(&inbox).await.len() < 6 {} };
    tokio::time::timeout(PATIENCE, seen).await.unwrap();
    let second = list(Anchor::Before(anchor), 2).await;
    assert_eq!(subjects(&second.rows), ["c", "d"]);
    assert_eq!((second.offset, second.total), (3, 6));
    // The message of the anchor leaves the folder.
    place.account.trash(&[first.rows[1].id]).await.unwrap();
    let again = list(Anchor::Before(anchor), 2).await;
    assert_eq!(subjects(&again.rows), ["c", "d"]);
    assert_eq!((again.offset, again.total), (2, 5));
}

async fn rows_say_what_a_message_is(kind: Kind) {
    let raw = letter("=?utf-8?q?Gr=C3=BC=C3=9Fe?=")
        .from("=?utf-8?q?Zo=C3=AB?= <zoe@example.org>")
        .header("To", "Bob <bob@example.org>, carol@example.org")
        .header("Cc", "dan@example.org")
        .id("1@example.org")
        .answers("0@example.org")
        .text("The first words.")
        .file("application/pdf", "a.pdf", b"%PDF")
        .raw();
    let place = Place::with(kind, &[super::mail("INBOX", 7, raw.clone())]).await;
    let inbox = place.role(Role::Inbox).await;
    let rows = place.rows(&inbox).await;
    let row = &rows[0];
    assert_eq!(row.subject, "Grüße");
    assert_eq!(row.from[0].name.as_deref(), Some("Zoë"));
    assert_eq!(row.to.len(), 2);
    assert_eq!(row.cc[0].email, "dan@example.org");
    assert_eq!(row.message_id.as_deref(), Some("1@example.org"));
    assert_eq!(row.in_reply_to, ["0@example.org"]);
    assert_eq!(row.received_at, 1_790_000_007_000);
    assert_eq!(row.sent_at, Some(1_795_424_400_000));
    assert_eq!(row.sent_offset, Some(60));
    assert_eq!(row.preview, "The first words.");
    assert_eq!(row.size, raw.len() as u64);
    assert!(row.has_attachment);
    assert!(row.keywords.0.is_empty(), "{:?}", row.keywords);
}

async fn what_others_do_is_seen(kind: Kind) {
    let place = Place::with_subjects(kind, &["a"]).await;
    let inbox = place.role(Role::Inbox).await;
    place.list(&inbox, Anchor::Newest, 10).await;
    let mut events = place.account.subscribe().unwrap();
    place.account.watch().await.unwrap();
    place.arrives(&letter("news").text("Text.").raw()).await;
    let heard = async {
        loop {
            let event = events.recv().await.unwrap();
            if event.kind == EventKind::Email && event.mailbox == Some(inbox.id) {
                return event.seq;
            }
        }
    };
    let seq = tokio::time::timeout(PATIENCE, heard).await.unwrap();
    assert!(seq > 0);
    assert_eq!(subjects(&place.rows(&inbox).await), ["news", "a"]);
    assert_eq!(place.role(Role::Inbox).await.total, 2);
}

async fn a_folder_of_nobody_is_not_found(kind: Kind) {
    let place = Place::with_subjects(kind, &["a"]).await;
    let other = Place::with_subjects(kind, &["secret"]).await;
    let theirs = other.role(Role::Inbox).await;
    let message = other.row(&theirs, "secret").await.id;
    let window = |mailbox| Window {
        mailbox,
        filter: None,
        sort: Sort::default(),
        anchor: Anchor::Newest,
        limit: 10,
    };
    for mailbox in [theirs.id, MailboxId([250; 6])] {
        let list = place.account.list(&window(mailbox)).await;
        assert!(matches!(list, Err(Error::NotFound)), "{list:?}");
        let moved = place.account.move_to(&[message], mailbox).await;
        assert!(matches!(moved, Err(Error::NotFound)), "{moved:?}");
    }
    let opened = place.account.open(message).await;
    assert!(matches!(opened, Err(Error::NotFound)), "{opened:?}");
    assert_eq!(other.rows(&theirs).await.len(), 1);
}
