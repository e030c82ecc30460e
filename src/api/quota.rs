//! `/accounts/{account}/quota`: how much room there is.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    accounts::AccountPath,
    caller::{May, Read},
    extract,
    problem::Problem,
};

/// Octets.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Quota {
    /// What there is.
    pub(crate) used: u64,
    /// What there may be; null: no bound.
    pub(crate) limit: Option<u64>,
}

/// How much room there is for mail that lives here, or what a mail server says of it (RFC 9208): of
/// several bounds the one with the least left. 422 `not_supported` where it says nothing.
#[utoipa::path(
    get,
    path = "/accounts/{account}/quota",
    tag = "accounts",
    params(AccountPath),
    responses((status = 200, description = "The room", body = Quota))
)]
pub(crate) async fn show(
    caller: May<Read>,
    extract::Path(path): extract::Path<AccountPath>,
) -> Result<Json<Quota>, Problem> {
    let quota = caller.account(path.account)?.quota().await?;
    Ok(Json(Quota {
        used: quota.used,
        limit: quota.most,
    }))
}
