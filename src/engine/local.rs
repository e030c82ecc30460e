//! People whose mail lives here: their mailbox, their password, and messages put into folders.
//!
//! No mail server judges their password, so a verifier of it is kept: argon2id over the password
//! *and* the server's key file, so that the database alone says nothing of it.

pub mod reindex;
mod upkeep;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use bytes::Bytes;
use futures_util::Stream;
use secrecy::{ExposeSecret, SecretString};

use crate::{
    mail::{address, id::MailboxId, keyword::Keywords},
    store::{
        self,
        accounts::{AccountKind, AccountRow, NewAccount},
        id::UserId,
        local::{self, Owner, place::Placing},
    },
};

use super::{
    Engine,
    account::Shared,
    error::{Error, Problem},
    events::Happened,
    mailstore::Local,
    secrets::{self, stretch::DERIVATION},
    sign_in::{Attempt, normal},
};

/// The shortest password for mail that lives here.
pub const PASSWORD_LEAST: usize = 4;

/// A message for a folder here.
#[derive(Clone, Debug)]
pub struct Deposit<'a> {
    /// The folder's path, parts joined by `/`; made when missing.
    pub folder: &'a str,
    /// Its keywords.
    pub keywords: &'a Keywords,
    /// When it arrived (ms); `None` lets the message say so itself.
    pub received_at: Option<i64>,
}

impl Engine {
    /// Gives somebody a mailbox that lives here, or another password to one who has it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no address, a password that is too short, or somebody whose
    /// mail lies on a server.
    pub async fn set_local_password(
        &self,
        address: &str,
        password: &SecretString,
    ) -> Result<(), Error> {
        let address = normal(address).ok_or(Error::Invalid("login-not-an-address"))?;
        if password.expose_secret().chars().count() < PASSWORD_LEAST {
            return Err(Error::Invalid("password-too-short"));
        }
        let (store, now) = (self.store(), self.now());
        let user = store::users::find_or_create(store, &address, now).await?.id;
        let row = match store::accounts::primary(store, user, &address).await? {
            Some(row) => row,
            None => {
                let new = NewAccount {
                    kind: AccountKind::Local,
                    primary: true,
                    address: &address,
                    login: "",
                    name: "",
                    servers: "",
                };
                store::accounts::create(store, user, &new, now).await?
            }
        };
        if row.kind != AccountKind::Local {
            return Err(Error::Invalid("account-not-local"));
        }
        local::folders::provide(store, owner(&row), now).await?;
        let verifier = self.verifier(user, password, secrets::random()).await?;
        store::users::set_verifier(store, user, &verifier).await?;
        Ok(())
    }

    /// Puts a message into a folder of somebody whose mail lives here, by their address.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nobody here has this address, [`Error::TooLarge`], and when the
    /// disk or the database fails: then it is in no folder.
    pub async fn deposit(
        &self,
        address: &str,
        deposit: &Deposit<'_>,
        pieces: impl Stream<Item = Result<Bytes, Error>>,
    ) -> Result<(), Error> {
        let owner = self.0.shared.local_owner(address).await?;
        let owner = owner.ok_or(Error::NotFound)?;
        self.0.shared.deposit(owner, deposit, pieces).await
    }

    /// The account of somebody whose mail lives here.
    pub(super) async fn local_account(&self, address: &str) -> Result<Option<AccountRow>, Error> {
        self.0.shared.local_account(address).await
    }

    /// Judges the password of somebody whose mail lives here.
    pub(super) async fn verify_local(
        &self,
        row: &AccountRow,
        attempt: &Attempt,
    ) -> Result<(), Error> {
        match self.is_last_good(row.user_id, &attempt.password).await? {
            true => Ok(()),
            false => Err(Error::Upstream {
                problem: Problem::WrongPassword,
                cause: "the password is not the one that was set here".to_owned(),
                said: String::new(),
            }),
        }
    }

    /// Is this the password of which a verifier is kept?
    pub(super) async fn is_last_good(
        &self,
        user: UserId,
        password: &SecretString,
    ) -> Result<bool, Error> {
        let kept = store::users::verifier(self.store(), user).await?;
        let (_, rest) = kept.split_once('$').unwrap_or_default();
        let (salt, _) = rest.split_once('$').unwrap_or_default();
        let salt: Option<[u8; 16]> = BASE64URL.decode(salt).ok().and_then(|s| s.try_into().ok());
        // As much work for who has no password yet.
        let given = self
            .verifier(user, password, salt.unwrap_or_default())
            .await?;
        // Hashes of the two, so that the time tells nothing of where they differ.
        let same = secrets::sha256(given.as_bytes()) == secrets::sha256(kept.as_bytes());
        Ok(salt.is_some() && same)
    }

