//! Bringing an account's rows into line with a listing of its folders.

use ring::rand::{SecureRandom as _, SystemRandom};

use super::{MailboxRow, SeenMailbox, bind::bind, columns, delimiter, set_gone, update};
use crate::{
    mail::{id::MailboxId, mailbox::Role},
    store::{
        error::Error,
        id::AccountId,
        row::key,
        transaction::{Tx, on},
    },
};

/// How many vanished folders of an account are remembered. A server that invents new names at
/// each listing fills no disk.
const GONE_ROWS: i64 = 1000;

/// The rows in the listing's order, if the listing says what is known already.
pub(super) fn unchanged(rows: &[MailboxRow], seen: &[SeenMailbox<'_>]) -> Option<Vec<MailboxRow>> {
    if rows.iter().filter(|row| row.gone_at.is_none()).count() != seen.len() {
        return None;
    }
    bind(rows, seen)
        .into_iter()
        .zip(seen)
        .map(|(row, seen)| rows.get(row?).filter(|row| row.is(seen)).cloned())
        .collect()
}

pub(super) async fn apply(
    tx: &mut Tx,
    account: AccountId,
    rows: Vec<MailboxRow>,
    seen: &[SeenMailbox<'_>],
    now: i64,
) -> Result<Vec<MailboxRow>, Error> {
    let bound = bind(&rows, seen);
    let mut rows: Vec<Option<MailboxRow>> = rows.into_iter().map(Some).collect();
    let bound: Vec<_> = bound
        .into_iter()
        .map(|index| rows.get_mut(index?)?.take())
        .zip(seen)
        .collect();
    // First give up every name that is not there any more or goes to another row: two folders may
    // have changed names with each other.
    let unseen = rows.iter().flatten();
    let renamed = bound.iter().filter_map(|(row, seen)| {
        let row = row.as_ref()?;
        (row.name != seen.name).then_some(row)
    });
    for row in unseen.chain(renamed).filter(|row| row.gone_at.is_none()) {
        set_gone(tx, row.id, now).await?;
    }
    let mut kept = Vec::with_capacity(bound.len());
    for (row, seen) in bound {
        kept.push(match row {
            Some(row) if row.is(seen) => row,
            Some(mut row) => {
                row.become_seen(seen);
                update(tx, &row).await?;
                row
            }
            None => insert(tx, account, seen, now).await?,
        });
    }
    forget_gone(tx, account).await?;
    Ok(kept)
}

/// A row for a folder that has none.
pub(in crate::store) async fn insert(
    tx: &mut Tx,
    account: AccountId,
    seen: &SeenMailbox<'_>,
    now: i64,
) -> Result<MailboxRow, Error> {
    const SQL: &str = concat!(
        "INSERT INTO mailboxes (id, account_id, name, delimiter, remote_id, uid_validity,
            role, selectable, subscribed, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (id) DO NOTHING
         RETURNING ",
        columns!()
    );
    loop {
        let id = fresh_key()?;
        let made: Option<MailboxRow> = on!(&mut *tx, db => {
            sqlx::query_as(SQL)
                .bind(key(id))
                .bind(account.get())
                .bind(seen.name)
                .bind(delimiter(seen.delimiter))
                .bind(seen.remote_id.unwrap_or_default())
                .bind(i64::from(seen.uid_validity))
                .bind(seen.role.map_or("", Role::as_str))
                .bind(i64::from(seen.selectable))
                .bind(i64::from(seen.subscribed))
                .bind(now)
                .fetch_optional(&mut **db)
                .await
        })?;
        // None: somebody has this key, once in 2^48 / (number of folders).
        if let Some(row) = made {
            return Ok(row);
        }
    }
}

/// A key whose text begins with a letter, as RFC 8620 §1.2 advises for ids; email ids begin with
/// it too.
fn fresh_key() -> Result<MailboxId, Error> {
    let random = SystemRandom::new();
    loop {
        let mut bytes = [0; 6];
        random
            .fill(&mut bytes)
            .map_err(|_| Error::Database(sqlx::Error::Protocol("no random numbers".to_owned())))?;
        let id = MailboxId(bytes);
        if id
            .to_string()
            .starts_with(|c: char| c.is_ascii_alphabetic())
        {
            return Ok(id);
        }
    }
}

async fn forget_gone(tx: &mut Tx, account: AccountId) -> Result<(), Error> {
    const SQL: &str = "DELETE FROM mailboxes
        WHERE account_id = $1 AND gone_at IS NOT NULL AND id NOT IN (
            SELECT id FROM mailboxes WHERE account_id = $1 AND gone_at IS NOT NULL
            ORDER BY gone_at DESC, id LIMIT $2)";
    Ok(on!(tx, db => {
        sqlx::query(SQL)
            .bind(account.get())
            .bind(GONE_ROWS)
            .execute(&mut **db)
            .await
            .map(drop)
    })?)
}

impl MailboxRow {
    /// Would nothing of the row change by this?
    fn is(&self, seen: &SeenMailbox<'_>) -> bool {
        self.gone_at.is_none()
            && self.name == seen.name
            && self.delimiter == seen.delimiter
            && seen.remote_id.is_none_or(|id| id == self.remote_id)
            && (seen.uid_validity == 0 || seen.uid_validity == self.uid_validity)
            && self.role == seen.role
            && self.selectable == seen.selectable
            && self.subscribed == seen.subscribed
    }

    fn become_seen(&mut self, seen: &SeenMailbox<'_>) {
        seen.name.clone_into(&mut self.name);
        self.delimiter = seen.delimiter;
        if let Some(id) = seen.remote_id {
            id.clone_into(&mut self.remote_id);
        }
        if seen.uid_validity != 0 {
            self.uid_validity = seen.uid_validity;
        }
        self.role = seen.role;
        self.selectable = seen.selectable;
        self.subscribed = seen.subscribed;
        self.gone_at = None;
    }
}
