//! Messages on their way: taken back, sent later, sent twice at once, refused, tried again, and
//! those of which nobody knows whether they arrived.

use futures_util::future::join_all;
use restante::clock::Clock;

use super::{Desk, Row, draft_of, exim, file_names, outbox, undo_seconds};
use crate::support::{
    app::Settings,
    dovecot::Dovecot,
    form::Form,
    imap::{Imap, Mail},
    smtp::{Act, Smtp},
};

#[tokio::test]
async fn a_message_taken_back_is_the_draft_again() {
    let (user, clock) = (Dovecot::shared().user(), Clock::fixed(1_795_000_000_000));
    let mut desk = Desk::at(user, Settings::sending(&exim()), clock).await;
    undo_seconds(&desk.app, &desk.browser, 30).await;
    let to = Dovecot::shared().user();
    let form = desk.form("/compose").await;
    let form = form
        .set("to", &to.address)
        .set("bcc", "hidden@example.org")
        .set("subject", "Wait")
        .set("text", "Some words.\n")
        .file("a.bin", "application/x-thing", b"\0\r\n.\r\n")
        .file("b.txt", "text/plain", b"two");
    let answer = desk.browser.press_in_script(&form, "send").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    assert_eq!(answer["seconds"], 30, "{answer}");
    assert_eq!(answer["next"], "/");
    let row = desk.until_state("pending").await;
    assert!(row.words.contains("Goes out in"), "{row:?}");
    let cancellation = answer["cancellation"].as_str().unwrap().to_owned();
    let back = desk.browser.post_in_script(&cancellation, &[]).await;
    assert_eq!(back.status, 200, "{}", back.text());
    let draft = back.json()["path"].as_str().unwrap().to_owned();
    let page = desk.browser.page(&draft).await;
    let again = Form::of(&page, "compose");
    for name in ["to", "bcc", "subject", "text"] {
        assert_eq!(again.value(name), form.value(name), "{name}");
    }
    assert_eq!(file_names(&page), ["a.bin", "b.txt"]);
    assert!(outbox(&desk.browser.page("/outbox").await).is_empty());
    // A second try finds that it was taken back.
    let twice = desk.browser.post_in_script(&cancellation, &[]).await;
    assert_eq!(twice.status, 409);

    // It can be changed and sent like any other.
    undo_seconds(&desk.app, &desk.browser, 0).await;
    let mut inbox = Imap::of(&to.address).await;
    let changed = again.set("text", "Better words.\n");
    desk.browser.press(&changed, "send").await;
    let arrived = inbox.only("INBOX").await;
    assert_eq!(arrived.body(), "Better words.\n");
    assert_eq!(arrived.files()[0].1, b"\0\r\n.\r\n");
    desk.until_outbox(|rows| rows.iter().any(|row| row.state == "sent"))
        .await;
    let late = desk.browser.post_in_script(&cancellation, &[]).await;
    assert_eq!(late.status, 409);
    assert!(late.json()["sentence"].is_string());
}

#[tokio::test]
async fn a_message_goes_out_at_its_time() {
    let start = 1_795_000_000_000;
    let user = Dovecot::shared().user();
    let settings = Settings::sending(&exim());
    let mut desk = Desk::at(user, settings, Clock::fixed(start)).await;
    let to = Dovecot::shared().user();
    let form = desk.form("/compose").await;
    let form = form
        .set("to", &to.address)
        .set("subject", "Later")
        .set("text", "Some words.\n");
    let past = form.clone().set("send_at", "2001-01-01T10:00");
    let answer = desk.browser.press(&past, "later").await;
    assert_eq!(answer.status, 422);
    let answer = desk
        .browser
        .press(&form.clone().set("send_at", "2026-11-18T13:00"), "later")
        .await;
    assert_eq!(answer.location().as_deref(), Some("/outbox"));
    let row = desk.until_state("scheduled").await;
    assert!(row.words.contains("Goes out on"), "{row:?}");
    assert!(row.words.contains("1:00"), "{row:?}");

    let later = [("send_at", "2026-11-18T15:30")];
    assert_eq!(desk.act(&row, "schedule", &later).await.status, 303);
    let row = desk.until_state("scheduled").await;
    assert!(row.words.contains("3:30"), "{row:?}");
    let never = desk.act(&row, "schedule", &[("send_at", "soon")]).await;
    assert_eq!(never.status, 422);

    let mut inbox = Imap::of(&to.address).await;
    let due = jiff::civil::date(2026, 11, 18).at(15, 30, 0, 0);
    let due = due.to_zoned(jiff::tz::TimeZone::UTC).unwrap();
    let due = due.timestamp().as_millisecond();
    let account = desk.app.account(&desk.browser).await;
    let waiting = account.submissions().await.unwrap();
    assert_eq!((waiting[0].next_at, waiting[0].attempts), (due, 0));
    desk.app.clock().advance(due - start);
    desk.look_again();
    let arrived = inbox.only("INBOX").await;
    assert!(
        arrived.field("Date").contains("13:00"),
        "{}",
        arrived.text()
    );

    // Cancelled, it is a draft.
    let form = desk.form("/compose").await;
    let form = form
        .set("to", &to.address)
        .set("subject", "Never")
        .set("send_at", "2026-12-24T10:00");
    desk.browser.press(&form, "later").await;
    let rows = desk.until_outbox(|rows| rows[0].state == "scheduled").await;
    let answer = desk.act(&rows[0], "cancellation", &[]).await;
    let form = desk.form(&format!("/drafts/{}", draft_of(&answer))).await;
    assert_eq!(form.value("subject"), "Never");
}

