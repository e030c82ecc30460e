//! Mail merge: one message for each row, each to one person, all once.

use super::{Desk, Row, draft_of, outbox, undo_seconds};
use crate::support::{
    app::Settings,
    browser::Answer,
    dovecot::Dovecot,
    form::Form,
    imap::Imap,
    markup,
    smtp::{Act, Smtp},
};

/// A draft with fields in it, and the page that makes a mailing of it.
async fn begun(desk: &mut Desk) -> (i64, Form) {
    let form = desk.form("/compose").await;
    let form = form
        .set("to", "own@example.org")
        .set("cc", "copy@example.org")
        .set("bcc", "hidden@example.org")
        .set("subject", "For {{name}}")
        .set("text", "Dear {{name}},\n\nyour key is {{key}}.\n")
        .file("a.txt", "text/plain", b"the same for all");
    let saved = desk.browser.press(&form, "merge").await;
    let location = saved.location().unwrap();
    let draft = location
        .strip_prefix("/drafts/")
        .and_then(|rest| rest.strip_suffix("/merge"));
    let draft = draft
        .unwrap_or_else(|| panic!("{location}"))
        .parse()
        .unwrap();
    let page = desk.browser.page(&location).await;
    assert!(page.words().contains("get nothing"), "{}", page.words());
    (draft, Form::of(&page, "form merge"))
}

/// The words of the problems.
fn problems(page: &Answer) -> String {
    markup::words(&markup::texts_of(&page.text(), "notice--problem").join(" "))
}

#[tokio::test]
async fn each_row_is_a_message_to_one_person() {
    let mut desk = Desk::new().await;
    let (anna, bob) = (Dovecot::shared().user(), Dovecot::shared().user());
    let (draft, form) = begun(&mut desk).await;
    let csv = format!(
        "name;email;key\n\"Bell, Anna\";{};A1\nZoë;{};B2\n",
        anna.address, bob.address
    );
    let form = form.set("csv", &csv);
    let page = desk.browser.press(&form, "preview").await;
    assert_eq!(page.status, 200, "{}", problems(&page));
    let words = page.words();
    assert!(
        words.contains("Message 1 of 2") && words.contains("your key is A1"),
        "{words}"
    );
    assert!(words.contains("Send 2 messages"), "{words}");
    let form = Form::of(&page, "form merge");
    let page = desk.browser.press(&form, "next").await;
    assert!(page.words().contains("your key is B2"), "{}", page.words());
    let page = desk
        .browser
        .press(&Form::of(&page, "form merge"), "previous")
        .await;
    assert!(page.words().contains("your key is A1"));
    assert_eq!(
        Form::of(&page, "form merge").value("csv").replace('\r', ""),
        csv
    );
    assert!(
        outbox(&desk.browser.page("/outbox").await).is_empty(),
        "looking sends nothing"
    );

    // A double click, and once more after it.
    for _ in 0..3 {
        let answer = desk.browser.press(&form, "send").await;
        assert_eq!(
            answer.location().as_deref(),
            Some("/outbox"),
            "{}",
            answer.text()
        );
    }
    let mut ids = Vec::new();
    for (own, other, name, key) in [
        (&anna, &bob, "Bell, Anna", "A1"),
        (&bob, &anna, "Zoë", "B2"),
    ] {
        let mail = Imap::of(&own.address).await.only("INBOX").await;
        assert_eq!(mail.subject(), format!("For {name}"));
        assert_eq!(mail.body(), format!("Dear {name},\n\nyour key is {key}.\n"));
        assert_eq!(mail.files().len(), 1);
        assert!(
            mail.field("To").contains(&own.address),
            "{}",
            mail.field("To")
        );
        let text = mail.text();
        for secret in [other.address.as_str(), "own@", "copy@", "hidden@"] {
            let ours = &text[text.find("\r\nFrom: ").unwrap()..];
            assert!(!ours.contains(secret), "{secret}: {ours}");
        }
        ids.push(mail.field("Message-ID"));
    }
    assert_ne!(ids[0], ids[1]);
    let both = |mails: &[crate::support::imap::Mail]| mails.len() == 2;
    desk.other.until("Sent", both).await;
    desk.other.until("Drafts", <[_]>::is_empty).await;
    desk.until_gone(draft).await;
    assert_eq!(outbox(&desk.browser.page("/outbox").await).len(), 2);
    assert_eq!(Imap::of(&anna.address).await.mails("INBOX").await.len(), 1);
}

