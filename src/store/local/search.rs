//! Searching a folder: the conditions of `mail::query` as SQL, words by the full-text index.
//!
//! A text is looked for by its words, in their order, the last one by its beginning: `atl` finds
//! Atlas, `tlas` does not (an IMAP server would find it). Of fields that machines write to each
//! other (`Received`, …) only that they are there is known. A Message-ID must be named whole.
//!
//! Cost: the index is read for the account's own messages with these words. A word that many have is
//! first looked for among the newest messages of the folder. How SQLite is told to do so stands here.

mod postgres;
mod statement;

pub(super) use self::statement::Value;

use self::statement::{Sql, Way, column};
use super::{
    Owner, list,
    row::{Row, columns},
};
use crate::{
    mail::{email::EmailSummary, id::MailboxId, query::Filter, sort::Sort},
    store::{
        Store,
        error::Error,
        row::key,
        transaction::{On, on},
    },
};

/// At most `limit` messages that match, the newest first; with `before`, those below it.
///
/// # Errors
/// [`Error::Gone`] when there is no such folder any more.
pub async fn search(
    store: &Store,
    owner: Owner,
    mailbox: MailboxId,
    filter: &Filter,
    before: Option<u32>,
    limit: u32,
) -> Result<Vec<EmailSummary>, Error> {
    let at = match before {
        None => None,
        Some(uid) => list::place_of(store, mailbox, uid)
            .await?
            .map(|at| (Value::Number(at), uid)),
    };
    let search = Search {
        owner,
        mailbox,
        filter,
        sort: Sort::default(),
        at,
        upward: false,
        limit,
    };
    search.read(store).await
}

/// The same in any order, and also upward: `at` is where the window begins or (upward) ends, its
/// sort key and UID. The rows come in the order asked for.
pub(super) async fn in_order(
    store: &Store,
    owner: Owner,
    mailbox: MailboxId,
    filter: &Filter,
    sort: Sort,
    (at, upward): (Option<(Value, u32)>, bool),
    limit: u32,
) -> Result<Vec<EmailSummary>, Error> {
    let search = Search {
        owner,
        mailbox,
        filter,
        sort,
        at,
        upward,
        limit,
    };
    let mut rows = search.read(store).await?;
    if upward {
        rows.reverse();
    }
    Ok(rows)
}

/// A place in the order of a list: its sort key and UID.
type Place = (Value, u32);

/// What is looked for, and where.
struct Search<'a> {
    owner: Owner,
    mailbox: MailboxId,
    filter: &'a Filter,
    sort: Sort,
    at: Option<Place>,
    upward: bool,
    limit: u32,
}

impl Search<'_> {
    async fn read(&self, store: &Store) -> Result<Vec<EmailSummary>, Error> {
        let state = list::state(store, self.owner, self.mailbox).await?;
        let rows = match store.reader() {
            On::Sqlite(_) => self.of_sqlite(store).await?,
            On::Postgres(pool) => self.of_postgres(store, pool).await?,
        };
        let rows = rows.into_iter();
        Ok(rows
            .map(|row| row.summary(self.mailbox, state.uid_validity))
            .collect())
    }

    async fn of_sqlite(&self, store: &Store) -> Result<Vec<Row>, Error> {
        let sql = self.sql(store, None);
        let mut select = select(store, &sql).await?;
        if select == SELECT_MANY && self.sort != Sort::default() {
            select = SELECT;
        }
        if select == SELECT_MANY
            && let Some(reach) = self.newest(store).await?
        {
            let few = self.sql(store, Some(reach)).read(store, select).await?;
            let most = usize::try_from(self.limit).unwrap_or(usize::MAX);
            if few.len() >= most {
                return Ok(few);
            }
        }
        sql.read(store, select).await
    }
}

/// The newest messages of a folder, by numbers between which those of their rows lie.
#[derive(Clone, Copy)]
struct Reach {
    lowest: i64,
    highest: i64,
    /// They are newer than this.
    oldest: i64,
}

