//! Many blobs that are named at once, while others name or sweep the same. On PostgreSQL: SQLite has
//! one who writes.

use std::time::Duration;

use restante::store::{blobs, collector::ledger::Settled};
use sqlx::PgConnection;
use tokio::time::timeout;

use super::{collecting, new, readable};
use crate::store::{
    database::{Database, with_postgres},
    writing::{upload, uses},
};

const PATIENCE: Duration = Duration::from_secs(30);

fn nameless(occurrence: i64, bytes: u8) -> Settled {
    Settled::Nameless(new("", occurrence), readable(bytes))
}

#[tokio::test]
async fn a_sweep_takes_nothing_that_is_just_being_named() {
    with_postgres(true, named_while_swept).await;
}

async fn named_while_swept(database: Database) {
    let store = &database.store;
    let pool = database.postgres().await;
    let me = collecting(store, "a@example.org").await;
    upload(store, me.owner.user, 1, 5).await;
    upload(store, me.owner.user, 3, 5).await;
    // The one that is new has to be counted, and waits for somebody who counts as well.
    let mut other = pool.begin().await.unwrap();
    let lock = "SELECT id FROM users FOR NO KEY UPDATE";
    sqlx::query(lock).execute(&mut *other).await.unwrap();
    let messages = [nameless(1, 1), nameless(2, 2)];
    let named = me.settle(&messages);
    let swept = async {
        until_waited_for(&mut other).await;
        // The other one is nobody's, and its user is locked all the same.
        let swept = blobs::sweep(store, 100, 1);
        let (swept, ()) = tokio::join!(swept, async {
            other.commit().await.unwrap();
        });
        swept.unwrap()
    };
    let (named, swept) = timeout(PATIENCE, async { tokio::join!(named, swept) })
        .await
        .expect("they wait for each other");
    assert_eq!(named.unwrap().len(), 2);
    assert_eq!(swept, [(me.owner.user, [3; 32])]);
    assert_eq!(uses(store, me.owner.user, 1).await, Some(1));
    assert_eq!(uses(store, me.owner.user, 2).await, Some(1));
    assert_eq!(blobs::used_bytes(store, me.owner.user).await.unwrap(), 20);
}

#[tokio::test]
async fn blobs_are_taken_in_one_order_however_often_each_is_named() {
    with_postgres(true, named_in_order).await;
}

async fn named_in_order(database: Database) {
    let store = &database.store;
    let pool = database.postgres().await;
    let me = collecting(store, "a@example.org").await;
    let known = [nameless(1, 1), nameless(2, 2)];
    me.settle(&known).await.unwrap();
    // Somebody has the second one.
    let mut other = pool.begin().await.unwrap();
    let lock = "SELECT sha256 FROM blobs WHERE sha256 = $1 FOR UPDATE";
    let lock = sqlx::query(lock).bind(vec![2_u8; 32]);
    lock.execute(&mut *other).await.unwrap();
    let messages = [nameless(3, 2), nameless(4, 1), nameless(5, 1)];
    let named = me.settle(&messages);
    let free = async {
        until_waited_for(&mut other).await;
        let free = "SELECT count(*) FROM (SELECT sha256 FROM blobs
            WHERE sha256 = $1 FOR UPDATE SKIP LOCKED) AS free";
        let free = sqlx::query_scalar(free).bind(vec![1_u8; 32]);
        let free: i64 = free.fetch_one(&mut *other).await.unwrap();
        other.commit().await.unwrap();
        free
    };
    let (named, free) = timeout(PATIENCE, async { tokio::join!(named, free) })
        .await
        .expect("they wait for each other");
    assert_eq!(named.unwrap().len(), 3);
    assert_eq!(
        free, 0,
        "the first is taken before the second is waited for"
    );
    assert_eq!(uses(store, me.owner.user, 1).await, Some(3));
    assert_eq!(uses(store, me.owner.user, 2).await, Some(2));
}

/// Somebody waits for what this transaction has.
async fn until_waited_for(transaction: &mut PgConnection) {
    let waiting = "SELECT count(*) FROM pg_stat_activity
        WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))";
    let waits = async {
        loop {
            let count = sqlx::query_scalar(waiting);
            let count: i64 = count.fetch_one(&mut *transaction).await.unwrap();
            if count > 0 {
                break;
            }
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, waits).await.expect("nobody waits");
}
