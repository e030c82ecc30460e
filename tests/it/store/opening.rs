//! Opening databases: files, modes, several writers, and what must not be shown.

use std::{fs, os::unix::fs::PermissionsExt as _};

use restante::store::{
    Store,
    accounts::{self, AccountKind, NewAccount},
    error::Error,
    identities::{self, IdentityFields},
    users,
};
use tokio::task::JoinSet;

use super::database::{Database, both};

both!(
    answers_and_closes,
    writers_of_two_processes_do_not_fail,
    what_reads_before_it_writes_waits_its_turn,
);

async fn answers_and_closes(Database { store, .. }: Database) {
    store.ping().await.unwrap();
    store.close().await;
    assert!(store.ping().await.is_err());
}

/// Two stores on one database are what a running server and `restante user` are to each other.
async fn writers_of_two_processes_do_not_fail(Database { store, url }: Database) {
    let other = Store::open(&url, 2).await.unwrap();
    let mut tasks = JoinSet::new();
    for writer in 0..8 {
        let store = if writer % 2 == 0 { &store } else { &other }.clone();
        tasks.spawn(async move {
            for n in 0..20 {
                let address = format!("u{}@example.org", (n + writer) % 25);
                let user = users::find_or_create(&store, &address, n).await.unwrap();
                if n % 5 == 4 {
                    users::delete(&store, user.id).await.unwrap();
                }
            }
        });
    }
    tasks.join_all().await;
    other.close().await;
}

/// A transaction that has begun by reading could not write any more once another has.
async fn what_reads_before_it_writes_waits_its_turn(Database { store, url }: Database) {
    let other = Store::open(&url, 2).await.unwrap();
    let user = users::find_or_create(&store, "a@example.org", 1)
        .await
        .unwrap()
        .id;
    let new = NewAccount {
        kind: AccountKind::Imap,
        primary: true,
        address: "a@example.org",
        login: "",
        name: "",
        servers: "",
    };
    let account = accounts::create(&store, user, &new, 1).await.unwrap().id;
    let mut tasks = JoinSet::new();
    for writer in 0..4 {
        let store = if writer % 2 == 0 { &store } else { &other }.clone();
        tasks.spawn(async move {
            for _ in 0..20 {
                let fields = IdentityFields::default();
                identities::create(&store, account, &fields, 1)
                    .await
                    .unwrap();
            }
        });
    }
    tasks.join_all().await;
    assert_eq!(identities::list(&store, account).await.unwrap().len(), 80);
    other.close().await;
}

#[tokio::test]
async fn the_file_and_its_folder_are_made_for_their_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("deep/data");
    let url = format!("sqlite:{}", data.join("restante.db").display());
    let store = Store::open(&url, 2).await.unwrap();
    store.migrate().await.unwrap();
    users::find_or_create(&store, "a@example.org", 1)
        .await
        .unwrap();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(data.clone()), 0o700);
    let files: Vec<_> = fs::read_dir(&data)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(files.len() > 1, "the database and its log: {files:?}");
    for file in files {
        assert_eq!(mode(file.clone()), 0o600, "{file:?}");
    }
    store.close().await;
    // An operator may have given a backup's group leave to read.
    let file = data.join("restante.db");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    Store::open(&url, 2).await.unwrap().ping().await.unwrap();
    assert_eq!(mode(file), 0o640);
}

#[tokio::test]
async fn neither_errors_nor_debug_show_the_password() {
    let secret = "hunter2";
    for url in [
        format!("mysql://u:{secret}@localhost/x"),
        format!("postgres://u:{secret}@127.0.0.1:1/x"),
        format!("postgres://u:{secret}@[::/x"),
        format!("postgres://u:{secret}@localhost:notaport/x"),
        format!("sqlite:x?mode={secret}"),
        secret.to_owned(),
        "sqlite::memory:".to_owned(),
        "sqlite:x?mode=memory".to_owned(),
        "sqlite:".to_owned(),
    ] {
        let error = Store::open(&url, 1).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(secret), "{shown}");
    }
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join(secret).display());
    let store = Store::open(&url, 1).await.unwrap();
    assert_eq!(format!("{store:?}"), "Store(SQLite)");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let url = format!("sqlite:{}", file.join("restante.db").display());
    let opened = Store::open(&url, 1).await;
    assert!(matches!(opened, Err(Error::File(_))), "{opened:?}");
}
