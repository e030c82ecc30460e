//! Sessions: each browser its own, ended one by one, alive through restarts.

use restante::clock::Clock;

use crate::support::{
    app::{Settings, TestApp},
    browser::{Answer, Browser},
    dovecot::{Dovecot, PASSWORD},
    letter::letter,
};

const HOUR: i64 = 3_600_000;

async fn is_in(browser: &mut Browser) -> bool {
    browser.get("/folders").await.status == 200
}

/// The sessions' revocation paths; the first one is the browser's own.
fn revocations(page: &Answer) -> Vec<String> {
    let tags = page.tags();
    let forms = tags.iter().filter(|tag| tag.name == "form");
    let paths = forms.map(|tag| tag.get("action").to_owned());
    paths.filter(|path| path.ends_with("/revocation")).collect()
}

#[tokio::test]
async fn each_sign_in_has_a_session_of_its_own() {
    let app = TestApp::start().await;
    let user = Dovecot::shared().user();
    let mut browser = app.signed_in(&user).await;
    let first = browser.session_cookie().to_owned();
    assert!(first.len() >= 43, "256 bits");
    browser.sign_in(&user.address, PASSWORD).await;
    assert_ne!(browser.session_cookie(), first);
    // A key that somebody else put there is never taken up.
    let mut fixed = app.browser();
    fixed.set_cookie("restante", &first.chars().rev().collect::<String>());
    fixed.sign_in(&user.address, PASSWORD).await;
    assert_ne!(
        fixed.session_cookie(),
        first.chars().rev().collect::<String>()
    );
}

#[tokio::test]
async fn sessions_are_listed_and_ended_at_once() {
    let app = TestApp::start().await;
    let user = Dovecot::shared().user();
    let (mut one, mut two, mut three) = (
        app.signed_in(&user).await,
        app.signed_in(&user).await,
        app.signed_in(&user).await,
    );
    let page = one.page("/settings/sessions").await;
    let words = page.words();
    assert!(words.contains("Firefox on Linux"), "{words}");
    assert!(words.contains("192.0.2.0/24"), "{words}");
    assert!(
        !page.text().contains(one.session_cookie()),
        "no secret in it"
    );
    let paths = revocations(&page);
    assert_eq!(paths.len(), 4, "three sessions and all others");

    // The second in the list is another than our own.
    let answer = one.post(&paths[1], &[]).await;
    assert_eq!(answer.location().as_deref(), Some("/settings/sessions"));
    let alive = [is_in(&mut two).await, is_in(&mut three).await];
    assert_eq!(alive.iter().filter(|alive| **alive).count(), 1);
    assert!(is_in(&mut one).await);

    one.post("/settings/sessions/others/revocation", &[]).await;
    assert!(is_in(&mut one).await);
    assert!(!is_in(&mut two).await && !is_in(&mut three).await);
    assert_eq!(revocations(&one.page("/settings/sessions").await).len(), 1);
}

#[tokio::test]
async fn nobody_ends_the_sessions_of_others() {
    let app = TestApp::start().await;
    let (anna, ben) = (Dovecot::shared().user(), Dovecot::shared().user());
    let (mut annas, mut bens) = (app.signed_in(&anna).await, app.signed_in(&ben).await);
    let path = revocations(&annas.page("/settings/sessions").await).remove(0);
    assert_eq!(bens.post(&path, &[]).await.status, 404);
    bens.post("/settings/sessions/others/revocation", &[]).await;
    assert!(is_in(&mut annas).await);
    assert_eq!(
        annas
            .post("/settings/sessions/x/revocation", &[])
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn sessions_outlive_the_process() {
    let mut app = TestApp::start().await;
    let user = Dovecot::shared().user();
    let mut first = app.signed_in(&user).await;
    app.restart().await;
    // The second comes while nothing of the first is in memory.
    let mut second = app.signed_in(&user).await;
    for _ in 0..2 {
        for browser in [&mut first, &mut second] {
            app.reconnect(browser);
            let inbox = browser.page("/").await;
            assert!(inbox.words().contains("Inbox"));
        }
        app.restart().await;
    }
}

#[tokio::test]
async fn unused_sessions_end() {
    let app = Settings::default()
        .start_at(Clock::fixed(1_800_000_000_000))
        .await;
    let user = Dovecot::shared().user();
    let mut short = app.signed_in(&user).await;
    let mut long = app.browser();
    let fields = [
        ("address", &*user.address),
        ("password", PASSWORD),
        ("stay", "true"),
    ];
    assert_eq!(long.post("/login", &fields).await.status, 303);
    app.clock().advance(11 * HOUR);
    assert!(is_in(&mut short).await, "eleven hours are fine");
    app.clock().advance(11 * HOUR);
    assert!(is_in(&mut short).await, "use keeps it alive");
    app.clock().advance(13 * HOUR);
    assert!(!is_in(&mut short).await);
    app.clock().advance(20 * 24 * HOUR);
    assert!(is_in(&mut long).await);
    app.clock().advance(31 * 24 * HOUR);
    assert!(!is_in(&mut long).await);
}

/// Else a browser that is used each day would forget on the 30th what the server still knows.
#[tokio::test]
async fn the_cookie_of_who_stays_is_renewed_once_a_day() {
    let app = Settings::default()
        .start_at(Clock::fixed(1_800_000_000_000))
        .await;
    let user = super::user_with(vec![
        letter("One")
            .text("x")
            .file("text/csv", "a.csv", b"1")
            .raw(),
    ]);
    let mut browser = app.browser();
    let fields = [
        ("address", &*user.address),
        ("password", PASSWORD),
        ("stay", "true"),
    ];
    browser.post("/login", &fields).await;
    let inbox = browser.page("/").await;
    let file = format!("{}/{}/parts/2", inbox.folder("Inbox"), inbox.rows()[0]);
    let key = browser.session_cookie().to_owned();
    let renewed = format!("restante={key}; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000");
    for day in 0..40 {
        app.clock().advance(HOUR);
        assert!(
            browser.page("/folders").await.set_cookies().is_empty(),
            "{day}"
        );
        app.clock().advance(23 * HOUR);
        // What may be kept in a cache has no cookie in it.
        let kept = browser.get(&file).await;
        assert!(kept.header("cache-control").contains("max-age"), "{day}");
        assert!(kept.set_cookies().is_empty(), "{day}");
        assert_eq!(
            browser.page("/folders").await.set_cookies(),
            [&*renewed],
            "{day}"
        );
        app.clock().advance(2000);
        assert!(
            browser.page("/folders").await.set_cookies().is_empty(),
            "{day}"
        );
    }
    app.clock().advance(24 * HOUR);
    let removal = browser.post("/logout", &[]).await.set_cookies();
    assert_eq!(removal.len(), 1, "{removal:?}");
    assert!(removal[0].contains("Max-Age=0"), "{removal:?}");
}

#[tokio::test]
async fn the_cookie_of_who_does_not_stay_ends_with_the_browser() {
    let app = Settings::default()
        .start_at(Clock::fixed(1_800_000_000_000))
        .await;
    let user = Dovecot::shared().user();
    let mut browser = app.signed_in(&user).await;
    for _ in 0..20 {
        app.clock().advance(4 * HOUR);
        assert!(browser.page("/folders").await.set_cookies().is_empty());
    }
}
