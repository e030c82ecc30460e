//! `/accounts/{account}/submissions`: messages on their way (RFC 8621 §7). `act.rs`: what can be
//! done with them there.

pub(super) mod act;

use axum::{
    Json,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

use crate::{
    engine::{
        Account,
        outbox::{State, Submission as OnItsWay, When},
        secrets,
        tokens::Scope,
    },
    mail::id::EmailId,
};

use super::{
    accounts::AccountPath,
    caller::{May, Read, Send},
    cursor::{self, Paging},
    drafts::compose::Message,
    extract,
    id::Number,
    once::{self, Turn},
    problem::Problem,
    state::Api,
    time::Time,
};

/// How long an answer waits for the message to be gone: what takes longer is told as pending.
const PATIENCE: Duration = Duration::from_secs(10);

/// A message on its way.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Submission {
    /// Its id.
    pub(crate) id: Number,
    /// The draft that it was.
    pub(crate) draft_id: Option<Number>,
    /// The copy in Sent; null before there is one, which follows when it went out, and where nobody
    /// knows which it is.
    pub(crate) email_id: Option<EmailId>,
    /// Who it is from; null once that identity is gone.
    pub(crate) identity_id: Option<Number>,
    /// `pending`, `sending`, `sent`, `unconfirmed`, `failed` or `cancelled`. What is unconfirmed
    /// may have arrived: it is never sent again by itself.
    #[schema(example = "sent")]
    pub(crate) status: &'static str,
    /// Its subject.
    pub(crate) subject: String,
    /// Octets.
    pub(crate) size: u64,
    /// When it is to go out.
    pub(crate) send_at: Time,
    /// When it went out.
    pub(crate) sent_at: Option<Time>,
    /// Tries so far.
    pub(crate) attempts: u32,
    /// Whom it goes to, and what became of that.
    pub(crate) recipients: Vec<Recipient>,
    /// Why it is not out.
    pub(crate) reason: Option<Reason>,
}

/// Somebody to whom a message goes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Recipient {
    /// The address.
    pub(crate) email: String,
    /// `pending`, `accepted`, `deferred`, `refused`, `delivered` or `failed`.
    pub(crate) status: &'static str,
    /// What the server said.
    pub(crate) reply: String,
}

/// Why a message is not out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SubmissionReason)]
pub(crate) struct Reason {
    /// A word.
    pub(crate) code: String,
    /// What the server said; may be empty.
    pub(crate) text: String,
}

/// A page of them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Submissions {
    /// The newest first.
    pub(crate) items: Vec<Submission>,
    /// Where the next page begins; null at the end.
    pub(crate) next_cursor: Option<String>,
    /// How many there are in all; null: nobody has counted.
    pub(crate) total: Option<u64>,
}

/// What is to be sent: a draft, or a whole message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewSubmission {
    /// The draft.
    #[serde(default)]
    draft_id: Option<Number>,
    /// The draft's revision that is meant; without it, the one there is.
    #[serde(default)]
    #[schema(minimum = 1)]
    revision: Option<i64>,
    /// The message.
    #[serde(default)]
    message: Option<Message>,
    /// When it is to go out; without it, now.
    #[serde(default)]
    send_at: Option<Time>,
}

/// A submission in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct SubmissionPath {
    /// The account.
    account: Number,
    /// The submission.
    submission: Number,
}

/// Messages on their way, and those that went out lately.
#[utoipa::path(
    get,
    path = "/accounts/{account}/submissions",
    tag = "submissions",
    params(AccountPath, Paging),
    responses((status = 200, description = "A page of submissions", body = Submissions))
)]
pub(crate) async fn index(
    api: Api,
    caller: May<Read>,
    extract::Path(path): extract::Path<AccountPath>,
    extract::Query(paging): extract::Query<Paging>,
) -> Result<Json<Submissions>, Problem> {
    let account = caller.account(path.account)?;
    let of = format!("{} submissions", account.id());
    let (before, limit) = paging.read(&api.engine, &of)?;
    let (page, next) = account.submissions_page(before, limit).await?;
    Ok(Json(Submissions {
        items: page.into_iter().map(Submission::from).collect(),
        next_cursor: next.map(|at| cursor::to_text(&api.engine, &of, at)),
        total: None,
    }))
}

/// Sends a draft or a message, once: a draft that is on its way is not sent again, and a request
/// that is repeated under its `Idempotency-Key` gets the first answer.
#[utoipa::path(
    post,
    path = "/accounts/{account}/submissions",
    tag = "submissions",
    params(AccountPath, ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[!-~]+$", description = "Names this request for a day")),
    request_body = NewSubmission,
    responses(
        (status = 201, description = "It is decided: sent, failed or unconfirmed", body = Submission),
        (status = 202, description = "It waits for its time, or is being sent", body = Submission)
    )
)]
pub(crate) async fn create(
    api: Api,
    caller: May<Send>,
    extract::Path(path): extract::Path<AccountPath>,
    headers: HeaderMap,
    body: extract::Whole<NewSubmission>,
) -> Result<Response, Problem> {
    let account = caller.account(path.account)?;
    if body.value.message.as_ref().is_some_and(Message::reads) {
        caller.needs(Scope::Read)?;
    }
    let place = format!("/accounts/{}/submissions", account.id());
    let ticket = match once::turn(&api, caller.user, &headers, &place, &body.octets).await? {
        Turn::Answered(answer) => return Ok(once::answer(answer)),
        Turn::First(ticket) => ticket,
    };
    let name = ticket
        .as_ref()
        .map_or_else(secrets::token, |ticket| ticket.name());
    let (account, new) = (account.clone(), body.value);
    let sent = async move { send(&account, &new, &name).await };
    Ok(once::answer(once::carried(&api, ticket, sent).await?))
}

