//! The outer layer: names each request, logs it, and writes every failure in the one form that the
//! API has for it, whoever it came from.

use std::{any::Any, time::Instant};

use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tracing::Instrument;

use crate::{door::fault, engine::secrets};

use super::{
    problem::{self, Problem},
    state::Api,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// RFC 9457.
const KIND: &str = "application/problem+json";

/// See the module's description.
pub(crate) async fn layer(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let id = secrets::random_word();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(String::new, |route| route.as_str().to_owned());
    let method = request.method().clone();
    let from_page = request.headers().contains_key("sec-fetch-site");
    if is_bearer(request.headers()) {
        // A token is sent on purpose, never by a browser of itself: no other site can make it.
        for name in ["origin", "sec-fetch-site"] {
            request.headers_mut().remove(name);
        }
    }
    let span = tracing::info_span!("request", request.id = id);
    async {
        let begun = Instant::now();
        let mut response = next.run(request).await;
        let status = response.status();
        let told = response.extensions_mut().remove::<Problem>();
        if told.is_some() || status.is_client_error() || status.is_server_error() {
            let problem = told.unwrap_or_else(|| Problem::of_status(status));
            log(&problem, &route);
            response = written(response, &problem, &id, from_page);
        }
        tracing::debug!(
            http.method = %method,
            http.route = route,
            http.status = response.status().as_u16(),
            duration_ms = begun.elapsed().as_millis(),
            "Request answered"
        );
        api.engine.count_answer(
            "api",
            method.as_str(),
            &route,
            response.status().as_u16(),
            begun.elapsed(),
        );
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
    .instrument(span)
    .await
}

fn is_bearer(headers: &HeaderMap) -> bool {
    let given = headers.get(header::AUTHORIZATION);
    let scheme = given.and_then(|value| value.as_bytes().get(..7));
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer "))
}

fn log(problem: &Problem, route: &str) {
    match (&problem.cause, problem.status) {
        (Some(cause), StatusCode::INTERNAL_SERVER_ERROR) => {
            tracing::error!(http.route = route, cause, "A request failed");
        }
        (Some(cause), _) => {
            let code = &*problem.code;
            tracing::warn!(
                http.route = route,
                code,
                cause,
                "The mail server could not be used"
            );
        }
        (None, _) => {}
    }
}

/// The same answer with the failure as its body.
fn written(response: Response, problem: &Problem, id: &str, from_page: bool) -> Response {
    let status = problem.status;
    let body = problem::Body {
        kind: format!("urn:restante:problem:{}", problem.code),
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        detail: &problem.detail,
        code: &problem.code,
        request_id: id,
        errors: &problem.errors,
    };
    let bytes = serde_json::to_vec(&body).unwrap_or_default();
    let (mut parts, _) = response.into_parts();
    parts.status = status;
    parts.headers.remove(header::CONTENT_LENGTH);
    let kind = HeaderValue::from_static(KIND);
    parts.headers.insert(header::CONTENT_TYPE, kind);
    // A browser would ask its user for a password, over a page that does so itself.
    if status == StatusCode::UNAUTHORIZED && !from_page {
        for challenge in ["Basic realm=\"Restante\", charset=\"UTF-8\"", "Bearer"] {
            let challenge = HeaderValue::from_static(challenge);
            parts.headers.append(header::WWW_AUTHENTICATE, challenge);
        }
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// A handler panicked: a fault of ours, told like the others.
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    Problem::internal(fault::words(panic)).into_response()
}
