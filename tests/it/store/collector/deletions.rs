//! The log of deletions.

use restante::store::{
    collector::{
        PolicyKind,
        deletions::{self, NewDeletion, Outcome, begin, confirmed, finish, forsake},
        ledger::{LedgerRow, State},
    },
    error::Error,
    id::DeletionId,
};

use super::{Collecting, collecting};
use crate::store::database::{Database, both};

both!(
    a_deletion_is_logged_before_it_is_sent,
    only_a_yes_marks_the_ledger,
    whoever_lost_the_lease_deletes_nothing,
    what_a_killed_run_left_is_unknown,
    the_log_is_read_in_pages,
);

fn of(row: &LedgerRow) -> NewDeletion {
    NewDeletion {
        ledger: row.id,
        uidl: row.uidl.clone(),
        size: row.size,
        sha256: row.sha256.unwrap(),
    }
}

async fn begun(me: &Collecting, rows: &[&LedgerRow]) -> Result<Vec<DeletionId>, Error> {
    let new: Vec<NewDeletion> = rows.iter().map(|row| of(row)).collect();
    let policy = PolicyKind::AfterDays;
    begin(&me.store, &me.lease, me.owner.account, policy, &new, 30).await
}

async fn outcomes(me: &Collecting) -> Vec<Outcome> {
    let log = deletions::list(&me.store, me.owner.account, None, 100).await;
    log.unwrap().into_iter().map(|one| one.outcome).collect()
}

async fn a_deletion_is_logged_before_it_is_sent(Database { store, .. }: Database) {
    let me = collecting(&store, "a@example.org").await;
    let row = me.filed("one", 1).await;
    let ids = begun(&me, &[&row]).await.unwrap();
    let log = deletions::list(&store, me.owner.account, None, 10)
        .await
        .unwrap();
    assert_eq!(
        (log.len(), log[0].id, log[0].ledger_id),
        (1, ids[0], row.id)
    );
    assert_eq!(
        (log[0].policy, log[0].outcome),
        (PolicyKind::AfterDays, Outcome::Sent)
    );
    assert_eq!(
        (log[0].uidl.as_str(), log[0].size, log[0].sha256),
        ("one", 10, [1; 32])
    );
    assert_eq!((log[0].created_at, log[0].finished_at), (30, None));
    assert_eq!(me.row(&row).await.delete_due_at, Some(30));
}

async fn only_a_yes_marks_the_ledger(Database { store, .. }: Database) {
    let me = collecting(&store, "a@example.org").await;
    let account = me.owner.account;
    for (outcome, state) in [
        (Outcome::Refused, State::Stored),
        (Outcome::Unknown, State::Stored),
        (Outcome::Confirmed, State::Deleted),
    ] {
        let row = me.filed(outcome.as_str(), 1).await;
        let ids = begun(&me, &[&row]).await.unwrap();
        finish(&store, account, &ids, outcome, 40).await.unwrap();
        let found = me.row(&row).await;
        assert_eq!(found.state, state, "{outcome:?}");
        assert_eq!(found.deleted_at, (state == State::Deleted).then_some(40));
        // Said once.
        finish(&store, account, &ids, Outcome::Refused, 50)
            .await
            .unwrap();
        assert_eq!(outcomes(&me).await[0], outcome);
    }
    let times = confirmed(&store, account).await.unwrap();
    assert_eq!(
        times.iter().map(|(_, times)| *times).collect::<Vec<_>>(),
        [1]
    );
    // The message stays.
    assert!(me.rows().await.iter().all(|row| row.message_id.is_some()));
}

async fn whoever_lost_the_lease_deletes_nothing(Database { store, .. }: Database) {
    let me = collecting(&store, "a@example.org").await;
    let row = me.filed("one", 1).await;
    me.lose_lease().await;
    assert!(matches!(begun(&me, &[&row]).await, Err(Error::Gone)));
    assert!(outcomes(&me).await.is_empty());
}

async fn what_a_killed_run_left_is_unknown(Database { store, .. }: Database) {
    let me = collecting(&store, "a@example.org").await;
    let rows = [me.filed("one", 1).await, me.filed("two", 2).await];
    let ids = begun(&me, &[&rows[0], &rows[1]]).await.unwrap();
    finish(&store, me.owner.account, &ids[..1], Outcome::Confirmed, 40)
        .await
        .unwrap();
    forsake(&store, &me.lease, me.owner.account, 60)
        .await
        .unwrap();
    assert_eq!(outcomes(&me).await, [Outcome::Unknown, Outcome::Confirmed]);
    assert_eq!(me.row(&rows[1]).await.state, State::Stored);
}

async fn the_log_is_read_in_pages(Database { store, .. }: Database) {
    let me = collecting(&store, "a@example.org").await;
    let row = me.filed("one", 1).await;
    for _ in 0..5 {
        begun(&me, &[&row]).await.unwrap();
    }
    let first = deletions::list(&store, me.owner.account, None, 3)
        .await
        .unwrap();
    let last = first.last().unwrap().id.get();
    let second = deletions::list(&store, me.owner.account, Some(last), 3)
        .await
        .unwrap();
    assert_eq!((first.len(), second.len()), (3, 2));
    assert!(second[0].id < first[2].id);
    let other = collecting(&store, "b@example.org").await;
    assert!(outcomes(&other).await.is_empty());
}
