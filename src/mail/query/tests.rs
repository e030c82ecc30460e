//! Tests of searches.

use proptest::prelude::*;

use super::{Filter::*, *};

/// 2026-06-01
const TODAY: i64 = 20_605;

fn text(word: &str) -> Filter {
    Text(word.to_owned())
}

fn keyword(name: &str) -> Filter {
    HasKeyword(name.to_owned())
}

fn lacks(name: &str) -> Filter {
    NotKeyword(name.to_owned())
}

#[test]
fn searches_are_read() {
    let cases: Vec<(&str, Filter)> = vec![
        ("", And(vec![])),
        ("  ", And(vec![])),
        ("word", text("word")),
        ("two words", And(vec![text("two"), text("words")])),
        ("\"two words\"", text("two words")),
        ("\"un\\\"quote\\\\\"", text("un\"quote\\")),
        ("\"open", text("open")),
        ("\"\"", And(vec![])),
        ("from:anna", From("anna".into())),
        ("FROM:Anna", From("Anna".into())),
        (
            "subject:\"x y\" to:bob",
            And(vec![Subject("x y".into()), To("bob".into())]),
        ),
        (
            "cc:a body:b recipient:c",
            And(vec![
                Cc("a".into()),
                Body("b".into()),
                Recipient("c".into()),
            ]),
        ),
        (
            "de:anna objet:été à:bob",
            And(vec![
                From("anna".into()),
                Subject("été".into()),
                To("bob".into()),
            ]),
        ),
        ("from:", text("from:")),
        ("foo:bar", text("foo:bar")),
        ("https://example.org/x", text("https://example.org/x")),
        ("\"from:anna\"", text("from:anna")),
        (
            "is:unread is:starred",
            And(vec![lacks("$seen"), keyword("$flagged")]),
        ),
        ("est:non-lu", lacks("$seen")),
        ("est:non_lu", lacks("$seen")),
        ("-is:read", lacks("$seen")),
        ("-is:unread", keyword("$seen")),
        ("is:nonsense", text("is:nonsense")),
        ("has:attachment", HasAttachment(true)),
        ("avec:pièce-jointe", HasAttachment(true)),
        ("-has:attachment", HasAttachment(false)),
        (
            "keyword:Work -tag:later",
            And(vec![keyword("work"), lacks("later")]),
        ),
        ("keyword:\"two words\"", keyword("two_words")),
        ("keyword:\"two (words\"", text("keyword:two (words")),
        ("larger:5m", MinSize(5 << 20)),
        (
            "larger:5MB smaller:1Go",
            And(vec![MinSize(5 << 20), MaxSize(1 << 30)]),
        ),
        (
            "larger:99999999999999999999",
            text("larger:99999999999999999999"),
        ),
        ("plus-grand:10k", MinSize(10 << 10)),
        ("before:2026-06-01", Before(TODAY)),
        (
            "after:2026/6/1 avant:2.6.2026",
            And(vec![After(TODAY), Before(TODAY + 1)]),
        ),
        ("on:2026-06-01", And(vec![After(TODAY), Before(TODAY + 1)])),
        ("on:2026-06", And(vec![After(TODAY), Before(TODAY + 30)])),
        ("after:2026", After(20_454)),
        ("after:2026-02-30", text("after:2026-02-30")),
        ("after:yesterday", After(TODAY - 1)),
        (
            "newer_than:7d older_than:1y",
            And(vec![After(TODAY - 7), Before(TODAY - 365)]),
        ),
        ("newer_than:2w", After(TODAY - 14)),
        ("newer_than:x", text("newer_than:x")),
        ("header:list-id", Header("list-id".into(), "".into())),
        (
            "header:X-Mailer:mutt",
            Header("x-mailer".into(), "mutt".into()),
        ),
        (
            "header:bad\u{7f}name",
            And(vec![Header("bad".into(), "".into()), text("name")]),
        ),
        ("list:dev", Header("list-id".into(), "dev".into())),
        ("a OR b", Or(vec![text("a"), text("b")])),
        ("a ou b", And(vec![text("a"), text("ou"), text("b")])),
        ("a OU b OR c", Or(vec![text("a"), text("b"), text("c")])),
        (
            "x a OR b",
            And(vec![text("x"), Or(vec![text("a"), text("b")])]),
        ),
        (
            "(x a) OR b",
            Or(vec![And(vec![text("x"), text("a")]), text("b")]),
        ),
        ("OR a OR", text("a")),
        ("-a", Not(vec![text("a")])),
        ("NOT a", Not(vec![text("a")])),
        ("- a", And(vec![text("-"), text("a")])),
        ("--a", text("--a")),
        ("e-mail", text("e-mail")),
        ("-(a OR b)", Not(vec![text("a"), text("b")])),
        ("-(a b)", Not(vec![And(vec![text("a"), text("b")])])),
        ("-(-(a))", text("a")),
        (
            "from:(anna OR bob)",
            Or(vec![From("anna".into()), From("bob".into())]),
        ),
        (
            "from:(anna subject:x)",
            And(vec![From("anna".into()), Subject("x".into())]),
        ),
        (
            "-from:(anna bob)",
            Not(vec![And(vec![From("anna".into()), From("bob".into())])]),
        ),
        ("from:(a) b", And(vec![From("a".into()), text("b")])),
        ("((a)", text("a")),
        ("a))", text("a")),
        ("()", And(vec![])),
        ("a AND b", And(vec![text("a"), text("b")])),
    ];
    for (typed, expected) in cases {
        assert_eq!(parse_at(typed, TODAY), expected, "{typed}");
    }
    assert_eq!(parse("newer_than:7d"), text("newer_than:7d"));
    assert!(parse("").is_everything());
}

