//! Windows of a folder, or of what is found in it, in another order than that of arrival. Each order
//! is an index of the folder.
//!
//! Cost: the rows shown, and in a folder's own list a count of what stands above them.

use super::{
    Owner, list,
    list::{Anchor, Window},
    search::{self, Value},
};
use crate::{
    mail::{
        id::MailboxId,
        query::Filter,
        sort::{Sort, SortKey},
    },
    store::{
        Store,
        error::Error,
        row::{key, row},
        transaction::on,
    },
};

row! {
    #[derive(Debug)]
    struct Keys {
        received_at: i64,
        from_key: String,
        subject_key: String,
        size: i64,
    }
}

impl Keys {
    fn of(self, key: SortKey) -> Value {
        match key {
            SortKey::Received => Value::Number(self.received_at),
            SortKey::From => Value::Text(self.from_key),
            SortKey::Subject => Value::Text(self.subject_key),
            SortKey::Size => Value::Number(self.size),
        }
    }
}

/// A window of at most `limit` messages in this order; with `filter`, of those that match: then it
/// is not known how many stand above.
///
/// # Errors
/// [`Error::Gone`] when there is no such folder any more, or the message that the window begins at
/// was removed for good, and nobody knows where it stood.
pub async fn window(
    store: &Store,
    owner: Owner,
    mailbox: MailboxId,
    (filter, sort): (Option<&Filter>, Sort),
    anchor: Anchor,
    limit: u32,
) -> Result<Window, Error> {
    let state = list::state(store, owner, mailbox).await?;
    let (at, upward) = match anchor {
        Anchor::Newest => (None, false),
        Anchor::Before(uid) => (Some(place_of(store, mailbox, uid, sort).await?), false),
        Anchor::After(uid) => (Some(place_of(store, mailbox, uid, sort).await?), true),
    };
    let everything = Filter::And(Vec::new());
    let (shown, asked) = (filter.unwrap_or(&everything), limit.saturating_add(1));
    let begins_at_top = at.is_none();
    let rows = search::in_order(store, owner, mailbox, shown, sort, (at, upward), asked);
    let mut rows = rows.await?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let surplus = rows.len() > most;
    if upward && surplus {
        rows.remove(0);
    }
    rows.truncate(most);
    let first = rows.first().map(|row| row.placement.uid);
    let offset = match (filter, first) {
        (None, Some(first)) if !begins_at_top => above(store, mailbox, first, sort).await?,
        (None, None) if !begins_at_top => state.total,
        // Of a search nothing is counted; that there are some above is all that is asked.
        (Some(_), _) if !begins_at_top && (!upward || surplus) => 1,
        _ => 0,
    };
    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    Ok(Window {
        has_older: match (upward, filter) {
            (true, Some(_)) => true,
            (true, None) => offset.saturating_add(count) < state.total,
            (false, _) => surplus,
        },
        rows,
        total: state.total,
        offset,
        modseq: state.modseq,
    })
}

/// Where a message stands, or stood when it left the folder: it may lie in another one now.
async fn place_of(
    store: &Store,
    mailbox: MailboxId,
    uid: u32,
    sort: Sort,
) -> Result<(Value, u32), Error> {
    const HERE: &str = "SELECT received_at, from_key, subject_key, size FROM placements
        WHERE mailbox_id = $1 AND uid = $2";
    const ONCE: &str = "SELECT p.received_at, p.from_key, p.subject_key, p.size FROM placements p
        WHERE p.message_id = (SELECT m.id FROM journal j JOIN accounts a ON a.id = j.account_id
            JOIN messages m ON m.user_id = a.user_id AND m.sha256 = j.sha256
                AND m.account_id = j.account_id
            WHERE j.mailbox_id = $1 AND j.uid = $2 AND j.operation = 'place'
            ORDER BY j.id DESC, m.id LIMIT 1)
        LIMIT 1";
    for sql in [HERE, ONCE] {
        let found: Option<Keys> = on!(store.reader(), db => {
            sqlx::query_as(sql).bind(key(mailbox)).bind(i64::from(uid)).fetch_optional(db).await
        })?;
        if let Some(keys) = found {
            return Ok((keys.of(sort.key), uid));
        }
    }
    Err(Error::Gone)
}

/// How many stand above a message of the folder.
async fn above(store: &Store, mailbox: MailboxId, uid: u32, sort: Sort) -> Result<u32, Error> {
    macro_rules! count {
        ($column:literal, $sign:literal) => {
            concat!(
                "SELECT count(*) FROM placements p
                    JOIN placements f ON f.mailbox_id = $1 AND f.uid = $2
                 WHERE p.mailbox_id = $1 AND (p.",
                $column,
                ", p.uid) ",
                $sign,
                " (f.",
                $column,
                ", f.uid)"
            )
        };
    }
    let sql = match (sort.key, sort.descending) {
        (SortKey::Received, true) => count!("received_at", ">"),
        (SortKey::Received, false) => count!("received_at", "<"),
        (SortKey::From, true) => count!("from_key", ">"),
        (SortKey::From, false) => count!("from_key", "<"),
        (SortKey::Subject, true) => count!("subject_key", ">"),
        (SortKey::Subject, false) => count!("subject_key", "<"),
        (SortKey::Size, true) => count!("size", ">"),
        (SortKey::Size, false) => count!("size", "<"),
    };
    let (count,): (i64,) = on!(store.reader(), db => {
        sqlx::query_as(sql).bind(key(mailbox)).bind(i64::from(uid)).fetch_one(db).await
    })?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}
