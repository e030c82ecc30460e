//! Claiming a draft, once.

use super::{Found, NewSubmission, State, SubmissionRow, columns, holds_its_draft, queue};
use crate::store::{
    Store, blobs, drafts,
    error::Error,
    id::{DraftId, SubmissionId, UserId},
    row::text,
    transaction::{Tx, on},
};

/// What became of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It will be sent.
    New(SubmissionRow),
    /// Nothing was written: the draft is on its way, or this revision was taken back. That
    /// submission.
    Already(SubmissionRow),
}

/// Claims a message to be sent: a double click, a second tab and a retry meet here. What failed of
/// the same draft is given up for it, and the claim is of the revision after that.
///
/// # Errors
/// [`Error::Gone`] when the draft is gone or has another revision, when the account is not the
/// user's, or when the blob is not there.
pub async fn claim(store: &Store, new: &NewSubmission<'_>, now: i64) -> Result<Claim, Error> {
    let mut tx = store.begin_durable().await?;
    let mut new = *new;
    if let Some((draft, revision)) = new.draft {
        let found = drafts::lock(&mut tx, new.user, draft.get()).await?;
        // First, because the draft of a message that was sent is gone.
        if let Some(row) = earlier(&mut tx, new.user, draft, revision).await? {
            return Ok(Claim::Already(row));
        }
        found
            .filter(|draft| draft.account_id == new.account && draft.revision == revision)
            .ok_or(Error::Gone)?;
        let revision = revision + give_up_failed(&mut tx, new.user, draft, now).await?;
        new.draft = Some((draft, revision));
    } else if new.merge_of.is_none()
        && let Some(row) = twin(&mut tx, &new).await?
    {
        return Ok(Claim::Already(row));
    }
    let row = insert_whole(&mut tx, &new, now).await?;
    tx.commit().await?;
    Ok(Claim::New(row))
}

/// The submission that stands in the way of a claim: one that is on its way, else one of this
/// revision that was taken back. What failed is in nobody's hands, and stands in no way.
async fn earlier(
    tx: &mut Tx,
    user: UserId,
    draft: DraftId,
    revision: i64,
) -> Result<Option<SubmissionRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM submissions WHERE user_id = $1 AND draft_id = $2
         AND ((revision = $3 AND state = 'cancelled') OR ",
        holds_its_draft!(),
        ") ORDER BY CASE state WHEN 'cancelled' THEN 1 ELSE 0 END, id DESC LIMIT 1"
    );
    Ok(on!(tx, db => {
        sqlx::query_as(SQL)
            .bind(user.get())
            .bind(draft.get())
            .bind(revision)
            .fetch_optional(&mut **db)
            .await
    })?)
}

/// Gives up what failed of a locked draft that is about to be sent anew, so that nobody sends it
/// once more as it was. Says how many revisions later the draft is.
async fn give_up_failed(tx: &mut Tx, user: UserId, draft: DraftId, now: i64) -> Result<i64, Error> {
    const SQL: &str = "SELECT id FROM submissions WHERE user_id = $1 AND draft_id = $2
        AND state = 'failed' AND merge_of IS NULL ORDER BY id";
    let failed: Vec<Found> = on!(&mut *tx, db => {
        sqlx::query_as(SQL).bind(user.get()).bind(draft.get()).fetch_all(&mut **db).await
    })?;
    let mut later = 0;
    for one in failed {
        let given_up =
            queue::withdraw_in(&mut *tx, user, one.id.get(), &[State::Failed], now).await?;
        later += i64::from(given_up.is_some());
    }
    Ok(later)
}

