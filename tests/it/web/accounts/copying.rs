//! All mail of one account into another.

use tokio::time::{Duration, sleep};

use super::{Pair, added};
use crate::support::{app::TestApp, browser::Browser, dovecot::Dovecot, letter::letter};

const PAGE: &str = "/settings/transfer";

/// The words of a job's page once it has ended.
async fn ended(browser: &mut Browser, path: &str) -> String {
    for _ in 0..600 {
        let page = browser.page(path).await;
        if !page.text().contains("http-equiv=\"refresh\"") {
            return page.words();
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("it never ends");
}

#[tokio::test]
async fn an_account_is_copied_into_another_from_a_page() {
    let mut pair = Pair::with(&[("one", 1), ("two", 2), ("three", 1)]).await;
    pair.first.doveadm(&["mailbox", "create"], &["Work"], b"");
    let page = pair.browser.page(PAGE).await;
    let choice = format!("<option value=\"{}\">", pair.id);
    assert!(page.text().contains(&choice), "{}", page.text());
    let path = format!("{PAGE}/copies");
    let copy = [("to", pair.id.as_str())];
    let answer = pair.browser.post(&path, &copy).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let job = answer.location().unwrap();
    let words = ended(&mut pair.browser, &job).await;
    assert!(
        words.contains(&format!("Copy to {}", pair.second.address)),
        "{words}"
    );
    assert!(
        words.contains("Done") && words.contains("2 messages"),
        "{words}"
    );
    let there = super::super::state(&pair.second);
    assert_eq!(there.len(), 3, "{there:?}");
    let folders = pair.second.doveadm(&["mailbox", "list"], &[], b"");
    assert!(folders.contains("Work"), "an empty folder is a folder too");
    // Once more brings what has come since, and nothing twice.
    pair.first.deliver(&letter("four").raw());
    let answer = pair.browser.post(&path, &copy).await;
    let words = ended(&mut pair.browser, &answer.location().unwrap()).await;
    assert!(words.contains("2 were there already"), "{words}");
    assert_eq!(super::super::state(&pair.second).len(), 4);
    // And back: the other account is the one that the page is about.
    let tail = format!("?account={}", pair.id);
    let page = pair.browser.page(&format!("{PAGE}{tail}")).await;
    assert!(!page.text().contains(&choice));
    assert!(
        page.words()
            .contains(&format!("Copies all folders of {}", pair.second.address))
    );
}

#[tokio::test]
async fn a_copy_goes_to_another_account_of_ones_own() {
    let mut pair = Pair::with(&[("one", 1)]).await;
    let path = format!("{PAGE}/copies");
    let own = pair.app.account(&pair.browser).await.id().to_string();
    let same = pair.browser.post(&path, &[("to", &own)]).await;
    assert_eq!(same.status, 422);
    assert!(same.words().contains("That is the same account."));
    // Somebody else's: it is not there.
    let stranger = Dovecot::shared().user();
    let mut theirs = pair.app.signed_in(&stranger).await;
    let id = added(&mut theirs, &Dovecot::shared().user().address).await;
    for id in [id.as_str(), "999999"] {
        let answer = pair.browser.post(&path, &[("to", id)]).await;
        assert_eq!(answer.status, 404, "{id}");
    }
    for odd in ["", "x", "-1 "] {
        assert_eq!(pair.browser.post(&path, &[("to", odd)]).await.status, 400);
    }
    let page = pair.browser.page(PAGE).await.words();
    assert!(!page.contains("Lately"), "nothing was begun");
    // Who has one account has nothing to choose.
    let app = TestApp::start().await;
    let mut browser = app.signed_in(&stranger).await;
    assert!(!browser.page(PAGE).await.text().contains("/copies"));
}
