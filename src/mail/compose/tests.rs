//! Messages as bytes, and back through our own parser and mail-parser.

use proptest::prelude::*;

use super::*;
use crate::mail::{header, message, transfer};

pub(super) fn address(name: &str, email: &str) -> Address {
    Address {
        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        email: email.to_owned(),
    }
}

fn plain<'a>(text: &'a str) -> Message<'a, Vec<u8>> {
    Message {
        from: vec![address("Anna", "anna@example.org")],
        sender: None,
        reply_to: vec![],
        to: vec![Recipient::Mailbox(address("", "bob@example.org"))],
        cc: vec![],
        bcc: vec![],
        subject: "Hello",
        date_ms: 1_780_000_000_000,
        offset_minutes: 330,
        message_id: "1@example.org",
        in_reply_to: &[],
        references: &[],
        text,
        html: None,
        inline: &[],
        attachments: &[],
        extra: &[],
    }
}

const SEND: Options = Options {
    purpose: Purpose::Send,
    smtputf8: false,
    seed: [7; 16],
};

/// The octets of the whole; the key of a file is its content here.
fn bytes(assembled: &Assembled<'_, Vec<u8>>) -> Vec<u8> {
    let mut out = Vec::new();
    for piece in &assembled.pieces {
        match piece {
            Piece::Bytes(bytes) => out.extend_from_slice(bytes),
            Piece::Base64(file) => {
                let mut encoder = transfer::Base64Lines::new();
                for window in file.key.chunks(1000) {
                    out.extend(encoder.push(window));
                }
                out.extend(encoder.finish());
            }
            Piece::Verbatim(file) => out.extend_from_slice(&file.key),
        }
    }
    assert_eq!(out.len() as u64, assembled.size());
    out
}

fn written(message: &Message<'_, Vec<u8>>) -> String {
    String::from_utf8(bytes(&assemble(message, &SEND).unwrap())).unwrap()
}

fn names(raw: &[u8]) -> Vec<String> {
    header::fields(raw)
        .iter()
        .map(|field| field.name.to_owned())
        .collect()
}

/// Lines end in CRLF, none is longer than `longest`, CR, LF and NUL stand nowhere else.
fn lines_are_sound(raw: &[u8], longest: usize) {
    assert!(raw.ends_with(b"\r\n"));
    let text = raw.strip_suffix(b"\r\n").unwrap();
    for line in String::from_utf8_lossy(text).split("\r\n") {
        assert!(!line.contains(['\r', '\n', '\0']), "{line:?}");
        assert!(line.len() <= longest, "{} octets: {line:?}", line.len());
    }
}

#[test]
fn a_plain_message_is_plain() {
    let expected = "Date: Fri, 29 May 2026 01:56:40 +0530\r\n\
        From: Anna <anna@example.org>\r\n\
        To: bob@example.org\r\n\
        Message-ID: <1@example.org>\r\n\
        Subject: Hello\r\n\
        MIME-Version: 1.0\r\n\
        Content-Type: text/plain; charset=\"utf-8\"; format=\"flowed\"\r\n\
        Content-Transfer-Encoding: 7bit\r\n\
        \r\n\
        Hello Bob\r\n";
    assert_eq!(written(&plain("Hello Bob")), expected);
    assert_eq!(written(&plain("Hello Bob\n")), expected);
}

#[test]
fn bcc_is_in_what_is_kept_alone() {
    let mut message = plain("x");
    message.bcc = vec![Recipient::Mailbox(address("", "eve@example.org"))];
    message.extra = &[Extra::Draft("d1")];
    for (purpose, expected) in [(Purpose::Send, false), (Purpose::Keep, true)] {
        let raw = bytes(&assemble(&message, &Options { purpose, ..SEND }).unwrap());
        let raw = String::from_utf8(raw).unwrap();
        assert_eq!(raw.contains("Bcc: eve@example.org\r\n"), expected);
        assert_eq!(raw.contains("eve@"), expected);
        assert_eq!(raw.contains("X-Restante-Draft: d1\r\n"), expected);
        assert!(!raw.contains("undisclosed"));
    }
    message.to.clear();
    assert!(written(&message).contains("\r\nTo: undisclosed-recipients:;\r\n"));
}

