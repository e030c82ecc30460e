//! Conversations over folders: what belongs together is found together, wherever it lies.

use std::collections::BTreeSet;

use restante::{
    engine::{conversations::Conversation, threads::After},
    mail::{email::EmailSummary, id::MailboxId, mailbox::Role, sample::SampleMessage},
};

use super::{Kind, Place, alike, mail, subjects};

alike!(
    answers_come_together_over_folders,
    what_comes_and_goes_is_followed,
    pages_tell_each_conversation_once,
    a_message_in_two_folders_is_told_once,
    a_message_that_came_twice_is_acted_on_twice,
    a_long_conversation_is_counted_whole,
);

/// A message that names others.
pub(crate) fn named(subject: &str, id: &str, references: &[&str]) -> Vec<u8> {
    let all: Vec<String> = references
        .iter()
        .map(|id| format!("<{id}@example.org>"))
        .collect();
    let references = match all.is_empty() {
        true => String::new(),
        false => format!("References: {}\r\n", all.join("\r\n ")),
    };
    format!(
        "From: {id} <{id}@example.org>\r\nTo: x@example.org\r\nSubject: {subject}\r\n\
         Date: Thu, 1 Oct 2026 09:00:00 +0000\r\n\
         Message-ID: <{id}@example.org>\r\n{references}\r\nText.\r\n"
    )
    .into_bytes()
}

fn lunch() -> Vec<SampleMessage> {
    vec![
        mail("INBOX", 1, named("Lunch", "a", &[])),
        mail("INBOX", 2, named("News", "n", &[])),
        mail("INBOX", 3, named("Re: Lunch", "b", &["a"])),
        mail("Sent", 4, named("Re: Lunch, sent", "c", &["a", "b"])),
        mail(
            "Archive",
            5,
            named("Re: Lunch, kept", "d", &["a", "b", "c"]),
        ),
    ]
}

async fn conversations(place: &Place, mailbox: MailboxId) -> Vec<Conversation> {
    let page = place
        .account
        .conversations(mailbox, None, 50)
        .await
        .unwrap();
    assert_eq!(page.more, None);
    page.rows
}

async fn told(place: &Place, of: &EmailSummary) -> Vec<EmailSummary> {
    let told = place.account.conversation(of).await.unwrap();
    told.into_iter().map(|one| one.email).collect()
}

async fn conversation(place: &Place, of: &EmailSummary) -> Vec<String> {
    // Who opens a message does not wait for all of it.
    place.account.read_conversations().await.unwrap();
    subjects(&told(place, of).await)
}

async fn answers_come_together_over_folders(kind: Kind) {
    let place = Place::with(kind, &lunch()).await;
    place.account.read_conversations().await.unwrap();
    let inbox = place.role(Role::Inbox).await;
    let rows = conversations(&place, inbox.id).await;
    let of: Vec<(&str, usize, u32, u32)> = rows
        .iter()
        .map(|row| {
            (
                row.newest.subject.as_str(),
                row.emails.len(),
                row.count,
                row.unread,
            )
        })
        .collect();
    assert_eq!(of, [("Re: Lunch", 2, 4, 2), ("News", 1, 1, 1)]);
    let lunch = &rows[0];
    let first = place.row(&inbox, "Lunch").await;
    let second = place.row(&inbox, "Re: Lunch").await;
    assert_eq!(lunch.emails, [first.id, second.id]);
    assert_eq!((lunch.begin, lunch.newest.id), (first.id, second.id));
    assert_eq!(lunch.newest.thread_id.as_ref(), Some(&lunch.thread_id));
    let people: Vec<&str> = lunch.people.iter().map(|one| one.email.as_str()).collect();
    assert_eq!(people[..2], ["a@example.org", "b@example.org"]);
    let together = ["Lunch", "Re: Lunch", "Re: Lunch, sent", "Re: Lunch, kept"];
    assert_eq!(conversation(&place, &second).await, together);
    let kept = place.folder("Archive").await;
    let kept = place.row(&kept, "Re: Lunch, kept").await;
    assert_eq!(conversation(&place, &kept).await, together);

    let (threads, more) = place.account.threads(None, None, 50).await.unwrap();
    assert_eq!(more, None);
    let told: Vec<(&str, usize)> = threads
        .iter()
        .map(|thread| (thread.subject.as_str(), thread.emails.len()))
        .collect();
    assert_eq!(told, [("Lunch", 4), ("News", 1)]);
    let thread = place.account.thread(&lunch.thread_id).await.unwrap();
    assert_eq!(thread, threads[0]);
    assert_eq!((thread.unread, thread.participants.len()), (4, 4));
    let only = place
        .account
        .threads(Some(kept.placement.mailbox), None, 50);
    assert_eq!(only.await.unwrap().0, threads[..1]);
    let (newest, _) = place
        .account
        .list_collapsed(inbox.id, None, 50)
        .await
        .unwrap();
    assert_eq!(subjects(&newest), ["Re: Lunch", "News"]);
    assert!(place.account.thread("nonsense").await.is_err());
    assert!(place.account.thread(&"0".repeat(32)).await.is_err());
}

