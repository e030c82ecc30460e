//! Webhooks in the settings.

use restante::engine::Policy;

use crate::support::{
    app::{Settings, TestApp},
    dovecot::Dovecot,
};

#[tokio::test]
async fn a_webhook_is_made_tried_paused_and_removed() {
    // Its name leads nowhere that may be reached.
    let lookup = |_: &str| vec!["127.0.0.1".parse().unwrap()];
    let policy = Policy::public().with_lookup(std::sync::Arc::new(lookup));
    let app: TestApp = Settings::default().policy(policy).start().await;
    let mut browser = app.signed_in(&Dovecot::shared().user()).await;
    let path = "/settings/webhooks";
    let refused = browser
        .post(path, &[("url", "http://hooks.example.org/")])
        .await;
    assert_eq!(refused.status, 422);
    assert!(refused.words().contains("That is no https address."));
    assert!(
        refused
            .text()
            .contains("value=\"http://hooks.example.org/\"")
    );
    let fields = [("url", "https://hooks.example.org/<in>"), ("kind", "Email")];
    let made = browser.post(path, &fields).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let text = made.text();
    let secret = text.split("value=\"rwh_").nth(1).unwrap();
    let secret = secret.split('"').next().unwrap().to_owned();
    let list = browser.page(path).await;
    assert!(!list.text().contains(&secret));
    assert!(
        list.words()
            .contains("messages that come, go or are marked")
    );
    let one = list
        .text()
        .split("href=\"")
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .find(|href| href.starts_with("/settings/webhooks/"))
        .unwrap();
    let page = browser.page(&one).await;
    assert!(page.words().contains("Active") && page.words().contains("Nothing yet."));
    let tested = browser.post(&format!("{one}/test"), &[]).await;
    assert_eq!(tested.status, 303);
    let page = browser.page(&one).await;
    assert!(page.words().contains("The test did not arrive."));
    assert!(page.words().contains("The receiver can’t be reached."));
    let renewed = browser.post(&format!("{one}/secret"), &[]).await;
    assert_eq!(renewed.status, 200);
    assert!(renewed.text().contains("rwh_") && !renewed.text().contains(&secret));
    let state = format!("{one}/state");
    for (value, word, button) in [("false", "Paused", "Go on"), ("true", "Active", "Pause")] {
        assert_eq!(browser.post(&state, &[("active", value)]).await.status, 303);
        let page = browser.page(&one).await;
        assert!(page.words().contains(word) && page.words().contains(button));
    }
    let removed = browser.post(&format!("{one}/deletion"), &[]).await;
    assert_eq!(removed.status, 303);
    assert!(
        !browser
            .page(path)
            .await
            .words()
            .contains("hooks.example.org")
    );
    assert_eq!(browser.get(&one).await.status, 404);
    let others = browser.post(&format!("{one}/test"), &[]).await;
    assert_eq!(others.status, 404);
}
