//! Drafts within a transaction: locked, so that a claim and a change can't miss each other.

use super::{DraftRow, Sha256, columns, not_on_its_way};
use crate::store::{
    error::Error,
    id::{DraftId, UserId},
    row::row,
    transaction::{Tx, on},
};

/// The user's draft of this number; others who lock it wait until the transaction ends. An UPDATE
/// that changes nothing, because SQLite has no `FOR UPDATE`.
pub(in crate::store) async fn lock(
    tx: &mut Tx,
    user: UserId,
    id: i64,
) -> Result<Option<DraftRow>, Error> {
    const SQL: &str = concat!(
        "UPDATE drafts SET revision = revision WHERE user_id = $1 AND id = $2 RETURNING ",
        columns!()
    );
    Ok(on!(tx, db => {
        sqlx::query_as(SQL).bind(user.get()).bind(id).fetch_optional(&mut **db).await
    })?)
}

/// The same, unless the draft is on its way.
pub(super) async fn lock_editable(
    tx: &mut Tx,
    user: UserId,
    id: i64,
) -> Result<Option<DraftRow>, Error> {
    let Some(draft) = lock(tx, user, id).await? else {
        return Ok(None);
    };
    Ok(is_editable(tx, draft.id).await?.then_some(draft))
}

/// Is the locked draft not on its way? A statement of its own: one that had waited for the lock
/// would not see the submission that it waited for.
pub(super) async fn is_editable(tx: &mut Tx, id: DraftId) -> Result<bool, Error> {
    const SQL: &str = concat!(
        "SELECT id FROM drafts WHERE id = $1 AND ",
        not_on_its_way!()
    );
    let found: Option<(i64,)> = on!(tx, db => {
        sqlx::query_as(SQL).bind(id.get()).fetch_optional(&mut **db).await
    })?;
    Ok(found.is_some())
}

/// Notes a change of the locked draft; returns its new revision.
pub(super) async fn bump(tx: &mut Tx, id: DraftId, now: i64) -> Result<i64, Error> {
    const SQL: &str = "UPDATE drafts SET revision = revision + 1, updated_at = $2
        WHERE id = $1 RETURNING revision";
    let (revision,): (i64,) = on!(tx, db => {
        sqlx::query_as(SQL).bind(id.get()).bind(now).fetch_one(&mut **db).await
    })?;
    Ok(revision)
}

/// Removes the locked draft; returns the hashes that it and its attachments named.
pub(in crate::store) async fn remove(tx: &mut Tx, draft: &DraftRow) -> Result<Vec<Sha256>, Error> {
    const FILES: &str = "SELECT sha256 FROM draft_attachments WHERE draft_id = $1";
    const DELETE: &str = "DELETE FROM drafts WHERE id = $1";
    let files: Vec<Named> = on!(&mut *tx, db => {
        sqlx::query_as(FILES).bind(draft.id.get()).fetch_all(&mut **db).await
    })?;
    on!(tx, db => {
        sqlx::query(DELETE).bind(draft.id.get()).execute(&mut **db).await.map(drop)
    })?;
    let files = files.into_iter().map(|file| file.sha256);
    Ok(files.chain(draft.quote_sha256).collect())
}

row! {
    struct Named {
        sha256: Sha256,
    }
}
