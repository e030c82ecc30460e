//! Messages: lists, one of them, and what is done with them.

use std::io::Write as _;

use axum::http::{Method, header};
use serde_json::json;

use crate::{
    contract::{Kind, Place, alike, mail},
    support::letter::letter,
};

use super::Program;

alike!(
    a_list_is_read_page_by_page,
    filters_narrow_a_list,
    all_folders_make_one_list,
    a_message_opens_with_as_much_as_is_asked_for,
    a_message_is_marked_moved_and_deleted,
    many_are_changed_at_once_and_each_is_told,
    a_message_comes_in_and_goes_out_as_it_is,
    files_of_a_message_come_one_by_one_and_all_together,
);

async fn a_list_is_read_page_by_page(kind: Kind) {
    let place = Place::with_subjects(kind, &["a", "b", "c", "d", "e"]).await;
    let program = Program::of(&place).await;
    let inbox = program.role("inbox").await;
    let list = format!("{}/emails?mailbox={inbox}&limit=2", program.account);
    let first = program.get(&list).await.ok();
    assert_eq!(first["total"], 5);
    let subjects = |page: &serde_json::Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap();
        let subject = |item: &serde_json::Value| item["subject"].as_str().unwrap().to_owned();
        items.iter().map(subject).collect()
    };
    assert_eq!(subjects(&first), ["e", "d"]);
    let cursor = first["nextCursor"].as_str().unwrap();
    // What arrives meanwhile moves nothing.
    place.arrives(b"Subject: f\r\n\r\nText.\r\n").await;
    let second = program.get(&format!("{list}&cursor={cursor}")).await.ok();
    assert_eq!(subjects(&second), ["c", "b"]);
    let cursor = second["nextCursor"].as_str().unwrap();
    let last = program.get(&format!("{list}&cursor={cursor}")).await.ok();
    assert_eq!(subjects(&last), ["a"]);
    assert_eq!(last["nextCursor"], json!(null));
    // Of another list it is none.
    let other = program
        .get(&format!("{list}&cursor={cursor}&unread=true"))
        .await;
    assert_eq!(other.problem(422), "cursor_invalid");
    let wrong = program.get(&format!("{list}&cursor=AAAA")).await;
    assert_eq!(wrong.problem(422), "cursor_invalid");
    let few = program
        .get(&format!("{list}&fields=subject,keywords"))
        .await
        .ok();
    assert_eq!(few["items"][0].as_object().unwrap().len(), 3);
    let sorted = format!("{list}&sort=-subject");
    let first = program.get(&sorted).await.ok();
    assert_eq!(subjects(&first), ["f", "e"]);
    let cursor = first["nextCursor"].as_str().unwrap();
    place.arrives(b"Subject: g\r\n\r\nText.\r\n").await;
    let second = program.get(&format!("{sorted}&cursor={cursor}")).await.ok();
    assert_eq!(subjects(&second), ["d", "c"]);
    let other = program.get(&format!("{list}&cursor={cursor}")).await;
    assert_eq!(other.problem(422), "cursor_invalid", "of another order");
    let odd = program.get(&format!("{list}&sort=colour")).await;
    assert_eq!(odd.problem(422), "not_supported");
    let everywhere = format!("{}/emails?sort=subject", program.account);
    let everywhere = program.get(&everywhere).await;
    assert_eq!(everywhere.problem(422), "not_supported");
}

async fn filters_narrow_a_list(kind: Kind) {
    let place = Place::with_subjects(kind, &["apple", "pear", "apple pie"]).await;
    let program = Program::of(&place).await;
    let inbox = program.role("inbox").await;
    let count = async |filter: &str| {
        let path = format!("{}/emails?mailbox={inbox}&{filter}", program.account);
        program.get(&path).await.ok()["items"]
            .as_array()
            .unwrap()
            .len()
    };
    for (filter, found) in [
        ("subject=apple", 2),
        ("q=subject%3Aapple%20-pie", 1),
        ("subject=apple&text=pie", 1),
        ("unread=true", 3),
        ("unread=false", 0),
        ("flagged=true", 0),
        ("hasAttachment=true", 0),
        ("keyword=%24seen", 0),
        ("after=2026-09-21T00:00:00Z", 3),
        ("before=2026-09-21T00:00:00Z", 0),
        ("minSize=100000", 0),
        ("maxSize=100000", 3),
        ("from=nobody-at-all", 0),
    ] {
        assert_eq!(count(filter).await, found, "{kind:?} {filter}");
    }
}

