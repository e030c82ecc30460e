//! How a try to send ended. All of it is on disk before the caller goes on.

use super::{State, SubmissionRow, columns};
use crate::store::{Store, error::Error, id::SubmissionId, row::text, transaction::on};

/// Notes that the end of the message is about to be sent: from here on it may have arrived. False
/// when the claim is not `who`'s any more; then it must not be sent.
///
/// # Errors
/// What the database says; then it must not be sent either.
pub async fn mark_final(
    store: &Store,
    id: SubmissionId,
    who: &str,
    now: i64,
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE submissions SET final_at = $3, updated_at = $3
        WHERE id = $1 AND state = 'sending' AND claimed_by = $2";
    let mut tx = store.begin_durable().await?;
    let marked = on!(&mut tx, db => {
        sqlx::query(SQL)
            .bind(id.get())
            .bind(text(who))
            .bind(now)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    tx.commit().await?;
    Ok(marked > 0)
}

/// The server has taken it. False, and nothing written, when the claim is not `who`'s any more;
/// likewise the next three.
///
/// # Errors
/// What the database says.
pub async fn sent(
    store: &Store,
    id: SubmissionId,
    who: &str,
    reply: &str,
    now: i64,
) -> Result<bool, Error> {
    end(store, id, who, State::Sent, reply, None, now).await
}

/// It was not sent, and is to be tried again at `next_at` (ms).
///
/// # Errors
/// What the database says.
pub async fn later(
    store: &Store,
    id: SubmissionId,
    who: &str,
    reply: &str,
    next_at: i64,
    now: i64,
) -> Result<bool, Error> {
    end(store, id, who, State::Pending, reply, Some(next_at), now).await
}

/// It was refused for good.
///
/// # Errors
/// What the database says.
pub async fn failed(
    store: &Store,
    id: SubmissionId,
    who: &str,
    reply: &str,
    now: i64,
) -> Result<bool, Error> {
    end(store, id, who, State::Failed, reply, None, now).await
}

/// Nobody knows whether the server has taken it.
///
/// # Errors
/// What the database says.
pub async fn unconfirmed(
    store: &Store,
    id: SubmissionId,
    who: &str,
    reply: &str,
    now: i64,
) -> Result<bool, Error> {
    end(store, id, who, State::Unconfirmed, reply, None, now).await
}

async fn end(
    store: &Store,
    id: SubmissionId,
    who: &str,
    state: State,
    reply: &str,
    next_at: Option<i64>,
    now: i64,
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE submissions SET state = $3, last_reply = $4,
            next_at = COALESCE($5, next_at), updated_at = $6,
            sent_at = CASE $3 WHEN 'sent' THEN $6 ELSE sent_at END,
            final_at = CASE WHEN $3 IN ('pending', 'failed') THEN NULL ELSE final_at END,
            claimed_by = '', claimed_until = 0
        WHERE id = $1 AND state = 'sending' AND claimed_by = $2";
    let mut tx = store.begin_durable().await?;
    let ended = on!(&mut tx, db => {
        sqlx::query(SQL)
            .bind(id.get())
            .bind(text(who))
            .bind(state.as_str())
            .bind(text(reply))
            .bind(next_at)
            .bind(now)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    tx.commit().await?;
    Ok(ended > 0)
}

/// Ends the claims that have run out, of processes that died or hang. What was about to end is
/// unconfirmed, anything else is due again now. Returns these submissions as they are now.
///
/// # Errors
/// What the database says.
pub async fn expire(store: &Store, now: i64) -> Result<Vec<SubmissionRow>, Error> {
    const SQL: &str = concat!(
        "UPDATE submissions SET
            state = CASE WHEN final_at IS NULL THEN 'pending' ELSE 'unconfirmed' END,
            next_at = CASE WHEN final_at IS NULL THEN $1 ELSE next_at END,
            claimed_by = '', claimed_until = 0, updated_at = $1
         WHERE state = 'sending' AND claimed_until < $1 RETURNING ",
        columns!()
    );
    let mut tx = store.begin_durable().await?;
    let expired = on!(&mut tx, db => {
        sqlx::query_as(SQL).bind(now).fetch_all(&mut **db).await
    })?;
    tx.commit().await?;
    Ok(expired)
}
