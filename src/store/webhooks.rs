//! Programs elsewhere that are told of changes: where, of what, and who tells them at the moment.
//! What they were told is in [`deliveries`].
//!
//! One process tells a webhook at a time ([`take`]); a claim that runs out goes to whoever asks,
//! and what its former holder still writes changes nothing.

pub mod deliveries;

use super::{
    Store,
    accounts::Sealed,
    error::Error,
    id::{AccountId, UserId, WebhookId},
    row::{list as json, row, text, words},
    transaction::{Tx, on},
};

/// Webhooks that a user may have.
pub const MOST: i64 = 20;

words! {
    /// How a webhook stands.
    WebhookState {
        /// It is told what changes.
        Active = "active",
        /// It is not, until its owner wants that.
        Paused = "paused",
    }
}

row! {
    /// A webhook.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct WebhookRow {
        /// The webhook.
        pub id: WebhookId,
        /// Whose it is.
        pub user_id: UserId,
        /// Where it is told.
        pub url: String,
        /// The types of changes that are told; none is all.
        pub types_json: Vec<String>,
        /// Of all accounts, later ones as well.
        pub all_accounts: bool,
        /// Names the secret in signatures.
        pub key_id: String,
        /// The secret that signs, sealed.
        pub secret: Sealed,
        /// How it stands.
        pub state: WebhookState,
        /// Why it is paused; `""` when its owner has paused it.
        pub reason: String,
        /// The number of the last event that is in a delivery, or of no interest to it.
        pub seq: i64,
        /// Tries that failed since the last that did not.
        pub failures: i64,
        /// Not tried before (ms).
        pub next_at: i64,
        /// When it was made (ms).
        pub created_at: i64,
        /// When its owner last changed it, or when it was paused (ms).
        pub updated_at: i64,
    }
}

row! {
    /// An account that a webhook is told of.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Told {
        /// The webhook.
        pub webhook_id: WebhookId,
        /// The account.
        pub account_id: AccountId,
    }
}

row! {
    /// A webhook that has something to be told.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Due {
        /// The webhook.
        pub id: WebhookId,
        /// Whose it is.
        pub user_id: UserId,
    }
}

/// What signs a webhook's deliveries.
#[derive(Clone, Copy, Debug)]
pub struct Signing<'a> {
    /// Names it.
    pub key_id: &'a str,
    /// The secret, sealed.
    pub secret: &'a Sealed,
}

/// A webhook to make.
#[derive(Clone, Copy, Debug)]
pub struct NewWebhook<'a> {
    /// As in [`WebhookRow`].
    pub url: &'a str,
    /// As in [`WebhookRow`].
    pub types: &'a [String],
    /// The accounts; `None` for all.
    pub accounts: Option<&'a [i64]>,
    /// What signs.
    pub signing: Signing<'a>,
}

/// What of a webhook is to be different; what is `None` stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change<'a> {
    /// As in [`WebhookRow`].
    pub url: Option<&'a str>,
    /// As in [`WebhookRow`].
    pub types: Option<&'a [String]>,
    /// The accounts; `Some(None)` for all.
    pub accounts: Option<Option<&'a [i64]>>,
    /// Another that signs.
    pub signing: Option<Signing<'a>>,
    /// Told again, and at once, or paused by its owner.
    pub state: Option<WebhookState>,
}

/// The columns of [`WebhookRow`], for `concat!`.
macro_rules! columns {
    () => {
        "id, user_id, url, types_json, all_accounts, key_id, secret, state, reason, seq, failures,
         next_at, created_at, updated_at"
    };
}

