//! Programs elsewhere that are told what changes: which, where, of what. `body` writes what they
//! are told and signs it, `tell` tells it, from the table of events, so that nothing is missed.
//!
//! The secret that signs lies in the database, sealed by the server's own key: deliveries go out
//! with nobody signed in. It proves who speaks, and opens nothing.

mod body;
mod tell;

use url::Url;

use crate::{
    net::{
        egress::{Denied, Policy},
        fetch::{FetchLimits, Fetcher},
    },
    store::{
        self,
        accounts::Sealed,
        id::UserId,
        webhooks::{
            Change as StoredChange, NewWebhook, Signing, Told, WebhookRow, WebhookState,
            deliveries::DeliveryRow,
        },
    },
};

pub use crate::store::webhooks::deliveries::{DeliveryKind, DeliveryState};

use super::{
    Engine,
    error::Error,
    events::EventKind,
    secrets::{self, Key},
};

pub(super) use self::tell::Hooks;

/// Characters of an address.
pub const URL_MOST: usize = 2000;

/// Types that are named, some perhaps twice.
const TYPES_MOST: usize = 10;
/// Accounts that are named.
const ACCOUNTS_MOST: usize = 100;

/// What a secret begins with, so that people and scanners know it for one.
const PREFIX: &str = "rwh_";

/// A webhook as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its number.
    pub id: i64,
    /// Where it is told.
    pub url: String,
    /// The types of changes that are told; `None` for all.
    pub types: Option<Vec<EventKind>>,
    /// The accounts; `None` for all, later ones as well.
    pub accounts: Option<Vec<i64>>,
    /// Names its secret in signatures.
    pub key_id: String,
    /// It is told what changes.
    pub is_active: bool,
    /// Why it is paused: `failing`, `gone` or `secret`; `""` when its owner has paused it.
    pub reason: String,
    /// Tries that failed since the last that did not.
    pub failures: u32,
    /// Not tried before (ms), while tries fail.
    pub next_at: Option<i64>,
    /// When it was made (ms).
    pub created_at: i64,
    /// When its owner last changed it, or when it was paused (ms).
    pub updated_at: i64,
}

/// What a webhook was told, or is to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// What the receiver knows it by, the same for each try.
    pub id: String,
    /// What it is.
    pub kind: DeliveryKind,
    /// How it stands.
    pub state: DeliveryState,
    /// Changes that it tells of.
    pub changes: u32,
    /// Tries so far.
    pub attempts: u32,
    /// The status of the last answer.
    pub status: Option<u16>,
    /// Why the last try failed, a word: `status`, `timeout`, `tls`, `unreachable`, `denied`,
    /// `secret`; `""` when it did not.
    pub error: String,
    /// How long the last try took (ms).
    pub took: i64,
    /// When it was made (ms).
    pub created_at: i64,
    /// When it was last tried (ms).
    pub tried_at: Option<i64>,
}

/// What is wanted of a webhook; what is `None` stays, or is as usual for a new one.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Where it is to be told.
    pub url: Option<String>,
    /// The types of changes; `Some(None)` for all.
    pub types: Option<Option<Vec<String>>>,
    /// The accounts; `Some(None)` for all.
    pub accounts: Option<Option<Vec<i64>>>,
    /// Told again, and at once, or paused.
    pub active: Option<bool>,
    /// Another secret.
    pub new_secret: bool,
}

/// A secret that was just made, sealed as well.
struct Made {
    text: String,
    key_id: String,
    sealed: Sealed,
}

impl Engine {
    /// A person's webhooks, the oldest first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn webhooks(&self, user: UserId) -> Result<Vec<Webhook>, Error> {
        let rows = store::webhooks::list(self.store(), user).await?;
        let told = store::webhooks::accounts(self.store(), user).await?;
        Ok(rows
            .into_iter()
            .map(|row| Webhook::new(row, &told))
            .collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] when this person has none of this number.
    pub async fn webhook(&self, user: UserId, id: i64) -> Result<Webhook, Error> {
        let row = store::webhooks::get(self.store(), user, id).await?;
        self.shown(row.ok_or(Error::NotFound)?).await
    }

