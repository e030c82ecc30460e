//! Where responses end, what is too much, and that cuts make no difference.

use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};

use super::*;

const SMALL: FrameLimits = FrameLimits {
    line: 64,
    list_line: 200,
    literal: 20,
    response: 100,
    depth: 5,
    discard: 200,
};

/// Feeds a stream in pieces of the given sizes, over and over; what came out, and the error.
fn frames(
    stream: &[u8],
    pieces: &[usize],
    limits: FrameLimits,
) -> (Vec<Bytes>, Option<FrameError>) {
    let mut framer = Framer::new(limits);
    let mut buf = BytesMut::new();
    let mut out = Vec::new();
    let mut rest = stream;
    let mut sizes = pieces.iter().copied().cycle();
    loop {
        let (piece, after) = rest.split_at(
            sizes
                .next()
                .unwrap_or(1)
                .clamp(1, rest.len().max(1))
                .min(rest.len()),
        );
        buf.extend_from_slice(piece);
        rest = after;
        loop {
            match framer.next(&mut buf) {
                Ok(Some(frame)) => out.push(frame),
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(framer.next(&mut buf), Err(error), "an error is final");
                    return (out, Some(error));
                }
            }
        }
        if rest.is_empty() {
            return (out, None);
        }
    }
}

fn whole(stream: &str) -> Vec<String> {
    let (frames, error) = frames(stream.as_bytes(), &[usize::MAX], FrameLimits::default());
    assert_eq!(error, None, "{stream:?}");
    let text = |frame: &Bytes| String::from_utf8_lossy(frame).into_owned();
    frames.iter().map(text).collect()
}

#[test]
fn where_responses_end() {
    for (stream, expected) in [
        (
            "* OK hi\r\n* 1 EXISTS\r\n",
            vec!["* OK hi\r\n", "* 1 EXISTS\r\n"],
        ),
        (
            "* OK hi\n+ \r\nA1 OK\n",
            vec!["* OK hi\n", "+ \r\n", "A1 OK\n"],
        ),
        ("+\r\n+\r\n", vec!["+\r\n", "+\r\n"]),
        ("\r\n* 1 EXISTS\r\n", vec!["\r\n", "* 1 EXISTS\r\n"]),
        // Not yet complete.
        ("* OK hi", vec![]),
        ("* 1 FETCH (BODY[] {5}\r\nab", vec![]),
        // Literals of all kinds, line ends and quotes within them.
        (
            "* 1 FETCH (BODY[] {9}\r\na\r\n\"(\r\nb)\r\n* 2 EXISTS\r\n",
            vec![
                "* 1 FETCH (BODY[] {9}\r\na\r\n\"(\r\nb)\r\n",
                "* 2 EXISTS\r\n",
            ],
        ),
        (
            "* LIST () \"/\" {3}\na b\n",
            vec!["* LIST () \"/\" {3}\na b\n"],
        ),
        (
            "* 1 FETCH (BINARY[1] ~{2}\r\n\r\n)\r\n",
            vec!["* 1 FETCH (BINARY[1] ~{2}\r\n\r\n)\r\n"],
        ),
        (
            "* X {1+}\r\n\nY {0}\r\n\r\n",
            vec!["* X {1+}\r\n\nY {0}\r\n\r\n"],
        ),
        // No literals: text that looks like one, in status lines and in quotes.
        (
            "* OK {3}\r\nA1 NO {3}\r\n",
            vec!["* OK {3}\r\n", "A1 NO {3}\r\n"],
        ),
        (
            "* X \"{3}\r\n* Y {-3}\r\n",
            vec!["* X \"{3}\r\n", "* Y {-3}\r\n"],
        ),
        ("* X {3} \r\n* Y {}\r\n", vec!["* X {3} \r\n", "* Y {}\r\n"]),
        ("* X {3}}\r\n* Y {3\r\n", vec!["* X {3}}\r\n", "* Y {3\r\n"]),
        // A bare LF in quotes is text; CRLF is not.
        (
            "* X \"a\nb\" c\r\n* Y\r\n",
            vec!["* X \"a\nb\" c\r\n", "* Y\r\n"],
        ),
        (
            "* X \"a\\\nb\" c\r\n* Y\r\n",
            vec!["* X \"a\\\nb\" c\r\n", "* Y\r\n"],
        ),
        (
            "* X \"a\r\n* Y \"b\"\r\n",
            vec!["* X \"a\r\n", "* Y \"b\"\r\n"],
        ),
        ("* X \"a\\\r\n* Y\r\n", vec!["* X \"a\\\r\n", "* Y\r\n"]),
        // Quotes in status text and in atoms are no strings.
        (
            "* OK say \"hi\n* NO 5\" disk\n",
            vec!["* OK say \"hi\n", "* NO 5\" disk\n"],
        ),
        ("* X a\"b\n* Y\n", vec!["* X a\"b\n", "* Y\n"]),
        ("* X \"a\\\"\n\" b\n", vec!["* X \"a\\\"\n\" b\n"]),
    ] {
        assert_eq!(whole(stream), expected);
    }
}

