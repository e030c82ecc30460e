//! Dots and ends, cut anywhere.

use proptest::prelude::*;

use super::*;

/// What comes out of `wire`, whether the message ended, whether silence would end it, and the rest.
fn decode(wire: &[u8], cuts: &[usize]) -> (Vec<u8>, bool, bool, Vec<u8>) {
    let mut unstuffer = Unstuffer::new();
    let (mut input, mut out) = (BytesMut::new(), BytesMut::new());
    let (mut rest, mut cuts) = (wire, cuts.iter());
    let mut ended = false;
    while !rest.is_empty() {
        let cut = cuts.next().copied().unwrap_or(usize::MAX);
        let (piece, after) = rest.split_at(cut.clamp(1, rest.len()));
        input.extend_from_slice(piece);
        rest = after;
        ended = unstuffer.push(&mut input, &mut out);
    }
    (
        out.to_vec(),
        ended,
        unstuffer.silence_ends(),
        input.to_vec(),
    )
}

fn content(wire: &str) -> String {
    let (out, ended, _, rest) = decode(wire.as_bytes(), &[]);
    assert!(ended, "{wire:?}");
    assert_eq!(rest, b"+OK", "{wire:?}");
    String::from_utf8(out).unwrap()
}

#[test]
fn dots_are_taken_off_and_end_the_message() {
    for (wire, expected) in [
        (".\r\n+OK", ""),
        (".\n+OK", ""),
        ("a\r\n.\r\n+OK", "a\r\n"),
        ("a\r\n..\r\n.\r\n+OK", "a\r\n.\r\n"),
        ("..a\r\n...\r\n.\r\n+OK", ".a\r\n..\r\n"),
        // No second dot: the server forgot to stuff, or does not know that it should.
        (".a\r\n.\rb\r\n.\r\n+OK", ".a\r\n.\rb\r\n"),
        ("\0\r\n\r\n\0.\0\r\n.\r\n+OK", "\0\r\n\r\n\0.\0\r\n"),
        ("a\r\r\n.\r\n+OK", "a\r\r\n"),
        // The server's own line ends are LF.
        ("a\n..b\n.\n+OK", "a\n.b\n"),
        ("a\n.\r\n+OK", "a\n"),
        ("a\n..b\r\n.\r\n+OK", "a\n.b\r\n"),
    ] {
        assert_eq!(content(wire), expected, "{wire:?}");
    }
}

/// A message can't be ended from within by whoever wrote it.
#[test]
fn a_bare_line_end_ends_nothing_where_lines_end_with_both() {
    for inner in [
        "\n.\n+OK",
        "\n.\r+OK",
        "\r.\r+OK",
        "\n.\r\n+OK faked\r\n",
        "\n..\r\n",
    ] {
        let wire = format!("Received: x\r\n{inner}b\r\n.\r\n+OK");
        assert_eq!(
            content(&wire),
            format!("Received: x\r\n{inner}b\r\n"),
            "{inner:?}"
        );
    }
}

#[test]
fn a_last_line_without_its_end_is_ended_by_silence() {
    let (out, ended, silent, _) = decode(b"Received: x\r\n\r\nlast\n.\r\n", &[]);
    assert_eq!((ended, silent), (false, true));
    assert_eq!(out, b"Received: x\r\n\r\nlast\n");
    for unfinished in [
        "a\r\nlast\n.\r",
        "a\r\nlast\n.",
        "a\r\nlast",
        "a\r\n.",
        "a\r\nb\n.\r\nc",
    ] {
        let (_, ended, silent, _) = decode(unfinished.as_bytes(), &[]);
        assert_eq!((ended, silent), (false, false), "{unfinished:?}");
    }
}

/// As servers do it: lines end with CRLF, and those that begin with a dot get another.
fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut wire = Vec::new();
    let mut start = true;
    for &octet in message {
        if start && octet == b'.' {
            wire.push(b'.');
        }
        wire.push(octet);
        start = wire.ends_with(b"\r\n");
    }
    if !wire.is_empty() && !start {
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b".\r\n");
    wire
}

proptest! {
    /// Whatever the message, wherever the line cuts it: the same octets come out.
    #[test]
    fn every_message_survives(
        body in prop::collection::vec(prop::sample::select(b"a.\r\n\0\xff".to_vec()), 0..60),
        cuts in prop::collection::vec(1..6_usize, 0..80),
    ) {
        let message = [b"Received: x\r\n".to_vec(), body].concat();
        let mut expected = message.clone();
        if !expected.ends_with(b"\r\n") {
            expected.extend_from_slice(b"\r\n");
        }
        let wire = [stuffed(&message), b"+OK next".to_vec()].concat();
        let (out, ended, _, rest) = decode(&wire, &cuts);
        prop_assert!(ended);
        prop_assert_eq!(out, expected);
        prop_assert_eq!(rest, b"+OK next");
    }

    /// Whatever comes: one octet at a time gives what all at once gives.
    #[test]
    fn pieces_make_no_difference(
        wire in prop::collection::vec(prop::sample::select(b"a.\r\n".to_vec()), 0..60),
        cuts in prop::collection::vec(1..6_usize, 0..80),
    ) {
        prop_assert_eq!(decode(&wire, &cuts), decode(&wire, &[]));
    }
}
