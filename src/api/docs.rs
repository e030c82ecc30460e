//! `/docs`: the document for people, made of itself; nothing is fetched from elsewhere.

use askama::Template;
use axum::{
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use serde_json::Value;

use super::{problem::Problem, state::Api};

/// Its own style, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// How it looks.
const STYLE: &str = include_str!("docs.css");

/// The page.
#[derive(Template)]
#[template(path = "api/docs.html")]
struct Docs {
    title: String,
    lead: String,
    groups: Vec<Group>,
}

/// Operations on one kind of thing.
struct Group {
    name: String,
    operations: Vec<Operation>,
}

/// One operation.
struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    parameters: Vec<Parameter>,
    body: Option<String>,
    answers: Vec<(String, String)>,
}

/// What an operation takes.
struct Parameter {
    name: String,
    place: String,
    words: String,
}

/// `GET /docs`
pub(crate) async fn show(api: Api) -> Result<Response, Problem> {
    let page = match api.docs.get() {
        Some(page) => page.clone(),
        None => {
            let page =
                drawn(&api.document()).map_err(|error| Problem::internal(error.to_string()))?;
            api.docs.get_or_init(|| page.into()).clone()
        }
    };
    let mut response = Html(page).into_response();
    let policy = HeaderValue::from_static(POLICY);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

fn drawn(document: &[u8]) -> anyhow::Result<String> {
    let document: Value = serde_json::from_slice(document)?;
    Ok(Docs::of(&document).render()?)
}

/// `GET /docs.css`
pub(crate) async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)
}

impl Docs {
    fn of(document: &Value) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        let paths = document.pointer("/paths").and_then(Value::as_object);
        for (path, item) in paths.into_iter().flatten() {
            for method in ["get", "post", "put", "patch", "delete"] {
                let Some(said) = item.get(method) else {
                    continue;
                };
                let operation = Operation::of(method, path, said);
                let tag = text(said, "/tags/0");
                match groups.iter_mut().find(|group| group.name == tag) {
                    Some(group) => group.operations.push(operation),
                    None => groups.push(Group {
                        name: tag,
                        operations: vec![operation],
                    }),
                }
            }
        }
        Self {
            title: text(document, "/info/title"),
            lead: text(document, "/info/description"),
            groups,
        }
    }
}

impl Operation {
    fn of(method: &str, path: &str, said: &Value) -> Self {
        let parameters = said
            .pointer("/parameters")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let parameters = parameters.map(|parameter| Parameter {
            name: text(parameter, "/name"),
            place: text(parameter, "/in"),
            words: text(parameter, "/description"),
        });
        let content = said.pointer("/requestBody/content");
        let content = content.and_then(Value::as_object);
        let body = content.and_then(|content| content.iter().next());
        let answers = said
            .pointer("/responses")
            .and_then(Value::as_object)
            .into_iter()
            .flatten();
        let answers = answers.filter(|(status, _)| !status.starts_with(['4', '5']));
        Self {
            id: format!("{method}{}", path.replace(['/', '{', '}'], "-")),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text(said, "/summary"),
            parameters: parameters.collect(),
            body: body.map(|(kind, content)| {
                let name = content.pointer("/schema/$ref").and_then(Value::as_str);
                let name = name.and_then(|name| name.rsplit('/').next());
                name.map_or_else(|| kind.clone(), |name| format!("{kind}: {name}"))
            }),
            answers: answers
                .map(|(status, answer)| (status.clone(), text(answer, "/description")))
                .collect(),
        }
    }
}

/// Words in which back quotes mark what a program reads: whether a piece is such, and the piece.
fn marked(words: &str) -> impl Iterator<Item = (bool, &str)> {
    let pieces = words.split('`').enumerate();
    pieces.map(|(number, piece)| (number % 2 == 1, piece))
}

/// The text at a place (RFC 6901); empty where there is none.
fn text(value: &Value, at: &str) -> String {
    let text = value.pointer(at).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}