async fn a_message_opens_with_as_much_as_is_asked_for(kind: Kind) {
    let raw = letter("Hello")
        .from("Anna <anna@example.net>")
        .html("<p>Hi <b>there</b><img src=\"https://pixel.example/x.png\"><script>x</script>")
        .raw();
    let place = Place::with(kind, &[mail("INBOX", 1, raw)]).await;
    let program = Program::of(&place).await;
    let inbox = program.role("inbox").await;
    let id = program.email(&inbox, "Hello").await;
    let path = format!("{}/emails/{id}", program.account);
    let email = program.get(&path).await.ok();
    assert_eq!(
        email["from"],
        json!([{"name": "Anna", "email": "anna@example.net"}])
    );
    assert_eq!(email["mailboxIds"], json!({inbox: true}));
    assert!(email.get("text").is_none() && email.get("html").is_none());
    let whole = format!("{path}?body=text,html&headers=subject,x-nothing");
    let email = program.get(&whole).await.ok();
    assert!(
        email["text"].as_str().unwrap().contains("Hi there"),
        "{email}"
    );
    let html = email["html"].as_str().unwrap();
    assert!(
        html.contains("<b>there</b>") && !html.contains("script"),
        "{html}"
    );
    assert!(!html.contains("pixel.example"), "{html}");
    assert_eq!(email["blockedRemoteContent"], 1);
    assert_eq!(
        email["headers"],
        json!({"subject": ["Hello"], "x-nothing": []})
    );
    assert_eq!(
        program.get(&format!("{path}?body=all")).await.problem(400),
        "query_invalid"
    );

    let document = program.get(&format!("{path}/html?images=proxy")).await;
    assert_eq!(document.status, 200, "{}", document.text());
    assert!(
        document
            .header("content-security-policy")
            .contains("sandbox")
    );
    assert!(
        document
            .text()
            .contains("/api/v1/images?u=https%3A%2F%2Fpixel.example")
    );
    let headers = program.get(&format!("{path}/headers")).await.ok();
    let fields = headers["items"].as_array().unwrap();
    assert!(
        fields
            .iter()
            .any(|field| field["name"] == "Subject" && field["value"] == "Hello")
    );
    // Reading marks nothing.
    assert_eq!(program.get(&path).await.ok()["keywords"], json!({}));
}

async fn a_message_is_marked_moved_and_deleted(kind: Kind) {
    let place = Place::with_subjects(kind, &["a", "b"]).await;
    let program = Program::of(&place).await;
    let (inbox, archive) = (
        program.role("inbox").await,
        place.role(restante::mail::mailbox::Role::Archive).await,
    );
    let archive = archive.id.to_string();
    let id = program.email(&inbox, "a").await;
    let path = format!("{}/emails/{id}", program.account);
    let before = program.get(&path).await;
    let tag = before.header("etag").to_owned();
    let marks = json!({"keywords": {"$seen": true, "Work": true}});
    let email = program.patch(&path, &marks).await;
    assert_eq!(email.ok()["keywords"], json!({"$seen": true, "work": true}));
    assert_ne!(email.header("etag"), tag);
    let email = program
        .patch(&path, &json!({"keywords": {"work": null}}))
        .await;
    assert_eq!(email.ok()["keywords"], json!({"$seen": true}));
    let mut late = program.json(Method::PATCH, &path, &marks);
    late.headers_mut()
        .insert(header::IF_MATCH, tag.parse().unwrap());
    assert_eq!(program.send(late).await.problem(412), "changed");

    for (wrong, code) in [
        (json!({"keywords": {"a b": true}}), "invalid"),
        (json!({"keywords": {"$deleted": true}}), "invalid"),
        (json!({"mailboxIds": {"AAAAAAAA": true}}), "invalid"),
        (json!({"mailboxIds": {&*inbox: null}}), "invalid"),
        (json!({"mailboxIds": {&*archive: true}}), "not_supported"),
        (json!({"subject": "x"}), "invalid"),
    ] {
        assert_eq!(
            program.patch(&path, &wrong).await.problem(422),
            code,
            "{wrong}"
        );
    }
    let moving = json!({"mailboxIds": {&*archive: true, &*inbox: null}});
    let moved = program.patch(&path, &moving).await.ok();
    assert_eq!(moved["mailboxIds"], json!({&*archive: true}));
    assert_eq!(moved["id"], id.as_str(), "the id stays");

    let copied = program
        .post(&format!("{path}/copy"), &json!({"mailboxId": inbox}))
        .await;
    assert_eq!(copied.status, 201, "{}", copied.text());
    let copy = copied.json()["id"].as_str().unwrap().to_owned();
    assert_ne!(copy, id);
    let copy = format!("{}/emails/{copy}", program.account);
    assert_eq!(program.get(&copy).await.ok()["subject"], "a");

    assert_eq!(program.delete(&path).await.status, 204);
    let trash = program.role("trash").await;
    assert_eq!(
        program.get(&path).await.ok()["mailboxIds"],
        json!({&*trash: true})
    );
    assert_eq!(program.delete(&path).await.problem(422), "already_in_trash");
    program.delete_for_good(&path).await;
    program.get(&path).await.problem(404);
    program.patch(&path, &marks).await.problem(404);
    program.delete_for_good(&copy).await;
    program.get(&copy).await.problem(404);
    assert_eq!(program.emails(&inbox).await.len(), 1);
}

