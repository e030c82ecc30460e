//! Adding an account beside the one signed in with, and letting its servers be others. The mail
//! server judges first: what is stored has worked a moment ago.

use std::net::IpAddr;

use secrecy::SecretString;

use crate::{
    config::ExtraAccounts,
    net::bearer::Secret,
    pop3, smtp,
    store::{
        self,
        accounts::{Access, AccountRow, NewAccount},
    },
};

use super::{
    super::{
        Engine,
        account::Account,
        collection::Judge,
        error::Error,
        events::EventKind,
        secrets::Key,
        sessions, sign_in,
        upstream::{self, Credential},
    },
    servers::{OwnServers, Servers},
};

/// Accounts that one person may have.
pub const MOST: usize = 30;

/// Of [`super::COLORS`], those first that are told apart best.
const APART: [&str; 8] = [
    "blue", "orange", "green", "purple", "teal", "pink", "yellow", "red",
];

/// What signs in to an account, and where.
#[derive(Debug)]
pub struct Admission {
    /// The address, as typed.
    pub address: String,
    /// Servers that the person names; `None` for those the operator names.
    pub servers: Option<OwnServers>,
    /// The user name for them; `""` for the address. The operator's servers have their own.
    pub user: String,
    /// The password, as typed.
    pub password: SecretString,
    /// Where it comes from.
    pub client: Option<IpAddr>,
}

/// What opens an account that is added: shown to its servers, and kept once they have taken it.
pub(in crate::engine) struct Entry<'a> {
    /// What is shown.
    pub(in crate::engine) proof: Secret,
    /// What is sealed.
    pub(in crate::engine) kept: SecretString,
    /// The service that vouches for its owner; `""` where a password does.
    pub(in crate::engine) provider: &'a str,
}

impl Entry<'static> {
    fn password(admission: &Admission) -> Self {
        Self {
            proof: Secret::Password(admission.password.clone()),
            kept: admission.password.clone(),
            provider: "",
        }
    }
}

/// Why an account was not taken.
#[derive(Debug)]
pub struct Refusal {
    /// It was the server for sending that refused.
    pub outgoing: bool,
    /// What was wrong.
    pub error: Error,
}

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self {
            outgoing: false,
            error: error.into(),
        }
    }
}

impl Engine {
    /// Whether people may add accounts, and on which servers.
    pub fn extra_accounts(&self) -> ExtraAccounts {
        self.0.shared.config.extra_accounts
    }

    /// Signs in to an account and adds it; gives its number. The password goes to the servers that
    /// are named, and is stored once they have taken it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where nothing may be added; [`Error::Invalid`] for an address that is
    /// none or is there already, servers that may not be named; [`Error::Throttled`];
    /// [`Error::Upstream`] with what the servers say.
    pub async fn add_account(&self, own: &Account, admission: &Admission) -> Result<i64, Refusal> {
        let entry = Entry::password(admission);
        let row = self.add_with(own, admission, &entry).await?;
        Ok(row.id.get())
    }

    /// The address as it would be stored, and the accounts that are there, if one of it may be
    /// added.
    pub(in crate::engine) async fn may_be_added(
        &self,
        own: &Account,
        address: &str,
    ) -> Result<(String, Vec<AccountRow>), Error> {
        if self.extra_accounts() == ExtraAccounts::Off {
            return Err(Error::NotFound);
        }
        let address = sign_in::normal(address).ok_or(Error::Invalid("login-not-an-address"))?;
        let there = store::accounts::list(self.store(), own.0.user).await?;
        if there.iter().any(|row| row.address == address) {
            return Err(Error::Invalid("account-twice"));
        }
        if there.len() >= MOST {
            return Err(Error::Invalid("account-too-many"));
        }
        Ok((address, there))
    }

    pub(in crate::engine) async fn add_with(
        &self,
        own: &Account,
        admission: &Admission,
        entry: &Entry<'_>,
    ) -> Result<AccountRow, Refusal> {
        let (address, there) = self.may_be_added(own, &admission.address).await?;
        let servers = self.admissible(&address, admission.servers.as_ref(), &admission.user)?;
        let client = admission.client;
        let judge = self.judge(&address, &servers, &entry.proof, client).await?;
        let (login, named) = servers.stored();
        let new = NewAccount {
            kind: servers.kind(),
            primary: false,
            address: &address,
            login: &login,
            name: "",
            servers: &named,
        };
        let data_key = Key::random();
        let seal = |row: &AccountRow| {
            let credential = sealed(row, &data_key, entry);
            (credential, self.carry(row, &data_key))
        };
        let (user, provider, now) = (own.0.user, entry.provider, self.now());
        let added = store::accounts::add(self.store(), user, &new, provider, now, seal);
        let row = match added.await {
            Err(store::error::Error::Conflict) => {
                return Err(Error::Invalid("account-twice").into());
            }
            added => added.map_err(Error::from)?,
        };
        self.colour(&row, &there).await?;
        self.0.shared.recent.forget();
        self.collect_soon(&row, judge).await?;
        own.publish(EventKind::Mailbox, None).await;
        Ok(row)
    }

    /// Marks the new account, and the first when it is alone beside it, with colours that tell them
    /// apart in one list. Their owner may choose others, and none.
    async fn colour(&self, new: &AccountRow, there: &[AccountRow]) -> Result<(), Error> {
        let mut taken: Vec<&str> = there.iter().map(|row| row.color.as_str()).collect();
        let alone = match there {
            [only] if only.color.is_empty() => Some(only.id),
            _ => None,
        };
        for id in alone.into_iter().chain([new.id]) {
            let free = APART.iter().find(|color| !taken.contains(color));
            if let Some(color) = free {
                taken.push(color);
                let (store, now) = (self.store(), self.now());
                store::accounts::set_look(store, id, None, Some(color), now).await?;
            }
        }
        Ok(())
    }

