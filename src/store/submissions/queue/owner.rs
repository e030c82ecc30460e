//! What the owner of a submission decides.

use super::{State, SubmissionRow, columns, lock};
use crate::store::{
    Store, blobs, drafts,
    error::Error,
    id::{DraftId, UserId},
    submissions::mailing,
    transaction::{Tx, on},
};

/// Takes a submission back that is pending or has failed; its draft can be edited and claimed
/// again, under a new revision. `None` when the user has none of this number, or when it is too
/// late.
///
/// # Errors
/// What the database says.
pub async fn cancel(
    store: &Store,
    user: UserId,
    id: i64,
    now: i64,
) -> Result<Option<SubmissionRow>, Error> {
    withdraw(store, user, id, &[State::Pending, State::Failed], now).await
}

/// Gives up a submission that is unconfirmed or has failed, so that its owner can edit the draft
/// and send it again by their own decision. `None` when the user has none of this number in such a
/// state.
///
/// # Errors
/// What the database says.
pub async fn give_up(
    store: &Store,
    user: UserId,
    id: i64,
    now: i64,
) -> Result<Option<SubmissionRow>, Error> {
    withdraw(store, user, id, &[State::Unconfirmed, State::Failed], now).await
}

async fn withdraw(
    store: &Store,
    user: UserId,
    id: i64,
    from: &[State],
    now: i64,
) -> Result<Option<SubmissionRow>, Error> {
    let mut tx = store.begin_durable().await?;
    let withdrawn = withdraw_in(&mut tx, user, id, from, now).await?;
    if let Some(lead) = withdrawn.as_ref().and_then(|row| row.merge_of) {
        mailing::end(&mut tx, user, lead, now).await?;
    }
    tx.commit().await?;
    Ok(withdrawn)
}

/// Of a mailing the draft goes with all messages, not with the first.
pub(in crate::store::submissions) async fn withdraw_in(
    tx: &mut Tx,
    user: UserId,
    id: i64,
    from: &[State],
    now: i64,
) -> Result<Option<SubmissionRow>, Error> {
    const SQL: &str = concat!(
        "UPDATE submissions SET state = 'cancelled', sha256 = NULL, updated_at = $2
         WHERE id = $1 RETURNING ",
        columns!()
    );
    let Some(found) = find(tx, user, id).await? else {
        return Ok(None);
    };
    // Its draft first, as who claims one does: two that lock both never wait for each other.
    if let Some(draft) = found.draft_id.filter(|_| found.merge_of.is_none()) {
        drafts::lock(tx, user, draft.get()).await?;
    }
    let row = lock(tx, found.id).await?;
    let Some(row) = row.filter(|row| from.contains(&row.state)) else {
        return Ok(None);
    };
    let withdrawn = on!(&mut *tx, db => {
        sqlx::query_as(SQL).bind(row.id.get()).bind(now).fetch_one(&mut **db).await
    })?;
    if let Some(draft) = row.draft_id.filter(|_| row.merge_of.is_none()) {
        bump(tx, user, draft, now).await?;
    }
    blobs::let_go(tx, user, row.sha256.into_iter().collect(), now).await?;
    Ok(Some(withdrawn))
}

/// The user's submission as it is at this moment.
async fn find(tx: &mut Tx, user: UserId, id: i64) -> Result<Option<SubmissionRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM submissions WHERE user_id = $1 AND id = $2"
    );
    Ok(on!(tx, db => {
        sqlx::query_as(SQL).bind(user.get()).bind(id).fetch_optional(&mut **db).await
    })?)
}

/// A new revision, because the old one stays claimed. Nothing when the draft is gone.
pub(in crate::store::submissions) async fn bump(
    tx: &mut Tx,
    user: UserId,
    draft: DraftId,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "UPDATE drafts SET revision = revision + 1, updated_at = $3
        WHERE user_id = $1 AND id = $2";
    Ok(on!(tx, db => {
        sqlx::query(SQL)
            .bind(user.get())
            .bind(draft.get())
            .bind(now)
            .execute(&mut **db)
            .await
            .map(drop)
    })?)
}

/// Moves a pending submission to another time (ms). False when the user has none of this number
/// that is pending.
///
/// # Errors
/// What the database says.
pub async fn reschedule(
    store: &Store,
    user: UserId,
    id: i64,
    send_at: i64,
    now: i64,
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE submissions SET send_at = $3, next_at = $3, updated_at = $4
        WHERE user_id = $1 AND id = $2 AND state = 'pending'";
    let mut tx = store.begin_durable().await?;
    let moved = on!(&mut tx, db => {
        sqlx::query(SQL)
            .bind(user.get())
            .bind(id)
            .bind(send_at)
            .bind(now)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    tx.commit().await?;
    Ok(moved > 0)
}

/// Its owner knows that an unconfirmed submission has arrived: it counts as sent. False when the
/// user has none of this number that is unconfirmed.
///
/// # Errors
/// What the database says.
pub async fn confirm(store: &Store, user: UserId, id: i64, now: i64) -> Result<bool, Error> {
    const SQL: &str = "UPDATE submissions SET state = 'sent', sent_at = COALESCE(final_at, $3),
            updated_at = $3
        WHERE user_id = $1 AND id = $2 AND state = 'unconfirmed'";
    let mut tx = store.begin_durable().await?;
    let confirmed = decide(&mut tx, SQL, user, id, now).await?;
    tx.commit().await?;
    Ok(confirmed)
}

/// Sends the bytes of a submission once more that has failed or is unconfirmed, by its owner's own
/// decision. False when the user has none of this number in such a state.
///
/// # Errors
/// What the database says.
pub async fn again(store: &Store, user: UserId, id: i64, now: i64) -> Result<bool, Error> {
    const SQL: &str = "UPDATE submissions SET state = 'pending', attempts = 0, final_at = NULL,
            send_at = $3, next_at = $3, last_reply = '', updated_at = $3
        WHERE user_id = $1 AND id = $2 AND state IN ('failed', 'unconfirmed')
            AND sha256 IS NOT NULL";
    // What was answered for them holds no longer: they are about to get it.
    const RECIPIENTS: &str = "UPDATE submission_recipients SET state = 'pending', reply = '',
            updated_at = $2 WHERE submission_id = $1";
    let mut tx = store.begin_durable().await?;
    let begun = decide(&mut tx, SQL, user, id, now).await?;
    if begun {
        on!(&mut tx, db => {
            sqlx::query(RECIPIENTS).bind(id).bind(now).execute(&mut **db).await.map(drop)
        })?;
    }
    tx.commit().await?;
    Ok(begun)
}

/// Whether the statement found the user's submission of this number in a state that it is for.
async fn decide(
    tx: &mut Tx,
    sql: &'static str,
    user: UserId,
    id: i64,
    now: i64,
) -> Result<bool, Error> {
    let decided = on!(tx, db => {
        sqlx::query(sql)
            .bind(user.get())
            .bind(id)
            .bind(now)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(decided > 0)
}
