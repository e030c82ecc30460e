//! What the engine promises of a mailbox, held for each kind of it alike: on an IMAP server (a real
//! Dovecot) and in our own store. A difference that is meant stands in the test as such.

mod changes;
mod commands;
mod filing;
mod folders;
mod lists;
mod reading;
mod searching;
pub(crate) mod threads;
mod transfer;
mod writing;

use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use futures_util::stream;
use restante::{
    clock::Clock,
    engine::{
        Account, Error,
        list::{Anchor, ListPage, Window},
        local::Deposit,
        secrets::Key,
    },
    mail::{
        email::EmailSummary,
        id::EmailId,
        mailbox::{Mailbox, Role},
        query,
        sample::SampleMessage,
        sort::Sort,
    },
};
use secrecy::SecretString;

use crate::support::{
    app::{Settings, TestApp},
    browser::Browser,
    dovecot::{Dovecot, PASSWORD, User},
    letter::letter,
};

/// Longer than anything takes on a busy machine; a test that waits this long has failed.
pub(crate) const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// Makes a test of each kind of mailbox out of each `async fn(Kind)` named.
macro_rules! alike {
    ($($test:ident),* $(,)?) => {
        mod imap {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::contract::Kind::Imap).await;
            })*
        }

        mod local {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::contract::Kind::Local).await;
            })*
        }
    };
}
pub(crate) use alike;

/// Where the mail lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Imap,
    Local,
}

/// Somebody signed in to a mailbox that is their own.
pub(crate) struct Place {
    pub(crate) account: Account,
    pub(crate) browser: Browser,
    pub(crate) app: TestApp,
    pub(crate) address: String,
    /// On the IMAP server.
    pub(crate) user: Option<User>,
}

impl Place {
    pub(crate) async fn with(kind: Kind, messages: &[SampleMessage]) -> Self {
        Self::at(kind, messages, Settings::default()).await
    }

    pub(crate) async fn at(kind: Kind, messages: &[SampleMessage], settings: Settings) -> Self {
        Self::when(kind, messages, settings, Clock::system()).await
    }

    /// At a time that a test sets.
    pub(crate) async fn when(
        kind: Kind,
        messages: &[SampleMessage],
        settings: Settings,
        clock: Clock,
    ) -> Self {
        match kind {
            Kind::Imap => {
                let user = Dovecot::shared().user();
                if !messages.is_empty() {
                    user.fill(messages);
                }
                let app = settings.start_at(clock).await;
                Self::signed_in(app, user.address.clone(), Some(user)).await
            }
            Kind::Local => Self::local(settings.start_at(clock).await, messages).await,
        }
    }

