//! Read receipts: asked for, answered once and by a person only, and read by who asked.

use super::{Desk, prefers};
use crate::support::{
    app::Settings,
    dovecot::Dovecot,
    letter::letter,
    markup::texts_of,
    proxy::{Fault, Proxy, Way},
    smtp::Smtp,
};

/// The buttons of the line that asks.
fn asks(page: &crate::support::browser::Answer) -> bool {
    page.words()
        .contains("asks to be told that you have read this")
}

#[tokio::test]
async fn a_receipt_goes_to_who_asked_once() {
    let mut anna = Desk::new().await;
    let mut bob = Desk::new().await;
    let form = anna.form("/compose").await;
    let form = form
        .set("to", &bob.user.address)
        .set("subject", "Have you seen this?")
        .set("text", "This")
        .set("receipt", "1");
    anna.browser.press(&form, "send").await;
    let arrived = bob.other.only("INBOX").await;
    let asked = arrived.field("Disposition-Notification-To");
    assert!(asked.contains(&anna.user.address), "{asked}");

    let path = bob.message("Inbox", "Have you seen this?").await;
    let page = bob.browser.page(&path).await;
    assert!(asks(&page), "{}", page.words());
    assert!(
        !page.words().contains("not the address"),
        "{}",
        page.words()
    );
    // Looking tells nobody.
    assert!(anna.other.mails("INBOX").await.is_empty());
    let receipt = format!("{path}/receipt");
    for _ in 0..2 {
        let answer = bob.browser.post(&receipt, &[("value", "send")]).await;
        assert_eq!(answer.location().as_deref(), Some(path.as_str()));
    }
    let told = anna.other.only("INBOX").await;
    let text = told.text();
    assert!(
        text.contains("report-type=\"disposition-notification\""),
        "{text}"
    );
    assert!(text.contains("Disposition: manual-action/MDN-sent-manually; displayed"));
    assert!(text.contains(&format!("Final-Recipient: rfc822; {}", bob.user.address)));
    assert!(text.contains("Auto-Submitted: auto-replied"));
    assert!(
        told.field("Return-Path")
            .trim()
            .trim_matches(['<', '>'])
            .is_empty()
    );
    assert_eq!(told.field("In-Reply-To"), arrived.field("Message-ID"));
    let marked =
        |mails: &[crate::support::imap::Mail]| mails.iter().any(|mail| mail.has("$MDNSent"));
    bob.other.until("INBOX", marked).await;
    assert!(!asks(&bob.browser.page(&path).await));

    // Who asked reads it in words, with a link to what was sent.
    let about = anna.message("Inbox", "Read: Have you seen this?").await;
    let page = anna.browser.page(&about).await;
    let card = texts_of(&page.text(), "report").join(" ");
    let words = format!("{} has had the message on screen", bob.user.address);
    assert!(card.contains(&words), "{card}");
    let sent = anna.message("Sent", "Have you seen this?").await;
    let tags = page.tags();
    assert!(
        tags.iter().any(|tag| tag.get("href").ends_with(&sent)),
        "{sent}"
    );
    // A report is never reported on, and one's own message is not asked about.
    assert!(!asks(&page) && !asks(&anna.browser.page(&sent).await));
    assert_eq!(anna.other.mails("INBOX").await.len(), 1);
}

#[tokio::test]
async fn nobody_is_told_who_is_not_to_be() {
    let mut desk = Desk::new().await;
    let to = Dovecot::shared().user();
    let raw = letter("Tell me")
        .header("Disposition-Notification-To", &to.address)
        .header("Return-Path", "<ada@example.org>")
        .text("x")
        .raw();
    desk.other.append("INBOX", "", &raw).await;
    let path = desk.message("Inbox", "Tell me").await;
    let page = desk.browser.page(&path).await;
    assert!(asks(&page));
    assert!(
        page.words()
            .contains("not the address that the message comes from")
    );

    // The setting.
    prefers(&desk.app, &desk.browser, "{\"receipts\":\"never\"}").await;
    assert!(!asks(&desk.browser.page(&path).await));
    prefers(&desk.app, &desk.browser, "{\"undoSeconds\":0}").await;
    assert!(asks(&desk.browser.page(&path).await));

    let answer = desk
        .browser
        .post(&format!("{path}/receipt"), &[("value", "refuse")])
        .await;
    assert_eq!(answer.status, 303);
    let page = desk.browser.page(&path).await;
    assert!(!asks(&page));
    assert!(
        desk.browser
            .page("/outbox")
            .await
            .words()
            .contains("Nothing")
    );
    // What did not ask can't be answered.
    desk.other
        .append("INBOX", "", &letter("Plain").text("x").raw())
        .await;
    let plain = desk.message("Inbox", "Plain").await;
    let answer = desk
        .browser
        .post(&format!("{plain}/receipt"), &[("value", "send")])
        .await;
    assert_eq!(answer.status, 422, "{}", answer.words());
}

#[tokio::test]
async fn an_answer_is_remembered_where_the_server_keeps_no_mark() {
    let (server, proxy) = (
        Smtp::start(),
        Proxy::start(Dovecot::shared().port("IMAP")).await,
    );
    let url = format!("imap+insecure://127.0.0.1:{}", proxy.port);
    let sending = format!("smtp = {:?}", server.url());
    let settings = Settings::empty().server("*", &url, &sending);
    let mut desk = Desk::of(Dovecot::shared().user(), settings).await;
    // One server takes the mark and forgets it, the other one refuses it.
    for (number, stored) in [(1, "$Forgott"), (2, "\\MDNSent")] {
        proxy.heal();
        proxy.add(Way::Up, Fault::Say("$mdnsent", stored));
        for value in ["refuse", "send"] {
            let subject = format!("Tell me {value} {number}");
            let raw = letter(&subject)
                .header("Disposition-Notification-To", "ada@example.org")
                .header("Return-Path", "<ada@example.org>")
                .text("x")
                .raw();
            desk.other.append("INBOX", "", &raw).await;
            let path = desk.message("Inbox", &subject).await;
            assert!(asks(&desk.browser.page(&path).await), "{subject}");
            let receipt = format!("{path}/receipt");
            let answer = desk.browser.post(&receipt, &[("value", value)]).await;
            assert_eq!(answer.status, 303, "{subject}: {}", answer.words());
            assert!(!asks(&desk.browser.page(&path).await), "{subject}");
        }
    }
    let mails = desk.other.mails("INBOX").await;
    assert!(!mails.iter().any(|mail| mail.has("$mdnsent")), "{mails:?}");
    // After a restart as well, and only what was meant was sent.
    desk.until_outbox(|rows| rows.iter().filter(|row| row.state == "sent").count() == 2)
        .await;
    assert_eq!(server.taken().len(), 2);
}
