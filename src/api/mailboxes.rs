//! `/accounts/{account}/mailboxes`: folders.

use axum::{Json, http::StatusCode, response::IntoResponse};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    engine::Account,
    mail::{
        id::MailboxId,
        mailbox::{Mailbox as Listed, Role},
    },
};

use super::{
    accounts::AccountPath,
    caller::{May, Modify, Read},
    extract,
    id::Number,
    problem::Problem,
};

/// A folder (RFC 8621 §2).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Mailbox {
    /// Its id, which it keeps when it is renamed or moved.
    pub(crate) id: MailboxId,
    /// Its name, without those it lies in.
    pub(crate) name: String,
    /// The one it lies in.
    pub(crate) parent_id: Option<MailboxId>,
    /// What it is for.
    #[schema(example = "inbox")]
    pub(crate) role: Option<&'static str>,
    /// Where it stands in the server's order, from 0.
    pub(crate) sort_order: u32,
    /// Messages in it.
    pub(crate) total_emails: u32,
    /// Unread messages in it.
    pub(crate) unread_emails: u32,
    /// Its owner wants to see it.
    pub(crate) is_subscribed: bool,
    /// What may be done with it.
    pub(crate) my_rights: Rights,
}

/// What may be done with a folder (RFC 8621 §2), as far as that is known beforehand.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rights {
    /// Its messages can be read.
    pub(crate) may_read_items: bool,
    /// Messages can be put into it.
    pub(crate) may_add_items: bool,
    /// Messages can be taken out of it.
    pub(crate) may_remove_items: bool,
    /// Folders can be made in it.
    pub(crate) may_create_child: bool,
    /// It can be renamed and moved.
    pub(crate) may_rename: bool,
    /// It can be deleted.
    pub(crate) may_delete: bool,
}

/// All folders.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Mailboxes {
    /// In the order in which they are shown.
    pub(crate) items: Vec<Mailbox>,
}

/// A folder to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewMailbox {
    /// Its name.
    #[schema(min_length = 1, max_length = 200)]
    pub(crate) name: String,
    /// The one it is to lie in; without it, at the top.
    #[serde(default)]
    pub(crate) parent_id: Option<MailboxId>,
}

/// What of a folder can be changed; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MailboxPatch {
    /// Another name.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub(crate) name: Option<String>,
    /// Another one to lie in; null: at the top.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<MailboxId>)]
    pub(crate) parent_id: Option<Option<MailboxId>>,
    /// Whether its owner wants to see it.
    #[serde(default)]
    pub(crate) is_subscribed: Option<bool>,
}

/// A folder in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct MailboxPath {
    /// The account.
    account: Number,
    /// The folder.
    mailbox: MailboxId,
}

/// How a folder is deleted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Deletion {
    /// The messages in it go with it, for good. Without it a folder with messages stays.
    #[serde(default)]
    on_destroy_remove_emails: bool,
}

/// How many messages something was done to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Counted {
    /// So many.
    pub(crate) count: u64,
}

/// The folders there are.
#[utoipa::path(
    get,
    path = "/accounts/{account}/mailboxes",
    tag = "mailboxes",
    params(AccountPath),
    responses((status = 200, description = "The folders", body = Mailboxes))
)]
pub(crate) async fn index(
    caller: May<Read>,
    extract::Path(path): extract::Path<AccountPath>,
) -> Result<Json<Mailboxes>, Problem> {
    let account = caller.account(path.account)?;
    let list = account.mailboxes().await?;
    let items = (0..).zip(list.iter()).map(said).collect();
    Ok(Json(Mailboxes { items }))
}

/// Makes a folder.
#[utoipa::path(
    post,
    path = "/accounts/{account}/mailboxes",
    tag = "mailboxes",
    params(AccountPath),
    request_body = NewMailbox,
    responses((status = 201, description = "The folder", body = Mailbox))
)]
pub(crate) async fn create(
    caller: May<Modify>,
    extract::Path(path): extract::Path<AccountPath>,
    extract::Json(new): extract::Json<NewMailbox>,
) -> Result<impl IntoResponse, Problem> {
    let account = caller.account(path.account)?;
    if let Some(parent) = new.parent_id {
        inside(account, parent).await?;
    }
    let made = account.create_mailbox(&new.name, new.parent_id).await?;
    let made = made.ok_or_else(|| Problem::internal("the new folder is not listed".to_owned()))?;
    Ok((StatusCode::CREATED, Json(one(account, made).await?)))
}

/// One folder.
#[utoipa::path(
    get,
    path = "/accounts/{account}/mailboxes/{mailbox}",
    tag = "mailboxes",
    params(MailboxPath),
    responses((status = 200, description = "The folder", body = Mailbox))
)]
pub(crate) async fn show(
    caller: May<Read>,
    extract::Path(path): extract::Path<MailboxPath>,
) -> Result<Json<Mailbox>, Problem> {
    let account = caller.account(path.account)?;
    Ok(Json(one(account, path.mailbox).await?))
}

