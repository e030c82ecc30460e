//! `/events`: what changes, as server-sent events.

use std::{convert::Infallible, pin::pin, time::Duration};

use axum::{
    http::request::Parts,
    response::{
        Sse,
        sse::{self, KeepAlive},
    },
};
use futures_util::{Stream, StreamExt, stream};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::{
    door::farewell::farewell,
    engine::{
        events::{Event, Missed},
        listening::Heard,
    },
};

use super::{
    caller::{self, May, Read},
    problem::Problem,
    state::Api,
};

/// A comment this often keeps proxies from closing the stream.
const PING: Duration = Duration::from_secs(25);
/// How often it is looked whether whoever listens still may.
const RECHECK: Duration = Duration::from_secs(30);
/// What waits for a program that does not read; the rest becomes a `reset`.
const WAITING: usize = 16;

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
    let own = caller.own();
    // Subscribed before the past is read, so that nothing falls between.
    let live = api.engine.listen(own).await?;
    let live = live.ok_or_else(Problem::too_many)?;
    let last = parts.headers.get("last-event-id");
    let last = last.and_then(|value| value.to_str().ok()?.parse::<i64>().ok());
    let (past, seen) = match last {
        Some(seq) => match api.engine.missed(own, seq).await? {
            Missed::Events(events) => {
                let newest = events.last().map_or(seq, |event| event.seq);
                (events.iter().map(said).collect(), newest)
            }
            Missed::Reset => (vec![reset()], i64::MIN),
        },
        None => (Vec::new(), i64::MIN),
    };
    let live = live.filter_map(move |heard| async move {
        match heard {
            Heard::Event(event) if event.seq > seen => Some(said(&event)),
            Heard::Event(_) => None,
            Heard::Lost => Some(reset()),
        }
    });
    let events = stream::iter(past).chain(live);
    let (sender, receiver) = mpsc::channel(WAITING);
    // In a task of its own: one that does not read is not asked for more, and what hung on its
    // reading would outlive the token, with the account and its password in memory.
    tokio::spawn(async move {
        tokio::select! {
            // One that does not read hears nothing of it, and is not waited for.
            () = api.engine.closing() => drop(sender.try_send(farewell())),
            () = over(&parts, &api) => {}
            () = sender.closed() => {}
            () = hand_on(events, &sender) => {}
        }
    });
    let events = ReceiverStream::new(receiver).map(Ok);
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(PING)))
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

async fn hand_on(events: impl Stream<Item = sse::Event>, to: &mpsc::Sender<sse::Event>) {
    let mut events = pin!(events);
    while let Some(event) = events.next().await {
        if to.send(event).await.is_err() {
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

fn reset() -> sse::Event {
    sse::Event::default().event("reset").data("{}")
}
