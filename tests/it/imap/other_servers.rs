//! The client against real servers that are not Dovecot: the same scenarios on each. Cyrus has
//! nearly every extension, Courier nearly none; both may keep all folders below the inbox.

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use restante::{
    imap::{
        change::Removed,
        client::Client,
        error::{Error, LoginFailure},
        fetch::SectionRequest,
        folders::Folder,
        limits::Limits,
        window::Anchor,
    },
    mail::{mailbox::Role, query::Filter},
};
use tokio::time::timeout;

use super::support::{message, subjects};
use crate::support::peer::{PASSWORD, Peer};

const PATIENCE: Duration = Duration::from_secs(30);

/// A test per scenario on one server.
macro_rules! on {
    ($server:ident: $($scenario:ident)*) => {
        mod $server {
            use crate::support::peer::Peer;

            $(
                #[tokio::test]
                async fn $scenario() {
                    if let Some(peer) = Peer::$server() {
                        super::$scenario(peer).await;
                    }
                }
            )*
        }
    };
}

on!(cyrus: sign_in folders names lists reading searching keywords moving storing watching);
on!(cyrus_below_inbox: folders names moving watching);
on!(courier: sign_in folders names lists reading searching keywords moving storing watching);

/// A new user's client.
fn someone(peer: &Peer) -> (Client, Client) {
    let user = peer.user();
    let client = || peer.client(&user, PASSWORD, Limits::default());
    (client(), client())
}

/// Puts messages `m1`, `m2`, … into the inbox.
async fn fill(client: &Client, count: u32) {
    for number in 1..=count {
        let raw = message(&format!("m{number}"));
        client.append("INBOX", &[], None, raw).await.unwrap();
    }
}

async fn listed(client: &Client) -> Vec<Folder> {
    client.folders().await.unwrap()
}

fn find<'a>(folders: &'a [Folder], name: &str) -> &'a Folder {
    let found = folders.iter().find(|folder| folder.name == name);
    found.unwrap_or_else(|| panic!("no {name} in {folders:?}"))
}

async fn sign_in(peer: &Peer) {
    let user = peer.user();
    let wrong = peer.client(&user, "not it", Limits::default());
    let error = wrong.verify().await.unwrap_err();
    assert_eq!(error.login_failure(), Some(LoginFailure::Rejected));
    let client = peer.client(&user, PASSWORD, Limits::default());
    client.verify().await.unwrap();
    let capabilities = client.capabilities().await.unwrap();
    assert!(capabilities.has("IDLE"), "{capabilities:?}");
}

async fn folders(peer: &Peer) {
    let (client, other) = someone(peer);
    let before = listed(&client).await;
    assert_eq!(find(&before, "INBOX").role, Some(Role::Inbox));
    let delimiter = before[0].delimiter.unwrap();
    let sent = client.create_folder("Sent").await.unwrap();
    let work = client.create_folder("Work").await.unwrap();
    assert_eq!(work, client.own_folder("Work"));
    let within = format!("{work}{delimiter}2026");
    assert_eq!(client.create_folder(&within).await.unwrap(), within);
    for keywords in [&[][..], &["$seen"]] {
        let raw = message("counted");
        client.append(&within, keywords, None, raw).await.unwrap();
    }
    let trips = client.round_trips();
    let now = listed(&client).await;
    assert!(client.round_trips() - trips <= 3);
    assert_eq!(find(&now, &sent).role, Some(Role::Sent));
    let year = find(&now, &within);
    assert_eq!((year.total, year.unread), (2, 1), "{year:?}");
    assert!(year.subscribed && year.selectable && !year.has_children);
    assert!(year.uid_validity.is_some() && year.uid_next == Some(3));
    assert!(find(&now, &work).has_children);
    let counts = client.folder_counts(&within).await.unwrap();
    assert_eq!((counts.total, counts.unread), (2, 1));
    // Whatever lasting ids there are, they last.
    let ids = |folders: &[Folder]| -> Vec<_> {
        let id = |folder: &Folder| (folder.name.clone(), folder.mailbox_id.clone());
        folders.iter().map(id).collect()
    };
    assert_eq!(ids(&now), ids(&listed(&other).await));

    // The folder that is renamed is open here.
    let window = client.window(&within, Anchor::Newest, 5).await.unwrap();
    assert_eq!(window.messages.len(), 2);
    let renamed = client.rename_folder(&work, "Project").await.unwrap();
    let now = listed(&client).await;
    let year = find(&now, &format!("{renamed}{delimiter}2026"));
    assert!(year.subscribed && year.total == 2, "{year:?}");
    assert!(now.iter().all(|folder| !folder.name.starts_with(&work)));
    let name = year.name.clone();
    client.subscribe(&name, false).await.unwrap();
    assert!(!find(&listed(&client).await, &name).subscribed);

    let again = client.create_folder("Project").await.unwrap_err();
    assert!(matches!(again, Error::No { .. }), "{again:?}");
    client.delete_folder(&name).await.unwrap();
    client.delete_folder(&renamed).await.unwrap();
    let now = listed(&client).await;
    assert!(now.iter().all(|folder| !folder.name.starts_with(&renamed)));
    let gone = client.window(&renamed, Anchor::Newest, 5).await;
    assert_eq!(gone.unwrap_err(), Error::NoSuchMailbox);
}

