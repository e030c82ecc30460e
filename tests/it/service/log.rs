//! The program's whole log at level debug while people do everything that they can: nothing of
//! them and their mail is in it, as text or as JSON (T-LOG-1), and every request has its id.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    browser::{Browser, set},
    dovecot::{Dovecot, PASSWORD},
    letter::letter,
    proxy::{Fault, Proxy, Way},
    served::Served,
    smtp::Smtp,
};

/// What a mail server says is logged at this level, by the contract of docs/logging.md.
const SERVERS_WORDS: &str = "The mail server's own words";

async fn post(browser: &mut Browser, path: &str, body: &Value) -> Value {
    let request = browser.sending(path, "application/json", body.to_string().into());
    let answer = browser.finish(request).await;
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

/// Reads, searches, files, writes, sends, imports, and does it wrong.
async fn a_day(browser: &mut Browser, address: &str) {
    for (address, password) in [
        (address, "wrong-canary"),
        ("nobody-canary@example.net", "wrong-canary"),
        ("canary", "wrong-canary"),
    ] {
        browser.sign_in(address, password).await;
    }
    assert_eq!(browser.sign_in(address, PASSWORD).await.status, 303);
    let list = browser.visit("/").await;
    let inbox = list.folder("Inbox");
    let email = list.rows()[0].clone();
    let path = format!("{inbox}/{email}");
    for noun in [
        "", "/raw", "/source", "/headers", "/print", "/html/1", "/parts/2", "/parts/9", "/reply",
    ] {
        browser.get(&format!("{path}{noun}")).await;
    }
    browser.get(&format!("{inbox}?q=query-canary")).await;
    browser.get("/path-canary?q=query-canary").await;
    browser.get("/recipients?q=canary").await;
    browser
        .get("/image?u=https%3A%2F%2Fpictures-canary.example%2F&s=x")
        .await;
    for _ in 0..2 {
        browser.post("/folders", &[("name", "Folder-canary")]).await;
    }
    browser.turbo(&format!("{path}/star"), &[]).await;
    browser.turbo("/undo", &[("token", "token-canary")]).await;
    browser
        .post(
            "/settings/identities",
            &[("email", "identity-canary@example.net")],
        )
        .await;
    let mut foreign = browser.form("/folders", &[("name", "Foreign-canary")]);
    set(&mut foreign, "origin", "https://canary.example");
    set(&mut foreign, "sec-fetch-site", "cross-site");
    assert_eq!(browser.finish(foreign).await.status, 403);

    let accounts = browser.get("/api/v1/accounts").await;
    let accounts: Value = serde_json::from_slice(&accounts.body).unwrap();
    let account = accounts["items"][0]["id"].as_str().unwrap().to_owned();
    let at = format!("/api/v1/accounts/{account}");
    let mailbox = inbox.rsplit('/').next().unwrap();
    let raw = letter("Import-canary")
        .from("import-canary@example.net")
        .text("Canary.")
        .raw();
    let import = format!("{at}/emails?mailbox={mailbox}");
    let request = browser.sending(&import, "message/rfc822", raw.into());
    assert_eq!(browser.finish(request).await.status, 201);
    let request = browser.sending(
        &format!("{at}/blobs?name=file-canary.txt"),
        "text/canary",
        "canary".into(),
    );
    browser.finish(request).await;
    post(
        browser,
        &format!("{at}/drafts"),
        &json!({"canary": "canary"}),
    )
    .await;
    let search = json!({"filter": {"text": "search-canary"}});
    post(browser, "/api/v1/search", &search).await;
    browser
        .get(&format!("{at}/emails?mailbox={mailbox}&subject=canary"))
        .await;
    let message = json!({"message": {
        "to": [{"name": "To-canary", "email": "to-canary@example.net"}],
        "subject": "Sent-canary",
        "text": "Text-canary.",
    }});
    let sent = post(browser, &format!("{at}/submissions"), &message).await;
    assert!(sent["id"].is_string(), "{sent}");
    let token = json!({"name": "Token-canary", "password": PASSWORD, "scopes": ["read"]});
    post(browser, "/api/v1/tokens", &token).await;
    let mut basic = browser.request(axum::http::Method::GET, "/api/v1/me");
    set(&mut basic, "authorization", "Basic Y2FuYXJ5OmNhbmFyeQ==");
    browser.finish(basic).await;
}

fn nothing_in(log: &str, secrets: &[&str]) {
    assert!(log.contains("Request answered") && log.contains("Sign-in failed"));
    let lower = log.to_lowercase();
    for secret in secrets.iter().chain(&["canary"]) {
        let secret = secret.to_lowercase();
        let told = lower.lines().filter(|line| line.contains(&secret));
        let told = told.filter(|line| !line.contains(&SERVERS_WORDS.to_lowercase()));
        let told: Vec<&str> = told.take(3).collect();
        assert!(told.is_empty(), "{secret}: {told:#?}");
    }
    for line in log.lines().filter(|line| line.contains("Request answered")) {
        assert!(
            line.contains("request.id") || line.contains("\"request.id\""),
            "{line}"
        );
    }
}

async fn tells_nothing(format: &str) {
    let dovecot = Dovecot::shared();
    let user = dovecot.user();
    let raw = letter("Subject-canary")
        .from("Sender-canary <sender-canary@example.net>")
        .text("Body-canary")
        .file("text/csv", "file-canary.csv", b"canary")
        .raw();
    user.deliver(&raw);
    let smtp = Smtp::start();
    let settings = format!(
        "log_format = {format:?}\n[[servers]]\ndomains = [\"*\"]\n\
         imap = \"imap+insecure://127.0.0.1:{}\"\nsmtp = {:?}\n",
        dovecot.port("IMAP"),
        smtp.url()
    );
    let mut served = Served::start(&settings, "debug");
    let mut browser = served.browser();
    a_day(&mut browser, &user.address).await;
    let key = browser.session_cookie().to_owned();
    smtp.given().await;
    browser.post("/logout", &[]).await;
    served.tell_to_stop();
    assert!(served.ended().await);
    let name = user.address.split('@').next().unwrap();
    let own = [&*user.address, &*format!("{name}@"), &*key];
    nothing_in(&served.log(), &own);

    let user = dovecot.user();
    user.deliver(&raw);
    let settings = format!(
        "log_format = {format:?}\n[[servers]]\ndomains = [\"*\"]\n\
         pop3 = \"pop3+insecure://127.0.0.1:{}\"\n",
        dovecot.port("POP3")
    );
    let served = Served::start(&settings, "debug");
    let mut browser = served.browser();
    browser.sign_in(&user.address, "wrong-canary").await;
    assert_eq!(browser.sign_in(&user.address, PASSWORD).await.status, 303);
    browser.visit("/").await;
    served.logs("Collected").await;
    assert_eq!(browser.visit("/").await.subjects(), ["Subject-canary"]);
    nothing_in(&served.log(), &[&*user.address]);
}

/// Work in the background that fails says why, once, and by its number.
#[tokio::test]
async fn what_fails_in_the_background_is_logged_once() {
    let dovecot = Dovecot::shared();
    let user = dovecot.user();
    user.deliver(&letter("Subject-canary").raw());
    let line = Proxy::start(dovecot.port("IMAP")).await;
    let settings = format!(
        "[[servers]]\ndomains = [\"*\"]\nimap = \"imap+insecure://127.0.0.1:{}\"\n",
        line.port
    );
    let served = Served::start(&settings, "info");
    let mut browser = served.browser();
    assert_eq!(browser.sign_in(&user.address, PASSWORD).await.status, 303);
    browser.visit("/").await;
    let accounts = browser.get("/api/v1/accounts").await;
    let accounts: Value = serde_json::from_slice(&accounts.body).unwrap();
    let at = format!(
        "/api/v1/accounts/{}",
        accounts["items"][0]["id"].as_str().unwrap()
    );
    let path = format!("{at}/imports?name=canary.png");
    let picture = browser.sending(
        &path,
        "application/octet-stream",
        b"\x89PNG".to_vec().into(),
    );
    assert_eq!(browser.finish(picture).await.status, 202);
    served.logs("job.kind=\"import\"").await;
    let export = post(
        &mut browser,
        &format!("{at}/exports"),
        &json!({"format": "zip", "password": PASSWORD}),
    )
    .await;
    // It is slow, and gone once the work has begun.
    line.add(Way::Down, Fault::Latency(Duration::from_millis(300)));
    let all = json!({"query": {"text": "canary"}, "update": {"keywords": {"$seen": true}}});
    let begun = post(&mut browser, &format!("{at}/emails/bulk"), &all).await;
    assert!(begun["id"].is_string(), "{begun}");
    line.add(Way::Up, Fault::ResetAt(0));
    line.cut_all();
    served.logs("job.kind=\"bulk\"").await;
    let answer = browser.get(export["file"].as_str().unwrap()).await;
    assert!(answer.status >= 500, "{}", answer.status);
    let id = export["job"]["id"].as_str().unwrap();
    let job = browser.get(&format!("/api/v1/jobs/{id}")).await;
    let job: Value = serde_json::from_slice(&job.body).unwrap();
    assert_eq!(job["status"], "failed", "{job}");
    let log = served.log();
    for kind in ["import", "bulk"] {
        let told: Vec<&str> = log
            .lines()
            .filter(|line| line.contains(&format!("job.kind=\"{kind}\"")))
            .collect();
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(
            told[0].contains("A job failed")
                && told[0].contains("job.id=")
                && told[0].contains("error="),
            "{told:#?}"
        );
        // What a person brings that is no mail is nothing to wake the operator for.
        let level = if kind == "import" { "INFO" } else { "WARN" };
        assert!(told[0].contains(level), "{told:#?}");
    }
    let name = format!("{}@", user.address.split('@').next().unwrap());
    for secret in ["canary", user.address.as_str(), name.as_str()] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}

#[tokio::test]
async fn text_tells_nothing_of_people_and_their_mail() {
    tells_nothing("text").await;
}

#[tokio::test]
async fn json_tells_nothing_of_people_and_their_mail() {
    tells_nothing("json").await;
}
