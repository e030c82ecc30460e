//! Scripts, styles and icons, embedded in the binary and addressed by their content.
//!
//! `build.rs` writes the table; a file's name carries its hash, so a browser may keep it for ever.

use axum::extract::RawPathParams;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::headers::Part;

/// One file of the bundle.
struct Asset {
    /// What templates call it: `app.js`.
    name: &'static str,
    /// What browsers call it: `app-1a2b3c4d5e6f.js`.
    file: &'static str,
    hash: &'static str,
    plain: &'static [u8],
    /// Absent where it would be larger than the file.
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The address of an asset, without the base path: `/assets/app-1a2b3c4d5e6f.js` for `app.js`.
///
/// A name that the bundle does not have gives an address that answers 404.
pub fn url(name: &str) -> String {
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    format!("/assets/{}", asset.map_or(name, |asset| asset.file))
}

/// `GET /assets/{file}`
pub async fn show(parameters: RawPathParams, request: HeaderMap) -> Response {
    let wanted = parameters.iter().find(|(name, _)| *name == "file");
    let found = wanted.and_then(|(_, file)| ASSETS.iter().find(|asset| asset.file == file));
    match found {
        Some(asset) => asset.answer(&request),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Asset {
    fn answer(&self, request: &HeaderMap) -> Response {
        let (encoding, body) = self.best(request);
        // Each encoding is a representation of its own (RFC 9110 §8.8.3.3).
        let etag = match encoding {
            Some(encoding) => format!("\"{}-{encoding}\"", self.hash),
            None => format!("\"{}\"", self.hash),
        };
        let known = request
            .get(header::IF_NONE_MATCH)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| matches(value, &etag));

        let mut response = if known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            body.into_response()
        };
        response.extensions_mut().insert(Part);
        let headers = response.headers_mut();
        for (name, value) in FIXED {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if let Ok(etag) = HeaderValue::try_from(etag) {
            headers.insert(header::ETAG, etag);
        }
        if !known {
            headers.insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static(self.media_type()),
            );
            if let Some(encoding) = encoding {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
        } else {
            headers.remove(header::CONTENT_TYPE);
        }
        response
    }

    /// The smallest form that the browser takes.
    fn best(&self, request: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
        [("br", self.brotli), ("gzip", self.gzip)]
            .into_iter()
            .find_map(|(encoding, body)| {
                body.filter(|_| accepts(request, encoding))
                    .map(|body| (Some(encoding), body))
            })
            .unwrap_or((None, self.plain))
    }

    fn media_type(&self) -> &'static str {
        match self.file.rsplit_once('.').map(|(_, extension)| extension) {
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("png") => "image/png",
            Some("ico") => "image/x-icon",
            Some("webmanifest") => "application/manifest+json",
            Some("woff2") => "font/woff2",
            _ => "application/octet-stream",
        }
    }
}

/// What every asset is answered with.
const FIXED: [(HeaderName, &str); 2] = [
    (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    (header::VARY, "accept-encoding"),
];

/// Whether `Accept-Encoding` names the encoding with a weight above nought (RFC 9110 §12.5.3).
///
/// `*` does not count: every browser names what it knows.
fn accepts(request: &HeaderMap, encoding: &str) -> bool {
    request
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|item| {
            let mut fields = item.split(';').map(str::trim);
            let named = fields
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(encoding));
            let refused = fields
                .filter_map(|field| field.strip_prefix("q="))
                .any(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0));
            named && !refused
        })
}

/// Weak comparison with a list of tags or `*` (RFC 9110 §13.1.2).
fn matches(list: &str, etag: &str) -> bool {
    list.split(',')
        .map(str::trim)
        .any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

#[cfg(test)]
mod tests;
