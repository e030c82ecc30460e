//! Sending somebody to the service that vouches for them, and taking them back (RFC 6749 §4.1 with
//! RFC 7636): what they come back with fits once, for ten minutes, for the same person, and in the
//! browser that they went from. The mail server judges what they bring, as it does a password.

use std::net::IpAddr;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    net::bearer::{Bearer, Secret},
    store::{
        accounts::{AccountRow, Sealed},
        grant_requests::{self, NewRequest},
        id::SessionId,
    },
};

use super::{
    super::{
        Engine,
        account::Account,
        accounts::{Admission, Entry, OwnServers, Refusal},
        error::{Error, Problem},
        secrets::{Key, sha256},
    },
    Permission,
    answers::{self, Given, Refused},
};

/// How long somebody may be away (ms).
const AWAY: i64 = 10 * 60 * 1000;
/// Octets of what somebody comes back with; Microsoft's are near two thousand.
const MOST: usize = 4096;

/// The account that is wished for.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Wish {
    /// The number of one that is there, which gets another permission; `None` for a new one.
    pub account: Option<i64>,
    /// Its address; that of the account where there is one.
    pub address: String,
    /// Servers that the person names; `None` for those the operator names, or those the account has.
    pub servers: Option<OwnServers>,
    /// The user name for them; `""` for the address.
    pub user: String,
}

/// Where somebody goes now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// What people know the service by.
    pub provider: String,
    /// The address to visit.
    pub address: Url,
    /// Until when they are awaited (ms).
    pub expires_at: i64,
}

/// What somebody comes back with.
#[derive(Debug)]
pub enum Answer {
    /// A code for tokens.
    Code(SecretString),
    /// The word for what went wrong there.
    Error(String),
}

/// The account that has its permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finished {
    /// Its number.
    pub account: i64,
    /// It was not there before.
    pub is_new: bool,
}

/// Why there is none.
#[derive(Debug)]
pub struct Unfinished {
    /// What was wished for, where that is known.
    pub wish: Option<Wish>,
    /// Why it came to nothing.
    pub refusal: Refusal,
}

/// What waits for somebody, sealed.
#[derive(Deserialize, Serialize)]
struct Waiting {
    provider: String,
    verifier: String,
    wish: Wish,
}

impl Engine {
    /// The service that vouches for an address on these servers (`None`: the operator's), by the
    /// name that people know it by. `None` where a password is asked for.
    pub fn provider_of(&self, address: &str, servers: Option<&OwnServers>) -> Option<String> {
        let shared = &self.0.shared;
        let servers = match servers {
            Some(own) => shared.named_by_owner(own, ""),
            None => shared.listed(address.trim())?,
        };
        let provider = shared.providers.of(address.trim(), &servers)?;
        Some(provider.name().to_owned())
    }

    /// Prepares for somebody to give a permission, and says where they give it. `session` is the
    /// browser that they will come back in; `None` for a program, which brings what it was given
    /// there, or whose person comes back in any browser of theirs.
    ///
    /// # Errors
    /// As [`Engine::add_account`] as far as no server need be asked; [`Error::Invalid`] for an
    /// account that takes a password.
    pub async fn begin_grant(
        &self,
        own: &Account,
        session: Option<SessionId>,
        mut wish: Wish,
    ) -> Result<Way, Error> {
        if let Some(id) = wish.account {
            let row = self.further_row(own, id).await?;
            keep_servers(&mut wish, &row);
        } else {
            wish.address = self.may_be_added(own, &wish.address).await?.0;
        }
        let servers = self.admissible(&wish.address, wish.servers.as_ref(), &wish.user)?;
        let shared = &self.0.shared;
        let provider = shared.providers.of(&wish.address, &servers);
        let provider = provider.ok_or(Error::Invalid("account-no-provider"))?;
        let (state, verifier) = (Key::random().to_text(), Key::random().to_text());
        let challenge = BASE64URL.encode(sha256(verifier.as_bytes()));
        let address = provider.address(&state, &challenge, &wish.address);
        let waiting = Waiting {
            provider: provider.name().to_owned(),
            verifier,
            wish,
        };
        let json = serde_json::to_vec(&waiting).map_err(anyhow::Error::from)?;
        let expires_at = self.now() + AWAY;
        let new = NewRequest {
            state: &sha256(state.as_bytes()),
            user: own.0.user,
            session,
            sealed: &Sealed(self.waiting_key(&state).seal(&json, b"")),
            expires_at,
        };
        grant_requests::begin(self.store(), &new, self.now()).await?;
        Ok(Way {
            provider: waiting.provider,
            address,
            expires_at,
        })
    }

