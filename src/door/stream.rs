//! Server-sent events: what both streams of them do alike, whoever listens.

use std::{convert::Infallible, pin::pin, time::Duration};

use axum::{
    http::HeaderMap,
    response::{
        Sse,
        sse::{self, KeepAlive},
    },
};
use futures_util::{Stream, StreamExt};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::farewell::farewell;

/// A comment this often keeps proxies from closing the stream.
const PING: Duration = Duration::from_secs(25);
/// What waits for one that does not read: the rest stays in the account's own bounded queue, and
/// becomes a `reset` there.
const WAITING: usize = 16;

/// The number of the event that was heard last (`Last-Event-ID`), for one that comes back.
pub(crate) fn last_heard(headers: &HeaderMap) -> Option<i64> {
    let last = headers.get("last-event-id")?;
    last.to_str().ok()?.parse().ok()
}

/// Tells that too much was missed: everything is to be looked at again.
pub(crate) fn reset() -> sse::Event {
    sse::Event::default().event("reset").data("{}")
}

/// Hands events on until `over` resolves, or `closing`, which is said.
///
/// In a task of its own: one that does not read is not asked for more, and what hung on its reading
/// would outlive its session or token, with the account and its password in memory.
pub(crate) fn handed_on(
    events: impl Stream<Item = sse::Event> + Send + 'static,
    closing: impl Future<Output = ()> + Send + 'static,
    over: impl Future<Output = ()> + Send + 'static,
) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        tokio::select! {
            // One that does not read hears nothing of it, and is not waited for.
            () = closing => drop(sender.try_send(farewell())),
            () = over => {}
            () = sender.closed() => {}
            () = hand_on(events, &sender) => {}
        }
    });
    let events = ReceiverStream::new(receiver).map(Ok);
    Sse::new(events).keep_alive(KeepAlive::new().interval(PING))
}

async fn hand_on(events: impl Stream<Item = sse::Event>, to: &mpsc::Sender<sse::Event>) {
    let mut events = pin!(events);
    while let Some(event) = events.next().await {
        if to.send(event).await.is_err() {
            return;
        }
    }
}
