//! Files in drafts. Each change is a change of the draft and gives it a new revision.

use super::lock;
use crate::store::{
    Store,
    blobs::{self, Sha256},
    error::Error,
    id::{AttachmentId, DraftId, UserId},
    row::{row, text},
    transaction::{Tx, on},
};

/// A file to add. Its blob must be known.
#[derive(Clone, Copy, Debug)]
pub struct NewAttachment<'a> {
    /// The blob.
    pub sha256: Sha256,
    /// The file's name as shown and sent.
    pub name: &'a str,
    /// Content-Type without parameters.
    pub media_type: &'a str,
    /// Octets.
    pub size: i64,
    /// Shown in the body rather than listed?
    pub inline: bool,
    /// Content-ID without angle brackets; `""` for none.
    pub cid: &'a str,
}

row! {
    /// A file in a draft.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AttachmentRow {
        /// The attachment.
        pub id: AttachmentId,
        /// The draft.
        pub draft_id: DraftId,
        /// The blob.
        pub sha256: Sha256,
        /// The file's name as shown and sent.
        pub name: String,
        /// Content-Type without parameters.
        pub media_type: String,
        /// Octets.
        pub size: i64,
        /// Shown in the body rather than listed?
        pub inline: bool,
        /// Content-ID without angle brackets; `""` for none.
        pub cid: String,
        /// When it was added (ms).
        pub created_at: i64,
    }
}

/// The columns of [`AttachmentRow`], for `concat!`.
macro_rules! columns {
    () => {
        "id, draft_id, sha256, name, media_type, size,
         CAST(CASE disposition WHEN 'inline' THEN 1 ELSE 0 END AS BIGINT) AS inline, cid,
         created_at"
    };
}

/// The draft's files in the order they were added. None for other users' drafts.
///
/// # Errors
/// What the database says.
pub async fn list(store: &Store, user: UserId, draft: i64) -> Result<Vec<AttachmentRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM draft_attachments WHERE user_id = $1 AND draft_id = $2 ORDER BY sort_order, id"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).bind(draft).fetch_all(db).await
    })?)
}

/// Adds a file; returns it and the draft's new revision. `None` when the user has no such draft,
/// or when it is on its way.
///
/// # Errors
/// [`Error::Gone`] when the blob is not there.
pub async fn add(
    store: &Store,
    user: UserId,
    draft: i64,
    new: &NewAttachment<'_>,
    now: i64,
) -> Result<Option<(AttachmentRow, i64)>, Error> {
    let mut tx = store.begin_durable().await?;
    let Some(draft) = lock::lock_editable(&mut tx, user, draft).await? else {
        return Ok(None);
    };
    append(tx, user, draft.id, new, now).await.map(Some)
}

/// The same for a form, which brings its files twice when it is sent twice: a file beside the text
/// that is there already, by name and octets, is not added again.
///
/// # Errors
/// As [`add`].
pub async fn add_once(
    store: &Store,
    user: UserId,
    draft: i64,
    new: &NewAttachment<'_>,
    now: i64,
) -> Result<Option<(AttachmentRow, i64)>, Error> {
    const SAME: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM draft_attachments WHERE draft_id = $1 AND sha256 = $2 AND name = $3
         AND disposition = 'attachment' ORDER BY id LIMIT 1"
    );
    let mut tx = store.begin_durable().await?;
    let Some(draft) = lock::lock(&mut tx, user, draft).await? else {
        return Ok(None);
    };
    let same: Option<AttachmentRow> = on!(&mut tx, db => {
        sqlx::query_as(SAME)
            .bind(draft.id.get())
            .bind(new.sha256.as_slice())
            .bind(text(new.name))
            .fetch_optional(&mut **db)
            .await
    })?;
    if let Some(same) = same.filter(|_| !new.inline) {
        return Ok(Some((same, draft.revision)));
    }
    if !lock::is_editable(&mut tx, draft.id).await? {
        return Ok(None);
    }
    append(tx, user, draft.id, new, now).await.map(Some)
}

/// Adds a file to a draft that is locked and may change, and counts its revision on.
async fn append(
    mut tx: Tx,
    user: UserId,
    draft: DraftId,
    new: &NewAttachment<'_>,
    now: i64,
) -> Result<(AttachmentRow, i64), Error> {
    let row = insert(&mut tx, user, draft, new, now).await?;
    let revision = lock::bump(&mut tx, draft, now).await?;
    tx.commit().await?;
    Ok((row, revision))
}

/// Adds a file to a draft that is locked.
pub(super) async fn insert(
    tx: &mut Tx,
    user: UserId,
    draft: DraftId,
    new: &NewAttachment<'_>,
    now: i64,
) -> Result<AttachmentRow, Error> {
    const SQL: &str = concat!(
        "INSERT INTO draft_attachments
            (user_id, draft_id, sha256, name, media_type, size, disposition, cid, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ",
        columns!()
    );
    let row = on!(&mut *tx, db => {
        sqlx::query_as(SQL)
            .bind(user.get())
            .bind(draft.get())
            .bind(new.sha256.as_slice())
            .bind(text(new.name))
            .bind(text(new.media_type))
            .bind(new.size)
            .bind(if new.inline { "inline" } else { "attachment" })
            .bind(text(new.cid))
            .bind(now)
            .fetch_one(&mut **db)
            .await
    })?;
    blobs::hold(tx, user, &new.sha256).await?;
    Ok(row)
}

/// Removes a file; returns the draft's new revision. `None` when the user has no such draft or
/// file, or when the draft is on its way.
///
/// # Errors
/// What the database says.
pub async fn remove(
    store: &Store,
    user: UserId,
    draft: i64,
    attachment: i64,
    now: i64,
) -> Result<Option<i64>, Error> {
    const SQL: &str = concat!(
        "DELETE FROM draft_attachments WHERE draft_id = $1 AND id = $2 RETURNING ",
        columns!()
    );
    let mut tx = store.begin_durable().await?;
    let Some(draft) = lock::lock_editable(&mut tx, user, draft).await? else {
        return Ok(None);
    };
    let removed: Option<AttachmentRow> = on!(&mut tx, db => {
        sqlx::query_as(SQL)
            .bind(draft.id.get())
            .bind(attachment)
            .fetch_optional(&mut **db)
            .await
    })?;
    let Some(removed) = removed else {
        return Ok(None);
    };
    blobs::let_go(&mut tx, user, vec![removed.sha256], now).await?;
    let revision = lock::bump(&mut tx, draft.id, now).await?;
    tx.commit().await?;
    Ok(Some(revision))
}

/// Gives a file another name; returns the draft's new revision. `None` as for [`remove`].
///
/// # Errors
/// What the database says.
pub async fn rename(
    store: &Store,
    user: UserId,
    draft: i64,
    attachment: i64,
    name: &str,
    now: i64,
) -> Result<Option<i64>, Error> {
    const SQL: &str = "UPDATE draft_attachments SET name = $3 WHERE draft_id = $1 AND id = $2";
    let mut tx = store.begin_durable().await?;
    let Some(draft) = lock::lock_editable(&mut tx, user, draft).await? else {
        return Ok(None);
    };
    let renamed = on!(&mut tx, db => {
        sqlx::query(SQL)
            .bind(draft.id.get())
            .bind(attachment)
            .bind(text(name))
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    if renamed == 0 {
        return Ok(None);
    }
    let revision = lock::bump(&mut tx, draft.id, now).await?;
    tx.commit().await?;
    Ok(Some(revision))
}
