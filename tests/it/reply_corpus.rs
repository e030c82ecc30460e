//! Every message of the MIME corpus answered, passed on and quoted (T-QUOTE-1): nothing may panic,
//! grow without bound, or put something into a header that can't stand there.
#![cfg(test)]

use std::{fs, path::PathBuf};

use restante::mail::{
    header, html, message,
    plan::{self, ShownKind},
    reply::{
        again, forward,
        identity::identity,
        own::Own,
        quote,
        recipients::{Answer, recipients},
        references, subject,
    },
};

fn messages() -> Vec<(String, Vec<u8>)> {
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
    let Some(found) = found else {
        println!("skipped: no corpora here (set RESTANTE_CORPORA)");
        return Vec::new();
    };
    let paths = fs::read_dir(found)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
        .map(|path| (path.display().to_string(), fs::read(&path).unwrap()))
        .collect()
}

#[test]
fn every_message_can_be_answered() {
    let own = ["anna@example.org".to_owned()];
    for (name, raw) in messages() {
        let parsed = message::parse(&raw);
        let fields = parsed.fields();
        for answer in [Answer::Sender, Answer::All, Answer::List] {
            let recipients = recipients(&fields, Own::new(&own), answer);
            let all = recipients.to.iter().chain(&recipients.cc);
            assert!(all.clone().count() <= 10_010, "{name}");
            for address in all {
                assert!(address.is_complete(), "{name}: {address:?}");
            }
        }
        let thread = references::thread(&fields);
        assert!(
            thread.references.iter().all(|id| references::is_id(id)),
            "{name}"
        );
        assert!(thread.references.len() <= 20, "{name}");
        identity(&fields, Own::new(&own), 0);
        again::again(&fields, Own::new(&own), 0);
        let raw_subject = header::first(&fields, "Subject").unwrap_or_default();
        let once = subject::reply(&header::decode_text(raw_subject));
        assert_eq!(subject::reply(&once), once, "{name}");
        assert!(!once.contains(char::is_control), "{name}");
        let lines = forward::lines(&fields, "today");
        assert!(forward::plain(&lines, "x", |label| format!("{label:?}")).len() < 200_000);
        let file = forward::file_name(&once, "message");
        assert!(file.ends_with(".eml") && file.len() < 256, "{name}: {file}");
    }
}

#[test]
fn every_message_can_be_quoted() {
    for (name, raw) in messages() {
        let parsed = message::parse(&raw);
        let plan = plan::plan(&parsed.root);
        for shown in &plan.show {
            let text = parsed.text(shown.part);
            if shown.kind == ShownKind::Html {
                if let Some(quoted) = html::quote(&text, &|id| plan.inline.get(id).cloned()) {
                    assert!(
                        quoted.html.as_str().len() <= 20 * text.len() + 200_000,
                        "{name}"
                    );
                    assert!(
                        quoted.cids.iter().all(|id| plan.inline.contains_key(id)),
                        "{name}"
                    );
                }
                continue;
            }
            let options = quote::Options {
                flowed: shown.part.flowed,
                delsp: shown.part.delsp,
                without_signature: true,
            };
            let quoted = quote::plain("", &text, options).text;
            assert!(quoted.lines().all(|line| line.starts_with('>')), "{name}");
        }
        forward::comes_along(&plan, |_| true);
    }
}