    /// Makes a webhook, which is told what happens from now on, and gives its secret.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an address that can't be told anything, a type that there is not,
    /// an account that is not theirs, or too many webhooks.
    pub async fn create_webhook(
        &self,
        user: UserId,
        wanted: &Wanted,
    ) -> Result<(Webhook, String), Error> {
        let url = wanted.url.as_deref().unwrap_or_default();
        let url = self.told_at(url)?;
        let types = known(wanted.types.clone().flatten())?;
        let accounts = wanted.accounts.clone().flatten();
        few(accounts.as_deref())?;
        let made = self.new_secret(user);
        let new = NewWebhook {
            url: &url,
            types: &types,
            accounts: accounts.as_deref(),
            signing: made.signing(),
        };
        let row = store::webhooks::create(self.store(), user, &new, self.now()).await;
        let row = row.map_err(foreign)?;
        let row = row.ok_or(Error::Invalid("webhook-too-many"))?;
        Ok((self.shown(row).await?, made.text))
    }

    /// Changes one; gives its secret, where that is another now.
    ///
    /// # Errors
    /// As [`Engine::create_webhook`], and [`Error::NotFound`] when this person has none of this
    /// number.
    pub async fn change_webhook(
        &self,
        user: UserId,
        id: i64,
        wanted: &Wanted,
    ) -> Result<(Webhook, Option<String>), Error> {
        let url = wanted.url.as_deref().map(|url| self.told_at(url));
        let url = url.transpose()?;
        let types = wanted.types.clone().map(known).transpose()?;
        few(wanted.accounts.as_ref().and_then(Option::as_deref))?;
        let made = wanted.new_secret.then(|| self.new_secret(user));
        let change = StoredChange {
            url: url.as_deref(),
            types: types.as_deref(),
            accounts: wanted.accounts.as_ref().map(Option::as_deref),
            signing: made.as_ref().map(Made::signing),
            state: wanted.active.map(|active| match active {
                true => WebhookState::Active,
                false => WebhookState::Paused,
            }),
        };
        let row = store::webhooks::change(self.store(), user, id, &change, self.now()).await;
        let row = row.map_err(foreign)?.ok_or(Error::NotFound)?;
        self.0.shared.hooks.wake();
        Ok((self.shown(row).await?, made.map(|made| made.text)))
    }

    /// Forgets one, and what it was told.
    ///
    /// # Errors
    /// [`Error::NotFound`] when this person has none of this number.
    pub async fn remove_webhook(&self, user: UserId, id: i64) -> Result<(), Error> {
        match store::webhooks::remove(self.store(), user, id).await? {
            true => Ok(()),
            false => Err(Error::NotFound),
        }
    }

    /// What one was told lately, the newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] when this person has none of this number.
    pub async fn webhook_deliveries(&self, user: UserId, id: i64) -> Result<Vec<Delivery>, Error> {
        let row = store::webhooks::get(self.store(), user, id).await?;
        let row = row.ok_or(Error::NotFound)?;
        let rows = store::webhooks::deliveries::list(self.store(), row.id).await?;
        Ok(rows.into_iter().map(Delivery::from).collect())
    }

    async fn shown(&self, row: WebhookRow) -> Result<Webhook, Error> {
        let told = store::webhooks::accounts(self.store(), row.user_id).await?;
        Ok(Webhook::new(row, &told))
    }

    /// An address that may be told something, as far as its text says.
    fn told_at(&self, typed: &str) -> Result<String, Error> {
        let typed = typed.trim();
        if typed.is_empty() || typed.chars().count() > URL_MOST {
            return Err(Error::Invalid("webhook-url"));
        }
        let mut url = Url::parse(typed).map_err(|_| Error::Invalid("webhook-url"))?;
        // It stays with whoever looks at a page.
        url.set_fragment(None);
        match self.0.shared.hooks.fetcher.may_post(&url) {
            Ok(_) => Ok(url.into()),
            Err(Denied::Address | Denied::Port) => Err(Error::Invalid("webhook-address")),
            Err(Denied::Scheme | Denied::Malformed) => Err(Error::Invalid("webhook-url")),
        }
    }

