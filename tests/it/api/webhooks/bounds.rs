//! What a webhook is told, by whom, and where it can't lead.

use restante::engine::tokens::Scope;
use serde_json::{Value, json};

use crate::{
    api::Program,
    contract::{Kind, Place},
    support::{app::Settings, letter::letter, receiver::Receiver},
};

use super::{Scene, path};

#[tokio::test]
async fn a_webhook_is_told_what_it_asks_for() {
    let mut scene = Scene::new().await;
    let account = scene.program.account.rsplit('/').next().unwrap().to_owned();
    let hook = scene
        .hook(json!({"types": ["Mailbox", "Mailbox"], "accountIds": [account]}))
        .await;
    assert_eq!(hook["types"], json!(["Mailbox"]));
    assert_eq!(hook["accountIds"], json!([account]));
    let _hooks = scene.place.app.hooks();
    let mailboxes = format!("{}/mailboxes", scene.program.account);
    scene.change(true).await;
    scene
        .program
        .post(&mailboxes, &json!({"name": "New"}))
        .await
        .ok();
    let told = scene.receiver.next().await.json();
    let types: Vec<_> = told["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["type"])
        .collect();
    assert!(types.iter().all(|kind| *kind == "Mailbox"), "{told}");
    for (wrong, code) in [
        (json!({"types": ["Nonsense"]}), "invalid"),
        (json!({"types": vec!["Email"; 11]}), "webhook_type"),
        (json!({"types": []}), "webhook_type"),
        (json!({"accountIds": ["999999"]}), "webhook_account"),
        (json!({"url": ""}), "webhook_url"),
    ] {
        let refused = scene.program.patch(&path(&hook), &wrong).await;
        assert_eq!(refused.problem(422), code, "{wrong}");
    }
    let nulls = json!({"types": null, "accountIds": null});
    let changed = scene.program.patch(&path(&hook), &nulls).await.ok();
    assert_eq!(
        (&changed["types"], &changed["accountIds"]),
        (&Value::Null, &Value::Null)
    );
    // Who may read sees it; who may change settings changes it.
    let reader = Program::with(&scene.place, &[Scope::Read]).await;
    reader.get(&path(&hook)).await.ok();
    let denied = reader.patch(&path(&hook), &json!({})).await;
    assert_eq!(denied.problem(403), "scope_missing");
    let test = format!("{}/test", path(&hook));
    assert_eq!(
        reader.post(&test, &json!({})).await.problem(403),
        "scope_missing"
    );
    for number in 1..20 {
        let url = format!("https://hooks.example.org/{number}");
        scene
            .program
            .post("/webhooks", &json!({"url": url}))
            .await
            .ok();
    }
    let one_more = scene
        .program
        .post("/webhooks", &json!({"url": "https://hooks.example.org/"}))
        .await;
    assert_eq!(one_more.problem(422), "webhook_too_many");
}

#[tokio::test]
async fn webhooks_lead_nowhere_inside() {
    let scene = Scene::new().await;
    let _hooks = scene.place.app.hooks();
    let port = scene
        .receiver
        .url()
        .split(':')
        .nth(2)
        .unwrap()
        .split('/')
        .next()
        .unwrap()
        .to_owned();
    for (url, code) in [
        ("http://hooks.test/", "webhook_url"),
        ("ftp://hooks.test/", "webhook_url"),
        ("hooks.test", "webhook_url"),
        ("https://user:password@hooks.test/", "webhook_url"),
        ("https://127.0.0.1/", "webhook_address"),
        ("https://127.1/", "webhook_address"),
        ("https://2130706433/", "webhook_address"),
        ("https://[::1]/", "webhook_address"),
        ("https://[::ffff:10.0.0.1]/", "webhook_address"),
        ("https://169.254.169.254/latest/", "webhook_address"),
        ("https://192.168.1.1/", "webhook_address"),
        ("https://hooks.test:22/", "webhook_address"),
        ("https://hooks.test:8080/", "webhook_address"),
    ] {
        let refused = scene.program.post("/webhooks", &json!({"url": url})).await;
        assert_eq!(refused.problem(422), code, "{url}");
    }
    // A name is judged by where it leads at the time, each time.
    let hook = scene.hook(json!({})).await;
    let test = format!("{}/test", path(&hook));
    let arrived = scene.program.post(&test, &json!({})).await.ok();
    assert_eq!(arrived["status"], "delivered");
    assert_eq!(scene.receiver.connections(), 1);
    for inside in ["169.254.169.254", "10.0.0.1", "127.0.0.2", "::1"] {
        scene.receiver.leads_to(inside);
        let tried = scene.program.post(&test, &json!({})).await.ok();
        assert_eq!(
            (&tried["status"], &tried["error"], &tried["httpStatus"]),
            (&json!("failed"), &json!("unreachable"), &Value::Null),
            "{inside}"
        );
    }
    let usual = json!({"url": "https://hooks.test/"});
    scene.receiver.leads_to("127.0.0.1");
    let usual = scene.program.post("/webhooks", &usual).await.ok();
    let tried = scene
        .program
        .post(&format!("{}/test", path(&usual)), &json!({}))
        .await
        .ok();
    assert_eq!(tried["error"], "unreachable", "port 443 of this machine");
    // Another name than the one in the certificate.
    let other = json!({"url": format!("https://other.test:{port}/")});
    let other = scene.program.post("/webhooks", &other).await.ok();
    let tried = scene
        .program
        .post(&format!("{}/test", path(&other)), &json!({}))
        .await
        .ok();
    assert_eq!(tried["error"], "tls");
    // And nobody leads us on.
    scene.receiver.answers(307);
    let before = scene.receiver.connections();
    let tried = scene.program.post(&test, &json!({})).await.ok();
    assert_eq!(
        (&tried["error"], &tried["httpStatus"]),
        (&json!("status"), &json!(307))
    );
    assert_eq!(scene.receiver.connections(), before + 1);
}

/// Nothing of another person's is told, and what goes takes its webhooks with it.
#[tokio::test]
async fn two_people_are_told_their_own() {
    let mut scene = Scene::new().await;
    let _hooks = scene.place.app.hooks();
    let engine = scene.place.app.app().engine();
    let bens = "ben@here.example";
    let password = secrecy::SecretString::from(crate::support::dovecot::PASSWORD);
    engine.set_local_password(bens, &password).await.unwrap();
    let ben = Program::basic(&scene.place).with_basic(bens, crate::support::dovecot::PASSWORD);
    let made = json!({"name": "t", "scopes": ["read", "modify", "settings"]});
    let token = ben.post("/tokens", &made).await.ok();
    let ben = ben.with_bearer(token["secret"].as_str().unwrap());
    let annas = scene.hook(json!({})).await;
    assert_eq!(ben.get("/webhooks").await.ok()["items"], json!([]));
    // Anna's account is none of Ben's.
    let account = scene.program.account.rsplit('/').next().unwrap();
    let foreign = json!({"url": scene.receiver.url(), "accountIds": [account]});
    assert_eq!(
        ben.post("/webhooks", &foreign).await.problem(422),
        "webhook_account"
    );
    let bens = ben
        .post("/webhooks", &json!({"url": scene.receiver.url()}))
        .await
        .ok();
    scene.change(true).await;
    let told = scene.receiver.next().await.json();
    assert_eq!(told["webhookId"], annas["id"]);
    let own = ben.get("/accounts").await.ok()["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    ben.post(
        &format!("/accounts/{own}/mailboxes"),
        &json!({"name": "New"}),
    )
    .await
    .ok();
    let told = scene.receiver.next().await.json();
    assert_eq!(told["webhookId"], bens["id"], "{told}");
    assert_eq!(told["events"][0]["accountId"], own);
}

/// Two kinds of mailbox, one way of telling: here by a person who looks at a page.
#[tokio::test]
async fn mail_on_a_server_is_told_while_it_is_watched() {
    let mut receiver = Receiver::start().await;
    let settings = Settings::default().policy(receiver.policy());
    let place = Place::at(Kind::Imap, &[], settings).await;
    let program = Program::of(&place).await;
    let _hooks = place.app.hooks();
    let new = json!({"url": receiver.url(), "types": ["Email"]});
    program.post("/webhooks", &new).await.ok();
    place.account.watch().await.unwrap();
    place.arrives(&letter("News").text("x").raw()).await;
    let told = receiver.next().await.json();
    assert_eq!(told["events"][0]["type"], "Email");
    assert_eq!(told["events"][0]["mailboxId"], program.role("inbox").await);
}
