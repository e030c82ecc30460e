//! The collector and servers as people have met them (each row is somebody's lost or doubled mail).

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use restante::{
    engine::collector::Reason,
    store::collector::{Policy, deletions::Outcome, ledger::State},
};

use super::{
    home::Home,
    maildrop::{Bent, Maildrop},
};

const THREE: [(&str, &str); 3] = [
    ("a", "Subject: a\r\n"),
    ("b", "Subject: b\r\n"),
    ("c", "Subject: c\r\n"),
];

fn honest(_: &str, _: &[(String, Vec<u8>)]) -> Option<Bent> {
    None
}

#[tokio::test]
async fn a_migration_that_renames_every_message_brings_none() {
    let names: Vec<(String, String)> = (0..500)
        .map(|at| (format!("old{at}"), format!("Subject: {at}\r\n")))
        .collect();
    let names: Vec<(&str, &str)> = names
        .iter()
        .map(|(uid, raw)| (uid.as_str(), raw.as_str()))
        .collect();
    let server = Maildrop::start("UIDL,PIPELINING", &names, honest).await;
    let (home, _dir) = Home::new().await;
    assert_eq!(home.collect(&server.connector()).await.unwrap().filed, 500);
    server.change(|messages| {
        messages
            .iter_mut()
            .for_each(|(uid, _)| uid.insert_str(0, "new"))
    });
    let run = home.collect(&server.connector()).await.unwrap();
    assert_eq!((run.filed, run.recognised), (0, 500));
    assert_eq!(home.messages().await.len(), 500);
    let run = home.collect(&server.connector()).await.unwrap();
    assert_eq!(
        (run.filed, run.recognised),
        (0, 0),
        "and they are not fetched again"
    );
    // They are known under their new names, and can be deleted.
    home.set_policy(Policy::AfterDays(0)).await;
    assert_eq!(
        home.collect(&server.connector()).await.unwrap().deleted,
        500
    );
    assert_eq!((server.count(), home.messages().await.len()), (0, 500));
}

#[tokio::test]
async fn without_uidl_nothing_comes_twice_and_nothing_is_deleted() {
    let same = [
        ("", "Subject: a\r\n"),
        ("", "Subject: b\r\n"),
        ("", "Subject: a\r\n"),
    ];
    let refuse = |command: &str, _: &[(String, Vec<u8>)]| {
        (command == "UIDL").then(|| Bent::Say("-ERR what\r\n".to_owned()))
    };
    let server = Maildrop::start("", &same, refuse).await;
    let (home, _dir) = Home::new().await;
    home.set_policy(Policy::AfterDays(0)).await;
    assert_eq!(home.collect(&server.connector()).await.unwrap().filed, 3);
    assert!(home.row().await.without_uidl);
    let fetched = server.heard("RETR");
    assert_eq!(home.collect(&server.connector()).await.unwrap().filed, 0);
    assert_eq!(server.heard("RETR"), fetched, "nothing has changed");
    server.change(|messages| messages.insert(0, (String::new(), b"Subject: new\r\n".to_vec())));
    assert_eq!(home.collect(&server.connector()).await.unwrap().filed, 1);
    assert_eq!(home.messages().await.len(), 4);
    assert_eq!(server.heard("DELE"), 0);
}

#[tokio::test]
async fn messages_of_one_second_stand_as_on_the_server() {
    const RECEIVED: &str = "Received: by x; Thu, 1 Oct 2026 10:00:00 +0200\r\nSubject: ";
    let [first, second, third] =
        ["first", "second", "third"].map(|subject| format!("{RECEIVED}{subject}\r\n"));
    let of_one_second = [("a", &*first), ("b", &*second), ("c", &*third)];
    let server = Maildrop::start("UIDL", &of_one_second, honest).await;
    let (home, _dir) = Home::new().await;
    home.collect(&server.connector()).await.unwrap();
    assert_eq!(home.subjects().await, ["third", "second", "first"]);
    let fourth = format!("{RECEIVED}fourth\r\n").into_bytes();
    server.change(|messages| messages.push(("d".to_owned(), fourth)));
    home.collect(&server.connector()).await.unwrap();
    let all = ["fourth", "third", "second", "first"];
    assert_eq!(home.subjects().await, all);
}

