//! Which accounts a person has, and opening any of them: who has proved to be that person opens the
//! account signed in with, and with it every other.
//!
//! Cost: nothing within a second of the last look; then one look-up, and one by key for an account
//! that nobody uses yet.

use std::sync::Arc;

use crate::{
    config::ExtraAccounts,
    store::{
        self,
        accounts::{AccountKind, AccountRow},
        id::{AccountId, UserId},
    },
};

pub use crate::store::accounts::Subject;

use super::{
    super::{
        Engine,
        account::Account,
        error::{Error, Problem},
        sessions,
    },
    keeping::Keeping,
};

/// One of a person's accounts, as pages name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its number.
    pub id: i64,
    /// Its address.
    pub address: String,
    /// What its owner calls it; `""` shows the address.
    pub name: String,
    /// One of [`super::COLORS`]; `""` for none.
    pub color: String,
    /// The one signed in with.
    pub is_primary: bool,
    /// Collected from a POP3 server.
    pub is_collected: bool,
    /// How long messages lie in Trash and Junk; `None`: its mail lies on a server.
    pub keeping: Option<Keeping>,
    pub(in crate::engine) account: AccountId,
    pub(in crate::engine) version: i64,
}

/// All of them, in their owner's order.
pub type Standings = Arc<[Standing]>;

impl Standing {
    /// What it is called.
    pub fn label(&self) -> &str {
        match self.name.as_str() {
            "" => &self.address,
            name => name,
        }
    }
}

impl From<&AccountRow> for Standing {
    fn from(row: &AccountRow) -> Self {
        Self {
            id: row.id.get(),
            address: row.address.clone(),
            name: row.name.clone(),
            color: row.color.clone(),
            is_primary: row.is_primary,
            is_collected: row.kind == AccountKind::Pop3,
            keeping: Keeping::of(row),
            account: row.id,
            version: row.credential_version,
        }
    }
}

impl Engine {
    /// The accounts of whoever has opened the account signed in with.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn standings(&self, own: &Account) -> Result<Standings, Error> {
        let recent = &self.0.shared.recent;
        let asked = recent.stamp(self.now());
        if let Some(known) = recent.accounts.get(&own.0.user, asked) {
            return Ok(known);
        }
        let rows = store::accounts::list(self.store(), own.0.user).await?;
        let standings = self.standing(&rows);
        let known = Arc::clone(&standings);
        recent.accounts.keep(own.0.user, asked, known);
        Ok(standings)
    }

    /// The operator may allow no more than the account signed in with.
    pub(in crate::engine) fn standing(&self, rows: &[AccountRow]) -> Standings {
        let alone = self.0.shared.config.extra_accounts == ExtraAccounts::Off;
        let shown = rows.iter().filter(|row| row.is_primary || !alone);
        shown.map(Standing::from).collect()
    }

    /// Another account of the same person, ready for use. Nothing is connected yet.
    ///
    /// # Errors
    /// [`Error::NotFound`] when they have none of that number, [`Error::Upstream`] with
    /// [`Problem::AccountPassword`] when its password has to be given again, with
    /// [`Problem::GrantGone`] the permission in its place.
    pub async fn account_beside(&self, own: &Account, id: i64) -> Result<Account, Error> {
        if own.id() == id {
            return Ok(own.clone());
        }
        let standings = self.standings(own).await?;
        let standing = standings.iter().find(|one| one.id == id);
        let standing = standing.ok_or(Error::NotFound)?;
        self.beside(own.0.user, standing).await
    }

    /// The account that something belongs to; `own` where there is only that.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is nobody's, or somebody else's; as
    /// [`Engine::account_beside`].
    pub async fn account_with(&self, own: &Account, subject: Subject) -> Result<Account, Error> {
        if self.standings(own).await?.len() < 2 {
            return Ok(own.clone());
        }
        let (user, recent) = (own.0.user, &self.0.shared.recent);
        let asked = recent.stamp(self.now());
        let holder = match recent.holders.get(&(user, subject), asked) {
            Some(holder) => holder,
            None => {
                let found = store::accounts::holder_of(self.store(), user, subject).await?;
                let holder = found.ok_or(Error::NotFound)?;
                recent.holders.keep((user, subject), asked, holder);
                holder
            }
        };
        self.account_beside(own, holder.get()).await
    }

    async fn beside(&self, user: UserId, standing: &Standing) -> Result<Account, Error> {
        let (id, version) = (standing.account, standing.version);
        if let Some(account) = self.0.registry.get(id, version) {
            account.used();
            return Ok(account);
        }
        let row = store::accounts::get(self.store(), user, id.get()).await?;
        let row = row.ok_or(Error::NotFound)?;
        if row.is_primary {
            // Whoever may open it has: there is no way to it from another account.
            return Err(Error::NotFound);
        }
        let data_key = self.carried_data_key(&row).ok_or_else(|| locked(&row))?;
        let kept = sessions::open_credential(&row, &data_key).ok_or_else(|| locked(&row))?;
        let account = self.live(&row, data_key, kept)?;
        let account = self.0.registry.insert(account);
        account.used();
        Ok(account)
    }
}

/// Neither session nor key file opens the credential: another key file, or a restored database.
fn locked(row: &AccountRow) -> Error {
    Error::Upstream {
        problem: match row.provider.is_empty() {
            true => Problem::AccountPassword,
            false => Problem::GrantGone,
        },
        cause: "the account's credential does not open".to_owned(),
        said: String::new(),
    }
}
