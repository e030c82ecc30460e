//! Blobs come back whole, or not at all.

use futures_util::TryStreamExt as _;
use std::{collections::HashSet, time::Duration};

use super::*;
use crate::store::{Store, backup::Named, users};

async fn place() -> (tempfile::TempDir, Files, UserId) {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", dir.path().join("t.db").display());
    let store = Store::open(&url, 1).await.unwrap();
    store.migrate().await.unwrap();
    let user = users::find_or_create(&store, "a@example.org", 1)
        .await
        .unwrap()
        .id;
    let files = Files::open(&format!("file:{}", dir.path().join("blobs").display())).unwrap();
    (dir, files, user)
}

fn pieces(parts: &[&'static [u8]]) -> impl Stream<Item = Result<Bytes, Error>> + use<> {
    let parts: Vec<_> = parts
        .iter()
        .map(|part| Ok(Bytes::from_static(part)))
        .collect();
    stream::iter(parts)
}

#[tokio::test]
async fn what_is_stored_comes_back() {
    let (_dir, files, user) = place().await;
    let token = Token::new([1; 16]);
    let stored = files
        .store(user, token, pieces(&[b"poste ", b"restante"]), 100)
        .await
        .unwrap();
    assert_eq!(stored.size, 14);
    assert_eq!(
        files.read_whole(user, &stored.sha256).await.unwrap(),
        b"poste restante"
    );
    let tail: Vec<Bytes> = files
        .read(user, &stored.sha256, 6)
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(tail.concat(), b"restante");
    assert_eq!(
        fs::read_dir(spool(files.root().unwrap())).unwrap().count(),
        0
    );
}

#[tokio::test]
async fn an_upload_goes_on_where_it_broke() {
    let (_dir, files, user) = place().await;
    let token = Token::new([2; 16]);
    let broken = stream::iter([Ok(Bytes::from_static(b"half ")), Err(Error::TooLarge)]);
    let mut spool = files.upload(user, token).await.unwrap();
    assert!(spool.append(broken, 100).await.is_err());
    drop(spool);
    let mut spool = files.upload(user, token).await.unwrap();
    assert_eq!(spool.len(), 5);
    spool.append(pieces(&[b"and half"]), 100).await.unwrap();
    let stored = spool.finish().await.unwrap();
    assert_eq!(
        files.read_whole(user, &stored.sha256).await.unwrap(),
        b"half and half"
    );
}

#[tokio::test]
async fn what_is_too_large_leaves_nothing() {
    let (_dir, files, user) = place().await;
    let outcome = files
        .store(user, Token::new([3; 16]), pieces(&[b"12345", b"67890"]), 9)
        .await;
    assert!(matches!(outcome, Err(Error::TooLarge)));
    assert_eq!(
        fs::read_dir(spool(files.root().unwrap())).unwrap().count(),
        0
    );
}

#[tokio::test]
async fn the_sweep_takes_the_old_alone() {
    let (_dir, files, user) = place().await;
    files.upload(user, Token::new([4; 16])).await.unwrap();
    assert_eq!(files.sweep_spool(Duration::from_secs(60)).await.unwrap(), 0);
    assert_eq!(files.sweep_spool(Duration::ZERO).await.unwrap(), 1);
    let stored = files
        .store(user, Token::new([5; 16]), pieces(&[b"x"]), 9)
        .await
        .unwrap();
    files.remove(user, &stored.sha256).await.unwrap();
    assert_eq!(files.read_whole(user, &stored.sha256).await.unwrap(), b"x");
}

/// More than are open at once, one of them twice, and the last one as it is on the disk.
#[tokio::test]
async fn many_are_stored_together_or_leave_nothing() {
    let (_dir, files, user) = place().await;
    let mut all: Vec<Bytes> = (0..150)
        .map(|n| format!("{n} ").repeat(900).into())
        .collect();
    all.push(Bytes::from_static(b"0"));
    all.extend(all.first().cloned());
    let stored = files.put_all(user, all.clone()).await.unwrap();
    assert_eq!(stored.len(), all.len());
    for (stored, whole) in stored.iter().zip(&all) {
        let read = files.read_whole(user, &stored.sha256).await.unwrap();
        assert!(read == whole.to_vec() && stored.size == whole.len() as u64);
    }
    let spool = spool(files.root().unwrap());
    assert_eq!(fs::read_dir(&spool).unwrap().count(), 0);
    assert!(files.put_all(user, Vec::new()).await.unwrap().is_empty());
    // The shelf of the last one is no folder: it can't get its name.
    let last = path(files.root().unwrap(), user, &stored[150].sha256);
    let shelf = last.parent().unwrap();
    fs::remove_dir_all(shelf).unwrap();
    fs::write(shelf, b"").unwrap();
    assert!(files.put_all(user, all).await.is_err());
    assert_eq!(fs::read_dir(&spool).unwrap().count(), 0);
}

fn age_by_a_week(path: &Path) {
    let file = fs::File::open(path).unwrap();
    let changed = file.metadata().unwrap().modified().unwrap();
    file.set_modified(changed - Duration::from_secs(7 * 24 * 3600))
        .unwrap();
}

#[tokio::test]
async fn an_old_blob_goes_and_one_that_was_stored_again_stays() {
    let (_dir, files, user) = place().await;
    let put = async || {
        files
            .put(user, Bytes::from_static(b"x"))
            .await
            .unwrap()
            .sha256
    };
    let sha256 = put().await;
    age_by_a_week(&path(files.root().unwrap(), user, &sha256));
    put().await;
    files.remove(user, &sha256).await.unwrap();
    assert_eq!(files.read_whole(user, &sha256).await.unwrap(), b"x");
    age_by_a_week(&path(files.root().unwrap(), user, &sha256));
    files.remove(user, &sha256).await.unwrap();
    assert!(files.read_whole(user, &sha256).await.is_err());
    files.remove(user, &sha256).await.unwrap();
    assert_eq!(
        fs::read_dir(spool(files.root().unwrap())).unwrap().count(),
        0
    );
}

#[tokio::test]
async fn shelves_and_folders_are_listed_by_age() {
    let (_dir, files, user) = place().await;
    let (day, none) = (Duration::from_secs(24 * 3600), HashSet::new);
    let sha256 = files
        .put(user, Bytes::from_static(b"x"))
        .await
        .unwrap()
        .sha256;
    let shelf = async |age| files.shelf(user, sha256[0], age).await.unwrap();
    assert_eq!(shelf(Duration::ZERO).await, [sha256]);
    assert_eq!(shelf(day).await, [sha256; 0]);
    let other = files.shelf(user, sha256[0].wrapping_add(1), Duration::ZERO);
    assert_eq!(
        other.await.unwrap(),
        [sha256; 0],
        "a shelf that is not there"
    );
    assert_eq!(files.remove_strangers(none(), day).await.unwrap(), 0);
    age_by_a_week(&folder(files.root().unwrap(), user));
    let known = HashSet::from([user]);
    assert_eq!(files.remove_strangers(known, day).await.unwrap(), 0);
    assert_eq!(files.remove_strangers(none(), day).await.unwrap(), 1);
    assert!(files.read_whole(user, &sha256).await.is_err());
    assert!(spool(files.root().unwrap()).exists());
}

#[test]
fn tokens_survive_their_text() {
    let token = Token::new([7; 16]);
    assert_eq!(Token::from_text(&token.to_text()), Some(token));
    assert_eq!(Token::from_text("../../etc/passwd"), None);
}

#[tokio::test]
async fn a_copy_takes_the_earlier_one_of_what_has_become_shorter() {
    let (dir, files, user) = place().await;
    let folder = |name| Files::open(&format!("file:{}", dir.path().join(name).display())).unwrap();
    let (first, second) = (folder("first"), folder("second"));
    let raw = "Held at the post office. ".repeat(100).into_bytes();
    let stored = files.put(user, raw.clone().into()).await.unwrap();
    assert!(stored.stored_size < stored.size, "it is in a frame");
    let wanted = || {
        let stored_size = i64::try_from(stored.stored_size).unwrap();
        let sha256 = stored.sha256;
        vec![Named {
            sha256,
            stored_size,
        }]
    };
    let shelf = stored.sha256[0];
    let copied = files.copy_shelf(&first, None, user, shelf, wanted()).await;
    assert_eq!(copied.unwrap().copied, 1);
    fs::write(path(files.root().unwrap(), user, &stored.sha256), b"cut").unwrap();
    let copied = files.copy_shelf(&second, Some(&first), user, shelf, wanted());
    let copied = copied.await.unwrap();
    assert_eq!((copied.linked, copied.damaged.len()), (1, 0));
    assert!(second.read_whole(user, &stored.sha256).await.unwrap() == raw);
}
