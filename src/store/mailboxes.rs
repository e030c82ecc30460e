//! Folders: which key belongs to which folder of an account, through renames and absences.

mod bind;
mod listing;

use std::collections::HashSet;

pub(super) use self::listing::insert;

use super::{
    Store,
    error::Error,
    id::{AccountId, UserId},
    row::{key, row},
    transaction::{Tx, on},
};
use crate::mail::{id::MailboxId, mailbox::Role};

/// The longest folder name that is kept (octets). Longer ones are nobody's, and PostgreSQL can't
/// index them.
pub const LONGEST_NAME: usize = 1024;

/// A folder as the server lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenMailbox<'a> {
    /// The full path, decoded.
    pub name: &'a str,
    /// The hierarchy separator; `None` where there is no hierarchy.
    pub delimiter: Option<char>,
    /// The server's own lasting id: MAILBOXID, else Dovecot's GUID.
    pub remote_id: Option<&'a str>,
    /// UIDVALIDITY; 0 when not told, which keeps what is known.
    pub uid_validity: u32,
    /// What it is for.
    pub role: Option<Role>,
    /// False for a node that only holds other folders.
    pub selectable: bool,
    /// Whether its owner wants to see it.
    pub subscribed: bool,
}

row! {
    /// A folder's row.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct MailboxRow {
        /// The mailbox key.
        pub id: MailboxId,
        /// The account that it is in.
        pub account_id: AccountId,
        /// The full path, decoded.
        pub name: String,
        /// The hierarchy separator; `None` where there is no hierarchy.
        pub delimiter: Option<char>,
        /// The server's own lasting id; `""` when it has none.
        pub remote_id: String,
        /// UIDVALIDITY; 0 when not yet known.
        pub uid_validity: u32,
        /// What it is for.
        pub role: Option<Role>,
        /// False for a node that only holds other folders.
        pub selectable: bool,
        /// Whether its owner wants to see it.
        pub subscribed: bool,
        /// When it was found to be gone (ms); `None` while it is there.
        pub gone_at: Option<i64>,
    }
}

/// The columns of [`MailboxRow`], for `concat!`.
macro_rules! columns {
    () => {
        "id, account_id, name, delimiter, remote_id, uid_validity, role, selectable, subscribed,
         gone_at"
    };
}
use columns;

/// Takes in a complete listing of the account's folders, and returns their rows in its order. A
/// folder keeps its key by the server's lasting id, else by its name; one that comes back does so
/// by name and UIDVALIDITY. Folders that are not in the listing are marked as gone. Names that
/// stand in it twice, or can't be stored (NUL, over [`LONGEST_NAME`]), are left out.
///
/// Costs one read when nothing has changed.
///
/// # Errors
/// [`Error::Gone`] when there is no such account any more.
pub async fn sync(
    store: &Store,
    account: AccountId,
    seen: &[SeenMailbox<'_>],
    now: i64,
) -> Result<Vec<MailboxRow>, Error> {
    let seen = bind::usable(seen);
    let rows: Vec<MailboxRow> = on!(store.reader(), db => {
        sqlx::query_as(ALL).bind(account.get()).fetch_all(db).await
    })?;
    if let Some(rows) = listing::unchanged(&rows, &seen) {
        return Ok(rows);
    }
    let mut tx = store.begin().await?;
    tx.lock_account(account).await?;
    let rows = all(&mut tx, account).await?;
    let rows = listing::apply(&mut tx, account, rows, &seen, now).await?;
    tx.commit().await?;
    Ok(rows)
}

/// The account's folders that are there, by name.
///
/// # Errors
/// What the database says.
pub async fn list(store: &Store, account: AccountId) -> Result<Vec<MailboxRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM mailboxes WHERE account_id = $1 AND gone_at IS NULL"
    );
    let mut rows: Vec<MailboxRow> = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(account.get()).fetch_all(db).await
    })?;
    // Not by the database, whose order depends on its locale.
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(rows)
}

