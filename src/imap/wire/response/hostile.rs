//! What a hostile server or a stranger's message can send (T-HSRV-1), read on the 2 MiB stack of
//! a tokio worker in a debug build.

use bytes::BytesMut;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

use super::*;
use crate::imap::wire::frame::{FrameError, FrameLimits, Framer};

/// Frames and reads a stream to its end or its error.
fn responses(stream: &[u8], limits: FrameLimits) -> (Vec<Response>, Option<FrameError>) {
    let mut framer = Framer::new(limits);
    let mut buf = BytesMut::from(stream);
    let mut out = Vec::new();
    loop {
        match framer.next(&mut buf) {
            Ok(Some(frame)) => out.push(Response::parse(frame)),
            Ok(None) => return (out, None),
            Err(error) => return (out, Some(error)),
        }
    }
}

/// Runs on the stack that a worker thread has; an overflow ends the whole test run.
fn on_a_worker(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    thread.spawn(test).unwrap().join().unwrap();
}

#[test]
fn nesting_is_an_error_in_the_framer() {
    for limits in [FrameLimits::default(), FrameLimits::BEFORE_SIGN_IN] {
        for start in [
            "* ",
            "* 1 FETCH (BODYSTRUCTURE ",
            "* 1 FETCH (ENVELOPE ",
            "* LIST ",
            "* ID ",
        ] {
            let stream = format!("{start}{}", "(".repeat(100_000));
            let (_, error) = responses(stream.as_bytes(), limits);
            assert_eq!(error, Some(FrameError::TooDeep), "{start}");
        }
    }
}

#[test]
fn nesting_past_the_framer_is_read_and_dropped_without_recursion() {
    on_a_worker(|| {
        for start in [
            "* 1 FETCH (UID 7 BODYSTRUCTURE ",
            "* 1 FETCH (UID 7 ENVELOPE ",
            "* 1 FETCH (UID 7 FLAGS ",
            "* 1 FETCH (UID 7 X-NEW ",
            "* 1 FETCH (UID 7 PREVIEW ",
            "* 1 FETCH (UID 7 BODY[1] ",
            "* LIST ",
            "* STATUS a ",
            "* ID ",
            "* FLAGS ",
            "* NAMESPACE ",
            "* ESEARCH ",
            "* SEARCH ",
            "* VANISHED ",
            "* QUOTA a ",
            "* THREAD ",
            "* OK [PERMANENTFLAGS ",
            "* OK [BADCHARSET ",
        ] {
            for end in ["", ")"] {
                let nest = format!("{}{}", "(".repeat(100_000), end.repeat(100_000));
                let response = Response::parse(format!("{start}{nest})\r\n").into());
                if let Response::Fetch(fetched) = response {
                    assert_eq!(fetched.uid, Some(7), "{start}");
                    assert_eq!(fetched.structure, None, "{start}");
                }
            }
        }
    });
}

#[test]
fn a_message_of_a_hundred_levels_costs_its_structure_only() {
    // What Dovecot sends for a message of 300 levels.
    let nest = format!(
        "{}(\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1){}",
        "(".repeat(100),
        " \"mixed\" (\"boundary\" \"b\") NIL NIL NIL)".repeat(100)
    );
    let stream = format!("* 1 FETCH (UID 7 BODYSTRUCTURE {nest} RFC822.SIZE 9)\r\n");
    on_a_worker(move || {
        let (responses, error) = responses(stream.as_bytes(), FrameLimits::default());
        assert_eq!(error, None);
        let Some(Response::Fetch(fetched)) = responses.first() else {
            panic!("{responses:?}");
        };
        assert_eq!((fetched.uid, fetched.size), (Some(7), Some(9)));
        assert_eq!(fetched.structure, None);
    });
}

