//! `GET /events`: what changes, as server-sent events. One stream per browser; the page that has
//! it tells the other tabs.

use std::{convert::Infallible, time::Duration};

use axum::{
    http::HeaderMap,
    response::{
        Sse,
        sse::{self, KeepAlive},
    },
};
use futures_util::{Stream, StreamExt, stream};
use tokio_stream::wrappers::{BroadcastStream, errors::BroadcastStreamRecvError};

use crate::engine::events::{Event, Missed};

use super::{error::Error, signed_in::SignedIn, state::Web};

/// A comment this often keeps proxies from closing the stream.
const PING: Duration = Duration::from_secs(25);

/// The stream. `Last-Event-ID` brings what was missed, or `reset` when that is too much.
pub(crate) async fn stream(
    web: Web,
    signed_in: SignedIn,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, Error> {
    let account = signed_in.account;
    // Subscribed before the past is read, so that nothing falls between.
    let live = BroadcastStream::new(account.subscribe());
    account.watch().await?;
    let last = headers.get("last-event-id");
    let last = last.and_then(|value| value.to_str().ok()?.parse::<i64>().ok());
    let (past, seen) = match last {
        Some(seq) => match account.missed(seq).await? {
            Missed::Events(events) => {
                let newest = events.last().map_or(seq, |event| event.seq);
                (events.iter().map(said).collect(), newest)
            }
            Missed::Reset => (vec![reset()], i64::MIN),
        },
        None => (Vec::new(), i64::MIN),
    };
    let live = live.filter_map(move |event| async move {
        match event {
            Ok(event) if event.seq > seen => Some(said(&event)),
            Ok(_) => None,
            Err(BroadcastStreamRecvError::Lagged(_)) => Some(reset()),
        }
    });
    let (engine, session) = (web.engine.clone(), signed_in.session);
    let events = stream::iter(past)
        .chain(live)
        .map(Ok)
        .take_until(Box::pin(async move {
            tokio::select! {
                () = engine.closing() => {}
                () = engine.session_over(&session) => {}
            }
        }));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(PING)))
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

fn reset() -> sse::Event {
    sse::Event::default().event("reset").data("{}")
}
