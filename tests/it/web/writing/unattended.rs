//! Sending at a chosen time with nobody signed in: only for who has allowed it.

use restante::clock::Clock;
use sqlx::{Connection as _, SqliteConnection};

use super::outbox;
use crate::support::{
    app::{Running, Settings, TestApp},
    browser::Browser,
    dovecot::{Dovecot, PASSWORD, User},
    form::Form,
    imap::Imap,
    smtp::{Act, Smtp},
};

/// 18 November 2026.
const START: i64 = 1_795_000_000_000;
const HOUR: i64 = 60 * 60 * 1000;

/// Somebody, and Ada, who allows everything: what becomes of her message, which is looked at last,
/// tells that the other one was considered.
struct Two {
    app: TestApp,
    server: Smtp,
    user: User,
    browser: Browser,
    other: Imap,
    ada: Imap,
}

impl Two {
    /// Both have a message that is due in an hour.
    async fn new(allowed: bool) -> Self {
        let server = Smtp::start();
        let settings = Settings::sending(&server.url());
        let app = settings.start_at(Clock::fixed(START)).await;
        let (user, ada) = (Dovecot::shared().user(), Dovecot::shared().user());
        let mut browser = app.signed_in(&user).await;
        let mut hers = app.signed_in(&ada).await;
        allow(&mut browser, allowed).await;
        allow(&mut hers, true).await;
        send_later(&mut browser, "to@example.org").await;
        send_later(&mut hers, "control@example.org").await;
        Self {
            app,
            server,
            browser,
            other: Imap::of(&user.address).await,
            ada: Imap::of(&ada.address).await,
            user,
        }
    }

    /// The program ends, and starts again when the messages are due, with nobody there.
    async fn hours_later(&mut self) -> Running {
        self.app.restart().await;
        self.app.reconnect(&mut self.browser);
        self.app.clock().advance(3 * HOUR);
        self.app.outbox()
    }

    /// Those that the server has taken a message for.
    fn taken(&self) -> Vec<String> {
        let taken = self.server.taken();
        taken.into_iter().flat_map(|one| one.recipients).collect()
    }

    async fn database(&self) -> SqliteConnection {
        let url = format!("sqlite:{}", self.app.data().join("restante.db").display());
        SqliteConnection::connect(&url).await.unwrap()
    }

    /// The accounts that the server may open by itself.
    async fn opened_by_the_server(&self) -> i64 {
        let sql = "SELECT COUNT(*) FROM credential_keys WHERE server_key <> ''";
        let mut db = self.database().await;
        sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap()
    }

    async fn words(&mut self) -> String {
        self.browser.page("/outbox").await.words()
    }
}

async fn allow(browser: &mut Browser, yes: bool) {
    let form = Form::of(&browser.page("/settings/writing").await, "form");
    let mut fields = vec![
        ("writes", form.value("writes")),
        ("undo_seconds", form.value("undo_seconds")),
    ];
    fields.extend(yes.then_some(("unattended", "1")));
    let answer = browser.post("/settings/writing", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let form = Form::of(&browser.page("/settings/writing").await, "form");
    assert_eq!(form.value("unattended") == "1", yes);
}

async fn send_later(browser: &mut Browser, to: &str) {
    let due = jiff::Timestamp::from_millisecond(START + HOUR).unwrap();
    let form = Form::of(&browser.page("/compose").await, "compose")
        .set("to", to)
        .set("subject", "Later")
        .set("text", "Some words.\n")
        .set("send_at", &due.strftime("%Y-%m-%dT%H:%M").to_string());
    let answer = browser.press(&form, "later").await;
    assert_eq!(answer.status, 303, "{}", answer.text());
}

#[tokio::test]
async fn it_goes_out_with_nobody_signed_in() {
    let mut two = Two::new(true).await;
    let page = two.browser.page("/compose").await;
    assert!(page.words().contains("whether you are signed in or not"));
    let words = two.words().await;
    assert!(!words.contains("if you are signed in"), "{words}");
    assert_eq!(two.opened_by_the_server().await, 2);
    let _outbox = two.hours_later().await;
    let sent = two.other.only("Sent").await;
    assert_eq!(sent.subject(), "Later");
    two.ada.only("Sent").await;
    // They go side by side.
    let mut taken = two.taken();
    taken.sort();
    assert_eq!(taken, ["control@example.org", "to@example.org"]);
    let words = two.words().await;
    assert!(!words.contains("waited"), "{words}");
}

#[tokio::test]
async fn without_the_permission_it_waits_and_says_so() {
    let mut two = Two::new(false).await;
    let page = two.browser.page("/compose").await;
    assert!(
        page.words()
            .contains("if you are signed in, else as soon as")
    );
    let words = two.words().await;
    assert!(words.contains("if you are signed in then"), "{words}");
    assert_eq!(two.opened_by_the_server().await, 1);
    let _outbox = two.hours_later().await;
    two.ada.only("Sent").await;
    assert_eq!(two.taken(), ["control@example.org"]);
    // Somebody comes back, with the session that they had.
    two.words().await;
    two.other.only("Sent").await;
    let words = two.words().await;
    assert!(words.contains("waited until you were signed in"), "{words}");
    assert_eq!(two.taken().len(), 2);
}

#[tokio::test]
async fn taken_away_it_opens_nothing() {
    let mut two = Two::new(true).await;
    allow(&mut two.browser, false).await;
    assert_eq!(
        two.opened_by_the_server().await,
        1,
        "the key is gone at once"
    );
    let _outbox = two.hours_later().await;
    two.ada.only("Sent").await;
    assert_eq!(two.taken(), ["control@example.org"]);
}

#[tokio::test]
async fn a_password_that_is_refused_waits_for_another() {
    let mut two = Two::new(true).await;
    two.server.at("AUTH", Some(Act::Say("535 5.7.8 Wrong")));
    let _outbox = two.hours_later().await;
    let mut db = two.database().await;
    let refused = "SELECT COUNT(*) FROM submissions WHERE last_reply LIKE 'password 535%'";
    while sqlx::query_scalar::<_, i64>(refused)
        .fetch_one(&mut db)
        .await
        .unwrap()
        < 2
    {}
    // With the session of before one can look: nothing is tried with what was refused.
    let rows = outbox(&two.browser.page("/outbox").await);
    assert_eq!(rows[0].state, "waiting", "{rows:?}");
    assert!(rows[0].words.contains("Sign in again"), "{rows:?}");
    two.server.at("AUTH", None);
    let tried = two.server.heard("AUTH");
    let mut again = two.app.browser();
    let answer = again.sign_in(&two.user.address, PASSWORD).await;
    assert_eq!(answer.status, 303);
    two.other.only("Sent").await;
    assert_eq!(two.taken(), ["to@example.org"]);
    assert_eq!(two.server.heard("AUTH"), tried + 1);
}
