//! Applying migrations: again, at once, and to databases that another version has touched.

use restante::store::{Store, error::Error, users};
use tokio::task::JoinSet;

use super::database::{Database, both};

both!(
    empty: again_does_nothing,
    processes_at_once_agree,
    a_newer_schema_is_refused,
    an_edited_migration_is_refused,
);

async fn again_does_nothing(Database { store, url }: Database) {
    store.migrate().await.unwrap();
    let user = users::find_or_create(&store, "a@example.org", 1)
        .await
        .unwrap();
    store.migrate().await.unwrap();
    let other = Store::open(&url, 1).await.unwrap();
    other.migrate().await.unwrap();
    assert_eq!(users::list(&other).await.unwrap(), [user]);
    other.close().await;
}

async fn processes_at_once_agree(Database { url, .. }: Database) {
    let mut tasks = JoinSet::new();
    for _ in 0..4 {
        let store = Store::open(&url, 1).await.unwrap();
        tasks.spawn(async move {
            store.migrate().await.unwrap();
            users::find_or_create(&store, "a@example.org", 1)
                .await
                .unwrap();
            store.close().await;
        });
    }
    tasks.join_all().await;
}

async fn a_newer_schema_is_refused(db: Database) {
    db.store.migrate().await.unwrap();
    let sql = "UPDATE _sqlx_migrations SET version = 9999 WHERE version = 7";
    db.raw().await.execute(sql).await;
    let migrated = db.store.migrate().await;
    assert!(matches!(migrated, Err(Error::Newer(9999))), "{migrated:?}");
}

async fn an_edited_migration_is_refused(db: Database) {
    db.store.migrate().await.unwrap();
    let sql = "UPDATE _sqlx_migrations SET checksum = (
        SELECT checksum FROM _sqlx_migrations WHERE version = 1) WHERE version = 2";
    db.raw().await.execute(sql).await;
    let migrated = db.store.migrate().await;
    assert!(matches!(migrated, Err(Error::Edited(2))), "{migrated:?}");
}
