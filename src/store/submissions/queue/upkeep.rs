//! What is left to do after a message was sent: its copy, the mark on what it answers, and
//! letting go of its draft and bytes.

use super::{Found, State, SubmissionRow, columns, lock};
use crate::{
    mail::id::EmailId,
    store::{
        Store, blobs, drafts,
        error::Error,
        id::{AccountId, SubmissionId, UserId},
        submissions::{CopyState, MarkState, mailing},
        transaction::{Tx, on},
    },
};

/// How long submissions are kept that were sent or cancelled (ms).
pub const KEPT_FOR: i64 = 30 * 24 * 60 * 60 * 1000;

/// Rows of one transaction of [`prune`], so that it holds the writer for a moment only.
const PRUNED_AT_ONCE: i64 = 100;

/// At most `limit` sent submissions of the account whose copy in Sent is to be made, oldest first.
///
/// # Errors
/// What the database says.
pub async fn copies_due(
    store: &Store,
    account: AccountId,
    limit: i64,
) -> Result<Vec<SubmissionRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM submissions WHERE account_id = $1 AND state = 'sent' AND copy_state = 'pending'
         ORDER BY id LIMIT $2"
    );
    due(store, SQL, account, limit).await
}

/// At most `limit` sent submissions of the account whose mark is to be set, oldest first.
///
/// # Errors
/// What the database says.
pub async fn marks_due(
    store: &Store,
    account: AccountId,
    limit: i64,
) -> Result<Vec<SubmissionRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM submissions WHERE account_id = $1 AND state = 'sent' AND mark_state = 'pending'
         ORDER BY id LIMIT $2"
    );
    due(store, SQL, account, limit).await
}

/// At most `limit` unconfirmed submissions of the account, the newest first: they may lie in its
/// folders.
///
/// # Errors
/// What the database says.
pub async fn unconfirmed_of(
    store: &Store,
    account: AccountId,
    limit: i64,
) -> Result<Vec<SubmissionRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM submissions WHERE account_id = $1 AND state = 'unconfirmed'
         ORDER BY id DESC LIMIT $2"
    );
    due(store, SQL, account, limit).await
}

async fn due(
    store: &Store,
    sql: &'static str,
    account: AccountId,
    limit: i64,
) -> Result<Vec<SubmissionRow>, Error> {
    Ok(on!(store.reader(), db => {
        sqlx::query_as(sql).bind(account.get()).bind(limit).fetch_all(db).await
    })?)
}

/// Notes what became of the mark. False when the submission is gone.
///
/// # Errors
/// What the database says.
pub async fn set_mark_state(
    store: &Store,
    id: SubmissionId,
    state: MarkState,
    now: i64,
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE submissions SET mark_state = $2, updated_at = $3 WHERE id = $1";
    let mut tx = store.begin_durable().await?;
    let done = set(&mut tx, SQL, id, state.as_str(), now).await?;
    tx.commit().await?;
    Ok(done > 0)
}

/// Notes where the copy in Sent lies. [`file()`] says that it is there.
///
/// # Errors
/// What the database says.
pub async fn note_copy(store: &Store, id: SubmissionId, copy: EmailId) -> Result<(), Error> {
    const SQL: &str = "UPDATE submissions SET copy_email = $2 WHERE id = $1";
    on!(store.writer(), db => {
        sqlx::query(SQL).bind(id.get()).bind(copy.to_string()).execute(db).await.map(drop)
    })?;
    Ok(())
}

/// Notes what became of the copy in Sent. When the message is sent and copied with that, its draft
/// is deleted (that of a mailing with the last of its messages) and all bytes are let go of; true
/// then. Otherwise they stay: they are all that its
/// owner has of it. All in one, so that a process that ends in between leaves nothing half done.
///
/// # Errors
/// What the database says.
pub async fn file(
    store: &Store,
    id: SubmissionId,
    state: CopyState,
    now: i64,
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE submissions SET copy_state = $2, updated_at = $3 WHERE id = $1";
    let mut tx = store.begin_durable().await?;
    set(&mut tx, SQL, id, state.as_str(), now).await?;
    let row = lock(&mut tx, id).await?.filter(is_over);
    if let Some(row) = &row {
        settle(&mut tx, row, now).await?;
    }
    tx.commit().await?;
    Ok(row.is_some())
}

