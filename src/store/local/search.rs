//! Searching a folder: the conditions of `mail::query` as SQL, words by the full-text index.
//!
//! A text is looked for by its words, in their order, the last one by its beginning: `atl` finds
//! Atlas, `tlas` does not (an IMAP server would find it). Of fields that machines write to each
//! other (`Received`, …) only that they are there is known. A Message-ID must be named whole.
//!
//! Cost: the index is read for the account's own messages with these words. A word that many have is
//! first looked for among the newest messages of the folder.

use sqlx::AssertSqlSafe;

use super::{
    Owner, list,
    row::{Row, columns},
    words::{mark, of_account, words},
};
use crate::{
    mail::{email::EmailSummary, id::MailboxId, keyword, query::Filter},
    store::{
        Store,
        error::Error,
        id::AccountId,
        row::key,
        transaction::{On, on},
    },
};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Conditions within conditions; what lies deeper finds nothing.
const DEPTH_MOST: usize = 32;
/// Words of one text that are looked for.
const WORDS_MOST: usize = 50;

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
    let state = list::state(store, owner, mailbox).await?;
    let at = match before {
        None => None,
        Some(uid) => list::place_of(store, mailbox, uid)
            .await?
            .map(|at| (at, uid)),
    };
    let search = Search {
        owner,
        mailbox,
        filter,
        at,
        limit,
    };
    let sql = search.sql(store, None);
    let select = select(store, &sql).await?;
    let mut rows = None;
    if select == SELECT_MANY
        && let Some(reach) = search.newest(store).await?
    {
        let few = search.sql(store, Some(reach)).read(store, select).await?;
        rows = (few.len() >= usize::try_from(limit).unwrap_or(usize::MAX)).then_some(few);
    }
    let rows = match rows {
        Some(rows) => rows,
        None => sql.read(store, select).await?,
    };
    let rows = rows.into_iter();
    Ok(rows
        .map(|row| row.summary(mailbox, state.uid_validity))
        .collect())
}

/// What is looked for, and where.
struct Search<'a> {
    owner: Owner,
    mailbox: MailboxId,
    filter: &'a Filter,
    at: Option<(i64, u32)>,
    limit: u32,
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
        let mut sql = Sql {
            text: String::new(),
            values: vec![Value::Number(key(self.mailbox))],
            required: Vec::new(),
            names_one: false,
            account: self.owner.account,
            all_must: matches!(self.filter, Filter::And(_)),
            sqlite: matches!(store.reader(), On::Sqlite(_)),
            reach,
        };
        if let Some((at, uid)) = self.at {
            sql.push(" AND (p.received_at, p.uid) < (");
            sql.number(at);
            sql.push(", ");
            sql.number(i64::from(uid));
            sql.push(")");
        }
        if let Some(reach) = reach {
            sql.push(" AND p.received_at > ");
            sql.number(reach.oldest);
        }
        sql.push(" AND ");
        sql.condition(self.filter, 0);
        sql.push(" ORDER BY p.received_at DESC, p.uid DESC LIMIT ");
        sql.number(i64::from(self.limit));
        sql
    }

    /// The newest messages of the folder (from there on), if they came one soon after the other:
    /// only then the index has them close together.
    async fn newest(&self, store: &Store) -> Result<Option<Reach>, Error> {
        const SQL: &str = "SELECT min(message_id), max(message_id), min(received_at) FROM (
            SELECT message_id, received_at FROM placements
            WHERE mailbox_id = $1 AND (received_at, uid) < ($2, $3)
            ORDER BY received_at DESC, uid DESC LIMIT $4) AS newest";
        let (at, uid) = self.at.unwrap_or((i64::MAX, u32::MAX));
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

/// How to begin. PostgreSQL knows by itself.
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
        let query = sqlx::query_as(COUNT).bind(words.as_str()).bind(FEW);
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

/// A statement that grows, and what stands in its places.
struct Sql {
    text: String,
    values: Vec<Value>,
    /// What SQLite's full-text index is asked for, of what must be.
    required: Vec<String>,
    /// A Message-ID must be this one.
    names_one: bool,
    account: AccountId,
    /// Nothing else is looked for.
    reach: Option<Reach>,
    /// All conditions of the outermost list must be.
    all_must: bool,
    sqlite: bool,
}

enum Value {
    Text(String),
    Number(i64),
}

impl Sql {
    async fn read(self, store: &Store, select: &'static str) -> Result<Vec<Row>, Error> {
        let text = format!("{select}{}", self.text);
        Ok(on!(store.reader(), db => {
            // Safe: the text is put together from the constants of this file and numbers of places.
            let mut query = sqlx::query_as(AssertSqlSafe(text));
            for value in self.values {
                query = match value {
                    Value::Text(text) => query.bind(text),
                    Value::Number(number) => query.bind(number),
                };
            }
            query.fetch_all(db).await
        })?)
    }

    fn push(&mut self, constant: &'static str) {
        self.text.push_str(constant);
    }

    fn value(&mut self, value: Value) {
        self.values.push(value);
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
    }

    fn number(&mut self, number: i64) {
        self.value(Value::Number(number));
    }

    fn text(&mut self, text: String) {
        self.value(Value::Text(text));
    }

