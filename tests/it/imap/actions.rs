//! Changing messages on a real Dovecot, from several connections at once.

use bytes::Bytes;
use restante::imap::{
    change::Removed,
    error::{Error, Reason},
    limits::Limits,
    window::Anchor,
};

use super::support::{Account, client, message, subjects};

#[tokio::test]
async fn keywords_are_set_and_cleared() {
    let Some(account) = Account::new("store").await else {
        return;
    };
    account.fill("INBOX", 3).await;
    let client = &account.client;
    let window = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    let validity = window.selected.uid_validity;
    let uids: Vec<u32> = window.messages.iter().map(|own| own.uid.unwrap()).collect();
    let before = client.round_trips();
    client
        .store(
            "INBOX",
            validity,
            &uids[..2],
            &["$seen", "$forwarded", "work"],
            &["$flagged"],
        )
        .await
        .unwrap();
    assert_eq!(client.round_trips() - before, 1);
    let rows = client.by_uid("INBOX", validity, &uids, &[]).await.unwrap();
    let flags = |uid: u32| {
        let row = rows.iter().find(|own| own.uid == Some(uid)).unwrap();
        row.flags.clone().unwrap()
    };
    for flag in ["\\Seen", "$Forwarded", "work"] {
        assert!(
            flags(uids[0]).contains(&flag.to_owned()),
            "{:?}",
            flags(uids[0])
        );
    }
    assert!(!flags(uids[2]).contains(&"\\Seen".to_owned()));
    let modseq = client.folder_counts("INBOX").await.unwrap().highest_modseq;
    client
        .store("INBOX", validity, &uids[..1], &[], &["$seen"])
        .await
        .unwrap();
    let changed = client
        .flags("INBOX", validity, (1, u32::MAX), modseq)
        .await
        .unwrap();
    assert_eq!(
        changed
            .iter()
            .map(|own| own.uid.unwrap())
            .collect::<Vec<_>>(),
        [uids[0]]
    );
    assert_eq!(
        client
            .flags("INBOX", validity, (1, u32::MAX), None)
            .await
            .unwrap()
            .len(),
        3
    );

    let stale = client
        .store("INBOX", validity + 1, &uids, &["$seen"], &[])
        .await;
    assert_eq!(stale.unwrap_err(), Error::UidValidityChanged);
    for word in ["a b", "a\r\nb", "(", "\\", "", "%", "*", "\"", "é"] {
        let refused = client.store("INBOX", validity, &uids, &[word], &[]).await;
        assert!(matches!(refused, Err(Error::Unsupported(_))), "{word:?}");
    }
    client
        .store("INBOX", validity, &[], &["$seen"], &[])
        .await
        .unwrap();
    client
        .store("INBOX", validity, &uids, &[], &[])
        .await
        .unwrap();
}

#[tokio::test]
async fn a_message_that_another_connection_brought_can_be_changed() {
    let Some(account) = Account::new("fresh").await else {
        return;
    };
    account.fill("INBOX", 1).await;
    let own = &account.client;
    let window = own.window("INBOX", Anchor::Newest, 5).await.unwrap();
    let validity = window.selected.uid_validity;
    let other = client(account.server.port, "fresh", Limits::default());
    // The connection has INBOX selected and has not heard of the new message.
    let (_, uid) = other
        .append("INBOX", &[], None, message("new"))
        .await
        .unwrap()
        .unwrap();
    own.store("INBOX", validity, &[uid], &["$flagged"], &[])
        .await
        .unwrap();
    let row = other.by_uid("INBOX", validity, &[uid], &[]).await.unwrap();
    assert_eq!(row[0].flags.as_deref(), Some(&["\\Flagged".to_owned()][..]));
    let (_, uid) = other
        .append("INBOX", &[], None, message("newer"))
        .await
        .unwrap()
        .unwrap();
    assert!(
        own.open("INBOX", validity, uid, &[])
            .await
            .unwrap()
            .is_some()
    );
    let (_, uid) = other
        .append("INBOX", &[], None, message("newest"))
        .await
        .unwrap()
        .unwrap();
    let filter = restante::mail::query::Filter::Subject("newest".to_owned());
    assert_eq!(
        own.search("INBOX", &filter, None, 5).await.unwrap().uids,
        [uid]
    );
}