/// A server that can't tell now has not lost its UIDLs.
#[tokio::test]
async fn uidl_refused_for_now_brings_nothing() {
    let server = Maildrop::start("UIDL", &THREE, |command, _| {
        (command == "UIDL").then(|| Bent::Say("-ERR [SYS/TEMP] later\r\n".to_owned()))
    })
    .await;
    let (home, _dir) = Home::new().await;
    let failure = home.collect(&server.connector()).await.unwrap_err();
    assert_eq!(failure.reason(), Some(Reason::Temporary));
    let row = home.row().await;
    assert_eq!((row.last_error.as_str(), row.failures), ("temporary", 1));
    assert!(row.next_at > home.collector.clock.now());
    assert!(home.ledger().await.is_empty());
}

#[tokio::test]
async fn the_same_id_or_the_same_bytes_are_two_messages() {
    let four = [
        ("a", "Message-ID: <1@x>\r\n\r\none\r\n"),
        ("b", "Message-ID: <1@x>\r\n\r\ntwo\r\n"),
        ("c", "Message-ID: <2@x>\r\n\r\nsame\r\n"),
        ("d", "Message-ID: <2@x>\r\n\r\nsame\r\n"),
    ];
    let server = Maildrop::start("UIDL", &four, honest).await;
    let (home, _dir) = Home::new().await;
    assert_eq!(home.collect(&server.connector()).await.unwrap().filed, 4);
    assert_eq!(home.messages().await.len(), 4);
}

#[tokio::test]
async fn duplicate_and_reused_uidls_lose_nothing() {
    let same = [("x", "Subject: one\r\n"), ("x", "Subject: another\r\n")];
    let server = Maildrop::start("UIDL", &same, honest).await;
    let (home, _dir) = Home::new().await;
    home.set_policy(Policy::AfterDays(0)).await;
    assert_eq!(home.collect(&server.connector()).await.unwrap().filed, 2);
    let run = home.collect(&server.connector()).await.unwrap();
    assert_eq!(
        (run.filed, run.deleted),
        (0, 0),
        "which is which is not certain"
    );
    // The UIDL is given to a third message.
    server.change(|messages| {
        *messages = vec![("x".to_owned(), b"Subject: a third one\r\n".to_vec())]
    });
    assert_eq!(home.collect(&server.connector()).await.unwrap().filed, 1);
    assert_eq!(home.messages().await.len(), 3);
}

#[tokio::test]
async fn a_message_that_vanishes_in_between_costs_itself_only() {
    let server = Maildrop::start("UIDL", &THREE, |command, _| {
        (command == "RETR 2").then(|| Bent::Say("-ERR no such message\r\n".to_owned()))
    })
    .await;
    let (home, _dir) = Home::new().await;
    let run = home.collect(&server.connector()).await.unwrap();
    assert_eq!((run.filed, run.failed), (2, 1));
    assert_eq!(home.row().await.last_error, "");
    // Nothing here vanishes because it is listed no more.
    server.change(Vec::clear);
    home.collect(&server.connector()).await.unwrap();
    assert_eq!(home.messages().await.len(), 2);
}

#[tokio::test]
async fn a_message_that_kills_the_connection_blocks_nothing() {
    let server = Maildrop::start("UIDL", &THREE, |command, messages| {
        let poison = messages.iter().position(|(uid, _)| uid == "c")? + 1;
        (command == format!("RETR {poison}")).then_some(Bent::Leave)
    })
    .await;
    let (home, _dir) = Home::new().await;
    home.set_policy(Policy::AfterDays(0)).await;
    // The third time a message says so in its place.
    for filed in [0, 2, 3] {
        let failure = home.collect(&server.connector()).await.unwrap_err();
        assert_eq!(failure.reason(), Some(Reason::CutOff));
        assert_eq!(home.messages().await.len(), filed);
    }
    assert!(told(&home).await[0].contains("Subject: Lost: CutOff c"));
    // After three tries it is left alone, and the rest takes its course.
    let run = home.collect(&server.connector()).await.unwrap();
    assert_eq!((run.given_up, run.deleted), (1, 2));
    assert_eq!(server.heard("RETR 3") + server.heard("RETR 1"), 4);
    home.collector.clock.advance(25 * 3600 * 1000);
    assert!(
        home.collect(&server.connector()).await.is_err(),
        "once a day it is tried again"
    );
}

