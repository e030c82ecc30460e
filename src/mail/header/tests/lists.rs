//! Address lists, well formed and not.

use super::*;

fn shown(raw: &[u8]) -> Vec<String> {
    addresses(raw)
        .iter()
        .map(|address| match &address.name {
            Some(name) => format!("{name} <{}>", address.email),
            None => address.email.clone(),
        })
        .collect()
}

#[test]
fn lists_are_read() {
    let cases: &[(&str, &[&str])] = &[
        ("a@b.c", &["a@b.c"]),
        ("<a@b.c>", &["a@b.c"]),
        (
            "Anna <a@b.c>, Bob <b@b.c>",
            &["Anna <a@b.c>", "Bob <b@b.c>"],
        ),
        ("\"Doe, John\" <j@b.c>", &["Doe, John <j@b.c>"]),
        ("Doe, John <j@b.c>", &["Doe, John <j@b.c>"]),
        ("a@b.c, John <j@b.c>", &["a@b.c", "John <j@b.c>"]),
        ("\"Q \\\"x\\\" Q\" <j@b.c>", &["Q \"x\" Q <j@b.c>"]),
        ("a@b.c (Anna (the first))", &["Anna the first <a@b.c>"]),
        ("Anna a@b.c", &["Anna <a@b.c>"]),
        ("Anna <a@b.c", &["Anna <a@b.c>"]),
        ("Anna a@b.c>", &["Anna <a@b.c>"]),
        ("Anna <<a@b.c>>", &["Anna <a@b.c>"]),
        ("<a@b.c> <d@e.f>", &["a@b.c", "d@e.f"]),
        ("a @ b . c", &["a@b.c"]),
        ("<@relay,@other:a@b.c>", &["a@b.c"]),
        ("mailto:a@b.c", &["a@b.c"]),
        ("Team: Anna <a@b.c>, b@b.c;", &["Anna <a@b.c>", "b@b.c"]),
        ("undisclosed-recipients:;", &["undisclosed-recipients <>"]),
        ("a@b.c; d@e.f", &["a@b.c", "d@e.f"]),
        ("a@b.c,,d@e.f,", &["a@b.c", "d@e.f"]),
        ("=?utf-8?Q?J=C3=B6rg?= <j@b.c>", &["Jörg <j@b.c>"]),
        ("=?utf-8?Q?Doe,_John?= <j@b.c>", &["Doe, John <j@b.c>"]),
        ("\"=?utf-8?Q?J=C3=B6rg?=\" <j@b.c>", &["Jörg <j@b.c>"]),
        ("=?utf-8?B?4pg=?= =?utf-8?B?gw==?= <j@b.c>", &["☃ <j@b.c>"]),
        ("'Anna' <a@b.c>", &["Anna <a@b.c>"]),
        ("root", &["root"]),
        ("Just A Name", &["Just A Name <>"]),
        ("\"a@b.c\"", &["a@b.c <>"]),
        ("\"a b\"@c.d", &["\"a b\"@c.d"]),
        ("\"Anna <a@b.c>", &["Anna <a@b.c>"]),
        ("用户@例子.测试", &["用户@例子.测试"]),
        ("x@[IPv6:::1]", &["x@[IPv6:::1]"]),
        ("a@b.c <a@b.c>", &["a@b.c"]),
        ("Anna\u{202e} <a@b\u{200b}.c>", &["Anna <a@b.c>"]),
        ("", &[]),
        ("Re: this <a@b.c>", &["Re: this <a@b.c>"]),
        (",;", &[]),
        ("<>", &[]),
    ];
    for (raw, expected) in cases {
        assert_eq!(shown(raw.as_bytes()), *expected, "{raw}");
    }
}

#[test]
fn an_address_in_the_name_stays_a_name() {
    for raw in [
        "\"ceo@bank.test\" <evil@example.test>",
        "evil@example.test (ceo@bank.test)",
        "=?utf-8?Q?ceo@bank.test?= <evil@example.test>",
    ] {
        let expected = Address {
            name: Some("ceo@bank.test".to_owned()),
            email: "evil@example.test".to_owned(),
        };
        assert_eq!(addresses(raw.as_bytes()), [expected], "{raw}");
    }
}

#[test]
fn long_lists_are_cut() {
    let raw = "a@b.c, ".repeat(12_000);
    assert_eq!(addresses(raw.as_bytes()).len(), 10_000);
}
