//! The outer layer of the pages: names each request, logs it, and draws the page for whatever
//! went wrong within, in the reader's language and dress.

use std::{
    any::Any,
    sync::{Arc, OnceLock},
    time::Instant,
};

use askama::Template;
use axum::{
    Json,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use tracing::Instrument;

use crate::{
    door::fault,
    engine::{error::Problem, secrets},
};

use super::{
    error::Error,
    error_page::{ErrorPage, Fault},
    page::{Flash, Ui},
    state::Web,
    stream::StreamAnswer,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Tells our script to ask for the password in place.
const REAUTH: HeaderName = HeaderName::from_static("x-restante-reauth");

/// Who reads, once the session is known; left here by the handler for the page that may follow.
#[derive(Clone, Default)]
pub(crate) struct Reader(Arc<OnceLock<Ui>>);

impl Reader {
    pub(crate) fn set(&self, ui: &Ui) {
        let _known_already = self.0.set(ui.clone());
    }
}

/// What is needed of a request to answer for its failure.
struct Asked {
    id: String,
    route: String,
    path: String,
    method: Method,
    headers: HeaderMap,
    reader: Reader,
}

/// See the module's description.
pub(crate) async fn layer(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let asked = Asked {
        id: secrets::random_word(),
        route: route.map_or_else(String::new, |route| route.as_str().to_owned()),
        path: request
            .uri()
            .path_and_query()
            .map_or_else(String::new, ToString::to_string),
        method: request.method().clone(),
        headers: request.headers().clone(),
        reader: Reader::default(),
    };
    request.extensions_mut().insert(asked.reader.clone());
    let span = tracing::info_span!("request", request.id = asked.id);
    async {
        let begun = Instant::now();
        let mut response = next.run(request).await;
        if let Some(error) = response.extensions_mut().remove::<Error>() {
            log(&error, &asked);
            let mut drawn = draw(&web, &error, &asked);
            for (name, value) in response.headers() {
                drawn.headers_mut().entry(name).or_insert(value.clone());
            }
            drawn.headers_mut().remove(header::CONTENT_LENGTH);
            response = drawn;
        }
        tracing::debug!(
            http.method = %asked.method,
            http.route = asked.route,
            http.status = response.status().as_u16(),
            duration_ms = begun.elapsed().as_millis(),
            "Request answered"
        );
        web.engine.count_answer(
            "web",
            asked.method.as_str(),
            &asked.route,
            response.status().as_u16(),
            begun.elapsed(),
        );
        if let Ok(id) = HeaderValue::from_str(&asked.id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
    .instrument(span)
    .await
}

fn log(error: &Error, asked: &Asked) {
    match error {
        Error::Internal(cause) => {
            tracing::error!(http.route = asked.route, cause, "A request failed");
        }
        Error::Upstream(problem, cause) => tracing::warn!(
            http.route = asked.route,
            ?problem,
            cause,
            "The mail server could not be used"
        ),
        _ => {}
    }
}

fn draw(web: &Web, error: &Error, asked: &Asked) -> Response {
    if *error == Error::SignedOut {
        return signed_out(web, asked);
    }
    let mut ui = match asked.reader.0.get() {
        Some(ui) => ui.clone(),
        None => web.stranger(&asked.headers),
    };
    let status = error.status();
    let fault = fault(&ui, error, asked);
    let page = |ui: Ui, fault: Fault| {
        let is_get = asked.method == Method::GET;
        let retry = (is_get && status.is_server_error()).then(|| asked.path.clone());
        let signed_in = ui.address.is_some();
        let back = if signed_in { "/" } else { "/login" };
        ErrorPage {
            ui,
            fault,
            retry,
            back: back.to_owned(),
        }
    };
    if wants_json(&asked.headers) {
        let sentence = page(ui, fault).sentence();
        return (status, Json(serde_json::json!({ "sentence": sentence }))).into_response();
    }
    if wants_stream(&asked.headers) {
        let sentence = page(ui.clone(), fault).sentence();
        ui.flash = Some(Flash {
            sentence,
            problem: true,
            undo: None,
        });
        let answer = StreamAnswer {
            ui,
            removed: Vec::new(),
            changed: None,
            label: None,
            folders: Vec::new(),
        };
        return (status, stream(&answer)).into_response();
    }
    match page(ui, fault).render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "The error page could not be drawn");
            (StatusCode::INTERNAL_SERVER_ERROR, "Internal error").into_response()
        }
    }
}

/// A navigation goes to the sign-in page and comes back; our script asks in place.
fn signed_out(web: &Web, asked: &Asked) -> Response {
    let by_script = wants_stream(&asked.headers)
        || wants_json(&asked.headers)
        || asked.headers.contains_key("turbo-frame")
        || asked
            .headers
            .get("sec-fetch-mode")
            .is_some_and(|mode| mode != "navigate");
    if by_script {
        let reauth = [(REAUTH, HeaderValue::from_static("1"))];
        return (StatusCode::UNAUTHORIZED, reauth).into_response();
    }
    let base = web.config.base_path();
    if asked.method != Method::GET {
        return Redirect::to(&format!("{base}/login?ended=1")).into_response();
    }
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("next", &asked.path);
    Redirect::to(&format!("{base}/login?{}", query.finish())).into_response()
}

fn fault(ui: &Ui, error: &Error, asked: &Asked) -> Fault {
    match error {
        Error::NotFound if asked.route.contains("{email}") => Fault::NoSuchMessage,
        Error::NotFound if asked.route.contains("{mailbox}") => Fault::NoSuchFolder,
        Error::NotFound | Error::SignedOut => Fault::NoSuchPage,
        Error::NoSuchPart => Fault::NoSuchPart,
        Error::Foreign => Fault::Foreign,
        Error::BadRequest => Fault::BadRequest,
        Error::WrongMethod => Fault::WrongMethod,
        Error::TooLarge => Fault::TooLarge,
        Error::TooMany(seconds) => Fault::TooMany(*seconds),
        Error::Invalid(key) => Fault::Said(ui.t(key)),
        Error::Upstream(Problem::Timeout, _) => Fault::ServerSlow,
        Error::Upstream(Problem::Limit | Problem::InUse | Problem::TooSoon | Problem::Busy, _) => {
            Fault::Busy
        }
        Error::Upstream(problem, _) if error.status() == StatusCode::UNPROCESSABLE_ENTITY => {
            Fault::Said(ui.t(problem.key()))
        }
        Error::Upstream(problem @ Problem::Provider, _) => Fault::Said(ui.t(problem.key())),
        Error::Upstream(..) => Fault::ServerAway,
        Error::Internal(_) => Fault::Internal(asked.id.clone()),
    }
}

/// A handler panicked: a fault of ours, on a page like the others.
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    Error::Internal(fault::words(panic)).into_response()
}

/// Does the request come from a script that reads JSON?
pub(crate) fn wants_json(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter();
    accepted
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("application/json"))
}

/// Does the request come from Turbo, which can take a page's changes alone?
pub(crate) fn wants_stream(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter();
    accepted
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("text/vnd.turbo-stream.html"))
}

/// Changes to an open page.
pub(crate) fn stream(answer: &StreamAnswer) -> Response {
    match answer.render() {
        Ok(body) => {
            let kind = "text/vnd.turbo-stream.html; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], body).into_response()
        }
        Err(error) => Error::Internal(error.to_string()).into_response(),
    }
}
