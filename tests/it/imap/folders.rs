//! Folders on a real Dovecot: listing, roles, names, making, renaming, removing.

use restante::{
    imap::{
        error::{Error, Reason},
        window::Anchor,
    },
    mail::mailbox::Role,
};

use super::support::{Account, message};

#[tokio::test]
async fn folders_are_listed_in_one_round_trip() {
    let Some(account) = Account::new("folders").await else {
        return;
    };
    let client = &account.client;
    for name in [
        "Entw\u{fc}rfe",
        "Sent Items",
        "Work",
        "Work/2026",
        "Work/\u{65e5}\u{672c}",
        "a \"b\" \\c & d",
    ] {
        assert_eq!(client.create_folder(name).await.unwrap(), name);
    }
    client
        .append("Work/2026", &[], None, message("one"))
        .await
        .unwrap();
    client
        .append("Work/2026", &["$seen"], None, message("two"))
        .await
        .unwrap();
    let before = client.round_trips();
    let folders = client.folders().await.unwrap();
    assert_eq!(client.round_trips() - before, 1);
    let find = |name: &str| folders.iter().find(|own| own.name == name).unwrap();
    let year = find("Work/2026");
    assert_eq!((year.total, year.unread, year.delimiter), (2, 1, Some('/')));
    assert!(year.subscribed && year.selectable && !year.has_children);
    assert!(year.uid_validity.is_some() && year.highest_modseq.is_some());
    assert_eq!(year.uid_next, Some(3));
    assert!(find("Work").has_children);
    assert_eq!(find("INBOX").role, Some(Role::Inbox));
    assert_eq!(find("Entw\u{fc}rfe").role, Some(Role::Drafts));
    assert_eq!(find("Sent Items").role, Some(Role::Sent));
    assert_eq!(find("Work").role, None);
    find("a \"b\" \\c & d");
    let counts = client.folder_counts("Work/2026").await.unwrap();
    assert_eq!(
        (counts.total, counts.unread, counts.uid_next),
        (2, 1, Some(3))
    );
    assert_eq!(
        client.folder_counts("No such").await.unwrap_err(),
        Error::NoSuchMailbox
    );
}

#[tokio::test]
async fn a_selected_folder_can_be_renamed_and_removed() {
    let Some(account) = Account::new("rename").await else {
        return;
    };
    let client = &account.client;
    client.create_folder("Old").await.unwrap();
    client.create_folder("Old/Sub").await.unwrap();
    client.create_folder("Older").await.unwrap();
    client
        .append("Old", &[], None, message("kept"))
        .await
        .unwrap();
    let window = client.window("Old", Anchor::Newest, 5).await.unwrap();
    assert_eq!(window.messages.len(), 1);
    assert_eq!(client.rename_folder("Old", "New").await.unwrap(), "New");
    let folders = client.folders().await.unwrap();
    let names: Vec<_> = folders
        .iter()
        .map(|own| (own.name.as_str(), own.subscribed))
        .collect();
    for name in ["New", "New/Sub", "Older"] {
        assert!(names.contains(&(name, true)), "{name}: {names:?}");
    }
    assert!(
        !names
            .iter()
            .any(|(name, _)| name.starts_with("Old/") || *name == "Old")
    );
    let window = client.window("New", Anchor::Newest, 5).await.unwrap();
    assert_eq!(window.messages.len(), 1);
    client.delete_folder("New/Sub").await.unwrap();
    client.delete_folder("New").await.unwrap();
    let gone = client.window("New", Anchor::Newest, 5).await;
    assert_eq!(gone.unwrap_err(), Error::NoSuchMailbox);
    client.subscribe("Older", false).await.unwrap();
    let folders = client.folders().await.unwrap();
    assert!(
        folders
            .iter()
            .any(|own| own.name == "Older" && !own.subscribed)
    );
}

#[tokio::test]
async fn refusals_say_why() {
    let Some(account) = Account::new("refused").await else {
        return;
    };
    let client = &account.client;
    client.create_folder("Twice").await.unwrap();
    let again = client.create_folder("Twice").await.unwrap_err();
    assert!(
        matches!(
            again,
            Error::No {
                code: Some(Reason::AlreadyExists),
                ..
            }
        ),
        "{again:?}"
    );
    let missing = client.delete_folder("Never").await.unwrap_err();
    assert!(
        matches!(
            missing,
            Error::No {
                code: Some(Reason::NonExistent),
                ..
            }
        ),
        "{missing:?}"
    );
    for name in ["", "a*b", "50%", "a\r\nb", "a\0b", &"x".repeat(2000)] {
        let refused = client.create_folder(name).await.unwrap_err();
        assert!(matches!(refused, Error::Unsupported(_)), "{name:?}");
    }
    // The connection has come to no harm.
    client.folders().await.unwrap();
}
