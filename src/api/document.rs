//! What the API says of itself: OpenAPI 3.1, made from the handlers. What holds for all of them
//! (how one signs in, what a failure looks like) is added here once.

use axum::{http::header, response::IntoResponse};
use utoipa::{
    OpenApi as _,
    openapi::{
        ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder, Server,
        path::Operation,
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

use super::{problem, routes, state::Api};

/// What the document begins with.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Restante",
        description = "Mail for programs: read, change, search, write, send and watch it. Names \
            are those of RFC 8621. Every failure is `application/problem+json` (RFC 9457).",
    ),
    components(schemas(problem::Body<'static>, problem::Fault))
)]
struct Frame;

/// The document, for an API that is found at `/api/v1`.
pub fn document() -> OpenApi {
    at("/api/v1")
}

/// As it is served, in JSON.
pub fn json() -> String {
    json_at("/api/v1")
}

pub(super) fn json_at(base: &str) -> String {
    // Serialisation fails only for maps whose keys are no texts.
    at(base).to_pretty_json().unwrap_or_default()
}

/// `GET /openapi.json`
pub(crate) async fn show(api: Api) -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (kind, api.document())
}

fn at(base: &str) -> OpenApi {
    let mut document = Frame::openapi();
    document.merge(routes::paths().into_openapi());
    document.servers = Some(vec![Server::new(base)]);
    let components = document.components.get_or_insert_default();
    for (name, scheme) in [
        ("bearer", HttpAuthScheme::Bearer),
        ("basic", HttpAuthScheme::Basic),
    ] {
        components.add_security_scheme(name, SecurityScheme::Http(Http::new(scheme)));
    }
    let either = ["bearer", "basic"];
    document.security = Some(
        either
            .map(|name| SecurityRequirement::new(name, Vec::<String>::new()))
            .into(),
    );
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                operation.operation_id = Some(name(method, path));
                complete(operation, method != "get");
            }
        }
    }
    document
}

/// A name for generated clients: `getAccountsByAccountEmails`.
fn name(method: &str, path: &str) -> String {
    let mut name = method.to_owned();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        if segment.starts_with('{') {
            name.push_str("By");
        }
        for word in segment.split(|letter: char| !letter.is_ascii_alphanumeric()) {
            let mut letters = word.chars();
            name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
            name.push_str(letters.as_str());
        }
    }
    name
}

/// Adds the failures that any operation may have.
fn complete(operation: &mut Operation, writes: bool) {
    let always = [
        ("400", "What came can't be read"),
        ("401", "Nobody is signed in"),
        ("403", "The token has not the scope for it"),
        ("404", "There is none, or it is somebody else's"),
        (
            "409",
            "Its state does not allow it, or the account needs its password again",
        ),
        ("410", "The cursor or state is too old"),
        ("422", "What came makes no sense, or is not supported"),
        ("429", "Too many tries"),
        ("500", "A fault of the server"),
        ("502", "The mail server could not be used"),
        ("503", "The mail server is busy"),
        ("504", "The mail server does not answer"),
    ];
    // Said by the server beneath, which knows no form for it.
    for (status, words) in [
        ("414", "The address is too long"),
        ("431", "The head is too long"),
    ] {
        let response = ResponseBuilder::new().description(words).build();
        let known = &mut operation.responses.responses;
        known.insert(status.to_owned(), RefOr::T(response));
    }
    let writing = [
        ("412", "It has changed since"),
        ("413", "Too large"),
        ("415", "Not of this media type"),
    ];
    let also = writing.iter().filter(|_| writes);
    let ranges = [("416", "There are no such octets")];
    let gives_ranges = operation.responses.responses.contains_key("206");
    let beyond = ranges.iter().filter(|_| gives_ranges);
    for (status, words) in always.iter().chain(also).chain(beyond) {
        let known = &mut operation.responses.responses;
        if known.contains_key(*status) {
            continue;
        }
        let content = ContentBuilder::new()
            .schema(Some(RefOr::Ref(Ref::from_schema_name("Problem"))))
            .build();
        let response = ResponseBuilder::new()
            .description(*words)
            .content("application/problem+json", content)
            .build();
        known.insert((*status).to_owned(), RefOr::T(response));
    }
}
