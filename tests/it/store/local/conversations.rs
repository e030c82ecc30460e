//! Conversations of a folder, and all of the one that a message belongs to.

use restante::{
    mail::id::EmailId,
    store::{
        aliases,
        local::{
            conversations::{Sum, around, members, newest, sums},
            list::Anchor,
        },
    },
};

use super::Place;
use crate::store::database::{Database, both};

both!(
    a_folder_lists_its_conversations_by_their_newest,
    a_page_begins_where_the_last_one_ended,
    a_row_knows_what_lies_elsewhere,
    what_is_there_twice_is_counted_once,
    a_long_one_is_cut_at_its_old_end,
    many_are_counted_and_read_at_once,
    a_message_knows_its_whole_conversation,
    strangers_have_none,
);

impl Place {
    /// Files a message of the conversation with this root.
    async fn answer(&self, folder: &str, root: &str, name: &str, at: i64) {
        self.answer_with(folder, root, name, "", at).await;
    }

    async fn answer_with(&self, folder: &str, root: &str, name: &str, words: &str, at: i64) {
        let raw = format!(
            "From: {name}@example.org\r\nSubject: {name}\r\nMessage-ID: <{name}@example.org>\r\n\
             References: <{root}@example.org>\r\n\r\nText of {name}.\r\n"
        );
        let arrival = self.receive(raw.as_bytes()).await;
        self.place(&arrival, folder, words, at).await;
    }

    async fn heads(&self, after: Option<(i64, &str)>, limit: u32) -> Vec<(String, i64, String)> {
        let inbox = self.folder("INBOX").await.id;
        let rows = newest(&self.store, self.owner, inbox, after, limit).await;
        let rows = rows.unwrap().into_iter();
        rows.map(|row| (row.subject.clone(), row.received_at, row.thread_id.unwrap()))
            .collect()
    }

    /// The conversations of the inbox, the newest first.
    async fn threads(&self) -> Vec<String> {
        let heads = self.heads(None, 100).await;
        heads.into_iter().map(|(.., thread)| thread).collect()
    }

    async fn sum(&self, folder: &str, thread: &str) -> Sum {
        let folder = self.folder(folder).await.id;
        let sums = sums(&self.store, self.owner, folder, &[thread]).await;
        sums.unwrap().remove(thread).unwrap()
    }

    async fn subjects_of_heads(&self) -> Vec<String> {
        let heads = self.heads(None, 100).await;
        heads.into_iter().map(|(subject, ..)| subject).collect()
    }
}

async fn filled(db: Database) -> Place {
    let place = Place::new(db).await;
    place.answer("INBOX", "x", "a", 10).await;
    place.answer("INBOX", "y", "b", 20).await;
    place
        .answer_with("INBOX", "x", "c", "$seen $flagged", 30)
        .await;
    place.answer("INBOX", "z", "d", 40).await;
    place.answer_with("Sent", "y", "e", "$seen", 50).await;
    place.answer("INBOX", "x", "f", 25).await;
    place
}

async fn a_folder_lists_its_conversations_by_their_newest(db: Database) {
    let place = filled(db).await;
    assert_eq!(place.subjects_of_heads().await, ["d", "c", "b"]);
    // What goes on comes to the top.
    place.answer("INBOX", "y", "g", 60).await;
    assert_eq!(place.subjects_of_heads().await, ["g", "d", "c"]);
    // At the same moment the one filed later stands for it, and each still has one row.
    place.answer("INBOX", "y", "h", 60).await;
    place.answer("INBOX", "x", "i", 60).await;
    let mut heads = place.subjects_of_heads().await;
    heads.sort();
    assert_eq!(heads, ["d", "h", "i"]);
}

async fn a_page_begins_where_the_last_one_ended(db: Database) {
    let place = filled(db).await;
    for (root, name) in [("p", "p1"), ("q", "q1"), ("r", "r1")] {
        place.answer("INBOX", root, name, 40).await;
    }
    let all = place.heads(None, 100).await;
    assert_eq!(all.len(), 6);
    let mut paged = Vec::new();
    let mut after: Option<(i64, String)> = None;
    loop {
        let from = after.as_ref().map(|(at, id)| (*at, id.as_str()));
        let page = place.heads(from, 1).await;
        let Some((_, at, thread)) = page.first().cloned() else {
            break;
        };
        after = Some((at, thread));
        paged.extend(page);
    }
    assert_eq!(paged, all);
}

