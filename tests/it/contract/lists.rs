//! Windows of a folder, and that changes of others are heard.

use restante::{
    engine::{
        Error,
        events::EventKind,
        list::{Anchor, Window},
    },
    mail::{id::MailboxId, mailbox::Role},
};

use super::{Kind, PATIENCE, Place, alike, subjects};
use crate::support::letter::letter;

alike!(
    windows_come_newest_first,
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