/// Makes a webhook, which is told what happens from now on. `None` when the user has [`MOST`].
///
/// # Errors
/// [`Error::Gone`] when the user was deleted meanwhile, or an account is not theirs.
pub async fn create(
    store: &Store,
    user: UserId,
    new: &NewWebhook<'_>,
    now: i64,
) -> Result<Option<WebhookRow>, Error> {
    const INSERT: &str = concat!(
        "INSERT INTO webhooks (user_id, url, types_json, all_accounts, key_id, secret, seq,
            created_at, updated_at)
         SELECT id, $2, $3, $4, $5, $6, event_seq, $7, $7 FROM users
         WHERE id = $1 AND (SELECT count(*) FROM webhooks WHERE user_id = $1) < $8
         RETURNING ",
        columns!()
    );
    let mut tx = store.begin().await?;
    let row: Option<WebhookRow> = on!(&mut tx, db => {
        sqlx::query_as(INSERT)
            .bind(user.get())
            .bind(text(new.url))
            .bind(json(new.types))
            .bind(i64::from(new.accounts.is_none()))
            .bind(new.signing.key_id)
            .bind(new.signing.secret.0.as_slice())
            .bind(now)
            .bind(MOST)
            .fetch_optional(&mut **db)
            .await
    })?;
    if let Some(row) = &row {
        set_accounts(&mut tx, row, new.accounts.unwrap_or_default()).await?;
    }
    tx.commit().await?;
    Ok(row)
}

async fn set_accounts(tx: &mut Tx, row: &WebhookRow, accounts: &[i64]) -> Result<(), Error> {
    const CLEAR: &str = "DELETE FROM webhook_accounts WHERE webhook_id = $1";
    const INSERT: &str = "INSERT INTO webhook_accounts (webhook_id, account_id, user_id)
        SELECT $1, id, user_id FROM accounts WHERE id = $2 AND user_id = $3 AND gone_at IS NULL
        ON CONFLICT (webhook_id, account_id) DO UPDATE SET user_id = excluded.user_id";
    on!(&mut *tx, db => {
        sqlx::query(CLEAR).bind(row.id.get()).execute(&mut **db).await.map(drop)
    })?;
    for account in accounts {
        let added = on!(&mut *tx, db => {
            sqlx::query(INSERT)
                .bind(row.id.get())
                .bind(account)
                .bind(row.user_id.get())
                .execute(&mut **db)
                .await
                .map(|done| done.rows_affected())
        })?;
        if added == 0 {
            return Err(Error::Gone);
        }
    }
    Ok(())
}

/// Changes one of the user's webhooks. `None` when they have none of this number.
///
/// # Errors
/// [`Error::Gone`] when an account is not theirs.
pub async fn change(
    store: &Store,
    user: UserId,
    id: i64,
    change: &Change<'_>,
    now: i64,
) -> Result<Option<WebhookRow>, Error> {
    const TOUCH: &str = concat!(
        "UPDATE webhooks SET updated_at = $3 WHERE id = $1 AND user_id = $2 RETURNING ",
        columns!()
    );
    const SQL: &str = concat!(
        "UPDATE webhooks SET url = $2, types_json = $3, all_accounts = $4, key_id = $5,
            secret = $6, state = $7, reason = $8, failures = $9, next_at = $10
         WHERE id = $1 RETURNING ",
        columns!()
    );
    let mut tx = store.begin().await?;
    let row: Option<WebhookRow> = on!(&mut tx, db => {
        sqlx::query_as(TOUCH)
            .bind(id)
            .bind(user.get())
            .bind(now)
            .fetch_optional(&mut **db)
            .await
    })?;
    let Some(mut row) = row else {
        return Ok(None);
    };
    if let Some(url) = change.url {
        row.url = text(url).into_owned();
    }
    if let Some(types) = change.types {
        row.types_json = types.to_vec();
    }
    if let Some(signing) = change.signing {
        signing.key_id.clone_into(&mut row.key_id);
        row.secret = signing.secret.clone();
    }
    match change.state {
        Some(WebhookState::Active) => {
            row.state = WebhookState::Active;
            row.reason.clear();
            (row.failures, row.next_at) = (0, now);
        }
        // One that was paused for a reason keeps it.
        Some(WebhookState::Paused) => row.state = WebhookState::Paused,
        None => {}
    }
    if let Some(accounts) = change.accounts {
        row.all_accounts = accounts.is_none();
        set_accounts(&mut tx, &row, accounts.unwrap_or_default()).await?;
    }
    let row: WebhookRow = on!(&mut tx, db => {
        sqlx::query_as(SQL)
            .bind(row.id.get())
            .bind(row.url.as_str())
            .bind(json(&row.types_json))
            .bind(i64::from(row.all_accounts))
            .bind(row.key_id.as_str())
            .bind(row.secret.0.as_slice())
            .bind(row.state.as_str())
            .bind(row.reason.as_str())
            .bind(row.failures)
            .bind(row.next_at)
            .fetch_one(&mut **db)
            .await
    })?;
    tx.commit().await?;
    Ok(Some(row))
}

