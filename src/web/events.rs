//! `GET /events`: what changes, as server-sent events. One stream per browser; the page that has
//! it tells the other tabs.

use std::{convert::Infallible, pin::pin, time::Duration};

use axum::{
    http::HeaderMap,
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

use super::{error::Error, signed_in::SignedIn, state::Web};

/// A comment this often keeps proxies from closing the stream.
const PING: Duration = Duration::from_secs(25);

/// What waits for a browser that does not read: the rest stays in the account's own bounded queue,
/// and becomes a `reset` there.
const WAITING: usize = 16;

/// The stream. `Last-Event-ID` brings what was missed, or `reset` when that is too much.
pub(crate) async fn stream(
    web: Web,
    signed_in: SignedIn,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, Error> {
    let own = &signed_in.own;
    // Subscribed before the past is read, so that nothing falls between.
    let live = web.engine.listen(own).await?;
    let live = live.ok_or(Error::TooMany(60))?;
    let last = headers.get("last-event-id");
    let last = last.and_then(|value| value.to_str().ok()?.parse::<i64>().ok());
    let (past, seen) = match last {
        Some(seq) => match web.engine.missed(own, seq).await? {
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
    let session = signed_in.session;
    // In a task of its own: a browser that does not read is not asked for more, and what hung on
    // its reading would outlive the session, with the account and its password in memory.
    tokio::spawn(async move {
        tokio::select! {
            // One that does not read hears nothing of it, and is not waited for.
            () = web.engine.closing() => drop(sender.try_send(farewell())),
            () = web.engine.session_over(&session) => {}
            () = sender.closed() => {}
            () = hand_on(events, &sender) => {}
        }
    });
    let events = ReceiverStream::new(receiver).map(Ok);
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(PING)))
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
        .event("mail")
        .id(event.seq.to_string())
        .data(data.to_string())
}

fn reset() -> sse::Event {
    sse::Event::default().event("reset").data("{}")
}
