//! The work itself, and what is written down of it meanwhile.

use std::{convert::Infallible, sync::Arc, time::Duration};

use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::sync::watch;
use tracing::Instrument as _;

use crate::{
    engine::{
        account::Account,
        error::Error,
        secrets,
        transfer::{Ended, Export, Format, Progress, Source},
    },
    store::{
        self,
        id::JobId,
        jobs::{JobKind, JobRow, JobState, Report},
    },
};

use super::Task;

/// How often it is written down how far a job is.
const REPORT_EVERY: Duration = Duration::from_secs(1);

/// Wakes those who work on jobs in this process when one is to end, so that they stop at once. At
/// another node that is with the next report.
#[derive(Debug, Default)]
pub(in crate::engine) struct Ending(watch::Sender<()>);

impl Ending {
    /// Somebody wants a job to end.
    pub(super) fn wake(&self) {
        self.0.send_replace(());
    }
}

/// One run of a job. `worker` names it, so that a job that another has taken up is left alone.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    id: JobId,
    kind: JobKind,
    worker: &'a str,
}

impl<'a> Run<'a> {
    pub(super) fn of(row: &JobRow, worker: &'a str) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            worker,
        }
    }
}

impl Account {
    /// Works on a job until it has ended. `worker` names this run of it, so that one that another
    /// has taken up is left alone.
    pub(super) fn spawn_job(&self, row: JobRow, task: Task, to: Option<Account>, worker: String) {
        let account = self.clone();
        let work = async move {
            let progress = Arc::new(Progress::default());
            let work = account.work(&row, &task, to.as_ref(), &progress);
            let run = Run::of(&row, &worker);
            let ended = account.reported(run, &progress, work).await;
            account.end_job(run, &progress, &ended).await;
            // What can't be read today can't tomorrow.
            if matches!(ended, Ok(Ended::Done) | Err(Error::Invalid(_)))
                && let Ok(Some(spool)) = account.upload_of(&task).await
            {
                spool.abandon().await;
            }
        };
        tokio::spawn(work.in_current_span());
    }

    async fn work(
        &self,
        row: &JobRow,
        task: &Task,
        to: Option<&Account>,
        progress: &Arc<Progress>,
    ) -> Result<Ended, Error> {
        match (row.kind, to) {
            (JobKind::Copy, Some(to)) => self.copy_all_to(to, progress).await,
            (JobKind::Import, _) => {
                let spool = self.upload_of(task).await?;
                let spool = spool.ok_or(Error::Invalid("transfer-file-gone"))?;
                let source = Source::File {
                    file: spool.open().await?,
                    name: task.name.clone(),
                };
                self.import_all(source, task.mailbox, progress).await
            }
            _ => Err(Error::NotFound),
        }
    }

    /// Does the work, and writes down how far it is meanwhile; stops when its owner wants that, or
    /// somebody else has taken the job.
    pub(super) async fn reported<T>(
        &self,
        run: Run<'_>,
        progress: &Progress,
        work: impl Future<Output = T>,
    ) -> T {
        // Side by side: the work may hold what writing down waits for.
        tokio::select! {
            done = work => done,
            never = self.keep_reporting(run, progress) => match never {},
        }
    }