#[test]
fn limits_hold_from_the_first_byte() {
    let long = "a".repeat(100);
    for (stream, error) in [
        (format!("* X {long}"), FrameError::LineTooLong),
        (format!("A1 OK {long}"), FrameError::LineTooLong),
        (long.clone(), FrameError::LineTooLong),
        (
            format!("* SEARCH {}", "1 ".repeat(110)),
            FrameError::ResponseTooLarge,
        ),
        ("* X {21}\r\n".to_owned(), FrameError::LiteralTooLarge),
        (
            "* X {500000000}\r\n".to_owned(),
            FrameError::LiteralTooLarge,
        ),
        (
            "* 1 FETCH (A {500000000}\r\n".to_owned(),
            FrameError::LiteralTooLarge,
        ),
        (
            format!("* X {{{}}}\r\n", "9".repeat(30)),
            FrameError::LiteralTooLarge,
        ),
        ("* X (((((((((".to_owned(), FrameError::TooDeep),
        (
            format!("* X {}", "{20}\r\n01234567890123456789 ".repeat(5)),
            FrameError::LiteralTooLarge,
        ),
        (
            format!("* 1 FETCH (A {}", long.repeat(9)),
            FrameError::LineTooLong,
        ),
    ] {
        for pieces in [1, 7, usize::MAX] {
            let (_, found) = frames(stream.as_bytes(), &[pieces], SMALL);
            assert_eq!(found, Some(error), "{stream}");
        }
    }
    let exactly = format!("* X {}\r\n", "a".repeat(58));
    assert_eq!(
        frames(exactly.as_bytes(), &[3], SMALL).0,
        [Bytes::from(exactly)]
    );
    let threads = format!("* THREAD {}\r\n", "(".repeat(80));
    assert_eq!(frames(threads.as_bytes(), &[3], SMALL).0.len(), 1);
}

#[test]
fn what_is_too_large_in_a_fetch_costs_that_item_only() {
    let literal = "x".repeat(21);
    let stream = format!("* 1 FETCH (A ~{{21}}\r\n{literal} UID 7)\r\n* 2 EXISTS\r\n");
    let long = format!(
        "* 1 FETCH (UID 7 A \"{}\" B 1)\r\n* 2 EXISTS\r\n",
        "b ".repeat(60)
    );
    let both = format!(
        "* 1 FETCH (A {{21}}\r\n{literal} UID 7 B {}C {{30}}\r\n{literal}123456789)\r\n* 2 EXISTS\r\n",
        "b".repeat(60)
    );
    let no_space = format!(
        "* 1 FETCH (A {{21}}\r\n{literal}{})\r\n* 2 EXISTS\r\n",
        "b".repeat(60)
    );
    for (stream, expected) in [
        (no_space, "* 1 FETCH (A NIL\r\n"),
        (stream, "* 1 FETCH (A NIL UID 7)\r\n"),
        (long, "* 1 FETCH (UID 7 A \r\n"),
        (both, "* 1 FETCH (A NIL UID 7 B \r\n"),
    ] {
        for pieces in [1, 2, 3, 5, 17, 64, 65, usize::MAX] {
            let (frames, error) = frames(stream.as_bytes(), &[pieces], SMALL);
            assert_eq!(error, None, "{stream} in {pieces}");
            assert_eq!(frames, [expected, "* 2 EXISTS\r\n"], "in {pieces}");
        }
    }
}

