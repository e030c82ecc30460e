//! The outbox: what is due, who sends it, how that ended. Among many processes one takes a
//! submission; a claim that runs out is judged by whether the end of the message was about to be
//! sent ([`mark_final`]). `who` names one taker: two tasks of a process need two names.

mod outcome;
mod owner;
mod upkeep;

pub use self::{
    outcome::{expire, failed, later, mark_final, sent, unconfirmed},
    owner::{again, cancel, confirm, give_up, reschedule},
    upkeep::{
        KEPT_FOR, copies_due, file, marks_due, note_copy, prune, remove_sent, set_mark_state,
        unconfirmed_of,
    },
};

pub(in crate::store::submissions) use self::owner::{bump, withdraw_in};

use super::{Found, State, SubmissionRow, columns, lock};
use crate::store::{
    Store,
    error::Error,
    id::{AccountId, SubmissionId},
    row::{row, text},
    transaction::on,
};

/// How the last answer of a submission begins that waits for another password.
pub const NO_PASSWORD: &str = "password";

/// The accounts that have something to send by now.
///
/// # Errors
/// What the database says.
pub async fn accounts_due(store: &Store, now: i64) -> Result<Vec<AccountId>, Error> {
    const SQL: &str = "SELECT DISTINCT account_id FROM submissions
        WHERE state = 'pending' AND next_at <= $1 ORDER BY account_id";
    let due: Vec<Due> = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(now).fetch_all(db).await
    })?;
    Ok(due.into_iter().map(|due| due.account_id).collect())
}

/// How many messages are in each state, those aside that are sent.
///
/// # Errors
/// What the database says.
pub async fn by_state(store: &Store) -> Result<Vec<(String, i64)>, Error> {
    const SQL: &str = "SELECT state, COUNT(*) AS count FROM submissions
        WHERE state <> 'sent' GROUP BY state ORDER BY state";
    let counted: Vec<Counted> = on!(store.reader(), db => sqlx::query_as(SQL).fetch_all(db).await)?;
    Ok(counted
        .into_iter()
        .map(|row| (row.state, row.count))
        .collect())
}

row! {
    struct Counted {
        state: String,
        count: i64,
    }
}

row! {
    struct Due {
        account_id: AccountId,
    }
}

/// The accounts that have sent something and owe its copy.
///
/// # Errors
/// What the database says.
pub async fn accounts_owing(store: &Store) -> Result<Vec<AccountId>, Error> {
    const SQL: &str = "SELECT DISTINCT account_id FROM submissions
        WHERE state = 'sent' AND copy_state = 'pending' ORDER BY account_id";
    let owing: Vec<Due> = on!(store.reader(), db => sqlx::query_as(SQL).fetch_all(db).await)?;
    Ok(owing.into_iter().map(|due| due.account_id).collect())
}

/// When the next submission of anybody is due (ms) that is not by `now`; `None` when none is.
///
/// # Errors
/// What the database says.
pub async fn next_due(store: &Store, now: i64) -> Result<Option<i64>, Error> {
    const SQL: &str =
        "SELECT min(next_at) FROM submissions WHERE state = 'pending' AND next_at > $1";
    let (next,): (Option<i64>,) = on!(store.reader(), db => {
        sqlx::query_as(SQL).bind(now).fetch_one(db).await
    })?;
    Ok(next)
}

/// Takes the account's submission that has been due the longest, to send it until `until` (ms):
/// one process gets it. `None` when nothing is due.
///
/// # Errors
/// What the database says.
pub async fn take(
    store: &Store,
    account: AccountId,
    who: &str,
    now: i64,
    until: i64,
) -> Result<Option<SubmissionRow>, Error> {
    const NEXT: &str = "SELECT id FROM submissions
        WHERE account_id = $1 AND state = 'pending' AND next_at <= $2
        ORDER BY next_at, id LIMIT 1";
    const TAKE: &str = concat!(
        "UPDATE submissions SET state = 'sending', claimed_by = $3, claimed_until = $4,
            attempts = attempts + 1, final_at = NULL, updated_at = $2
         WHERE id = $1 AND state = 'pending' AND next_at <= $2 RETURNING ",
        columns!()
    );
    loop {
        let next: Option<Found> = on!(store.reader(), db => {
            sqlx::query_as(NEXT).bind(account.get()).bind(now).fetch_optional(db).await
        })?;
        let Some(next) = next else {
            return Ok(None);
        };
        let taken = on!(store.writer(), db => {
            sqlx::query_as(TAKE)
                .bind(next.id.get())
                .bind(now)
                .bind(text(who))
                .bind(until)
                .fetch_optional(db)
                .await
        })?;
        // Else another took it in between: each round ends with one submission less.
        if taken.is_some() {
            return Ok(taken);
        }
    }
}

/// The account's password was proven anew: what waited for that is due now.
///
/// # Errors
/// What the database says.
pub async fn resume(store: &Store, account: AccountId, now: i64) -> Result<(), Error> {
    const SQL: &str = "UPDATE submissions SET next_at = $3, updated_at = $3
        WHERE account_id = $1 AND state = 'pending' AND last_reply LIKE $2";
    let waiting = format!("{NO_PASSWORD} %");
    on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(account.get())
            .bind(waiting)
            .bind(now)
            .execute(db)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Prolongs a claim. False when it is not `who`'s any more.
///
/// # Errors
/// What the database says.
pub async fn extend(store: &Store, id: SubmissionId, who: &str, until: i64) -> Result<bool, Error> {
    const SQL: &str = "UPDATE submissions SET claimed_until = $3
        WHERE id = $1 AND state = 'sending' AND claimed_by = $2";
    let extended = on!(store.writer(), db => {
        sqlx::query(SQL)
            .bind(id.get())
            .bind(text(who))
            .bind(until)
            .execute(db)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(extended > 0)
}
