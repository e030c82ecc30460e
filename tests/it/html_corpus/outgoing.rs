//! What is sent, before the same judge as what is shown.

use proptest::prelude::*;
use restante::mail::html::{Outgoing, clean_written, quote};

use super::{oracle, payloads, properties};

type Make = fn(&str, &dyn Fn(&str) -> Option<String>) -> Option<Outgoing>;
const WAYS: [Make; 2] = [quote, clean_written];

fn problems(html: &str) -> Vec<String> {
    let same = |id: &str| Some(id.to_owned());
    let mut problems = Vec::new();
    for make in WAYS {
        let Some(once) = make(html, &same) else {
            continue;
        };
        let allows = |address: &str| {
            ["http://", "https://", "cid:", "data:image/"]
                .iter()
                .any(|scheme| address.starts_with(scheme))
        };
        problems.extend(oracle::problems(once.html.as_str(), &allows));
        if once.html.as_str().contains("<style") {
            problems.push("a style sheet is left".to_owned());
        }
        match make(once.html.as_str(), &same) {
            None => problems.push("too complex the second time".to_owned()),
            Some(twice) if twice.html != once.html => {
                problems.push(format!("changes: {}\n    to: {}", once.html, twice.html));
            }
            Some(_) => {}
        }
    }
    problems
}

#[test]
fn no_payload_is_sent() {
    let Some(payloads) = payloads() else {
        println!("skipped: no corpora here (set RESTANTE_CORPORA)");
        return;
    };
    let wrong: Vec<String> = payloads
        .iter()
        .map(|(id, payload)| (id, problems(payload), payload))
        .filter(|(_, problems, _)| !problems.is_empty())
        .map(|(id, problems, payload)| format!("{id}: {problems:#?}\n  from: {payload}"))
        .collect();
    let first: Vec<_> = wrong.iter().take(12).cloned().collect();
    assert!(
        wrong.is_empty(),
        "{} failures, the first:\n{}",
        wrong.len(),
        first.join("\n")
    );
}

proptest! {
    #![proptest_config(properties::config())]

    #[test]
    fn nothing_that_acts_is_sent(html in properties::letters()) {
        let problems = problems(&html);
        prop_assert!(problems.is_empty(), "{problems:#?}");
    }
}