/// Renames, moves, shows or hides a folder.
#[utoipa::path(
    patch,
    path = "/accounts/{account}/mailboxes/{mailbox}",
    tag = "mailboxes",
    params(MailboxPath),
    request_body = MailboxPatch,
    responses((status = 200, description = "The folder as it is now", body = Mailbox))
)]
pub(crate) async fn update(
    caller: May<Modify>,
    extract::Path(path): extract::Path<MailboxPath>,
    extract::Json(patch): extract::Json<MailboxPatch>,
) -> Result<Json<Mailbox>, Problem> {
    let account = caller.account(path.account)?;
    let before = account.mailbox(path.mailbox).await?;
    if patch.name.is_some() || patch.parent_id.is_some() {
        let name = patch.name.as_deref().unwrap_or(&before.name);
        let parent = patch.parent_id.unwrap_or(before.parent);
        if let Some(parent) = parent {
            inside(account, parent).await?;
        }
        account.rename_mailbox(path.mailbox, name, parent).await?;
    }
    if let Some(wanted) = patch.is_subscribed {
        account.subscribe_mailbox(path.mailbox, wanted).await?;
    }
    Ok(Json(one(account, path.mailbox).await?))
}

/// Deletes a folder.
#[utoipa::path(
    delete,
    path = "/accounts/{account}/mailboxes/{mailbox}",
    tag = "mailboxes",
    params(MailboxPath, Deletion),
    responses((status = 204, description = "It is gone"))
)]
pub(crate) async fn delete(
    caller: May<Modify>,
    extract::Path(path): extract::Path<MailboxPath>,
    extract::Query(how): extract::Query<Deletion>,
) -> Result<StatusCode, Problem> {
    let account = caller.account(path.account)?;
    match how.on_destroy_remove_emails {
        true => account.delete_mailbox(path.mailbox).await?,
        false => account.delete_empty_mailbox(path.mailbox).await?,
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Marks every message of a folder as read.
#[utoipa::path(
    post,
    path = "/accounts/{account}/mailboxes/{mailbox}/mark-read",
    tag = "mailboxes",
    params(MailboxPath),
    responses((status = 200, description = "How many were unread", body = Counted))
)]
pub(crate) async fn mark_read(
    caller: May<Modify>,
    extract::Path(path): extract::Path<MailboxPath>,
) -> Result<Json<Counted>, Problem> {
    let account = caller.account(path.account)?;
    let count = account.mark_all_read(path.mailbox).await?;
    Ok(Json(counted(count)))
}

/// Deletes everything in Trash or Junk for good.
#[utoipa::path(
    post,
    path = "/accounts/{account}/mailboxes/{mailbox}/empty",
    tag = "mailboxes",
    params(MailboxPath),
    responses((status = 200, description = "How many are gone", body = Counted))
)]
pub(crate) async fn empty(
    caller: May<Modify>,
    extract::Path(path): extract::Path<MailboxPath>,
) -> Result<Json<Counted>, Problem> {
    let account = caller.account(path.account)?;
    let count = account.empty(path.mailbox).await?;
    Ok(Json(counted(count)))
}

async fn one(account: &Account, id: MailboxId) -> Result<Mailbox, Problem> {
    account.mailbox(id).await?;
    let list = account.mailboxes().await?;
    let found = (0..).zip(list.iter()).find(|(_, mailbox)| mailbox.id == id);
    found.map(said).ok_or_else(Problem::not_found)
}

/// A parent that is not there is a fault of the body, not of the address.
async fn inside(account: &Account, parent: MailboxId) -> Result<(), Problem> {
    match account.mailbox(parent).await {
        Err(crate::engine::Error::NotFound) => {
            Err(Problem::unfit("/parentId", "There is no such mailbox."))
        }
        found => Ok(found.map(drop)?),
    }
}

pub(super) fn counted(count: usize) -> Counted {
    Counted {
        count: u64::try_from(count).unwrap_or(u64::MAX),
    }
}

fn said((sort_order, mailbox): (u32, &Listed)) -> Mailbox {
    let inbox = mailbox.role == Some(Role::Inbox);
    Mailbox {
        id: mailbox.id,
        name: mailbox.name.clone(),
        parent_id: mailbox.parent,
        role: mailbox.role.map(Role::as_str),
        sort_order,
        total_emails: mailbox.total,
        unread_emails: mailbox.unread,
        is_subscribed: mailbox.subscribed,
        my_rights: Rights {
            may_read_items: mailbox.selectable,
            may_add_items: mailbox.selectable,
            may_remove_items: mailbox.selectable,
            may_create_child: mailbox.delimiter.is_some(),
            may_rename: !inbox,
            may_delete: mailbox.role.is_none(),
        },
    }
}

/// Tells null from absence.
pub(super) fn given<'de, D, T>(from: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(from).map(Some)
}
