//! Collecting from a POP3 server through the API, over Dovecot's POP3.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::http::Method;
use restante::engine::tokens::Scope;
use serde_json::{Value, json};
use tokio::time::{Duration, timeout};

use super::{Program, document::run_lines};
use crate::{
    contract::{Kind, PATIENCE, Place},
    pop3::{
        dovecot,
        maildrop::{Bent, Maildrop},
    },
    support::{
        app::{Running, Settings},
        dovecot::{Dovecot, PASSWORD, User},
        letter::letter,
    },
};

/// Somebody with a POP3 account, for whom mail is collected.
struct Post {
    program: Program,
    user: User,
    place: Place,
    _collecting: Running,
}

impl Post {
    /// The server holds messages with these subjects, and they have been collected.
    async fn new(subjects: &[&str]) -> Self {
        let user = Dovecot::shared().user();
        for subject in subjects {
            deliver(&user, subject);
        }
        let app = Settings::collecting("").start().await;
        let browser = app.signed_in(&user).await;
        let place = Place {
            account: app.account(&browser).await,
            address: user.address.clone(),
            user: Some(user.clone()),
            browser,
            app,
        };
        let post = Self {
            program: Program::of(&place).await,
            user,
            _collecting: place.app.collecting(),
            place,
        };
        let latest = post.until("/collections/latest", |run| run["status"] == "done");
        assert_eq!(latest.await["done"], subjects.len());
        post
    }

    fn path(&self, rest: &str) -> String {
        format!("{}{rest}", self.program.account)
    }

    async fn get(&self, rest: &str) -> Value {
        self.program.get(&self.path(rest)).await.ok()
    }

    async fn patch(&self, pop3: Value) -> super::program::Answer {
        let account = self.path("");
        self.program.patch(&account, &json!({"pop3": pop3})).await
    }

    /// What stands there, once it is as it should be.
    async fn until(&self, rest: &str, fits: impl Fn(&Value) -> bool) -> Value {
        until(&self.place, &self.program, rest, fits).await
    }

    /// Collects, and waits for it to have happened.
    async fn collect(&self) -> Value {
        let before = self.get("/collections/latest").await["startedAt"].clone();
        let path = self.path("/collections");
        let answer = self.program.post(&path, &json!({})).await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        let latest = answer.header("location").to_owned();
        assert_eq!(latest, format!("/api/v1{path}/latest"));
        self.until("/collections/latest", |run| {
            run["startedAt"] != before && run["finishedAt"].is_string()
        })
        .await
    }

    /// What the server lists now, by its own word.
    async fn left(&self) -> usize {
        let connector = dovecot(&self.user.address);
        let mut session = restante::pop3::open(&connector).await.unwrap();
        let listing = session.listing().await.unwrap();
        session.quit().await.unwrap();
        listing.messages.len()
    }
}

fn deliver(user: &User, subject: &str) {
    user.deliver(&letter(subject).from("Ada <ada@example.org>").raw());
}

/// Asked for again with each event.
async fn until(
    place: &Place,
    program: &Program,
    rest: &str,
    fits: impl Fn(&Value) -> bool,
) -> Value {
    let path = format!("{}{rest}", program.account);
    let mut heard = place.account.subscribe().unwrap();
    let outcome = timeout(PATIENCE, async {
        loop {
            let now = program.get(&path).await.ok();
            if fits(&now) {
                return now;
            }
            // A next run that is due has no event of its own.
            let _waited = timeout(Duration::from_millis(200), heard.recv()).await;
        }
    });
    match outcome.await {
        Ok(now) => now,
        Err(_) => panic!("{path} stays: {}", program.get(&path).await.text()),
    }
}

