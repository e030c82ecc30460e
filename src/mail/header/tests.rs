//! Tests of header decoding, as tables.

mod dates;
mod lists;
mod names;
mod parameters;

use proptest::prelude::*;

use super::*;

#[test]
fn words_are_decoded_and_joined() {
    let cases: &[(&[u8], &str)] = &[
        (b"plain", "plain"),
        (b"=?utf-8?Q?Caf=C3=A9_cr=C3=A8me?=", "Café crème"),
        (b"=?UTF-8?B?Q2Fmw6k=?=", "Café"),
        (b"=?iso-8859-1*fr?q?Caf=E9?=", "Café"),
        // A character cut in two, in either encoding, with a fold between.
        (b"=?utf-8?B?4pg=?= =?utf-8?B?gw==?=", "☃"),
        (b"=?utf-8?Q?=E2=98?=\r\n =?UTF-8?Q?=83?=", "☃"),
        // Base64 cut within a group of four.
        (b"=?utf-8?B?Q2Fm?= =?utf-8?B?w?= =?utf-8?B?6k?=", "Café"),
        (b"=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
        (b"=?utf-8?Q?a?=   =?iso-8859-1?Q?=E9?=", "aé"),
        (b"a =?utf-8?Q?b?=c", "a bc"),
        (b"\"=?utf-8?Q?quoted?=\"", "\"quoted\""),
        (b"=?utf-8?Q?with spaces inside?=", "with spaces inside"),
        (b"=?utf-8?Q?why?=3D?= because", "why?= because"),
        (b"=?utf-8?Q?unclosed", "unclosed"),
        (b"=?utf-8?Q?unclosed =?utf-8?Q?closed?=", "unclosedclosed"),
        (b"=?utf-8?X?zzz?=", "=?utf-8?X?zzz?="),
        (b"=?utf-8?B?!!!!?=", "=?utf-8?B?!!!!?="),
        (b"=?x-nope?Q?a=E9?=", "aé"),
        (b"=?us-ascii?Q?h=C3=A9?=", "hé"),
        (b"=?gb2312?B?xOO6ww==?=", "你好"),
        (b"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        (b"=?cp932?B?k/qWew==?=", "日本"),
        (b"=?=?utf-8?Q?x?=", "=?x"),
        (b"h\xc3\xa9", "hé"),
        (b"h\xe9", "hé"),
        (b"a\r\n\tfold", "a fold"),
        (b"a\r\nno fold", "a no fold"),
        (b"tab\tand  spaces ", "tab and spaces"),
        (b"", ""),
    ];
    for (raw, expected) in cases {
        assert_eq!(decode_text(raw), *expected, "{}", raw.escape_ascii());
    }
}

#[test]
fn hidden_characters_go() {
    let cases = [
        ("=?utf-8?Q?hi=0D=0ABcc:_x?=", "hi Bcc: x"),
        ("=?utf-8?Q?a=00b?=", "ab"),
        ("p\u{200b}a\u{200c}y\u{200d}p\u{feff}al", "paypal"),
        ("exe\u{202e}cod.pdf", "execod.pdf"),
        ("a\u{85}b\u{2028}c\u{9b}d", "a b cd"),
        ("\u{1f468}\u{200d}\u{1f469}", "\u{1f468}\u{200d}\u{1f469}"),
        ("می\u{200c}خواهم", "می\u{200c}خواهم"),
        ("x\u{e0041}y", "xy"),
    ];
    for (raw, expected) in cases {
        assert_eq!(decode_text(raw.as_bytes()), expected, "{raw:?}");
    }
}

#[test]
fn raw_bytes_follow_the_charset_of_the_body() {
    assert_eq!(
        decode_text_as(b"\xcf\xf0\xe8\xe2\xe5\xf2", Some("windows-1251")),
        "Привет"
    );
    assert_eq!(
        decode_text_as("Привет".as_bytes(), Some("windows-1251")),
        "Привет"
    );
    assert_eq!(decode_text_as(b"\x1b$BF|K\\\x1b(B", None), "日本");
}

#[test]
fn fields_are_found() {
    let block = b"From sender Mon Jun  1 10:00:00 2026\r\nSubject: a\r\n b\r\nno colon here\r\n lost\r\nX-Odd :y\r\nEmpty:\r\n\r\nBody: no\r\n";
    let found: Vec<_> = fields(block).iter().map(|f| (f.name, f.raw)).collect();
    let expected: Vec<(&str, &[u8])> =
        vec![("Subject", b"a\r\n b"), ("X-Odd", b"y"), ("Empty", b"")];
    assert_eq!(found, expected);
    assert_eq!(
        first(&fields(block), "subject"),
        Some(b"a\r\n b".as_slice())
    );
    assert_eq!(fields(b"A: 1\rB: 2\r\rC: 3").len(), 2);
    assert!(fields(b"").is_empty());
}

#[test]
fn ids_are_found() {
    let cases: &[(&[u8], &[&str])] = &[
        (b"<a@b>", &["a@b"]),
        (b"<a@b> <c@d>\r\n\t<e@f>", &["a@b", "c@d", "e@f"]),
        (b"a@b, c@d", &["a@b", "c@d"]),
        (b"Your message of Monday <x@y>", &["x@y"]),
        (b"<a b@c>", &["ab@c"]),
        (b"<a@b", &["a@b"]),
        (b"<> <>", &[]),
        (b"nothing", &[]),
    ];
    for (raw, expected) in cases {
        assert_eq!(message_ids(raw), *expected, "{}", raw.escape_ascii());
    }
    let many = "<a@b> ".repeat(6000);
    assert_eq!(message_ids(many.as_bytes()).len(), 5000);
}

#[test]
fn subjects_are_reduced_to_their_base() {
    for (subject, base) in [
        ("Re: Fwd: hello", "hello"),
        ("AW: hallo", "hallo"),
        ("[list] Re: x", "x"),
        ("hello", "hello"),
    ] {
        assert_eq!(base_subject(subject), base);
    }
}

#[test]
fn long_values_take_linear_time() {
    // Each of these was quadratic in one parser or another.
    for unit in [
        "=?a?q?",
        "=?utf-8?Q?x ",
        "<",
        "\"",
        "(",
        "=?",
        "?=",
        "a@b,",
        ";*0*=",
    ] {
        let value = unit.repeat(200_000 / unit.len());
        decode_text(value.as_bytes());
        addresses(value.as_bytes());
        message_ids(value.as_bytes());
        parameter::parse(value.as_bytes());
        date(value.as_bytes());
    }
}

proptest! {
    #[test]
    fn nothing_panics_or_lets_controls_through(raw in proptest::collection::vec(any::<u8>(), 0..200)) {
        let text = decode_text(&raw);
        prop_assert!(!text.chars().any(|c| c.is_control() || clean::is_bidi_control(c)));
        base_subject(&text);
        date(&raw);
        for address in addresses(&raw) {
            let shown = format!("{}{}", address.email, address.name.unwrap_or_default());
            prop_assert!(!shown.chars().any(|c| c.is_control() || clean::is_bidi_control(c)));
        }
        for id in message_ids(&raw) {
            prop_assert!(!id.is_empty() && !id.contains(char::is_whitespace));
        }
        let (value, parameters) = parameter::parse(&raw);
        prop_assert!(!value.contains(char::is_control));
        parameters.get("filename");
    }

    #[test]
    fn odd_headers_do_not_panic(raw in r#"[ -~]{0,20}((=\?utf-8\?[QqBb]\?[^ ]{0,12}\?=)|[<>"(),;:@\\*'% =.]|[a-z0-9]{1,4}|\PC){0,30}"#) {
        let raw = raw.as_bytes();
        decode_text(raw);
        addresses(raw);
        parameter::parse(raw).1.get("filename");
        date(raw);
    }

    #[test]
    fn encoded_text_comes_back(text in "\\PC{1,40}") {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        let word = format!("=?utf-8?B?{}?=", STANDARD.encode(&text));
        prop_assert_eq!(decode_text(word.as_bytes()), clean::clean(&text));
    }
}
