//! `/accounts`: the mail services whose mail one reads.

pub(crate) mod further;
pub(crate) mod permissions;
pub(crate) mod pop3;
pub(crate) mod status;

use axum::{
    Json,
    http::{StatusCode, header},
    response::IntoResponse,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::engine::{
    accounts::{self, AccountInfo, Place},
    sessions::UserId,
};

use super::{
    caller::{Caller, May, Read, Settings},
    extract,
    id::Number,
    mailboxes::given,
    problem::Problem,
    state::Api,
};
use pop3::{Pop3, Pop3Patch};
use status::Status;

/// An account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Account {
    /// Its id.
    pub(crate) id: Number,
    /// `imap`: on a server, as it is; `pop3`: collected, kept here; `local`: here alone.
    #[schema(example = "imap")]
    pub(crate) kind: &'static str,
    /// What its owner calls it; empty shows the address.
    pub(crate) name: String,
    /// Its address.
    pub(crate) email: String,
    /// The colour that marks it; empty for none.
    pub(crate) color: String,
    /// Where its mail lies and is handed over.
    pub(crate) servers: Servers,
    /// How one signs in to them.
    pub(crate) sign_in: SignIn,
    /// Days after which what lies in Trash is deleted, from when it was put there; null: never, or
    /// as its server likes.
    pub(crate) trash_days: Option<u32>,
    /// The same of Junk.
    pub(crate) junk_days: Option<u32>,
    /// What can be done with it.
    pub(crate) capabilities: Capabilities,
    /// How it is.
    pub(crate) status: Status,
    /// How its mail is collected; null where it is not.
    pub(crate) pop3: Option<Pop3>,
}

/// Where an account's mail lies and is handed over.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Servers {
    /// Where it lies; null: here.
    pub(crate) incoming: Option<Server>,
    /// Where it is handed over; null: nowhere, or to mailboxes here alone.
    pub(crate) outgoing: Option<Server>,
}

/// A server.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Server {
    /// Its name.
    pub(crate) host: String,
    /// Its port.
    pub(crate) port: u16,
    /// `tls`, `startTls` or `none`.
    pub(crate) security: &'static str,
}

/// How one signs in to the servers of an account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignIn {
    /// `password` or `oauth`.
    #[schema(example = "password")]
    pub(crate) method: &'static str,
    /// What people know the service by that vouches for its owner; null with a password.
    pub(crate) provider: Option<String>,
    /// It no longer does: `POST /account-permissions` for this account.
    pub(crate) is_gone: bool,
}

/// What can be done with an account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Capabilities {
    /// Mail can be sent from it.
    pub(crate) send: bool,
    /// Its mail is put into conversations: `GET …/threads`.
    pub(crate) threads: bool,
    /// `GET …/deleted-emails`, `trashDays` and `junkDays`.
    pub(crate) deleted_emails: bool,
}

/// All accounts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Accounts {
    /// In their owner's order.
    pub(crate) items: Vec<Account>,
}

/// What of an account can be changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AccountPatch {
    /// What to call it; empty shows the address.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub(crate) name: Option<String>,
    /// The colour that marks it: red, orange, yellow, green, teal, blue, purple, pink, or empty.
    #[serde(default)]
    #[schema(max_length = 10)]
    pub(crate) color: Option<String>,
    /// Where mail lives here: days after which what lies in Trash is deleted; null: never.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 3650)]
    pub(crate) trash_days: Option<Option<u32>>,
    /// The same of Junk.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 3650)]
    pub(crate) junk_days: Option<Option<u32>>,
    /// How its mail is collected; 422 `not_supported` where it is not.
    #[serde(default)]
    pub(crate) pop3: Option<Pop3Patch>,
}

/// An account in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct AccountPath {
    /// The account.
    pub(crate) account: Number,
}

/// The accounts there are.
#[utoipa::path(
    get,
    path = "/accounts",
    tag = "accounts",
    responses((status = 200, description = "The accounts", body = Accounts))
)]
pub(crate) async fn index(api: Api, caller: May<Read>) -> Result<Json<Accounts>, Problem> {
    Ok(Json(Accounts {
        items: all(&api, caller.user).await?,
    }))
}

