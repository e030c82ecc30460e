//! What is deleted for good can be brought back for a while, and is let go of then.

use restante::{
    mail::keyword,
    store::{
        accounts, blobs,
        local::{
            Owner, folders, rebuild, refresh,
            removals::{self, RemovalRow},
            remove, transfer,
        },
    },
};

use super::{Place, batch};
use crate::store::{
    database::{Database, both},
    writing::person,
};

both!(
    it_goes_back_to_where_it_came_from,
    by_way_of_trash_and_junk_it_goes_home,
    without_a_home_it_goes_to_the_inbox,
    what_is_forgotten_is_gone,
    a_copy_stays_whatever_becomes_of_the_other,
    only_its_owner_brings_it_back,
    what_is_over_is_found,
    what_is_old_in_a_folder_is_found,
    it_survives_an_index_that_is_made_again,
    folders_that_are_emptied_are_those_of_mail_that_lives_here,
);

async fn page(place: &Place) -> Vec<RemovalRow> {
    removals::page(&place.store, place.owner.account, 0, None, 100)
        .await
        .unwrap()
}

async fn ids(place: &Place) -> Vec<i64> {
    page(place).await.iter().map(|row| row.id.get()).collect()
}

async fn moved(place: &Place, from: &str, uids: &[u32], to: &str) {
    let (from, to) = (place.folder(from).await, place.folder(to).await);
    let batch = batch(&from, uids);
    transfer::move_to(&place.store, place.owner, &batch, to.id, 20)
        .await
        .unwrap();
}

async fn set_aside(place: &Place, folder: &str, uids: &[u32], at: i64) {
    let folder = place.folder(folder).await;
    let batch = batch(&folder, uids);
    remove::set_aside(&place.store, place.owner, &batch, at)
        .await
        .unwrap();
}

async fn restored(place: &Place, ids: &[i64]) -> Vec<removals::Restored> {
    removals::restore(&place.store, place.owner, ids, 0, 90)
        .await
        .unwrap()
}

async fn it_goes_back_to_where_it_came_from(db: Database) {
    let place = Place::new(db).await;
    place.file("Archive", "a", "$seen $flagged work", 10).await;
    place.file("Archive", "b", "", 20).await;
    let before = place.window("Archive", super::Anchor::Newest, 10).await;
    set_aside(&place, "Archive", &[1, 2], 50).await;
    assert_eq!(place.counts("Archive").await, (0, 0));
    assert_eq!(place.count("messages").await, 2, "their bytes are named");
    let rows = page(&place).await;
    let said: Vec<_> = rows
        .iter()
        .map(|row| (row.subject.as_str(), row.removed_at))
        .collect();
    assert_eq!(said, [("b", 50), ("a", 50)], "the last comes first");
    assert_eq!(rows[1].came_from, Some(place.folder("Archive").await.id));
    let back = restored(&place, &[rows[1].id.get(), 999]).await;
    assert_eq!((back.len(), back[0].from.uid, back[0].to.uid), (1, 1, 3));
    assert_eq!(place.counts("Archive").await, (1, 0));
    let after = place.window("Archive", super::Anchor::Newest, 10).await;
    let (was, is) = (&before.rows[1], &after.rows[0]);
    assert_eq!(
        (&is.subject, &is.keywords, is.received_at, is.size),
        (&was.subject, &was.keywords, was.received_at, was.size)
    );
    assert!(is.keywords.has(keyword::FLAGGED));
    // Once.
    assert!(restored(&place, &[rows[1].id.get()]).await.is_empty());
    restored(&place, &[rows[0].id.get()]).await;
    assert_eq!(place.subjects("Archive").await, ["b", "a"]);
    assert_eq!(place.count("removals").await, 0);
}

async fn by_way_of_trash_and_junk_it_goes_home(db: Database) {
    let place = Place::new(db).await;
    place.file("Archive", "a", "", 10).await;
    moved(&place, "Archive", &[1], "Junk").await;
    moved(&place, "Junk", &[1], "Trash").await;
    set_aside(&place, "Trash", &[1], 50).await;
    restored(&place, &ids(&place).await).await;
    assert_eq!(place.subjects("Archive").await, ["a"]);
    // From home once more: where it lay last before Trash is what counts.
    moved(&place, "Archive", &[2], "INBOX").await;
    moved(&place, "INBOX", &[1], "Trash").await;
    set_aside(&place, "Trash", &[2], 50).await;
    restored(&place, &ids(&place).await).await;
    assert_eq!(place.subjects("INBOX").await, ["a"]);
}

