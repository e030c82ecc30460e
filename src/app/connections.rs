//! Connections from browsers and proxies: HTTP/1.1 and, from those who begin with it, HTTP/2
//! without TLS (RFC 9113 §3.3). Nobody holds one by being slow or silent, nor many at once; who has
//! asked gets all the time that the answer takes, and may take all that an upload needs while it
//! comes further.

use std::{pin::pin, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
};
use tokio::{sync::Notify, time::timeout};
use tower::ServiceExt;
use tower_http::timeout::TimeoutBody;

use super::{Listener, crowd::Crowd};

/// From the connection to the end of the first request's head, and from an answer to the end of
/// the next one's. Longer than the minute for which nginx keeps an unused connection to us, so
/// that we never close one just as it is used.
const HEAD: Duration = Duration::from_secs(65);

/// Between two pieces of a request's body: a telephone in a tunnel comes out again.
const BODY: Duration = Duration::from_secs(60);

/// Octets of a request's head: an address of 8 KiB and the cookies of a crowded domain fit.
const HEAD_MOST: usize = 64 * 1024;

/// HTTP/2: how often a peer that says nothing must show that it is there, and how soon.
const PING: Duration = Duration::from_secs(30);

/// Requests at once on one connection of HTTP/2: more than any page has pictures in sight.
const STREAMS: u32 = 128;

/// How long one waits for the other end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For a whole head.
    pub(super) head: Duration,
    /// For the next piece of a body.
    pub(super) body: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: HEAD,
            body: BODY,
        }
    }
}

/// Accepts connections until `stop` is done, and serves each in a task. Gives what is still open:
/// its `shutdown()` lets requests finish and closes the rest.
pub(super) async fn accept(
    listener: Listener,
    router: &Router,
    crowd: Crowd,
    patience: Patience,
    stop: impl Future<Output = ()>,
) -> GracefulShutdown {
    let Patience { head, body } = patience;
    let builder = builder(head);
    let open = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => return open,
        };
        // Dropped, it is closed: an answer would cost what is to be saved.
        let Some(place) = crowd.enter(peer) else {
            continue;
        };
        let asked = Arc::new(Notify::new());
        let (router, first) = (router.clone(), Arc::clone(&asked));
        let service = service_fn(move |mut request: Request<Incoming>| {
            first.notify_one();
            request.extensions_mut().insert(ConnectInfo(peer));
            let request = request.map(|octets| TimeoutBody::new(body, octets));
            router.clone().oneshot(request)
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let connection = open.watch(connection.into_owned());
        tokio::spawn(async move {
            let _place = place;
            let mut connection = pin!(connection);
            // hyper's own limit on heads begins when the first octets have told HTTP/1 from 2, and
            // is none for HTTP/2.
            let asked = tokio::select! {
                // A client that goes away in the middle is no failure.
                _ended = &mut connection => return,
                asked = timeout(head, asked.notified()) => asked,
            };
            if asked.is_ok() {
                let _ended = connection.await;
            }
        });
    }
}

fn builder(head: Duration) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .max_buf_size(HEAD_MOST);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING)
        .max_header_list_size(u32::try_from(HEAD_MOST).unwrap_or(u32::MAX))
        .max_concurrent_streams(STREAMS);
    builder
}

#[cfg(test)]
mod tests;
