//! Users: made once, deleted with all that is theirs.

use restante::store::{sessions, settings, users};
use tokio::task::JoinSet;

use super::database::{Database, both};

both!(
    an_address_is_one_user_in_any_case,
    first_sign_ins_at_once_make_one_user,
    deleted_users_take_their_rows_along,
);

async fn an_address_is_one_user_in_any_case(Database { store, .. }: Database) {
    let first = users::find_or_create(&store, " Anna@Example.ORG", 10)
        .await
        .unwrap();
    let again = users::find_or_create(&store, "anna@example.org", 20)
        .await
        .unwrap();
    assert_eq!(first.address, "anna@example.org");
    assert_eq!(again.id, first.id);
    assert_eq!((again.created_at, again.signed_in_at), (10, 20));
    assert_eq!(
        users::find(&store, "ANNA@example.org").await.unwrap(),
        Some(again.clone())
    );
    assert_eq!(users::find(&store, "anna@example.net").await.unwrap(), None);
    let ben = users::find_or_create(&store, "ben@example.org", 30)
        .await
        .unwrap();
    assert_eq!(users::list(&store).await.unwrap(), [again, ben]);
}

async fn first_sign_ins_at_once_make_one_user(Database { store, .. }: Database) {
    let mut tasks = JoinSet::new();
    for now in 0..16 {
        let store = store.clone();
        tasks.spawn(async move { users::find_or_create(&store, "a@example.org", now).await });
    }
    let made: Vec<_> = tasks
        .join_all()
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert!(made.iter().all(|user| user.id == made[0].id));
    assert_eq!(users::list(&store).await.unwrap().len(), 1);
}

async fn deleted_users_take_their_rows_along(Database { store, .. }: Database) {
    let user = users::find_or_create(&store, "a@example.org", 1)
        .await
        .unwrap()
        .id;
    let session = sessions::NewSession {
        hash: &[1; 32],
        expires_at: 100,
        stay_signed_in: false,
        label: "",
        network: "",
    };
    sessions::create(&store, user, &session, 1).await.unwrap();
    settings::set(&store, user, "theme", "\"dark\"", 1)
        .await
        .unwrap();
    assert!(users::delete(&store, user).await.unwrap());
    assert!(!users::delete(&store, user).await.unwrap());
    assert_eq!(sessions::find(&store, &[1; 32], 2).await.unwrap(), None);
    assert_eq!(settings::all(&store, user).await.unwrap(), []);
    let again = users::find_or_create(&store, "a@example.org", 1)
        .await
        .unwrap();
    assert_ne!(again.id, user, "ids are never given twice");
}
