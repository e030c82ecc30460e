//! Permissions in use: the access tokens of accounts, in memory until they end, and new ones in
//! their place. Of all that ask at once one goes to the service, in this process and among several
//! on one database; what it is given instead of the permission is on disk before it is used.
//!
//! Cost: none while a token lives; else a look-up by key and a request to the service.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use secrecy::{ExposeSecret as _, SecretString};
use tokio::{sync::Mutex as Door, time::Instant};

use crate::{
    net::bearer::{Asking, Bearer, BearerError, Secret, Tokens},
    store::{self, accounts::AccountRow, id::AccountId},
};

use super::{
    super::{account::Shared, secrets::Key, sessions},
    Permission,
    answers::{Given, Refused},
};

/// A token is renewed so long before it ends (ms), or after half its life if that is later.
const EARLY: i64 = 60_000;
/// How long one waits for another process that asks for the same.
const PATIENCE: Duration = Duration::from_secs(30);

/// The access tokens of this process.
#[derive(Debug, Default)]
pub(in crate::engine) struct Grants(Mutex<HashMap<AccountId, Arc<Door<Held>>>>);

/// What is known of one account's. Who has the door asks; the others wait behind it.
#[derive(Debug, Default)]
struct Held {
    access: Option<Access>,
    failed: Option<(Instant, BearerError)>,
}

#[derive(Debug)]
struct Access {
    token: SecretString,
    /// When it is to be renewed (ms).
    until: i64,
}

impl Access {
    fn new(given: Given, now: i64) -> Self {
        let early = EARLY.min(given.lives / 2);
        Self {
            token: given.access,
            until: now + given.lives - early,
        }
    }
}

impl Grants {
    /// A permission was given just now, and an access token with it.
    pub(super) fn begin(&self, account: AccountId, given: Given, now: i64) {
        let held = Held {
            access: Some(Access::new(given, now)),
            failed: None,
        };
        self.all().insert(account, Arc::new(Door::new(held)));
    }

    /// Drops what has ended and nobody asks for.
    pub(in crate::engine) fn forget_old(&self, now: i64) {
        self.all().retain(|_, door| match door.try_lock() {
            Ok(held) => held
                .access
                .as_ref()
                .is_some_and(|access| access.until > now),
            Err(_) => true,
        });
    }

    /// Drops what an account had.
    pub(in crate::engine) fn forget(&self, account: AccountId) {
        self.all().remove(&account);
    }

    fn of(&self, account: AccountId) -> Arc<Door<Held>> {
        Arc::clone(self.all().entry(account).or_default())
    }

    fn all(&self) -> MutexGuard<'_, HashMap<AccountId, Arc<Door<Held>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// What proves to the mail server whose account this is, from what was sealed.
    pub(in crate::engine) fn proof(
        self: &Arc<Self>,
        row: &AccountRow,
        data_key: &Key,
        kept: SecretString,
    ) -> Secret {
        match Permission::read(&kept) {
            None => Secret::Password(kept),
            Some(_) => Secret::Bearer(Bearer::new(Grant {
                shared: Arc::clone(self),
                account: row.id,
                data_key: data_key.clone(),
            })),
        }
    }
}

/// The permission of an account that somebody has opened.
#[derive(Clone)]
struct Grant {
    shared: Arc<Shared>,
    account: AccountId,
    data_key: Key,
}

impl Tokens for Grant {
    fn token<'a>(&'a self, refused: Option<&'a SecretString>) -> Asking<'a> {
        Box::pin(self.good(refused))
    }
}

