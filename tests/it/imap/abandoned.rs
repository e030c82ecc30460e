//! Requests that nobody awaits any more: read to their end, or given up with their connection.

use std::{sync::Arc, time::Duration};

use restante::imap::{error::Error, limits::Limits};
use tokio::sync::Notify;

use super::support::{Script, client, impatient};

const CAPABILITIES: &str = "IMAP4rev1 LITERAL+ UIDPLUS";

/// How long somebody waits who does not.
const HURRY: Duration = Duration::from_millis(50);

#[tokio::test]
async fn a_request_that_nobody_awaits_is_drained() {
    let abandoned = Arc::new(Notify::new());
    let hint = Arc::clone(&abandoned);
    let script = Script::signed_in(CAPABILITIES, move |mut peer| {
        let abandoned = Arc::clone(&hint);
        async move {
            let tag = peer.expect("STATUS \"slow\"").await;
            abandoned.notified().await;
            peer.send(format!("* STATUS slow (MESSAGES 1)\r\n{tag} OK done\r\n"))
                .await;
            peer.answer("STATUS \"next\"", "* STATUS next (MESSAGES 2)\r\n")
                .await;
            peer.hang().await;
        }
    })
    .await;
    let limits = Limits {
        connections: 1,
        ..Limits::default()
    };
    let client = client(script.port, "u", limits);
    client.verify().await.unwrap();
    let slow = client.folder_counts("slow");
    assert!(tokio::time::timeout(HURRY, slow).await.is_err());
    abandoned.notify_one();
    // The only connection is free again after its answer was read.
    assert_eq!(client.folder_counts("next").await.unwrap().total, 2);
    assert_eq!(script.heard().matches("AUTHENTICATE").count(), 1);
}

#[tokio::test]
async fn a_request_that_nobody_awaits_is_given_up() {
    let script = Script::signed_in(CAPABILITIES, |mut peer| async move {
        peer.expect("STATUS \"slow\"").await;
        peer.hang().await;
    })
    .await;
    let limits = Limits {
        connections: 1,
        wait: Duration::from_secs(30),
        drain: HURRY,
        ..impatient()
    };
    let client = client(script.port, "u", limits);
    client.verify().await.unwrap();
    let slow = client.folder_counts("slow");
    assert!(tokio::time::timeout(HURRY, slow).await.is_err());
    // The only connection is not free again: a new one is opened.
    let again = client.folder_counts("slow").await;
    assert_eq!(again.unwrap_err(), Error::Timeout);
    assert_eq!(script.heard().matches("AUTHENTICATE").count(), 2);
}

#[tokio::test]
async fn an_abandoned_answer_is_not_read_at_any_length() {
    let script = Script::signed_in(CAPABILITIES, |mut peer| async move {
        let tag = peer.expect("STATUS \"slow\"").await;
        if peer.number == 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            peer.send("* OK still counting\r\n".repeat(10_000)).await;
        }
        peer.send(format!("* STATUS slow (MESSAGES 1)\r\n{tag} OK done\r\n"))
            .await;
        peer.hang().await;
    })
    .await;
    let limits = Limits {
        connections: 1,
        drain_bytes: 10_000,
        ..Limits::default()
    };
    let client = client(script.port, "u", limits);
    client.verify().await.unwrap();
    let slow = client.folder_counts("slow");
    let hurry = Duration::from_millis(50);
    assert!(tokio::time::timeout(hurry, slow).await.is_err());
    assert_eq!(client.folder_counts("slow").await.unwrap().total, 1);
    assert_eq!(script.heard().matches("AUTHENTICATE").count(), 2);
}
