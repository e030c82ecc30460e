//! `/discovery` and `/accounts/{account}/verify`: the servers of an address, and whether they let
//! an account in.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::engine::discovery;

use super::{
    accounts::{AccountPath, Server, Servers},
    caller::{May, Read},
    extract,
    problem::Problem,
    state::Api,
};

/// An address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// The address.
    #[schema(min_length = 3, max_length = 254)]
    email: String,
}

/// What is known of an address.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Discovery {
    /// The best of its servers.
    pub(crate) servers: Servers,
    /// All that were found, the best of each kind first.
    pub(crate) candidates: Vec<Candidate>,
    /// How one signs in there.
    #[schema(example = json!(["password"]))]
    pub(crate) sign_in: Vec<&'static str>,
    /// The service at which one allows that with `oauth`: `POST /account-permissions`; null without.
    pub(crate) provider: Option<String>,
}

/// A server that was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Candidate {
    /// `imap`, `pop3` or `smtp`.
    pub(crate) kind: &'static str,
    /// Where it is.
    pub(crate) server: Server,
    /// What is sent as user name: `address` or `localPart`.
    pub(crate) user_name: &'static str,
    /// Who names it: `configuration` (of this service), `document` (of the domain, over https),
    /// `records` (of the domain, in DNS), or `usual` (its name is a usual one, and it answers).
    pub(crate) source: &'static str,
}

impl From<discovery::Candidate> for Candidate {
    fn from(found: discovery::Candidate) -> Self {
        Self {
            kind: found.kind,
            server: Server::from(found.place),
            user_name: found.user_name,
            source: found.source,
        }
    }
}

/// What became of each server.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Verification {
    /// One for each server.
    pub(crate) items: Vec<Verdict>,
}

/// What became of one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Verdict {
    /// `incoming` or `outgoing`.
    pub(crate) server: &'static str,
    /// It let the account in.
    pub(crate) ok: bool,
    /// Why not.
    pub(crate) code: Option<String>,
    /// Why not, in a sentence.
    pub(crate) detail: Option<String>,
}

/// The servers for an address: those that this service is configured with, else what the domain
/// says of itself, which takes up to twelve seconds. No password is sent anywhere.
#[utoipa::path(
    post,
    path = "/discovery",
    tag = "accounts",
    request_body = Asked,
    responses((status = 200, description = "What is known", body = Discovery))
)]
pub(crate) async fn discover(
    api: Api,
    caller: May<Read>,
    extract::Json(asked): extract::Json<Asked>,
) -> Result<Json<Discovery>, Problem> {
    tracing::debug!(account.id = caller.own().id(), "Servers are looked up");
    let found = api.engine.discover(&asked.email).await?;
    let best = |found: &[discovery::Candidate]| {
        let best = found.first().map(|found| found.place.clone());
        best.map(Server::from)
    };
    Ok(Json(Discovery {
        servers: Servers {
            incoming: best(&found.incoming),
            outgoing: best(&found.outgoing),
        },
        candidates: (found.incoming.into_iter().chain(found.outgoing))
            .map(Candidate::from)
            .collect(),
        sign_in: match found.provider {
            Some(_) => vec!["oauth", "password"],
            None => vec!["password"],
        },
        provider: found.provider,
    }))
}

/// Signs in to each server of an account, anew.
#[utoipa::path(
    post,
    path = "/accounts/{account}/verify",
    tag = "accounts",
    params(AccountPath),
    responses((status = 200, description = "What each server said", body = Verification))
)]
pub(crate) async fn verify(
    caller: May<Read>,
    extract::Path(path): extract::Path<AccountPath>,
) -> Result<Json<Verification>, Problem> {
    let verdicts = caller.account(path.account)?.verify_servers().await;
    let said = verdicts.into_iter().map(|verdict| {
        let problem = verdict.outcome.err().map(Problem::from);
        Verdict {
            server: verdict.server,
            ok: problem.is_none(),
            code: problem.as_ref().map(|problem| problem.code.to_string()),
            detail: problem.map(|problem| problem.detail.to_string()),
        }
    });
    Ok(Json(Verification {
        items: said.collect(),
    }))
}
