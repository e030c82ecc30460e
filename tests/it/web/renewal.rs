//! A password that was changed upstream: the person is asked once, in place, and goes on.

use std::sync::{Arc, Mutex};

use crate::support::{
    app::{Settings, TestApp},
    browser::{Browser, set},
    proxy::Proxy,
    scripted::Scripted,
};

const ADDRESS: &str = "anna@example.org";

/// A mail server whose one password can be changed, behind a line that can be cut.
struct Upstream {
    password: Arc<Mutex<String>>,
    proxy: Proxy,
    _server: Scripted,
}

impl Upstream {
    async fn start() -> (Self, TestApp) {
        let password = Arc::new(Mutex::new("old-secret".to_owned()));
        let valid = Arc::clone(&password);
        let server = Scripted::imap("IMAP4rev1 SASL-IR LITERAL+", move |command| {
            let verb = command.split(' ').next().unwrap_or_default();
            Some(match verb {
                "LOGIN" if command.contains(&*valid.lock().unwrap()) => "{tag} OK in".to_owned(),
                "LOGIN" => "{tag} NO [AUTHENTICATIONFAILED] wrong".to_owned(),
                "LIST" => "* LIST () \"/\" INBOX\r\n{tag} OK done".to_owned(),
                "SELECT" | "EXAMINE" => {
                    "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 1] ok\r\n\
                     {tag} OK [READ-WRITE] done"
                        .to_owned()
                }
                "STATUS" => "* STATUS INBOX (MESSAGES 0 UNSEEN 0 UIDVALIDITY 7 UIDNEXT 1)\r\n\
                     {tag} OK done"
                    .to_owned(),
                _ => return None,
            })
        })
        .await;
        let proxy = Proxy::start(server.port).await;
        let url = format!("imap+insecure://127.0.0.1:{}", proxy.port);
        let app = Settings::empty().server("*", &url, "").start().await;
        let upstream = Self {
            password,
            proxy,
            _server: server,
        };
        (upstream, app)
    }

    fn change_password(&self, to: &str) {
        to.clone_into(&mut self.password.lock().unwrap());
        self.proxy.cut_all();
    }
}

async fn browser(app: &TestApp) -> (Browser, String) {
    let mut browser = app.browser();
    assert_eq!(browser.sign_in(ADDRESS, "old-secret").await.status, 303);
    let inbox = browser.get("/").await.location().unwrap();
    assert_eq!(browser.get(&inbox).await.status, 200);
    (browser, inbox)
}

#[tokio::test]
async fn a_changed_password_is_asked_for_in_place() {
    let (upstream, app) = Upstream::start().await;
    let (mut browser, inbox) = browser(&app).await;
    let key = browser.session_cookie().to_owned();
    upstream.change_password("new-secret");

    // A navigation goes to the sign-in page and back, a script is told to ask.
    let navigation = browser.get(&inbox).await;
    assert_eq!(navigation.status, 303);
    let next = format!("/login?next={}", inbox.replace('/', "%2F"));
    assert_eq!(navigation.location(), Some(next));
    for frame in ["list", "reader"] {
        let answer = browser.frame(&inbox, frame).await;
        assert_eq!(answer.status, 401, "{frame}");
        assert_eq!(answer.header("x-restante-reauth"), "1");
    }
    let mut streamed = browser.request(axum::http::Method::GET, &inbox);
    set(
        &mut streamed,
        "accept",
        "text/vnd.turbo-stream.html, text/html",
    );
    assert_eq!(browser.finish(streamed).await.status, 401);

    let wrong = browser
        .post("/session/renewal", &[("password", "old-secret")])
        .await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong
            .text()
            .contains("did not accept this address and password")
    );
    let right = browser
        .post("/session/renewal", &[("password", "new-secret")])
        .await;
    assert_eq!(right.status, 204, "{}", right.text());
    assert_eq!(browser.session_cookie(), key, "the same session goes on");
    assert_eq!(browser.get(&inbox).await.status, 200);
}

#[tokio::test]
async fn other_sessions_go_on_with_the_new_password() {
    let (upstream, mut app) = Upstream::start().await;
    let (mut one, inbox) = browser(&app).await;
    let (mut two, _) = browser(&app).await;
    upstream.change_password("new-secret");
    assert_eq!(two.frame(&inbox, "list").await.status, 401);
    let renewed = one
        .post("/session/renewal", &[("password", "new-secret")])
        .await;
    assert_eq!(renewed.status, 204);
    assert_eq!(
        two.get(&inbox).await.status,
        200,
        "what one gave serves both"
    );
    app.restart().await;
    for browser in [&mut one, &mut two] {
        app.reconnect(browser);
        assert_eq!(
            browser.get(&inbox).await.status,
            200,
            "after a restart as well"
        );
    }
}

#[tokio::test]
async fn signing_in_anew_renews_as_well() {
    let (upstream, mut app) = Upstream::start().await;
    let (mut one, inbox) = browser(&app).await;
    upstream.change_password("new-secret");
    // Nobody has the account open: the key lies in the sessions alone.
    app.restart().await;
    app.reconnect(&mut one);
    let mut two = app.browser();
    assert_eq!(two.sign_in(ADDRESS, "new-secret").await.status, 303);
    assert_eq!(two.get(&inbox).await.status, 200);
    // The first can't open what the second sealed, unless the account is in use: it is asked at
    // some time, once, and that locks nobody out.
    for _ in 0..2 {
        for browser in [&mut one, &mut two] {
            if browser.frame(&inbox, "list").await.status == 401 {
                let password = [("password", "new-secret")];
                let renewed = browser.post("/session/renewal", &password).await;
                assert_eq!(renewed.status, 204, "{}", renewed.text());
            }
        }
        app.restart().await;
        for browser in [&mut one, &mut two] {
            app.reconnect(browser);
        }
    }
    for browser in [&mut two, &mut one] {
        app.restart().await;
        app.reconnect(browser);
        assert_eq!(browser.get(&inbox).await.status, 200, "each by its own key");
    }
}

#[tokio::test]
async fn an_ended_session_is_renewed_where_the_page_is_open() {
    let (_upstream, app) = Upstream::start().await;
    let (mut browser, inbox) = browser(&app).await;
    let mut elsewhere = browser.clone();
    elsewhere.post("/logout", &[]).await;
    assert_eq!(browser.frame(&inbox, "list").await.status, 401);
    // The address comes from the page's dialog.
    let fields = [("address", ADDRESS), ("password", "old-secret")];
    let renewed = browser.post("/session/renewal", &fields).await;
    assert_eq!(renewed.status, 204, "{}", renewed.text());
    assert_eq!(browser.frame(&inbox, "list").await.status, 200);
}

#[tokio::test]
async fn fetches_without_turbo_are_told_as_well() {
    let app = Settings::empty()
        .server("*", "imaps://127.0.0.1:1", "")
        .start()
        .await;
    let mut browser = app.browser();
    for (mode, status) in [("cors", 401), ("no-cors", 401), ("navigate", 303)] {
        let mut request = browser.request(axum::http::Method::GET, "/folders");
        set(&mut request, "sec-fetch-mode", mode);
        let answer = browser.finish(request).await;
        assert_eq!(answer.status, status, "{mode}");
        assert_eq!(answer.header("x-restante-reauth").is_empty(), status == 303);
    }
    let posted = browser.post("/folders", &[("name", "x")]).await;
    assert_eq!(posted.location().as_deref(), Some("/login?ended=1"));
}
