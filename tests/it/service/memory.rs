//! Large files pass through the program in pieces: what memory it takes meanwhile is looked at
//! while they do (T-DOS-1).

use axum::{body::Body, http::Method};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};

use crate::support::{
    dovecot::{Dovecot, PASSWORD},
    letter::letter,
    served::Served,
};

const SIZE: usize = 96 << 20;
/// A tenth of it is more than buffers take, and far less than a file that is kept whole.
const MOST: usize = SIZE / 10;

#[tokio::test]
async fn large_files_pass_through_in_little_memory() {
    let imap = Dovecot::shared().port("IMAP");
    let settings =
        format!("[[servers]]\ndomains = [\"*\"]\nimap = \"imap+insecure://127.0.0.1:{imap}\"\n");
    let served = Served::start(&settings, "info");
    let user = Dovecot::shared().user();
    user.deliver(&large("small", 1 << 20));
    user.deliver(&large("large", SIZE));
    let mut browser = served.browser();
    browser.sign_in(&user.address, PASSWORD).await;
    let page = browser.visit("/").await;
    let rows = page.rows();
    let inbox = page.folder("Inbox");
    let [large, small] = [&rows[0], &rows[1]].map(|row| format!("{inbox}/{row}"));

    // The first of each kind brings what stays: connections, threads, buffers.
    let mut before = 0;
    for path in [&small, &large] {
        for noun in ["parts/2", "raw"] {
            let request = browser.request(Method::GET, &format!("{path}/{noun}"));
            let (answer, body) = browser.begin(request).await;
            assert_eq!(answer.status, 200, "{noun}");
            let (mut pieces, mut length, mut most) = (body.into_data_stream(), 0, 0);
            while let Some(piece) = pieces.next().await {
                length += piece.unwrap().len();
                most = most.max(served.resident());
            }
            if path == &small {
                before = before.max(most);
                continue;
            }
            assert!(length >= SIZE, "{noun}: {length}");
            held(noun, before, most);
        }
    }
    for size in [1 << 20, SIZE] {
        let piece = Bytes::from(vec![b'x'; 1 << 16]);
        let pieces = (0..size >> 16).map(move |_| Ok::<_, std::io::Error>(piece.clone()));
        let request = browser.sending(
            "/api/v1/accounts/1/blobs",
            "application/zip",
            Body::from_stream(stream::iter(pieces)),
        );
        let sending = browser.finish(request);
        tokio::pin!(sending);
        let mut most = 0;
        let answer = loop {
            let pause = tokio::time::sleep(std::time::Duration::from_millis(5));
            tokio::select! {
                answer = &mut sending => break answer,
                () = pause => most = most.max(served.resident()),
            }
        };
        assert_eq!(answer.status, 201, "{}", answer.text());
        match size {
            SIZE => held("an upload", before, most),
            _ => before = before.max(most),
        }
    }
}

/// A message with an attachment of so many octets.
fn large(subject: &str, size: usize) -> Vec<u8> {
    let octets = vec![b'z'; size];
    let message = letter(subject).text("see attached");
    message.file("application/zip", "large.zip", &octets).raw()
}

fn held(what: &str, before: usize, most: usize) {
    let more = most.saturating_sub(before);
    println!("{what}: {} KiB more for {} MiB", more >> 10, SIZE >> 20);
    assert!(more < MOST, "{what}: {before}, then {most}");
}
