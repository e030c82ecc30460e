//! `/accounts/{account}/collections`: collecting from a POP3 server, now, and how that goes.

use axum::{
    Json,
    http::{StatusCode, header},
    response::IntoResponse,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::engine::collection::Collection as Run;

use super::{
    accounts::{AccountPath, pop3, status::LastError},
    caller::{May, Modify, Read},
    extract,
    problem::Problem,
    state::Api,
    time::Time,
};

/// A run of the collector: the one under way, else the last one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Collection {
    /// `waiting` (one is due), `running`, `paused`, `done`, or `failed`.
    #[schema(example = "running")]
    pub(crate) status: &'static str,
    /// Messages that are done.
    pub(crate) done: u64,
    /// Messages to do.
    pub(crate) total: u64,
    /// When it began; null before the first.
    pub(crate) started_at: Option<Time>,
    /// When it ended; null while it runs.
    pub(crate) finished_at: Option<Time>,
    /// When one last went well.
    pub(crate) succeeded_at: Option<Time>,
    /// When the next one is due: later than at once where the server wants some time between two
    /// sign-ins. Null while paused.
    pub(crate) next_at: Option<Time>,
    /// What went wrong in the last one that has ended.
    pub(crate) last_error: Option<LastError>,
}

impl From<Run> for Collection {
    fn from(run: Run) -> Self {
        let status = match run.reason {
            _ if run.running => "running",
            _ if run.paused => "paused",
            _ if run.due => "waiting",
            Some(_) => "failed",
            None if run.succeeded_at.is_some() => "done",
            None => "waiting",
        };
        Self {
            status,
            done: run.done,
            total: run.total,
            started_at: run.started_at.map(Time),
            finished_at: run.finished_at.map(Time),
            succeeded_at: run.succeeded_at.map(Time),
            next_at: (!run.paused).then_some(Time(run.next_at)),
            last_error: run.reason.map(LastError::from),
        }
    }
}

/// Collects as soon as the server allows it. Whether that has happened, `startedAt` and
/// `finishedAt` of the latest collection say.
#[utoipa::path(
    post,
    path = "/accounts/{account}/collections",
    tag = "collecting",
    params(AccountPath),
    responses((status = 202, description = "It begins, or is under way already", body = Collection,
        headers(("Location" = String, description = "Where it is seen how it goes"))))
)]
pub(crate) async fn create(
    api: Api,
    caller: May<Modify>,
    extract::Path(path): extract::Path<AccountPath>,
) -> Result<impl IntoResponse, Problem> {
    let account = caller.account(path.account)?;
    let before = pop3::collection(account).await?;
    if before.paused {
        let detail = "Collecting is paused: go on with it first.";
        return Err(Problem::conflict("collecting_paused", detail));
    }
    if !before.running {
        account.collect_now().await?;
    }
    let latest = format!(
        "{}/accounts/{}/collections/latest",
        api.base(),
        account.id()
    );
    let run = pop3::collection(account).await?;
    let place = [(header::LOCATION, latest)];
    Ok((StatusCode::ACCEPTED, place, Json(Collection::from(run))))
}

/// How collecting goes, or how it went last.
#[utoipa::path(
    get,
    path = "/accounts/{account}/collections/latest",
    tag = "collecting",
    params(AccountPath),
    responses((status = 200, description = "The latest collection", body = Collection))
)]
pub(crate) async fn latest(
    caller: May<Read>,
    extract::Path(path): extract::Path<AccountPath>,
) -> Result<Json<Collection>, Problem> {
    let account = caller.account(path.account)?;
    Ok(Json(pop3::collection(account).await?.into()))
}
