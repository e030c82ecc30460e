//! Work that goes on for longer than a request: what it is, how far it has come, how it ended.
//!
//! Whoever works on one says so at least every few seconds ([`report`]); one that has not been
//! heard of for a minute is interrupted: its process has ended.

use super::{
    Store,
    error::Error,
    id::{AccountId, JobId, UserId},
    local::Owner,
    row::{row, text, words},
    transaction::on,
};

/// What has not been heard of for this long is interrupted (ms).
pub const SILENCE: i64 = 60_000;

/// How often a job is taken up by itself: one that ends its process ends no more of them.
pub const TRIES: i64 = 5;

/// What was interrupted longer ago than this is left to its owner (ms).
const LEFT_AFTER: i64 = 7 * 24 * 60 * 60 * 1000;

/// Jobs of an account that are kept.
const KEPT: i64 = 50;

words! {
    /// What kind of work.
    JobKind {
        /// Mail from a file into an account.
        Import = "import",
        /// Mail from an account into a file.
        Export = "export",
        /// Mail from an account into another.
        Copy = "copy",
        /// One change to all messages that are found.
        Bulk = "bulk",
    }
}

words! {
    /// How it stands.
    JobState {
        /// An export whose file has not been asked for.
        Ready = "ready",
        /// Somebody works on it.
        Running = "running",
        /// All was looked at.
        Done = "done",
        /// It could not go on.
        Failed = "failed",
        /// Its owner has ended it.
        Cancelled = "cancelled",
        /// Its process has ended.
        Interrupted = "interrupted",
    }
}

row! {
    /// A job.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct JobRow {
        /// The job.
        pub id: JobId,
        /// The account that it is about.
        pub account_id: AccountId,
        /// What kind of work.
        pub kind: JobKind,
        /// How it stands; see [`JobRow::state_at`].
        pub state: JobState,
        /// What it was told to do, JSON.
        pub task_json: String,
        /// Messages that were carried over.
        pub done: i64,
        /// Messages that were there already.
        pub known: i64,
        /// What could not be carried over.
        pub failed: i64,
        /// How much has been looked at.
        pub progress: i64,
        /// How much there is to look at; 0 while that is unknown.
        pub total: i64,
        /// The first failures, JSON.
        pub failures_json: String,
        /// Why it ended early.
        pub reason: String,
        /// Its owner wants it to end.
        pub stopping: bool,
        /// When it was begun first (ms).
        pub created_at: i64,
        /// When it was last heard of (ms).
        pub updated_at: i64,
    }
}

impl JobRow {
    /// How it stands at this moment.
    pub fn state_at(&self, now: i64) -> JobState {
        match self.state == JobState::Running && now - self.updated_at > SILENCE {
            true => JobState::Interrupted,
            false => self.state,
        }
    }
}

/// How far a job has come.
#[derive(Clone, Copy, Debug, Default)]
pub struct Report<'a> {
    /// As in [`JobRow`].
    pub done: i64,
    /// As in [`JobRow`].
    pub known: i64,
    /// As in [`JobRow`].
    pub failed: i64,
    /// As in [`JobRow`].
    pub progress: i64,
    /// As in [`JobRow`].
    pub total: i64,
    /// As in [`JobRow`].
    pub failures_json: &'a str,
    /// As in [`JobRow`].
    pub reason: &'a str,
}

/// The columns of [`JobRow`], for `concat!`.
macro_rules! columns {
    () => {
        "id, account_id, kind, state, task_json, done, known, failed, progress, total,
         failures_json, reason, stopping, created_at, updated_at"
    };
}

