//! Lines that break or crawl in front of a real Dovecot: an error or the right answer.

use bytes::Bytes;
use futures_util::StreamExt;
use restante::imap::{error::Error, limits::Limits, window::Anchor};

use super::support::{Account, Cut, Proxy, client, subjects};

/// A message of some size whose every line is told from all others.
fn large() -> Bytes {
    let mut raw = String::from("Subject: large\r\n\r\n");
    for i in 0..3000 {
        raw += &format!("line {i:05} of a message that must arrive whole or not at all\r\n");
    }
    raw.into()
}

#[tokio::test]
async fn a_line_cut_anywhere_gives_an_error_or_the_whole() {
    let Some(account) = Account::new("cut").await else {
        return;
    };
    account.fill("INBOX", 3).await;
    let raw = large();
    let stored = account.client.append("INBOX", &[], None, raw.clone()).await;
    let (validity, uid) = stored.unwrap().unwrap();
    // Within the sign-in byte by byte, then at odd places through the answers.
    let places = (0..900).step_by(23).chain((900..210_000).step_by(7919));
    let (mut whole, mut broken) = (0, 0);
    for place in places {
        let proxy = Proxy::start(account.server.port, Cut::After(place)).await;
        let client = client(proxy.port, "cut", Limits::default());
        match client.window("INBOX", Anchor::Newest, 10).await {
            Ok(window) => {
                assert_eq!(
                    subjects(&window.messages),
                    ["large", "m3", "m2", "m1"],
                    "{place}"
                );
            }
            Err(error) => assert!(is_loss(&error), "{place}: {error:?}"),
        }
        let mut read = Vec::new();
        let mut failed = None;
        let mut chunks = Box::pin(client.stream("INBOX", validity, uid, ""));
        while let Some(chunk) = chunks.next().await {
            match chunk {
                Ok(chunk) => read.extend_from_slice(&chunk),
                Err(error) => failed = Some(error),
            }
        }
        match failed {
            None => {
                whole += 1;
                assert!(read == raw, "{place}: {} of {}", read.len(), raw.len());
            }
            Some(error) => {
                broken += 1;
                assert!(is_loss(&error), "{place}: {error:?}");
                assert!(raw.starts_with(&read), "{place}");
            }
        }
    }
    assert!(whole > 0 && broken > 0, "{whole} {broken}");
}

fn is_loss(error: &Error) -> bool {
    matches!(
        error,
        Error::Disconnected | Error::Connect(_) | Error::Protocol(_)
    )
}

#[tokio::test]
async fn a_line_of_single_bytes_gives_the_whole() {
    let Some(account) = Account::new("slice").await else {
        return;
    };
    account.fill("INBOX", 3).await;
    let proxy = Proxy::start(account.server.port, Cut::Slice).await;
    let client = client(proxy.port, "slice", Limits::default());
    let window = client.window("INBOX", Anchor::Newest, 10).await.unwrap();
    assert_eq!(subjects(&window.messages), ["m3", "m2", "m1"]);
    let folders = client.folders().await.unwrap();
    assert_eq!(folders[0].total, 3);
    let (validity, uid) = (
        window.selected.uid_validity,
        window.messages[0].uid.unwrap(),
    );
    let opened = client
        .open("INBOX", validity, uid, &["1"])
        .await
        .unwrap()
        .unwrap();
    let body = opened.section("1").unwrap().data.clone().unwrap();
    assert_eq!(body, "Hello, this is m3.\r\n");
    client
        .store("INBOX", validity, &[uid], &["$seen"], &[])
        .await
        .unwrap();
}

#[tokio::test]
async fn a_restarted_server_costs_nobody_a_message() {
    let Some(account) = Account::new("restart").await else {
        return;
    };
    let proxy = Proxy::start(account.server.port, Cut::After(usize::MAX)).await;
    let client = client(proxy.port, "restart", Limits::default());
    account.fill("INBOX", 2).await;
    client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    // All lines are cut at once, as by a restart; the next request finds a new one.
    let port = proxy.port;
    drop(proxy);
    let outcome = client.window("INBOX", Anchor::Newest, 5).await;
    assert!(outcome.is_err(), "nobody listens on {port}");
    let still = account
        .client
        .window("INBOX", Anchor::Newest, 5)
        .await
        .unwrap();
    assert_eq!(subjects(&still.messages), ["m2", "m1"]);
}
