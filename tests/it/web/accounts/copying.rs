//! All mail of one account into another.

use tokio::time::{Duration, sleep};

use restante::mail::sample::SampleMessage;

use super::{super::mail, Pair, added};
use crate::support::{
    app::{Settings, TestApp},
    browser::Browser,
    dovecot::{Dovecot, User},
    letter::letter,
    proxy::{Fault, Proxy, Way},
};

const PAGE: &str = "/settings/transfer";

/// The words of a job's page once it has ended.
async fn ended(browser: &mut Browser, path: &str) -> String {
    for _ in 0..2400 {
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

/// What lies in the folders, with flags, date and size; sorted.
fn everything(user: &User) -> Vec<String> {
    let fields = "mailbox flags date.received size.virtual hdr.subject";
    let listed = user.doveadm(&["-f", "tab", "fetch"], &[fields, "ALL"], b"");
    let lines = listed.lines().skip(1);
    let lines = lines.map(|line| {
        line.replace("\\Recent", "")
            .replace("  ", " ")
            .replace(" \t", "\t")
    });
    let mut lines: Vec<String> = lines.collect();
    lines.sort();
    lines
}

/// Letters in three folders: read and starred ones, some without a Message-ID, and one in each
/// folder that lies there twice, of two days.
fn many() -> Vec<SampleMessage> {
    let folders = ["INBOX", "Work", "Old"];
    let letters = (0..COUNT).map(|number| {
        let subject = format!("m{number:04}");
        let raw = match number % 5 {
            0 => format!("Subject: {subject}\r\n\r\nText {number}.\r\n").into_bytes(),
            _ => letter(&subject).raw(),
        };
        let second = i64::try_from(number).unwrap();
        let mut one = mail(folders[number % 3], second, raw);
        let words: &[&str] = match number % 4 {
            0 => &["$seen"],
            1 => &["$seen", "$flagged", "todo"],
            _ => &[],
        };
        one.keywords = words.iter().copied().collect();
        one
    });
    let mut all: Vec<SampleMessage> = letters.collect();
    for first in 0..3 {
        let mut again = mail(folders[first], 100_000, all[first].raw.clone());
        again.keywords = all[first].keywords.clone();
        all.push(again);
    }
    all
}

/// More than are copied before somebody stops it.
const COUNT: usize = 500;

/// On a line that is as slow as [`slow`] makes it, for as long as something is to be under way.
async fn with_many() -> (Pair, Proxy) {
    let line = Proxy::start(Dovecot::shared().port("IMAP")).await;
    let imap = format!("imap+insecure://127.0.0.1:{}", line.port);
    let settings = Settings::empty().server("*", &imap, "");
    let (first, second) = (Dovecot::shared().user(), Dovecot::shared().user());
    first.fill(&many());
    let app = settings.start().await;
    let mut browser = app.signed_in(&first).await;
    let id = added(&mut browser, &second.address).await;
    let pair = Pair {
        app,
        first,
        second,
        browser,
        id,
    };
    (pair, line)
}

/// Each answer takes at least this long, and all messages some ten seconds.
fn slow(line: &Proxy) {
    line.add(Way::Down, Fault::Latency(Duration::from_millis(5)));
}

/// Waits until so many messages have come.
async fn until_came(user: &User, count: usize) {
    for _ in 0..2000 {
        if everything(user).len() >= count {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("{count} never come");
}

#[tokio::test]
async fn a_copy_is_stopped_and_goes_on() {
    let (mut pair, line) = with_many().await;
    slow(&line);
    let copy = [("to", pair.id.as_str())];
    let path = format!("{PAGE}/copies");
    let answer = pair.browser.post(&path, &copy).await;
    let job = answer.location().unwrap();
    until_came(&pair.second, 20).await;
    let stopped = pair.browser.post(&format!("{job}/cancellation"), &[]).await;
    assert_eq!(stopped.status, 303);
    let words = ended(&mut pair.browser, &job).await;
    assert!(
        words.contains("Stopped") && words.contains("Go on"),
        "{words}"
    );
    let came = everything(&pair.second).len();
    assert!(came < COUNT, "it was stopped in the middle");
    line.heal();
    let going = pair.browser.post(&format!("{job}/resumption"), &[]).await;
    assert_eq!(going.status, 303, "{}", going.text());
    let words = ended(&mut pair.browser, &job).await;
    let known = format!("{came} were there already");
    assert!(words.contains("Done") && words.contains(&known), "{words}");
    assert_eq!(everything(&pair.second), everything(&pair.first));
    let answer = pair.browser.post(&path, &copy).await;
    let words = ended(&mut pair.browser, &answer.location().unwrap()).await;
    let known = format!("{} were there already", COUNT + 3);
    assert!(words.contains("Done") && words.contains(&known), "{words}");
    assert_eq!(everything(&pair.second), everything(&pair.first));
}

#[tokio::test]
async fn a_copy_outlives_its_connections() {
    let (mut pair, line) = with_many().await;
    slow(&line);
    let copy = [("to", pair.id.as_str())];
    let answer = pair.browser.post(&format!("{PAGE}/copies"), &copy).await;
    let job = answer.location().unwrap();
    for count in [20, 60, 100] {
        until_came(&pair.second, count).await;
        let came = everything(&pair.second).len();
        assert!(came < COUNT, "it is under way");
        line.cut_all();
    }
    line.heal();
    let words = ended(&mut pair.browser, &job).await;
    assert!(words.contains("Done"), "{words}");
    assert_eq!(everything(&pair.second), everything(&pair.first));
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
