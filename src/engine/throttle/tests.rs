//! The door shuts after so many failures, and opens again.

use super::*;

/// One process of those that share a database.
async fn throttle(clock: &Clock, most: u32) -> (tempfile::TempDir, Throttle) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("t.db").display());
    let store = Store::open(&url, 2).await.unwrap();
    store.migrate().await.unwrap();
    let key = Key::random();
    (folder, Throttle::new(store, clock.clone(), &key, most))
}

fn seconds(refused: Result<(), Error>) -> u32 {
    match refused {
        Err(Error::Throttled(throttled)) => throttled.seconds,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_door_shuts_and_opens_again() {
    let clock = Clock::fixed(0);
    let (_folder, throttle) = throttle(&clock, 3).await;
    let client = Some(IpAddr::from([192, 0, 2, 1]));
    for _ in 0..3 {
        throttle.open("a@example.org", client).await.unwrap();
        throttle.admit("a@example.org", client).await.unwrap();
    }
    assert_eq!(seconds(throttle.admit("A@Example.org", client).await), 600);
    assert_eq!(seconds(throttle.open("a@example.org", None).await), 600);
    throttle.admit("b@example.org", client).await.unwrap();
    clock.advance(WINDOW);
    throttle.admit("a@example.org", client).await.unwrap();
    clock.advance(WINDOW);
    throttle.prune().await.unwrap();
}

#[tokio::test]
async fn good_sign_ins_do_not_count() {
    let (_folder, throttle) = throttle(&Clock::fixed(0), 2).await;
    for _ in 0..10 {
        throttle.admit("a@example.org", None).await.unwrap();
        throttle.succeeded("a@example.org", None).await;
    }
}

#[tokio::test]
async fn a_network_that_tries_many_accounts_is_stopped() {
    let (_folder, throttle) = throttle(&Clock::fixed(0), 1).await;
    let from = |last: u16| Some(IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, last]));
    for number in 0..10 {
        let address = format!("{number}@example.org");
        throttle.admit(&address, from(number)).await.unwrap();
    }
    seconds(throttle.admit("x@example.org", from(99)).await);
    let elsewhere = Some(IpAddr::from([192, 0, 2, 7]));
    throttle.admit("x@example.org", elsewhere).await.unwrap();
    throttle.admit("y@example.org", elsewhere).await.unwrap();
}
