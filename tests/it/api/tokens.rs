//! Tokens: made with the password, shown once, ended at once, and nowhere in the data.

use restante::engine::tokens::Scope;
use serde_json::json;

use crate::{
    contract::{Kind, Place},
    support::dovecot::PASSWORD,
};

use super::Program;

#[tokio::test]
async fn a_token_lives_from_its_making_to_its_revocation() {
    let place = Place::with(Kind::Imap, &[]).await;
    let basic = Program::basic(&place);
    let new = json!({"name": "Backup", "scopes": ["read", "settings"]});
    let made = basic.post("/tokens", &new).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("rst_"), "{secret}");
    assert_eq!(made["lastUsedAt"], json!(null));

    let program = Program::stranger(&place).with_bearer(secret);
    assert_eq!(program.get("/me").await.ok()["scopes"], new["scopes"]);
    let list = program.get("/tokens").await.ok();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["name"], "Backup");
    assert!(list["items"][0].get("secret").is_none());
    assert!(list["items"][0]["lastUsedAt"].is_string());
    let path = format!("/tokens/{}", made["id"].as_str().unwrap());
    assert_eq!(program.delete(&path).await.status, 204);
    assert_eq!(program.get("/me").await.problem(401), "unauthorized");
}

#[tokio::test]
async fn tokens_are_made_with_the_password() {
    let place = Place::with(Kind::Local, &[]).await;
    let program = Program::of(&place).await;
    let mut new = json!({"name": "More", "scopes": ["send"]});
    let answer = program.post("/tokens", &new).await;
    assert_eq!(answer.problem(403), "password_required");
    new["password"] = json!("wrong");
    let answer = program.post("/tokens", &new).await;
    assert_eq!(answer.problem(403), "password_wrong");
    new["password"] = json!(PASSWORD);
    program.post("/tokens", &new).await.ok();
    let reader = Program::with(&place, &[Scope::Read]).await;
    assert_eq!(
        reader.post("/tokens", &new).await.problem(403),
        "scope_missing"
    );
    for (member, value, code) in [
        ("name", json!(""), "token_name"),
        ("scopes", json!([]), "token_scopeless"),
        ("scopes", json!(["root"]), "invalid"),
        ("expiresAt", json!("2001-01-01T00:00:00Z"), "token_expired"),
        ("expiresAt", json!("tomorrow"), "invalid"),
    ] {
        let mut wrong = new.clone();
        wrong[member] = value;
        assert_eq!(program.post("/tokens", &wrong).await.problem(422), code);
    }
}

#[tokio::test]
async fn a_token_opens_the_mail_of_a_server_that_has_just_started() {
    let mut place = Place::with(Kind::Imap, &[]).await;
    let mut program = Program::of(&place).await;
    place.app.restart().await;
    program.point_at(place.app.app().router());
    program.role("inbox").await;
}

#[tokio::test]
async fn what_is_stored_opens_nothing() {
    let place = Place::with(Kind::Imap, &[]).await;
    let (_, secret) = place
        .account
        .create_token("canary", &[Scope::Read].into(), None)
        .await
        .unwrap();
    let text = secret.to_text();
    let program = Program::stranger(&place).with_bearer(&text);
    program.role("inbox").await;
    let key = text.strip_prefix("rst_").unwrap();
    let octets = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, key);
    let octets = octets.unwrap();
    let mut searched = 0;
    for entry in std::fs::read_dir(place.app.data()).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_file() {
            continue;
        }
        searched += usize::from(path.to_string_lossy().contains("restante.db"));
        let stored = std::fs::read(&path).unwrap();
        for secret in [key.as_bytes(), &octets[..], PASSWORD.as_bytes()] {
            let found = stored.windows(secret.len()).any(|window| window == secret);
            // The word is the server's as well: only the database must not have it.
            let own = path.extension().is_some_and(|end| end == "toml");
            assert!(!found || own, "{}", path.display());
        }
    }
    assert!(searched >= 2, "the database and its log: {searched}");
}
