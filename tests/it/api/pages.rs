//! Lists page by page to their very end, room on servers, and what submissions and drafts say of
//! themselves.

use restante::engine::tokens::Scope;
use serde_json::{Value, json};
use tokio::time::{Duration, timeout};

use super::Program;
use crate::{
    contract::{Kind, PATIENCE, Place, alike},
    support::{app::Settings, scripted::Scripted, smtp::Smtp},
};

alike!(
    the_oldest_draft_is_seen,
    a_draft_says_whom_it_is_from,
    a_submission_leads_to_its_copy,
);

/// A list by pages of so many.
async fn pages(program: &Program, path: &str, limit: u32) -> Vec<Vec<Value>> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = program.get(&format!("{path}?limit={limit}{cursor}")).await;
        let page = page.ok();
        all.push(page["items"].as_array().unwrap().clone());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

async fn the_oldest_draft_is_seen(kind: Kind) {
    let place = Place::with(kind, &[]).await;
    let program = Program::of(&place).await;
    let path = format!("{}/drafts", program.account);
    for number in 0..101 {
        let new = json!({"subject": number.to_string()});
        assert_eq!(program.post(&path, &new).await.status, 201);
    }
    let first = program.get(&path).await.ok();
    assert_eq!(first["items"].as_array().unwrap().len(), 50);
    assert_eq!(first["total"], 101);
    for limit in [7, 100] {
        let read = pages(&program, &path, limit).await;
        assert!(read.iter().all(|page| page.len() <= limit as usize));
        let subjects = read.concat();
        let subjects: Vec<_> = subjects.iter().map(|one| one["subject"].as_str()).collect();
        let expected: Vec<String> = (0..101).rev().map(|one| one.to_string()).collect();
        let expected: Vec<_> = expected.iter().map(|one| Some(one.as_str())).collect();
        assert_eq!(subjects, expected);
    }
    // What goes in between moves nothing.
    let cursor = first["nextCursor"].as_str().unwrap();
    let last = first["items"][49]["id"].as_str().unwrap();
    assert_eq!(program.delete(&format!("{path}/{last}")).await.status, 204);
    let second = program.get(&format!("{path}?cursor={cursor}")).await.ok();
    assert_eq!(second["items"][0]["subject"], "50");
    let other = format!("{}/submissions?cursor={cursor}", program.account);
    assert_eq!(program.get(&other).await.problem(422), "cursor_invalid");
    let wrong = program.get(&format!("{path}?limit=101")).await;
    assert_eq!(wrong.problem(400), "query_invalid");
}

async fn a_draft_says_whom_it_is_from(kind: Kind) {
    let place = Place::with(kind, &[]).await;
    let program = Program::of(&place).await;
    let (drafts, identities) = (
        format!("{}/drafts", program.account),
        format!("{}/identities", program.account),
    );
    // The first look makes the one of the account's own address.
    program.get(&identities).await.ok();
    let second = json!({"name": "Second", "email": "second@example.org"});
    let second = program.post(&identities, &second).await.ok();
    let draft = program.post(&drafts, &json!({"text": "x"})).await.ok();
    assert_eq!(
        draft["from"],
        json!([{"name": null, "email": place.address}])
    );
    let path = format!("{drafts}/{}", draft["id"].as_str().unwrap());
    let put = async |body: Value| program.put(&path, &body).await;
    let written = put(json!({"identityId": second["id"]})).await.ok();
    let whole = json!([{"name": "Second", "email": "second@example.org"}]);
    assert_eq!(written["from"], whole);
    // What was read is taken back as it was.
    let written = put(json!({"from": whole})).await.ok();
    assert_eq!(
        (&written["from"], &written["identityId"]),
        (&whole, &second["id"])
    );
    let tagged = json!([{"email": "second+shop@example.org"}]);
    let written = put(json!({"from": tagged})).await.ok();
    assert_eq!(written["from"][0]["email"], "second+shop@example.org");
    assert_eq!(written["identityId"], second["id"]);
    let listed = program.get(&drafts).await.ok();
    assert_eq!(listed["items"][0]["from"], written["from"]);
    for (wrong, pointer) in [
        (json!([{"email": "third@example.net"}]), "/from/0/email"),
        (
            json!([{"name": "X", "email": "second@example.org"}]),
            "/from/0/name",
        ),
        (
            json!([{"email": place.address}, {"email": "second@example.org"}]),
            "/from",
        ),
    ] {
        let answer = put(json!({"from": wrong})).await;
        assert_eq!(answer.problem(422), "invalid");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
    }
    let both = json!({"identityId": second["id"], "from": [{"email": place.address}]});
    assert_eq!(put(both).await.problem(422), "invalid");
}

