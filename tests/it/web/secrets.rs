//! What must not be found: the password in the database, mail and people in the log (T-LOG-1).

use std::{
    io,
    sync::{Arc, Mutex},
};

use restante::engine::secrets::{self, Key};
use tracing::{Dispatch, subscriber::DefaultGuard};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter, prelude::*};

use crate::support::{
    app::{Settings, TestApp},
    dovecot::{Dovecot, PASSWORD},
    letter::letter,
    scripted::Scripted,
};

use super::{acting::Inbox, user_with};

#[tokio::test]
async fn the_password_lies_nowhere() {
    const SECRET: &str = "a-very-odd-canary-password";
    let server = Scripted::imap("IMAP4rev1", |command| {
        let list = command.starts_with("LIST");
        list.then(|| "* LIST () \"/\" INBOX\r\n{tag} OK done".to_owned())
    })
    .await;
    let url = format!("imap+insecure://127.0.0.1:{}", server.port);
    let app = Settings::empty().server("*", &url, "").start().await;
    let mut browser = app.browser();
    let answer = browser.sign_in("anna@example.org", SECRET).await;
    assert_eq!(answer.status, 303);
    browser.get("/").await;
    // With a key for the server as well.
    let fields = [("undo_seconds", "10"), ("unattended", "1")];
    let answer = browser.post("/settings/writing", &fields).await;
    assert_eq!(answer.status, 303);
    let key = browser.session_cookie().to_owned();
    let heard = server.heard().join("\n");
    assert!(heard.contains(SECRET), "it was used: {heard}");
    let mut searched = 0;
    for entry in std::fs::read_dir(app.data()).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_file() {
            continue;
        }
        let octets = std::fs::read(&path).unwrap();
        searched += usize::from(path.to_string_lossy().contains("restante.db"));
        for secret in [SECRET.as_bytes(), key.as_bytes()] {
            let found = octets.windows(secret.len()).any(|window| window == secret);
            assert!(!found, "{}", path.display());
        }
    }
    assert!(searched >= 2, "the database and its log: {searched}");
}

/// With the database and the key file each try of a password still costs (decision 0003); and what
/// was kept in another way is replaced by the next sign-in, with the same data key in it.
#[tokio::test]
async fn a_kept_password_is_not_cheap_to_try() {
    const WRAPPED: usize = 24 + 32 + 16;
    let mut app = TestApp::start().await;
    let user = Dovecot::shared().user();
    let mut first = app.signed_in(&user).await;
    assert_eq!(first.get("/folders").await.status, 200, "now it is in use");
    let database = format!("sqlite:{}", app.data().join("restante.db").display());
    let pool = sqlx::SqlitePool::connect(&database).await.unwrap();
    let row = sqlx::query_as("SELECT id, credential FROM accounts");
    let (id, mut kept): (i64, Vec<u8>) = row.fetch_one(&pool).await.unwrap();
    let context = id.to_be_bytes();
    let server = Key::from_file(&app.data().join("secret.key")).unwrap();
    let account = server.derive("password holder", &context);
    let cheap = account.derive("password", &secrets::sha256(PASSWORD.as_bytes()));
    assert!(cheap.unwrap_key(&kept[..WRAPPED], &context).is_err());

    kept[..WRAPPED].copy_from_slice(&cheap.wrap(&Key::random(), &context));
    let update = sqlx::query("UPDATE accounts SET credential = $1");
    update.bind(&kept).execute(&pool).await.unwrap();
    app.signed_in(&user).await;
    let row = sqlx::query_as("SELECT id, credential FROM accounts");
    let (_, kept): (i64, Vec<u8>) = row.fetch_one(&pool).await.unwrap();
    assert!(cheap.unwrap_key(&kept[..WRAPPED], &context).is_err());
    pool.close().await;
    app.restart().await;
    app.signed_in(&user).await;
    app.reconnect(&mut first);
    assert_eq!(first.get("/folders").await.status, 200);
}

