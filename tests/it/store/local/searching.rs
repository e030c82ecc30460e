//! Searching: every operator, the same on both databases.

use restante::{
    mail::{query, sort::Sort},
    store::local::{list::Anchor, search, sorted},
};

use super::Place;
use crate::store::database::{Database, Raw, both};

both!(
    every_operator_finds,
    texts_are_found_by_their_words,
    hostile_searches_find_nothing,
    pages_of_a_search_follow_each_other,
    words_of_others_are_not_read,
    what_many_have_is_found_among_the_newest,
    no_place_is_lost_wherever_a_word_stands,
);

async fn found(place: &Place, typed: &str) -> Vec<String> {
    let id = place.folder("INBOX").await.id;
    let filter = query::parse(typed);
    let rows = search::search(&place.store, place.owner, id, &filter, None, 50);
    let rows = rows.await.unwrap();
    rows.into_iter().map(|row| row.subject.clone()).collect()
}

async fn file(place: &Place, raw: &str, words: &str, at: i64) {
    let arrival = place.receive(raw.as_bytes()).await;
    place.place(&arrival, "INBOX", words, at).await;
}

async fn filled(db: Database) -> Place {
    let place = Place::new(db).await;
    let one = "From: Zoë Müller <zoe@example.org>\r\nTo: Bob <bob@example.org>\r\n\
        Cc: carol@example.com\r\nSubject: Quarterly report\r\nMessage-ID: <q1@example.org>\r\n\
        Received: by x; Thu, 1 Jan 1970 00:00:00 +0000\r\n\
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
    let cases: [(&str, &[&str]); 45] = [
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
        ("received", &[]),
        ("rece", &[]),
        ("header:x-nothing", &[]),
        ("header:subject-report", &[]),
        ("header:list-id:rust", &[ONE]),
        ("header:list-id:quarterly", &[]),
        ("header:subject:\"quarterly rep\"", &[ONE]),
        ("header:subject:\"report quarterly\"", &[]),
        ("header:from:\"zoe muller\"", &[ONE]),
        ("header:to:zoe", &[TWO]),
        ("header:subject:--", &[]),
        ("header:received", &[ONE]),
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
        all.extend(rows.into_iter().map(|row| row.subject.clone()));
    }
    assert_eq!(all, ["same 4", "same 3", "same 2", "same 1", "same 0"]);
}

/// Every word of the index is its account's: also a search for a beginning reads no other's.
async fn words_of_others_are_not_read(db: Database) {
    let place = Place::new(db).await;
    place.file("INBOX", "same words", "", 1).await;
    let raw = place.db.raw().await;
    let account = place.owner.account.get();
    let sql = match raw {
        Raw::Sqlite(_) => format!(
            "SELECT count(*) FROM message_words WHERE message_words MATCH '\"{account}ªsame\"'"
        ),
        Raw::Postgres(_) => format!(
            "SELECT count(*) FROM message_words WHERE subject @@ CAST('{account}ªsame' AS tsquery)"
        ),
    };
    assert_eq!(raw.numbers(&sql).await, [1]);
    let bare = sql.replace(&format!("{account}ª"), "");
    assert_eq!(raw.numbers(&bare).await, [0]);
    assert_eq!(found(&place, "same").await, ["same words"]);
}

/// More than 2,000 have it. Pages join where the newest ones end, and an old word is found.
async fn what_many_have_is_found_among_the_newest(db: Database) {
    let place = Place::new(db).await;
    place.file("INBOX", "same", "", 1000).await;
    fill(&place, 4199).await;
    let id = place.folder("INBOX").await.id;
    let filter = query::parse("subject:sam");
    let mut before = None;
    let mut uids = Vec::new();
    loop {
        let rows = search::search(&place.store, place.owner, id, &filter, before, 100).await;
        let rows = rows.unwrap();
        let Some(last) = rows.last() else { break };
        before = Some(last.placement.uid);
        uids.extend(rows.iter().map(|row| row.placement.uid));
    }
    let all: Vec<u32> = (1..=4200).rev().collect();
    assert_eq!(uids, all);
    place.file("INBOX", "very old", "", 1).await;
    assert_eq!(found(&place, "subject:old").await, ["very old"]);
    assert_eq!(found(&place, "subject:sam larger:1m").await.len(), 0);
}

/// Whether the message with this UID has what is looked for.
type Has = fn(u32) -> bool;

