//! POP3 accounts from a browser's side, over Dovecot's POP3; a scripted server for what Dovecot
//! does not say on request.

mod background;
mod doors;
mod mailbox;
mod policies;

use tokio::time::{Duration, sleep, timeout};

use super::PATIENCE;
use crate::support::{
    app::{Running, Settings, TestApp},
    browser::{Answer, Browser},
    dovecot::{Dovecot, User},
    letter::letter,
};

const PAGE: &str = "/settings/collection";

/// Somebody with a POP3 account, signed in, for whom mail is collected.
struct Post {
    app: TestApp,
    user: User,
    browser: Browser,
    _collecting: Running,
}

impl Post {
    /// The server holds messages with these subjects.
    async fn new(subjects: &[&str], more: &str) -> Self {
        let user = Dovecot::shared().user();
        for subject in subjects {
            deliver(&user, subject);
        }
        let app = Settings::collecting(more).start().await;
        let browser = app.signed_in(&user).await;
        let collecting = app.collecting();
        Self {
            app,
            user,
            browser,
            _collecting: collecting,
        }
    }

    /// The subjects in the inbox, once there are so many, in the order of the alphabet.
    async fn inbox(&mut self, count: usize) -> Vec<String> {
        let has = |page: &Answer| page.subjects().len() == count;
        let mut subjects = until(&mut self.browser, "/", has).await.subjects();
        subjects.sort_unstable();
        subjects
    }

    /// The path of the message with this subject.
    async fn message(&mut self, subject: &str) -> String {
        let page = self.browser.visit("/").await;
        let at = page.subjects().iter().position(|own| own == subject);
        format!("{}/{}", page.folder("Inbox"), page.rows()[at.unwrap()])
    }

    /// Checks for mail now, and waits for it to have happened.
    async fn check(&mut self) -> Answer {
        let answer = self.browser.post("/settings/collection/runs", &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let is_done = |page: &Answer| {
            let words = page.words();
            words.contains("Next check: ") || words.contains("Next try: ")
        };
        until(&mut self.browser, PAGE, is_done).await
    }

    /// What the server lists now, by its own word.
    async fn left(&self) -> usize {
        left(&self.user).await
    }
}

fn deliver(user: &User, subject: &str) {
    user.deliver(&letter(subject).from("Ada <ada@example.org>").raw());
}

async fn left(user: &User) -> usize {
    let connector = crate::pop3::dovecot(&user.address);
    let mut session = restante::pop3::open(&connector).await.unwrap();
    let listing = session.listing().await.unwrap();
    session.quit().await.unwrap();
    listing.messages.len()
}

/// A page, once it is as it should be: asked for again with each word of the stream of events.
async fn until(browser: &mut Browser, path: &str, fits: impl Fn(&Answer) -> bool) -> Answer {
    let mut events = browser.events("/events", None).await;
    let outcome = timeout(PATIENCE, async {
        loop {
            let page = browser.visit(path).await;
            if fits(&page) {
                return page;
            }
            // A next check that is due has no event of its own.
            tokio::select! {
                event = events.next() => assert!(event.is_some()),
                () = sleep(Duration::from_millis(500)) => {}
            }
        }
    });
    match outcome.await {
        Ok(page) => page,
        Err(_) => panic!("{path} stays: {}", browser.visit(path).await.words()),
    }
}
