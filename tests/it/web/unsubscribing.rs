//! Leaving newsletters: by one request that is asked for first (RFC 8058), by a page, by a message.

use crate::support::{
    app::Settings,
    browser::{Answer, Browser},
    letter::{Letter, letter},
    receiver::Receiver,
};

use super::user_with;

/// A newsletter that can be left by one request there.
fn newsletter(subject: &str, links: &str) -> Letter {
    letter(subject)
        .header("List-Unsubscribe", links)
        .header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
        .text("News.")
}

async fn open(browser: &mut Browser, subject: &str) -> (String, Answer) {
    let inbox = browser.page("/").await;
    let index = inbox.subjects().iter().position(|one| one == subject);
    let row = &inbox.rows()[index.unwrap()];
    let path = format!("{}/{row}", inbox.folder("Inbox"));
    let page = browser.page(&path).await;
    (path, page)
}

#[tokio::test]
async fn one_request_after_a_question() {
    let mut sender = Receiver::start().await;
    let url = sender.url();
    let app = Settings::default().policy(sender.policy()).start().await;
    let links = format!("<mailto:leave@shop.example>, <{url}>");
    let user = user_with(vec![newsletter("News", &links).raw()]);
    let mut browser = app.signed_in(&user).await;
    let (path, page) = open(&mut browser, "News").await;
    let ask = format!("{path}/unsubscription");
    let tags = page.tags();
    assert!(tags.iter().any(|tag| tag.get("href") == ask));
    assert!(tags.iter().all(|tag| tag.get("href") != url));

    let question = browser.page(&ask).await;
    let words = question.words();
    assert!(
        words.contains("hooks.test is told that you want no more"),
        "{words}"
    );
    let tags = question.tags();
    assert!(
        tags.iter()
            .any(|tag| tag.name == "form" && tag.get("action") == ask)
    );
    let outside = tags.iter().find(|tag| tag.get("href") == url).unwrap();
    assert!(outside.get("rel").contains("noreferrer"));
    assert!(sender.more().is_none(), "looking tells nobody");

    let done = browser.post(&ask, &[]).await;
    assert_eq!(done.location(), Some(path.clone()));
    let told = sender.next().await;
    assert!(
        told.head.starts_with("POST /in?box=1 HTTP/1.1\r\n"),
        "{}",
        told.head
    );
    assert_eq!(told.body, "List-Unsubscribe=One-Click");
    assert_eq!(
        told.header("content-type"),
        "application/x-www-form-urlencoded"
    );
    let head = told.head.to_lowercase();
    assert!(!head.contains("cookie") && !head.contains("referer") && !head.contains("origin"));
    let words = browser.page(&path).await.words();
    assert!(words.contains("The sender has been told."), "{words}");

    // Where it leads is not followed, and an error is one.
    for status in [302, 307, 404, 500] {
        sender.answers(status);
        let refused = browser.post(&ask, &[]).await;
        assert_eq!(refused.location().as_ref(), Some(&ask), "{status}");
        sender.next().await;
        let words = browser.page(&ask).await.words();
        assert!(words.contains("did not take it"), "{status}: {words}");
        assert!(sender.more().is_none(), "{status}");
    }
    // The name leads to a private address by now.
    let before = sender.connections();
    sender.leads_to("10.0.0.1");
    browser.post(&ask, &[]).await;
    let words = browser.page(&ask).await.words();
    assert!(words.contains("can’t be reached"), "{words}");
    assert_eq!(sender.connections(), before);
}

#[tokio::test]
async fn nobody_but_the_sender_by_a_safe_way_is_told() {
    let mut sender = Receiver::start().await;
    let url = sender.url();
    let more = "authserv = [\"mx.example.org\"]";
    let dovecot = crate::support::dovecot::Dovecot::shared();
    let imap = format!("imaps://127.0.0.1:{}", dovecot.port("IMAPS"));
    let more = format!("tls_ca = {:?}\n{more}", dovecot.ca_pem());
    let settings = Settings::empty().server("*", &imap, &more);
    let app = settings.policy(sender.policy()).start().await;
    let once = format!("<{url}>");
    let mut unsigned = b"Authentication-Results: mx.example.org; dkim=none\r\n".to_vec();
    unsigned.extend(newsletter("Unsigned", &once).raw());
    let mail =
        "<mailto:leave@shop.example?subject=Leave%20me&body=Out%20%26%20away&cc=x@evil.example>";
    let user = user_with(vec![
        unsigned,
        letter("Page")
            .header("List-Unsubscribe", &once)
            .text("x")
            .raw(),
        newsletter("Mail", mail).raw(),
        newsletter("Plain http", &once.replace("https", "http")).raw(),
        letter("No list").text("x").raw(),
    ]);
    let mut browser = app.signed_in(&user).await;
    for (subject, link) in [
        ("Unsigned", Some(url.as_str())),
        ("Page", Some(&url)),
        (
            "Mail",
            Some("/compose?to=leave%40shop.example&subject=Leave+me&body=Out+%26+away"),
        ),
        ("Plain http", None),
        ("No list", None),
    ] {
        let (path, page) = open(&mut browser, subject).await;
        let tags = page.tags();
        let found = tags.iter().filter(|tag| tag.name == "a").find(|tag| {
            let href = tag.get("href");
            href.contains("hooks.test")
                || href.starts_with("/compose?")
                || href.ends_with("/unsubscription")
        });
        assert_eq!(found.map(|tag| tag.get("href")), link, "{subject}");
        let ask = format!("{path}/unsubscription");
        assert_eq!(browser.get(&ask).await.status, 404, "{subject}");
        assert_eq!(browser.post(&ask, &[]).await.status, 404, "{subject}");
        let Some(link) = link.filter(|link| link.starts_with("/compose")) else {
            continue;
        };
        let form = browser.page(link).await.text();
        assert!(
            form.contains("leave@shop.example") && form.contains("Leave me"),
            "{form}"
        );
        assert!(
            form.contains("Out &amp; away") || form.contains("Out &#38; away"),
            "{form}"
        );
        assert!(!form.contains("evil.example"));
    }
    assert!(sender.more().is_none() && sender.connections() == 0);
}
