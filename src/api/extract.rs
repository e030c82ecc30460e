//! What comes with a request, checked: JSON bodies, what stands behind `?`, ids in paths.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::IntoResponse,
};
use serde::de::DeserializeOwned;

use super::problem::Problem;

/// A JSON body.
pub(crate) struct Json<T>(pub(crate) T);

/// What stands behind `?`.
pub(crate) struct Query<T>(pub(crate) T);

/// What stands in the path.
pub(crate) struct Path<T>(pub(crate) T);

/// A JSON body, with the octets that it was.
pub(crate) struct Whole<T> {
    pub(crate) value: T,
    pub(crate) octets: Bytes,
}

impl<S, T> FromRequest<S> for Json<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Whole { value, .. } = Whole::from_request(request, state).await?;
        Ok(Self(value))
    }
}

impl<S, T> FromRequest<S> for Whole<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::unsupported("The body must be application/json."));
        }
        let bytes = match Bytes::from_request(request, state).await {
            Ok(bytes) => bytes,
            Err(rejection) => match rejection.into_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => return Err(Problem::too_large()),
                _ => return Err(Problem::malformed("body_cut", "The body ended too early.")),
            },
        };
        // A list would be taken for an object's members in their order.
        if bytes.trim_ascii_start().first() == Some(&b'[') {
            return Err(Problem::unfit("", "An object is needed."));
        }
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let value: T = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let pointer = pointer(error.path());
            let inner = error.into_inner();
            match inner.classify() {
                serde_json::error::Category::Data => {
                    Problem::unfit(pointer, without_place(&inner.to_string()))
                }
                // A number where a word is to be chosen is told as a fault of the syntax.
                _ if serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_ok() => {
                    Problem::unfit(pointer, "That is no value for it.")
                }
                _ => Problem::malformed("not_json", "The body is not JSON."),
            }
        })?;
        match reader.end() {
            Ok(()) => Ok(Self {
                value,
                octets: bytes,
            }),
            Err(_) => Err(Problem::malformed("not_json", "The body is not JSON.")),
        }
    }
}

impl<S, T> FromRequestParts<S> for Query<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum_extra::extract::Query::from_request_parts(parts, state).await {
            Ok(axum_extra::extract::Query(fields)) => Ok(Self(fields)),
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                let detail = cause.unwrap_or_else(|| "The query can't be read.".to_owned());
                Err(Problem::malformed("query_invalid", detail))
            }
        }
    }
}

impl<S, T> FromRequestParts<S> for Path<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Send,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        #[expect(clippy::disallowed_types, reason = "the one place that wraps it")]
        let path =
            <axum::extract::Path<T> as FromRequestParts<S>>::from_request_parts(parts, state);
        match path.await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            // An id that can't be is not there, like one that is not.
            Err(_) => Err(Problem::not_found()),
        }
    }
}

/// `application/json`, or a type whose name ends in `+json`; `merge-patch+json` is one.
fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|value| value.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next());
    kind.is_some_and(|kind| {
        let kind = kind.trim().to_ascii_lowercase();
        kind == "application/json" || kind.starts_with("application/") && kind.ends_with("+json")
    })
}

/// RFC 6901.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;

    let mut pointer = String::new();
    for segment in path {
        pointer.push('/');
        match segment {
            Segment::Seq { index } => pointer += &index.to_string(),
            Segment::Map { key } => pointer += &key.replace('~', "~0").replace('/', "~1"),
            Segment::Enum { variant } => pointer += variant,
            Segment::Unknown => pointer.push('?'),
        }
    }
    pointer
}

/// serde_json's words without line and column.
fn without_place(words: &str) -> String {
    let end = words.rfind(" at line ").unwrap_or(words.len());
    words.get(..end).unwrap_or(words).to_owned()
}