/// Gmail lists a part, and the next one once that was retrieved.
#[tokio::test]
async fn a_server_that_lists_a_part_at_a_time_is_drained() {
    let all: Vec<(String, Vec<u8>)> = (0..1000)
        .map(|at| (format!("m{at}"), format!("Subject: {at}\r\n").into_bytes()))
        .collect();
    let server = Maildrop::start("UIDL,PIPELINING", &[], honest).await;
    let (home, _dir) = Home::new().await;
    let (first, rest) = all.split_at(250);
    server.change(|messages| *messages = first.to_vec());
    let run = home.collect(&server.connector()).await.unwrap();
    assert_eq!(run.sessions, 2, "it has looked for more");
    server.change(|messages| *messages = rest.to_vec());
    home.collect(&server.connector()).await.unwrap();
    assert_eq!(home.messages().await.len(), 1000);
    server.change(|messages| *messages = all.clone());
    let run = home.collect(&server.connector()).await.unwrap();
    assert_eq!(
        (run.filed, run.recognised),
        (0, 0),
        "\"recent:\" lists all again"
    );
}

#[tokio::test]
async fn a_locked_maildrop_is_no_wrong_password() {
    for (answer, reason) in [
        ("-ERR [IN-USE] locked\r\n", Reason::InUse),
        ("-ERR [LOGIN-DELAY] slowly\r\n", Reason::LoginDelay),
        ("-ERR [SYS/TEMP] later\r\n", Reason::Temporary),
        ("-ERR [AUTH] no\r\n", Reason::WrongPassword),
    ] {
        let server = Maildrop::start("UIDL,USER", &THREE, move |command, _| {
            command
                .starts_with("PASS")
                .then(|| Bent::Say(answer.to_owned()))
        })
        .await;
        let (home, _dir) = Home::new().await;
        let failure = home.collect(&server.connector()).await.unwrap_err();
        assert_eq!(failure.reason(), Some(reason));
        assert_eq!(home.row().await.last_error, reason.as_str());
        assert_eq!(server.heard("PASS"), 1);
    }
}

/// Hotmail's DELE may only move a message to another folder.
#[tokio::test]
async fn a_server_that_lies_about_deleting_is_asked_three_times() {
    let server = Maildrop::start("UIDL", &THREE, |command, _| {
        command.starts_with("DELE").then_some(Bent::Lie)
    })
    .await;
    let (home, _dir) = Home::new().await;
    home.set_policy(Policy::AfterDays(0)).await;
    for _ in 0..6 {
        home.collect(&server.connector()).await.unwrap();
    }
    assert_eq!(server.heard("DELE"), 9);
    assert_eq!(home.messages().await.len(), 3, "nothing was taken for new");
}

#[tokio::test]
async fn only_the_answer_to_quit_counts() {
    for (answer, outcome) in [
        (None, Outcome::Unknown),
        (Some("-ERR some were not removed\r\n"), Outcome::Unknown),
    ] {
        let server = Maildrop::start("UIDL", &THREE, move |command, _| {
            (command == "QUIT")
                .then(|| answer.map_or(Bent::Leave, |text| Bent::Say(text.to_owned())))
        })
        .await;
        let (home, _dir) = Home::new().await;
        home.set_policy(Policy::AfterDays(0)).await;
        home.collect(&server.connector()).await.unwrap();
        home.collect(&server.connector()).await.unwrap_err();
        let log = home.deletions().await;
        assert_eq!(log.len(), 3);
        assert!(log.iter().all(|one| one.outcome == outcome));
        assert!(
            home.ledger()
                .await
                .iter()
                .all(|row| row.state == State::Stored)
        );
    }
}