    fn new_secret(&self, user: UserId) -> Made {
        let text = format!("{PREFIX}{}", Key::random().to_text());
        let key_id = secrets::random_word();
        let sealed = self.sealing(user).seal(text.as_bytes(), key_id.as_bytes());
        Made {
            text,
            key_id,
            sealed: Sealed(sealed),
        }
    }

    /// A webhook's secret; `None` when the server's key is another than the one that sealed it.
    fn secret_of(&self, row: &WebhookRow) -> Option<zeroize::Zeroizing<Vec<u8>>> {
        let key = self.sealing(row.user_id);
        let opened = key.open(&row.secret.0, row.key_id.as_bytes()).ok()?;
        Some(zeroize::Zeroizing::new(opened))
    }

    fn sealing(&self, user: UserId) -> Key {
        let context = user.get().to_be_bytes();
        self.0.shared.key.derive("webhook secret", &context)
    }
}

/// What tells webhooks: nothing is read of their answers, and they are not waited for long.
fn fetcher(policy: &Policy) -> anyhow::Result<Fetcher> {
    let limits = FetchLimits {
        bytes: 0,
        time: tell::PATIENCE,
        redirects: 0,
        ..FetchLimits::default()
    };
    Ok(Fetcher::new(policy.clone(), limits, policy.anchors())?)
}

/// Types by their names, each once; none for all.
fn known(names: Option<Vec<String>>) -> Result<Vec<String>, Error> {
    let Some(names) = names else {
        return Ok(Vec::new());
    };
    let all = EventKind::ALL.map(EventKind::as_str);
    if names.is_empty()
        || names.len() > TYPES_MOST
        || names.iter().any(|name| !all.contains(&name.as_str()))
    {
        return Err(Error::Invalid("webhook-type"));
    }
    let chosen = all
        .into_iter()
        .filter(|one| names.iter().any(|name| name == one));
    Ok(chosen.map(str::to_owned).collect())
}

/// Nobody has more accounts than may be named.
fn few(accounts: Option<&[i64]>) -> Result<(), Error> {
    match accounts.is_some_and(|all| all.len() > ACCOUNTS_MOST) {
        true => Err(Error::Invalid("webhook-account")),
        false => Ok(()),
    }
}

/// An account that is somebody else's is not there.
fn foreign(error: store::error::Error) -> Error {
    match error {
        store::error::Error::Gone => Error::Invalid("webhook-account"),
        other => other.into(),
    }
}

impl Made {
    fn signing(&self) -> Signing<'_> {
        Signing {
            key_id: &self.key_id,
            secret: &self.sealed,
        }
    }
}

impl Webhook {
    fn new(row: WebhookRow, told: &[Told]) -> Self {
        let own = told.iter().filter(|told| told.webhook_id == row.id);
        let types = row.types_json.iter();
        Self {
            id: row.id.get(),
            types: (!row.types_json.is_empty())
                .then(|| types.map(|name| EventKind::from_name(name)).collect()),
            accounts: (!row.all_accounts).then(|| own.map(|told| told.account_id.get()).collect()),
            is_active: row.state == WebhookState::Active,
            failures: u32::try_from(row.failures).unwrap_or(u32::MAX),
            next_at: (row.state == WebhookState::Active && row.failures > 0).then_some(row.next_at),
            url: row.url,
            key_id: row.key_id,
            reason: row.reason,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl From<DeliveryRow> for Delivery {
    fn from(row: DeliveryRow) -> Self {
        let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            id: row.name,
            kind: row.kind,
            state: row.state,
            changes: count(row.changes),
            attempts: count(row.attempts),
            status: u16::try_from(row.status).ok().filter(|status| *status > 0),
            error: row.error,
            took: row.took,
            created_at: row.created_at,
            tried_at: row.tried_at,
        }
    }
}