async fn what_comes_and_goes_is_followed(kind: Kind) {
    let place = Place::with(kind, &lunch()[..2]).await;
    let inbox = place.role(Role::Inbox).await;
    let rows = conversations(&place, inbox.id).await;
    assert_eq!(rows.len(), 2);
    place.arrives(&named("Re: Lunch", "b", &["a"])).await;
    let rows = conversations(&place, inbox.id).await;
    assert_eq!(
        (rows[0].newest.subject.as_str(), rows[0].emails.len()),
        ("Re: Lunch", 2)
    );
    let answer = rows[0].newest.clone();
    assert_eq!(conversation(&place, &answer).await, ["Lunch", "Re: Lunch"]);

    place
        .account
        .set_keywords(&[answer.id], &["$seen", "$flagged"], &[])
        .await
        .unwrap();
    let rows = conversations(&place, inbox.id).await;
    assert_eq!((rows[0].unread, rows[0].is_flagged), (1, true));

    place.account.archive(&[answer.id]).await.unwrap();
    let rows = conversations(&place, inbox.id).await;
    let left: Vec<(&str, usize)> = rows
        .iter()
        .map(|row| (row.newest.subject.as_str(), row.emails.len()))
        .collect();
    assert_eq!(left, [("News", 1), ("Lunch", 1)]);
    let first = place.row(&inbox, "Lunch").await;
    place.account.read_conversations().await.unwrap();
    let whole = told(&place, &first).await;
    assert_eq!(subjects(&whole), ["Lunch", "Re: Lunch"]);
    // It keeps the id that it was first known by.
    assert_eq!(whole[1].id, answer.id);

    place.account.trash(&[answer.id]).await.unwrap();
    assert_eq!(conversation(&place, &first).await, ["Lunch"]);
    let trash = place.role(Role::Trash).await;
    let rows = conversations(&place, trash.id).await;
    assert_eq!(subjects(&[rows[0].newest.clone()]), ["Re: Lunch"]);
    assert_eq!(
        conversation(&place, &rows[0].newest).await,
        ["Lunch", "Re: Lunch"]
    );
}

