//! `/events`: what changes, as server-sent events.

use std::{convert::Infallible, time::Duration};

use axum::{
    http::request::Parts,
    response::{Sse, sse},
};
use futures_util::{Stream, StreamExt};

use crate::{
    door::stream::{handed_on, last_heard, reset},
    engine::{events::Event, listening::Heard},
};

use super::{
    caller::{self, May, Read},
    problem::Problem,
    state::Api,
};

/// How often it is looked whether whoever listens still may.
const RECHECK: Duration = Duration::from_secs(30);

/// What changes, from now on or since `Last-Event-ID`: `event: state` with
/// `{"accountId", "type", "mailboxId"}`, or `event: reset` when too much was missed.
#[utoipa::path(
    get,
    path = "/events",
    tag = "changes",
    params(("Last-Event-ID" = Option<String>, Header, description = "The id of the last event heard")),
    responses((status = 200, description = "The stream", content_type = "text/event-stream", body = String))
)]
pub(crate) async fn stream(
    api: Api,
    caller: May<Read>,
    parts: Parts,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, Problem> {
    let last = last_heard(&parts.headers);
    let heard = api.engine.hear(caller.own(), last).await?;
    let heard = heard.ok_or_else(Problem::too_many)?;
    let events = heard.map(|heard| match heard {
        Heard::Event(event) => said(&event),
        Heard::Lost => reset(),
    });
    let engine = api.engine.clone();
    let over = async move { over(&parts, &api).await };
    Ok(handed_on(
        events,
        async move { engine.closing().await },
        over,
    ))
}

/// Resolves when whoever listens may not any more.
async fn over(parts: &Parts, api: &Api) {
    loop {
        tokio::time::sleep(RECHECK).await;
        if caller::caller(parts, api).await.is_err() {
            return;
        }
    }
}

fn said(event: &Event) -> sse::Event {
    let data = serde_json::json!({
        "accountId": event.account.to_string(),
        "type": event.kind.as_str(),
        "mailboxId": event.mailbox.map(|id| id.to_string()),
    });
    sse::Event::default()
        .event("state")
        .id(event.seq.to_string())
        .data(data.to_string())
}