#[test]
fn the_literal_limit_can_be_raised() {
    let mut framer = Framer::new(SMALL);
    framer.set_literal_limit(1000);
    let mut buf = BytesMut::from(format!("* 1 FETCH (A {{999}}\r\n{:999})\r\n", "").as_bytes());
    let length = buf.len();
    assert_eq!(framer.next(&mut buf).unwrap().unwrap().len(), length);
}

#[test]
fn a_huge_literal_takes_no_memory() {
    let mut framer = Framer::new(FrameLimits::default());
    let mut buf = BytesMut::from(&b"* 1 FETCH (A {60000000}\r\n"[..]);
    assert_eq!(framer.next(&mut buf), Ok(None));
    let piece = [b'x'; 8192];
    for _ in 0..(60_000_000 / piece.len()) {
        buf.extend_from_slice(&piece);
        assert_eq!(framer.next(&mut buf), Ok(None));
        assert!(buf.is_empty() && buf.capacity() < 100_000);
    }
    buf.extend_from_slice(&vec![b'x'; 60_000_000 % piece.len()]);
    buf.extend_from_slice(b" UID 3)\r\n");
    let frame = framer.next(&mut buf).unwrap().unwrap();
    assert_eq!(frame, "* 1 FETCH (A NIL UID 3)\r\n");
}

#[test]
fn each_byte_is_looked_at_once() {
    let numbers: String = (1..30_000).map(|n| format!(" {n}")).collect();
    let long = format!("* SEARCH{numbers}\r\n");
    let literal = format!("* 1 FETCH (A {{200000}}\r\n{})\r\n", " ".repeat(200_000));
    for (stream, most) in [(long.as_str(), long.len()), (literal.as_str(), 40)] {
        let mut framer = Framer::new(FrameLimits::default());
        let mut buf = BytesMut::new();
        let mut frames = 0;
        for byte in stream.as_bytes() {
            buf.extend_from_slice(&[*byte]);
            frames += usize::from(framer.next(&mut buf).unwrap().is_some());
        }
        assert_eq!(frames, 1);
        assert!(framer.touched <= most, "{} of {most}", framer.touched);
    }
}

/// Streams made of what matters to a framer.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        Just("\r\n"),
        Just("\n"),
        Just("\r"),
        Just("* 1 FETCH ("),
        Just("* OK "),
        Just("* SEARCH 1"),
        Just("* LIST "),
        Just("A1 "),
        Just("+ "),
        Just("\""),
        Just("\\"),
        Just("{3}\r\n"),
        Just("{25}\r\n"),
        Just("~{2}\n"),
        Just("{1+}"),
        Just("("),
        Just(")"),
        Just(" "),
        Just("abc"),
        Just("\0\u{e9}"),
        Just("* "),
        Just("UID 7 "),
        Just("0123456789012345"),
    ];
    proptest::collection::vec(token, 0..40).prop_map(|tokens| tokens.concat().into_bytes())
}

proptest! {
    #[test]
    fn cuts_make_no_difference(stream in stream(), pieces in proptest::collection::vec(1_usize..30, 1..8)) {
        let at_once = frames(&stream, &[usize::MAX], SMALL);
        prop_assert_eq!(&frames(&stream, &[1], SMALL), &at_once);
        prop_assert_eq!(&frames(&stream, &pieces, SMALL), &at_once);
        for cut in 1..stream.len() {
            prop_assert_eq!(&frames(&stream, &[cut, usize::MAX], SMALL), &at_once);
        }
    }

    #[test]
    fn nothing_is_lost_or_added(stream in stream(), pieces in proptest::collection::vec(1_usize..30, 1..8)) {
        let (frames, error) = frames(&stream, &pieces, FrameLimits::default());
        prop_assert_eq!(error, None);
        let joined: Vec<u8> = frames.concat();
        prop_assert_eq!(&stream[..joined.len()], &joined[..]);
    }

    #[test]
    fn any_bytes_are_framed_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let at_once = frames(&bytes, &[usize::MAX], SMALL);
        prop_assert_eq!(frames(&bytes, &[1], SMALL), at_once);
    }
}
