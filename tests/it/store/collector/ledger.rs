//! The ledger: a row and its message in one commit.

use restante::store::{
    collector::ledger::{LedgerRow, Place, Settled, State, failed, list, note, places, touch},
    error::Error,
};

use super::{Collecting, arrival, collecting, new, readable};
use crate::store::database::{Database, both};

both!(
    a_message_is_seen_and_then_stored,
    a_row_is_stored_once,
    many_are_noted_in_their_order,
    a_message_and_its_row_are_written_together_or_not,
    whoever_lost_the_lease_writes_nothing,
    a_renamed_message_is_the_one_it_was,
    without_uidl_row_and_message_come_together,
    failures_are_counted,
    uidls_are_unique_and_occurrences_tell_apart,
    where_messages_lie,
);

async fn a_message_is_seen_and_then_stored(Database { store, .. }: Database) {
    let me = collecting(&store, "a@example.org").await;
    let row = me.note("one").await;
    assert_eq!(
        (row.uidl.as_str(), row.occurrence, row.size),
        ("one", 1, 10)
    );
    assert_eq!(
        (row.state, row.first_seen_at, row.last_seen_at),
        (State::Seen, 5, 5)
    );
    assert_eq!(
        (row.sha256, row.message_id, row.stored_at),
        (None, None, None)
    );
    let placed = me
        .settle(&[Settled::Filed(row.id, readable(1))])
        .await
        .unwrap();
    let stored = me.row(&row).await;
    assert_eq!((stored.state, stored.stored_at), (State::Stored, Some(10)));
    assert_eq!(
        (stored.sha256, stored.message_id),
        (Some([1; 32]), Some(placed[0].message))
    );
    touch(&store, &[row.id], 99).await.unwrap();
    assert_eq!(me.row(&row).await.last_seen_at, 99);
    // One that can't be read is stored all the same.
    let odd = me.note("odd").await;
    me.settle(&[Settled::Filed(odd.id, arrival(2))])
        .await
        .unwrap();
    assert_eq!(me.row(&odd).await.state, State::Quarantined);
    let other = collecting(&store, "b@example.org").await;
    assert!(other.rows().await.is_empty());
}

