//! Several accounts through the API.

use serde_json::json;

use super::Program;
use crate::{
    contract::{Kind, Place},
    support::{
        dovecot::{Dovecot, PASSWORD},
        letter::letter,
    },
};

#[tokio::test]
async fn accounts_are_added_read_and_removed() {
    let place = Place::with_subjects(Kind::Imap, &["first"]).await;
    let program = Program::of(&place).await;
    let second = Dovecot::shared().user();
    second.deliver(&letter("second").raw());
    let new = |password: &str| json!({"email": second.address, "password": password});
    let answer = program.post("/accounts", &new("wrong")).await;
    assert_eq!(answer.problem(422), "password_wrong");
    let mut dressed = new(PASSWORD);
    dressed["name"] = "Work".into();
    dressed["color"] = "teal".into();
    let answer = program.post("/accounts", &dressed).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let account = answer.json();
    assert_eq!(account["name"], "Work");
    let path = format!("/accounts/{}", account["id"].as_str().unwrap());
    assert!(answer.header("location").ends_with(&path));
    assert_eq!(
        program.post("/accounts", &new(PASSWORD)).await.problem(422),
        "account_twice"
    );

    let list = program.get("/accounts").await.ok();
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    let emails = program.get(&format!("{path}/emails")).await.ok();
    assert_eq!(emails["items"][0]["subject"], "second");
    let all = program.get("/emails").await.ok();
    let mut subjects: Vec<_> = all["items"].as_array().unwrap().iter().collect();
    subjects.sort_by_key(|email| email["subject"].as_str());
    let subjects: Vec<_> = subjects.iter().map(|email| &email["subject"]).collect();
    assert_eq!(subjects, ["first", "second"]);
    assert_eq!(all["incomplete"], json!([]));
    let one = program.get("/emails?limit=1").await.ok();
    let cursor = one["nextCursor"].as_str().unwrap();
    let rest = program
        .get(&format!("/emails?limit=1&cursor={cursor}"))
        .await
        .ok();
    assert_ne!(one["items"][0]["id"], rest["items"][0]["id"]);

    let answer = program.patch(&path, &json!({"color": "pink"})).await.ok();
    assert_eq!(answer["color"], "pink");
    // Nobody else's.
    let stranger = Place::with(Kind::Local, &[]).await;
    let stranger = Program::of(&stranger).await;
    for path in [
        path.clone(),
        format!("{path}/emails"),
        format!("{path}/mailboxes"),
    ] {
        stranger.get(&path).await.problem(404);
    }
    stranger
        .patch(&path, &json!({"color": "red"}))
        .await
        .problem(404);

    let removal = |password: &str| json!({"password": password});
    let gone = |password: &str| {
        let request = program.json(axum::http::Method::DELETE, &path, &removal(password));
        program.send(request)
    };
    assert_eq!(gone("wrong").await.problem(403), "password_wrong");
    let answer = gone(PASSWORD).await;
    assert_eq!(answer.status, 204, "{}", answer.text());
    program.get(&path).await.problem(404);
    assert_eq!(
        program.get("/accounts").await.ok()["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
