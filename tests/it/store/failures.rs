//! Failed sign-ins, counted in one place.

use restante::store::{failures, leases};

use super::database::{Database, both};

both!(
    tries_at_once_are_counted_one_by_one,
    a_window_ends_and_another_begins,
    leases_are_named_and_forgotten
);

async fn tries_at_once_are_counted_one_by_one(db: Database) {
    let tries = (0..12).map(|_| failures::count(&db.store, "a", 5, 0, 1000));
    let admitted = futures_util::future::join_all(tries).await;
    let admitted = admitted
        .into_iter()
        .filter(|one| one.as_ref().unwrap().is_ok());
    assert_eq!(admitted.count(), 5);
    assert_eq!(
        failures::look(&db.store, "a", 5, 0).await.unwrap(),
        Some(1000)
    );
    assert_eq!(failures::look(&db.store, "b", 5, 0).await.unwrap(), None);
    failures::take_back(&db.store, "a").await.unwrap();
    assert_eq!(failures::look(&db.store, "a", 5, 0).await.unwrap(), None);
    let count = async |now| failures::count(&db.store, "a", 5, 0, now).await.unwrap();
    assert_eq!(count(2000).await, Ok(()));
    assert_eq!(count(3000).await, Err(1000));
    // A door that is always shut.
    let none = failures::count(&db.store, "c", 0, 0, 7).await.unwrap();
    assert_eq!(none, Err(7));
}

async fn a_window_ends_and_another_begins(db: Database) {
    let count = async |before, now| {
        failures::count(&db.store, "a", 1, before, now)
            .await
            .unwrap()
    };
    assert_eq!(count(0, 1000).await, Ok(()));
    assert_eq!(count(999, 1500).await, Err(1000));
    assert_eq!(count(1000, 1600).await, Ok(()));
    assert_eq!(count(1000, 1700).await, Err(1600));
    failures::prune(&db.store, 1600).await.unwrap();
    assert_eq!(count(1000, 1800).await, Ok(()));
    failures::take_back(&db.store, "a").await.unwrap();
    failures::take_back(&db.store, "a").await.unwrap();
    failures::prune(&db.store, 0).await.unwrap();
    let left = db
        .raw()
        .await
        .numbers("SELECT count FROM failed_sign_ins")
        .await;
    assert_eq!(left, [0; 0]);
}

async fn leases_are_named_and_forgotten(db: Database) {
    let take = async |name, until| {
        leases::take(&db.store, name, name, 100, until)
            .await
            .unwrap()
    };
    let gone = take("node a", 500).await.unwrap();
    let _held = take("node b", 5000).await.unwrap();
    let _other = take("nodes", 5000).await.unwrap();
    let held = async |now| leases::held(&db.store, "node ", now).await.unwrap();
    assert_eq!(held(400).await, ["node a", "node b"]);
    assert_eq!(held(600).await, ["node b"]);
    leases::release(&db.store, &gone).await.unwrap();
    leases::prune(&db.store, 1000).await.unwrap();
    let left = db
        .raw()
        .await
        .texts("SELECT name FROM leases ORDER BY name")
        .await;
    assert_eq!(left, ["node b", "nodes"]);
}