#[test]
fn filters_are_printed() {
    for (typed, printed) in [
        (
            "de:\"Anna B\" est:non-lu avec:pj",
            "from:\"Anna B\" is:unread has:attachment",
        ),
        ("a OR (b c)", "a OR (b c)"),
        ("-(a OR b) c", "-(a OR b) c"),
        ("larger:5120k", "larger:5m"),
        ("on:2026-06-01", "after:2026-06-01 before:2026-06-02"),
        ("\"OR\" \"from:x\" \"-y\"", "\"OR\" \"from:x\" \"-y\""),
        ("", ""),
    ] {
        assert_eq!(parse_at(typed, TODAY).to_string(), printed, "{typed}");
    }
    assert_eq!(After(i64::MAX).to_string(), "");
    assert_eq!(MinSize(0).to_string(), "larger:0");
}

#[test]
fn searches_are_bounded() {
    let many = "word ".repeat(10_000);
    assert!(matches!(parse(&many), And(all) if all.len() == 100));
    let deep = "-(".repeat(5_000) + "x";
    assert!(parse(&deep).to_string().len() < 100);
    let long = "x".repeat(1_000_000);
    assert!(matches!(parse(&long), Text(word) if word.len() <= 8192));
}

fn typed() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zé]{1,4}",
        1 => Just("OR".to_owned()),
        1 => Just("NOT".to_owned()),
        1 => Just("-".to_owned()),
        2 => Just("(".to_owned()),
        2 => Just(")".to_owned()),
        1 => Just("\"".to_owned()),
        1 => Just("\\".to_owned()),
        1 => Just("from:".to_owned()),
        1 => Just("-from:(".to_owned()),
        1 => Just("header:x:y".to_owned()),
        1 => Just("is:unread".to_owned()),
        1 => Just("keyword:k".to_owned()),
        1 => Just("has:attachment".to_owned()),
        1 => Just("on:2026-06-01".to_owned()),
        1 => Just("larger:5k".to_owned()),
        1 => "\\PC{0,6}",
    ];
    let gap = prop_oneof![3 => Just(" "), 1 => Just("")];
    proptest::collection::vec((piece, gap), 0..20)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, gap)| piece + gap).collect())
}

proptest! {
    #[test]
    fn what_is_printed_is_read_as_the_same(typed in typed()) {
        let filter = parse_at(&typed, TODAY);
        let printed = filter.to_string();
        prop_assert_eq!(parse_at(&printed, TODAY), filter, "{}", printed);
    }

    #[test]
    fn any_text_is_a_search(text in any::<String>()) {
        let filter = parse(&text);
        prop_assert_eq!(parse(&filter.to_string()), filter);
    }
}

#[test]
fn what_is_no_condition_is_named() {
    for (typed, named) in [
        ("foo:bar", Some("foo:bar")),
        ("from:anna -in:trash", Some("in:trash")),
        ("is:odd", Some("is:odd")),
        ("larger:much", Some("larger:much")),
        ("from:", Some("from:")),
        ("from:anna is:unread older_than:3d", None),
        ("\"foo:bar\"", None),
        ("https://example.org mailto:a@example.org 10:30", None),
        ("Re: lunch", None),
        ("std::fmt", None),
    ] {
        assert_eq!(misread(typed, TODAY).as_deref(), named, "{typed}");
    }
}
