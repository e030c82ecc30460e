//! The whole application in a temporary directory, signed in to the shared Dovecot.

use std::{fmt::Write as _, fs};

use restante::{
    app::App,
    clock::Clock,
    config::Config,
    engine::{Account, Policy, secrets::Key},
};
use tempfile::TempDir;

use super::{
    browser::Browser,
    dovecot::{Dovecot, PASSWORD, User},
    provider::Provider,
};

/// What the browsers of these tests have in their address bar unless a test says otherwise.
pub(crate) const PUBLIC_URL: &str = "http://localhost:8080";

/// A running application. Its data goes when it is dropped.
pub(crate) struct TestApp {
    app: App,
    clock: Clock,
    settings: String,
    policy: Policy,
    data: TempDir,
}

/// What a test wants to be different.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    public_url: String,
    top: String,
    servers: String,
    policy: Policy,
    slowness: u32,
}

/// What a page waits for only a moment is waited for longer here: this machine does a dozen other
/// things.
const SLOWNESS: u32 = 10;

impl Default for Settings {
    /// Everybody signs in at the shared Dovecot, over TLS that is checked.
    fn default() -> Self {
        let dovecot = Dovecot::shared();
        let ca = dovecot.ca_pem();
        Self::empty().server(
            "*",
            &format!("imaps://127.0.0.1:{}", dovecot.port("IMAPS")),
            &format!("tls_ca = {ca:?}"),
        )
    }
}

impl Settings {
    /// No server at all.
    pub(crate) fn empty() -> Self {
        Self {
            public_url: PUBLIC_URL.to_owned(),
            top: String::new(),
            servers: String::new(),
            policy: Policy::public(),
            slowness: SLOWNESS,
        }
    }

    pub(crate) fn public_url(mut self, url: &str) -> Self {
        url.clone_into(&mut self.public_url);
        self
    }

    /// Pages wait no longer than they do for people.
    pub(crate) fn hasty(mut self) -> Self {
        self.slowness = 1;
        self
    }

    /// Where people may lead us.
    pub(crate) fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Lines of TOML: `limits.sign_in_failures = 2`.
    pub(crate) fn top(mut self, lines: &str) -> Self {
        self.top += lines;
        self.top.push('\n');
        self
    }

    /// Everybody signs in at the shared Dovecot and sends through this URL, trusted as Dovecot is.
    pub(crate) fn sending(smtp: &str) -> Self {
        let dovecot = Dovecot::shared();
        let more = format!("smtp = {smtp:?}\ntls_ca = {:?}", dovecot.ca_pem());
        let imap = format!("imaps://127.0.0.1:{}", dovecot.port("IMAPS"));
        Self::empty().server("*", &imap, &more)
    }

    /// Everybody has a POP3 account at the shared Dovecot; `more` are further lines.
    pub(crate) fn collecting(more: &str) -> Self {
        let dovecot = Dovecot::shared();
        let pop3 = format!("pop3s://127.0.0.1:{}", dovecot.port("POP3S"));
        Self::empty().pop3(
            "*",
            &pop3,
            &format!("tls_ca = {:?}\n{more}", dovecot.ca_pem()),
        )
    }

    /// A service that vouches for people; `more` are further lines.
    pub(crate) fn oauth(mut self, provider: &Provider, more: &str) -> Self {
        let entry = format!("[[oauth]]\n{}\n{more}\n", provider.settings());
        self.servers.insert_str(0, &entry);
        self
    }

    /// A POP3 server for a domain, before those that are there; `more` are further lines.
    pub(crate) fn pop3(mut self, domain: &str, pop3: &str, more: &str) -> Self {
        let entry = format!("[[servers]]\ndomains = [{domain:?}]\npop3 = {pop3:?}\n{more}\n");
        self.servers.insert_str(0, &entry);
        self
    }

    /// A server for a domain, before those that are there; `more` are further lines.
    pub(crate) fn server(mut self, domain: &str, imap: &str, more: &str) -> Self {
        let entry = format!("[[servers]]\ndomains = [{domain:?}]\nimap = {imap:?}\n{more}\n");
        self.servers.insert_str(0, &entry);
        self
    }

    pub(crate) async fn start(self) -> TestApp {
        self.start_at(Clock::system()).await
    }

    pub(crate) async fn start_at(self, clock: Clock) -> TestApp {
        let data = tempfile::Builder::new().prefix("app").tempdir().unwrap();
        let mut settings = String::new();
        let Self {
            public_url,
            top,
            servers,
            policy,
            slowness,
        } = self;
        let clock = clock.on_a_machine_as_slow_as(slowness);
        writeln!(settings, "public_url = {public_url:?}").unwrap();
        writeln!(settings, "data_dir = {:?}", data.path()).unwrap();
        settings += &top;
        settings += &servers;
        TestApp {
            app: open(&settings, &data, &clock, &policy).await,
            clock,
            settings,
            policy,
            data,
        }
    }
}

async fn open(settings: &str, data: &TempDir, clock: &Clock, policy: &Policy) -> App {
    let file = data.path().join("restante.toml");
    fs::write(&file, settings).unwrap();
    let config = Config::load(Some(&file), std::iter::empty()).unwrap();
    App::with_policy(config, clock.clone(), policy.clone())
        .await
        .unwrap()
}

impl TestApp {
    /// One for the shared Dovecot.
    pub(crate) async fn start() -> Self {
        Settings::default().start().await
    }

    /// Stops and starts again on the same data, as after an upgrade.
    pub(crate) async fn restart(&mut self) {
        self.app = open(&self.settings, &self.data, &self.clock, &self.policy).await;
    }

    /// A browser that was never here.
    pub(crate) fn browser(&self) -> Browser {
        let url = self.settings.lines().next().unwrap();
        let url = url.split('"').nth(1).unwrap();
        Browser::new(self.app.router(), url)
    }

    /// The same browser, pointed at the application as it is now (after a restart).
    pub(crate) fn reconnect(&self, browser: &mut Browser) {
        browser.router = self.app.router();
    }

    /// A browser in which somebody has signed in.
    pub(crate) async fn signed_in(&self, user: &User) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in(&user.address, PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        browser
    }

    /// The engine's account behind a browser's session.
    pub(crate) async fn account(&self, browser: &Browser) -> Account {
        let key = Key::from_text(browser.session_cookie()).unwrap();
        let engine = self.app.engine();
        let session = engine.session(&key).await.unwrap().unwrap();
        engine.account(&session, &key).await.unwrap()
    }

    /// Sends what is due, as a serving process does, until what it gives is dropped.
    pub(crate) fn outbox(&self) -> Running {
        Running(tokio::spawn(self.app.engine().clone().run_outbox()))
    }

    /// Collects what is due, as a serving process does, until what it gives is dropped.
    pub(crate) fn collecting(&self) -> Running {
        Running(tokio::spawn(self.app.engine().clone().run_collecting()))
    }

    /// Tells webhooks what is due, as a serving process does, until what it gives is dropped.
    pub(crate) fn hooks(&self) -> Running {
        Running(tokio::spawn(self.app.engine().clone().run_webhooks()))
    }

    /// Keeps the house, as a serving process does, until what it gives is dropped.
    pub(crate) fn housekeeping(&self) -> Running {
        Running(tokio::spawn(self.app.engine().clone().keep_house()))
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Where the database and the key lie.
    pub(crate) fn data(&self) -> &std::path::Path {
        self.data.path()
    }

    pub(crate) fn app(&self) -> &App {
        &self.app
    }
}

/// A task that ends when this is dropped.
pub(crate) struct Running(tokio::task::JoinHandle<()>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}