#[tokio::test]
async fn a_double_click_sends_once() {
    let server = Smtp::start();
    let settings = Settings::sending(&server.url());
    let mut desk = Desk::of(Dovecot::shared().user(), settings).await;
    for (number, with_file) in (0..6).zip([true, false].into_iter().cycle()) {
        let form = desk.form("/compose").await;
        let mut form = form
            .set("to", "ada@example.org")
            .set("subject", &format!("Once {number}"))
            .set("text", "Some words.\n");
        if with_file {
            form = form.file("a.txt", "text/plain", &b"x".repeat(200_000));
        }
        let clicks = [0; 4].map(|_| {
            let (mut browser, form) = (desk.browser.clone(), form.clone());
            tokio::spawn(async move { browser.press(&form, "send").await })
        });
        for answer in join_all(clicks).await {
            let answer = answer.unwrap();
            assert!([303, 409].contains(&answer.status), "{}", answer.text());
        }
    }
    let all = |rows: &[Row]| rows.iter().filter(|row| row.state == "sent").count() == 6;
    let rows = desk.until_outbox(all).await;
    assert_eq!(rows.len(), 6, "{rows:#?}");
    let sent = desk.other.until("Sent", |mails| mails.len() == 6).await;
    let taken = server.taken();
    assert_eq!(taken.len(), 6, "{taken:#?}");
    for number in 0..6 {
        let own: Vec<&Mail> = sent
            .iter()
            .filter(|mail| mail.subject() == format!("Once {number}"))
            .collect();
        assert_eq!(own.len(), 1);
        assert_eq!(own[0].files().len(), usize::from(number % 2 == 0));
    }
    desk.other.until("Drafts", <[_]>::is_empty).await;
}

