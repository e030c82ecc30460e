//! `GET /events`: what changes, as server-sent events. One stream per browser; the page that has
//! it tells the other tabs.

use std::convert::Infallible;

use axum::{
    http::HeaderMap,
    response::{Sse, sse},
};
use futures_util::{Stream, StreamExt};

use crate::{
    door::stream::{handed_on, last_heard, reset},
    engine::{events::Event, listening::Heard},
};

use super::{error::Error, signed_in::SignedIn, state::Web};

/// The stream. `Last-Event-ID` brings what was missed, or `reset` when that is too much.
pub(crate) async fn stream(
    web: Web,
    signed_in: SignedIn,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, Error> {
    let heard = web
        .engine
        .hear(&signed_in.own, last_heard(&headers))
        .await?;
    let events = heard.ok_or(Error::TooMany(60))?.map(|heard| match heard {
        Heard::Event(event) => said(&event),
        Heard::Lost => reset(),
    });
    let (engine, session) = (web.engine.clone(), signed_in.session);
    let over = async move { engine.session_over(&session).await };
    let engine = web.engine.clone();
    Ok(handed_on(
        events,
        async move { engine.closing().await },
        over,
    ))
}

fn said(event: &Event) -> sse::Event {
    let data = serde_json::json!({
        "accountId": event.account.to_string(),
        "type": event.kind.as_str(),
        "mailboxId": event.mailbox.map(|id| id.to_string()),
    });
    sse::Event::default()
        .event("mail")
        .id(event.seq.to_string())
        .data(data.to_string())
}
