//! Webhooks: their owner's own, told by one process at a time, each delivery the same until it has
//! arrived.

use restante::store::{
    accounts::Sealed,
    error::Error,
    events::{self, Action, NewEvent},
    users,
    webhooks::{
        self, Change, MOST, NewWebhook, Signing, WebhookRow, WebhookState,
        deliveries::{self, DeliveryState, KEPT, NewDelivery, Then, Tried},
    },
};

use super::{
    database::{Database, both},
    writing::{Person, person},
};

both!(
    webhooks_are_kept_per_user,
    one_process_tells_at_a_time,
    a_delivery_is_the_same_until_it_has_arrived,
    webhooks_go_with_their_user,
);

async fn made(db: &Database, who: &Person, accounts: Option<&[i64]>) -> Result<WebhookRow, Error> {
    let secret = Sealed(vec![1, 2, 3]);
    let new = NewWebhook {
        url: "https://hooks.example.org/",
        types: &["Email".to_owned()],
        accounts,
        signing: Signing {
            key_id: "k",
            secret: &secret,
        },
    };
    let row = webhooks::create(&db.store, who.user, &new, 5).await?;
    row.ok_or(Error::Quota)
}

async fn changed(db: &Database, who: &Person) -> i64 {
    let event = NewEvent {
        account: Some(who.account),
        kind: "Email",
        action: Action::Updated,
        object: "",
        mailbox: None,
    };
    events::append(&db.store, who.user, &[event], 5)
        .await
        .unwrap()
}

async fn webhooks_are_kept_per_user(db: Database) {
    let store = &db.store;
    let (a, b) = (
        person(store, "a@example.org").await,
        person(store, "b@example.org").await,
    );
    changed(&db, &a).await;
    let row = made(&db, &a, Some(&[a.account.get()])).await.unwrap();
    assert_eq!(
        (row.seq, row.state, row.all_accounts),
        (1, WebhookState::Active, false),
        "from now on"
    );
    let id = row.id.get();
    let own = webhooks::list(store, a.user).await.unwrap();
    assert_eq!(own, std::slice::from_ref(&row));
    assert_eq!(webhooks::list(store, b.user).await.unwrap(), []);
    assert_eq!(webhooks::get(store, b.user, id).await.unwrap(), None);
    assert!(!webhooks::remove(store, b.user, id).await.unwrap());
    let told = webhooks::accounts(store, a.user).await.unwrap();
    assert_eq!(told.len(), 1);
    // Somebody else's account, and one that there is not.
    for account in [b.account.get(), 999] {
        let refused = made(&db, &a, Some(&[a.account.get(), account])).await;
        assert!(matches!(refused, Err(Error::Gone)), "{refused:?}");
        let change = Change {
            url: Some("https://other.example/"),
            accounts: Some(Some(&[account])),
            ..Change::default()
        };
        let refused = webhooks::change(store, a.user, id, &change, 6).await;
        assert!(matches!(refused, Err(Error::Gone)), "{refused:?}");
    }
    assert_eq!(webhooks::list(store, a.user).await.unwrap(), [row]);
    let secret = Sealed(vec![4]);
    let change = Change {
        url: Some("https://other.example/"),
        types: Some(&[]),
        accounts: Some(None),
        signing: Some(Signing {
            key_id: "l",
            secret: &secret,
        }),
        state: Some(WebhookState::Paused),
    };
    assert_eq!(
        webhooks::change(store, b.user, id, &change, 6)
            .await
            .unwrap(),
        None
    );
    let row = webhooks::change(store, a.user, id, &change, 6).await;
    let row = row.unwrap().unwrap();
    assert_eq!(row.url, "https://other.example/");
    assert_eq!((row.all_accounts, row.types_json.len()), (true, 0));
    assert_eq!((row.key_id.as_str(), &row.secret), ("l", &secret));
    assert_eq!((row.state, row.updated_at), (WebhookState::Paused, 6));
    assert_eq!(webhooks::accounts(store, a.user).await.unwrap(), []);
    for _ in 1..MOST {
        made(&db, &a, None).await.unwrap();
    }
    assert!(matches!(made(&db, &a, None).await, Err(Error::Quota)));
    assert!(webhooks::remove(store, a.user, id).await.unwrap());
    made(&db, &a, None).await.unwrap();
}

async fn one_process_tells_at_a_time(db: Database) {
    let store = &db.store;
    let a = person(store, "a@example.org").await;
    let row = made(&db, &a, None).await.unwrap();
    let due = async |now| webhooks::due(store, now, 10).await.unwrap().len();
    assert_eq!(due(10).await, 0, "nothing has happened");
    let seq = changed(&db, &a).await;
    assert_eq!(due(10).await, 1);
    let taken = webhooks::take(store, row.id, "one", 10, 100).await.unwrap();
    assert_eq!(taken.map(|row| row.seq), Some(0));
    let other = webhooks::take(store, row.id, "other", 99, 200).await;
    assert_eq!(other.unwrap(), None);
    assert_eq!(due(99).await, 0);
    // Its process is gone.
    assert_eq!(due(100).await, 1);
    let other = webhooks::take(store, row.id, "other", 100, 200).await;
    assert!(other.unwrap().is_some());
    let late = deliveries::advance(store, row.id, "one", seq, None, 100).await;
    assert!(!late.unwrap(), "it is not theirs any more");
    webhooks::release(store, row.id, "one").await.unwrap();
    assert_eq!(due(150).await, 0);
    let advanced = deliveries::advance(store, row.id, "other", seq, None, 150).await;
    assert!(advanced.unwrap());
    webhooks::release(store, row.id, "other").await.unwrap();
    assert_eq!(due(150).await, 0, "it knows everything");
    changed(&db, &a).await;
    let pause = Change {
        state: Some(WebhookState::Paused),
        ..Change::default()
    };
    webhooks::change(store, a.user, row.id.get(), &pause, 150)
        .await
        .unwrap();
    assert_eq!(due(150).await, 0);
}

