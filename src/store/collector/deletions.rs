//! Every DELE ever sent, for the user to read. It is logged before it is sent, so that there is
//! none that nobody knows of, and its outcome is what QUIT's answer was.

use super::PolicyKind;
use crate::store::{
    Store,
    blobs::Sha256,
    error::Error,
    id::{AccountId, DeletionId, LedgerId},
    leases::{self, Lease},
    row::{row, text, words},
    transaction::on,
};

words! {
    /// What became of a DELE.
    Outcome {
        /// It was sent, or was about to be.
        Sent = "sent",
        /// QUIT was answered with a yes.
        Confirmed = "confirmed",
        /// The server said no.
        Refused = "refused",
        /// The connection was lost, or QUIT was answered otherwise.
        Unknown = "unknown",
        /// The same, and a later listing had the message still.
        Kept = "kept",
        /// The same, and a later listing had it no longer.
        Gone = "gone",
    }
}

row! {
    /// A DELE.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DeletionRow {
        /// Its number.
        pub id: DeletionId,
        /// The row of the ledger.
        pub ledger_id: LedgerId,
        /// The policy that asked for it.
        pub policy: PolicyKind,
        /// The UIDL that was matched.
        pub uidl: String,
        /// The size that was matched.
        pub size: i64,
        /// The stored copy.
        pub sha256: Sha256,
        /// What became of it.
        pub outcome: Outcome,
        /// When it was sent (ms).
        pub created_at: i64,
        /// When the outcome was known (ms).
        pub finished_at: Option<i64>,
    }
}

/// A DELE that is about to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDeletion {
    /// The row of the ledger.
    pub ledger: LedgerId,
    /// The UIDL that was matched.
    pub uidl: String,
    /// The size that was matched.
    pub size: i64,
    /// The stored copy, verified right before.
    pub sha256: Sha256,
}

