//! A person's accounts as things of their own: what they are called, and what is known of them.

use crate::{
    config::{Security, ServerUrl},
    store::{
        self,
        accounts::{AccountKind, AccountRow},
        id::UserId,
    },
};

use super::{Engine, account::Account, error::Error};

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
        Ok(rows.into_iter().map(|row| self.info(row)).collect())
    }

    fn info(&self, row: AccountRow) -> AccountInfo {
        let is_local = row.kind == AccountKind::Local;
        let server = self.0.shared.config.server_for(&row.address);
        let server = server.filter(|_| !is_local);
        let incoming = server.and_then(|server| server.imap.as_ref().map(Place::from));
        let outgoing = server.and_then(|server| server.smtp.as_ref().map(Place::from));
        AccountInfo {
            id: row.id.get(),
            kind: row.kind.as_str(),
            name: row.name,
            email: row.address,
            color: row.color,
            sends: is_local || outgoing.is_some(),
            incoming,
            outgoing,
        }
    }
}

impl Account {
    /// Gives the account another name or colour; `None` leaves it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that is too long or a colour that is none of [`COLORS`].
    pub async fn dress(&self, name: Option<&str>, color: Option<&str>) -> Result<(), Error> {
        let name = name.map(str::trim);
        let is_odd =
            |name: &str| name.chars().count() > NAME_MOST || name.contains(char::is_control);
        if name.is_some_and(is_odd) {
            return Err(Error::Invalid("account-name"));
        }
        if color.is_some_and(|color| !color.is_empty() && !COLORS.contains(&color)) {
            return Err(Error::Invalid("account-color"));
        }
        let (store, now) = (&self.0.shared.store, self.now());
        store::accounts::set_look(store, self.0.id, name, color, now).await?;
        Ok(())
    }
}
