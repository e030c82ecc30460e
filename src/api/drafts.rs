//! `/accounts/{account}/drafts`: messages being written.

pub(super) mod compose;
mod phrases;

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    engine::{
        Account, secrets,
        tokens::Scope,
        writing::{Action, Draft as Written},
    },
    mail::{
        address::Address,
        id::EmailId,
        typed::{self, Typed},
    },
};

use super::{
    accounts::AccountPath,
    caller::{May, Modify, Read},
    conditions,
    cursor::{self, Paging},
    emails::{self, EmailAddress},
    extract,
    id::{BlobId, Number},
    problem::Problem,
    state::Api,
    time::Time,
};

use compose::{Importance, Message};

/// A message being written.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Draft {
    /// Its id.
    pub(crate) id: Number,
    /// Its copy in the Drafts folder, which follows within a minute or so.
    pub(crate) email_id: Option<EmailId>,
    /// Grows with each change; the ETag is the same in quotation marks.
    pub(crate) revision: i64,
    /// Who writes; null for the account's default.
    pub(crate) identity_id: Option<Number>,
    /// Whom recipients see it come from.
    pub(crate) from: Vec<EmailAddress>,
    /// Whom it goes to; what is no address yet has its text as `email`.
    pub(crate) to: Vec<EmailAddress>,
    /// Who gets a copy.
    pub(crate) cc: Vec<EmailAddress>,
    /// Who gets a copy that others don't see.
    pub(crate) bcc: Vec<EmailAddress>,
    /// Where answers are to go.
    pub(crate) reply_to: Vec<EmailAddress>,
    /// The subject.
    pub(crate) subject: String,
    /// The plain text; null for a rich message.
    pub(crate) text: Option<String>,
    /// The HTML; null for a plain message.
    pub(crate) html: Option<String>,
    /// Its files.
    pub(crate) attachments: Vec<File>,
    /// The message that it answers or passes on.
    pub(crate) reference: Option<Reference>,
    /// Asks its readers to say that they have read it.
    pub(crate) receipt: bool,
    /// Asks servers to report that it has arrived.
    pub(crate) delivery_report: bool,
    /// How much it matters.
    pub(crate) importance: Importance,
    /// When it was last changed.
    pub(crate) updated_at: Time,
}

/// A file of a draft.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DraftFile)]
#[serde(rename_all = "camelCase")]
pub(crate) struct File {
    /// Its octets.
    pub(crate) blob_id: BlobId,
    /// Its name.
    pub(crate) name: String,
    /// Its media type.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Octets.
    pub(crate) size: u64,
    /// `inline` for pictures in the HTML, else `attachment`.
    pub(crate) disposition: &'static str,
    /// What the HTML calls it by.
    pub(crate) cid: Option<String>,
}

/// The message that a draft comes from.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Reference {
    /// The message.
    pub(crate) email_id: EmailId,
    /// What is done with it.
    pub(crate) action: ActionName,
    /// It is quoted below.
    #[serde(default)]
    pub(crate) quote: bool,
}

/// What is done with the message that a draft comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReferenceAction)]
pub(crate) enum ActionName {
    /// Answers who wrote it.
    Reply,
    /// Answers everybody.
    ReplyAll,
    /// Answers the mailing list.
    ReplyList,
    /// Passes it on in the text, with its files.
    Forward,
    /// Passes it on as a file.
    ForwardAsAttachment,
    /// Begins from it as a new message.
    Edit,
}

/// A page of drafts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Drafts {
    /// The last changed first.
    pub(crate) items: Vec<Draft>,
    /// Where the next page begins; null at the end.
    pub(crate) next_cursor: Option<String>,
    /// How many there are in all.
    pub(crate) total: Option<u64>,
}

/// A draft in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct DraftPath {
    /// The account.
    account: Number,
    /// The draft.
    draft: Number,
}

/// The drafts that are not on their way.
#[utoipa::path(
    get,
    path = "/accounts/{account}/drafts",
    tag = "drafts",
    params(AccountPath, Paging),
    responses((status = 200, description = "A page of drafts", body = Drafts))
)]
pub(crate) async fn index(
    api: Api,
    caller: May<Read>,
    extract::Path(path): extract::Path<AccountPath>,
    extract::Query(paging): extract::Query<Paging>,
) -> Result<Json<Drafts>, Problem> {
    let account = caller.account(path.account)?;
    let of = format!("{} drafts", account.id());
    let (before, limit) = paging.read(&api.engine, &of)?;
    let (drafts, next) = account.drafts(before, limit).await?;
    let senders = account.senders(drafts.iter()).await?;
    let page = drafts.into_iter().zip(senders);
    Ok(Json(Drafts {
        items: page.map(|(draft, from)| Draft::new(draft, from)).collect(),
        next_cursor: next.map(|at| cursor::to_text(&api.engine, &of, at)),
        total: Some(account.draft_count().await?),
    }))
}

/// Begins a draft.
#[utoipa::path(
    post,
    path = "/accounts/{account}/drafts",
    tag = "drafts",
    params(AccountPath),
    request_body = Message,
    responses((
        status = 201, description = "The draft", body = Draft,
        headers(("ETag" = String, description = "For If-Match"))
    ))
)]
pub(crate) async fn create(
    caller: May<Modify>,
    extract::Path(path): extract::Path<AccountPath>,
    extract::Json(message): extract::Json<Message>,
) -> Result<Response, Problem> {
    let account = caller.account(path.account)?;
    if message.reads() {
        caller.needs(Scope::Read)?;
    }
    let draft = message.create(account, &secrets::token()).await?;
    Ok((StatusCode::CREATED, tagged(account, draft).await?).into_response())
}

