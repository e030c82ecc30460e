//! `/accounts/{account}/sending`: whether messages go out at their time with nobody signed in.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::engine::Account;

use super::{
    accounts::AccountPath,
    caller::{May, Read, Settings},
    extract,
    problem::Problem,
};

/// How an account sends.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sending {
    /// Messages go out at their time with nobody signed in: the server keeps a key for that.
    pub(crate) is_unattended: bool,
}

/// What of that is to be different.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SendingPatch {
    /// Messages may go out with nobody signed in; false takes the key away, at once.
    #[serde(default)]
    is_unattended: Option<bool>,
}

/// How an account sends.
#[utoipa::path(
    get,
    path = "/accounts/{account}/sending",
    tag = "settings",
    params(AccountPath),
    responses((status = 200, description = "How it sends", body = Sending))
)]
pub(crate) async fn show(
    caller: May<Read>,
    extract::Path(path): extract::Path<AccountPath>,
) -> Result<Json<Sending>, Problem> {
    Ok(Json(said(caller.account(path.account)?).await?))
}

/// Allows an account to send with nobody signed in, or no longer.
#[utoipa::path(
    patch,
    path = "/accounts/{account}/sending",
    tag = "settings",
    params(AccountPath),
    request_body = SendingPatch,
    responses((status = 200, description = "How it sends now", body = Sending))
)]
pub(crate) async fn update(
    caller: May<Settings>,
    extract::Path(path): extract::Path<AccountPath>,
    extract::Json(patch): extract::Json<SendingPatch>,
) -> Result<Json<Sending>, Problem> {
    let account = caller.account(path.account)?;
    if let Some(allowed) = patch.is_unattended
        && allowed != account.is_unattended().await?
    {
        account.set_unattended(allowed).await?;
    }
    Ok(Json(said(account).await?))
}

async fn said(account: &Account) -> Result<Sending, Problem> {
    Ok(Sending {
        is_unattended: account.is_unattended().await?,
    })
}
