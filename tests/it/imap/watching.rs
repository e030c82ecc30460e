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
    // What comes before the counts are first asked for is no change, so there is more than one.
    let mut change = None;
    while change.is_none() {
        client
            .append("Lists", &[], None, message("new"))
            .await
            .unwrap();
        let told = timeout(Duration::from_millis(200), second.changed()).await;
        change = told.ok().map(Result::unwrap);
    }
    assert!(change.unwrap().arrived && !second.vouches());
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

/// What a server with one empty folder answers.
fn folder(tag: &str, command: &str) -> String {
    let said = match command.split(' ').next() {
        Some("SELECT") => "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT 1000] .\r\n",
        Some("STATUS") => "* STATUS INBOX (MESSAGES 0 UNSEEN 0 UIDNEXT 1000 UIDVALIDITY 7)\r\n",
        _ => "",
    };
    format!("{said}{tag} OK done\r\n")
}

/// Waits until the watch vouches; what it tells meanwhile is thrown away.
async fn vouched(watch: &restante::imap::watch::Watch) {
    let listening = async {
        while !watch.vouches() {
            let pause = Duration::from_millis(5);
            let _ = timeout(pause, watch.changed()).await;
        }
    };
    timeout(PATIENCE, listening).await.unwrap();
}

#[tokio::test]
async fn a_free_connection_listens_where_its_folder_is_watched() {
    let Some(account) = Account::new("watch4").await else {
        return;
    };
    // Nothing is learnt by asking before the test is over.
    let limits = Limits {
        poll: Duration::from_secs(3600),
        ..Limits::default()
    };
    let client = client(account.server.port, "watch4", limits);
    client.create_folder("Lists").await.unwrap();
    let inbox = client.watch("INBOX");
    vouched(&inbox).await;
    // Two connections, one in each folder.
    let opened = tokio::join!(
        client.window("Lists", Anchor::Newest, 5),
        client.window("INBOX", Anchor::Newest, 5)
    );
    assert!(opened.0.is_ok() && opened.1.is_ok());
    let lists = client.watch("Lists");
    vouched(&lists).await;
    // By somebody else.
    account.fill("Lists", 1).await;
    let change = timeout(PATIENCE, lists.changed()).await.unwrap().unwrap();
    assert!(change.arrived, "{change:?}");
    vouched(&lists).await;
    // The other one serves the folder, and the first goes on listening.
    for _ in 0..3 {
        let window = client.window("Lists", Anchor::Newest, 5).await.unwrap();
        assert_eq!(window.messages.len(), 1);
        assert!(lists.vouches());
    }
    // Nobody wants to know any more: the connection is free for everything.
    drop(lists);
    let both = tokio::join!(
        client.window("Lists", Anchor::Newest, 5),
        client.window("INBOX", Anchor::Newest, 5)
    );
    assert!(both.0.is_ok() && both.1.is_ok());
}

#[tokio::test]
async fn the_only_connection_listens_between_requests() {
    let Some(account) = Account::new("watch5").await else {
        return;
    };
    let limits = Limits {
        connections: 1,
        poll: Duration::from_secs(3600),
        ..Limits::default()
    };
    account.fill("INBOX", 1).await;
    let client = client(account.server.port, "watch5", limits);
    client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    let watch = client.watch("INBOX");
    for count in 2..5 {
        vouched(&watch).await;
        let sent = client.commands_sent();
        let window = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
        assert_eq!(window.messages.len(), count - 1);
        assert!(client.commands_sent() > sent);
        vouched(&watch).await;
        account.fill("INBOX", 1).await;
        loop {
            let change = timeout(PATIENCE, watch.changed()).await.unwrap().unwrap();
            if change.arrived {
                break;
            }
            assert!(change.is_lapse(), "{change:?}");
        }
    }
}

#[tokio::test]
async fn a_server_that_does_not_end_idle_loses_the_connection_and_not_the_request() {
    let script = Script::signed_in("IMAP4rev1 IDLE", |mut peer| async move {
        loop {
            let line = peer.line().await;
            let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
            if command == "IDLE" && peer.number == 0 {
                peer.send("+ idling\r\n").await;
                assert_eq!(peer.line().await, "DONE");
                return peer.hang().await;
            }
            peer.send(folder(tag, command)).await;
        }
    })
    .await;
    let limits = Limits {
        connections: 1,
        done: Duration::from_millis(100),
        poll: Duration::from_secs(3600),
        ..Limits::default()
    };
    let client = client(script.port, "u", limits);
    client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    let watch = client.watch("INBOX");
    vouched(&watch).await;
    client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    assert!(script.heard().contains("DONE"));
}

#[tokio::test]
async fn a_server_that_ends_every_idle_is_not_asked_for_another_at_once() {
    let script = Script::signed_in("IMAP4rev1 IDLE", |mut peer| async move {
        let mut idled = false;
        loop {
            let line = peer.line().await;
            let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
            if command == "IDLE" {
                assert!(!std::mem::replace(&mut idled, true), "another IDLE");
                peer.send(format!("+ idling\r\n{tag} OK enough\r\n")).await;
                continue;
            }
            let answer = folder(tag, command);
            // Something comes when it does not idle any more.
            let answer = match idled {
                true => answer.replace("MESSAGES 0", "MESSAGES 1"),
                false => answer,
            };
            peer.send(answer).await;
        }
    })
    .await;
    let limits = Limits {
        connections: 1,
        poll: Duration::from_millis(20),
        ..Limits::default()
    };
    let client = client(script.port, "u", limits);
    client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    let watch = client.watch("INBOX");
    // It is asked instead, and what it says then is told.
    loop {
        let change = timeout(PATIENCE, watch.changed()).await.unwrap().unwrap();
        if change.arrived {
            break;
        }
    }
}
