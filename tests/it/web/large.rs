//! Large things (T-DOS-1, T-MIME-1): ten thousand parts, attachments that come whole and hold up
//! nobody. What memory they take is in `service::memory`.

use std::fmt::Write as _;

use axum::http::Method;
use futures_util::StreamExt as _;

use crate::support::{app::TestApp, letter::letter};

use super::user_with;

#[tokio::test]
async fn large_attachments_come_as_they_are() {
    const SIZE: usize = 30 << 20;
    let app = TestApp::start().await;
    let octets: Vec<u8> = (0..SIZE).map(|n| (n * 7 % 253) as u8).collect();
    let message = letter("large").text("see attached");
    let user = user_with(vec![
        message.file("application/zip", "large.zip", &octets).raw(),
    ]);
    drop(octets);
    let mut browser = app.signed_in(&user).await;
    let path = browser.page("/").await.link("class", "row__link").unwrap();
    browser.page(&path).await;
    for (noun, least) in [("parts/2", SIZE), ("raw", SIZE + SIZE / 3)] {
        let request = browser.request(Method::GET, &format!("{path}/{noun}"));
        let (answer, body) = browser.begin(request).await;
        assert_eq!(answer.status, 200);
        let mut pieces = body.into_data_stream();
        let mut length = 0;
        let mut right = true;
        while let Some(piece) = pieces.next().await {
            let piece = piece.unwrap();
            if noun == "parts/2" {
                right &= piece
                    .iter()
                    .zip(length..)
                    .all(|(octet, n)| *octet == (n * 7 % 253) as u8);
            }
            length += piece.len();
        }
        assert!(right, "{noun}");
        assert!(length >= least, "{noun}: {length}");
    }
}

#[tokio::test]
async fn a_slow_reader_holds_up_nobody() {
    let app = TestApp::start().await;
    let octets = vec![7; 4 << 20];
    let message = letter("large").text("see attached");
    let user = user_with(vec![
        message.file("application/zip", "a.zip", &octets).raw(),
    ]);
    let mut browser = app.signed_in(&user).await;
    let inbox = browser.page("/").await;
    let path = inbox.link("class", "row__link").unwrap();
    let mut waiting = Vec::new();
    for _ in 0..6 {
        let request = browser.request(Method::GET, &format!("{path}/parts/2"));
        let (answer, body) = browser.begin(request).await;
        assert_eq!(answer.status, 200);
        let mut pieces = body.into_data_stream();
        pieces.next().await.unwrap().unwrap();
        waiting.push(pieces);
    }
    // More downloads than connections stand still, and the pages go on.
    assert_eq!(
        browser.page(&inbox.folder("Inbox")).await.subjects(),
        ["large"]
    );
    browser.page(&path).await;
    let mut last = waiting.pop().unwrap();
    drop(waiting);
    while let Some(piece) = last.next().await {
        piece.unwrap();
    }
}

#[tokio::test]
async fn ten_thousand_parts_open() {
    let app = TestApp::start().await;
    let mut raw = String::from(
        "From: a@example.org\r\nSubject: parts\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n",
    );
    for number in 1..=10_000 {
        let kind = if number % 2 == 0 { "html" } else { "plain" };
        write!(
            raw,
            "--b\r\nContent-Type: text/{kind}\r\n\r\npart {number}\r\n"
        )
        .unwrap();
    }
    raw += "--b--\r\n";
    let user = user_with(vec![raw.into_bytes()]);
    let mut browser = app.signed_in(&user).await;
    let inbox = browser.page("/").await;
    assert_eq!(inbox.subjects(), ["parts"]);
    let path = inbox.link("class", "row__link").unwrap();
    let page = browser.page(&path).await;
    assert!(page.words().contains("part 1"), "{}", page.words());
    let frames = page.tags();
    let frames = frames.iter().filter(|tag| tag.name == "iframe").count();
    assert!((1..=20).contains(&frames), "{frames}");
    assert!(page.body.len() < 8 << 20, "{} octets", page.body.len());
    for noun in ["print", "source", "headers"] {
        browser.page(&format!("{path}/{noun}")).await;
    }
}
