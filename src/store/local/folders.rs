//! The folders of a local mailbox. Paths are joined by `/`; each folder can hold messages and
//! folders.

use super::{Owner, journal, remove};
use crate::{
    mail::{id::MailboxId, mailbox::Role},
    store::{
        Store,
        error::Error,
        mailboxes::{self, SeenMailbox},
        row::{key, row},
        transaction::{Tx, on},
    },
};

/// What stands between a folder's name and that of the one it lies in.
pub const DELIMITER: char = '/';

/// The folders that every local mailbox has, with what they are for.
pub const ROLES: [(&str, Role); 6] = [
    ("INBOX", Role::Inbox),
    ("Drafts", Role::Drafts),
    ("Sent", Role::Sent),
    ("Archive", Role::Archive),
    ("Junk", Role::Junk),
    ("Trash", Role::Trash),
];

row! {
    /// A folder.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct FolderRow {
        /// The mailbox key.
        pub id: MailboxId,
        /// The full path.
        pub name: String,
        /// What it is for.
        pub role: Option<Role>,
        /// Its owner wants to see it.
        pub subscribed: bool,
        /// UIDVALIDITY.
        pub uid_validity: u32,
        /// Raised with every change in it.
        pub modseq: i64,
        /// Messages in it.
        pub total: u32,
        /// Unread ones.
        pub unread: u32,
    }
}

impl FolderRow {
    fn written(&self) -> journal::Folder<'_> {
        journal::Folder {
            name: &self.name,
            role: self.role,
            subscribed: self.subscribed,
            uid_validity: self.uid_validity,
        }
    }
}

/// Makes the folders that every mailbox has, those that are missing.
///
/// # Errors
/// [`Error::Gone`] when there is no such account any more.
pub async fn provide(store: &Store, owner: Owner, now: i64) -> Result<(), Error> {
    let mut tx = store.begin().await?;
    tx.lock_account(owner.account).await?;
    let there = all(&mut tx, owner).await?;
    for (name, role) in ROLES {
        if there.iter().any(|row| row.role == Some(role)) {
            continue;
        }
        if !there.iter().any(|row| alike(&row.name, name)) {
            insert(&mut tx, owner, name, Some(role), now).await?;
        }
    }
    tx.commit().await
}

/// All folders: the inbox first, then by name.
///
/// # Errors
/// What the database says.
pub async fn list(store: &Store, owner: Owner) -> Result<Vec<FolderRow>, Error> {
    let mut rows: Vec<FolderRow> = on!(store.reader(), db => {
        sqlx::query_as(ALL).bind(owner.account.get()).fetch_all(db).await
    })?;
    rows.sort_by(|a, b| {
        let later = |row: &FolderRow| row.role != Some(Role::Inbox);
        (later(a), &a.name).cmp(&(later(b), &b.name))
    });
    Ok(rows)
}

/// Makes a folder, and those that it lies in where they are missing.
///
/// # Errors
/// [`Error::Conflict`] for a taken name, [`Error::TooLarge`] for one that can't be stored.
pub async fn create(store: &Store, owner: Owner, path: &str, now: i64) -> Result<MailboxId, Error> {
    check(path)?;
    let mut tx = store.begin().await?;
    tx.lock_account(owner.account).await?;
    let there = all(&mut tx, owner).await?;
    let is_taken = |path: &str| there.iter().any(|row| alike(&row.name, path));
    if is_taken(path) {
        return Err(Error::Conflict);
    }
    for (at, _) in path.match_indices(DELIMITER) {
        let above = path.get(..at).unwrap_or_default();
        if !is_taken(above) {
            insert(&mut tx, owner, above, None, now).await?;
        }
    }
    let id = insert(&mut tx, owner, path, None, now).await?;
    tx.commit().await?;
    Ok(id)
}

