//! `/account-permissions`: accounts whose mail server takes no password. A program says what it
//! wants and is told where its person agrees; what they come back with it brings, or their browser
//! does by itself.

use axum::{
    Json,
    http::{StatusCode, request::Parts},
    response::IntoResponse,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{
        caller::{self, May, Settings},
        extract,
        id::Number,
        problem::Problem,
        state::Api,
        time::Time,
    },
    engine::{
        Error as EngineError,
        oauth::{Answer, Wish},
    },
};

use super::{Account, further::NewServers, made};

/// A permission to be given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewPermission {
    /// The account that is there and gets another permission, on the servers that it has.
    #[serde(default)]
    account: Option<Number>,
    /// The address of a new account.
    #[serde(default)]
    #[schema(max_length = 254, example = "anna@example.org")]
    email: Option<String>,
    /// The user name for servers that are named here; the address without it.
    #[serde(default)]
    #[schema(max_length = 320)]
    user: Option<String>,
    /// The servers; those that the operator names for the address's domain without it.
    #[serde(default)]
    servers: Option<NewServers>,
}

/// Where a permission is given.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Permission {
    /// What people know the service by.
    pub(crate) provider: String,
    /// The address that the person visits. From there they are sent to `/oauth/callback` of this
    /// service: in a browser in which they are signed in here that is all; elsewhere the program
    /// takes `state` and `code` (or `error`) from that address and brings them.
    pub(crate) address: String,
    /// Until when they are awaited.
    pub(crate) expires_at: Time,
}

/// What a person came back with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Brought {
    /// As it stood in the address.
    #[schema(min_length = 1, max_length = 4096)]
    state: String,
    /// As it stood in the address; or `error`.
    #[serde(default)]
    #[schema(max_length = 4096, value_type = Option<String>)]
    code: Option<SecretString>,
    /// As it stood in the address, when the person did not agree or something went wrong there.
    #[serde(default)]
    #[schema(max_length = 100)]
    error: Option<String>,
}

/// Begins to ask for a permission: for a new account, or again for one that is there. With a session
/// the person has to come back in the same browser; with a token in any that is theirs.
#[utoipa::path(
    post,
    path = "/account-permissions",
    tag = "accounts",
    request_body = NewPermission,
    responses((status = 201, description = "Where the person agrees", body = Permission))
)]
pub(crate) async fn begin(
    api: Api,
    caller: May<Settings>,
    extract::Json(new): extract::Json<NewPermission>,
) -> Result<impl IntoResponse, Problem> {
    let wish = Wish {
        account: new.account.map(|account| account.0),
        address: new.email.unwrap_or_default(),
        servers: new.servers.map(NewServers::named).transpose()?,
        user: new.user.unwrap_or_default(),
    };
    let begun = api.engine.begin_grant(caller.own(), caller.session, wish);
    let way = begun.await?;
    let permission = Permission {
        provider: way.provider,
        address: way.address.into(),
        expires_at: Time(way.expires_at),
    };
    Ok((StatusCode::CREATED, Json(permission)))
}

/// Brings what the person came back with. The mail server is asked with it, and the account added.
#[utoipa::path(
    post,
    path = "/account-permissions/completion",
    tag = "accounts",
    request_body = Brought,
    responses((status = 201, description = "The account, added or opened again", body = Account,
        headers(("Location" = String, description = "Where it is"))))
)]
pub(crate) async fn finish(
    api: Api,
    caller: May<Settings>,
    parts: Parts,
    extract::Json(brought): extract::Json<Brought>,
) -> Result<impl IntoResponse, Problem> {
    let answer = match brought.error {
        Some(word) => Answer::Error(word),
        None => Answer::Code(brought.code.unwrap_or_default()),
    };
    let client = caller::client(&parts, &api);
    let (own, session) = (caller.own(), caller.session);
    let finishing = api
        .engine
        .finish_grant(own, session, &brought.state, answer, client);
    let finished = finishing.await;
    let finished = finished.map_err(|unfinished| match unfinished.refusal.error {
        // What was brought is refused, and no password of the caller's.
        EngineError::Upstream { problem, .. } if problem.is_wrong_password() => {
            EngineError::Invalid("grant-other-mailbox").into()
        }
        error => Problem::from(error),
    })?;
    made(&api, &caller, finished.account).await
}
