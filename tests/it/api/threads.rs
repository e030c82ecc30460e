//! Conversations, across folders, wherever mail lies.

use serde_json::{Value, json};

use crate::contract::{Kind, Place, mail, threads::named};

use super::Program;

fn subjects(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| item["subject"].as_str().unwrap())
        .collect()
}

/// A message of a conversation whose root is `root`.
fn answer(subject: &str, from: &str, id: &str, root: &str) -> Vec<u8> {
    format!(
        "From: {from}\r\nTo: x@example.org\r\nSubject: {subject}\r\nMessage-ID: <{id}@example.org>\r\n\
         References: <{root}@example.org>\r\n\r\nText.\r\n"
    )
    .into_bytes()
}

#[tokio::test]
async fn answers_belong_to_what_they_answer() {
    let start = |subject: &str, from: &str, id: &str| {
        format!(
            "From: {from}\r\nSubject: {subject}\r\nMessage-ID: <{id}@example.org>\r\n\r\nText.\r\n"
        )
        .into_bytes()
    };
    let messages = [
        mail("INBOX", 1, start("Lunch", "Anna <anna@example.org>", "a")),
        mail("INBOX", 2, start("News", "Carl <carl@example.org>", "n")),
        mail(
            "INBOX",
            3,
            answer("Re: Lunch", "Ben <ben@example.org>", "b", "a"),
        ),
        mail("INBOX", 4, start("Weather", "Dora <dora@example.org>", "w")),
        mail(
            "INBOX",
            5,
            answer("Re: News", "Carl <carl@example.org>", "o", "n"),
        ),
    ];
    let place = Place::with(Kind::Local, &messages).await;
    let program = Program::of(&place).await;
    let inbox = program.role("inbox").await;
    let capable = program.get(&program.account).await.ok();
    assert_eq!(capable["capabilities"]["threads"], true);
    let all = format!("{}/threads", program.account);
    let page = program.get(&all).await.ok();
    assert_eq!(subjects(&page), ["News", "Weather", "Lunch"]);
    assert_eq!(
        (&page["nextCursor"], &page["total"]),
        (&Value::Null, &Value::Null)
    );
    let lunch = &page["items"][2];
    assert_eq!(lunch["unread"], 2);
    assert_eq!(
        lunch["participants"][1],
        json!({"name": "Ben", "email": "ben@example.org"})
    );
    let ids = lunch["emailIds"].as_array().unwrap();
    assert_eq!(ids.len(), 2);
    let (first, second) = (
        program.email(&inbox, "Lunch").await,
        program.email(&inbox, "Re: Lunch").await,
    );
    assert_eq!(*ids, [json!(first), json!(second)]);
    // Messages say it themselves, in lists and alone.
    let path = format!("{}/emails/{second}", program.account);
    assert_eq!(program.get(&path).await.ok()["threadId"], lunch["id"]);
    let listed = program.emails(&inbox).await;
    assert!(
        listed
            .iter()
            .filter(|email| email["threadId"] == lunch["id"])
            .count()
            == 2
    );
    // Page by page.
    let mut seen = Vec::new();
    let mut next = format!("{all}?limit=1&mailbox={inbox}");
    loop {
        let page = program.get(&next).await.ok();
        seen.extend(subjects(&page).iter().map(|one| (*one).to_owned()));
        let Some(cursor) = page["nextCursor"].as_str() else {
            break;
        };
        next = format!("{all}?limit=1&mailbox={inbox}&cursor={cursor}");
    }
    assert_eq!(seen, ["News", "Weather", "Lunch"]);
    // One that is moved stays what it is.
    let archive = json!({"name": "Old"});
    let old = program
        .post(&format!("{}/mailboxes", program.account), &archive)
        .await
        .ok();
    let old = old["id"].as_str().unwrap().to_owned();
    let moved = json!({"mailboxIds": {&old: true, &inbox: null}});
    program.patch(&path, &moved).await.ok();
    let one = format!("{all}/{}", lunch["id"].as_str().unwrap());
    let shown = program.get(&one).await.ok();
    assert_eq!(shown["emailIds"], lunch["emailIds"]);
    let there = program.get(&format!("{all}?mailbox={old}")).await.ok();
    assert_eq!(subjects(&there), ["Lunch"]);
    // All of it at once, wherever it lies.
    let read = json!({"keywords": {"$seen": true}});
    assert_eq!(program.patch(&one, &read).await.ok()["unread"], 0);
    let moved = json!({"mailboxIds": {&old: true}});
    program.patch(&one, &moved).await.ok();
    assert_eq!(program.emails(&old).await.len(), 2);
    assert_eq!(program.emails(&inbox).await.len(), 3);
    let collapsed = format!(
        "{}/emails?mailbox={inbox}&collapseThreads=true",
        program.account
    );
    let page = program.get(&format!("{collapsed}&limit=1")).await.ok();
    assert_eq!(subjects(&page), ["Re: News"]);
    let cursor = page["nextCursor"].as_str().unwrap();
    let page = program
        .get(&format!("{collapsed}&limit=1&cursor={cursor}"))
        .await
        .ok();
    assert_eq!(subjects(&page), ["Weather"]);
    assert_eq!(page["nextCursor"], Value::Null);
    for (wrong, status) in [
        (format!("{collapsed}&unread=true"), 422),
        (
            format!("{}/emails?collapseThreads=true", program.account),
            422,
        ),
        (format!("{all}?limit=0"), 400),
        (format!("{all}?limit=101"), 400),
        (format!("{all}?mailbox=AAAAAAAA"), 404),
        (format!("{all}?cursor=x"), 422),
        (format!("{all}/nonsense"), 404),
        (format!("{collapsed}&cursor={cursor}x"), 422),
    ] {
        program.get(&wrong).await.problem(status);
    }
    program.patch(&format!("{all}/x"), &read).await.problem(404);
    let nowhere = json!({"mailboxIds": {"AAAAAAAA": true}});
    program.patch(&one, &nowhere).await.problem(422);
}

