//! Sessions: found by the cookie's hash, listed, revoked, ended.

use restante::store::{
    Store,
    error::Error,
    id::{SessionId, UserId},
    sessions::{self, NewSession},
    users,
};

use super::database::{Database, both};

both!(
    a_session_is_found_until_it_ends,
    only_their_user_revokes_sessions,
    a_user_has_at_most_a_hundred,
    ended_sessions_are_purged,
    no_session_without_a_user,
);

async fn begin(store: &Store, user: UserId, hash: u8, now: i64) -> SessionId {
    let new = NewSession {
        hash: &[hash; 32],
        expires_at: now + 1000,
        stay_signed_in: true,
        label: "Firefox on Linux\0",
        network: "192.0.2.0/24",
    };
    sessions::create(store, user, &new, now).await.unwrap()
}

async fn a_session_is_found_until_it_ends(Database { store, .. }: Database) {
    let user = users::find_or_create(&store, "a@example.org", 1)
        .await
        .unwrap()
        .id;
    let id = begin(&store, user, 7, 10).await;
    let row = sessions::find(&store, &[7; 32], 20).await.unwrap().unwrap();
    assert_eq!((row.id, row.user_id), (id, user));
    assert_eq!(row.address, "a@example.org");
    assert_eq!(row.label, "Firefox on Linux");
    assert_eq!(row.network, "192.0.2.0/24");
    assert!(row.stay_signed_in);
    assert_eq!(
        (row.created_at, row.last_seen_at, row.confirmed_at),
        (10, 10, 10)
    );
    assert_eq!(row.expires_at, 1010);
    assert_eq!(sessions::find(&store, &[8; 32], 20).await.unwrap(), None);
    assert_eq!(sessions::find(&store, &[7; 32], 1010).await.unwrap(), None);

    assert!(sessions::touch(&store, user, id, 500, 1500).await.unwrap());
    assert!(sessions::confirm(&store, user, id, 600).await.unwrap());
    let row = sessions::find(&store, &[7; 32], 1010)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (row.last_seen_at, row.confirmed_at, row.expires_at),
        (600, 600, 1500)
    );
}

async fn only_their_user_revokes_sessions(Database { store, .. }: Database) {
    let a = users::find_or_create(&store, "a@example.org", 1)
        .await
        .unwrap()
        .id;
    let b = users::find_or_create(&store, "b@example.org", 1)
        .await
        .unwrap()
        .id;
    let first = begin(&store, a, 1, 10).await;
    let second = begin(&store, a, 2, 20).await;
    let third = begin(&store, a, 3, 30).await;
    assert!(!sessions::revoke(&store, b, first.get()).await.unwrap());
    assert!(!sessions::touch(&store, b, first, 40, 5000).await.unwrap());
    assert!(!sessions::confirm(&store, b, first, 40).await.unwrap());
    assert_eq!(sessions::list(&store, b, 40).await.unwrap(), []);
    assert_eq!(
        sessions::revoke_others(&store, b, Some(first))
            .await
            .unwrap(),
        0
    );

    let ids = async || -> Vec<_> {
        let rows = sessions::list(&store, a, 40).await.unwrap();
        rows.iter().map(|row| row.id).collect()
    };
    assert_eq!(ids().await, [third, second, first]);
    assert!(sessions::revoke(&store, a, first.get()).await.unwrap());
    assert!(!sessions::revoke(&store, a, first.get()).await.unwrap());
    assert_eq!(sessions::find(&store, &[1; 32], 40).await.unwrap(), None);
    assert_eq!(
        sessions::revoke_others(&store, a, Some(second))
            .await
            .unwrap(),
        1
    );
    assert_eq!(ids().await, [second]);
    assert!(!sessions::touch(&store, a, first, 40, 5000).await.unwrap());
}

async fn a_user_has_at_most_a_hundred(Database { store, .. }: Database) {
    let a = users::find_or_create(&store, "a@example.org", 1)
        .await
        .unwrap()
        .id;
    let b = users::find_or_create(&store, "b@example.org", 1)
        .await
        .unwrap()
        .id;
    begin(&store, b, 255, 1).await;
    let first = begin(&store, a, 0, 1).await;
    let second = begin(&store, a, 1, 2).await;
    sessions::touch(&store, a, first, 50, 1000).await.unwrap();
    for hash in 2..101 {
        begin(&store, a, hash, i64::from(hash) + 1).await;
    }
    let rows = sessions::list(&store, a, 200).await.unwrap();
    assert_eq!(rows.len(), 100);
    assert!(rows.iter().any(|row| row.id == first));
    assert!(
        !rows.iter().any(|row| row.id == second),
        "the one unused for longest ends"
    );
    assert_eq!(sessions::list(&store, b, 200).await.unwrap().len(), 1);
}

async fn ended_sessions_are_purged(Database { store, .. }: Database) {
    let user = users::find_or_create(&store, "a@example.org", 1)
        .await
        .unwrap()
        .id;
    begin(&store, user, 1, 10).await;
    let later = begin(&store, user, 2, 20).await;
    assert_eq!(sessions::purge_expired(&store, 1010).await.unwrap(), 1);
    let rows = sessions::list(&store, user, 0).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [later]);
}

async fn no_session_without_a_user(Database { store, .. }: Database) {
    let user = users::find_or_create(&store, "a@example.org", 1)
        .await
        .unwrap()
        .id;
    users::delete(&store, user).await.unwrap();
    let new = NewSession {
        hash: &[1; 32],
        expires_at: 100,
        stay_signed_in: false,
        label: "",
        network: "",
    };
    let made = sessions::create(&store, user, &new, 1).await;
    assert!(matches!(made, Err(Error::Gone)), "{made:?}");
}
