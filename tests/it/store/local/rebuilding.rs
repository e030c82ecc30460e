//! Everything but blobs and journal is made again from those two.

use restante::store::{
    blobs, collector,
    local::{
        arrival, compact, folders, folders::FolderRow, keywords, rebuild, refresh, remove, search,
        transfer,
    },
};

use super::{Place, batch};
use crate::store::database::{Database, both};

both!(
    a_shorter_journal_tells_the_same,
    removed_mail_stays_known_where_a_server_may_show_it_again,
    a_wrecked_index_is_made_again,
    nothing_goes_that_the_journal_does_not_know,
    what_lies_nowhere_is_recovered,
    another_message_with_the_number_is_left_alone,
    folders_get_their_names_whoever_has_them,
    what_has_gone_is_not_read_again,
    a_named_blob_is_never_swept,
    a_lost_file_costs_its_message_only,
);

/// All that lists show, by folder.
async fn shown(place: &Place) -> Vec<String> {
    let mut lines = Vec::new();
    for row in folders::list(&place.store, place.owner).await.unwrap() {
        place.counts(&row.name).await;
        lines.push(format!(
            "{} {:?} {:?} {}",
            row.name, row.id, row.role, row.subscribed
        ));
        let window = place.window(&row.name, super::Anchor::Newest, 100).await;
        lines.extend(window.rows.iter().map(|row| format!("{row:?}")));
    }
    lines
}

async fn busy(db: Database) -> Place {
    let place = Place::new(db).await;
    let (store, owner) = (&place.store, place.owner);
    folders::create(store, owner, "Work/2026", 9).await.unwrap();
    let gone = folders::create(store, owner, "Gone", 9).await.unwrap();
    place.file("Gone", "lost", "", 1).await;
    folders::delete(store, owner, gone, 9).await.unwrap();
    for (at, subject) in (1..).zip(["a", "b", "c", "d"]) {
        place.file("INBOX", subject, "", at).await;
    }
    let (inbox, work) = (place.folder("INBOX").await, place.folder("Work/2026").await);
    let of = |uids| batch(&inbox, uids);
    keywords::set(store, owner, &of(&[1, 2]), &["$seen", "x"], &[], 9)
        .await
        .unwrap();
    keywords::set(store, owner, &of(&[2]), &[], &["x"], 9)
        .await
        .unwrap();
    transfer::move_to(store, owner, &of(&[2, 3]), work.id, 9)
        .await
        .unwrap();
    transfer::copy_to(store, owner, &of(&[1]), work.id, 9)
        .await
        .unwrap();
    remove::expunge(store, owner, &of(&[4]), 9).await.unwrap();
    folders::rename(store, owner, place.folder("Work").await.id, "Play", 9)
        .await
        .unwrap();
    folders::subscribe(store, owner, place.folder("Play").await.id, false, 9)
        .await
        .unwrap();
    place
}

async fn reindex(place: &Place) -> usize {
    let (store, owner) = (&place.store, place.owner);
    rebuild::rebuild(store, owner, 99).await.unwrap();
    let mut damaged = 0;
    for one in refresh::due(store, owner, 0, 100).await.unwrap() {
        match arrival::again(&place.files, owner.user, &[7; 32], &one.sha256).await {
            Ok(arrival) => refresh::refresh(store, owner, one.id, &arrival)
                .await
                .unwrap(),
            Err(_) => damaged += 1,
        }
    }
    damaged
}

