//! People who are on their way, and permissions that are renewed and gone.

use restante::store::{
    Store,
    accounts::{self, AccountKind, AccountRow, NewAccount, Sealed},
    grant_requests::{self, NewRequest},
    id::UserId,
    sessions::{self, NewSession},
    users,
};

use super::database::{Database, both};

both!(
    who_went_comes_back_once_and_in_time,
    the_oldest_way_gives_way,
    a_permission_is_renewed_where_it_is_still_the_one,
);

async fn person(store: &Store, address: &str) -> UserId {
    users::find_or_create(store, address, 1).await.unwrap().id
}

async fn begins(store: &Store, user: UserId, number: u8, now: i64) {
    let new = NewRequest {
        state: &[number; 32],
        user,
        session: None,
        sealed: &Sealed(vec![number]),
        expires_at: now + 100,
    };
    grant_requests::begin(store, &new, now).await.unwrap();
}

async fn who_went_comes_back_once_and_in_time(Database { store, .. }: Database) {
    let (a, b) = (
        person(&store, "a@example.org").await,
        person(&store, "b@example.org").await,
    );
    let session = async |hash: u8| {
        let new = NewSession {
            hash: &[hash; 32],
            expires_at: 1000,
            stay_signed_in: false,
            label: "",
            network: "",
        };
        sessions::create(&store, a, &new, 1).await.unwrap()
    };
    let (here, elsewhere) = (session(1).await, session(2).await);
    let new = NewRequest {
        state: &[1; 32],
        user: a,
        session: Some(here),
        sealed: &Sealed(vec![1]),
        expires_at: 20,
    };
    grant_requests::begin(&store, &new, 10).await.unwrap();
    let take = async |state, user, session, now| {
        grant_requests::take(&store, &[state; 32], user, session, now)
            .await
            .unwrap()
    };
    assert_eq!(take(2, a, Some(here), 10).await, None);
    assert_eq!(take(1, b, Some(here), 10).await, None);
    assert_eq!(take(1, a, Some(elsewhere), 10).await, None);
    assert_eq!(take(1, a, None, 10).await, None);
    assert_eq!(take(1, a, Some(here), 20).await, None, "too late");
    assert_eq!(take(1, a, Some(here), 19).await, Some(Sealed(vec![1])));
    assert_eq!(take(1, a, Some(here), 19).await, None, "once");
    begins(&store, a, 3, 10).await;
    assert_eq!(take(3, a, Some(elsewhere), 11).await, Some(Sealed(vec![3])));
    // With the session goes who is away from it.
    grant_requests::begin(&store, &new, 10).await.unwrap();
    sessions::revoke(&store, a, here.get()).await.unwrap();
    assert_eq!(take(1, a, Some(here), 11).await, None);
    begins(&store, a, 4, 10).await;
    grant_requests::prune(&store, 110).await.unwrap();
    assert_eq!(take(4, a, None, 11).await, None);
}

async fn the_oldest_way_gives_way(Database { store, .. }: Database) {
    let (a, b) = (
        person(&store, "a@example.org").await,
        person(&store, "b@example.org").await,
    );
    begins(&store, b, 200, 1).await;
    for number in 1..=21 {
        begins(&store, a, number, i64::from(number)).await;
    }
    let take = async |state, user| {
        grant_requests::take(&store, &[state; 32], user, None, 5)
            .await
            .unwrap()
    };
    assert_eq!(take(200, b).await, Some(Sealed(vec![200])));
    assert_eq!(take(1, a).await, None);
    assert_eq!(take(2, a).await, Some(Sealed(vec![2])));
    assert_eq!(take(21, a).await, Some(Sealed(vec![21])));
}

async fn a_permission_is_renewed_where_it_is_still_the_one(Database { store, .. }: Database) {
    let user = person(&store, "a@example.org").await;
    let new = NewAccount {
        kind: AccountKind::Imap,
        primary: false,
        address: "b@example.net",
        login: "",
        name: "",
        servers: "",
    };
    let seal = |_: &AccountRow| (Sealed(vec![1]), Sealed(vec![9]));
    let added = accounts::add(&store, user, &new, "Post", 5, seal)
        .await
        .unwrap();
    assert_eq!(
        (added.provider.as_str(), added.grant_gone_at),
        ("Post", None)
    );
    let row = async || accounts::by_id(&store, added.id).await.unwrap().unwrap();
    let (one, two, three) = (Sealed(vec![1]), Sealed(vec![2]), Sealed(vec![3]));
    assert!(
        accounts::renew_grant(&store, added.id, &one, &two, 6)
            .await
            .unwrap()
    );
    assert!(
        !accounts::renew_grant(&store, added.id, &one, &three, 7)
            .await
            .unwrap()
    );
    let renewed = row().await;
    assert_eq!(renewed.credential.as_ref(), Some(&two));
    assert_eq!(
        renewed.credential_version, added.credential_version,
        "the same to who has it open"
    );
    accounts::grant_gone(&store, added.id, &one, 8)
        .await
        .unwrap();
    assert_eq!(row().await.grant_gone_at, None, "that was another");
    accounts::grant_gone(&store, added.id, &two, 9)
        .await
        .unwrap();
    accounts::grant_gone(&store, added.id, &two, 10)
        .await
        .unwrap();
    assert_eq!(row().await.grant_gone_at, Some(9));
    let access = accounts::Access {
        login: "",
        servers: "",
        credential: &three,
        carried_key: &Sealed(vec![9]),
        provider: "",
    };
    accounts::set_access(&store, added.id, &access, 11)
        .await
        .unwrap();
    let now = row().await;
    assert_eq!((now.provider.as_str(), now.grant_gone_at), ("", None));
}
