//! Folders.

use serde_json::json;

use crate::contract::{Kind, Place, alike};

use super::Program;

alike!(
    a_folder_from_its_making_to_its_end,
    all_of_a_folder_is_read_at_once
);

async fn a_folder_from_its_making_to_its_end(kind: Kind) {
    let place = Place::with(kind, &[]).await;
    let program = Program::of(&place).await;
    let all = format!("{}/mailboxes", program.account);
    let made = program.post(&all, &json!({"name": "Work"})).await;
    assert_eq!(made.status, 201);
    let work = made.json();
    let inside = json!({"name": "2026", "parentId": work["id"]});
    let inside = program.post(&all, &inside).await.ok();
    assert_eq!(inside["parentId"], work["id"]);
    let again = program.post(&all, &json!({"name": "Work"})).await;
    assert_eq!(again.problem(409), "already_exists");
    let elsewhere = json!({"name": "x", "parentId": "AAAAAAAA"});
    let answer = program.post(&all, &elsewhere).await;
    assert_eq!(answer.problem(422), "invalid");
    assert_eq!(answer.json()["errors"][0]["pointer"], "/parentId");

    let one = format!("{all}/{}", inside["id"].as_str().unwrap());
    let patch = json!({"name": "2027", "parentId": null, "isSubscribed": false});
    let moved = program.patch(&one, &patch).await.ok();
    assert_eq!(moved["name"], "2027");
    assert_eq!(moved["parentId"], json!(null));
    assert_eq!(moved["isSubscribed"], false);
    assert_eq!(program.get(&one).await.ok()["id"], inside["id"]);

    let import = format!(
        "{}/emails?mailbox={}",
        program.account,
        inside["id"].as_str().unwrap()
    );
    let octets = program.octets(&import, "message/rfc822", b"Subject: x\r\n\r\nx".to_vec());
    assert_eq!(program.send(octets).await.status, 201);
    assert_eq!(program.delete(&one).await.problem(422), "not_empty");
    let with_all = format!("{one}?onDestroyRemoveEmails=true");
    assert_eq!(program.delete(&with_all).await.status, 204);
    program.get(&one).await.problem(404);
    let inbox = format!("{all}/{}", program.role("inbox").await);
    let refused = program.patch(&inbox, &json!({"name": "x"})).await;
    assert_eq!(refused.problem(422), "folder_inbox_stays");
}

async fn all_of_a_folder_is_read_at_once(kind: Kind) {
    let place = Place::with_subjects(kind, &["a", "b", "c"]).await;
    let program = Program::of(&place).await;
    let inbox = program.role("inbox").await;
    let path = format!("{}/mailboxes/{inbox}", program.account);
    let answer = program
        .post(&format!("{path}/mark-read"), &json!(null))
        .await;
    assert_eq!(answer.ok()["count"], 3);
    let answer = program
        .post(&format!("{path}/mark-read"), &json!(null))
        .await;
    assert_eq!(answer.ok()["count"], 0);
    assert_eq!(program.get(&path).await.ok()["unreadEmails"], 0);
    let refused = program.post(&format!("{path}/empty"), &json!(null)).await;
    assert_eq!(refused.problem(422), "delete_only_from_trash");
}
