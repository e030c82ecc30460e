//! Mailings (mail merge): many submissions of one draft. The first of them, the lead, holds the
//! draft until the mailing is over or taken back; `merge_draft` of all remembers it for longer, so
//! that who was reached is not written to again.

use super::{State, SubmissionRow, columns, lock, queue};
use crate::store::{
    Store, blobs, drafts,
    error::Error,
    id::{DraftId, SubmissionId, UserId},
    row::row,
    transaction::{Tx, on},
};

/// A mailing that was taken back, as far as that was possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenBack {
    /// The draft that it is again; `None` when that is gone.
    pub draft: Option<DraftId>,
    /// Its messages in all.
    pub count: i64,
    /// Those that have gone out, may have, or are just being sent.
    pub gone: i64,
}

row! {
    /// Somebody to whom a message of a draft has gone, may have, or is about to go.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Reached {
        /// The address.
        pub email: String,
        /// How far that message is. One that its owner gave up while nobody knew is unconfirmed.
        pub state: State,
    }
}

/// A submission that may have arrived.
macro_rules! is_gone {
    () => {
        "(state IN ('sending', 'sent', 'unconfirmed')
          OR (state = 'cancelled' AND final_at IS NOT NULL))"
    };
}

/// Takes back all of a mailing that are pending or have failed, by any of them: the draft can be
/// changed and sent again, under a new revision. `None` when the user has no mailing with this
/// number, or when it is too late for all.
///
/// # Errors
/// What the database says.
pub async fn take_back(
    store: &Store,
    user: UserId,
    id: i64,
    now: i64,
) -> Result<Option<TakenBack>, Error> {
    const PART: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM submissions WHERE user_id = $1 AND id = $2 AND merge_of IS NOT NULL"
    );
    let mut tx = store.begin_durable().await?;
    let part: Option<SubmissionRow> = on!(&mut tx, db => {
        sqlx::query_as(PART).bind(user.get()).bind(id).fetch_optional(&mut **db).await
    })?;
    let Some((lead, draft)) = part.and_then(|part| Some((part.merge_of?, part.merge_draft))) else {
        return Ok(None);
    };
    lock(&mut tx, lead).await?;
    if !withdraw_all(&mut tx, user, lead, now).await? {
        return Ok(None);
    }
    release(&mut tx, user, lead, now).await?;
    let draft = match draft {
        Some(draft) => drafts::lock(&mut tx, user, draft.get()).await?,
        None => None,
    };
    let (count, gone) = tally(&mut tx, lead).await?;
    tx.commit().await?;
    Ok(Some(TakenBack {
        draft: draft.map(|draft| draft.id),
        count,
        gone,
    }))
}

/// Takes back what can be of a mailing, and lets go of its bytes: a few statements, however many
/// messages there are. False when there is nothing to take back.
async fn withdraw_all(
    tx: &mut Tx,
    user: UserId,
    lead: SubmissionId,
    now: i64,
) -> Result<bool, Error> {
    const WITHDRAW: &str = "UPDATE submissions SET state = 'cancelled', updated_at = $3
        WHERE merge_of = $1 AND user_id = $2 AND state IN ('pending', 'failed')";
    // Whatever was taken back before names its bytes no longer.
    const LET_GO: &str = "UPDATE blobs SET uses = uses - given.up,
            unused_at = CASE WHEN uses = given.up THEN CAST($3 AS BIGINT) END
        FROM (SELECT sha256, COUNT(*) AS up FROM submissions
            WHERE merge_of = $1 AND state = 'cancelled' AND sha256 IS NOT NULL
            GROUP BY sha256) AS given
        WHERE blobs.user_id = $2 AND blobs.sha256 = given.sha256";
    const FORGET: &str = "UPDATE submissions SET sha256 = NULL, updated_at = $3
        WHERE merge_of = $1 AND user_id = $2 AND state = 'cancelled' AND sha256 IS NOT NULL";
    let mut withdrawn = false;
    for sql in [WITHDRAW, LET_GO, FORGET] {
        let changed = on!(&mut *tx, db => {
            sqlx::query(sql)
                .bind(lead.get())
                .bind(user.get())
                .bind(now)
                .execute(&mut **db)
                .await
                .map(|done| done.rows_affected())
        })?;
        withdrawn |= changed > 0;
    }
    Ok(withdrawn)
}

async fn tally(tx: &mut Tx, lead: SubmissionId) -> Result<(i64, i64), Error> {
    const SQL: &str = concat!(
        "SELECT COUNT(*), COUNT(CASE WHEN ",
        is_gone!(),
        " THEN 1 END) FROM submissions WHERE merge_of = $1"
    );
    Ok(on!(tx, db => {
        sqlx::query_as(SQL).bind(lead.get()).fetch_one(&mut **db).await
    })?)
}

row! {
    /// How far a mailing is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Standing {
        /// Its messages that have gone out, may have, or will: neither failed nor taken back.
        pub going: i64,
        /// Those of them that wait or are just being sent.
        pub open: i64,
        /// Those that failed.
        pub failed: i64,
    }
}

