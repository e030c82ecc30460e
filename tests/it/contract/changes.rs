//! Keywords, moves with their way back, copies, deletion.

use restante::{
    engine::Error,
    mail::{keyword, mailbox::Role},
};

use super::{Kind, Place, alike};

alike!(
    keywords_come_and_go,
    every_move_can_be_taken_back,
    copies_are_messages_of_their_own,
    deletion_is_final_from_trash_and_junk_only,
    an_old_id_finds_a_moved_message,
    what_is_gone_is_gone,
);

async fn keywords_come_and_go(kind: Kind) {
    let place = Place::with_subjects(kind, &["a", "b", "c"]).await;
    let inbox = place.role(Role::Inbox).await;
    let ids = place.ids(&inbox, &["a", "b"]).await;
    let set = async |ids: &[_], add: &[&str], remove: &[&str]| {
        place.account.set_keywords(ids, add, remove).await.unwrap();
    };
    set(&ids, &[keyword::SEEN, keyword::FLAGGED, "work"], &[]).await;
    assert_eq!(place.role(Role::Inbox).await.unread, 1);
    set(&ids[..1], &[keyword::ANSWERED], &[keyword::SEEN, "work"]).await;
    assert_eq!(place.role(Role::Inbox).await.unread, 2);
    let keywords = |words: &[&str]| words.iter().copied().collect();
    let expected = [
        ("a", keywords(&[keyword::FLAGGED, keyword::ANSWERED])),
        ("b", keywords(&[keyword::SEEN, keyword::FLAGGED, "work"])),
        ("c", keywords(&[])),
    ];
    for (subject, expected) in expected {
        assert_eq!(
            place.row(&inbox, subject).await.keywords,
            expected,
            "{subject}"
        );
    }
    let opened = place.account.open(ids[1]).await.unwrap();
    assert!(opened.summary.keywords.has("work"));
    set(&ids[1..], &[], &["work"]).await;
    let again = place.account.open(ids[1]).await.unwrap();
    assert!(!again.summary.keywords.has("work"));
    let none = place.account.set_keywords(&[], &[keyword::SEEN], &[]).await;
    assert!(matches!(none, Err(Error::Invalid("nothing-selected"))));
}

async fn every_move_can_be_taken_back(kind: Kind) {
    let place = Place::with_subjects(kind, &["a", "b"]).await;
    let (account, inbox) = (&place.account, place.role(Role::Inbox).await);
    let ids = place.ids(&inbox, &["a", "b"]).await;
    account
        .set_keywords(&ids, &[keyword::FLAGGED], &[])
        .await
        .unwrap();
    let sent = place.role(Role::Sent).await;
    for role in [Role::Archive, Role::Junk, Role::Trash, Role::Sent] {
        let filed = match role {
            Role::Archive => account.archive(&ids).await,
            Role::Junk => account.junk(&ids).await,
            Role::Trash => account.trash(&ids).await,
            _ => account.move_to(&ids, sent.id).await,
        };
        let filed = filed.unwrap();
        let target = place.role(role).await;
        assert_eq!(
            (filed.count, filed.target),
            (2, Some(target.id)),
            "{role:?}"
        );
        assert_eq!(place.sorted(&target).await, ["a", "b"], "{role:?}");
        assert!(place.rows(&inbox).await.is_empty());
        let row = place.row(&target, "a").await;
        assert!(row.keywords.has(keyword::FLAGGED));
        assert_eq!(row.keywords.has(keyword::JUNK), role == Role::Junk);
        assert_eq!(row.id, ids[0], "the id stays");
        let back = account.undo(&filed.undo.unwrap()).await.unwrap();
        assert_eq!((back.count, back.target), (2, Some(inbox.id)));
        assert_eq!(place.sorted(&inbox).await, ["a", "b"], "{role:?}");
        let row = place.row(&inbox, "a").await;
        assert!(!row.keywords.has(keyword::JUNK) && row.keywords.has(keyword::FLAGGED));
    }
    let junk = account.junk(&ids[..1]).await.unwrap();
    assert_eq!(
        account.not_junk(&ids[..1]).await.unwrap().target,
        Some(inbox.id)
    );
    assert!(place.row(&inbox, "a").await.keywords.has(keyword::NOT_JUNK));
    assert!(junk.undo.is_some());
    assert!(account.undo("nonsense").await.is_err());
}

