//! What can be done with a message on its way, as in the outbox: another time, another try, and
//! what its writer knows of one that may have arrived.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::{
    caller::{May, Send},
    extract,
    mailboxes::given,
    problem::Problem,
    time::Time,
};

use super::{Submission, SubmissionPath, settled, status_of};

/// What of a message that waits is to be different.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SubmissionPatch {
    /// When it is to go out; null: now.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Time>)]
    send_at: Option<Option<Time>>,
}

/// What its writer knows of a message that may have arrived.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubmissionConfirmation {
    /// It has arrived; false: it has not, and is a draft again.
    sent: bool,
}

/// Gives a message that waits another time, also one that is tried again later. 409 `too_late` when
/// it does not wait.
#[utoipa::path(
    patch,
    path = "/accounts/{account}/submissions/{submission}",
    tag = "submissions",
    params(SubmissionPath),
    request_body = SubmissionPatch,
    responses((status = 200, description = "The submission as it is now", body = Submission))
)]
pub(crate) async fn update(
    caller: May<Send>,
    extract::Path(path): extract::Path<SubmissionPath>,
    extract::Json(patch): extract::Json<SubmissionPatch>,
) -> Result<Json<Submission>, Problem> {
    let account = caller.account(path.account)?;
    let id = path.submission.0;
    if let Some(at) = patch.send_at {
        account.reschedule(id, at.map(|time| time.0)).await?;
    }
    Ok(Json(account.submission(id).await?.into()))
}

/// Sends a message once more that failed or is unconfirmed. The answer is the submission that goes
/// out, which may be another one. 409 `too_late` for any other.
#[utoipa::path(
    post,
    path = "/accounts/{account}/submissions/{submission}/retry",
    tag = "submissions",
    params(SubmissionPath),
    responses(
        (status = 201, description = "It is decided: sent, failed or unconfirmed", body = Submission),
        (status = 202, description = "It is being sent", body = Submission)
    )
)]
pub(crate) async fn retry(
    caller: May<Send>,
    extract::Path(path): extract::Path<SubmissionPath>,
) -> Result<Response, Problem> {
    let account = caller.account(path.account)?;
    let heard = account.subscribe();
    let sent = account.resend(path.submission.0, 0).await?;
    let sent = match heard {
        Some(heard) => settled(account, sent, heard).await?,
        None => sent,
    };
    Ok((status_of(&sent), Json(Submission::from(sent))).into_response())
}

/// Says what became of a message that is `unconfirmed`: it is `sent`, with its copy in Sent, or a
/// draft again and `cancelled`. 409 `too_late` when it is not unconfirmed.
#[utoipa::path(
    post,
    path = "/accounts/{account}/submissions/{submission}/confirm",
    tag = "submissions",
    params(SubmissionPath),
    request_body = SubmissionConfirmation,
    responses((status = 200, description = "The submission as it is now", body = Submission))
)]
pub(crate) async fn confirm(
    caller: May<Send>,
    extract::Path(path): extract::Path<SubmissionPath>,
    extract::Json(known): extract::Json<SubmissionConfirmation>,
) -> Result<Json<Submission>, Problem> {
    let account = caller.account(path.account)?;
    let id = path.submission.0;
    match known.sent {
        true => account.confirm_submission(id).await?,
        false => {
            let _draft = account.reopen_submission(id).await?;
        }
    }
    Ok(Json(account.submission(id).await?.into()))
}

/// Takes a message that is over off the list. One that did not go out, or may not have, is a draft
/// again and `cancelled`. 409 `too_late` while it is on its way: `DELETE` takes it back then.
#[utoipa::path(
    post,
    path = "/accounts/{account}/submissions/{submission}/remove",
    tag = "submissions",
    params(SubmissionPath),
    responses((status = 204, description = "It is off the list, or a draft again"))
)]
pub(crate) async fn remove(
    caller: May<Send>,
    extract::Path(path): extract::Path<SubmissionPath>,
) -> Result<StatusCode, Problem> {
    let account = caller.account(path.account)?;
    account.remove_submission(path.submission.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
