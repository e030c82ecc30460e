//! Everything but blobs and journal is made again from those two.

use restante::store::local::{
    arrival, folders, keywords, rebuild, refresh, remove, search, transfer,
};

use super::{Place, batch};
use crate::store::database::{Database, both};

both!(
    a_wrecked_index_is_made_again,
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
