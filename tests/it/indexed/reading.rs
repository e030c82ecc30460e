//! A large folder is read in chunks, the newest first; nobody waits for all of it.

use std::collections::BTreeSet;

use restante::{engine::threads::After, mail::sample::SampleMessage};

use super::inbox;
use crate::contract::{Kind, PATIENCE, Place, mail, threads::named};

/// Two messages each: a question, and far above it its answer.
const CONVERSATIONS: i64 = 1200;

fn messages() -> Vec<SampleMessage> {
    let one = |n: i64| {
        let question = n % CONVERSATIONS;
        let root = format!("q{question}");
        match n < CONVERSATIONS {
            true => mail("INBOX", n, named(&format!("t{question}"), &root, &[])),
            false => {
                let raw = named(
                    &format!("Re: t{question}"),
                    &format!("a{question}"),
                    &[&root],
                );
                mail("INBOX", n, raw)
            }
        }
    };
    (0..2 * CONVERSATIONS).map(one).collect()
}

#[tokio::test]
async fn a_large_folder_is_read_in_chunks() {
    let place = Place::with(Kind::Imap, &messages()).await;
    let (account, inbox) = (&place.account, inbox(&place).await);
    let before = account.round_trips();
    let page = account.conversations(inbox, None, 50).await.unwrap();
    let cost = account.round_trips() - before;
    assert!(
        cost <= 6,
        "the first page is there before the folder was read: {cost}"
    );
    let newest: Vec<String> = (0..50)
        .map(|n| format!("Re: t{}", CONVERSATIONS - 1 - n))
        .collect();
    let subjects = |page: &restante::engine::conversations::ConversationPage| -> Vec<String> {
        let rows = page.rows.iter();
        rows.map(|row| row.newest.subject.clone()).collect()
    };
    assert_eq!(subjects(&page), newest);
    assert_eq!(page.total, None);

    let before = account.round_trips();
    account.read_conversations().await.unwrap();
    let cost = account.round_trips() - before;
    assert!(cost <= 20, "chunks of 500: {cost}");
    let page = account.conversations(inbox, None, 50).await.unwrap();
    assert_eq!(subjects(&page), newest);
    assert!(
        page.rows
            .iter()
            .all(|row| row.emails.len() == 2 && row.count == 2)
    );

    let (mut seen, mut last, mut after) = (BTreeSet::new(), i64::MAX, None::<After>);
    loop {
        let page = account
            .conversations(inbox, after.as_ref(), 100)
            .await
            .unwrap();
        for row in &page.rows {
            assert!(row.newest.received_at <= last, "the newest first");
            last = row.newest.received_at;
            assert!(seen.insert(row.thread_id.clone()), "told twice");
            assert_eq!(row.emails.len(), 2);
        }
        after = page.more;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(i64::try_from(seen.len()).unwrap(), CONVERSATIONS);
}

/// Page by page without waiting for the whole: the same conversations, each once.
#[tokio::test]
async fn pages_go_on_while_it_is_read() {
    let place = Place::with(Kind::Imap, &messages()).await;
    let (account, inbox) = (&place.account, inbox(&place).await);
    let (mut seen, mut after) = (BTreeSet::new(), None::<After>);
    loop {
        let page = account
            .conversations(inbox, after.as_ref(), 100)
            .await
            .unwrap();
        for row in &page.rows {
            assert!(seen.insert(row.thread_id.clone()), "told twice");
        }
        after = page.more;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(i64::try_from(seen.len()).unwrap(), CONVERSATIONS);
}

/// A message far below what was read has its conversation as well.
#[tokio::test]
async fn a_message_that_was_not_read_yet_has_its_conversation() {
    let mut messages = messages();
    messages.truncate(600);
    // The answer is the newest of all, the question the oldest.
    messages.push(mail("INBOX", 3_000_000, named("Re: t0", "late", &["q0"])));
    let place = Place::with(Kind::Imap, &messages).await;
    let inbox = place.folder("INBOX").await;
    let oldest = {
        use restante::{
            engine::list::{Anchor, Window},
            mail::sort::Sort,
        };
        let window = Window {
            mailbox: inbox.id,
            filter: None,
            sort: Sort::default(),
            anchor: Anchor::After(0),
            limit: 1,
        };
        place.account.list(&window).await.unwrap().rows[0].clone()
    };
    assert_eq!(oldest.subject, "t0");
    // It says that it begins one; that it was answered is known once the newest were read.
    assert_eq!(place.account.conversation(&oldest).await.unwrap().len(), 1);
    place
        .account
        .conversations(inbox.id, None, 50)
        .await
        .unwrap();
    let whole = place.account.conversation(&oldest).await.unwrap();
    let subjects: Vec<&str> = whole.iter().map(|one| one.email.subject.as_str()).collect();
    assert_eq!(subjects, ["t0", "Re: t0"]);
}

/// A list that somebody has opened meanwhile is asked for again once all is read, and only then.
#[tokio::test]
async fn who_looks_on_is_told_when_all_is_read() {
    use restante::engine::events::EventKind;

    let place = Place::with(Kind::Imap, &messages()).await;
    let (account, inbox) = (&place.account, inbox(&place).await);
    let mut events = account.subscribe().unwrap();
    let page = account.conversations(inbox, None, 50).await.unwrap();
    assert!(page.more.is_some());
    let heard = async { while events.recv().await.unwrap().kind != EventKind::Thread {} };
    tokio::time::timeout(PATIENCE, heard).await.unwrap();
    let mut after = None::<After>;
    let mut count = 0;
    loop {
        let page = account
            .conversations(inbox, after.as_ref(), 100)
            .await
            .unwrap();
        count += page.rows.len();
        after = page.more;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(i64::try_from(count).unwrap(), CONVERSATIONS);
    // Nothing is said when nothing more was read.
    account.read_conversations().await.unwrap();
    let silent = std::iter::from_fn(|| events.try_recv().ok());
    assert_eq!(
        silent
            .filter(|event| event.kind == EventKind::Thread)
            .count(),
        0
    );
}
