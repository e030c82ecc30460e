//! How long messages lie in Trash and Junk of mail that lives here.

use crate::{
    mail::{id::MailboxId, mailbox::Role},
    store::{
        Store,
        error::Error,
        id::{AccountId, UserId},
        row::{key, row},
        transaction::on,
    },
};

row! {
    /// A folder that is emptied of what is old.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Keeping {
        /// The folder.
        pub mailbox_id: MailboxId,
        /// Its UIDVALIDITY.
        pub uid_validity: u32,
        /// Its account.
        pub account_id: AccountId,
        /// Whose that is.
        pub user_id: UserId,
        /// Trash or Junk.
        pub role: Option<Role>,
        /// The account's days of Trash; 0 for ever.
        pub trash_days: i64,
        /// The account's days of Junk.
        pub junk_days: i64,
    }
}

/// Sets for how many days messages lie in Trash and Junk (0 for ever); `None` leaves what is there.
///
/// # Errors
/// [`Error::Gone`] when there is no such account any more.
pub async fn set_keeping(
    store: &Store,
    account: AccountId,
    trash: Option<i64>,
    junk: Option<i64>,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "UPDATE accounts SET trash_days = COALESCE($2, trash_days),
            junk_days = COALESCE($3, junk_days), updated_at = $4
        WHERE id = $1 AND gone_at IS NULL";
    let updated = on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(account.get())
            .bind(trash)
            .bind(junk)
            .bind(now)
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    match updated {
        0 => Err(Error::Gone),
        _ => Ok(()),
    }
}

/// At most `limit` folders, behind `after`, that hold messages and are emptied of what is old.
///
/// # Errors
/// What the database says.
pub async fn keeping(
    store: &Store,
    after: Option<MailboxId>,
    limit: i64,
) -> Result<Vec<Keeping>, Error> {
    const SQL: &str = "SELECT m.id AS mailbox_id, m.uid_validity, m.account_id, a.user_id, m.role,
            a.trash_days, a.junk_days
        FROM mailboxes m JOIN accounts a ON a.id = m.account_id
        WHERE a.kind <> 'imap' AND a.gone_at IS NULL AND m.gone_at IS NULL AND m.total > 0 AND m.id > $1
            AND (m.role = 'trash' AND a.trash_days > 0 OR m.role = 'junk' AND a.junk_days > 0)
        ORDER BY m.id LIMIT $2";
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(after.map_or(-1, key))
            .bind(limit)
            .fetch_all(db)
            .await
    })?)
}
