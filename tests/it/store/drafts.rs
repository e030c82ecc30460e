//! Drafts: begun once, saved on top of what was seen, with files that are counted.

use restante::{
    mail::id::MailboxId,
    store::{
        drafts::{self, Copy, DraftFields, NewDraft, Saved, attachments, copies},
        error::Error,
        identities::{self, IdentityFields},
    },
};
use tokio::task::JoinSet;

use super::{
    database::{Database, both},
    writing::{about, draft, file, hash, new_draft, person, upload, uses},
};

both!(
    a_draft_keeps_what_was_written,
    drafts_are_their_users_own,
    a_creation_that_is_repeated_makes_one,
    creations_at_once_make_one,
    a_save_wins_over_older_ones,
    an_equal_save_changes_nothing,
    one_of_two_saves_at_once_wins,
    files_are_counted,
    files_are_their_users_own,
    a_missing_blob_changes_nothing,
    copies_follow_drafts,
);

async fn a_draft_keeps_what_was_written(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let b = person(&store, "b@example.org").await;
    let identity = IdentityFields {
        email: "a@example.org",
        ..IdentityFields::default()
    };
    let own = identities::create(&store, a.account, &identity, 1)
        .await
        .unwrap()
        .id
        .get();
    let foreign = identities::create(&store, b.account, &identity, 1)
        .await
        .unwrap()
        .id
        .get();
    let first = draft(&store, a, "first", 2).await;
    upload(&store, a.user, 1, 2).await;
    let text = |text: &str| vec![text.to_owned()];
    let mut fields = DraftFields {
        identity: Some(own),
        from_email: "a+b@example.org".to_owned(),
        to: text("to"),
        cc: text("cc"),
        bcc: text("bcc"),
        reply_to: text("reply"),
        subject: "subject\0".to_owned(),
        html: false,
        text_body: "plain".to_owned(),
        html_body: "<p>rich".to_owned(),
        quotes: true,
        options_json: r#"{"receipt":true}"#.to_owned(),
    };
    let references = [String::from("x@y"), String::from("z@y")];
    let new = NewDraft {
        key: "",
        fields: &fields,
        reference_email: "email",
        reference_action: "reply",
        quote: Some(hash(1)),
        in_reply_to: "z@y",
        references: &references,
        conflict_of: Some(first.id),
        copy: Some(copy(7)),
        files: &[],
    };
    let row = drafts::create(&store, a.account, a.user, &new, 5)
        .await
        .unwrap();
    fields.subject = "subject".to_owned();
    assert_eq!(row.fields(), fields);
    assert_eq!((row.account_id, row.user_id), (a.account, a.user));
    assert_eq!(
        (row.reference_email.as_str(), row.reference_action.as_str()),
        ("email", "reply")
    );
    assert_eq!(row.quote_sha256, Some(hash(1)));
    assert_eq!(
        (row.in_reply_to.as_str(), row.references.as_slice()),
        ("z@y", &references[..])
    );
    assert_eq!(row.conflict_of, Some(first.id));
    assert_eq!(
        (row.copy(), row.copy_revision, row.revision),
        (Some(copy(7)), 0, 1)
    );
    assert_eq!((row.created_at, row.updated_at), (5, 5));
    assert_eq!(
        drafts::get(&store, a.user, row.id.get()).await.unwrap(),
        Some(row.clone())
    );

    fields.identity = Some(foreign);
    let saved = drafts::save(&store, a.user, row.id.get(), 1, &fields, 6)
        .await
        .unwrap();
    let Some(Saved::Done(row)) = saved else {
        panic!("{saved:?}")
    };
    assert_eq!(row.identity, None, "another account's identity is nobody");
    assert_eq!((row.revision, row.created_at, row.updated_at), (2, 5, 6));
}

fn copy(uid: u32) -> Copy {
    Copy {
        mailbox: MailboxId([1, 2, 3, 4, 5, 6]),
        uid_validity: 9,
        uid,
    }
}

async fn drafts_are_their_users_own(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let b = person(&store, "b@example.org").await;
    let one = draft(&store, a, "one", 1).await;
    let two = draft(&store, a, "two", 2).await;
    let id = one.id.get();
    assert_eq!(
        drafts::list(&store, a.account, None, 9).await.unwrap(),
        [two.clone(), one.clone()]
    );
    assert_eq!(
        drafts::list(&store, a.account, None, 1).await.unwrap(),
        [two]
    );
    assert_eq!(drafts::list(&store, b.account, None, 9).await.unwrap(), []);
    assert_eq!(drafts::get(&store, b.user, id).await.unwrap(), None);
    assert_eq!(
        drafts::save(&store, b.user, id, 1, &about("x"), 3)
            .await
            .unwrap(),
        None
    );
    assert!(!drafts::delete(&store, b.user, id, 3).await.unwrap());
    assert_eq!(drafts::get(&store, a.user, id).await.unwrap(), Some(one));
    let fields = about("mixed");
    let mixed = drafts::create(&store, a.account, b.user, &new_draft("", &fields), 3).await;
    assert!(matches!(mixed, Err(Error::Gone)), "{mixed:?}");
    assert!(drafts::delete(&store, a.user, id, 3).await.unwrap());
    assert!(!drafts::delete(&store, a.user, id, 3).await.unwrap());
}