/// Claims all messages of a mail merge, or none: the first with the draft that they are made of, at
/// this revision, so that asking again meets it, and so that the draft stays as it is until the
/// mailing is over or taken back ([`super::mailing`]). Gives the first.
///
/// # Errors
/// As [`claim`]; [`Error::Gone`] for no message at all.
pub async fn claim_batch(
    store: &Store,
    (draft, revision): (DraftId, i64),
    batch: &[NewSubmission<'_>],
    now: i64,
) -> Result<Claim, Error> {
    const LEAD: &str = concat!(
        "UPDATE submissions SET merge_of = id, merge_draft = draft_id WHERE id = $1 RETURNING ",
        columns!()
    );
    const OTHERS: &str = "UPDATE submissions SET merge_draft = $2 WHERE merge_of = $1";
    let (first, others) = batch.split_first().ok_or(Error::Gone)?;
    let mut tx = store.begin_durable().await?;
    let found = drafts::lock(&mut tx, first.user, draft.get()).await?;
    if let Some(row) = earlier(&mut tx, first.user, draft, revision).await? {
        return Ok(Claim::Already(row));
    }
    found
        .filter(|draft| draft.account_id == first.account && draft.revision == revision)
        .ok_or(Error::Gone)?;
    let revision = revision + give_up_failed(&mut tx, first.user, draft, now).await?;
    let first = NewSubmission {
        draft: Some((draft, revision)),
        ..*first
    };
    let lead = insert_whole(&mut tx, &first, now).await?;
    let lead: SubmissionRow = on!(&mut tx, db => {
        sqlx::query_as(LEAD).bind(lead.id.get()).fetch_one(&mut **db).await
    })?;
    for other in others {
        let other = NewSubmission {
            merge_of: Some(lead.id),
            ..*other
        };
        insert_whole(&mut tx, &other, now).await?;
    }
    on!(&mut tx, db => {
        sqlx::query(OTHERS)
            .bind(lead.id.get())
            .bind(draft.get())
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    tx.commit().await?;
    Ok(Claim::New(lead))
}

/// The row with its recipients, and its bytes held.
async fn insert_whole(
    tx: &mut Tx,
    new: &NewSubmission<'_>,
    now: i64,
) -> Result<SubmissionRow, Error> {
    let row = insert(tx, new, now).await?;
    insert_recipients(tx, row.id, new.recipients, now).await?;
    if let Some((sha256, _)) = &new.blob {
        blobs::hold(tx, new.user, sha256).await?;
    }
    Ok(row)
}

/// The message without a draft that has the same Message-ID, unless it was taken back. The account
/// is locked first: there is no draft to be locked.
async fn twin(tx: &mut Tx, new: &NewSubmission<'_>) -> Result<Option<SubmissionRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM submissions WHERE account_id = $1 AND user_id = $2 AND message_id = $3
            AND draft_id IS NULL AND state <> 'cancelled' ORDER BY id DESC LIMIT 1"
    );
    tx.lock_account(new.account).await?;
    Ok(on!(tx, db => {
        sqlx::query_as(SQL)
            .bind(new.account.get())
            .bind(new.user.get())
            .bind(text(new.message_id))
            .fetch_optional(&mut **db)
            .await
    })?)
}

async fn insert(tx: &mut Tx, new: &NewSubmission<'_>, now: i64) -> Result<SubmissionRow, Error> {
    const SQL: &str = concat!(
        "INSERT INTO submissions
            (account_id, user_id, draft_id, revision, identity_id, message_id, date, sha256, size,
             mail_from, subject, options_json, send_at, next_at, reference_email,
             reference_action, copy_state, mark_state, unattended, merge_of, created_at,
             updated_at)
         VALUES ($1, $2, $3, $4,
            (SELECT i.id FROM identities i WHERE i.id = $5 AND i.account_id = $1),
            $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, $15, $16, $17, $18, $19, $20, $20)
         RETURNING ",
        columns!()
    );
    Ok(on!(tx, db => {
        sqlx::query_as(SQL)
            .bind(new.account.get())
            .bind(new.user.get())
            .bind(new.draft.map(|(draft, _)| draft.get()))
            .bind(new.draft.map_or(0, |(_, revision)| revision))
            .bind(new.identity)
            .bind(text(new.message_id))
            .bind(new.date)
            .bind(new.blob.as_ref().map(|(sha256, _)| sha256.as_slice()))
            .bind(new.blob.map_or(0, |(_, size)| size))
            .bind(text(new.mail_from))
            .bind(text(new.subject))
            .bind(text(new.options_json))
            .bind(new.send_at)
            .bind(text(new.reference_email))
            .bind(text(new.reference_action))
            .bind(new.copy_state.as_str())
            .bind(new.mark_state.as_str())
            .bind(i64::from(new.unattended))
            .bind(new.merge_of.map(|first| first.get()))
            .bind(now)
            .fetch_one(&mut **db)
            .await
    })?)
}

async fn insert_recipients(
    tx: &mut Tx,
    id: SubmissionId,
    recipients: &[String],
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO submission_recipients
            (submission_id, ordinal, email, updated_at)
        VALUES ($1, $2, $3, $4)";
    for (ordinal, email) in (0_i64..).zip(recipients) {
        on!(&mut *tx, db => {
            sqlx::query(SQL)
                .bind(id.get())
                .bind(ordinal)
                .bind(text(email))
                .bind(now)
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
    }
    Ok(())
}