#[test]
fn one_message_with_a_huge_header_leaves_the_others_readable() {
    let subject = "s".repeat(300 << 10);
    let recipients = r#"(NIL NIL "someone" "example.org")"#.repeat(60_000);
    let stream = format!(
        "* 1 FETCH (UID 7 ENVELOPE (NIL {{{}}}\r\n{subject} NIL NIL NIL NIL) RFC822.SIZE 9)\r\n\
         * 2 FETCH (UID 8 RFC822.SIZE 9 ENVELOPE (NIL \"s\" NIL NIL NIL ({recipients})))\r\n\
         * 3 FETCH (UID 9 RFC822.SIZE 9)\r\n",
        subject.len()
    );
    let (responses, error) = responses(stream.as_bytes(), FrameLimits::default());
    assert_eq!(error, None);
    let read: Vec<(Option<u32>, Option<u64>, bool)> = responses
        .iter()
        .map(|response| match response {
            Response::Fetch(fetched) => (fetched.uid, fetched.size, fetched.envelope.is_some()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        read,
        [
            (Some(7), Some(9), true),
            (Some(8), Some(9), false),
            (Some(9), Some(9), false)
        ]
    );
}

#[test]
fn endless_and_huge_things_end() {
    let limits = FrameLimits {
        discard: 1 << 20,
        ..FrameLimits::default()
    };
    for (start, more, error) in [
        ("* OK ", "a", FrameError::LineTooLong),
        ("", "a", FrameError::LineTooLong),
        ("* 1 FETCH (A \"", "a ", FrameError::LineTooLong),
        ("* CAPABILITY", " A", FrameError::LineTooLong),
        ("* ID (", "\"a\" ", FrameError::LineTooLong),
    ] {
        let stream = format!(
            "{start}{}",
            more.repeat((limits.discard + (2 << 20)) / more.len())
        );
        assert_eq!(
            responses(stream.as_bytes(), limits).1,
            Some(error),
            "{start}"
        );
    }
    let stream = b"* 1 FETCH (BODY[] {500000000}\r\nab";
    assert_eq!(
        responses(stream, limits).1,
        Some(FrameError::LiteralTooLarge)
    );
    let million = "* 1 EXISTS\r\n".repeat(100_000);
    assert_eq!(responses(million.as_bytes(), limits).0.len(), 100_000);
}

#[test]
fn a_million_numbers_are_read_in_one_pass() {
    let numbers: String = (1..=1_000_000).map(|n| format!(" {n}")).collect();
    let (responses, error) = responses(
        format!("* SEARCH{numbers}\r\n").as_bytes(),
        FrameLimits::default(),
    );
    assert_eq!(error, None);
    let Some(Response::Search(found)) = responses.first() else {
        panic!();
    };
    assert_eq!(found.ids.len(), 1_000_000);
}

fn line() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        Just("* 1 FETCH ("),
        Just("* LIST "),
        Just("* STATUS "),
        Just("* ESEARCH "),
        Just("* SEARCH "),
        Just("* OK ["),
        Just("* ID "),
        Just("* NAMESPACE "),
        Just("* QUOTA "),
        Just("* VANISHED "),
        Just("A1 NO ["),
        Just("COPYUID "),
        Just("BODYSTRUCTURE "),
        Just("ENVELOPE "),
        Just("FLAGS "),
        Just("UID "),
        Just("BODY["),
        Just("]"),
        Just("<5>"),
        Just("INTERNALDATE "),
        Just("PREVIEW "),
        Just("MODSEQ "),
        Just("\" 1-Jan-2020 00:00:00 +0000\" "),
        Just("1:*,7 "),
        Just("(TAG \"A\") "),
        Just("\"message\" \"rfc822\" "),
        Just("\"text\" "),
        Just("\"filename*0*\" \"utf-8''%e9\" "),
        Just("NIL "),
        Just("("),
        Just(")"),
        Just("\""),
        Just("\\"),
        Just("{2}\r\n"),
        Just("9 "),
        Just("-1 "),
        Just("99999999999999999999 "),
        Just("\u{e9}"),
        Just("\0"),
        Just(" "),
        Just("\n"),
    ];
    proptest::collection::vec(token, 0..60).prop_map(|tokens| tokens.concat().into_bytes())
}

proptest! {
    #[test]
    fn any_bytes_are_a_response(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        Response::parse(bytes.into());
    }

    #[test]
    fn any_tokens_are_a_response(line in line()) {
        let (_, _error) = responses(&line, FrameLimits::default());
        Response::parse(line.into());
    }

    #[test]
    fn any_item_may_be_followed_by_anything(line in line()) {
        let start = b"* 1 FETCH (UID 7 ".to_vec();
        if let Response::Fetch(fetched) = Response::parse([start, line].concat().into()) {
            assert!(fetched.uid.is_some() || fetched.seq == 1);
        }
    }
}
