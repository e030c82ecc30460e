//! What belongs to a person and to no mailbox: choices, sessions, templates, people, senders whose
//! pictures are shown; and the answer to who wants to be told.

use restante::engine::tokens::Scope;
use serde_json::{Value, json};

use crate::{
    contract::{Kind, Place, mail},
    support::{
        app::Settings, browser::Answer as Page, dovecot::PASSWORD, letter::letter, smtp::Smtp,
    },
};

use super::Program;

/// What a page offers: the field's name, the word, chosen.
fn offers(page: &Page) -> Vec<(String, String, bool)> {
    let (mut select, mut all) = (String::new(), Vec::new());
    for tag in page.tags() {
        match (tag.name.as_str(), tag.get("type")) {
            ("select", _) => select = tag.get("name").to_owned(),
            ("option", _) if tag.has("value") => {
                let value = tag.get("value").to_owned();
                all.push((select.clone(), value, tag.has("selected")));
            }
            ("input", "radio") => {
                let (name, value) = (tag.get("name"), tag.get("value"));
                all.push((name.to_owned(), value.to_owned(), tag.has("checked")));
            }
            _ => {}
        }
    }
    all
}

/// Every word that the pages offer is one here, and the other way round.
#[tokio::test]
async fn choices_are_those_of_the_pages() {
    let mut place = Place::with(Kind::Local, &[]).await;
    let program = Program::of(&place).await;
    let usual = program.get("/me/settings").await.ok();
    assert_eq!(
        usual,
        json!({
            "language": null, "timeZone": null, "theme": "system", "contrast": "system",
            "accent": "blue", "density": "normal", "pageSize": 50, "lists": "messages",
            "markRead": "at-once", "advance": "older", "asksForReceipts": true,
            "collectsPeople": true, "writes": "rich", "undoSeconds": 10,
        })
    );
    let mut tried = 0;
    for (path, members) in [
        (
            "/settings/appearance",
            vec![
                ("language", "language"),
                ("theme", "theme"),
                ("accent", "accent"),
                ("contrast", "contrast"),
                ("density", "density"),
            ],
        ),
        (
            "/settings/reading",
            vec![
                ("page_size", "pageSize"),
                ("lists", "lists"),
                ("mark_read", "markRead"),
                ("advance", "advance"),
            ],
        ),
        (
            "/settings/writing",
            vec![("writes", "writes"), ("undo_seconds", "undoSeconds")],
        ),
    ] {
        let offered = offers(&place.browser.page(path).await);
        for (field, member) in members {
            let words = offered.iter().filter(|(name, ..)| name == field);
            // The first last, so that the next field finds what is usual.
            let mut words: Vec<_> = words.map(|(_, word, _)| word.clone()).collect();
            assert!(words.len() > 1, "{path} has no {field}");
            words.rotate_left(1);
            for word in words {
                let value = match member {
                    "pageSize" | "undoSeconds" => json!(word.parse::<u32>().unwrap()),
                    _ if word.is_empty() => Value::Null,
                    _ => json!(word),
                };
                let one = json!({member: value});
                let now = program.patch("/me/settings", &one).await.ok();
                assert_eq!(now[member], value, "{member} {word}");
                let shown = offers(&place.browser.page(path).await);
                let chosen = (field.to_owned(), word.clone(), true);
                assert!(shown.contains(&chosen), "{field} {word}: {shown:?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 30, "{tried}");
}

#[tokio::test]
async fn choices_change_one_by_one_or_not_at_all() {
    let mut place = Place::with(Kind::Local, &[]).await;
    place.sends_at_once().await;
    let program = Program::of(&place).await;
    let changed = json!({
        "timeZone": "Europe/Paris", "asksForReceipts": false, "collectsPeople": false,
    });
    let now = program.patch("/me/settings", &changed).await.ok();
    for (member, value) in changed.as_object().unwrap() {
        assert_eq!(now[member], *value, "{member}");
    }
    assert_eq!(now["undoSeconds"], 0, "what was chosen before stays");
    let page = place.browser.page("/settings/appearance").await;
    assert!(page.text().contains("<option selected>Europe/Paris"));
    for wrong in [
        json!({"timeZone": "Mars/Olympus"}),
        json!({"pageSize": 51, "theme": "dark"}),
        json!({"undoSeconds": 7}),
        json!({"theme": "pink"}),
        json!({"language": "tlh"}),
        json!({"colour": "red"}),
        json!({"pageSize": null, "theme": 1}),
    ] {
        let answer = program.patch("/me/settings", &wrong).await;
        assert_eq!(answer.problem(422), "invalid", "{wrong}");
    }
    assert_eq!(program.get("/me/settings").await.ok(), now);
    let reader = Program::with(&place, &[Scope::Read]).await;
    assert_eq!(reader.get("/me/settings").await.ok(), now);
    let refused = reader.patch("/me/settings", &changed).await;
    assert_eq!(refused.problem(403), "scope_missing");

    // With nobody signed in: each account by itself.
    let sending = format!("{}/sending", program.account);
    assert_eq!(program.get(&sending).await.ok()["isUnattended"], false);
    for allowed in [true, false] {
        let body = json!({"isUnattended": allowed});
        let now = program.patch(&sending, &body).await.ok();
        assert_eq!(now["isUnattended"], allowed);
        assert_eq!(place.account.is_unattended().await.unwrap(), allowed);
    }
    let refused = reader.patch(&sending, &json!({"isUnattended": true})).await;
    assert_eq!(refused.problem(403), "scope_missing");
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let mut place = Place::with(Kind::Local, &[]).await;
    let program = Program::of(&place).await;
    let mut others = Vec::new();
    for _ in 0..2 {
        let mut browser = place.app.browser();
        let answer = browser.sign_in(&place.address, PASSWORD).await;
        assert_eq!(answer.status, 303);
        others.push(browser);
    }
    let own = place.browser.get("/api/v1/sessions").await;
    let own: Value = serde_json::from_str(&own.text()).unwrap();
    let own = own["items"].as_array().unwrap();
    assert_eq!(own.len(), 3);
    let current = own.iter().filter(|one| one["isCurrent"] == true);
    assert_eq!(current.count(), 1);
    // A token is in no session.
    let list = program.get("/sessions").await.ok();
    let list = list["items"].as_array().unwrap();
    assert!(list.iter().all(|one| one["isCurrent"] == false));
    let other = others[0].get("/api/v1/sessions").await;
    let other: Value = serde_json::from_str(&other.text()).unwrap();
    let other = other["items"].as_array().unwrap();
    let other = other.iter().find(|one| one["isCurrent"] == true).unwrap();
    let path = format!("/sessions/{}", other["id"].as_str().unwrap());
    let reader = Program::with(&place, &[Scope::Read]).await;
    assert_eq!(reader.get("/sessions").await.problem(403), "scope_missing");
    assert_eq!(reader.delete(&path).await.problem(403), "scope_missing");
    assert_eq!(program.delete(&path).await.status, 204);
    assert_eq!(program.delete(&path).await.problem(404), "not_found");
    assert_eq!(others[0].get("/api/v1/me").await.status, 401);
    assert_eq!(others[1].get("/api/v1/me").await.status, 200);

    let mut request = place.browser.sending("/api/v1/sessions", "", "".into());
    *request.method_mut() = axum::http::Method::DELETE;
    assert_eq!(place.browser.finish(request).await.status, 204);
    assert_eq!(others[1].get("/api/v1/me").await.status, 401);
    assert_eq!(place.browser.get("/api/v1/me").await.status, 200);
    // By a token, the last one as well.
    assert_eq!(program.delete("/sessions").await.status, 204);
    assert_eq!(place.browser.get("/api/v1/me").await.status, 401);
    program.get("/me").await.ok();
}

#[tokio::test]
async fn templates_are_kept_and_filled_in() {
    let place = Place::with(Kind::Local, &[]).await;
    let program = Program::of(&place).await;
    let new = json!({
        "name": "Thanks", "subject": "Thank you, {{first_name}}",
        "html": "<p onclick=\"x()\">Dear {{name}}, on {{date}}</p>",
    });
    let made = program.post("/templates", &new).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    assert!(
        !made["html"].as_str().unwrap().contains("onclick"),
        "{made}"
    );
    assert_eq!(
        made["text"].as_str().unwrap().trim(),
        "Dear {{name}}, on {{date}}"
    );
    let path = format!("/templates/{}", made["id"].as_str().unwrap());
    assert_eq!(program.get(&path).await.ok(), made);
    let list = program.get("/templates").await.ok();
    assert_eq!(
        list["items"],
        json!([{"id": made["id"], "name": "Thanks", "subject": new["subject"]}])
    );
    let filled = format!("{path}/filled?to=Bea%20Bell%20%3Cbea%40example.net%3E&date=today");
    let filled = program.get(&filled).await.ok();
    assert_eq!(filled["subject"], "Thank you, Bea");
    assert!(
        filled["html"]
            .as_str()
            .unwrap()
            .contains("Dear Bea Bell, on today")
    );
    // Nobody's identity is no reason to fill in nothing.
    let bare = program
        .get(&format!("{path}/filled?identityId=999"))
        .await
        .ok();
    assert_eq!(bare["subject"], new["subject"]);

    let changed = program.patch(&path, &json!({"name": "Merci"})).await.ok();
    assert_eq!(
        (&changed["name"], &changed["html"]),
        (&json!("Merci"), &made["html"])
    );
    for (body, code) in [
        (json!({"name": " "}), "template_nameless"),
        (json!({"subject": "x".repeat(301)}), "template_too_long"),
        (json!({"text": "x".repeat(100_001)}), "template_too_long"),
        (json!({"body": "x"}), "invalid"),
    ] {
        assert_eq!(program.patch(&path, &body).await.problem(422), code);
    }
    let nameless = program.post("/templates", &json!({"text": "x"})).await;
    assert_eq!(nameless.problem(422), "template_nameless");
    let reader = Program::with(&place, &[Scope::Read]).await;
    reader.get("/templates").await.ok();
    assert_eq!(
        reader.post("/templates", &new).await.problem(403),
        "scope_missing"
    );
    assert_eq!(program.delete(&path).await.status, 204);
    assert_eq!(program.delete(&path).await.problem(404), "not_found");
    program.get(&path).await.problem(404);
}

#[tokio::test]
async fn people_are_found_and_forgotten() {
    let letters = [
        "Bea <bea@example.net>",
        "Carl <carl@example.net>",
        "Dora <dora@example.net>",
    ];
    let messages: Vec<_> = (0..)
        .zip(letters)
        .map(|(second, from)| mail("INBOX", second, letter("x").from(from).text("x").raw()))
        .collect();
    let place = Place::with(Kind::Local, &messages).await;
    let program = Program::of(&place).await;
    let inbox = program.role("inbox").await;
    for email in program.emails(&inbox).await {
        let id = email["id"].as_str().unwrap().parse().unwrap();
        let opened = place.account.open_known(id).await.unwrap();
        place.account.remember_sender(&opened).await.unwrap();
    }
    let names = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap().iter();
        items
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = program.get("/people?limit=2").await.ok();
    assert_eq!(names(&first), ["Bea", "Carl"]);
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = program
        .get(&format!("/people?limit=2&cursor={cursor}"))
        .await
        .ok();
    assert_eq!(names(&second), ["Dora"]);
    assert_eq!(second["nextCursor"], json!(null));
    assert_eq!(
        program.get("/people?cursor=x").await.problem(422),
        "cursor_invalid"
    );
    assert_eq!(
        program.get("/people?limit=101").await.problem(400),
        "query_invalid"
    );
    let found = program.get("/people?q=car").await.ok();
    assert_eq!(names(&found), ["Carl"]);
    let path = format!("/people/{}", found["items"][0]["id"].as_str().unwrap());
    let reader = Program::with(&place, &[Scope::Read]).await;
    assert_eq!(reader.delete(&path).await.problem(403), "scope_missing");
    assert_eq!(program.delete(&path).await.status, 204);
    assert_eq!(names(&program.get("/people").await.ok()), ["Bea", "Dora"]);
    assert_eq!(program.delete("/people").await.status, 204);
    assert_eq!(program.get("/people").await.ok()["items"], json!([]));
}

#[tokio::test]
async fn senders_are_trusted_and_not() {
    let mut place = Place::with(Kind::Local, &[]).await;
    let program = Program::of(&place).await;
    let path = "/trusted-senders";
    let made = program
        .post(path, &json!({"email": " News+a/b@Example.org"}))
        .await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.json()["email"], "news+a/b@example.org");
    program
        .post(path, &json!({"email": "news+a/b@example.org"}))
        .await
        .ok();
    let list = program.get(path).await.ok();
    assert_eq!(list["items"], json!([{"email": "news+a/b@example.org"}]));
    let page = place.browser.page("/settings/reading").await;
    assert!(page.text().contains("news+a/b@example.org"));
    for wrong in ["", "x", "@example.org", "a b@example.org", "a@b\u{7}"] {
        let answer = program.post(path, &json!({"email": wrong})).await;
        assert_eq!(answer.problem(422), "invalid", "{wrong}");
    }
    let one = format!("{path}/news%2Ba%2Fb%40example.org");
    let reader = Program::with(&place, &[Scope::Read]).await;
    reader.get(path).await.ok();
    assert_eq!(reader.delete(&one).await.problem(403), "scope_missing");
    assert_eq!(program.delete(&one).await.status, 204);
    assert_eq!(program.delete(&one).await.problem(404), "not_found");
    assert_eq!(program.get(path).await.ok()["items"], json!([]));
}

#[tokio::test]
async fn who_wants_to_be_told_is_answered_once() {
    let asks = |subject: &str| {
        letter(subject)
            .id(&format!("{subject}@example.org"))
            .header("Disposition-Notification-To", "ada@example.org")
            .text("x")
            .raw()
    };
    let smtp = Smtp::start();
    let messages = [
        mail("INBOX", 1, asks("told")),
        mail("INBOX", 2, asks("refused")),
        mail("INBOX", 3, letter("quiet").text("x").raw()),
    ];
    let place = Place::at(Kind::Imap, &messages, Settings::sending(&smtp.url())).await;
    let program = Program::of(&place).await;
    let _outbox = place.app.outbox();
    let inbox = program.role("inbox").await;
    let path = async |subject: &str| {
        let id = program.email(&inbox, subject).await;
        format!("{}/emails/{id}/receipt", program.account)
    };
    let (told, refused, quiet) = (
        path("told").await,
        path("refused").await,
        path("quiet").await,
    );
    let (send, refuse) = (json!({"action": "send"}), json!({"action": "refuse"}));
    let wish = program.get(&told).await.ok();
    assert_eq!(
        wish,
        json!({
            "isWanted": true, "isElsewhere": false,
            "to": [{"name": null, "email": "ada@example.org"}],
        })
    );
    let modifier = Program::with(&place, &[Scope::Read, Scope::Modify]).await;
    assert_eq!(
        modifier.post(&told, &send).await.problem(403),
        "scope_missing"
    );
    let sender = Program::with(&place, &[Scope::Read, Scope::Send]).await;
    assert_eq!(
        sender.post(&refused, &refuse).await.problem(403),
        "scope_missing"
    );
    for wrong in [
        json!({}),
        json!({"action": "x"}),
        json!({"action": "send", "subject": "x".repeat(1001)}),
    ] {
        assert_eq!(program.post(&told, &wrong).await.problem(422), "invalid");
    }
    assert_eq!(sender.post(&told, &send).await.status, 204);
    let given = smtp.given().await.raw;
    assert!(
        given.contains("message/disposition-notification"),
        "{given}"
    );
    assert!(given.contains("Subject: Read: told"), "{given}");
    assert_eq!(modifier.post(&refused, &refuse).await.status, 204);
    for path in [&told, &refused, &quiet] {
        assert_eq!(program.get(path).await.ok()["isWanted"], false);
        let again = program.post(path, &send).await;
        assert_eq!(again.problem(409), "receipt_not_wanted");
    }
    assert_eq!(smtp.taken().len(), 1);
}
