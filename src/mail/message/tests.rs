//! Tests of whole messages: each file in `tests/data/mail` is odd in the way its name says.

use proptest::prelude::*;

use super::*;
use crate::mail::{
    id::{EmailId, MailboxId},
    keyword::Keywords,
};

macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/data/mail/", $name, ".eml")).as_slice()
    };
}
pub(crate) use sample;

/// Every part as `section type`, from the top.
fn outline(root: &Part) -> Vec<String> {
    let mut stack = vec![root];
    let mut lines = Vec::new();
    while let Some(part) = stack.pop() {
        lines.push(format!("{} {}", part.section, part.media_type));
        stack.extend(part.children.iter().rev());
    }
    lines
}

fn first_text(raw: &[u8]) -> String {
    let message = parse(raw);
    let plan = crate::mail::plan::plan(&message.root);
    message.text(plan.show.first().expect("something to show").part)
}

#[test]
fn sections_are_numbered_as_in_imap() {
    let cases: &[(&[u8], &[&str])] = &[
        (b"", &["1 text/plain"]),
        (
            sample!("boundary-missing"),
            &[" multipart/alternative", "1 text/plain", "2 text/html"],
        ),
        (
            sample!("boundary-wrong"),
            &[" multipart/mixed", "1 text/plain", "2 image/png"],
        ),
        (sample!("multipart-without-parts"), &["1 text/plain"]),
        (
            sample!("closing-boundary-missing"),
            &[" multipart/mixed", "1 text/plain"],
        ),
        (
            sample!("cr-only-lines"),
            &[" multipart/mixed", "1 text/plain", "2 text/html"],
        ),
        (
            sample!("message-within-message"),
            &["1 message/rfc822", "1.1 message/rfc822", "1.1.1 text/plain"],
        ),
        (
            sample!("delivery-report"),
            &[
                " multipart/report",
                "1 text/plain",
                "2 message/delivery-status",
                "3 message/rfc822",
                " multipart/mixed",
                "3.1 text/plain",
                "3.2 image/png",
            ],
        ),
        (
            sample!("signed"),
            &[
                " multipart/signed",
                "1 multipart/mixed",
                "1.1 text/plain",
                "1.2 image/png",
                "2 application/pgp-signature",
            ],
        ),
    ];
    for (raw, expected) in cases {
        assert_eq!(outline(&parse(raw).root), *expected);
    }
}

#[test]
fn the_bytes_of_sections_are_found() {
    let raw = sample!("delivery-report");
    let message = parse(raw);
    let starts = [
        ("", "From: Anna"),
        ("HEADER", "From: Anna"),
        ("TEXT", "--a\r\n\r\nIt could"),
        ("1", "It could"),
        ("1.MIME", "\r\n"),
        ("2.MIME", "Content-Type: message/delivery-status"),
        ("3", "Subject: the lost one"),
        ("3.MIME", "Content-Type: message/rfc822"),
        ("3.HEADER", "Subject: the lost one"),
        ("3.TEXT", "--c\r\n"),
        ("3.1", "x"),
        ("3.2.MIME", "Content-Type: image/png"),
    ];
    for (section, start) in starts {
        let bytes = message
            .section(section)
            .unwrap_or_else(|| panic!("{section}"));
        assert!(
            bytes.starts_with(start.as_bytes()),
            "{section}: {}",
            bytes.escape_ascii()
        );
    }
    assert_eq!(
        message.section("1"),
        Some(b"It could not be delivered.".as_slice())
    );
    for section in ["4", "3.3", "0", "3.", ".", "1.HEADER", "1.TEXT", "header"] {
        assert_eq!(message.section(section), None, "{section}");
    }
}

#[test]
fn text_is_shown_as_far_as_can_be() {
    let cases: &[(&[u8], &str)] = &[
        (sample!("base64-with-list-footer"), "Bonjour à tous."),
        (
            sample!("base64-that-is-plain-text"),
            "This was never encoded, whatever the header says.\r\n",
        ),
        (sample!("closing-boundary-missing"), "Hello."),
        (sample!("boundary-wrong"), "Hello."),
        (sample!("multipart-without-parts"), "Only a text.\r\n"),
        (sample!("ascii-label-on-utf8"), "Voilà.\r\n"),
        (sample!("utf8-label-on-latin1"), "Voilà l'été.\r\n"),
        (sample!("stray-line-in-header"), "Hello.\r\n"),
        (sample!("blank-lines-before-header"), "Hello.\r\n"),
        (
            sample!("no-blank-line-after-header"),
            "Dear Bob, the blank line got lost.\r\nBye\r\n\r\nPS: really.\r\n",
        ),
        (
            b"no header at all\r\njust text",
            "no header at all\r\njust text",
        ),
        (b"Subject: x\n\nbare LF\n", "bare LF\n"),
        (b"From x Mon Jun  1\nSubject: x\n\nmbox\n", "mbox\n"),
    ];
    for (raw, expected) in cases {
        assert_eq!(first_text(raw), *expected);
    }
}

