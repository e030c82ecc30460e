//! `/tokens`: what programs sign in with.

use axum::{
    Json,
    http::{StatusCode, request::Parts},
    response::IntoResponse,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::engine::tokens::{Scope, Scopes, Token as Stored};

use super::{
    caller::{May, Read, Settings},
    extract,
    id::Number,
    problem::Problem,
    proof,
    state::Api,
    time::Time,
};

/// What a token may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Scope)]
pub(crate) enum ScopeName {
    /// Reading.
    Read,
    /// Changing mail, mailboxes and drafts.
    Modify,
    /// Sending.
    Send,
    /// Changing settings, identities, tokens and webhooks.
    Settings,
}

/// A token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Token {
    /// Its id.
    pub(crate) id: Number,
    /// What its owner calls it.
    pub(crate) name: String,
    /// What it may be used for.
    pub(crate) scopes: Vec<ScopeName>,
    /// When it was made.
    pub(crate) created_at: Time,
    /// When it was last used, to the minute.
    pub(crate) last_used_at: Option<Time>,
    /// When it ends.
    pub(crate) expires_at: Option<Time>,
    /// What a program sends as `Authorization: Bearer …`. Said once, by the answer to POST.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) secret: Option<String>,
}

/// All tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tokens {
    /// The newest first.
    pub(crate) items: Vec<Token>,
}

/// A token to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewToken {
    /// What to call it.
    #[schema(min_length = 1, max_length = 100)]
    pub(crate) name: String,
    /// What it may be used for.
    #[schema(min_items = 1, max_items = 4)]
    pub(crate) scopes: Vec<ScopeName>,
    /// When it is to end; without it, it does not.
    #[serde(default)]
    pub(crate) expires_at: Option<Time>,
    /// The password once more. Not needed with HTTP Basic, which has just brought it.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 1000)]
    pub(crate) password: Option<SecretString>,
}

/// A token in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct TokenPath {
    /// The token.
    token: Number,
}

/// The tokens there are.
#[utoipa::path(
    get,
    path = "/tokens",
    tag = "tokens",
    responses((status = 200, description = "The tokens", body = Tokens))
)]
pub(crate) async fn index(api: Api, caller: May<Settings>) -> Result<Json<Tokens>, Problem> {
    let tokens = api.engine.tokens(caller.user).await?;
    Ok(Json(Tokens {
        items: tokens.into_iter().map(Token::from).collect(),
    }))
}

/// Makes a token. Its secret is in the answer, and nowhere else.
#[utoipa::path(
    post,
    path = "/tokens",
    tag = "tokens",
    request_body = NewToken,
    responses((status = 201, description = "The token with its secret", body = Token))
)]
pub(crate) async fn create(
    api: Api,
    caller: May<Read>,
    parts: Parts,
    extract::Json(new): extract::Json<NewToken>,
) -> Result<impl IntoResponse, Problem> {
    proof::always(&api, &caller, &parts, new.password.as_ref()).await?;
    let scopes: Scopes = new.scopes.iter().map(|scope| Scope::from(*scope)).collect();
    let expires_at = new.expires_at.map(|time| time.0);
    let made = caller.own().create_token(&new.name, &scopes, expires_at);
    let (token, secret) = made.await?;
    let mut token = Token::from(token);
    token.secret = Some(secret.to_text());
    Ok((StatusCode::CREATED, Json(token)))
}

/// Revokes a token, at once.
#[utoipa::path(
    delete,
    path = "/tokens/{token}",
    tag = "tokens",
    params(TokenPath),
    responses((status = 204, description = "It opens nothing any more"))
)]
pub(crate) async fn revoke(
    api: Api,
    caller: May<Settings>,
    extract::Path(path): extract::Path<TokenPath>,
) -> Result<StatusCode, Problem> {
    api.engine.revoke_token(caller.user, path.token.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<Scope> for ScopeName {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Read => Self::Read,
            Scope::Modify => Self::Modify,
            Scope::Send => Self::Send,
            Scope::Settings => Self::Settings,
        }
    }
}

impl From<ScopeName> for Scope {
    fn from(scope: ScopeName) -> Self {
        match scope {
            ScopeName::Read => Self::Read,
            ScopeName::Modify => Self::Modify,
            ScopeName::Send => Self::Send,
            ScopeName::Settings => Self::Settings,
        }
    }
}

impl From<Stored> for Token {
    fn from(token: Stored) -> Self {
        Self {
            id: Number(token.id),
            name: token.name,
            scopes: token.scopes.into_iter().map(ScopeName::from).collect(),
            created_at: Time(token.created_at),
            last_used_at: token.last_used_at.map(Time),
            expires_at: token.expires_at.map(Time),
            secret: None,
        }
    }
}
