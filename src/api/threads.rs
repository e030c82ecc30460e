//! `/accounts/{account}/threads`: conversations, which the engine does not know yet.

use axum::Json;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    accounts::AccountPath,
    caller::{May, Modify, Read},
    emails::change::EmailPatch,
    extract,
    id::Number,
    problem::Problem,
};

/// A conversation in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ThreadPath {
    /// The account.
    account: Number,
    /// The conversation.
    #[param(max_length = 64)]
    thread: String,
}

/// Not supported yet: answers 422 `not_supported`.
#[utoipa::path(
    get,
    path = "/accounts/{account}/threads",
    tag = "threads",
    params(AccountPath)
)]
pub(crate) async fn index(
    caller: May<Read>,
    extract::Path(path): extract::Path<AccountPath>,
) -> Result<Json<()>, Problem> {
    caller.account(path.account)?;
    Err(not_yet())
}

/// Not supported yet: answers 404, for there is no such conversation.
#[utoipa::path(
    get,
    path = "/accounts/{account}/threads/{thread}",
    tag = "threads",
    params(ThreadPath)
)]
pub(crate) async fn show(
    caller: May<Read>,
    extract::Path(path): extract::Path<ThreadPath>,
) -> Result<Json<()>, Problem> {
    caller.account(path.account)?;
    tracing::trace!(length = path.thread.len(), "A conversation was asked for");
    Err(Problem::not_found())
}

/// Not supported yet: answers 404, for there is no such conversation.
#[utoipa::path(
    patch,
    path = "/accounts/{account}/threads/{thread}",
    tag = "threads",
    params(ThreadPath),
    request_body = EmailPatch
)]
pub(crate) async fn update(
    caller: May<Modify>,
    extract::Path(path): extract::Path<ThreadPath>,
    extract::Json(_patch): extract::Json<EmailPatch>,
) -> Result<Json<()>, Problem> {
    caller.account(path.account)?;
    Err(Problem::not_found())
}

fn not_yet() -> Problem {
    Problem::not_supported("Conversations are not supported yet.")
}
