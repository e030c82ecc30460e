//! Writing and sending through the pages: a real Dovecot, a real Exim that delivers into it, and
//! scripted servers for what these do not do on request.

mod again;
mod answers;
mod conflicts;
mod contacts;
mod copies;
mod faults;
mod kills;
mod merging;
mod outbox;
mod plain;
mod receipts;
mod reports;
mod templates;
mod unattended;
mod uploads;

use restante::{clock::Clock, engine::secrets::Key};
use tokio::time::timeout;

use super::PATIENCE;
use crate::support::{
    app::{Running, Settings, TestApp},
    browser::{Answer, Browser},
    dovecot::{Dovecot, User},
    exim::Exim,
    form::Form,
    imap::Imap,
    markup,
};

/// Somebody at their mail: signed in, with the outbox running.
struct Desk {
    app: TestApp,
    user: User,
    browser: Browser,
    /// The same mailbox in another program.
    other: Imap,
    outbox: Running,
}

impl Desk {
    /// Sends through Exim, at once.
    async fn new() -> Self {
        Self::of(Dovecot::shared().user(), Settings::sending(&exim())).await
    }

    /// Somebody whose mailbox is filled already.
    async fn of(user: User, settings: Settings) -> Self {
        Self::at(user, settings, Clock::system()).await
    }

    /// The same at a time that the test sets.
    async fn at(user: User, settings: Settings, clock: Clock) -> Self {
        let app = settings.start_at(clock).await;
        let browser = app.signed_in(&user).await;
        undo_seconds(&app, &browser, 0).await;
        Self {
            other: Imap::of(&user.address).await,
            outbox: app.outbox(),
            app,
            user,
            browser,
        }
    }

    /// The time has been set: what is due by now is looked for at once.
    fn look_again(&mut self) {
        self.outbox = self.app.outbox();
    }

    /// The form of a new message, or of another page.
    async fn form(&mut self, path: &str) -> Form {
        Form::of(&self.browser.page(path).await, "compose")
    }

    /// Waits until the outbox is as it should be, and gives it: state and words of each message.
    async fn until_outbox(&mut self, what: impl Fn(&[Row]) -> bool) -> Vec<Row> {
        let account = self.app.account(&self.browser).await;
        let mut events = account.subscribe().unwrap();
        let mut rows = outbox(&self.browser.page("/outbox").await);
        while !what(&rows) {
            if timeout(PATIENCE, events.recv()).await.is_err() {
                panic!("the outbox is not as it should be: {rows:#?}");
            }
            rows = outbox(&self.browser.page("/outbox").await);
        }
        rows
    }

    /// The only message of the outbox, once it is in this state.
    async fn until_state(&mut self, state: &str) -> Row {
        let is_there = |rows: &[Row]| rows.len() == 1 && rows[0].state == state;
        self.until_outbox(is_there).await.remove(0)
    }

    /// Waits until a draft is gone.
    async fn until_gone(&mut self, draft: i64) {
        let account = self.app.account(&self.browser).await;
        let mut events = account.subscribe().unwrap();
        let path = format!("/drafts/{draft}");
        while self.browser.get(&path).await.status != 404 {
            timeout(PATIENCE, events.recv()).await.unwrap().unwrap();
        }
    }

    /// Writes a message and sends it; the form without a script.
    async fn send(&mut self, to: &str, subject: &str) -> Answer {
        let form = self.form("/compose").await;
        let form = form
            .set("to", to)
            .set("subject", subject)
            .set("text", "Some words.\n");
        let answer = self.browser.press(&form, "send").await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer
    }

    /// Presses a button of the only message in the outbox.
    async fn act(&mut self, row: &Row, verb: &str, fields: &[(&str, &str)]) -> Answer {
        let path = format!("/outbox/{}/{verb}", row.id);
        self.browser.post(&path, fields).await
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

/// A message in the outbox.
#[derive(Clone, Debug)]
struct Row {
    id: i64,
    state: String,
    words: String,
}

/// What an outbox page says.
fn outbox(page: &Answer) -> Vec<Row> {
    let tags = page.tags();
    let rows = tags
        .iter()
        .filter(|tag| tag.get("class") == "card outbox__row");
    let words = markup::texts_of(&page.text(), "outbox__row");
    rows.zip(words)
        .map(|(tag, words)| Row {
            id: tag.get("id").strip_prefix("s-").unwrap().parse().unwrap(),
            state: tag.get("data-state").to_owned(),
            words: words
                .replace(['\u{2068}', '\u{2069}'], "")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
        })
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
