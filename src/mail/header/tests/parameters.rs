//! Parameters.

use crate::mail::header::parameter::{filename, from_pairs, parse};

#[test]
fn values_and_parameters_are_read() {
    let cases = [
        (
            "text/plain; charset=utf-8",
            "text/plain",
            "charset",
            Some("utf-8"),
        ),
        (
            "TEXT/Plain;CHARSET=\"utf-8\"",
            "text/plain",
            "charset",
            Some("utf-8"),
        ),
        (
            "text/plain (a comment); charset (x) = utf-8 (y)",
            "text/plain",
            "charset",
            Some("utf-8"),
        ),
        (
            "text/plain charset=utf-8",
            "text/plain",
            "charset",
            Some("utf-8"),
        ),
        (
            "text/plain;;; charset=utf-8;",
            "text/plain",
            "charset",
            Some("utf-8"),
        ),
        ("text/plain; charset=", "text/plain", "charset", Some("")),
        ("text/plain; charset", "text/plain", "charset", None),
        ("filename=\"x.txt\"", "", "filename", Some("x.txt")),
        (
            "a/b; filename=my file (1).pdf",
            "a/b",
            "filename",
            Some("my file (1).pdf"),
        ),
        (
            "a/b; filename=\"a;b\\\"c.txt\"",
            "a/b",
            "filename",
            Some("a;b\"c.txt"),
        ),
        (
            "a/b; filename=\"C:\\dir\\x.txt\"",
            "a/b",
            "filename",
            Some("C:\\dir\\x.txt"),
        ),
        (
            "a/b; filename*=utf-8''%e2%82%ac.txt",
            "a/b",
            "filename",
            Some("€.txt"),
        ),
        (
            "a/b; filename*=iso-8859-1'fr'%e9.txt",
            "a/b",
            "filename",
            Some("é.txt"),
        ),
        (
            "a/b; filename=x.txt; filename*=utf-8''y.txt",
            "a/b",
            "filename",
            Some("y.txt"),
        ),
        (
            "a/b; filename*=no-quotes.txt",
            "a/b",
            "filename",
            Some("no-quotes.txt"),
        ),
        // A character cut in two by the continuation.
        (
            "a/b; filename*0*=utf-8''%e2%82; filename*1*=%ac.txt",
            "a/b",
            "filename",
            Some("€.txt"),
        ),
        (
            "a/b; filename*1=b; filename*0=a; filename*2=c",
            "a/b",
            "filename",
            Some("abc"),
        ),
        (
            "a/b; filename*0=a; filename*0=z; filename*1=b",
            "a/b",
            "filename",
            Some("ab"),
        ),
        (
            "a/b; filename*0*=utf-8''a%20; filename*1=b%20",
            "a/b",
            "filename",
            Some("a b%20"),
        ),
        (
            "a/b; filename=\"=?utf-8?B?w6k=?=.txt\"",
            "a/b",
            "filename",
            Some("é.txt"),
        ),
        (
            "a/b; filename=\"=?utf-8?Q?a=\r\n =?utf-8?Q?=C3=A9?=\"",
            "a/b",
            "filename",
            Some("a=é"),
        ),
        (
            "a/b; filename*=utf-8''a%0d%0ab",
            "a/b",
            "filename",
            Some("a b"),
        ),
        (
            "a/b; filename=\"a\"; filename=\"b\"",
            "a/b",
            "filename",
            Some("a"),
        ),
        ("a/b; filename*99999999999=a", "a/b", "filename", None),
    ];
    for (raw, value, name, expected) in cases {
        let (found, parameters) = parse(raw.as_bytes());
        assert_eq!(found, value, "{raw}");
        assert_eq!(parameters.get(name).as_deref(), expected, "{raw}");
    }
}

#[test]
fn pairs_of_a_structure_are_joined() {
    let pairs: [(&[u8], &[u8]); 3] = [
        (b"NAME*0*", b"utf-8''%e2%82"),
        (b"NAME*1*", b"%ac.txt"),
        (b"CHARSET", b"utf-8"),
    ];
    let parameters = from_pairs(pairs);
    assert_eq!(parameters.get("name").as_deref(), Some("€.txt"));
    assert_eq!(parameters.get("charset").as_deref(), Some("utf-8"));
    assert_eq!(
        filename(&from_pairs([]), &parameters).as_deref(),
        Some("€.txt")
    );
}

#[test]
fn many_pieces_are_bounded() {
    let pieces: String = (0..100_000)
        .map(|n| format!("; filename*{n}=\"aaaaaaaaaa\""))
        .collect();
    let (_, parameters) = parse(format!("attachment{pieces}").as_bytes());
    assert!(parameters.get("filename").unwrap().len() <= 16 * 1024);
}
