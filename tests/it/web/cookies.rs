//! The session's cookie, word for word, wherever the pages live; and everything under a base path.

use crate::support::{
    app::Settings,
    dovecot::{Dovecot, PASSWORD},
};

#[tokio::test]
async fn the_cookie_has_every_lock_that_its_place_allows() {
    for (url, name, attributes) in [
        (
            "http://localhost:8080",
            "restante",
            "HttpOnly; SameSite=Lax; Path=/",
        ),
        (
            "https://mail.example.org",
            "__Host-restante",
            "HttpOnly; SameSite=Lax; Secure; Path=/",
        ),
        (
            "https://example.org/mail",
            "__Secure-restante",
            "HttpOnly; SameSite=Lax; Secure; Path=/mail",
        ),
    ] {
        let app = Settings::default().public_url(url).start().await;
        let user = Dovecot::shared().user();
        let mut browser = app.browser();
        let answer = browser.sign_in(&user.address, PASSWORD).await;
        assert_eq!(answer.status, 303, "{url}: {}", answer.text());
        let key = browser.session_cookie().to_owned();
        assert_eq!(
            answer.set_cookies(),
            [format!("{name}={key}; {attributes}")]
        );
        let hsts = if url.starts_with("https") {
            "max-age=31536000"
        } else {
            ""
        };
        assert_eq!(answer.header("strict-transport-security"), hsts);

        let fields = [
            ("address", &*user.address),
            ("password", PASSWORD),
            ("stay", "true"),
        ];
        let answer = browser.post("/login", &fields).await;
        let key = browser.session_cookie().to_owned();
        let stays = format!("{name}={key}; {attributes}; Max-Age=2592000");
        assert_eq!(answer.set_cookies(), [stays]);

        let answer = browser.post("/logout", &[]).await;
        let removal = &answer.set_cookies()[0];
        assert!(
            removal.starts_with(&format!("{name}=; {attributes}; Max-Age=0")),
            "{removal}"
        );
    }
}

#[tokio::test]
async fn everything_works_under_a_base_path() {
    let url = "https://example.org/mail";
    let app = Settings::default().public_url(url).start().await;
    let user = super::user_with_numbered(3);
    let mut browser = app.browser();
    assert_eq!(
        browser.get("/").await.location().as_deref(),
        Some("/mail/login?next=%2F")
    );
    assert_eq!(
        browser.get("").await.location().as_deref(),
        Some("/mail/login?next=%2F")
    );
    let answer = browser.sign_in(&user.address, PASSWORD).await;
    assert_eq!(answer.location().as_deref(), Some("/mail/"));
    let inbox = browser.page("/").await;
    assert_eq!(inbox.subjects(), ["m3", "m2", "m1"]);
    let missing = browser.get("/m/AAAAAAAA").await;
    let mut pages = vec![inbox.text(), missing.text()];
    for path in [
        "/folders",
        "/settings/appearance",
        "/settings/sessions",
        "/search-help",
    ] {
        pages.push(browser.page(path).await.text());
    }
    let link = inbox.link("class", "row__link").unwrap();
    pages.push(
        browser
            .page(link.strip_prefix("/mail").unwrap())
            .await
            .text(),
    );
    for page in pages {
        for tag in crate::support::markup::tags(&page) {
            for name in ["href", "src", "action", "formaction"] {
                let target = tag.get(name);
                let ours = target.starts_with("/mail/") || target.starts_with('#');
                assert!(ours || target.is_empty(), "<{} {name}={target}>", tag.name);
            }
        }
    }
    // Nothing lies beside it.
    let outside = browser.request(axum::http::Method::GET, "");
    let (mut parts, body) = outside.into_parts();
    parts.uri = "/login".parse().unwrap();
    let answer = browser
        .finish(axum::http::Request::from_parts(parts, body))
        .await;
    assert_eq!(answer.status, 404);
}
