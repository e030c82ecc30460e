//! What becomes of a message that was sent, as servers report it and as the pages say it.

use super::{Desk, outbox};
use crate::support::{dovecot::Dovecot, markup::texts_of};

/// A report (RFC 3464) about a message, as Postfix writes it.
fn bounce(message_id: &str, recipient: &str, action: &str, status: &str, said: &str) -> Vec<u8> {
    format!(
        "From: Mail Delivery System <mailer-daemon@example.org>\r\nTo: me@example.org\r\n\
         Subject: Undelivered\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\
         \r\nFinal-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n\
         Diagnostic-Code: smtp; {said}\r\n\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\n\
         Message-ID: {message_id}\r\nSubject: Lost\r\n\r\n--b--\r\n"
    )
    .into_bytes()
}

/// Sends a message to somebody; gives its Message-ID with brackets.
async fn sent(desk: &mut Desk, to: &str, subject: &str) -> String {
    let form = desk.form("/compose").await;
    let form = form.set("to", to).set("subject", subject).set("text", "x");
    let answer = desk.browser.press(&form, "send").await;
    assert_eq!(answer.location().as_deref(), Some("/outbox"));
    desk.other.only("Sent").await.field("Message-ID")
}

#[tokio::test]
async fn a_report_says_what_happened_and_the_sent_message_says_it_too() {
    let mut desk = Desk::new().await;
    let to = Dovecot::shared().user().address;
    let id = sent(&mut desk, &to, "Lost").await;
    let path = desk.message("Sent", "Lost").await;
    let page = desk.browser.page(&path).await;
    assert!(
        texts_of(&page.text(), "report").is_empty(),
        "nothing is known yet"
    );

    let said = "550 5.1.1 <b>no</b> such user";
    let report = bounce(&id, &to, "failed", "5.1.1", said);
    desk.other.append("INBOX", "", &report).await;
    let about = desk.message("Inbox", "Undelivered").await;
    let page = desk.browser.page(&about).await;
    let sentence = format!("Not delivered to {to}: there is no such mailbox.");
    let card = texts_of(&page.text(), "report").join(" ");
    assert!(card.contains(&sentence), "{card}");
    assert!(card.contains("<b>no</b> such user"), "{card}");
    // The machine's half is folded away, the server's own sentence stays.
    let body = texts_of(&page.text(), "message__body").join(" ");
    assert!(body.contains("I am sorry."), "{body}");
    assert!(!body.contains("Reporting-MTA"), "{body}");
    let tags = page.tags();
    let mut links = tags.iter().filter(|tag| tag.name == "a");
    assert!(links.any(|tag| tag.get("href").ends_with(&path)), "{path}");

    // The message itself knows it from now on, and the outbox does.
    let page = desk.browser.page(&path).await;
    let card = texts_of(&page.text(), "report").join(" ");
    assert!(card.contains(&sentence), "{card}");
    let rows = outbox(&desk.browser.page("/outbox").await);
    assert!(
        rows[0].words.contains("no</b> such user"),
        "{}",
        rows[0].words
    );

    // What comes later takes nothing back.
    let late = bounce(&id, &to, "delayed", "4.4.1", "later");
    let late = String::from_utf8(late)
        .unwrap()
        .replace("Undelivered", "Late");
    desk.other.append("INBOX", "", late.as_bytes()).await;
    let about = desk.message("Inbox", "Late").await;
    let card = desk.browser.page(&about).await;
    let card = texts_of(&card.text(), "report").join(" ");
    assert!(
        card.contains(&format!("Not yet delivered to {to}")),
        "{card}"
    );
    let page = desk.browser.page(&path).await;
    assert!(page.words().contains(&sentence));
}

#[tokio::test]
async fn a_report_of_strangers_changes_nothing() {
    let mut desk = Desk::new().await;
    let to = Dovecot::shared().user().address;
    let id = sent(&mut desk, &to, "Arrived").await;
    let path = desk.message("Sent", "Arrived").await;
    // Another recipient; another message; no recipient at all.
    let other = bounce(&id, "nobody@example.org", "failed", "5.1.1", "no");
    let unknown = bounce("<never@example.org>", &to, "failed", "5.1.1", "no");
    let empty = String::from_utf8(other.clone()).unwrap();
    let empty = empty.replace("Final-Recipient", "X-Nothing");
    for (at, raw) in [other, unknown, empty.into_bytes()].iter().enumerate() {
        let raw = String::from_utf8(raw.clone()).unwrap();
        let raw = raw.replace("Undelivered", &format!("R{at}"));
        desk.other.append("INBOX", "", raw.as_bytes()).await;
        let about = desk.message("Inbox", &format!("R{at}")).await;
        let page = desk.browser.page(&about).await;
        assert_eq!(page.status, 200);
        let page = desk.browser.page(&path).await;
        assert!(texts_of(&page.text(), "report").is_empty(), "{at}");
    }
}

#[tokio::test]
async fn an_incoming_receipt_is_shown_in_words() {
    let mut desk = Desk::new().await;
    let raw = "From: anna@example.org\r\nTo: me@example.org\r\nSubject: Read\r\n\
         Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nSeen.\r\n\
         --b\r\nContent-Type: message/disposition-notification\r\n\r\n\
         Final-Recipient: rfc822; anna@example.org\r\nOriginal-Message-ID: <x@y>\r\n\
         Disposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--b--\r\n";
    desk.other.append("INBOX", "", raw.as_bytes()).await;
    let path = desk.message("Inbox", "Read").await;
    let page = desk.browser.page(&path).await;
    let card = texts_of(&page.text(), "report").join(" ");
    assert!(
        card.contains("anna@example.org has had the message on screen"),
        "{card}"
    );
    assert!(card.contains("MDN-sent-manually"), "{card}");
}
