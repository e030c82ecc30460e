//! A mail server that says nothing: a page says so in its time, leaves nothing behind, and
//! nobody else waits for it. The times are injected; no test sleeps.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::Notify;

use crate::support::{
    app::{Settings, TestApp},
    browser::Browser,
    dovecot::{Dovecot, PASSWORD},
    scripted::{Line, Scripted},
};

use super::{PATIENCE, user_with_numbered};

/// The seconds that the applications of these tests give a server. What takes less than this did
/// not wait for one that is silent.
const ANSWER: Duration = Duration::from_secs(6);

/// A server that falls silent when told.
struct Mute {
    server: Scripted,
    silent: Arc<AtomicBool>,
    open: Arc<Open>,
}

/// How many connections there are.
#[derive(Default)]
struct Open {
    count: AtomicUsize,
    ended: Notify,
}

impl Mute {
    /// Answers everything until it is told otherwise; then it reads and says nothing, to a FETCH
    /// after half an answer.
    async fn start() -> Self {
        let (silent, open) = (Arc::new(AtomicBool::new(false)), Arc::new(Open::default()));
        let (quiet, counted) = (Arc::clone(&silent), Arc::clone(&open));
        let server = Scripted::start(move |line| {
            let (silent, open) = (Arc::clone(&quiet), Arc::clone(&counted));
            async move {
                open.count.fetch_add(1, Ordering::SeqCst);
                serve(line, &silent).await;
                open.count.fetch_sub(1, Ordering::SeqCst);
                open.ended.notify_waiters();
            }
        })
        .await;
        Self {
            server,
            silent,
            open,
        }
    }

    fn silent(&self, silent: bool) {
        self.silent.store(silent, Ordering::SeqCst);
    }