    fn condition(&mut self, filter: &Filter, depth: usize) {
        if depth > DEPTH_MOST {
            return self.push("1 = 0");
        }
        let must = depth == 0 || (depth == 1 && self.all_must);
        match filter {
            Filter::And(all) => self.joined(all, " AND ", "1 = 1", depth),
            Filter::Or(any) => self.joined(any, " OR ", "1 = 0", depth),
            Filter::Not(none) => {
                self.push("NOT ");
                self.joined(none, " OR ", "1 = 0", depth);
            }
            Filter::Text(text) => self.words(text, &["header", "body"], must),
            Filter::From(text) => self.words(text, &["sender"], must),
            Filter::To(text) => self.words(text, &["recipient"], must),
            Filter::Cc(text) => self.words(text, &["cc"], must),
            Filter::Subject(text) => self.words(text, &["subject"], must),
            Filter::Body(text) => self.words(text, &["body"], must),
            Filter::Recipient(text) => self.words(text, &["recipient", "cc", "bcc"], must),
            Filter::Header(name, text) => self.header(name, text, must),
            Filter::After(day) => {
                self.push("p.received_at >= ");
                self.number(day.saturating_mul(DAY));
            }
            Filter::Before(day) => {
                self.push("p.received_at < ");
                self.number(day.saturating_mul(DAY));
            }
            Filter::MinSize(size) => {
                self.push("p.size >= ");
                self.number(i64::try_from(*size).unwrap_or(i64::MAX));
            }
            Filter::MaxSize(size) => {
                self.push("p.size < ");
                self.number(i64::try_from(*size).unwrap_or(i64::MAX));
            }
            Filter::HasKeyword(word) => self.keyword(word),
            Filter::NotKeyword(word) => {
                self.push("NOT ");
                self.keyword(word);
            }
            Filter::HasAttachment(has) => {
                self.push("m.has_attachment = ");
                self.number(i64::from(*has));
            }
        }
    }

    fn joined(
        &mut self,
        filters: &[Filter],
        between: &'static str,
        nothing: &'static str,
        depth: usize,
    ) {
        self.push("(");
        for (place, filter) in filters.iter().enumerate() {
            if place > 0 {
                self.push(between);
            }
            self.condition(filter, depth + 1);
        }
        if filters.is_empty() {
            self.push(nothing);
        }
        self.push(")");
    }

    fn keyword(&mut self, word: &str) {
        match word {
            keyword::SEEN => self.push("p.seen = 1"),
            keyword::FLAGGED => self.push("p.flagged = 1"),
            word => {
                self.push("' ' || p.keywords || ' ' LIKE ");
                self.text(format!("% {} %", escape(word)));
                self.push(" ESCAPE '!'");
            }
        }
    }

    fn header(&mut self, name: &str, text: &str, must: bool) {
        if name.eq_ignore_ascii_case("message-id") && !text.trim().is_empty() {
            self.names_one |= must;
            self.push("p.message_id IN (SELECT id FROM messages WHERE account_id = ");
            self.number(self.account.get());
            self.push(" AND message_id = ");
            let id = text.trim().trim_start_matches('<').trim_end_matches('>');
            self.text(id.replace('\0', ""));
            return self.push(")");
        }
        if text.trim().is_empty() {
            return self.phrase(&[mark(name, "")], &["header"], "", must);
        }
        let words: Vec<String> = words(text).take(WORDS_MOST).collect();
        if words.is_empty() {
            // Signs alone are in no index.
            return self.push("1 = 0");
        }
        let marked: Vec<String> = words.iter().map(|word| mark(name, word)).collect();
        self.phrase(&marked, &["header"], "*", must);
    }

    /// The words stand one behind the other in one of these columns.
    fn words(&mut self, text: &str, columns: &[&'static str], must: bool) {
        let words: Vec<String> = words(text).take(WORDS_MOST).collect();
        if words.is_empty() {
            // Every message contains nothing; signs alone are in no index.
            return self.push(if text.trim().is_empty() {
                "1 = 1"
            } else {
                "1 = 0"
            });
        }
        self.phrase(&words, columns, "*", must);
    }

    /// The words of the index, the last one by its beginning if `end` is a star.
    fn phrase(
        &mut self,
        words: &[String],
        columns: &[&'static str],
        end: &'static str,
        must: bool,
    ) {
        let words = words.iter().map(|word| of_account(self.account, word));
        let words: Vec<String> = words.collect();
        if self.sqlite {
            self.push(
                "p.message_id IN (SELECT rowid FROM message_words WHERE message_words MATCH ",
            );
            // Words are letters and digits: nothing in them means anything to the index.
            let phrase = words.join(" ");
            let wanted = format!("{{{}}} : \"{phrase}\" {end}", columns.join(" "));
            if must {
                self.required.push(wanted.clone());
            }
            self.text(wanted);
            if let Some(reach) = self.reach {
                self.push(" AND rowid BETWEEN ");
                self.number(reach.lowest);
                self.push(" AND ");
                self.number(reach.highest);
            }
            return self.push(")");
        }
        let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        let end = if end.is_empty() { "" } else { ":*" };
        let phrase = format!("{}{end}", quoted.join(" <-> "));
        self.push("p.message_id IN (SELECT message_id FROM message_words WHERE ");
        for (place, column) in columns.iter().enumerate() {
            if place > 0 {
                self.push(" OR ");
            }
            self.push(column);
            self.push(" @@ CAST(");
            self.text(phrase.clone());
            self.push(" AS tsquery)");
        }
        self.push(")");
    }
}

/// For LIKE with `ESCAPE '!'`.
fn escape(word: &str) -> String {
    let mut escaped = String::with_capacity(word.len() + 4);
    for letter in word.chars() {
        if matches!(letter, '!' | '%' | '_') {
            escaped.push('!');
        }
        escaped.push(letter);
    }
    escaped
}