async fn without_a_home_it_goes_to_the_inbox(db: Database) {
    let place = Place::new(db).await;
    let (store, owner) = (&place.store, place.owner);
    let work = folders::create(store, owner, "Work", 9).await.unwrap();
    place.file("Work", "gone with its folder", "", 10).await;
    folders::delete(store, owner, work, 40).await.unwrap();
    place.file("Trash", "from outside", "", 20).await;
    set_aside(&place, "Trash", &[1], 50).await;
    assert_eq!(page(&place).await.len(), 2);
    restored(&place, &ids(&place).await).await;
    let mut subjects = place.subjects("INBOX").await;
    subjects.sort_unstable();
    assert_eq!(subjects, ["from outside", "gone with its folder"]);
}

async fn what_is_forgotten_is_gone(db: Database) {
    let place = Place::new(db).await;
    place.file("Trash", "a", "", 10).await;
    place.file("Trash", "b", "", 20).await;
    set_aside(&place, "Trash", &[1, 2], 50).await;
    let ids = ids(&place).await;
    let (store, owner) = (&place.store, place.owner);
    let gone = removals::forget(store, owner, &[ids[0], 77], 60).await;
    assert_eq!(gone.unwrap(), 1);
    assert_eq!(place.count("messages").await, 1);
    assert_eq!(place.count("message_words").await, 1);
    let unused = "SELECT unused_at FROM blobs WHERE uses = 0";
    assert_eq!(place.db.raw().await.numbers(unused).await, [60]);
    let swept = blobs::sweep(store, 61, 10).await.unwrap();
    assert_eq!(swept.len(), 1, "its bytes alone");
    assert_eq!(page(&place).await[0].subject, "a");
}

async fn a_copy_stays_whatever_becomes_of_the_other(db: Database) {
    let place = Place::new(db).await;
    place.file("INBOX", "a", "", 10).await;
    let (inbox, archive) = (place.folder("INBOX").await, place.folder("Archive").await);
    let copying = batch(&inbox, &[1]);
    transfer::copy_to(&place.store, place.owner, &copying, archive.id, 9)
        .await
        .unwrap();
    set_aside(&place, "INBOX", &[1], 50).await;
    let ids = ids(&place).await;
    removals::forget(&place.store, place.owner, &ids, 60)
        .await
        .unwrap();
    assert_eq!(place.subjects("Archive").await, ["a"]);
    assert_eq!(place.count("messages").await, 1);
    let unused = "SELECT count(*) FROM blobs WHERE uses = 0";
    assert_eq!(place.db.raw().await.numbers(unused).await, [0]);
}

async fn only_its_owner_brings_it_back(db: Database) {
    let place = Place::new(db).await;
    place.file("Trash", "a", "", 10).await;
    set_aside(&place, "Trash", &[1], 50).await;
    let ids = ids(&place).await;
    let other = person(&place.store, "b@example.org").await;
    let stranger = Owner {
        user: other.user,
        account: other.account,
    };
    let store = &place.store;
    folders::provide(store, stranger, 5).await.unwrap();
    let seen = removals::page(store, stranger.account, 0, None, 10).await;
    assert!(seen.unwrap().is_empty());
    let back = removals::restore(store, stranger, &ids, 0, 90).await;
    assert!(back.unwrap().is_empty());
    assert_eq!(
        removals::forget(store, stranger, &ids, 90).await.unwrap(),
        0
    );
    assert_eq!(page(&place).await.len(), 1);
    // What was deleted before is not there any more, though nobody has swept it yet.
    let late = removals::restore(store, place.owner, &ids, 51, 90).await;
    assert!(late.unwrap().is_empty());
    let late = removals::page(store, place.owner.account, 51, None, 10).await;
    assert!(late.unwrap().is_empty());
}

async fn what_is_over_is_found(db: Database) {
    let place = Place::new(db).await;
    for (at, subject) in (10..).zip(["a", "b", "c"]) {
        place.file("Trash", subject, "", at).await;
    }
    set_aside(&place, "Trash", &[1], 50).await;
    set_aside(&place, "Trash", &[2], 60).await;
    set_aside(&place, "Trash", &[3], 70).await;
    let over = removals::expired(&place.store, 70, None, 10).await.unwrap();
    let mut all = ids(&place).await;
    all.reverse();
    let found: Vec<i64> = over.iter().map(|row| row.id.get()).collect();
    assert_eq!(found, all[..2]);
    assert!(
        over.iter()
            .all(|row| row.account_id == place.owner.account && row.user_id == place.owner.user)
    );
    let first = removals::expired(&place.store, 70, None, 1).await.unwrap();
    assert_eq!(first, over[..1]);
    let rest = removals::expired(&place.store, 70, first.last(), 10).await;
    assert_eq!(rest.unwrap(), over[1..]);
    let none = removals::expired(&place.store, 70, over.last(), 10).await;
    assert_eq!(none.unwrap(), []);
}

