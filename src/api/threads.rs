//! `/accounts/{account}/threads`: conversations (RFC 8621 §3).

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    engine::{
        Account,
        threads::{After, Thread as Stored},
    },
    mail::id::{EmailId, MailboxId},
};

use super::{
    accounts::AccountPath,
    caller::{May, Modify, Read},
    cursor::{self, ITEMS_USUAL, bounded},
    emails::{EmailAddress, change::EmailPatch, people},
    extract,
    id::{self, Number},
    problem::Problem,
    state::Api,
    time::Time,
};

/// A conversation: messages of an account that have the same root, in whichever mailboxes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Thread {
    /// Its id.
    pub(crate) id: String,
    /// Its messages, the oldest first; of a very long one the newest 500.
    pub(crate) email_ids: Vec<EmailId>,
    /// The subject that it began with.
    pub(crate) subject: String,
    /// Who wrote in it, each once, fifty at most.
    pub(crate) participants: Vec<EmailAddress>,
    /// Messages that were not read.
    pub(crate) unread: u32,
    /// When its newest message arrived.
    pub(crate) received_at: Time,
}

/// A page of conversations.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Threads {
    /// That with the newest message first.
    pub(crate) items: Vec<Thread>,
    /// Where the next page begins; null at the end.
    pub(crate) next_cursor: Option<String>,
    /// Conversations in all: not counted.
    pub(crate) total: Option<u32>,
}

/// Which conversations.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Those that have a message in this mailbox.
    #[param(max_length = 64, pattern = "^[A-Za-z0-9_-]*$")]
    mailbox: Option<String>,
    /// Items of a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
    /// Where to go on: what the page before gave as `nextCursor`.
    #[param(max_length = 20_000, pattern = "^[A-Za-z0-9_-]*$")]
    cursor: Option<String>,
}

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

/// A page of a list of conversations, whoever asks for it.
pub(crate) struct Page<'a> {
    api: &'a Api,
    of: String,
    /// Items.
    pub(crate) limit: u32,
    /// Where it goes on.
    pub(crate) after: Option<After>,
}

impl<'a> Page<'a> {
    /// The first page.
    pub(crate) fn of(
        api: &'a Api,
        account: &Account,
        mailbox: Option<MailboxId>,
        limit: Option<u32>,
    ) -> Self {
        Self {
            api,
            of: format!("{} threads {mailbox:?}", account.id()),
            limit: limit.unwrap_or(ITEMS_USUAL),
            after: None,
        }
    }

    /// The page that a cursor leads to.
    pub(crate) fn after(mut self, text: Option<&str>) -> Result<Self, Problem> {
        bounded(self.limit)?;
        if let Some(text) = text {
            self.after = Some(cursor::from_text(&self.api.engine, &self.of, text)?);
        }
        Ok(self)
    }

    /// The cursor of the page after this one.
    pub(crate) fn cursor(&self, more: After) -> String {
        cursor::to_text(&self.api.engine, &self.of, more)
    }
}

/// Conversations, that with the newest message first. Of mail on a server, which is read by and by,
/// those that are known: a page may be shorter than asked for and have a `nextCursor` all the same.
#[utoipa::path(
    get,
    path = "/accounts/{account}/threads",
    tag = "threads",
    params(AccountPath, Wanted),
    responses((status = 200, description = "A page of conversations", body = Threads))
)]
pub(crate) async fn index(
    api: Api,
    caller: May<Read>,
    extract::Path(path): extract::Path<AccountPath>,
    extract::Query(wanted): extract::Query<Wanted>,
) -> Result<Json<Threads>, Problem> {
    let account = caller.account(path.account)?;
    let mailbox = id::mailbox(wanted.mailbox.as_deref())?;
    let page = Page::of(&api, account, mailbox, wanted.limit);
    let page = page.after(wanted.cursor.as_deref())?;
    let listed = account.threads(mailbox, page.after.as_ref(), page.limit);
    let (threads, more) = listed.await?;
    Ok(Json(Threads {
        items: threads.into_iter().map(Thread::from).collect(),
        next_cursor: more.map(|more| page.cursor(more)),
        total: None,
    }))
}

/// One conversation.
#[utoipa::path(
    get,
    path = "/accounts/{account}/threads/{thread}",
    tag = "threads",
    params(ThreadPath),
    responses((status = 200, description = "The conversation", body = Thread))
)]
pub(crate) async fn show(
    caller: May<Read>,
    extract::Path(path): extract::Path<ThreadPath>,
) -> Result<Json<Thread>, Problem> {
    let account = caller.account(path.account)?;
    Ok(Json(account.thread(&path.thread).await?.into()))
}

/// Marks or moves all messages of a conversation. Those of one mailbox succeed or fail together;
/// where all fail, nothing was changed and the failure is told.
#[utoipa::path(
    patch,
    path = "/accounts/{account}/threads/{thread}",
    tag = "threads",
    params(ThreadPath),
    request_body = EmailPatch,
    responses((status = 200, description = "The conversation as it is now", body = Thread))
)]
pub(crate) async fn update(
    caller: May<Modify>,
    extract::Path(path): extract::Path<ThreadPath>,
    extract::Json(patch): extract::Json<EmailPatch>,
) -> Result<Json<Thread>, Problem> {
    // What it answers with is read.
    caller.needs(crate::engine::tokens::Scope::Read)?;
    let account = caller.account(path.account)?;
    let thread = account.thread(&path.thread).await?;
    let tasks = patch.tasks(account, None).await?;
    let outcomes = account.each(&thread.emails, &tasks).await;
    if outcomes.iter().all(|(_, done)| done.is_err())
        && let Some((_, Err(error))) = outcomes.into_iter().next()
    {
        return Err(error.into());
    }
    Ok(Json(account.thread(&path.thread).await?.into()))
}

impl From<Stored> for Thread {
    fn from(thread: Stored) -> Self {
        Self {
            id: thread.id,
            email_ids: thread.emails,
            subject: thread.subject,
            participants: people(&thread.participants),
            unread: thread.unread,
            received_at: Time(thread.received_at),
        }
    }
}
