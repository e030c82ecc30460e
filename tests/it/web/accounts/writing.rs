//! Writing from several accounts: the draft lies where its writer is, and goes out from there.

use super::{added, inbox};
use crate::support::{
    app::{Settings, TestApp},
    browser::Browser,
    dovecot::User,
    form::Form,
    letter::letter,
    smtp::Smtp,
};
use crate::web::PATIENCE;

struct Desk {
    app: TestApp,
    first: User,
    second: User,
    browser: Browser,
    smtp: Smtp,
}

impl Desk {
    async fn new() -> Self {
        let smtp = Smtp::start();
        let app = Settings::sending(&smtp.url()).start().await;
        let (first, second) = (inbox(&[("one", 1)], 1), inbox(&[("one", 1)], 2));
        let mut browser = app.signed_in(&first).await;
        let fields = [("writes", "text"), ("undo_seconds", "0")];
        browser.post("/settings/writing", &fields).await;
        added(&mut browser, &second.address).await;
        Self {
            app,
            first,
            second,
            browser,
            smtp,
        }
    }

    async fn form(&mut self, path: &str) -> Form {
        Form::of(&self.browser.page(path).await, "compose")
    }

    /// The value that chooses to write as this address.
    async fn writer(&mut self, address: &str) -> String {
        let page = self.browser.page("/compose").await.text();
        let list = page
            .split("name=\"identity\"")
            .nth(1)
            .expect("a choice of writers");
        let list = list.split("</select>").next().unwrap();
        let line = list.split("<option ").find(|line| line.contains(address));
        let line = line.unwrap_or_else(|| panic!("nobody writes as {address}"));
        line.split('"').nth(1).unwrap().to_owned()
    }
}

/// Waits for what another program sees.
async fn until(user: &User, folder: &str, wanted: impl Fn(&str) -> bool) {
    let look = async {
        loop {
            let seen = user.doveadm(&["fetch"], &["hdr.subject", "mailbox", folder], b"");
            if wanted(&seen) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, look).await;
    waited.unwrap_or_else(|_| panic!("{folder} of {} is not so", user.address));
}

#[tokio::test]
async fn a_draft_goes_to_the_account_of_its_writer_whole() {
    let mut desk = Desk::new().await;
    let (mine, other) = (desk.first.address.clone(), desk.second.address.clone());
    let (mine, other) = (desk.writer(&mine).await, desk.writer(&other).await);
    let form = desk.form("/compose").await;
    assert_eq!(
        form.value("identity"),
        mine,
        "one writes as the account signed in with"
    );
    let form = form
        .set("subject", "Plans")
        .set("text", "Every word.\n")
        .file("notes.txt", "text/plain", b"the notes");
    let answer = desk.browser.press(&form, "save").await;
    let draft = answer.location().unwrap();
    until(&desk.first, "Drafts", |seen| seen.contains("Plans")).await;

    let form = desk.form(&draft).await.set("identity", &other);
    let answer = desk.browser.press(&form, "save").await;
    assert_eq!(answer.location().unwrap(), draft, "{}", answer.text());
    let page = desk.browser.page(&draft).await;
    assert!(page.text().contains("notes.txt"));
    let form = Form::of(&page, "compose");
    assert_eq!(form.value("text"), "Every word.\n");
    assert_eq!(form.value("identity"), other);
    until(&desk.second, "Drafts", |seen| seen.contains("Plans")).await;
    until(&desk.first, "Drafts", |seen| !seen.contains("Plans")).await;

    // Sent from there, and filed there.
    let _outbox = desk.app.outbox();
    let form = desk.form(&draft).await.set("to", "bea@example.net");
    let answer = desk.browser.press(&form, "send").await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let given = desk.smtp.given().await;
    assert_eq!(given.recipients, ["bea@example.net"]);
    assert!(given.raw.contains(&desk.second.address), "{}", given.raw);
    assert!(!given.raw.contains(&desk.first.address), "{}", given.raw);
    assert!(given.raw.contains("notes.txt"));
    until(&desk.second, "Sent", |seen| seen.contains("Plans")).await;
    until(&desk.second, "Drafts", |seen| !seen.contains("Plans")).await;
    let words = desk.browser.page("/outbox").await.words();
    assert!(words.contains("Plans"), "{words}");
}

#[tokio::test]
async fn an_answer_comes_from_the_account_that_was_written_to() {
    let mut desk = Desk::new().await;
    let to = letter("Question").header("To", &desk.second.address).raw();
    desk.second.deliver(&to);
    let page = desk.browser.page("/all").await;
    let link = page.tags();
    let link = link
        .iter()
        .find(|tag| tag.get("class") == "row__link")
        .unwrap();
    let path = link.get("href").split('?').next().unwrap().to_owned();
    let other = desk.second.address.clone();
    let other = desk.writer(&other).await;
    let form = desk.form(&format!("{path}/reply")).await;
    assert_eq!(form.value("identity"), other);
    let _outbox = desk.app.outbox();
    let form = form.set("text", "An answer.\n");
    let answer = desk.browser.press(&form, "send").await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let given = desk.smtp.given().await;
    assert!(given.raw.contains(&desk.second.address), "{}", given.raw);
    until(&desk.second, "Sent", |seen| seen.contains("Re: Question")).await;
}

#[tokio::test]
async fn nobody_writes_as_another_person() {
    let mut desk = Desk::new().await;
    let mut stranger = desk.app.signed_in(&inbox(&[], 1)).await;
    let page = stranger.page("/compose").await;
    let theirs = Form::of(&page, "compose").value("identity").to_owned();
    let mine = desk.first.address.clone();
    let mine = desk.writer(&mine).await;
    assert_ne!(theirs, mine);
    let form = desk.form("/compose").await;
    let form = form.set("identity", &theirs).set("text", "words\n");
    let answer = desk.browser.press(&form, "save").await;
    let draft = answer.location().unwrap();
    assert_eq!(stranger.get(&draft).await.status, 404);
    let page = desk.browser.page(&draft).await;
    assert_ne!(Form::of(&page, "compose").value("identity"), theirs);
}
