//! The aliases of the messages with the highest UIDs of a folder. They can be asked for before anybody
//! knows which messages the first page of its list has: while the mail server is asked for that.

use std::collections::HashMap;

use crate::{
    mail::id::{EmailId, MailboxId},
    store::{
        Store,
        error::Error,
        id::AccountId,
        row::{key, row},
        transaction::on,
    },
};

/// What was read.
#[derive(Debug)]
pub struct Top {
    /// Highest UID first; of one message the oldest last.
    rows: Vec<TopRow>,
    /// The folder has no others.
    is_all: bool,
}

/// The aliases of as many rows, highest UIDs first.
///
/// # Errors
/// What the database says.
pub async fn top(
    store: &Store,
    account: AccountId,
    mailbox: MailboxId,
    limit: u32,
) -> Result<Top, Error> {
    const SQL: &str = "SELECT to_uid_validity, to_uid, from_mailbox, from_uid_validity, from_uid
        FROM aliases WHERE account_id = $1 AND to_mailbox = $2
        ORDER BY to_uid_validity DESC, to_uid DESC, id DESC LIMIT $3";
    let rows: Vec<TopRow> = on!(store.reader(), db => sqlx::query_as(SQL)
        .bind(account.get())
        .bind(key(mailbox))
        .bind(i64::from(limit))
        .fetch_all(db)
        .await)?;
    let is_all = rows.len() < limit as usize;
    Ok(Top { rows, is_all })
}

impl Top {
    /// As [`ids_for`](super::ids_for); `None` where some of these messages lie below what was read.
    pub fn ids_for(&self, uid_validity: u32, uids: &[u32]) -> Option<HashMap<u32, EmailId>> {
        let lowest = uids.iter().min()?;
        // Of the last row's message there may be more.
        let last = self
            .rows
            .last()
            .map(|row| (row.to_uid_validity, row.to_uid));
        if !self.is_all && last.is_some_and(|last| (uid_validity, *lowest) <= last) {
            return None;
        }
        let own = self.rows.iter();
        let own = own.filter(|row| row.to_uid_validity == uid_validity && row.to_uid >= *lowest);
        Some(own.map(|row| (row.to_uid, row.id())).collect())
    }
}

row! {
    #[derive(Debug)]
    struct TopRow {
        to_uid_validity: u32,
        to_uid: u32,
        from_mailbox: MailboxId,
        from_uid_validity: u32,
        from_uid: u32,
    }
}

impl TopRow {
    fn id(&self) -> EmailId {
        EmailId {
            mailbox: self.from_mailbox,
            uid_validity: self.from_uid_validity,
            uid: self.from_uid,
        }
    }
}
