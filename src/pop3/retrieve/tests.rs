//! Dialogues in which messages come, or do not.

use std::time::Duration;

use super::*;
use crate::{
    net::script::Server,
    pop3::{
        Session,
        limits::Limits,
        listing::Listing,
        session::tests::{session, session_within},
    },
};

const LIST: &str =
    "C: STAT\nS: +OK 3 9\nC: LIST\nS: +OK\nS: 1 3\nS: 2 3\nS: 3 3\nS: .\nC: UIDL\nS: +OK\nS: .\n";
const FLIGHT: &str =
    "C: STAT\nC: LIST\nC: UIDL\nS: +OK 3 9\nS: +OK\nS: 1 3\nS: 2 3\nS: 3 3\nS: .\nS: +OK\nS: .\n";

/// A session, and the numbers of its three messages.
async fn three(offered: &str, dialogue: &str) -> (Session, Vec<Number>, Server) {
    let list = match offered {
        "PIPELINING" => FLIGHT,
        _ => LIST,
    };
    let (mut session, server) = session(offered, &format!("{list}{dialogue}")).await;
    let Listing { messages, .. } = session.listing().await.unwrap();
    let numbers = messages.into_iter().map(|listed| listed.number).collect();
    (session, numbers, server)
}

/// All that comes: the message, or the server's words.
async fn collect(session: &mut Session, numbers: Vec<Number>) -> Result<Vec<String>, Error> {
    let mut retrieval = session.retrieve(numbers);
    let mut all = Vec::new();
    while let Some(Retrieved { outcome, .. }) = retrieval.next().await? {
        all.push(match outcome {
            Ok(content) => String::from_utf8(content.read_whole(1000).await?).unwrap(),
            Err(refusal) => refusal.reply.to_string(),
        });
    }
    Ok(all)
}

#[tokio::test(start_paused = true)]
async fn messages_come_one_by_one_or_together() {
    let one = |at: u32, text: &str| format!("C: RETR {at}\r\nS: +OK\nS: {text}\nS: .\n");
    let apart = one(1, "a") + &one(2, "..b") + "C: RETR 3\r\nS: -ERR gone\nC: QUIT\nS: +OK";
    let together = "C: RETR 1\r\nC: RETR 2\r\nC: RETR 3\r\n\
        S| +OK\\r\\na\\r\\n.\\r\\n+OK\\r\\n..b\nS| \\r\\n.\nS| \\r\\n-ERR gone\\r\\n\nC: QUIT\nS: +OK";
    for (offered, dialogue) in [("UIDL", &*apart), ("PIPELINING", together)] {
        let (mut session, numbers, _server) = three(offered, dialogue).await;
        let found = collect(&mut session, numbers).await.unwrap();
        assert_eq!(found, ["a\r\n", ".b\r\n", "gone"], "{offered}");
        assert_eq!(session.quit().await, Ok(()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_few_are_asked_for_ahead() {
    let (mut session, numbers, server) = three("PIPELINING", "-- silence").await;
    let many = numbers.iter().copied().cycle().take(100).collect();
    let error = collect(&mut session, many).await.unwrap_err();
    assert_eq!(error, Error::Timeout(Stage::Retr));
    drop(session);
    assert_eq!(server.heard().await.matches("RETR").count(), AHEAD);
}

#[tokio::test(start_paused = true)]
async fn one_that_stops_is_not_asked_further() {
    let dialogue = "C: RETR 1\nS: +OK\nS: a\nS: .\nC: QUIT\nS: +OK";
    let (mut session, numbers, _server) = three("UIDL", dialogue).await;
    let mut retrieval = session.retrieve(numbers);
    let first = retrieval.next().await.unwrap().unwrap();
    first.outcome.unwrap().read_whole(10).await.unwrap();
    retrieval.stop();
    assert!(retrieval.next().await.unwrap().is_none());
    assert_eq!(session.quit().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_message_that_does_not_come_whole_is_none() {
    for (end, expected) in [
        ("-- close", Error::Disconnected(Stage::Retr)),
        ("-- silence", Error::Timeout(Stage::Retr)),
        ("S| .\n-- close", Error::Disconnected(Stage::Retr)),
        ("S| .\\r\n-- silence", Error::Timeout(Stage::Retr)),
        ("-- later 121\nS: .", Error::Timeout(Stage::Retr)),
    ] {
        let dialogue = format!("C: RETR 1\nS: +OK\nS: abc\n{end}");
        let (mut session, numbers, _server) = three("UIDL", &dialogue).await;
        assert_eq!(
            collect(&mut session, numbers).await.unwrap_err(),
            expected,
            "{end}"
        );
        assert!(session.quit().await.is_err(), "{end}");
    }
    // Slow is not silent.
    let dialogue = "C: RETR 1\nS: +OK\nS| a\n-- later 119\nS| b\n-- later 119\nS| \\r\\n.\\r\\n";
    let (mut session, numbers, _server) = three("UIDL", dialogue).await;
    let content = session.retr(numbers[0]).await.unwrap();
    assert_eq!(content.read_whole(9).await.unwrap(), b"ab\r\n");
}

#[tokio::test(start_paused = true)]
async fn a_trickle_ends_some_time() {
    let slow = "S| a\n-- later 100\n".repeat(300);
    let dialogue = format!("C: RETR 1\nS: +OK\n{slow}");
    let (mut session, numbers, _server) = three("UIDL", &dialogue).await;
    let begun = Instant::now();
    assert_eq!(
        collect(&mut session, numbers).await.unwrap_err(),
        Error::Timeout(Stage::Retr)
    );
    assert_eq!(begun.elapsed(), Limits::default().message);
}

#[tokio::test(start_paused = true)]
async fn the_end_is_found_where_a_last_line_has_none() {
    let dialogue = "C: RETR 1\nS: +OK\nS: Received: x\nS| last\\n.\\r\\n\nC: QUIT\nS: +OK";
    let (mut session, numbers, _server) = three("UIDL", dialogue).await;
    let content = session.retr(numbers[0]).await.unwrap();
    assert_eq!(
        content.read_whole(99).await.unwrap(),
        b"Received: x\r\nlast\n"
    );
    assert_eq!(session.quit().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn what_is_too_large_is_given_up() {
    let limits = Limits {
        message_size: 1000,
        ..Limits::default()
    };
    let dialogue = "C: TOP 1 0\nS: +OK\n".to_owned() + &"S: 0123456789\n".repeat(500);
    let (mut session, _server) = session_within(limits, "UIDL", &format!("{LIST}{dialogue}")).await;
    let number = session.listing().await.unwrap().messages[0].number;
    let mut content = session.top(number, 0).await.unwrap();
    let error = loop {
        match content.next().await {
            Ok(piece) => assert!(piece.is_some(), "it has ended"),
            Err(error) => break error,
        }
    };
    assert_eq!(error, Error::TooLarge(Stage::Top));
    assert!(session.noop().await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_message_dropped_half_way_ends_the_session() {
    let dialogue = "C: RETR 1\nS: +OK\nS: a\nS: .";
    let (mut session, numbers, server) = three("UIDL", dialogue).await;
    let content = session.retr(numbers[0]).await.unwrap();
    assert_eq!(content.octets, 0, "nothing of it was read");
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(session.quit().await, Err(Error::Disconnected(Stage::Quit)));
    assert!(!server.heard().await.contains("QUIT"));
}