#[tokio::test]
async fn a_dele_that_is_refused_is_logged_as_such() {
    let server = Maildrop::start("UIDL,PIPELINING", &THREE, |command, _| {
        (command == "DELE 2").then(|| Bent::Say("-ERR no\r\n".to_owned()))
    })
    .await;
    let (home, _dir) = Home::new().await;
    home.set_policy(Policy::AfterDays(0)).await;
    home.collect(&server.connector()).await.unwrap();
    assert_eq!(home.collect(&server.connector()).await.unwrap().deleted, 2);
    let mut outcomes: Vec<_> = home
        .deletions()
        .await
        .iter()
        .map(|one| (one.uidl.clone(), one.outcome))
        .collect();
    outcomes.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(
        outcomes,
        [
            ("a".to_owned(), Outcome::Confirmed),
            ("b".to_owned(), Outcome::Refused),
            ("c".to_owned(), Outcome::Confirmed)
        ]
    );
    assert_eq!(server.count(), 1);
}

/// Somebody gets the same report each day, octet by octet.
#[tokio::test]
async fn what_was_deleted_without_an_answer_can_come_again() {
    for emptied in [false, true] {
        let server = Maildrop::start("UIDL", &THREE, |command, _| {
            (command == "QUIT").then_some(Bent::Mute)
        })
        .await;
        let (home, _dir) = Home::new().await;
        home.collect(&server.connector()).await.unwrap();
        home.set_policy(Policy::AfterDays(0)).await;
        if !emptied {
            arrives(&server, "d", "Subject: d\r\n");
        }
        home.collect(&server.connector()).await.unwrap_err();
        assert_eq!(server.count(), usize::from(!emptied));
        if emptied {
            home.collect(&server.connector()).await.unwrap();
        }
        arrives(&server, "new", THREE[2].1);
        home.set_policy(Policy::Keep).await;
        let run = home.collect(&server.connector()).await.unwrap();
        assert_eq!((run.filed, run.recognised), (1, 0), "{emptied}");
        let log = home.deletions().await;
        let gone = log.iter().filter(|one| one.outcome == Outcome::Gone);
        assert_eq!(gone.count(), 3, "the log says what became of them");
    }
}

/// The one message is deleted, and comes again before anybody has looked.
#[tokio::test]
async fn a_single_message_that_comes_again_at_once_is_filed() {
    let server = Maildrop::start("UIDL", &THREE[..1], |command, _| {
        (command == "QUIT").then_some(Bent::Mute)
    })
    .await;
    let (home, _dir) = Home::new().await;
    home.collect(&server.connector()).await.unwrap();
    home.set_policy(Policy::AfterDays(0)).await;
    home.collect(&server.connector()).await.unwrap_err();
    arrives(&server, "new", THREE[0].1);
    let run = home.collect(&server.connector()).await.unwrap();
    assert_eq!((run.filed, run.recognised), (1, 0));
}

#[tokio::test]
async fn a_migration_after_an_unanswered_quit_brings_none() {
    for more in [false, true] {
        let server = Maildrop::start("UIDL", &THREE, |command, _| {
            (command == "QUIT").then_some(Bent::Leave)
        })
        .await;
        let (home, _dir) = Home::new().await;
        home.collect(&server.connector()).await.unwrap();
        home.set_policy(Policy::AfterDays(0)).await;
        if more {
            // Nobody has doubts about this one.
            arrives(&server, "d", "Subject: dddd\r\n");
        }
        home.collect(&server.connector()).await.unwrap_err();
        assert_eq!(home.deletions().await.len(), 3);
        server.change(|messages| {
            messages
                .iter_mut()
                .for_each(|(uid, _)| uid.insert_str(0, "new"));
        });
        home.set_policy(Policy::Keep).await;
        let run = home.collect(&server.connector()).await.unwrap();
        let all = 3 + u64::from(more);
        assert_eq!((run.filed, run.recognised), (0, all), "{more}");
    }
}

