//! One change to all messages that are found: a job, for folders larger than one request changes.

use std::time::Duration;

use restante::engine::tokens::Scope;
use serde_json::{Value, json};

use crate::contract::{Kind, Place, alike};

use super::Program;

alike!(all_that_is_found_is_changed, what_goes_wrong_is_told);

/// Begins a change and gives the job once it has ended.
async fn done(program: &Program, change: &Value) -> Value {
    let bulk = format!("{}/emails/bulk", program.account);
    let begun = program.post(&bulk, change).await;
    assert_eq!(begun.status, 202, "{}", begun.text());
    let path = format!("/jobs/{}", begun.json()["id"].as_str().unwrap());
    assert_eq!(begun.header("location"), format!("/api/v1{path}"));
    for _ in 0..2400 {
        let job = program.get(&path).await.ok();
        if job["status"] != "running" {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never ends");
}

async fn all_that_is_found_is_changed(kind: Kind) {
    // More than one step, and than one request with ids.
    let subjects: Vec<String> = (0..520).map(|number| format!("Number {number}")).collect();
    let mut subjects: Vec<&str> = subjects.iter().map(String::as_str).collect();
    subjects.push("Another");
    let place = Place::with_subjects(kind, &subjects).await;
    let program = Program::of(&place).await;
    let (inbox, trash) = (program.role("inbox").await, program.role("trash").await);
    let count = async |query: &str| {
        let path = format!("{}/emails?limit=1&{query}", program.account);
        program.get(&path).await.ok()["total"].clone()
    };
    let read = json!({
        "query": {"inMailbox": inbox, "notKeyword": "$seen"},
        "update": {"keywords": {"$seen": true}},
    });
    let job = done(&program, &read).await;
    assert_eq!(
        (&job["kind"], &job["status"]),
        (&json!("bulk"), &json!("done")),
        "{job}"
    );
    assert_eq!((&job["done"], &job["failed"]), (&json!(521), &json!(0)));
    let unread = program
        .get(&format!("{}/mailboxes/{inbox}", program.account))
        .await
        .ok();
    assert_eq!(unread["unreadEmails"], 0);
    // Again, nothing is found.
    assert_eq!(done(&program, &read).await["done"], 0);
    let binned = json!({
        "query": {"operator": "AND", "conditions": [{"inMailbox": inbox}, {"subject": "Number"}]},
        "delete": "trash",
    });
    let job = done(&program, &binned).await;
    assert_eq!(
        (&job["done"], &job["status"]),
        (&json!(520), &json!("done")),
        "{job}"
    );
    assert_eq!(count(&format!("mailbox={inbox}")).await, 1);
    assert_eq!(count(&format!("mailbox={trash}")).await, 520);
    // Over all folders, but not over the one that they are brought to.
    let copied = json!({"query": {"hasKeyword": "$seen"}, "copyTo": inbox});
    let job = done(&program, &copied).await;
    assert_eq!(job["done"], 520, "{job}");
    assert_eq!(count(&format!("mailbox={inbox}")).await, 521);
    let gone = json!({"query": {"inMailbox": trash}, "delete": "permanent"});
    assert_eq!(done(&program, &gone).await["done"], 520);
    assert_eq!(count(&format!("mailbox={trash}")).await, 0);
}

async fn what_goes_wrong_is_told(kind: Kind) {
    let place = Place::with_subjects(kind, &["a"]).await;
    let program = Program::of(&place).await;
    let (inbox, trash) = (program.role("inbox").await, program.role("trash").await);
    let bulk = format!("{}/emails/bulk", program.account);
    let id = program.email(&inbox, "a").await;
    for wrong in [
        json!({"query": {}, "delete": "trash"}),
        json!({"query": {"inMailbox": inbox}}),
        json!({"query": {"inMailbox": inbox}, "ids": [id], "delete": "trash"}),
        json!({"delete": "trash"}),
        json!({"query": {"inMailbox": inbox}, "update": {}}),
        json!({"query": {"nonsense": 1}, "delete": "trash"}),
        json!({"query": {"inMailbox": inbox}, "copyTo": "AAAAAAAA"}),
    ] {
        program.post(&bulk, &wrong).await.problem(422);
    }
    let nowhere = json!({"query": {"inMailbox": "AAAAAAAA"}, "delete": "trash"});
    program.post(&bulk, &nowhere).await.problem(404);
    // What lies in Trash is not moved there: each message says so.
    let all = json!({"query": {"inMailbox": inbox}, "delete": "trash"});
    assert_eq!(done(&program, &all).await["done"], 1);
    let again = json!({"query": {"inMailbox": trash}, "delete": "trash"});
    let job = done(&program, &again).await;
    assert_eq!(
        (&job["status"], &job["done"], &job["failed"]),
        (&json!("done"), &json!(0), &json!(1))
    );
    assert_eq!(job["failures"][0]["code"], "already_in_trash", "{job}");
    // Searching is reading.
    let blind = Program::with(&place, &[Scope::Modify]).await;
    assert_eq!(
        blind.post(&bulk, &again).await.problem(403),
        "scope_missing"
    );
}