/// Begins a job. Old ones of the account are forgotten.
///
/// # Errors
/// [`Error::Conflict`] while another import or copy of the account is running: the two would not
/// see what the other has just filed; and a change to many while another one is. [`Error::Gone`] when the account was deleted meanwhile.
pub async fn begin(
    store: &Store,
    owner: Owner,
    kind: JobKind,
    task_json: &str,
    worker: &str,
    now: i64,
) -> Result<JobRow, Error> {
    const INSERT: &str = concat!(
        "INSERT INTO jobs
            (user_id, account_id, kind, task_json, worker, state, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING ",
        columns!()
    );
    const FORGET: &str = "DELETE FROM jobs WHERE account_id = $1 AND (state <> 'running'
            OR updated_at < $3) AND id NOT IN
        (SELECT id FROM jobs WHERE account_id = $1 ORDER BY id DESC LIMIT $2)";
    let state = match kind {
        JobKind::Export => JobState::Ready,
        JobKind::Import | JobKind::Copy | JobKind::Bulk => JobState::Running,
    };
    let mut tx = store.begin().await?;
    tx.lock_account(owner.account).await?;
    if kind != JobKind::Export && is_busy(&mut tx, owner.account, kind, now).await? {
        return Err(Error::Conflict);
    }
    let row = on!(&mut tx, db => {
        sqlx::query_as(INSERT)
            .bind(owner.user.get())
            .bind(owner.account.get())
            .bind(kind.as_str())
            .bind(text(task_json))
            .bind(worker)
            .bind(state.as_str())
            .bind(now)
            .fetch_one(&mut **db)
            .await
    })?;
    on!(&mut tx, db => {
        sqlx::query(FORGET)
            .bind(owner.account.get())
            .bind(KEPT)
            .bind(now - SILENCE)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    tx.commit().await?;
    Ok(row)
}

/// Who takes up a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Its owner, whatever ended it.
    Owner,
    /// Nobody: it was interrupted, and goes on by itself, [`TRIES`] times at most.
    Itself,
}

/// Takes up a job that has ended before its end. `None` when there is none of this number, or it
/// has nothing left to do.
///
/// # Errors
/// As [`begin`].
pub async fn resume(
    store: &Store,
    owner: Owner,
    id: i64,
    by: By,
    worker: &str,
    now: i64,
) -> Result<Option<JobRow>, Error> {
    const BY_OWNER: &str = concat!(
        "UPDATE jobs SET state = 'running', worker = $4, stopping = 0, reason = '', done = 0,
            known = 0, failed = 0, progress = 0, total = 0, failures_json = '[]', updated_at = $5,
            tries = 0
         WHERE id = $1 AND account_id = $2 AND kind NOT IN ('export', 'bulk')
            AND (state IN ('failed', 'cancelled', 'interrupted')
                OR (state = 'running' AND updated_at < $3))
         RETURNING ",
        columns!()
    );
    const BY_ITSELF: &str = concat!(
        "UPDATE jobs SET worker = $4, done = 0, known = 0, failed = 0, progress = 0, total = 0,
            failures_json = '[]', updated_at = $5, tries = tries + 1
         WHERE id = $1 AND account_id = $2 AND kind IN ('import', 'copy') AND state = 'running'
            AND updated_at < $3 AND stopping = 0 AND tries < $6
         RETURNING ",
        columns!()
    );
    let sql = match by {
        By::Owner => BY_OWNER,
        By::Itself => BY_ITSELF,
    };
    let mut tx = store.begin().await?;
    tx.lock_account(owner.account).await?;
    if is_busy(&mut tx, owner.account, JobKind::Import, now).await? {
        return Err(Error::Conflict);
    }
    let row = on!(&mut tx, db => {
        let mut query = sqlx::query_as(sql)
            .bind(id)
            .bind(owner.account.get())
            .bind(now - SILENCE)
            .bind(worker)
            .bind(now);
        if by == By::Itself {
            query = query.bind(TRIES);
        }
        query.fetch_optional(&mut **db).await
    })?;
    tx.commit().await?;
    Ok(row)
}

row! {
    /// An import or a copy that was interrupted and may go on by itself.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct InterruptedRow {
        /// The job.
        pub id: JobId,
        /// Whose it is.
        pub user_id: UserId,
        /// The account that it is about.
        pub account_id: AccountId,
        /// What kind of work.
        pub kind: JobKind,
        /// What it was told to do, JSON.
        pub task_json: String,
    }
}

/// At most `limit` of the jobs that were interrupted in the last days and may go on by themselves,
/// whosever they are, the last interrupted first.
///
/// # Errors
/// What the database says.
pub async fn interrupted(
    store: &Store,
    now: i64,
    limit: i64,
) -> Result<Vec<InterruptedRow>, Error> {
    const SQL: &str = "SELECT id, user_id, account_id, kind, task_json FROM jobs
        WHERE state = 'running' AND updated_at < $1 AND updated_at >= $2
            AND kind IN ('import', 'copy') AND stopping = 0 AND tries < $3
        ORDER BY updated_at DESC LIMIT $4";
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(now - SILENCE)
            .bind(now - LEFT_AFTER)
            .bind(TRIES)
            .bind(limit)
            .fetch_all(db)
            .await
    })?)
}

