//! Stored files of mail that lives here: those that no row knows of go, and no others.

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

use bytes::Bytes;
use restante::{engine::secrets::Key, store::files::Files};

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