async fn what_is_old_in_a_folder_is_found(db: Database) {
    let place = Place::new(db).await;
    for subject in ["a", "b", "c", "d"] {
        place.file("INBOX", subject, "", 10).await;
    }
    // Put there at 20: in the order in which they were moved.
    moved(&place, "INBOX", &[1, 2, 3], "Trash").await;
    let raw = place.db.raw().await;
    raw.execute("UPDATE placements SET placed_at = 30 WHERE uid = 3 AND placed_at = 20")
        .await;
    let trash = place.folder("Trash").await.id;
    let older = async |after, until, limit| {
        remove::older(&place.store, trash, after, until, limit)
            .await
            .unwrap()
    };
    assert_eq!(
        older(0, 20, 10).await,
        (vec![], None),
        "not younger than asked"
    );
    assert_eq!(older(0, 21, 10).await, (vec![1, 2], Some(3)));
    assert_eq!(older(0, 31, 2).await, (vec![1, 2], Some(2)));
    assert_eq!(older(2, 31, 2).await, (vec![3], Some(3)));
    assert_eq!(older(3, 31, 2).await, (vec![], None));
}

async fn it_survives_an_index_that_is_made_again(db: Database) {
    let place = Place::new(db).await;
    let (store, owner) = (&place.store, place.owner);
    place.file("Archive", "in Trash", "", 10).await;
    place.file("Archive", "deleted", "$seen", 20).await;
    moved(&place, "Archive", &[1, 2], "Trash").await;
    set_aside(&place, "Trash", &[2], 50).await;
    let made = rebuild::rebuild(store, owner, 60).await.unwrap();
    assert_eq!(made.recovered, 0, "nobody has lost it");
    for due in refresh::due(store, owner, 0, 10).await.unwrap() {
        let files = &place.files;
        let again =
            restante::store::local::arrival::again(files, owner.user, &[7; 32], &due.sha256);
        let again = again.await.unwrap();
        refresh::refresh(store, owner, due.id, &again)
            .await
            .unwrap();
    }
    let rows = page(&place).await;
    assert_eq!(rows[0].subject, "deleted");
    let swept = blobs::sweep(store, 1_000_000_000_001, 10).await.unwrap();
    assert!(swept.is_empty(), "its bytes are named");
    restored(&place, &[rows[0].id.get()]).await;
    assert_eq!(place.subjects("Archive").await, ["deleted"]);
    // The journal knows where a message in Trash came from.
    set_aside(&place, "Trash", &[1], 70).await;
    restored(&place, &ids(&place).await).await;
    assert_eq!(place.subjects("Archive").await, ["deleted", "in Trash"]);
    // And that one was brought back.
    rebuild::rebuild(store, owner, 80).await.unwrap();
    assert_eq!(place.counts("Archive").await.0, 2);
}

async fn folders_that_are_emptied_are_those_of_mail_that_lives_here(db: Database) {
    let place = Place::new(db).await;
    let (store, account) = (&place.store, place.owner.account);
    place.file("Trash", "a", "", 10).await;
    place.file("Junk", "b", "", 10).await;
    let roles = async || -> Vec<String> {
        let found = accounts::keeping(store, None, 10).await.unwrap();
        let role = |one: &accounts::Keeping| one.role.unwrap().as_str().to_owned();
        let mut roles: Vec<_> = found.iter().map(role).collect();
        roles.sort_unstable();
        roles
    };
    let raw = place.db.raw().await;
    raw.execute("UPDATE accounts SET kind = 'imap'").await;
    assert!(roles().await.is_empty(), "a server does as it likes");
    for kind in ["pop3", "local"] {
        raw.execute(&format!("UPDATE accounts SET kind = '{kind}'"))
            .await;
        assert_eq!(roles().await, ["trash"]);
    }
    let set = async |trash, junk| {
        accounts::set_keeping(store, account, trash, junk, 9)
            .await
            .unwrap();
    };
    set(Some(0), None).await;
    assert!(roles().await.is_empty());
    set(None, Some(5)).await;
    assert_eq!(roles().await, ["junk"]);
    set(Some(7), None).await;
    assert_eq!(roles().await, ["junk", "trash"]);
    let all = accounts::keeping(store, None, 10).await.unwrap();
    assert!(
        all.iter()
            .all(|one| (one.trash_days, one.junk_days) == (7, 5))
    );
    let rest = accounts::keeping(store, Some(all[0].mailbox_id), 10).await;
    assert_eq!(rest.unwrap(), all[1..]);
    set_aside(&place, "Trash", &[1], 50).await;
    assert_eq!(
        roles().await,
        ["junk"],
        "one that is empty is not looked at"
    );
}