/// One of them.
#[utoipa::path(
    get,
    path = "/accounts/{account}/submissions/{submission}",
    tag = "submissions",
    params(SubmissionPath),
    responses((status = 200, description = "The submission", body = Submission))
)]
pub(crate) async fn show(
    caller: May<Read>,
    extract::Path(path): extract::Path<SubmissionPath>,
) -> Result<Json<Submission>, Problem> {
    let account = caller.account(path.account)?;
    let submission = account.submission(path.submission.0).await?;
    Ok(Json(submission.into()))
}

/// Takes a message back while it waits: it is a draft again.
#[utoipa::path(
    delete,
    path = "/accounts/{account}/submissions/{submission}",
    tag = "submissions",
    params(SubmissionPath),
    responses((status = 204, description = "It does not go out"))
)]
pub(crate) async fn cancel(
    caller: May<Send>,
    extract::Path(path): extract::Path<SubmissionPath>,
) -> Result<StatusCode, Problem> {
    let account = caller.account(path.account)?;
    account.cancel_submission(path.submission.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn send(
    account: &Account,
    new: &NewSubmission,
    name: &str,
) -> Result<(StatusCode, Submission), Problem> {
    let when = new.send_at.map_or(When::In(0), |time| When::At(time.0));
    let heard = account.subscribe();
    let sent = match (new.draft_id, &new.message) {
        (Some(draft), None) => {
            let revision = match new.revision {
                Some(revision) => revision,
                // One that is on its way, or gone, tells so itself.
                None => account
                    .draft(draft.0)
                    .await
                    .map_or(0, |draft| draft.revision),
            };
            account.send_draft(draft.0, revision, when, 0).await?
        }
        (None, Some(message)) => {
            let draft = match message.create(account, name).await {
                Ok(draft) => draft,
                // A first try had sent it, and its process ended before it could say so.
                Err(problem) if problem.code == "too_late" => {
                    let before = account.sent_before(name, &Default::default()).await?;
                    let before = before.ok_or(problem)?;
                    return Ok((status_of(&before.submission), before.submission.into()));
                }
                Err(problem) => return Err(problem),
            };
            match account.send_draft(draft.id, draft.revision, when, 0).await {
                Ok(sent) => sent,
                Err(error) => {
                    // Nobody has seen this draft: it would only be in the way.
                    account.discard_draft(draft.id).await.ok();
                    return Err(error.into());
                }
            }
        }
        _ => {
            return Err(Problem::unfit(
                "",
                "One of draftId and message has to be said.",
            ));
        }
    };
    let sent = match (new.send_at, heard) {
        (None, Some(heard)) => settled(account, sent, heard).await?,
        _ => sent,
    };
    Ok((status_of(&sent), sent.into()))
}

/// 202 while it is on its way, 201 when it is decided what became of it.
fn status_of(sent: &OnItsWay) -> StatusCode {
    match sent.state {
        State::Pending | State::Sending => StatusCode::ACCEPTED,
        _ => StatusCode::CREATED,
    }
}

/// Waits until it is decided what became of it, but not for long.
async fn settled(
    account: &Account,
    mut sent: OnItsWay,
    mut heard: tokio::sync::broadcast::Receiver<crate::engine::events::Event>,
) -> Result<OnItsWay, Problem> {
    let id = sent.id;
    let decided = async {
        loop {
            let now = account.submission(id).await?;
            if !matches!(now.state, State::Pending | State::Sending) {
                return Ok::<_, Problem>(now);
            }
            // A missed event is one as well: look again.
            if let Err(tokio::sync::broadcast::error::RecvError::Closed) = heard.recv().await {
                return Ok(now);
            }
        }
    };
    if let Ok(now) = tokio::time::timeout(account.waits(PATIENCE), decided).await {
        return now;
    }
    sent = account.submission(id).await?;
    Ok(sent)
}

impl From<OnItsWay> for Submission {
    fn from(submission: OnItsWay) -> Self {
        Self {
            id: Number(submission.id),
            draft_id: submission.draft.map(Number),
            email_id: submission.copy,
            identity_id: submission.identity.map(Number),
            status: submission.state.as_str(),
            subject: submission.subject,
            size: submission.size,
            send_at: Time(submission.send_at),
            sent_at: submission.sent_at.map(Time),
            attempts: submission.attempts,
            recipients: submission
                .recipients
                .into_iter()
                .map(|recipient| Recipient {
                    email: recipient.email,
                    status: recipient.state.as_str(),
                    reply: recipient.reply,
                })
                .collect(),
            reason: submission.reason.map(|reason| Reason {
                code: reason.code,
                text: reason.text,
            }),
        }
    }
}
