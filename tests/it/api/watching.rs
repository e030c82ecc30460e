//! What changes: since a state, and as it happens; and searching.

use std::time::Duration;

use axum::http::Method;
use futures_util::StreamExt as _;
use serde_json::json;
use tower::ServiceExt as _;

use crate::contract::{Kind, Place, alike};

use super::Program;

const PATIENCE: Duration = Duration::from_secs(30);

alike!(
    changes_are_told_since_a_state,
    a_tree_of_conditions_is_searched_for
);

async fn changes_are_told_since_a_state(kind: Kind) {
    let place = Place::with_subjects(kind, &["a"]).await;
    let program = Program::of(&place).await;
    let inbox = program.role("inbox").await;
    let changes = format!("{}/changes", program.account);
    let state = program.get(&changes).await.ok();
    let since = state["newState"].as_str().unwrap();
    let none = program.get(&format!("{changes}?since={since}")).await.ok();
    assert_eq!(
        (&none["updated"], &none["hasMore"]),
        (&json!([]), &json!(false))
    );
    let id = program.email(&inbox, "a").await;
    let path = format!("{}/emails/{id}", program.account);
    program
        .patch(&path, &json!({"keywords": {"$flagged": true}}))
        .await
        .ok();
    let some = program.get(&format!("{changes}?since={since}")).await.ok();
    let told = some["updated"].as_array().unwrap();
    let one = |folder: &str| json!({"type": "Email", "id": id, "mailboxId": folder});
    assert!(told.contains(&one(&inbox)), "{some}");
    assert_ne!(some["newState"], since);
    // The same message in another folder, and at last none.
    let told_since = async |state: &serde_json::Value, list: &str| {
        let state = state["newState"].as_str().unwrap();
        let all = program.get(&format!("{changes}?since={state}")).await.ok();
        (all[list].as_array().unwrap().clone(), all)
    };
    let trash = program.role("trash").await;
    let state = program.get(&changes).await.ok();
    program
        .patch(&path, &json!({"mailboxIds": {&inbox: false, &trash: true}}))
        .await
        .ok();
    let (updated, state) = told_since(&state, "updated").await;
    for folder in [&inbox, &trash] {
        assert!(updated.contains(&one(folder)), "{state}");
    }
    program.delete_for_good(&path).await;
    let (destroyed, state) = told_since(&state, "destroyed").await;
    assert!(destroyed.contains(&one(&trash)), "{state}");
    // One that comes.
    let raw = b"Subject: new\r\n\r\nText.\r\n".to_vec();
    let into = format!("{}/emails?mailbox={inbox}", program.account);
    let made = program
        .send(program.octets(&into, "message/rfc822", raw))
        .await
        .ok();
    let (created, state) = told_since(&state, "created").await;
    let new = json!({"type": "Email", "id": made["id"], "mailboxId": inbox});
    assert!(created.contains(&new), "{state}");
    let future = program.get(&format!("{changes}?since=999999999")).await;
    assert_eq!(future.problem(410), "state_expired");
    program
        .get(&format!("{changes}?since=x"))
        .await
        .problem(400);
}