#[test]
fn what_can_not_be_written_is_said() {
    let mut message = plain("x");
    message.to = vec![Recipient::Mailbox(address("", "a@b\r\nBcc: eve@x"))];
    let refused = |message: &Message<'_, Vec<u8>>| assemble(message, &SEND).unwrap_err();
    assert!(matches!(
        refused(&message),
        Error::Address {
            fault: Fault::Control,
            ..
        }
    ));
    message.to = vec![Recipient::Mailbox(address("", "用户@例え.jp"))];
    assert!(needs_smtputf8(&message));
    assert_eq!(
        refused(&message),
        Error::NeedsSmtputf8("用户@例え.jp".to_owned())
    );
    message.to.clear();
    message.message_id = "1> <2";
    assert_eq!(refused(&message), Error::MessageId);
    message.from.clear();
    assert_eq!(refused(&message), Error::NoAuthor);
}

#[test]
fn words_are_encoded_only_where_needed() {
    let cases = [
        ("Hello", "Hello"),
        ("", ""),
        ("Grüße aus Wien", "=?utf-8?Q?Gr=C3=BC=C3=9Fe?= aus Wien"),
        ("a é è b", "a =?utf-8?B?w6kgw6g=?= b"),
        ("a =?x?= b", "a =?utf-8?B?PT94Pz0=?= b"),
        ("日本", "=?utf-8?B?5pel5pys?="),
        ("a\r\nBcc: x", "a Bcc: x"),
        ("a\0b", "ab"),
    ];
    for (subject, expected) in cases {
        let mut message = plain("x");
        message.subject = subject;
        let raw = written(&message);
        let line = format!("Subject: {expected}\r\n");
        assert!(raw.contains(line.replace(": \r", ":\r").as_str()), "{raw}");
    }
}

#[test]
fn names_are_atoms_quoted_or_encoded() {
    let cases = [
        ("Anna Doe", "Anna Doe <a@b>"),
        ("Doe, Anna", "\"Doe, Anna\" <a@b>"),
        ("A \"B\" \\", "\"A \\\"B\\\" \\\\\" <a@b>"),
        ("Zoë Doe", "=?utf-8?Q?Zo=C3=AB?= Doe <a@b>"),
        ("Zoë J.", "=?utf-8?Q?Zo=C3=AB_J=2E?= <a@b>"),
        ("=?x?=", "=?utf-8?B?PT94Pz0=?= <a@b>"),
        (" ", "a@b"),
        ("\r\n", "a@b"),
    ];
    for (name, expected) in cases {
        let mut message = plain("x");
        message.to = vec![Recipient::Mailbox(address(name, "a@b"))];
        let raw = written(&message);
        assert!(raw.contains(&format!("To: {expected}\r\n")), "{raw}");
    }
}

#[test]
fn texts_travel_as_suits_them() {
    let cases = [
        ("short", "7bit"),
        ("", "7bit"),
        (&"word ".repeat(40), "7bit"),
        (&"x".repeat(79), "quoted-printable"),
        ("Grüße", "quoted-printable"),
        ("日本語の手紙です。", "base64"),
        ("a\x07b", "quoted-printable"),
        (".", "quoted-printable"),
        ("From me", "7bit"),
    ];
    for (text, encoding) in cases {
        let raw = written(&plain(text));
        assert!(
            raw.contains(&format!("Content-Transfer-Encoding: {encoding}\r\n")),
            "{raw}"
        );
        lines_are_sound(raw.as_bytes(), 78);
    }
}

