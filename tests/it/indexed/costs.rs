//! What conversations cost upstream, in round trips.

use std::time::Duration;

use tokio::time::timeout;

use super::{inbox, listed};
use crate::contract::{Kind, PATIENCE, Place, mail, threads::named};

async fn place() -> Place {
    let messages: Vec<_> = (0..60)
        .map(|n| {
            let root = format!("r{}", n / 3);
            let raw = match n % 3 {
                0 => named(&format!("t{}", n / 3), &root, &[]),
                _ => named(&format!("Re: t{}", n / 3), &format!("m{n}"), &[&root]),
            };
            mail("INBOX", n, raw)
        })
        .collect();
    let place = Place::with(Kind::Imap, &messages).await;
    place.account.read_conversations().await.unwrap();
    place
}

#[tokio::test]
async fn a_list_of_conversations_costs_a_round_trip() {
    let place = place().await;
    let (account, inbox) = (&place.account, inbox(&place).await);
    let user = place.user.as_ref().unwrap();
    let trips = async |what: &str, most: u64| {
        let before = account.round_trips();
        let rows = listed(account, inbox).await;
        let cost = account.round_trips() - before;
        assert!(cost <= most, "{what}: {cost}");
        rows
    };
    assert_eq!(trips("rows that nobody has read", 2).await.len(), 20);
    assert_eq!(trips("rows that are known", 1).await.len(), 20);
    user.deliver(&named("Re: t3", "late", &["r3"]));
    let rows = trips("a message has come", 3).await;
    assert_eq!(rows[0], ("Re: t3".to_owned(), 4));
    let gone = [
        "mailbox",
        "INBOX",
        "header",
        "Message-ID",
        "<late@example.org>",
    ];
    user.doveadm(&["expunge"], &gone, b"");
    let rows = trips("a message has gone", 4).await;
    assert_eq!(rows[0], ("Re: t19".to_owned(), 3));
    assert_eq!(trips("nothing more", 1).await.len(), 20);

    let of = place.row(&place.folder("INBOX").await, "t7").await;
    account.mailboxes_now().await.unwrap();
    account.conversation(&of).await.unwrap();
    let before = account.round_trips();
    assert_eq!(account.conversation(&of).await.unwrap().len(), 3);
    let cost = account.round_trips() - before;
    assert!(cost <= 1, "a conversation in one folder: {cost}");
}

#[tokio::test]
async fn a_watched_list_of_conversations_costs_nothing() {
    let mut place = place().await;
    let inbox = inbox(&place).await;
    let account = place.account.clone();
    let user = place.user.clone().unwrap();
    let mut events = place
        .browser
        .events(&format!("/events?mailbox={inbox}"), None)
        .await;
    // IDLE has begun when a delivery is told of.
    user.deliver(&named("Re: t3", "late", &["r3"]));
    timeout(PATIENCE, events.next()).await.unwrap().unwrap();
    let mut is_free = false;
    for _ in 0..1000 {
        let before = account.round_trips();
        assert_eq!(listed(&account, inbox).await[0], ("Re: t3".to_owned(), 4));
        is_free = account.round_trips() == before;
        let known = account.known_conversations(inbox, None, 50).await.unwrap();
        if is_free && known.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(is_free, "a list that IDLE vouches for comes from memory");
    // And never hides what came since.
    user.deliver(&named("Newer", "newer", &[]));
    loop {
        timeout(PATIENCE, events.next()).await.unwrap().unwrap();
        // It may have come in the second of the one before.
        if listed(&account, inbox).await[..2].contains(&("Newer".to_owned(), 1)) {
            break;
        }
    }
}
