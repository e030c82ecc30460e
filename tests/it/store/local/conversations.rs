//! Conversations of a folder, and all of the one that a message belongs to.

use restante::store::local::{
    conversations::{around, members, newest},
    list::Anchor,
};

use super::Place;
use crate::store::database::{Database, both};

both!(
    a_folder_lists_its_conversations_by_their_newest,
    a_page_begins_where_the_last_one_ended,
    a_row_knows_what_lies_elsewhere,
    a_long_one_is_cut_at_its_old_end,
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
        rows.map(|row| (row.subject, row.received_at, row.thread_id.unwrap()))
            .collect()
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
    let found = members(&place.store, place.owner, inbox, None, 100, 100).await;
    let found = found.unwrap();
    let seen: Vec<(&str, bool)> = found
        .iter()
        .map(|one| (one.message_id.split('@').next().unwrap(), one.seen))
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
    assert!(found[3].flagged && !found[0].flagged);
    assert_eq!(found[5].mailbox_id, place.folder("Sent").await.id);
    assert_eq!(found[0].from_json[0].email, "a@example.org");
    // Those of a page alone.
    let (_, at, thread) = place.heads(None, 1).await.remove(0);
    let after = Some((at, thread.as_str()));
    let second = members(&place.store, place.owner, inbox, after, 1, 100).await;
    assert_eq!(second.unwrap().len(), 3);
    // In Trash what lies there counts.
    let trash = place.folder("Trash").await.id;
    let there = members(&place.store, place.owner, trash, None, 100, 100).await;
    assert_eq!(there.unwrap().len(), 4);
}

async fn a_long_one_is_cut_at_its_old_end(db: Database) {
    let place = Place::new(db).await;
    for number in 0..6 {
        place
            .answer("INBOX", "x", &format!("m{number}"), number)
            .await;
    }
    place.answer("Sent", "x", "own", 100).await;
    let inbox = place.folder("INBOX").await.id;
    let found = members(&place.store, place.owner, inbox, None, 100, 4).await;
    let ids: Vec<String> = found
        .unwrap()
        .into_iter()
        .map(|one| one.message_id)
        .collect();
    let expected = ["m2", "m3", "m4", "m5"].map(|id| format!("{id}@example.org"));
    assert_eq!(ids, expected, "those of the folder before others");
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
        found.into_iter().map(|one| one.subject).collect::<Vec<_>>()
    };
    assert_eq!(subjects("INBOX", "b").await, ["b", "e", "begun"]);
    assert_eq!(subjects("Sent", "e").await, ["b", "e", "begun"]);
    assert_eq!(
        subjects("Trash", "thrown").await,
        ["b", "e", "thrown", "begun"]
    );
    assert_eq!(subjects("INBOX", "d").await, ["d"]);
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
    let found = members(&place.store, stranger, inbox, None, 100, 100).await;
    assert!(found.unwrap().is_empty());
    let found = around(&place.store, stranger, inbox, 1).await;
    assert!(found.unwrap().is_empty());
}