#[tokio::test]
async fn nothing_goes_while_anything_is_wrong() {
    let mut desk = Desk::new().await;
    let (_, form) = begun(&mut desk).await;
    let cases = [
        ("", "no rows"),
        ("name,key\nA,1", "No column is called"),
        ("name,email\nA,a@example.org", "“key”"),
        (
            "name,email,key\nA,a@example.org,1\n,b@example.org,2",
            "Row 2: “name” is empty",
        ),
        ("name,email,key\nA,nonsense,1", "Row 1: “nonsense”"),
        (
            "name,email,key\nA,a@example.org,1\nB,A@example.org,1",
            "same address as row 1",
        ),
        ("name,email,key\nA,\"a@example.org,1", "never closed"),
    ];
    for (csv, expected) in cases {
        let form = form.clone().set("csv", csv);
        for button in ["preview", "send"] {
            let page = desk.browser.press(&form, button).await;
            assert_eq!(page.status, 422, "{csv}");
            assert!(
                problems(&page).contains(expected),
                "{csv}: {}",
                problems(&page)
            );
            assert!(!page.words().contains("Send one message"), "{csv}");
        }
    }
    // From a file, as a spreadsheet writes it.
    let latin = b"name,email,key\nZo\xeb,a@example.org,1".to_vec();
    let form = form.file("people.csv", "text/csv", &latin);
    let page = desk.browser.press(&form, "preview").await;
    assert!(page.words().contains("Dear Zoë"), "{}", page.words());
    assert!(outbox(&desk.browser.page("/outbox").await).is_empty());
}

#[tokio::test]
async fn a_mailing_is_taken_back_whole() {
    let mut desk = Desk::new().await;
    undo_seconds(&desk.app, &desk.browser, 60).await;
    let to = Dovecot::shared().user();
    let (draft, form) = begun(&mut desk).await;
    let csv = format!(
        "name,email,key\nA,{},1\nB,b@example.org,2\nC,c@example.org,3",
        to.address
    );
    let form = form.set("csv", &csv);
    desk.browser.press(&form, "send").await;
    let page = desk.browser.page("/outbox").await;
    assert_eq!(outbox(&page).len(), 3);
    assert!(page.words().contains("Take all of this mailing back"));
    // By the last of them.
    let tags = page.tags();
    let form_of = tags
        .iter()
        .find(|tag| tag.get("action").ends_with("/cancellation"))
        .unwrap();
    let answer = desk.browser.post(form_of.get("action"), &[]).await;
    assert_eq!(draft_of(&answer), draft);
    assert!(outbox(&desk.browser.page("/outbox").await).is_empty());
    // It is a draft again, with its own recipients, and can be sent anew.
    let again = Form::of(
        &desk.browser.page(&format!("/drafts/{draft}")).await,
        "compose",
    );
    assert_eq!(again.value("to"), "own@example.org");
    let old = desk.browser.press(&form, "send").await;
    assert_eq!(old.status, 422, "the revision that was taken back is gone");
    undo_seconds(&desk.app, &desk.browser, 0).await;
    let page = desk.browser.page(&format!("/drafts/{draft}/merge")).await;
    let form =
        Form::of(&page, "form merge").set("csv", &format!("name,email,key\nA,{},1", to.address));
    desk.browser.press(&form, "send").await;
    assert_eq!(
        Imap::of(&to.address).await.only("INBOX").await.subject(),
        "For A"
    );
}

/// The page of a draft's mailing, with this table in it.
async fn mailing(desk: &mut Desk, draft: i64, csv: &str) -> Form {
    let page = desk.browser.page(&format!("/drafts/{draft}/merge")).await;
    Form::of(&page, "form merge").set("csv", csv)
}

