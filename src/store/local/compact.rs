//! Making the journal shorter: what later entries have made needless goes. Entries are removed and
//! never rewritten, so that what is left tells the same story at every moment, also when it is
//! interrupted.
//!
//! What stays: how each folder began and what it is now; where each message lies, with its keywords;
//! that a message was removed for good, while a POP3 server may show it again; and the highest number
//! that a folder has given.

use super::Owner;
use crate::store::{Store, error::Error, transaction::on};

/// Entries looked at in one transaction.
const AT_ONCE: i64 = 1000;

/// Is there enough to be gained? Counts entries and messages.
///
/// # Errors
/// What the database says.
pub async fn is_due(store: &Store, owner: Owner) -> Result<bool, Error> {
    const ENTRIES: &str = "SELECT count(*) FROM journal WHERE account_id = $1";
    const LYING: &str = "SELECT count(*) FROM placements p JOIN mailboxes m ON m.id = p.mailbox_id
        WHERE m.account_id = $1";
    let mut counts = [0; 2];
    for (count, sql) in counts.iter_mut().zip([ENTRIES, LYING]) {
        let found: (i64,) = on!(store.reader(), db => {
            sqlx::query_as(sql).bind(owner.account.get()).fetch_one(db).await
        })?;
        *count = found.0;
    }
    let [entries, lying] = counts;
    Ok(entries > lying.saturating_mul(2).saturating_add(AT_ONCE))
}

/// Looks at the entries behind number `after`, 1,000 at most, and removes what is needless of those
/// written before `until` (ms): lists find their place by younger ones. Gives where to go on, if
/// there is more.
///
/// # Errors
/// What the database says; nothing is removed then.
pub async fn step(
    store: &Store,
    owner: Owner,
    after: i64,
    until: i64,
) -> Result<Option<i64>, Error> {
    const LAST: &str = "SELECT max(id) FROM (SELECT id FROM journal
        WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3) AS next";
    // Its last keywords are all that counts of a message, and none of one that has left.
    const KEYWORDS: &str = "DELETE FROM journal
        WHERE account_id = $1 AND id > $2 AND id <= $3 AND created_at < $4
            AND operation = 'keywords'
            AND EXISTS (SELECT 1 FROM journal n WHERE n.mailbox_id = journal.mailbox_id
                AND n.uid = journal.uid AND n.id > journal.id
                AND n.operation IN ('keywords', 'expunge'))";
    // A folder's first entry says how old it is, its last what it is.
    const FOLDERS: &str = "DELETE FROM journal
        WHERE account_id = $1 AND id > $2 AND id <= $3 AND created_at < $4
            AND operation = 'mailbox'
            AND EXISTS (SELECT 1 FROM journal n WHERE n.mailbox_id = journal.mailbox_id
                AND n.uid = 0 AND n.id > journal.id AND n.operation = 'mailbox')
            AND EXISTS (SELECT 1 FROM journal n WHERE n.mailbox_id = journal.mailbox_id
                AND n.uid = 0 AND n.id < journal.id AND n.operation = 'mailbox')";
    // A message that has left this place, and lies elsewhere or is wanted by nobody.
    const LEFT: &str = "DELETE FROM journal
        WHERE account_id = $1 AND id > $2 AND id <= $3 AND created_at < $4
            AND operation = 'place'
            AND EXISTS (SELECT 1 FROM journal n WHERE n.mailbox_id = journal.mailbox_id
                AND n.uid = journal.uid AND n.id > journal.id AND n.operation = 'expunge'
                AND n.created_at < $4)
            AND EXISTS (SELECT 1 FROM journal n WHERE n.mailbox_id = journal.mailbox_id
                AND n.uid > journal.uid)
            AND (EXISTS (SELECT 1 FROM messages m JOIN placements p ON p.message_id = m.id
                    WHERE m.user_id = $5 AND m.sha256 = journal.sha256 AND m.account_id = $1)
                OR NOT EXISTS (SELECT 1 FROM messages m
                        WHERE m.user_id = $5 AND m.sha256 = journal.sha256)
                    AND NOT EXISTS (SELECT 1 FROM pop3_accounts a WHERE a.account_id = $1))";
    // That it left a place at which it never was.
    const LEAVING: &str = "DELETE FROM journal
        WHERE account_id = $1 AND id > $2 AND id <= $3 AND created_at < $4
            AND operation = 'expunge'
            AND NOT EXISTS (SELECT 1 FROM journal n WHERE n.mailbox_id = journal.mailbox_id
                AND n.uid = journal.uid AND n.operation = 'place')
            AND EXISTS (SELECT 1 FROM journal n WHERE n.mailbox_id = journal.mailbox_id
                AND n.uid > journal.uid)";
    let mut tx = store.begin().await?;
    tx.lock_account(owner.account).await?;
    let last: (Option<i64>,) = on!(&mut tx, db => {
        sqlx::query_as(LAST)
            .bind(owner.account.get())
            .bind(after)
            .bind(AT_ONCE)
            .fetch_one(&mut **db)
            .await
    })?;
    let Some(last) = last.0 else {
        return Ok(None);
    };
    for sql in [KEYWORDS, FOLDERS, LEFT, LEAVING] {
        on!(&mut tx, db => {
            let query = sqlx::query(sql)
                .bind(owner.account.get())
                .bind(after)
                .bind(last)
                .bind(until);
            // SQLite counts places by the highest that is named.
            let query = if sql == LEFT { query.bind(owner.user.get()) } else { query };
            query.execute(&mut **db).await.map(drop)
        })?;
    }
    tx.commit().await?;
    Ok(Some(last))
}
