//! Signing in and out: what leads in, what does not, where one arrives.

use restante::clock::Clock;

use crate::support::{
    app::{Settings, TestApp},
    dovecot::{Dovecot, PASSWORD},
};

#[tokio::test]
async fn the_right_password_leads_to_the_inbox() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let asked = browser.get("/").await;
    assert_eq!(asked.status, 303);
    assert_eq!(asked.location().as_deref(), Some("/login?next=%2F"));
    let page = browser.page("/login").await;
    assert!(page.words().contains("Sign in to your mail"));
    assert!(!page.words().contains("session has ended"));

    let user = Dovecot::shared().user();
    let answer = browser.sign_in(&user.address, PASSWORD).await;
    assert_eq!(
        (answer.status, answer.location().as_deref()),
        (303, Some("/"))
    );
    let inbox = browser.page("/").await;
    assert!(inbox.words().contains("Inbox"), "{}", inbox.text());
    assert!(inbox.words().contains(&user.address));
    // Who is in is not asked again.
    assert_eq!(browser.get("/login").await.location().as_deref(), Some("/"));
}

#[tokio::test]
async fn a_wrong_password_is_said_and_nothing_else_given_away() {
    let app = TestApp::start().await;
    let user = Dovecot::shared().user();
    let mut browser = app.browser();
    let answer = browser.sign_in(&user.address, "wrong-canary").await;
    assert_eq!(answer.status, 422);
    assert!(
        answer
            .words()
            .contains("did not accept this address and password")
    );
    assert!(answer.set_cookies().is_empty());
    assert!(
        answer.text().contains(&user.address),
        "typed once is enough"
    );
    assert!(!answer.text().contains("wrong-canary"));
    assert_eq!(browser.get("/folders").await.status, 303);
}

#[tokio::test]
async fn what_is_typed_wrongly_is_said() {
    let app = Settings::empty()
        .server("example.org", "imaps://127.0.0.1:1", "")
        .start()
        .await;
    let mut browser = app.browser();
    for (address, password, sentence) in [
        ("", "x", "Enter your address and your password."),
        (
            "anna@example.org",
            "",
            "Enter your address and your password.",
        ),
        (
            "anna",
            "x",
            "Enter your whole address, such as anna@example.org.",
        ),
        (
            "a b@example.org",
            "x",
            "Enter your whole address, such as anna@example.org.",
        ),
        (
            "anna@elsewhere.example",
            "x",
            "No mail server is set up here for elsewhere.example.",
        ),
        (
            "anna@\"><img src=x>",
            "x",
            "Enter your whole address, such as anna@example.org.",
        ),
    ] {
        let answer = browser.sign_in(address, password).await;
        assert_eq!(answer.status, 422, "{address}");
        assert!(
            answer.words().contains(sentence),
            "{address}: {}",
            answer.words()
        );
        assert!(answer.tags().iter().all(|tag| tag.name != "img"));
    }
}

#[tokio::test]
async fn too_many_tries_shut_the_door_for_a_while() {
    let settings = Settings::default().top("limits.sign_in_failures = 2");
    let app = settings.start_at(Clock::fixed(1_800_000_000_000)).await;
    let user = Dovecot::shared().user();
    let mut browser = app.browser();
    for _ in 0..2 {
        assert_eq!(browser.sign_in(&user.address, "wrong").await.status, 422);
    }
    let shut = browser.sign_in(&user.address, PASSWORD).await;
    assert_eq!(shut.status, 429);
    assert_eq!(shut.header("retry-after"), "600");
    assert!(
        shut.words().contains("Too many tries. Wait"),
        "{}",
        shut.words()
    );
    // Others are not kept out, and time opens it again.
    let other = Dovecot::shared().user();
    assert_eq!(
        app.browser().sign_in(&other.address, PASSWORD).await.status,
        303
    );
    app.clock().advance(600_000);
    assert_eq!(browser.sign_in(&user.address, PASSWORD).await.status, 303);
}

#[tokio::test]
async fn a_network_that_tries_many_accounts_is_kept_out() {
    let settings = Settings::default().top("limits.sign_in_failures = 1");
    let app = settings.start_at(Clock::fixed(1_800_000_000_000)).await;
    let mut browser = app.browser();
    for _ in 0..10 {
        let user = Dovecot::shared().user();
        assert_eq!(browser.sign_in(&user.address, "wrong").await.status, 422);
    }
    let user = Dovecot::shared().user();
    assert_eq!(browser.sign_in(&user.address, PASSWORD).await.status, 429);
    let mut elsewhere = app.browser().coming_from([198, 51, 100, 1].into());
    assert_eq!(elsewhere.sign_in(&user.address, PASSWORD).await.status, 303);
}

#[tokio::test]
async fn one_comes_back_to_the_page_asked_for_and_to_no_other_site() {
    let app = TestApp::start().await;
    let user = Dovecot::shared().user();
    for (next, target) in [
        ("/folders", "/folders"),
        ("/m/abc?q=x%20y", "/m/abc?q=x%20y"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\u{1}", "/"),
        ("/é", "/"),
        (" //evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ] {
        let mut browser = app.browser();
        let fields = [
            ("address", &*user.address),
            ("password", PASSWORD),
            ("next", next),
        ];
        let answer = browser.post("/login", &fields).await;
        assert_eq!(answer.status, 303, "{next:?}");
        assert_eq!(answer.location().as_deref(), Some(target), "{next:?}");
    }
    let asked = app.browser().get("/settings/reading?a=b").await;
    let to_login = asked.location().unwrap();
    assert_eq!(to_login, "/login?next=%2Fsettings%2Freading%3Fa%3Db");
    let form = app.browser().page(&to_login).await;
    let tags = form.tags();
    let next = tags.iter().find(|tag| tag.get("name") == "next").unwrap();
    assert_eq!(next.get("value"), "/settings/reading?a=b");
    assert!(form.words().contains("Your session has ended"));
}

#[tokio::test]
async fn signing_out_ends_the_session_and_clears_the_browser() {
    let app = TestApp::start().await;
    let user = Dovecot::shared().user();
    let mut browser = app.signed_in(&user).await;
    let mut thief = browser.clone();
    let answer = browser.post("/logout", &[]).await;
    assert_eq!(answer.location().as_deref(), Some("/login?left=1"));
    assert_eq!(answer.header("clear-site-data"), "\"cache\", \"storage\"");
    assert!(!browser.has_cookie("restante"));
    assert!(
        browser
            .page("/login?left=1")
            .await
            .words()
            .contains("You are signed out.")
    );
    let late = thief.get("/folders").await;
    assert_eq!(late.location().as_deref(), Some("/login?next=%2Ffolders"));
    // Again, without a session, is no fault.
    assert_eq!(browser.post("/logout", &[]).await.status, 303);
}
