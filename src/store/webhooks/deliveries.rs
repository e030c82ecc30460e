//! What webhooks were told, and what they are to be told next: one delivery at a time for each, in
//! the order of the events, the same until it has arrived.

use crate::store::{
    Store,
    error::Error,
    id::WebhookId,
    row::{row, text, words},
    transaction::{Tx, on},
};

/// Deliveries of a webhook that are kept.
pub const KEPT: i64 = 100;

words! {
    /// What a delivery is.
    DeliveryKind {
        /// It tells what has changed.
        Changes = "changes",
        /// Its owner wants to see whether it arrives.
        Test = "test",
    }
}

words! {
    /// How a delivery stands.
    DeliveryState {
        /// It is tried again.
        Pending = "pending",
        /// It has arrived.
        Delivered = "delivered",
        /// It has not, and is not tried again: a test.
        Failed = "failed",
    }
}

row! {
    /// A delivery.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DeliveryRow {
        /// Its number.
        pub id: i64,
        /// What the receiver knows it by.
        pub name: String,
        /// What it is.
        pub kind: DeliveryKind,
        /// How it stands.
        pub state: DeliveryState,
        /// Changes that it tells of.
        pub changes: i64,
        /// What is sent, JSON; `""` once it has been delivered.
        pub body: String,
        /// Tries so far.
        pub attempts: i64,
        /// The status of the last answer; 0 without one.
        pub status: i64,
        /// Why the last try failed, a word.
        pub error: String,
        /// How long the last try took (ms).
        pub took: i64,
        /// When it was made (ms).
        pub created_at: i64,
        /// When it was last tried (ms).
        pub tried_at: Option<i64>,
    }
}

/// A delivery to make.
#[derive(Clone, Copy, Debug)]
pub struct NewDelivery<'a> {
    /// As in [`DeliveryRow`].
    pub name: &'a str,
    /// As in [`DeliveryRow`].
    pub changes: i64,
    /// As in [`DeliveryRow`].
    pub body: &'a str,
}

/// How a try went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tried<'a> {
    /// The status of the answer; 0 without one.
    pub status: i64,
    /// Why it failed; `""` when it did not.
    pub error: &'a str,
    /// How long it took (ms).
    pub took: i64,
    /// When it ended (ms).
    pub at: i64,
}

/// What follows from a failed try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then<'a> {
    /// It is tried again at this time (ms).
    Again(i64),
    /// The webhook is paused, for this reason.
    Pause(&'a str),
}

/// The columns of [`DeliveryRow`], for `concat!`.
macro_rules! columns {
    () => {
        "id, name, kind, state, changes, body, attempts, status, error, took, created_at, tried_at"
    };
}

