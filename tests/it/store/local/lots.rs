//! Several messages at once: each in its folder once, with marks of its own, all or none.

use std::collections::HashSet;

use restante::{
    mail::{id::MailboxId, keyword::Keywords},
    store::{
        blobs::Sha256,
        error::Error,
        local::{
            arrival::Arrival,
            list::Anchor,
            lot::{self, Coming},
        },
    },
};

use super::{NOWHERE, Place};
use crate::store::database::{Database, both};

both!(
    each_comes_once_with_its_own_marks,
    two_who_bring_the_same_bring_it_once,
    all_come_or_none,
);

const NOW: i64 = 1_000_000_000_000;

async fn received(place: &Place, subject: &str) -> Arrival {
    let raw = format!("Subject: {subject}\r\n\r\nText of {subject}.\r\n");
    place.receive(raw.as_bytes()).await
}

async fn put(
    place: &Place,
    all: &[(MailboxId, &Arrival, &str, i64)],
    quota: Option<i64>,
) -> Result<Vec<bool>, Error> {
    let words: Vec<Keywords> = all
        .iter()
        .map(|one| one.2.split_whitespace().collect())
        .collect();
    let coming = all.iter().zip(&words).map(|(one, keywords)| Coming {
        mailbox: one.0,
        arrival: one.1,
        keywords,
        received_at: one.3,
    });
    let coming: Vec<Coming<'_>> = coming.collect();
    lot::place_new(&place.store, place.owner, &coming, quota, NOW).await
}

async fn each_comes_once_with_its_own_marks(db: Database) {
    let place = Place::new(db).await;
    place.file("INBOX", "old", "", 10).await;
    let inbox = place.folder("INBOX").await.id;
    let trash = place.folder("Trash").await.id;
    let old = received(&place, "old").await;
    let (a, b, c) = (
        received(&place, "a").await,
        received(&place, "b").await,
        received(&place, "c").await,
    );
    let all = [
        (inbox, &old, "", 1),
        (inbox, &a, "$seen work", 30),
        (trash, &b, "$flagged", 20),
        (inbox, &a, "", 40),
        (trash, &a, "", 50),
        (inbox, &c, "", 15),
    ];
    let placed = put(&place, &all, None).await.unwrap();
    assert_eq!(placed, [false, true, true, false, true, true]);
    assert_eq!(place.counts("INBOX").await, (3, 2));
    assert_eq!(place.counts("Trash").await, (2, 2));
    let rows = place.window("INBOX", Anchor::Newest, 10).await.rows;
    let mut rows: Vec<_> = rows
        .iter()
        .map(|row| (row.received_at, row.subject.as_str(), row.keywords.0.len()))
        .collect();
    rows.sort();
    assert_eq!(rows, [(10, "old", 0), (15, "c", 0), (30, "a", 2)]);
    let hashes = [&old, &a, &b, &c].map(|one| one.stored.sha256);
    let held = lot::held(&place.store, place.owner, &hashes).await.unwrap();
    let (here, elsewhere): (Vec<_>, Vec<_>) = held.into_iter().partition(|(at, _)| *at == inbox);
    let bytes = |held: Vec<(MailboxId, Sha256)>| held.into_iter().map(|(_, sha256)| sha256);
    let here: HashSet<Sha256> = bytes(here).collect();
    assert_eq!(here, [hashes[0], hashes[1], hashes[3]].into());
    let elsewhere: HashSet<Sha256> = bytes(elsewhere).collect();
    assert!(elsewhere.contains(&hashes[2]));
    let again = put(&place, &all, None).await.unwrap();
    assert_eq!(again, [false; 6]);
    assert_eq!(put(&place, &[], None).await.unwrap(), [false; 0]);
    assert_eq!(place.count("messages").await, 5);
    assert_eq!(place.count("blobs").await, 4);
}

async fn two_who_bring_the_same_bring_it_once(db: Database) {
    let place = Place::new(db).await;
    let inbox = place.folder("INBOX").await.id;
    let mut arrivals = Vec::new();
    for number in 0..10 {
        arrivals.push(received(&place, &format!("m{number}")).await);
    }
    let all: Vec<_> = arrivals.iter().map(|one| (inbox, one, "", 5)).collect();
    let four = (0..4).map(|_| put(&place, &all, None));
    let four = futures_util::future::join_all(four).await;
    for number in 0..10 {
        let times = four.iter().filter(|one| one.as_ref().unwrap()[number]);
        assert_eq!(times.count(), 1);
    }
    assert_eq!(place.counts("INBOX").await, (10, 10));
}

async fn all_come_or_none(db: Database) {
    let place = Place::new(db).await;
    let inbox = place.folder("INBOX").await.id;
    let (a, b) = (received(&place, "a").await, received(&place, "b").await);
    let gone = put(&place, &[(inbox, &a, "", 1), (NOWHERE, &b, "", 2)], None).await;
    assert!(matches!(gone, Err(Error::Gone)));
    let both = [(inbox, &a, "", 1), (inbox, &b, "", 2)];
    let most = a.stored.stored_size + b.stored.stored_size - 1;
    let full = put(&place, &both, Some(i64::try_from(most).unwrap())).await;
    assert!(matches!(full, Err(Error::Quota)));
    assert_eq!(place.counts("INBOX").await, (0, 0));
    assert_eq!(place.count("messages").await, 0);
    let room = put(&place, &both, Some(i64::try_from(most + 1).unwrap())).await;
    assert_eq!(room.unwrap(), [true, true]);
}