/// Renames or moves a folder, with all that lies in it. Their keys stay.
///
/// # Errors
/// [`Error::Gone`] without such a folder, [`Error::Conflict`] when a name is taken,
/// [`Error::TooLarge`] for one that can't be stored.
pub async fn rename(
    store: &Store,
    owner: Owner,
    id: MailboxId,
    path: &str,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "UPDATE mailboxes SET name = $2 WHERE id = $1";
    let mut tx = store.begin().await?;
    tx.lock_account(owner.account).await?;
    let there = all(&mut tx, owner).await?;
    let folder = there.iter().find(|row| row.id == id).ok_or(Error::Gone)?;
    let inside = format!("{}{DELIMITER}", folder.name);
    let new_name = |row: &FolderRow| -> Option<String> {
        if row.id == id {
            return Some(path.to_owned());
        }
        let rest = row.name.strip_prefix(&inside)?;
        Some(format!("{path}{DELIMITER}{rest}"))
    };
    for row in &there {
        let Some(name) = new_name(row) else {
            if alike(&row.name, path) {
                return Err(Error::Conflict);
            }
            continue;
        };
        check(&name)?;
        on!(&mut tx, db => {
            sqlx::query(SQL)
                .bind(key(row.id))
                .bind(name.as_str())
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
        let written = journal::Folder {
            name: &name,
            ..row.written()
        };
        journal::mailbox(&mut tx, owner.account, row.id, &written, now).await?;
    }
    tx.commit().await
}

/// Shows a folder in the tree by default, or not.
///
/// # Errors
/// [`Error::Gone`] without such a folder.
pub async fn subscribe(
    store: &Store,
    owner: Owner,
    id: MailboxId,
    wanted: bool,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "UPDATE mailboxes SET subscribed = $2 WHERE id = $1";
    let mut tx = store.begin().await?;
    tx.lock_account(owner.account).await?;
    let there = all(&mut tx, owner).await?;
    let row = there.iter().find(|row| row.id == id).ok_or(Error::Gone)?;
    on!(&mut tx, db => {
        sqlx::query(SQL)
            .bind(key(id))
            .bind(i64::from(wanted))
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    let written = journal::Folder {
        subscribed: wanted,
        ..row.written()
    };
    journal::mailbox(&mut tx, owner.account, id, &written, now).await?;
    tx.commit().await
}

/// Removes a folder and what lies in it, for good. Folders within stay where they are by name.
///
/// # Errors
/// [`Error::Gone`] without such a folder.
pub async fn delete(store: &Store, owner: Owner, id: MailboxId, now: i64) -> Result<(), Error> {
    const SQL: &str = "UPDATE mailboxes SET gone_at = $3, modseq = modseq + 1
        WHERE id = $1 AND account_id = $2 AND gone_at IS NULL AND total = 0";
    // What arrives while it is emptied is removed in another round.
    loop {
        remove::empty(store, owner, id, now).await?;
        let mut tx = store.begin().await?;
        tx.lock_account(owner.account).await?;
        let gone = on!(&mut tx, db => {
            sqlx::query(SQL)
                .bind(key(id))
                .bind(owner.account.get())
                .bind(now)
                .execute(&mut **db)
                .await
                .map(|done| done.rows_affected())
        })?;
        if gone > 0 {
            journal::mailbox_gone(&mut tx, owner.account, id, now).await?;
            return tx.commit().await;
        }
    }
}

const ALL: &str = "SELECT id, name, role, subscribed, uid_validity, modseq, total, unread
    FROM mailboxes WHERE account_id = $1 AND gone_at IS NULL";

async fn all(tx: &mut Tx, owner: Owner) -> Result<Vec<FolderRow>, Error> {
    Ok(on!(tx, db => {
        sqlx::query_as(ALL).bind(owner.account.get()).fetch_all(&mut **db).await
    })?)
}

async fn insert(
    tx: &mut Tx,
    owner: Owner,
    path: &str,
    role: Option<Role>,
    now: i64,
) -> Result<MailboxId, Error> {
    let folder = SeenMailbox {
        name: path,
        delimiter: Some(DELIMITER),
        remote_id: None,
        uid_validity: u32::try_from(now / 1000).unwrap_or(1).max(1),
        role,
        selectable: true,
        subscribed: true,
    };
    let row = mailboxes::insert(tx, owner.account, &folder, now).await?;
    let written = journal::Folder {
        name: path,
        role,
        subscribed: true,
        uid_validity: folder.uid_validity,
    };
    journal::mailbox(tx, owner.account, row.id, &written, now).await?;
    Ok(row.id)
}

/// INBOX is the one name without regard to case.
fn alike(a: &str, b: &str) -> bool {
    a == b || (a.eq_ignore_ascii_case("INBOX") && b.eq_ignore_ascii_case("INBOX"))
}

fn check(path: &str) -> Result<(), Error> {
    let fits = path.len() <= mailboxes::LONGEST_NAME
        && path.split(DELIMITER).all(|name| !name.is_empty())
        && !path.contains('\0');
    fits.then_some(()).ok_or(Error::TooLarge)
}
