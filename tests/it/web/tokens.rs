//! Access tokens in the settings.

use crate::support::{
    app::{Settings, TestApp},
    dovecot::{Dovecot, PASSWORD},
};

#[tokio::test]
async fn a_token_is_made_with_the_password_and_shown_once() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in(&Dovecot::shared().user()).await;
    let path = "/settings/tokens";
    let fields = [
        ("name", "Backup"),
        ("scope", "read"),
        ("scope", "send"),
        ("days", "90"),
    ];
    let with = |password: &'static str| [&fields[..], &[("password", password)]].concat();
    let refused = browser.post(path, &with("wrong")).await;
    assert_eq!(refused.status, 422);
    assert!(refused.words().contains("Address or password is wrong"));
    let without = [("name", "x"), ("days", "30"), ("password", PASSWORD)];
    let refused = browser.post(path, &without).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused
            .words()
            .contains("Choose what the token may be used for")
    );
    let made = browser.post(path, &with(PASSWORD)).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let text = made.text();
    let secret = text
        .split("rst_")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    assert!(!text.contains(PASSWORD));
    let page = browser.page(path).await;
    assert!(!page.text().contains(&secret));
    assert!(page.words().contains("Backup") && page.words().contains("Never used"));
    let answer = page.text();
    let revocation = answer
        .split("action=\"")
        .find(|rest| rest.contains("/revocation\""));
    let revocation = revocation.unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(browser.post(&revocation, &[]).await.status, 303);
    assert!(!browser.page(path).await.words().contains("Backup"));
}

/// What was typed stays while the brake is on.
#[tokio::test]
async fn guessing_the_password_of_a_token_is_braked() {
    let settings = Settings::default().top("limits.sign_in_failures = 2");
    let app = settings.start().await;
    let mut browser = app.signed_in(&Dovecot::shared().user()).await;
    let path = "/settings/tokens";
    let fields = [("name", "Backup"), ("scope", "read"), ("days", "90")];
    let with = |password: &'static str| [&fields[..], &[("password", password)]].concat();
    for _ in 0..2 {
        assert_eq!(browser.post(path, &with("wrong")).await.status, 422);
    }
    let braked = browser.post(path, &with(PASSWORD)).await;
    assert_eq!(braked.status, 429);
    assert!(
        braked.words().contains("Too many tries"),
        "{}",
        braked.words()
    );
    assert!(braked.text().contains("value=\"Backup\""));
}
