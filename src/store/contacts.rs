//! People a user has written to and heard from, collected as it happens. One that its owner has
//! deleted stays hidden until it is written to again.

mod rank;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Store,
    error::Error,
    id::{ContactId, UserId},
    row::{row, text},
    transaction::{Tx, on},
    users::folded,
};

/// How many are kept per user; a search reads them all.
pub const KEPT_ROWS: i64 = 10_000;

/// The longest address that is kept (octets): 64 before the @, 255 after (RFC 5321 §4.5.3.1).
const LONGEST_EMAIL: usize = 320;

row! {
    /// Somebody a user writes to.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ContactRow {
        /// The contact.
        pub id: ContactId,
        /// The address in lower case.
        pub email: String,
        /// The address as last written.
        pub address: String,
        /// The name; `""` when none was ever seen.
        pub name: String,
        /// Messages written to it.
        pub sent: i64,
        /// Messages heard from it.
        pub received: i64,
        /// The last of either (ms).
        pub last_used_at: i64,
    }
}

/// The columns of [`ContactRow`], for `concat!`.
macro_rules! columns {
    () => {
        "id, email, address, name, sent, received, last_used_at"
    };
}

/// Notes that a message was written to these (name, address). What can't be an address is left
/// out; one that stands here twice counts once.
///
/// # Errors
/// [`Error::Gone`] when the user was deleted meanwhile.
pub async fn record_sent(
    store: &Store,
    user: UserId,
    recipients: &[(&str, &str)],
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO contacts (user_id, email, address, name, sent, last_used_at)
        VALUES ($1, $2, $3, $4, 1, $5)
        ON CONFLICT (user_id, email) DO UPDATE SET sent = contacts.sent + 1, hidden = 0,
            address = excluded.address,
            name = CASE excluded.name WHEN '' THEN contacts.name ELSE excluded.name END,
            last_used_at = CASE WHEN contacts.last_used_at > excluded.last_used_at
                THEN contacts.last_used_at ELSE excluded.last_used_at END";
    // By address, so that two that write the same rows don't wait for each other in turn.
    let by_email: BTreeMap<String, (&str, &str)> = recipients
        .iter()
        .filter_map(|&(name, address)| Some((email(address)?, (name, address))))
        .collect();
    record(store, SQL, user, by_email, now).await
}

/// Notes that a message came from this address. A name that is known already stays, and a
/// contact that was deleted stays hidden.
///
/// # Errors
/// [`Error::Gone`] when the user was deleted meanwhile.
pub async fn record_received(
    store: &Store,
    user: UserId,
    name: &str,
    address: &str,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = "INSERT INTO contacts (user_id, email, address, name, received, last_used_at)
        VALUES ($1, $2, $3, $4, 1, $5)
        ON CONFLICT (user_id, email) DO UPDATE SET received = contacts.received + 1,
            name = CASE contacts.name WHEN '' THEN excluded.name ELSE contacts.name END,
            last_used_at = CASE WHEN contacts.last_used_at > excluded.last_used_at
                THEN contacts.last_used_at ELSE excluded.last_used_at END
        WHERE contacts.hidden = 0";
    let by_email = email(address).map(|email| (email, (name, address)));
    record(store, SQL, user, by_email.into_iter().collect(), now).await
}

/// The address as it is compared; `None` for what can't be one.
fn email(address: &str) -> Option<String> {
    let email = folded(address);
    let (local, domain) = email.rsplit_once('@')?;
    let usable = !local.is_empty() && !domain.is_empty() && email.len() <= LONGEST_EMAIL;
    usable.then_some(email)
}

async fn record(
    store: &Store,
    sql: &'static str,
    user: UserId,
    by_email: BTreeMap<String, (&str, &str)>,
    now: i64,
) -> Result<(), Error> {
    if by_email.is_empty() {
        return Ok(());
    }
    let mut tx = store.begin().await?;
    for (email, (name, address)) in by_email {
        on!(&mut tx, db => {
            sqlx::query(sql)
                .bind(user.get())
                .bind(email)
                .bind(text(address.trim()))
                .bind(text(name.trim()))
                .bind(now)
                .execute(&mut **db)
                .await
                .map(drop)
        })?;
    }
    trim(&mut tx, user).await?;
    tx.commit().await
}