/// A draft.
#[utoipa::path(
    get,
    path = "/accounts/{account}/drafts/{draft}",
    tag = "drafts",
    params(DraftPath),
    responses((
        status = 200, description = "The draft", body = Draft,
        headers(("ETag" = String, description = "For If-Match"))
    ))
)]
pub(crate) async fn show(
    caller: May<Read>,
    extract::Path(path): extract::Path<DraftPath>,
) -> Result<Response, Problem> {
    let account = caller.account(path.account)?;
    tagged(account, account.draft(path.draft.0).await?).await
}

/// Writes a draft anew; what it comes from stays.
#[utoipa::path(
    put,
    path = "/accounts/{account}/drafts/{draft}",
    tag = "drafts",
    params(DraftPath, ("If-Match" = Option<String>, Header, description = "Only if it is as this ETag says")),
    request_body = Message,
    responses((
        status = 200, description = "The draft as it is now", body = Draft,
        headers(("ETag" = String, description = "For If-Match"))
    ))
)]
pub(crate) async fn update(
    caller: May<Modify>,
    extract::Path(path): extract::Path<DraftPath>,
    headers: HeaderMap,
    extract::Json(message): extract::Json<Message>,
) -> Result<Response, Problem> {
    let account = caller.account(path.account)?;
    if message.reads() {
        caller.needs(Scope::Read)?;
    }
    let before = unchanged(account, path.draft, &headers).await?;
    tagged(account, message.replace(account, before).await?).await
}

/// Throws a draft away, with its copy in the Drafts folder.
#[utoipa::path(
    delete,
    path = "/accounts/{account}/drafts/{draft}",
    tag = "drafts",
    params(DraftPath, ("If-Match" = Option<String>, Header, description = "Only if it is as this ETag says")),
    responses((status = 204, description = "It is gone"))
)]
pub(crate) async fn delete(
    caller: May<Modify>,
    extract::Path(path): extract::Path<DraftPath>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let account = caller.account(path.account)?;
    unchanged(account, path.draft, &headers).await?;
    account.discard_draft(path.draft.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn unchanged(
    account: &Account,
    draft: Number,
    headers: &HeaderMap,
) -> Result<Written, Problem> {
    let before = account.draft(draft.0).await?;
    conditions::matched(headers, &tag(before.revision))?;
    Ok(before)
}

fn tag(revision: i64) -> String {
    format!("\"{revision}\"")
}

async fn tagged(account: &Account, draft: Written) -> Result<Response, Problem> {
    let tag = HeaderValue::from_str(&tag(draft.revision));
    let senders = account.senders(std::iter::once(&draft)).await?;
    let from = senders.into_iter().next().ok_or_else(Problem::not_found)?;
    let mut response = Json(Draft::new(draft, from)).into_response();
    if let Ok(tag) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

impl Draft {
    fn new(draft: Written, from: Address) -> Self {
        let fields = draft.fields;
        let file = |file: crate::engine::writing::Attachment| File {
            blob_id: BlobId::Stored(file.blob),
            name: file.name,
            kind: file.media_type,
            size: file.size,
            disposition: if file.inline { "inline" } else { "attachment" },
            cid: Some(file.cid).filter(|cid| !cid.is_empty()),
        };
        Self {
            id: Number(draft.id),
            email_id: draft.copy,
            revision: draft.revision,
            identity_id: fields.identity.map(Number),
            from: emails::people(&[from]),
            to: people(&fields.to),
            cc: people(&fields.cc),
            bcc: people(&fields.bcc),
            reply_to: people(&fields.reply_to),
            subject: fields.subject,
            text: (!fields.html).then_some(fields.text),
            html: fields.html.then_some(fields.rich),
            attachments: draft.attachments.into_iter().map(file).collect(),
            reference: draft.reference.map(|reference| Reference {
                email_id: reference.email,
                action: reference.action.into(),
                quote: fields.quotes,
            }),
            receipt: fields.options.receipt,
            delivery_report: fields.options.delivery_report,
            importance: fields.options.importance.into(),
            updated_at: Time(draft.updated_at),
        }
    }
}

/// A field of addresses as it was typed.
fn people(field: &str) -> Vec<EmailAddress> {
    let one = |entry: Typed| match entry {
        Typed::Mailbox(address) => vec![EmailAddress {
            name: address.name,
            email: address.email,
        }],
        Typed::Group { members, .. } => {
            let said = members.into_iter().map(|address| EmailAddress {
                name: address.name,
                email: address.email,
            });
            said.collect()
        }
        Typed::Unclear { text, .. } => vec![EmailAddress {
            name: None,
            email: text,
        }],
    };
    typed::parse(field).into_iter().flat_map(one).collect()
}

impl From<Action> for ActionName {
    fn from(action: Action) -> Self {
        match action {
            Action::Reply => Self::Reply,
            Action::ReplyAll => Self::ReplyAll,
            Action::ReplyList => Self::ReplyList,
            Action::Forward => Self::Forward,
            Action::ForwardAsAttachment => Self::ForwardAsAttachment,
            Action::Edit => Self::Edit,
        }
    }
}

impl From<ActionName> for Action {
    fn from(action: ActionName) -> Self {
        match action {
            ActionName::Reply => Self::Reply,
            ActionName::ReplyAll => Self::ReplyAll,
            ActionName::ReplyList => Self::ReplyList,
            ActionName::Forward => Self::Forward,
            ActionName::ForwardAsAttachment => Self::ForwardAsAttachment,
            ActionName::Edit => Self::Edit,
        }
    }
}
