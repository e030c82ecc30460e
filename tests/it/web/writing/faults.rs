//! Every way in which handing over a message can fail: what is said, that nothing is lost, and
//! that nothing is doubled.

use super::{Desk, Row, draft_of};
use crate::support::{
    app::Settings,
    dovecot::Dovecot,
    smtp::{Act, Smtp},
};

/// What the outbox says after this, and what became of the message.
struct Case {
    at: &'static str,
    act: Act,
    state: &'static str,
    words: &'static str,
}

fn case(at: &'static str, act: Act, state: &'static str, words: &'static str) -> Case {
    Case {
        at,
        act,
        state,
        words,
    }
}

fn cases() -> Vec<Case> {
    use Act::{Drop, Say, TakeAndDrop};
    let (again, failed, unknown) = ("delayed", "failed", "unconfirmed");
    let broke = "broke before the message was through";
    let refused = "did not take it";
    let sign_in = "did not let us sign in";
    let sender = "does not let you write from this address";
    let nobody = "takes none of the recipients";
    vec![
        case("greeting", Say("554 5.3.2 Go away"), failed, "Go away"),
        case("greeting", Say("421 4.3.2 Busy"), again, "Busy"),
        case("greeting", Drop, again, broke),
        case("EHLO", Say("550 5.7.1 Unknown"), failed, refused),
        case("EHLO", Drop, again, broke),
        case("AUTH", Say("535 5.7.8 Wrong"), failed, sign_in),
        case("AUTH", Say("454 4.7.0 Later"), again, sign_in),
        case("AUTH", Drop, again, broke),
        case("MAIL", Say("550 5.7.1 Not you"), failed, sender),
        case("MAIL", Say("451 4.3.0 Later"), again, "Later"),
        case("MAIL", Drop, again, broke),
        case("RCPT", Say("550 5.1.1 Nobody"), failed, nobody),
        case("RCPT", Say("450 4.2.1 Grey"), again, nobody),
        case("RCPT", Drop, again, broke),
        case("DATA", Say("554 5.3.4 No"), failed, refused),
        case("DATA", Say("451 4.3.0 Later"), again, refused),
        case("DATA", Drop, again, broke),
        case("end", Say("554 5.7.1 Spam"), failed, "Spam"),
        case("end", Say("452 4.2.2 Full"), again, "Full"),
        case("end", Say("Nonsense"), unknown, "not sent again by itself"),
        case("end", Drop, unknown, "not sent again by itself"),
        case("end", TakeAndDrop, unknown, "not sent again by itself"),
    ]
}

#[tokio::test]
async fn every_refusal_and_break_has_its_sentence_and_loses_nothing() {
    let server = Smtp::start();
    let settings = Settings::sending(&server.url());
    let mut desk = Desk::of(Dovecot::shared().user(), settings).await;
    for Case {
        at,
        act,
        state,
        words,
    } in cases()
    {
        let name = format!("{at} {act:?}");
        let before = server.taken().len();
        server.at(at, Some(act.clone()));
        desk.send("ada@example.org", "Fault").await;
        let over = |rows: &[Row]| rows[0].words.contains(words) && rows[0].state == state;
        let row = desk.until_outbox(over).await.remove(0);
        server.at(at, None);
        // Its writer gets it back, whole.
        let verb = match state {
            "unconfirmed" => "removal",
            _ => "cancellation",
        };
        let account = desk.app.account(&desk.browser).await;
        let draft = account.submission(row.id).await.unwrap().draft.unwrap();
        let answer = desk.act(&row, verb, &[]).await;
        assert_eq!(answer.status, 303, "{name}: {}", answer.text());
        if verb == "cancellation" {
            assert_eq!(draft_of(&answer), draft);
        }
        let form = desk.form(&format!("/drafts/{draft}")).await;
        assert_eq!(form.value("text"), "Some words.\n", "{name}");
        let taken = usize::from(act == Act::TakeAndDrop);
        assert_eq!(server.taken().len(), before + taken, "{name}");
        desk.browser.press(&form, "discard").await;
    }
    assert!(desk.other.mails("Sent").await.is_empty());
}

#[tokio::test]
async fn a_message_that_failed_is_sent_once_when_the_cause_is_gone() {
    let server = Smtp::start();
    let settings = Settings::sending(&server.url());
    let mut desk = Desk::of(Dovecot::shared().user(), settings).await;
    server.at("end", Some(Act::Say("554 5.7.1 Spam")));
    desk.send("ada@example.org", "Again").await;
    let row = desk.until_state("failed").await;
    server.at("end", None);
    desk.act(&row, "retry", &[]).await;
    desk.until_outbox(|rows| rows[0].state == "sent").await;
    desk.other.only("Sent").await;
    assert_eq!(server.taken().len(), 1);
}

#[tokio::test]
async fn nothing_is_said_to_a_server_that_cannot_be_trusted() {
    let server = Smtp::start();
    let dovecot = Dovecot::shared();
    let (plain, tls) = (server.port, dovecot.port("SUBMISSIONS"));
    let more = |url: &str, ca: &str| {
        let imap = format!("imap+insecure://127.0.0.1:{}", dovecot.port("IMAP"));
        Settings::empty().server("*", &imap, &format!("smtp = {url:?}\n{ca}"))
    };
    let urls = [
        // No STARTTLS there.
        format!("smtp://127.0.0.1:{plain}"),
        // Nobody that we trust has signed its certificate.
        format!("smtps://127.0.0.1:{tls}"),
        // Nobody listens.
        "smtps://127.0.0.1:9".to_owned(),
    ];
    for url in urls {
        let mut desk = Desk::of(dovecot.user(), more(&url, "")).await;
        desk.send("ada@example.org", "Trust").await;
        let waits = |rows: &[Row]| rows[0].words.contains("could not be reached");
        let row = desk.until_outbox(waits).await.remove(0);
        assert_eq!(row.state, "delayed", "{url}");
        let answer = desk.act(&row, "cancellation", &[]).await;
        let form = desk.form(&format!("/drafts/{}", draft_of(&answer))).await;
        assert_eq!(form.value("text"), "Some words.\n");
    }
    assert_eq!((server.heard("AUTH"), server.taken().len()), (0, 0));
}

#[tokio::test]
async fn a_silent_server_keeps_nobody_waiting() {
    let server = Smtp::start();
    server.at("EHLO", Some(Act::Silence));
    let settings = Settings::sending(&server.url());
    let mut desk = Desk::of(Dovecot::shared().user(), settings).await;
    desk.send("ada@example.org", "Silence").await;
    let row = desk.until_outbox(|rows| rows[0].state == "sending").await;
    // It can't be taken back while it is handed over, and is not lost.
    let answer = desk.act(&row[0], "cancellation", &[]).await;
    assert_eq!(answer.status, 422);
    server.at("EHLO", None);
    server.cut();
    desk.until_outbox(|rows| rows[0].words.contains("broke before"))
        .await;
    let now = [("send_at", "now")];
    assert_eq!(desk.act(&row[0], "schedule", &now).await.status, 303);
    desk.until_state("sent").await;
    assert_eq!(server.taken().len(), 1);
}

#[tokio::test]
async fn without_a_server_for_sending_that_is_said() {
    let dovecot = Dovecot::shared();
    let imap = format!("imap+insecure://127.0.0.1:{}", dovecot.port("IMAP"));
    let settings = Settings::empty().server("*", &imap, "");
    let mut desk = Desk::of(dovecot.user(), settings).await;
    desk.send("ada@example.org", "Nowhere").await;
    let row = desk.until_state("failed").await;
    assert!(row.words.contains("No server for sending"), "{row:?}");
}
