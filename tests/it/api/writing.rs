//! Drafts, files and sending.

use axum::http::{Method, header};
use serde_json::json;

use crate::{
    contract::{Kind, Place, alike, mail},
    support::{app::Settings, letter::letter, smtp::Smtp},
};

use super::Program;

alike!(
    a_draft_is_written_and_rewritten,
    an_answer_takes_what_it_answers,
    files_come_by_their_blobs,
    a_draft_says_what_else_was_chosen,
    identities_are_made_and_changed,
);

async fn a_draft_is_written_and_rewritten(kind: Kind) {
    let place = Place::with(kind, &[]).await;
    let program = Program::of(&place).await;
    let all = format!("{}/drafts", program.account);
    let new = json!({
        "to": [{"name": "Bert, the second", "email": "bert@example.net"}],
        "subject": "Hello",
        "text": "Hi.",
    });
    let made = program.post(&all, &new).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let draft = made.json();
    assert_eq!(draft["to"], new["to"]);
    assert_eq!(
        (&draft["text"], &draft["html"]),
        (&json!("Hi."), &json!(null))
    );
    let path = format!("{all}/{}", draft["id"].as_str().unwrap());
    assert_eq!(
        program.get(&all).await.ok()["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let tag = made.header("etag").to_owned();
    let put = |body: serde_json::Value, tag: &str| {
        let mut request = program.json(Method::PUT, &path, &body);
        request
            .headers_mut()
            .insert(header::IF_MATCH, tag.parse().unwrap());
        program.send(request)
    };
    let again = put(json!({"subject": "Bye", "html": "<p>Bye</p>"}), &tag).await;
    let changed = again.ok();
    assert_eq!(changed["subject"], "Bye");
    assert_eq!(changed["to"], json!([]));
    assert_eq!(
        (&changed["text"], &changed["html"]),
        (&json!(null), &json!("<p>Bye</p>"))
    );
    assert_eq!(
        put(json!({"subject": "Late"}), &tag).await.problem(412),
        "changed"
    );
    assert_eq!(program.get(&path).await.ok()["subject"], "Bye");
    for wrong in [
        json!({"identityId": "999999"}),
        json!({"attachments": [{"blobId": "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}),
        json!({"body": "x"}),
        json!({"to": "bert@example.net"}),
    ] {
        assert_eq!(
            program.put(&path, &wrong).await.problem(422),
            "invalid",
            "{wrong}"
        );
    }
    assert_eq!(program.delete(&path).await.status, 204);
    program.get(&path).await.problem(404);
}

async fn an_answer_takes_what_it_answers(kind: Kind) {
    let raw = letter("Question")
        .from("Anna <anna@example.net>")
        .id("q@example.net")
        .text("What is it?")
        .file("text/csv", "a.csv", b"1,2\n")
        .raw();
    let place = Place::with(kind, &[mail("INBOX", 1, raw)]).await;
    let program = Program::of(&place).await;
    let inbox = program.role("inbox").await;
    let id = program.email(&inbox, "Question").await;
    let all = format!("{}/drafts", program.account);
    let reply = json!({
        "text": "This.",
        "reference": {"emailId": id, "action": "reply", "quote": true},
    });
    let draft = program.post(&all, &reply).await.ok();
    assert_eq!(
        draft["to"],
        json!([{"name": "Anna", "email": "anna@example.net"}])
    );
    assert_eq!(draft["subject"], "Re: Question");
    let text = draft["text"].as_str().unwrap();
    assert!(
        text.starts_with("This.\n\n") && text.contains("> What is it?"),
        "{text}"
    );
    assert_eq!(draft["attachments"], json!([]));
    let forward = json!({
        "to": [{"email": "bert@example.net"}],
        "reference": {"emailId": id, "action": "forward"},
    });
    let draft = program.post(&all, &forward).await.ok();
    assert_eq!(draft["attachments"][0]["name"], "a.csv");
    let missing = json!({"reference": {"emailId": "AAAAAAAAAAAAAAAAAAA", "action": "reply"}});
    let answer = program.post(&all, &missing).await;
    assert_eq!(answer.problem(422), "invalid");
    assert_eq!(answer.json()["errors"][0]["pointer"], "/reference/emailId");
}

async fn files_come_by_their_blobs(kind: Kind) {
    let raw = letter("Files")
        .text("x")
        .file("text/csv", "a.csv", b"1,2\n")
        .raw();
    let place = Place::with(kind, &[mail("INBOX", 1, raw)]).await;
    let program = Program::of(&place).await;
    let inbox = program.role("inbox").await;
    let email = program.email(&inbox, "Files").await;
    let email = program
        .get(&format!("{}/emails/{email}", program.account))
        .await
        .ok();
    let blobs = format!("{}/blobs", program.account);
    let up = program.octets(&blobs, "image/png", b"0123456789".to_vec());
    let blob = program.send(up).await;
    assert_eq!(blob.status, 201, "{}", blob.text());
    let blob = blob.json();
    assert_eq!(
        (&blob["size"], &blob["type"]),
        (&json!(10), &json!("image/png"))
    );
    let path = format!("{blobs}/{}", blob["blobId"].as_str().unwrap());
    assert_eq!(program.get(&path).await.text(), "0123456789");
    let mut range = program.request(Method::GET, &path);
    range
        .headers_mut()
        .insert(header::RANGE, "bytes=2-4".parse().unwrap());
    assert_eq!(program.send(range).await.text(), "234");
    let part = email["attachments"][0]["blobId"].as_str().unwrap();
    assert_eq!(
        program.get(&format!("{blobs}/{part}")).await.text(),
        "1,2\n"
    );

    let all = format!("{}/drafts", program.account);
    let files = json!({"attachments": [
        {"blobId": blob["blobId"], "name": "p.png", "type": "image/png", "disposition": "inline", "cid": "p@x"},
        {"blobId": part},
    ]});
    let draft = program.post(&all, &files).await.ok();
    let kept = draft["attachments"].as_array().unwrap();
    assert_eq!(
        (&kept[0]["disposition"], &kept[0]["cid"]),
        (&json!("inline"), &json!("p@x"))
    );
    assert_eq!(
        (&kept[1]["name"], &kept[1]["type"]),
        (&json!("a.csv"), &json!("text/csv"))
    );
    let path = format!("{all}/{}", draft["id"].as_str().unwrap());
    let fewer = json!({"attachments": [{"blobId": kept[1]["blobId"]}]});
    let draft = program.put(&path, &fewer).await.ok();
    assert_eq!(draft["attachments"].as_array().unwrap().len(), 1);
    assert_eq!(draft["attachments"][0]["name"], "a.csv");
}

async fn a_draft_says_what_else_was_chosen(kind: Kind) {
    let mut place = Place::with(kind, &[]).await;
    let program = Program::of(&place).await;
    let all = format!("{}/drafts", program.account);
    let chosen = |draft: &serde_json::Value| {
        ["receipt", "deliveryReport", "importance"].map(|name| draft[name].clone())
    };
    let plain = program.post(&all, &json!({"text": "x"})).await.ok();
    assert_eq!(
        chosen(&plain),
        [json!(false), json!(false), json!("normal")]
    );
    let new = json!({
        "text": "x", "receipt": true, "deliveryReport": true, "importance": "high",
    });
    let draft = program.post(&all, &new).await.ok();
    assert_eq!(chosen(&draft), [json!(true), json!(true), json!("high")]);
    let path = format!("{all}/{}", draft["id"].as_str().unwrap());
    assert_eq!(program.get(&path).await.ok(), draft);
    let page = format!("/drafts/{}", draft["id"].as_str().unwrap());
    let page = place.browser.page(&page).await;
    let tags = page.tags();
    for (name, value) in [("receipt", "1"), ("delivery_report", "1")] {
        let ticked = |tag: &&crate::support::markup::Tag| {
            tag.get("name") == name && tag.get("value") == value && tag.has("checked")
        };
        assert!(tags.iter().any(|tag| ticked(&tag)), "{name}");
    }
    // Written anew, it has what is said and nothing else.
    let low = json!({"text": "x", "importance": "low"});
    let draft = program.put(&path, &low).await.ok();
    assert_eq!(chosen(&draft), [json!(false), json!(false), json!("low")]);
    for wrong in [json!({"importance": "urgent"}), json!({"receipt": "yes"})] {
        assert_eq!(program.post(&all, &wrong).await.problem(422), "invalid");
    }
}

async fn identities_are_made_and_changed(kind: Kind) {
    let place = Place::with(kind, &[]).await;
    let program = Program::of(&place).await;
    let all = format!("{}/identities", program.account);
    let own = program.get(&all).await.ok();
    assert_eq!(own["items"][0]["email"], place.address.as_str());
    let made = program
        .post(&all, &json!({"name": "Second", "email": "b@example.org"}))
        .await;
    assert_eq!(made.status, 201);
    let path = format!("{all}/{}", made.json()["id"].as_str().unwrap());
    let changed = program.patch(&path, &json!({"name": "Other"})).await.ok();
    assert_eq!(
        (&changed["name"], &changed["email"]),
        (&json!("Other"), &json!("b@example.org"))
    );
    let wrong = program.patch(&path, &json!({"email": "nonsense"})).await;
    assert_eq!(wrong.problem(422), "identity_address_invalid");
    assert_eq!(program.delete(&path).await.status, 204);
    program.get(&path).await.problem(404);
    let last = format!("{all}/{}", own["items"][0]["id"].as_str().unwrap());
    assert_eq!(program.delete(&last).await.problem(422), "identity_last");
}

#[tokio::test]
async fn a_message_is_sent_once_whoever_repeats_it() {
    let smtp = Smtp::start();
    let place = Place::at(Kind::Imap, &[], Settings::sending(&smtp.url())).await;
    let program = Program::of(&place).await;
    let _outbox = place.app.outbox();
    let all = format!("{}/submissions", program.account);
    let message = json!({"message": {
        "to": [{"email": "bert@example.net"}], "subject": "Once", "text": "Hi.",
    }});
    let send = async |body: &serde_json::Value, key: &str| {
        let mut request = program.json(Method::POST, &all, body);
        request
            .headers_mut()
            .insert("idempotency-key", key.parse().unwrap());
        program.send(request).await
    };
    let first = send(&message, "key 1").await;
    assert_eq!(first.status, 201, "{}", first.text());
    assert_eq!(first.json()["status"], "sent");
    assert_eq!(first.json()["recipients"][0]["status"], "accepted");
    let again = send(&message, "key 1").await;
    assert_eq!((again.status, again.json()), (201, first.json()));
    let other = json!({"message": {"to": [{"email": "c@example.net"}], "text": "Other."}});
    assert_eq!(
        send(&other, "key 1").await.problem(422),
        "idempotency_key_reused"
    );
    assert_eq!(smtp.taken().len(), 1);

    // What is to be mended first is not remembered.
    let nobody = json!({"message": {"text": "To nobody."}});
    assert_eq!(send(&nobody, "key 2").await.problem(422), "no_recipients");
    assert_eq!(send(&message, "key 2").await.status, 201);
    assert_eq!(
        program
            .get(&format!("{}/drafts", program.account))
            .await
            .ok()["items"],
        json!([])
    );
}

#[tokio::test]
async fn what_was_chosen_goes_out_with_a_message() {
    let smtp = Smtp::start();
    let place = Place::at(Kind::Imap, &[], Settings::sending(&smtp.url())).await;
    let program = Program::of(&place).await;
    let _outbox = place.app.outbox();
    let message = json!({"message": {
        "to": [{"email": "bert@example.net"}], "text": "Hi.", "receipt": true, "importance": "high",
    }});
    let all = format!("{}/submissions", program.account);
    program.post(&all, &message).await.ok();
    let raw = smtp.given().await.raw;
    assert!(raw.contains("\nImportance: high"), "{raw}");
    assert!(raw.contains("\nDisposition-Notification-To: "), "{raw}");
}

#[tokio::test]
async fn what_waits_can_be_taken_back() {
    let smtp = Smtp::start();
    let place = Place::at(Kind::Imap, &[], Settings::sending(&smtp.url())).await;
    let program = Program::of(&place).await;
    let drafts = format!("{}/drafts", program.account);
    let new = json!({"to": [{"email": "bert@example.net"}], "subject": "Later", "text": "Hi."});
    let draft = program.post(&drafts, &new).await.ok();
    let all = format!("{}/submissions", program.account);
    let later = json!({"draftId": draft["id"], "sendAt": "2100-01-01T00:00:00Z"});
    let waiting = program.post(&all, &later).await;
    assert_eq!(waiting.status, 202, "{}", waiting.text());
    assert_eq!(waiting.json()["status"], "pending");
    assert_eq!(program.get(&drafts).await.ok()["items"], json!([]));
    let path = format!("{all}/{}", waiting.json()["id"].as_str().unwrap());
    assert_eq!(
        program.get(&path).await.ok()["sendAt"],
        "2100-01-01T00:00:00Z"
    );
    assert_eq!(
        program.get(&all).await.ok()["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(program.delete(&path).await.status, 204);
    assert_eq!(program.delete(&path).await.problem(409), "too_late");
    assert_eq!(
        program.get(&drafts).await.ok()["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let stale = json!({"draftId": draft["id"], "revision": 99});
    assert_eq!(program.post(&all, &stale).await.problem(412), "changed");
    assert_eq!(
        program
            .post(&all, &json!({"draftId": "999"}))
            .await
            .problem(404),
        "not_found"
    );
    assert_eq!(program.post(&all, &json!({})).await.problem(422), "invalid");
}

/// A process that ended before it could answer leaves a message that waits: that is what is said.
#[tokio::test]
async fn a_repeated_request_finds_what_still_waits() {
    use sqlx::Connection as _;

    let smtp = Smtp::start();
    let place = Place::at(Kind::Imap, &[], Settings::sending(&smtp.url())).await;
    let program = Program::of(&place).await;
    let all = format!("{}/submissions", program.account);
    let message = json!({
        "message": {"to": [{"email": "bert@example.net"}], "subject": "Later", "text": "Hi."},
        "sendAt": "2100-01-01T00:00:00Z",
    });
    let send = async || {
        let mut request = program.json(Method::POST, &all, &message);
        request
            .headers_mut()
            .insert("idempotency-key", "k".parse().unwrap());
        program.send(request).await
    };
    let first = send().await;
    assert_eq!(first.status, 202, "{}", first.text());
    // As it is when no answer was written down.
    let url = format!("sqlite:{}", place.app.data().join("restante.db").display());
    let mut db = sqlx::SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("DELETE FROM idempotency_keys")
        .execute(&mut db)
        .await
        .unwrap();
    let again = send().await;
    assert_eq!(again.status, 202, "{}", again.text());
    assert_eq!(again.json()["id"], first.json()["id"]);
    assert_eq!(again.json()["status"], "pending");
}
