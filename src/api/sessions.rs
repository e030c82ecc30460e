//! `/sessions`: the browsers in which a person is signed in.

use axum::{Json, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    caller::{May, Settings},
    extract,
    id::Number,
    problem::Problem,
    state::Api,
    time::Time,
};

/// A browser in which a person is signed in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    /// Its id; no secret.
    pub(crate) id: Number,
    /// The browser's words for itself.
    pub(crate) user_agent: String,
    /// Where it was last heard from.
    #[schema(example = "192.0.2.0/24")]
    pub(crate) network: String,
    /// When it began.
    pub(crate) created_at: Time,
    /// When it was last used, to the minute.
    pub(crate) last_used_at: Time,
    /// "Stay signed in" was chosen.
    pub(crate) stays_signed_in: bool,
    /// It is the one that asks.
    pub(crate) is_current: bool,
}

/// All of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sessions {
    /// The last used first.
    pub(crate) items: Vec<Session>,
}

/// A session in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct SessionPath {
    /// The session.
    session: Number,
}

/// Where this person is signed in.
#[utoipa::path(
    get,
    path = "/sessions",
    tag = "sessions",
    responses((status = 200, description = "The sessions", body = Sessions))
)]
pub(crate) async fn index(api: Api, caller: May<Settings>) -> Result<Json<Sessions>, Problem> {
    let own = caller.session.map(|session| session.get());
    let all = api.engine.sessions(caller.user).await?.into_iter();
    let said = all.map(|info| Session {
        id: Number(info.id),
        user_agent: info.label,
        network: info.network,
        created_at: Time(info.created_at),
        last_used_at: Time(info.last_seen_at),
        stays_signed_in: info.stay_signed_in,
        is_current: Some(info.id) == own,
    });
    Ok(Json(Sessions {
        items: said.collect(),
    }))
}

/// Ends a session, at once.
#[utoipa::path(
    delete,
    path = "/sessions/{session}",
    tag = "sessions",
    params(SessionPath),
    responses((status = 204, description = "It has ended"))
)]
pub(crate) async fn revoke(
    api: Api,
    caller: May<Settings>,
    extract::Path(path): extract::Path<SessionPath>,
) -> Result<StatusCode, Problem> {
    let ended = api.engine.revoke_session(caller.user, path.session.0);
    ended.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends all sessions but the one that asks.
#[utoipa::path(
    delete,
    path = "/sessions",
    tag = "sessions",
    responses((status = 204, description = "They have ended"))
)]
pub(crate) async fn revoke_others(api: Api, caller: May<Settings>) -> Result<StatusCode, Problem> {
    let ended = api
        .engine
        .revoke_other_sessions(caller.user, caller.session);
    ended.await?;
    Ok(StatusCode::NO_CONTENT)
}
