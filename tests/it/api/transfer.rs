//! Imports, exports, and the jobs that they are.

use std::{
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::body::{Body, Bytes};
use futures_util::stream;
use restante::engine::Error;
use serde_json::{Value, json};

use crate::{
    contract::{Kind, Place},
    support::dovecot::{Dovecot, PASSWORD},
};

use super::Program;

const MBOX: &[u8] = b"From - Thu Oct 01 10:00:00 2026\nStatus: RO\nSubject: one\n\nText\n\n\
    From - Thu Oct 01 11:00:00 2026\nSubject: two\n\nText\n";

/// The job once it has ended.
async fn ended(program: &Program, id: &Value) -> Value {
    // Some of it is as slow as the disk of a busy machine.
    for _ in 0..2400 {
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

/// More messages than are filed within a second or two.
fn many(count: usize) -> Vec<u8> {
    let mut mbox = String::new();
    for number in 0..count {
        write!(mbox, "From - \nSubject: m{number}\n\nText {number}\n\n").unwrap();
    }
    mbox.into_bytes()
}

#[tokio::test]
async fn an_import_is_stopped_and_goes_on() {
    const COUNT: usize = 5000;
    let place = Place::with(Kind::Local, &[]).await;
    let program = Program::of(&place).await;
    let path = format!("{}/imports?name=many.mbox", program.account);
    let kind = "application/octet-stream";
    let begun = program
        .send(program.octets(&path, kind, many(COUNT)))
        .await
        .ok();
    // Another one is refused before any of it is read.
    let read = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&read);
    let octets = stream::iter([b"x"]).map_octets(move || flag.store(true, Ordering::SeqCst));
    let mut second = program.octets(&path, kind, Vec::new());
    *second.body_mut() = Body::from_stream(octets);
    assert_eq!(program.send(second).await.problem(422), "transfer_busy");
    assert!(!read.load(Ordering::SeqCst), "it was read");
    let job = format!("/jobs/{}", begun["id"].as_str().unwrap());
    let resume = format!("{job}/resume");
    assert_eq!(
        program.post(&resume, &json!({})).await.problem(422),
        "transfer_busy"
    );
    assert_eq!(program.delete(&job).await.status, 202);
    let stopped = ended(&program, &begun["id"]).await;
    assert_eq!(stopped["status"], "cancelled", "{stopped}");
    let came = stopped["done"].as_u64().unwrap();
    assert!(came < COUNT as u64, "it was stopped in the middle");
    let folder = place.folder("many").await;
    assert_eq!(u64::from(folder.total), came, "what has come stays");
    assert_eq!(program.delete(&job).await.problem(409), "too_late");
    let going = program.post(&resume, &json!({})).await;
    assert_eq!(going.status, 202, "{}", going.text());
    let done = ended(&program, &begun["id"]).await;
    assert_eq!(
        (&done["status"], &done["known"], &done["done"]),
        (&json!("done"), &json!(came), &json!(COUNT as u64 - came))
    );
    assert_eq!(place.folder("many").await.total as usize, COUNT);
    assert_eq!(
        program.post(&resume, &json!({})).await.problem(409),
        "too_late"
    );
}

/// Octets that say when they are asked for.
trait Octets {
    fn map_octets(self, asked: impl Fn())
    -> impl futures_util::Stream<Item = Result<Bytes, Error>>;
}

impl<S: futures_util::Stream<Item = &'static [u8; 1]>> Octets for S {
    fn map_octets(
        self,
        asked: impl Fn(),
    ) -> impl futures_util::Stream<Item = Result<Bytes, Error>> {
        futures_util::StreamExt::map(self, move |octets| {
            asked();
            Ok(Bytes::from_static(octets))
        })
    }
}

#[tokio::test]
async fn files_of_imports_take_no_more_room_than_two_of_them() {
    let settings =
        crate::support::app::Settings::default().top("limits.import_mib = 1\nlimits.quota_mib = 1");
    let place = Place::at(Kind::Local, &[], settings).await;
    let store = async |kib: usize| {
        let octets = Bytes::from(vec![b'x'; kib << 10]);
        let pieces = stream::iter([Ok::<_, Error>(octets)]);
        place.account.store_import(pieces).await
    };
    let (first, _) = store(900).await.unwrap();
    store(900).await.unwrap();
    let refused = store(900).await;
    assert!(matches!(refused, Err(Error::Invalid("transfer-files"))));
    store(100).await.unwrap();
    place.account.drop_import(first).await.unwrap();
    store(900).await.unwrap();
}

#[tokio::test]
async fn files_of_imports_that_failed_make_room_for_others() {
    let settings =
        crate::support::app::Settings::default().top("limits.import_mib = 1\nlimits.quota_mib = 1");
    let place = Place::at(Kind::Local, &[], settings).await;
    let program = Program::of(&place).await;
    let path = format!("{}/imports", program.account);
    let mut jobs = Vec::new();
    // The first fills the room; the others wait here for a day, for there to be more.
    for text in ["a", "b", "c", "d"] {
        let message = format!("Subject: {text}\r\n\r\n{}", text.repeat(700 << 10));
        let import = program.octets(&path, "application/octet-stream", message.into_bytes());
        let begun = program.send(import).await.ok();
        jobs.push(ended(&program, &begun["id"]).await);
    }
    let ends: Vec<_> = jobs
        .iter()
        .map(|job| job["status"].as_str().unwrap())
        .collect();
    assert_eq!(ends, ["done", "failed", "failed", "failed"]);
    let resume = async |job: &Value| {
        let path = format!("/jobs/{}/resume", job["id"].as_str().unwrap());
        program.post(&path, &json!({})).await
    };
    assert_eq!(
        resume(&jobs[1]).await.problem(409),
        "too_late",
        "its file has gone"
    );
    assert_eq!(resume(&jobs[3]).await.status, 202);
}

#[tokio::test]
async fn an_account_is_copied_into_another() {
    let place = Place::with_subjects(Kind::Imap, &["one", "two"]).await;
    let program = Program::of(&place).await;
    let second = Dovecot::shared().user();
    let new = json!({"email": second.address, "password": PASSWORD});
    let added = program.post("/accounts", &new).await.ok();
    let copies = format!("{}/copies", program.account);
    let to = json!({"accountId": added["id"]});
    let answer = program.post(&copies, &to).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    let begun = answer.ok();
    assert!(
        answer
            .header("location")
            .ends_with(&format!("/jobs/{}", begun["id"].as_str().unwrap()))
    );
    assert_eq!(
        (&begun["kind"], &begun["toAccountId"]),
        (&json!("copy"), &added["id"])
    );
    let job = ended(&program, &begun["id"]).await;
    assert_eq!(
        (&job["status"], &job["done"], &job["known"], &job["name"]),
        (&json!("done"), &json!(2), &json!(0), &json!(second.address))
    );
    let again = program.post(&copies, &to).await.ok();
    let job = ended(&program, &again["id"]).await;
    assert_eq!((&job["done"], &job["known"]), (&json!(0), &json!(2)));
    let own = program.account.rsplit('/').next().unwrap();
    let same = program.post(&copies, &json!({"accountId": own})).await;
    assert_eq!(same.problem(422), "transfer_same_account");
    for odd in ["999999", "0"] {
        let answer = program.post(&copies, &json!({"accountId": odd})).await;
        assert!(
            [404, 422, 400].contains(&answer.status),
            "{odd}: {}",
            answer.text()
        );
    }
    program
        .post(&copies, &json!({"accountId": "999999"}))
        .await
        .problem(404);
    let stranger = Place::with(Kind::Local, &[]).await;
    let stranger = Program::of(&stranger).await;
    stranger.post(&copies, &to).await.problem(404);
}
