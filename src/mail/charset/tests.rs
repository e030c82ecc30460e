//! Tests of decoding text.

use proptest::prelude::*;

use super::*;

#[test]
fn labels_are_followed_unless_refuted() {
    let cases: &[(&[u8], Option<&str>, &str)] = &[
        (b"h\xc3\xa9", Some("utf-8"), "hé"),
        (b"h\xe9", Some("iso-8859-1"), "hé"),
        (b"\x80 5", Some("ISO-8859-1"), "€ 5"),
        (b"h\xe9", None, "hé"),
        (b"h\xc3\xa9", None, "hé"),
        (b"h\xe9llo", Some("utf-8"), "héllo"),
        (
            b"h\xc3\xa9llo \xff w\xc3\xb6rld",
            Some("utf-8"),
            "héllo \u{fffd} wörld",
        ),
        // Cut off within a character.
        (b"h\xc3\xa9llo w\xc3", Some("utf-8"), "héllo w\u{fffd}"),
        (b"h\xc3\xa9llo", Some("us-ascii"), "héllo"),
        (b"h\xe9llo", Some("us-ascii"), "héllo"),
        (b"h\xe9llo", Some("x-unknown"), "héllo"),
        (b"\xef\xbb\xbfh\xc3\xa9", Some("iso-8859-1"), "hé"),
        (b"caf\xc9\xa0!", Some("iso-8859-1"), "cafÉ\u{a0}!"),
        (
            "déjà vu été là".as_bytes(),
            Some("iso-8859-1"),
            "déjà vu été là",
        ),
        ("“quoted”".as_bytes(), Some("windows-1252"), "“quoted”"),
        (b"\xcf\xf0\xe8\xe2\xe5\xf2", Some("windows-1251"), "Привет"),
        (b"\xcf\xf0\xe8\xe2\xe5\xf2", Some("cp1251"), "Привет"),
        (b"\xcf\xf0\xe8\xe2\xe5\xf2", Some("Windows1251"), "Привет"),
        ("Привет".as_bytes(), Some("koi8-r"), "п÷я─п╦п╡п╣я┌"),
        (b"\xc4\xe3\xba\xc3", Some("gb2312"), "你好"),
        (b"\x93\xfa\x96{", Some("cp932"), "日本"),
        (b"\xc6\xfc\xcb\xdc", Some("euc-jp"), "日本"),
        (b"\x1b$BF|K\\\x1b(B", Some("iso-2022-jp"), "日本"),
        (b"\x1b$BF|K\\\x1b(B", Some("cp50220"), "日本"),
        (b"\x1b$BF|K\\\x1b(B", None, "日本"),
        (b"\xb0\xa1", Some("ks_c_5601-1987"), "가"),
        (b"\x1b$)C\x0e0!\x0f!", Some("iso-2022-kr"), "가!"),
        (b"~{Dc:C~}~~", Some("hz-gb-2312"), "你好~"),
        (b"\xa7A\xa6n", Some("big5"), "你好"),
        (b"\xe2\xa1", Some("iso-8859-15"), "â¡"),
        (b"\xa4", Some("latin-9"), "€"),
        (b"\xa4", Some("iso8859_15"), "€"),
        (b"\x82", Some("cp850"), "é"),
        (b"\x82", Some("cp437"), "é"),
        (b"h+AOk-llo", Some("utf-7"), "héllo"),
        (b"h+AOk-llo", None, "h+AOk-llo"),
        (b"h\0\xe9\0", Some("utf-16"), "hé"),
        (b"\0h\0\xe9", Some("utf-16"), "hé"),
        (b"\xff\xfeh\0", Some("utf-16be"), "h"),
        (b"\xff\xfeh\0", None, "h"),
        (b"plain", Some("utf-16"), "plain"),
        (b"\0\0\0h", Some("utf-32"), "h"),
        (b"h\0\0\0", Some("utf-32le"), "h"),
        (b"h\xe9", Some("\"iso-8859-1\""), "hé"),
        (b"h\xe9", Some("no-such-thing"), "hé"),
        (b"", Some("utf-8"), ""),
    ];
    for (bytes, label, expected) in cases {
        assert_eq!(
            decode(bytes, *label),
            *expected,
            "{} as {label:?}",
            bytes.escape_ascii()
        );
    }
}

#[test]
fn html_may_say_its_own_charset() {
    let cases: &[(&[u8], Option<&str>, &str)] = &[
        (b"<meta charset=windows-1251>\xcf", None, "П"),
        (
            b"<META http-equiv=x content='text/html; charset=koi8-r'>\xf0",
            None,
            "П",
        ),
        (
            b"<?xml version='1.0' encoding='windows-1251'?>\xcf",
            None,
            "П",
        ),
        (b"<meta charset=windows-1251>\xcf", Some("us-ascii"), "П"),
        // The mail's own label wins, and so does what the bytes say.
        (b"<meta charset=windows-1251>\xcf", Some("koi8-r"), "о"),
        (b"<meta charset=windows-1251>\xd0\x9f", None, "П"),
        (b"<meta charset=utf-7>+ADw-", None, "+ADw-"),
        (b"<meta charset=utf-16>\xe9", None, "é"),
        (b"<meta charset>\xe9", None, "é"),
    ];
    for (bytes, label, expected) in cases {
        let text = decode_html(bytes, *label);
        assert_eq!(
            text.rsplit('>').next(),
            Some(*expected),
            "{}",
            bytes.escape_ascii()
        );
    }
}

proptest! {
    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..100), label in "[a-z0-9-]{0,12}") {
        decode(&bytes, Some(&label));
        decode_html(&bytes, None);
    }

    #[test]
    fn every_known_label_takes_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..60), index in 0_usize..16) {
        let labels = ["utf-8", "utf-7", "utf-16", "utf-32", "hz", "iso-2022-kr", "iso-2022-jp", "gb18030",
            "big5", "cp850", "euc-kr", "shift_jis", "koi8-r", "us-ascii", "windows-1252", "x-mac-roman"];
        decode(&bytes, Some(labels[index]));
    }

    #[test]
    fn utf8_is_never_damaged(text in any::<String>()) {
        let expected = text.trim_start_matches('\u{feff}');
        let decoded = decode(text.as_bytes(), Some("utf-8"));
        prop_assert_eq!(decoded.trim_start_matches('\u{feff}'), expected);
    }
}
