//! Searching: every operator, the same on both databases.

use restante::{mail::query, store::local::search};

use super::Place;
use crate::store::database::{Database, both};

both!(
    every_operator_finds,
    texts_are_found_by_their_words,
    hostile_searches_find_nothing,
    pages_of_a_search_follow_each_other,
);

async fn found(place: &Place, typed: &str) -> Vec<String> {
    let id = place.folder("INBOX").await.id;
    let filter = query::parse(typed);
    let rows = search::search(&place.store, place.owner, id, &filter, None, 50);
    let rows = rows.await.unwrap();
    rows.into_iter().map(|row| row.subject).collect()
}

async fn file(place: &Place, raw: &str, words: &str, at: i64) {
    let arrival = place.receive(raw.as_bytes()).await;
    place.place(&arrival, "INBOX", words, at).await;
}

async fn filled(db: Database) -> Place {
    let place = Place::new(db).await;
    let one = "From: Zoë Müller <zoe@example.org>\r\nTo: Bob <bob@example.org>\r\n\
        Cc: carol@example.com\r\nSubject: Quarterly report\r\nMessage-ID: <q1@example.org>\r\n\
        List-Id: <rust.lists.example.org>\r\n\r\nThe Atlas project is on time.\r\n";
    let two = "From: Dan <dan@example.net>\r\nTo: zoe@example.org\r\nBcc: eve@example.org\r\n\
        Subject: 会議のお知らせ\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>来週の<b>会議</b> über Pläne</p>\r\n\
        --b\r\nContent-Type: application/pdf; name=budget.pdf\r\n\
        Content-Disposition: attachment; filename=budget.pdf\r\n\r\n%PDF\r\n--b--\r\n";
    file(&place, one, "$seen work_1", 86_400_000).await;
    file(&place, two, "$flagged", 3 * 86_400_000).await;
    place.file("Archive", "Quarterly elsewhere", "", 5).await;
    place
}

const ONE: &str = "Quarterly report";
const TWO: &str = "会議のお知らせ";

async fn every_operator_finds(db: Database) {
    let place = filled(db).await;
    let cases: [(&str, &[&str]); 34] = [
        ("", &[TWO, ONE]),
        ("quarterly", &[ONE]),
        ("from:zoe", &[ONE]),
        ("to:zoe", &[TWO]),
        ("from:muller", &[ONE]),
        ("cc:carol", &[ONE]),
        ("recipient:eve", &[TWO]),
        ("recipient:carol", &[ONE]),
        ("subject:report", &[ONE]),
        ("subject:atlas", &[]),
        ("body:atlas", &[ONE]),
        ("body:quarterly", &[]),
        ("list:rust.lists", &[ONE]),
        ("rfc822msgid:<q1@example.org>", &[ONE]),
        ("header:message-id:q1@example.org", &[ONE]),
        ("header:list-id", &[ONE]),
        ("header:x-nothing", &[]),
        ("is:unread", &[TWO]),
        ("is:read", &[ONE]),
        ("is:starred", &[TWO]),
        ("-is:starred", &[ONE]),
        ("keyword:work_1", &[ONE]),
        ("keyword:workx1", &[]),
        ("-keyword:work_1", &[TWO]),
        ("has:attachment", &[TWO]),
        ("-has:attachment", &[ONE]),
        ("after:1970-01-03", &[TWO]),
        ("before:1970-01-03", &[ONE]),
        ("on:1970-01-02", &[ONE]),
        ("larger:300", &[TWO]),
        ("smaller:300", &[ONE]),
        ("quarterly OR budget", &[TWO, ONE]),
        ("-quarterly", &[TWO]),
        ("from:dan (quarterly OR -is:read)", &[TWO]),
    ];
    for (typed, expected) in cases {
        assert_eq!(found(&place, typed).await, expected, "{typed}");
    }
}

async fn texts_are_found_by_their_words(db: Database) {
    let place = filled(db).await;
    let cases: [(&str, &[&str]); 13] = [
        ("ATL", &[ONE]),
        ("tlas", &[]),
        ("\"atlas project\"", &[ONE]),
        ("\"atlas proj\"", &[ONE]),
        ("\"project atlas\"", &[]),
        ("会議", &[TWO]),
        ("お知", &[TWO]),
        ("議会", &[]),
        ("uber", &[TWO]),
        ("plane", &[TWO]),
        ("budget.pdf", &[TWO]),
        ("zoe@example.org", &[TWO, ONE]),
        ("carol@example", &[ONE]),
    ];
    for (typed, expected) in cases {
        assert_eq!(found(&place, typed).await, expected, "{typed}");
    }
}

async fn hostile_searches_find_nothing(db: Database) {
    let place = filled(db).await;
    for typed in [
        "\"'; DROP TABLE messages; --\"",
        "' : * & | !",
        "from:\"*\"",
        "NEAR(a b)",
        "{sender}:x",
        "header:x-a:'",
        "\\",
        "%",
    ] {
        assert!(found(&place, typed).await.is_empty(), "{typed}");
    }
    let mut deep = query::Filter::Text("atlas".to_owned());
    for _ in 0..500 {
        deep = query::Filter::And(vec![deep]);
    }
    let id = place.folder("INBOX").await.id;
    let rows = search::search(&place.store, place.owner, id, &deep, None, 9).await;
    assert!(rows.unwrap().is_empty());
}

async fn pages_of_a_search_follow_each_other(db: Database) {
    let place = Place::new(db).await;
    for number in 0..5 {
        place
            .file("INBOX", &format!("same {number}"), "", number)
            .await;
    }
    let id = place.folder("INBOX").await.id;
    let filter = query::parse("same");
    let mut before = None;
    let mut all = Vec::new();
    loop {
        let rows = search::search(&place.store, place.owner, id, &filter, before, 2).await;
        let rows = rows.unwrap();
        let Some(last) = rows.last() else { break };
        before = Some(last.placement.uid);
        all.extend(rows.into_iter().map(|row| row.subject));
    }
    assert_eq!(all, ["same 4", "same 3", "same 2", "same 1", "same 0"]);
}