/// Begins an export once more: its file is written whenever it is asked for. False when the account
/// has none of this number.
///
/// # Errors
/// What the database says.
pub async fn reopen(
    store: &Store,
    account: AccountId,
    id: JobId,
    worker: &str,
    now: i64,
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE jobs SET state = 'running', worker = $3, stopping = 0, reason = '',
            done = 0, known = 0, failed = 0, progress = 0, total = 0, failures_json = '[]',
            updated_at = $4
        WHERE id = $1 AND account_id = $2 AND kind = 'export'";
    let begun = on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(id.get())
            .bind(account.get())
            .bind(worker)
            .bind(now)
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(begun > 0)
}

/// Whether an import or copy of the account is running.
///
/// # Errors
/// What the database says.
pub async fn is_running(store: &Store, account: AccountId, now: i64) -> Result<bool, Error> {
    let found: Option<(i64,)> = on!(store.reader(), db => {
        sqlx::query_as(BUSY)
            .bind(account.get())
            .bind(now - SILENCE)
            .bind(JobKind::Import.as_str())
            .bind(JobKind::Copy.as_str())
            .fetch_optional(db)
            .await
    })?;
    Ok(found.is_some())
}

/// Work of one of two kinds that is going on.
const BUSY: &str = "SELECT id FROM jobs WHERE account_id = $1 AND state = 'running'
    AND kind IN ($3, $4) AND updated_at >= $2 LIMIT 1";

async fn is_busy(
    tx: &mut super::transaction::Tx,
    account: AccountId,
    kind: JobKind,
    now: i64,
) -> Result<bool, Error> {
    let beside = match kind {
        JobKind::Copy => JobKind::Import,
        JobKind::Import => JobKind::Copy,
        other => other,
    };
    let found: Option<(i64,)> = on!(tx, db => {
        sqlx::query_as(BUSY)
            .bind(account.get())
            .bind(now - SILENCE)
            .bind(kind.as_str())
            .bind(beside.as_str())
            .fetch_optional(&mut **db)
            .await
    })?;
    Ok(found.is_some())
}

/// Says how far a job has come. `None` when it is this worker's no more; else whether its owner
/// wants it to end.
///
/// # Errors
/// What the database says.
pub async fn report(
    store: &Store,
    id: JobId,
    worker: &str,
    state: JobState,
    report: &Report<'_>,
    now: i64,
) -> Result<Option<bool>, Error> {
    const SQL: &str = "UPDATE jobs SET state = $3, done = $4, known = $5, failed = $6,
            progress = $7, total = $8, failures_json = $9, reason = $10, updated_at = $11
        WHERE id = $1 AND worker = $2 AND state = 'running' RETURNING stopping";
    let found: Option<(i64,)> = on!(store.writer(), db => {
        sqlx::query_as(SQL)
            .bind(id.get())
            .bind(worker)
            .bind(state.as_str())
            .bind(report.done)
            .bind(report.known)
            .bind(report.failed)
            .bind(report.progress)
            .bind(report.total)
            .bind(text(report.failures_json))
            .bind(report.reason)
            .bind(now)
            .fetch_optional(db)
            .await
    })?;
    Ok(found.map(|(stopping,)| stopping != 0))
}

/// The user's job of this number. `None` for other users'.
///
/// # Errors
/// What the database says.
pub async fn get(store: &Store, user: UserId, id: i64) -> Result<Option<JobRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM jobs WHERE user_id = $1 AND id = $2"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).bind(id).fetch_optional(db).await
    })?)
}

/// The user's jobs, the newest first.
///
/// # Errors
/// What the database says.
pub async fn list(store: &Store, user: UserId, limit: i64) -> Result<Vec<JobRow>, Error> {
    page(store, user, None, limit).await
}

/// The same, from before the number `before`.
///
/// # Errors
/// What the database says.
pub async fn page(
    store: &Store,
    user: UserId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<JobRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM jobs WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(user.get())
            .bind(before.unwrap_or(i64::MAX))
            .bind(limit)
            .fetch_all(db)
            .await
    })?)
}

/// Ends a job that is running: whoever works on it hears of it. False when there is none.
///
/// # Errors
/// What the database says.
pub async fn stop(store: &Store, user: UserId, id: i64) -> Result<bool, Error> {
    const SQL: &str = "UPDATE jobs SET stopping = 1
        WHERE user_id = $1 AND id = $2 AND state = 'running'";
    let stopped = on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(user.get())
            .bind(id)
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(stopped > 0)
}
