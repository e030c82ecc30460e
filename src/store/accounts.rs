//! The mailbox services that a user reads: the one signed in with, and those added.

mod further;
mod grants;
mod removal;
mod retention;

use std::fmt;

pub use self::{
    further::{Access, Subject, add, arrange, holder_of, set_access},
    grants::{grant_gone, renew_grant},
    removal::{delete, remove_some, retire, retired},
    retention::{Keeping, keeping, set_keeping},
};

use super::{
    Store,
    error::Error,
    id::{AccountId, UserId},
    row::{Field, Unreadable, row, text},
    transaction::on,
    users::folded,
};

/// How an account's mail is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountKind {
    /// Lives on an IMAP server.
    Imap,
    /// Collected from a POP3 server, lives here.
    Pop3,
    /// Lives here only.
    Local,
}

impl AccountKind {
    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Imap => "imap",
            Self::Pop3 => "pop3",
            Self::Local => "local",
        }
    }
}

impl Field for AccountKind {
    type Column = String;

    fn from_column(column: String) -> Result<Self, Unreadable> {
        [Self::Imap, Self::Pop3, Self::Local]
            .into_iter()
            .find(|kind| kind.as_str() == column)
            .ok_or(Unreadable)
    }
}

/// Encrypted bytes: a credential under an account's data key, or that key wrapped for a holder.
/// Opaque to the store.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

impl Field for Sealed {
    type Column = Vec<u8>;

    fn from_column(column: Vec<u8>) -> Result<Self, Unreadable> {
        Ok(Self(column))
    }
}

impl Field for Option<Sealed> {
    type Column = Option<Vec<u8>>;

    fn from_column(column: Option<Vec<u8>>) -> Result<Self, Unreadable> {
        Ok(column.map(Sealed))
    }
}

/// An account to add.
#[derive(Clone, Copy, Debug)]
pub struct NewAccount<'a> {
    /// How its mail is reached.
    pub kind: AccountKind,
    /// The one signed in with; a user has at most one.
    pub primary: bool,
    /// The mail address.
    pub address: &'a str,
    /// The user name for the servers; `""` when the configuration decides.
    pub login: &'a str,
    /// What its owner calls it; `""` shows the address.
    pub name: &'a str,
    /// The servers as JSON; `""` when the configuration names them.
    pub servers: &'a str,
}

row! {
    /// An account.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AccountRow {
        /// The account.
        pub id: AccountId,
        /// Whose it is.
        pub user_id: UserId,
        /// How its mail is reached.
        pub kind: AccountKind,
        /// The one signed in with.
        pub is_primary: bool,
        /// The mail address, in lower case.
        pub address: String,
        /// The user name for the servers; `""` when the configuration decides.
        pub login: String,
        /// What its owner calls it; `""` shows the address.
        pub name: String,
        /// A colour of the palette; `""` for none.
        pub color: String,
        /// Where it stands among the user's accounts; equal ones go by id.
        pub sort_order: i64,
        /// The servers as JSON; `""` when the configuration names them.
        pub servers: String,
        /// The sealed credential, if one was ever kept.
        pub credential: Option<Sealed>,
        /// Grows with each new credential; connections made with an older one are dropped.
        pub credential_version: i64,
        /// The data key of an account that was added, wrapped by the server's own key.
        pub carried_key: Option<Sealed>,
        /// The service that vouches for its owner; `""` where a password does.
        pub provider: String,
        /// Since when its permission is known to be gone (ms).
        pub grant_gone_at: Option<i64>,
        /// Days that a message lies in Trash; 0 for ever. Of mail that lives here.
        pub trash_days: i64,
        /// The same of Junk.
        pub junk_days: i64,
        /// When it was added (ms).
        pub created_at: i64,
    }
}

/// The columns of [`AccountRow`], for `concat!`.
macro_rules! columns {
    () => {
        "id, user_id, kind, is_primary, address, login, name, color, sort_order, servers,
         credential, credential_version, carried_key, provider, grant_gone_at, trash_days,
         junk_days, created_at"
    };
}
use columns;