/// The folder of this key, if it is there and in one of the user's accounts.
///
/// # Errors
/// What the database says.
pub async fn get(store: &Store, user: UserId, id: MailboxId) -> Result<Option<MailboxRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM mailboxes WHERE id = $2 AND gone_at IS NULL
         AND account_id IN (SELECT id FROM accounts WHERE user_id = $1 AND gone_at IS NULL)"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).bind(key(id)).fetch_optional(db).await
    })?)
}

/// Follows a rename or move that the server has carried out: the folder and those beneath it keep
/// their keys. Rows that stand in the way are of folders that can't be there any more. False when
/// the account has no such folder, or when it is the INBOX, which stays and only loses its
/// messages (RFC 9051 §6.3.6).
///
/// # Errors
/// [`Error::Gone`] when there is no such account any more.
pub async fn rename(
    store: &Store,
    account: AccountId,
    id: MailboxId,
    new_name: &str,
    now: i64,
) -> Result<bool, Error> {
    let mut tx = store.begin().await?;
    tx.lock_account(account).await?;
    let rows = all(&mut tx, account).await?;
    let live = || rows.iter().filter(|row| row.gone_at.is_none());
    let Some(folder) = live().find(|row| row.id == id) else {
        return Ok(false);
    };
    if bind::is_inbox(&folder.name) || !bind::is_storable(new_name) {
        return Ok(false);
    }
    let moved: Vec<MailboxRow> = live()
        .filter_map(|row| {
            let rest = beneath(&row.name, folder)?;
            let name = format!("{new_name}{rest}");
            bind::is_storable(&name).then(|| MailboxRow {
                name,
                ..row.clone()
            })
        })
        .collect();
    let names: HashSet<&str> = moved.iter().map(|row| row.name.as_str()).collect();
    for row in live() {
        if beneath(&row.name, folder).is_some() || names.contains(row.name.as_str()) {
            set_gone(&mut tx, row.id, now).await?;
        }
    }
    for row in &moved {
        update(&mut tx, row).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// What follows the folder's name in a name that is its own (`""`) or lies beneath it (`"/x"`).
fn beneath<'a>(name: &'a str, folder: &MailboxRow) -> Option<&'a str> {
    let rest = name.strip_prefix(&folder.name)?;
    (rest.is_empty()
        || folder
            .delimiter
            .is_some_and(|delimiter| rest.starts_with(delimiter)))
    .then_some(rest)
}

/// Vanished rows come with the latest last.
const ALL: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM mailboxes WHERE account_id = $1 ORDER BY gone_at, id"
);

/// All rows of the account, within a transaction that has locked it.
async fn all(tx: &mut Tx, account: AccountId) -> Result<Vec<MailboxRow>, Error> {
    Ok(on!(tx, db => {
        sqlx::query_as(ALL).bind(account.get()).fetch_all(&mut **db).await
    })?)
}

async fn set_gone(tx: &mut Tx, id: MailboxId, now: i64) -> Result<(), Error> {
    Ok(on!(tx, db => {
        sqlx::query("UPDATE mailboxes SET gone_at = $2 WHERE id = $1")
            .bind(key(id))
            .bind(now)
            .execute(&mut **db)
            .await
            .map(drop)
    })?)
}

async fn update(tx: &mut Tx, row: &MailboxRow) -> Result<(), Error> {
    const SQL: &str = "UPDATE mailboxes SET name = $2, delimiter = $3, remote_id = $4,
            uid_validity = $5, role = $6, selectable = $7, subscribed = $8, gone_at = NULL
        WHERE id = $1";
    Ok(on!(tx, db => {
        sqlx::query(SQL)
            .bind(key(row.id))
            .bind(row.name.as_str())
            .bind(delimiter(row.delimiter))
            .bind(row.remote_id.as_str())
            .bind(i64::from(row.uid_validity))
            .bind(row.role.map_or("", Role::as_str))
            .bind(i64::from(row.selectable))
            .bind(i64::from(row.subscribed))
            .execute(&mut **db)
            .await
            .map(drop)
    })?)
}

fn delimiter(delimiter: Option<char>) -> String {
    delimiter.map(String::from).unwrap_or_default()
}
