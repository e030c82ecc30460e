//! `/jobs`: imports, exports, copies and changes to many messages, how far they are, and how they ended.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::engine::jobs::Job as Work;

use super::{
    caller::{May, Modify, Read},
    cursor::{self, Paging},
    extract,
    id::Number,
    problem::Problem,
    state::Api,
    time::Time,
};

/// Work that goes on for longer than a request.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Job {
    /// Its id.
    pub(crate) id: Number,
    /// The account that it is about.
    pub(crate) account_id: Number,
    /// The account that a copy goes into.
    pub(crate) to_account_id: Option<Number>,
    /// `import`, `export`, `copy` or `bulk` (a change to all messages that are found).
    #[schema(example = "import")]
    pub(crate) kind: &'static str,
    /// `ready` (an export whose file has not been fetched), `running`, `done`, `failed`,
    /// `cancelled`, or `interrupted`: the server has been stopped in the middle of it.
    #[schema(example = "done")]
    pub(crate) status: &'static str,
    /// The file's name, the format, the address of the other account, or the mailbox; empty for a
    /// change in all mailboxes.
    pub(crate) name: String,
    /// Messages that were carried over or changed.
    pub(crate) done: u64,
    /// Messages that were there already.
    pub(crate) known: u64,
    /// What could not be.
    pub(crate) failed: u64,
    /// How much has been looked at: octets of a file, messages of an account.
    pub(crate) progress: u64,
    /// How much there is to look at; null while that is unknown.
    pub(crate) total: Option<u64>,
    /// The first failures, 200 at most.
    pub(crate) failures: Vec<Failure>,
    /// Why it ended early: a word.
    pub(crate) reason: Option<String>,
    /// When it was begun.
    pub(crate) created_at: Time,
    /// When it was last heard of.
    pub(crate) updated_at: Time,
}

/// Something that was not carried over.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JobFailure)]
pub(crate) struct Failure {
    /// What it is.
    pub(crate) item: String,
    /// Why: a word.
    #[schema(example = "too_large")]
    pub(crate) code: String,
}

/// A page of them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Jobs {
    /// The newest first.
    pub(crate) items: Vec<Job>,
    /// Where the next page begins; null at the end.
    pub(crate) next_cursor: Option<String>,
    /// How many there are in all; null: nobody has counted.
    pub(crate) total: Option<u64>,
}

/// A job in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct JobPath {
    /// The job.
    job: Number,
}

impl From<Work> for Job {
    fn from(work: Work) -> Self {
        let failures = work.failures.into_iter();
        Self {
            id: Number(work.id),
            account_id: Number(work.account),
            to_account_id: work.to.map(Number),
            kind: work.kind,
            status: work.state.as_str(),
            name: work.name,
            done: work.done,
            known: work.known,
            failed: work.failed,
            progress: work.progress,
            total: (work.total > 0).then_some(work.total),
            failures: failures
                .map(|failure| Failure {
                    item: failure.item,
                    code: code(&failure.reason),
                })
                .collect(),
            reason: (!work.reason.is_empty()).then(|| code(&work.reason)),
            created_at: Time(work.created_at),
            updated_at: Time(work.updated_at),
        }
    }
}

/// A job that was begun: 202, with its place and how it stands.
pub(crate) fn begun(api: &Api, job: Work) -> Response {
    let place = [(header::LOCATION, place(api, &job.id.to_string()))];
    (StatusCode::ACCEPTED, place, Json(Job::from(job))).into_response()
}

/// Where a job is found.
pub(crate) fn place(api: &Api, id: &str) -> String {
    format!("{}/jobs/{id}", api.base())
}

fn code(key: &str) -> String {
    let bare = key
        .strip_prefix("transfer-")
        .or_else(|| key.strip_prefix("problem-"));
    bare.unwrap_or(key).replace('-', "_")
}

/// Imports, exports, copies and changes to many messages.
#[utoipa::path(
    get,
    path = "/jobs",
    tag = "jobs",
    params(Paging),
    responses((status = 200, description = "A page of jobs", body = Jobs))
)]
pub(crate) async fn index(
    api: Api,
    caller: May<Read>,
    extract::Query(paging): extract::Query<Paging>,
) -> Result<Json<Jobs>, Problem> {
    let of = format!("{} jobs", caller.own().id());
    let (before, limit) = paging.read(&api.engine, &of)?;
    let (page, next) = api.engine.jobs_page(caller.user, before, limit).await?;
    Ok(Json(Jobs {
        items: page.into_iter().map(Job::from).collect(),
        next_cursor: next.map(|at| cursor::to_text(&api.engine, &of, at)),
        total: None,
    }))
}

/// One of them.
#[utoipa::path(
    get,
    path = "/jobs/{job}",
    tag = "jobs",
    params(JobPath),
    responses((status = 200, description = "The job", body = Job))
)]
pub(crate) async fn show(
    api: Api,
    caller: May<Read>,
    extract::Path(path): extract::Path<JobPath>,
) -> Result<Json<Job>, Problem> {
    Ok(Json(api.engine.job(caller.user, path.job.0).await?.into()))
}

/// Ends one that is running, before its next message. What it has carried over stays.
#[utoipa::path(
    delete,
    path = "/jobs/{job}",
    tag = "jobs",
    params(JobPath),
    responses((status = 202, description = "It ends"))
)]
pub(crate) async fn cancel(
    api: Api,
    caller: May<Modify>,
    extract::Path(path): extract::Path<JobPath>,
) -> Result<StatusCode, Problem> {
    api.engine.stop_job(caller.user, path.job.0).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Takes up an import or a copy that has ended before its end. Nothing comes twice.
#[utoipa::path(
    post,
    path = "/jobs/{job}/resume",
    tag = "jobs",
    params(JobPath),
    responses((status = 202, description = "It goes on", body = Job))
)]
pub(crate) async fn resume(
    api: Api,
    caller: May<Modify>,
    extract::Path(path): extract::Path<JobPath>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    let job = api.engine.job(caller.user, path.job.0).await?;
    let own = caller.own();
    let account = api.engine.account_beside(own, job.account).await?;
    let to = match job.to {
        Some(to) => Some(api.engine.account_beside(own, to).await?),
        None => None,
    };
    let job = account.resume_job(job.id, to.as_ref()).await?;
    Ok((StatusCode::ACCEPTED, Json(job.into())))
}