#[test]
fn messages_are_attached_as_they_are() {
    let survey = |bytes: &[u8]| {
        let mut survey = Survey::new();
        bytes.chunks(3).for_each(|window| survey.push(window));
        survey.finish()
    };
    let verbatim = |eight_bit| Transfer::Verbatim { eight_bit };
    assert_eq!(survey(b"A: b\r\n\r\nc\r\n"), verbatim(false));
    assert_eq!(survey("A: b\r\n\r\né\r\n".as_bytes()), verbatim(true));
    for binary in [&b"a\nb"[..], b"a\rb", b"a\r", b"a\0", b"\n", &[b'x'; 999]] {
        assert_eq!(survey(binary), Transfer::Base64, "{binary:?}");
    }
    let inner = "Subject: é\r\n\r\nx\r\n".as_bytes().to_vec();
    let mut file = File {
        name: "a.eml",
        media_type: "message/rfc822",
        cid: None,
        size: inner.len() as u64,
        transfer: verbatim(true),
        key: inner,
    };
    let mut message = plain("x");
    let files = [file.clone()];
    message.attachments = &files;
    let assembled = assemble(&message, &SEND).unwrap();
    assert!(assembled.needs_8bit());
    let raw = String::from_utf8(bytes(&assembled)).unwrap();
    assert_eq!(
        raw.matches("Content-Transfer-Encoding: 8bit\r\n").count(),
        2
    );
    assert!(raw.contains("\r\n\r\nSubject: é\r\n\r\nx\r\n\r\n--"));
    file.transfer = Transfer::Base64;
    let files = [file];
    message.attachments = &files;
    let assembled = assemble(&message, &SEND).unwrap();
    assert!(!assembled.needs_8bit());
    assert!(
        String::from_utf8(bytes(&assembled))
            .unwrap()
            .contains("application/octet-stream")
    );
}

#[test]
fn boundaries_are_not_in_the_texts() {
    let boundary = format!("=_{}", "07".repeat(16));
    let text = format!("--{boundary}a--\n{boundary}x");
    let mut message = plain(&text);
    message.html = Some("<p>x</p>");
    let raw = written(&message);
    assert!(
        raw.contains(&format!("boundary=\"{boundary}xxa\"")),
        "{raw}"
    );
}

#[test]
fn long_conversations_lose_their_middle() {
    let references: Vec<String> = (0..80).map(|index| format!("{index}@x")).collect();
    let mut message = plain("x");
    message.references = &references;
    let raw = written(&message);
    let ids =
        header::message_ids(header::first(&header::fields(raw.as_bytes()), "References").unwrap());
    assert_eq!(ids.len(), 50);
    assert_eq!(
        (ids[0].as_str(), ids[1].as_str(), ids[49].as_str()),
        ("0@x", "31@x", "79@x")
    );
    lines_are_sound(raw.as_bytes(), 78);
}

