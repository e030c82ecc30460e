//! Folders: made, renamed with all inside, removed with all inside.

use restante::{
    mail::mailbox::Role,
    store::{
        error::Error,
        local::{Owner, folders},
        mailboxes,
    },
};

use super::{NOWHERE, Place};
use crate::store::{
    database::{Database, both},
    writing::person,
};

both!(
    everybody_has_the_folders_with_roles,
    folders_are_made_with_those_above,
    a_rename_takes_along_what_lies_within,
    a_folder_goes_with_its_messages,
);

async fn names(place: &Place) -> Vec<String> {
    let rows = folders::list(&place.store, place.owner).await.unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

async fn everybody_has_the_folders_with_roles(db: Database) {
    let place = Place::new(db).await;
    folders::provide(&place.store, place.owner, 6000)
        .await
        .unwrap();
    let rows = folders::list(&place.store, place.owner).await.unwrap();
    let roles: Vec<_> = rows.iter().map(|row| row.role.unwrap()).collect();
    let expected = [
        Role::Inbox,
        Role::Archive,
        Role::Drafts,
        Role::Junk,
        Role::Sent,
        Role::Trash,
    ];
    assert_eq!(roles, expected);
    assert!(
        rows.iter()
            .all(|row| row.uid_validity == 5 && row.subscribed)
    );
}

async fn folders_are_made_with_those_above(db: Database) {
    let place = Place::new(db).await;
    let create = async |path: &str| folders::create(&place.store, place.owner, path, 9).await;
    let id = create("Work/2026/Été").await.unwrap();
    assert_eq!(place.folder("Work/2026/Été").await.id, id);
    assert_eq!(place.folder("Work").await.role, None);
    for taken in ["Work/2026", "inbox", "INBOX", "Trash"] {
        assert!(
            matches!(create(taken).await, Err(Error::Conflict)),
            "{taken}"
        );
    }
    for wrong in ["", "/x", "x/", "a//b", "a\0b", &"x".repeat(2000)] {
        assert!(
            matches!(create(wrong).await, Err(Error::TooLarge)),
            "{wrong:?}"
        );
    }
    create("INBOX/Sub").await.unwrap();
    assert_eq!(names(&place).await.len(), 10);
}

async fn a_rename_takes_along_what_lies_within(db: Database) {
    let place = Place::new(db).await;
    folders::create(&place.store, place.owner, "A/B/C", 9)
        .await
        .unwrap();
    folders::create(&place.store, place.owner, "AB", 9)
        .await
        .unwrap();
    let (a, b) = (place.folder("A").await.id, place.folder("A/B").await.id);
    place.file("A/B", "stays", "", 1).await;
    let rename =
        async |id, path: &str| folders::rename(&place.store, place.owner, id, path, 9).await;
    rename(a, "Z").await.unwrap();
    assert_eq!(place.folder("Z/B").await.id, b);
    assert_eq!(place.folder("Z/B/C").await.total, 0);
    assert_eq!(place.subjects("Z/B").await, ["stays"]);
    assert!(names(&place).await.contains(&"AB".to_owned()));
    assert!(matches!(rename(a, "AB").await, Err(Error::Conflict)));
    assert!(matches!(rename(NOWHERE, "X").await, Err(Error::Gone)));
    rename(b, "B").await.unwrap();
    assert_eq!(place.folder("B/C").await.name, "B/C");
    let stranger = person(&place.store, "b@example.org").await;
    let stranger = Owner {
        user: stranger.user,
        account: stranger.account,
    };
    let renamed = folders::rename(&place.store, stranger, a, "Mine", 9).await;
    assert!(matches!(renamed, Err(Error::Gone)));
}

async fn a_folder_goes_with_its_messages(db: Database) {
    let place = Place::new(db).await;
    let (store, owner) = (&place.store, place.owner);
    let id = folders::create(store, owner, "Old", 9).await.unwrap();
    place.file("Old", "a", "", 1).await;
    place.file("INBOX", "b", "", 1).await;
    folders::subscribe(store, owner, id, false, 9)
        .await
        .unwrap();
    assert!(!place.folder("Old").await.subscribed);
    folders::delete(store, owner, id, 9).await.unwrap();
    assert!(!names(&place).await.contains(&"Old".to_owned()));
    assert_eq!(mailboxes::get(store, owner.user, id).await.unwrap(), None);
    assert_eq!(place.count("placements").await, 1);
    assert!(matches!(
        folders::delete(store, owner, id, 9).await,
        Err(Error::Gone)
    ));
    // The name is free again, and the folder another one.
    let again = folders::create(store, owner, "Old", 9).await.unwrap();
    assert_ne!(again, id);
    assert_eq!(place.counts("Old").await, (0, 0));
}
