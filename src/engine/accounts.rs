//! A person's accounts as things of their own: what they are called, and what is known of them.
//! `standing.rs` says which there are and opens them, `carrying.rs` has their keys, `servers.rs`
//! their servers, `keeping.rs` how long their Trash lasts; `adding.rs` and `removal.rs` are for
//! their coming and going, `leaving.rs` for what is left of those that went.

mod adding;
mod carrying;
mod keeping;
mod leaving;
mod removal;
mod servers;
mod standing;

use crate::{
    config::{ExtraAccounts, Security, ServerUrl},
    store::{
        self,
        accounts::{AccountKind, AccountRow},
        id::{AccountId, UserId},
    },
};

use super::{Engine, account::Account, error::Error};

pub(super) use self::{adding::Entry, leaving::Removed, servers::Servers};
pub use self::{
    adding::{Admission, MOST, Refusal},
    keeping::{DAYS_MOST, Keeping},
    removal::Leaving,
    servers::OwnServers,
    standing::{Standing, Standings, Subject},
};

/// Characters of a name.
const NAME_MOST: usize = 100;
/// The colours that mark an account.
pub const COLORS: [&str; 8] = [
    "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink",
];

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountInfo {
    /// Its number.
    pub id: i64,
    /// The one signed in with.
    pub is_primary: bool,
    /// `imap`, `pop3` or `local`.
    pub kind: &'static str,
    /// What its owner calls it; `""` shows the address.
    pub name: String,
    /// Its address.
    pub email: String,
    /// One of [`COLORS`]; `""` for none.
    pub color: String,
    /// Mail can be sent from it.
    pub sends: bool,
    /// Where its mail lies; `None`: here.
    pub incoming: Option<Place>,
    /// Where its mail is handed over; `None`: nowhere, or between mailboxes here.
    pub outgoing: Option<Place>,
    /// The servers that its owner has named; `None`: the operator's.
    pub own_servers: Option<OwnServers>,
    /// The user name for them; `""` when the operator's settings decide.
    pub user: String,
    /// The service that vouches for its owner, by the name that people know it by; `""` where a
    /// password does.
    pub provider: String,
    /// That service no longer does: its owner has to go there again.
    pub grant_gone: bool,
    /// How long messages lie in Trash and Junk; `None`: that is the server's to say.
    pub keeping: Option<Keeping>,
    /// Looked up for its owner.
    pub(super) account: AccountId,
}

impl AccountInfo {
    /// What it is called.
    pub fn label(&self) -> &str {
        match self.name.as_str() {
            "" => &self.email,
            name => name,
        }
    }
}

/// A server of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// `tls`, `startTls` or `none`.
    pub security: &'static str,
}

impl From<&ServerUrl> for Place {
    fn from(url: &ServerUrl) -> Self {
        Self {
            host: url.host.clone(),
            port: url.port,
            security: match url.security {
                Security::Implicit => "tls",
                Security::StartTls => "startTls",
                Security::Plain => "none",
            },
        }
    }
}

impl Engine {
    /// A person's accounts, in their order.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn accounts(&self, user: UserId) -> Result<Vec<AccountInfo>, Error> {
        let rows = store::accounts::list(self.store(), user).await?;
        let alone = self.extra_accounts() == ExtraAccounts::Off;
        let shown = rows.into_iter().filter(|row| row.is_primary || !alone);
        Ok(shown.map(|row| self.info(row)).collect())
    }

    fn info(&self, row: AccountRow) -> AccountInfo {
        let is_local = row.kind == AccountKind::Local;
        let servers = self.0.shared.servers_of(&row).filter(|_| !is_local);
        let server = servers.as_ref().map(|servers| &servers.server);
        let incoming = server.and_then(|server| server.imap.as_ref().or(server.pop3.as_ref()));
        let outgoing = server.and_then(|server| server.smtp.as_ref());
        let (incoming, outgoing) = (incoming.map(Place::from), outgoing.map(Place::from));
        AccountInfo {
            keeping: Keeping::of(&row),
            grant_gone: row.grant_gone_at.is_some(),
            id: row.id.get(),
            account: row.id,
            is_primary: row.is_primary,
            kind: row.kind.as_str(),
            name: row.name,
            provider: row.provider,
            email: row.address,
            color: row.color,
            sends: is_local || outgoing.is_some(),
            incoming,
            outgoing,
            own_servers: serde_json::from_str(&row.servers).ok(),
            user: row.login,
        }
    }
}

impl Engine {
    /// Gives an account another name or colour; `None` leaves it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an account that is not theirs, [`Error::Invalid`] for a name that is
    /// too long or a colour that is none of [`COLORS`].
    pub async fn dress_account(
        &self,
        own: &Account,
        id: i64,
        name: Option<&str>,
        color: Option<&str>,
    ) -> Result<(), Error> {
        check_look(name, color)?;
        let name = name.map(str::trim);
        let standings = self.standings(own).await?;
        let standing = standings.iter().find(|one| one.id == id);
        let account = standing.ok_or(Error::NotFound)?.account;
        store::accounts::set_look(self.store(), account, name, color, self.now()).await?;
        self.0.shared.recent.forget();
        Ok(())
    }
}

/// May an account be called so, and marked so?
///
/// # Errors
/// [`Error::Invalid`] for a name that is too long or a colour that is none of [`COLORS`].
pub fn check_look(name: Option<&str>, color: Option<&str>) -> Result<(), Error> {
    let is_odd = |name: &str| {
        let name = name.trim();
        name.chars().count() > NAME_MOST || name.contains(char::is_control)
    };
    if name.is_some_and(is_odd) {
        return Err(Error::Invalid("account-name"));
    }
    if color.is_some_and(|color| !color.is_empty() && !COLORS.contains(&color)) {
        return Err(Error::Invalid("account-color"));
    }
    Ok(())
}