#[test]
fn headers_are_summarised() {
    let id = EmailId {
        mailbox: MailboxId([1; 6]),
        uid_validity: 2,
        uid: 3,
    };
    let of = |raw| summary(&parse(raw), id, Keywords::default(), 5);
    let cases: &[(&[u8], &str)] = &[
        (sample!("character-split-over-encoded-words"), "Winter ☃"),
        (sample!("subject-twice"), "the first"),
        (sample!("subject-in-the-charset-of-the-body"), "Привет"),
        (sample!("blank-lines-before-header"), "x"),
        (sample!("stray-line-in-header"), "x"),
        (sample!("no-blank-line-after-header"), "x"),
        (b"", ""),
    ];
    for (raw, subject) in cases {
        assert_eq!(of(raw).subject, *subject);
    }
    let summary = of(sample!("signed"));
    assert_eq!(summary.from[0].label(), "Anna");
    assert_eq!(summary.reply_to, summary.from);
    assert_eq!(summary.sent_at, Some(1_780_308_000_000));
    assert_eq!(
        (summary.received_at, summary.size),
        (5, sample!("signed").len() as u64)
    );
    assert_eq!(summary.preview, "Signed text.");
    assert!(summary.has_attachment);
    let fields = b"Received: from a by b; Mon, 01 Jun 2026 10:00:00 +0000\nReceived: c; x";
    assert_eq!(
        received_at(&header::fields(fields)),
        Some(1_780_308_000_000)
    );
}

#[test]
fn names_and_ids_of_parts_are_decoded() {
    for (raw, name) in [
        (
            sample!("filename-continued-within-a-character"),
            "Prix en €.pdf",
        ),
        (sample!("filename-unquoted-with-spaces"), "my file (1).pdf"),
    ] {
        let root = parse(raw).root;
        assert_eq!(root.children[1].filename.as_deref(), Some(name));
    }
    let root = parse(sample!("related-with-image-first")).root;
    assert_eq!(root.children[0].cid.as_deref(), Some("logo@example.org"));
    assert_eq!(
        root.children[2].location.as_deref(),
        Some("http://example.org/a.gif")
    );
    let root = parse(sample!("invitation-in-alternative")).root;
    assert_eq!(
        root.children[0].children[2].method.as_deref(),
        Some("request")
    );
}

#[test]
fn structure_bombs_are_cut() {
    let mut wide = b"Content-Type: multipart/mixed; boundary=b\n\n".to_vec();
    wide.extend(b"--b\n\nx\n".repeat(5000));
    let mut deep = Vec::new();
    let mut nested = Vec::new();
    for n in 0..3000 {
        deep.extend(format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n").bytes());
        nested.extend(b"Content-Type: message/rfc822\n\n");
    }
    let missing = b"Content-Type: multipart/mixed\n\n--b\n".repeat(3000);
    for raw in [wide, deep, nested, missing] {
        let message = parse(&raw);
        let count = outline(&message.root).len();
        assert!(count <= 1000, "{count} parts");
        assert!(message.truncated || count < 10);
    }
}

#[test]
fn the_inside_of_a_multipart_can_be_read_alone() {
    let body =
        b"preamble\r\n--b1\r\nContent-Type: text/html\r\n\r\n<p>Hi</p>\r\n--b1\r\nContent-Ty";
    let message = parse_multipart_body(body);
    assert_eq!(outline(&message.root)[1], "1 text/html");
    assert_eq!(message.section("1"), Some(b"<p>Hi</p>".as_slice()));
    assert_eq!(
        outline(&parse_multipart_body(b"no parts").root),
        ["1 text/plain"]
    );
}

fn structure() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("Content-Type: multipart/mixed; boundary=a\n".to_owned()),
        Just("Content-Type: multipart/digest; boundary=ab\n".to_owned()),
        Just("Content-Type: multipart/mixed\n".to_owned()),
        Just("Content-Type: message/rfc822\n".to_owned()),
        Just("Content-Transfer-Encoding: base64\n".to_owned()),
        Just("--a\n".to_owned()),
        Just("--a--\n".to_owned()),
        Just("--ab\n".to_owned()),
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("\r".to_owned()),
        "[ -~]{0,8}",
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #[test]
    fn any_structure_is_read(raw in structure()) {
        let message = parse(&raw);
        let mut stack = vec![&message.root];
        while let Some(part) = stack.pop() {
            if part.section.is_empty() {
                prop_assert!(part.is_multipart("*"));
            } else {
                let bytes = message.section(&part.section).map(<[u8]>::len);
                prop_assert!(bytes.is_some(), "{}", part.section);
                prop_assert!(part.is_multipart("*") || bytes == usize::try_from(part.size).ok());
            }
            stack.extend(&part.children);
        }
        let plan = crate::mail::plan::plan(&message.root);
        plan.show.iter().for_each(|shown| drop(message.text(shown.part)));
    }

    #[test]
    fn any_bytes_are_read(raw in proptest::collection::vec(any::<u8>(), 0..300)) {
        let message = parse(&raw);
        prop_assert_eq!(message.section(""), Some(&raw[..]));
        tnef::decode(&raw);
    }
}