/// Adds an account.
///
/// # Errors
/// [`Error::Conflict`] when it is to be the user's primary account and there is one already (two
/// first sign-ins at once: look it up with [`primary`]); [`Error::Gone`] when the user was
/// deleted meanwhile.
pub async fn create(
    store: &Store,
    user: UserId,
    new: &NewAccount<'_>,
    now: i64,
) -> Result<AccountRow, Error> {
    const SQL: &str = concat!(
        "INSERT INTO accounts
            (user_id, kind, is_primary, address, login, name, servers, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
         RETURNING ",
        columns!()
    );
    Ok(on!(store.writer(), db => {
        sqlx::query_as(SQL)
            .bind(user.get())
            .bind(new.kind.as_str())
            .bind(i64::from(new.primary))
            .bind(folded(new.address))
            .bind(text(new.login))
            .bind(text(new.name))
            .bind(text(new.servers))
            .bind(now)
            .fetch_one(db)
            .await
    })?)
}

/// The user's accounts in their order.
///
/// # Errors
/// What the database says.
pub async fn list(store: &Store, user: UserId) -> Result<Vec<AccountRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM accounts WHERE user_id = $1 AND gone_at IS NULL ORDER BY sort_order, id"
    );
    Ok(on!(store.reader(), db => sqlx::query_as(SQL).bind(user.get()).fetch_all(db).await)?)
}

/// The user's account of this number, as it stands in URLs. `None` for other people's.
///
/// # Errors
/// What the database says.
pub async fn get(store: &Store, user: UserId, id: i64) -> Result<Option<AccountRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM accounts WHERE user_id = $1 AND id = $2 AND gone_at IS NULL"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).bind(id).fetch_optional(db).await
    })?)
}

/// The account of this number, whoever's it is: for what runs for nobody's request.
///
/// # Errors
/// What the database says.
pub async fn by_id(store: &Store, account: AccountId) -> Result<Option<AccountRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM accounts WHERE id = $1 AND gone_at IS NULL"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(account.get()).fetch_optional(db).await
    })?)
}

/// The account that the user signs in with, if it has this address.
///
/// # Errors
/// What the database says.
pub async fn primary(
    store: &Store,
    user: UserId,
    address: &str,
) -> Result<Option<AccountRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM accounts WHERE user_id = $1 AND is_primary = 1 AND address = $2"
    );
    let address = folded(address);
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).bind(address).fetch_optional(db).await
    })?)
}

/// Replaces the sealed credential; returns its version. Keys that holders have stay valid, as they
/// wrap the account's data key and not the credential.
///
/// # Errors
/// [`Error::Gone`] when there is no such account any more.
pub async fn set_credential(
    store: &Store,
    account: AccountId,
    sealed: &Sealed,
    now: i64,
) -> Result<i64, Error> {
    const SQL: &str = "UPDATE accounts SET
            credential = $2, credential_version = credential_version + 1, updated_at = $3
        WHERE id = $1 AND gone_at IS NULL
        RETURNING credential_version";
    let version: Option<(i64,)> = on!(store.writer(), db => {
        sqlx::query_as(SQL)
            .bind(account.get())
            .bind(sealed.0.as_slice())
            .bind(now)
            .fetch_optional(db)
            .await
    })?;
    version.map(|(version,)| version).ok_or(Error::Gone)
}

/// Replaces the user name for the servers and the servers (JSON; `""` for the configuration's).
///
/// # Errors
/// [`Error::Gone`] when there is no such account any more.
pub async fn set_servers(
    store: &Store,
    account: AccountId,
    login: &str,
    servers: &str,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "UPDATE accounts SET login = $2, servers = $3, updated_at = $4
        WHERE id = $1 AND gone_at IS NULL";
    let updated = on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(account.get())
            .bind(text(login))
            .bind(text(servers))
            .bind(now)
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    if updated == 0 {
        Err(Error::Gone)
    } else {
        Ok(())
    }
}

/// Replaces name and colour; `None` leaves what is there.
///
/// # Errors
/// [`Error::Gone`] when there is no such account any more.
pub async fn set_look(
    store: &Store,
    account: AccountId,
    name: Option<&str>,
    color: Option<&str>,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "UPDATE accounts SET
            name = COALESCE($2, name), color = COALESCE($3, color), updated_at = $4
        WHERE id = $1 AND gone_at IS NULL";
    let updated = on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(account.get())
            .bind(name.map(text))
            .bind(color.map(text))
            .bind(now)
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    if updated == 0 {
        Err(Error::Gone)
    } else {
        Ok(())
    }
}
