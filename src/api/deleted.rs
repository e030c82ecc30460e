//! `/accounts/{account}/deleted-emails`: what was deleted for good and can be brought back for a
//! while, where mail lives here.

use axum::{Json, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    engine::deleted::Deleted,
    mail::id::{EmailId, MailboxId},
};

use super::{
    accounts::AccountPath,
    caller::{May, Modify, Read},
    cursor::{self, Paging},
    emails::{EmailAddress, people},
    extract,
    id::Number,
    mailboxes::{Counted, counted},
    problem::Problem,
    state::Api,
    time::Time,
};

/// A message that can be brought back.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeletedEmail {
    /// Its id here; that of the message comes back with the message.
    pub(crate) id: Number,
    /// Subject.
    pub(crate) subject: String,
    /// From.
    pub(crate) from: Vec<EmailAddress>,
    /// To.
    pub(crate) to: Vec<EmailAddress>,
    /// Octets.
    pub(crate) size: u64,
    /// When it arrived.
    pub(crate) received_at: Time,
    /// When it was deleted.
    pub(crate) deleted_at: Time,
    /// Until when it can be brought back.
    pub(crate) expires_at: Time,
    /// The folder that it goes back into.
    pub(crate) mailbox_id: MailboxId,
}

/// A page of them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeletedEmails {
    /// What was deleted last comes first.
    pub(crate) items: Vec<DeletedEmail>,
    /// Where the next page begins; null at the end.
    pub(crate) next_cursor: Option<String>,
}

/// One of them in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct DeletedPath {
    /// The account.
    account: Number,
    /// The deleted message.
    deleted: Number,
}

/// A message that was brought back.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Restored {
    /// The message. Ids that it had before lead to it as well.
    pub(crate) email_id: EmailId,
    /// The folder that it is in.
    pub(crate) mailbox_id: MailboxId,
}

/// What was deleted lately.
#[utoipa::path(
    get,
    path = "/accounts/{account}/deleted-emails",
    tag = "emails",
    params(AccountPath, Paging),
    responses((status = 200, description = "The messages", body = DeletedEmails))
)]
pub(crate) async fn index(
    api: Api,
    caller: May<Read>,
    extract::Path(path): extract::Path<AccountPath>,
    extract::Query(paging): extract::Query<Paging>,
) -> Result<Json<DeletedEmails>, Problem> {
    let account = caller.account(path.account)?;
    let of = format!("{} deleted", account.id());
    let (before, limit) = paging.read(&api.engine, &of)?;
    let (items, next) = account.deleted_lately(before, limit).await?;
    Ok(Json(DeletedEmails {
        items: items.into_iter().map(DeletedEmail::from).collect(),
        next_cursor: next.map(|at| cursor::to_text(&api.engine, &of, at)),
    }))
}

/// Brings a message back into the folder that it came from, or the inbox when that is gone, with its
/// keywords and its date.
#[utoipa::path(
    post,
    path = "/accounts/{account}/deleted-emails/{deleted}/restore",
    tag = "emails",
    params(DeletedPath),
    responses((status = 200, description = "Where it is now", body = Restored))
)]
pub(crate) async fn restore(
    caller: May<Modify>,
    extract::Path(path): extract::Path<DeletedPath>,
) -> Result<Json<Restored>, Problem> {
    let account = caller.account(path.account)?;
    let restored = account.restore(&[path.deleted.0]).await?;
    let restored = restored.first().ok_or_else(Problem::not_found)?;
    Ok(Json(Restored {
        email_id: restored.email,
        mailbox_id: restored.email.mailbox,
    }))
}

/// Lets go of a message at once: nothing brings it back.
#[utoipa::path(
    delete,
    path = "/accounts/{account}/deleted-emails/{deleted}",
    tag = "emails",
    params(DeletedPath),
    responses((status = 204, description = "It is gone"))
)]
pub(crate) async fn remove(
    caller: May<Modify>,
    extract::Path(path): extract::Path<DeletedPath>,
) -> Result<StatusCode, Problem> {
    let account = caller.account(path.account)?;
    match account.forget_deleted(&[path.deleted.0]).await? {
        0 => Err(Problem::not_found()),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

/// Lets go of all that was deleted until now.
#[utoipa::path(
    delete,
    path = "/accounts/{account}/deleted-emails",
    tag = "emails",
    params(AccountPath),
    responses((status = 200, description = "How many are gone", body = Counted))
)]
pub(crate) async fn remove_all(
    caller: May<Modify>,
    extract::Path(path): extract::Path<AccountPath>,
) -> Result<Json<Counted>, Problem> {
    let account = caller.account(path.account)?;
    let count = account.forget_all_deleted().await?;
    Ok(Json(counted(count)))
}

impl From<Deleted> for DeletedEmail {
    fn from(deleted: Deleted) -> Self {
        Self {
            id: Number(deleted.id),
            subject: deleted.subject,
            from: people(&deleted.from),
            to: people(&deleted.to),
            size: deleted.size,
            received_at: Time(deleted.received_at),
            deleted_at: Time(deleted.deleted_at),
            expires_at: Time(deleted.until),
            mailbox_id: deleted.home,
        }
    }
}
