//! Stored files of mail that lives here: those that no row knows of go, and no others.

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

use bytes::Bytes;
use restante::{engine::secrets::Key, mail::mailbox::Role, store::files::Files};

use super::{Kind, Place};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn files_without_a_row_go() {
    let place = Place::with_subjects(Kind::Local, &["kept"]).await;
    let engine = place.app.app().engine();
    let key = Key::from_text(place.browser.session_cookie()).unwrap();
    let user = engine.session(&key).await.unwrap().unwrap().user;
    let blobs = place.app.data().join("blobs");
    let files = Files::open(&format!("file:{}", blobs.display())).unwrap();
    // As after a crash between the file and its row, and after one while a person was forgotten.
    let orphan = files.put(user, Bytes::from_static(b"nobody's")).await;
    let orphan = orphan.unwrap().sha256;
    let forgotten = blobs.join("4711/ab");
    std::fs::create_dir_all(&forgotten).unwrap();
    let sweep = async || {
        for shelf in 0..=255 {
            engine.remove_unknown_files(shelf, DAY).await.unwrap();
        }
    };
    sweep().await;
    assert!(files.read_whole(user, &orphan).await.is_ok(), "it is young");
    assert!(forgotten.exists());
    for path in all(&blobs) {
        let file = File::open(path).unwrap();
        let changed = file.metadata().unwrap().modified().unwrap();
        file.set_modified(changed - 2 * DAY).unwrap();
    }
    sweep().await;
    assert!(files.read_whole(user, &orphan).await.is_err());
    assert!(!forgotten.exists());
    let verified = engine.verify_files().await.unwrap();
    assert_eq!((verified.good, verified.damaged), (1, Vec::new()));
}

#[tokio::test]
async fn rows_of_an_older_kind_are_made_again_while_people_are_served() {
    let place = Place::with_subjects(Kind::Local, &["one", "two", "three"]).await;
    let inbox = place.role(Role::Inbox).await;
    let url = format!("sqlite:{}", place.app.data().join("restante.db").display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    // As an upgrade leaves them.
    for sql in [
        "INSERT INTO message_words (message_words) VALUES ('delete-all')",
        "UPDATE messages SET index_version = 2 WHERE id > 1",
        "UPDATE messages SET index_version = 0, subject = '' WHERE id = 1",
    ] {
        sqlx::query(sql).execute(&pool).await.unwrap();
    }
    assert!(place.found(&inbox, "text").await.is_empty());
    place.app.app().engine().renew_rows().await.unwrap();
    assert_eq!(place.found(&inbox, "text").await, ["three", "two", "one"]);
    let sql = "SELECT count(*) FROM messages WHERE index_version < 4";
    let left: i64 = sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap();
    assert_eq!(left, 0);
}

/// All that lies below a folder.
fn all(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(all(&path));
        }
        found.push(path);
    }
    found
}
