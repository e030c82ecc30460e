//! How a search begins on PostgreSQL, which does not know how many messages have a word: taken at
//! its guess it reads everybody's placements for a word that one in thirty has.
//!
//! Cost: what many have is found among the first messages of the list, each by its own words; of
//! what few have the index knows the messages. Which of both it is shows while looking: a stretch of
//! the list is read; unless it had so many that the next one will do, the index is asked whether few
//! have the words; if not, a stretch of four times the length follows, and few are twice as many.

use sqlx::{AssertSqlSafe, FromRow, PgExecutor, PgPool, postgres::PgRow};

use super::{
    Place, SELECT, Search, Value,
    statement::{Sql, Way, column},
};
use crate::{
    mail::sort::SortKey,
    store::{
        Store,
        error::Error,
        local::row::{Row, columns},
    },
};

/// Messages of the first stretch.
const STRETCH: u32 = 200;
/// Each is so many times as long as the one before.
const LONGER: u32 = 4;
/// Messages that the index is asked for at first. To look at a message's own words takes longer than to
/// take it from the index: by little if it is short, else by far.
const FEW: u32 = 4000;
/// Each time it is asked for so many times as many.
const MORE: u32 = 2;

impl Search<'_> {
    pub(super) async fn of_postgres(
        &self,
        store: &Store,
        pool: &PgPool,
    ) -> Result<Vec<Row>, Error> {
        let free = self.sql(store, None);
        if free.names_one || !free.has_words {
            return free.read(store, SELECT).await;
        }
        let mut rows = Vec::new();
        let mut at = self.at.clone();
        let mut length = STRETCH;
        let mut few = FEW;
        loop {
            let end = self.end(pool, at.as_ref(), length).await?;
            let stretch = self.rest(at.as_ref(), end.as_ref(), rows.len(), None);
            let found = self.shown(store, stretch).await?;
            let count = u32::try_from(found.len()).unwrap_or(u32::MAX);
            rows.extend(found);
            let left = self.left(rows.len());
            if end.is_none() || left == 0 {
                return Ok(rows);
            }
            at = end;
            if free.required.is_empty() {
                let rest = Search {
                    at,
                    limit: left,
                    ..*self
                };
                let rest = rest.sql(store, None).read(store, SELECT);
                rows.extend(rest.await?);
                return Ok(rows);
            }
            if count.saturating_mul(LONGER) < left {
                if let Some(known) = self.known(pool, &free, few).await? {
                    let rest = self.rest(at.as_ref(), None, rows.len(), Some(known));
                    rows.extend(self.shown(store, rest).await?);
                    return Ok(rows);
                }
                few = few.saturating_mul(MORE);
            }
            length = length.saturating_mul(LONGER);
        }
    }

    /// How many are still to be found.
    fn left(&self, found: usize) -> u32 {
        let found = u32::try_from(found).unwrap_or(u32::MAX);
        self.limit.saturating_sub(found)
    }

    /// The last of so many messages that follow; none when there are not so many.
    async fn end(
        &self,
        pool: &PgPool,
        at: Option<&Place>,
        length: u32,
    ) -> Result<Option<Place>, Error> {
        let mut sql = self.empty(false);
        sql.push("SELECT ");
        sql.push(column(self.sort.key));
        sql.push(", p.uid FROM placements p WHERE p.mailbox_id = $1");
        if let Some(at) = at {
            self.beyond(&mut sql, at);
        }
        self.order(&mut sql);
        sql.push(" LIMIT 1 OFFSET ");
        sql.number(i64::from(length.saturating_sub(1)));
        let last = match self.sort.key {
            SortKey::Received | SortKey::Size => {
                let last = sql.all::<(i64, i64)>(pool).await?.pop();
                last.map(|(at, uid)| (Value::Number(at), uid))
            }
            SortKey::From | SortKey::Subject => {
                let last = sql.all::<(String, i64)>(pool).await?.pop();
                last.map(|(at, uid)| (Value::Text(at), uid))
            }
        };
        Ok(last.map(|(at, uid)| (at, u32::try_from(uid).unwrap_or(u32::MAX))))
    }

    /// The messages that have what must be, if there are no more than so many, as PostgreSQL reads a
    /// list.
    async fn known(&self, pool: &PgPool, free: &Sql, most: u32) -> Result<Option<String>, Error> {
        let mut sql = self.empty(false);
        sql.values.clear();
        sql.push("SELECT message_id FROM message_words WHERE (");
        for (number, required) in free.required.iter().enumerate() {
            if number > 0 {
                sql.push(") AND (");
            }
            sql.in_one_of(&required.columns, &required.wanted);
        }
        sql.push(") LIMIT ");
        sql.number(i64::from(most) + 1);
        let mut tx = pool.begin_with(BY_INDEX).await?;
        let found: Vec<(i64,)> = sql.all(&mut *tx).await?;
        tx.commit().await?;
        if found.len() > usize::try_from(most).unwrap_or(usize::MAX) {
            return Ok(None);
        }
        let known: Vec<String> = found.iter().map(|(id,)| id.to_string()).collect();
        Ok(Some(format!("{{{}}}", known.join(","))))
    }

    /// What is still to be found from one place to the other, among those that are known or each by
    /// its own words.
    fn rest(
        &self,
        at: Option<&Place>,
        end: Option<&Place>,
        found: usize,
        known: Option<String>,
    ) -> Sql {
        let mut sql = self.empty(false);
        sql.way = if known.is_some() {
            Way::Known
        } else {
            Way::Rows
        };
        if let Some(at) = at {
            self.beyond(&mut sql, at);
        }
        if let Some(end) = end {
            self.up_to(&mut sql, end);
        }
        if let Some(known) = known {
            // As an array that it makes, it does not plan for each number of it.
            sql.push(" AND p.message_id = ANY (ARRAY(SELECT unnest(CAST(");
            sql.text(known);
            sql.push(" AS BIGINT[]))))");
        }
        sql.push(" AND ");
        sql.condition(self.filter, 0);
        self.order(&mut sql);
        sql.push(" LIMIT ");
        sql.number(i64::from(self.left(found)));
        sql
    }

    /// The rows of a statement about placements alone: what stands in messages is read of those that
    /// are shown.
    async fn shown(&self, store: &Store, mut sql: Sql) -> Result<Vec<Row>, Error> {
        sql.push(") p JOIN messages m ON m.id = p.message_id");
        self.order(&mut sql);
        sql.read(store, SHOWN).await
    }
}

const SHOWN: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM (SELECT p.* FROM placements p WHERE p.mailbox_id = $1"
);

/// Or it reads the words of everybody's messages until it has so many, and others help it do so.
const BY_INDEX: &str = "BEGIN READ ONLY; SET LOCAL enable_seqscan = off;
    SET LOCAL max_parallel_workers_per_gather = 0";

impl Sql {
    async fn all<'c, T>(self, db: impl PgExecutor<'c>) -> Result<Vec<T>, Error>
    where
        T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        // Safe: the text is put together from constants and numbers of places.
        let mut query = sqlx::query_as(AssertSqlSafe(self.text));
        for value in self.values {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Number(number) => query.bind(number),
            };
        }
        Ok(query.fetch_all(db).await?)
    }
}
