//! What installs Restante as an app: everything that it names is there, below the base path.

use axum::http::Method;
use serde_json::Value;

use crate::support::{app::Settings, browser::set};

#[tokio::test]
async fn what_the_manifest_names_is_there() {
    let settings = Settings::default().public_url("https://example.org/mail");
    let app = settings.start().await;
    let mut browser = app.browser();
    let page = browser.page("/login").await.text();
    assert!(page.contains("<link rel=\"manifest\" href=\"/mail/manifest.webmanifest\">"));
    let mut request = browser.request(Method::GET, "/manifest.webmanifest");
    set(&mut request, "accept-language", "fr");
    let answer = browser.finish(request).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/manifest+json");
    assert_eq!(answer.header("vary"), "accept-language");
    let manifest: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(manifest["lang"], "fr");
    for member in ["start_url", "scope", "id"] {
        assert_eq!(manifest[member], "/mail/", "{member}");
    }
    let handler = &manifest["protocol_handlers"][0]["url"];
    assert_eq!(handler, "/mail/compose?mailto=%s");
    let icons = manifest["icons"].as_array().unwrap();
    assert!(icons.len() >= 3);
    for icon in icons {
        let path = icon["src"].as_str().unwrap().strip_prefix("/mail").unwrap();
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), icon["type"], "{path}");
    }
}