    /// In a mailbox that lives in this application.
    pub(crate) async fn local(app: TestApp, messages: &[SampleMessage]) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let address = format!("local{number}@here.example");
        let (engine, password) = (app.app().engine(), SecretString::from(PASSWORD));
        engine
            .set_local_password(&address, &password)
            .await
            .unwrap();
        for message in messages {
            deposit(&app, &address, message).await;
        }
        Self::signed_in(app, address, None).await
    }

    async fn signed_in(app: TestApp, address: String, user: Option<User>) -> Self {
        let mut browser = app.browser();
        let answer = browser.sign_in(&address, PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        Self {
            account: app.account(&browser).await,
            browser,
            app,
            address,
            user,
        }
    }

    /// What is sent goes out without a time to take it back.
    pub(crate) async fn sends_at_once(&self) {
        let key = Key::from_text(self.browser.session_cookie()).unwrap();
        let engine = self.app.app().engine();
        let session = engine.session(&key).await.unwrap().unwrap();
        let choices = "{\"undoSeconds\":0}";
        engine
            .set_setting(session.user, "pages", choices)
            .await
            .unwrap();
    }

    /// With messages of these subjects in the inbox, the first one oldest.
    pub(crate) async fn with_subjects(kind: Kind, subjects: &[&str]) -> Self {
        let messages: Vec<_> = (0..)
            .zip(subjects)
            .map(|(second, subject)| mail("INBOX", second, letter(subject).text("Text.").raw()))
            .collect();
        Self::with(kind, &messages).await
    }

    /// A message arrives, as if by another process.
    pub(crate) async fn arrives(&self, raw: &[u8]) {
        match &self.user {
            Some(user) => user.deliver(raw),
            None => {
                deposit(
                    &self.app,
                    &self.address,
                    &mail("INBOX", 100_000, raw.to_vec()),
                )
                .await
            }
        }
    }

    pub(crate) async fn folder(&self, path: &str) -> Mailbox {
        let list = self.account.mailboxes_now().await.unwrap();
        let found = list.iter().find(|mailbox| mailbox.path == path);
        found
            .cloned()
            .unwrap_or_else(|| panic!("no {path} in {list:?}"))
    }

    pub(crate) async fn role(&self, role: Role) -> Mailbox {
        self.account.mailbox_for(role).await.unwrap()
    }

    async fn list(&self, mailbox: &Mailbox, anchor: Anchor, limit: u32) -> ListPage {
        let window = Window {
            mailbox: mailbox.id,
            filter: None,
            sort: Sort::default(),
            anchor,
            limit,
        };
        let page = self.account.list(&window).await.unwrap();
        ListPage::clone(&page)
    }

    /// In an order, the whole folder or what is found.
    async fn ordered(
        &self,
        mailbox: &Mailbox,
        typed: Option<&str>,
        sort: Sort,
        anchor: Anchor,
        limit: u32,
    ) -> ListPage {
        let window = Window {
            mailbox: mailbox.id,
            filter: typed.map(query::parse),
            sort,
            anchor,
            limit,
        };
        let page = self.account.list(&window).await.unwrap();
        ListPage::clone(&page)
    }

    pub(crate) async fn rows(&self, mailbox: &Mailbox) -> Vec<EmailSummary> {
        self.list(mailbox, Anchor::Newest, 200).await.rows
    }

    pub(crate) async fn row(&self, mailbox: &Mailbox, subject: &str) -> EmailSummary {
        let rows = self.rows(mailbox).await;
        let found = rows.iter().find(|row| row.subject == subject);
        found
            .cloned()
            .unwrap_or_else(|| panic!("no {subject} in {:?}", subjects(&rows)))
    }

    async fn ids(&self, mailbox: &Mailbox, subjects: &[&str]) -> Vec<EmailId> {
        let rows = self.rows(mailbox).await;
        let id = |subject: &&str| rows.iter().find(|row| row.subject == *subject).unwrap().id;
        subjects.iter().map(id).collect()
    }

    /// Subjects in alphabetical order: where a message that was moved stands among others depends
    /// on the kind of mailbox.
    pub(crate) async fn sorted(&self, mailbox: &Mailbox) -> Vec<String> {
        let mut all = subjects(&self.rows(mailbox).await);
        all.sort();
        all
    }

    async fn found(&self, mailbox: &Mailbox, typed: &str) -> Vec<String> {
        let window = Window {
            mailbox: mailbox.id,
            filter: Some(query::parse(typed)),
            sort: Sort::default(),
            anchor: Anchor::Newest,
            limit: 50,
        };
        subjects(&self.account.list(&window).await.unwrap().rows)
    }
}

pub(crate) async fn deposit(app: &TestApp, address: &str, message: &SampleMessage) {
    let raw = Bytes::from(message.raw.clone());
    let deposit = Deposit {
        folder: &message.folder,
        keywords: &message.keywords,
        received_at: Some(message.received_at),
    };
    let pieces = stream::iter([Ok::<_, Error>(raw)]);
    let deposited = app.app().engine().deposit(address, &deposit, pieces);
    deposited.await.unwrap();
}

fn subjects(rows: &[EmailSummary]) -> Vec<String> {
    rows.iter().map(|row| row.subject.clone()).collect()
}

/// A message for a folder, received so many seconds after the others.
pub(crate) fn mail(folder: &str, second: i64, raw: Vec<u8>) -> SampleMessage {
    SampleMessage {
        folder: folder.to_owned(),
        keywords: std::iter::empty::<&str>().collect(),
        received_at: 1_790_000_000_000 + second * 1000,
        raw,
    }
}
