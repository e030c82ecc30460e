//! `POST /accounts/{account}/emails/bulk`: one change to many messages.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    api::{
        accounts::AccountPath,
        caller::{May, Modify},
        extract,
        jobs::{self, Job},
        problem::Problem,
        search,
        state::Api,
    },
    engine::{Account, bulk::Task, change::BULK_MOST, jobs::Job as Begun, tokens::Scope},
    mail::id::{EmailId, MailboxId},
};

use super::change::{EmailPatch, target};

/// A change to many messages: one of `update`, `copyTo` and `delete`, to one of `ids` and `query`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Bulk {
    /// The messages.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 500)]
    ids: Option<Vec<EmailId>>,
    /// All messages that this finds, as a job: the filter of `POST …/search`, in one mailbox where
    /// it says `inMailbox`, else in all of them.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    query: Option<Map<String, Value>>,
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

/// Does one thing to many messages. Over `ids` each has a result of its own; over a `query` the
/// answer is a job, which needs the scope `read` as well.
#[utoipa::path(
    post,
    path = "/accounts/{account}/emails/bulk",
    tag = "emails",
    params(AccountPath),
    request_body = Bulk,
    responses(
        (status = 200, description = "What became of each", body = Results),
        (
            status = 202, description = "It is being done", body = Job,
            headers(("Location" = String, description = "The job"))
        )
    )
)]
pub(crate) async fn create(
    api: Api,
    caller: May<Modify>,
    extract::Path(path): extract::Path<AccountPath>,
    extract::Json(bulk): extract::Json<Bulk>,
) -> Result<Response, Problem> {
    let account = caller.account(path.account)?;
    let tasks = bulk.tasks(account).await?;
    let ids = match (bulk.ids, bulk.query) {
        (Some(ids), None) => ids,
        (None, Some(query)) => {
            caller.needs(Scope::Read)?;
            return Ok(jobs::begun(&api, begin(account, &query, tasks).await?));
        }
        _ => {
            let detail = "One of ids and query has to be said.";
            return Err(Problem::invalid("invalid", detail));
        }
    };
    if ids.is_empty() || ids.len() > BULK_MOST {
        return Err(Problem::unfit("/ids", "1 to 500 messages can be named."));
    }
    let mut items = Vec::new();
    for (ids, done) in account.each(&ids, &tasks).await {
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

async fn begin(
    account: &Account,
    query: &Map<String, Value>,
    tasks: Vec<Task>,
) -> Result<Begun, Problem> {
    let (mailbox, filter) = search::read(query, "/query")?;
    let filter = Some(filter).filter(|filter| !filter.is_everything());
    if mailbox.is_none() && filter.is_none() {
        // Everything that there is: nobody means that.
        return Err(Problem::unfit("/query", "Say inMailbox, or a condition."));
    }
    if tasks.is_empty() {
        let detail = "There is nothing to be done.";
        return Err(Problem::invalid("invalid", detail));
    }
    Ok(account.begin_bulk(mailbox, filter, tasks).await?)
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