async fn names(peer: &Peer) {
    let (client, _) = someone(peer);
    for name in [
        "Entw\u{fc}rfe",
        "\u{65e5}\u{672c}\u{8a9e}",
        "a & b",
        "two  spaces",
        "&AOk-",
    ] {
        let path = client.create_folder(name).await.unwrap();
        client
            .append(&path, &[], None, message("one"))
            .await
            .unwrap();
        // Cyrus counts on its own time where another connection asks.
        let counted = async {
            while find(&listed(&client).await, &path).total != 1 {
                tokio::task::yield_now().await;
            }
        };
        let counted = tokio::time::timeout(PATIENCE, counted).await;
        assert!(counted.is_ok(), "{name}");
        let window = client.window(&path, Anchor::Newest, 5).await.unwrap();
        assert_eq!(subjects(&window.messages), ["one"], "{name}");
    }
}

async fn lists(peer: &Peer) {
    let (client, other) = someone(peer);
    let empty = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    assert!(empty.messages.is_empty());
    fill(&other, 12).await;
    let first = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    let trips = client.round_trips();
    let again = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    assert_eq!(client.round_trips() - trips, 1, "warm");
    assert_eq!(first.messages, again.messages);
    assert_eq!(subjects(&first.messages), ["m12", "m11", "m10", "m9", "m8"]);
    assert_eq!((first.offset, first.selected.exists), (0, 12));
    let row = &first.messages[0];
    assert!(row.structure.is_some() && row.size.is_some() && row.internal_date.is_some());
    let last = first.messages[4].uid.unwrap();
    let second = client
        .window("INBOX", Anchor::Before(last), 5)
        .await
        .unwrap();
    assert_eq!(subjects(&second.messages), ["m7", "m6", "m5", "m4", "m3"]);
    assert_eq!(second.offset, 5);
    let top = second.messages[0].uid.unwrap();
    let back = client.window("INBOX", Anchor::After(top), 3).await.unwrap();
    assert_eq!(subjects(&back.messages), ["m10", "m9", "m8"]);
    let skipped = client.window("INBOX", Anchor::Offset(10), 5).await.unwrap();
    assert_eq!(subjects(&skipped.messages), ["m2", "m1"]);

    // Others remove the anchor and add a message.
    let validity = first.selected.uid_validity;
    other.expunge("INBOX", validity, &[last]).await.unwrap();
    other
        .append("INBOX", &[], None, message("new"))
        .await
        .unwrap();
    let below = client
        .window("INBOX", Anchor::Before(last), 2)
        .await
        .unwrap();
    assert_eq!(subjects(&below.messages), ["m7", "m6"]);
    let newest = client.window("INBOX", Anchor::Newest, 2).await.unwrap();
    assert_eq!(subjects(&newest.messages), ["new", "m12"]);
    let missing = client.window("No such", Anchor::Newest, 5).await;
    assert_eq!(missing.unwrap_err(), Error::NoSuchMailbox);
}

