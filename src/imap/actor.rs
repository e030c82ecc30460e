//! The task that owns a connection. Whoever asked may go away at any time: the request is then
//! read to its end within a small budget, so that the connection stays usable, or given up.
//! Between requests the connection listens, by IDLE where its folder is to be watched.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep_until, timeout},
};

use super::{
    connection::{Connection, Job, Reply},
    error::Error,
    limits::Limits,
    lookout::{Lookout, Turn},
    pool::{Failed, Loan},
    wire::command::Command,
};

/// One request and where its answer goes.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) job: Job,
    pub(super) answer: oneshot::Sender<Result<Reply, Failed>>,
    /// Held until the request is over, so that nobody else leases the connection before.
    pub(super) loan: Arc<Loan>,
}

impl Request {
    /// Answers that nothing was sent.
    fn refuse(self) {
        let _ = self.answer.send(Err(Failed {
            error: Error::Disconnected,
            unsent: true,
            unheard: true,
        }));
    }
}

/// Why a connection stops listening.
enum Call {
    /// Something is asked of it; `None`: never again.
    Request(Option<Request>),
    /// There may be a folder to watch, or none any more.
    Look,
    /// Nobody has asked for [`Limits::keep`].
    Close,
}

/// Serves requests until the connection breaks, nobody can ask any more, or nobody has asked for
/// [`Limits::keep`] while no folder is watched by it. `watching` tells whether one is.
pub(super) async fn serve(
    mut connection: Connection,
    mut requests: mpsc::Receiver<Request>,
    limits: Limits,
    lookout: Lookout,
    watching: Arc<AtomicBool>,
) {
    let mut idler = Idler {
        able: connection.capabilities.has("IDLE"),
        rested: Instant::now(),
    };
    let mut used = Instant::now();
    // What can't be served any more, and whether the server still listens.
    let (refused, lives_on) = loop {
        let moved = lookout.moved();
        let turn = idler
            .may()
            .then(|| lookout.serve(connection.selected.as_ref()))
            .flatten();
        let outcome = if let Some(turn) = turn {
            watching.store(true, Ordering::Relaxed);
            let outcome = idler
                .watch(&mut connection, &turn, &mut requests, &limits)
                .await;
            watching.store(false, Ordering::Relaxed);
            used = Instant::now();
            outcome
        } else {
            tokio::select! {
                // What the server has said meanwhile comes first: if that is goodbye, the request
                // has not been sent and may go elsewhere.
                biased;
                heard = connection.listen() => heard.map(|()| Call::Look).map_err(|_| None),
                request = requests.recv() => Ok(Call::Request(request)),
                () = moved => Ok(Call::Look),
                () = sleep_until(idler.rested), if !idler.may() && idler.able => Ok(Call::Look),
                () = sleep_until(used + limits.keep) => Ok(Call::Close),
            }
        };
        match outcome {
            Ok(Call::Look) => {}
            Ok(Call::Request(Some(request))) => {
                if used.elapsed() > limits.trust && !lives(&mut connection, &limits).await {
                    return request.refuse();
                }
                if !answer(&mut connection, request, &limits).await {
                    return;
                }
                used = Instant::now();
            }
            Ok(Call::Request(None) | Call::Close) => break (None, true),
            Err(request) => break (request, false),
        }
    };
    requests.close();
    let waiting = std::iter::from_fn(|| requests.try_recv().ok());
    refused.into_iter().chain(waiting).for_each(Request::refuse);
    if lives_on {
        connection.close().await;
    }
}

/// What is known about this connection's IDLE.
struct Idler {
    /// The server offers it and has not refused it.
    able: bool,
    /// Not to be tried before.
    rested: Instant,
}

impl Idler {
    /// A server that ends every IDLE at once must not keep us busy.
    const REST: Duration = Duration::from_secs(60);

    fn may(&self) -> bool {
        self.able && self.rested <= Instant::now()
    }

    /// Idles in the selected folder until something is asked. When the connection breaks, gives
    /// the request that came meanwhile and was not sent.
    async fn watch(
        &mut self,
        connection: &mut Connection,
        turn: &Turn,
        requests: &mut mpsc::Receiver<Request>,
        limits: &Limits,
    ) -> Result<Call, Option<Request>> {
        loop {
            let since = Instant::now();
            let mut call = None;
            let stop = async {
                tokio::select! {
                    request = requests.recv() => Call::Request(request),
                    () = turn.relieved() => Call::Look,
                }
            };
            let outcome = connection
                .idle(
                    limits.idle,
                    stop,
                    &mut call,
                    || turn.begin(),
                    |response, selected| turn.hear(response, selected),
                )
                .await;
            turn.pause();
            match (outcome, call) {
                (Err(error), call) if error.is_fatal() => {
                    return Err(match call {
                        Some(Call::Request(request)) => request,
                        _ => None,
                    });
                }
                (Err(_), call) => {
                    self.able = false;
                    return Ok(call.unwrap_or(Call::Look));
                }
                (Ok(()), Some(call)) => return Ok(call),
                (Ok(()), None) if since.elapsed() < limits.idle / 2 => {
                    self.rested = Instant::now() + Self::REST;
                    return Ok(Call::Look);
                }
                (Ok(()), None) => {}
            }
        }
    }
}

/// Does the server still answer?
async fn lives(connection: &mut Connection, limits: &Limits) -> bool {
    let noop = Job::new(vec![Command::new("NOOP")]);
    matches!(timeout(limits.ping, connection.run(&noop)).await, Ok(Ok(_)))
}

/// Carries out one request; false when the connection is of no more use.
async fn answer(connection: &mut Connection, request: Request, limits: &Limits) -> bool {
    let Request {
        job,
        mut answer,
        loan,
    } = request;
    let abandoned = connection.abandoned();
    let outcome = {
        let mut work = pin!(connection.run(&job));
        tokio::select! {
            outcome = &mut work => outcome,
            () = answer.closed() => {
                abandoned.store(true, Ordering::Relaxed);
                let drained = timeout(limits.drain, work).await;
                drained.unwrap_or(Err(Error::Timeout))
            }
        }
    };
    let usable = !matches!(&outcome, Err(error) if error.is_fatal());
    let unheard = !connection.heard();
    loan.note(connection.selected.clone().filter(|_| usable));
    let _ = answer.send(outcome.map_err(|error| Failed {
        error,
        unsent: false,
        unheard,
    }));
    usable
}
