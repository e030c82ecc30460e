//! `/me`: who asks, and what they may.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    accounts::{self, Account},
    caller::{May, Read},
    problem::Problem,
    state::Api,
    tokens::ScopeName,
};

/// Who asks.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Me {
    /// The address signed in with.
    pub(crate) email: String,
    /// The accounts whose mail can be reached.
    pub(crate) accounts: Vec<Account>,
    /// What this token, password or session may be used for.
    pub(crate) scopes: Vec<ScopeName>,
    /// What is bounded.
    pub(crate) limits: Limits,
}

/// What is bounded.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Limits {
    /// Octets of an upload.
    pub(crate) max_size_upload: u64,
    /// Octets of a message that is sent or imported.
    pub(crate) max_size_message: u64,
    /// Items of one page of a list.
    pub(crate) max_items: u32,
    /// Messages of one bulk change.
    pub(crate) max_bulk: u32,
}

/// Who asks, and what they may.
#[utoipa::path(
    get,
    path = "/me",
    tag = "me",
    responses((status = 200, description = "Who asks", body = Me))
)]
pub(crate) async fn show(api: Api, caller: May<Read>) -> Result<Json<Me>, Problem> {
    let limits = &api.config.limits;
    Ok(Json(Me {
        email: caller.own().address().to_owned(),
        accounts: accounts::all(&api, caller.user).await?,
        scopes: caller.scopes.iter().map(|scope| (*scope).into()).collect(),
        limits: Limits {
            max_size_upload: u64::from(limits.upload_mib) << 20,
            max_size_message: u64::from(limits.message_mib) << 20,
            max_items: super::cursor::ITEMS_MOST,
            max_bulk: 500,
        },
    }))
}