#[tokio::test]
async fn a_click_that_comes_when_all_is_done_sends_nothing() {
    let server = Smtp::start();
    let settings = Settings::sending(&server.url());
    let mut desk = Desk::of(Dovecot::shared().user(), settings).await;
    let form = desk.form("/compose").await;
    let form = form
        .set("to", "ada@example.org")
        .set("subject", "Once")
        .set("text", "Some words.\n");
    let draft = draft_of(&desk.browser.press(&form, "save").await);
    let saved = desk.form(&format!("/drafts/{draft}")).await;
    desk.browser.press(&saved, "send").await;
    desk.other.only("Sent").await;
    desk.until_gone(draft).await;
    for late in [&form, &saved] {
        let answer = desk.browser.press(late, "send").await;
        assert_eq!(answer.location().as_deref(), Some("/outbox"));
        let answer = desk.browser.press_in_script(late, "send").await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    assert_eq!(outbox(&desk.browser.page("/outbox").await).len(), 1);
    // Other words are kept, and not sent unasked.
    for late in [&form, &saved] {
        let changed = late.clone().set("text", "Other words.\n");
        let answer = desk.browser.press(&changed, "send").await;
        assert_eq!(answer.status, 409);
        let kept = Form::of(&answer, "compose");
        assert_eq!(kept.value("text"), "Other words.\n");
        assert!(kept.action.starts_with("/drafts/"), "{}", kept.action);
        let changed = late.clone().set("text", "Further words.\n");
        let kept = draft_of(&desk.browser.press(&changed, "save").await);
        let kept = desk.form(&format!("/drafts/{kept}")).await;
        assert_eq!(kept.value("text"), "Further words.\n");
    }
    // A script keeps its text itself.
    let answer = desk.browser.press_in_script(&saved, "save").await;
    assert_eq!(answer.status, 404);
    assert_eq!(server.taken().len(), 1);
}

#[tokio::test]
async fn two_tabs_send_one_message() {
    let mut desk = Desk::new().await;
    let to = Dovecot::shared().user();
    let form = desk.form("/compose").await;
    let form = form
        .set("to", &to.address)
        .set("subject", "Tabs")
        .set("text", "Some words.\n");
    let draft = draft_of(&desk.browser.press(&form, "save").await);
    let form = desk.form(&format!("/drafts/{draft}")).await;
    let mut other = desk.app.signed_in(&desk.user).await;
    let mut first = desk.browser.clone();
    let (one, two) = tokio::join!(
        first.press_in_script(&form, "send"),
        other.press_in_script(&form, "send")
    );
    assert_eq!((one.status, two.status), (200, 200), "{}", two.text());
    assert_eq!(one.json()["submission"], two.json()["submission"]);
    let mut inbox = Imap::of(&to.address).await;
    inbox.only("INBOX").await;
    desk.other.only("Sent").await;
    desk.until_gone(draft).await;
    assert_eq!(inbox.mails("INBOX").await.len(), 1);
}

#[tokio::test]
async fn what_is_refused_for_good_says_why_and_can_be_mended() {
    let mut desk = Desk::new().await;
    desk.send("nobody@example.org", "Refused").await;
    let row = desk.until_state("failed").await;
    assert!(
        row.words.contains("takes none of the recipients"),
        "{row:?}"
    );
    assert!(
        row.words.contains("There is nobody of that name"),
        "{row:?}"
    );
    assert!(row.words.contains("nobody@example.org refused"), "{row:?}");
    assert!(desk.other.mails("Sent").await.is_empty());
    // Once more as it is: refused once more. Corrected: sent.
    assert_eq!(desk.act(&row, "retry", &[]).await.status, 303);
    let again = |rows: &[Row]| {
        rows.iter()
            .any(|one| one.id != row.id && one.state == "failed")
    };
    let rows = desk.until_outbox(again).await;
    let answer = desk.act(&rows[0], "cancellation", &[]).await;
    let to = Dovecot::shared().user();
    let mut inbox = Imap::of(&to.address).await;
    let form = desk.form(&format!("/drafts/{}", draft_of(&answer))).await;
    assert_eq!(form.value("text"), "Some words.\n");
    desk.browser
        .press(&form.set("to", &to.address), "send")
        .await;
    inbox.only("INBOX").await;
    desk.other.only("Sent").await;
}

#[tokio::test]
async fn what_failed_is_sent_from_its_form_as_it_is() {
    let server = Smtp::start();
    let settings = Settings::sending(&server.url());
    let mut desk = Desk::of(Dovecot::shared().user(), settings).await;
    server.at("MAIL", Some(Act::Say("550 5.7.1 Not today")));
    desk.send("ada@example.org", "Again").await;
    let failed = desk.until_state("failed").await;
    let account = desk.app.account(&desk.browser).await;
    let draft = account.submissions().await.unwrap()[0].draft.unwrap();
    server.at("MAIL", None);
    let form = desk.form(&format!("/drafts/{draft}")).await;
    assert_eq!(desk.browser.press(&form, "send").await.status, 303);
    let sent = desk.until_state("sent").await;
    assert_ne!(sent.id, failed.id);
    assert_eq!(server.taken().len(), 1);
    desk.other.only("Sent").await;
}

#[tokio::test]
async fn some_recipients_may_be_refused() {
    let mut desk = Desk::new().await;
    let to = Dovecot::shared().user();
    let mut inbox = Imap::of(&to.address).await;
    let all = format!("nobody@example.org, {}, later@example.org", to.address);
    desk.send(&all, "Partly").await;
    let row = desk.until_state("partly").await;
    assert!(
        row.words
            .contains("but not to nobody@example.org, later@example.org."),
        "{row:?}"
    );
    let words = desk.browser.visit("/").await.words();
    assert!(
        words.contains("One message did not go out as it should"),
        "{words}"
    );
    inbox.only("INBOX").await;
    desk.other.only("Sent").await;
}

#[tokio::test]
async fn what_is_refused_for_now_is_tried_again_later_and_later() {
    let start = 1_795_000_000_000;
    let server = Smtp::start();
    server.at("MAIL", Some(Act::Say("451 4.3.0 Come back")));
    let user = Dovecot::shared().user();
    let settings = Settings::sending(&server.url());
    let mut desk = Desk::at(user, settings, Clock::fixed(start)).await;
    desk.send("ada@example.org", "Patience").await;
    let waits = |rows: &[Row]| rows[0].words.contains("the next try is on");
    let mut row = desk.until_outbox(waits).await.remove(0);
    assert_eq!(row.state, "delayed");
    assert!(row.words.contains("Come back"), "{row:?}");
    for (tries, minutes) in (1..).zip([1, 3, 10, 30]) {
        let account = desk.app.account(&desk.browser).await;
        let one = account.submissions().await.unwrap().remove(0);
        assert_eq!(
            (one.attempts, server.heard("MAIL")),
            (tries, tries as usize)
        );
        assert_eq!(one.next_at - desk.app.clock().now(), minutes * 60_000);
        desk.app.clock().advance(minutes * 60_000);
        desk.look_again();
        let words = row.words.clone();
        desk.until_outbox(|rows| waits(rows) && rows[0].words != words)
            .await;
        row = desk.until_outbox(waits).await.remove(0);
    }
    server.at("MAIL", None);
    desk.act(&row, "schedule", &[("send_at", "now")]).await;
    desk.until_state("sent").await;
    assert_eq!(server.taken().len(), 1);
    desk.other.only("Sent").await;
}

/// The server has the message and never said so.
async fn unconfirmed(server: &Smtp) -> Desk {
    server.at("end", Some(Act::TakeAndDrop));
    let settings = Settings::sending(&server.url());
    let mut desk = Desk::of(Dovecot::shared().user(), settings).await;
    desk.send("ada@example.org", "Perhaps").await;
    desk.until_state("unconfirmed").await;
    server.at("end", None);
    desk
}

#[tokio::test]
async fn what_may_have_arrived_is_sent_again_by_nobody_but_its_writer() {
    let server = Smtp::start();
    server.at("end", Some(Act::TakeAndDrop));
    let settings = Settings::sending(&server.url());
    let user = Dovecot::shared().user();
    let mut desk = Desk::at(user, settings, Clock::fixed(1_795_000_000_000)).await;
    desk.send("ada@example.org", "Perhaps").await;
    let row = desk.until_state("unconfirmed").await;
    server.at("end", None);
    assert!(
        row.words.contains("It was not sent again by itself"),
        "{row:?}"
    );
    // Hours later, and after a restart of the outbox, it is still so. Another message is sent
    // meanwhile, so that the outbox has looked.
    desk.app.clock().advance(11 * 60 * 60 * 1000);
    desk.look_again();
    desk.send("carl@example.org", "Another").await;
    let rows = desk.until_outbox(|rows| rows[0].state == "sent").await;
    assert_eq!(rows[1].state, "unconfirmed");
    assert_eq!(server.taken().len(), 2);
    // Taking it back is not possible: it may be out.
    let answer = desk.act(&row, "cancellation", &[]).await;
    assert_eq!(answer.status, 422);
    // Its writer decides.
    assert_eq!(desk.act(&row, "retry", &[]).await.status, 303);
    let both = |rows: &[Row]| rows.iter().all(|row| row.state == "sent");
    desk.until_outbox(both).await;
    assert_eq!(server.taken().len(), 3);
    desk.other.until("Sent", |mails| mails.len() == 2).await;
}

#[tokio::test]
async fn its_writer_may_know_that_it_arrived() {
    let server = Smtp::start();
    let mut desk = unconfirmed(&server).await;
    let row = desk.until_state("unconfirmed").await;
    assert!(desk.other.mails("Sent").await.is_empty());
    assert_eq!(desk.act(&row, "confirmation", &[]).await.status, 303);
    desk.until_state("sent").await;
    let sent = desk.other.only("Sent").await;
    let taken = server.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].recipients, ["ada@example.org"]);
    assert_eq!(sent.field("Message-ID"), taken[0].id());
}