async fn a_wrecked_index_is_made_again(db: Database) {
    let place = busy(db).await;
    let before = shown(&place).await;
    assert_eq!(before.len(), 8 + 4);
    let uses = "SELECT uses FROM blobs ORDER BY sha256";
    let raw = place.db.raw().await;
    let counted = raw.numbers(uses).await;
    assert_eq!(reindex(&place).await, 0);
    assert_eq!(shown(&place).await, before, "a sound one stays as it is");
    for sql in [
        "DELETE FROM placements WHERE uid = 1",
        "UPDATE placements SET keywords = 'nonsense', seen = 0",
        "UPDATE mailboxes SET total = 77, unread = 5, uid_next = 1, name = 'x' || id",
        "UPDATE messages SET subject = 'nonsense', preview = ''",
        "DELETE FROM messages WHERE subject <> '' AND id IN (SELECT max(id) FROM messages)",
        "DELETE FROM message_words",
        "UPDATE blobs SET uses = 9",
    ] {
        raw.execute(sql).await;
    }
    assert_eq!(reindex(&place).await, 0);
    assert_eq!(shown(&place).await, before);
    assert_eq!(raw.numbers(uses).await, counted);
    let inbox = place.folder("INBOX").await.id;
    let filter = restante::mail::query::parse("subject:a");
    let found = search::search(&place.store, place.owner, inbox, &filter, None, 9).await;
    assert_eq!(found.unwrap().len(), 1);
    let next = place.file("INBOX", "next", "", 50).await;
    assert_eq!(next.uid, 5, "no number is given twice");
}

async fn a_lost_file_costs_its_message_only(db: Database) {
    let place = Place::new(db).await;
    place.file("INBOX", "a", "", 1).await;
    let arrival = place.receive(b"Subject: b\r\n\r\n").await;
    place.place(&arrival, "INBOX", "", 2).await;
    let folder = place.files_of(&arrival.stored.sha256);
    std::fs::write(&folder, b"Subject: another\r\n\r\n").unwrap();
    assert_eq!(reindex(&place).await, 1);
    assert_eq!(place.counts("INBOX").await, (2, 2));
    assert_eq!(
        place.subjects("INBOX").await,
        ["b", "a"],
        "what was known stays"
    );
}

async fn rebuilt(place: &Place) -> rebuild::Rebuilt {
    let done = rebuild::rebuild(&place.store, place.owner, 99)
        .await
        .unwrap();
    reindex(place).await;
    done
}

async fn nothing_goes_that_the_journal_does_not_know(db: Database) {
    let place = busy(db).await;
    place.file("INBOX", "e", "$flagged", 60).await;
    let before = shown(&place).await;
    let raw = place.db.raw().await;
    for sql in [
        // One that went, one that is kept, and a folder.
        "DELETE FROM journal WHERE operation = 'place' AND uid = 5",
        "UPDATE journal SET detail_json = '{' WHERE operation = 'place' AND uid = 1",
        "DELETE FROM journal WHERE operation = 'mailbox' AND detail_json LIKE '%Play%'",
    ] {
        raw.execute(sql).await;
    }
    let done = rebuilt(&place).await;
    assert!(done.unreadable >= 2, "{done:?}");
    assert_eq!(done.recovered, 0, "{done:?}");
    let subjects = place.subjects("INBOX").await;
    assert_eq!(subjects, ["e", "a"]);
    raw.execute("DELETE FROM journal").await;
    let done = rebuilt(&place).await;
    assert_eq!((done.folders, done.placements, done.recovered), (0, 0, 0));
    let after = shown(&place).await;
    assert_eq!(after.len(), before.len());
    assert_eq!(place.subjects("INBOX").await, subjects);
}

async fn what_lies_nowhere_is_recovered(db: Database) {
    let place = busy(db).await;
    let raw = place.db.raw().await;
    let inbox = place.folder("INBOX").await.id;
    place.file("INBOX", "lost", "", 70).await;
    for sql in [
        "DELETE FROM journal WHERE uid = 5",
        "DELETE FROM placements WHERE uid = 5",
    ] {
        raw.execute(sql).await;
    }
    assert_eq!(rebuilt(&place).await.recovered, 1);
    assert_eq!(place.subjects("Recovered").await, ["lost"]);
    assert_eq!(place.counts("Recovered").await, (1, 1));
    assert_eq!(rebuilt(&place).await.recovered, 0, "once");
    assert_eq!(place.counts("Recovered").await, (1, 1));
    assert_eq!(place.folder("INBOX").await.id, inbox);
    place.counts("INBOX").await;
}