async fn a_submission_leads_to_its_copy(kind: Kind) {
    let smtp = Smtp::start();
    let settings = Settings::sending(&smtp.url());
    let place = Place::at(kind, &[], settings).await;
    let program = Program::of(&place).await;
    let _outbox = place.app.outbox();
    let all = format!("{}/submissions", program.account);
    let identities = format!("{}/identities", program.account);
    let own = program.get(&identities).await.ok()["items"][0]["id"].clone();
    let to = json!([{"email": place.address}]);
    for number in 0..3 {
        let later = json!({
            "message": {"to": to, "subject": number.to_string(), "text": "x"},
            "sendAt": "2100-01-01T00:00:00Z",
        });
        let waiting = program.post(&all, &later).await.ok();
        assert_eq!(waiting["identityId"], own);
        assert_eq!(waiting["emailId"], Value::Null, "it is not out");
    }
    let message = json!({"message": {"to": to, "subject": "Sent", "text": "x"}});
    let sent = program.post(&all, &message).await.ok();
    assert_eq!(sent["status"], "sent", "{sent}");
    let path = format!("{all}/{}", sent["id"].as_str().unwrap());
    let mut heard = place.account.subscribe().unwrap();
    let filed = timeout(PATIENCE, async {
        loop {
            let now = program.get(&path).await.ok();
            if now["emailId"].is_string() {
                return now;
            }
            let _waited = timeout(Duration::from_millis(200), heard.recv()).await;
        }
    });
    let filed = filed.await.expect("it is filed");
    let copy = filed["emailId"].as_str().unwrap();
    let copy = format!("{}/emails/{copy}", program.account);
    let copy = program.get(&copy).await.ok();
    assert_eq!(copy["subject"], "Sent");
    let folder = program.role("sent").await;
    assert_eq!(copy["mailboxIds"][&folder], true, "{copy}");
    let read = pages(&program, &all, 3).await;
    let subjects = |page: &[Value]| -> Vec<String> {
        let subjects = page.iter().map(|one| one["subject"].as_str().unwrap());
        subjects.map(str::to_owned).collect()
    };
    assert_eq!(subjects(&read[0]), ["Sent", "2", "1"]);
    assert_eq!(subjects(&read[1]), ["0"]);
    assert_eq!(read.len(), 2);
}

#[tokio::test]
async fn jobs_are_read_page_by_page() {
    let place = Place::with(Kind::Local, &[]).await;
    let program = Program::of(&place).await;
    let exports = format!("{}/exports", program.account);
    for _ in 0..25 {
        let made = program.post(&exports, &json!({"format": "zip"})).await;
        assert_eq!(made.status, 201, "{}", made.text());
    }
    let all = program.get("/jobs").await.ok();
    assert_eq!(all["items"].as_array().unwrap().len(), 25);
    assert_eq!(all["nextCursor"], Value::Null);
    let read = pages(&program, "/jobs", 10).await;
    let sizes: Vec<_> = read.iter().map(Vec::len).collect();
    assert_eq!(sizes, [10, 10, 5]);
    assert_eq!(json!(read.concat()), all["items"]);
}

/// A server that says how much room there is, by two bounds, and one that says nothing.
#[tokio::test]
async fn the_room_on_a_server_is_told_where_it_says_so() {
    let server = Scripted::imap("IMAP4rev1 QUOTA", |command| {
        let asked = command.starts_with("GETQUOTAROOT");
        asked.then(|| {
            [
                "* QUOTAROOT INBOX \"own\" \"all\"",
                "* QUOTA \"own\" (MESSAGE 4 10 STORAGE 100 500)",
                "* QUOTA \"all\" (STORAGE 350 400)",
                "{tag} OK done",
            ]
            .join("\r\n")
        })
    })
    .await;
    let url = format!("imap+insecure://127.0.0.1:{}", server.port);
    let settings = Settings::default().server("odd.example", &url, "");
    let place = Place::at(Kind::Imap, &[], settings).await;
    let program = Program::of(&place).await;
    let new = json!({"email": "anna@odd.example", "password": "x"});
    let added = program.post("/accounts", &new).await.ok();
    let path = format!("/accounts/{}/quota", added["id"].as_str().unwrap());
    let room = program.get(&path).await.ok();
    assert_eq!(room, json!({"used": 350 * 1024, "limit": 400 * 1024}));
    let heard = server.heard();
    let asked = heard.iter().filter(|line| line.contains("GETQUOTAROOT"));
    assert_eq!(asked.count(), 1, "{heard:?}");
    // Dovecot is not asked what it does not offer.
    let own = format!("{}/quota", program.account);
    assert_eq!(program.get(&own).await.problem(422), "not_supported");
    let reading = Program::with(&place, &[Scope::Modify]).await;
    reading.get(&path).await.problem(403);
}