/// All items of a list, page by page.
async fn pages(post: &Post, rest: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = post.get(&format!("{rest}limit=1{cursor}")).await;
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

fn subjects(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap().iter();
    let mut all: Vec<_> = items.map(|one| one["subject"].as_str().unwrap()).collect();
    all.sort_unstable();
    all
}

#[tokio::test]
async fn mail_is_collected_when_it_is_asked_for() {
    let post = Post::new(&["One", "Two"]).await;
    let account = post.get("").await;
    assert_eq!(account["kind"], "pop3");
    assert_eq!(account["status"]["state"], "ok", "{account}");
    assert_eq!(account["status"]["lastError"], Value::Null);
    assert!(account["status"]["checkedAt"].is_string(), "{account}");
    let pop3 = &account["pop3"];
    for (member, value) in [
        ("policy", json!("keep")),
        ("days", Value::Null),
        ("megabytes", Value::Null),
        ("background", json!(false)),
        ("intervalMinutes", json!(15)),
        ("paused", json!(false)),
        ("withoutUidl", json!(false)),
        ("remoteEmails", json!(2)),
        ("progress", json!({"running": false, "done": 2, "total": 2})),
    ] {
        assert_eq!(pop3[member], value, "{member} in {account}");
    }
    let list = post.program.get("/accounts").await.ok();
    assert_eq!(list["items"][0]["pop3"], *pop3);
    let me = post.program.get("/me").await.ok();
    assert_eq!(me["accounts"][0]["status"], account["status"]);

    deliver(&post.user, "Three");
    let run = post.collect().await;
    assert_eq!(
        (&run["status"], &run["done"], &run["total"]),
        (&json!("done"), &json!(1), &json!(1)),
        "{run}"
    );
    let inbox = post.program.role("inbox").await;
    assert_eq!(post.program.emails(&inbox).await.len(), 3);
    // Nobody has asked for anything to be deleted.
    assert_eq!(post.left().await, 3);

    // By address and password as well; who may only read asks for nothing.
    let path = post.path("/collections");
    let basic = Program::basic(&post.place);
    assert_eq!(basic.post(&path, &json!({})).await.status, 202);
    let reading = Program::with(&post.place, &[Scope::Read]).await;
    reading.post(&path, &json!({})).await.problem(403);
    reading.get(&format!("{path}/latest")).await.ok();
}

#[tokio::test]
async fn collecting_is_paused_and_scheduled() {
    let post = Post::new(&["One"]).await;
    let answer = post.patch(json!({"paused": true})).await.ok();
    assert_eq!(answer["pop3"]["paused"], true);
    assert_eq!(answer["pop3"]["nextAt"], Value::Null);
    assert_eq!(answer["status"]["state"], "paused");
    let latest = post.get("/collections/latest").await;
    assert_eq!(latest["status"], "paused");
    let path = post.path("/collections");
    let refused = post.program.post(&path, &json!({})).await;
    assert_eq!(refused.problem(409), "collecting_paused");

    let changed = json!({"intervalMinutes": 30, "background": true, "paused": false});
    let answer = post.patch(changed).await.ok();
    let pop3 = &answer["pop3"];
    assert_eq!(
        (
            &pop3["intervalMinutes"],
            &pop3["background"],
            &pop3["paused"]
        ),
        (&json!(30), &json!(true), &json!(false))
    );
    // What is not named stays.
    let answer = post.patch(json!({"intervalMinutes": 60})).await.ok();
    assert_eq!(answer["pop3"]["background"], true);
    let answer = post.patch(json!({"background": false})).await.ok();
    assert_eq!(answer["pop3"]["intervalMinutes"], 60);
    assert_eq!(answer["pop3"]["background"], false);

    for (wrong, pointer) in [
        (json!({"intervalMinutes": 7}), "/pop3/intervalMinutes"),
        (json!({"policy": "deleteEverything"}), "/pop3/policy"),
        (json!({"days": 3}), "/pop3/days"),
        (json!({"often": true}), "/pop3/often"),
    ] {
        // With something else that would do: nothing of it is done.
        let account = post.path("");
        let both = json!({"name": "Other", "pop3": wrong});
        let answer = post.program.patch(&account, &both).await;
        assert_eq!(answer.problem(422), "invalid", "{wrong}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
    }
    assert_eq!(post.get("").await["name"], "");
    // Settings are not for everybody.
    let wanted = json!({"pop3": {"paused": true}});
    for other in [
        Program::basic(&post.place),
        Program::with(&post.place, &[Scope::Read, Scope::Modify, Scope::Send]).await,
    ] {
        other.patch(&post.path(""), &wanted).await.problem(403);
    }
}

#[tokio::test]
async fn a_policy_is_shown_and_confirmed_before_it_deletes() {
    let post = Post::new(&["One", "Two"]).await;
    let plan = async |body: Value| {
        let path = post.path("/deletion-plan");
        post.program.post(&path, &body).await
    };
    let at_once = json!({"policy": "deleteAfterDays", "days": 0});
    let shown = plan(at_once.clone()).await.ok();
    assert_eq!(shown["count"], 2, "{shown}");
    assert_eq!(subjects(&shown), ["One", "Two"]);
    assert!(shown["size"].as_u64().unwrap() > 100, "{shown}");
    let later = json!({"policy": "deleteAfterDays", "days": 30});
    let shown = plan(later).await.ok();
    assert_eq!((&shown["count"], &shown["later"]), (&json!(0), &json!(2)));
    assert_eq!(shown["items"], json!([]));
    // Without anything: what is set.
    let shown = plan(json!({})).await.ok();
    assert_eq!(
        (&shown["policy"], &shown["count"]),
        (&json!("keep"), &json!(0))
    );
    for (wrong, pointer) in [
        (json!({"policy": "deleteAfterDays"}), "/days"),
        (json!({"policy": "deleteAboveSize"}), "/megabytes"),
        (json!({"policy": "keep", "days": 1}), "/days"),
        (
            json!({"policy": "deleteAboveSize", "megabytes": 100_001}),
            "/megabytes",
        ),
        (json!({"policy": "deleteAfterDays", "days": -1}), "/days"),
    ] {
        let answer = plan(wrong.clone()).await;
        assert_eq!(answer.problem(422), "invalid", "{wrong}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{wrong}");
    }

    // To be shown it, and to try without a word that it is meant, changes nothing.
    let refused = post.patch(at_once.clone()).await;
    assert_eq!(refused.problem(422), "confirmation_needed");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/pop3/confirmed");
    assert_eq!(post.get("").await["pop3"]["policy"], "keep");
    assert_eq!(post.get("/ledger?due=true").await["items"], json!([]));
    post.collect().await;
    assert_eq!(post.left().await, 2);

    let confirmed = json!({"policy": "deleteAfterDays", "days": 0, "confirmed": true});
    let answer = post.patch(confirmed).await.ok();
    assert_eq!(
        (&answer["pop3"]["policy"], &answer["pop3"]["days"]),
        (&json!("deleteAfterDays"), &json!(0))
    );
    let due = post.get("/ledger?due=true").await;
    assert_eq!(subjects(&due), ["One", "Two"]);
    assert_eq!(due["items"][0]["state"], "stored");
    assert_eq!(due["items"][0]["onServer"], true);
    assert_eq!(post.get("/ledger?due=false").await["items"], json!([]));
    // The same once more is no change, and needs no word.
    assert_eq!(post.patch(at_once).await.status, 200);

    deliver(&post.user, "Three");
    post.collect().await;
    // What came in the same session is not safe yet.
    assert_eq!(post.left().await, 1);
    let gone = post.get("/ledger?state=deleted").await;
    assert_eq!(subjects(&gone), ["One", "Two"]);
    assert!(gone["items"][0]["deletedAt"].is_string(), "{gone}");
    assert_eq!(subjects(&post.get("/ledger?state=stored").await), ["Three"]);
    assert_eq!(subjects(&post.get("/ledger?due=true").await), ["Three"]);
    assert_eq!(post.get("/ledger?due=false").await["items"], gone["items"]);
    let inbox = post.program.role("inbox").await;
    assert_eq!(post.program.emails(&inbox).await.len(), 3);

    // To keep everything is never too dangerous.
    let answer = post.patch(json!({"policy": "keep"})).await.ok();
    assert_eq!(answer["pop3"]["policy"], "keep");
    assert_eq!(post.get("/ledger?due=true").await["items"], json!([]));
}

#[tokio::test]
async fn the_ledger_is_read_page_by_page() {
    let post = Post::new(&["One", "Two", "Three"]).await;
    let all = post.get("/ledger").await;
    assert_eq!(subjects(&all), ["One", "Three", "Two"]);
    assert_eq!(all["nextCursor"], Value::Null);
    let first = &all["items"][0];
    assert!(!first["uidl"].as_str().unwrap().is_empty(), "{first}");
    assert!(first["firstSeenAt"].is_string() && first["storedAt"].is_string());
    assert_eq!(
        (&first["due"], &first["attempts"], &first["deletedAt"]),
        (&json!(false), &json!(0), &Value::Null)
    );
    assert_eq!(json!(pages(&post, "/ledger?").await), all["items"]);
    assert_eq!(
        json!(pages(&post, "/ledger?due=false&").await),
        all["items"]
    );
    let page = post.get("/ledger?limit=1").await;
    let cursor = page["nextCursor"].as_str().unwrap();
    let path = post.path(&format!("/ledger?limit=1&state=stored&cursor={cursor}"));
    let other = post.program.get(&path).await;
    assert_eq!(other.problem(422), "cursor_invalid");
    for wrong in ["limit=0", "limit=101", "state=lost", "before=3"] {
        let path = post.path(&format!("/ledger?{wrong}"));
        let answer = post.program.get(&path).await;
        assert_eq!(answer.problem(400), "query_invalid", "{wrong}");
    }
    // By a policy that deletes the oldest of them, page by page too.
    let confirmed = json!({"policy": "deleteAboveSize", "megabytes": 0, "confirmed": true});
    post.patch(confirmed).await.ok();
    let due = post.get("/ledger?due=true").await;
    assert_eq!(subjects(&due), ["One", "Three", "Two"]);
    assert_eq!(json!(pages(&post, "/ledger?due=true&").await), due["items"]);
}

/// What is not collected has none of this, whatever it is.
#[tokio::test]
async fn other_accounts_are_not_collected() {
    for kind in [Kind::Imap, Kind::Local] {
        let place = Place::with_subjects(kind, &["One"]).await;
        let program = Program::of(&place).await;
        program.role("inbox").await;
        let account = program.get(&program.account).await.ok();
        assert_eq!(account["pop3"], Value::Null);
        assert_eq!(account["status"]["state"], "ok", "{account}");
        let asked = account["status"]["checkedAt"].is_string();
        assert_eq!(asked, kind == Kind::Imap, "{account}");
        for (method, rest, body) in [
            (Method::POST, "/collections", json!({})),
            (Method::GET, "/collections/latest", Value::Null),
            (Method::GET, "/ledger", Value::Null),
            (Method::POST, "/deletion-plan", json!({})),
            (Method::PATCH, "", json!({"pop3": {"paused": true}})),
        ] {
            let path = format!("{}{rest}", program.account);
            let answer = program.send(program.json(method, &path, &body)).await;
            assert_eq!(answer.problem(422), "not_supported", "{path}");
        }
    }
}

#[tokio::test]
async fn a_server_that_refuses_is_told_of() {
    let refuses = Arc::new(AtomicBool::new(false));
    let refused = Arc::clone(&refuses);
    let letters = [("a", "Subject: A letter\r\n")];
    let server = Maildrop::start("UIDL,USER", &letters, move |command, _| {
        let refused = refused.load(Ordering::Relaxed) && command.starts_with("PASS");
        refused.then(|| Bent::Say("-ERR [AUTH] no such password\r\n".to_owned()))
    })
    .await;
    let url = format!("pop3+insecure://127.0.0.1:{}", server.port());
    let settings = Settings::empty().pop3("example.org", &url, "");
    let app = settings.start().await;
    let mut browser = app.browser();
    let answer = browser.sign_in("anna@example.org", PASSWORD).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    let place = Place {
        account: app.account(&browser).await,
        address: "anna@example.org".to_owned(),
        user: None,
        browser,
        app,
    };
    let program = Program::of(&place).await;
    let _collecting = place.app.collecting();
    let latest = "/collections/latest";
    until(&place, &program, latest, |run| run["status"] == "done").await;
    refuses.store(true, Ordering::Relaxed);
    let path = format!("{}/collections", program.account);
    assert_eq!(program.post(&path, &json!({})).await.status, 202);
    let run = until(&place, &program, latest, |run| run["status"] == "failed").await;
    assert_eq!(run["lastError"]["code"], "wrongPassword", "{run}");
    assert!(!run["lastError"]["detail"].as_str().unwrap().is_empty());
    let account = program.get(&program.account).await.ok();
    assert_eq!(account["status"]["state"], "reauthRequired", "{account}");
    assert_eq!(account["status"]["lastError"], run["lastError"]);
    assert_eq!(account["status"]["checkedAt"], run["finishedAt"]);
}

/// What the documentation says of programs does what it says, line by line.
#[tokio::test(flavor = "multi_thread")]
async fn the_documented_lines_collect() {
    let post = Post::new(&["News"]).await;
    let scopes = Scope::ALL.into();
    let made = post.place.account.create_token("docs", &scopes, None);
    let (_, secret) = made.await.unwrap();
    let text = include_str!("../../../docs/pop3.md");
    let token = secret.to_text();
    let expected = [
        "\"status\":",
        "\"policy\":\"keep\"",
        "\"later\":1",
        "\"policy\":\"deleteAfterDays\"",
        "\"onServer\":true",
    ];
    run_lines(&post.place, text, &expected, &[("TOKEN", &token)]).await;
}
