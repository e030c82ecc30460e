//! Every message of the MIME corpus, opened through the application: page, frame, documents,
//! parts, source, print. Nothing may fail, whatever it looks like.

use std::collections::BTreeMap;

use crate::support::{app::TestApp, corpus, dovecot::Dovecot};

#[tokio::test]
async fn every_message_of_the_corpus_opens() {
    let messages = corpus::messages();
    if messages.is_empty() {
        return;
    }
    let user = Dovecot::shared().user();
    let (names, mails): (Vec<_>, Vec<_>) = messages.into_iter().unzip();
    user.fill(&mails);
    let app = TestApp::start().await;
    let mut browser = app.signed_in(&user).await;
    let fields = [
        ("page_size", "100"),
        ("mark_read", "never"),
        ("advance", "list"),
    ];
    browser.post("/settings/reading", &fields).await;
    let mut list = browser.page("/").await;
    let inbox = list.folder("Inbox");
    let mut ids = list.rows();
    while let Some(next) = list.link("rel", "next") {
        list = browser.page(&next).await;
        ids.extend(list.rows());
    }
    assert_eq!(ids.len(), names.len(), "every message has its row");
    // The list has the newest first.
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    for (id, name) in ids.iter().rev().zip(&names) {
        let path = format!("{inbox}/{id}");
        let frame = browser.frame(&path, "reader").await;
        let mut wanted = vec![
            ("source", format!("{path}/source")),
            ("print", format!("{path}/print")),
        ];
        for tag in frame.tags() {
            for target in [tag.get("src"), tag.get("href")] {
                let kind = match () {
                    () if !target.starts_with('/') => continue,
                    () if target.contains("/html/") => "document",
                    () if target.contains("/parts/") => "part",
                    () => continue,
                };
                if !wanted.iter().any(|(_, known)| known == target) {
                    wanted.push((kind, target.to_owned()));
                }
            }
        }
        let mut answers = vec![("message", frame)];
        for (kind, target) in wanted {
            answers.push((kind, browser.get(&target).await));
        }
        for (kind, answer) in answers {
            *counts.entry(kind).or_default() += 1;
            if answer.status != 200 {
                failures.push(format!(
                    "{name}: {kind} {}: {}",
                    answer.status,
                    answer.words()
                ));
            }
        }
    }
    println!("{} messages: {counts:?}", names.len());
    assert!(
        failures.is_empty(),
        "{}\n{}",
        failures.len(),
        failures.join("\n")
    );
}
