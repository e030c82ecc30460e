//! A draft that goes to another of its user's accounts.

use super::{Copy, lock};
use crate::store::{
    Store,
    error::Error,
    id::{AccountId, UserId},
    transaction::on,
};

/// What became of a draft that was to go to another account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handed {
    /// Its copy in the folder of the account before, which must go.
    pub copy: Option<Copy>,
}

/// Gives a draft to another account of its user, with its files; it has no copy there yet. `None`
/// when the user has no such draft or account, or when it is on its way.
///
/// # Errors
/// What the database says.
pub async fn hand(
    store: &Store,
    user: UserId,
    draft: i64,
    to: AccountId,
) -> Result<Option<Handed>, Error> {
    const SQL: &str = "UPDATE drafts SET account_id = $3, identity_id = NULL, copy_mailbox = NULL,
            copy_uid_validity = 0, copy_uid = 0, copy_revision = 0
        WHERE user_id = $1 AND id = $2
        AND EXISTS (SELECT 1 FROM accounts
            WHERE id = $3 AND user_id = $1 AND gone_at IS NULL)";
    let mut tx = store.begin_durable().await?;
    let Some(row) = lock::lock_editable(&mut tx, user, draft).await? else {
        return Ok(None);
    };
    let handed = on!(&mut tx, db => {
        sqlx::query(SQL)
            .bind(user.get())
            .bind(draft)
            .bind(to.get())
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    tx.commit().await?;
    Ok((handed > 0).then(|| Handed { copy: row.copy() }))
}
