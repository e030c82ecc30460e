//! Keywords, moves, copies and removal; counts are right after each.

use restante::store::{
    error::Error,
    local::{Batch, keywords, remove, transfer},
};

use super::{NOWHERE, Place, batch};
use crate::store::database::{Database, both};

both!(
    keywords_are_set_and_removed,
    moves_keep_what_a_message_is,
    copies_share_their_bytes,
    what_is_expunged_lets_go_of_its_bytes,
    a_folder_is_emptied,
    another_validity_changes_nothing,
);

async fn keywords_are_set_and_removed(db: Database) {
    let place = Place::new(db).await;
    for subject in ["a", "b", "c"] {
        place.file("INBOX", subject, "", 1).await;
    }
    let inbox = place.folder("INBOX").await;
    let set = async |uids: &[u32], add: &[&str], remove: &[&str]| {
        let batch = batch(&inbox, uids);
        keywords::set(&place.store, place.owner, &batch, add, remove, 9)
            .await
            .unwrap()
    };
    assert!(set(&[1, 2, 77], &["$seen", "work", "no word", "\""], &[]).await);
    assert_eq!(place.counts("INBOX").await, (3, 1));
    let modseq = place.folder("INBOX").await.modseq;
    assert!(!set(&[1], &["$seen"], &["$flagged"]).await, "as it was");
    assert_eq!(place.folder("INBOX").await.modseq, modseq);
    assert!(set(&[1, 3], &["$flagged"], &["$seen"]).await);
    assert_eq!(place.counts("INBOX").await, (3, 2));
    let sql = "SELECT keywords FROM placements ORDER BY uid";
    let kept = place.db.raw().await.texts(sql).await;
    assert_eq!(kept, ["$flagged work", "$seen work", "$flagged"]);
    let sql = "SELECT detail_json FROM journal WHERE operation = 'keywords' ORDER BY id";
    let written = place.db.raw().await.texts(sql).await;
    assert_eq!(written.len(), 4);
    assert_eq!(written[2], r#"{"keywords":"$flagged work"}"#);
}

async fn moves_keep_what_a_message_is(db: Database) {
    let place = Place::new(db).await;
    place.file("Archive", "old", "", 15).await;
    for (subject, words, at) in [("a", "$seen", 10), ("b", "", 20), ("c", "work", 30)] {
        place.file("INBOX", subject, words, at).await;
    }
    let (inbox, archive) = (place.folder("INBOX").await, place.folder("Archive").await);
    let moving = batch(&inbox, &[3, 1, 1, 77]);
    let moved = transfer::move_to(&place.store, place.owner, &moving, archive.id, 9);
    let moved = moved.await.unwrap();
    assert_eq!(moved.pairs, [(1, 2), (3, 3)]);
    assert_eq!(moved.uid_validity, archive.uid_validity);
    assert_eq!(place.subjects("INBOX").await, ["b"]);
    assert_eq!(place.subjects("Archive").await, ["c", "old", "a"]);
    assert_eq!(place.counts("INBOX").await, (1, 1));
    assert_eq!(place.counts("Archive").await, (3, 2));
    assert!(place.folder("INBOX").await.modseq > inbox.modseq);
    // And back: each is where it was in the order, under a new number.
    let back = batch(&archive, &[2, 3]);
    let moved = transfer::move_to(&place.store, place.owner, &back, inbox.id, 9);
    assert_eq!(moved.await.unwrap().pairs, [(2, 4), (3, 5)]);
    assert_eq!(place.subjects("INBOX").await, ["c", "b", "a"]);
    assert_eq!(place.count("messages").await, 4);
    let nowhere = batch(&inbox, &[4]);
    let moved = transfer::move_to(&place.store, place.owner, &nowhere, NOWHERE, 9).await;
    assert!(matches!(moved, Err(Error::Gone)));
    assert_eq!(place.counts("INBOX").await, (3, 2), "all or nothing");
}

async fn copies_share_their_bytes(db: Database) {
    let place = Place::new(db).await;
    place.file("INBOX", "a", "work", 10).await;
    let (inbox, archive) = (place.folder("INBOX").await, place.folder("Archive").await);
    let copying = batch(&inbox, &[1]);
    let copied = transfer::copy_to(&place.store, place.owner, &copying, archive.id, 9);
    assert_eq!(copied.await.unwrap().pairs, [(1, 1)]);
    assert_eq!(place.counts("INBOX").await, (1, 1));
    assert_eq!(place.counts("Archive").await, (1, 1));
    assert_eq!(place.count("messages").await, 1);
    // One goes, the other stays.
    remove::expunge(&place.store, place.owner, &copying, 9)
        .await
        .unwrap();
    assert_eq!(place.subjects("Archive").await, ["a"]);
    assert_eq!(place.count("messages").await, 1);
}

async fn what_is_expunged_lets_go_of_its_bytes(db: Database) {
    let place = Place::new(db).await;
    place.file("INBOX", "a", "", 10).await;
    place.file("INBOX", "b", "$seen", 20).await;
    let inbox = place.folder("INBOX").await;
    let both = batch(&inbox, &[2, 9]);
    let gone = remove::expunge(&place.store, place.owner, &both, 50);
    assert_eq!(gone.await.unwrap(), 1);
    assert_eq!(place.counts("INBOX").await, (1, 1));
    assert_eq!(place.count("messages").await, 1);
    assert_eq!(place.count("message_words").await, 1);
    let unused = "SELECT unused_at FROM blobs WHERE uses = 0";
    assert_eq!(place.db.raw().await.numbers(unused).await, [50]);
}

async fn a_folder_is_emptied(db: Database) {
    let place = Place::new(db).await;
    for number in 0..7 {
        place.file("Trash", &format!("{number}"), "", number).await;
    }
    place.file("INBOX", "stays", "", 1).await;
    let trash = place.folder("Trash").await;
    let gone = remove::empty(&place.store, place.owner, trash.id, 9)
        .await
        .unwrap();
    assert_eq!(gone, 7);
    assert_eq!(place.counts("Trash").await, (0, 0));
    assert_eq!(place.counts("INBOX").await, (1, 1));
    assert_eq!(place.count("removals").await, 7, "they can be brought back");
    let next = place.file("Trash", "next", "", 1).await;
    assert_eq!(next.uid, 8, "no number is given twice");
}

async fn another_validity_changes_nothing(db: Database) {
    let place = Place::new(db).await;
    place.file("INBOX", "a", "", 10).await;
    let (inbox, trash) = (place.folder("INBOX").await, place.folder("Trash").await);
    let old = Batch {
        uid_validity: inbox.uid_validity + 1,
        ..batch(&inbox, &[1])
    };
    let (store, owner) = (&place.store, place.owner);
    let set = keywords::set(store, owner, &old, &["$seen"], &[], 9).await;
    assert!(matches!(set, Err(Error::Gone)));
    let moved = transfer::move_to(store, owner, &old, trash.id, 9).await;
    assert!(matches!(moved, Err(Error::Gone)));
    let copied = transfer::copy_to(store, owner, &old, trash.id, 9).await;
    assert_eq!(copied.unwrap().pairs, []);
    assert_eq!(place.counts("Trash").await, (0, 0));
    let gone = remove::expunge(store, owner, &old, 9).await;
    assert!(matches!(gone, Err(Error::Gone)));
    assert_eq!(place.counts("INBOX").await, (1, 1));
}