async fn copies_are_messages_of_their_own(kind: Kind) {
    let place = Place::with_subjects(kind, &["a", "b"]).await;
    let (account, inbox) = (&place.account, place.role(Role::Inbox).await);
    let archive = place.role(Role::Archive).await;
    let ids = place.ids(&inbox, &["a"]).await;
    account.set_keywords(&ids, &["work"], &[]).await.unwrap();
    assert_eq!(account.copy_to(&ids, archive.id).await.unwrap(), 1);
    let copy = place.row(&archive, "a").await;
    assert!(copy.keywords.has("work"));
    assert_ne!(copy.id, ids[0]);
    account
        .set_keywords(&[copy.id], &[keyword::FLAGGED], &[])
        .await
        .unwrap();
    assert!(!place.row(&inbox, "a").await.keywords.has(keyword::FLAGGED));
    account.trash(&ids).await.unwrap();
    assert_eq!(place.sorted(&archive).await, ["a"]);
    let opened = account.open(copy.id).await.unwrap();
    assert_eq!(opened.texts[0].text.trim_end(), "Text.");
}

async fn deletion_is_final_from_trash_and_junk_only(kind: Kind) {
    let place = Place::with_subjects(kind, &["a", "b", "c", "d"]).await;
    let (account, inbox) = (&place.account, place.role(Role::Inbox).await);
    let ids = place.ids(&inbox, &["a", "b", "c"]).await;
    let refused = account.delete(&ids).await;
    assert!(matches!(
        refused,
        Err(Error::Invalid("delete-only-from-trash"))
    ));
    account.trash(&ids).await.unwrap();
    let again = account.trash(&ids).await;
    assert!(matches!(again, Err(Error::Invalid("already-in-trash"))));
    assert_eq!(account.delete(&ids[..1]).await.unwrap().count, 1);
    let trash = place.role(Role::Trash).await;
    assert_eq!(place.sorted(&trash).await, ["b", "c"]);
    let refused = account.empty(inbox.id).await;
    assert!(matches!(refused, Err(Error::Invalid(_))));
    assert_eq!(account.empty(trash.id).await.unwrap(), 2);
    assert!(place.rows(&trash).await.is_empty());
    assert_eq!(place.role(Role::Trash).await.total, 0);
    assert_eq!(place.sorted(&inbox).await, ["d"]);
}

async fn an_old_id_finds_a_moved_message(kind: Kind) {
    let place = Place::with_subjects(kind, &["a"]).await;
    let (account, inbox) = (&place.account, place.role(Role::Inbox).await);
    let first = place.ids(&inbox, &["a"]).await;
    account.archive(&first).await.unwrap();
    account.trash(&first).await.unwrap();
    let opened = account.open(first[0]).await.unwrap();
    assert_eq!(opened.summary.subject, "a");
    assert_eq!(opened.summary.id, first[0]);
    let trash = place.role(Role::Trash).await;
    assert_eq!(opened.summary.placement.mailbox, trash.id);
}

async fn what_is_gone_is_gone(kind: Kind) {
    let place = Place::with_subjects(kind, &["a", "b"]).await;
    let (account, inbox) = (&place.account, place.role(Role::Inbox).await);
    let ids = place.ids(&inbox, &["a", "b"]).await;
    account.trash(&ids[..1]).await.unwrap();
    account.delete(&ids[..1]).await.unwrap();
    let opened = account.open(ids[0]).await;
    assert!(matches!(opened, Err(Error::Vanished)), "{opened:?}");
    // What is left of a selection is changed.
    account
        .set_keywords(&ids[1..], &["work"], &[])
        .await
        .unwrap();
    assert!(place.row(&inbox, "b").await.keywords.has("work"));
}
