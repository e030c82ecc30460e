//! Permissions in the place of passwords (OAuth 2.0, RFC 6749): some mail servers take nothing but
//! what a service gives that vouches for people. The operator names the services; this says which
//! of them is whose, and speaks with them. `flow.rs` sends people there and takes them back,
//! `grants.rs` has what they were given while it is used, `answers.rs` reads what services say.
//!
//! Cost: one request to the service when a permission is given, and one for each access token,
//! which lives about an hour.

mod answers;
mod flow;
mod grants;

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded};

use crate::{
    config::{Config, OAuth, ServerUrl},
    net::{
        egress::Policy,
        fetch::{FetchLimits, Fetcher},
    },
};

use super::{accounts::Servers, upstream};

pub use self::flow::{Answer, Finished, Unfinished, Way, Wish};
pub(super) use self::grants::Grants;

use self::answers::{Given, Refused};

/// For a question to a service, names and connection included.
const TIME: Duration = Duration::from_secs(10);
/// Octets of an answer: tokens have up to some kilobytes.
const ANSWER: usize = 64 * 1024;

/// The services that the operator has named.
#[derive(Debug)]
pub(super) struct Providers(Vec<Provider>);

/// One of them.
#[derive(Debug)]
pub(super) struct Provider {
    settings: OAuth,
    secret: SecretString,
    fetcher: Fetcher,
    authorization: Url,
    token: Url,
    /// Where people come back.
    callback: String,
}

/// A permission as it is kept, sealed like a password.
#[derive(Deserialize, Serialize)]
struct Permission {
    provider: String,
    refresh_token: String,
}

/// No password has it, so that neither is ever taken for the other.
const MARK: char = '\0';

impl Permission {
    /// What is sealed.
    fn kept(&self) -> SecretString {
        let json = serde_json::to_string(self).unwrap_or_default();
        SecretString::from(format!("{MARK}{json}"))
    }

    /// What was sealed; `None` for a password.
    fn read(kept: &SecretString) -> Option<Self> {
        let json = kept.expose_secret().strip_prefix(MARK)?;
        serde_json::from_str(json).ok()
    }
}

impl Providers {
    /// # Errors
    /// When a secret or trust anchors can't be read.
    pub(super) fn new(config: &Config, policy: &Policy) -> anyhow::Result<Self> {
        let callback = config.oauth_callback();
        let limits = FetchLimits {
            bytes: ANSWER,
            time: TIME,
            ..FetchLimits::default()
        };
        let provider = |settings: &OAuth| {
            let mut anchors = policy.anchors().to_vec();
            if let Some(path) = &settings.tls_ca {
                anchors.extend(upstream::anchors(path)?);
            }
            let policy = match settings.allow_private {
                true => policy.clone().anywhere(),
                false => policy.clone(),
            };
            let missing = || anyhow::anyhow!("the settings of {} were not read", settings.name);
            Ok(Provider {
                secret: settings.secret()?,
                fetcher: Fetcher::new(policy, limits, &anchors)?,
                authorization: settings
                    .authorization_endpoint
                    .clone()
                    .ok_or_else(missing)?,
                token: settings.token_endpoint.clone().ok_or_else(missing)?,
                settings: settings.clone(),
                callback: callback.clone(),
            })
        };
        let all = config.oauth.iter().map(provider);
        Ok(Self(all.collect::<anyhow::Result<_>>()?))
    }

    fn named(&self, name: &str) -> Option<&Provider> {
        self.0.iter().find(|one| one.settings.name == name)
    }

    /// Who vouches for this address on these servers. Tokens go to hosts that the operator has
    /// named, and to no others: neither a person nor their domain's records lead them elsewhere.
    pub(super) fn of(&self, address: &str, servers: &Servers) -> Option<&Provider> {
        let (_, domain) = address.rsplit_once('@')?;
        let server = &servers.server;
        let incoming = server.imap.as_ref().or(server.pop3.as_ref())?;
        self.0.iter().find(|one| {
            let opens = |url: &ServerUrl| one.settings.opens(&url.host);
            let opens_all = opens(incoming) && server.smtp.as_ref().is_none_or(opens);
            opens_all || (!servers.are_own() && one.settings.vouches_for(domain))
        })
    }
}

impl Provider {
    pub(super) fn name(&self) -> &str {
        &self.settings.name
    }

    /// Where somebody is sent (RFC 6749 §4.1.1, RFC 7636 §4.3).
    fn address(&self, state: &str, challenge: &str, hint: &str) -> Url {
        let mut url = self.authorization.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", &self.callback)
            .append_pair("scope", &self.settings.scopes.join(" "))
            .append_pair("state", state)
            .append_pair("code_challenge", challenge)
            .append_pair("code_challenge_method", "S256")
            .append_pair("login_hint", hint);
        url
    }

    /// Tokens for what somebody came back with (RFC 6749 §4.1.3).
    async fn exchange(&self, code: &str, verifier: &str) -> Result<Given, Refused> {
        self.ask(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.callback),
            ("code_verifier", verifier),
        ])
        .await
    }

    /// An access token for a permission (RFC 6749 §6).
    async fn refresh(&self, refresh_token: &str) -> Result<Given, Refused> {
        self.ask(&[
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token),
        ])
        .await
    }

    /// Id and secret stand in the body (RFC 6749 §2.3.1), which every service takes that matters
    /// here; who has no secret is told apart by PKCE alone.
    async fn ask(&self, pairs: &[(&str, &str)]) -> Result<Given, Refused> {
        let asked = self.fetcher.form(&self.token, self.form(pairs)).await;
        let (status, body) = asked.map_err(|error| Refused::Trouble(error.to_string()))?;
        answers::read(status, &body)
    }

    fn form(&self, pairs: &[(&str, &str)]) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(pairs);
        form.append_pair("client_id", &self.settings.client_id);
        if !self.secret.expose_secret().is_empty() {
            form.append_pair("client_secret", self.secret.expose_secret());
        }
        form.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_taken_for_a_permission() {
        let permission = Permission {
            provider: "Post".to_owned(),
            refresh_token: "1//x".to_owned(),
        };
        let read = Permission::read(&permission.kept()).unwrap();
        assert_eq!(
            (read.provider, read.refresh_token),
            ("Post".into(), "1//x".into())
        );
        for password in [
            "",
            "secret",
            "{\"provider\":\"a\",\"refresh_token\":\"b\"}",
            "\0x",
        ] {
            assert!(Permission::read(&SecretString::from(password)).is_none());
        }
    }
}
