//! Many blobs that are named at once, while others name or sweep the same. On PostgreSQL: SQLite has
//! one who writes.

use std::time::Duration;

use restante::{
    mail::keyword::Keywords,
    store::{
        accounts::{self, AccountKind, NewAccount},
        blobs,
        collector::ledger::{self as rows, Settled},
        local::{Owner, place::Placing},
    },
};
use tokio::time::timeout;

use super::{Collecting, collecting, new, readable, take};
use crate::store::{
    database::{Database, Raw, with_postgres},
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
    let Raw::Postgres(pool) = database.raw().await else {
        panic!("not PostgreSQL")
    };
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
        let waiting = "SELECT count(*) FROM pg_stat_activity
            WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))";
        let waits = async {
            loop {
                let count: i64 = sqlx::query_scalar(waiting)
                    .fetch_one(&mut *other)
                    .await
                    .unwrap();
                if count > 0 {
                    break;
                }
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, waits).await.expect("nobody waits");
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
async fn two_that_name_the_same_blobs_do_not_wait_for_each_other_in_turn() {
    with_postgres(true, named_by_two).await;
}

async fn named_by_two(database: Database) {
    let store = &database.store;
    let me = collecting(store, "a@example.org").await;
    let second = second_of(&me).await;
    let many = async |of: &Collecting, bytes: [u8; 3]| {
        let keywords = Keywords::default();
        let placing = Placing {
            mailbox: of.inbox,
            keywords: &keywords,
            received_at: None,
            quota: None,
        };
        for turn in 0..60 {
            let messages: Vec<Settled> = (1..)
                .zip(bytes)
                .map(|(n, bytes)| nameless(turn * 10 + n, bytes))
                .collect();
            let done = rows::settle(store, &of.lease, of.owner, &messages, placing, 10).await;
            done.unwrap();
        }
    };
    // Each names one of them twice, and not the same one.
    let all = async { tokio::join!(many(&me, [1, 2, 2]), many(&second, [2, 1, 1]),) };
    timeout(PATIENCE, all)
        .await
        .expect("they wait for each other");
    assert_eq!(uses(store, me.owner.user, 1).await, Some(180));
    assert_eq!(uses(store, me.owner.user, 2).await, Some(180));
    assert_eq!(blobs::used_bytes(store, me.owner.user).await.unwrap(), 20);
}

/// Another account of the same person.
async fn second_of(me: &Collecting) -> Collecting {
    let fields = NewAccount {
        kind: AccountKind::Imap,
        primary: false,
        address: "b@example.org",
        login: "",
        name: "",
        servers: "",
    };
    let account = accounts::create(&me.store, me.owner.user, &fields, 1).await;
    let account = account.unwrap().id;
    let lease = take(&me.store, account, "me", 1).await.unwrap();
    let inbox = super::inbox(&me.store, account).await;
    Collecting {
        store: me.store.clone(),
        owner: Owner {
            user: me.owner.user,
            account,
        },
        lease,
        inbox,
        trash: inbox,
    }
}