impl Search<'_> {
    fn sql(&self, store: &Store, reach: Option<Reach>) -> Sql {
        let mut sql = self.empty(matches!(store.reader(), On::Sqlite(_)));
        sql.reach = reach;
        if let Some(at) = &self.at {
            self.beyond(&mut sql, at);
        }
        if let Some(reach) = reach {
            sql.push(" AND p.received_at > ");
            sql.number(reach.oldest);
        }
        sql.push(" AND ");
        sql.condition(self.filter, 0);
        self.order(&mut sql);
        sql.push(" LIMIT ");
        sql.number(i64::from(self.limit));
        sql
    }

    fn empty(&self, sqlite: bool) -> Sql {
        Sql {
            text: String::new(),
            values: vec![Value::Number(key(self.mailbox))],
            required: Vec::new(),
            has_words: false,
            way: Way::Free,
            names_one: false,
            account: self.owner.account,
            all_must: matches!(self.filter, Filter::And(_)),
            sqlite,
            reach: None,
        }
    }

    fn is_downward(&self) -> bool {
        self.sort.descending != self.upward
    }

    /// Only what comes behind this place.
    fn beyond(&self, sql: &mut Sql, at: &Place) {
        let sign = if self.is_downward() { " < (" } else { " > (" };
        self.compare(sql, sign, at);
    }

    /// Only what comes before this place or stands there.
    fn up_to(&self, sql: &mut Sql, at: &Place) {
        let sign = if self.is_downward() { " >= (" } else { " <= (" };
        self.compare(sql, sign, at);
    }

    fn compare(&self, sql: &mut Sql, sign: &'static str, (at, uid): &Place) {
        sql.push(" AND (");
        sql.push(column(self.sort.key));
        sql.push(", p.uid)");
        sql.push(sign);
        sql.value(at.clone());
        sql.push(", ");
        sql.number(i64::from(*uid));
        sql.push(")");
    }

    /// Both keys in the same direction, so that an index of the folder is walked.
    fn order(&self, sql: &mut Sql) {
        sql.push(" ORDER BY ");
        sql.push(column(self.sort.key));
        sql.push(match self.is_downward() {
            true => " DESC, p.uid DESC",
            false => ", p.uid",
        });
    }

    /// The newest messages of the folder (from there on), if they came one soon after the other:
    /// only then the index has them close together.
    async fn newest(&self, store: &Store) -> Result<Option<Reach>, Error> {
        const SQL: &str = "SELECT min(message_id), max(message_id), min(received_at) FROM (
            SELECT message_id, received_at FROM placements
            WHERE mailbox_id = $1 AND (received_at, uid) < ($2, $3)
            ORDER BY received_at DESC, uid DESC LIMIT $4) AS newest";
        let (at, uid) = match &self.at {
            Some((Value::Number(at), uid)) => (*at, *uid),
            _ => (i64::MAX, u32::MAX),
        };
        let found: (Option<i64>, Option<i64>, Option<i64>) = on!(store.reader(), db => {
            sqlx::query_as(SQL)
                .bind(key(self.mailbox))
                .bind(at)
                .bind(i64::from(uid))
                .bind(NEWEST)
                .fetch_one(db)
                .await
        })?;
        let (Some(lowest), Some(highest), Some(oldest)) = found else {
            return Ok(None);
        };
        let reach = Reach {
            lowest,
            highest,
            oldest,
        };
        Ok((highest.saturating_sub(lowest) < SCATTERED).then_some(reach))
    }
}

const SELECT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM placements p JOIN messages m ON m.id = p.message_id WHERE p.mailbox_id = $1"
);

/// For SQLite, which would look at all messages of the folder: few match, and their numbers are known
/// at once.
const SELECT_FEW: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM placements p INDEXED BY placements_message
      JOIN messages m ON m.id = p.message_id WHERE +p.mailbox_id = $1"
);

/// For SQLite, which would find all and sort them: where many match, the first ones are come by soon
/// in the order of the list.
const SELECT_MANY: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM placements p INDEXED BY placements_received
      JOIN messages m ON m.id = p.message_id WHERE p.mailbox_id = $1"
);

/// More messages than these are many.
const FEW: i64 = 2000;
/// The newest messages, among which is looked first for what many have.
const NEWEST: i64 = 2000;
/// Their rows' numbers lie less far apart than so, or all are looked at.
const SCATTERED: i64 = 10 * NEWEST;

/// How SQLite begins.
async fn select(store: &Store, sql: &Sql) -> Result<&'static str, Error> {
    const COUNT: &str = "SELECT count(*) FROM (
        SELECT rowid FROM message_words WHERE message_words MATCH $1 LIMIT $2)";
    let On::Sqlite(reader) = store.reader() else {
        return Ok(SELECT);
    };
    if sql.names_one {
        return Ok(SELECT_FEW);
    }
    for words in &sql.required {
        let query = sqlx::query_as(COUNT).bind(words.wanted.as_str()).bind(FEW);
        let (count,): (i64,) = query.fetch_one(reader).await?;
        if count < FEW {
            return Ok(SELECT_FEW);
        }
    }
    Ok(match sql.required.is_empty() {
        true => SELECT,
        false => SELECT_MANY,
    })
}
