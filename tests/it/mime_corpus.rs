//! Every message of the MIME corpus through everything that reads mail (T-MIME-1): nothing may
//! panic, take long, or let through what a page must not show. The corpus lies outside of the
//! repository; without it the tests pass and say so.
#![cfg(test)]

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use restante::mail::{
    email::EmailSummary,
    header,
    id::{EmailId, MailboxId},
    keyword::Keywords,
    message::{self, Message, tnef},
    part::Part,
    plan::{self, BodyPlan, Name},
    preview, transfer, warning,
};

/// Generous, since debug builds on busy machines are slow; what this catches is quadratic.
const SLOW: Duration = Duration::from_secs(5);

fn corpus() -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let places = [
        std::env::var_os("RESTANTE_CORPORA").map(PathBuf::from),
        Some(root.join("../shared/corpora")),
        Some(root.join("../../shared/corpora")),
    ];
    let found = places
        .into_iter()
        .flatten()
        .map(|place| place.join("mime"))
        .find(|place| place.is_dir());
    if found.is_none() {
        eprintln!("skipped: no corpora (set RESTANTE_CORPORA)");
    }
    found
}

fn messages() -> Option<Vec<(String, Vec<u8>)>> {
    let mut messages: Vec<(String, Vec<u8>)> = fs::read_dir(corpus()?)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(&path).unwrap())
        })
        .collect();
    messages.sort();
    Some(messages)
}

#[test]
fn every_message_can_be_read() {
    let Some(messages) = messages() else { return };
    assert!(messages.len() >= 900, "only {} messages", messages.len());
    for (name, raw) in &messages {
        // A machine that stood still does not do so three times.
        let times = std::iter::repeat_with(|| {
            let start = Instant::now();
            check(name, raw);
            start.elapsed()
        });
        let is_quick = times.take(3).any(|time| time < SLOW);
        assert!(is_quick, "{name}");
    }
}

/// The same messages cut short anywhere: what a preview or a broken connection leaves.
#[test]
fn every_beginning_can_be_read() {
    let Some(messages) = messages() else { return };
    for (name, raw) in &messages {
        for length in [raw.len() / 3, raw.len() / 2, 2048.min(raw.len())] {
            let start = &raw[..length.min(100_000)];
            check(name, start);
            shown(name, &preview::preview(start, None));
        }
    }
}

fn check(name: &str, raw: &[u8]) {
    let parsed = message::parse(raw);
    check_tree(name, &parsed, raw);
    check_fields(name, &parsed);
    let id = EmailId {
        mailbox: MailboxId([0; 6]),
        uid_validity: 1,
        uid: 1,
    };
    check_summary(name, &message::summary(&parsed, id, Keywords::default(), 0));
    let plan = plan::plan(&parsed.root);
    check_plan(name, &parsed, &plan);
    if let Some(first) = parsed.section("1") {
        let start = &first[..first.len().min(2048)];
        shown(name, &preview::preview(start, Some(&parsed.root)));
    }
}

fn check_tree(name: &str, parsed: &Message<'_>, raw: &[u8]) {
    let mut stack = vec![(&parsed.root, 0)];
    let mut count = 0;
    let mut sections = BTreeMap::new();
    while let Some((part, depth)) = stack.pop() {
        count += 1;
        assert!(count <= 1000 && depth <= 200, "{name}: unbounded");
        assert!(
            part.media_type.contains('/') && part.media_type.is_ascii(),
            "{name}: {}",
            part.media_type
        );
        for text in [&part.filename, &part.cid, &part.location, &part.charset]
            .into_iter()
            .flatten()
        {
            shown(name, text);
        }
        if let Some(filename) = &part.filename {
            file_name(name, filename);
        }
        if part.section.is_empty() {
            assert!(part.is_multipart("*"), "{name}");
        } else {
            assert!(
                sections.insert(part.section.clone(), ()).is_none(),
                "{name}: {} twice",
                part.section
            );
            let bytes = parsed
                .section(&part.section)
                .expect("a section of the tree has bytes");
            assert!(bytes.len() <= raw.len(), "{name}");
            assert!(
                parsed.section(&format!("{}.MIME", part.section)).is_some(),
                "{name}"
            );
            if part.children.is_empty() {
                assert_eq!(part.size, bytes.len() as u64, "{name}");
            }
        }
        stack.extend(part.children.iter().map(|child| (child, depth + 1)));
    }
    for section in ["", "HEADER", "TEXT"] {
        assert!(parsed.section(section).is_some());
    }
    assert!(parsed.section("99.99").is_none());
}