/// Logs what is about to be sent. On disk when this returns.
///
/// # Errors
/// [`Error::Gone`] when the lease is another's; then nothing may be sent.
pub async fn begin(
    store: &Store,
    lease: &Lease,
    account: AccountId,
    policy: PolicyKind,
    new: &[NewDeletion],
    now: i64,
) -> Result<Vec<DeletionId>, Error> {
    const SQL: &str = "INSERT INTO pop3_deletions
            (account_id, ledger_id, policy, uidl, size, sha256, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id";
    const DUE: &str = "UPDATE pop3_ledger SET delete_due_at = $3
        WHERE id = $1 AND account_id = $2 AND delete_due_at IS NULL";
    let mut tx = store.begin_durable().await?;
    leases::hold(&mut tx, lease, now).await?;
    let mut ids = Vec::with_capacity(new.len());
    for one in new {
        let made: Made = on!(&mut tx, db => {
            sqlx::query_as(SQL)
                .bind(account.get())
                .bind(one.ledger.get())
                .bind(policy.as_str())
                .bind(text(&one.uidl))
                .bind(one.size)
                .bind(one.sha256.as_slice())
                .bind(now)
                .fetch_one(&mut **db)
                .await
        })?;
        ids.push(made.id);
        on!(&mut tx, db => {
            sqlx::query(DUE)
                .bind(one.ledger.get())
                .bind(account.get())
                .bind(now)
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
    }
    tx.commit().await?;
    Ok(ids)
}

row! {
    struct Made {
        id: DeletionId,
    }
}

/// Notes what became of some; what was confirmed is noted in the ledger as well. On disk when this
/// returns.
///
/// # Errors
/// What the database says.
pub async fn finish(
    store: &Store,
    account: AccountId,
    deletions: &[DeletionId],
    outcome: Outcome,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "UPDATE pop3_deletions SET outcome = $3, finished_at = $4
        WHERE id = $1 AND account_id = $2 AND finished_at IS NULL";
    // A server that does not keep its word lists it again, and is believed then.
    const CONFIRM: &str = "UPDATE pop3_ledger SET state = 'deleted', deleted_at = $3, listed = 0
        WHERE account_id = $2
            AND id = (SELECT d.ledger_id FROM pop3_deletions d WHERE d.id = $1)";
    let mut tx = store.begin_durable().await?;
    for id in deletions {
        on!(&mut tx, db => {
            sqlx::query(SQL)
                .bind(id.get())
                .bind(account.get())
                .bind(outcome.as_str())
                .bind(now)
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
        if outcome == Outcome::Confirmed {
            on!(&mut tx, db => {
                sqlx::query(CONFIRM)
                    .bind(id.get())
                    .bind(account.get())
                    .bind(now)
                    .execute(&mut **db)
                    .await
                    .map(drop)
            })?;
        }
    }
    tx.commit().await
}

/// Notes that nobody knows what became of those whose outcome an earlier run did not write down: it
/// was killed.
///
/// # Errors
/// [`Error::Gone`] when the lease is another's.
pub async fn forsake(
    store: &Store,
    lease: &Lease,
    account: AccountId,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "UPDATE pop3_deletions SET outcome = 'unknown', finished_at = $2
        WHERE account_id = $1 AND outcome = 'sent'";
    let mut tx = store.begin().await?;
    leases::hold(&mut tx, lease, now).await?;
    on!(&mut tx, db => {
        sqlx::query(SQL).bind(account.get()).bind(now).execute(&mut **db).await.map(drop)
    })?;
    tx.commit().await
}

/// What was to be deleted and is stored still, while nobody knows whether the server has it; and
/// when that was asked for last (ms).
///
/// # Errors
/// What the database says.
pub async fn doubtful(store: &Store, account: AccountId) -> Result<Vec<(LedgerId, i64)>, Error> {
    const SQL: &str = "SELECT d.ledger_id AS id, MAX(d.created_at) AS times
        FROM pop3_deletions d JOIN pop3_ledger l ON l.id = d.ledger_id
        WHERE d.account_id = $1 AND d.outcome = 'unknown' AND l.state = 'stored'
        GROUP BY d.ledger_id ORDER BY d.ledger_id";
    let rows: Vec<Times> = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(account.get()).fetch_all(db).await
    })?;
    Ok(rows.into_iter().map(|row| (row.id, row.times)).collect())
}

/// Notes what a listing told of what was doubtful: `gone` are deleted, `kept` are not.
///
/// # Errors
/// [`Error::Gone`] when the lease is another's.
pub async fn settle(
    store: &Store,
    lease: &Lease,
    account: AccountId,
    gone: &[LedgerId],
    kept: &[LedgerId],
    now: i64,
) -> Result<(), Error> {
    const LOG: &str = "UPDATE pop3_deletions SET outcome = $3
        WHERE ledger_id = $1 AND account_id = $2 AND outcome = 'unknown'";
    const LEDGER: &str = "UPDATE pop3_ledger SET state = 'deleted', deleted_at = $3
        WHERE id = $1 AND account_id = $2 AND state = 'stored'";
    let mut tx = store.begin_durable().await?;
    leases::hold(&mut tx, lease, now).await?;
    let gone = gone.iter().map(|id| (id, Outcome::Gone));
    let all = gone.chain(kept.iter().map(|id| (id, Outcome::Kept)));
    for (id, outcome) in all {
        on!(&mut tx, db => {
            sqlx::query(LOG)
                .bind(id.get())
                .bind(account.get())
                .bind(outcome.as_str())
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
        if outcome == Outcome::Gone {
            on!(&mut tx, db => {
                sqlx::query(LEDGER)
                    .bind(id.get())
                    .bind(account.get())
                    .bind(now)
                    .execute(&mut **db)
                    .await
                    .map(drop)
            })?;
        }
    }
    tx.commit().await
}

/// At most `limit` of them, the last first, from before `before`.
///
/// # Errors
/// What the database says.
pub async fn list(
    store: &Store,
    account: AccountId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<DeletionRow>, Error> {
    const SQL: &str = "SELECT id, ledger_id, policy, uidl, size, sha256, outcome, created_at,
            finished_at
        FROM pop3_deletions WHERE account_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(account.get())
            .bind(before.unwrap_or(i64::MAX))
            .bind(limit)
            .fetch_all(db)
            .await
    })?)
}

/// How often the server has confirmed each deletion: more than once where it did not keep its word.
///
/// # Errors
/// What the database says.
pub async fn confirmed(store: &Store, account: AccountId) -> Result<Vec<(LedgerId, i64)>, Error> {
    const SQL: &str = "SELECT ledger_id AS id, COUNT(*) AS times FROM pop3_deletions
        WHERE account_id = $1 AND outcome = 'confirmed' GROUP BY ledger_id";
    let rows: Vec<Times> = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(account.get()).fetch_all(db).await
    })?;
    Ok(rows.into_iter().map(|row| (row.id, row.times)).collect())
}

row! {
    struct Times {
        id: LedgerId,
        times: i64,
    }
}
