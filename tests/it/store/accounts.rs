//! Accounts and the keys to their credentials.

mod further;
mod leaving;

use restante::store::{
    Store,
    accounts::{self, AccountKind, NewAccount, Sealed},
    credential_keys::{self, Holder},
    error::Error,
    id::{AccountId, UserId},
    sessions, users,
};
use tokio::task::JoinSet;

use super::database::{Database, both};

both!(
    accounts_keep_what_they_are_given,
    a_user_has_one_primary_account,
    others_see_no_account,
    credentials_are_replaced_and_counted,
    keys_are_held_until_their_holder_ends,
    a_key_is_only_for_holders_of_the_same_user,
);

const NEW: NewAccount<'static> = NewAccount {
    kind: AccountKind::Imap,
    primary: true,
    address: "A@example.org",
    login: "a",
    name: "Work",
    servers: "",
};

async fn user(store: &Store, address: &str) -> UserId {
    users::find_or_create(store, address, 1).await.unwrap().id
}

async fn account(store: &Store, user: UserId) -> AccountId {
    accounts::create(store, user, &NEW, 1).await.unwrap().id
}

async fn accounts_keep_what_they_are_given(Database { store, .. }: Database) {
    let user = user(&store, "a@example.org").await;
    let made = accounts::create(&store, user, &NEW, 5).await.unwrap();
    assert_eq!(made.user_id, user);
    assert_eq!(made.kind, AccountKind::Imap);
    assert!(made.is_primary);
    assert_eq!(made.address, "a@example.org");
    assert_eq!((made.login.as_str(), made.name.as_str()), ("a", "Work"));
    assert_eq!(
        (made.credential.clone(), made.credential_version),
        (None, 0)
    );
    assert_eq!(made.created_at, 5);
    let pop3 = NewAccount {
        kind: AccountKind::Pop3,
        primary: false,
        address: "b@example.net",
        servers: r#"{"pop3":"pop3s://pop.example.net"}"#,
        ..NEW
    };
    let second = accounts::create(&store, user, &pop3, 6).await.unwrap();
    assert_eq!(second.servers, pop3.servers);
    assert_eq!(
        accounts::list(&store, user).await.unwrap(),
        [made.clone(), second.clone()]
    );
    let primary = accounts::primary(&store, user, "a@EXAMPLE.org")
        .await
        .unwrap();
    assert_eq!(primary, Some(made));
    assert_eq!(
        accounts::primary(&store, user, "b@example.net")
            .await
            .unwrap(),
        None
    );

    accounts::set_servers(&store, second.id, "bb", "{}", 7)
        .await
        .unwrap();
    let changed = accounts::get(&store, user, second.id.get())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (changed.login.as_str(), changed.servers.as_str()),
        ("bb", "{}")
    );
    assert!(accounts::delete(&store, second.id, 8).await.unwrap());
    assert!(!accounts::delete(&store, second.id, 8).await.unwrap());
    let refused = accounts::set_servers(&store, second.id, "", "", 8).await;
    assert!(matches!(refused, Err(Error::Gone)));
}

async fn a_user_has_one_primary_account(Database { store, .. }: Database) {
    let user = user(&store, "a@example.org").await;
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let store = store.clone();
        tasks.spawn(async move { accounts::create(&store, user, &NEW, 1).await });
    }
    let made = tasks.join_all().await;
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
    assert!(
        made.iter()
            .all(|made| matches!(made, Ok(_) | Err(Error::Conflict)))
    );
}

async fn others_see_no_account(Database { store, .. }: Database) {
    let a = user(&store, "a@example.org").await;
    let b = user(&store, "b@example.org").await;
    let id = account(&store, a).await;
    assert!(accounts::get(&store, a, id.get()).await.unwrap().is_some());
    assert_eq!(accounts::get(&store, b, id.get()).await.unwrap(), None);
    assert_eq!(
        accounts::primary(&store, b, "a@example.org").await.unwrap(),
        None
    );
    assert_eq!(accounts::list(&store, b).await.unwrap(), []);
}