    /// Signs in to an account that is there with another password, or on other servers, and keeps
    /// both. The address stays, and so does the kind: what was collected lies here.
    ///
    /// # Errors
    /// As [`Engine::add_account`]; [`Error::NotFound`] for an account that is not theirs or the
    /// one signed in with.
    pub async fn change_access(
        &self,
        own: &Account,
        id: i64,
        admission: &Admission,
    ) -> Result<(), Refusal> {
        let entry = Entry::password(admission);
        self.change_with(own, id, admission, &entry).await.map(drop)
    }

    pub(in crate::engine) async fn change_with(
        &self,
        own: &Account,
        id: i64,
        admission: &Admission,
        entry: &Entry<'_>,
    ) -> Result<AccountRow, Refusal> {
        let row = self.further_row(own, id).await?;
        let named = admission.servers.as_ref();
        let servers = self.admissible(&row.address, named, &admission.user)?;
        if servers.kind() != row.kind {
            return Err(Error::Invalid("login-server-kind").into());
        }
        let client = admission.client;
        let judged = self.judge(&row.address, &servers, &entry.proof, client);
        let judge = judged.await?;
        let (login, named) = servers.stored();
        let held = self.carried_data_key(&row);
        let data_key = held.unwrap_or_else(Key::random);
        let access = Access {
            login: &login,
            servers: &named,
            credential: &sealed(&row, &data_key, entry),
            carried_key: &self.carry(&row, &data_key),
            provider: entry.provider,
        };
        let set = store::accounts::set_access(self.store(), row.id, &access, self.now());
        set.await.map_err(Error::from)?;
        self.0.shared.recent.forget();
        self.proven(&row, judge).await?;
        own.publish(EventKind::Mailbox, None).await;
        Ok(row)
    }

    /// The row of an account that was added.
    pub(in crate::engine) async fn further_row(
        &self,
        own: &Account,
        id: i64,
    ) -> Result<AccountRow, Error> {
        if self.extra_accounts() == ExtraAccounts::Off {
            return Err(Error::NotFound);
        }
        let row = store::accounts::get(self.store(), own.0.user, id).await?;
        row.filter(|row| !row.is_primary).ok_or(Error::NotFound)
    }

    /// The servers of an account to be: those that a person names (`None`: the operator's), signing
    /// in as `user` (`""`: the address).
    pub(in crate::engine) fn admissible(
        &self,
        address: &str,
        named: Option<&OwnServers>,
        user: &str,
    ) -> Result<Servers, Error> {
        let shared = &self.0.shared;
        let Some(own) = named else {
            let found = shared.listed(address);
            return found.ok_or(Error::Invalid("login-unknown-domain"));
        };
        if self.extra_accounts() != ExtraAccounts::Any {
            return Err(Error::Invalid("account-servers-listed"));
        }
        let user = match user.trim() {
            "" => address,
            user => user,
        };
        if user.len() > 320 || user.contains(char::is_control) {
            return Err(Error::Invalid("account-user"));
        }
        Ok(shared.named_by_owner(&own.clone().checked()?, user))
    }

    /// Asks the servers, after the throttle.
    async fn judge(
        &self,
        address: &str,
        servers: &Servers,
        proof: &Secret,
        client: Option<IpAddr>,
    ) -> Result<Judge, Refusal> {
        let throttle = &self.0.throttle;
        throttle.admit(address, client).await?;
        let credential = Credential {
            user: servers.user.clone(),
            secret: proof.clone(),
        };
        let judged = self.asked(servers, &credential).await;
        match &judged {
            Err(Refusal { error, .. }) if counts(servers, error) => {
                let client = client.map(|client| client.to_string());
                tracing::warn!(client.address = client, "An account could not be added");
            }
            _ => throttle.succeeded(address, client).await,
        }
        judged
    }

    async fn asked(&self, servers: &Servers, credential: &Credential) -> Result<Judge, Refusal> {
        let limits = &self.0.shared.config.limits;
        let judge = match upstream::collecting(servers, credential, limits)? {
            Some(connector) => {
                let offered = pop3::probe(&connector).await.map_err(Error::from)?;
                Judge::Server {
                    login_delay: offered.login_delay().unwrap_or(0),
                }
            }
            None => {
                let client = upstream::client(servers, credential, limits, &self.0.shared.budgets)?;
                client.verify().await.map_err(Error::from)?;
                Judge::Server { login_delay: 0 }
            }
        };
        // What the operator names works, or is his to mend.
        if servers.are_own()
            && let Some(connector) = upstream::submitting(servers, credential)?
        {
            let asked = smtp::probe(&connector).await;
            asked.map_err(|error| Refusal {
                outgoing: true,
                error: error.into(),
            })?;
        }
        Ok(judge)
    }
}

/// Nobody signs in with what is kept here, so no key made of it need open anything.
fn sealed(row: &AccountRow, data_key: &Key, entry: &Entry<'_>) -> store::accounts::Sealed {
    sessions::seal_credential(row, data_key, &Key::random(), &entry.kept)
}

/// A wrong password counts as a failed try. Where a person names the host, everything does: nobody
/// is to try out addresses and ports through us.
fn counts(servers: &Servers, error: &Error) -> bool {
    match error {
        Error::Upstream { problem, .. } => servers.are_own() || problem.is_its_owners(),
        _ => false,
    }
}