    /// `how it is made $ salt $ hash`.
    pub(super) async fn verifier(
        &self,
        user: UserId,
        password: &SecretString,
        salt: [u8; 16],
    ) -> Result<String, Error> {
        let context = user.get().to_be_bytes();
        let key = self.0.shared.key.derive("password verifier", &context);
        let password = password.clone();
        let stretch = move || key.stretch(password.expose_secret().as_bytes(), &salt);
        let hash = self.0.stretching.run(stretch).await??.fingerprint();
        let how = String::from_utf8_lossy(DERIVATION);
        Ok(format!(
            "{how}${}${}",
            BASE64URL.encode(salt),
            BASE64URL.encode(hash)
        ))
    }
}

impl Shared {
    /// The store-backed mailbox of an account.
    pub(super) fn local(&self, owner: Owner) -> Local {
        let quota = match self.config.limits.quota_mib {
            0 => None,
            mib => Some(i64::from(mib) << 20),
        };
        Local {
            store: self.store.clone(),
            files: self.files.clone(),
            owner,
            clock: self.clock.clone(),
            thread_key: self.thread_key(owner.account),
            most: u64::from(self.config.limits.message_mib) << 20,
            quota,
            taking_apart: self.taking_apart.clone(),
            edges: super::mailstore::Edges::default(),
        }
    }

    /// By which the conversations of an account get their ids.
    pub(super) fn thread_key(&self, account: crate::store::id::AccountId) -> [u8; 32] {
        let context = account.get().to_be_bytes();
        self.key.derive("conversations", &context).fingerprint()
    }

    async fn local_account(&self, address: &str) -> Result<Option<AccountRow>, Error> {
        let Some(user) = store::users::find(&self.store, address).await? else {
            return Ok(None);
        };
        let row = store::accounts::primary(&self.store, user.id, &user.address).await?;
        Ok(row.filter(|row| row.kind == AccountKind::Local))
    }

    /// Whoever gets mail for this address here.
    pub(super) async fn local_owner(&self, email: &str) -> Result<Option<Owner>, Error> {
        let row = self.local_account(&address::key(email)).await?;
        Ok(row.as_ref().map(owner))
    }

    /// Puts a message into a folder, and tells whoever listens.
    pub(super) async fn deposit(
        &self,
        owner: Owner,
        deposit: &Deposit<'_>,
        pieces: impl Stream<Item = Result<Bytes, Error>>,
    ) -> Result<(), Error> {
        let (local, now) = (self.local(owner), self.clock.now());
        let files = &self.files;
        let arrival =
            local::arrival::receive(files, owner.user, &local.thread_key, pieces, local.most);
        let arrival = arrival.await?;
        let mailbox = self.folder(owner, deposit.folder).await?;
        let placing = Placing {
            mailbox,
            keywords: deposit.keywords,
            received_at: deposit.received_at,
            quota: local.quota,
        };
        let placed = local::place::place(&self.store, owner, &arrival, placing, now).await?;
        let news = Happened::created(mailbox, &[placed.id(mailbox)]);
        self.tell_of(owner, &news).await;
        Ok(())
    }

    /// Tells whoever listens that messages came into a folder or went. It has happened, whoever hears
    /// of it.
    async fn tell_of(&self, owner: Owner, news: &Happened) {
        let object = news.named();
        let event = news.event(owner.account, &object);
        let now = self.clock.now();
        let told = store::events::append(&self.store, owner.user, &[event], now).await;
        match told {
            Ok(_) => {
                self.hooks.wake();
                self.news.tell(owner.user);
            }
            Err(error) => tracing::warn!(?error, "Nobody could be told of a message"),
        }
    }

    /// The folder of this path, made when missing.
    async fn folder(&self, owner: Owner, path: &str) -> Result<MailboxId, Error> {
        let (store, now) = (&self.store, self.clock.now());
        for _ in 0..2 {
            let folders = local::folders::list(store, owner).await?;
            if let Some(row) = folders.iter().find(|row| row.name == path) {
                return Ok(row.id);
            }
            match local::folders::create(store, owner, path, now).await {
                // Somebody else has made it in this very moment.
                Err(store::error::Error::Conflict) => {}
                made => return Ok(made?),
            }
        }
        Err(Error::NotFound)
    }
}

/// Whose mail an account's is.
pub(super) fn owner(row: &AccountRow) -> Owner {
    Owner {
        user: row.user_id,
        account: row.id,
    }
}