/// The user's webhooks, the oldest first.
///
/// # Errors
/// What the database says.
pub async fn list(store: &Store, user: UserId) -> Result<Vec<WebhookRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM webhooks WHERE user_id = $1 ORDER BY id"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).fetch_all(db).await
    })?)
}

/// The user's webhook of this number.
///
/// # Errors
/// What the database says.
pub async fn get(store: &Store, user: UserId, id: i64) -> Result<Option<WebhookRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM webhooks WHERE user_id = $1 AND id = $2"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).bind(id).fetch_optional(db).await
    })?)
}

/// The accounts of those of the user's webhooks that are not told of all.
///
/// # Errors
/// What the database says.
pub async fn accounts(store: &Store, user: UserId) -> Result<Vec<Told>, Error> {
    const SQL: &str = "SELECT webhook_id, account_id FROM webhook_accounts
        WHERE user_id = $1 ORDER BY webhook_id, account_id";
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).fetch_all(db).await
    })?)
}

/// Forgets one of the user's webhooks, and what it was told. False when there is none.
///
/// # Errors
/// What the database says.
pub async fn remove(store: &Store, user: UserId, id: i64) -> Result<bool, Error> {
    // Durable: what was deleted must not be told again after a power cut.
    let mut tx = store.begin_durable().await?;
    let removed = on!(&mut tx, db => {
        sqlx::query("DELETE FROM webhooks WHERE user_id = $1 AND id = $2")
            .bind(user.get())
            .bind(id)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    tx.commit().await?;
    Ok(removed > 0)
}

/// Webhooks that have something to be told by now and that nobody tells, at most `limit`, the one
/// that has waited longest first.
///
/// # Errors
/// What the database says.
pub async fn due(store: &Store, now: i64, limit: i64) -> Result<Vec<Due>, Error> {
    const SQL: &str = "SELECT w.id, w.user_id FROM webhooks w JOIN users u ON u.id = w.user_id
        WHERE w.state = 'active' AND w.next_at <= $1 AND w.claimed_until <= $1
            AND (u.event_seq <> w.seq OR EXISTS (SELECT 1 FROM webhook_deliveries d
                WHERE d.webhook_id = w.id AND d.state = 'pending'))
        ORDER BY w.next_at, w.id LIMIT $2";
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(now).bind(limit).fetch_all(db).await
    })?)
}

/// When the next webhook is tried again that has failed (ms), if there is one.
///
/// # Errors
/// What the database says.
pub async fn next_try(store: &Store, now: i64) -> Result<Option<i64>, Error> {
    const SQL: &str = "SELECT MIN(next_at) FROM webhooks WHERE state = 'active' AND next_at > $1";
    let (at,): (Option<i64>,) = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(now).fetch_one(db).await
    })?;
    Ok(at)
}

/// Takes a webhook, to tell it what is due until `until` (ms): one process gets it. `None` when
/// another has it, or it is not due.
///
/// # Errors
/// What the database says.
pub async fn take(
    store: &Store,
    id: WebhookId,
    who: &str,
    now: i64,
    until: i64,
) -> Result<Option<WebhookRow>, Error> {
    const SQL: &str = concat!(
        "UPDATE webhooks SET claimed_by = $2, claimed_until = $4
         WHERE id = $1 AND state = 'active' AND next_at <= $3 AND claimed_until <= $3
         RETURNING ",
        columns!()
    );
    Ok(on!(store.writer(), db => {
        sqlx::query_as(SQL)
            .bind(id.get())
            .bind(who)
            .bind(now)
            .bind(until)
            .fetch_optional(db)
            .await
    })?)
}

/// Gives a webhook back. Nothing happens when another has it now.
///
/// # Errors
/// What the database says.
pub async fn release(store: &Store, id: WebhookId, who: &str) -> Result<(), Error> {
    const SQL: &str = "UPDATE webhooks SET claimed_by = '', claimed_until = 0
        WHERE id = $1 AND claimed_by = $2";
    on!(store.writer(), db => {
        sqlx::query(SQL).bind(id.get()).bind(who).execute(db).await.map(drop)
    })?;
    Ok(())
}
