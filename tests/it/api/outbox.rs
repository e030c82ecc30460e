//! Messages on their way, looked after by a program as by the outbox.

use axum::http::Method;
use restante::engine::{events::Event, tokens::Scope};
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;

use crate::{
    contract::{Kind, PATIENCE, Place},
    support::{
        app::Settings,
        smtp::{Act, Smtp},
    },
};

use super::{Program, program::Answer};

fn message(subject: &str) -> Value {
    json!({"message": {
        "to": [{"email": "bert@example.net"}], "subject": subject, "text": "Hi.",
    }})
}

/// Asks again whenever something happens, until the answer is as it should be.
async fn until(
    heard: &mut Receiver<Event>,
    ask: impl AsyncFn() -> Answer,
    fits: impl Fn(&Answer) -> bool,
) -> Answer {
    loop {
        let answer = ask().await;
        if fits(&answer) {
            return answer;
        }
        let next = tokio::time::timeout(PATIENCE, heard.recv()).await;
        let _event = next.unwrap_or_else(|_| panic!("nothing more, after {}", answer.text()));
    }
}

#[tokio::test]
async fn what_may_have_arrived_is_decided_by_its_writer() {
    let smtp = Smtp::start();
    let place = Place::at(Kind::Imap, &[], Settings::sending(&smtp.url())).await;
    let program = Program::of(&place).await;
    let _outbox = place.app.outbox();
    let mut heard = place.account.subscribe().unwrap();
    let all = format!("{}/submissions", program.account);
    let unconfirmed = async |subject: &str| {
        smtp.at("end", Some(Act::TakeAndDrop));
        let sent = program.post(&all, &message(subject)).await.ok();
        smtp.at("end", None);
        assert_eq!(sent["status"], "unconfirmed");
        format!("{all}/{}", sent["id"].as_str().unwrap())
    };

    let one = unconfirmed("It came").await;
    let confirm = format!("{one}/confirm");
    for body in [
        json!({}),
        json!({"sent": "yes"}),
        json!({"sent": true, "x": 1}),
    ] {
        assert_eq!(program.post(&confirm, &body).await.problem(422), "invalid");
    }
    // It can't be taken back, nor be given a time.
    assert_eq!(program.delete(&one).await.problem(409), "too_late");
    let now = json!({"sendAt": null});
    assert_eq!(program.patch(&one, &now).await.problem(409), "too_late");
    let said = program.post(&confirm, &json!({"sent": true})).await.ok();
    assert_eq!(said["status"], "sent");
    let again = program.post(&confirm, &json!({"sent": true})).await;
    assert_eq!(again.problem(409), "too_late");
    let again = program.post(&format!("{one}/retry"), &json!({})).await;
    assert_eq!(again.problem(409), "too_late");
    // Off the list once its copy lies in Sent.
    let remove = async || program.post(&format!("{one}/remove"), &json!({})).await;
    let removed = until(&mut heard, remove, |answer| answer.status != 409).await;
    assert_eq!(removed.status, 204, "{}", removed.text());
    assert_eq!(program.get(&all).await.ok()["items"], json!([]));
    let sent = program.role("sent").await;
    assert_eq!(program.emails(&sent).await.len(), 1);

    let two = unconfirmed("It did not").await;
    let (confirm, lost) = (format!("{two}/confirm"), json!({"sent": false}));
    let said = program.post(&confirm, &lost).await.ok();
    assert_eq!(said["status"], "cancelled");
    let drafts = format!("{}/drafts", program.account);
    let draft = program.get(&drafts).await.ok()["items"][0].clone();
    assert_eq!(
        (&draft["id"], &draft["subject"]),
        (&said["draftId"], &json!("It did not"))
    );

    let three = unconfirmed("Once more").await;
    let reader = Program::with(&place, &[Scope::Read, Scope::Modify]).await;
    let retry = format!("{three}/retry");
    let refused = reader.post(&retry, &json!({})).await;
    assert_eq!(refused.problem(403), "scope_missing");
    let again = program.post(&retry, &json!({})).await;
    assert_eq!(
        (again.status, &again.json()["status"]),
        (201, &json!("sent"))
    );
    let taken = smtp.taken();
    let subjects = taken.iter().filter(|one| one.raw.contains("Once more"));
    assert_eq!(subjects.count(), 2);
    assert_eq!(program.get(&three).await.ok()["status"], "cancelled");
}

