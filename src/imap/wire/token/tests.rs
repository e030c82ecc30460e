//! Tokens as servers write them, and as they should not.

use proptest::prelude::{any, prop_assert, proptest};

use super::*;

/// The value as text, to compare: strings in quotes, lists in parentheses.
fn show(node: Node<'_>) -> String {
    match node {
        Node::Nil => "NIL".to_owned(),
        Node::Atom(atom) => String::from_utf8_lossy(atom).into_owned(),
        Node::Text(text) => format!("{:?}", String::from_utf8_lossy(text)),
        Node::List(nodes) => {
            let inner: Vec<String> = nodes.map(show).collect();
            format!("({})", inner.join(" "))
        }
    }
}

#[test]
fn values_as_servers_write_them() {
    for (raw, shown, rest) in [
        ("NIL x", "NIL", " x"),
        ("nil", "NIL", ""),
        ("\"NIL\"", "\"NIL\"", ""),
        ("\\Seen)", "\\Seen", ")"),
        ("{-5} x", "{-5}", " x"),
        (r#""a\"b\\c""#, r#""a\"b\\c""#, ""),
        (r#""\\""#, r#""\\""#, ""),
        (r#""C:\temp""#, r#""C:\\temp""#, ""),
        ("\"\"", "\"\"", ""),
        ("\"a\rb\nc\0\"", "\"a\\rb\\nc\\0\"", ""),
        ("{3}\r\na)b)", "\"a)b\"", ")"),
        ("~{3}\na\"bc", "\"a\\\"b\"", "c"),
        ("{1+}\r\nxy", "\"x\"", "y"),
        ("{0}\r\n)", "\"\"", ")"),
        ("abc{2}\r\n((", "abc", "{2}\r\n(("),
        ("()", "()", ""),
        (
            "( a  (b\t()) \"c\"\"d\"(e)) f",
            "(a (b ()) \"c\" \"d\" (e))",
            " f",
        ),
        ("((a)(b))", "((a) (b))", ""),
    ] {
        let mut reader = Reader::new(raw.as_bytes());
        let value = Value::read(&mut reader).unwrap();
        assert_eq!(show(value.node()), shown, "{raw}");
        assert_eq!(reader.rest(), rest.as_bytes(), "{raw}");
    }
}

#[test]
fn what_does_not_end_is_refused_with_all_behind_it() {
    for raw in [
        "\"abc",
        "\"abc\\\"",
        "{5}\r\nabc",
        "{99999999999999999999}\r\nx",
        "(a \"b) UID 7",
    ] {
        let mut reader = Reader::new(raw.as_bytes());
        assert!(Value::read(&mut reader).is_err(), "{raw}");
        assert!(reader.rest().is_empty(), "{raw}");
    }
    for raw in ["(a (b", "(", "", "   ", ")"] {
        assert!(
            Value::read(&mut Reader::new(raw.as_bytes())).is_err(),
            "{raw}"
        );
    }
    let mut reader = Reader::new(b") x");
    assert!(Value::read(&mut reader).is_err());
    assert_eq!(reader.rest(), b") x", "the end of the list around stays");
}

#[test]
fn names_of_fetch_items() {
    for (raw, name, section, origin, rest) in [
        ("FLAGS (", "FLAGS", None, None, " ("),
        ("FLAGS(\\Seen)", "FLAGS", None, None, "(\\Seen)"),
        ("BODY[] {", "BODY", Some(""), None, " {"),
        ("BODY[]<0> {", "BODY", Some(""), Some(0), " {"),
        ("BINARY.SIZE[1.2] 7", "BINARY.SIZE", Some("1.2"), None, " 7"),
        (
            "BODY[HEADER.FIELDS (TO \"C]C\")]<5> x",
            "BODY",
            Some("HEADER.FIELDS (TO \"C]C\")"),
            Some(5),
            " x",
        ),
        ("BODY[1", "BODY", Some("1"), None, ""),
        ("BODY[]<x y", "BODY", Some(""), None, " y"),
        ("BODY[]<-1>\"q\"", "BODY", Some(""), None, "\"q\""),
        ("(x", "", None, None, "(x"),
    ] {
        let mut reader = Reader::new(raw.as_bytes());
        let item = reader.item();
        assert_eq!((item.name, item.origin), (name.as_bytes(), origin), "{raw}");
        assert_eq!(item.section, section.map(str::as_bytes), "{raw}");
        assert_eq!(reader.rest(), rest.as_bytes(), "{raw}");
    }
}

#[test]
fn a_value_too_large_is_passed_over_whole() {
    let raw = format!("({}) next", "a ".repeat(TOKENS + 10));
    let mut reader = Reader::new(raw.as_bytes());
    assert!(Value::read(&mut reader).is_err());
    assert_eq!(reader.rest(), b" next");
}

#[test]
fn numbers_are_unsigned_and_fit() {
    for (raw, value) in [
        ("0", Some(0)),
        ("18446744073709551615", Some(u64::MAX)),
        ("18446744073709551616", None),
        ("-1", None),
        ("+1", None),
        ("1.5", None),
        ("", None),
    ] {
        assert_eq!(number(raw.as_bytes()), value, "{raw}");
    }
    assert_eq!(number32(b"4294967295"), Some(u32::MAX));
    assert_eq!(number32(b"4294967296"), None);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut reader = Reader::new(&bytes);
        let before = reader.rest().len();
        if let Ok(value) = Value::read(&mut reader) {
            prop_assert!(reader.rest().len() < before);
            show(value.node());
        }
        Reader::new(&bytes).item();
        let _read = Reader::new(&bytes).string();
        let _read = Reader::new(&bytes).skip();
    }

    #[test]
    fn lists_are_read_or_refused(raw in "[()a \"\\\\{}0-3\r\n~]{0,60}") {
        let mut skipping = Reader::new(raw.as_bytes());
        let mut reading = skipping.clone();
        let skipped = skipping.skip();
        let read = Value::read(&mut reading).map(drop);
        // Both ways see the same grammar.
        prop_assert!(skipped == read && skipping.rest() == reading.rest());
    }
}