    /// Waits until at most this many connections are open.
    async fn at_most(&self, count: usize) {
        let fewer = async {
            loop {
                let ended = self.open.ended.notified();
                if self.open.count.load(Ordering::SeqCst) <= count {
                    return;
                }
                ended.await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, fewer).await;
        assert!(waited.is_ok(), "{:?} are open", self.open.count);
    }
}

async fn serve(mut line: Line, silent: &AtomicBool) {
    let is_silent = || silent.load(Ordering::SeqCst);
    if !is_silent() {
        line.send("* OK [CAPABILITY IMAP4rev1 UIDPLUS MOVE LITERAL+] ready\r\n")
            .await;
    }
    while let Some(command) = line.command().await {
        let (tag, rest) = command.split_once(' ').unwrap_or((&command, ""));
        let verb = rest.strip_prefix("UID ").unwrap_or(rest);
        let verb = verb.split(' ').next().unwrap_or_default().to_owned();
        let row = "* 1 FETCH (UID 7 FLAGS () RFC822.SIZE 40 INTERNALDATE \
                   \"23-Nov-2026 10:00:00 +0000\" ENVELOPE (NIL \"hello\" NIL NIL NIL NIL NIL NIL \
                   NIL NIL) BODYSTRUCTURE (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 5 1))\r\n";
        let data = match &*verb {
            "LIST" => "* LIST () \"/\" INBOX\r\n",
            "STATUS" => "* STATUS INBOX (MESSAGES 1 UNSEEN 0 UIDNEXT 8 UIDVALIDITY 5)\r\n",
            "SELECT" => "* 1 EXISTS\r\n* OK [UIDVALIDITY 5] .\r\n* OK [UIDNEXT 8] .\r\n",
            "FETCH" => row,
            _ => "",
        };
        if is_silent() {
            // Half a row, if one was asked for.
            if verb == "FETCH" {
                line.send(&row[..60]).await;
            }
            continue;
        }
        line.send(&format!("{data}{tag} OK done\r\n")).await;
    }
}

/// An application for the mute server under `mute.test` and the shared Dovecot elsewhere.
async fn beside_dovecot(mute: &Mute) -> TestApp {
    let url = format!("imap+insecure://127.0.0.1:{}", mute.server.port);
    let patience = format!("limits.imap_answer_seconds = {}", ANSWER.as_secs());
    let settings = Settings::default().server("mute.test", &url, "");
    settings.top(&patience).start().await
}

fn says_so(words: &str) {
    assert!(words.contains("does not answer"), "{words}");
    assert!(words.contains("Try again"), "{words}");
}

#[tokio::test]
async fn a_server_that_only_connects_is_a_sentence_at_the_sign_in() {
    let mute = Mute::start().await;
    mute.silent(true);
    let app = beside_dovecot(&mute).await;
    let begun = Instant::now();
    let answer = app.browser().sign_in("anna@mute.test", PASSWORD).await;
    assert_eq!(answer.status, 422);
    let words = answer.words();
    assert!(words.contains("answer"), "{words}");
    assert!(begun.elapsed() >= ANSWER && begun.elapsed() < PATIENCE);
    mute.at_most(0).await;
    assert!(
        mute.server.heard().is_empty(),
        "no credential without a greeting"
    );
    mute.silent(false);
    let answer = app.browser().sign_in("anna@mute.test", PASSWORD).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
}

#[tokio::test]
async fn a_server_that_falls_silent_is_a_sentence_on_the_page() {
    let mute = Mute::start().await;
    let app = beside_dovecot(&mute).await;
    let mut browser = app.browser();
    let address = "anna@mute.test";
    assert_eq!(browser.sign_in(address, PASSWORD).await.status, 303);
    let page = browser.page("/").await;
    assert_eq!(page.subjects(), ["hello"]);
    let inbox = page.folder("Inbox");
    let message = format!("{inbox}/{}", page.rows()[0]);

    // In the middle of a FETCH, then before the greeting of whatever is opened in its place.
    mute.silent(true);
    for path in [&inbox, &message] {
        let begun = Instant::now();
        let answer = browser.get(path).await;
        assert!(
            matches!(answer.status, 200 | 504),
            "{path}: {}",
            answer.status
        );
        says_so(&answer.words());
        let tags = answer.tags();
        let again = tags
            .iter()
            .any(|tag| tag.name == "a" && tag.get("href").starts_with("/m/"));
        assert!(again, "{path}");
        assert!(
            begun.elapsed() < ANSWER * 3,
            "{path}: {:?}",
            begun.elapsed()
        );
    }
    let form = browser
        .post(&format!("{message}/star"), &[("value", "true")])
        .await;
    assert_eq!(form.status, 504, "{}", form.words());
    assert!(!form.header("retry-after").is_empty());
    mute.at_most(0).await;
}

#[tokio::test]
async fn nobody_else_waits_for_a_silent_server() {
    let user = user_with_numbered(2);
    let mute = Mute::start().await;
    let app = beside_dovecot(&mute).await;
    let mut theirs = app.signed_in(&user).await;
    let inbox = theirs.page("/").await.folder("Inbox");
    let mut browser = app.browser();
    assert_eq!(
        browser.sign_in("anna@mute.test", PASSWORD).await.status,
        303
    );
    let page = browser.page("/").await;
    let path = format!("{}/{}", page.folder("Inbox"), page.rows()[0]);
    mute.silent(true);

    // Many pages of the silent account at once, some of whose readers give up.
    let mut waiting = tokio::task::JoinSet::new();
    for number in 0..30 {
        let (mut browser, path): (Browser, String) = (browser.clone(), path.clone());
        waiting.spawn(async move {
            let page = browser.get(&path);
            if number % 3 == 0 {
                let _ = tokio::time::timeout(ANSWER / 10, page).await;
                return;
            }
            let answer = page.await;
            assert!(
                matches!(answer.status, 200 | 503 | 504),
                "{}",
                answer.status
            );
        });
    }
    for _ in 0..3 {
        let list = theirs.page(&inbox).await;
        assert_eq!(list.subjects(), ["m2", "m1"]);
        let mut fresh = app.browser();
        assert_eq!(fresh.sign_in(&user.address, PASSWORD).await.status, 303);
    }
    while let Some(ended) = waiting.try_join_next() {
        ended.unwrap();
    }
    assert!(!waiting.is_empty(), "others waited as long");
    while let Some(ended) = waiting.join_next().await {
        ended.unwrap();
    }
    // What was opened for the silent account is gone; the account works again when the server does.
    mute.at_most(0).await;
    mute.silent(false);
    let answer = browser.sign_in("anna@mute.test", PASSWORD).await;
    assert!(matches!(answer.status, 303 | 422));
    assert!(Dovecot::shared().port("IMAP") > 0);
}
