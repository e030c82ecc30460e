//! The copies of drafts in the Drafts folder: which message is whose, and which are behind.

use super::{Copy, DraftRow, columns, not_on_its_way};
use crate::store::{
    Store,
    error::Error,
    id::{AccountId, DraftId, UserId},
    row::{key, text},
    transaction::on,
};

/// Notes that a copy was written, and which revision it holds. False when the draft is gone, so
/// that the copy must go, too.
///
/// # Errors
/// What the database says.
pub async fn record(
    store: &Store,
    user: UserId,
    draft: DraftId,
    copy: Copy,
    revision: i64,
    message_id: &str,
) -> Result<bool, Error> {
    const SQL: &str = "UPDATE drafts SET copy_mailbox = $3, copy_uid_validity = $4,
            copy_uid = $5, copy_revision = $6, copy_message_id = $7
        WHERE user_id = $1 AND id = $2";
    let recorded = on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(user.get())
            .bind(draft.get())
            .bind(key(copy.mailbox))
            .bind(i64::from(copy.uid_validity))
            .bind(i64::from(copy.uid))
            .bind(revision)
            .bind(text(message_id))
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(recorded > 0)
}

/// The account's drafts whose copy is behind and that nobody has changed since `before` (ms), the
/// longest waiting first. Not those on their way.
///
/// # Errors
/// What the database says.
pub async fn due(store: &Store, account: AccountId, before: i64) -> Result<Vec<DraftRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM drafts WHERE account_id = $1 AND updated_at <= $2 AND copy_revision < revision
         AND ",
        not_on_its_way!(),
        " ORDER BY updated_at, id"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(account.get()).bind(before).fetch_all(db).await
    })?)
}

/// The account's draft whose copy lies there.
///
/// # Errors
/// What the database says.
pub async fn by_copy(
    store: &Store,
    account: AccountId,
    copy: Copy,
) -> Result<Option<DraftRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM drafts WHERE account_id = $1
         AND copy_mailbox = $2 AND copy_uid_validity = $3 AND copy_uid = $4
         ORDER BY id DESC LIMIT 1"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(account.get())
            .bind(key(copy.mailbox))
            .bind(i64::from(copy.uid_validity))
            .bind(i64::from(copy.uid))
            .fetch_optional(db)
            .await
    })?)
}

/// Notes that a draft has no copy any more. False when the draft is gone.
///
/// # Errors
/// What the database says.
pub async fn forget(store: &Store, user: UserId, draft: DraftId) -> Result<bool, Error> {
    const SQL: &str = "UPDATE drafts SET copy_mailbox = NULL, copy_uid_validity = 0,
            copy_uid = 0, copy_revision = 0
        WHERE user_id = $1 AND id = $2";
    let forgotten = on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(user.get())
            .bind(draft.get())
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(forgotten > 0)
}