async fn many_are_changed_at_once_and_each_is_told(kind: Kind) {
    let place = Place::with_subjects(kind, &["a", "b", "c"]).await;
    let program = Program::of(&place).await;
    let inbox = program.role("inbox").await;
    let bulk = format!("{}/emails/bulk", program.account);
    let (a, b) = (
        program.email(&inbox, "a").await,
        program.email(&inbox, "b").await,
    );
    let nobody = "AAAAAAAAAAAAAAAAAAA";
    let change = json!({"ids": [a, b, nobody], "update": {"keywords": {"$flagged": true}}});
    let done = program.post(&bulk, &change).await.ok();
    let status = |id: &str| {
        let items = done["items"].as_array().unwrap();
        items.iter().find(|item| item["id"] == id).unwrap()["status"].clone()
    };
    assert_eq!([status(&a), status(&b), status(nobody)], [200, 200, 404]);
    let flagged = format!("{}/emails?mailbox={inbox}&flagged=true", program.account);
    assert_eq!(
        program.get(&flagged).await.ok()["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    program
        .post(&bulk, &json!({"ids": [a], "delete": "trash"}))
        .await
        .ok();
    program
        .post(&bulk, &json!({"ids": [b], "delete": "permanent"}))
        .await
        .ok();
    assert_eq!(program.emails(&inbox).await.len(), 1);
    program
        .get(&format!("{}/emails/{b}", program.account))
        .await
        .problem(404);
    for wrong in [
        json!({"ids": []}),
        json!({"ids": [a]}),
        json!({"ids": [], "delete": "trash"}),
        json!({"ids": vec![&a; 501], "delete": "trash"}),
        json!({"ids": ["../x"], "delete": "trash"}),
    ] {
        program.post(&bulk, &wrong).await.problem(422);
    }
}

async fn a_message_comes_in_and_goes_out_as_it_is(kind: Kind) {
    let place = Place::with(kind, &[]).await;
    let program = Program::of(&place).await;
    let inbox = program.role("inbox").await;
    let raw = b"Subject: Brought\r\nMessage-ID: <a@b.example>\r\n\r\nAs it is.\r\n".to_vec();
    let path = format!(
        "{}/emails?mailbox={inbox}&keywords=%24seen,work&receivedAt=2020-01-02T03:04:05Z",
        program.account
    );
    let made = program
        .send(program.octets(&path, "message/rfc822", raw.clone()))
        .await;
    assert_eq!(made.status, 201, "{}", made.text());
    let place = made.header("location").strip_prefix("/api/v1").unwrap();
    let email = program.get(place).await.ok();
    assert_eq!(email["subject"], "Brought");
    assert_eq!(email["receivedAt"], "2020-01-02T03:04:05Z");
    assert_eq!(email["keywords"], json!({"$seen": true, "work": true}));
    let answer = program.get(&format!("{place}/raw")).await;
    assert_eq!(answer.body, raw);
    assert_eq!(answer.header("content-type"), "message/rfc822");
    let tag = answer.header("etag").to_owned();
    let mut range = program.request(Method::GET, &format!("{place}/raw"));
    range
        .headers_mut()
        .insert(header::RANGE, "bytes=9-15".parse().unwrap());
    let answer = program.send(range).await;
    assert_eq!((answer.status, answer.text()), (206, "Brought".to_owned()));
    let total = format!("bytes 9-15/{}", raw.len());
    assert_eq!(answer.header("content-range"), total);
    let mut known = program.request(Method::GET, &format!("{place}/raw"));
    known
        .headers_mut()
        .insert(header::IF_NONE_MATCH, tag.parse().unwrap());
    assert_eq!(program.send(known).await.status, 304);
    let mut beyond = program.request(Method::GET, &format!("{place}/raw"));
    beyond
        .headers_mut()
        .insert(header::RANGE, "bytes=99999-".parse().unwrap());
    assert_eq!(
        program.send(beyond).await.problem(416),
        "range_unsatisfiable"
    );
    // Under a key it comes in once.
    for _ in 0..2 {
        let mut keyed = program.octets(&path, "message/rfc822", raw.clone());
        keyed
            .headers_mut()
            .insert("idempotency-key", "1".parse().unwrap());
        let answer = program.send(keyed).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        assert!(!answer.header("location").is_empty());
    }
    assert_eq!(program.emails(&inbox).await.len(), 2);
    let wrong = program.octets(&path, "text/plain", raw.clone());
    assert_eq!(program.send(wrong).await.problem(415), "media_type");
    let nowhere = path.replace(&inbox, "AAAAAAAA");
    program
        .send(program.octets(&nowhere, "message/rfc822", raw))
        .await
        .problem(404);
}

async fn files_of_a_message_come_one_by_one_and_all_together(kind: Kind) {
    let raw = letter("Files")
        .text("See below.")
        .file("text/csv", "a.csv", b"1,2,3\n")
        .file("image/png", "../b.png", b"\x89PNG\r\n\x1a\n0123")
        .file("text/csv", "a.csv", b"4,5,6\n")
        .raw();
    let place = Place::with(kind, &[mail("INBOX", 1, raw)]).await;
    let program = Program::of(&place).await;
    let inbox = program.role("inbox").await;
    let id = program.email(&inbox, "Files").await;
    let path = format!("{}/emails/{id}", program.account);
    let email = program.get(&path).await.ok();
    assert_eq!(email["hasAttachment"], true);
    let files = email["attachments"].as_array().unwrap();
    assert_eq!(files.len(), 3, "{email}");
    let part = |index: usize| format!("{path}/parts/{}", files[index]["partId"].as_str().unwrap());
    let first = program.get(&part(0)).await;
    assert_eq!(first.text(), "1,2,3\n");
    assert_eq!(first.header("content-type"), "application/octet-stream");
    let picture = program
        .get(&format!("{}?disposition=inline", part(1)))
        .await;
    assert_eq!(picture.header("content-type"), "image/png");
    program.get(&format!("{path}/parts/9.9")).await.problem(404);

    let zip = program.get(&format!("{path}/attachments.zip")).await;
    assert_eq!(zip.header("content-type"), "application/zip");
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&zip.body).unwrap();
    // Somebody else's reader of such archives.
    let script = "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n\
        for name in z.namelist(): print(name, len(z.read(name)))";
    let read = std::process::Command::new("python3")
        .args(["-c", script])
        .arg(file.path())
        .output()
        .unwrap();
    assert!(
        read.status.success(),
        "{}",
        String::from_utf8_lossy(&read.stderr)
    );
    let listed = String::from_utf8(read.stdout).unwrap();
    assert_eq!(listed, "a.csv 6\nb.png 12\na (2).csv 6\n");
}

async fn all_folders_make_one_list(kind: Kind) {
    let letters: Vec<_> = [
        ("INBOX", "a", 1),
        ("Archive", "b", 2),
        ("INBOX", "c", 3),
        ("Work", "d", 4),
        ("Archive", "e", 5),
    ]
    .into_iter()
    .map(|(folder, subject, second)| mail(folder, second, letter(subject).text("x").raw()))
    .collect();
    let place = Place::with(kind, &letters).await;
    let program = Program::of(&place).await;
    for list in [format!("{}/emails", program.account), "/emails".to_owned()] {
        let mut seen = Vec::new();
        let mut next = format!("{list}?limit=2&fields=subject");
        for _ in 0..5 {
            let page = program.get(&next).await.ok();
            let items = page["items"].as_array().unwrap();
            seen.extend(
                items
                    .iter()
                    .map(|item| item["subject"].as_str().unwrap().to_owned()),
            );
            let Some(cursor) = page["nextCursor"].as_str() else {
                break;
            };
            next = format!("{list}?limit=2&fields=subject&cursor={cursor}");
        }
        assert_eq!(seen, ["e", "d", "c", "b", "a"], "{kind:?}");
    }
    let found = program
        .get(&format!("{}/emails?subject=d", program.account))
        .await
        .ok();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    assert_eq!(program.get("/emails").await.ok()["incomplete"], json!([]));
}
