//! Identities: an account with any has exactly one default.

use restante::store::{
    Store,
    accounts::{self, AccountKind, NewAccount},
    id::AccountId,
    identities::{self, IdentityFields},
    users,
};
use tokio::task::JoinSet;

use super::database::{Database, both};

both!(
    identities_are_kept_per_account,
    there_is_always_one_default,
    identities_made_at_once_have_one_default,
);

async fn account(store: &Store, address: &str) -> AccountId {
    let user = users::find_or_create(store, address, 1).await.unwrap().id;
    let new = NewAccount {
        kind: AccountKind::Imap,
        primary: true,
        address,
        login: "",
        name: "",
        servers: "",
    };
    accounts::create(store, user, &new, 1).await.unwrap().id
}

fn named(name: &str) -> IdentityFields<'_> {
    IdentityFields {
        name,
        email: "a@example.org",
        ..IdentityFields::default()
    }
}

async fn identities_are_kept_per_account(Database { store, .. }: Database) {
    let a = account(&store, "a@example.org").await;
    let b = account(&store, "b@example.org").await;
    let fields = IdentityFields {
        name: "Anna\0",
        email: "anna@example.org",
        reply_to: "Team <team@example.org>",
        bcc: "archive@example.org",
        text_signature: "-- \nAnna",
        html_signature: "<b>Anna</b>",
    };
    let made = identities::create(&store, a, &fields, 5).await.unwrap();
    assert_eq!(made.account_id, a);
    assert_eq!(made.name, "Anna");
    assert_eq!(made.email, fields.email);
    assert_eq!(made.reply_to, fields.reply_to);
    assert_eq!(made.bcc, fields.bcc);
    assert_eq!(made.text_signature, fields.text_signature);
    assert_eq!(made.html_signature, fields.html_signature);
    assert_eq!(
        identities::list(&store, a).await.unwrap(),
        std::slice::from_ref(&made)
    );

    let id = made.id.get();
    assert_eq!(identities::get(&store, b, id).await.unwrap(), None);
    assert!(
        !identities::update(&store, b, id, &named("X"), 6)
            .await
            .unwrap()
    );
    assert!(!identities::set_default(&store, b, id).await.unwrap());
    assert!(!identities::delete(&store, b, id).await.unwrap());
    assert_eq!(identities::get(&store, a, id).await.unwrap(), Some(made));

    assert!(
        identities::update(&store, a, id, &named("New"), 6)
            .await
            .unwrap()
    );
    let updated = identities::get(&store, a, id).await.unwrap().unwrap();
    assert_eq!((updated.name.as_str(), updated.updated_at), ("New", 6));
    assert_eq!(updated.html_signature, "");
}

async fn there_is_always_one_default(Database { store, .. }: Database) {
    let a = account(&store, "a@example.org").await;
    let default = async || {
        identities::default(&store, a)
            .await
            .unwrap()
            .map(|row| row.name)
    };
    assert_eq!(default().await, None);
    let one = identities::create(&store, a, &named("one"), 1)
        .await
        .unwrap();
    let two = identities::create(&store, a, &named("two"), 1)
        .await
        .unwrap();
    let three = identities::create(&store, a, &named("three"), 1)
        .await
        .unwrap();
    assert_eq!(default().await.as_deref(), Some("one"));
    assert!(
        identities::set_default(&store, a, three.id.get())
            .await
            .unwrap()
    );
    assert!(
        identities::set_default(&store, a, three.id.get())
            .await
            .unwrap()
    );
    let names: Vec<_> = identities::list(&store, a).await.unwrap();
    let names: Vec<_> = names
        .iter()
        .map(|row| (row.name.as_str(), row.is_default))
        .collect();
    assert_eq!(names, [("three", true), ("one", false), ("two", false)]);
    assert!(
        !identities::set_default(&store, a, three.id.get() + 1)
            .await
            .unwrap()
    );
    assert_eq!(
        default().await.as_deref(),
        Some("three"),
        "a failure changes nothing"
    );
    assert!(identities::delete(&store, a, two.id.get()).await.unwrap());
    assert_eq!(default().await.as_deref(), Some("three"));
    assert!(identities::delete(&store, a, three.id.get()).await.unwrap());
    assert_eq!(default().await.as_deref(), Some("one"));
    assert!(identities::delete(&store, a, one.id.get()).await.unwrap());
    assert!(!identities::delete(&store, a, one.id.get()).await.unwrap());
    assert_eq!(default().await, None);
}

async fn identities_made_at_once_have_one_default(Database { store, .. }: Database) {
    let a = account(&store, "a@example.org").await;
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let store = store.clone();
        tasks.spawn(async move { identities::create(&store, a, &named("x"), 1).await.unwrap() });
    }
    let made = tasks.join_all().await;
    assert_eq!(made.iter().filter(|row| row.is_default).count(), 1);

    let b = account(&store, "b@example.org").await;
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let store = store.clone();
        tasks.spawn(async move {
            let made = identities::create_first(&store, b, &named("x"), 1).await;
            made.unwrap();
        });
    }
    tasks.join_all().await;
    let only = identities::list(&store, b).await.unwrap();
    assert!(only.len() == 1 && only[0].is_default, "{only:?}");
}
