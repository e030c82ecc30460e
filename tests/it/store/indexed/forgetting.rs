//! What goes: a folder at once, the unused by and by.

use restante::store::indexed::{self, Change, MESSAGES_MOST, Message};

use super::{Mine, account, folders, hash, message, mine};
use crate::store::database::{Database, both};

const DAY: i64 = 24 * 60 * 60 * 1000;

both!(
    a_folder_goes_in_lots,
    what_was_interrupted_is_as_if_it_had_gone,
    what_is_unused_goes,
);

/// More rows than go at once, and the folder is read anew.
async fn a_folder_goes_in_lots(db: Database) {
    let mine = mine(&db).await;
    let raw = db.raw().await;
    let rows = "SELECT count(*) FROM indexed_messages";
    let all: Vec<Message> = (1..=5000).map(|n| message(n, n)).collect();
    for piece in all.chunks(1000) {
        mine.put(piece).await;
    }
    assert_eq!(raw.numbers(rows).await, [5000]);
    indexed::forget(&mine.store, mine.account, mine.inbox)
        .await
        .unwrap();
    assert_eq!(raw.numbers(rows).await, [0]);
    let folder = mine.put_into(mine.inbox, &all[..1], &[]).await.unwrap();
    assert_eq!((folder.revision, folder.held), (1, 1));
}

/// Whoever was killed in between has left rows of which nothing may be believed.
async fn what_was_interrupted_is_as_if_it_had_gone(db: Database) {
    let mine = mine(&db).await;
    let raw = db.raw().await;
    let interrupt = "UPDATE indexed_folders SET revision = -1, uid_validity = 0, held = 0";
    let rows = "SELECT count(*) FROM indexed_messages";
    mine.put(&[message(1, 1), message(2, 1)]).await;
    raw.execute(interrupt).await;
    let folder = indexed::folder(&mine.store, mine.account, mine.inbox).await;
    assert_eq!(folder.unwrap(), None);
    let folders = indexed::folders(&mine.store, mine.account).await;
    assert_eq!(folders.unwrap(), []);
    let members = indexed::members(&mine.store, mine.account, hash(1), None, 9);
    assert_eq!(members.await.unwrap(), []);
    let known = indexed::threads_of(&mine.store, mine.account, mine.inbox, 0, &[1]);
    assert!(known.await.unwrap().is_empty());
    // Whoever reads the folder finds it, and begins again when all has gone.
    assert_eq!(mine.put_into(mine.inbox, &[message(2, 9)], &[]).await, None);
    assert_eq!(raw.numbers(rows).await, [0]);
    mine.put(&[message(2, 9)]).await;
    assert_eq!(mine.threads(&[2]).await, [hash(9)]);
    // Nobody reads it any more: it is done by and by.
    raw.execute(interrupt).await;
    indexed::prune(&mine.store, 6).await.unwrap();
    assert_eq!(raw.numbers(rows).await, [0]);
    let left = "SELECT count(*) FROM indexed_folders";
    assert_eq!(raw.numbers(left).await, [0]);
}

async fn what_is_unused_goes(db: Database) {
    let mine = mine(&db).await;
    let stranger = account(&db.store, "b@example.org").await;
    let theirs = folders(&db.store, stranger, &["INBOX"]).await[0];
    mine.put(&[message(1, 1)]).await;
    let other = Mine {
        store: db.store.clone(),
        account: stranger,
        inbox: theirs,
    };
    other.put(&[message(1, 1)]).await;
    let prune = async |now| indexed::prune(&db.store, now).await.unwrap();
    assert_eq!(prune(50 * DAY).await, 0);
    // One that was used in between stays.
    let before = indexed::folder(&db.store, stranger, theirs)
        .await
        .unwrap()
        .unwrap();
    let change = Change {
        before: &before,
        after: before.clone(),
        come: &[],
        gone: &[],
    };
    indexed::put(&db.store, stranger, &change, 40 * DAY)
        .await
        .unwrap();
    assert_eq!(prune(70 * DAY).await, 1);
    assert_eq!(indexed::count(&db.store).await.unwrap(), 1);
    // A folder that is gone.
    folders(&db.store, stranger, &[]).await;
    assert_eq!(prune(70 * DAY).await, 1);
    assert_eq!(indexed::count(&db.store).await.unwrap(), 0);
    // One that has grown out of all bounds.
    folders(&db.store, stranger, &["INBOX"]).await;
    other.put(&[message(1, 1)]).await;
    let raw = db.raw().await;
    raw.execute(&format!(
        "UPDATE indexed_folders SET held = {}",
        MESSAGES_MOST * 2
    ))
    .await;
    assert_eq!(prune(DAY).await, 1);
}