async fn reading(peer: &Peer) {
    let (client, _) = someone(peer);
    // Courier looks for parts only below MIME-Version; Cyrus makes "X" of 8-bit letters in headers.
    let raw = "MIME-Version: 1.0\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\
               Content-Type: multipart/mixed; boundary=b\r\n\r\n\
               --b\r\n\r\nfirst\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>second\r\n--b--\r\n";
    fill(&client, 1).await;
    client
        .append("INBOX", &[], None, Bytes::from(raw))
        .await
        .unwrap();
    let window = client.window("INBOX", Anchor::Newest, 1).await.unwrap();
    let (validity, uid) = (
        window.selected.uid_validity,
        window.messages[0].uid.unwrap(),
    );
    let trips = client.round_trips();
    let opened = client.open("INBOX", validity, uid, &["1", "2"]).await;
    let opened = opened.unwrap().unwrap();
    assert_eq!(client.round_trips() - trips, 1);
    let section = |name: &str| opened.section(name).and_then(|own| own.data.clone());
    assert_eq!(section("1"), Some(Bytes::from_static(b"first")));
    assert!(
        section("HEADER")
            .unwrap()
            .starts_with(b"MIME-Version: 1.0\r\nSubject")
    );
    let subject = &opened.envelope.as_ref().unwrap().subject;
    assert_eq!(subject, "Gr\u{fc}\u{df}e");
    let structure = format!("{:?}", opened.structure.as_ref().unwrap()).to_lowercase();
    assert!(structure.contains("html"), "{structure}");
    let ask = |section: &str, max| SectionRequest {
        section: section.to_owned(),
        max,
    };
    let asked = [ask("2", 5), ask("", 5000), ask("2.MIME", 100)];
    let bodies = client
        .sections("INBOX", validity, uid, &asked)
        .await
        .unwrap();
    assert_eq!(bodies[0], Some(Bytes::from_static(b"<p>se")));
    assert_eq!(bodies[1], Some(Bytes::from_static(raw.as_bytes())));
    assert!(
        bodies[2]
            .as_ref()
            .unwrap()
            .starts_with(b"Content-Type: text/html")
    );

    let mut large = b"Subject: large\r\n\r\n".to_vec();
    for line in 0..60_000 {
        large.extend_from_slice(format!("line {line:06} of many, to be counted\r\n").as_bytes());
    }
    let stored = client
        .append("INBOX", &[], None, Bytes::from(large.clone()))
        .await;
    let (validity, uid) = stored.unwrap().unwrap();
    let mut chunks = Box::pin(client.stream("INBOX", validity, uid, ""));
    let mut read = Vec::new();
    while let Some(chunk) = chunks.next().await {
        read.extend_from_slice(&chunk.unwrap());
    }
    assert!(read == large, "{} of {}", read.len(), large.len());
    let gone = client.open("INBOX", validity, uid + 7, &[]).await.unwrap();
    assert!(gone.is_none());
}

async fn searching(peer: &Peer) {
    let (client, _) = someone(peer);
    fill(&client, 12).await;
    let raw =
        "From: Zo\u{eb} <zoe@example.org>\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\r\nx\r\n";
    let flags = ["$flagged", "urgent"];
    client
        .append("INBOX", &flags, None, Bytes::from(raw))
        .await
        .unwrap();
    let text = str::to_owned;
    let cases = [
        (Filter::And(vec![]), 13),
        (Filter::Subject(text("m1")), 4),
        (Filter::Subject(text("Gr\u{fc}\u{df}e")), 1),
        (Filter::Body(text("this is m7")), 1),
        (Filter::Text(text("m12")), 1),
        (Filter::HasKeyword(text("$flagged")), 1),
        (Filter::HasKeyword(text("urgent")), 1),
        (Filter::NotKeyword(text("$flagged")), 12),
        (Filter::Recipient(text("ben@")), 12),
        (Filter::Not(vec![Filter::Subject(text("m1"))]), 9),
        (Filter::MinSize(1 << 40), 0),
        (Filter::After(0), 13),
    ];
    for (filter, expected) in cases {
        let found = client.search("INBOX", &filter, None, 100).await.unwrap();
        assert_eq!(found.uids.len(), expected, "{filter:?}");
        assert!(found.complete && found.uids.is_sorted_by(|a, b| a > b));
    }
    let filter = Filter::Subject(text("m"));
    let first = client.search("INBOX", &filter, None, 8).await.unwrap();
    assert!(!first.complete && first.uids.len() == 8);
    let rest = client
        .search("INBOX", &filter, first.next_before, 100)
        .await;
    assert_eq!(rest.unwrap().uids.len(), 4);
}

async fn keywords(peer: &Peer) {
    let (client, other) = someone(peer);
    fill(&client, 2).await;
    let window = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    let validity = window.selected.uid_validity;
    let uid = window.messages[0].uid.unwrap();
    let words = ["$seen", "$flagged", "work"];
    client
        .store("INBOX", validity, &[uid], &words, &[])
        .await
        .unwrap();
    let flags = async |client: &Client| {
        let rows = client.by_uid("INBOX", validity, &[uid], &[]).await.unwrap();
        let mut flags = rows[0].flags.clone().unwrap();
        flags.retain(|flag| flag != "\\Recent");
        flags.sort();
        flags
    };
    assert_eq!(flags(&other).await, ["\\Flagged", "\\Seen", "work"]);
    other
        .store("INBOX", validity, &[uid], &[], &["$flagged"])
        .await
        .unwrap();
    assert_eq!(flags(&client).await, ["\\Seen", "work"]);
    // A message that this connection has not heard of yet.
    other
        .append("INBOX", &[], None, message("new"))
        .await
        .unwrap();
    let newest = other.window("INBOX", Anchor::Newest, 1).await.unwrap();
    let new = newest.messages[0].uid.unwrap();
    client
        .store("INBOX", validity, &[new], &["$flagged"], &[])
        .await
        .unwrap();
    // Courier tells flags as they were when the connection last asked for news, as a window does.
    let newest = other.window("INBOX", Anchor::Newest, 1).await.unwrap();
    let flags = newest.messages[0].flags.as_ref().unwrap();
    assert!(flags.contains(&"\\Flagged".to_owned()), "{flags:?}");
    let stale = client
        .store("INBOX", validity + 1, &[uid], &["$seen"], &[])
        .await;
    assert_eq!(stale.unwrap_err(), Error::UidValidityChanged);
}

