//! What has changed, numbered per user: the source of live pages, of the API's states, and later
//! of JMAP's.
//!
//! The number comes from the user's row, which stays locked until the event is committed. So
//! numbers become visible in their order, and whoever has read up to one has missed none before
//! it; a sequence of the database gives no such promise.

use super::{
    Store,
    error::Error,
    id::{AccountId, UserId},
    news,
    row::{Field, Unreadable, key, row},
    transaction::on,
};
use crate::mail::id::MailboxId;

/// How long events are kept (ms).
pub const KEPT_FOR: i64 = 24 * 60 * 60 * 1000;

/// How many are kept per user.
pub const KEPT_ROWS: i64 = 10_000;

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// It is new.
    Created,
    /// It has changed.
    Updated,
    /// It is no more.
    Destroyed,
}

impl Action {
    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Destroyed => "destroyed",
        }
    }
}

impl Field for Action {
    type Column = String;

    fn from_column(column: String) -> Result<Self, Unreadable> {
        [Self::Created, Self::Updated, Self::Destroyed]
            .into_iter()
            .find(|action| action.as_str() == column)
            .ok_or(Unreadable)
    }
}

/// A change to tell.
#[derive(Clone, Copy, Debug)]
pub struct NewEvent<'a> {
    /// The account that it is in; `None` for what is the user's own, such as settings.
    pub account: Option<AccountId>,
    /// RFC 8621's name of what has changed: `Email`, `Mailbox`, `Identity`…
    pub kind: &'a str,
    /// What happened to it.
    pub action: Action,
    /// Its id, or several with spaces between; `""` for "something of this kind".
    pub object: &'a str,
    /// The folder concerned.
    pub mailbox: Option<MailboxId>,
}

row! {
    /// A change.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct EventRow {
        /// Its number: 1, 2, 3… per user.
        pub seq: i64,
        /// The account that it is in; `None` for what is the user's own.
        pub account_id: Option<AccountId>,
        /// RFC 8621's name of what has changed.
        pub kind: String,
        /// What happened to it.
        pub action: Action,
        /// Its id, or several with spaces between; `""` for "something of this kind".
        pub object: String,
        /// The folder concerned.
        pub mailbox_id: Option<MailboxId>,
        /// When (ms); never less than that of the event before.
        pub created_at: i64,
    }
}

/// What has happened since a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Since {
    /// These, oldest first; nothing is missing in between.
    Events {
        /// The changes.
        events: Vec<EventRow>,
        /// There are more after the last of these.
        more: bool,
    },
    /// Not known any more: what the reader has must be read anew, and goes on from `latest`.
    Expired {
        /// The newest number.
        latest: i64,
    },
}

