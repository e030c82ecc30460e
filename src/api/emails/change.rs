//! `PATCH` and `DELETE /accounts/{account}/emails/{email}`, and copies.

use std::collections::BTreeMap;

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    api::{
        caller::{May, Modify},
        conditions, extract,
        problem::Problem,
        state::Api,
    },
    engine::{Account, Error as EngineError, bulk::Task, tokens::Scope},
    mail::{
        id::{EmailId, MailboxId},
        keyword,
    },
};

use super::{Email, EmailPath, etag, list::narrowed};

/// Keywords of one change.
const KEYWORDS_MOST: usize = 100;

/// What of a message can be changed. True sets, null or false removes, what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct EmailPatch {
    /// Marks: `{"$seen": true, "work": null}`.
    pub(crate) keywords: BTreeMap<String, Option<bool>>,
    /// Folders: `{"<new>": true, "<old>": null}` moves it. A message lies in one folder.
    #[schema(value_type = BTreeMap<String, Option<bool>>)]
    pub(crate) mailbox_ids: BTreeMap<String, Option<bool>>,
}

/// How a message is deleted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Deletion {
    /// For good, without a way back. Without it, it goes to Trash.
    permanent: bool,
}

/// Where a copy goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CopyTo)]
pub(crate) struct Copy {
    /// The folder.
    mailbox_id: MailboxId,
}

/// A message that has come into being.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Made {
    /// Its id; null where the server does not say.
    pub(crate) id: Option<EmailId>,
    /// The folder that it lies in.
    pub(crate) mailbox_id: MailboxId,
}

