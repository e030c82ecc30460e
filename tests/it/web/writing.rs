//! Writing and sending through the pages: a real Dovecot, a real Exim that delivers into it, and
//! scripted servers for what these do not do on request.

mod answers;
mod contacts;
mod merging;
mod plain;
mod receipts;
mod reports;
mod templates;

use restante::engine::secrets::Key;

use crate::support::{
    app::{Running, Settings, TestApp},
    browser::{Answer, Browser},
    dovecot::{Dovecot, User},
    exim::Exim,
    form::Form,
    imap::Imap,
};

/// Somebody at their mail: signed in, with the outbox running.
struct Desk {
    app: TestApp,
    user: User,
    browser: Browser,
    /// The same mailbox in another program.
    other: Imap,
    _outbox: Running,
}

impl Desk {
    /// Sends through Exim, at once.
    async fn new() -> Self {
        Self::of(Dovecot::shared().user(), Settings::sending(&exim())).await
    }

    /// Somebody whose mailbox is filled already.
    async fn of(user: User, settings: Settings) -> Self {
        let app = settings.start().await;
        let browser = app.signed_in(&user).await;
        undo_seconds(&app, &browser, 0).await;
        Self {
            other: Imap::of(&user.address).await,
            _outbox: app.outbox(),
            app,
            user,
            browser,
        }
    }

    /// The form of a new message, or of another page.
    async fn form(&mut self, path: &str) -> Form {
        Form::of(&self.browser.page(path).await, "compose")
    }

    /// Where a message in this folder is answered: `/m/…/…`.
    async fn message(&mut self, folder: &str, subject: &str) -> String {
        let list = self.browser.page("/").await.folder(folder);
        let page = self.browser.page(&list).await;
        let at = page.subjects().iter().position(|own| own == subject);
        let at = at.unwrap_or_else(|| panic!("no {subject} in {folder}: {}", page.text()));
        format!("{list}/{}", page.rows()[at])
    }
}

/// The URL of Exim's submission service.
fn exim() -> String {
    format!("smtps://127.0.0.1:{}", Exim::shared().port("SMTP_TLS"))
}

/// So long a message can be taken back.
async fn undo_seconds(app: &TestApp, browser: &Browser, seconds: u32) {
    prefers(app, browser, &format!("{{\"undoSeconds\":{seconds}}}")).await;
}

/// Chooses, as in the settings.
async fn prefers(app: &TestApp, browser: &Browser, choices: &str) {
    let key = Key::from_text(browser.session_cookie()).unwrap();
    let engine = app.app().engine();
    let session = engine.session(&key).await.unwrap().unwrap();
    engine
        .set_setting(session.user, "pages", choices)
        .await
        .unwrap();
}

/// The number of the draft that an answer leads to.
fn draft_of(answer: &Answer) -> i64 {
    assert_eq!(answer.status, 303, "{}", answer.text());
    let location = answer.location().unwrap();
    let number = location.strip_prefix("/drafts/");
    let number = number.unwrap_or_else(|| panic!("{location}"));
    number.parse().unwrap()
}

/// What an outbox page says: state and words of each message.
fn outbox(page: &Answer) -> Vec<(String, String)> {
    let tags = page.tags();
    let rows = tags
        .iter()
        .filter(|tag| tag.get("class") == "card outbox__row");
    let words = crate::support::markup::texts_of(&page.text(), "outbox__row");
    rows.map(|tag| tag.get("data-state").to_owned())
        .zip(
            words
                .iter()
                .map(|words| words.split_whitespace().collect::<Vec<_>>().join(" ")),
        )
        .collect()
}

/// The files that a form shows.
fn file_names(page: &Answer) -> Vec<String> {
    let tags = page.tags();
    tags.iter()
        .filter(|tag| tag.get("class") == "file__name" && tag.name == "a")
        .map(|tag| tag.get("title").to_owned())
        .collect()
}
