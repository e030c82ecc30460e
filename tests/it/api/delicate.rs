//! What would let mail out for good is not done for a browser that was left open: it needs the
//! password once more.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::{Value, json};

use crate::{
    contract::{Kind, Place},
    support::{app::Settings, browser::Answer, dovecot::PASSWORD},
};

use super::Program;

async fn ask(place: &mut Place, method: &Method, path: &str, body: &Value) -> Answer {
    let (path, body) = (format!("/api/v1{path}"), body.to_string());
    let kind = "application/json";
    let mut request = place.browser.sending(&path, kind, body.into());
    *request.method_mut() = method.clone();
    place.browser.finish(request).await
}

fn code(answer: &Answer) -> String {
    let problem: Value = serde_json::from_str(&answer.text()).unwrap();
    problem["code"].as_str().unwrap_or_default().to_owned()
}

/// Operations that take a password and can do without: of the document, so that a further one is
/// not forgotten here.
fn documented() -> BTreeSet<String> {
    let document: Value = serde_json::from_str(&restante::api::json()).unwrap();
    let mut all = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let Some(name) = schema["$ref"].as_str() else {
                continue;
            };
            let schema = document.pointer(&name["#".len()..]).unwrap();
            let required = schema["required"].as_array();
            let is_required = required.is_some_and(|all| all.contains(&json!("password")));
            if schema["properties"]["password"].is_object() && !is_required {
                all.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    all
}

#[tokio::test]
async fn a_browser_left_open_lets_nothing_out() {
    let settings = Settings::default().top("limits.sign_in_failures = 100");
    let mut place = Place::at(Kind::Local, &[], settings).await;
    let program = Program::of(&place).await;
    let identities = format!("{}/identities", program.account);
    let exports = format!("{}/exports", program.account);
    let identity = program.get(&identities).await.ok()["items"][0]["id"].clone();
    let identity = format!("{identities}/{}", identity.as_str().unwrap());
    let url = json!({"url": "https://hooks.example.org/1"});
    let hook = program.post("/webhooks", &url).await.ok();
    let hook = format!("/webhooks/{}", hook["id"].as_str().unwrap());
    let elsewhere = json!({"url": "https://hooks.example.org/2"});
    let delicate = [
        (
            Method::POST,
            "/tokens",
            json!({"name": "t", "scopes": ["read"]}),
        ),
        (Method::POST, exports.as_str(), json!({"format": "zip"})),
        (Method::POST, "/webhooks", elsewhere.clone()),
        (Method::PATCH, hook.as_str(), elsewhere),
        (Method::PATCH, hook.as_str(), json!({"newSecret": true})),
        (
            Method::POST,
            identities.as_str(),
            json!({"email": "b@here.example", "bcc": "x@elsewhere.example"}),
        ),
        (
            Method::PATCH,
            identity.as_str(),
            json!({"bcc": "x@elsewhere.example"}),
        ),
    ];
    let known: BTreeSet<String> = delicate
        .iter()
        .map(|(method, path, _)| {
            let path = path.replace(&program.account, "/accounts/{account}");
            let path = match path.as_str() {
                path if path.starts_with("/webhooks/") => "/webhooks/{webhook}",
                path if path.contains("/identities/") => {
                    "/accounts/{account}/identities/{identity}"
                }
                path => path,
            };
            format!("{method} {path}")
        })
        .collect();
    assert_eq!(documented(), known);

    let lists = ["/tokens", "/webhooks", "/jobs", &identities];
    let mut before = Vec::new();
    for list in lists {
        before.push(program.get(list).await.ok());
    }
    for (method, path, body) in &delicate {
        let answer = ask(&mut place, method, path, body).await;
        assert_eq!(answer.status, 403, "{method} {path}: {}", answer.text());
        assert_eq!(code(&answer), "password_required", "{method} {path}");
        let mut wrong = body.clone();
        wrong["password"] = json!("wrong");
        let answer = ask(&mut place, method, path, &wrong).await;
        assert_eq!(answer.status, 403, "{method} {path}: {}", answer.text());
        assert_eq!(code(&answer), "password_wrong", "{method} {path}");
    }
    for (list, before) in lists.iter().zip(before) {
        let mut now = program.get(list).await.ok();
        // The token has been used since.
        if *list == "/tokens" {
            now["items"][0]["lastUsedAt"] = before["items"][0]["lastUsedAt"].clone();
        }
        assert_eq!(now, before, "{list}");
    }

    // What lets nothing out needs nothing.
    for (method, path, body) in [
        (Method::PATCH, &hook, json!({"status": "paused"})),
        (Method::PATCH, &identity, json!({"name": "A", "bcc": ""})),
        (
            Method::POST,
            &identities,
            json!({"email": "c@here.example"}),
        ),
    ] {
        let answer = ask(&mut place, &method, path, &body).await;
        assert!(answer.status < 300, "{method} {path}: {}", answer.text());
    }
    // Whoever knows the password does it all.
    for (method, path, body) in &delicate {
        let mut body = body.clone();
        body["password"] = json!(PASSWORD);
        let answer = ask(&mut place, method, path, &body).await;
        assert!(answer.status < 300, "{method} {path}: {}", answer.text());
    }
    // A Bcc that is there stays without being asked for, and goes.
    for bcc in ["x@elsewhere.example", ""] {
        let body = json!({"bcc": bcc});
        let answer = ask(&mut place, &Method::PATCH, &identity, &body).await;
        assert_eq!(answer.status, 200, "{bcc}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_token_was_made_with_the_password() {
    let place = Place::with(Kind::Local, &[]).await;
    let program = Program::of(&place).await;
    let exports = format!("{}/exports", program.account);
    program.post(&exports, &json!({"format": "zip"})).await.ok();
    Program::basic(&place)
        .post(&exports, &json!({"format": "zip"}))
        .await
        .ok();
    let identities = format!("{}/identities", program.account);
    let copied = json!({"email": "b@here.example", "bcc": "x@elsewhere.example"});
    program.post(&identities, &copied).await.ok();
}