/// Marks or moves a message.
#[utoipa::path(
    patch,
    path = "/accounts/{account}/emails/{email}",
    tag = "emails",
    params(EmailPath, ("If-Match" = Option<String>, Header, description = "Only if it is as this ETag says")),
    request_body = EmailPatch,
    responses((
        status = 200, description = "The message as it is now", body = Email,
        headers(("ETag" = String, description = "For If-Match"))
    ))
)]
pub(crate) async fn update(
    caller: May<Modify>,
    extract::Path(path): extract::Path<EmailPath>,
    headers: HeaderMap,
    extract::Json(patch): extract::Json<EmailPatch>,
) -> Result<Response, Problem> {
    let account = caller.account(path.account)?;
    let lies = unchanged(account, path.email, &headers).await?;
    for task in patch.tasks(account, Some(lies)).await? {
        match task {
            Task::Mark { add, remove } => {
                let add: Vec<&str> = add.iter().map(String::as_str).collect();
                let remove: Vec<&str> = remove.iter().map(String::as_str).collect();
                account.set_keywords(&[path.email], &add, &remove).await?;
            }
            Task::Move(target) => drop(account.move_to(&[path.email], target).await?),
            Task::Copy(_) | Task::Trash | Task::Destroy => {}
        }
    }
    let opened = account.open(path.email).await?;
    let mut email = Email::of(account.id(), &opened.summary);
    email.thread_id = account.thread_by_header(&opened).await?;
    // Who may change and not read is told of the change alone.
    let fields = caller
        .needs(Scope::Read)
        .err()
        .map(|_| "mailboxIds,keywords");
    let mut response = Json(narrowed(email, fields)).into_response();
    let mailbox = opened.summary.placement.mailbox;
    if let Ok(tag) = HeaderValue::from_str(&etag(mailbox, &opened.summary.keywords)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

/// Moves a message to Trash, or deletes it for good.
#[utoipa::path(
    delete,
    path = "/accounts/{account}/emails/{email}",
    tag = "emails",
    params(
        EmailPath, Deletion,
        ("If-Match" = Option<String>, Header, description = "Only if it is as this ETag says")
    ),
    responses((status = 204, description = "It is done"))
)]
pub(crate) async fn delete(
    caller: May<Modify>,
    extract::Path(path): extract::Path<EmailPath>,
    extract::Query(how): extract::Query<Deletion>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let account = caller.account(path.account)?;
    unchanged(account, path.email, &headers).await?;
    match how.permanent {
        true => account.destroy(&[path.email]).await?,
        false => drop(account.trash(&[path.email]).await?),
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Copies a message into a folder.
#[utoipa::path(
    post,
    path = "/accounts/{account}/emails/{email}/copy",
    tag = "emails",
    params(EmailPath),
    request_body = Copy,
    responses((
        status = 201, description = "The copy", body = Made,
        headers(("Location" = String, description = "The copy, where the server tells its place"))
    ))
)]
pub(crate) async fn copy(
    api: Api,
    caller: May<Modify>,
    extract::Path(path): extract::Path<EmailPath>,
    extract::Json(copy): extract::Json<Copy>,
) -> Result<Response, Problem> {
    let account = caller.account(path.account)?;
    let id = match account.copy_one(path.email, copy.mailbox_id).await {
        Err(EngineError::Invalid("copy-target")) => return Err(no_mailbox("/mailboxId")),
        copied => copied?,
    };
    let made = Made {
        id,
        mailbox_id: copy.mailbox_id,
    };
    let mut response = (StatusCode::CREATED, Json(made)).into_response();
    let place = id.map(|id| format!("{}/accounts/{}/emails/{id}", api.base(), account.id()));
    if let Some(place) = place.and_then(|place| HeaderValue::try_from(place).ok()) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// Where the message lies, if it is there and as `If-Match` says.
async fn unchanged(
    account: &Account,
    email: EmailId,
    headers: &HeaderMap,
) -> Result<MailboxId, Problem> {
    let (mailbox, keywords) = account.state(email).await?;
    conditions::matched(headers, &etag(mailbox, &keywords))?;
    Ok(mailbox)
}

/// A folder named by a body: one that is not there is a fault of the body.
pub(crate) async fn target(account: &Account, id: MailboxId, pointer: &str) -> Result<(), Problem> {
    match account.mailbox(id).await {
        Ok(mailbox) if mailbox.selectable => Ok(()),
        Ok(_) | Err(EngineError::NotFound) => Err(no_mailbox(pointer)),
        Err(error) => Err(error.into()),
    }
}

fn no_mailbox(pointer: &str) -> Problem {
    Problem::unfit(pointer, "There is no such mailbox.")
}

impl EmailPatch {
    /// What it asks to be done to a message that lies in `lies`, or to many wherever they lie.
    pub(crate) async fn tasks(
        &self,
        account: &Account,
        lies: Option<MailboxId>,
    ) -> Result<Vec<Task>, Problem> {
        let mut tasks = Vec::new();
        if self.keywords.len() > KEYWORDS_MOST {
            return Err(Problem::unfit("/keywords", "Those are more than 100."));
        }
        let (mut add, mut remove) = (Vec::new(), Vec::new());
        for (word, wanted) in &self.keywords {
            let word = word.to_lowercase();
            if !keyword::is_valid(&word) {
                let pointer = format!("/keywords/{}", word.replace('~', "~0").replace('/', "~1"));
                return Err(Problem::unfit(pointer, "That can't be a keyword."));
            }
            match wanted {
                Some(true) => add.push(word),
                Some(false) | None => remove.push(word),
            }
        }
        if !(add.is_empty() && remove.is_empty()) {
            tasks.push(Task::Mark { add, remove });
        }
        let (mut into, mut out_of) = (None, Vec::new());
        for (text, wanted) in &self.mailbox_ids {
            let pointer = || format!("/mailboxIds/{text}");
            let id: MailboxId = text.parse().map_err(|_| no_mailbox(&pointer()))?;
            match wanted {
                Some(true) => {
                    target(account, id, &pointer()).await?;
                    if into.replace(id).is_some_and(|other| other != id) {
                        let detail = "A message lies in one mailbox: POST …/copy makes another.";
                        return Err(Problem::not_supported(detail));
                    }
                }
                Some(false) | None => out_of.push(id),
            }
        }
        match (into, lies) {
            (None, _) if out_of.is_empty() => {}
            (None, Some(lies)) if !out_of.contains(&lies) => {}
            (None, _) => {
                let detail = "A message has to lie in a mailbox: DELETE deletes it.";
                return Err(Problem::unfit("/mailboxIds", detail));
            }
            (Some(into), Some(lies)) if into == lies => {}
            (Some(_), Some(lies)) if !out_of.contains(&lies) => {
                let detail = "A message lies in one mailbox: say null for the one that it leaves, \
                    or POST …/copy.";
                return Err(Problem::not_supported(detail));
            }
            (Some(into), _) => tasks.push(Task::Move(into)),
        }
        Ok(tasks)
    }
}