async fn a_creation_that_is_repeated_makes_one(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let b = person(&store, "b@example.org").await;
    upload(&store, a.user, 1, 1).await;
    let fields = about("one");
    let new = NewDraft {
        quote: Some(hash(1)),
        ..new_draft("k", &fields)
    };
    let first = drafts::create(&store, a.account, a.user, &new, 1)
        .await
        .unwrap();
    let again = drafts::create(&store, a.account, a.user, &new, 2)
        .await
        .unwrap();
    assert_eq!(first, again);
    assert_eq!(uses(&store, a.user, 1).await, Some(1));
    let new = new_draft("k", &fields);
    let other = drafts::create(&store, b.account, b.user, &new, 2)
        .await
        .unwrap();
    assert_ne!(other.id, first.id);
    assert_ne!(
        draft(&store, a, "", 1).await.id,
        draft(&store, a, "", 1).await.id
    );
}

async fn creations_at_once_make_one(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let store = store.clone();
        tasks.spawn(async move {
            let fields = about("one");
            let new = new_draft("k", &fields);
            drafts::create(&store, a.account, a.user, &new, 1)
                .await
                .unwrap()
                .id
        });
    }
    let ids = tasks.join_all().await;
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

async fn a_save_wins_over_older_ones(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let id = draft(&store, a, "one", 1).await.id.get();
    let save = async |base, subject| {
        drafts::save(&store, a.user, id, base, &about(subject), 2)
            .await
            .unwrap()
            .unwrap()
    };
    let Saved::Done(two) = save(1, "two").await else {
        panic!("nobody else has saved")
    };
    assert_eq!((two.revision, two.subject.as_str()), (2, "two"));
    assert_eq!(save(1, "other").await, Saved::Conflict(two.clone()));
    assert_eq!(save(3, "other").await, Saved::Conflict(two.clone()));
    assert_eq!(drafts::get(&store, a.user, id).await.unwrap(), Some(two));
}

async fn an_equal_save_changes_nothing(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let row = draft(&store, a, "one", 1).await;
    for base in [1, 5] {
        let saved = drafts::save(&store, a.user, row.id.get(), base, &about("one"), 2).await;
        assert_eq!(saved.unwrap(), Some(Saved::Done(row.clone())));
    }
}

async fn one_of_two_saves_at_once_wins(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let id = draft(&store, a, "one", 1).await.id.get();
    let mut tasks = JoinSet::new();
    for subject in ["a", "b", "c", "d"] {
        let store = store.clone();
        tasks.spawn(async move {
            drafts::save(&store, a.user, id, 1, &about(subject), 2)
                .await
                .unwrap()
                .unwrap()
        });
    }
    let saved = tasks.join_all().await;
    let won = saved.iter().filter(|saved| matches!(saved, Saved::Done(_)));
    assert_eq!(won.count(), 1, "{saved:?}");
}

async fn files_are_counted(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let id = draft(&store, a, "one", 1).await.id.get();
    upload(&store, a.user, 1, 1).await;
    let (one, revision) = attachments::add(&store, a.user, id, &file(1, "one"), 2)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (one.sha256, one.name.as_str(), one.size, one.inline),
        (hash(1), "one", 20, false)
    );
    assert_eq!(one.media_type, "text/plain");
    assert_eq!(revision, 2);
    let inline = attachments::NewAttachment {
        inline: true,
        cid: "c@d",
        ..file(1, "two")
    };
    let (two, revision) = attachments::add(&store, a.user, id, &inline, 3)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((two.inline, two.cid.as_str(), revision), (true, "c@d", 3));
    assert_eq!(uses(&store, a.user, 1).await, Some(2));

    let renamed = attachments::rename(&store, a.user, id, one.id.get(), "uno", 4)
        .await
        .unwrap();
    assert_eq!(renamed, Some(4));
    let names = async || {
        let files = attachments::list(&store, a.user, id).await.unwrap();
        files.into_iter().map(|file| file.name).collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["uno", "two"]);
    let removed = attachments::remove(&store, a.user, id, one.id.get(), 5)
        .await
        .unwrap();
    assert_eq!(removed, Some(5));
    let again = attachments::remove(&store, a.user, id, one.id.get(), 6)
        .await
        .unwrap();
    assert_eq!(again, None);
    assert_eq!(names().await, ["two"]);
    assert_eq!(uses(&store, a.user, 1).await, Some(1));
    let row = drafts::get(&store, a.user, id).await.unwrap().unwrap();
    assert_eq!((row.revision, row.updated_at), (5, 5));
    assert!(drafts::delete(&store, a.user, id, 7).await.unwrap());
    assert_eq!(uses(&store, a.user, 1).await, Some(0));
    assert_eq!(attachments::list(&store, a.user, id).await.unwrap(), []);
}