/// What an earlier mailing of the draft is said to have reached.
fn reached(page: &Answer) -> String {
    markup::words(&markup::texts_of(&page.text(), "merge__reached").join(" "))
}

const FOUR: &str = "name,email,key\nA,a@example.org,1\nB,b@example.org,2\n\
                    C,c@example.org,3\nD,d@example.org,4\n";

/// How many messages the server has taken for each of the four.
fn taken(server: &Smtp) -> Vec<usize> {
    let taken = server.taken();
    let to = |name: &str| {
        let address = format!("{name}@example.org");
        taken
            .iter()
            .filter(|one| one.recipients == [address.clone()])
            .count()
    };
    ["a", "b", "c", "d"].map(to).to_vec()
}

fn state_of<'r>(rows: &'r [Row], name: &str) -> &'r str {
    let to = format!("To: {name}@example.org");
    let row = rows.iter().find(|row| row.words.contains(&to));
    row.map_or("", |row| row.state.as_str())
}

#[tokio::test]
async fn a_mailing_taken_back_halfway_goes_on_with_the_others() {
    let server = Smtp::start();
    let settings = Settings::sending(&server.url());
    let mut desk = Desk::of(Dovecot::shared().user(), settings).await;
    let email = desk.user.address.clone();
    let fields = [
        ("email", email.as_str()),
        ("bcc", "box@example.org"),
        ("is_default", "1"),
    ];
    desk.browser.post("/settings/identities", &fields).await;
    let (draft, form) = begun(&mut desk).await;

    // One arrives, one may have, one has to wait, and one has no such mailbox.
    server.at("RCPT a@example.org", Some(Act::Say("451 4.3.0 Later")));
    server.at("RCPT c@example.org", Some(Act::Say("451 4.3.0 Later")));
    server.at("RCPT d@example.org", Some(Act::Say("550 5.1.1 Nobody")));
    server.at("end", Some(Act::TakeAndDrop));
    desk.browser.press(&form.set("csv", FOUR), "send").await;
    let settled = |rows: &[Row]| {
        ["a", "b", "c", "d"].map(|name| state_of(rows, name))
            == ["delayed", "unconfirmed", "delayed", "failed"]
    };
    let rows = desk.until_outbox(settled).await;
    server.at("end", None);
    server.at("RCPT a@example.org", None);
    let of = |name: &str| {
        let to = format!("To: {name}@example.org");
        rows.iter()
            .find(|row| row.words.contains(&to))
            .unwrap()
            .clone()
    };
    desk.act(&of("a"), "schedule", &[("send_at", "now")]).await;
    desk.other.only("Sent").await;
    desk.until_outbox(|rows| state_of(rows, "a") == "sent")
        .await;
    // The first of them is filed, and the draft stays: the others are owed.
    let page = desk.browser.get(&format!("/drafts/{draft}")).await;
    assert_eq!(page.status, 200);
    // It is not to be changed now, or sent otherwise.
    let again = mailing(&mut desk, draft, FOUR).await;
    desk.browser.press(&again, "send").await;
    assert_eq!(outbox(&desk.browser.page("/outbox").await).len(), 4);
    // Off the list, and still known.
    desk.act(&of("a"), "removal", &[]).await;

    let back = desk.act(&of("c"), "cancellation", &[]).await;
    assert_eq!(draft_of(&back), draft);
    let page = desk.browser.page(&format!("/drafts/{draft}")).await;
    let words = page.words().replace(['\u{2068}', '\u{2069}'], "");
    assert!(words.contains("2 of 4 messages had gone out"), "{words}");
    let rows = outbox(&desk.browser.page("/outbox").await);
    assert_eq!((rows.len(), state_of(&rows, "b")), (1, "unconfirmed"));
    let old = desk.browser.press(&again, "send").await;
    assert_eq!(old.status, 422, "the revision that was taken back is gone");

    for name in ["c", "d"] {
        server.at(&format!("RCPT {name}@example.org"), None);
    }
    let form = mailing(&mut desk, draft, FOUR).await;
    let page = desk.browser.press(&form, "preview").await;
    assert_eq!(page.status, 200, "{}", problems(&page));
    let told = reached(&page).replace(['\u{2068}', '\u{2069}'], "");
    assert!(told.contains("reached 2 people"), "{told}");
    assert!(told.contains("Row 1: a@example.org has got it"), "{told}");
    assert!(
        told.contains("Row 2: b@example.org may have got it"),
        "{told}"
    );
    assert!(!told.contains("Row 3") && !told.contains("Row 4"), "{told}");
    assert!(page.words().contains("Send 2 messages"));
    assert!(page.words().contains("Nobody gets a Bcc of a mailing"));
    let form = Form::of(&page, "form merge");
    for _ in 0..2 {
        desk.browser.press(&form, "send").await;
    }
    desk.other.until("Sent", |mails| mails.len() == 3).await;
    assert_eq!(taken(&server), [1, 1, 1, 1]);
    assert_eq!(server.taken().len(), 4, "and nobody else got anything");
    // Nothing of this mailing is owed: the draft has done its work.
    desk.until_gone(draft).await;
    desk.other.until("Drafts", <[_]>::is_empty).await;
}

