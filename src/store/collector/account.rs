//! How an account is collected, and how that goes: one row per POP3 account.

use super::{Policy, PolicyKind};
use crate::store::{
    Store,
    accounts::Sealed,
    error::Error,
    id::AccountId,
    row::{row, text},
    transaction::on,
};

row! {
    /// See the module's description.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CollectorRow {
        /// The account.
        pub account_id: AccountId,
        /// What is deleted on the server; its number is in one of the next two.
        pub policy: PolicyKind,
        /// Days of [`Policy::AfterDays`].
        pub days: u32,
        /// Megabytes of [`Policy::AboveSize`].
        pub megabytes: u32,
        /// Collected while nobody is signed in, too.
        pub background: bool,
        /// Minutes between two runs.
        pub interval_minutes: u32,
        /// Its owner has paused it.
        pub paused: bool,
        /// The server has no UIDL: messages are known by their bytes, and nothing is deleted.
        pub without_uidl: bool,
        /// What the server said in CAPA, as JSON; `""` when it has none.
        pub capabilities_json: String,
        /// Seconds that must lie between two sign-ins.
        pub login_delay: u32,
        /// Runs failed in a row.
        pub failures: u32,
        /// The code of the last error; `""` when the last run went well.
        pub last_error: String,
        /// Messages done in this or the last run.
        pub progress_done: i64,
        /// Messages to do in it.
        pub progress_total: i64,
        /// Messages on the server at the last listing.
        pub remote_count: i64,
        /// Their octets.
        pub remote_bytes: i64,
        /// When the last run began (ms).
        pub started_at: Option<i64>,
        /// When it ended (ms); `None` while it runs.
        pub finished_at: Option<i64>,
        /// When a run last went well (ms).
        pub succeeded_at: Option<i64>,
        /// When the next one is due (ms).
        pub next_at: i64,
        /// The account's data key, wrapped for collecting with nobody signed in.
        pub data_key: Option<Sealed>,
    }
}

impl CollectorRow {
    /// What is deleted on the server.
    pub fn policy(&self) -> Policy {
        match self.policy {
            PolicyKind::Keep => Policy::Keep,
            PolicyKind::AfterDays => Policy::AfterDays(self.days),
            PolicyKind::WhenDeletedHere => Policy::WhenDeletedHere,
            PolicyKind::WhenLeavesInbox => Policy::WhenLeavesInbox,
            PolicyKind::AboveSize => Policy::AboveSize(self.megabytes),
        }
    }
}

impl CollectorRow {
    /// The first moment from `now` on in which the server would let us sign in again (ms).
    pub fn earliest(&self, now: i64) -> i64 {
        let last = self.finished_at.or(self.started_at).unwrap_or(0);
        now.max(last.saturating_add(i64::from(self.login_delay) * 1000))
    }
}

/// The columns of [`CollectorRow`], for `concat!`.
macro_rules! columns {
    () => {
        "account_id, policy, days, megabytes, background, interval_minutes, paused, without_uidl,
         capabilities_json, login_delay, failures, last_error, progress_done, progress_total,
         remote_count, remote_bytes, started_at, finished_at, succeeded_at, next_at, data_key"
    };
}

/// The account's row, made when missing: everything is kept on the server, and the next run is due.
///
/// # Errors
/// [`Error::Gone`] when there is no such account any more.
pub async fn provide(store: &Store, account: AccountId) -> Result<CollectorRow, Error> {
    const SQL: &str = "INSERT INTO pop3_accounts (account_id)
        SELECT id FROM accounts WHERE id = $1 AND gone_at IS NULL
        ON CONFLICT (account_id) DO NOTHING";
    if let Some(row) = get(store, account).await? {
        return Ok(row);
    }
    on!(store.writer(), db => {
        sqlx::query(SQL).bind(account.get()).execute(db).await.map(drop)
    })?;
    get(store, account).await?.ok_or(Error::Gone)
}

/// The account's row.
///
/// # Errors
/// What the database says.
pub async fn get(store: &Store, account: AccountId) -> Result<Option<CollectorRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM pop3_accounts WHERE account_id = $1"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(account.get()).fetch_optional(db).await
    })?)
}

/// The accounts whose next run is due, that nobody has paused, and that are collected with nobody
/// signed in: the longest due first.
///
/// # Errors
/// What the database says.
pub async fn due(store: &Store, now: i64, limit: i64) -> Result<Vec<CollectorRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM pop3_accounts WHERE paused = 0 AND next_at <= $1 AND data_key IS NOT NULL
         ORDER BY next_at LIMIT $2"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(now).bind(limit).fetch_all(db).await
    })?)
}