#[test]
fn ids_are_made_of_chance_and_domain() {
    let id = |domain| message_id([0xab; 16], domain);
    let random = "ab".repeat(16);
    assert_eq!(id("example.org"), format!("{random}@example.org"));
    assert_eq!(
        id("bücher.example"),
        format!("{random}@xn--bcher-kva.example")
    );
    for bad in ["", "a b", "a\r\nb", "[192.0.2.1]"] {
        assert_eq!(id(bad), format!("{random}@localhost.invalid"));
    }
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => proptest::sample::select(vec![
            "\r\n", "\n", "\r", "\0", " ", "  ", "\t", "\r\n\r\n", "Bcc: x@y", "\"", "\\", "<", ">",
            "(", ",", ";", ":", "=?utf-8?Q?x?=", "=?", "?=", "é", "日本語", "🙂", "a", "word ", "--=_",
            "\u{85}", "\u{2028}", "=", "_", ".", "From ",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => proptest::sample::select(vec!["x", "é", "日"]).prop_flat_map(|c| (1_usize..400).prop_map(move |n| c.repeat(n))),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// Text as it comes back: controls, white space of any length and what is invisible apart.
fn seen(text: &str) -> String {
    header::clean::clean(&encoded::without_controls(text))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_input_makes_a_header(
        subject in hostile(), name in hostile(), group in hostile(), text in hostile(),
        html in proptest::option::of(hostile()), file_name in hostile(), media_type in hostile(),
        id in hostile(), utf8 in any::<bool>(),
    ) {
        let references = [id.clone(), "2@x".to_owned()];
        let content = b"content".to_vec();
        let files = [File {
            name: &file_name, media_type: &media_type, cid: Some(&id), size: 7,
            transfer: Transfer::Base64, key: content.clone(),
        }];
        let mut message = plain(&text);
        message.subject = &subject;
        message.from = vec![address(&name, "anna@example.org")];
        message.to = vec![
            Recipient::Group { name: group.clone(), members: vec![address(&name, "b@x.org"), address("", "c@x.org")] },
            Recipient::Mailbox(address(&name, "d@x.org")),
        ];
        message.references = &references;
        message.html = html.as_deref();
        message.inline = &files;
        message.attachments = &files;
        let extra = [Extra::Draft(&id), Extra::Importance(Importance::High)];
        message.extra = &extra;
        let options = Options { purpose: Purpose::Keep, smtputf8: utf8, ..SEND };
        let assembled = assemble(&message, &options).unwrap();
        let raw = bytes(&assembled);
        lines_are_sound(&raw, 998);
        prop_assert_eq!(names(&raw), [
            "Date", "From", "To", "Message-ID", "References", "Subject", "X-Restante-Draft",
            "Importance", "X-Priority", "MIME-Version", "Content-Type",
        ]);
        let head = String::from_utf8_lossy(&raw);
        let head = head.split("\r\n\r\n").next().unwrap();
        for line in head.split("\r\n") {
            // Ids can't be folded.
            prop_assert!(line.chars().count() <= 78 || line.contains('<'), "{line:?}");
            prop_assert!(!line.trim().is_empty());
        }
        prop_assert!(utf8 || head.is_ascii());

        let parsed = message::parse(&raw);
        let fields = parsed.fields();
        let value = |name| header::first(&fields, name).unwrap();
        prop_assert_eq!(header::decode_text(value("Subject")), seen(&subject));
        let shown = seen(&name);
        let (from, to) = (header::addresses(value("From")), header::addresses(value("To")));
        prop_assert_eq!(to.len(), 3, "{}", head);
        for address in from.iter().chain(&to) {
            let strip = |text: &str| text.trim_matches('\'').trim().to_owned();
            prop_assert!(address.email == "c@x.org"
                || strip(address.name.as_deref().unwrap_or("")) == strip(&shown), "{address:?} {head}");
        }
        let (parts, versions) = if html.is_some() { (2, 2) } else { (3, 0) };
        prop_assert_eq!(parsed.root.children.len(), parts);
        prop_assert_eq!(parsed.root.children[0].children.len(), versions);
        for part in &parsed.root.children[1..] {
            let bytes = parsed.section(&part.section).unwrap();
            prop_assert_eq!(transfer::decode(bytes, &part.encoding), content.clone());
            let name = header::safe_filename(&file_name);
            prop_assert_eq!(&part.filename, &name);
        }
        let theirs = mail_parser::MessageParser::default().parse(&raw).unwrap();
        prop_assert_eq!(theirs.attachments().count(), 2);
        prop_assert_eq!(theirs.attachment(0).unwrap().contents(), &content[..]);
    }

    /// What flows comes back as it was, but for spaces at the ends of lines.
    #[test]
    fn flowing_text_comes_back(text in "([a-z>é日. -]{1,9}|From |-- |\n|> |word word word word ){0,40}") {
        let flowed = flowed::flowed(&text);
        for line in flowed.split("\r\n").filter(|line| line.contains(' ') && !line.starts_with('>')) {
            prop_assert!(line.chars().count() <= 78 || !line.trim().contains(' ')
                || line.split(' ').any(|word| word.chars().count() > 60), "{line:?}");
        }
        // Of a signature's mark, bare or quoted, the space belongs to it (RFC 3676 §4.3).
        let is_mark = |line: &str| line == "-- "
            || line.starts_with('>') && line.trim_start_matches(['>', ' ']) == "-- ";
        let trimmed: Vec<&str> = text.split('\n')
            .map(|line| if is_mark(line) { line } else { line.trim_end_matches(' ') })
            .collect();
        let end = if text.ends_with('\n') { "" } else { "\n" };
        let expected = crate::mail::text::render(&(trimmed.join("\n") + end), false, false);
        prop_assert_eq!(crate::mail::text::render(&flowed, true, false), expected, "{}", flowed);
    }
}