async fn pages_tell_each_conversation_once(kind: Kind) {
    let messages: Vec<SampleMessage> = (0..40)
        .map(|n| {
            let (root, id) = (format!("r{}", n % 10), format!("m{n}"));
            let raw = match n {
                0..10 => named(&format!("t{n}"), &root, &[]),
                _ => named(&format!("t{}", n % 10), &id, &[&root]),
            };
            mail("INBOX", n, raw)
        })
        .collect();
    let place = Place::with(kind, &messages).await;
    let inbox = place.role(Role::Inbox).await;
    let (mut seen, mut after): (Vec<String>, Option<After>) = (Vec::new(), None);
    loop {
        let page = place
            .account
            .conversations(inbox.id, after.as_ref(), 3)
            .await
            .unwrap();
        for row in &page.rows {
            assert_eq!((row.emails.len(), row.count), (4, 4));
            seen.push(row.newest.subject.clone());
        }
        after = page.more;
        if after.is_none() {
            break;
        }
    }
    let expected: Vec<String> = (0..10).rev().map(|n| format!("t{n}")).collect();
    assert_eq!(seen, expected);
    let (mut threads, mut after) = (BTreeSet::new(), None);
    loop {
        let page = place
            .account
            .threads(None, after.as_ref(), 4)
            .await
            .unwrap();
        for thread in page.0 {
            assert_eq!(thread.emails.len(), 4);
            assert!(threads.insert(thread.id), "told twice");
        }
        after = page.1;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(threads.len(), 10);
}

/// As what one writes to oneself.
async fn a_message_in_two_folders_is_told_once(kind: Kind) {
    let place = Place::with(
        kind,
        &[
            mail("INBOX", 1, named("Note", "a", &[])),
            mail("Sent", 1, named("Note", "a", &[])),
        ],
    )
    .await;
    place.account.read_conversations().await.unwrap();
    let inbox = place.role(Role::Inbox).await;
    let rows = conversations(&place, inbox.id).await;
    assert_eq!((rows.len(), rows[0].count), (1, 1));
    assert_eq!(conversation(&place, &rows[0].newest).await, ["Note"]);
}

/// As what comes by a list and to oneself: one to read, two to act on.
async fn a_message_that_came_twice_is_acted_on_twice(kind: Kind) {
    let place = Place::with(
        kind,
        &[
            mail("INBOX", 1, named("Note", "a", &[])),
            mail(
                "INBOX",
                2,
                [
                    b"List-Id: <l.example.org>\r\n",
                    named("Note", "a", &[]).as_slice(),
                ]
                .concat(),
            ),
            mail("Sent", 3, named("Note", "a", &[])),
        ],
    )
    .await;
    place.account.read_conversations().await.unwrap();
    let inbox = place.role(Role::Inbox).await;
    let rows = conversations(&place, inbox.id).await;
    let row = &rows[0];
    assert_eq!(
        (rows.len(), row.count, row.unread, row.emails.len()),
        (1, 1, 1, 2)
    );
    let of = place.rows(&inbox).await.remove(0);
    let told = place.account.conversation(&of).await.unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].email.placement, of.placement);
    let ids: Vec<_> = told[0].all().map(|one| one.id).collect();
    assert_eq!(
        ids.iter().copied().collect::<BTreeSet<_>>(),
        row.emails.iter().copied().collect()
    );
    let filed = place.account.archive(&ids).await.unwrap();
    assert_eq!((filed.count, place.rows(&inbox).await.len()), (2, 0));
    place.account.undo(&filed.undo.unwrap()).await.unwrap();
    assert_eq!(place.rows(&inbox).await.len(), 2);
}

/// What is shown of it and acted on is bounded, what is counted is not.
async fn a_long_conversation_is_counted_whole(kind: Kind) {
    let messages: Vec<SampleMessage> = (0..130)
        .map(|n| mail("INBOX", n, named("Long", &format!("m{n}"), &["root"])))
        .collect();
    let place = Place::with(kind, &messages).await;
    place.account.read_conversations().await.unwrap();
    let inbox = place.role(Role::Inbox).await;
    let rows = conversations(&place, inbox.id).await;
    assert_eq!((rows[0].count, rows[0].emails.len()), (130, 100));
    let newest = place.rows(&inbox).await.remove(0);
    assert_eq!(rows[0].emails.last(), Some(&newest.id));
    if kind == Kind::Local {
        assert_eq!(rows[0].unread, 130);
    }
}
