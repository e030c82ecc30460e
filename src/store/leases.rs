//! The right to do something alone for a while, among all processes on one database. A lease that
//! was not renewed goes to whoever asks; what its former holder still writes is refused, because
//! each such write looks at the lease in its own transaction (`hold`).

use super::{
    Store,
    error::Error,
    row::text,
    transaction::{Tx, on},
};

/// A lease that somebody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    name: String,
    holder: String,
    fence: i64,
}

impl Lease {
    fn new(name: &str, holder: &str, fence: i64) -> Self {
        Self {
            name: text(name).into_owned(),
            holder: text(holder).into_owned(),
            fence,
        }
    }
}

/// Takes the lease of this name until `until` (ms). `None` while another holder has it. `holder`
/// names one taker: two tasks of a process need two names.
///
/// # Errors
/// What the database says.
pub async fn take(
    store: &Store,
    name: &str,
    holder: &str,
    now: i64,
    until: i64,
) -> Result<Option<Lease>, Error> {
    let fence: Option<(i64,)> = on!(store.writer(), db => {
        sqlx::query_as(TAKE)
            .bind(text(name))
            .bind(text(holder))
            .bind(now)
            .bind(until)
            .fetch_optional(db)
            .await
    })?;
    Ok(fence.map(|(fence,)| Lease::new(name, holder, fence)))
}

const TAKE: &str = "INSERT INTO leases (name, holder, fence, expires_at)
    VALUES ($1, $2, 1, $4)
    ON CONFLICT (name) DO UPDATE SET
        holder = excluded.holder, fence = leases.fence + 1, expires_at = excluded.expires_at
    WHERE leases.holder = '' OR leases.expires_at <= $3
    RETURNING fence";

/// Takes a lease of this name beside others of its kind, whose names all begin with `kind`, unless
/// one of them does not begin with `alike`. Whoever takes one so waits for all who are at it: of
/// two that don't fit together, the later one sees the other.
///
/// # Errors
/// [`Error::Conflict`] when somebody has one that does not fit; what the database says.
pub async fn take_alike(
    store: &Store,
    (kind, alike): (&str, &str),
    name: &str,
    holder: &str,
    now: i64,
    until: i64,
) -> Result<Option<Lease>, Error> {
    // A row to wait at until this transaction ends; nobody ever holds it.
    const QUEUE: &str = "INSERT INTO leases (name, holder, fence, expires_at)
        VALUES ($1, '', 0, 0) ON CONFLICT (name) DO UPDATE SET fence = leases.fence";
    let mut tx = store.begin().await?;
    on!(&mut tx, db => {
        let queue = format!("taking {kind}");
        sqlx::query(QUEUE).bind(queue).execute(&mut **db).await.map(drop)
    })?;
    // Read after the wait: what the one before has committed is seen.
    let others: Vec<(String,)> = on!(&mut tx, db => {
        sqlx::query_as(HELD)
            .bind(now)
            .bind(length(kind))
            .bind(kind)
            .fetch_all(&mut **db)
            .await
    })?;
    if others.iter().any(|(other,)| !other.starts_with(alike)) {
        return Err(Error::Conflict);
    }
    let fence: Option<(i64,)> = on!(&mut tx, db => {
        sqlx::query_as(TAKE)
            .bind(text(name))
            .bind(text(holder))
            .bind(now)
            .bind(until)
            .fetch_optional(&mut **db)
            .await
    })?;
    tx.commit().await?;
    Ok(fence.map(|(fence,)| Lease::new(name, holder, fence)))
}

/// Does somebody have the lease of this name?
///
/// # Errors
/// What the database says.
pub async fn is_held(store: &Store, name: &str, now: i64) -> Result<bool, Error> {
    const SQL: &str =
        "SELECT fence FROM leases WHERE name = $1 AND holder <> '' AND expires_at > $2";
    let found: Option<(i64,)> = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(name).bind(now).fetch_optional(db).await
    })?;
    Ok(found.is_some())
}

/// Prolongs a lease. False when it has run out or is another's now.
///
/// # Errors
/// What the database says.
pub async fn renew(store: &Store, lease: &Lease, now: i64, until: i64) -> Result<bool, Error> {
    const SQL: &str = "UPDATE leases SET expires_at = $5
        WHERE name = $1 AND holder = $2 AND fence = $3 AND expires_at > $4";
    let renewed = on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(lease.name.as_str())
            .bind(lease.holder.as_str())
            .bind(lease.fence)
            .bind(now)
            .bind(until)
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(renewed > 0)
}

/// Gives a lease back. Nothing happens when it is another's now.
///
/// # Errors
/// What the database says.
pub async fn release(store: &Store, lease: &Lease) -> Result<(), Error> {
    const SQL: &str = "UPDATE leases SET holder = '', expires_at = 0
        WHERE name = $1 AND holder = $2 AND fence = $3";
    on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(lease.name.as_str())
            .bind(lease.holder.as_str())
            .bind(lease.fence)
            .execute(db)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Makes sure, until this transaction ends, that the lease is still its holder's.
///
/// # Errors
/// [`Error::Gone`] when it is not.
pub(super) async fn hold(tx: &mut Tx, lease: &Lease, now: i64) -> Result<(), Error> {
    const SQL: &str = "UPDATE leases SET fence = fence
        WHERE name = $1 AND holder = $2 AND fence = $3 AND expires_at > $4";
    let held = on!(tx, db => {
        sqlx::query(SQL)
            .bind(lease.name.as_str())
            .bind(lease.holder.as_str())
            .bind(lease.fence)
            .bind(now)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    match held {
        0 => Err(Error::Gone),
        _ => Ok(()),
    }
}

/// The names of leases that somebody has and that begin like this.
///
/// # Errors
/// What the database says.
pub async fn held(store: &Store, begin: &str, now: i64) -> Result<Vec<String>, Error> {
    let held: Vec<(String,)> = on!(store.reader(), db => {
        sqlx::query_as(HELD).bind(now).bind(length(begin)).bind(begin).fetch_all(db).await
    })?;
    Ok(held.into_iter().map(|(name,)| name).collect())
}

const HELD: &str = "SELECT name FROM leases
    WHERE holder <> '' AND expires_at > $1 AND substr(name, 1, $2) = $3 ORDER BY name";

fn length(begin: &str) -> i32 {
    i32::try_from(begin.chars().count()).unwrap_or(i32::MAX)
}

/// Forgets leases that nobody has had since before `before` (ms). Who takes one of these names
/// again is another taker than any before.
///
/// # Errors
/// What the database says.
pub async fn prune(store: &Store, before: i64) -> Result<(), Error> {
    const SQL: &str = "DELETE FROM leases WHERE expires_at < $1";
    Ok(on!(store.writer(), db => {
        sqlx::query(SQL).bind(before).execute(db).await.map(drop)
    })?)
}
