//! Imports, exports, and the jobs that they are.

use std::time::Duration;

use serde_json::{Value, json};

use crate::contract::{Kind, Place};

use super::Program;

const MBOX: &[u8] = b"From - Thu Oct 01 10:00:00 2026\nStatus: RO\nSubject: one\n\nText\n\n\
    From - Thu Oct 01 11:00:00 2026\nSubject: two\n\nText\n";

/// The job once it has ended.
async fn ended(program: &Program, id: &Value) -> Value {
    for _ in 0..600 {
        let job = program
            .get(&format!("/jobs/{}", id.as_str().unwrap()))
            .await
            .ok();
        if job["status"] != "running" {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never ends");
}

#[tokio::test]
async fn a_file_is_imported_once() {
    for kind in [Kind::Local, Kind::Imap] {
        let place = Place::with(kind, &[]).await;
        let program = Program::of(&place).await;
        let path = format!("{}/imports?name=Old%20mail.mbox", program.account);
        let import = |key: &str| {
            let mut request = program.octets(&path, "application/octet-stream", MBOX.to_vec());
            request
                .headers_mut()
                .insert("idempotency-key", key.parse().unwrap());
            request
        };
        let answer = program.send(import("first")).await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        let begun = answer.ok();
        assert!(
            answer
                .header("location")
                .ends_with(&format!("/jobs/{}", begun["id"].as_str().unwrap()))
        );
        let job = ended(&program, &begun["id"]).await;
        assert_eq!(
            (&job["status"], &job["done"], &job["known"]),
            (&json!("done"), &json!(2), &json!(0))
        );
        assert_eq!(job["failures"], json!([]));
        let folder = place.folder("Old mail").await;
        assert_eq!(place.sorted(&folder).await, ["one", "two"]);
        // The same request is the same job; another one brings nothing twice.
        let again = program.send(import("first")).await.ok();
        assert_eq!(again["id"], begun["id"]);
        let second = program.send(import("second")).await.ok();
        let job = ended(&program, &second["id"]).await;
        assert_eq!((&job["done"], &job["known"]), (&json!(0), &json!(2)));
        assert_eq!(place.sorted(&folder).await.len(), 2);
        let all = program.get("/jobs").await.ok();
        assert_eq!(all["items"].as_array().unwrap().len(), 2);
        let path = format!("/jobs/{}", begun["id"].as_str().unwrap());
        assert_eq!(program.delete(&path).await.problem(409), "too_late");
        let resumed = program.post(&format!("{path}/resume"), &json!({})).await;
        assert_eq!(resumed.problem(409), "too_late");
    }
}

#[tokio::test]
async fn what_is_no_mail_is_refused() {
    let place = Place::with(Kind::Local, &[]).await;
    let program = Program::of(&place).await;
    let path = format!("{}/imports", program.account);
    let kind = "application/octet-stream";
    let empty = program.send(program.octets(&path, kind, Vec::new())).await;
    assert_eq!(empty.problem(422), "transfer_empty");
    let nowhere = format!("{path}?mailbox=AAAAAAAA");
    program
        .send(program.octets(&nowhere, kind, MBOX.to_vec()))
        .await
        .problem(404);
    let picture = program.octets(&path, kind, b"\x89PNG\r\n".to_vec());
    let begun = program.send(picture).await.ok();
    let job = ended(&program, &begun["id"]).await;
    assert_eq!(
        (&job["status"], &job["reason"]),
        (&json!("failed"), &json!("unknown_kind"))
    );
}

#[tokio::test]
async fn room_is_bounded() {
    let settings =
        crate::support::app::Settings::default().top("limits.import_mib = 1\nlimits.quota_mib = 1");
    let place = Place::at(Kind::Local, &[], settings).await;
    let program = Program::of(&place).await;
    let path = format!("{}/imports", program.account);
    let kind = "application/octet-stream";
    let large = program.octets(&path, kind, vec![b'x'; 2 << 20]);
    assert_eq!(program.send(large).await.problem(413), "too_large");
    for (text, status, reason) in [
        ("a", "done", Value::Null),
        ("b", "failed", json!("over_quota")),
    ] {
        let message = format!("Subject: {text}\r\n\r\n{}", text.repeat(700 << 10));
        let import = program.octets(&path, kind, message.into_bytes());
        let begun = program.send(import).await.ok();
        let job = ended(&program, &begun["id"]).await;
        assert_eq!((&job["status"], &job["reason"]), (&json!(status), &reason));
    }
}

#[tokio::test]
async fn an_export_says_how_far_it_is() {
    let place = Place::with_subjects(Kind::Local, &["one", "two"]).await;
    let program = Program::of(&place).await;
    let exports = format!("{}/exports", program.account);
    let wrong = program.post(&exports, &json!({"format": "pst"})).await;
    assert_eq!(wrong.problem(422), "invalid");
    let nowhere = json!({"format": "zip", "mailboxId": "AAAAAAAA"});
    program.post(&exports, &nowhere).await.problem(404);
    let inbox = program.role("inbox").await;
    for (format, kind, first) in [
        ("mbox", "application/mbox", &b"From "[..]),
        ("maildir", "application/x-tar", b"Maildir/cur/"),
        ("zip", "application/zip", b"PK\x03\x04"),
    ] {
        let wanted = json!({"format": format, "mailboxId": inbox});
        let made = program.post(&exports, &wanted).await.ok();
        let file = made["file"]
            .as_str()
            .unwrap()
            .strip_prefix("/api/v1")
            .unwrap();
        let answer = program.get(file).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), kind);
        assert!(
            answer
                .header("content-disposition")
                .starts_with("attachment")
        );
        assert!(answer.body.starts_with(first), "{format}");
        let job = ended(&program, &made["job"]["id"]).await;
        let again = program.get(file).await;
        assert_eq!(again.body.len(), answer.body.len(), "written once more");
        assert_eq!(
            (&job["status"], &job["done"], &job["total"]),
            (&json!("done"), &json!(2), &json!(2))
        );
    }
}
