//! `/accounts/{account}/identities`: who one writes as (RFC 8621 §6).

use axum::{
    Json,
    http::{StatusCode, request::Parts},
    response::IntoResponse,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::engine::{Account, identities::Identity as Stored};

use super::{
    accounts::AccountPath,
    caller::{Caller, May, Read, Settings},
    extract,
    id::Number,
    problem::Problem,
    proof,
    state::Api,
};

/// Who one writes as.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Identity {
    /// Its id.
    pub(crate) id: Number,
    /// The name that recipients see.
    pub(crate) name: String,
    /// The address.
    pub(crate) email: String,
    /// Where answers go; empty: to the address.
    pub(crate) reply_to: String,
    /// Who always gets a copy that nobody sees, an address list; empty for nobody.
    pub(crate) bcc: String,
    /// The signature of plain messages.
    pub(crate) text_signature: String,
    /// The signature of rich messages, HTML; empty: the plain one.
    pub(crate) html_signature: String,
    /// New messages are written as it.
    pub(crate) is_default: bool,
}

/// All of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Identities {
    /// The default one first.
    pub(crate) items: Vec<Identity>,
}

/// An identity to make, or what of one is to change: what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct IdentityPatch {
    /// The name that recipients see.
    #[schema(max_length = 300)]
    name: Option<String>,
    /// The address. A new identity needs one.
    #[schema(max_length = 300)]
    email: Option<String>,
    /// Where answers go; empty: to the address.
    #[schema(max_length = 300)]
    reply_to: Option<String>,
    /// Who always gets a copy that nobody sees, an address list.
    #[schema(max_length = 1000)]
    bcc: Option<String>,
    /// The signature of plain messages.
    #[schema(max_length = 10_000)]
    text_signature: Option<String>,
    /// The signature of rich messages, HTML.
    #[schema(max_length = 20_000)]
    html_signature: Option<String>,
    /// New messages are to be written as it. Only true changes something.
    is_default: Option<bool>,
    /// The password once more, where a browser's session gives it a Bcc: that copies all mail that
    /// goes out.
    #[schema(value_type = Option<String>, max_length = 1000)]
    password: Option<SecretString>,
}

/// An identity in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct IdentityPath {
    /// The account.
    account: Number,
    /// The identity.
    identity: Number,
}

/// Who one writes as.
#[utoipa::path(
    get,
    path = "/accounts/{account}/identities",
    tag = "identities",
    params(AccountPath),
    responses((status = 200, description = "The identities", body = Identities))
)]
pub(crate) async fn index(
    caller: May<Read>,
    extract::Path(path): extract::Path<AccountPath>,
) -> Result<Json<Identities>, Problem> {
    let account = caller.account(path.account)?;
    let all = account.identities().await?;
    Ok(Json(Identities {
        items: all.into_iter().map(Identity::from).collect(),
    }))
}

/// Makes an identity.
#[utoipa::path(
    post,
    path = "/accounts/{account}/identities",
    tag = "identities",
    params(AccountPath),
    request_body = IdentityPatch,
    responses((status = 201, description = "The identity", body = Identity))
)]
pub(crate) async fn create(
    api: Api,
    caller: May<Settings>,
    extract::Path(path): extract::Path<AccountPath>,
    parts: Parts,
    extract::Json(patch): extract::Json<IdentityPatch>,
) -> Result<impl IntoResponse, Problem> {
    let account = caller.account(path.account)?;
    let before = Stored::default();
    patch.check(&api, &caller, &parts, &before).await?;
    let id = account.save_identity(&patch.onto(before)).await?;
    let made = Identity::from(one(account, id).await?);
    Ok((StatusCode::CREATED, Json(made)))
}

/// One of them.
#[utoipa::path(
    get,
    path = "/accounts/{account}/identities/{identity}",
    tag = "identities",
    params(IdentityPath),
    responses((status = 200, description = "The identity", body = Identity))
)]
pub(crate) async fn show(
    caller: May<Read>,
    extract::Path(path): extract::Path<IdentityPath>,
) -> Result<Json<Identity>, Problem> {
    let account = caller.account(path.account)?;
    Ok(Json(one(account, path.identity.0).await?.into()))
}

/// Changes an identity.
#[utoipa::path(
    patch,
    path = "/accounts/{account}/identities/{identity}",
    tag = "identities",
    params(IdentityPath),
    request_body = IdentityPatch,
    responses((status = 200, description = "The identity as it is now", body = Identity))
)]
pub(crate) async fn update(
    api: Api,
    caller: May<Settings>,
    extract::Path(path): extract::Path<IdentityPath>,
    parts: Parts,
    extract::Json(patch): extract::Json<IdentityPatch>,
) -> Result<Json<Identity>, Problem> {
    let account = caller.account(path.account)?;
    let before = one(account, path.identity.0).await?;
    patch.check(&api, &caller, &parts, &before).await?;
    account.save_identity(&patch.onto(before)).await?;
    Ok(Json(one(account, path.identity.0).await?.into()))
}

/// Removes an identity; the last one stays.
#[utoipa::path(
    delete,
    path = "/accounts/{account}/identities/{identity}",
    tag = "identities",
    params(IdentityPath),
    responses((status = 204, description = "It is gone"))
)]
pub(crate) async fn delete(
    caller: May<Settings>,
    extract::Path(path): extract::Path<IdentityPath>,
) -> Result<StatusCode, Problem> {
    let account = caller.account(path.account)?;
    one(account, path.identity.0).await?;
    account.delete_identity(path.identity.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn one(account: &Account, id: i64) -> Result<Stored, Problem> {
    let all = account.identities().await?;
    let found = all.into_iter().find(|identity| identity.id == id);
    found.ok_or_else(Problem::not_found)
}

impl IdentityPatch {
    /// A copy of all that goes out is not set up by whoever finds a browser open.
    async fn check(
        &self,
        api: &Api,
        caller: &Caller,
        parts: &Parts,
        before: &Stored,
    ) -> Result<(), Problem> {
        let bcc = self.bcc.as_deref().map(str::trim).unwrap_or_default();
        match bcc.is_empty() || bcc == before.bcc.trim() {
            true => Ok(()),
            false => proof::of_browser(api, caller, parts, self.password.as_ref()).await,
        }
    }

    fn onto(self, before: Stored) -> Stored {
        Stored {
            id: before.id,
            name: self.name.unwrap_or(before.name),
            email: self.email.unwrap_or(before.email),
            reply_to: self.reply_to.unwrap_or(before.reply_to),
            bcc: self.bcc.unwrap_or(before.bcc),
            text_signature: self.text_signature.unwrap_or(before.text_signature),
            html_signature: self.html_signature.unwrap_or(before.html_signature),
            is_default: self.is_default.unwrap_or(before.is_default),
        }
    }
}

impl From<Stored> for Identity {
    fn from(identity: Stored) -> Self {
        Self {
            id: Number(identity.id),
            name: identity.name,
            email: identity.email,
            reply_to: identity.reply_to,
            bcc: identity.bcc,
            text_signature: identity.text_signature,
            html_signature: identity.html_signature,
            is_default: identity.is_default,
        }
    }
}
