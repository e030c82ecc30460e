//! How pages and answers are compressed on the way. What is whole in memory, nearly all that a door
//! says, goes as one zstd frame to who takes it (RFC 8878): a list of fifty messages is a little
//! smaller than by gzip and costs a fifth of the time. Everyone else, and what comes in pieces, has
//! gzip. Brotli makes a page no smaller at this speed, and takes megabytes for each.

use std::{cell::RefCell, io};

use axum::{
    body::{Body, HttpBody as _},
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use zstd::{
    bulk::Compressor,
    zstd_safe::{CParameter, Strategy},
};

/// How zstd works: as at level 4, with tables of 32 and 16 kB instead of 768. A page is no larger by
/// that, and takes half the time, because the tables of a level are out of the processor's cache
/// whenever a mail server has worked in between.
const WAY: [CParameter; 5] = [
    CParameter::Strategy(Strategy::ZSTD_dfast),
    CParameter::WindowLog(18),
    CParameter::HashLog(13),
    CParameter::ChainLog(12),
    CParameter::MinMatch(4),
];
/// Octets below which a frame gains nothing that matters.
const LEAST: u64 = 256;
/// Octets of the largest body that is compressed at once; a larger one would keep others waiting.
const MOST: u64 = 1024 * 1024;

/// Gzip, as fast as pages need it.
pub(crate) fn gzip() -> CompressionLayer {
    CompressionLayer::new().quality(CompressionLevel::Precise(4))
}

thread_local! {
    /// A context's tables need not be laid out anew for each page.
    static OWN: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
}

/// Compresses by zstd what is text and whole, where the request takes it. Stands below [`gzip`],
/// which leaves alone what has an encoding.
pub(crate) async fn zstd(request: Request, next: Next) -> Response {
    let takes = takes_zstd(request.headers());
    let response = next.run(request).await;
    let size = response.body().size_hint().exact();
    let fits = size.is_some_and(|size| (LEAST..=MOST).contains(&size));
    if !takes || !fits || !is_text(response.headers()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let limit = usize::try_from(MOST).unwrap_or(usize::MAX);
    let Ok(plain) = axum::body::to_bytes(body, limit).await else {
        // It was whole a moment ago.
        return Response::from_parts(parts, Body::empty());
    };
    let Some(frame) = compressed(&plain) else {
        return Response::from_parts(parts, Body::from(plain));
    };
    let own = &mut parts.headers;
    own.remove(header::CONTENT_LENGTH);
    own.insert(header::CONTENT_ENCODING, HeaderValue::from_static("zstd"));
    own.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    Response::from_parts(parts, Body::from(frame))
}

/// Named in Accept-Encoding, without a weight: who has others in mind is served by the layer above,
/// which weighs them (RFC 9110 §12.5.3).
fn takes_zstd(headers: &HeaderMap) -> bool {
    let said = headers.get_all(header::ACCEPT_ENCODING).iter();
    let said = said.filter_map(|value| value.to_str().ok());
    let mut codings = said.flat_map(|value| value.split(','));
    codings.any(|coding| coding.trim().eq_ignore_ascii_case("zstd"))
}

/// A page, a piece of one or JSON, which nothing has encoded yet and whose entity tag, if it has
/// one, does not vouch for each octet.
fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.map_or(b"".as_slice(), HeaderValue::as_bytes);
    let is_text = [
        b"text/html".as_slice(),
        b"text/vnd.turbo-stream.html",
        b"application/json",
        b"application/problem+json",
    ];
    let is_strong = headers
        .get(header::ETAG)
        .is_some_and(|tag| !tag.as_bytes().starts_with(b"W/"));
    is_text.iter().any(|own| kind.starts_with(own))
        && !is_strong
        && !headers.contains_key(header::CONTENT_ENCODING)
        && !headers.contains_key(header::CONTENT_RANGE)
}

fn compressed(plain: &[u8]) -> Option<Vec<u8>> {
    OWN.with_borrow_mut(|own| {
        if own.is_none() {
            *own = compressor().ok();
        }
        own.as_mut()?.compress(plain).ok()
    })
}

fn compressor() -> io::Result<Compressor<'static>> {
    let mut made = Compressor::default();
    for parameter in WAY {
        made.set_parameter(parameter)?;
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use axum::{Router, middleware, routing::get};
    use tower::ServiceExt as _;

    use super::*;

    async fn asked(accepts: &str, kind: &'static str, tag: &'static str, size: usize) -> Response {
        let answer = async move || {
            let mut response = Response::new(Body::from("mail ".repeat(size)));
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            if !tag.is_empty() {
                headers.insert(header::ETAG, HeaderValue::from_static(tag));
            }
            response
        };
        let router = Router::new()
            .route("/", get(answer))
            .layer(middleware::from_fn(zstd))
            .layer(gzip());
        let request = Request::builder().header(header::ACCEPT_ENCODING, accepts);
        let request = request.uri("/").body(Body::empty()).unwrap();
        router.oneshot(request).await.unwrap()
    }

    fn encoding(response: &Response) -> &str {
        let encoding = response.headers().get(header::CONTENT_ENCODING);
        encoding.map_or("", |encoding| encoding.to_str().unwrap())
    }

    #[tokio::test]
    async fn a_page_goes_as_a_frame_to_who_takes_it() {
        let page = asked("gzip, deflate, br, zstd", "text/html", "", 1000).await;
        assert_eq!(encoding(&page), "zstd");
        assert_eq!(page.headers()[header::VARY], "accept-encoding");
        let body = axum::body::to_bytes(page.into_body(), 10_000)
            .await
            .unwrap();
        assert!(body.len() < 500);
        let plain = zstd::bulk::decompress(&body, 10_000).unwrap();
        assert_eq!(plain, "mail ".repeat(1000).into_bytes());
    }

    #[tokio::test]
    async fn everyone_else_has_gzip_or_what_it_is() {
        for (accepts, kind, tag, size, is) in [
            ("gzip, br", "text/html", "", 1000, "gzip"),
            ("gzip, zstd;q=0", "text/html", "", 1000, "gzip"),
            ("", "text/html", "", 1000, ""),
            ("zstd", "text/html", "", 10, ""),
            ("zstd", "application/pdf", "", 1000, ""),
            ("zstd", "application/json", "\"a\"", 1000, ""),
            ("zstd", "application/json", "W/\"a\"", 1000, "zstd"),
            ("gzip, zstd", "text/html", "", 400_000, "gzip"),
        ] {
            let response = asked(accepts, kind, tag, size).await;
            assert_eq!(encoding(&response), is, "{accepts} {kind} {tag} {size}");
        }
    }
}
