//! Commands as they go out, and that no text in them becomes protocol.

use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};

use super::*;

fn sent(command: Command, literals: Literals) -> String {
    let segments = command.encode(Tag(1), literals).unwrap();
    let text = segments.iter().map(|segment| match segment {
        Segment::Write(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Segment::Stream(source) => format!("<{source:?}>"),
        Segment::Await => "<+>".to_owned(),
    });
    text.collect()
}

#[test]
fn commands_as_the_client_sends_them() {
    let set = UidSet::parse(b"1:4,7").unwrap();
    for (command, expected) in [
        (Command::new("NOOP"), "A1 NOOP\r\n"),
        (
            Command::new("UID FETCH").set(&set).raw_items("(UID FLAGS)"),
            "A1 UID FETCH 1:4,7 (UID FLAGS)\r\n",
        ),
        (
            Command::new("SELECT").mailbox("Entw\u{fc}rfe"),
            "A1 SELECT \"Entw&APw-rfe\"\r\n",
        ),
        (
            Command::new("SELECT").mailbox("inbox"),
            "A1 SELECT \"INBOX\"\r\n",
        ),
        (
            Command::new("CREATE").mailbox("a\"b\\c"),
            "A1 CREATE \"a\\\"b\\\\c\"\r\n",
        ),
        (
            Command::new("CREATE").name_of(&MailboxName::from_path("\u{fc}", Names::Utf8)),
            "A1 CREATE {2}\r\n<+>\u{fc}\r\n",
        ),
        (
            Command::new("UID STORE")
                .set(&set)
                .raw_items("+FLAGS.SILENT")
                .flags(&["\\Seen", "$Junk"]),
            "A1 UID STORE 1:4,7 +FLAGS.SILENT (\\Seen $Junk)\r\n",
        ),
        (Command::new("X").flags::<&str>(&[]), "A1 X ()\r\n"),
        (
            Command::new("UID FETCH").onward(7).list(|list| {
                list.raw_items("UID")
                    .body("1.2", Some((0, 1024)))
                    .body("", None)
                    .binary("3", None)
                    .header_fields(&["TO", "CC"])
                    .body("2.MIME", None)
            }),
            "A1 UID FETCH 7:* (UID BODY.PEEK[1.2]<0.1024> BODY.PEEK[] BINARY.PEEK[3] BODY.PEEK[HEADER.FIELDS (TO CC)] BODY.PEEK[2.MIME])\r\n",
        ),
        (
            Command::new("UID SEARCH")
                .raw_items("CHARSET UTF-8")
                .list(|list| {
                    list.raw_items("OR FROM")
                        .astring("anna")
                        .raw_items("SUBJECT")
                        .astring("\u{65e5}")
                })
                .raw_items("SINCE")
                .date(jiff::civil::date(2026, 1, 2))
                .raw_items("LARGER")
                .num(5),
            "A1 UID SEARCH CHARSET UTF-8 (OR FROM \"anna\" SUBJECT {3}\r\n<+>\u{65e5}) SINCE 02-Jan-2026 LARGER 5\r\n",
        ),
        (
            Command::new("APPEND")
                .mailbox("Sent")
                .flags(&["\\Seen"])
                .date_time(0)
                .literal("hi\r\n".into()),
            "A1 APPEND \"Sent\" (\\Seen) \"01-Jan-1970 00:00:00 +0000\" {4}\r\n<+>hi\r\n\r\n",
        ),
        (Command::new("X").astring(""), "A1 X \"\"\r\n"),
    ] {
        assert_eq!(sent(command, Literals::Synchronising), expected);
    }
}

#[test]
fn answers_are_known_by_their_tag() {
    assert!(Tag(12).is("A12") && !Tag(1).is("A12") && !Tag(12).is("a12"));
    assert_eq!(Command::new("NOOP").name(), "NOOP");
    assert_eq!(DONE, b"DONE\r\n");
}

#[test]
fn literals_wait_only_where_they_must() {
    let with = |size: usize| {
        Command::new("X")
            .literal("a".repeat(size).into())
            .astring("b")
    };
    assert_eq!(sent(with(2), Literals::Plus), "A1 X {2+}\r\naa \"b\"\r\n");
    assert_eq!(sent(with(2), Literals::Minus), "A1 X {2+}\r\naa \"b\"\r\n");
    assert!(sent(with(4096), Literals::Minus).starts_with("A1 X {4096+}\r\na"));
    assert!(sent(with(4097), Literals::Minus).starts_with("A1 X {4097}\r\n<+>a"));
    assert!(sent(with(4097), Literals::Plus).starts_with("A1 X {4097+}\r\na"));
    let large = Bytes::from(vec![b'a'; LARGE]);
    let segments = Command::new("X")
        .literal(large.clone())
        .encode(Tag(1), Literals::Plus)
        .unwrap();
    let passed_on = segments.iter().any(|segment| match segment {
        Segment::Write(bytes) => bytes.as_ptr() == large.as_ptr(),
        Segment::Await | Segment::Stream(_) => false,
    });
    assert!(passed_on, "a large literal is not copied");
}

#[test]
fn a_streamed_literal_is_announced_as_what_it_is() {
    let source = |has_nul| Source::new(5000, has_nul, futures_util::stream::empty());
    let with = |has_nul, binary| Command::new("X").streamed_literal(source(has_nul), binary);
    assert_eq!(
        sent(with(false, false), Literals::Plus),
        "A1 X {5000+}\r\n<Source(5000)>\r\n"
    );
    assert_eq!(
        sent(with(true, true), Literals::Minus),
        "A1 X ~{5000}\r\n<+><Source(5000)>\r\n"
    );
    let refused = with(true, false).encode(Tag(1), Literals::Plus);
    assert_eq!(refused, Err(CommandError::Nul));
}

#[test]
fn what_cannot_be_said_is_refused() {
    use CommandError::{Date, EmptySet, Flag, Keyword, Nul, Section};
    let new = || Command::new("X");
    for (command, error) in [
        (new().raw_items("A\r\nB"), Keyword),
        (new().raw_items(""), Keyword),
        (new().header_fields(&["TO)"]), Keyword),
        (new().astring("a\0b"), Nul),
        (new().mailbox("a\u{2063}\0"), Nul),
        (new().literal("\0".into()), Nul),
        (new().set(&UidSet::default()), EmptySet),
        (new().onward(0), EmptySet),
        (new().date(jiff::civil::date(-1, 1, 1)), Date),
        (new().date_time(i64::MAX), Date),
        (new().body("1", Some((0, 0))), Section),
        (new().binary("1.MIME", None), Section),
        (new().flag("a b").astring("\0"), Flag),
    ] {
        assert_eq!(command.encode(Tag(1), Literals::Plus), Err(error));
    }
    for flag in [
        "",
        "\\",
        "a b",
        "a\r\nb",
        "a(b",
        "\\*",
        "a\"",
        "caf\u{e9}",
        "a]",
        "{5}",
        "%",
        "\\\\a",
    ] {
        assert!(!is_flag(flag), "{flag:?}");
    }
    for flag in ["\\Seen", "$Forwarded", "a.b-c_d:e+f", "[odd", "NonJunk"] {
        assert!(is_flag(flag), "{flag}");
    }
    for section in [
        "",
        "1",
        "1.2.3",
        "HEADER",
        "TEXT",
        "1.MIME",
        "1.2.HEADER",
        "4294967295",
    ] {
        assert!(is_section(section), "{section}");
    }
    for section in [
        "0",
        "1.",
        ".1",
        "1..2",
        "MIME",
        "01",
        "1.0",
        "a",
        "1]",
        "1 2",
        "text",
        "1.TEXT.2",
        "1\r\n",
        "HEADER.FIELDS",
        "4294967296",
        "\u{661}",
        "TEXT.1",
        ".",
        "1.]<0.1>",
        "*",
    ] {
        assert!(!is_section(section), "{section}");
    }
    assert_eq!(format!("{:?}", new().astring("secret")), "Command(\"X\")");
}

/// Reads a stream as a strict server with LITERAL+ does: how many commands it holds, and the
/// string arguments of the first. `None` if a CR, LF or NUL stands outside a counted literal
/// other than in CRLF at the end, or a string does not end.
fn reference(mut stream: &[u8]) -> Option<(usize, Vec<Vec<u8>>)> {
    let mut commands = 0;
    let mut strings = Vec::new();
    while !stream.is_empty() {
        loop {
            match *stream.first()? {
                b'\r' => {
                    stream = stream.strip_prefix(b"\r\n")?;
                    break;
                }
                b'\n' | 0 | 0x80.. => return None,
                b'"' => {
                    let mut text = Vec::new();
                    stream = &stream[1..];
                    loop {
                        let (&byte, rest) = stream.split_first()?;
                        stream = rest;
                        match byte {
                            b'"' => break,
                            b'\\' => {
                                let (&byte, rest) = stream.split_first()?;
                                stream = rest;
                                assert!(matches!(byte, b'"' | b'\\'));
                                text.push(byte);
                            }
                            b'\r' | b'\n' | 0 | 0x80.. => return None,
                            _ => text.push(byte),
                        }
                    }
                    strings.push(text);
                }
                b'{' => {
                    let end = stream.iter().position(|&b| b == b'}')?;
                    let digits = std::str::from_utf8(&stream[1..end]).ok()?;
                    let size: usize = digits.strip_suffix('+')?.parse().ok()?;
                    stream = stream[end + 1..].strip_prefix(b"\r\n")?;
                    let (text, rest) = stream.split_at_checked(size)?;
                    strings.push(text.to_vec());
                    stream = rest;
                }
                _ => stream = &stream[1..],
            }
        }
        commands += 1;
    }
    Some((commands, strings))
}

fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        any::<String>(),
        Just("\r\nA2 LOGOUT\r\n".to_owned()),
        Just("{5}\r\n".to_owned()),
        Just("{5+}".to_owned()),
        Just("\"".to_owned()),
        Just("\\".to_owned()),
        Just("\0".to_owned()),
        Just("\u{1f600}".to_owned()),
        Just(") ALL (".to_owned()),
        Just("\u{2063}\n".to_owned()),
        Just("a".repeat(QUOTED)),
    ];
    proptest::collection::vec(part, 0..4).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_text_makes_exactly_one_command(a in text(), b in text(), c in text(), sync in any::<bool>()) {
        let command = Command::new("UID SEARCH").mailbox(&a).list(|list| list.raw_items("FROM").astring(&b))
            .string(c.as_bytes());
        let literals = if sync { Literals::Synchronising } else { Literals::Plus };
        let has_nul = b.contains('\0') || c.contains('\0') || MailboxName::from_path(&a, Names::Utf7).wire().contains(&0);
        match command.clone().encode(Tag(7), literals) {
            Err(error) => prop_assert_eq!((error, has_nul), (CommandError::Nul, true)),
            Ok(segments) => {
                let mut stream = Vec::new();
                for segment in &segments {
                    match segment {
                        Segment::Write(bytes) => stream.extend_from_slice(bytes),
                        // Only ever after an announcement; the reference reads it as LITERAL+.
                        Segment::Stream(source) => panic!("{source:?}"),
                        Segment::Await => {
                            let at = stream.len() - 3;
                            prop_assert_eq!(&stream[at..], &b"}\r\n"[..]);
                            stream.insert(at, b'+');
                        }
                    }
                }
                let expected = vec![MailboxName::from_path(&a, Names::Utf7).wire().to_vec(), b.into_bytes(), c.into_bytes()];
                prop_assert_eq!(reference(&stream), Some((1, expected)));
            }
        }
    }

    #[test]
    fn flags_and_sections_never_break_out(flag in text(), section in text()) {
        if let Ok(segments) = Command::new("X").flag(&flag).body(&section, None).encode(Tag(7), Literals::Plus) {
            let stream: Vec<u8> = segments.iter().flat_map(|segment| match segment {
                Segment::Write(bytes) => bytes.to_vec(),
                Segment::Await | Segment::Stream(_) => Vec::new(),
            }).collect();
            prop_assert_eq!(reference(&stream), Some((1, Vec::new())));
        }
    }
}
