//! Filing: everything or nothing, and the bytes as they came.

use bytes::Bytes;
use futures_util::{TryStreamExt as _, stream};
use restante::{
    mail::keyword::Keywords,
    store::{
        blobs,
        error::Error,
        local::{
            arrival,
            list::{self, Anchor},
            place::{self, Placing},
        },
    },
};

use super::{NOWHERE, Place};
use crate::store::database::{Database, both};

both!(
    a_message_is_filed_whole,
    a_large_message_is_filed_whole,
    the_same_bytes_are_two_messages_and_one_blob,
    nothing_is_left_of_what_fails,
    what_can_not_be_read_is_filed,
);

async fn stored(place: &Place, sha256: &[u8; 32]) -> Vec<u8> {
    let pieces = place.files.read(place.owner.user, sha256, 0).await.unwrap();
    let pieces: Vec<Bytes> = pieces.try_collect().await.unwrap();
    pieces.concat()
}

async fn a_message_is_filed_whole(db: Database) {
    let place = Place::new(db).await;
    let raw = "From: Zoë <zoe@example.org>\r\nSubject: Hello\r\n\
        Message-ID: <1@x>\r\nDate: Thu, 1 Oct 2026 09:00:00 +0200\r\n\r\nSome words\r\n";
    let arrival = place.receive(raw.as_bytes()).await;
    assert_eq!(stored(&place, &arrival.stored.sha256).await, raw.as_bytes());
    assert_eq!(place.count("blobs").await, 0, "no row before it is placed");
    let placed = place.place(&arrival, "INBOX", "$flagged work", 700).await;
    assert_eq!((placed.uid, placed.new), (1, true));
    let window = place.window("INBOX", Anchor::Newest, 10).await;
    let row = &window.rows[0];
    assert_eq!(row.subject, "Hello");
    assert_eq!(row.from[0].name.as_deref(), Some("Zoë"));
    assert_eq!(row.message_id.as_deref(), Some("1@x"));
    assert_eq!((row.received_at, row.size), (700, raw.len() as u64));
    assert_eq!(row.sent_at, Some(1_790_838_000_000));
    assert_eq!(row.preview, "Some words");
    assert!(row.keywords.has("$flagged") && row.keywords.has("work"));
    assert_eq!(row.placement.uid_validity, placed.uid_validity);
    assert_eq!(place.counts("INBOX").await, (1, 1));
    let found = list::get(&place.store, place.owner, row.placement).await;
    let (again, sha256) = found.unwrap().unwrap();
    assert_eq!((&again, sha256), (row, arrival.stored.sha256));
    let journal = "SELECT detail_json FROM journal WHERE operation = 'place'";
    let written = place.db.raw().await.texts(journal).await;
    assert!(written[0].contains("$flagged work"), "{written:?}");
}

async fn a_large_message_is_filed_whole(db: Database) {
    let place = Place::new(db).await;
    let mut raw = b"Subject: large\r\n\r\n".to_vec();
    raw.resize(3 << 20, b'x');
    let arrival = place.receive(&raw).await;
    assert_eq!(arrival.stored.size, raw.len() as u64);
    assert_eq!(stored(&place, &arrival.stored.sha256).await, raw);
    place.place(&arrival, "INBOX", "", 1).await;
    let window = place.window("INBOX", Anchor::Newest, 10).await;
    assert_eq!(window.rows[0].subject, "large");
    assert_eq!(window.rows[0].size, raw.len() as u64);
}

async fn the_same_bytes_are_two_messages_and_one_blob(db: Database) {
    let place = Place::new(db).await;
    let first = place.file("INBOX", "x", "", 1).await;
    let second = place.file("INBOX", "x", "", 2).await;
    assert!(first.new && !second.new);
    assert_ne!(first.message, second.message);
    assert_eq!(place.count("blobs").await, 1);
    assert_eq!(
        place.db.raw().await.numbers("SELECT uses FROM blobs").await,
        [2]
    );
}

async fn nothing_is_left_of_what_fails(db: Database) {
    let place = Place::new(db).await;
    let user = place.owner.user;
    let broken = stream::iter([Ok(Bytes::from_static(b"half")), Err(Error::Busy)]);
    let outcome = arrival::receive(&place.files, user, &[7; 32], broken, 100).await;
    assert!(matches!(outcome, Err(Error::Busy)));
    for size in [200, 400_000] {
        let long = stream::iter([Ok::<_, Error>(Bytes::from(vec![b'x'; size]))]);
        let outcome = arrival::receive(&place.files, user, &[7; 32], long, 100).await;
        assert!(matches!(outcome, Err(Error::TooLarge)), "{size}");
    }
    let arrival = place.receive(b"Subject: x\r\n\r\n").await;
    let placing = Placing {
        mailbox: place.folder("INBOX").await.id,
        keywords: &Keywords::default(),
        received_at: None,
        quota: Some(5),
    };
    let elsewhere = Placing {
        mailbox: NOWHERE,
        quota: None,
        ..placing
    };
    let put = async |placing| place::place(&place.store, place.owner, &arrival, placing, 9).await;
    assert!(matches!(put(placing).await, Err(Error::Quota)));
    assert!(matches!(put(elsewhere).await, Err(Error::Gone)));
    for table in ["messages", "placements", "blobs"] {
        assert_eq!(place.count(table).await, 0, "{table}");
    }
    assert_eq!(blobs::used_bytes(&place.store, user).await.unwrap(), 0);
    assert_eq!(place.counts("INBOX").await, (0, 0));
}

async fn what_can_not_be_read_is_filed(db: Database) {
    let place = Place::new(db).await;
    let odd: [&[u8]; 5] = [
        b"",
        b"\0\0\0",
        b"Subject: a\0b\r\nFrom: \"\0\" <x\0@y>\r\nMessage-ID: <\0>\r\n\r\n\0 \xff\xfe",
        b"\xff\xfe\xfd",
        b"Subject: =?utf-8?q?=00=F0=9F=98=80?=\r\nTo: a\\'b@c, ' : * & | !\r\n\r\n\\' :* <-> \r\n",
    ];
    for (at, raw) in (1..).zip(odd) {
        let arrival = place.receive(raw).await;
        place.place(&arrival, "INBOX", "", at).await;
        assert_eq!(stored(&place, &arrival.stored.sha256).await, raw);
    }
    assert_eq!(place.counts("INBOX").await, (5, 5));
    // A date that lies ahead is none.
    let ahead = "Received: x; Thu, 1 Oct 2099 09:00:00 +0200\r\n\r\n";
    let arrival = place.receive(ahead.as_bytes()).await;
    let placing = Placing {
        mailbox: place.folder("INBOX").await.id,
        keywords: &Keywords::default(),
        received_at: None,
        quota: None,
    };
    place::place(&place.store, place.owner, &arrival, placing, 999)
        .await
        .unwrap();
    let window = place.window("INBOX", Anchor::Newest, 1).await;
    assert_eq!(window.rows[0].received_at, 999);
}
