//! Tests of transfer encodings.

use ::base64::{Engine as _, engine::general_purpose::STANDARD};
use proptest::prelude::*;

use super::{uuencode::inline_files, *};

#[test]
fn base64_is_read_leniently() {
    let cases: &[(&str, &str)] = &[
        ("aGVsbG8=", "hello"),
        ("aGVs\r\nbG8=\r\n", "hello"),
        ("aGVsbG8", "hello"),
        ("aGVsbG", "hell"),
        ("  aGVsbG8=  ", "hello"),
        ("aGVs!bG8=", "hello"),
        ("aGVsbG8=d29ybGQ=", "helloworld"),
        ("aGVsbG8=\nd29ybGQ=\n", "helloworld"),
        // A list's footer, with and without padding before it.
        (
            "aGVsbG8=\n_______\nFoo mailing list\nhttp://example.org/abcd\nList\n",
            "hello",
        ),
        ("aGVsbG8g\n-- \nFoo list - do not answer\nBye\n", "hello "),
        ("not base64 at all, but prose", ""),
        ("", ""),
        ("=", ""),
        ("A", ""),
    ];
    for (text, expected) in cases {
        let decoded = decode(text.as_bytes(), "base64");
        assert_eq!(decoded.escape_ascii().to_string(), *expected, "{text}");
    }
}

#[test]
fn quoted_printable_is_read_leniently() {
    let cases: &[(&str, &str)] = &[
        ("h=C3=A9", "hé"),
        ("h=c3=a9", "hé"),
        ("soft=\r\nbreak", "softbreak"),
        ("soft=\nbreak", "softbreak"),
        ("soft=  \r\nbreak", "softbreak"),
        ("trailing  \r\nspace\t\r\n", "trailing\r\nspace\r\n"),
        ("a=b=zz", "a=b=zz"),
        ("100 = 100", "100 = 100"),
        ("==41", "=A"),
        ("end=", "end"),
        ("end=4", "end=4"),
        ("tail  ", "tail  "),
        ("", ""),
    ];
    for (text, expected) in cases {
        let decoded = decode(text.as_bytes(), "Quoted-Printable");
        assert_eq!(String::from_utf8_lossy(&decoded), *expected, "{text:?}");
    }
}

#[test]
fn encodings_are_recognised() {
    let cases: &[(&str, &[u8])] = &[
        ("BASE64", b"hi"),
        ("base64;", b"hi"),
        (" base64 (comment)", b"hi"),
        ("\"base64\"", b"hi"),
        ("7bit", b"aGk="),
        ("", b"aGk="),
        ("x-rot13", b"aGk="),
    ];
    for (encoding, expected) in cases {
        assert_eq!(decode(b"aGk=", encoding), *expected, "{encoding}");
    }
}

#[test]
fn uuencode_is_read() {
    let text = b"Hello\nbegin 644 ../x/cat.txt\n#0V%T\n`\nend\nBye\n";
    assert_eq!(decode(text, "x-uuencode"), b"Cat");
    let (rest, files) = inline_files(text).unwrap();
    assert_eq!(rest, b"Hello\nBye\n");
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].name.as_deref(), Some("cat.txt"));
    assert_eq!(files[0].data, b"Cat");
}

#[test]
fn prose_is_no_uuencode() {
    for text in [
        "begin 644 the work\nand so on\n",
        "begin 644 x\n",
        "begin again\n",
        "BEGIN:VCARD\n",
        "",
    ] {
        assert_eq!(inline_files(text.as_bytes()), None, "{text}");
    }
    // The last file is cut off; the text after a damaged one is kept.
    let (rest, files) = inline_files(b"begin 644 a\n#0V%T\nprose!\nbegin 644 b\n#0V%T\n").unwrap();
    assert_eq!(rest, b"prose!\n");
    assert_eq!(files.len(), 2);
}

proptest! {
    #[test]
    fn base64_comes_back_whatever_the_windows(data in proptest::collection::vec(any::<u8>(), 0..300), window in 1_usize..90) {
        let mut text = Vec::new();
        for line in STANDARD.encode(&data).as_bytes().chunks(76) {
            text.extend_from_slice(line);
            text.extend_from_slice(b"\r\n");
        }
        let mut decoder = Decoder::new("base64");
        let mut out: Vec<u8> = text.chunks(window).flat_map(|piece| decoder.push(piece)).collect();
        out.extend(decoder.finish());
        prop_assert_eq!(out, data);
    }

    #[test]
    fn windows_make_no_difference(data in proptest::collection::vec(prop_oneof![Just(b'='), Just(b'\n'), Just(b' '), Just(b'4'), any::<u8>()], 0..200), window in 1_usize..40, kind in 0_usize..4) {
        let encoding = ["base64", "quoted-printable", "uuencode", ""][kind];
        let mut decoder = Decoder::new(encoding);
        let mut out: Vec<u8> = data.chunks(window).flat_map(|piece| decoder.push(piece)).collect();
        out.extend(decoder.finish());
        prop_assert_eq!(out, decode(&data, encoding));
    }

    #[test]
    fn inline_files_lose_nothing_but_files(data in "(begin 644 x\n|#0V%T\n|`\n|end\n|text\n|\n){0,12}") {
        if let Some((rest, files)) = inline_files(data.as_bytes()) {
            prop_assert!(rest.len() < data.len());
            prop_assert!(files.iter().all(|file| !file.data.is_empty()));
        }
    }
}

#[test]
fn lines_without_end_are_decoded_in_pieces() {
    let data = vec![7_u8; 300_000];
    assert_eq!(decode(STANDARD.encode(&data).as_bytes(), "base64"), data);
    let text = "=07".repeat(100_000);
    assert_eq!(
        decode(text.as_bytes(), "quoted-printable"),
        vec![7_u8; 100_000]
    );
}