    /// Says how far a job is, for as long as it is asked to; stops it when its owner wants that, or
    /// somebody else has taken it.
    async fn keep_reporting(&self, run: Run<'_>, progress: &Progress) -> Infallible {
        let mut ticks = tokio::time::interval(REPORT_EVERY);
        let mut ending = self.0.shared.ending.0.subscribe();
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                Ok(()) = ending.changed() => {}
            }
            let told = self.report_job(run, progress, JobState::Running, "").await;
            if told != Some(false) {
                progress.stop();
            }
        }
    }

    /// Writes down how a job ended, and says in the log why it failed: nobody else does.
    pub(super) async fn end_job(
        &self,
        run: Run<'_>,
        progress: &Progress,
        ended: &Result<Ended, Error>,
    ) {
        if let Err(error) = ended {
            let is_the_operators = error.is_the_operators();
            let (error, id, kind) = (format!("{error:#}"), run.id.get(), run.kind.as_str());
            match is_the_operators {
                true => tracing::warn!(error, job.id = id, job.kind = kind, "A job failed"),
                // A file that is no mail, say: its page tells the person.
                false => tracing::info!(error, job.id = id, job.kind = kind, "A job failed"),
            }
        }
        let (state, reason) = match ended {
            Ok(Ended::Done) => (JobState::Done, ""),
            Ok(Ended::Stopped) => (JobState::Cancelled, ""),
            Err(error) => (JobState::Failed, crate::engine::transfer::reason(error)),
        };
        self.report_job(run, progress, state, reason).await;
    }

    /// Whether its owner wants it to end; `None` when it is not ours any more.
    async fn report_job(
        &self,
        Run { id, worker, .. }: Run<'_>,
        progress: &Progress,
        state: JobState,
        reason: &str,
    ) -> Option<bool> {
        let failures = progress.failures().into_iter();
        let failures: Vec<_> = failures.map(|one| (one.item, one.reason)).collect();
        let failures = serde_json::to_string(&failures).unwrap_or_default();
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let report = Report {
            done: number(progress.done()),
            known: number(progress.known()),
            failed: number(progress.failed()),
            progress: number(progress.read()),
            total: number(progress.size()),
            failures_json: &failures,
            reason,
        };
        let (store, now) = (&self.0.shared.store, self.now());
        match store::jobs::report(store, id, worker, state, &report, now).await {
            Ok(told) => told,
            Err(error) => {
                // The work goes on; the next report may get through.
                tracing::warn!(?error, "How far a job is could not be written down");
                Some(false)
            }
        }
    }

    /// The file of an export, written as it is read. Its job says how far that is; asked for once
    /// more, it is written once more.
    ///
    /// # Errors
    /// [`Error::NotFound`] when this account has no such export, else as [`Account::export`].
    pub async fn export_of(&self, id: i64) -> Result<Export, Error> {
        let row = store::jobs::get(&self.0.shared.store, self.0.user, id).await?;
        let row = row.filter(|row| row.account_id == self.0.id && row.kind == JobKind::Export);
        let row = row.ok_or(Error::NotFound)?;
        let task: Task = serde_json::from_str(&row.task_json).unwrap_or_default();
        let format = Format::from_name(&task.name).ok_or(Error::NotFound)?;
        let (store, now) = (&self.0.shared.store, self.now());
        let worker = secrets::random_word();
        if !store::jobs::reopen(store, self.0.id, row.id, &worker, now).await? {
            return Err(Error::NotFound);
        }
        let progress = Arc::new(Progress::default());
        let begun = self.export(task.mailbox, format, Arc::clone(&progress));
        let export = match begun.await {
            Ok(export) => export,
            Err(error) => {
                // Whoever asked for it hears why.
                let (run, reason) = (
                    Run::of(&row, &worker),
                    crate::engine::transfer::reason(&error),
                );
                self.report_job(run, &progress, JobState::Failed, reason)
                    .await;
                return Err(error);
            }
        };
        let octets = export.octets;
        let account = self.clone();
        let (pieces, coming) = tokio::sync::mpsc::channel(2);
        let work = async move {
            let passed = pass(octets, &pieces);
            let run = Run::of(&row, &worker);
            let ended = account.reported(run, &progress, passed).await;
            account.end_job(run, &progress, &ended).await;
        };
        tokio::spawn(work.in_current_span());
        Ok(Export {
            octets: tokio_stream::wrappers::ReceiverStream::new(coming).boxed(),
            ..export
        })
    }
}

/// Hands octets on to whoever reads them, for as long as somebody does.
async fn pass(
    mut octets: crate::engine::parts::Octets,
    to: &tokio::sync::mpsc::Sender<Result<bytes::Bytes, Error>>,
) -> Result<Ended, Error> {
    loop {
        match octets.try_next().await {
            Ok(None) => return Ok(Ended::Done),
            Ok(Some(piece)) => {
                if to.send(Ok(piece)).await.is_err() {
                    return Ok(Ended::Stopped);
                }
            }
            Err(error) => {
                // Whoever reads is told that the file ends here; why it does is told with the job.
                let reason = crate::engine::transfer::reason(&error);
                let _unheard = to.send(Err(Error::Invalid(reason))).await;
                return match reason {
                    "transfer-stopped" => Ok(Ended::Stopped),
                    _ => Err(error),
                };
            }
        }
    }
}
