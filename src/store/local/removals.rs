//! What was deleted for good and can be brought back: a row for each placement that was set aside,
//! which keeps the message's own row, and so its bytes, for as long as it is there.

use super::{Batch, Owner, folders, journal, place, remove, row::keywords, transfer::Found};
use crate::{
    mail::{
        address::Address,
        id::{EmailId, MailboxId},
        keyword::{self, Keywords},
        mailbox::Role,
    },
    store::{
        Store,
        blobs::{self, Sha256},
        error::Error,
        id::{AccountId, LocalMessageId, RemovalId, UserId},
        row::{key, row},
        transaction::{Tx, on},
    },
};

row! {
    /// A message that can be brought back.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RemovalRow {
        /// Its number.
        pub id: RemovalId,
        /// The folder that it goes back into, if that is there still; `None` for the inbox.
        pub came_from: Option<MailboxId>,
        /// When it arrived (ms).
        pub received_at: i64,
        /// When it was deleted (ms).
        pub removed_at: i64,
        /// Subject, decoded.
        pub subject: String,
        /// From.
        pub from_json: Vec<Address>,
        /// To.
        pub to_json: Vec<Address>,
        /// Octets.
        pub size: i64,
    }
}

/// At most `limit` of an account's messages that were deleted since `since` (ms), the last one first,
/// from below the number `before`.
///
/// # Errors
/// What the database says.
pub async fn page(
    store: &Store,
    account: AccountId,
    since: i64,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<RemovalRow>, Error> {
    const SQL: &str = "SELECT r.id, r.came_from, r.received_at, r.removed_at, m.subject,
            m.from_json, m.to_json, m.size
        FROM removals r JOIN messages m ON m.id = r.message_id
        WHERE r.account_id = $1 AND r.removed_at >= $2 AND r.id < $3
        ORDER BY r.id DESC LIMIT $4";
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(account.get())
            .bind(since)
            .bind(before.unwrap_or(i64::MAX))
            .bind(limit)
            .fetch_all(db)
            .await
    })?)
}

/// Where a message goes back to, among these folders: the one that it came from, if that is there
/// still and none from which things go by themselves; else the inbox.
pub fn home(
    came_from: Option<MailboxId>,
    folders: &[(MailboxId, Option<Role>)],
    inbox: MailboxId,
) -> MailboxId {
    let is_home = |id: &MailboxId| {
        let found = folders.iter().find(|(folder, _)| folder == id);
        found.is_some_and(|(_, role)| !matches!(role, Some(Role::Trash | Role::Junk)))
    };
    came_from.filter(is_home).unwrap_or(inbox)
}

/// A message that was brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Its number as one that was deleted.
    pub removal: i64,
    /// Where it lay.
    pub from: EmailId,
    /// Where it lies now.
    pub to: EmailId,
}

/// Brings messages back that were deleted since `since` (ms): into the folder that each came from, or
/// the inbox when that is gone, with keywords and time of arrival as they were. All or nothing; those
/// that are not there are passed over.
///
/// # Errors
/// [`Error::Gone`] when there is no folder for them.
pub async fn restore(
    store: &Store,
    owner: Owner,
    ids: &[i64],
    since: i64,
    now: i64,
) -> Result<Vec<Restored>, Error> {
    // A number that was given must not be given again after a power cut: links name it.
    let mut tx = store.begin_durable().await?;
    tx.lock_account(owner.account).await?;
    let there = folders::all(&mut tx, owner).await?;
    let inbox = there.iter().find(|row| row.role == Some(Role::Inbox));
    let inbox = inbox.ok_or(Error::Gone)?.id;
    let folders: Vec<_> = there.iter().map(|row| (row.id, row.role)).collect();
    let mut restored = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(row) = take(&mut tx, owner, *id, since).await? else {
            continue;
        };
        let target = home(row.came_from, &folders, inbox);
        let to = put(&mut tx, owner, &row, target, now).await?;
        restored.push(Restored {
            removal: *id,
            from: EmailId {
                mailbox: row.mailbox_id,
                uid_validity: row.uid_validity,
                uid: row.uid,
            },
            to,
        });
    }
    tx.commit().await?;
    Ok(restored)
}

/// Lets go of messages that could be brought back. Says how many there were.
///
/// # Errors
/// What the database says; nothing has happened then.
pub async fn forget(store: &Store, owner: Owner, ids: &[i64], now: i64) -> Result<usize, Error> {
    let mut tx = store.begin().await?;
    tx.lock_account(owner.account).await?;
    let mut gone: usize = 0;
    let mut unused: Vec<Sha256> = Vec::new();
    for id in ids {
        let Some(row) = take(&mut tx, owner, *id, i64::MIN).await? else {
            continue;
        };
        gone = gone.saturating_add(1);
        unused.extend(remove::forget(&mut tx, row.message_id).await?);
    }
    blobs::let_go(&mut tx, owner.user, unused, now).await?;
    tx.commit().await?;
    Ok(gone)
}