/// Sets what is deleted on the server. On disk when this returns: a "keep" must not come too late.
///
/// # Errors
/// What the database says.
pub async fn set_policy(store: &Store, account: AccountId, policy: Policy) -> Result<(), Error> {
    const SQL: &str = "UPDATE pop3_accounts SET policy = $2, days = $3, megabytes = $4
        WHERE account_id = $1";
    let (days, megabytes) = match policy {
        Policy::AfterDays(days) => (days, 0),
        Policy::AboveSize(megabytes) => (0, megabytes),
        _ => (0, 0),
    };
    let mut tx = store.begin_durable().await?;
    on!(&mut tx, db => {
        sqlx::query(SQL)
            .bind(account.get())
            .bind(policy.kind().as_str())
            .bind(i64::from(days))
            .bind(i64::from(megabytes))
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    tx.commit().await
}

/// Sets how often it is collected, and with nobody signed in where `data_key` is given. On disk
/// when this returns: a key taken away is gone.
///
/// # Errors
/// What the database says.
pub async fn set_schedule(
    store: &Store,
    account: AccountId,
    interval_minutes: u32,
    data_key: Option<&Sealed>,
) -> Result<(), Error> {
    const SQL: &str = "UPDATE pop3_accounts
        SET interval_minutes = $2, background = $3, data_key = $4 WHERE account_id = $1";
    let mut tx = store.begin_durable().await?;
    on!(&mut tx, db => {
        sqlx::query(SQL)
            .bind(account.get())
            .bind(i64::from(interval_minutes))
            .bind(i64::from(data_key.is_some()))
            .bind(data_key.map(|key| key.0.as_slice()))
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    tx.commit().await
}

/// Pauses it, or goes on.
///
/// # Errors
/// What the database says.
pub async fn set_paused(store: &Store, account: AccountId, paused: bool) -> Result<(), Error> {
    const SQL: &str = "UPDATE pop3_accounts SET paused = $2 WHERE account_id = $1";
    on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(account.get())
            .bind(i64::from(paused))
            .execute(db)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Wishes the next run at this time (ms).
///
/// # Errors
/// What the database says.
pub async fn set_next(store: &Store, account: AccountId, next_at: i64) -> Result<(), Error> {
    const SQL: &str = "UPDATE pop3_accounts SET next_at = $2 WHERE account_id = $1";
    on!(store.writer(), db => {
        sqlx::query(SQL).bind(account.get()).bind(next_at).execute(db).await.map(drop)
    })?;
    Ok(())
}

/// A run has begun.
///
/// # Errors
/// What the database says.
pub async fn began(store: &Store, account: AccountId, now: i64) -> Result<(), Error> {
    const SQL: &str = "UPDATE pop3_accounts SET started_at = $2, finished_at = NULL,
            progress_done = 0, progress_total = 0 WHERE account_id = $1";
    on!(store.writer(), db => {
        sqlx::query(SQL).bind(account.get()).bind(now).execute(db).await.map(drop)
    })?;
    Ok(())
}

/// What a server has shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown<'a> {
    /// What it said in CAPA, as JSON; `""` when it has none.
    pub capabilities_json: &'a str,
    /// Seconds that must lie between two sign-ins.
    pub login_delay: u32,
    /// It has no UIDL.
    pub without_uidl: bool,
    /// Messages.
    pub count: i64,
    /// Their octets.
    pub bytes: i64,
}

/// The server has listed what it has; so many messages are to be fetched.
///
/// # Errors
/// What the database says.
pub async fn listed(
    store: &Store,
    account: AccountId,
    shown: Shown<'_>,
    total: i64,
) -> Result<(), Error> {
    const SQL: &str = "UPDATE pop3_accounts SET capabilities_json = $2, login_delay = $3,
            without_uidl = $4, remote_count = $5, remote_bytes = $6,
            progress_total = $7
        WHERE account_id = $1";
    on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(account.get())
            .bind(text(shown.capabilities_json))
            .bind(i64::from(shown.login_delay))
            .bind(i64::from(shown.without_uidl))
            .bind(shown.count)
            .bind(shown.bytes)
            .bind(total)
            .execute(db)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// The server has these seconds between two sign-ins.
///
/// # Errors
/// What the database says.
pub async fn set_login_delay(store: &Store, account: AccountId, delay: u32) -> Result<(), Error> {
    const SQL: &str = "UPDATE pop3_accounts SET login_delay = $2 WHERE account_id = $1";
    on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(account.get())
            .bind(i64::from(delay))
            .execute(db)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// A run was stopped before its end: by its owner, or because the program ends.
///
/// # Errors
/// What the database says.
pub async fn stopped(store: &Store, account: AccountId, now: i64) -> Result<(), Error> {
    const SQL: &str = "UPDATE pop3_accounts SET finished_at = $2 WHERE account_id = $1";
    on!(store.writer(), db => {
        sqlx::query(SQL).bind(account.get()).bind(now).execute(db).await.map(drop)
    })?;
    Ok(())
}

/// So many of them are done.
///
/// # Errors
/// What the database says.
pub async fn set_progress(store: &Store, account: AccountId, done: i64) -> Result<(), Error> {
    const SQL: &str = "UPDATE pop3_accounts SET progress_done = $2 WHERE account_id = $1";
    on!(store.writer(), db => {
        sqlx::query(SQL).bind(account.get()).bind(done).execute(db).await.map(drop)
    })?;
    Ok(())
}

/// A run has ended: well when `error` is `""`. The next one is due at `next_at` (ms).
///
/// # Errors
/// What the database says.
pub async fn finished(
    store: &Store,
    account: AccountId,
    error: &str,
    next_at: i64,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "UPDATE pop3_accounts SET finished_at = $2, next_at = $3, last_error = $4,
            failures = CASE WHEN $4 = '' THEN 0 ELSE failures + 1 END,
            succeeded_at = CASE WHEN $4 = '' THEN $2 ELSE succeeded_at END
        WHERE account_id = $1";
    on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(account.get())
            .bind(now)
            .bind(next_at)
            .bind(text(error))
            .execute(db)
            .await
            .map(drop)
    })?;
    Ok(())
}
