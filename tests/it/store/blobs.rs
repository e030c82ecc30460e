//! Blobs: counted per user, kept within the quota, swept when nothing names them.

use restante::store::{blobs, error::Error};
use tokio::task::JoinSet;

use super::{
    database::{Database, both},
    writing::{hash, person, upload, uses},
};

both!(
    a_blob_is_its_users_own,
    the_quota_counts_new_bytes_only,
    uploads_at_once_count_once,
    what_nothing_names_is_swept,
    an_upload_that_is_repeated_is_kept_anew,
);

async fn a_blob_is_its_users_own(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await.user;
    let b = person(&store, "b@example.org").await.user;
    upload(&store, a, 1, 5).await;
    let row = blobs::get(&store, a, &hash(1)).await.unwrap().unwrap();
    assert_eq!((row.sha256, row.uses), (hash(1), 0));
    assert_eq!((row.size, row.stored_size), (20, 10));
    assert_eq!(row.coding, "");
    assert_eq!(blobs::get(&store, b, &hash(1)).await.unwrap(), None);
    assert_eq!(blobs::used_bytes(&store, a).await.unwrap(), 10);
    assert_eq!(blobs::used_bytes(&store, b).await.unwrap(), 0);
}

async fn the_quota_counts_new_bytes_only(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await.user;
    let add = async |number, quota| blobs::add(&store, a, &hash(number), 20, 10, quota, 5).await;
    add(1, Some(20)).await.unwrap();
    add(2, Some(20)).await.unwrap();
    assert!(matches!(add(3, Some(20)).await, Err(Error::Quota)));
    assert_eq!(uses(&store, a, 3).await, None, "nothing is left of it");
    assert_eq!(blobs::used_bytes(&store, a).await.unwrap(), 20);
    add(1, Some(0)).await.unwrap();
    add(3, None).await.unwrap();
    assert_eq!(blobs::used_bytes(&store, a).await.unwrap(), 30);
}

async fn uploads_at_once_count_once(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await.user;
    let mut tasks = JoinSet::new();
    for number in [1, 2, 1, 2, 1, 2, 1, 2] {
        let store = store.clone();
        tasks.spawn(async move { upload(&store, a, number, 5).await });
    }
    tasks.join_all().await;
    assert_eq!(blobs::used_bytes(&store, a).await.unwrap(), 20);
}

async fn what_nothing_names_is_swept(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await.user;
    let b = person(&store, "b@example.org").await.user;
    upload(&store, a, 2, 6).await;
    upload(&store, a, 1, 5).await;
    upload(&store, b, 1, 5).await;
    upload(&store, b, 3, 7).await;
    assert_eq!(blobs::sweep(&store, 5, 10).await.unwrap(), []);
    assert_eq!(
        blobs::sweep(&store, 7, 2).await.unwrap(),
        [(a, hash(1)), (b, hash(1))],
        "longest unused first"
    );
    assert_eq!(blobs::sweep(&store, 7, 2).await.unwrap(), [(a, hash(2))]);
    assert_eq!(blobs::used_bytes(&store, a).await.unwrap(), 0);
    assert_eq!(blobs::used_bytes(&store, b).await.unwrap(), 10);
    assert_eq!(uses(&store, b, 3).await, Some(0));
}

async fn an_upload_that_is_repeated_is_kept_anew(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await.user;
    upload(&store, a, 1, 5).await;
    upload(&store, a, 1, 9).await;
    assert_eq!(blobs::sweep(&store, 9, 10).await.unwrap(), []);
    assert_eq!(blobs::sweep(&store, 10, 10).await.unwrap(), [(a, hash(1))]);
}
