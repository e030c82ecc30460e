//! All inboxes as one list, a search in all accounts, and what happens there.

use bytes::Bytes;
use futures_util::stream;
use restante::{
    engine::{Error, local::Deposit},
    mail::id::EmailId,
};
use secrecy::SecretString;
use tokio::time::timeout;

use super::{Pair, added, inbox};
use crate::support::{app::Settings, dovecot::Dovecot, letter::letter};
use crate::web::PATIENCE;

const SIX: [(&str, usize); 6] = [
    ("a1", 1),
    ("b1", 2),
    ("b2", 2),
    ("a2", 1),
    ("a3", 1),
    ("b3", 2),
];

#[tokio::test]
async fn inboxes_are_one_list_by_time() {
    let mut pair = Pair::with(&SIX).await;
    let page = pair.browser.page("/all").await;
    assert_eq!(page.subjects(), ["b3", "a3", "a2", "b2", "b1", "a1"]);
    // A row leads to its own folder, with this list beside it.
    let link = page.tags();
    let link = link
        .iter()
        .find(|tag| tag.get("class") == "row__link")
        .unwrap();
    let message = pair.browser.page(link.get("href")).await;
    assert!(message.words().contains("b3"));
    assert_eq!(message.subjects(), ["b3", "a3", "a2", "b2", "b1", "a1"]);
}

#[tokio::test]
async fn pages_go_on_where_they_ended_whatever_arrives() {
    let subjects: Vec<(String, usize)> = (0..60)
        .map(|number| (format!("n{number:02}"), 1 + usize::from(number % 3 == 0)))
        .collect();
    let subjects: Vec<(&str, usize)> = subjects.iter().map(|(s, w)| (s.as_str(), *w)).collect();
    let mut pair = Pair::with(&subjects).await;
    let fields = [
        ("page_size", "25"),
        ("mark_read", "never"),
        ("advance", "older"),
    ];
    pair.browser.post("/settings/reading", &fields).await;
    let mut page = pair.browser.page("/all").await;
    let mut seen = page.subjects();
    assert_eq!(seen.len(), 25);
    for number in 0..3 {
        pair.second
            .deliver(&letter(&format!("late {number}")).raw());
        let Some(next) = page.link("rel", "next") else {
            break;
        };
        page = pair.browser.page(&next).await;
        seen.extend(page.subjects());
    }
    let mut expected: Vec<String> = subjects.iter().map(|(s, _)| (*s).to_owned()).collect();
    expected.reverse();
    assert_eq!(seen, expected);
    assert!(page.link("rel", "next").is_none());
    let top = page.link("rel", "prev").unwrap();
    assert!(pair.browser.page(&top).await.subjects()[0].starts_with("late"));
}

#[tokio::test]
async fn rows_of_several_accounts_are_acted_on_at_once() {
    let mut pair = Pair::with(&SIX).await;
    let rows = pair.browser.page("/all").await.rows();
    let fields = [
        ("action", "archive"),
        ("id", rows[0].as_str()),
        ("id", rows[1].as_str()),
        ("id", rows[2].as_str()),
    ];
    let answer = pair.browser.post("/all/selection", &fields).await;
    assert_eq!(answer.location().as_deref(), Some("/all"));
    let page = pair.browser.page("/all").await;
    assert_eq!(page.subjects(), ["b2", "b1", "a1"]);
    assert!(
        page.words().contains('3'),
        "three are archived: {}",
        page.words()
    );
    let archived = |user: &crate::support::dovecot::User| {
        user.doveadm(&["fetch"], &["hdr.subject", "mailbox", "Archive"], b"")
    };
    assert!(archived(&pair.first).contains("a3") && archived(&pair.second).contains("b3"));
    // And back, in both.
    let token = page.undo().unwrap();
    assert_eq!(
        pair.browser
            .post("/undo", &[("token", &token)])
            .await
            .status,
        303
    );
    let page = pair.browser.page("/all").await;
    assert_eq!(page.subjects(), ["b3", "a3", "a2", "b2", "b1", "a1"]);

    let star = page.tags();
    let star = star
        .iter()
        .find(|tag| tag.get("class") == "row__star")
        .unwrap();
    let answer = pair
        .browser
        .post(star.get("formaction"), &[("value", "true")])
        .await;
    assert_eq!(answer.status, 303);
    let page = pair.browser.page("/all").await;
    assert_eq!(page.text().matches("data-starred=\"true\"").count(), 1);
    for action in ["delete", "move", "copy", "nonsense"] {
        let fields = [("action", action), ("id", rows[0].as_str())];
        assert_eq!(
            pair.browser.post("/all/selection", &fields).await.status,
            400,
            "{action}"
        );
    }
}