#[tokio::test]
async fn its_writer_may_write_it_anew() {
    let server = Smtp::start();
    let mut desk = unconfirmed(&server).await;
    let row = desk.until_state("unconfirmed").await;
    // Off the list, the message is a draft again.
    assert_eq!(desk.act(&row, "removal", &[]).await.status, 303);
    desk.until_outbox(<[_]>::is_empty).await;
    let account = desk.app.account(&desk.browser).await;
    let draft = account.submission(row.id).await.unwrap().draft.unwrap();
    let form = desk.form(&format!("/drafts/{draft}")).await;
    assert_eq!(form.value("text"), "Some words.\n");
    assert_eq!(server.taken().len(), 1);
}

#[tokio::test]
async fn what_comes_to_light_later_did_arrive_too() {
    let start = 1_795_000_000_000;
    let server = Smtp::start();
    server.at("end", Some(Act::TakeAndDrop));
    let user = Dovecot::shared().user();
    let settings = Settings::sending(&server.url());
    let mut desk = Desk::at(user, settings, Clock::fixed(start)).await;
    desk.send("ada@example.org", "Found later").await;
    desk.until_state("unconfirmed").await;
    let id = server.given().await.id();
    let raw = format!("Message-ID: {id}\r\nSubject: Found later\r\n\r\nx\r\n");
    desk.other.append("Sent", "\\Seen", raw.as_bytes()).await;
    desk.app.clock().advance(10 * 60_000);
    desk.look_again();
    desk.until_state("sent").await;
    assert_eq!(desk.other.only("Sent").await.field("Message-ID"), id);
    assert_eq!(server.heard("MAIL"), 1);
}

