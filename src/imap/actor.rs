//! The task that owns a connection. Whoever asked may go away at any time: the request is then
//! read to its end within a small budget, so that the connection stays usable, or given up.

use std::{
    pin::pin,
    sync::{Arc, atomic::Ordering},
};

use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep_until, timeout},
};

use super::{
    connection::{Connection, Job, Reply},
    error::Error,
    limits::Limits,
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

/// Serves requests until the connection breaks, nobody can ask any more, or nobody has asked for
/// [`Limits::keep`].
pub(super) async fn serve(
    mut connection: Connection,
    mut requests: mpsc::Receiver<Request>,
    limits: Limits,
) {
    let mut used = Instant::now();
    loop {
        tokio::select! {
            // What the server has said meanwhile comes first: if that is goodbye, the request has
            // not been sent and may go elsewhere.
            biased;
            heard = connection.listen() => {
                if heard.is_err() {
                    requests.close();
                    while let Ok(request) = requests.try_recv() {
                        request.refuse();
                    }
                    return;
                }
            }
            request = requests.recv() => {
                let Some(request) = request else { break };
                if used.elapsed() > limits.trust && !lives(&mut connection, &limits).await {
                    return request.refuse();
                }
                if !answer(&mut connection, request, &limits).await {
                    return;
                }
                used = Instant::now();
            }
            () = sleep_until(used + limits.keep) => break,
        }
    }
    requests.close();
    while let Ok(request) = requests.try_recv() {
        request.refuse();
    }
    connection.close().await;
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