async fn moving(peer: &Peer) {
    let (client, other) = someone(peer);
    fill(&client, 4).await;
    let there = client.create_folder("There").await.unwrap();
    let window = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    let validity = window.selected.uid_validity;
    let uids: Vec<u32> = window.messages.iter().map(|own| own.uid.unwrap()).collect();
    // Somebody else's mark must survive whatever stands in for MOVE.
    other
        .store("INBOX", validity, &uids[3..], &["$flagged"], &[])
        .await
        .unwrap();
    let moved = client
        .move_("INBOX", validity, &uids[..2], &there)
        .await
        .unwrap();
    let new_validity = moved.uid_validity.unwrap();
    assert_eq!(moved.pairs.len(), 2, "{moved:?}");
    let now = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    assert_eq!(subjects(&now.messages), ["m2", "m1"]);
    let gone = other.window(&there, Anchor::Newest, 5).await.unwrap();
    let mut names = subjects(&gone.messages);
    names.sort();
    assert_eq!(names, ["m3", "m4"]);
    let back: Vec<u32> = moved.pairs.iter().map(|pair| pair.1).collect();
    client
        .move_(&there, new_validity, &back, "INBOX")
        .await
        .unwrap();
    assert_eq!(client.folder_counts("INBOX").await.unwrap().total, 4);
    let copied = client
        .copy("INBOX", validity, &uids[2..3], &there)
        .await
        .unwrap();
    assert_eq!(copied.pairs.len(), 1);
    let removed = client
        .expunge("INBOX", validity, &uids[2..3])
        .await
        .unwrap();
    assert_eq!(removed, Removed::Expunged);
    let missing = client.move_("INBOX", validity, &uids[3..], "Nowhere").await;
    assert!(matches!(missing, Err(Error::No { .. })), "{missing:?}");
    let now = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    assert_eq!(now.messages.len(), 3);
    assert_eq!(subjects(&now.messages)[2], "m1", "where it was");
}

async fn storing(peer: &Peer) {
    let (client, _) = someone(peer);
    let raw =
        Bytes::from_static(b"Subject: x\r\n\r\n)\r\nA1 LOGOUT\r\n{10}\r\n\xff\xfe \xc3\xa9\r\n");
    let date = 1_000_000_000_000;
    let stored = client
        .append("INBOX", &["$draft", "x"], Some(date), raw.clone())
        .await;
    let (validity, uid) = stored.unwrap().unwrap();
    let opened = client
        .open("INBOX", validity, uid, &[""])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(opened.section("").unwrap().data.as_ref(), Some(&raw));
    assert_eq!(opened.internal_date, Some(date));
    let flags = opened.flags.unwrap();
    assert!(
        flags.contains(&"\\Draft".to_owned()) && flags.contains(&"x".to_owned()),
        "{flags:?}"
    );
    let missing = client.append("Nowhere", &[], None, raw).await;
    assert!(matches!(missing, Err(Error::No { .. })), "{missing:?}");
}

async fn watching(peer: &Peer) {
    let (client, other) = someone(peer);
    fill(&other, 2).await;
    let window = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    let validity = window.selected.uid_validity;
    let uid = window.messages[0].uid.unwrap();
    let watch = client.watch("INBOX");
    timeout(PATIENCE, watch.begun()).await.unwrap();
    assert!(watch.vouches(), "by IDLE");
    let told = async |what: &str, fits: fn(&restante::imap::watch::Change) -> bool| {
        loop {
            let change = timeout(PATIENCE, watch.changed()).await;
            let change = change.unwrap_or_else(|_| panic!("not told: {what}"));
            if fits(&change.unwrap()) {
                break;
            }
        }
    };
    other
        .append("INBOX", &[], None, message("new"))
        .await
        .unwrap();
    told("arrived", |change| change.arrived).await;
    other
        .store("INBOX", validity, &[uid], &["$flagged"], &[])
        .await
        .unwrap();
    told("flags", |change| change.flags).await;
    other.expunge("INBOX", validity, &[uid]).await.unwrap();
    told("removed", |change| change.removed).await;
}
