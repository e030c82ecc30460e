//! `POST /accounts/{account}/emails/bulk`: one change to many messages.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{
        accounts::AccountPath,
        caller::{May, Modify},
        extract,
        problem::{Fault, Problem},
    },
    engine::{Account, bulk::Task, change::BULK_MOST},
    mail::id::{EmailId, MailboxId},
};

use super::change::{EmailPatch, target};

/// A change to many messages: one of `update`, `copyTo` and `delete`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Bulk {
    /// The messages.
    #[schema(min_items = 1, max_items = 500)]
    ids: Vec<EmailId>,
    /// Marks or moves them.
    #[serde(default)]
    update: Option<EmailPatch>,
    /// Copies them into this folder.
    #[serde(default)]
    copy_to: Option<MailboxId>,
    /// Deletes them.
    #[serde(default)]
    delete: Option<Delete>,
}

/// How messages are deleted.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Delete {
    /// Into Trash.
    Trash,
    /// For good.
    Permanent,
}

/// What became of each message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Results {
    /// One for each id.
    pub(crate) items: Vec<ItemResult>,
}

/// What became of one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemResult {
    /// The message.
    pub(crate) id: EmailId,
    /// 200, or what a request for this message alone would have got.
    pub(crate) status: u16,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    /// Why it failed, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<String>,
}

/// Does one thing to many messages; each has a result of its own.
#[utoipa::path(
    post,
    path = "/accounts/{account}/emails/bulk",
    tag = "emails",
    params(AccountPath),
    request_body = Bulk,
    responses((status = 200, description = "What became of each", body = Results))
)]
pub(crate) async fn create(
    caller: May<Modify>,
    extract::Path(path): extract::Path<AccountPath>,
    extract::Json(bulk): extract::Json<Bulk>,
) -> Result<Response, Problem> {
    let account = caller.account(path.account)?;
    let tasks = bulk.tasks(account).await?;
    if bulk.ids.is_empty() || bulk.ids.len() > BULK_MOST {
        let fault = Fault::new("/ids", "1 to 500 messages can be named.");
        return Err(Problem::invalid("invalid", "The body does not fit.").with(fault));
    }
    let mut items = Vec::new();
    for (ids, done) in account.each(&bulk.ids, &tasks).await {
        let problem = done.err().map(Problem::from);
        items.extend(ids.into_iter().map(|id| {
            ItemResult {
                id,
                status: problem
                    .as_ref()
                    .map_or(200, |problem| problem.status.as_u16()),
                code: problem.as_ref().map(|problem| problem.code.to_string()),
                detail: problem.as_ref().map(|problem| problem.detail.to_string()),
            }
        }));
    }
    Ok(Json(Results { items }).into_response())
}

impl Bulk {
    async fn tasks(&self, account: &Account) -> Result<Vec<Task>, Problem> {
        match (&self.update, self.copy_to, self.delete) {
            (Some(patch), None, None) => patch.tasks(account, None).await,
            (None, Some(to), None) => {
                target(account, to, "/copyTo").await?;
                Ok(vec![Task::Copy(to)])
            }
            (None, None, Some(Delete::Trash)) => Ok(vec![Task::Trash]),
            (None, None, Some(Delete::Permanent)) => Ok(vec![Task::Destroy]),
            _ => {
                let detail = "One of update, copyTo and delete has to be said.";
                Err(Problem::invalid("invalid", detail))
            }
        }
    }
}
