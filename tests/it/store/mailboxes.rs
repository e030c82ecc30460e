//! Folders keep their keys.

use restante::{
    mail::{id::MailboxId, mailbox::Role},
    store::{
        Store,
        accounts::{self, AccountKind, NewAccount},
        error::Error,
        id::{AccountId, UserId},
        mailboxes::{self, MailboxRow, SeenMailbox},
        users,
    },
};
use tokio::task::JoinSet;

use super::database::{Database, both};

both!(
    a_listing_is_kept,
    keys_survive_foreign_renames,
    vanished_folders_come_back_with_their_keys,
    a_rename_takes_the_folders_beneath_along,
    a_rename_into_itself_and_over_stale_rows,
    strangers_find_no_folder,
    listings_at_once_agree,
    vanished_folders_are_bounded,
    hostile_names_do_no_harm,
);

async fn account(store: &Store, address: &str) -> (UserId, AccountId) {
    let user = users::find_or_create(store, address, 1).await.unwrap().id;
    let new = NewAccount {
        kind: AccountKind::Imap,
        primary: true,
        address,
        login: "",
        name: "",
        servers: "",
    };
    (
        user,
        accounts::create(store, user, &new, 1).await.unwrap().id,
    )
}

fn seen<'a>(name: &'a str, remote_id: &'a str, uid_validity: u32) -> SeenMailbox<'a> {
    SeenMailbox {
        name,
        delimiter: Some('/'),
        remote_id: (!remote_id.is_empty()).then_some(remote_id),
        uid_validity,
        role: None,
        selectable: true,
        subscribed: true,
    }
}

async fn sync(store: &Store, account: AccountId, seen: &[SeenMailbox<'_>]) -> Vec<MailboxRow> {
    mailboxes::sync(store, account, seen, 50).await.unwrap()
}

fn ids(rows: &[MailboxRow]) -> Vec<MailboxId> {
    rows.iter().map(|row| row.id).collect()
}

async fn names(store: &Store, account: AccountId) -> Vec<(String, MailboxId)> {
    let rows = mailboxes::list(store, account).await.unwrap();
    rows.into_iter().map(|row| (row.name, row.id)).collect()
}

async fn a_listing_is_kept(Database { store, .. }: Database) {
    let (user, account) = account(&store, "a@example.org").await;
    let listing = [
        SeenMailbox {
            role: Some(Role::Inbox),
            ..seen("INBOX", "g1", 10)
        },
        SeenMailbox {
            selectable: false,
            subscribed: false,
            delimiter: None,
            ..seen("Ärger", "", 0)
        },
    ];
    let rows = sync(&store, account, &listing).await;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].name, "INBOX");
    assert_eq!(rows[0].role, Some(Role::Inbox));
    assert_eq!(
        (rows[0].remote_id.as_str(), rows[0].uid_validity),
        ("g1", 10)
    );
    assert_eq!(rows[0].delimiter, Some('/'));
    assert!(!rows[1].selectable && !rows[1].subscribed);
    assert_eq!(rows[1].delimiter, None);
    assert!(
        rows[1]
            .id
            .to_string()
            .starts_with(|c: char| c.is_ascii_alphabetic())
    );
    assert_eq!(sync(&store, account, &listing).await, rows);
    assert_eq!(mailboxes::list(&store, account).await.unwrap(), rows);
    let found = mailboxes::get(&store, user, rows[1].id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&rows[1]));

    // What a listing does not tell stays known; what it tells anew is taken over.
    let later = [
        SeenMailbox {
            remote_id: None,
            uid_validity: 0,
            ..listing[0]
        },
        SeenMailbox {
            uid_validity: 77,
            role: Some(Role::Junk),
            ..listing[1]
        },
    ];
    let changed = sync(&store, account, &later).await;
    assert_eq!(changed[0], rows[0]);
    assert_eq!(
        (changed[1].uid_validity, changed[1].role),
        (77, Some(Role::Junk))
    );
    assert_eq!(ids(&changed), ids(&rows));
    assert_eq!(mailboxes::list(&store, account).await.unwrap(), changed);
}

