//! The headers that keep browsers safe, word for word, on one answer of every kind (T-CSP-1,
//! T-CLICK-1), and names in requests that are not believed (T-HOST-1).

use axum::http::Method;

use crate::support::{
    app::{Settings, TestApp},
    browser::{Answer, set},
    letter::letter,
};

use super::user_with;

const APP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'; manifest-src 'self'; worker-src 'self'";
const MESSAGE: &str = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; \
    frame-ancestors 'self'; base-uri 'none'; form-action 'none'; \
    sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox";
const FILE: &str = "default-src 'none'; sandbox";
/// What is no page by itself.
const PART: &str = "default-src 'none'; frame-ancestors 'none'";

const NEVER: &str = "no-store";
const PRIVATE: &str = "private, max-age=3600";
const FOR_EVER: &str = "public, max-age=31536000, immutable";

fn check(answer: &Answer, what: &str, status: u16, policy: &str, cache: &str) {
    // Only pages heed these.
    let (prefetch, opener) = if policy == PART {
        ("", "")
    } else {
        ("off", "same-origin")
    };
    assert_eq!(answer.status, status, "{what}");
    for (name, value) in [
        ("content-security-policy", policy),
        ("cache-control", cache),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("x-dns-prefetch-control", prefetch),
        ("cross-origin-opener-policy", opener),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{what}: {name}");
    }
    assert!(!answer.header("x-request-id").is_empty(), "{what}");
    for name in ["server", "x-powered-by", "access-control-allow-origin"] {
        assert!(answer.headers.get(name).is_none(), "{what}: {name}");
    }
}

#[tokio::test]
async fn every_kind_of_answer_has_its_policy() {
    let app = TestApp::start().await;
    let user = user_with(vec![
        letter("Both")
            .html("<p>Hello</p>")
            .file("text/html", "page.html", b"<script>alert(1)</script>")
            .raw(),
    ]);
    let mut browser = app.browser();
    check(&browser.get("/login").await, "sign-in", 200, APP, NEVER);
    check(&browser.get("/").await, "to sign-in", 303, PART, NEVER);
    check(&browser.sign_in("x", "y").await, "refused", 422, APP, NEVER);
    check(&browser.get("/healthz").await, "health", 200, APP, NEVER);
    check(&browser.get("/readyz").await, "readiness", 200, APP, NEVER);
    check(
        &browser.frame("/folders", "list").await,
        "ask again",
        401,
        APP,
        NEVER,
    );

    let mut browser = app.signed_in(&user).await;
    let inbox = browser.page("/").await;
    check(&inbox, "list", 200, APP, NEVER);
    let path = inbox.link("class", "row__link").unwrap();
    check(&browser.get(&path).await, "message", 200, APP, NEVER);
    check(
        &browser.frame(&path, "reader").await,
        "frame",
        200,
        APP,
        NEVER,
    );
    for noun in ["source", "headers", "print", "deletion"] {
        check(
            &browser.get(&format!("{path}/{noun}")).await,
            noun,
            200,
            APP,
            NEVER,
        );
    }
    check(
        &browser.get(&format!("{path}/html/1")).await,
        "document",
        200,
        MESSAGE,
        PRIVATE,
    );
    check(
        &browser.get(&format!("{path}/parts/2")).await,
        "part",
        200,
        FILE,
        PRIVATE,
    );
    check(
        &browser.get(&format!("{path}/raw")).await,
        "raw",
        200,
        FILE,
        PRIVATE,
    );
    check(
        &browser.get(&format!("{path}/parts/9")).await,
        "no part",
        404,
        APP,
        NEVER,
    );
    check(
        &browser.get(&format!("{path}/html/9")).await,
        "no document",
        404,
        APP,
        NEVER,
    );
    check(
        &browser.get("/image?u=http://a.example/x.png&s=x").await,
        "no image",
        404,
        APP,
        NEVER,
    );
    check(&browser.get("/nowhere").await, "no page", 404, APP, NEVER);
    check(
        &browser.post("/folders/x", &[]).await,
        "no form",
        404,
        APP,
        NEVER,
    );
    check(&browser.get("/undo").await, "wrong method", 405, APP, NEVER);
    check(
        &browser.post("/undo", &[]).await,
        "half a form",
        400,
        APP,
        NEVER,
    );
    check(
        &browser.turbo(&format!("{path}/star"), &[]).await,
        "stream",
        200,
        APP,
        NEVER,
    );
    let mut foreign = browser.form("/folders", &[("name", "x")]);
    set(&mut foreign, "origin", "https://evil.example");
    set(&mut foreign, "sec-fetch-site", "cross-site");
    check(&browser.finish(foreign).await, "foreign", 403, APP, NEVER);
    let large = "x".repeat(300 * 1024);
    check(
        &browser.post("/folders", &[("name", &large)]).await,
        "large",
        413,
        APP,
        NEVER,
    );

    let tags = inbox.tags();
    let sheet = tags
        .iter()
        .find(|tag| tag.get("rel") == "stylesheet")
        .unwrap();
    check(
        &browser.get(sheet.get("href")).await,
        "asset",
        200,
        PART,
        FOR_EVER,
    );
    check(
        &browser.get("/assets/nothing.js").await,
        "no asset",
        404,
        APP,
        NEVER,
    );
}

#[tokio::test]
async fn portals_may_frame_us_where_the_operator_says_so() {
    let settings = Settings::empty().top("frame_ancestors = \"https://portal.example.org\"");
    let app = settings.start().await;
    let answer = app.browser().get("/login").await;
    let policy = APP.replace("ancestors 'none'", "ancestors https://portal.example.org");
    assert_eq!(answer.header("content-security-policy"), policy);
}

#[tokio::test]
async fn no_name_in_a_request_shows_in_an_answer() {
    let app = TestApp::start().await;
    let user = user_with(vec![
        letter("One")
            .html("<img src=http://pictures.example/1.png>")
            .raw(),
    ]);
    let mut browser = app.signed_in(&user).await;
    let path = browser.page("/").await.link("class", "row__link").unwrap();
    for path in [
        "/",
        "/login",
        &path,
        &format!("{path}/html/1?images=1"),
        "/nowhere",
    ] {
        for name in [
            "host",
            "x-forwarded-host",
            "x-forwarded-proto",
            "forwarded",
            "x-original-url",
        ] {
            let mut request = browser.request(Method::GET, path);
            set(&mut request, name, "evil.example");
            let answer = browser.finish(request).await;
            assert!(answer.status < 500);
            assert!(!answer.text().contains("evil.example"), "{path} {name}");
            for (header, value) in &answer.headers {
                let value = String::from_utf8_lossy(value.as_bytes());
                assert!(!value.contains("evil.example"), "{path} {name}: {header}");
            }
        }
    }
}
