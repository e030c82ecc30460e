//! The copy of a draft in the Drafts folder, for other programs.

use restante::clock::Clock;

use super::{Desk, draft_of, exim};
use crate::support::{app::Settings, dovecot::Dovecot, imap::Mail, letter::letter};

#[tokio::test]
async fn a_draft_that_rests_is_copied_and_the_copy_replaced() {
    let user = Dovecot::shared().user();
    let clock = Clock::fixed(1_795_000_000_000);
    let mut desk = Desk::at(user, Settings::sending(&exim()), clock).await;
    let form = desk.form("/compose").await.set("text", "one");
    // A save by itself, not by the person: nothing yet.
    let saved = desk.browser.press_in_script(&form, "").await.json();
    let path = saved["path"].as_str().unwrap().to_owned();
    let mut uids = Vec::new();
    for text in ["one", "two", "three"] {
        let form = desk.form(&path).await.set("text", text);
        desk.browser.press_in_script(&form, "").await;
        desk.app.clock().advance(60_001);
        let house = desk.app.housekeeping();
        let is_it = |mails: &[Mail]| mails.len() == 1 && mails[0].body().trim_end() == text;
        let mails = desk.other.until("Drafts", is_it).await;
        uids.push(mails[0].uid);
        drop(house);
    }
    assert!(uids.is_sorted() && uids[0] < uids[2], "{uids:?}");
}

#[tokio::test]
async fn exactly_one_message_is_replaced() {
    let mut desk = Desk::new().await;
    let theirs = letter("Theirs").text("words");
    desk.other.append("Drafts", "\\Draft", &theirs.raw()).await;
    let form = desk.form("/compose").await;
    let form = form.set("subject", "Theirs").set("text", "one");
    let draft = draft_of(&desk.browser.press(&form, "save").await);
    desk.other.until("Drafts", |mails| mails.len() == 2).await;
    let form = desk.form(&format!("/drafts/{draft}")).await;
    desk.browser.press(&form.set("text", "two"), "save").await;
    let is_it = |mails: &[Mail]| mails.len() == 2 && mails[1].body().trim_end() == "two";
    let mails = desk.other.until("Drafts", is_it).await;
    assert_eq!(mails[0].body().trim_end(), "words");
}

#[tokio::test]
async fn what_another_program_made_of_the_copy_stays() {
    let mut desk = Desk::new().await;
    let form = desk.form("/compose").await;
    let form = form.set("subject", "Shared").set("text", "one");
    let draft = draft_of(&desk.browser.press(&form, "save").await);
    let copy = desk.other.only("Drafts").await;
    // As mail programs edit: another message, and the one before is removed.
    let edited = copy.text().replace("one", "edited elsewhere");
    desk.other
        .append("Drafts", "\\Draft \\Seen", edited.as_bytes())
        .await;
    desk.other.expunge("Drafts", copy.uid).await;
    let form = desk.form(&format!("/drafts/{draft}")).await;
    desk.browser
        .press(&form.set("text", "edited here"), "save")
        .await;
    let mails = desk.other.until("Drafts", |mails| mails.len() == 2).await;
    let texts: Vec<String> = mails
        .iter()
        .map(|mail| mail.body().trim_end().to_owned())
        .collect();
    assert_eq!(texts, ["edited elsewhere", "edited here"]);
    // Each is gone on with as what it is.
    let list = desk.browser.page("/").await.folder("Drafts");
    let page = desk.browser.page(&list).await;
    let mut found = Vec::new();
    for row in page.rows() {
        let form = desk.form(&format!("{list}/{row}/edit")).await;
        found.push((
            form.action.clone(),
            form.value("text").trim_end().to_owned(),
        ));
    }
    found.sort();
    assert_eq!(
        found,
        [
            ("/drafts".to_owned(), "edited elsewhere".to_owned()),
            (format!("/drafts/{draft}"), "edited here".to_owned()),
        ]
    );
}

#[tokio::test]
async fn a_copy_that_was_saved_just_before_sending_does_not_stay() {
    let mut desk = Desk::new().await;
    for number in 0..5 {
        let form = desk.form("/compose").await;
        let form = form
            .set("to", "ada@example.org")
            .set("subject", &format!("Quick {number}"))
            .set("text", "words");
        let draft = draft_of(&desk.browser.press(&form, "save").await);
        let form = desk.form(&format!("/drafts/{draft}")).await;
        desk.browser.press(&form, "send").await;
        let many = number + 1;
        desk.other.until("Sent", |mails| mails.len() == many).await;
        desk.until_gone(draft).await;
        desk.other.until("Drafts", <[_]>::is_empty).await;
    }
}
