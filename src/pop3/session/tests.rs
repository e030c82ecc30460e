//! Dialogues after the sign-in.

use secrecy::SecretString;

use super::*;
use crate::{
    net::{Endpoint, Security, script::Server},
    pop3::{Connector, Login, Secret, Trouble, connect::open_over, limits::Limits},
};

/// A session on a server that offers something and then follows the dialogue.
pub(in crate::pop3) async fn session_within(
    limits: Limits,
    offered: &str,
    dialogue: &str,
) -> (Session, Server) {
    let user = "anna".to_owned();
    let secret = Secret::Password(SecretString::from("secret"));
    let mut connector = Connector::new(
        Endpoint::new("localhost", 110, Security::Plain),
        Login { user, secret },
    );
    connector.limits = limits;
    let capa = match offered {
        "-" => "C: CAPA\nS: -ERR\n".to_owned(),
        offered => format!("C: CAPA\nS: +OK\nS: {offered}\nS: .\n"),
    };
    let again = if offered == "-" { "" } else { &capa };
    let opening = format!("S: +OK\n{capa}C: USER\nS: +OK\nC: PASS\nS: +OK\n{again}");
    let (stream, server) = Server::start(&(opening + dialogue));
    let session = open_over(stream, &connector).await.unwrap();
    (session, server)
}

pub(in crate::pop3) async fn session(offered: &str, dialogue: &str) -> (Session, Server) {
    session_within(Limits::default(), offered, dialogue).await
}

const LISTS: &str = "S: +OK 2 30\nS: +OK\nS: 1 10\nS: 2 20\nS: .\nS: +OK\nS: 1 a\nS: 2 b\nS: .\n";

