//! What failed and is sent again: it goes, and nobody gets anything twice.

use super::{Desk, Row, outbox, undo_seconds};
use crate::support::{
    app::Settings,
    dovecot::Dovecot,
    form::Form,
    smtp::{Act, Smtp},
};

/// Somebody who sends through this server.
async fn desk(server: &Smtp) -> Desk {
    Desk::of(Dovecot::shared().user(), Settings::sending(&server.url())).await
}

/// A saved draft of three fields, its number.
async fn draft(desk: &mut Desk) -> i64 {
    let form = desk.form("/compose").await;
    let form = form
        .set("to", "ada@example.org")
        .set("subject", "For {{name}}")
        .set("text", "Some words.\n");
    let saved = desk.browser.press(&form, "save").await;
    super::draft_of(&saved)
}

/// Presses the button of a draft's page that sends, as it stands.
async fn send(desk: &mut Desk, draft: i64) -> u16 {
    let form = desk.form(&format!("/drafts/{draft}")).await;
    desk.browser.press(&form, "send").await.status
}

async fn send_merge(desk: &mut Desk, draft: i64, csv: &str) -> u16 {
    let page = desk.browser.page(&format!("/drafts/{draft}/merge")).await;
    let form = Form::of(&page, "form merge").set("csv", csv);
    desk.browser.press(&form, "send").await.status
}

fn states(rows: &[Row]) -> Vec<&str> {
    let mut states: Vec<&str> = rows.iter().map(|row| row.state.as_str()).collect();
    states.sort_unstable();
    states
}

const REFUSE: Option<Act> = Some(Act::Say("550 5.1.1 Nobody"));

#[tokio::test]
async fn what_failed_goes_when_its_draft_is_sent_unchanged() {
    let server = Smtp::start();
    let mut desk = desk(&server).await;
    let draft = draft(&mut desk).await;
    server.at("RCPT ada@example.org", REFUSE);
    assert_eq!(send(&mut desk, draft).await, 303);
    desk.until_state("failed").await;
    // Again in vain, and then not: there is one of it all the time.
    assert_eq!(send(&mut desk, draft).await, 303);
    desk.until_state("failed").await;
    server.at("RCPT ada@example.org", None);
    assert_eq!(send(&mut desk, draft).await, 303);
    desk.until_state("sent").await;
    assert_eq!(server.taken().len(), 1);
    desk.until_gone(draft).await;
}

#[tokio::test]
async fn a_mailing_is_sent_again_to_those_who_did_not_get_it() {
    let server = Smtp::start();
    let mut desk = desk(&server).await;
    let draft = draft(&mut desk).await;
    // As a message it fails; as a mailing it goes.
    server.at("RCPT ada@example.org", REFUSE);
    send(&mut desk, draft).await;
    desk.until_state("failed").await;
    server.at("RCPT b@example.org", REFUSE);
    let csv = "name,email\nA,a@example.org\nB,b@example.org\n";
    assert_eq!(send_merge(&mut desk, draft, csv).await, 303);
    desk.until_outbox(|rows| states(rows) == ["failed", "sent"])
        .await;
    desk.other.only("Sent").await;
    // A table that can't be sent takes nothing back.
    assert_eq!(send_merge(&mut desk, draft, "name\nA\n").await, 422);
    assert_eq!(outbox(&desk.browser.page("/outbox").await).len(), 2);
    server.at("RCPT b@example.org", None);
    assert_eq!(send_merge(&mut desk, draft, csv).await, 303);
    desk.until_outbox(|rows| states(rows) == ["sent", "sent"])
        .await;
    let taken: Vec<_> = server
        .taken()
        .into_iter()
        .map(|one| one.recipients)
        .collect();
    assert_eq!(taken, [["a@example.org"], ["b@example.org"]]);
    desk.until_gone(draft).await;
}

#[tokio::test]
async fn a_draft_goes_as_a_message_or_as_a_mailing() {
    let server = Smtp::start();
    let mut desk = desk(&server).await;
    undo_seconds(&desk.app, &desk.browser, 60).await;
    let csv = "name,email\nA,a@example.org\n";
    let one = draft(&mut desk).await;
    send(&mut desk, one).await;
    assert_eq!(send_merge(&mut desk, one, csv).await, 422);
    let two = draft(&mut desk).await;
    send_merge(&mut desk, two, csv).await;
    assert_eq!(send(&mut desk, two).await, 422);
    let rows = outbox(&desk.browser.page("/outbox").await);
    assert_eq!(states(&rows), ["pending", "pending"]);
}