/// Writes one state; gives how many rows have it now.
async fn set(
    tx: &mut Tx,
    sql: &'static str,
    id: SubmissionId,
    state: &'static str,
    now: i64,
) -> Result<u64, Error> {
    Ok(on!(tx, db => {
        sqlx::query(sql)
            .bind(id.get())
            .bind(state)
            .bind(now)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?)
}

fn is_over(row: &SubmissionRow) -> bool {
    let copied = !matches!(row.copy_state, CopyState::Pending | CopyState::Failed);
    row.state == State::Sent && copied
}

async fn settle(tx: &mut Tx, row: &SubmissionRow, now: i64) -> Result<(), Error> {
    const SQL: &str = "UPDATE submissions SET sha256 = NULL WHERE id = $1";
    let mut hashes: Vec<_> = row.sha256.into_iter().collect();
    if let Some(lead) = row.merge_of {
        mailing::end(tx, row.user_id, lead, now).await?;
    } else if let Some(draft) = row.draft_id
        && let Some(draft) = drafts::lock(tx, row.user_id, draft.get()).await?
    {
        hashes.extend(drafts::remove(tx, &draft).await?);
    }
    on!(&mut *tx, db => {
        sqlx::query(SQL).bind(row.id.get()).execute(&mut **db).await.map(drop)
    })?;
    blobs::let_go(tx, row.user_id, hashes, now).await
}

/// Removes a submission that was sent and copied; one of a mailing whose draft is still there is
/// hidden only, because the draft asks whom it reached. False for others, and for other users'.
///
/// # Errors
/// What the database says.
pub async fn remove_sent(store: &Store, user: UserId, id: i64, now: i64) -> Result<bool, Error> {
    const SQL: &str = "SELECT id FROM submissions WHERE user_id = $1 AND id = $2
        AND state = 'sent' AND copy_state NOT IN ('pending', 'failed')";
    let mut tx = store.begin_durable().await?;
    let found: Option<Found> = on!(&mut tx, db => {
        sqlx::query_as(SQL).bind(user.get()).bind(id).fetch_optional(&mut **db).await
    })?;
    let Some(found) = found else {
        return Ok(false);
    };
    if mailing::hide(&mut tx, found.id).await? {
        tx.commit().await?;
        return Ok(true);
    }
    let removed = remove(&mut tx, found.id, now).await?;
    tx.commit().await?;
    Ok(removed)
}

/// Removes submissions that were cancelled, or sent and copied, and have not changed for
/// [`KEPT_FOR`]; says how many. Those of a mailing stay as long as its draft does.
///
/// # Errors
/// What the database says.
pub async fn prune(store: &Store, now: i64) -> Result<u64, Error> {
    const OLD: &str = "SELECT id FROM submissions WHERE updated_at < $1
        AND (state = 'cancelled'
            OR (state = 'sent' AND copy_state NOT IN ('pending', 'failed')))
        AND NOT EXISTS (SELECT 1 FROM drafts d WHERE d.id = merge_draft)
        ORDER BY id LIMIT $2";
    let mut pruned = 0;
    loop {
        let mut tx = store.begin_durable().await?;
        let old: Vec<Found> = on!(&mut tx, db => {
            sqlx::query_as(OLD)
                .bind(now - KEPT_FOR)
                .bind(PRUNED_AT_ONCE)
                .fetch_all(&mut **db)
                .await
        })?;
        if old.is_empty() {
            return Ok(pruned);
        }
        for found in old {
            pruned += u64::from(remove(&mut tx, found.id, now).await?);
        }
        tx.commit().await?;
    }
}

/// False when another has removed it in between.
async fn remove(tx: &mut Tx, id: SubmissionId, now: i64) -> Result<bool, Error> {
    let Some(row) = lock(tx, id).await? else {
        return Ok(false);
    };
    if is_over(&row) {
        settle(tx, &row, now).await?;
    }
    on!(tx, db => {
        sqlx::query("DELETE FROM submissions WHERE id = $1")
            .bind(id.get())
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    Ok(true)
}