async fn a_row_knows_what_lies_elsewhere(db: Database) {
    let place = filled(db).await;
    place.answer("Trash", "x", "thrown", 70).await;
    place.answer("Drafts", "x", "begun", 71).await;
    place.answer("Junk", "y", "odd", 72).await;
    let inbox = place.folder("INBOX").await.id;
    let threads = place.threads().await;
    let threads: Vec<&str> = threads.iter().map(String::as_str).collect();
    let found = members(&place.store, place.owner, inbox, &threads, 100).await;
    let found = found.unwrap();
    let seen: Vec<(&str, bool)> = found
        .iter()
        .map(|one| (one.from_json[0].email.split('@').next().unwrap(), one.seen))
        .collect();
    // The oldest first, over all conversations.
    assert_eq!(
        seen,
        [
            ("a", false),
            ("b", false),
            ("f", false),
            ("c", true),
            ("d", false),
            ("e", true)
        ]
    );
    assert_eq!(found[5].mailbox_id, place.folder("Sent").await.id);
    // Those of a page alone.
    let second = members(&place.store, place.owner, inbox, &threads[1..2], 100).await;
    assert_eq!(second.unwrap().len(), 3);
    // In Trash what lies there counts.
    let trash = place.folder("Trash").await.id;
    let x = threads[1];
    let there = members(&place.store, place.owner, trash, &[x], 100).await;
    assert_eq!(there.unwrap().len(), 4);
    assert_eq!(place.sum("Trash", x).await.count, 4);
    let sum = place.sum("INBOX", x).await;
    assert_eq!((sum.count, sum.unread), (3, 2));
    assert!(sum.flagged && !sum.has_attachment);
    let sum = place.sum("INBOX", threads[2]).await;
    assert_eq!((sum.count, sum.unread, sum.flagged), (2, 1, false));
}

/// One that came by a list as well, one in Sent, and one that only says to be the same.
async fn what_is_there_twice_is_counted_once(db: Database) {
    let place = Place::new(db).await;
    place.answer("INBOX", "x", "a", 10).await;
    place.answer_with("INBOX", "x", "a", "$seen", 11).await;
    place.answer("Sent", "x", "a", 12).await;
    place.answer("INBOX", "x", "b", 13).await;
    let forged = "From: eve@example.org\r\nMessage-ID: <b@example.org>\r\n\
        References: <x@example.org>\r\n\r\nText.\r\n";
    let forged = place.receive(forged.as_bytes()).await;
    place.place(&forged, "INBOX", "", 14).await;
    for nameless in ["one", "two"] {
        let raw = format!("References: <x@example.org>\r\n\r\n{nameless}\r\n");
        let arrival = place.receive(raw.as_bytes()).await;
        place.place(&arrival, "INBOX", "$seen", 15).await;
    }
    let thread = place.threads().await.remove(0);
    let sum = place.sum("INBOX", &thread).await;
    assert_eq!((sum.count, sum.unread), (5, 3));
}

/// What is shown is bounded, what is counted is not.
async fn a_long_one_is_cut_at_its_old_end(db: Database) {
    let place = Place::new(db).await;
    for number in 0..6 {
        place
            .answer("INBOX", "x", &format!("m{number}"), number)
            .await;
    }
    for number in 0..3 {
        let at = 100 + number;
        place.answer("Sent", "x", &format!("own{number}"), at).await;
    }
    let inbox = place.folder("INBOX").await.id;
    let thread = place.threads().await.remove(0);
    let found = async |most| {
        let found = members(&place.store, place.owner, inbox, &[&thread], most).await;
        let found = found.unwrap().into_iter();
        found
            .map(|one| one.from_json[0].email.replace("@example.org", ""))
            .collect::<Vec<_>>()
    };
    assert_eq!(found(2).await, ["m4", "m5", "own1", "own2"]);
    assert_eq!(
        found(4).await,
        ["m2", "m3", "m4", "m5", "own0", "own1", "own2"]
    );
    let sum = place.sum("INBOX", &thread).await;
    assert_eq!((sum.count, sum.unread), (9, 6));
}

