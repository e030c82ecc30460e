//! Tests of previews.

use proptest::prelude::*;

use super::*;
use crate::mail::message::{parse, tests::sample};

fn part(media_type: &str, encoding: &str) -> Part {
    Part {
        section: "1".to_owned(),
        media_type: media_type.to_owned(),
        encoding: encoding.to_owned(),
        ..Part::default()
    }
}

#[test]
fn first_words_are_found() {
    let cases: &[(&str, &str, &str, &str)] = &[
        ("text/plain", "", "Hello\r\n\r\nBob,\r\n", "Hello Bob,"),
        (
            "text/plain",
            "base64",
            "SGVsbG8gQm9iLCBob3cgYXJl",
            "Hello Bob, how are",
        ),
        (
            "text/plain",
            "base64",
            "SGVsbG8gQm9iLCBob3cgYX",
            "Hello Bob, how a",
        ),
        (
            "text/plain",
            "quoted-printable",
            "caf=C3=A9 cr=C3",
            "café cr",
        ),
        (
            "text/html",
            "",
            "<p>a&nbsp;&eacute;&#233;&#xe9;&lt;b&gt; &unknown; &amp</p>",
            "a ééé<b> &unknown; &amp",
        ),
        (
            "text/html",
            "",
            "<head><title>No</title></head><style>x{}</style><p>Yes<br>and</p>",
            "Yes and",
        ),
        (
            "text/html",
            "",
            "<p>wo<b>r</b>d</p><!-- no > no --><a title='>'>x</a>",
            "word x",
        ),
        ("text/html", "", "<p>a < b</p><style>cut off", "a < b"),
        ("text/html", "", "<!-- cut off", ""),
        ("text/plain", "", "> quoted\n> more\nanswer", "answer"),
        (
            "text/plain",
            "",
            "On Mon, 1 Jun 2026, Anna <a@b.c> wrote:\n> quoted\n\nanswer",
            "answer",
        ),
        (
            "text/plain",
            "",
            "Le 1 juin 2026 à 10:00, Anna a écrit :\n> cité\nréponse",
            "réponse",
        ),
        (
            "text/plain",
            "",
            "On Mon, 1 Jun 2026 at 10:00, Anna <anna@example.org>\nwrote:\n> quoted\nanswer",
            "answer",
        ),
        (
            "text/plain",
            "",
            "answer\n\n-----Original Message-----\nFrom: x",
            "answer",
        ),
        ("text/plain", "", "> only\n> quoted", "only quoted"),
        ("text/plain", "", "text\n-- \nsignature", "text"),
        (
            "text/plain",
            "",
            "see https://example.org/x?y=z <https://a.b> now",
            "see now",
        ),
        (
            "text/plain",
            "",
            "[image: logo] ----------\n=====\nreal",
            "logo] ---------- real",
        ),
        (
            "text/plain",
            "",
            "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\ntext",
            "text",
        ),
        ("text/plain", "", "a\u{200b}b\u{202e}c\u{0}d", "abcd"),
        (
            "text/plain",
            "",
            "<!DOCTYPE html><p>mislabelled",
            "mislabelled",
        ),
        ("image/png", "", "\u{89}PNG", ""),
        ("text/plain", "", "", ""),
    ];
    for (media_type, encoding, bytes, expected) in cases {
        let structure = part(media_type, encoding);
        assert_eq!(
            preview(bytes.as_bytes(), Some(&structure)),
            *expected,
            "{bytes}"
        );
    }
}

#[test]
fn parts_in_front_are_looked_into() {
    let structure = Part {
        media_type: "multipart/mixed".to_owned(),
        children: vec![part("multipart/alternative", "")],
        ..Part::default()
    };
    let bytes = b"--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncaf=C3=A9\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>caf";
    assert_eq!(preview(bytes, Some(&structure)), "café");
    assert_eq!(preview(bytes, None), "café");
    assert_eq!(preview(b"plain", None), "plain");
    assert_eq!(preview(b"<html><body>x", None), "x");
}

#[test]
fn whole_messages_have_previews() {
    for (raw, expected) in [
        (sample!("boundary-missing"), "Hello."),
        (sample!("alternative-with-empty-html"), "The text is here."),
        (sample!("attachment-within-unchosen-alternative"), "Text."),
        (sample!("base64-with-list-footer"), "Bonjour à tous."),
        (sample!("message-within-message"), ""),
    ] {
        assert_eq!(of_message(&parse(raw)), expected);
    }
}

proptest! {
    #[test]
    fn previews_are_short_and_clean(text in "(\\PC|\\s|<|>|&|=|[a-z]{1,300}){0,60}", html in any::<bool>()) {
        let structure = part(if html { "text/html" } else { "text/plain" }, "");
        let preview = preview(text.as_bytes(), Some(&structure));
        prop_assert!(preview.chars().count() <= MAX_CHARS);
        prop_assert!(!preview.contains(char::is_control) && !preview.contains("  "));
    }

    #[test]
    fn any_bytes_have_one(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        preview(&bytes, None);
        preview(&bytes, Some(&part("multipart/mixed", "")));
        preview(&bytes, Some(&part("text/html", "base64")));
    }
}
