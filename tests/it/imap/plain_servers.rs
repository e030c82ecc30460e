//! Servers that know little more than RFC 3501, by script.

use bytes::Bytes;
use restante::{
    imap::{change::Removed, error::Error, window::Anchor},
    mail::{mailbox::Role, query::Filter, sort::Sort},
};

use super::support::{Script, client, impatient};

const BARE: &str = "IMAP4rev1";

fn row(seq: u32, uid: u32) -> String {
    format!(
        "* {seq} FETCH (UID {uid} FLAGS () INTERNALDATE \"23-Nov-2026 10:00:00 +0000\" \
         RFC822.SIZE 9 ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) BODY[1]<0> \"hello\")\r\n"
    )
}

#[tokio::test]
async fn a_courier_is_listed_and_made_in_its_namespace() {
    let script = Script::signed_in("IMAP4rev1 NAMESPACE UIDPLUS", |mut peer| async move {
        let list = peer.expect("LIST \"\" \"*\"").await;
        let lsub = peer.expect("LSUB \"\" \"*\"").await;
        let namespace = peer.expect("NAMESPACE").await;
        // Out of order, as pipelined answers may be.
        peer.send(format!(
            "* LSUB () \".\" \"INBOX.Sent\"\r\n{lsub} OK\r\n\
             * NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\r\n{namespace} OK\r\n\
             * LIST (\\HasChildren) \".\" \"INBOX\"\r\n* LIST (\\HasNoChildren) \".\" \"INBOX.Sent\"\r\n\
             * LIST (\\HasNoChildren) \".\" \"INBOX.Entw&APw-rfe\"\r\n\
             * LIST (\\Noselect) \".\" \"INBOX.Old\"\r\n{list} OK\r\n"
        ))
        .await;
        let mut tags = Vec::new();
        for name in ["INBOX", "INBOX.Sent", "INBOX.Entw&APw-rfe"] {
            let items = "(MESSAGES UNSEEN UIDNEXT UIDVALIDITY)";
            tags.push(peer.expect(&format!("STATUS \"{name}\" {items}")).await);
        }
        peer.send(format!("{} NO locked\r\n", tags[2])).await;
        peer.send("* STATUS \"INBOX.Sent\" (MESSAGES 7 UNSEEN 2)\r\n").await;
        peer.send("* STATUS INBOX (MESSAGES 3 UNSEEN 1 UIDVALIDITY 5)\r\n").await;
        peer.send(format!("{} OK\r\n{} OK\r\n", tags[1], tags[0])).await;
        peer.answer("CREATE \"INBOX.Work\"", "").await;
        peer.answer("SUBSCRIBE \"INBOX.Work\"", "").await;
        peer.hang().await;
    })
    .await;
    let client = client(script.port, "u", impatient());
    let folders = client.folders().await.unwrap();
    let seen: Vec<_> = folders
        .iter()
        .map(|own| {
            (
                own.name.as_str(),
                own.role,
                own.total,
                own.subscribed,
                own.selectable,
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("INBOX", Some(Role::Inbox), 3, false, true),
            ("INBOX.Sent", Some(Role::Sent), 7, true, true),
            ("INBOX.Entw\u{fc}rfe", Some(Role::Drafts), 0, false, true),
            ("INBOX.Old", None, 0, false, false),
        ]
    );
    assert_eq!(client.create_folder("Work").await.unwrap(), "INBOX.Work");
}

#[tokio::test]
async fn a_refused_list_status_falls_back() {
    let offered = "IMAP4rev1 LIST-EXTENDED LIST-STATUS SPECIAL-USE";
    let script = Script::signed_in(offered, |mut peer| async move {
        let tag = peer
            .expect("LIST \"\" \"*\" RETURN (SUBSCRIBED CHILDREN SPECIAL-USE STATUS")
            .await;
        peer.send(format!("{tag} BAD no such thing\r\n")).await;
        for _ in 0..2 {
            peer.answer("LIST \"\" \"*\"", "* LIST (\\Sent) \"/\" Odd\r\n")
                .await;
            peer.answer("LSUB", "").await;
            peer.answer("STATUS \"Odd\"", "* STATUS Odd (MESSAGES 1 UNSEEN 1)\r\n")
                .await;
        }
        peer.hang().await;
    })
    .await;
    let client = client(script.port, "u", impatient());
    for _ in 0..2 {
        let folders = client.folders().await.unwrap();
        assert_eq!((folders[0].role, folders[0].unread), (Some(Role::Sent), 1));
    }
}

#[tokio::test]
async fn a_page_is_found_without_esearch() {
    // 5,000 messages whose UIDs are three times their numbers.
    let script = Script::signed_in(BARE, |mut peer| async move {
        peer.select(5000, 7).await;
        loop {
            let line = peer.line().await;
            let mut words = line.split(' ');
            let tag = words.next().unwrap();
            let mut answer = String::new();
            if words.next() == Some("FETCH") {
                let set = words.next().unwrap();
                let whole = line.contains("ENVELOPE");
                for range in set.split(',') {
                    let (first, last) = range.split_once(':').unwrap_or((range, range));
                    for seq in first.parse::<u32>().unwrap()..=last.parse().unwrap() {
                        match whole {
                            true => answer += &row(seq, seq * 3),
                            false => answer += &format!("* {seq} FETCH (UID {})\r\n", seq * 3),
                        }
                    }
                }
            }
            peer.send(format!("{answer}{tag} OK\r\n")).await;
        }
    })
    .await;
    let client = client(script.port, "u", impatient());
    for (anchor, first, offset) in [
        (Anchor::Before(3001), 3000, 4000),
        (Anchor::Before(3000), 2997, 4001),
        (Anchor::Before(4), 3, 4999),
        (Anchor::After(14_900), 14_913, 29),
        (Anchor::After(0), 15, 4995),
        (Anchor::Before(u32::MAX), 15_000, 0),
    ] {
        let window = client.window("INBOX", anchor, 5).await.unwrap();
        let uid = window.messages[0].uid.unwrap();
        assert_eq!((uid, window.offset), (first, offset), "{anchor:?}");
        assert_eq!(
            window.messages[0].sections[0].data.as_deref(),
            Some(&b"hello"[..])
        );
    }
    assert!(
        client
            .window("INBOX", Anchor::Before(3), 5)
            .await
            .unwrap()
            .messages
            .is_empty()
    );
}

#[tokio::test]
async fn a_move_without_move_leaves_what_others_have_marked() {
    for (others, removed) in [("", true), (" 9", false)] {
        let script = Script::signed_in(BARE, move |mut peer| async move {
            peer.select(9, 7).await;
            peer.answer("UID COPY 3 \"Trash\"", "").await;
            peer.answer("UID STORE 3 +FLAGS.SILENT (\\Deleted)", "")
                .await;
            peer.answer("UID SEARCH DELETED", &format!("* SEARCH 3{others}\r\n"))
                .await;
            if removed {
                peer.answer("EXPUNGE", "* 3 EXPUNGE\r\n").await;
            }
            peer.answer("UID STORE 4 +FLAGS.SILENT (\\Deleted)", "")
                .await;
            peer.answer("UID SEARCH DELETED", &format!("* SEARCH 4{others}\r\n"))
                .await;
            if removed {
                peer.answer("EXPUNGE", "* 4 EXPUNGE\r\n").await;
            }
            peer.hang().await;
        })
        .await;
        let client = client(script.port, "u", impatient());
        let moved = client.move_("INBOX", 7, &[3], "Trash").await.unwrap();
        assert_eq!((moved.uid_validity, moved.pairs.len()), (None, 0));
        let outcome = client.expunge("INBOX", 7, &[4]).await.unwrap();
        assert_eq!(outcome == Removed::Expunged, removed);
        assert_eq!(script.heard().contains("EXPUNGE"), removed);
    }
}

#[tokio::test]
async fn a_failed_copy_marks_nothing() {
    let script = Script::signed_in(BARE, |mut peer| async move {
        peer.select(9, 7).await;
        let tag = peer.expect("UID COPY").await;
        peer.send(format!("{tag} NO [OVERQUOTA] full\r\n")).await;
        peer.hang().await;
    })
    .await;
    let client = client(script.port, "u", impatient());
    client.move_("INBOX", 7, &[3], "Trash").await.unwrap_err();
    assert!(!script.heard().contains("STORE"));
}

#[tokio::test]
async fn literals_wait_for_permission() {
    let script = Script::signed_in(BARE, |mut peer| async move {
        let tag = peer.expect("APPEND \"INBOX\" (\\Seen) {5}").await;
        // News may come before the permission.
        peer.send("* 3 EXISTS\r\n* OK working\r\n+ go\r\n").await;
        assert_eq!(peer.literal(7).await, b"hello\r\n");
        peer.send(format!("{tag} OK [APPENDUID 7 12] stored\r\n"))
            .await;
        let tag = peer.expect("APPEND \"Full\" {5}").await;
        peer.send(format!("{tag} NO [OVERQUOTA] full\r\n")).await;
        peer.answer("STATUS \"INBOX\"", "* STATUS INBOX (MESSAGES 1)\r\n")
            .await;
        peer.hang().await;
    })
    .await;
    let client = client(script.port, "u", impatient());
    let stored = client
        .append("INBOX", &["$seen"], None, Bytes::from("hello"))
        .await;
    assert_eq!(stored.unwrap(), Some((7, 12)));
    client
        .append("Full", &[], None, Bytes::from("hello"))
        .await
        .unwrap_err();
    assert_eq!(client.folder_counts("INBOX").await.unwrap().total, 1);
}

#[tokio::test]
async fn eight_bit_search_words_count_in_bytes() {
    let script = Script::signed_in(BARE, |mut peer| async move {
        peer.select(9, 7).await;
        peer.answer("NOOP", "").await;
        let tag = peer
            .expect("UID SEARCH CHARSET UTF-8 UID 1:4294967295 SUBJECT {10}")
            .await;
        peer.send("+ go\r\n").await;
        assert_eq!(
            peer.literal(12).await,
            "\u{65e5}\u{672c}\u{1f600}\r\n".as_bytes()
        );
        peer.send(format!("* SEARCH 3 5 4 77\r\n{tag} OK\r\n"))
            .await;
        peer.hang().await;
    })
    .await;
    let client = client(script.port, "u", impatient());
    let filter = Filter::Subject("\u{65e5}\u{672c}\u{1f600}".to_owned());
    let found = client.search("INBOX", &filter, None, 10).await.unwrap();
    assert_eq!(found.uids, [77, 5, 4, 3]);
}

#[tokio::test]
async fn names_are_utf8_where_that_is_enabled() {
    let script = Script::signed_in(
        "IMAP4rev1 ENABLE UTF8=ACCEPT LITERAL+",
        |mut peer| async move {
            peer.answer("ENABLE UTF8=ACCEPT", "* ENABLED UTF8=ACCEPT\r\n")
                .await;
            peer.answer("LIST", "* LIST () \"/\" \"Entw\u{fc}rfe\"\r\n")
                .await;
            peer.answer("LSUB", "").await;
            peer.answer("STATUS {9+}", "").await;
            peer.hang().await;
        },
    )
    .await;
    let client = client(script.port, "u", impatient());
    let _ = client.folders().await;
    assert!(
        script.heard().contains("STATUS {9+}\r\nEntw\u{fc}rfe "),
        "{}",
        script.heard()
    );
}

#[tokio::test]
async fn a_folder_is_counted_though_its_id_breaks_the_line() {
    let script = Script::signed_in("IMAP4rev1 OBJECTID", |mut peer| async move {
        let items = "(MESSAGES UNSEEN UIDNEXT UIDVALIDITY";
        let garbled = "* STATUS INBOX (MESSAGES 3 UNSEEN 1 MAILBOXID (\x01\r\n";
        let command = format!("STATUS \"INBOX\" {items} MAILBOXID)");
        peer.answer(&command, garbled).await;
        let plain = "* STATUS INBOX (MESSAGES 3 UNSEEN 1 UIDVALIDITY 5)\r\n";
        // Asked without it, and so from then on.
        for _ in 0..2 {
            peer.answer(&format!("STATUS \"INBOX\" {items})"), plain)
                .await;
        }
        peer.hang().await;
    })
    .await;
    let client = client(script.port, "u", impatient());
    for _ in 0..2 {
        let counts = client.folder_counts("INBOX").await.unwrap();
        assert_eq!((counts.total, counts.unread), (3, 1));
    }
}

#[tokio::test]
async fn a_server_that_does_not_sort_is_not_asked_to() {
    let script = Script::signed_in(BARE, |peer| async move { peer.hang().await }).await;
    let client = client(script.port, "u", impatient());
    assert_eq!(client.sorts(), None);
    let sort = Sort::parse("subject").unwrap();
    let everything = Filter::And(Vec::new());
    let sorted = client.sort("INBOX", &everything, sort).await;
    assert!(
        matches!(sorted, Err(Error::Unsupported("SORT"))),
        "{sorted:?}"
    );
    assert_eq!(client.sorts(), Some(false));
    assert_eq!(client.round_trips(), 0);
}

/// One that names the same message again and again, and more than there are.
#[tokio::test]
async fn an_order_has_each_message_once() {
    let script = Script::signed_in("IMAP4rev1 SORT", |mut peer| async move {
        peer.select(3, 5).await;
        let noop = peer.expect("NOOP").await;
        peer.send(format!("{noop} OK\r\n")).await;
        let asked = "UID SORT (REVERSE FROM REVERSE ARRIVAL) US-ASCII ALL";
        peer.answer(asked, "* SORT 7 7 2 7 0 2 4 8 9\r\n").await;
        peer.hang().await;
    })
    .await;
    let client = client(script.port, "u", impatient());
    let sort = Sort::parse("-from").unwrap();
    let sorted = client.sort("INBOX", &Filter::And(Vec::new()), sort).await;
    let sorted = sorted.unwrap();
    assert_eq!((sorted.uid_validity, &*sorted.uids), (5, &[7, 2, 4][..]));
}
