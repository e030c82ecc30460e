//! An account that goes, and with it every row that is its own.

use crate::store::{Store, error::Error, id::AccountId, indexed, transaction::on};

/// Removes an account and every row that is its own; lets go of the bytes that its messages,
/// drafts and submissions named. False when there was none.
///
/// # Errors
/// What the database says.
pub async fn delete(store: &Store, account: AccountId, now: i64) -> Result<bool, Error> {
    // Counted by the rows that go, as each of them was counted when it was written.
    const LET_GO: &str = "UPDATE blobs SET uses = uses
            - (SELECT COUNT(*) FROM messages m
                WHERE m.account_id = $1 AND m.user_id = blobs.user_id
                AND m.sha256 = blobs.sha256)
            - (SELECT COUNT(*) FROM drafts d
                WHERE d.account_id = $1 AND d.user_id = blobs.user_id
                AND d.quote_sha256 = blobs.sha256)
            - (SELECT COUNT(*) FROM draft_attachments f JOIN drafts d ON d.id = f.draft_id
                WHERE d.account_id = $1 AND f.user_id = blobs.user_id
                AND f.sha256 = blobs.sha256)
            - (SELECT COUNT(*) FROM submissions s
                WHERE s.account_id = $1 AND s.user_id = blobs.user_id
                AND s.sha256 = blobs.sha256)
        WHERE user_id = (SELECT user_id FROM accounts WHERE id = $1) AND sha256 IN (
            SELECT sha256 FROM messages WHERE account_id = $1
            UNION SELECT quote_sha256 FROM drafts
                WHERE account_id = $1 AND quote_sha256 IS NOT NULL
            UNION SELECT f.sha256 FROM draft_attachments f JOIN drafts d ON d.id = f.draft_id
                WHERE d.account_id = $1
            UNION SELECT sha256 FROM submissions
                WHERE account_id = $1 AND sha256 IS NOT NULL)";
    const UNUSED: &str = "UPDATE blobs SET unused_at = $2
        WHERE user_id = (SELECT user_id FROM accounts WHERE id = $1)
        AND uses = 0 AND unused_at IS NULL";
    const DELETE: &str = "DELETE FROM accounts WHERE id = $1";
    // What may be read again at any time goes first, and in lots.
    indexed::forget_all(store, account).await?;
    let mut tx = store.begin_durable().await?;
    tx.lift_time_limit().await?;
    on!(&mut tx, db => {
        sqlx::query(LET_GO).bind(account.get()).execute(&mut **db).await.map(drop)
    })?;
    on!(&mut tx, db => {
        sqlx::query(UNUSED).bind(account.get()).bind(now).execute(&mut **db).await.map(drop)
    })?;
    let deleted = on!(&mut tx, db => {
        sqlx::query(DELETE)
            .bind(account.get())
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    tx.commit().await?;
    Ok(deleted > 0)
}