    /// Takes somebody back: signs in with what they bring, and adds the account or gives it its new
    /// permission.
    ///
    /// # Errors
    /// [`Error::Invalid`] for one who is not awaited, was refused there, or brings nothing that
    /// lasts; [`Error::Upstream`] with [`Problem::Provider`] when the service does not answer; else
    /// as [`Engine::add_account`].
    pub async fn finish_grant(
        &self,
        own: &Account,
        session: Option<SessionId>,
        state: &str,
        answer: Answer,
        client: Option<IpAddr>,
    ) -> Result<Finished, Unfinished> {
        let awaited = self.awaited(own, session, state).await;
        let waiting = awaited.map_err(|error| Unfinished {
            wish: None,
            refusal: error.into(),
        })?;
        let finished = self.finish(own, &waiting, answer, client).await;
        finished.map_err(|refusal| Unfinished {
            wish: Some(waiting.wish),
            refusal,
        })
    }

    async fn awaited(
        &self,
        own: &Account,
        session: Option<SessionId>,
        state: &str,
    ) -> Result<Waiting, Error> {
        let unknown = || Error::Invalid("grant-not-awaited");
        if state.is_empty() || state.len() > MOST {
            return Err(unknown());
        }
        let (hash, now) = (sha256(state.as_bytes()), self.now());
        let found = grant_requests::take(self.store(), &hash, own.0.user, session, now).await?;
        let Sealed(sealed) = found.ok_or_else(unknown)?;
        // Another key file since.
        let json = self.waiting_key(state).open(&sealed, b"");
        let json = json.map_err(|_| unknown())?;
        serde_json::from_slice(&json).map_err(|_| unknown())
    }

    async fn finish(
        &self,
        own: &Account,
        waiting: &Waiting,
        answer: Answer,
        client: Option<IpAddr>,
    ) -> Result<Finished, Refusal> {
        let given = self.given(waiting, answer).await?;
        let refresh = given
            .refresh
            .as_ref()
            .ok_or(Error::Invalid("grant-passing"))?;
        let permission = Permission {
            provider: waiting.provider.clone(),
            refresh_token: refresh.expose_secret().to_owned(),
        };
        let entry = Entry {
            proof: Secret::Bearer(Bearer::once(given.access.clone())),
            kept: permission.kept(),
            provider: &waiting.provider,
        };
        let wish = &waiting.wish;
        let admission = Admission {
            address: wish.address.clone(),
            servers: wish.servers.clone(),
            user: wish.user.clone(),
            password: SecretString::default(),
            client,
        };
        let done = match wish.account {
            None => self.add_with(own, &admission, &entry).await,
            Some(id) => self.change_with(own, id, &admission, &entry).await,
        };
        let row = done.map_err(|refusal| match refusal.error {
            // It was given just now: what it opens is another's mailbox.
            Error::Upstream {
                problem: Problem::GrantGone,
                ..
            } => Refusal {
                error: Error::Invalid("grant-other-mailbox"),
                ..refusal
            },
            _ => refusal,
        })?;
        let grants = &self.0.shared.grants;
        grants.begin(row.id, given, self.now());
        Ok(Finished {
            account: row.id.get(),
            is_new: wish.account.is_none(),
        })
    }

    /// What the service gives for what somebody brings.
    async fn given(&self, waiting: &Waiting, answer: Answer) -> Result<Given, Error> {
        let provider = self.0.shared.providers.named(&waiting.provider);
        let provider = provider.ok_or(Error::Invalid("account-no-provider"))?;
        let code = match answer {
            Answer::Code(code) => code,
            Answer::Error(word) if word == "access_denied" => {
                return Err(Error::Invalid("grant-denied"));
            }
            Answer::Error(word) => {
                let cause = answers::code(&word).unwrap_or("an error that can't be read");
                tracing::warn!(provider = provider.name(), cause, "No permission was given");
                return Err(Error::Invalid("grant-refused"));
            }
        };
        let code = code.expose_secret();
        if code.is_empty() || code.len() > MOST {
            return Err(Error::Invalid("grant-refused"));
        }
        match provider.exchange(code, &waiting.verifier).await {
            Ok(given) => Ok(given),
            // Too late, or somebody has been there with it.
            Err(Refused::Gone) => Err(Error::Invalid("grant-not-awaited")),
            Err(Refused::Trouble(cause)) => {
                tracing::warn!(provider = provider.name(), cause, "No permission was given");
                Err(Error::Upstream {
                    problem: Problem::Provider,
                    cause,
                    said: String::new(),
                })
            }
        }
    }

    /// Opens nothing without what they come back with, which is kept nowhere.
    fn waiting_key(&self, state: &str) -> Key {
        let key = &self.0.shared.key;
        key.derive("permission awaited", state.as_bytes())
    }
}

/// The account stays where it is, unless other servers are named.
fn keep_servers(wish: &mut Wish, row: &AccountRow) {
    wish.address.clone_from(&row.address);
    if wish.servers.is_none() {
        wish.servers = serde_json::from_str(&row.servers).ok();
        wish.user.clone_from(&row.login);
    }
}
