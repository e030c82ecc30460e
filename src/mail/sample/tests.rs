//! The sample mailbox is repeatable, complete and well formed.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use super::*;

const NOW: i64 = 1_795_000_000_000;

/// Made once: it takes a while in a debug build.
fn sample() -> &'static [SampleMessage] {
    static SAMPLE: OnceLock<Vec<SampleMessage>> = OnceLock::new();
    SAMPLE.get_or_init(|| mailbox(NOW, 1, 300))
}

#[test]
fn one_seed_makes_one_mailbox() {
    let again = mailbox(NOW, 1, 300);
    assert_eq!(again.len(), 300);
    assert!(again == sample());
    assert!(mailbox(NOW, 2, 300) != sample());
    assert_eq!(mailbox(NOW, 1, 20).len(), 20);
}

#[test]
fn every_folder_has_mail_and_dates_lie_before_now() {
    let mut counts = BTreeMap::<String, usize>::new();
    for message in sample() {
        assert!(message.received_at <= NOW, "{}", message.folder);
        *counts.entry(message.folder.clone()).or_default() += 1;
    }
    let names: BTreeSet<&str> = counts.keys().map(String::as_str).collect();
    assert_eq!(names, FOLDERS.iter().copied().collect(), "{counts:?}");
    assert!(counts["INBOX"] > 80, "{counts:?}");
}

#[test]
fn messages_are_read_as_they_were_meant() {
    let parser = mail_parser::MessageParser::default();
    let mut kinds = BTreeSet::new();
    for sample in sample() {
        let message = parser.parse(&sample.raw).expect("parses");
        assert!(message.date().is_some());
        for part in &message.parts {
            assert!(!part.is_encoding_problem, "{:?}", message.subject());
            let kind = mail_parser::MimeHeaders::content_type(part);
            kinds.extend(
                kind.map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or(""))),
            );
        }
    }
    for kind in [
        "text/calendar",
        "message/delivery-status",
        "message/rfc822",
        "image/png",
        "image/jpeg",
        "application/pdf",
        "application/zip",
        "text/csv",
        "multipart/related",
        "multipart/report",
    ] {
        assert!(kinds.contains(kind), "{kind} is missing of {kinds:?}");
    }
}

#[test]
fn charsets_survive_the_way_through_a_parser() {
    let parser = mail_parser::MessageParser::default();
    let texts: Vec<String> = sample()
        .iter()
        .filter_map(|sample| {
            parser
                .parse(&sample.raw)?
                .body_text(0)
                .map(|text| text.into_owned())
        })
        .collect();
    for phrase in [
        "毎月第一月曜日",
        "第二土曜日",
        "富士山",
        "等高线的棕色",
        "С уважением",
        "Καλή εβδομάδα",
        "łódka",
        "مرحباً روبن",
        "תודה רבה",
        "l'ascenseur est réparé",
        "Schöne Grüße",
    ] {
        assert!(texts.iter().any(|text| text.contains(phrase)), "{phrase}");
    }
}

#[test]
fn answers_refer_to_messages_that_exist() {
    let parser = mail_parser::MessageParser::default();
    let mailbox = sample();
    let parsed: Vec<_> = mailbox
        .iter()
        .filter_map(|sample| parser.parse(&sample.raw))
        .collect();
    let ids: BTreeSet<&str> = parsed
        .iter()
        .filter_map(|message| message.message_id())
        .collect();
    assert_eq!(
        ids.len(),
        parsed.len(),
        "a Message-ID stands twice or is missing"
    );
    let mut answers = 0;
    for message in &parsed {
        let root = message
            .references()
            .as_text_list()
            .and_then(|list| list.first().cloned());
        let Some(root) = root.filter(|root| root != "ferry.8@example.org") else {
            continue;
        };
        assert!(ids.contains(root.as_ref()), "{root}");
        answers += 1;
    }
    assert!(answers > 40, "{answers}");
}

#[test]
fn bulk_is_cheap_and_distinct() {
    let messages: Vec<_> = bulk(NOW, 5, 1000).collect();
    assert_eq!(messages.len(), 1000);
    assert!(messages.is_sorted_by_key(|message| message.received_at));
    let size: usize = messages.iter().map(|message| message.raw.len()).sum();
    assert!(size < 1_500_000, "{size}");
    let distinct: BTreeSet<_> = messages.iter().map(|message| &message.raw).collect();
    assert_eq!(distinct.len(), 1000);
}
