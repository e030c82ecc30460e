//! Assets as a browser asks for them.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::routing::get;
use tower::ServiceExt;

use super::*;

async fn ask(path: &str, headers: &[(HeaderName, &str)]) -> Response {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let router: Router = Router::new().route("/assets/{file}", get(show));
    router
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap()
}

fn header(response: &Response, name: HeaderName) -> &str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn an_asset_is_found_by_its_hashed_name_alone() {
    let response = ask(&url("app.js"), &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        header(&response, header::CONTENT_TYPE),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(
        header(&response, header::CACHE_CONTROL),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(header(&response, header::CONTENT_ENCODING), "");

    for path in [
        "/assets/app.js",
        "/assets/app-000000000000.js",
        "/assets/%2e%2e%2fCargo.toml",
    ] {
        assert_eq!(
            ask(path, &[]).await.status(),
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_smallest_accepted_form_is_sent() {
    let cases = [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "br"),
        ("gzip, br;q=0", "gzip"),
        ("BR", "br"),
        ("brotli", ""),
        ("identity", ""),
        ("*", ""),
    ];
    for (accepted, sent) in cases {
        let response = ask(&url("app.js"), &[(header::ACCEPT_ENCODING, accepted)]).await;
        assert_eq!(
            header(&response, header::CONTENT_ENCODING),
            sent,
            "{accepted}"
        );
        assert_eq!(header(&response, header::VARY), "accept-encoding");
    }
    let plain = to_bytes(ask(&url("app.js"), &[]).await.into_body(), usize::MAX)
        .await
        .unwrap();
    let packed = ask(&url("app.js"), &[(header::ACCEPT_ENCODING, "br")]).await;
    let packed = to_bytes(packed.into_body(), usize::MAX).await.unwrap();
    assert!(
        packed.len() * 2 < plain.len(),
        "{} of {}",
        packed.len(),
        plain.len()
    );
}

#[tokio::test]
async fn a_known_tag_is_answered_without_the_body() {
    let first = ask(&url("icons.svg"), &[(header::ACCEPT_ENCODING, "br")]).await;
    let etag = header(&first, header::ETAG).to_owned();
    assert!(etag.ends_with("-br\""), "{etag}");

    let both = [
        (header::ACCEPT_ENCODING, "br"),
        (header::IF_NONE_MATCH, etag.as_str()),
    ];
    let again = ask(&url("icons.svg"), &both).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(header(&again, header::ETAG), etag);
    assert!(
        to_bytes(again.into_body(), usize::MAX)
            .await
            .unwrap()
            .is_empty()
    );

    let other_form = ask(&url("icons.svg"), &[(header::IF_NONE_MATCH, etag.as_str())]).await;
    assert_eq!(other_form.status(), StatusCode::OK);
}

#[test]
fn tags_are_compared_as_http_says() {
    for list in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"] {
        assert!(matches(list, "\"a\""), "{list}");
    }
    for list in ["", "a", "\"ab\"", "\"A\""] {
        assert!(!matches(list, "\"a\""), "{list}");
    }
}

/// A misspelt name would be a page without its script or an icon that is not drawn, and nobody
/// would be told.
#[test]
fn every_asset_and_icon_that_a_template_names_is_there() {
    let sprites: String = ASSETS
        .iter()
        .filter(|asset| asset.name.ends_with("icons.svg"))
        .map(|asset| std::str::from_utf8(asset.plain).unwrap())
        .collect();
    let mut missing = Vec::new();
    for (path, template) in templates() {
        for name in named(&template, "asset(\"") {
            if !ASSETS.iter().any(|asset| asset.name == name) {
                missing.push(format!("{path}: asset {name}"));
            }
        }
        for name in named(&template, "icon(\"") {
            if !sprites.contains(&format!("id=\"{name}\"")) {
                missing.push(format!("{path}: icon {name}"));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

/// The words between `call` and the next quotation mark.
fn named<'a>(template: &'a str, call: &str) -> Vec<&'a str> {
    template
        .split(call)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

fn templates() -> Vec<(String, String)> {
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else {
            continue;
        };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path.display().to_string(), text));
            }
        }
    }
    found
}