/// How far the mailing is that this submission is the first of.
///
/// # Errors
/// What the database says.
pub async fn standing(store: &Store, lead: SubmissionId) -> Result<Standing, Error> {
    const SQL: &str = "SELECT
            COUNT(CASE WHEN state NOT IN ('failed', 'cancelled') THEN 1 END) AS going,
            COUNT(CASE WHEN state IN ('pending', 'sending') THEN 1 END) AS open,
            COUNT(CASE WHEN state = 'failed' THEN 1 END) AS failed
        FROM submissions WHERE merge_of = $1";
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(lead.get()).fetch_one(db).await
    })?)
}

/// Whom the mailings of a draft have reached, may have, or will if nothing is done. Not those whom
/// the server or a report has said to be out of reach.
///
/// # Errors
/// What the database says.
pub async fn reached(store: &Store, user: UserId, draft: i64) -> Result<Vec<Reached>, Error> {
    const SQL: &str = concat!(
        "SELECT r.email, CASE s.state WHEN 'cancelled' THEN 'unconfirmed' ELSE s.state END AS state
         FROM (SELECT id, state FROM submissions WHERE user_id = $1 AND merge_draft = $2
               AND (state = 'pending' OR ",
        is_gone!(),
        ")) s JOIN submission_recipients r ON r.submission_id = s.id
         WHERE r.state NOT IN ('refused', 'failed') ORDER BY s.id, r.ordinal"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).bind(draft).fetch_all(db).await
    })?)
}

/// The draft that goes when this message of a mailing is filed, because it is the last that owes
/// anything.
///
/// # Errors
/// What the database says.
pub async fn draft_that_ends_with(
    store: &Store,
    row: &SubmissionRow,
) -> Result<Option<DraftId>, Error> {
    const SQL: &str = "SELECT draft_id AS id FROM submissions l
        WHERE l.id = $1 AND l.draft_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM submissions o WHERE o.merge_of = $1 AND o.id <> $2
            AND (o.state <> 'sent' OR o.copy_state IN ('pending', 'failed')))";
    let Some(lead) = row.merge_of else {
        return Ok(None);
    };
    let found: Option<Drafted> = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(lead.get()).bind(row.id.get()).fetch_optional(db).await
    })?;
    Ok(found.map(|found| found.id))
}

row! {
    struct Drafted {
        id: DraftId,
    }
}

/// Ends a mailing that owes nothing any more: its draft goes when all of it went out, else it is a
/// draft again.
pub(super) async fn end(
    tx: &mut Tx,
    user: UserId,
    lead: SubmissionId,
    now: i64,
) -> Result<(), Error> {
    const LEFT: &str = "SELECT COUNT(CASE WHEN state NOT IN ('sent', 'cancelled')
                OR (state = 'sent' AND copy_state IN ('pending', 'failed')) THEN 1 END),
            COUNT(CASE WHEN state = 'cancelled' THEN 1 END)
        FROM submissions WHERE merge_of = $1";
    // Locked, so that of two that are filed at once the second sees the first.
    let Some(row) = lock(tx, lead).await? else {
        return Ok(());
    };
    let (Some(draft), true) = (row.draft_id, row.merge_of == Some(lead)) else {
        return Ok(());
    };
    let (owed, given_up): (i64, i64) = on!(&mut *tx, db => {
        sqlx::query_as(LEFT).bind(lead.get()).fetch_one(&mut **db).await
    })?;
    if owed > 0 {
        return Ok(());
    }
    if given_up > 0 {
        return release(tx, user, lead, now).await;
    }
    if let Some(draft) = drafts::lock(tx, user, draft.get()).await? {
        let hashes = drafts::remove(tx, &draft).await?;
        blobs::let_go(tx, user, hashes, now).await?;
    }
    Ok(())
}

/// The lead holds its draft no longer, which gets a new revision: forms of the old one are stale.
async fn release(tx: &mut Tx, user: UserId, lead: SubmissionId, now: i64) -> Result<(), Error> {
    const SQL: &str = "UPDATE submissions SET draft_id = NULL, updated_at = $2
        WHERE id = $1 AND draft_id IS NOT NULL RETURNING merge_draft AS id";
    let released: Option<Drafted> = on!(&mut *tx, db => {
        sqlx::query_as(SQL).bind(lead.get()).bind(now).fetch_optional(&mut **db).await
    })?;
    match released {
        Some(draft) => queue::bump(tx, user, draft.id, now).await,
        None => Ok(()),
    }
}

/// Hides a message of a mailing whose draft is still there. False for others.
pub(super) async fn hide(tx: &mut Tx, id: SubmissionId) -> Result<bool, Error> {
    const SQL: &str = "UPDATE submissions SET hidden = 1 WHERE id = $1
        AND EXISTS (SELECT 1 FROM drafts d WHERE d.id = merge_draft)";
    let hidden = on!(tx, db => {
        sqlx::query(SQL).bind(id.get()).execute(&mut **db).await.map(|done| done.rows_affected())
    })?;
    Ok(hidden > 0)
}