async fn a_delivery_is_the_same_until_it_has_arrived(db: Database) {
    let store = &db.store;
    let a = person(store, "a@example.org").await;
    let row = made(&db, &a, None).await.unwrap();
    let (id, number) = (row.id, row.id.get());
    let body = |name: &'static str| NewDelivery {
        name,
        changes: 1,
        body: "{}",
    };
    let tried = |status, error, at| Tried {
        status,
        error,
        took: 3,
        at,
    };
    changed(&db, &a).await;
    webhooks::take(store, id, "w", 10, 100).await.unwrap();
    let begun = deliveries::advance(store, id, "w", 1, Some(&body("d1")), 10).await;
    assert!(begun.unwrap());
    let second = deliveries::advance(store, id, "w", 1, Some(&body("d2")), 10).await;
    assert!(matches!(second, Err(Error::Conflict)), "{second:?}");
    let first = deliveries::pending(store, id).await.unwrap().unwrap();
    let (down, later) = (tried(0, "timeout", 20), Then::Again(1000));
    deliveries::failed(store, id, "w", first.id, &down, later)
        .await
        .unwrap();
    let again = deliveries::pending(store, id).await.unwrap().unwrap();
    assert_eq!(
        (&again.name, &again.body, again.attempts),
        (&first.name, &first.body, 1)
    );
    assert_eq!(webhooks::due(store, 999, 10).await.unwrap().len(), 0);
    webhooks::take(store, id, "w", 1000, 2000).await.unwrap();
    let (down, pause) = (tried(500, "status", 1001), Then::Pause("failing"));
    deliveries::failed(store, id, "w", first.id, &down, pause)
        .await
        .unwrap();
    let row = webhooks::get(store, a.user, number).await.unwrap().unwrap();
    assert_eq!(
        (row.state, row.reason.as_str(), row.failures),
        (WebhookState::Paused, "failing", 2)
    );
    let resume = Change {
        state: Some(WebhookState::Active),
        ..Change::default()
    };
    let row = webhooks::change(store, a.user, number, &resume, 1100).await;
    let row = row.unwrap().unwrap();
    assert_eq!((row.reason.as_str(), row.failures), ("", 0));
    webhooks::take(store, id, "w", 1100, 2000).await.unwrap();
    deliveries::arrived(store, id, "w", first.id, &tried(204, "", 1200))
        .await
        .unwrap();
    assert_eq!(deliveries::pending(store, id).await.unwrap(), None);
    // What a slower process says afterwards.
    let slow = tried(0, "timeout", 1300);
    deliveries::failed(store, id, "x", first.id, &slow, later)
        .await
        .unwrap();
    let log = deliveries::list(store, id).await.unwrap();
    assert_eq!(log.len(), 1);
    assert_eq!(
        (
            log[0].state,
            log[0].attempts,
            log[0].status,
            log[0].tried_at
        ),
        (DeliveryState::Delivered, 3, 204, Some(1200))
    );
    assert_eq!(log[0].body, "");
    let state = DeliveryState::Failed;
    for _ in 0..KEPT + 5 {
        deliveries::tested(store, id, "t", state, &slow)
            .await
            .unwrap();
    }
    let log = deliveries::list(store, id).await.unwrap();
    assert_eq!(i64::try_from(log.len()).unwrap(), KEPT);
}

async fn webhooks_go_with_their_user(db: Database) {
    let store = &db.store;
    let a = person(store, "a@example.org").await;
    let row = made(&db, &a, Some(&[a.account.get()])).await.unwrap();
    changed(&db, &a).await;
    // One whose account has gone is told of no other.
    let b = person(store, "b@example.org").await;
    let other = made(&db, &b, Some(&[b.account.get()])).await.unwrap();
    let gone = format!("DELETE FROM accounts WHERE id = {}", b.account.get());
    db.raw().await.execute(&gone).await;
    assert_eq!(webhooks::accounts(store, b.user).await.unwrap(), []);
    let other = webhooks::get(store, b.user, other.id.get()).await.unwrap();
    assert!(other.is_some_and(|row| !row.all_accounts));
    assert!(users::delete(store, a.user).await.unwrap());
    assert_eq!(webhooks::due(store, 10, 10).await.unwrap(), []);
    let tried = Tried {
        status: 204,
        error: "",
        took: 1,
        at: 1,
    };
    let late = deliveries::tested(store, row.id, "t", DeliveryState::Delivered, &tried).await;
    assert!(matches!(late, Err(Error::Gone)), "{late:?}");
}
