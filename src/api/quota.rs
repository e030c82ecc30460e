//! `/accounts/{account}/quota`: how much room there is.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::engine::Error as EngineError;

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

/// How much room there is for mail that lives here. A server is not asked for its own bounds.
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
    let account = caller.account(path.account)?;
    match account.quota().await {
        Ok(quota) => Ok(Json(Quota {
            used: quota.used,
            limit: quota.most,
        })),
        Err(EngineError::NotFound) => Err(Problem::not_supported(
            "The mail server is not asked for its bounds.",
        )),
        Err(error) => Err(error.into()),
    }
}
