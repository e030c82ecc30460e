//! `/trusted-senders`: whose pictures from elsewhere are always shown to a person.

use axum::{Json, http::StatusCode, response::IntoResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    caller::{May, Read, Settings},
    extract,
    problem::{Fault, Problem},
    state::Api,
};

/// Senders whom a program may name: nobody reads more of such a list.
const MOST: usize = 5000;
/// Characters of an address.
const LONGEST: usize = 320;

/// A sender whose pictures are always shown.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrustedSender {
    /// The address, in small letters.
    #[schema(example = "news@example.org")]
    pub(crate) email: String,
}

/// All of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrustedSenders {
    /// By address.
    pub(crate) items: Vec<TrustedSender>,
}

/// A sender whose pictures are to be shown.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTrustedSender {
    /// The address.
    #[schema(max_length = 320, example = "news@example.org")]
    email: String,
}

/// A sender in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct SenderPath {
    /// The address.
    #[param(max_length = 320, example = "news@example.org")]
    sender: String,
}

/// The senders whose pictures are always shown.
#[utoipa::path(
    get,
    path = "/trusted-senders",
    tag = "trusted-senders",
    responses((status = 200, description = "The senders", body = TrustedSenders))
)]
pub(crate) async fn index(api: Api, caller: May<Read>) -> Result<Json<TrustedSenders>, Problem> {
    let all = api.engine.trusted(caller.user).await?.into_iter();
    Ok(Json(TrustedSenders {
        items: all.map(|email| TrustedSender { email }).collect(),
    }))
}

/// Always shows a sender's pictures. Again does no harm.
#[utoipa::path(
    post,
    path = "/trusted-senders",
    tag = "trusted-senders",
    request_body = NewTrustedSender,
    responses((status = 201, description = "The sender", body = TrustedSender))
)]
pub(crate) async fn create(
    api: Api,
    caller: May<Settings>,
    extract::Json(new): extract::Json<NewTrustedSender>,
) -> Result<impl IntoResponse, Problem> {
    let email = new.email.trim().to_lowercase();
    if !is_address(&email) {
        let detail = "That is no mail address.";
        let fault = Fault::new("/email", detail);
        return Err(Problem::invalid("invalid", detail).with(fault));
    }
    if api.engine.trusted(caller.user).await?.len() >= MOST {
        let detail = "There are 5000 already: remove one first.";
        return Err(Problem::invalid("trusted_senders_too_many", detail));
    }
    api.engine.trust(caller.user, &email, true).await?;
    Ok((StatusCode::CREATED, Json(TrustedSender { email })))
}

/// No longer shows a sender's pictures without being asked.
#[utoipa::path(
    delete,
    path = "/trusted-senders/{sender}",
    tag = "trusted-senders",
    params(SenderPath),
    responses((status = 204, description = "They are shown when asked for"))
)]
pub(crate) async fn delete(
    api: Api,
    caller: May<Settings>,
    extract::Path(path): extract::Path<SenderPath>,
) -> Result<StatusCode, Problem> {
    if !api.engine.trusts(caller.user, &path.sender).await? {
        return Err(Problem::not_found());
    }
    api.engine.trust(caller.user, &path.sender, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn is_address(text: &str) -> bool {
    let plain = |letter: char| !letter.is_control() && !letter.is_whitespace();
    text.chars().count() <= LONGEST
        && text.chars().all(plain)
        && text
            .rsplit_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}
