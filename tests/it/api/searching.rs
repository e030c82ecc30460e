//! Searches by a tree of conditions: in one folder, in all of them, and sorted.

use serde_json::{Value, json};

use crate::{
    contract::{Kind, Place, alike, mail},
    support::letter::letter,
};

use super::Program;

alike!(all_folders_are_searched, a_folder_is_sorted);

fn subjects(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|one| one["subject"].as_str().unwrap()).collect()
}

async fn all_folders_are_searched(kind: Kind) {
    let place = Place::with(kind, &[]).await;
    let program = Program::of(&place).await;
    let mailboxes = format!("{}/mailboxes", program.account);
    let made = program
        .post(&mailboxes, &json!({"name": "Work"}))
        .await
        .ok();
    let (inbox, work) = (program.role("inbox").await, made["id"].as_str().unwrap());
    let emails = format!("{}/emails", program.account);
    for (mailbox, day, subject) in [
        (inbox.as_str(), 1, "plan a"),
        (work, 2, "plan b"),
        (inbox.as_str(), 3, "other"),
        (work, 4, "plan c"),
    ] {
        let raw = letter(subject).text("x").raw();
        let path = format!("{emails}?mailbox={mailbox}&receivedAt=2026-01-0{day}T00:00:00Z");
        let filed = program
            .send(program.octets(&path, "message/rfc822", raw))
            .await;
        assert_eq!(filed.status, 201, "{}", filed.text());
    }
    let search = format!("{}/search", program.account);
    let mut body = json!({"filter": {"subject": "plan"}, "limit": 2, "fields": "subject"});
    let first = program.post(&search, &body).await.ok();
    assert_eq!(subjects(&first), ["plan c", "plan b"]);
    body["cursor"] = first["nextCursor"].clone();
    let second = program.post(&search, &body).await.ok();
    assert_eq!(subjects(&second), ["plan a"]);
    body["filter"] = json!({"subject": "other"});
    let other = program.post(&search, &body).await;
    assert_eq!(other.problem(422), "cursor_invalid", "of another search");
    let all = program.post(&search, &json!({"filter": {}})).await.ok();
    assert_eq!(subjects(&all), ["plan c", "other", "plan b", "plan a"]);
    let one = json!({"filter": {"inMailbox": work, "subject": "plan"}});
    let one = program.post(&search, &one).await.ok();
    assert_eq!(subjects(&one), ["plan c", "plan b"]);
    for wrong in [
        json!({"filter": {"subject": "plan"}, "sort": "subject"}),
        json!({"filter": {"inMailbox": work}, "sort": "colour"}),
        json!({"filter": {"inMailboxOtherThan": [work]}}),
    ] {
        let answer = program.post(&search, &wrong).await;
        assert_eq!(answer.problem(422), "not_supported", "{wrong}");
    }
    let endless = json!({"filter": {}, "limit": 101});
    assert_eq!(
        program.post(&search, &endless).await.problem(400),
        "query_invalid"
    );
}

async fn a_folder_is_sorted(kind: Kind) {
    let messages: Vec<_> = (0..)
        .zip(["plan b", "other", "plan c", "plan a"])
        .map(|(second, subject)| mail("INBOX", second, letter(subject).text("x").raw()))
        .collect();
    let place = Place::with(kind, &messages).await;
    let program = Program::of(&place).await;
    let inbox = program.role("inbox").await;
    let search = format!("{}/search", program.account);
    let sorted = |sort: &str, limit: u32| {
        json!({
            "filter": {"inMailbox": inbox, "subject": "plan"}, "sort": sort, "limit": limit,
        })
    };
    for (sort, found) in [
        ("subject", ["plan a", "plan b", "plan c"]),
        ("-subject", ["plan c", "plan b", "plan a"]),
        ("receivedAt", ["plan b", "plan c", "plan a"]),
        ("-receivedAt", ["plan a", "plan c", "plan b"]),
    ] {
        let page = program.post(&search, &sorted(sort, 50)).await.ok();
        assert_eq!(subjects(&page), found, "{sort}");
        let first = program.post(&search, &sorted(sort, 2)).await.ok();
        let mut body = sorted(sort, 2);
        body["cursor"] = first["nextCursor"].clone();
        let second = program.post(&search, &body).await.ok();
        assert_eq!(
            [subjects(&first), subjects(&second)].concat(),
            found,
            "{sort}"
        );
    }
}
