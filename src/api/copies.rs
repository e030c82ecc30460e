//! `POST /accounts/{account}/copies`: all mail of an account into another.

use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    accounts::AccountPath,
    caller::{May, Modify},
    extract,
    id::Number,
    jobs::{self, Job},
    problem::Problem,
    state::Api,
};

/// Where the mail goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewCopy {
    /// Another account of the same person.
    account_id: Number,
}

/// Copies every folder of the account into another, with keywords and dates. Its job says how that
/// goes. What lies in its folder already is passed over, so that a copy can be made again.
#[utoipa::path(
    post,
    path = "/accounts/{account}/copies",
    tag = "jobs",
    params(AccountPath),
    request_body = NewCopy,
    responses((
        status = 202, description = "It is being copied", body = Job,
        headers(("Location" = String, description = "The job"))
    ))
)]
pub(crate) async fn create(
    api: Api,
    caller: May<Modify>,
    extract::Path(path): extract::Path<AccountPath>,
    extract::Json(wanted): extract::Json<NewCopy>,
) -> Result<Response, Problem> {
    let account = caller.account(path.account)?;
    let to = api.engine.account_beside(caller.own(), wanted.account_id.0);
    Ok(jobs::begun(&api, account.begin_copy(&to.await?).await?))
}