#[tokio::test]
async fn what_lies_in_sent_or_in_the_inbox_did_arrive() {
    for folder in ["Sent", "INBOX"] {
        let server = Smtp::start();
        server.at("end", Some(Act::Silence));
        let settings = Settings::sending(&server.url());
        let mut desk = Desk::of(Dovecot::shared().user(), settings).await;
        desk.send("ada@example.org", "Found").await;
        let id = server.given().await.id();
        // The server has put it there, as some do, before the line breaks.
        let raw = format!("Message-ID: {id}\r\nSubject: Found\r\n\r\nx\r\n");
        desk.other.append(folder, "\\Seen", raw.as_bytes()).await;
        server.cut();
        desk.until_state("sent").await;
        let sent = desk.other.only("Sent").await;
        assert_eq!(sent.field("Message-ID"), id, "{folder}");
    }
}

#[tokio::test]
async fn a_message_that_is_too_large_is_told_before() {
    let server = Smtp::start();
    server.offer(&["SIZE 100000"]);
    let settings = Settings::sending(&server.url());
    let mut desk = Desk::of(Dovecot::shared().user(), settings).await;
    let form = desk.form("/compose").await;
    let form = form
        .set("to", "ada@example.org")
        .set("subject", "Large")
        .file("a.bin", "application/x-thing", &vec![7; 80_000]);
    let answer = desk.browser.press_in_script(&form, "send").await;
    assert_eq!(answer.status, 422, "{}", answer.text());
    let answer = answer.json();
    assert_eq!(answer["errors"][0]["field"], "files", "{answer}");
    let sentence = answer["errors"][0]["sentence"].as_str().unwrap();
    assert!(sentence.contains("Take a file out"), "{sentence}");
    assert_eq!(server.heard("MAIL"), 0);
    let draft = answer["path"].as_str().unwrap();
    assert_eq!(file_names(&desk.browser.page(draft).await), ["a.bin"]);
}

#[tokio::test]
async fn the_outbox_belongs_to_one_person() {
    let mut desk = Desk::new().await;
    undo_seconds(&desk.app, &desk.browser, 30).await;
    desk.send("ada@example.org", "Mine").await;
    let row = desk.until_state("pending").await;
    let mut other = desk.app.signed_in(&Dovecot::shared().user()).await;
    assert!(outbox(&other.page("/outbox").await).is_empty());
    assert_eq!(other.get(&format!("/outbox/{}", row.id)).await.status, 404);
    for verb in [
        "cancellation",
        "schedule",
        "retry",
        "confirmation",
        "removal",
    ] {
        let path = format!("/outbox/{}/{verb}", row.id);
        let answer = other.post(&path, &[("send_at", "now")]).await;
        assert_eq!(answer.status, 404, "{verb}");
    }
    desk.until_state("pending").await;
}