/// The same of mail on a server, as it is read.
#[tokio::test]
async fn mail_on_a_server_has_conversations() {
    let messages = [
        mail("INBOX", 1, named("Lunch", "a", &[])),
        mail("INBOX", 2, named("News", "n", &[])),
        mail("INBOX", 3, named("Re: Lunch", "b", &["a"])),
        mail("Sent", 4, named("Re: Re: Lunch", "c", &["a", "b"])),
    ];
    let place = Place::with(Kind::Imap, &messages).await;
    let program = Program::of(&place).await;
    let inbox = program.role("inbox").await;
    let capable = program.get(&program.account).await.ok();
    assert_eq!(capable["capabilities"]["threads"], true);
    // Alone, a message says it from the beginning; a list does once it was read.
    let second = program.email(&inbox, "Re: Lunch").await;
    let path = format!("{}/emails/{second}", program.account);
    let alone = program.get(&path).await.ok()["threadId"].clone();
    assert!(alone.is_string());
    let all = format!("{}/threads", program.account);
    let page = program.get(&all).await.ok();
    assert_eq!(subjects(&page), ["Lunch", "News"]);
    let lunch = &page["items"][0];
    assert_eq!((&lunch["id"], &lunch["unread"]), (&alone, &json!(3)));
    assert_eq!(lunch["emailIds"].as_array().unwrap().len(), 3);
    assert_eq!(program.get(&path).await.ok()["threadId"], alone);
    let listed = program.emails(&inbox).await;
    let same = listed.iter().filter(|email| email["threadId"] == alone);
    assert_eq!(same.count(), 2);
    assert!(listed.iter().all(|email| email["threadId"].is_string()));
    let everywhere = program
        .get(&format!("{}/emails", program.account))
        .await
        .ok();
    let everywhere = everywhere["items"].as_array().unwrap().clone();
    assert!(everywhere.iter().all(|email| email["threadId"].is_string()));
    // Page by page.
    let mut seen = Vec::new();
    let mut next = format!("{all}?limit=1&mailbox={inbox}");
    loop {
        let page = program.get(&next).await.ok();
        seen.extend(subjects(&page).iter().map(|one| (*one).to_owned()));
        let Some(cursor) = page["nextCursor"].as_str() else {
            break;
        };
        next = format!("{all}?limit=1&mailbox={inbox}&cursor={cursor}");
    }
    assert_eq!(seen, ["Lunch", "News"]);
    let collapsed = format!(
        "{}/emails?mailbox={inbox}&collapseThreads=true",
        program.account
    );
    let page = program.get(&format!("{collapsed}&limit=1")).await.ok();
    assert_eq!(subjects(&page), ["Re: Lunch"]);
    let cursor = page["nextCursor"].as_str().unwrap();
    let page = program
        .get(&format!("{collapsed}&cursor={cursor}"))
        .await
        .ok();
    assert_eq!(subjects(&page), ["News"]);
    // All of it at once, wherever it lies.
    let one = format!("{all}/{}", alone.as_str().unwrap());
    let read = json!({"keywords": {"$seen": true}});
    assert_eq!(program.patch(&one, &read).await.ok()["unread"], 0);
    assert_eq!(program.get(&one).await.ok()["unread"], 0);
    for (wrong, status) in [
        (format!("{collapsed}&unread=true"), 422),
        (format!("{all}?mailbox=AAAAAAAA"), 404),
        (format!("{all}/x"), 404),
        (format!("{all}/{}", "0".repeat(32)), 404),
    ] {
        program.get(&wrong).await.problem(status);
    }
    program.patch(&format!("{all}/x"), &read).await.problem(404);
}
