//! `Idempotency-Key`: a request that is repeated gets the first answer.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use tracing::Instrument as _;

use crate::engine::{
    idempotency::{Once, Ticket},
    sessions::UserId,
};

use super::{problem::Problem, state::Api};

/// The header.
const KEY: &str = "idempotency-key";

/// Characters of a key.
const KEY_MOST: usize = 200;

/// A status, and JSON.
pub(crate) type Answer = (u16, String);

/// What the engine says of a request with a key.
pub(crate) enum Turn {
    /// It is to be carried out, under this key if it has one.
    First(Option<Ticket>),
    /// It was answered before, with this.
    Answered(Answer),
}

/// Whether a request has a key.
pub(crate) fn is_named(headers: &HeaderMap) -> bool {
    headers.contains_key(KEY)
}

/// Whose turn a request to `path` with this body is.
pub(crate) async fn turn(
    api: &Api,
    user: UserId,
    headers: &HeaderMap,
    path: &str,
    body: &[u8],
) -> Result<Turn, Problem> {
    let Some(key) = headers.get(KEY) else {
        return Ok(Turn::First(None));
    };
    let key = key.to_str().ok().map(str::trim);
    let key = key.filter(|key| (1..=KEY_MOST).contains(&key.len()));
    let key = key.ok_or_else(|| {
        let detail = "Idempotency-Key has 1 to 200 visible characters.";
        Problem::malformed("idempotency_key", detail)
    })?;
    match api.engine.once(user, path, key, body).await? {
        Once::First(ticket) => Ok(Turn::First(Some(ticket))),
        Once::Again(status, json) => Ok(Turn::Answered((status, json))),
        Once::InFlight => {
            let detail = "The first request with this key is being carried out.";
            let mut problem = Problem::conflict("in_flight", detail);
            problem.retry_after = Some(1);
            Err(problem)
        }
        Once::Other => {
            let detail = "Another request came under this key.";
            Err(Problem::invalid("idempotency_key_reused", detail))
        }
    }
}

/// Carries a first request out to its end and keeps the answer, also when whoever asked goes away:
/// that is when requests are repeated.
pub(crate) async fn carried<T: Serialize + Send + 'static>(
    api: &Api,
    ticket: Option<Ticket>,
    work: impl Future<Output = Result<(StatusCode, T), Problem>> + Send + 'static,
) -> Result<Answer, Problem> {
    let api = api.clone();
    let all = async move { kept(&api, ticket.as_ref(), work.await).await };
    let done = tokio::spawn(all.in_current_span()).await;
    done.map_err(|error| Problem::internal(error.to_string()))?
}

/// The answer to a first request, kept for whoever repeats it.
async fn kept<T: Serialize>(
    api: &Api,
    ticket: Option<&Ticket>,
    outcome: Result<(StatusCode, T), Problem>,
) -> Result<Answer, Problem> {
    let (status, value) = match outcome {
        Ok(outcome) => outcome,
        Err(problem) => {
            if let Some(ticket) = ticket {
                api.engine.failed(ticket).await;
            }
            return Err(problem);
        }
    };
    let json =
        serde_json::to_string(&value).map_err(|error| Problem::internal(error.to_string()))?;
    if let Some(ticket) = ticket {
        api.engine.answered(ticket, status.as_u16(), &json).await?;
    }
    Ok((status.as_u16(), json))
}

/// As an answer that tells in `Location` where the thing of its `id` is.
pub(crate) fn answer_at(answer: Answer, place: impl FnOnce(&str) -> String) -> Response {
    let said: serde_json::Value = serde_json::from_str(&answer.1).unwrap_or_default();
    let id = said.get("id").and_then(serde_json::Value::as_str);
    let place = id.map(place);
    let mut response = self::answer(answer);
    if let Some(place) = place.and_then(|place| HeaderValue::from_str(&place).ok()) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

/// As an answer.
pub(crate) fn answer((status, json): Answer) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let kind = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, kind)], json).into_response()
}
