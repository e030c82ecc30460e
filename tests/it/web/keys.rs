//! The keyboard's page: letters and signs can be switched off (WCAG 2.1.4).

use crate::support::{app::TestApp, browser::Answer, dovecot::Dovecot};

#[tokio::test]
async fn letters_and_signs_are_switched_off_and_on() {
    let mut app = TestApp::start().await;
    let mut browser = app.signed_in(&Dovecot::shared().user()).await;
    let off = |page: &Answer| {
        let tags = page.tags();
        let body = tags.iter().find(|tag| tag.name == "body").unwrap();
        body.get("data-keys-off-value") == "true"
    };
    let chosen = |page: &Answer| {
        let tags = page.tags();
        let mut keys = tags.iter().filter(|tag| tag.get("name") == "keys");
        let one = keys.find(|tag| tag.has("checked")).unwrap();
        one.get("value").to_owned()
    };
    let path = "/settings/keys";
    let page = browser.page(path).await;
    assert_eq!((off(&page), chosen(&page)), (false, "on".to_owned()));
    for (word, is_off) in [("off", true), ("on", false), ("off", true), ("?", false)] {
        let saved = browser.post(path, &[("keys", word)]).await;
        assert_eq!(saved.location().as_deref(), Some(path));
        let page = browser.page(path).await;
        assert_eq!(off(&page), is_off, "{word}");
        assert_eq!(chosen(&page) == "off", is_off, "{word}");
        let said = page.words().contains("Letters and signs are switched off");
        assert_eq!(said, is_off, "{word}");
    }
    browser.post(path, &[("keys", "off")]).await;
    // Beside other choices, and after a restart.
    browser
        .post("/settings/appearance", &[("density", "compact")])
        .await;
    app.restart().await;
    app.reconnect(&mut browser);
    assert!(off(&browser.page(path).await));
    assert!(off(&browser.page("/folders").await));
}