row! {
    /// A message that can be brought back no longer.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct ExpiredRow {
        /// Its number.
        pub id: RemovalId,
        /// The account that it was in.
        pub account_id: AccountId,
        /// Whose that is.
        pub user_id: UserId,
        /// When it was deleted (ms).
        pub removed_at: i64,
    }
}

/// At most `limit` of those that were deleted before `before` (ms), the oldest first, whosever they
/// are; those that come behind `after`, if that is said.
///
/// # Errors
/// What the database says.
pub async fn expired(
    store: &Store,
    before: i64,
    after: Option<&ExpiredRow>,
    limit: i64,
) -> Result<Vec<ExpiredRow>, Error> {
    const SQL: &str = "SELECT r.id, r.account_id, a.user_id, r.removed_at
        FROM removals r JOIN accounts a ON a.id = r.account_id
        WHERE a.gone_at IS NULL AND r.removed_at < $1 AND (r.removed_at, r.id) > ($2, $3)
        ORDER BY r.removed_at, r.id LIMIT $4";
    let (at, id) = after.map_or((i64::MIN, 0), |row| (row.removed_at, row.id.get()));
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(before)
            .bind(at)
            .bind(id)
            .bind(limit)
            .fetch_all(db)
            .await
    })?)
}

/// Notes that a message is taken out of its folder, while it lies there still.
pub(super) async fn note(
    tx: &mut Tx,
    owner: Owner,
    batch: &Batch<'_>,
    one: &Found,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO removals (account_id, message_id, mailbox_id, uid_validity, uid,
            came_from, keywords, received_at, from_key, to_key, subject_key, removed_at)
        SELECT CAST($3 AS BIGINT), message_id, mailbox_id, CAST($4 AS BIGINT), uid,
            CAST($5 AS BIGINT), keywords, received_at, from_key, to_key, subject_key,
            CAST($6 AS BIGINT)
        FROM placements WHERE mailbox_id = $1 AND uid = $2";
    on!(tx, db => {
        sqlx::query(SQL)
            .bind(key(batch.mailbox))
            .bind(i64::from(one.uid))
            .bind(owner.account.get())
            .bind(i64::from(batch.uid_validity))
            .bind(one.home(batch.mailbox).map(key))
            .bind(now)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    Ok(())
}

row! {
    struct Taken {
        message_id: LocalMessageId,
        sha256: Sha256,
        mailbox_id: MailboxId,
        uid_validity: u32,
        uid: u32,
        came_from: Option<MailboxId>,
        keywords: String,
        received_at: i64,
        from_key: String,
        to_key: String,
        subject_key: String,
    }
}

async fn take(tx: &mut Tx, owner: Owner, id: i64, since: i64) -> Result<Option<Taken>, Error> {
    const SQL: &str = "DELETE FROM removals
        WHERE id = $1 AND account_id = $2 AND removed_at >= $3
        RETURNING message_id, mailbox_id, uid_validity, uid, came_from, keywords, received_at,
            from_key, to_key, subject_key,
            (SELECT sha256 FROM messages WHERE id = removals.message_id) AS sha256";
    Ok(on!(tx, db => {
        sqlx::query_as(SQL)
            .bind(id)
            .bind(owner.account.get())
            .bind(since)
            .fetch_optional(&mut **db)
            .await
    })?)
}

async fn put(
    tx: &mut Tx,
    owner: Owner,
    row: &Taken,
    target: MailboxId,
    now: i64,
) -> Result<EmailId, Error> {
    const SQL: &str =
        "INSERT INTO placements (mailbox_id, uid, message_id, keywords, seen, flagged,
            modseq, thread_id, received_at, sent_at, size, from_key, to_key, subject_key, placed_at)
        SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), id, $4, CAST($5 AS BIGINT),
            CAST($6 AS BIGINT), CAST($7 AS BIGINT), thread_id, CAST($8 AS BIGINT),
            COALESCE(sent_at, $8), size, $9, $10, $11, CAST($12 AS BIGINT)
        FROM messages WHERE id = $3";
    let words: Keywords = keywords(&row.keywords);
    let seen = words.has(keyword::SEEN);
    let numbers = place::number(tx, owner, target, 1, i64::from(!seen)).await?;
    on!(&mut *tx, db => {
        sqlx::query(SQL)
            .bind(key(target))
            .bind(i64::from(numbers.first))
            .bind(row.message_id.get())
            .bind(row.keywords.as_str())
            .bind(i64::from(seen))
            .bind(i64::from(words.has(keyword::FLAGGED)))
            .bind(numbers.modseq)
            .bind(row.received_at)
            .bind(row.from_key.as_str())
            .bind(row.to_key.as_str())
            .bind(row.subject_key.as_str())
            .bind(now)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    let written = journal::Place {
        mailbox: target,
        uid: numbers.first,
        sha256: &row.sha256,
        message: row.message_id,
        keywords: &words,
        received_at: row.received_at,
        came_from: None,
    };
    journal::place(tx, owner.account, &written, now).await?;
    Ok(EmailId {
        mailbox: target,
        uid_validity: numbers.uid_validity,
        uid: numbers.first,
    })
}
