//! What the API says of itself, and that it keeps to it.

use std::{collections::BTreeSet, path::Path};

use axum::{body::Body, http::Method};
use serde_json::{Value, json};

use crate::contract::{Kind, Place, mail};
use crate::support::letter::letter;

use super::Program;

/// Changes of the document are changes of a promise: they are to be looked at. `BLESS=1` writes it.
#[test]
fn the_document_is_as_it_was() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/openapi.json");
    let now = restante::api::json() + "\n";
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        now == before,
        "the document has changed: BLESS=1 if that is meant"
    );
}

fn operations() -> Vec<(Method, String, Value)> {
    let document: Value = serde_json::from_str(&restante::api::json()).unwrap();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else {
                continue;
            };
            if operation.is_object() {
                all.push((method, path.clone(), operation.clone()));
            }
        }
    }
    all
}

#[test]
fn every_operation_says_what_can_become_of_it() {
    let document: Value = serde_json::from_str(&restante::api::json()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let mut ids = BTreeSet::new();
    let all = operations();
    assert!(all.len() > 50, "{}", all.len());
    for (method, path, operation) in all {
        let name = format!("{method} {path}");
        assert!(operation["summary"].is_string(), "{name}");
        assert!(operation["tags"].is_array(), "{name}");
        for status in [
            "400", "401", "403", "404", "422", "429", "500", "502", "504",
        ] {
            assert!(
                operation["responses"][status].is_object(),
                "{name} {status}"
            );
        }
        assert!(
            ids.insert(operation["operationId"].as_str().unwrap().to_owned()),
            "{name}"
        );
    }
}

#[tokio::test]
async fn the_document_and_its_page_are_for_everybody() {
    let place = Place::with(Kind::Local, &[]).await;
    let stranger = Program::stranger(&place);
    let document = stranger.get("/openapi.json").await.ok();
    assert_eq!(document["servers"][0]["url"], "/api/v1");
    let page = stranger.get("/docs").await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(
        page.text()
            .contains("<code>/accounts/{account}/submissions</code>")
    );
    assert!(!page.text().contains("http://") && !page.text().contains("https://"));
    assert!(
        page.header("content-security-policy")
            .starts_with("default-src 'none'")
    );
    assert_eq!(
        stranger.get("/docs.css").await.header("content-type"),
        "text/css; charset=utf-8"
    );
}

/// Every operation, with every id of somebody else in each of its places: there is nothing.
#[tokio::test]
async fn nothing_of_others_is_there() {
    let first = mail(
        "INBOX",
        1,
        letter("Secret")
            .text("x")
            .file("text/csv", "a.csv", b"1")
            .raw(),
    );
    let second = mail("INBOX", 2, letter("Deleted").text("x").raw());
    let annas = Place::with(Kind::Local, &[first, second]).await;
    // In the same application, with the same database.
    let engine = annas.app.app().engine();
    let bens = "ben@here.example";
    let password = secrecy::SecretString::from(crate::support::dovecot::PASSWORD);
    engine.set_local_password(bens, &password).await.unwrap();
    let anna = Program::of(&annas).await;
    let ben = Program::basic(&annas).with_basic(bens, crate::support::dovecot::PASSWORD);
    let made = json!({"name": "t", "scopes": ["read", "modify", "send", "settings"]});
    let token = ben.post("/tokens", &made).await.ok();
    let ben = ben.with_bearer(token["secret"].as_str().unwrap());
    let account = ben.get("/accounts").await.ok()["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();

    let inbox = anna.role("inbox").await;
    let email = anna.email(&inbox, "Secret").await;
    let draft = anna
        .post(
            &format!("{}/drafts", anna.account),
            &json!({"to": [{"email": bens}], "text": "x"}),
        )
        .await
        .ok();
    let waiting = json!({"draftId": draft["id"], "sendAt": "2100-01-01T00:00:00Z"});
    let waiting = anna
        .post(&format!("{}/submissions", anna.account), &waiting)
        .await
        .ok();
    let draft = anna
        .post(&format!("{}/drafts", anna.account), &json!({"text": "y"}))
        .await
        .ok();
    let identity = anna.get(&format!("{}/identities", anna.account)).await.ok();
    let tokens = anna.get("/tokens").await.ok();
    let exports = format!("{}/exports", anna.account);
    let export = anna.post(&exports, &json!({"format": "zip"})).await.ok();
    let hook = json!({"url": "https://hooks.example.org/"});
    let hook = anna.post("/webhooks", &hook).await.ok();
    let template = anna.post("/templates", &json!({"name": "x"})).await.ok();
    let sender = json!({"email": "news@example.org"});
    let sender = anna.post("/trusted-senders", &sender).await.ok();
    let opened = annas.account.open_known(email.parse().unwrap()).await;
    let opened = opened.unwrap();
    let remembered = annas.account.remember_sender(&opened);
    remembered.await.unwrap();
    let people = anna.get("/people").await.ok();
    let sessions = anna.get("/sessions").await.ok();
    let deleted = anna.email(&inbox, "Deleted").await;
    let path = format!("{}/emails/{deleted}?permanent=true", anna.account);
    assert_eq!(anna.delete(&path).await.status, 204);
    let deleted = format!("{}/deleted-emails", anna.account);
    let deleted = anna.get(&deleted).await.ok();
    let theirs = |name: &str| match name {
        "webhook" => hook["id"].as_str().unwrap().to_owned(),
        "account" => annas.account.id().to_string(),
        "mailbox" => inbox.clone(),
        "email" => email.clone(),
        "draft" => draft["id"].as_str().unwrap().to_owned(),
        "submission" => waiting["id"].as_str().unwrap().to_owned(),
        "identity" => identity["items"][0]["id"].as_str().unwrap().to_owned(),
        "token" => tokens["items"][0]["id"].as_str().unwrap().to_owned(),
        "deleted" => deleted["items"][0]["id"].as_str().unwrap().to_owned(),
        "template" => template["id"].as_str().unwrap().to_owned(),
        "sender" => sender["email"].as_str().unwrap().to_owned(),
        "person" => people["items"][0]["id"].as_str().unwrap().to_owned(),
        "session" => sessions["items"][0]["id"].as_str().unwrap().to_owned(),
        "blob" => format!("E{email}"),
        "part" => "1".to_owned(),
        "thread" => "x".to_owned(),
        "job" | "export" => export["job"]["id"].as_str().unwrap().to_owned(),
        other => panic!("no id for {other}"),
    };
    let mut tried = 0;
    for (method, path, operation) in operations() {
        let names: Vec<&str> = path
            .split('{')
            .skip(1)
            .map(|rest| rest.split('}').next().unwrap())
            .collect();
        // Anna's account with Anna's ids, and one's own account with them.
        for own_account in [false, true] {
            if names.is_empty() || own_account && names == ["account"] {
                continue;
            }
            let mut filled = path.clone();
            for name in &names {
                let id = match (*name, own_account) {
                    ("account", true) => account.clone(),
                    (name, _) => theirs(name),
                };
                filled = filled.replace(&format!("{{{name}}}"), &id);
            }
            if filled.ends_with("/emails") && method == Method::GET {
                filled = format!("{filled}?mailbox={inbox}");
            }
            let mut request = ben.request(method.clone(), &filled);
            let kind = operation["requestBody"]["content"].as_object();
            if let Some(kind) = kind.and_then(|kinds| kinds.keys().next()) {
                request
                    .headers_mut()
                    .insert("content-type", kind.parse().unwrap());
                *request.body_mut() = match kind.as_str() {
                    "application/json" if method == Method::DELETE => {
                        Body::from(json!({"password": "x"}).to_string())
                    }
                    "application/json" => Body::from(body(&filled, &inbox, &email).to_string()),
                    _ => Body::from("Subject: x\r\n\r\nx"),
                };
            }
            let answer = ben.send(request).await;
            assert_eq!(answer.status, 404, "{method} {filled}: {}", answer.text());
            answer.problem(404);
            tried += 1;
        }
    }
    assert!(tried > 70, "{tried}");
    // In bodies as well.
    let own = format!("/accounts/{account}");
    let copied = json!({"attachments": [{"blobId": format!("E{email}")}]});
    ben.post(&format!("{own}/drafts"), &copied)
        .await
        .problem(422);
    let answer = json!({"reference": {"emailId": email, "action": "reply"}});
    ben.post(&format!("{own}/drafts"), &answer)
        .await
        .problem(422);
    let bulk = json!({"ids": [email], "delete": "permanent"});
    let done = ben.post(&format!("{own}/emails/bulk"), &bulk).await.ok();
    assert_eq!(done["items"][0]["status"], 404);
    let into = json!({"accountId": annas.account.id().to_string()});
    ben.post(&format!("{own}/copies"), &into).await.problem(404);
    // And nothing has happened.
    assert_eq!(anna.email(&inbox, "Secret").await, email);
    assert_eq!(anna.get("/tokens").await.ok(), tokens);
    assert_eq!(anna.get("/people").await.ok(), people);
    assert_eq!(anna.get("/sessions").await.ok(), sessions);
    let list = format!("{}/deleted-emails", anna.account);
    assert_eq!(anna.get(&list).await.ok(), deleted);
}

/// A body that would do.
fn body(path: &str, mailbox: &str, email: &str) -> Value {
    match path.rsplit('/').next().unwrap() {
        "mailboxes" => json!({"name": "x"}),
        "bulk" => json!({"ids": [email], "delete": "trash"}),
        "copy" => json!({"mailboxId": mailbox}),
        "confirm" => json!({"sent": true}),
        "receipt" => json!({"action": "refuse"}),
        "copies" => json!({"accountId": "1"}),
        "exports" => json!({"format": "mbox"}),
        "search" => json!({"filter": {"inMailbox": mailbox}}),
        "submissions" => json!({"message": {"to": [{"email": "c@example.org"}], "text": "x"}}),
        _ => json!({}),
    }
}

/// What the documentation begins with does what it says, line by line.
#[tokio::test(flavor = "multi_thread")]
async fn the_documented_lines_work() {
    let text = include_str!("../../../docs/api.md");
    let place = Place::with_subjects(Kind::Local, &["News"]).await;
    let _outbox = place.app.outbox();
    let program = Program::of(&place).await;
    let inbox = program.role("inbox").await;
    let email = program.email(&inbox, "News").await;
    let expected = [
        "\"secret\":\"rst_",
        "\"role\":\"inbox\"",
        "\"text\":\"Text.",
        "\"$flagged\":true",
        "\"status\":\"sent\"",
    ];
    let known = [("INBOX", inbox.as_str()), ("EMAIL", &email)];
    run_lines(&place, text, &expected, &known).await;
}

/// Runs the lines of a document; each block of them says what is expected of it. A secret that one
/// says is the token of those below.
pub(super) async fn run_lines(
    place: &Place,
    text: &str,
    expected: &[&str],
    known: &[(&str, &str)],
) {
    let blocks: Vec<&str> = text
        .split("```sh\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert_eq!(blocks.len(), expected.len());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = format!("http://{}/api/v1", listener.local_addr().unwrap());
    let router = place.app.app().router();
    let served = tokio::spawn(async move { axum::serve(listener, router).await });
    let mut token = String::new();
    for (block, expected) in blocks.iter().zip(expected) {
        let mut line = std::process::Command::new("sh");
        line.args(["-euc", block])
            .env("API", &api)
            .env("ADDRESS", &place.address)
            .env("PASSWORD", crate::support::dovecot::PASSWORD)
            .env("TOKEN", &token)
            .env("ACCOUNT", place.account.id().to_string())
            .envs(known.iter().copied());
        let run = tokio::task::spawn_blocking(move || line.output().unwrap());
        let run = run.await.unwrap();
        let said = String::from_utf8_lossy(&run.stdout).into_owned();
        assert!(
            run.status.success(),
            "{block}{said}{}",
            String::from_utf8_lossy(&run.stderr)
        );
        assert!(said.contains(expected), "{block}{said}");
        if let Some((_, rest)) = said.split_once("\"secret\":\"") {
            token = rest.split('"').next().unwrap().to_owned();
        }
    }
    served.abort();
}