async fn another_message_with_the_number_is_left_alone(db: Database) {
    let place = Place::new(db).await;
    for subject in ["a", "b"] {
        place.file("INBOX", subject, "", 1).await;
    }
    let raw = place.db.raw().await;
    // As if the table of messages were of another day: `a` has the number of `b`.
    let numbers = raw.numbers("SELECT id FROM messages ORDER BY id").await;
    for sql in [
        "DELETE FROM placements".to_owned(),
        "DELETE FROM message_words".to_owned(),
        format!("UPDATE messages SET id = 77 WHERE id = {}", numbers[1]),
        format!(
            "UPDATE messages SET id = {} WHERE id = {}",
            numbers[1], numbers[0]
        ),
    ] {
        raw.execute(&sql).await;
    }
    rebuilt(&place).await;
    let mut subjects = place.subjects("INBOX").await;
    subjects.sort();
    assert_eq!(subjects, ["a", "b"]);
    rebuilt(&place).await;
    assert_eq!(place.counts("INBOX").await, (2, 2));
}

async fn folders_get_their_names_whoever_has_them(db: Database) {
    let place = Place::new(db).await;
    let (store, owner) = (&place.store, place.owner);
    folders::create(store, owner, "One", 9).await.unwrap();
    place.file("One", "in one", "", 1).await;
    let raw = place.db.raw().await;
    // Nobody has written down that this one is called otherwise by now.
    for sql in [
        "UPDATE mailboxes SET name = 'Two' WHERE name = 'One'",
        "UPDATE mailboxes SET selectable = 0, uid_validity = 1, gone_at = 5 WHERE name = 'Trash'",
    ] {
        raw.execute(sql).await;
    }
    folders::create(store, owner, "One", 9).await.unwrap();
    rebuilt(&place).await;
    assert_eq!(place.subjects("One").await, ["in one"]);
    assert_eq!(place.counts("One 2").await, (0, 0));
    place.file("Trash", "thrown away", "", 1).await;
}

async fn what_has_gone_is_not_read_again(db: Database) {
    let place = Place::new(db).await;
    place.file("INBOX", "a", "", 1).await;
    let (store, owner) = (&place.store, place.owner);
    rebuild::rebuild(store, owner, 99).await.unwrap();
    let due = refresh::due(store, owner, 0, 9).await.unwrap();
    let inbox = place.folder("INBOX").await;
    remove::expunge(store, owner, &batch(&inbox, &[1]), 9)
        .await
        .unwrap();
    let again = arrival::again(&place.files, owner.user, &[7; 32], &due[0].sha256).await;
    refresh::refresh(store, owner, due[0].id, &again.unwrap())
        .await
        .unwrap();
    assert_eq!(place.count("message_words").await, 0);
}

async fn a_named_blob_is_never_swept(db: Database) {
    let place = Place::new(db).await;
    let raw = place.db.raw().await;
    place.file("INBOX", "a", "", 1).await;
    let unused = blobs::add(&place.store, place.owner.user, &[9; 32], 5, 5, None, 1);
    unused.await.unwrap();
    raw.execute("UPDATE blobs SET uses = 0, unused_at = 1")
        .await;
    let swept = blobs::sweep(&place.store, 99, 9).await;
    assert_eq!(swept.unwrap(), [(place.owner.user, [9; 32])]);
    rebuilt(&place).await;
    assert_eq!(raw.numbers("SELECT uses FROM blobs").await, [1]);
}

