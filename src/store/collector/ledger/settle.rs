//! Messages that have arrived, and their rows: written together, or nothing of them.

use sqlx::AssertSqlSafe;

use super::{LedgerRow, NewRow, insert};
use crate::store::{
    Store,
    error::Error,
    id::{AccountId, LedgerId, LocalMessageId},
    leases::{self, Lease},
    local::{
        Owner,
        arrival::Arrival,
        place::{self, Placed, Placing, TOGETHER},
    },
    places,
    transaction::{Tx, on},
};

/// What is known of a message once its bytes have come.
#[derive(Clone, Debug)]
pub enum Settled {
    /// It is new, and goes into a folder. Its row was noted when it was listed.
    Filed(LedgerId, Arrival),
    /// It is new, and gets a row only now: the server has no UIDL.
    Nameless(NewRow, Arrival),
    /// It is one that is known from another row (the second), under another UIDL: whatever has
    /// become of that one here, it is not filed again.
    Recognised(LedgerId, LedgerId),
}

/// Files messages that have arrived and notes them as stored, all in one transaction. On disk when
/// this returns. Gives those that were filed, in this order.
///
/// # Errors
/// [`Error::Gone`] when the lease is another's, a row is no longer to be stored, or folder or
/// account are gone; [`Error::Quota`] as [`place::place`]. Nothing is written then.
pub async fn settle(
    store: &Store,
    lease: &Lease,
    owner: Owner,
    messages: &[Settled],
    placing: Placing<'_>,
    now: i64,
) -> Result<Vec<Placed>, Error> {
    let mut tx = store.begin_durable().await?;
    leases::hold(&mut tx, lease, now).await?;
    let mut ids = Vec::with_capacity(messages.len());
    let mut arrivals = Vec::with_capacity(messages.len());
    for message in messages {
        let (id, arrival) = match message {
            Settled::Filed(id, arrival) => (*id, arrival),
            Settled::Nameless(new, arrival) => {
                let new = std::slice::from_ref(new);
                let row = insert(&mut tx, owner.account, new, now).await?;
                (row.first().ok_or(Error::Gone)?.id, arrival)
            }
            Settled::Recognised(id, origin) => {
                recognise(&mut tx, owner.account, *id, *origin, now).await?;
                continue;
            }
        };
        ids.push(id);
        arrivals.push(arrival);
    }
    let mut filed = Vec::with_capacity(arrivals.len());
    for (ids, arrivals) in ids.chunks(TOGETHER).zip(arrivals.chunks(TOGETHER)) {
        let pieces = arrivals.iter().map(|arrival| placing.piece(arrival));
        let pieces: Vec<_> = pieces.collect();
        let placed = place::place_all_in(&mut tx, owner, placing.target(), &pieces, now).await?;
        let pairs = ids
            .iter()
            .copied()
            .zip(placed.iter().map(|placed| placed.message));
        set_filed(&mut tx, owner.account, &pairs.collect::<Vec<_>>(), now).await?;
        filed.extend(placed);
    }
    tx.commit().await?;
    Ok(filed)
}

/// Notes that the rows' messages are stored; their bytes and state are those of the messages.
async fn set_filed(
    tx: &mut Tx,
    account: AccountId,
    pairs: &[(LedgerId, LocalMessageId)],
    now: i64,
) -> Result<(), Error> {
    const SET: &str = "UPDATE pop3_ledger SET sha256 = m.sha256, message_id = m.id,
            state = CASE m.quarantined WHEN 1 THEN 'quarantined' ELSE 'stored' END,
            stored_at = $1, last_error = ''
        FROM (VALUES ";
    // Both databases call the columns of a list of values so.
    const WHERE: &str = ") AS pair JOIN messages m ON m.id = pair.column2
        WHERE pop3_ledger.id = pair.column1 AND pop3_ledger.state = 'seen'
            AND pop3_ledger.account_id = ";
    let rows = (0..pairs.len()).map(|row| {
        let (id, message) = (row * 2 + 2, row * 2 + 3);
        format!("(CAST(${id} AS BIGINT), CAST(${message} AS BIGINT))")
    });
    let (rows, last) = (rows.collect::<Vec<_>>().join(", "), pairs.len() * 2 + 2);
    let sql = places::in_order(tx, format!("{SET}{rows}{WHERE}${last}"));
    let stored = on!(tx, db => {
        // Safe: the text is put together from constants and numbers of places.
        let query = sqlx::query(AssertSqlSafe(sql)).persistent(pairs.len() == 1);
        let query = pairs.iter().fold(query.bind(now), |query, (id, message)| {
            query.bind(id.get()).bind(message.get())
        });
        let query = query.bind(account.get());
        query.execute(&mut **db).await.map(|done| done.rows_affected())
    })?;
    match usize::try_from(stored) == Ok(pairs.len()) {
        true => Ok(()),
        false => Err(Error::Gone),
    }
}

async fn recognise(
    tx: &mut Tx,
    account: AccountId,
    id: LedgerId,
    origin: LedgerId,
    now: i64,
) -> Result<(), Error> {
    const SQL: &str = concat!(
        "SELECT ",
        super::columns!(),
        " FROM pop3_ledger WHERE id = $1 AND account_id = $2"
    );
    let found: Option<LedgerRow> = on!(&mut *tx, db => {
        sqlx::query_as(SQL)
            .bind(origin.get())
            .bind(account.get())
            .fetch_optional(&mut **db)
            .await
    })?;
    let found = found.ok_or(Error::Gone)?;
    let sha256 = found.sha256.ok_or(Error::Gone)?;
    let message = found.message_id;
    const STORED: &str = "UPDATE pop3_ledger SET state = 'stored', sha256 = $3, message_id = $4,
            stored_at = $5, last_error = ''
        WHERE id = $1 AND account_id = $2 AND state = 'seen'";
    let stored = on!(tx, db => {
        sqlx::query(STORED)
            .bind(id.get())
            .bind(account.get())
            .bind(sha256.as_slice())
            .bind(message.map(|message| message.get()))
            .bind(now)
            .execute(&mut **db)
            .await
            .map(|done| done.rows_affected())
    })?;
    match stored {
        0 => Err(Error::Gone),
        _ => Ok(()),
    }
}