fn uids(listing: &Listing) -> Vec<Option<&str>> {
    let of = |listed: &crate::pop3::Listed| listed.uid.as_ref().map(|uid| uid.as_str().to_owned());
    let found: Vec<Option<String>> = listing.messages.iter().map(of).collect();
    found
        .into_iter()
        .map(|uid| uid.map(|uid| &*uid.leak()))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_listing_is_one_flight_where_that_is_allowed() {
    let dialogue = "C: STAT\r\nC: LIST\r\nC: UIDL\r\n".to_owned() + LISTS;
    let (mut session, _server) = session("PIPELINING", &dialogue).await;
    let listing = session.listing().await.unwrap();
    assert_eq!(uids(&listing), [Some("a"), Some("b")]);
    assert!(listing.oddities.is_empty() && listing.octets() == 30);
    let dialogue =
        "C: STAT\r\nS: +OK 1 10\nC: LIST\r\nS: +OK\nS: 1 10\nS: .\nC: UIDL\r\nS: +OK\nS: 1 a\nS: .";
    let (mut session, _server) = self::session("UIDL", dialogue).await;
    assert_eq!(uids(&session.listing().await.unwrap()), [Some("a")]);
}

/// A server that can't tell the unique-ids now must not be taken for one that has none: every
/// message would be a new one.
#[tokio::test(start_paused = true)]
async fn without_uidl_and_without_uidl_now() {
    let lists = "C: STAT\nS: +OK 1 10\nC: LIST\nS: +OK\nS: 1 10\nS: .\nC: UIDL\n";
    for (offered, answer, expected) in [
        ("-", "-ERR unknown", Ok(false)),
        ("TOP", "-ERR", Ok(false)),
        ("TOP", "-ERR [SYS/TEMP] later", Err(Trouble::Temporary)),
        ("UIDL", "-ERR unknown", Err(Trouble::Temporary)),
        ("-", "-ERR [IN-USE]", Err(Trouble::InUse)),
    ] {
        let dialogue = format!("{lists}S: {answer}");
        let (mut session, _server) = session(offered, &dialogue).await;
        let outcome = session.listing().await;
        let outcome = outcome.map(|listing| listing.has_uidl);
        let outcome = outcome.map_err(|error| error.trouble());
        assert_eq!(outcome, expected, "{offered} {answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_maildrop_however_it_is_said() {
    for dialogue in [
        "C: STAT\nS: +OK 0 0\nC: LIST\nS: +OK\nS: .\nC: UIDL\nS: +OK\nS: .",
        "C: STAT\nS: +OK 0 0\nC: LIST\nS: -ERR no messages\nC: UIDL\nS: -ERR no messages",
    ] {
        let (mut session, _server) = session("UIDL", dialogue).await;
        let listing = session.listing().await.unwrap();
        assert!(listing.messages.is_empty() && listing.has_uidl && listing.oddities.is_empty());
    }
    let dialogue = "C: STAT\nS: +OK 3 9\nC: LIST\nS: -ERR no\nC: UIDL\nS: -ERR no";
    let (mut session, _server) = session("UIDL", dialogue).await;
    assert!(
        session.listing().await.is_err(),
        "three messages are not none"
    );
}

#[tokio::test(start_paused = true)]
async fn endless_listings_end() {
    let limits = Limits {
        messages: 100,
        ..Limits::default()
    };
    let lines = (1..200).fold(String::new(), |text, at| text + &format!("S: {at} 1\n"));
    let dialogue = format!("C: STAT\nS: +OK\nC: LIST\nS: +OK\n{lines}");
    let (mut session, _server) = session_within(limits, "UIDL", &dialogue).await;
    let error = session.listing().await.unwrap_err();
    assert_eq!(error, Error::TooLarge(Stage::List));
    assert!(
        session.quit().await.is_err(),
        "nobody knows what comes next"
    );
    // One line, and then a trickle that never ends.
    let slow = "S: 1 1\n-- later 100\n".repeat(9);
    let dialogue = format!("C: STAT\nS: +OK\nC: LIST\nS: +OK\n{slow}");
    let (mut session, _server) = self::session("UIDL", &dialogue).await;
    assert_eq!(
        session.listing().await.unwrap_err(),
        Error::Timeout(Stage::List)
    );
}

fn numbers(count: u32) -> Vec<Number> {
    let mut reading = Reading::default();
    (1..=count).for_each(|at| reading.list_line(format!("{at} 1").as_bytes()));
    let listing = reading.finish(false, 0);
    listing
        .messages
        .into_iter()
        .map(|listed| listed.number)
        .collect()
}

#[tokio::test(start_paused = true)]
async fn deletions_in_groups_and_one_by_one() {
    let dialogue = "C: DELE 1\r\nC: DELE 2\r\nC: DELE 3\r\nS: +OK\nS: -ERR gone\nS: +OK\nC: QUIT\r\nS: +OK bye\n-- close";
    let (mut session, server) = session("PIPELINING", dialogue).await;
    let outcomes = session.delete(&numbers(3)).await.unwrap();
    assert_eq!(
        outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(),
        [true, false, true]
    );
    assert_eq!(session.quit().await, Ok(()));
    assert!(server.heard().await.ends_with("QUIT\r\n"));
    let dialogue = "C: DELE 1\r\nS: +OK\nC: DELE 2\r\nS: +OK\nC: RSET\r\nS: +OK\nC: NOOP\r\nS: +OK\nC: STAT\r\nS: +OK 7 ?";
    let (mut session, _server) = self::session("UIDL", dialogue).await;
    session.delete(&numbers(2)).await.unwrap();
    session.rset().await.unwrap();
    session.noop().await.unwrap();
    let stat = Stat {
        messages: 7,
        octets: 0,
    };
    assert_eq!(session.stat().await, Ok(stat));
}

#[tokio::test(start_paused = true)]
async fn only_a_yes_to_quit_is_a_yes() {
    for (end, expected) in [
        ("C: QUIT\nS: +OK", Ok(())),
        ("C: QUIT\n-- later 599\nS: +OK", Ok(())),
        (
            "C: QUIT\nS: -ERR some deleted messages not removed",
            Err(Trouble::Temporary),
        ),
        ("C: QUIT\n-- close", Err(Trouble::CutOff)),
        ("C: QUIT\n-- silence", Err(Trouble::CutOff)),
        ("C: QUIT\nS: yes", Err(Trouble::Nonsense)),
        // An answer that was there before the question.
        ("S: +OK", Err(Trouble::Nonsense)),
        ("-- close", Err(Trouble::CutOff)),
        (
            "S: -ERR Disconnected for inactivity.",
            Err(Trouble::Temporary),
        ),
    ] {
        let dialogue = format!("C: DELE\nS: +OK\n{end}");
        let (mut session, _server) = session("UIDL", &dialogue).await;
        session.delete(&numbers(1)).await.unwrap();
        // What is said out of turn has arrived by then.
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        let outcome = session.quit().await.map_err(|error| error.trouble());
        assert_eq!(outcome, expected, "{end}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_dropped_says_no_quit() {
    let (mut session, server) = session("UIDL", "C: DELE 1\nS: +OK").await;
    session.delete(&numbers(1)).await.unwrap();
    drop(session);
    let heard = server.heard().await;
    assert!(!heard.contains("QUIT"), "{heard}");
}
