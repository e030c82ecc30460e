//! Folders: made, renamed, moved, hidden, removed.

use restante::{
    engine::{Error, error::Problem},
    mail::mailbox::Role,
};

use super::{Kind, Place, alike, mail};
use crate::support::letter::letter;

alike!(
    folders_are_made_renamed_and_removed,
    folders_with_a_role_stay,
    a_rename_keeps_ids,
);

async fn folders_are_made_renamed_and_removed(kind: Kind) {
    let place = Place::with_subjects(kind, &["a"]).await;
    let account = &place.account;
    let work = account
        .create_mailbox("Été & hiver", None)
        .await
        .unwrap()
        .unwrap();
    let inner = account
        .create_mailbox("日本", Some(work))
        .await
        .unwrap()
        .unwrap();
    let taken = account.create_mailbox("Été & hiver", None).await;
    let exists = matches!(
        taken,
        Err(Error::Upstream {
            problem: Problem::AlreadyExists,
            ..
        })
    );
    assert!(exists, "{taken:?}");
    let list = account.mailboxes_now().await.unwrap();
    let found = list.iter().find(|mailbox| mailbox.id == inner).unwrap();
    assert_eq!((found.name.as_str(), found.parent), ("日本", Some(work)));
    assert!(found.selectable && found.subscribed && found.role.is_none());
    for wrong in ["", " ", "a\nb", &"x".repeat(300)] {
        let made = account.create_mailbox(wrong, None).await;
        assert!(matches!(made, Err(Error::Invalid(_))), "{wrong:?}");
    }
    let holds = account.delete_mailbox(work).await;
    assert!(matches!(holds, Err(Error::Invalid("folder-holds-others"))));
    let within = account.rename_mailbox(work, "x", Some(inner)).await;
    assert!(matches!(
        within,
        Err(Error::Invalid("folder-inside-itself"))
    ));
    account.rename_mailbox(inner, "top", None).await.unwrap();
    assert_eq!(account.mailbox(inner).await.unwrap().parent, None);
    account.subscribe_mailbox(inner, false).await.unwrap();
    assert!(!account.mailbox(inner).await.unwrap().subscribed);
    account.delete_mailbox(work).await.unwrap();
    assert!(matches!(account.mailbox(work).await, Err(Error::NotFound)));
}

async fn folders_with_a_role_stay(kind: Kind) {
    let place = Place::with_subjects(kind, &["a"]).await;
    let account = &place.account;
    for role in [
        Role::Archive,
        Role::Junk,
        Role::Trash,
        Role::Sent,
        Role::Drafts,
    ] {
        let made = place.role(role).await;
        assert_eq!(made.role, Some(role));
        let again = place.role(role).await;
        assert_eq!(made.id, again.id);
        let deleted = account.delete_mailbox(made.id).await;
        assert!(matches!(deleted, Err(Error::Invalid("folder-role-stays"))));
    }
    let inbox = place.role(Role::Inbox).await;
    let renamed = account.rename_mailbox(inbox.id, "x", None).await;
    assert!(matches!(renamed, Err(Error::Invalid("folder-inbox-stays"))));
}

async fn a_rename_keeps_ids(kind: Kind) {
    let messages = [
        mail("Work", 1, letter("a").text("Text.").raw()),
        mail("INBOX", 1, letter("b").raw()),
    ];
    let place = Place::with(kind, &messages).await;
    let work = place.folder("Work").await;
    let id = place.row(&work, "a").await.id;
    place
        .account
        .rename_mailbox(work.id, "Play", None)
        .await
        .unwrap();
    let play = place.folder("Play").await;
    assert_eq!(play.id, work.id);
    assert_eq!(place.row(&play, "a").await.id, id);
    assert_eq!(place.account.open(id).await.unwrap().summary.subject, "a");
}
