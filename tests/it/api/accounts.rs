//! Several accounts through the API.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use restante::store::{Store, accounts::retired};
use serde_json::{Value, json};

use super::Program;
use crate::{
    contract::{Kind, PATIENCE, Place, mail},
    pop3::maildrop::{Bent, Maildrop},
    support::{
        app::Settings,
        dovecot::{Dovecot, PASSWORD},
        letter::letter,
        scripted::Scripted,
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
    // Nothing waits for the last of its rows: the address is free, and they go by and by.
    let url = format!("sqlite:{}/restante.db", place.app.data().display());
    let store = Store::open(&url, 1).await.unwrap();
    assert_eq!(retired(&store, 10).await.unwrap().len(), 1);
    assert_eq!(program.post("/accounts", &new(PASSWORD)).await.status, 201);
    let _keeping = place.app.housekeeping();
    let gone = async {
        while !retired(&store, 10).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.expect("they go");
    let list = program.get("/accounts").await.ok();
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
}

/// A list over all accounts says whose mail is missing, and why; the others' is there.
#[tokio::test]
async fn a_list_names_the_account_that_is_missing() {
    let away = Arc::new(AtomicBool::new(false));
    let is_away = Arc::clone(&away);
    let server = Scripted::imap("IMAP4rev1", move |command| {
        if is_away.load(Ordering::Relaxed) {
            return Some("* BYE [UNAVAILABLE] not now".to_owned());
        }
        let list = command.starts_with("LIST");
        list.then(|| "* LIST () \"/\" INBOX\r\n{tag} OK done".to_owned())
    })
    .await;
    let url = format!("imap+insecure://127.0.0.1:{}", server.port);
    let settings = Settings::default().server("odd.example", &url, "");
    let here = mail("INBOX", 1, letter("here").raw());
    let place = Place::at(Kind::Imap, &[here], settings).await;
    let program = Program::of(&place).await;
    let new = json!({"email": "anna@odd.example", "password": "x"});
    let added = program.post("/accounts", &new).await.ok();
    away.store(true, Ordering::Relaxed);
    let page = program.get("/emails").await.ok();
    assert_eq!(page["items"][0]["subject"], "here", "{page}");
    let missing = page["incomplete"].as_array().unwrap();
    assert_eq!(missing.len(), 1, "{page}");
    assert_eq!(missing[0]["accountId"], added["id"]);
    assert!(
        missing[0]["code"]
            .as_str()
            .unwrap()
            .starts_with("upstream_"),
        "{page}"
    );
    assert!(!missing[0]["detail"].as_str().unwrap().is_empty());
}

/// Whether a POP3 server lets one in, it is asked.
#[tokio::test]
async fn a_pop3_server_is_tried_as_well() {
    let refuses = Arc::new(AtomicBool::new(false));
    let refused = Arc::clone(&refuses);
    let letters = [("a", "Subject: A letter\r\n")];
    let server = Maildrop::start("UIDL,USER", &letters, move |command, _| {
        let refused = refused.load(Ordering::Relaxed) && command.starts_with("PASS");
        refused.then(|| Bent::Say("-ERR [AUTH] no such password\r\n".to_owned()))
    })
    .await;
    let url = format!("pop3+insecure://127.0.0.1:{}", server.port());
    let app = Settings::empty()
        .pop3("example.org", &url, "")
        .start()
        .await;
    let mut browser = app.browser();
    let answer = browser.sign_in("anna@example.org", "secret").await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    let account = app.account(&browser).await;
    let place = Place {
        account,
        browser,
        app,
        address: "anna@example.org".to_owned(),
        user: None,
    };
    let program = Program::of(&place).await;
    let path = format!("{}/verify", program.account);
    let before = server.heard("PASS");
    let tried = program.post(&path, &json!({})).await.ok();
    let good = json!({"server": "incoming", "ok": true, "code": null, "detail": null});
    assert_eq!(tried["items"][0], good);
    assert_eq!(server.heard("PASS"), before + 1);
    refuses.store(true, Ordering::Relaxed);
    let tried = program.post(&path, &json!({})).await.ok();
    assert_eq!(tried["items"][0]["ok"], false, "{tried}");
    assert_ne!(tried["items"][0]["code"], Value::Null);
}
