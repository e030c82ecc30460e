//! A submission that is cut, refused or left waiting at each of its steps: what is claimed about
//! the message must be right.

use std::time::Duration;

use futures_util::stream;
use tokio::time::Instant;

use super::*;
use crate::{
    net::{Endpoint, Security, script::Server},
    smtp::{
        connect::open_over,
        envelope::OnRefusal,
        error::{Error, Stage, Unable},
        reply::Unreadable,
    },
};

/// As [`submit()`], with the server's end in a test's hand.
async fn hand_over(
    dialogue: &str,
    envelope: &Envelope,
    pieces: Vec<io::Result<Bytes>>,
) -> (Result<Receipt, SubmitError>, String) {
    let connector = Connector::new(Endpoint::new("localhost", 25, Security::Plain), None);
    let (stream, server) = Server::start(dialogue);
    let outcome = async {
        envelope.check()?;
        let (connection, offered) = open_over(stream, &connector).await?;
        submit_over(connection, &offered, envelope, stream::iter(pieces)).await
    };
    let outcome = outcome.await;
    (outcome, server.heard().await)
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

/// From `a@x.example` to as many recipients: `b0@x.example`, …
fn letter(recipients: usize) -> Envelope {
    let to = (0..recipients).map(|i| address(&format!("b{i}@x.example")));
    Envelope::new(Some(address("a@x.example")), to.collect())
}

fn pieces(text: &[&str]) -> Vec<io::Result<Bytes>> {
    let owned = |text: &&str| Ok(Bytes::from((*text).to_owned()));
    text.iter().map(owned).collect()
}

async fn simple(dialogue: &str) -> Result<Receipt, SubmitError> {
    hand_over(dialogue, &letter(1), pieces(&["Subject: x\n\n.dot\n"]))
        .await
        .0
}

const HELLO: &str = "S: 220 hi\nC: EHLO\nS: 250 host\n";
const PIPELINING: &str = "S: 220 hi\nC: EHLO\nS: 250-host\nS: 250 PIPELINING\n";
const CHUNKING: &str = "S: 220 hi\nC: EHLO\nS: 250-host\nS: 250 CHUNKING\n";
const MAIL: &str = "C: MAIL FROM:<a@x.example>\nS: 250 ok\n";
const RCPT: &str = "C: RCPT TO:<b0@x.example>\nS: 250 ok\n";
const DATA: &str = "C: DATA\nS: 354 go\n";

fn dialogue(parts: &[&str]) -> String {
    parts.concat()
}

fn refusal(outcome: Result<Receipt, SubmitError>) -> (Stage, u16) {
    match outcome {
        Err(SubmitError::Refused(refusal)) => (refusal.at, refusal.reply.code),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_is_taken() {
    let taken = "C.\nS: 250 2.0.0 queued as 42\nC: QUIT\nS: 221 bye\n-- close";
    let script = dialogue(&[HELLO, MAIL, RCPT, DATA, taken]);
    let (outcome, heard) = hand_over(&script, &letter(1), pieces(&["a\r", "\n.b\nc"])).await;
    let receipt = outcome.unwrap();
    assert_eq!(receipt.reply.text, "queued as 42");
    assert_eq!(receipt.recipients[0].outcome(), Outcome::Accepted);
    assert_eq!(receipt.recipients[0].address, address("b0@x.example"));
    assert!(!receipt.reports);
    assert!(
        heard.contains("DATA\r\na\r\n..b\r\nc\r\n.\r\nQUIT\r\n"),
        "{heard}"
    );
}

#[tokio::test(start_paused = true)]
async fn replies_of_many_lines_in_pieces_are_taken() {
    let script = "S| 220-one\\r\\n220-t\nS| wo\\r\\n220 three\\n\nC: EHLO\nS: 250-host\nS: 250 DSN\n\
                  C: MAIL\nS: 250-2.1.0 well\nS: 250 2.1.0 done\nC: RCPT\nS: 251-will\nS: 251 forward\n\
                  C: DATA\nS: 354-go\nS: 354 on\nC.\nS: 250-taken\nS| 250\nS| \\r\\n";
    let receipt = simple(script).await.unwrap();
    assert_eq!(receipt.reply.text, "taken");
    assert_eq!(receipt.recipients[0].reply.code, 251);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_at_each_step_is_reported_with_its_code() {
    let steps: [(&str, Stage); 6] = [
        ("", Stage::Greeting),
        ("S: 220 hi\nC: EHLO\n", Stage::Ehlo),
        (&dialogue(&[HELLO, "C: MAIL\n"]), Stage::Sender),
        (&dialogue(&[HELLO, MAIL, "C: RCPT\n"]), Stage::Recipients),
        (&dialogue(&[HELLO, MAIL, RCPT, "C: DATA\n"]), Stage::Data),
        (
            &dialogue(&[HELLO, MAIL, RCPT, DATA, "C.\n"]),
            Stage::Message,
        ),
    ];
    for (before, stage) in steps {
        for code in [421, 451, 550, 554] {
            let script = format!("{before}S: {code} 5.7.1 no\n-- close");
            assert_eq!(refusal(simple(&script).await), (stage, code), "{before}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_cut_or_silence_at_each_step_says_what_may_have_become_of_it() {
    let before_the_end = [
        "".to_owned(),
        "S: 220 hi\nC: EHLO\n".to_owned(),
        "S: 220 hi\nC: EHLO\nS: 250-host\n".to_owned(),
        dialogue(&[HELLO, "C: MAIL\n"]),
        dialogue(&[HELLO, MAIL, "C: RCPT\n"]),
        dialogue(&[HELLO, MAIL, RCPT, "C: DATA\n"]),
        dialogue(&[HELLO, MAIL, RCPT, "C: DATA\nS| 35\n"]),
    ];
    for before in &before_the_end {
        let outcome = simple(&format!("{before}-- close")).await;
        assert_eq!(
            outcome,
            Err(SubmitError::NotSent(Error::Disconnected)),
            "{before}"
        );
        let outcome = simple(&format!("{before}-- silence")).await;
        let timeout = matches!(outcome, Err(SubmitError::NotSent(Error::Timeout(_))));
        assert!(timeout, "{before}: {outcome:?}");
        let outcome = simple(&format!("{before}S: what?")).await;
        let unreadable = Error::Unreadable(Unreadable::Malformed);
        assert_eq!(outcome, Err(SubmitError::NotSent(unreadable)), "{before}");
    }
    for (answer, error) in [
        ("-- close", Error::Disconnected),
        ("S| 25\n-- close", Error::Disconnected),
        ("S| 250-so far\n-- close", Error::Disconnected),
        ("-- silence", Error::Timeout(Stage::Message)),
        ("S| 250-so far\n-- silence", Error::Timeout(Stage::Message)),
        ("S: what?", Error::Unreadable(Unreadable::Malformed)),
        (
            "S: 354 more",
            Error::Unexpected {
                at: Stage::Message,
                code: 354,
            },
        ),
    ] {
        for (opening, end) in [
            (dialogue(&[HELLO, MAIL, RCPT, DATA]), "C.\n"),
            (
                dialogue(&[CHUNKING, MAIL, RCPT]),
                "C: BDAT 20 LAST\nC# 20\n",
            ),
        ] {
            let outcome = simple(&format!("{opening}{end}{answer}")).await;
            assert_eq!(
                outcome,
                Err(SubmitError::Unconfirmed(error.clone())),
                "{end}{answer}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_cut_within_the_message_leaves_it_unsent() {
    let long = "x".repeat(70).repeat(1000) + "\n";
    for opening in [
        dialogue(&[HELLO, MAIL, RCPT, DATA]),
        dialogue(&[CHUNKING, MAIL, RCPT]),
    ] {
        for (heard, said, expected) in [
            ("C# 10\n", "-- close", Error::Disconnected),
            ("C# 40000\n", "-- close", Error::Disconnected),
            ("C# 40000\n", "-- silence", Error::Timeout(Stage::Message)),
            (
                "C# 40000\n",
                "S: 250 thanks",
                Error::Unexpected {
                    at: Stage::Message,
                    code: 250,
                },
            ),
        ] {
            let script = match said {
                // Silence that does not even read.
                "-- silence" => format!("{opening}{heard}-- later 900\n-- close"),
                _ => format!("{opening}{heard}{said}\n-- close"),
            };
            let (outcome, _) = hand_over(&script, &letter(1), pieces(&[&long])).await;
            assert_eq!(
                outcome,
                Err(SubmitError::NotSent(expected)),
                "{opening}{heard}{said}"
            );
        }
        let script = format!("{opening}C# 40000\nS: 552 5.3.4 too much\n-- close");
        let (outcome, _) = hand_over(&script, &letter(1), pieces(&[&long])).await;
        assert_eq!(refusal(outcome), (Stage::Message, 552));
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_before_its_question_is_no_yes() {
    for script in [
        // The message's answer, ready before the message.
        dialogue(&[HELLO, MAIL, RCPT, "C: DATA\nS| 354 go\\r\\n250 taken\\r\\n"]),
        dialogue(&[HELLO, MAIL, RCPT, "C: DATA\nS| 354 go\\r\\n25"]),
        // One answer too many before.
        dialogue(&[
            HELLO,
            MAIL,
            "C: RCPT\nS| 250 ok\\r\\n354 go\\r\\n250 taken\\r\\n",
        ]),
        dialogue(&["S| 220 hi\\r\\n250 host\\r\\n"]),
    ] {
        let outcome = simple(&script).await;
        let unsent = matches!(
            outcome,
            Err(SubmitError::NotSent(
                Error::Unexpected { .. } | Error::Disconnected
            ))
        );
        assert!(unsent, "{script}: {outcome:?}");
    }
    // A goodbye that came by itself is a refusal.
    let script = dialogue(&[HELLO, "C: MAIL\nS| 250 ok\\r\\n421 4.3.2 going down\\r\\n"]);
    assert_eq!(refusal(simple(&script).await), (Stage::Recipients, 421));
}

#[tokio::test(start_paused = true)]
async fn the_verdict_may_take_ten_minutes() {
    let begin = Instant::now();
    let script = dialogue(&[HELLO, MAIL, RCPT, DATA, "C.\n-- later 599\nS: 250 taken"]);
    assert!(simple(&script).await.is_ok());
    assert!(begin.elapsed() >= Duration::from_secs(599));
    let begin = Instant::now();
    let script = dialogue(&[HELLO, MAIL, RCPT, DATA, "C.\n-- later 601\nS: 250 taken"]);
    let outcome = simple(&script).await;
    let timeout = Error::Timeout(Stage::Message);
    assert_eq!(outcome, Err(SubmitError::Unconfirmed(timeout)));
    // The goodbye is not waited for either.
    assert!(begin.elapsed() < Duration::from_secs(602));
}

#[tokio::test(start_paused = true)]
async fn a_goodbye_that_hangs_spoils_nothing() {
    let begin = Instant::now();
    let script = dialogue(&[
        HELLO,
        MAIL,
        RCPT,
        DATA,
        "C.\nS: 250 taken\nC: QUIT\n-- silence",
    ]);
    assert!(simple(&script).await.is_ok());
    assert!(begin.elapsed() <= Duration::from_secs(3));
    for end in ["S: 500 what", "-- close"] {
        let script = dialogue(&[HELLO, MAIL, RCPT, DATA, "C.\nS: 250 taken\n", end]);
        assert!(simple(&script).await.is_ok(), "{end}");
    }
}

#[tokio::test(start_paused = true)]
async fn some_recipients_are_refused() {
    for (opening, group) in [(HELLO, false), (PIPELINING, true)] {
        let answers = ["250 ok", "550 5.1.1 nobody", "452 4.5.3 too many"];
        let mut script = opening.to_owned();
        if group {
            script += "C: MAIL\nC: RCPT TO:<b0@\nC: RCPT TO:<b1@\nC: RCPT TO:<b2@\nS: 250 ok\n";
            script.extend(answers.map(|answer| format!("S: {answer}\n")));
        } else {
            script += MAIL;
            script.extend(answers.map(|answer| format!("C: RCPT\nS: {answer}\n")));
        }
        let going_on = format!("{script}{DATA}C.\nS: 250 taken");
        let (outcome, _) = hand_over(&going_on, &letter(3), pieces(&["x"])).await;
        let outcomes: Vec<_> = outcome
            .unwrap()
            .recipients
            .iter()
            .map(Answer::outcome)
            .collect();
        assert_eq!(
            outcomes,
            [Outcome::Accepted, Outcome::Refused, Outcome::Deferred]
        );
        let mut envelope = letter(3);
        envelope.on_refusal = OnRefusal::SendToNobody;
        let (outcome, heard) = hand_over(&script, &envelope, pieces(&["x"])).await;
        assert!(
            !heard.contains("DATA") && heard.ends_with("QUIT\r\n"),
            "{heard}"
        );
        let Err(SubmitError::Refused(refusal)) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(refusal.reply.to_string(), "550 5.1.1 nobody");
        assert_eq!(refusal.recipients.len(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_when_all_are_refused() {
    let script = dialogue(&[
        HELLO,
        MAIL,
        "C: RCPT\nS: 450 later\nC: RCPT\nS: 550 never\n",
    ]);
    let (outcome, heard) = hand_over(&script, &letter(2), pieces(&["x"])).await;
    assert_eq!(refusal(outcome), (Stage::Recipients, 450));
    assert!(
        !heard.contains("DATA") && heard.ends_with("QUIT\r\n"),
        "{heard}"
    );
    // The sender is refused while the recipients are on their way.
    let script = dialogue(&[PIPELINING, "C: MAIL\nC: RCPT\nS: 550 not you\nS: 503 no\n"]);
    let (outcome, _) = hand_over(&script, &letter(1), pieces(&["x"])).await;
    assert_eq!(refusal(outcome), (Stage::Sender, 550));
}

#[tokio::test(start_paused = true)]
async fn many_recipients_go_in_groups() {
    let mut script = PIPELINING.to_owned() + "C: MAIL\n";
    script += &("C: RCPT\n".repeat(49) + &"S: 250 ok\n".repeat(50));
    script += &("C: RCPT\n".repeat(50) + &"S: 250 ok\n".repeat(50));
    script += &("C: RCPT\n".to_owned() + "S: 250 ok\n" + DATA + "C.\nS: 250 taken");
    let (outcome, _) = hand_over(&script, &letter(100), pieces(&["x"])).await;
    assert_eq!(outcome.unwrap().recipients.len(), 100);
}

#[tokio::test(start_paused = true)]
async fn chunks_are_counted_and_answered() {
    // 300,000 octets: one chunk of 256 KiB, the rest with LAST.
    let line = "x".repeat(73) + "\n";
    let text: Vec<&str> = std::iter::repeat_n(line.as_str(), 4000).collect();
    let script = dialogue(&[
        CHUNKING,
        MAIL,
        RCPT,
        "C: BDAT 262144\r\nC# 262144\nS: 250 so far\nC: BDAT 37856 LAST\r\nC# 37856\nS: 250 taken",
    ]);
    let (outcome, heard) = hand_over(&script, &letter(1), pieces(&text)).await;
    outcome.unwrap();
    let octets = heard
        .replace("BDAT 262144\r\n", "")
        .replace("BDAT 37856 LAST\r\n", "");
    assert!(octets.contains(&(line.trim_end().to_owned() + "\r\n").repeat(4000)));
    // No dot is doubled, and an empty message is one empty line.
    let script = dialogue(&[CHUNKING, MAIL, RCPT, "C: BDAT 3 LAST\nC: .\r\nS: 250 taken"]);
    assert!(
        hand_over(&script, &letter(1), pieces(&["."]))
            .await
            .0
            .is_ok()
    );
    let script = dialogue(&[CHUNKING, MAIL, RCPT, "C: BDAT 2 LAST\nC: \r\nS: 250 taken"]);
    assert!(hand_over(&script, &letter(1), vec![]).await.0.is_ok());
    // Refused in the middle: there is no LAST.
    let script = dialogue(&[
        CHUNKING,
        MAIL,
        RCPT,
        "C: BDAT 262144\r\nC# 262144\nS: 552 too much\nC: QUIT",
    ]);
    let (outcome, _) = hand_over(&script, &letter(1), pieces(&text)).await;
    assert_eq!(refusal(outcome), (Stage::Message, 552));
}

#[tokio::test(start_paused = true)]
async fn a_message_that_cannot_be_read_is_taken_back() {
    for opening in [
        dialogue(&[HELLO, MAIL, RCPT, DATA]),
        dialogue(&[CHUNKING, MAIL, RCPT]),
    ] {
        let mut body = pieces(&["Subject: x\n\nhalf"]);
        body.push(Err(io::ErrorKind::UnexpectedEof.into()));
        let (outcome, heard) = hand_over(&opening, &letter(1), body).await;
        let error = Error::Source(io::ErrorKind::UnexpectedEof);
        assert_eq!(outcome, Err(SubmitError::NotSent(error)));
        assert!(
            !heard.contains("\n.\r\n") && !heard.contains("LAST"),
            "{heard}"
        );
        assert!(!heard.contains("QUIT"), "it would be a part of the message");
        let (outcome, heard) = hand_over(&opening, &letter(1), pieces(&["caf\u{e9}"])).await;
        assert_eq!(outcome, Err(Unable::NotSevenBit.into()));
        assert!(!heard.contains('\u{e9}'));
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_server_cannot_take_is_not_begun() {
    let mut envelope = letter(1);
    envelope.size = Some(2000);
    let script = "S: 220 hi\nC: EHLO\nS: 250-host\nS: 250 SIZE 1000\nC: QUIT";
    let (outcome, heard) = hand_over(script, &envelope, pieces(&["x"])).await;
    let large = Unable::TooLarge {
        size: 2000,
        limit: 1000,
    };
    assert_eq!(outcome, Err(large.into()));
    assert_eq!(heard, "EHLO [127.0.0.1]\r\nQUIT\r\n");
    // Without recipients nobody is even called.
    let (outcome, heard) = hand_over("", &letter(0), pieces(&["x"])).await;
    assert_eq!(outcome, Err(Unable::NoRecipients.into()));
    assert_eq!(heard, "");
}

#[tokio::test(start_paused = true)]
async fn endless_replies_end() {
    let endless = [
        format!("S| 220 {}\n", "x".repeat(5000)),
        "S: 220-x\n".repeat(200),
        HELLO.to_owned() + "C: MAIL\n" + &"S: 250-x\n".repeat(200),
    ];
    for script in endless {
        let outcome = simple(&script).await;
        let long = Error::Unreadable(Unreadable::TooLong);
        assert_eq!(outcome, Err(SubmitError::NotSent(long)));
    }
    // Dripping for ever is silence as well: the clock runs per answer, not per octet.
    let drip = "S: 250-x\n-- later 60\n".repeat(8);
    let outcome = simple(&format!("{HELLO}C: MAIL\n{drip}")).await;
    let timeout = Error::Timeout(Stage::Sender);
    assert_eq!(outcome, Err(SubmitError::NotSent(timeout)));
}
