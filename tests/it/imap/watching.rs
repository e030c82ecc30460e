//! Watching a folder: by IDLE, by asking, across broken lines.

use std::time::Duration;

use restante::imap::{
    error::{Error, LoginFailure},
    limits::Limits,
    window::Anchor,
};
use tokio::time::timeout;

use super::support::{Account, Script, client, message};

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn news_come_by_idle() {
    let Some(account) = Account::new("watch").await else {
        return;
    };
    account.fill("INBOX", 2).await;
    let client = &account.client;
    let window = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    let validity = window.selected.uid_validity;
    let uid = window.messages[0].uid.unwrap();
    let watch = client.watch("INBOX");
    while !watch.vouches() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    client
        .append("INBOX", &[], None, message("new"))
        .await
        .unwrap();
    let change = timeout(PATIENCE, watch.changed()).await.unwrap().unwrap();
    assert!(change.arrived && !change.gap, "{change:?}");
    assert_eq!(change.selected.unwrap().exists, 3);
    client
        .store("INBOX", validity, &[uid], &["$flagged"], &[])
        .await
        .unwrap();
    loop {
        let change = timeout(PATIENCE, watch.changed()).await.unwrap().unwrap();
        if change.flags {
            break;
        }
    }
    client.expunge("INBOX", validity, &[uid]).await.unwrap();
    loop {
        let change = timeout(PATIENCE, watch.changed()).await.unwrap().unwrap();
        if change.removed {
            break;
        }
    }
    assert!(watch.vouches());
}

#[tokio::test]
async fn a_further_watch_asks_for_counts() {
    let Some(account) = Account::new("watch2").await else {
        return;
    };
    let limits = Limits {
        poll: Duration::from_millis(50),
        ..Limits::default()
    };
    let client = client(account.server.port, "watch2", limits);
    client.create_folder("Lists").await.unwrap();
    let first = client.watch("INBOX");
    while !first.vouches() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let second = client.watch("Lists");
    tokio::time::sleep(Duration::from_millis(300)).await;
    client
        .append("Lists", &[], None, message("new"))
        .await
        .unwrap();
    let change = timeout(PATIENCE, second.changed()).await.unwrap().unwrap();
    assert!(change.arrived && !second.vouches());
}

#[tokio::test]
async fn a_watch_survives_its_connection_and_says_so() {
    let script = Script::signed_in("IMAP4rev1 IDLE", |mut peer| async move {
        peer.select(3, 7).await;
        let tag = peer.expect("IDLE").await;
        peer.send("+ idling\r\n").await;
        if peer.number == 0 {
            peer.send("* BYE restarting\r\n").await;
            return;
        }
        peer.send("* 4 EXISTS\r\n").await;
        assert_eq!(peer.line().await, "DONE");
        peer.send(format!("{tag} OK\r\n")).await;
        peer.answer("NOOP", "* 2 EXPUNGE\r\n").await;
        peer.hang().await;
    })
    .await;
    let limits = Limits {
        idle: Duration::from_millis(300),
        ..Limits::default()
    };
    let client = client(script.port, "u", limits);
    let watch = client.watch("INBOX");
    let change = timeout(PATIENCE, watch.changed()).await.unwrap().unwrap();
    assert!(change.gap, "{change:?}");
    let (mut arrived, mut removed) = (change.arrived, change.removed);
    while !(arrived && removed) {
        let change = timeout(PATIENCE, watch.changed()).await.unwrap().unwrap();
        arrived |= change.arrived;
        removed |= change.removed;
    }
}

#[tokio::test]
async fn without_idle_the_server_is_asked() {
    let script = Script::signed_in("IMAP4rev1", |mut peer| async move {
        peer.select(3, 7).await;
        peer.answer("NOOP", "").await;
        peer.answer("NOOP", "* 4 EXISTS\r\n").await;
        peer.hang().await;
    })
    .await;
    let limits = Limits {
        poll: Duration::from_millis(30),
        ..Limits::default()
    };
    let client = client(script.port, "u", limits);
    let watch = client.watch("INBOX");
    let change = timeout(PATIENCE, watch.changed()).await.unwrap().unwrap();
    assert!(change.arrived && !watch.vouches());
}

#[tokio::test]
async fn a_watch_without_hope_ends() {
    let script = Script::start(|mut peer| async move {
        peer.send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n")
            .await;
        let tag = peer.expect("AUTHENTICATE").await;
        peer.send(format!("{tag} NO [AUTHENTICATIONFAILED] no\r\n"))
            .await;
        peer.hang().await;
    })
    .await;
    let watch = client(script.port, "u", Limits::default()).watch("INBOX");
    let error = timeout(PATIENCE, watch.changed())
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(error.login_failure(), Some(LoginFailure::Rejected));
    assert_eq!(script.heard().matches("AUTHENTICATE").count(), 1);
    let Some(account) = Account::new("watch3").await else {
        return;
    };
    let watch = account.client.watch("No such");
    let error = timeout(PATIENCE, watch.changed())
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(error, Error::NoSuchMailbox);
}
