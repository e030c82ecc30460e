//! Items of FETCH, one by one.

use bytes::Bytes;

use super::{fetch, words};
use crate::imap::wire::{
    fetch::{Fetched, Section},
    response::Response,
};

#[test]
fn items_of_a_fetch() {
    for (items, expected) in [
        ("()", Fetched::default()),
        (
            "( UID  7 )",
            Fetched {
                uid: Some(7),
                ..Fetched::default()
            },
        ),
        (
            "(UID 7",
            Fetched {
                uid: Some(7),
                ..Fetched::default()
            },
        ),
        (
            r"(FLAGS(\Seen) UID 7)",
            Fetched {
                flags: Some(words(&["\\Seen"])),
                uid: Some(7),
                ..Fetched::default()
            },
        ),
        (
            "(FLAGS ())",
            Fetched {
                flags: Some(vec![]),
                ..Fetched::default()
            },
        ),
        (
            "(UID 0 RFC822.SIZE -1 INTERNALDATE NIL MODSEQ ())",
            Fetched::default(),
        ),
        (
            "(UID 4294967296 RFC822.SIZE 18446744073709551616)",
            Fetched::default(),
        ),
        (
            "(RFC822.SIZE 5000000000)",
            Fetched {
                size: Some(5_000_000_000),
                ..Fetched::default()
            },
        ),
        (
            "(MODSEQ (917162500))",
            Fetched {
                modseq: Some(917_162_500),
                ..Fetched::default()
            },
        ),
        (
            "(INTERNALDATE \"23-Nov-2026 20:45:45 +0000\")",
            Fetched {
                internal_date: Some(1_795_466_745_000),
                ..Fetched::default()
            },
        ),
        (
            "(EMAILID (M6d99ac3275bb4e) THREADID (T64b478a75b7ea9) UID 3)",
            Fetched {
                email_id: Some("M6d99ac3275bb4e".to_owned()),
                thread_id: Some("T64b478a75b7ea9".to_owned()),
                uid: Some(3),
                ..Fetched::default()
            },
        ),
        (
            "(EMAILID (M1) THREADID NIL)",
            Fetched {
                email_id: Some("M1".to_owned()),
                ..Fetched::default()
            },
        ),
        (
            "(X-GUID 1.a)",
            Fetched {
                guid: Some("1.a".to_owned()),
                ..Fetched::default()
            },
        ),
        (
            r#"(X-GM-MSGID 1278455344230334865 X-GM-THRID 1266894439832287888 X-GM-LABELS ("\\Inbox" "Caf&AOk-" "with \"q\"") UID 4)"#,
            Fetched {
                gm_msgid: Some(1_278_455_344_230_334_865),
                gm_thrid: Some(1_266_894_439_832_287_888),
                uid: Some(4),
                ..Fetched::default()
            },
        ),
        ("(PREVIEW NIL)", Fetched::default()),
        (
            "(PREVIEW \"\")",
            Fetched {
                preview: Some(String::new()),
                ..Fetched::default()
            },
        ),
        (
            "(PREVIEW {9}\r\nhi\r\nthere)",
            Fetched {
                preview: Some("hi there".to_owned()),
                ..Fetched::default()
            },
        ),
        (
            r#"(PREVIEW (FUZZY "hi"))"#,
            Fetched {
                preview: Some("hi".to_owned()),
                ..Fetched::default()
            },
        ),
        (
            r#"(SNIPPET (FUZZY ("a")) UID 7)"#,
            Fetched {
                preview: Some("a".to_owned()),
                uid: Some(7),
                ..Fetched::default()
            },
        ),
        (
            "(SAVEDATE \"23-Nov-2026 20:46:17 +0000\" UID 7)",
            Fetched {
                uid: Some(7),
                ..Fetched::default()
            },
        ),
        (
            "(X-NEW (1 ((\"a)\" {2}\r\n))) NIL)) BINARY.SIZE[1.2] 7 UID 7)",
            Fetched {
                uid: Some(7),
                ..Fetched::default()
            },
        ),
        (
            "(\"stray\" (1 2) UID 7)",
            Fetched {
                uid: Some(7),
                ..Fetched::default()
            },
        ),
        // A string that does not end hides what follows it, even if that looks like an item.
        (
            "(UID 7 PREVIEW \"a FLAGS (\\Deleted))",
            Fetched {
                uid: Some(7),
                ..Fetched::default()
            },
        ),
        (
            "(UID 7 PREVIEW {99}\r\na FLAGS (\\Deleted))",
            Fetched {
                uid: Some(7),
                ..Fetched::default()
            },
        ),
    ] {
        assert_eq!(fetch(items), Fetched { seq: 7, ..expected }, "{items}");
    }
}

