//! Mail on its way in, out or across, and changes to many messages, as work that goes on when its page is left: begun, looked at,
//! stopped, and taken up again after a break, which brings nothing twice.
//!
//! A job runs in the process that began it, with the account of whoever did. It writes down how far
//! it is each second or so. Cost: a statement for that.

mod again;
mod found;
mod room;
mod run;

use serde::{Deserialize, Serialize};

use crate::{
    mail::id::MailboxId,
    store::{
        self,
        files::{Spool, Token},
        id::UserId,
        jobs::{By, JobKind, JobRow},
        local::Owner,
    },
};

pub(super) use self::{again::Again, room::Arriving, run::Ending};
pub use crate::store::jobs::JobState as State;

use super::{
    Engine,
    account::Account,
    error::Error,
    pages, secrets,
    transfer::{Failure, Format},
    writing::Upload,
};

/// Jobs that are listed.
const LISTED: u32 = 20;

/// A job as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// The account that it is about.
    pub account: i64,
    /// The account that a copy goes into.
    pub to: Option<i64>,
    /// `import`, `export`, `copy` or `bulk`.
    pub kind: &'static str,
    /// How it stands.
    pub state: State,
    /// The file that is imported, as its owner calls it; the format of an export; the folder of a
    /// change to many, `""` for all.
    pub name: String,
    /// Messages that were carried over.
    pub done: u64,
    /// Messages that were there already.
    pub known: u64,
    /// What could not be carried over.
    pub failed: u64,
    /// How much has been looked at, of [`Job::total`]: octets of a file, messages of an account.
    pub progress: u64,
    /// How much there is to look at; 0 while nobody knows.
    pub total: u64,
    /// The first failures.
    pub failures: Vec<Failure>,
    /// Why it ended early, as a key of the translations; `""` when it did not.
    pub reason: String,
    /// When it was begun first (ms).
    pub created_at: i64,
    /// When it was last heard of (ms).
    pub updated_at: i64,
}

/// What a job was told to do.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Task {
    /// The file's name, or the format.
    name: String,
    /// The upload that is imported.
    upload: String,
    /// The folder to import into or to export.
    mailbox: Option<MailboxId>,
    /// The account to copy into.
    to: Option<i64>,
}

impl Job {
    fn new(row: JobRow, now: i64) -> Self {
        let task: Task = serde_json::from_str(&row.task_json).unwrap_or_default();
        let failures: Vec<(String, String)> =
            serde_json::from_str(&row.failures_json).unwrap_or_default();
        let failures = failures.into_iter();
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        Self {
            id: row.id.get(),
            account: row.account_id.get(),
            to: task.to,
            kind: row.kind.as_str(),
            state: row.state_at(now),
            name: task.name,
            done: count(row.done),
            known: count(row.known),
            failed: count(row.failed),
            progress: count(row.progress),
            total: count(row.total),
            failures: failures
                .map(|(item, reason)| Failure { item, reason })
                .collect(),
            reason: row.reason,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }

    /// It can be taken up again.
    pub fn can_resume(&self) -> bool {
        let ended = matches!(
            self.state,
            State::Failed | State::Cancelled | State::Interrupted
        );
        let kinds = [JobKind::Import, JobKind::Copy];
        ended && kinds.iter().any(|kind| kind.as_str() == self.kind)
    }

    /// How far it is, in hundredths; `None` while nobody knows.
    pub fn percent(&self) -> Option<u64> {
        let percent = self.progress.saturating_mul(100).checked_div(self.total)?;
        Some(percent.min(100))
    }
}

impl Engine {
    /// A person's jobs, the newest first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn jobs(&self, user: UserId) -> Result<Vec<Job>, Error> {
        Ok(self.jobs_page(user, None, LISTED).await?.0)
    }

    /// At most `limit` of them, the newest first, from before the number `before`. The second says
    /// where the next page begins, if there is one.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn jobs_page(
        &self,
        user: UserId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<(Vec<Job>, Option<i64>), Error> {
        let asked = i64::from(limit) + 1;
        let mut rows = store::jobs::page(self.store(), user, before, asked).await?;
        let next = pages::cut(&mut rows, limit, |row| row.id.get());
        let now = self.now();
        let page = rows.into_iter().map(|row| Job::new(row, now)).collect();
        Ok((page, next))
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] when this person has none of this number.
    pub async fn job(&self, user: UserId, id: i64) -> Result<Job, Error> {
        let row = store::jobs::get(self.store(), user, id).await?;
        Ok(Job::new(row.ok_or(Error::NotFound)?, self.now()))
    }

    /// Ends a job that is running. What it has carried over stays.
    ///
    /// # Errors
    /// [`Error::NotFound`] when this person has none of this number; [`Error::TooLate`] when it has
    /// ended.
    pub async fn stop_job(&self, user: UserId, id: i64) -> Result<(), Error> {
        let job = self.job(user, id).await?;
        if job.state != State::Running || !store::jobs::stop(self.store(), user, id).await? {
            return Err(Error::TooLate);
        }
        self.0.shared.ending.wake();
        Ok(())
    }
}