async fn a_shorter_journal_tells_the_same(db: Database) {
    let place = Place::new(db).await;
    let (store, owner) = (&place.store, place.owner);
    for number in 0..6 {
        place.file("INBOX", &format!("m{number}"), "", number).await;
    }
    let inbox = place.folder("INBOX").await;
    let archive = place.folder("Archive").await;
    let work = folders::create(store, owner, "Work", 1).await.unwrap();
    for round in 0..20 {
        for word in ["$seen", "$flagged"] {
            let (add, remove) = match round % 2 {
                0 => (vec![word], vec![]),
                _ => (vec![], vec![word]),
            };
            let batch = batch(&inbox, &[1, 2, 3]);
            keywords::set(store, owner, &batch, &add, &remove, 1)
                .await
                .unwrap();
        }
        let name = format!("Work {round}");
        folders::rename(store, owner, work, &name, 1).await.unwrap();
    }
    keywords::set(store, owner, &batch(&inbox, &[2, 4]), &["$flagged"], &[], 1)
        .await
        .unwrap();
    // There and back again, and one that goes for good from where it was the last one.
    let mut uid = 5;
    for _ in 0..10 {
        let there = moved(&place, &inbox, uid, &archive).await;
        uid = moved(&place, &archive, there, &inbox).await;
    }
    remove::expunge(store, owner, &batch(&inbox, &[1, 6]), 1)
        .await
        .unwrap();
    let before = shown(&place).await;
    let entries = place.count("journal").await;
    let mut after = 0;
    while let Some(last) = compact::step(store, owner, after, 1).await.unwrap() {
        after = last;
    }
    assert_eq!(place.count("journal").await, entries, "all of it is young");
    compact_all(&place).await;
    let left = place.count("journal").await;
    assert!(left < 40 && left < entries / 3, "{left} of {entries}");
    let raw = place.db.raw().await;
    for sql in [
        "UPDATE placements SET keywords = 'wrong', seen = 1",
        "UPDATE mailboxes SET uid_next = 1, total = 9, name = name || 'x'",
    ] {
        raw.execute(sql).await;
    }
    rebuild::rebuild(store, owner, 2).await.unwrap();
    assert_eq!(shown(&place).await, before);
    // No number is given twice.
    let next = place.file("INBOX", "next", "", 100).await.uid;
    assert_eq!(next, uid + 1);
    assert_eq!(moved(&place, &inbox, next, &archive).await, 11);
}

/// The message's new UID.
async fn moved(place: &Place, from: &FolderRow, uid: u32, to: &FolderRow) -> u32 {
    let uids = [uid];
    let batch = batch(from, &uids);
    let moved = transfer::move_to(&place.store, place.owner, &batch, to.id, 1).await;
    moved.unwrap().pairs[0].1
}

async fn compact_all(place: &Place) {
    let mut after = 0;
    while let Some(last) = compact::step(&place.store, place.owner, after, i64::MAX)
        .await
        .unwrap()
    {
        after = last;
    }
}

/// The journal proves that its owner has removed a message: only then may it go on the server.
async fn removed_mail_stays_known_where_a_server_may_show_it_again(db: Database) {
    for collected in [true, false] {
        let place = Place::new(db.clone()).await;
        let (store, owner) = (&place.store, place.owner);
        if collected {
            collector::account::provide(store, owner.account)
                .await
                .unwrap();
        }
        place.file("INBOX", "gone", "", 1).await;
        place.file("INBOX", "here", "", 2).await;
        let inbox = place.folder("INBOX").await;
        remove::expunge(store, owner, &batch(&inbox, &[1]), 1)
            .await
            .unwrap();
        compact_all(&place).await;
        let raw = place.db.raw().await;
        let account = owner.account.get();
        let about =
            format!("SELECT count(*) FROM journal WHERE account_id = {account} AND uid = 1");
        let expected = if collected { 2 } else { 0 };
        assert_eq!(raw.numbers(&about).await, [expected], "{collected}");
        // Nothing of it stays for the next.
        raw.execute("DELETE FROM users").await;
    }
}
