//! Searching a folder: the conditions of `mail::query` as SQL, words by the full-text index.
//!
//! A text is looked for by its words, in their order, the last one by its beginning: `atl` finds
//! Atlas, `tlas` does not (an IMAP server would find it). Of fields that machines write to each
//! other (`Received`, …) only that they are there is known. A Message-ID must be named whole.
//!
//! Cost: the newest messages of the folder are looked at first, which is enough for a word that many
//! have; then the index is read for the account's own messages with these words.

mod statement;

use sqlx::AssertSqlSafe;

pub(super) use self::statement::Value;

use self::statement::{Begin, Required, Sql, column};
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

/// What is looked for, and where.
struct Search<'a> {
    owner: Owner,
    mailbox: MailboxId,
    filter: &'a Filter,
    sort: Sort,
    at: Option<(Value, u32)>,
    upward: bool,
    limit: u32,
}

impl Search<'_> {
    async fn read(&self, store: &Store) -> Result<Vec<EmailSummary>, Error> {
        let state = list::state(store, self.owner, self.mailbox).await?;
        let rows = match store.reader() {
            On::Sqlite(_) => self.of_sqlite(store).await?,
            On::Postgres(_) => self.of_postgres(store).await?,
        };
        let rows = rows.into_iter();
        Ok(rows
            .map(|row| row.summary(self.mailbox, state.uid_validity))
            .collect())
    }
}

impl Search<'_> {
    /// Among the newest first, if they came one soon after the other: the index has them close together
    /// then, and a word that many have is found there soon.
    async fn of_sqlite(&self, store: &Store) -> Result<Vec<Row>, Error> {
        let sql = self.sql(store, None, Begin::AsItThinks);
        if sql.names_one || sql.required.is_empty() {
            let select = if sql.names_one { SELECT_FEW } else { SELECT };
            return sql.read(store, select).await;
        }
        if let Some(reach) = self.newest(store).await?
            && reach.highest.saturating_sub(reach.lowest) < SCATTERED
        {
            let few = self.sql(store, Some(reach), Begin::AsItThinks);
            let few = few.read(store, SELECT_MANY).await?;
            if few.len() >= self.most() {
                return Ok(few);
            }
        }
        for required in &sql.required {
            if count(store, required).await? < FEW {
                return sql.read(store, SELECT_FEW).await;
            }
        }
        let select = match self.sort == Sort::default() {
            true => SELECT_MANY,
            false => SELECT,
        };
        sql.read(store, select).await
    }

    /// Among the newest first, by the words of each: PostgreSQL knows of no word how many have it. Then,
    /// if there are few, those that the index knows.
    async fn of_postgres(&self, store: &Store) -> Result<Vec<Row>, Error> {
        let sql = self.sql(store, None, Begin::AsItThinks);
        if sql.names_one || sql.required.is_empty() {
            return sql.read(store, SELECT).await;
        }
        if let Some(reach) = self.newest(store).await? {
            // None is left out where there are no more.
            let bounds = (reach.count >= NEWEST).then_some(reach);
            let found = self.sql(store, bounds, Begin::Rows);
            let found = found.read(store, SELECT).await?;
            if bounds.is_none() || found.len() >= self.most() {
                return Ok(found);
            }
        }
        for (number, required) in sql.required.iter().enumerate() {
            if count(store, required).await? < FEW_OF_POSTGRES {
                let few = self.sql(store, None, Begin::Words(number));
                return few.read(store, SELECT).await;
            }
        }
        sql.read(store, SELECT).await
    }

    fn most(&self) -> usize {
        usize::try_from(self.limit).unwrap_or(usize::MAX)
    }
}

/// The newest messages of a folder, by numbers between which those of their rows lie.
#[derive(Clone, Copy)]
struct Reach {
    lowest: i64,
    highest: i64,
    /// They are newer than this.
    oldest: i64,
    /// How many they are, with the oldest.
    count: i64,
}

impl Search<'_> {
    fn sql(&self, store: &Store, reach: Option<Reach>, begin: Begin) -> Sql {
        let mut sql = Sql {
            text: String::new(),
            values: vec![Value::Number(key(self.mailbox))],
            required: Vec::new(),
            begin,
            names_one: false,
            account: self.owner.account,
            all_must: matches!(self.filter, Filter::And(_)),
            sqlite: matches!(store.reader(), On::Sqlite(_)),
            reach,
        };
        // Both keys in the same direction, so that an index of the folder is walked.
        let down = self.sort.descending != self.upward;
        let column = column(self.sort.key);
        if let Some((at, uid)) = &self.at {
            sql.push(" AND (");
            sql.push(column);
            sql.push(", p.uid) ");
            sql.push(if down { "< (" } else { "> (" });
            sql.value(at.clone());
            sql.push(", ");
            sql.number(i64::from(*uid));
            sql.push(")");
        }
        if let Some(reach) = reach {
            sql.push(" AND p.received_at > ");
            sql.number(reach.oldest);
        }
        sql.push(" AND ");
        sql.condition(self.filter, 0);
        sql.push(" ORDER BY ");
        sql.push(column);
        sql.push(if down {
            " DESC, p.uid DESC LIMIT "
        } else {
            ", p.uid LIMIT "
        });
        sql.number(i64::from(self.limit));
        sql
    }

    /// The newest messages of the folder (from there on), where the list begins with them.
    async fn newest(&self, store: &Store) -> Result<Option<Reach>, Error> {
        const SQL: &str =
            "SELECT min(message_id), max(message_id), min(received_at), count(*) FROM (
            SELECT message_id, received_at FROM placements
            WHERE mailbox_id = $1 AND (received_at, uid) < ($2, $3)
            ORDER BY received_at DESC, uid DESC LIMIT $4) AS newest";
        if self.sort != Sort::default() || self.upward {
            return Ok(None);
        }
        let (at, uid) = match &self.at {
            Some((Value::Number(at), uid)) => (*at, *uid),
            _ => (i64::MAX, u32::MAX),
        };
        let found: (Option<i64>, Option<i64>, Option<i64>, i64) = on!(store.reader(), db => {
            sqlx::query_as(SQL)
                .bind(key(self.mailbox))
                .bind(at)
                .bind(i64::from(uid))
                .bind(NEWEST)
                .fetch_one(db)
                .await
        })?;
        let (Some(lowest), Some(highest), Some(oldest), count) = found else {
            return Ok(None);
        };
        Ok(Some(Reach {
            lowest,
            highest,
            oldest,
            count,
        }))
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

/// PostgreSQL reads so many by their numbers in less time than it looks at all that a folder has.
const FEW_OF_POSTGRES: i64 = 5000;

/// How many messages have what must be, up to what is no longer few.
async fn count(store: &Store, required: &Required) -> Result<i64, Error> {
    const SQLITE: &str = "SELECT count(*) FROM (
        SELECT rowid FROM message_words WHERE message_words MATCH $1 LIMIT $2)";
    let (count,): (i64,) = match store.reader() {
        On::Sqlite(pool) => {
            let query = sqlx::query_as(SQLITE).bind(required.wanted.as_str());
            query.bind(FEW).fetch_one(pool).await?
        }
        On::Postgres(pool) => {
            let condition = &required.condition;
            let sql = format!(
                "SELECT count(*) FROM (SELECT 1 FROM message_words WHERE {condition} LIMIT $2) AS some"
            );
            // Safe: the text is put together from names of columns and places.
            let query = sqlx::query_as(AssertSqlSafe(sql)).bind(required.wanted.as_str());
            query.bind(FEW_OF_POSTGRES).fetch_one(pool).await?
        }
    };
    Ok(count)
}