/// Drops what exceeds [`KEPT_ROWS`]: those only heard from first, least recently used first.
async fn trim(tx: &mut Tx, user: UserId) -> Result<(), Error> {
    const COUNT: &str = "SELECT count(*) FROM contacts WHERE user_id = $1";
    const TRIM: &str = "DELETE FROM contacts WHERE id IN (
            SELECT id FROM contacts WHERE user_id = $1
            ORDER BY CASE WHEN sent = 0 AND hidden = 0 THEN 0 ELSE 1 END, last_used_at, id
            LIMIT $2)";
    let (count,): (i64,) = on!(&mut *tx, db => {
        sqlx::query_as(COUNT).bind(user.get()).fetch_one(&mut **db).await
    })?;
    if count <= KEPT_ROWS {
        return Ok(());
    }
    Ok(on!(tx, db => {
        sqlx::query(TRIM)
            .bind(user.get())
            .bind(count - KEPT_ROWS)
            .execute(&mut **db)
            .await
            .map(drop)
    })?)
}

/// At most `limit` contacts that match what was typed, the likeliest first: each word begins a
/// word of the name, the address, a part of it, or its domain. Accents and case are no matter.
/// Nothing typed gives the likeliest of all.
///
/// # Errors
/// What the database says.
pub async fn search(
    store: &Store,
    user: UserId,
    words: &str,
    limit: usize,
) -> Result<Vec<ContactRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM contacts WHERE user_id = $1 AND hidden = 0"
    );
    let rows = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).fetch_all(db).await
    })?;
    Ok(rank::best(rows, words, limit))
}

/// At most `limit` contacts by address, after the one given; `""` for the first page.
///
/// # Errors
/// What the database says.
pub async fn list(
    store: &Store,
    user: UserId,
    after: &str,
    limit: i64,
) -> Result<Vec<ContactRow>, Error> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM contacts WHERE user_id = $1 AND email > $2 AND hidden = 0 ORDER BY email LIMIT $3"
    );
    Ok(on!(store.reader(), db => {
        sqlx::query_as(SQL)
            .bind(user.get())
            .bind(text(after))
            .bind(limit)
            .fetch_all(db)
            .await
    })?)
}

/// Deletes a contact, as its owner sees it. False when the user sees none of this number.
///
/// # Errors
/// What the database says.
pub async fn hide(store: &Store, user: UserId, id: i64) -> Result<bool, Error> {
    const SQL: &str = "UPDATE contacts SET hidden = 1 WHERE user_id = $1 AND id = $2
        AND hidden = 0";
    let hidden = on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(user.get())
            .bind(id)
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(hidden > 0)
}

/// Deletes all contacts, as [`hide`] does. Says how many the user saw.
///
/// # Errors
/// What the database says.
pub async fn hide_all(store: &Store, user: UserId) -> Result<u64, Error> {
    const SQL: &str = "UPDATE contacts SET hidden = 1 WHERE user_id = $1 AND hidden = 0";
    Ok(on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(user.get())
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?)
}

/// The domains that the user has written to, in order.
///
/// # Errors
/// What the database says.
pub async fn known_domains(store: &Store, user: UserId) -> Result<Vec<String>, Error> {
    const SQL: &str = "SELECT email FROM contacts WHERE user_id = $1 AND sent > 0";
    let rows: Vec<(String,)> = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(user.get()).fetch_all(db).await
    })?;
    let domains = rows.iter().filter_map(|(email,)| email.rsplit_once('@'));
    let domains: BTreeSet<&str> = domains.map(|(_, domain)| domain).collect();
    Ok(domains.into_iter().map(str::to_owned).collect())
}