async fn keys_survive_foreign_renames(Database { store, .. }: Database) {
    let (_, account) = account(&store, "a@example.org").await;
    let before = sync(&store, account, &[seen("A", "x", 1), seen("B", "y", 2)]).await;
    // The two change names with each other, and a third takes a name that was free.
    let listing = [seen("A", "y", 2), seen("B", "x", 1), seen("C", "z", 3)];
    let after = sync(&store, account, &listing).await;
    assert_eq!((after[0].id, after[1].id), (before[1].id, before[0].id));
    // One is renamed away, and another made under its name.
    let listing = [seen("A", "new", 9), seen("D", "y", 2), seen("B", "x", 1)];
    let last = sync(&store, account, &listing).await;
    assert_eq!((last[1].id, last[2].id), (before[1].id, before[0].id));
    assert!(!ids(&after).contains(&last[0].id));
    assert_eq!(mailboxes::list(&store, account).await.unwrap().len(), 3);
}

async fn vanished_folders_come_back_with_their_keys(Database { store, .. }: Database) {
    let (user, account) = account(&store, "a@example.org").await;
    let all = [seen("INBOX", "", 1), seen("A", "", 7), seen("B", "b", 8)];
    let rows = sync(&store, account, &all).await;
    let left = sync(&store, account, &all[..1]).await;
    assert_eq!(ids(&left), [rows[0].id]);
    assert_eq!(mailboxes::list(&store, account).await.unwrap(), left);
    assert_eq!(
        mailboxes::get(&store, user, rows[1].id).await.unwrap(),
        None
    );
    assert_eq!(ids(&sync(&store, account, &all).await), ids(&rows));
    // A folder made anew has another UIDVALIDITY, and so is another folder.
    sync(&store, account, &all[..1]).await;
    let anew = sync(
        &store,
        account,
        &[all[0], seen("A", "", 70), seen("B2", "b", 80)],
    )
    .await;
    assert_ne!(anew[1].id, rows[1].id);
    assert_eq!(anew[2].id, rows[2].id, "the lasting id is the same");
}

async fn a_rename_takes_the_folders_beneath_along(Database { store, .. }: Database) {
    let (_, account) = account(&store, "a@example.org").await;
    let rows = sync(
        &store,
        account,
        &[
            seen("INBOX", "", 1),
            seen("Work", "", 2),
            seen("Work/2025", "", 3),
            seen("Work/2025/ü%_", "", 4),
            seen("Workshop", "", 5),
        ],
    )
    .await;
    let key = |index: usize| rows[index].id;
    assert!(
        mailboxes::rename(&store, account, key(1), "Büro", 60)
            .await
            .unwrap()
    );
    let expected = [
        ("Büro", key(1)),
        ("Büro/2025", key(2)),
        ("Büro/2025/ü%_", key(3)),
        ("INBOX", key(0)),
        ("Workshop", key(4)),
    ];
    let expected = expected.map(|(name, id)| (name.to_owned(), id));
    assert_eq!(names(&store, account).await, expected);
    let inbox = mailboxes::rename(&store, account, key(0), "Old", 60)
        .await
        .unwrap();
    assert!(!inbox, "the INBOX stays");
    assert_eq!(names(&store, account).await, expected);
}