fn check_fields(name: &str, parsed: &Message<'_>) {
    let fields = parsed.fields();
    for field in &fields {
        shown(name, &header::decode_text(field.raw));
    }
    let own = ["user@example.test".to_owned()];
    let trusted = ["example.test".to_owned(), "mx.google.com".to_owned()];
    let context = warning::Context {
        own: &own,
        trusted: &trusted,
    };
    let warnings = warning::warnings(&fields, &context);
    assert!(warnings.len() < 20, "{name}");
    warning::list::list(&fields);
    warning::authentication::trusted(&fields, &trusted);
    message::received_at(&fields);
}

fn check_summary(name: &str, summary: &EmailSummary) {
    shown(name, &summary.subject);
    shown(name, header::base_subject(&summary.subject));
    shown(name, &summary.preview);
    assert!(
        summary.preview.chars().count() <= preview::MAX_CHARS,
        "{name}"
    );
    let lists = [
        &summary.from,
        &summary.sender,
        &summary.reply_to,
        &summary.to,
        &summary.cc,
        &summary.bcc,
    ];
    for address in lists.into_iter().flatten() {
        shown(name, &address.email);
        address.name.iter().for_each(|text| shown(name, text));
    }
    summary
        .message_id
        .iter()
        .chain(&summary.in_reply_to)
        .for_each(|id| shown(name, id));
}

fn check_plan(name: &str, parsed: &Message<'_>, plan: &BodyPlan<'_>) {
    assert!(plan.show.len() <= plan::MAX_SHOWN, "{name}");
    for part in plan
        .show
        .iter()
        .flat_map(|shown| [Some(shown.part), shown.alternative])
        .flatten()
    {
        let text = parsed.text(part);
        assert!(
            text.len() <= 16 * 1024 + 4 * part.size as usize,
            "{name}: grew"
        );
        let bytes = parsed
            .section(&part.section)
            .expect("shown parts have bytes");
        transfer::uuencode::inline_files(bytes);
    }
    for attachment in plan.attachments_with_unused(|_| false) {
        let bytes = parsed
            .section(attachment.section)
            .expect("attachments have bytes");
        let data = transfer::decode(bytes, &attachment.part.encoding);
        match attachment.name {
            Name::Given(given) => file_name(name, given),
            Name::Unnamed(extension) => assert!(extension.is_ascii()),
        }
        if let Some(tnef) = tnef::decode(&data) {
            for file in &tnef.attachments {
                file.name.iter().for_each(|given| file_name(name, given));
                assert!(file.data.len() <= data.len());
            }
        }
        if attachment.kind == plan::AttachmentKind::Message {
            message::parse(&data);
        }
    }
    for section in plan.inline.values() {
        let part = find(&parsed.root, section).expect("inline images are in the tree");
        assert!(plan::is_inline_image(&part.media_type), "{name}");
    }
}

fn find<'a>(root: &'a Part, section: &str) -> Option<&'a Part> {
    let mut stack = vec![root];
    while let Some(part) = stack.pop() {
        if part.section == section {
            return Some(part);
        }
        stack.extend(&part.children);
    }
    None
}

/// Text for one line of a page: no C0, C1, line ends or bidi controls.
fn shown(name: &str, text: &str) {
    let bad = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!text.contains(bad), "{name}: {text:?}");
}

/// `^[^/\\\0-\x1f]{1,255}$`
fn file_name(name: &str, text: &str) {
    shown(name, text);
    assert!(
        (1..=255).contains(&text.len()) && !text.contains(['/', '\\']),
        "{name}: {text:?}"
    );
}

/// Where mail-parser can read a body, we read the same words: a second opinion on our own walk.
#[test]
fn bodies_agree_with_mail_parser() {
    let Some(messages) = messages() else { return };
    let (mut agree, mut differ) = (0, Vec::new());
    for (name, raw) in &messages {
        let parse = || {
            mail_parser::MessageParser::default()
                .parse(raw.as_slice())
                .map(|m| m.body_text(0).map(|t| t.into_owned()))
        };
        // In debug builds it has assertions that odd messages break.
        let Ok(Some(Some(theirs))) = std::panic::catch_unwind(parse) else {
            continue;
        };
        let parsed = message::parse(raw);
        let plan = plan::plan(&parsed.root);
        let Some(first) = plan.show.first() else {
            continue;
        };
        let part = first
            .alternative
            .filter(|_| first.kind == plan::ShownKind::Html)
            .unwrap_or(first.part);
        if part.media_type != "text/plain" {
            continue;
        }
        let words = |text: &str| {
            text.split_whitespace()
                .take(40)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        if words(&parsed.text(part)) == words(&theirs) {
            agree += 1;
        } else {
            differ.push(name.clone());
        }
    }
    println!("{agree} agree, {} differ: {differ:#?}", differ.len());
    assert!(
        differ.len() * 8 < agree,
        "{agree} agree, {} differ",
        differ.len()
    );
}
