//! A search as a statement: the conditions of `mail::query` as SQL.

use sqlx::AssertSqlSafe;

use super::Reach;
use crate::{
    mail::{keyword, query::Filter, sort::SortKey},
    store::{
        Store,
        error::Error,
        id::AccountId,
        local::{
            row::Row,
            words::{mark, of_account, words},
        },
        transaction::on,
    },
};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Conditions within conditions; what lies deeper finds nothing.
const DEPTH_MOST: usize = 32;
/// Words of one text that are looked for.
const WORDS_MOST: usize = 50;

/// A statement that grows, and what stands in its places.
pub(super) struct Sql {
    pub(super) text: String,
    pub(super) values: Vec<Value>,
    /// What the full-text index is asked for, of what must be.
    pub(super) required: Vec<Required>,
    /// The full-text index is asked for something.
    pub(super) has_words: bool,
    /// How PostgreSQL looks for words.
    pub(super) way: Way,
    /// A Message-ID must be this one.
    pub(super) names_one: bool,
    pub(super) account: AccountId,
    /// Nothing else is looked for.
    pub(super) reach: Option<Reach>,
    /// All conditions of the outermost list must be.
    pub(super) all_must: bool,
    pub(super) sqlite: bool,
}

/// What the full-text index has of messages that match.
#[derive(Clone, Debug)]
pub(super) struct Required {
    /// The words, as the index is asked for them; for SQLite with the columns in front.
    pub(super) wanted: String,
    /// One of these columns has them.
    pub(super) columns: Vec<&'static str>,
}

/// How PostgreSQL looks for words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// As it thinks best.
    Free,
    /// In the order of the list, each message by its own words.
    Rows,
    /// Messages that are known to have what must be; the rest each by its own words.
    Known,
}

/// What a place of a statement holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store::local) enum Value {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
}

/// The column that an order goes by.
pub(super) fn column(key: SortKey) -> &'static str {
    match key {
        SortKey::Received => "p.received_at",
        SortKey::From => "p.from_key",
        SortKey::Subject => "p.subject_key",
        SortKey::Size => "p.size",
    }
}

impl Sql {
    pub(super) async fn read(self, store: &Store, select: &'static str) -> Result<Vec<Row>, Error> {
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

    pub(super) fn push(&mut self, constant: &'static str) {
        self.text.push_str(constant);
    }

    pub(super) fn value(&mut self, value: Value) {
        self.values.push(value);
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
    }

    pub(super) fn number(&mut self, number: i64) {
        self.value(Value::Number(number));
    }

    pub(super) fn text(&mut self, text: String) {
        self.value(Value::Text(text));
    }

    pub(super) fn condition(&mut self, filter: &Filter, depth: usize) {
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
                self.push(match self.way {
                    Way::Free => "m.has_attachment = ",
                    // Messages are joined when it is known which ones are shown.
                    Way::Rows | Way::Known => {
                        "(SELECT has_attachment FROM messages WHERE id = p.message_id) = "
                    }
                });
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
        self.has_words = true;
        if self.sqlite {
            self.push(
                "p.message_id IN (SELECT rowid FROM message_words WHERE message_words MATCH ",
            );
            // Words are letters and digits: nothing in them means anything to the index.
            let phrase = words.join(" ");
            let wanted = format!("{{{}}} : \"{phrase}\" {end}", columns.join(" "));
            if must {
                self.require(&wanted, columns);
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
        if must {
            self.require(&phrase, columns);
        }
        let (before, after) = match self.way {
            Way::Known if must => return self.push("1 = 1"),
            Way::Free => (
                "p.message_id IN (SELECT message_id FROM message_words WHERE ",
                ")",
            ),
            // With OFFSET it is asked for each message, and not made into a join.
            Way::Rows | Way::Known => (
                "EXISTS (SELECT 1 FROM message_words WHERE message_id = p.message_id AND (",
                ") OFFSET 0)",
            ),
        };
        self.push(before);
        self.in_one_of(columns, &phrase);
        self.push(after);
    }

    fn require(&mut self, wanted: &str, columns: &[&'static str]) {
        self.required.push(Required {
            wanted: wanted.to_owned(),
            columns: columns.to_vec(),
        });
    }

    /// For PostgreSQL: one of these columns has the words.
    pub(super) fn in_one_of(&mut self, columns: &[&'static str], words: &str) {
        for (place, column) in columns.iter().enumerate() {
            if place > 0 {
                self.push(" OR ");
            }
            self.push(column);
            self.push(" @@ CAST(");
            self.text(words.to_owned());
            self.push(" AS tsquery)");
        }
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
