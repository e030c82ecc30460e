//! Response headers that every answer carries, the content security policies, and the session's
//! cookie where it is due.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use super::{cookies::Renewal, state::Web};

pub(crate) use crate::door::policy::{FILE_POLICY, MESSAGE_POLICY};

/// The policy of what is never a page by itself: scripts, styles, icons, redirects.
const PART_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// In the extensions of an answer that is never a page by itself: what only pages heed would be
/// half of its size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part;

/// The policy of the app's pages; `frame_ancestors` comes from the configuration.
pub(crate) fn app_policy(frame_ancestors: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors {frame_ancestors}; manifest-src 'self'; \
         worker-src 'self'"
    )
}

static EVERYWHERE: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (header::CACHE_CONTROL, "no-store"),
];

static ON_PAGES: [(HeaderName, &str); 3] = [
    // Whether HTML mail is to be turned dark, where the theme is the system's.
    (
        HeaderName::from_static("accept-ch"),
        "Sec-CH-Prefers-Color-Scheme",
    ),
    (HeaderName::from_static("x-dns-prefetch-control"), "off"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

/// Adds what is missing; a handler that set its own header keeps it.
pub(crate) async fn add(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let renewal = Renewal::default();
    request.extensions_mut().insert(renewal.clone());
    let mut response = next.run(request).await;
    let part = response.extensions().get::<Part>().is_some()
        || response.headers().contains_key(header::LOCATION);
    let headers = response.headers_mut();
    let of_pages = ON_PAGES.iter().filter(|_| !part);
    for (name, value) in EVERYWHERE.iter().chain(of_pages) {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    renewal.answer(&web.config, headers);
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert_with(|| {
            if part {
                HeaderValue::from_static(PART_POLICY)
            } else {
                web.app_policy.clone()
            }
        });
    if web.config.is_https() {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    response
}