#[tokio::test]
async fn what_failed_is_sent_again_or_written_anew() {
    let smtp = Smtp::start();
    smtp.at("MAIL", Some(Act::Say("550 5.7.1 Not from you")));
    let place = Place::at(Kind::Imap, &[], Settings::sending(&smtp.url())).await;
    let program = Program::of(&place).await;
    let _outbox = place.app.outbox();
    let all = format!("{}/submissions", program.account);
    let failed = program.post(&all, &message("Refused")).await.ok();
    assert_eq!(failed["status"], "failed");
    let path = format!("{all}/{}", failed["id"].as_str().unwrap());
    let still = program.post(&format!("{path}/retry"), &json!({})).await;
    assert_eq!(
        (still.status, &still.json()["status"]),
        (201, &json!("failed"))
    );
    let path = format!("{all}/{}", still.json()["id"].as_str().unwrap());
    assert_eq!(
        program
            .post(&format!("{path}/remove"), &json!({}))
            .await
            .status,
        204
    );
    let drafts = format!("{}/drafts", program.account);
    let drafts = program.get(&drafts).await.ok();
    assert_eq!(drafts["items"][0]["subject"], "Refused");
    assert_eq!(program.get(&path).await.ok()["status"], "cancelled");
}

#[tokio::test]
async fn what_waits_gets_another_time_or_goes_now() {
    let smtp = Smtp::start();
    let place = Place::at(Kind::Imap, &[], Settings::sending(&smtp.url())).await;
    let program = Program::of(&place).await;
    let _outbox = place.app.outbox();
    let mut heard = place.account.subscribe().unwrap();
    let all = format!("{}/submissions", program.account);
    let mut later = message("Later");
    later["sendAt"] = json!("2100-01-01T00:00:00Z");
    let waiting = program.post(&all, &later).await.ok();
    let path = format!("{all}/{}", waiting["id"].as_str().unwrap());
    let same = program.patch(&path, &json!({})).await.ok();
    assert_eq!(same["sendAt"], "2100-01-01T00:00:00Z");
    let other = json!({"sendAt": "2101-02-03T04:05:06Z"});
    let moved = program.patch(&path, &other).await.ok();
    assert_eq!(
        (&moved["status"], &moved["sendAt"]),
        (&json!("pending"), &other["sendAt"])
    );
    for wrong in [json!({"sendAt": "tomorrow"}), json!({"status": "sent"})] {
        assert_eq!(program.patch(&path, &wrong).await.problem(422), "invalid");
    }
    // It is on its way: that is what taking back is for.
    let remove = format!("{path}/remove");
    assert_eq!(
        program.post(&remove, &json!({})).await.problem(409),
        "too_late"
    );
    let retry = format!("{path}/retry");
    assert_eq!(
        program.post(&retry, &json!({})).await.problem(409),
        "too_late"
    );
    let modifier = Program::with(&place, &[Scope::Read, Scope::Modify]).await;
    let now = json!({"sendAt": null});
    assert_eq!(
        modifier.patch(&path, &now).await.problem(403),
        "scope_missing"
    );
    assert!(smtp.taken().is_empty());
    program.patch(&path, &now).await.ok();
    let show = async || program.send(program.request(Method::GET, &path)).await;
    until(&mut heard, show, |answer| answer.json()["status"] == "sent").await;
    assert_eq!(smtp.taken().len(), 1);
}
