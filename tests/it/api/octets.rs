//! Files in pieces: what a range of each is, and what is passed over (RFC 9110 §14).

use axum::http::{Method, header};

use crate::{
    contract::{Kind, Place, alike, mail},
    support::letter::letter,
};

use super::{Program, program::Answer};

alike!(every_file_is_had_in_pieces);

async fn every_file_is_had_in_pieces(kind: Kind) {
    // Its transfer encoding is longer than what it encodes.
    let file: Vec<u8> = (0..3000_u32).map(|number| (number % 251) as u8).collect();
    let raw = letter("Files")
        .text("x")
        .file("application/octet-stream", "a.bin", &file)
        .raw();
    let place = Place::with(kind, &[mail("INBOX", 1, raw)]).await;
    let program = Program::of(&place).await;
    let inbox = program.role("inbox").await;
    let email = program.email(&inbox, "Files").await;
    let path = format!("{}/emails/{email}", program.account);
    let shown = program.get(&path).await.ok();
    let part = shown["attachments"][0]["partId"]
        .as_str()
        .unwrap()
        .to_owned();
    let blob = shown["attachments"][0]["blobId"]
        .as_str()
        .unwrap()
        .to_owned();
    let uploads = format!("{}/blobs", program.account);
    let stored = program.send(program.octets(&uploads, "application/octet-stream", file.clone()));
    let stored = stored.await.ok()["blobId"].as_str().unwrap().to_owned();
    let whole = program.get(&format!("{path}/raw")).await.body.to_vec();
    for (path, octets) in [
        (format!("{path}/raw"), &whole),
        (format!("{path}/parts/{part}"), &file),
        (format!("{uploads}/{blob}"), &file),
        (format!("{uploads}/{stored}"), &file),
        (format!("{uploads}/E{email}"), &whole),
    ] {
        pieces(&program, &path, octets).await;
    }
}

async fn pieces(program: &Program, path: &str, octets: &[u8]) {
    let ask = async |method: Method, headers: &[(header::HeaderName, &str)]| -> Answer {
        let mut request = program.request(method, path);
        for (name, value) in headers {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        program.send(request).await
    };
    let whole = ask(Method::GET, &[]).await;
    assert_eq!((whole.status, &whole.body[..]), (200, octets), "{path}");
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let tag = whole.header("etag").to_owned();
    assert!(tag.starts_with('"'), "a strong one: {tag}");
    let size = octets.len();
    let last = size - 1;
    for (range, from, to) in [
        ("bytes=0-0".to_owned(), 0, 0),
        ("bytes=5-104".to_owned(), 5, 104),
        ("BYTES=5-9".to_owned(), 5, 9),
        (format!("bytes={last}-"), last, last),
        ("bytes=-1".to_owned(), last, last),
        ("bytes=-99999999999".to_owned(), 0, last),
        ("bytes=7-99999999999999999999999999".to_owned(), 7, last),
    ] {
        let answer = ask(Method::GET, &[(header::RANGE, &range)]).await;
        assert_eq!(answer.status, 206, "{path} {range}: {}", answer.text());
        assert_eq!(&answer.body[..], &octets[from..=to], "{path} {range}");
        let stands = format!("bytes {from}-{to}/{size}");
        assert_eq!(answer.header("content-range"), stands, "{path} {range}");
        assert_eq!(answer.header("content-length"), (to - from + 1).to_string());
        assert_eq!(answer.header("etag"), tag);
    }
    for range in [
        format!("bytes={size}-"),
        "bytes=-0".to_owned(),
        "bytes=99999999999-999999999999".to_owned(),
    ] {
        let answer = ask(Method::GET, &[(header::RANGE, &range)]).await;
        assert_eq!(answer.problem(416), "range_unsatisfiable", "{path} {range}");
        assert_eq!(answer.header("content-range"), format!("bytes */{size}"));
    }
    // What makes no sense, or is more than one, is passed over.
    for range in [
        "bytes=4-2",
        "bytes=-",
        "bytes=0-1,3-4",
        "bytes=a-b",
        "lines=0-1",
        "bytes 0-1",
        "bytes=+1-2",
        "bytes=1 - 2 x",
    ] {
        let answer = ask(Method::GET, &[(header::RANGE, range)]).await;
        assert_eq!(
            (answer.status, answer.body.len()),
            (200, size),
            "{path} {range}"
        );
    }
    let weak = format!("W/{tag}");
    for (condition, status) in [
        (tag.as_str(), 206),
        ("\"another\"", 200),
        (weak.as_str(), 200),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 200),
    ] {
        let asked = [(header::RANGE, "bytes=0-1"), (header::IF_RANGE, condition)];
        let answer = ask(Method::GET, &asked).await;
        assert_eq!(answer.status, status, "{path} {condition}");
    }
    for condition in [tag.as_str(), weak.as_str(), "*", &format!("\"x\", {tag}")] {
        let asked = [
            (header::RANGE, "bytes=0-1"),
            (header::IF_NONE_MATCH, condition),
        ];
        let answer = ask(Method::GET, &asked).await;
        assert_eq!(
            (answer.status, answer.body.len()),
            (304, 0),
            "{path} {condition}"
        );
    }
    // A range is asked for by GET alone.
    for range in ["bytes=0-1", "bytes=99999999999-"] {
        let answer = ask(Method::HEAD, &[(header::RANGE, range)]).await;
        assert_eq!(
            (answer.status, answer.body.len()),
            (200, 0),
            "{path} {range}"
        );
        assert_eq!(answer.header("accept-ranges"), "bytes");
        assert_eq!(answer.header("content-range"), "");
    }
}