#[test]
fn sections_of_a_fetch() {
    let section = |name: &str, origin, data: Option<&'static str>| Section {
        name: name.to_owned(),
        origin,
        data: data.map(Bytes::from),
        binary: false,
    };
    let binary = |own: Section| Section {
        binary: true,
        ..own
    };
    for (items, expected) in [
        (
            "(BODY[]<0> {5}\r\nFrom:)",
            vec![section("", Some(0), Some("From:"))],
        ),
        (
            "(BODY[1.MIME] {2}\r\n\r\n UID 7)",
            vec![section("1.MIME", None, Some("\r\n"))],
        ),
        (
            "(BODY[1.2.HEADER.FIELDS (TO \"CC\")] {4}\r\nTo:x)",
            vec![section("1.2.HEADER.FIELDS (TO \"CC\")", None, Some("To:x"))],
        ),
        (
            "(BODY[header] \"a\\\"b\")",
            vec![section("HEADER", None, Some("a\"b"))],
        ),
        ("(BODY[9.9] NIL)", vec![section("9.9", None, None)]),
        ("(BODY[9.9] {0}\r\n)", vec![section("9.9", None, Some(""))]),
        ("(BODY[9.9] \"\")", vec![section("9.9", None, Some(""))]),
        (
            "(BINARY[1] ~{3}\r\na\0b)",
            vec![binary(section("1", None, Some("a\0b")))],
        ),
        (
            "(BINARY[1]<7> {3}\r\nabc)",
            vec![binary(section("1", Some(7), Some("abc")))],
        ),
        (
            "(RFC822.HEADER {2}\r\n\r\n)",
            vec![section("HEADER", None, Some("\r\n"))],
        ),
        (
            "(RFC822.TEXT \"t\" RFC822 \"all\")",
            vec![
                section("TEXT", None, Some("t")),
                section("", None, Some("all")),
            ],
        ),
        (
            "(BODY[1] a BODY[2]{1}\r\nb)",
            vec![section("1", None, Some("a")), section("2", None, Some("b"))],
        ),
    ] {
        let fetched = fetch(items);
        assert_eq!(fetched.sections, expected, "{items}");
    }
    let fetched = fetch("(BINARY[1] ~{1}\r\na BODY[1] {1}\r\nb)");
    assert_eq!(fetched.section("1").unwrap().data, Some(Bytes::from("b")));
    assert_eq!(fetched.section("2"), None);
}

#[test]
fn a_section_is_not_copied() {
    let frame = Bytes::from("* 1 FETCH (BODY[1] {5}\r\nhello)\r\n");
    let Response::Fetch(fetched) = Response::parse(frame.clone()) else {
        panic!();
    };
    let data = fetched.sections[0].data.clone().unwrap();
    assert_eq!(data, "hello");
    assert!(frame.as_ptr_range().contains(&data.as_ptr()));
}

#[test]
fn an_item_that_cannot_be_read_costs_itself_only() {
    let deep = format!("{}{}", "(".repeat(500), ")".repeat(500));
    for (items, has_envelope) in [
        (
            "(UID 7 ENVELOPE NIL BODYSTRUCTURE NIL RFC822.SIZE 5)".to_owned(),
            false,
        ),
        (
            "(UID 7 ENVELOPE atom BODYSTRUCTURE \"x\" RFC822.SIZE 5)".to_owned(),
            false,
        ),
        (
            format!("(UID 7 ENVELOPE (NIL \"s\") BODYSTRUCTURE {deep} RFC822.SIZE 5)"),
            true,
        ),
        (
            format!("(UID 7 ENVELOPE {deep} RFC822.SIZE 5 BODYSTRUCTURE)"),
            true,
        ),
        (
            "(UID 7 RFC822.SIZE 5 ENVELOPE (NIL \"s\") BODYSTRUCTURE ((((".to_owned(),
            true,
        ),
        ("(UID 7 RFC822.SIZE 5 ENVELOPE ((((".to_owned(), false),
        (
            "(UID 7 RFC822.SIZE 5 ENVELOPE ({9}\r\nabc)".to_owned(),
            false,
        ),
    ] {
        let fetched = fetch(&items);
        assert_eq!((fetched.uid, fetched.size), (Some(7), Some(5)), "{items}");
        assert_eq!(fetched.envelope.is_some(), has_envelope, "{items}");
        assert_eq!(fetched.structure, None, "{items}");
    }
}

#[test]
fn envelopes_as_servers_break_them() {
    for (envelope, subject) in [
        (r#"(NIL "a\"b\\c" NIL)"#, "a\"b\\c"),
        (r#"(NIL "a\x" () () ())"#, "a\\x"),
        ("(NIL \"a\nb\" NIL)", ""),
        ("(NIL {3}\r\na\"b NIL NIL)", "a\"b"),
    ] {
        let fetched = fetch(&format!("(ENVELOPE {envelope} UID 7)"));
        let own = fetched.envelope.unwrap();
        assert_eq!(fetched.uid, Some(7), "{envelope}");
        // How line breaks within a header are shown is not the wire's business.
        assert!(subject.is_empty() || own.subject == subject, "{envelope}");
        assert!(own.from.is_empty());
    }
    for raw in [&b"caf\xe9"[..], b"a\0b", b"a\rb"] {
        let line = [b"* 7 FETCH (ENVELOPE (NIL \"", raw, b"\" NIL) UID 7)\r\n"].concat();
        let Response::Fetch(fetched) = Response::parse(line.into()) else {
            panic!();
        };
        assert!(
            fetched.envelope.is_some() && fetched.uid == Some(7),
            "{raw:?}"
        );
    }
}