impl Account {
    /// Begins to import a file that has come: into its own folders, or all into one. The file goes
    /// when all of it was looked at, and a day later else.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a folder; [`Error::Invalid`] while another import of this
    /// account is running.
    pub async fn begin_import(
        &self,
        upload: Upload,
        name: &str,
        into: Option<MailboxId>,
    ) -> Result<Job, Error> {
        if let Some(into) = into
            && !self.mailbox(into).await?.selectable
        {
            return Err(Error::NotFound);
        }
        let task = Task {
            name: shown(name),
            upload: upload.to_text(),
            mailbox: into,
            to: None,
        };
        let worker = secrets::random_word();
        let row = self.begin_job(JobKind::Import, &task, &worker).await?;
        let job = Job::new(row.clone(), self.now());
        self.spawn_job(row, task, None, worker);
        Ok(job)
    }

    /// Begins to copy all mail into another account.
    ///
    /// # Errors
    /// [`Error::Invalid`] for this account itself, and while another import or copy of this account is
    /// running.
    pub async fn begin_copy(&self, to: &Account) -> Result<Job, Error> {
        if self.0.id == to.0.id {
            return Err(Error::Invalid("transfer-same-account"));
        }
        let task = Task {
            name: to.address().to_owned(),
            to: Some(to.id()),
            ..Task::default()
        };
        let worker = secrets::random_word();
        let row = self.begin_job(JobKind::Copy, &task, &worker).await?;
        let job = Job::new(row.clone(), self.now());
        self.spawn_job(row, task, Some(to.clone()), worker);
        Ok(job)
    }

    /// Takes up an import or a copy that has ended before its end. `to` is the account that a copy
    /// goes into ([`Job::to`]).
    ///
    /// # Errors
    /// [`Error::NotFound`] when this account has none of this number, [`Error::TooLate`] when it
    /// has nothing left to do, or its file has gone.
    pub async fn resume_job(&self, id: i64, to: Option<&Account>) -> Result<Job, Error> {
        self.take_up(id, to, By::Owner).await
    }

    async fn take_up(&self, id: i64, to: Option<&Account>, by: By) -> Result<Job, Error> {
        let (store, now) = (&self.0.shared.store, self.now());
        let row = store::jobs::get(store, self.0.user, id).await?;
        let row = row.filter(|row| row.account_id == self.0.id);
        let row = row.ok_or(Error::NotFound)?;
        let task: Task = serde_json::from_str(&row.task_json).unwrap_or_default();
        let to = to.filter(|to| task.to == Some(to.id()));
        let can = match row.kind {
            JobKind::Import => self.upload_of(&task).await?.is_some(),
            JobKind::Copy => to.is_some(),
            JobKind::Export | JobKind::Bulk => false,
        };
        if !can {
            return Err(Error::TooLate);
        }
        let worker = secrets::random_word();
        let resumed = store::jobs::resume(store, self.owner(), id, by, &worker, now).await;
        let row = resumed.map_err(|error| busy(row.kind, error))?;
        let row = row.ok_or(Error::TooLate)?;
        let job = Job::new(row.clone(), now);
        self.spawn_job(row, task, to.cloned(), worker);
        Ok(job)
    }

    /// Says what an export will be. Its file is written when it is asked for
    /// ([`Account::export_of`]).
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a folder.
    pub async fn begin_export(
        &self,
        only: Option<MailboxId>,
        format: Format,
    ) -> Result<Job, Error> {
        self.folders_to_carry(only).await?;
        let task = Task {
            name: format.as_str().to_owned(),
            mailbox: only,
            ..Task::default()
        };
        let row = self.begin_job(JobKind::Export, &task, "").await?;
        Ok(Job::new(row, self.now()))
    }

    async fn begin_job(&self, kind: JobKind, task: &Task, worker: &str) -> Result<JobRow, Error> {
        let (store, now) = (&self.0.shared.store, self.now());
        let task = serde_json::to_string(task).map_err(anyhow::Error::from)?;
        let begun = store::jobs::begin(store, self.owner(), kind, &task, worker, now);
        begun.await.map_err(|error| busy(kind, error))
    }

    fn owner(&self) -> Owner {
        Owner {
            user: self.0.user,
            account: self.0.id,
        }
    }

    /// The file that a job imports, if it is there still.
    async fn upload_of(&self, task: &Task) -> Result<Option<Spool>, Error> {
        let Some(token) = Token::from_text(&task.upload) else {
            return Ok(None);
        };
        let spool = self.0.shared.files.upload(self.0.user, token).await?;
        if spool.is_empty() {
            spool.abandon().await;
            return Ok(None);
        }
        Ok(Some(spool))
    }
}

/// A file's name for its owner's eyes.
fn shown(name: &str) -> String {
    let clean = crate::mail::header::clean::clean(name);
    clean.chars().take(200).collect()
}

/// Something of the kind is under way, which this would get in the way of.
fn busy(kind: JobKind, error: store::error::Error) -> Error {
    match (error, kind) {
        (store::error::Error::Conflict, JobKind::Bulk) => Error::Invalid("bulk-busy"),
        (store::error::Error::Conflict, _) => Error::Invalid("transfer-busy"),
        (other, _) => other.into(),
    }
}