/// An unanswered QUIT that has deleted nothing.
#[tokio::test]
async fn what_is_listed_again_was_kept() {
    let server = Maildrop::start("UIDL", &THREE, |command, _| {
        (command == "QUIT").then_some(Bent::Leave)
    })
    .await;
    let (home, _dir) = Home::new().await;
    home.collect(&server.connector()).await.unwrap();
    home.set_policy(Policy::AfterDays(0)).await;
    home.collect(&server.connector()).await.unwrap_err();
    home.set_policy(Policy::Keep).await;
    home.collect(&server.connector()).await.unwrap();
    let log = home.deletions().await;
    assert!(log.iter().all(|one| one.outcome == Outcome::Kept));
    let ledger = home.ledger().await;
    assert!(ledger.iter().all(|row| row.state == State::Stored));
}

fn arrives(server: &Maildrop, uid: &str, raw: &str) {
    server.change(|messages| messages.push((uid.to_owned(), raw.into())));
}

#[tokio::test]
async fn what_never_comes_is_told_once_and_comes_after_all() {
    let refusing = Arc::new(AtomicBool::new(true));
    let refuses = Arc::clone(&refusing);
    let server = Maildrop::start("UIDL", &THREE, move |command, _| {
        let refused = command == "RETR 2" && refuses.load(Ordering::Relaxed);
        refused.then(|| Bent::Say("-ERR [SYS/PERM] broken\r\n".to_owned()))
    })
    .await;
    let (home, _dir) = Home::new().await;
    for tries in 1..=4 {
        let run = home.collect(&server.connector()).await.unwrap();
        assert_eq!(run.filed, if tries == 1 { 2 } else { 0 });
        let told = told(&home).await;
        assert_eq!(told.len(), usize::from(tries >= 3), "{tries}: {told:?}");
    }
    assert_eq!(
        server.heard("RETR 2"),
        3,
        "after three tries it is left alone"
    );
    assert!(told(&home).await[0].contains("Subject: Lost: Refused b"));
    let row = home.ledger().await.remove(1);
    assert_eq!((row.state, row.attempts), (State::Seen, 3));
    // The next day it is tried again, and nothing new is said of it.
    home.collector.clock.advance(24 * 3600 * 1000);
    home.collect(&server.connector()).await.unwrap();
    assert_eq!((server.heard("RETR 2"), told(&home).await.len()), (4, 1));
    refusing.store(false, Ordering::Relaxed);
    home.collector.clock.advance(24 * 3600 * 1000);
    assert_eq!(home.collect(&server.connector()).await.unwrap().filed, 1);
    let all = home.messages().await;
    assert!(all.iter().any(|raw| raw.starts_with(b"Subject: b")));
}

#[tokio::test]
async fn what_is_larger_than_is_taken_is_never_asked_for() {
    let large = format!("Subject: large\r\n\r\n{}\r\n", "x".repeat(500));
    let letters = [
        ("a", "Subject: a\r\n"),
        ("big", &large),
        ("c", "Subject: c\r\n"),
    ];
    let server = Maildrop::start("UIDL", &letters, honest).await;
    let mut connector = server.connector();
    connector.limits.message_size = 400;
    let (home, _dir) = Home::new().await;
    let run = home.collect(&connector).await.unwrap();
    assert_eq!((run.filed, run.failed), (2, 1));
    assert!(told(&home).await[0].contains("Subject: Lost: TooLarge big"));
    home.collect(&connector).await.unwrap();
    assert_eq!((server.heard("RETR 2"), told(&home).await.len()), (0, 1));
    // The operator allows more.
    connector.limits.message_size = 4000;
    home.collector.clock.advance(24 * 3600 * 1000);
    assert_eq!(home.collect(&connector).await.unwrap().filed, 1);
}

/// The messages that tell of others.
async fn told(home: &Home) -> Vec<String> {
    let all = home.messages().await;
    let text = |raw: Vec<u8>| String::from_utf8(raw).unwrap();
    let mut told: Vec<String> = all.into_iter().map(text).collect();
    told.retain(|raw| raw.contains("Auto-Submitted:"));
    told
}