/// One account.
#[utoipa::path(
    get,
    path = "/accounts/{account}",
    tag = "accounts",
    params(AccountPath),
    responses((status = 200, description = "The account", body = Account))
)]
pub(crate) async fn show(
    api: Api,
    caller: May<Read>,
    extract::Path(path): extract::Path<AccountPath>,
) -> Result<Json<Account>, Problem> {
    Ok(Json(one(&api, &caller, path.account).await?))
}

/// Gives an account another name or colour, other days after which Trash and Junk are emptied of
/// what is old, or changes how its mail is collected. A policy that deletes on the server needs
/// `confirmed`: `POST …/deletion-plan` says what it would delete.
#[utoipa::path(
    patch,
    path = "/accounts/{account}",
    tag = "accounts",
    params(AccountPath),
    request_body = AccountPatch,
    responses((status = 200, description = "The account as it is now", body = Account))
)]
pub(crate) async fn update(
    api: Api,
    caller: May<Settings>,
    extract::Path(path): extract::Path<AccountPath>,
    extract::Json(patch): extract::Json<AccountPatch>,
) -> Result<Json<Account>, Problem> {
    let (own, id) = (caller.own(), path.account.0);
    // Before anything is changed: who is refused has changed nothing.
    accounts::check_look(patch.name.as_deref(), patch.color.as_deref())?;
    let collected = match &patch.pop3 {
        Some(wanted) => {
            let account = caller.account(path.account)?;
            Some((account, wanted.over(account).await?))
        }
        None => None,
    };
    let (trash, junk) = (patch.trash_days, patch.junk_days);
    if trash.is_some() || junk.is_some() {
        api.engine.keep_for(own, id, trash, junk).await?;
    }
    let (name, color) = (patch.name.as_deref(), patch.color.as_deref());
    api.engine.dress_account(own, id, name, color).await?;
    if let Some((account, change)) = collected {
        change.carry_out(account).await?;
    }
    Ok(Json(one(&api, &caller, path.account).await?))
}

/// An account that was made, with its place.
async fn made(api: &Api, caller: &Caller, id: i64) -> Result<impl IntoResponse + use<>, Problem> {
    let account = one(api, caller, Number(id)).await?;
    let place = [(header::LOCATION, format!("{}/accounts/{id}", api.base()))];
    Ok((StatusCode::CREATED, place, Json(account)))
}

async fn one(api: &Api, caller: &Caller, id: Number) -> Result<Account, Problem> {
    let info = one_of(api, caller, id).await?;
    Account::of(api, info).await
}

async fn one_of(api: &Api, caller: &Caller, id: Number) -> Result<AccountInfo, Problem> {
    let accounts = api.engine.accounts(caller.user).await?;
    let found = accounts.into_iter().find(|account| account.id == id.0);
    found.ok_or_else(Problem::not_found)
}

/// All accounts of a person.
pub(crate) async fn all(api: &Api, user: UserId) -> Result<Vec<Account>, Problem> {
    let mut all = Vec::new();
    for info in api.engine.accounts(user).await? {
        all.push(Account::of(api, info).await?);
    }
    Ok(all)
}

impl Account {
    async fn of(api: &Api, info: AccountInfo) -> Result<Self, Problem> {
        let collection = api.engine.collection_of(&info).await?;
        let status = match &collection {
            Some(collection) => Status::of_collection(collection),
            None => Status::of_server(&info, api.engine.health(&info)),
        };
        Ok(Self {
            status: status.unless_gone(info.grant_gone),
            pop3: collection.as_ref().map(Pop3::from),
            id: Number(info.id),
            kind: info.kind,
            name: info.name,
            email: info.email,
            color: info.color,
            servers: Servers {
                incoming: info.incoming.map(Server::from),
                outgoing: info.outgoing.map(Server::from),
            },
            sign_in: SignIn {
                method: match info.provider.is_empty() {
                    true => "password",
                    false => "oauth",
                },
                is_gone: info.grant_gone,
                provider: Some(info.provider).filter(|name| !name.is_empty()),
            },
            trash_days: info.keeping.and_then(|keeping| keeping.trash),
            junk_days: info.keeping.and_then(|keeping| keeping.junk),
            capabilities: Capabilities {
                send: info.sends,
                threads: true,
                deleted_emails: info.keeping.is_some(),
            },
        })
    }
}

impl From<Place> for Server {
    fn from(place: Place) -> Self {
        Self {
            host: place.host,
            port: place.port,
            security: place.security,
        }
    }
}
