//! Settings and trusted senders.

use restante::store::{error::Error, settings, trusted_senders, users};

use super::database::{Database, both};

both!(settings_are_per_user, senders_are_trusted_per_user);

async fn settings_are_per_user(Database { store, .. }: Database) {
    let a = users::find_or_create(&store, "a@example.org", 1)
        .await
        .unwrap()
        .id;
    let b = users::find_or_create(&store, "b@example.org", 1)
        .await
        .unwrap()
        .id;
    assert_eq!(settings::get(&store, a, "theme").await.unwrap(), None);
    settings::set(&store, a, "theme", "\"dark\"", 1)
        .await
        .unwrap();
    settings::set(&store, a, "theme", "\"light\"", 2)
        .await
        .unwrap();
    settings::set(&store, a, "density", "1\0", 2).await.unwrap();
    settings::set(&store, b, "theme", "\"system\"", 2)
        .await
        .unwrap();
    let theme = settings::get(&store, a, "theme").await.unwrap();
    assert_eq!(theme.as_deref(), Some("\"light\""));
    let pairs = settings::all(&store, a).await.unwrap();
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    assert_eq!(pairs, [("density", "1"), ("theme", "\"light\"")]);
    assert!(settings::unset(&store, a, "theme").await.unwrap());
    assert!(!settings::unset(&store, a, "theme").await.unwrap());
    assert!(settings::get(&store, b, "theme").await.unwrap().is_some());
    users::delete(&store, b).await.unwrap();
    let refused = settings::set(&store, b, "theme", "1", 3).await;
    assert!(matches!(refused, Err(Error::Gone)), "{refused:?}");
}

async fn senders_are_trusted_per_user(Database { store, .. }: Database) {
    let a = users::find_or_create(&store, "a@example.org", 1)
        .await
        .unwrap()
        .id;
    let b = users::find_or_create(&store, "b@example.org", 1)
        .await
        .unwrap()
        .id;
    trusted_senders::add(&store, a, "News@Example.com", 1)
        .await
        .unwrap();
    trusted_senders::add(&store, a, "news@example.com", 2)
        .await
        .unwrap();
    trusted_senders::add(&store, a, "ann@example.com", 2)
        .await
        .unwrap();
    let trusted = trusted_senders::list(&store, a).await.unwrap();
    assert_eq!(trusted, ["ann@example.com", "news@example.com"]);
    assert!(
        trusted_senders::contains(&store, a, "NEWS@example.com")
            .await
            .unwrap()
    );
    assert!(
        !trusted_senders::contains(&store, b, "news@example.com")
            .await
            .unwrap()
    );
    assert!(
        !trusted_senders::remove(&store, b, "news@example.com")
            .await
            .unwrap()
    );
    assert!(
        trusted_senders::remove(&store, a, "news@EXAMPLE.com")
            .await
            .unwrap()
    );
    assert!(
        !trusted_senders::contains(&store, a, "news@example.com")
            .await
            .unwrap()
    );
}