impl Grant {
    async fn good(&self, refused: Option<&SecretString>) -> Result<SecretString, BearerError> {
        let asked = Instant::now();
        let door = self.shared.grants.of(self.account);
        let held = door.lock_owned().await;
        if let Some(access) = &held.access {
            let known = access.token.expose_secret();
            let is_refused = refused.is_some_and(|token| token.expose_secret() == known);
            if self.shared.clock.now() < access.until && !is_refused {
                return Ok(access.token.clone());
            }
        }
        // Asked while this one waited: what was said then holds for all who waited.
        if let Some((at, error)) = held.failed
            && at >= asked
        {
            return Err(error);
        }
        // In a task: who asks may go away, and a permission that was renewed has to be written down.
        let (grant, mut held) = (self.clone(), held);
        let renewing = tokio::spawn(async move {
            let renewed = grant.renewed().await;
            match renewed {
                Ok(access) => {
                    let token = access.token.clone();
                    *held = Held {
                        access: Some(access),
                        failed: None,
                    };
                    Ok(token)
                }
                Err(error) => {
                    held.access = None;
                    held.failed = Some((Instant::now(), error));
                    Err(error)
                }
            }
        });
        renewing.await.unwrap_or(Err(BearerError::Unavailable))
    }

    /// Asks the service for a new access token.
    async fn renewed(&self) -> Result<Access, BearerError> {
        let (shared, account) = (&self.shared, self.account);
        let what = format!("permission {}", account.get());
        let alone = shared.alone_soon(&what, PATIENCE).await;
        let _alone = alone.map_err(unavailable)?;
        // Another process may have renewed it since it was opened.
        let row = store::accounts::by_id(&shared.store, account).await;
        let row = row.map_err(unavailable)?.ok_or(BearerError::Gone)?;
        let kept = sessions::open_credential(&row, &self.data_key);
        let permission = kept.and_then(|kept| Permission::read(&kept));
        let permission = permission.ok_or(BearerError::Gone)?;
        let provider = shared.providers.named(&permission.provider);
        let provider = provider.ok_or(BearerError::Gone)?;
        if row.grant_gone_at.is_some() {
            return Err(BearerError::Gone);
        }
        let given = match provider.refresh(&permission.refresh_token).await {
            Ok(given) => given,
            Err(refused) => return Err(self.refused(&row, provider.name(), refused).await),
        };
        if let Some(refresh) = &given.refresh
            && refresh.expose_secret() != permission.refresh_token
        {
            let renewed = Permission {
                provider: permission.provider,
                refresh_token: refresh.expose_secret().to_owned(),
            };
            self.keep(&row, &renewed).await;
        }
        tracing::debug!(account.id = account.get(), "An access token was renewed");
        Ok(Access::new(given, shared.clock.now()))
    }

    /// Writes the renewed permission down. That it fails is no reason not to use the token; but the
    /// one before may be worth nothing then.
    async fn keep(&self, row: &AccountRow, renewed: &Permission) {
        let Some(before) = &row.credential else {
            return;
        };
        let nobody = Key::random();
        let sealed = sessions::seal_credential(row, &self.data_key, &nobody, &renewed.kept());
        let (store, now) = (&self.shared.store, self.shared.clock.now());
        match store::accounts::renew_grant(store, row.id, before, &sealed, now).await {
            Ok(true) => {}
            Ok(false) => tracing::debug!(account.id = row.id.get(), "It was given anew meanwhile"),
            Err(error) => {
                tracing::error!(?error, "A renewed permission could not be written down");
            }
        }
    }

    async fn refused(&self, row: &AccountRow, provider: &str, refused: Refused) -> BearerError {
        let account = row.id.get();
        match refused {
            Refused::Trouble(cause) => {
                tracing::warn!(
                    account.id = account,
                    provider,
                    cause,
                    "No access token was given"
                );
                BearerError::Unavailable
            }
            Refused::Gone => {
                tracing::warn!(account.id = account, provider, "A permission is gone");
                let (store, now) = (&self.shared.store, self.shared.clock.now());
                if let Some(credential) = &row.credential {
                    let noted = store::accounts::grant_gone(store, row.id, credential, now).await;
                    if let Err(error) = noted {
                        tracing::warn!(?error, "That a permission is gone was not written down");
                    }
                }
                BearerError::Gone
            }
        }
    }
}

fn unavailable(error: impl Into<super::super::error::Error>) -> BearerError {
    tracing::warn!(error = %error.into(), "No access token could be asked for");
    BearerError::Unavailable
}