async fn a_rename_into_itself_and_over_stale_rows(Database { store, .. }: Database) {
    let (_, account) = account(&store, "a@example.org").await;
    let rows = sync(
        &store,
        account,
        &[
            seen("A", "", 1),
            seen("A/A", "", 2),
            seen("B", "", 3),
            seen("B/A", "", 4),
        ],
    )
    .await;
    let key = |index: usize| rows[index].id;
    // Each name is another row's until that one has moved on.
    assert!(
        mailboxes::rename(&store, account, key(0), "A/A", 60)
            .await
            .unwrap()
    );
    let now = names(&store, account).await;
    assert_eq!(now[0], ("A/A".to_owned(), key(0)));
    assert_eq!(now[1], ("A/A/A".to_owned(), key(1)));
    // The server has let it happen, so the rows of that name are out of date.
    assert!(
        mailboxes::rename(&store, account, key(0), "B", 60)
            .await
            .unwrap()
    );
    let now = names(&store, account).await;
    let expected = [("B", key(0)), ("B/A", key(1))];
    assert_eq!(now, expected.map(|(name, id)| (name.to_owned(), id)));
}

async fn strangers_find_no_folder(Database { store, .. }: Database) {
    let (_, a) = account(&store, "a@example.org").await;
    let (other, b) = account(&store, "b@example.org").await;
    let rows = sync(&store, a, &[seen("A", "same", 1)]).await;
    let others = sync(&store, b, &[seen("A", "same", 1)]).await;
    assert_ne!(
        rows[0].id, others[0].id,
        "equal folders of two people are two"
    );
    assert_eq!(
        mailboxes::get(&store, other, rows[0].id).await.unwrap(),
        None
    );
    assert!(
        !mailboxes::rename(&store, b, rows[0].id, "X", 60)
            .await
            .unwrap()
    );
    assert_eq!(mailboxes::list(&store, a).await.unwrap(), rows);
}

async fn listings_at_once_agree(Database { store, .. }: Database) {
    let (_, account) = account(&store, "a@example.org").await;
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let store = store.clone();
        tasks.spawn(async move {
            let listing = [seen("INBOX", "1", 1), seen("A", "2", 2), seen("B", "", 3)];
            ids(&sync(&store, account, &listing).await)
        });
    }
    let keys = tasks.join_all().await;
    assert!(keys.iter().all(|ids| *ids == keys[0]));
    assert_eq!(mailboxes::list(&store, account).await.unwrap().len(), 3);
}

async fn vanished_folders_are_bounded(db: Database) {
    let store = &db.store;
    let (_, account) = account(store, "a@example.org").await;
    for round in 0..3 {
        let names: Vec<String> = (0..600).map(|n| format!("{round}-{n}")).collect();
        let listing: Vec<_> = names.iter().map(|name| seen(name, "", 1)).collect();
        assert_eq!(sync(store, account, &listing).await.len(), 600);
    }
    sync(store, account, &[]).await;
    let gone = "SELECT count(*) FROM mailboxes WHERE gone_at IS NOT NULL";
    assert_eq!(db.raw().await.numbers(gone).await, [1000]);
}

async fn hostile_names_do_no_harm(Database { store, .. }: Database) {
    let (_, account) = account(&store, "a@example.org").await;
    let long = "ü".repeat(512);
    let longer = "x".repeat(mailboxes::LONGEST_NAME + 1);
    let listing = [
        seen("'; DROP TABLE mailboxes; --", "' OR 1=1", 1),
        seen("a\0b", "", 1),
        seen(&long, "", u32::MAX),
        seen(&longer, "", 1),
        seen("twice", "", 1),
        seen("twice", "", 2),
        seen("\u{202e}\r\n\u{1f4a9}", "", 1),
    ];
    let rows = sync(&store, account, &listing).await;
    let kept: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(kept, [listing[0].name, &long, "twice", listing[6].name]);
    assert_eq!(rows[1].uid_validity, u32::MAX);
    assert_eq!(sync(&store, account, &listing).await, rows);
    assert!(
        !mailboxes::rename(&store, account, rows[0].id, "a\0b", 60)
            .await
            .unwrap()
    );

    let user = users::find(&store, "a@example.org")
        .await
        .unwrap()
        .unwrap()
        .id;
    users::delete(&store, user).await.unwrap();
    let refused = mailboxes::sync(&store, account, &listing, 1).await;
    assert!(matches!(refused, Err(Error::Gone)), "{refused:?}");
}
