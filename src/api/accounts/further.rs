//! Accounts beside the one signed in with: added, and removed.

use axum::{
    http::{StatusCode, request::Parts},
    response::IntoResponse,
};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    api::{
        caller::{self, May, Settings},
        extract,
        problem::{Fault, Problem},
        state::Api,
    },
    config::{Protocol, Security, ServerUrl},
    engine::{
        Error as EngineError,
        accounts::{self, Admission, OwnServers, Refusal},
    },
};

use super::{Account, AccountPath, made};

/// An account to add. Its mail server is asked first.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewAccount {
    /// Its address.
    #[schema(max_length = 254, example = "anna@example.org")]
    email: String,
    /// Its password; stored sealed once the servers have taken it.
    #[schema(max_length = 1000, value_type = String)]
    password: SecretString,
    /// The user name for servers that are named here; the address without it.
    #[serde(default)]
    #[schema(max_length = 320)]
    user: Option<String>,
    /// The servers; those that the operator names for the address's domain without it.
    #[serde(default)]
    servers: Option<NewServers>,
    /// What to call it.
    #[serde(default)]
    #[schema(max_length = 100)]
    name: Option<String>,
    /// The colour that marks it.
    #[serde(default)]
    #[schema(max_length = 10)]
    color: Option<String>,
}

/// The servers of an account to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewServers {
    /// `imap` or `pop3`.
    #[schema(max_length = 10, example = "imap")]
    kind: String,
    /// Where its mail lies.
    incoming: NewServer,
    /// Where it is handed over.
    #[serde(default)]
    outgoing: Option<NewServer>,
}

/// A server to connect to, with TLS always.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewServer {
    /// Its name.
    #[schema(max_length = 253, example = "imap.example.org")]
    host: String,
    /// Its port.
    #[schema(minimum = 1, maximum = 65535, example = 993)]
    port: u16,
    /// `tls` or `startTls`.
    #[schema(max_length = 10, example = "tls")]
    security: String,
}

/// The password of the account signed in with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Removal {
    /// The password of the account signed in with, once more.
    #[schema(max_length = 1000, value_type = String)]
    password: SecretString,
}

/// Adds an account.
#[utoipa::path(
    post,
    path = "/accounts",
    tag = "accounts",
    request_body = NewAccount,
    responses((status = 201, description = "The account", body = Account,
        headers(("Location" = String, description = "Where it is"))))
)]
pub(crate) async fn create(
    api: Api,
    caller: May<Settings>,
    parts: Parts,
    extract::Json(new): extract::Json<NewAccount>,
) -> Result<impl IntoResponse, Problem> {
    // Before anything is stored: who is refused has added nothing.
    accounts::check_look(new.name.as_deref(), new.color.as_deref())?;
    let admission = Admission {
        address: new.email,
        servers: new.servers.map(NewServers::named).transpose()?,
        user: new.user.unwrap_or_default(),
        password: new.password,
        client: caller::client(&parts, &api),
    };
    let added = api.engine.add_account(caller.own(), &admission).await;
    let id = added.map_err(refused)?;
    let (name, color) = (new.name.as_deref(), new.color.as_deref());
    let dressed = api.engine.dress_account(caller.own(), id, name, color);
    dressed.await?;
    made(&api, &caller, id).await
}

/// Removes an account beside the one signed in with, and what lies here of it.
#[utoipa::path(
    delete,
    path = "/accounts/{account}",
    tag = "accounts",
    params(AccountPath),
    request_body = Removal,
    responses((status = 204, description = "It is gone"))
)]
pub(crate) async fn remove(
    api: Api,
    caller: May<Settings>,
    extract::Path(path): extract::Path<AccountPath>,
    parts: Parts,
    extract::Json(removal): extract::Json<Removal>,
) -> Result<StatusCode, Problem> {
    let own = caller.own();
    let mut attempt = caller::attempt(&parts, &api, own.address(), "");
    attempt.password = removal.password;
    match api
        .engine
        .remove_account(own, path.account.0, &attempt)
        .await
    {
        Err(EngineError::Upstream { problem, .. }) if problem.is_wrong_password() => Err(
            Problem::forbidden("password_wrong", "That is not the password."),
        ),
        removed => {
            removed?;
            Ok(StatusCode::NO_CONTENT)
        }
    }
}

/// A refused password is not that of the caller.
fn refused(refusal: Refusal) -> Problem {
    let place = match refusal.outgoing {
        true => "/servers/outgoing",
        false => "/servers/incoming",
    };
    match refusal.error {
        EngineError::Upstream { problem, .. } if problem.is_wrong_password() => {
            let detail = "The mail server did not accept user name and password.";
            Problem::invalid("password_wrong", detail).with(Fault::new("/password", detail))
        }
        EngineError::Upstream { .. } => {
            let problem = Problem::from(refusal.error);
            let detail = problem.detail.clone().into_owned();
            problem.with(Fault::new(place, detail))
        }
        error => error.into(),
    }
}

impl NewServers {
    pub(super) fn named(self) -> Result<OwnServers, Problem> {
        let protocol = match self.kind.as_str() {
            "imap" => Protocol::Imap,
            "pop3" => Protocol::Pop3,
            _ => {
                let detail = "imap or pop3.";
                let fault = Fault::new("/servers/kind", detail);
                return Err(Problem::invalid("invalid", detail).with(fault));
            }
        };
        let outgoing = self.outgoing;
        Ok(OwnServers {
            incoming: self
                .incoming
                .named(protocol, "/servers/incoming/security")?,
            outgoing: outgoing
                .map(|server| server.named(Protocol::Smtp, "/servers/outgoing/security"))
                .transpose()?,
        })
    }
}

impl NewServer {
    fn named(self, protocol: Protocol, pointer: &str) -> Result<ServerUrl, Problem> {
        let security = match self.security.as_str() {
            "tls" => Security::Implicit,
            "startTls" => Security::StartTls,
            _ => {
                let detail = "tls or startTls.";
                let fault = Fault::new(pointer, detail);
                return Err(Problem::invalid("invalid", detail).with(fault));
            }
        };
        Ok(ServerUrl {
            protocol,
            security,
            host: self.host,
            port: self.port,
        })
    }
}
