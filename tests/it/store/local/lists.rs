//! Windows hold their place, whatever comes and goes.

use restante::store::{
    error::Error,
    local::{
        Owner,
        list::{self, Anchor, Edge},
        remove,
    },
};

use super::{NOWHERE, Place, batch, subjects};
use crate::store::{
    database::{Database, both},
    writing::person,
};

both!(
    windows_follow_the_order_of_arrival,
    an_anchor_that_is_gone_holds_its_place,
    ranks_are_remembered_or_counted,
    strangers_see_nothing,
);

async fn filled(db: Database) -> Place {
    let place = Place::new(db).await;
    // Not in the order in which they arrived.
    for (subject, at) in [("c", 30), ("a", 10), ("e", 50), ("b", 20), ("d", 40)] {
        place.file("INBOX", subject, "", at).await;
    }
    place
}

async fn windows_follow_the_order_of_arrival(db: Database) {
    let place = filled(db).await;
    let newest = place.window("INBOX", Anchor::Newest, 2).await;
    assert_eq!(subjects(&newest), ["e", "d"]);
    assert_eq!(
        (newest.total, newest.offset, newest.has_older),
        (5, 0, true)
    );
    // UID 5 is d.
    let below = place.window("INBOX", Anchor::Before(5), 2).await;
    assert_eq!(subjects(&below), ["c", "b"]);
    assert_eq!((below.offset, below.has_older), (2, true));
    let last = place.window("INBOX", Anchor::Before(4), 2).await;
    assert_eq!(subjects(&last), ["a"]);
    assert_eq!((last.offset, last.has_older), (4, false));
    let above = place.window("INBOX", Anchor::After(2), 2).await;
    assert_eq!(subjects(&above), ["c", "b"]);
    assert_eq!((above.offset, above.has_older), (2, true));
    let top = place.window("INBOX", Anchor::After(5), 2).await;
    assert_eq!(subjects(&top), ["e"]);
    assert_eq!(top.offset, 0);
    let nothing = place.window("INBOX", Anchor::Before(2), 2).await;
    assert!(nothing.rows.is_empty() && !nothing.has_older);
    let empty = place.window("Archive", Anchor::Newest, 2).await;
    assert_eq!((empty.total, empty.offset, empty.has_older), (0, 0, false));
}

async fn an_anchor_that_is_gone_holds_its_place(db: Database) {
    let place = filled(db).await;
    let inbox = place.folder("INBOX").await;
    let gone = batch(&inbox, &[5]);
    remove::expunge(&place.store, place.owner, &gone, 1)
        .await
        .unwrap();
    let below = place.window("INBOX", Anchor::Before(5), 2).await;
    assert_eq!(subjects(&below), ["c", "b"]);
    assert_eq!(below.offset, 1);
    let unknown = place.window("INBOX", Anchor::Before(99), 2).await;
    assert_eq!(subjects(&unknown), ["e", "c"], "as from the top");
}

async fn ranks_are_remembered_or_counted(db: Database) {
    let place = filled(db).await;
    let inbox = place.folder("INBOX").await;
    let edge = Edge {
        uid: 5,
        rank: 70,
        modseq: inbox.modseq,
    };
    let (store, owner) = (&place.store, place.owner);
    let ask = async |edge| {
        let window = list::window(store, owner, inbox.id, Anchor::Before(5), 2, Some(edge));
        window.await.unwrap().offset
    };
    assert_eq!(ask(edge).await, 71, "believed");
    let old = Edge {
        modseq: edge.modseq - 1,
        ..edge
    };
    assert_eq!(ask(old).await, 2, "of another state: counted");
    let other = Edge { uid: 4, ..edge };
    assert_eq!(ask(other).await, 2, "of another message: counted");
}

async fn strangers_see_nothing(db: Database) {
    let place = filled(db).await;
    let person = person(&place.store, "b@example.org").await;
    let stranger = Owner {
        user: person.user,
        account: person.account,
    };
    let inbox = place.folder("INBOX").await;
    for (owner, id) in [(stranger, inbox.id), (place.owner, NOWHERE)] {
        let window = list::window(&place.store, owner, id, Anchor::Newest, 9, None).await;
        assert!(matches!(window, Err(Error::Gone)));
    }
    let first = place
        .window("INBOX", Anchor::Newest, 1)
        .await
        .rows
        .remove(0);
    let found = list::get(&place.store, stranger, first.placement)
        .await
        .unwrap();
    assert_eq!(found, None);
    let gone = remove::expunge(&place.store, stranger, &batch(&inbox, &[1]), 1).await;
    assert!(matches!(gone, Err(Error::Gone)));
    assert_eq!(place.counts("INBOX").await, (5, 5));
}