async fn credentials_are_replaced_and_counted(Database { store, .. }: Database) {
    let user = user(&store, "a@example.org").await;
    let id = account(&store, user).await;
    for (version, bytes) in [(1, vec![1, 2, 3]), (2, vec![0, 255])] {
        let sealed = Sealed(bytes);
        assert_eq!(
            accounts::set_credential(&store, id, &sealed, 9)
                .await
                .unwrap(),
            version
        );
        let row = accounts::get(&store, user, id.get())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.credential, Some(sealed));
        assert_eq!(row.credential_version, version);
    }
    assert_eq!(format!("{:?}", Sealed(vec![1, 2])), "Sealed(2 bytes)");
    accounts::delete(&store, id, 8).await.unwrap();
    let refused = accounts::set_credential(&store, id, &Sealed(vec![1]), 9).await;
    assert!(matches!(refused, Err(Error::Gone)));
}

async fn session(store: &Store, user: UserId, hash: u8) -> restante::store::id::SessionId {
    let new = sessions::NewSession {
        hash: &[hash; 32],
        expires_at: 1000,
        stay_signed_in: false,
        label: "",
        network: "",
    };
    sessions::create(store, user, &new, 1).await.unwrap()
}

async fn keys_are_held_until_their_holder_ends(db: Database) {
    let store = &db.store;
    let user = user(store, "a@example.org").await;
    let id = account(store, user).await;
    let first = session(store, user, 1).await;
    let second = session(store, user, 2).await;
    let (s1, s2) = (Holder::Session(first), Holder::Session(second));
    let server = Holder::Server("k1");
    for (holder, byte) in [(s1, 1), (s2, 2), (server, 3), (s1, 4)] {
        let wrapped = Sealed(vec![byte]);
        credential_keys::put(store, id, holder, &wrapped, 1)
            .await
            .unwrap();
        assert_eq!(
            credential_keys::get(store, id, holder).await.unwrap(),
            Some(wrapped)
        );
    }
    assert_eq!(
        credential_keys::get(store, id, s2).await.unwrap(),
        Some(Sealed(vec![2]))
    );
    // A new key of the server takes the old one's place.
    let rotated = Holder::Server("k2");
    credential_keys::put(store, id, rotated, &Sealed(vec![5]), 2)
        .await
        .unwrap();
    assert_eq!(credential_keys::get(store, id, server).await.unwrap(), None);
    assert_eq!(
        credential_keys::get(store, id, rotated).await.unwrap(),
        Some(Sealed(vec![5]))
    );

    assert!(sessions::revoke(store, user, first.get()).await.unwrap());
    assert_eq!(credential_keys::get(store, id, s1).await.unwrap(), None);
    let refused = credential_keys::put(store, id, s1, &Sealed(vec![1]), 1).await;
    assert!(matches!(refused, Err(Error::Gone)), "{refused:?}");
    assert!(credential_keys::delete(store, id, s2).await.unwrap());
    assert!(!credential_keys::delete(store, id, s2).await.unwrap());
    assert!(credential_keys::delete(store, id, rotated).await.unwrap());
    let left = db
        .raw()
        .await
        .numbers("SELECT id FROM credential_keys")
        .await;
    assert_eq!(left, Vec::<i64>::new());
}

async fn a_key_is_only_for_holders_of_the_same_user(Database { store, .. }: Database) {
    let a = user(&store, "a@example.org").await;
    let b = user(&store, "b@example.org").await;
    let id = account(&store, a).await;
    let stranger = Holder::Session(session(&store, b, 1).await);
    let refused = credential_keys::put(&store, id, stranger, &Sealed(vec![1]), 1).await;
    assert!(matches!(refused, Err(Error::Gone)), "{refused:?}");
    assert_eq!(
        credential_keys::get(&store, id, stranger).await.unwrap(),
        None
    );
}