async fn files_are_their_users_own(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let b = person(&store, "b@example.org").await;
    let id = draft(&store, a, "one", 1).await.id.get();
    upload(&store, a.user, 1, 1).await;
    upload(&store, b.user, 1, 1).await;
    let added = attachments::add(&store, a.user, id, &file(1, "one"), 2)
        .await
        .unwrap();
    let one = added.unwrap().0.id.get();
    assert_eq!(attachments::list(&store, b.user, id).await.unwrap(), []);
    assert_eq!(
        attachments::add(&store, b.user, id, &file(1, "x"), 3)
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        attachments::remove(&store, b.user, id, one, 3)
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        attachments::rename(&store, b.user, id, one, "x", 3)
            .await
            .unwrap(),
        None
    );
    assert_eq!(uses(&store, b.user, 1).await, Some(0));
    let other = draft(&store, a, "two", 1).await.id.get();
    assert_eq!(
        attachments::remove(&store, a.user, other, one, 3)
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        attachments::list(&store, a.user, id).await.unwrap()[0].name,
        "one"
    );
}

async fn a_missing_blob_changes_nothing(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let b = person(&store, "b@example.org").await;
    upload(&store, b.user, 1, 1).await;
    let row = draft(&store, a, "one", 1).await;
    let added = attachments::add(&store, a.user, row.id.get(), &file(1, "x"), 2).await;
    assert!(matches!(added, Err(Error::Gone)), "{added:?}");
    let fields = about("two");
    let new = NewDraft {
        quote: Some(hash(1)),
        ..new_draft("", &fields)
    };
    let made = drafts::create(&store, a.account, a.user, &new, 2).await;
    assert!(matches!(made, Err(Error::Gone)), "{made:?}");
    assert_eq!(
        drafts::list(&store, a.account, None, 9).await.unwrap(),
        [row]
    );
}

async fn copies_follow_drafts(Database { store, .. }: Database) {
    let a = person(&store, "a@example.org").await;
    let b = person(&store, "b@example.org").await;
    let one = draft(&store, a, "one", 1).await;
    let two = draft(&store, a, "two", 5).await;
    let due = async |before| {
        let due = copies::due(&store, a.account, before).await.unwrap();
        due.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(due(4).await, [one.id]);
    assert_eq!(due(5).await, [one.id, two.id]);
    assert!(
        !copies::record(&store, b.user, one.id, copy(3), 1, "m@x")
            .await
            .unwrap()
    );
    assert!(
        copies::record(&store, a.user, one.id, copy(3), 1, "m@x")
            .await
            .unwrap()
    );
    assert_eq!(due(5).await, [two.id]);
    let found = copies::by_copy(&store, a.account, copy(3))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.id, found.copy(), found.copy_revision),
        (one.id, Some(copy(3)), 1)
    );
    assert_eq!(
        (found.copy_message_id.as_str(), found.updated_at),
        ("m@x", 1)
    );
    assert_eq!(
        copies::by_copy(&store, b.account, copy(3)).await.unwrap(),
        None
    );
    assert_eq!(
        copies::by_copy(&store, a.account, copy(4)).await.unwrap(),
        None
    );

    drafts::save(&store, a.user, one.id.get(), 1, &about("uno"), 6)
        .await
        .unwrap();
    assert_eq!(
        due(6).await,
        [two.id, one.id],
        "the copy is a revision behind"
    );
    assert!(!copies::forget(&store, b.user, one.id).await.unwrap());
    assert!(copies::forget(&store, a.user, one.id).await.unwrap());
    let row = drafts::get(&store, a.user, one.id.get())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((row.copy(), row.copy_revision), (None, 0));
    assert_eq!(row.copy_message_id, "m@x", "the next copy carries it, too");
    assert!(
        drafts::delete(&store, a.user, one.id.get(), 7)
            .await
            .unwrap()
    );
    assert!(
        !copies::record(&store, a.user, one.id, copy(4), 2, "m@x")
            .await
            .unwrap()
    );
}