/// Log lines in memory.
#[derive(Clone, Default)]
pub(super) struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    /// Keeps what is logged in this thread until the guard goes.
    pub(super) fn keep(filter: &str) -> (Self, Keeping) {
        let lines = Self::default();
        let layer = tracing_subscriber::fmt::layer().with_writer(lines.clone());
        let subscriber = tracing_subscriber::registry()
            .with(EnvFilter::new(filter))
            .with(layer);
        let keeping = Keeping {
            _another: Dispatch::new(tracing_subscriber::registry()),
            _guard: tracing::subscriber::set_default(subscriber),
        };
        (lines, keeping)
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

pub(super) struct Keeping {
    _guard: DefaultGuard,
    /// With a single subscriber, a line that another test comes to first is never asked for again.
    _another: Dispatch,
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_log_tells_nothing_of_people_and_their_mail() {
    // As `RESTANTE_LOG=trace` sets it up.
    let (lines, _keeping) = Lines::keep("trace,async_imap=off");

    let app = TestApp::start().await;
    let user = user_with(vec![
        letter("Subject-canary")
            .from("Sender-canary <sender-canary@example.net>")
            .text("Body-canary")
            .raw(),
        letter("Second")
            .text("x")
            .file("text/csv", "file-canary.csv", b"1")
            .raw(),
    ]);
    let mut browser = app.browser();
    browser.sign_in(&user.address, "wrong-canary").await;
    browser.sign_in(&user.address, PASSWORD).await;
    let key = browser.session_cookie().to_owned();
    let inbox = Inbox::of(&mut browser).await;
    let path = format!("{}/{}", inbox.path, inbox.id("Subject-canary"));
    for noun in [
        "", "/raw", "/source", "/headers", "/print", "/parts/1", "/parts/9",
    ] {
        browser.get(&format!("{path}{noun}")).await;
    }
    browser.get(&format!("{}?q=query-canary", inbox.path)).await;
    browser.post("/folders", &[("name", "Folder-canary")]).await;
    browser.post("/folders", &[("name", "Folder-canary")]).await;
    browser.turbo(&format!("{path}/archive"), &[]).await;
    browser.turbo("/undo", &[("token", "token-canary")]).await;
    browser
        .get("/image?u=https%3A%2F%2Fpictures-canary.example%2F&s=x")
        .await;
    browser
        .post("/session/renewal", &[("password", PASSWORD)])
        .await;
    browser
        .post(
            "/settings/identities",
            &[("email", "identity-canary@example.net")],
        )
        .await;
    let account = app.account(&browser).await.id();
    let emails = format!("/api/v1/accounts/{account}/emails");
    let mailbox = inbox.path.rsplit('/').next().unwrap();
    for path in [
        format!("{emails}?mailbox={mailbox}&q=query-canary&subject=canary"),
        format!("{emails}/{}?body=text,html", inbox.id("Second")),
        format!("{emails}?canary=1"),
    ] {
        browser.get(&path).await;
    }
    let draft = "{\"to\":[{\"email\":\"to-canary@example.net\"}],\"subject\":\"Draft-canary\"}";
    let drafts = format!("/api/v1/accounts/{account}/drafts");
    let request = browser.sending(&drafts, "application/json", draft.into());
    assert_eq!(browser.finish(request).await.status, 201);
    browser.post("/logout", &[]).await;

    let log = lines.text();
    assert!(log.contains("Request answered"), "something is logged");
    assert!(log.contains("Sign-in failed"));
    let log = log.to_lowercase();
    let user_name = user.address.split('@').next().unwrap();
    let own = [
        user.address.clone(),
        format!("{user_name}@"),
        key.to_lowercase(),
    ];
    for secret in own
        .iter()
        .map(String::as_str)
        .chain(["canary", "sender-canary@example.net"])
    {
        let lines: Vec<&str> = log
            .lines()
            .filter(|line| line.contains(secret))
            .take(3)
            .collect();
        assert!(lines.is_empty(), "{secret}: {lines:#?}");
    }
    assert!(Dovecot::shared().port("IMAPS") > 0);
}

/// A server's words may hold anything; they are for whoever looks for a fault on purpose.
#[tokio::test]
async fn the_words_of_a_server_are_for_debugging_alone() {
    let server = Scripted::imap("IMAP4rev1", |command| {
        let refused = command.starts_with("LIST");
        refused.then(|| "{tag} NO [SERVERBUG] Words-canary of anna@example.org".to_owned())
    })
    .await;
    let url = format!("imap+insecure://127.0.0.1:{}", server.port);
    for (level, told) in [("info", false), ("debug", true)] {
        let (lines, _keeping) = Lines::keep(&format!("{level},async_imap=off"));
        let app = Settings::empty().server("*", &url, "").start().await;
        let mut browser = app.browser();
        browser.sign_in("anna@example.org", "x").await;
        browser.get("/folders").await;
        let log = lines.text();
        assert!(log.contains("The mail server could not be used"), "{log}");
        assert!(log.contains("ServerBug"), "{log}");
        assert_eq!(log.contains("canary"), told, "{level}: {log}");
    }
}