#[tokio::test]
async fn nobody_left_is_nobody_written_to() {
    let server = Smtp::start();
    let settings = Settings::sending(&server.url());
    let mut desk = Desk::of(Dovecot::shared().user(), settings).await;
    let (draft, form) = begun(&mut desk).await;
    server.at("RCPT b@example.org", Some(Act::Say("550 5.1.1 Nobody")));
    let two = "name,email,key\nA,a@example.org,1\nB,b@example.org,2\n";
    desk.browser.press(&form.set("csv", two), "send").await;
    let settled = |rows: &[Row]| ["a", "b"].map(|name| state_of(rows, name)) == ["sent", "failed"];
    let rows = desk.until_outbox(settled).await;
    desk.other.only("Sent").await;
    // Its writer gives up the one that failed: the text stays theirs.
    let failed = rows.iter().find(|row| row.state == "failed").unwrap();
    desk.act(failed, "removal", &[]).await;
    let form = mailing(&mut desk, draft, "name,email,key\nA,A@EXAMPLE.ORG,\n").await;
    for button in ["preview", "send"] {
        let page = desk.browser.press(&form, button).await;
        assert_eq!(page.status, 422);
        let told = problems(&page);
        assert!(told.contains("nobody is left"), "{told}");
        assert!(
            !told.contains("is empty"),
            "a row that is left out needs nothing: {told}"
        );
    }
    assert_eq!(server.taken().len(), 1);
}

#[tokio::test]
async fn what_failed_as_one_message_may_become_a_mailing() {
    let server = Smtp::start();
    let settings = Settings::sending(&server.url());
    let mut desk = Desk::of(Dovecot::shared().user(), settings).await;
    let (draft, form) = begun(&mut desk).await;
    let whole = desk.form(&format!("/drafts/{draft}")).await;
    server.at("MAIL", Some(Act::Say("550 5.7.1 Not today")));
    desk.browser.press(&whole, "send").await;
    desk.until_state("failed").await;
    server.at("MAIL", None);
    let page = desk.browser.press(&form.set("csv", FOUR), "send").await;
    assert_eq!(page.location().as_deref(), Some("/outbox"));
    desk.until_outbox(|rows| rows.iter().filter(|row| row.state == "sent").count() == 4)
        .await;
    assert_eq!(taken(&server), [1, 1, 1, 1]);
}

#[tokio::test]
async fn what_is_on_its_way_as_one_message_becomes_no_mailing() {
    let mut desk = Desk::new().await;
    undo_seconds(&desk.app, &desk.browser, 30).await;
    let (draft, form) = begun(&mut desk).await;
    let whole = desk.form(&format!("/drafts/{draft}")).await;
    desk.browser.press(&whole, "send").await;
    let page = desk.browser.press(&form.set("csv", FOUR), "send").await;
    assert_eq!(page.status, 422);
    assert!(
        page.words().contains("on its way already"),
        "{}",
        page.words()
    );
    assert_eq!(outbox(&desk.browser.page("/outbox").await).len(), 1);
}
