//! `GET /manifest.webmanifest`: what a browser needs to put Restante on a home screen or in a dock
//! (W3C Web Application Manifest). It is the same for everybody, signed in or not.

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{headers::Part, state::Web};

/// The ground of the icon.
const COLOR: &str = "#2a4fb0";
/// An installed app asks again within a day.
const FRESH: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// `GET /manifest.webmanifest`
pub(crate) async fn show(web: Web, headers: HeaderMap) -> Response {
    let ui = web.stranger(&headers);
    let icon = |file: &str, sizes: &str, purpose: &str| {
        let kind = match file.ends_with(".svg") {
            true => "image/svg+xml",
            false => "image/png",
        };
        json!({"src": ui.asset(file), "sizes": sizes, "type": kind, "purpose": purpose})
    };
    let manifest = json!({
        "id": ui.url("/"),
        "name": ui.word("brand"),
        "short_name": ui.word("brand"),
        "lang": ui.language.code(),
        "start_url": ui.url("/"),
        "scope": ui.url("/"),
        "display": "standalone",
        "theme_color": COLOR,
        "background_color": COLOR,
        "categories": ["email", "productivity"],
        "icons": [
            icon("favicon.svg", "any", "any"),
            icon("app-192.png", "192x192", "any"),
            icon("app-512.png", "512x512", "any"),
            icon("app.svg", "any", "maskable"),
        ],
        "shortcuts": [
            {"name": ui.word("compose"), "url": ui.url("/compose")},
            {"name": ui.word("all-inboxes"), "url": ui.url("/all")},
        ],
        "protocol_handlers": [{"protocol": "mailto", "url": ui.url("/compose?mailto=%s")}],
    });
    let kind = HeaderValue::from_static("application/manifest+json");
    let vary = HeaderValue::from_static("accept-language");
    let head = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, FRESH),
        (header::VARY, vary),
    ];
    let mut response = (head, Json(manifest)).into_response();
    response.extensions_mut().insert(Part);
    response
}