/// Words of each frequency, among the new messages and among the old ones: what was read as a stretch
/// of the list, and what the index knew, join.
async fn no_place_is_lost_wherever_a_word_stands(db: Database) {
    let place = Place::new(db).await;
    place.file("INBOX", "same", "", 1000).await;
    fill(&place, 4699).await;
    let cases: [(&str, Has); 10] = [
        ("third", |n| n % 3 == 0),
        ("tenth", |n| n % 10 == 0),
        ("fortieth", |n| n % 40 == 0),
        ("subject:rare", |n| n % 700 == 0),
        ("early", |n| (2..=1500).contains(&n)),
        ("before", |n| (2..=4300).contains(&n)),
        ("third early", |n| n % 3 == 0 && n <= 1500),
        ("tenth OR early", |n| n % 10 == 0 || (2..=1500).contains(&n)),
        ("before -third", |n| (2..=4300).contains(&n) && n % 3 != 0),
        ("third has:attachment", |n| n % 3 == 0 && n % 4 == 1),
    ];
    for (typed, has) in cases {
        for sort in ["-receivedAt", "from", "-size"] {
            let sort = Sort::parse(sort).unwrap();
            let mut all: Vec<u32> = (1..=4700).filter(|n| has(*n)).collect();
            all.sort_by_key(|n| (sort_key(sort, *n), *n));
            if sort.descending {
                all.reverse();
            }
            let downward = walked(&place, typed, sort, Anchor::Newest).await;
            assert_eq!(downward, all, "{typed} {sort:?}");
            let last = all.pop().unwrap();
            let upward = walked(&place, typed, sort, Anchor::After(last)).await;
            assert_eq!(upward, all, "{typed} {sort:?}, upward");
        }
    }
}

/// What [`fill`] gives the message with this UID.
fn sort_key(sort: Sort, uid: u32) -> u32 {
    match sort.name() {
        "from" => uid % 5,
        "-size" => uid % 7,
        _ => (uid - 1) / 2,
    }
}

/// All pages of a search from there on, as one list from top to bottom.
async fn walked(place: &Place, typed: &str, sort: Sort, mut anchor: Anchor) -> Vec<u32> {
    let id = place.folder("INBOX").await.id;
    let filter = query::parse(typed);
    let mut uids: Vec<u32> = Vec::new();
    loop {
        let asked = (Some(&filter), sort);
        let window = sorted::window(&place.store, place.owner, id, asked, anchor, 73).await;
        let rows = window.unwrap().rows;
        let page: Vec<u32> = rows.iter().map(|row| row.placement.uid).collect();
        let (Some(first), Some(last)) = (page.first(), page.last()) else {
            return uids;
        };
        anchor = match anchor {
            Anchor::After(_) => Anchor::After(*first),
            _ => Anchor::Before(*last),
        };
        match anchor {
            Anchor::After(_) => drop(uids.splice(..0, page)),
            _ => uids.extend(page),
        }
    }
}

/// Messages like the one that is there, of the same second two by two.
async fn fill(place: &Place, count: u32) {
    let raw = place.db.raw().await;
    raw.execute(&format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         INSERT INTO messages (account_id, user_id, sha256, size, received_at, thread_id,
            has_attachment, created_at)
         SELECT account_id, user_id, sha256, size, 1000 + 1000 * (i / 2), '',
            CASE WHEN i % 4 = 0 THEN 1 ELSE 0 END, 1
         FROM messages CROSS JOIN n ORDER BY i"
    ))
    .await;
    raw.execute(
        "INSERT INTO placements (mailbox_id, uid, message_id, modseq, thread_id, received_at,
            sent_at, size, placed_at)
         SELECT p.mailbox_id, m.id - p.message_id + 1, m.id, 1, '', m.received_at, 1, 1, 1
         FROM messages m CROSS JOIN placements p WHERE m.id > p.message_id AND p.uid = 1",
    )
    .await;
    raw.execute("UPDATE placements SET size = uid % 7, from_key = CAST(uid % 5 AS TEXT)")
        .await;
    raw.execute("UPDATE mailboxes SET uid_next = 100000").await;
    let own = format!("{}ª", place.owner.account.get());
    let words = format!(
        "'{own}same'
         || CASE WHEN uid % 3 = 0 THEN ' {own}third' ELSE '' END
         || CASE WHEN uid % 10 = 0 THEN ' {own}tenth' ELSE '' END
         || CASE WHEN uid % 40 = 0 THEN ' {own}fortieth' ELSE '' END
         || CASE WHEN uid % 700 = 0 THEN ' {own}rare' ELSE '' END
         || CASE WHEN uid <= 1500 THEN ' {own}early' ELSE '' END
         || CASE WHEN uid <= 4300 THEN ' {own}before' ELSE '' END"
    );
    // `subject:` looks for the first column, other searches for the second one too.
    raw.execute(&match raw {
        Raw::Sqlite(_) => format!(
            "INSERT INTO message_words (rowid, subject, header, sender, recipient, cc, bcc, body)
             SELECT message_id, {words}, {words}, '', '', '', '', '' FROM placements
             WHERE thread_id = ''"
        ),
        Raw::Postgres(_) => format!(
            "INSERT INTO message_words
                (message_id, subject, header, sender, recipient, cc, bcc, body)
             SELECT message_id, CAST({words} AS tsvector), CAST({words} AS tsvector),
                '', '', '', '', '' FROM placements WHERE thread_id = ''"
        ),
    })
    .await;
}