/// Writes changes down, and tells other processes; returns the newest number. Drops the user's oldest ones beyond
/// [`KEPT_ROWS`].
///
/// # Errors
/// [`Error::Gone`] when the user or an account was deleted meanwhile.
pub async fn append(
    store: &Store,
    user: UserId,
    events: &[NewEvent<'_>],
    now: i64,
) -> Result<i64, Error> {
    const NUMBER: &str = "UPDATE users SET event_seq = event_seq + $2,
            event_at = CASE WHEN event_at > $3 THEN event_at ELSE $3 END
        WHERE id = $1
        RETURNING event_seq, event_at";
    const INSERT: &str = "INSERT INTO events
            (user_id, seq, account_id, kind, action, object, mailbox_id, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    const TRIM: &str = "DELETE FROM events WHERE user_id = $1 AND seq <= $2";
    let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
    let mut tx = store.begin().await?;
    let numbered: Option<(i64, i64)> = on!(&mut tx, db => {
        sqlx::query_as(NUMBER)
            .bind(user.get())
            .bind(count)
            .bind(now)
            .fetch_optional(&mut **db)
            .await
    })?;
    let (latest, at) = numbered.ok_or(Error::Gone)?;
    for (seq, event) in (latest - count + 1..).zip(events) {
        on!(&mut tx, db => {
            sqlx::query(INSERT)
                .bind(user.get())
                .bind(seq)
                .bind(event.account.map(AccountId::get))
                .bind(event.kind)
                .bind(event.action.as_str())
                .bind(event.object)
                .bind(event.mailbox.map(key))
                .bind(at)
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
    }
    on!(&mut tx, db => {
        sqlx::query(TRIM)
            .bind(user.get())
            .bind(latest - KEPT_ROWS)
            .execute(&mut **db)
            .await
            .map(drop)
    })?;
    news::event(&mut tx, user, latest).await?;
    tx.commit().await?;
    Ok(latest)
}

/// At most `limit` changes after number `seq`, of one account or of all that is the user's.
///
/// # Errors
/// [`Error::Gone`] when there is no such user any more.
pub async fn since(
    store: &Store,
    user: UserId,
    account: Option<AccountId>,
    seq: i64,
    limit: u32,
) -> Result<Since, Error> {
    const EVENTS: &str = "SELECT seq, account_id, kind, action, object, mailbox_id, created_at
        FROM events WHERE user_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    const EVENTS_OF_ACCOUNT: &str =
        "SELECT seq, account_id, kind, action, object, mailbox_id, created_at
        FROM events WHERE user_id = $1 AND seq > $2 AND account_id = $4 ORDER BY seq LIMIT $3";
    const RANGE: &str = "SELECT event_seq,
            COALESCE((SELECT min(seq) FROM events WHERE user_id = $1), event_seq + 1)
        FROM users WHERE id = $1";
    let fetched = i64::from(limit) + 1;
    let mut events: Vec<EventRow> = match account {
        None => on!(store.reader(), db => {
            sqlx::query_as(EVENTS)
                .bind(user.get())
                .bind(seq)
                .bind(fetched)
                .fetch_all(db)
                .await
        })?,
        Some(account) => on!(store.reader(), db => {
            sqlx::query_as(EVENTS_OF_ACCOUNT)
                .bind(user.get())
                .bind(seq)
                .bind(fetched)
                .bind(account.get())
                .fetch_all(db)
                .await
        })?,
    };
    // Asked after the events were read: if some were dropped in between, this says so.
    let range: Option<(i64, i64)> = on!(store.reader(), db => {
        sqlx::query_as(RANGE).bind(user.get()).fetch_optional(db).await
    })?;
    let (latest, oldest) = range.ok_or(Error::Gone)?;
    // A number beyond the newest comes from before the database was restored from a backup.
    if seq > latest || seq < oldest - 1 {
        return Ok(Since::Expired { latest });
    }
    let more = events.len() > limit as usize;
    events.truncate(limit as usize);
    Ok(Since::Events { events, more })
}

/// The user's newest number; 0 when there was never an event.
///
/// # Errors
/// [`Error::Gone`] when there is no such user any more.
pub async fn latest(store: &Store, user: UserId) -> Result<i64, Error> {
    const SQL: &str = "SELECT event_seq FROM users WHERE id = $1";
    let found: Option<(i64,)> = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).fetch_optional(db).await
    })?;
    found.map(|(seq,)| seq).ok_or(Error::Gone)
}

/// Events that go in one statement.
const DROPPED: i64 = 2000;

/// Drops all users' events older than [`KEPT_FOR`], in lots; says how many.
///
/// # Errors
/// What the database says.
pub async fn prune(store: &Store, now: i64) -> Result<u64, Error> {
    const SQL: &str = "DELETE FROM events WHERE (user_id, seq) IN
        (SELECT user_id, seq FROM events WHERE created_at < $1 LIMIT $2)";
    let mut dropped = 0;
    loop {
        let gone = on!(store.writer(), db => {
            sqlx::query(SQL)
                .bind(now - KEPT_FOR)
                .bind(DROPPED)
                .execute(db)
                .await
                .map(|done| done.rows_affected())
        })?;
        dropped += gone;
        if gone == 0 {
            return Ok(dropped);
        }
    }
}