/// Those of several statements.
async fn many_are_noted_in_their_order(Database { store, .. }: Database) {
    let me = collecting(&store, "a@example.org").await;
    let account = me.owner.account;
    let all: Vec<_> = (0..250)
        .map(|n| new(&format!("uid{}", n * 7919 % 251), 1))
        .collect();
    let rows = note(&store, &me.lease, account, &all, 5).await.unwrap();
    let uidls = |rows: &[LedgerRow]| rows.iter().map(|row| row.uidl.clone()).collect::<Vec<_>>();
    let wanted: Vec<String> = all.into_iter().map(|new| new.uidl).collect();
    assert_eq!(uidls(&rows), wanted);
    assert_eq!(list(&store, account).await.unwrap(), rows);
    assert!(
        note(&store, &me.lease, account, &[], 5)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn a_row_is_stored_once(Database { store, .. }: Database) {
    let me = collecting(&store, "a@example.org").await;
    let row = me.filed("one", 1).await;
    let again = me.settle(&[Settled::Filed(row.id, readable(1))]).await;
    assert!(matches!(again, Err(Error::Gone)), "{again:?}");
    assert_eq!(messages(&me).await, 1, "nothing is left of it");
}

/// How many messages the account has.
async fn messages(me: &Collecting) -> usize {
    let mut found: Vec<_> = me
        .rows()
        .await
        .iter()
        .filter_map(|row| row.message_id)
        .collect();
    found.dedup();
    found.len()
}

async fn a_message_and_its_row_are_written_together_or_not(database: Database) {
    let store = &database.store;
    let me = collecting(store, "a@example.org").await;
    let row = me.note("one").await;
    let mut large = readable(1);
    large.stored.size = 5000;
    large.stored.stored_size = 5000;
    let refused = me.settle(&[Settled::Filed(row.id, large)]).await;
    assert!(matches!(refused, Err(Error::Quota)));
    assert_eq!(me.row(&row).await, row);
    // Of several, all or none.
    let other = me.note("two").await;
    let several = [
        Settled::Filed(other.id, readable(2)),
        Settled::Filed(row.id, readable(3)),
        Settled::Filed(row.id, readable(4)),
    ];
    assert!(matches!(me.settle(&several).await, Err(Error::Gone)));
    assert_eq!(me.rows().await, [row, other]);
    let raw = database.raw().await;
    assert_eq!(raw.numbers("SELECT COUNT(*) FROM messages").await, [0]);
    assert_eq!(raw.numbers("SELECT COUNT(*) FROM placements").await, [0]);
}

async fn whoever_lost_the_lease_writes_nothing(Database { store, .. }: Database) {
    let me = collecting(&store, "a@example.org").await;
    let row = me.note("one").await;
    let filed = me.filed("two", 2).await;
    me.lose_lease().await;
    let account = me.owner.account;
    let noted = note(&store, &me.lease, account, &[new("three", 1)], 5).await;
    assert!(matches!(noted, Err(Error::Gone)));
    let stored = me.settle(&[Settled::Filed(row.id, readable(1))]).await;
    assert!(matches!(stored, Err(Error::Gone)));
    let recognised = me.settle(&[Settled::Recognised(row.id, filed.id)]).await;
    assert!(matches!(recognised, Err(Error::Gone)));
    assert_eq!(me.rows().await, [row, filed]);
}

async fn a_renamed_message_is_the_one_it_was(Database { store, .. }: Database) {
    let me = collecting(&store, "a@example.org").await;
    let old = me.filed("old", 1).await;
    let new = me.note("new").await;
    me.settle(&[Settled::Recognised(new.id, old.id)])
        .await
        .unwrap();
    let new = me.row(&new).await;
    assert_eq!((new.state, new.stored_at), (State::Stored, Some(10)));
    assert_eq!((new.message_id, new.sha256), (old.message_id, old.sha256));
    // Another account's row is no origin.
    let other = collecting(&store, "b@example.org").await;
    let row = other.note("x").await;
    let stolen = other.settle(&[Settled::Recognised(row.id, old.id)]).await;
    assert!(matches!(stolen, Err(Error::Gone)));
}

async fn without_uidl_row_and_message_come_together(Database { store, .. }: Database) {
    let me = collecting(&store, "a@example.org").await;
    for bytes in [1, 1, 2] {
        me.settle(&[Settled::Nameless(new("", 1), readable(bytes))])
            .await
            .unwrap();
    }
    let rows = me.rows().await;
    assert_eq!(rows.len(), 3, "the same bytes twice are two messages");
    assert!(
        rows.iter()
            .all(|row| row.uidl.is_empty() && row.state == State::Stored)
    );
}

async fn failures_are_counted(Database { store, .. }: Database) {
    let me = collecting(&store, "a@example.org").await;
    let row = me.note("one").await;
    failed(&store, row.id, "cutOff").await.unwrap();
    failed(&store, row.id, "refused").await.unwrap();
    let found = me.row(&row).await;
    assert_eq!((found.attempts, found.last_error.as_str()), (2, "refused"));
    me.settle(&[Settled::Filed(row.id, readable(1))])
        .await
        .unwrap();
    assert_eq!(me.row(&row).await.last_error, "");
    failed(&store, row.id, "late").await.unwrap();
    assert_eq!(me.row(&row).await.attempts, 2, "it is stored");
}

async fn uidls_are_unique_and_occurrences_tell_apart(Database { store, .. }: Database) {
    let me = collecting(&store, "a@example.org").await;
    let account = me.owner.account;
    let two = [new("one", 1), new("one", 2)];
    let noted = note(&store, &me.lease, account, &two, 5).await.unwrap();
    assert_eq!(noted[1].occurrence, 2);
    let again = note(
        &store,
        &me.lease,
        account,
        &[new("two", 1), new("one", 2)],
        5,
    )
    .await;
    assert!(matches!(again, Err(Error::Conflict)));
    assert_eq!(me.rows().await.len(), 2, "all or none");
}

async fn where_messages_lie(database: Database) {
    let me = collecting(&database.store, "a@example.org").await;
    me.note("only seen").await;
    let inbox = me.filed("inbox", 1).await;
    let trash = me.note("trash").await;
    let filed = [Settled::Filed(trash.id, readable(2))];
    me.settle_in(me.trash, &filed).await.unwrap();
    let removed = me.filed("removed", 3).await;
    let lost = me.filed("lost", 4).await;
    let moved = me.filed("moved and lost", 5).await;
    let aside = me.filed("deleted lately", 6).await;
    let raw = database.raw().await;
    // As an expunge, a move and an accident leave them.
    raw.execute(
        "INSERT INTO journal (account_id, operation, mailbox_id, uid, created_at)
         SELECT account_id, 'expunge', mailbox_id, uid, 50 FROM journal
         WHERE operation = 'place' AND uid IN (2, 4) AND mailbox_id =
            (SELECT id FROM mailboxes WHERE role = 'inbox')",
    )
    .await;
    raw.execute(
        "INSERT INTO journal (account_id, operation, mailbox_id, uid, sha256, created_at)
         SELECT account_id, 'place', (SELECT id FROM mailboxes WHERE role = 'trash'), 9, sha256, 51
         FROM journal WHERE operation = 'place' AND uid = 4",
    )
    .await;
    let message = aside.message_id.unwrap();
    raw.execute(&format!(
        "INSERT INTO removals (account_id, message_id, mailbox_id, uid_validity, uid, received_at,
            removed_at) VALUES (1, {message}, 1, 1, 1, 1, 1)"
    ))
    .await;
    raw.execute(&format!(
        "DELETE FROM placements WHERE message_id = {message}"
    ))
    .await;
    for row in [&removed, &lost, &moved] {
        let message = row.message_id.unwrap();
        raw.execute(&format!("DELETE FROM messages WHERE id = {message}"))
            .await;
    }
    let found = places(&database.store, me.owner.account).await.unwrap();
    let expected = [
        (inbox.id, Place::Inbox),
        (trash.id, Place::Trash),
        (removed.id, Place::Removed),
        (lost.id, Place::Unknown),
        (moved.id, Place::Unknown),
        (aside.id, Place::Removed),
    ];
    assert_eq!(found, expected);
}