#[tokio::test]
async fn what_was_done_can_be_taken_back_though_something_was_not() {
    let mut pair = Pair::with(&[("one", 1), ("two", 2)]).await;
    let rows = pair.browser.page("/all").await.rows();
    // The second folder was made anew since this page was shown.
    let mut old: EmailId = rows[0].parse().unwrap();
    old.uid_validity += 1;
    let old = old.to_string();
    let fields = [
        ("action", "archive"),
        ("id", old.as_str()),
        ("id", rows[1].as_str()),
    ];
    let answer = pair.browser.post("/all/selection", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = pair.browser.page("/all").await;
    assert_eq!(page.subjects(), ["two"]);
    let token = page.undo().expect("there is a way back");
    let undone = pair.browser.post("/undo", &[("token", &token)]).await;
    assert_eq!(undone.status, 303);
    let page = pair.browser.page("/all").await;
    assert_eq!(page.subjects(), ["two", "one"]);
}

#[tokio::test]
async fn a_search_looks_into_every_account() {
    let mut pair = Pair::with(&[("red kite", 1), ("blue", 1), ("red fox", 2)]).await;
    pair.second.doveadm(&["mailbox", "create"], &["Lists"], b"");
    pair.second
        .doveadm(&["save"], &["-m", "Lists"], &letter("red wine").raw());
    let page = pair.browser.page("/search?q=subject:red").await;
    let mut found = page.subjects();
    found.sort();
    assert_eq!(found, ["red fox", "red kite", "red wine"]);
    let none = pair.browser.page("/search?q=subject:xyzzy").await;
    assert!(none.subjects().is_empty());
    assert_eq!(
        pair.browser.get("/search").await.location().as_deref(),
        Some("/all")
    );
}

#[tokio::test]
async fn mail_that_lives_here_and_on_a_server_is_merged() {
    let app = Settings::default().start().await;
    let engine = app.app().engine();
    let password = SecretString::from("here");
    engine
        .set_local_password("local@here.example", &password)
        .await
        .unwrap();
    for (second, subject) in [(0, "here first"), (2, "here last")] {
        let deposit = Deposit {
            folder: "INBOX",
            keywords: &std::iter::empty::<&str>().collect(),
            received_at: Some(1_790_000_000_000 + second * 1000),
        };
        let raw = stream::iter([Ok::<_, Error>(Bytes::from(letter(subject).raw()))]);
        engine
            .deposit("local@here.example", &deposit, raw)
            .await
            .unwrap();
    }
    let mut browser = app.browser();
    assert_eq!(
        browser.sign_in("local@here.example", "here").await.status,
        303
    );
    let user = inbox(&[("ignored", 2), ("there", 1)], 1);
    added(&mut browser, &user.address).await;
    let page = browser.page("/all").await;
    assert_eq!(page.subjects(), ["here last", "there", "here first"]);
    let rows = page.rows();
    let fields = [
        ("action", "trash"),
        ("id", rows[0].as_str()),
        ("id", rows[1].as_str()),
    ];
    assert_eq!(browser.post("/all/selection", &fields).await.status, 303);
    assert_eq!(browser.page("/all").await.subjects(), ["here first"]);
}

#[tokio::test]
async fn the_stream_tells_of_every_account() {
    let mut pair = Pair::with(&[("one", 1), ("two", 2)]).await;
    pair.browser.page("/all").await;
    let mut events = pair.browser.events("/events", None).await;
    let second = format!("\"accountId\":\"{}\"", pair.id);
    for user in [&pair.second, &pair.first] {
        let mine = user.address == pair.second.address;
        // A watch that has not begun yet tells when it has.
        user.deliver(&letter("new").raw());
        let heard = async {
            while let Some(event) = events.next().await {
                if event.data.contains("\"Email\"") && event.data.contains(&second) == mine {
                    return event.id;
                }
            }
            panic!("the stream has ended");
        };
        let id = timeout(PATIENCE, heard).await.unwrap();
        assert!(!id.is_empty());
    }
    assert_eq!(
        pair.browser.page("/all").await.subjects(),
        ["new", "new", "two", "one"]
    );
    // Another account: the stream ends, for the next one to begin with it.
    added(&mut pair.browser, &Dovecot::shared().user().address).await;
    let ended = async { while events.next().await.is_some() {} };
    timeout(PATIENCE, ended).await.unwrap();
}