#[tokio::test]
async fn messages_move_and_come_back() {
    let Some(account) = Account::new("move").await else {
        return;
    };
    account.fill("INBOX", 3).await;
    let client = &account.client;
    client.create_folder("There").await.unwrap();
    let window = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    let validity = window.selected.uid_validity;
    let uids: Vec<u32> = window.messages.iter().map(|own| own.uid.unwrap()).collect();
    let before = client.round_trips();
    let moved = client
        .move_("INBOX", validity, &uids[..2], "There")
        .await
        .unwrap();
    assert_eq!(client.round_trips() - before, 1);
    let there = moved.uid_validity.unwrap();
    let mut from: Vec<u32> = moved.pairs.iter().map(|pair| pair.0).collect();
    from.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(from, &uids[..2]);
    let back: Vec<u32> = moved.pairs.iter().map(|pair| pair.1).collect();
    client.move_("There", there, &back, "INBOX").await.unwrap();
    let window = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    assert_eq!(window.messages.len(), 3);
    let copied = client
        .copy("INBOX", validity, &uids[2..], "There")
        .await
        .unwrap();
    assert_eq!(copied.pairs.len(), 1);
    let missing = client
        .move_("INBOX", validity, &uids[2..], "Nowhere")
        .await
        .unwrap_err();
    assert!(
        matches!(
            missing,
            Error::No {
                code: Some(Reason::TryCreate),
                ..
            }
        ),
        "{missing:?}"
    );
    let removed = client.expunge("INBOX", validity, &uids[2..]).await.unwrap();
    assert_eq!(removed, Removed::Expunged);
    let window = client.window("INBOX", Anchor::Newest, 5).await.unwrap();
    assert_eq!(window.messages.len(), 2);
}

#[tokio::test]
async fn stored_messages_are_what_was_stored() {
    let Some(account) = Account::new("append").await else {
        return;
    };
    let client = &account.client;
    // Lines that look like protocol, and eight-bit text.
    let raw =
        Bytes::from_static(b"Subject: x\r\n\r\n)\r\nA1 LOGOUT\r\n{10}\r\n\xff\xfe \xc3\xa9\r\n");
    let (validity, uid) = client
        .append("INBOX", &["$draft", "x"], Some(0), raw.clone())
        .await
        .unwrap()
        .unwrap();
    let opened = client
        .open("INBOX", validity, uid, &[""])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(opened.section("").unwrap().data.as_ref(), Some(&raw));
    assert_eq!(opened.internal_date, Some(0));
    let missing = client.append("Nowhere", &[], None, raw).await.unwrap_err();
    assert!(
        matches!(
            missing,
            Error::No {
                code: Some(Reason::TryCreate),
                ..
            }
        ),
        "{missing:?}"
    );
}

#[tokio::test]
async fn many_requests_share_few_connections() {
    let Some(account) = Account::new("many").await else {
        return;
    };
    account.fill("INBOX", 5).await;
    let window = account
        .client
        .window("INBOX", Anchor::Newest, 5)
        .await
        .unwrap();
    let validity = window.selected.uid_validity;
    let mut tasks = tokio::task::JoinSet::new();
    for i in 0..60_usize {
        let client = account.client.clone();
        let uid = window.messages[i % 5].uid.unwrap();
        let subject = format!("m{}", 5 - i % 5);
        tasks.spawn(async move {
            let open = client.open("INBOX", validity, uid, &["1"]);
            if i % 4 == 0 {
                // Somebody who does not wait.
                let _ = tokio::time::timeout(std::time::Duration::from_micros(50), open).await;
                return;
            }
            let opened = open.await.unwrap().unwrap();
            assert_eq!(opened.envelope.unwrap().subject, subject);
        });
    }
    tasks.join_all().await;
    let rows = account
        .client
        .window("INBOX", Anchor::Newest, 5)
        .await
        .unwrap()
        .messages;
    assert_eq!(subjects(&rows), ["m5", "m4", "m3", "m2", "m1"]);
}