async fn many_are_counted_and_read_at_once(db: Database) {
    let place = Place::new(db).await;
    for number in 0..70 {
        let root = format!("r{number}");
        place
            .answer("INBOX", &root, &format!("a{number}"), number)
            .await;
    }
    let inbox = place.folder("INBOX").await.id;
    let threads = place.threads().await;
    let threads: Vec<&str> = threads.iter().map(String::as_str).collect();
    assert_eq!(threads.len(), 70);
    let counted = sums(&place.store, place.owner, inbox, &threads).await;
    assert_eq!(counted.unwrap().len(), 70);
    let read = members(&place.store, place.owner, inbox, &threads, 9).await;
    assert_eq!(read.unwrap().len(), 70);
    assert!(
        sums(&place.store, place.owner, inbox, &[])
            .await
            .unwrap()
            .is_empty()
    );
}

async fn a_message_knows_its_whole_conversation(db: Database) {
    let place = filled(db).await;
    place.answer("Trash", "y", "thrown", 70).await;
    place.answer("Drafts", "y", "begun", 71).await;
    let subjects = async |folder: &str, subject: &str| {
        let rows = place.window(folder, Anchor::Newest, 100).await.rows;
        let row = rows.into_iter().find(|row| row.subject == subject).unwrap();
        let found = around(
            &place.store,
            place.owner,
            row.placement.mailbox,
            row.placement.uid,
        );
        let found = found.await.unwrap();
        assert!(found.contains(&row), "as its folder lists it");
        found
            .into_iter()
            .map(|one| one.subject.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(subjects("INBOX", "b").await, ["b", "e", "begun"]);
    assert_eq!(subjects("Sent", "e").await, ["b", "e", "begun"]);
    assert_eq!(
        subjects("Trash", "thrown").await,
        ["b", "e", "thrown", "begun"]
    );
    assert_eq!(subjects("INBOX", "d").await, ["d"]);
    // What was moved goes by the first of its ids, in the same look-up.
    let at = place.window("INBOX", Anchor::Newest, 100).await.rows;
    let at = at.iter().find(|row| row.subject == "b").unwrap().placement;
    let once = |uid| EmailId { uid, ..at };
    for (from, to) in [(once(900), once(901)), (once(901), at)] {
        let moved = [(from, to)];
        let moved = aliases::insert(&place.store, place.owner.account, &moved, 9);
        moved.await.unwrap();
    }
    let found = around(&place.store, place.owner, at.mailbox, at.uid).await;
    let ids: Vec<_> = found
        .unwrap()
        .iter()
        .map(|one| (one.id, one.placement))
        .collect();
    assert_eq!(ids[0], (once(900), at));
    assert!(ids[1..].iter().all(|(id, placement)| id == placement));
    let inbox = place.folder("INBOX").await.id;
    let none = around(&place.store, place.owner, inbox, 99).await;
    assert!(none.unwrap().is_empty());
}

async fn strangers_have_none(db: Database) {
    let place = filled(db).await;
    let other = crate::store::writing::person(&place.store, "b@example.org").await;
    let stranger = restante::store::local::Owner {
        user: other.user,
        account: other.account,
    };
    let inbox = place.folder("INBOX").await.id;
    let listed = newest(&place.store, stranger, inbox, None, 100).await;
    assert!(matches!(listed, Err(restante::store::error::Error::Gone)));
    let threads = place.threads().await;
    let threads: Vec<&str> = threads.iter().map(String::as_str).collect();
    let found = members(&place.store, stranger, inbox, &threads, 100).await;
    assert!(found.unwrap().is_empty());
    let counted = sums(&place.store, stranger, inbox, &threads).await;
    assert!(counted.unwrap().is_empty());
    let found = around(&place.store, stranger, inbox, 1).await;
    assert!(found.unwrap().is_empty());
}
