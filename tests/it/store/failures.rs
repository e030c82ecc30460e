//! Failed sign-ins, counted in one place.

use restante::store::{error::Error, failures, leases};

use super::database::{Database, both};

both!(
    tries_at_once_are_counted_one_by_one,
    a_window_ends_and_another_begins,
    two_are_looked_at_together,
    leases_are_named_and_forgotten,
    of_many_that_begin_at_once_all_are_alike
);

async fn tries_at_once_are_counted_one_by_one(db: Database) {
    let tries = (0..12).map(|_| failures::count(&db.store, "a", 5, 0, 1000));
    let admitted = futures_util::future::join_all(tries).await;
    let admitted = admitted
        .into_iter()
        .filter(|one| one.as_ref().unwrap().is_ok());
    assert_eq!(admitted.count(), 5);
    assert_eq!(
        failures::look(&db.store, [("a", 5); 2], 0).await.unwrap(),
        Some(1000)
    );
    assert_eq!(
        failures::look(&db.store, [("b", 5); 2], 0).await.unwrap(),
        None
    );
    failures::take_back(&db.store, "a").await.unwrap();
    assert_eq!(
        failures::look(&db.store, [("a", 5); 2], 0).await.unwrap(),
        None
    );
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

async fn two_are_looked_at_together(db: Database) {
    for (key, now) in [("a", 1000), ("a", 1100), ("b", 2000)] {
        let counted = failures::count(&db.store, key, 9, 0, now).await.unwrap();
        assert_eq!(counted, Ok(()));
    }
    let look = async |a, b, before| {
        let both = [("a", a), ("b", b)];
        let found = failures::look(&db.store, both, before).await;
        found.unwrap()
    };
    assert_eq!(look(2, 2, 0).await, Some(1000), "the first alone is full");
    assert_eq!(look(3, 1, 0).await, Some(2000), "the other alone");
    assert_eq!(look(2, 1, 0).await, Some(2000), "both: the later one");
    assert_eq!(look(3, 2, 0).await, None);
    assert_eq!(look(2, 2, 1000).await, None, "its window is over");
}

async fn of_many_that_begin_at_once_all_are_alike(db: Database) {
    for round in 0..5 {
        let begin = format!("kind{round} ");
        let taking = (0..12).map(|number| {
            let alike = format!("{begin}{} ", number % 2);
            let (store, begin) = (db.store.clone(), begin.clone());
            async move {
                let name = format!("{alike}{number}");
                let kin = (begin.as_str(), alike.as_str());
                let taken = leases::take_alike(&store, kin, &name, "x", 100, 1000).await;
                match taken {
                    Ok(lease) => lease.map(|_| number % 2),
                    Err(Error::Conflict) => None,
                    Err(error) => panic!("{error:?}"),
                }
            }
        });
        let taken = futures_util::future::join_all(taking).await;
        let taken: Vec<i32> = taken.into_iter().flatten().collect();
        assert_eq!(taken.len(), 6, "{taken:?}");
        assert!(taken.iter().all(|one| *one == taken[0]), "{taken:?}");
        // Once those are over, the others may.
        let (other, name) = (format!("{begin}x "), format!("{begin}x y"));
        let kin = (begin.as_str(), other.as_str());
        let refused = leases::take_alike(&db.store, kin, &name, "x", 999, 2000).await;
        assert!(matches!(refused, Err(Error::Conflict)));
        let taken = leases::take_alike(&db.store, kin, &name, "x", 1000, 2000).await;
        assert!(taken.unwrap().is_some());
    }
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
