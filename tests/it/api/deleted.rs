//! What was deleted for good, and comes back or not.

use restante::engine::tokens::Scope;
use serde_json::{Value, json};

use super::Program;
use crate::contract::{Kind, Place};

/// The ids of what was deleted, by their subjects in the order of the list.
async fn deleted(program: &Program) -> Vec<(String, String)> {
    let path = format!("{}/deleted-emails", program.account);
    let list = program.get(&path).await.ok();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|one| (text(&one["subject"]), text(&one["id"])))
        .collect()
}

/// Somebody with these messages in the inbox, of which all were deleted for good.
async fn place(subjects: &[&str]) -> (Place, Program, Vec<String>) {
    let place = Place::with_subjects(Kind::Local, subjects).await;
    let program = Program::of(&place).await;
    let inbox = program.role("inbox").await;
    let mut ids = Vec::new();
    for subject in subjects {
        let id = program.email(&inbox, subject).await;
        let path = format!("{}/emails/{id}", program.account);
        program.delete_for_good(&path).await;
        ids.push(id);
    }
    (place, program, ids)
}

#[tokio::test]
async fn what_was_deleted_is_listed_and_restored() {
    let (place, program, ids) = place(&["one", "two", "three"]).await;
    let list = format!("{}/deleted-emails", program.account);
    let found = program.get(&list).await.ok();
    assert_eq!(found["nextCursor"], Value::Null);
    let first = &found["items"][0];
    assert_eq!(first["subject"], "three");
    assert_eq!(first["mailboxId"], program.role("inbox").await.as_str());
    for time in ["receivedAt", "deletedAt", "expiresAt"] {
        assert!(first[time].as_str().unwrap().ends_with('Z'), "{first}");
    }
    assert!(first["from"].is_array() && first["size"].as_u64().unwrap() > 0);
    // Page by page.
    let page = program.get(&format!("{list}?limit=2")).await.ok();
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    let cursor = page["nextCursor"].as_str().unwrap();
    let page = program
        .get(&format!("{list}?limit=2&cursor={cursor}"))
        .await
        .ok();
    assert_eq!(page["items"][0]["subject"], "one");
    assert_eq!(page["nextCursor"], Value::Null);
    let wrong = program.get(&format!("{list}?limit=101")).await;
    assert_eq!(wrong.problem(400), "query_invalid");
    let wrong = program.get(&format!("{list}?cursor=x")).await;
    assert_eq!(wrong.problem(422), "cursor_invalid");

    let all = deleted(&program).await;
    let path = format!("{list}/{}/restore", all[2].1);
    let changes = format!("{}/changes", program.account);
    let state = program.get(&changes).await.ok();
    let restored = program.post(&path, &json!({})).await.ok();
    let inbox = program.role("inbox").await;
    assert_eq!(restored["mailboxId"], inbox.as_str());
    let email = program
        .get(&format!("{}/emails/{}", program.account, ids[0]))
        .await
        .ok();
    assert_eq!(email["subject"], "one", "the id that it had leads to it");
    assert_eq!(program.email(&inbox, "one").await, ids[0]);
    let since = state["newState"].as_str().unwrap();
    let told = program.get(&format!("{changes}?since={since}")).await.ok();
    let back = json!({"type": "Email", "id": ids[0], "mailboxId": inbox});
    assert_eq!(told["created"], json!([back]));
    program.post(&path, &json!({})).await.problem(404);
    // Who may not change anything brings nothing back.
    let reading = Program::with(&place, &[Scope::Read]).await;
    let path = format!("{list}/{}", all[0].1);
    reading.delete(&path).await.problem(403);
    reading
        .post(&format!("{path}/restore"), &json!({}))
        .await
        .problem(403);
}

#[tokio::test]
async fn what_was_deleted_goes_at_once_if_wanted() {
    let (_place, program, _) = place(&["one", "two", "three"]).await;
    let list = format!("{}/deleted-emails", program.account);
    let all = deleted(&program).await;
    let path = format!("{list}/{}", all[0].1);
    assert_eq!(program.delete(&path).await.status, 204);
    program.delete(&path).await.problem(404);
    program
        .post(&format!("{path}/restore"), &json!({}))
        .await
        .problem(404);
    let left: Vec<String> = deleted(&program)
        .await
        .into_iter()
        .map(|one| one.0)
        .collect();
    assert_eq!(left, ["two", "one"]);
    assert_eq!(program.delete(&list).await.ok(), json!({"count": 2}));
    assert!(deleted(&program).await.is_empty());
}

#[tokio::test]
async fn how_long_trash_keeps_is_a_setting_of_the_account() {
    let place = Place::with(Kind::Local, &[]).await;
    let program = Program::of(&place).await;
    let path = program.account.clone();
    let account = program.get(&path).await.ok();
    assert_eq!(
        (&account["trashDays"], &account["junkDays"]),
        (&json!(30), &Value::Null)
    );
    assert_eq!(account["capabilities"]["deletedEmails"], true);
    let days = async |body: Value| {
        let now = program.patch(&path, &body).await.ok();
        (now["trashDays"].clone(), now["junkDays"].clone())
    };
    assert_eq!(days(json!({"trashDays": 7})).await, (json!(7), Value::Null));
    assert_eq!(
        days(json!({"junkDays": 3650})).await,
        (json!(7), json!(3650))
    );
    assert_eq!(
        days(json!({"trashDays": null})).await,
        (Value::Null, json!(3650))
    );
    assert_eq!(
        days(json!({"name": "Here"})).await,
        (Value::Null, json!(3650))
    );
    for wrong in [json!(0), json!(3651)] {
        let answer = program.patch(&path, &json!({"trashDays": wrong})).await;
        assert_eq!(answer.problem(422), "keeping_days_wrong");
    }
    for wrong in [json!(-1), json!("7"), json!(1.5)] {
        let answer = program.patch(&path, &json!({"trashDays": wrong})).await;
        assert!(
            answer.status == 400 || answer.status == 422,
            "{}",
            answer.text()
        );
    }
    assert_eq!(days(json!({})).await, (Value::Null, json!(3650)));
    // Where it is a server's to say, nobody else does.
    let place = Place::with(Kind::Imap, &[]).await;
    let program = Program::of(&place).await;
    let account = program.get(&program.account).await.ok();
    assert_eq!(
        (&account["trashDays"], &account["junkDays"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(account["capabilities"]["deletedEmails"], false);
    let answer = program
        .patch(&program.account, &json!({"trashDays": 7}))
        .await;
    assert_eq!(answer.problem(422), "not_supported");
    let list = program
        .get(&format!("{}/deleted-emails", program.account))
        .await;
    assert_eq!(list.problem(422), "not_supported");
}
