//! Servers that lie, flood, stall or change their minds: an error or the right answer, never a
//! wrong one, a hang or a crash.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use restante::imap::{
    error::{Error, Reason},
    limits::Limits,
    window::Anchor,
};

use super::support::{Script, client, impatient};

/// What a server says, and whether an error fits it.
type Case = (&'static str, fn(&Error) -> bool);

const CAPABILITIES: &str = "IMAP4rev1 LITERAL+ UIDPLUS MOVE ESEARCH UNSELECT";

/// A row as `items` asks for it.
fn row(seq: u32, uid: u32, subject: &str) -> String {
    format!(
        "* {seq} FETCH (UID {uid} FLAGS () INTERNALDATE \"23-Nov-2026 10:00:00 +0000\" \
         RFC822.SIZE 9 ENVELOPE (NIL \"{subject}\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n"
    )
}

#[tokio::test]
async fn answers_that_break_the_rules_end_the_connection() {
    let bomb: &'static str = Box::leak(format!("* SEARCH{}", " 1234567".repeat(4 << 20)).into());
    let line: &'static str = Box::leak("* OK ".to_owned().into_boxed_str());
    let deep: &'static str = Box::leak(format!("* X {}", "(".repeat(100_000)).into());
    let flood: &'static str = Box::leak("* 1 EXISTS\r\n".repeat(300_000).into());
    let cases: Vec<Case> = vec![
        ("X99 OK not yours\r\n", |e| matches!(e, Error::Protocol(_))),
        ("+ go on\r\n", |e| matches!(e, Error::Protocol(_))),
        ("* BYE enough\r\n", |e| *e == Error::Disconnected),
        ("* LIST () \"/\" {500000000}\r\nxx", |e| {
            matches!(e, Error::Limit(_))
        }),
        ("* LIST () \"/\" {99999999999999999999999}\r\n", |e| {
            matches!(e, Error::Limit(_) | Error::Timeout)
        }),
        ("* LIST () \"/\" {10}\r\nabc", |e| *e == Error::Timeout),
        (bomb, |e| matches!(e, Error::Limit(_))),
        (deep, |e| matches!(e, Error::Limit(_))),
        (flood, |e| matches!(e, Error::Limit(_))),
        (line, |e| *e == Error::Timeout),
    ];
    for (words, fits) in cases {
        let script = Script::signed_in(CAPABILITIES, move |mut peer| async move {
            peer.expect("STATUS ").await;
            peer.send(words).await;
            peer.hang().await;
        })
        .await;
        let client = client(script.port, "u", impatient());
        let error = client.folder_counts("INBOX").await.unwrap_err();
        let shown: String = words.chars().take(30).collect();
        assert!(fits(&error), "{shown:?}: {error:?}");
    }
}

#[tokio::test]
async fn a_connection_that_ends_within_an_answer_gives_an_error() {
    for words in [
        "",
        "* STATUS INBOX (MESSAGES 5)\r\n",
        "* STATUS INBOX {5}\r\nab",
        "* STAT",
    ] {
        let script = Script::signed_in(CAPABILITIES, move |mut peer| async move {
            peer.expect("STATUS ").await;
            peer.send(words).await;
        })
        .await;
        let client = client(script.port, "u", impatient());
        assert_eq!(
            client.folder_counts("INBOX").await.unwrap_err(),
            Error::Disconnected
        );
        // A connection in an unknown state is not used again.
        assert_eq!(script.heard().matches("STATUS").count(), 1, "{words}");
    }
}

#[tokio::test]
async fn a_drip_without_end_is_left_in_time() {
    let script = Script::signed_in(CAPABILITIES, |mut peer| async move {
        peer.expect("STATUS ").await;
        loop {
            peer.send("* OK still at it\r\n").await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let limits = Limits {
        request: Duration::from_millis(500),
        ..impatient()
    };
    let begun = Instant::now();
    let error = client(script.port, "u", limits)
        .folder_counts("INBOX")
        .await
        .unwrap_err();
    assert_eq!(error, Error::Timeout);
    assert!(begun.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn data_that_nobody_asked_for_is_not_shown() {
    let script = Script::signed_in(CAPABILITIES, |mut peer| async move {
        peer.select(2, 7).await;
        let tag = peer.expect("FETCH 1:*").await;
        let rows = [
            row(1, 10, "one"),
            row(9, 99, "beyond"),
            row(2, 11, "two"),
            "* 2 FETCH (FLAGS (\\Seen))\r\n".to_owned(),
            "* 1 FETCH (BODY[9] {3}\r\nabc UID 10)\r\n".to_owned(),
            "* STATUS other (MESSAGES 9)\r\n* NONSENSE (((\r\n* 0 FETCH (UID 1)\r\n".to_owned(),
        ];
        peer.send(rows.concat()).await;
        peer.send(format!("{tag} OK done\r\n")).await;
        peer.hang().await;
    })
    .await;
    let client = client(script.port, "u", impatient());
    let window = client.window("INBOX", Anchor::Newest, 10).await.unwrap();
    let uids: Vec<_> = window.messages.iter().map(|own| own.uid.unwrap()).collect();
    assert_eq!(uids, [11, 10]);
    assert_eq!(
        window.messages[0].flags.as_deref(),
        Some(&["\\Seen".to_owned()][..])
    );
}

#[tokio::test]
async fn a_section_of_another_message_is_not_taken() {
    let script = Script::signed_in(CAPABILITIES, |mut peer| async move {
        peer.select(2, 7).await;
        let tag = peer.expect("UID FETCH 10").await;
        peer.send("* 2 FETCH (UID 11 BODY[1]<0> {3}\r\nbad)\r\n")
            .await;
        peer.send("* 1 FETCH (UID 10 BODY[2]<0> {3}\r\nbad)\r\n")
            .await;
        peer.send(format!("{tag} OK done\r\n")).await;
        peer.hang().await;
    })
    .await;
    let client = client(script.port, "u", impatient());
    let asked = restante::imap::fetch::SectionRequest {
        section: "1".to_owned(),
        max: 100,
    };
    let outcome = client.sections("INBOX", 7, 10, &[asked]).await;
    assert!(matches!(outcome, Err(Error::Protocol(_))), "{outcome:?}");
}

#[tokio::test]
async fn nothing_is_destroyed_in_a_folder_that_was_rebuilt() {
    let script = Script::signed_in(CAPABILITIES, |mut peer| async move {
        peer.select(5, 8).await;
        peer.hang().await;
    })
    .await;
    let client = client(script.port, "u", impatient());
    let moved = client.move_("INBOX", 7, &[1], "Trash").await;
    assert_eq!(moved.unwrap_err(), Error::UidValidityChanged);
    for outcome in [
        client
            .store("INBOX", 7, &[1], &["$deleted"], &[])
            .await
            .err(),
        client.expunge("INBOX", 7, &[1]).await.err(),
        client.copy("INBOX", 7, &[1], "Trash").await.err(),
    ] {
        assert_eq!(outcome, Some(Error::UidValidityChanged));
    }
    let heard = script.heard();
    assert!(!heard.contains("UID "), "{heard}");
}

#[tokio::test]
async fn a_folder_rebuilt_while_selected_is_noticed() {
    let script = Script::signed_in(CAPABILITIES, |mut peer| async move {
        peer.select(5, 7).await;
        let tag = peer.expect("UID FETCH 3").await;
        peer.send(row(3, 3, "wrong")).await;
        peer.send("* OK [UIDVALIDITY 8] rebuilt\r\n").await;
        peer.send(format!("{tag} OK done\r\n")).await;
        peer.hang().await;
    })
    .await;
    let client = client(script.port, "u", impatient());
    let opened = client.open("INBOX", 7, 3, &[]).await;
    assert_eq!(opened.unwrap_err(), Error::UidValidityChanged);
    let stored = client.store("INBOX", 7, &[3], &["$seen"], &[]).await;
    assert_eq!(stored.unwrap_err(), Error::UidValidityChanged);
    assert!(!script.heard().contains("STORE"));
}

#[tokio::test]
async fn refusals_keep_their_code() {
    for (answer, expected) in [
        ("NO [OVERQUOTA] full", Some(Reason::OverQuota)),
        ("NO [TRYCREATE] none", Some(Reason::TryCreate)),
        ("NO [NOPERM] no", Some(Reason::NoPerm)),
        ("NO [X-ODD (a b] c", Some(Reason::Other)),
        ("NO", None),
    ] {
        let script = Script::signed_in(CAPABILITIES, move |mut peer| async move {
            peer.select(5, 7).await;
            let tag = peer.expect("UID COPY 1 \"x\"").await;
            peer.send(format!("{tag} {answer}\r\n")).await;
            peer.hang().await;
        })
        .await;
        let client = client(script.port, "u", impatient());
        let error = client.copy("INBOX", 7, &[1], "x").await.unwrap_err();
        assert!(
            matches!(&error, Error::No { code, .. } if *code == expected),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn copyuid_is_believed_only_where_it_fits() {
    for (code, expected) in [
        ("COPYUID 9 1:2 5:6", vec![(1, 5), (2, 6)]),
        ("COPYUID 9 2,1 6,5", vec![(2, 6), (1, 5)]),
        ("COPYUID 9 1:2 5", vec![]),
        ("COPYUID 9 1:4000000000 1:4000000000", vec![]),
        ("COPYUID 9 1,77 5:6", vec![(1, 5)]),
        ("COPYUID 9 x y", vec![]),
    ] {
        let script = Script::signed_in(CAPABILITIES, move |mut peer| async move {
            peer.select(5, 7).await;
            peer.answer("UID MOVE 1:2 \"x\"", &format!("* OK [{code}] moved\r\n"))
                .await;
            peer.hang().await;
        })
        .await;
        let client = client(script.port, "u", impatient());
        let moved = client.move_("INBOX", 7, &[1, 2], "x").await.unwrap();
        assert_eq!(moved.pairs, expected, "{code}");
    }
}

#[tokio::test]
async fn a_dead_connection_is_replaced_unless_that_could_act_twice() {
    // The first connection dies as soon as it is used again; all others live.
    let script = Script::signed_in(CAPABILITIES, |mut peer| async move {
        peer.answer("STATUS", "* STATUS INBOX (MESSAGES 1)\r\n")
            .await;
        if peer.number == 0 {
            peer.line().await;
            return;
        }
        peer.answer("STATUS", "* STATUS INBOX (MESSAGES 2)\r\n")
            .await;
        peer.line().await;
    })
    .await;
    let client = client(script.port, "u", impatient());
    assert_eq!(client.folder_counts("INBOX").await.unwrap().total, 1);
    assert_eq!(client.folder_counts("INBOX").await.unwrap().total, 1);
    assert_eq!(client.folder_counts("INBOX").await.unwrap().total, 2);
    let appended = client.append("INBOX", &[], None, Bytes::from("x")).await;
    assert_eq!(appended.unwrap_err(), Error::Disconnected);
    assert_eq!(script.heard().matches("APPEND").count(), 1);
}

#[tokio::test]
async fn who_waits_for_a_connection_waits_for_a_bounded_time() {
    let script = Script::signed_in(CAPABILITIES, |mut peer| async move {
        peer.expect("STATUS ").await;
        peer.hang().await;
    })
    .await;
    let limits = Limits {
        connections: 1,
        silence: Duration::from_secs(2),
        ..impatient()
    };
    let client = client(script.port, "u", limits);
    let holds = client.clone();
    let held = tokio::spawn(async move { holds.folder_counts("a").await });
    while !script.heard().contains("STATUS") {
        tokio::task::yield_now().await;
    }
    assert_eq!(client.folder_counts("b").await.unwrap_err(), Error::Busy);
    held.abort();
}

#[tokio::test]
async fn a_server_that_grants_one_connection_is_content_with_it() {
    let script = Script::start(|mut peer| async move {
        if peer.number > 0 {
            peer.send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n")
                .await;
            let tag = peer.expect("AUTHENTICATE").await;
            peer.send(format!("{tag} NO [LIMIT] one is enough\r\n"))
                .await;
            return peer.hang().await;
        }
        peer.sign_in("IMAP4rev1").await;
        for _ in 0..4 {
            let tag = peer.expect("STATUS ").await;
            tokio::time::sleep(Duration::from_millis(30)).await;
            peer.send(format!("* STATUS INBOX (MESSAGES 1)\r\n{tag} OK done\r\n"))
                .await;
        }
        peer.hang().await;
    })
    .await;
    let client = client(script.port, "u", Limits::default());
    let ask = || client.folder_counts("INBOX");
    let all = tokio::join!(ask(), async { (ask().await, ask().await) }, ask());
    assert!(
        all.0.is_ok() && all.1.0.is_ok() && all.1.1.is_ok() && all.2.is_ok(),
        "{all:?}"
    );
}

#[tokio::test]
async fn unused_connections_are_closed() {
    let script = Script::signed_in(CAPABILITIES, |mut peer| async move {
        peer.answer("STATUS", "* STATUS INBOX (MESSAGES 1)\r\n")
            .await;
        peer.expect("LOGOUT").await;
        peer.send("* BYE\r\nA0 OK\r\n").await;
    })
    .await;
    let limits = Limits {
        keep: Duration::from_millis(50),
        ..impatient()
    };
    let client = client(script.port, "u", limits);
    client.folder_counts("INBOX").await.unwrap();
    while !script.heard().contains("LOGOUT") {
        tokio::task::yield_now().await;
    }
    client.folder_counts("INBOX").await.unwrap();
    assert_eq!(script.heard().matches("AUTHENTICATE").count(), 2);
}

#[tokio::test]
async fn a_connection_long_unused_is_asked_first() {
    // The first falls silent, as behind a router that has forgotten it.
    let script = Script::signed_in(CAPABILITIES, |mut peer| async move {
        if peer.number > 0 {
            peer.answer("NOOP", "").await;
        }
        if peer.number == 1 {
            let tag = peer.expect("APPEND \"INBOX\" {1+}").await;
            peer.literal(3).await;
            peer.send(format!("{tag} OK\r\n")).await;
        }
        peer.hang().await;
    })
    .await;
    let limits = Limits {
        trust: Duration::ZERO,
        ..Limits::default()
    };
    let client = client(script.port, "u", limits);
    client.verify().await.unwrap();
    // Not even a message is sent into the void, nor twice.
    client
        .append("INBOX", &[], None, Bytes::from("x"))
        .await
        .unwrap();
    assert_eq!(script.heard().matches("APPEND").count(), 1);
    assert_eq!(script.heard().matches("AUTHENTICATE").count(), 2);
}

#[tokio::test]
async fn a_silent_server_is_not_asked_by_every_page() {
    let come = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&come);
    let script = Script::start(move |peer| {
        count.fetch_add(1, Ordering::SeqCst);
        peer.hang()
    })
    .await;
    let limits = Limits {
        spare: Duration::from_secs(60),
        ..impatient()
    };
    let client = client(script.port, "u", limits);
    let first = client.verify().await.unwrap_err();
    assert_eq!(client.verify().await.unwrap_err(), first);
    assert_eq!(come.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn another_message_is_not_shown_for_the_one_asked_for() {
    let script = Script::signed_in(CAPABILITIES, |mut peer| async move {
        peer.select(5, 7).await;
        let lines = [row(2, 11, "other"), row(3, 12, "other still")].concat();
        peer.answer("UID FETCH 10 ", &lines).await;
        peer.answer("UID FETCH 10,13 ", &lines).await;
        peer.hang().await;
    })
    .await;
    let client = client(script.port, "u", impatient());
    assert_eq!(client.open("INBOX", 7, 10, &[]).await.unwrap(), None);
    assert!(
        client
            .by_uid("INBOX", 7, &[10, 13], &[])
            .await
            .unwrap()
            .is_empty()
    );
}
