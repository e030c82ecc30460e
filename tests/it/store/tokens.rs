//! API tokens, and requests that come twice.

use restante::store::{
    Store,
    id::UserId,
    idempotency,
    tokens::{self, NewToken},
    users,
};

use super::database::{Database, both};

both!(
    a_token_is_found_until_it_ends,
    only_their_user_revokes_tokens,
    a_user_has_at_most_a_hundred_tokens,
    a_key_is_taken_once,
);

async fn user(store: &Store, address: &str) -> UserId {
    users::find_or_create(store, address, 1).await.unwrap().id
}

fn new(hash: &[u8; 32], expires_at: Option<i64>) -> NewToken<'_> {
    NewToken {
        hash,
        name: "Backup",
        scopes: "read send",
        expires_at,
    }
}

async fn a_token_is_found_until_it_ends(Database { store, .. }: Database) {
    let user = user(&store, "a@example.org").await;
    let made = tokens::create(&store, user, &new(&[7; 32], Some(100)), 10).await;
    let made = made.unwrap().unwrap();
    assert_eq!((made.user_id, made.last_used_at), (user, None));
    assert_eq!(made.address, "a@example.org");
    assert!(
        tokens::touch(&store, user, made.id, "192.0.2.0/24", 20)
            .await
            .unwrap()
    );
    let found = tokens::find(&store, &[7; 32], 99).await.unwrap().unwrap();
    assert_eq!(
        (found.last_used_at, found.last_network.as_str()),
        (Some(20), "192.0.2.0/24")
    );
    assert_eq!(tokens::find(&store, &[7; 32], 100).await.unwrap(), None);
    assert_eq!(tokens::find(&store, &[8; 32], 20).await.unwrap(), None);
    assert!(tokens::list(&store, user, 100).await.unwrap().is_empty());
    tokens::create(&store, user, &new(&[9; 32], None), 10)
        .await
        .unwrap();
    assert!(
        tokens::find(&store, &[9; 32], i64::MAX)
            .await
            .unwrap()
            .is_some()
    );
}

async fn only_their_user_revokes_tokens(Database { store, .. }: Database) {
    let (anna, ben) = (
        user(&store, "a@example.org").await,
        user(&store, "b@example.org").await,
    );
    let made = tokens::create(&store, anna, &new(&[7; 32], None), 10).await;
    let id = made.unwrap().unwrap().id;
    assert!(!tokens::revoke(&store, ben, id.get()).await.unwrap());
    assert!(tokens::revoke(&store, anna, id.get()).await.unwrap());
    assert!(!tokens::touch(&store, anna, id, "", 20).await.unwrap());
    assert_eq!(tokens::find(&store, &[7; 32], 20).await.unwrap(), None);
}

async fn a_user_has_at_most_a_hundred_tokens(Database { store, .. }: Database) {
    let user = user(&store, "a@example.org").await;
    for number in 0..100_u8 {
        let made = tokens::create(&store, user, &new(&[number; 32], Some(50)), 10).await;
        assert!(made.unwrap().is_some());
    }
    let more = tokens::create(&store, user, &new(&[200; 32], None), 10).await;
    assert!(more.unwrap().is_none());
    // Those that have ended make room.
    let more = tokens::create(&store, user, &new(&[200; 32], None), 60).await;
    assert!(more.unwrap().is_some());
}

async fn a_key_is_taken_once(Database { store, .. }: Database) {
    let user = user(&store, "a@example.org").await;
    let begin = async |body: u8, now: i64| {
        let body = [body; 32];
        let begun = idempotency::begin(&store, user, &[1; 32], &body, now, now - 100);
        begun.await.unwrap()
    };
    assert!(begin(5, 1000).await.is_none());
    let before = begin(5, 1010).await.unwrap();
    assert_eq!((before.body, before.status), ([5; 32], 0));
    // The process that worked on it is gone; another request is not taken for it.
    assert!(begin(6, 1200).await.is_some());
    assert!(begin(5, 1200).await.is_none());
    idempotency::finish(&store, user, &[1; 32], 201, "{}")
        .await
        .unwrap();
    idempotency::release(&store, user, &[1; 32]).await.unwrap();
    let before = begin(5, 5000).await.unwrap();
    assert_eq!((before.status, before.answer_json.as_str()), (201, "{}"));
    // A day later it is forgotten.
    assert!(begin(6, 1200 + idempotency::KEPT_FOR + 1).await.is_none());
    idempotency::release(&store, user, &[1; 32]).await.unwrap();
    assert!(begin(7, 2000).await.is_none());
    idempotency::prune(&store, 2001 + idempotency::KEPT_FOR)
        .await
        .unwrap();
    assert!(begin(8, 2000).await.is_none());
}
