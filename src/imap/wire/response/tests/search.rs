//! Numbers of messages: what was found, what is new, what is gone.

use bytes::Bytes;

use super::{parse, set, words};
use crate::imap::wire::{
    response::Response,
    search::{ESearch, Numbers, Partial},
};

#[test]
fn numbers_of_messages() {
    for (line, ids, modseq) in [
        ("SEARCH", vec![], None),
        ("SEARCH 1 2  3 ", vec![1, 2, 3], None),
        ("SEARCH 1 2 (MODSEQ 9)", vec![1, 2], Some(9)),
        ("SEARCH -1 0 4294967296 x () 5 ) 6", vec![5, 6], None),
    ] {
        let expected = Response::Search(Numbers { ids, modseq });
        assert_eq!(parse(&format!("* {line}")), expected);
    }
    let sorted = Numbers {
        ids: vec![3, 1, 2],
        modseq: None,
    };
    assert_eq!(parse("* SORT 3 1 2"), Response::Sort(sorted.clone()));
    let sorted = Numbers {
        modseq: Some(917),
        ..sorted
    };
    assert_eq!(parse("* SORT 3 1 2 (MODSEQ 917)"), Response::Sort(sorted));
    for (line, raw) in [
        ("* THREAD (1)(2 3)", "(1)(2 3)"),
        ("* THREAD (1 (2)(3 4))((5)(6))", "(1 (2)(3 4))((5)(6))"),
        ("* THREAD", ""),
    ] {
        assert_eq!(parse(line), Response::Thread(Bytes::from(raw)));
    }
}

#[test]
fn extended_searches() {
    let base = ESearch {
        tag: Some("A1".to_owned()),
        uid: true,
        ..ESearch::default()
    };
    for (line, expected) in [
        (
            r#"(TAG "A1") UID COUNT 5 ALL 1:5"#,
            ESearch {
                count: Some(5),
                all: Some(set("1:5")),
                ..base.clone()
            },
        ),
        (
            r#"(TAG "b1") MIN 1 MAX 8 ALL 1:8 COUNT 8 MODSEQ 917162500"#,
            ESearch {
                tag: Some("b1".to_owned()),
                uid: false,
                min: Some(1),
                max: Some(8),
                count: Some(8),
                all: Some(set("1:8")),
                modseq: Some(917_162_500),
                ..base.clone()
            },
        ),
        (
            r#"(TAG "A1") UID PARTIAL (-1:-100 7,9)"#,
            ESearch {
                partial: Some(Partial {
                    first: -1,
                    last: -100,
                    ids: Some(set("7,9")),
                }),
                ..base.clone()
            },
        ),
        (
            r#"(TAG "A1") UID PARTIAL (1:50 NIL) COUNT 0"#,
            ESearch {
                partial: Some(Partial {
                    first: 1,
                    last: 50,
                    ids: None,
                }),
                count: Some(0),
                ..base.clone()
            },
        ),
        (
            r#"(TAG "A1") UID X-NEW (1 (2 "3")) COUNT 2"#,
            ESearch {
                count: Some(2),
                ..base
            },
        ),
        ("", ESearch::default()),
    ] {
        assert_eq!(
            parse(&format!("* ESEARCH {line}")),
            Response::ESearch(expected)
        );
    }
}

#[test]
fn words_and_counts() {
    let cases = [
        (
            "* CAPABILITY IMAP4rev2 IDLE",
            Response::Capability(words(&["IMAP4REV2", "IDLE"])),
        ),
        ("* ENABLED", Response::Enabled(vec![])),
        (
            "* ENABLED CONDSTORE QRESYNC",
            Response::Enabled(words(&["CONDSTORE", "QRESYNC"])),
        ),
        (
            r"* FLAGS (\Seen $Junk)",
            Response::Flags(words(&["\\Seen", "$Junk"])),
        ),
        ("* 0 EXISTS", Response::Exists(0)),
        ("* 4294967295 exists", Response::Exists(u32::MAX)),
        ("* 3 RECENT", Response::Recent(3)),
        ("* 3 EXPUNGE", Response::Expunge(3)),
        (
            "* VANISHED 1,5:6",
            Response::Vanished {
                earlier: false,
                uids: set("1,5:6"),
            },
        ),
        (
            "* VANISHED (EARLIER) 41,43:116",
            Response::Vanished {
                earlier: true,
                uids: set("41,43:116"),
            },
        ),
        (
            "+",
            Response::Continue {
                text: String::new(),
            },
        ),
        (
            "+ idling",
            Response::Continue {
                text: "idling".to_owned(),
            },
        ),
        (
            "+ dXNlcg==",
            Response::Continue {
                text: "dXNlcg==".to_owned(),
            },
        ),
    ];
    for (line, expected) in cases {
        assert_eq!(parse(line), expected, "{line}");
    }
    for line in [
        "* NOOP",
        "* LANGUAGE (EN)",
        "* ACL INBOX fred rwipslda",
        "* MYRIGHTS INBOX lrs",
        "* 5 FOO",
        "* -1 EXISTS",
        "* 4294967296 EXISTS",
        "* 0 EXPUNGE",
        "* 0 FETCH (UID 1)",
        "* 1 FETCH",
        "* 1 FETCH UID 7",
        "* LIST",
        "* LIST ()",
        "* LIST () \"/\"",
        "* VANISHED",
        "* VANISHED 0",
        "* FLAGS",
        "* STATUS",
        "* STATUS x",
        "*",
        "* ",
        "",
        "A1",
        "A1 FINE",
        "A1 PREAUTH hi",
        "\u{e9}\u{e9} OK",
    ] {
        let known = !matches!(parse(line), Response::Unknown(_));
        assert_eq!(
            known,
            line.ends_with("\u{e9} OK"),
            "{line}: {:?}",
            parse(line)
        );
    }
}
