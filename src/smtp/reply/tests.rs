//! Replies of real and of hostile servers.

use proptest::prelude::*;

use super::*;

fn read(text: &[u8]) -> Result<Option<Reply>, Unreadable> {
    let mut unread = BytesMut::from(text);
    let lines = Reader::default().next(&mut unread)?;
    Ok(lines.map(Reply::from))
}

#[test]
fn answers_of_real_servers() {
    for (wire, shown, enhanced) in [
        ("250 OK\r\n", "250 OK", None),
        ("250\r\n", "250", None),
        ("250 \r\n", "250", None),
        ("250 2.1.0 Ok\r\n", "250 2.1.0 Ok", Some(Enhanced(2, 1, 0))),
        // Gmail: the code on each line.
        (
            "535-5.7.8 Username and Password not accepted. Learn more at\r\n\
             535 5.7.8  https://support.google.com/x\r\n",
            "535 5.7.8 Username and Password not accepted. Learn more at \
             https://support.google.com/x",
            Some(Enhanced(5, 7, 8)),
        ),
        // A code of another class than the reply's is but text.
        ("250 5.7.1 fine\r\n", "250 5.7.1 fine", None),
        ("451 4.7.1.1 Greylisted\r\n", "451 4.7.1.1 Greylisted", None),
        ("550 5.1.10000 no\r\n", "550 5.1.10000 no", None),
        ("250 taken\n", "250 taken", None),
        ("250-a\r\n250-\r\n250 b\r\n", "250 a b", None),
        ("554 a\x07b\u{202e}c\td\r\n", "554 abc d", None),
    ] {
        let reply = read(wire.as_bytes()).unwrap().unwrap();
        assert_eq!(reply.to_string(), shown, "{wire:?}");
        assert_eq!(reply.enhanced, enhanced, "{wire:?}");
    }
}

#[test]
fn what_is_no_answer() {
    for wire in [
        "hello\r\n",
        "25\r\n",
        "25x no\r\n",
        "150 no\r\n",
        "650 no\r\n",
        "250_no\r\n",
        "\r\n",
        "2500 no\r\n",
        "250-a\r\n251 b\r\n",
        "* OK IMAP4rev1\r\n",
        "\u{661}50 no\r\n",
    ] {
        assert_eq!(
            read(wire.as_bytes()),
            Err(Unreadable::Malformed),
            "{wire:?}"
        );
    }
    for part in [
        "",
        "2",
        "250",
        "250 OK",
        "250 OK\r",
        "250-OK\r\n",
        "250-OK\r\n250 O",
    ] {
        assert_eq!(read(part.as_bytes()), Ok(None), "{part:?}");
    }
}

#[test]
fn endless_answers_end() {
    let line = format!("250 {}", "x".repeat(MAX_LINE));
    assert_eq!(read(line.as_bytes()), Err(Unreadable::TooLong));
    assert_eq!(read((line + "\r\n").as_bytes()), Err(Unreadable::TooLong));
    let whole = format!("250 {}\r\n", "x".repeat(MAX_LINE - 5));
    let reply = read(whole.as_bytes()).unwrap().unwrap();
    assert_eq!(reply.text.len(), MAX_TEXT);
    let lines = "250-x\r\n".repeat(MAX_LINES) + "250 x\r\n";
    assert_eq!(read(lines.as_bytes()), Err(Unreadable::TooLong));
    let lines = "250-x\r\n".repeat(MAX_LINES - 1) + "250 x\r\n";
    assert!(read(lines.as_bytes()).unwrap().is_some());
    // No half character at the cut.
    let wide = format!("250 a{}\r\n", "\u{20ac}".repeat(300));
    assert_eq!(read(wide.as_bytes()).unwrap().unwrap().text.len(), 511);
}

proptest! {
    #[test]
    fn any_octets_give_bounded_clean_text(octets in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&octets);
        let mut wire = b"250 ".to_vec();
        wire.extend(octets.iter().filter(|byte| **byte != b'\n'));
        wire.push(b'\n');
        let reply = read(&wire).unwrap().unwrap();
        prop_assert!(reply.text.len() <= MAX_TEXT);
        prop_assert!(!reply.text.chars().any(char::is_control));
    }

    #[test]
    fn cuts_change_nothing(
        replies in prop::collection::vec("(25[0-2]-[a-c\\r]{0,4}\r?\n){0,2}250( [a-c]{0,4})?\r?\n", 1..4),
        cuts in prop::collection::vec(1_usize..9, 0..40),
    ) {
        let wire: String = replies.concat();
        let mut whole = BytesMut::from(wire.as_bytes());
        let mut reader = Reader::default();
        let mut expected = Vec::new();
        while let Ok(Some(lines)) = reader.next(&mut whole) {
            expected.push(lines);
        }
        let mut rest = wire.as_bytes();
        let (mut reader, mut unread, mut found) = (Reader::default(), BytesMut::new(), Vec::new());
        let mut cuts = cuts.into_iter().chain(std::iter::repeat(1));
        let mut sound = true;
        while sound && !rest.is_empty() {
            let (piece, later) = rest.split_at(cuts.next().unwrap().min(rest.len()));
            unread.extend_from_slice(piece);
            rest = later;
            loop {
                match reader.next(&mut unread) {
                    Ok(Some(lines)) => found.push(lines),
                    Ok(None) => break,
                    Err(_) => { sound = false; break }
                }
            }
        }
        prop_assert_eq!(found, expected);
    }
}