/// Notes that all events up to `seq` are dealt with: they are in this delivery, or of no interest.
/// False when the webhook is not `who`'s any more; then nothing was changed.
///
/// # Errors
/// [`Error::Conflict`] while another delivery of this webhook is pending.
pub async fn advance(
    store: &Store,
    webhook: WebhookId,
    who: &str,
    seq: i64,
    delivery: Option<&NewDelivery<'_>>,
    now: i64,
) -> Result<bool, Error> {
    const ADVANCE: &str = "UPDATE webhooks SET seq = $3 WHERE id = $1 AND claimed_by = $2";
    const INSERT: &str =
        "INSERT INTO webhook_deliveries (webhook_id, name, changes, body, created_at)
        VALUES ($1, $2, $3, $4, $5)";
    let mut tx = store.begin().await?;
    let advanced = on!(&mut tx, db => {
        sqlx::query(ADVANCE)
            .bind(webhook.get())
            .bind(who)
            .bind(seq)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    if advanced == 0 {
        return Ok(false);
    }
    if let Some(new) = delivery {
        on!(&mut tx, db => {
            sqlx::query(INSERT)
                .bind(webhook.get())
                .bind(new.name)
                .bind(new.changes)
                .bind(text(new.body))
                .bind(now)
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
        trim(&mut tx, webhook).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Forgets what is older than the newest [`KEPT`].
async fn trim(tx: &mut Tx, webhook: WebhookId) -> Result<(), Error> {
    const SQL: &str = "DELETE FROM webhook_deliveries WHERE webhook_id = $1 AND state <> 'pending'
        AND id NOT IN (SELECT id FROM webhook_deliveries WHERE webhook_id = $1
            ORDER BY id DESC LIMIT $2)";
    on!(tx, db => {
        sqlx::query(SQL).bind(webhook.get()).bind(KEPT).execute(&mut **db).await.map(drop)
    })?;
    Ok(())
}

/// What a webhook is to be told next, if that is known already.
///
/// # Errors
/// What the database says.
pub async fn pending(store: &Store, webhook: WebhookId) -> Result<Option<DeliveryRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM webhook_deliveries WHERE webhook_id = $1 AND state = 'pending'"
    );
    // What has just been written must be there: on SQLite the writer sees it first.
    Ok(on!(store.writer(), db => {
        sqlx::query_as(SQL).bind(webhook.get()).fetch_optional(db).await
    })?)
}

/// A delivery has arrived: its webhook is free for the next one.
///
/// # Errors
/// What the database says.
pub async fn arrived(
    store: &Store,
    webhook: WebhookId,
    who: &str,
    delivery: i64,
    tried: &Tried<'_>,
) -> Result<(), Error> {
    const FREE: &str = "UPDATE webhooks SET failures = 0, next_at = $3, claimed_by = '',
            claimed_until = 0
        WHERE id = $1 AND claimed_by = $2";
    let mut tx = store.begin().await?;
    note(&mut tx, webhook, delivery, DeliveryState::Delivered, tried).await?;
    on!(&mut tx, db => {
        sqlx::query(FREE)
            .bind(webhook.get())
            .bind(who)
            .bind(tried.at)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    tx.commit().await
}

/// A delivery has not arrived.
///
/// # Errors
/// What the database says.
pub async fn failed(
    store: &Store,
    webhook: WebhookId,
    who: &str,
    delivery: i64,
    tried: &Tried<'_>,
    then: Then<'_>,
) -> Result<(), Error> {
    const LATER: &str = "UPDATE webhooks SET failures = failures + 1, next_at = $3,
            claimed_by = '', claimed_until = 0
        WHERE id = $1 AND claimed_by = $2";
    const PAUSE: &str =
        "UPDATE webhooks SET failures = failures + 1, state = 'paused', reason = $3,
            updated_at = $4, claimed_by = '', claimed_until = 0
        WHERE id = $1 AND claimed_by = $2";
    let mut tx = store.begin().await?;
    note(&mut tx, webhook, delivery, DeliveryState::Pending, tried).await?;
    match then {
        Then::Again(at) => on!(&mut tx, db => {
            sqlx::query(LATER)
                .bind(webhook.get())
                .bind(who)
                .bind(at)
                .execute(&mut **db)
                .await
                .map(drop)
        })?,
        Then::Pause(reason) => on!(&mut tx, db => {
            sqlx::query(PAUSE)
                .bind(webhook.get())
                .bind(who)
                .bind(reason)
                .bind(tried.at)
                .execute(&mut **db)
                .await
                .map(drop)
        })?,
    }
    tx.commit().await
}

async fn note(
    tx: &mut Tx,
    webhook: WebhookId,
    delivery: i64,
    state: DeliveryState,
    tried: &Tried<'_>,
) -> Result<(), Error> {
    // One that has arrived stays so, whatever a slower process has met with.
    const SQL: &str = "UPDATE webhook_deliveries SET state = $3, attempts = attempts + 1,
            status = $4, error = $5, took = $6, tried_at = $7,
            body = CASE WHEN $3 = 'pending' THEN body ELSE '' END
        WHERE id = $1 AND webhook_id = $2 AND state = 'pending'";
    on!(tx, db => {
        sqlx::query(SQL)
            .bind(delivery)
            .bind(webhook.get())
            .bind(state.as_str())
            .bind(tried.status)
            .bind(tried.error)
            .bind(tried.took)
            .bind(tried.at)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Notes a test, which is over.
///
/// # Errors
/// [`Error::Gone`] when the webhook was deleted meanwhile.
pub async fn tested(
    store: &Store,
    webhook: WebhookId,
    name: &str,
    state: DeliveryState,
    tried: &Tried<'_>,
) -> Result<DeliveryRow, Error> {
    const INSERT: &str = concat!(
        "INSERT INTO webhook_deliveries
            (webhook_id, name, kind, state, attempts, status, error, took, created_at, tried_at)
         VALUES ($1, $2, 'test', $3, 1, $4, $5, $6, $7, $8) RETURNING ",
        columns!()
    );
    let mut tx = store.begin().await?;
    let row = on!(&mut tx, db => {
        sqlx::query_as(INSERT)
            .bind(webhook.get())
            .bind(name)
            .bind(state.as_str())
            .bind(tried.status)
            .bind(tried.error)
            .bind(tried.took)
            .bind(tried.at - tried.took)
            .bind(tried.at)
            .fetch_one(&mut **db)
            .await
    })?;
    trim(&mut tx, webhook).await?;
    tx.commit().await?;
    Ok(row)
}

/// What a webhook was told, the newest first.
///
/// # Errors
/// What the database says.
pub async fn list(store: &Store, webhook: WebhookId) -> Result<Vec<DeliveryRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM webhook_deliveries WHERE webhook_id = $1 ORDER BY id DESC"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(webhook.get()).fetch_all(db).await
    })?)
}
