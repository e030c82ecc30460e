//! Real popa3d, a server of before CAPA: what it can do is found by trying, mail lies in one file, and
//! it tells messages apart by what the last server wrote into them.

use std::{fs, path::PathBuf};

use restante::{
    net::Security,
    pop3::{Connector, Secret, Trouble, open},
    store::collector::Policy,
};

use super::{connector, home::Home, letter, retrieve};
use crate::support::peer::{PASSWORD, Peer};

/// A user with these messages, of lines that end in CR LF.
fn user(peer: &Peer, messages: &[Vec<u8>]) -> (Connector, PathBuf) {
    let user = peer.user();
    let mut mbox = Vec::new();
    for message in messages {
        mbox.extend_from_slice(b"From ada@example.org Thu Oct  1 10:00:00 2026\n");
        mbox.extend(message.iter().filter(|octet| **octet != b'\r'));
        mbox.push(b'\n');
    }
    let path = peer.dir.join("chroot/var/mail").join(&user);
    // The file is there already and is the user's: it has to stay so.
    fs::write(&path, mbox).unwrap();
    let port = peer.pop3.expect("serves POP3");
    (connector(port, Security::Plain, &user, PASSWORD), path)
}

#[tokio::test]
async fn mail_comes_and_goes_without_capabilities() {
    let Some(peer) = Peer::popa3d() else { return };
    let came = |number| {
        let mut raw = letter(number, [0, 300, 40_000][number % 3]).raw;
        // By this it knows a message: servers on the way give each an id.
        let id = format!("Received: from a by b id {number};");
        raw.splice(.."Received: from a by b;".len(), id.into_bytes());
        raw
    };
    let letters: Vec<_> = (1..=40).map(came).collect();
    let (connector, path) = user(peer, &letters);
    let mut session = open(&connector).await.unwrap();
    assert!(!session.capabilities().has("UIDL"), "it announces nothing");
    let listing = session.listing().await.unwrap();
    assert!(listing.oddities.is_empty(), "{:?}", listing.oddities);
    let found = retrieve(&mut session).await;
    assert!(found == letters, "octet by octet");
    session.quit().await.unwrap();

    let (home, _dir) = Home::new().await;
    let run = home.collect(&connector).await.unwrap();
    assert_eq!(run.filed, 40);
    let mut sorted = letters.clone();
    sorted.sort_unstable();
    assert!(home.messages().await == sorted);
    let again = home.collect(&connector).await.unwrap();
    assert_eq!((again.filed, again.recognised, again.deleted), (0, 0, 0));
    home.set_policy(Policy::AfterDays(0)).await;
    let mut deleted = 0;
    for _ in 0..2 {
        deleted += home.collect(&connector).await.unwrap().deleted;
    }
    assert_eq!((deleted, fs::read(&path).unwrap().len()), (40, 0));
    assert!(home.messages().await == sorted, "all of them are here");
}

#[tokio::test]
async fn what_it_can_not_tell_apart_is_collected_and_left_there() {
    let Some(peer) = Peer::popa3d() else { return };
    let one = |subject| format!("From: ada@example.org\r\nSubject: {subject}\r\n\r\nHello\r\n");
    let letters = ["First", "Second"].map(|subject| one(subject).into_bytes());
    let (connector, path) = user(peer, &letters);
    let kept = fs::read(&path).unwrap();
    let (home, _dir) = Home::new().await;
    home.set_policy(Policy::AfterDays(0)).await;
    assert_eq!(home.collect(&connector).await.unwrap().filed, 2);
    for _ in 0..2 {
        let run = home.collect(&connector).await.unwrap();
        assert_eq!((run.filed, run.deleted), (0, 0));
    }
    assert!(home.messages().await == letters);
    assert!(fs::read(&path).unwrap() == kept, "nothing was deleted");
}

#[tokio::test]
async fn a_wrong_password_is_known_without_a_code() {
    let Some(peer) = Peer::popa3d() else { return };
    let (mut wrong, _) = user(peer, &[]);
    wrong.login.secret = Secret::Password("wrong".to_owned().into());
    let error = open(&wrong).await.map(drop).unwrap_err();
    assert_eq!(error.trouble(), Trouble::WrongPassword, "{error}");
}