async fn a_tree_of_conditions_is_searched_for(kind: Kind) {
    let place = Place::with_subjects(kind, &["apple", "pear", "apple pie"]).await;
    let program = Program::of(&place).await;
    let inbox = program.role("inbox").await;
    let search = format!("{}/search", program.account);
    let tree = |conditions: serde_json::Value| json!({"filter": {"operator": "AND", "conditions": [{"inMailbox": inbox}, conditions]}});
    for (conditions, found) in [
        (json!({}), 3),
        (json!({"subject": "apple"}), 2),
        (
            json!({"operator": "NOT", "conditions": [{"subject": "pie"}]}),
            2,
        ),
        (
            json!({"operator": "OR", "conditions": [{"subject": "pear"}, {"subject": "pie"}]}),
            2,
        ),
        (json!({"hasKeyword": "$seen"}), 0),
        (json!({"notKeyword": "$seen", "minSize": 1}), 3),
        (json!({"header": ["Subject", "pear"]}), 1),
        (
            json!({"after": "2026-01-01T00:00:00Z", "before": "2030-01-01T00:00:00Z"}),
            3,
        ),
    ] {
        let answer = program.post(&search, &tree(conditions.clone())).await.ok();
        assert_eq!(
            answer["items"].as_array().unwrap().len(),
            found,
            "{conditions}"
        );
    }
    let mut deep = json!({"subject": "x"});
    for _ in 0..30 {
        deep = json!({"operator": "NOT", "conditions": [deep]});
    }
    for (wrong, code) in [
        (deep, "invalid"),
        (json!({"subjekt": "x"}), "invalid"),
        (json!({"operator": "XOR", "conditions": []}), "invalid"),
        (json!({"minSize": -1}), "invalid"),
        (json!({"inMailboxOtherThan": [inbox]}), "not_supported"),
        (
            json!({"operator": "NOT", "conditions": [{"inMailbox": inbox}]}),
            "not_supported",
        ),
    ] {
        let answer = program.post(&search, &tree(wrong.clone())).await;
        assert_eq!(answer.problem(422), code, "{wrong}");
    }
    // Numbers where a word is meant are JSON all the same.
    let answer = program.post(&search, &json!({"filter": 7})).await;
    assert_eq!(answer.problem(422), "invalid");
}

#[tokio::test]
async fn events_come_as_they_happen_and_what_was_missed_comes_first() {
    let place = Place::with_subjects(Kind::Local, &["a"]).await;
    let program = Program::of(&place).await;
    let inbox = program.role("inbox").await;
    let id = program.email(&inbox, "a").await;
    let path = format!("{}/emails/{id}", program.account);
    let listen = async |last: Option<&str>| {
        let mut request = program.request(Method::GET, "/events");
        if let Some(last) = last {
            request
                .headers_mut()
                .insert("last-event-id", last.parse().unwrap());
        }
        let router = place.app.app().router();
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        response.into_body().into_data_stream()
    };
    let mut live = listen(None).await;
    program
        .patch(&path, &json!({"keywords": {"$flagged": true}}))
        .await
        .ok();
    let heard = tokio::time::timeout(PATIENCE, live.next())
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    let heard = String::from_utf8(heard.to_vec()).unwrap();
    assert!(
        heard.contains("event: state") && heard.contains("\"type\":\"Email\""),
        "{heard}"
    );
    assert!(heard.contains(&inbox), "{heard}");
    let number = heard
        .split("id: ")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .trim()
        .to_owned();
    drop(live);
    program
        .patch(&path, &json!({"keywords": {"$flagged": null}}))
        .await
        .ok();
    let mut again = listen(Some(&number)).await;
    let missed = tokio::time::timeout(PATIENCE, again.next())
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert!(String::from_utf8_lossy(&missed).contains("event: state"));
    let mut lost = listen(Some("999999999")).await;
    let reset = tokio::time::timeout(PATIENCE, lost.next())
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert!(String::from_utf8_lossy(&reset).contains("event: reset"));
}

#[tokio::test]
async fn servers_are_found_and_tried() {
    let place = Place::with(Kind::Imap, &[]).await;
    let program = Program::of(&place).await;
    let found = program
        .post("/discovery", &json!({"email": "x@example.net"}))
        .await
        .ok();
    assert_eq!(found["servers"]["incoming"]["security"], "tls");
    let wrong = program
        .post("/discovery", &json!({"email": "nonsense"}))
        .await;
    assert_eq!(wrong.problem(422), "login_not_an_address");
    let tried = program
        .post(&format!("{}/verify", program.account), &json!({}))
        .await
        .ok();
    assert_eq!(
        tried["items"],
        json!([{"server": "incoming", "ok": true, "code": null, "detail": null}])
    );
}
