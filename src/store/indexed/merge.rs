//! Which conversation a message belongs to.
//!
//! A message names a root. Where that is no root itself, because a message of that name is known and
//! names another, it belongs to that one's; and what was filed under its own name before it came
//! goes along. So it makes no difference which comes first. The id that was given up leads to the one
//! that stays (`thread_aliases`). Of messages with one name that contradict each other the one that is
//! a root itself is believed, once it is known: who sends another of that name moves nothing.
//!
//! Cost: a look-up for each 64 names, and at most [`MOVED_MOST`] rows that get another conversation,
//! whatever a message claims. What would need more stays apart.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use sqlx::AssertSqlSafe;

use super::{Hash, Size, put::Message};
use crate::store::{
    error::Error,
    id::AccountId,
    places,
    row::row,
    transaction::{Tx, on},
};

/// Rows that one call files anew. A hostile chain of answers would have all of them filed anew with
/// each step.
const MOVED_MOST: i64 = 5000;

/// How often what the database says of a root leads to another one. Rows name their final
/// conversation, so that more than two have another process in between.
const ROUNDS: usize = 4;

/// Names that lead to others.
type Edges = HashMap<Hash, Hash>;

/// The conversation of each message, in the same order; brings those together that are one.
pub(super) async fn threads(
    tx: &mut Tx,
    account: AccountId,
    messages: &[Message],
    now: i64,
) -> Result<Vec<Hash>, Error> {
    let mut edges = Edges::new();
    for message in messages {
        let Some(name) = message.name.filter(|name| *name != message.root) else {
            continue;
        };
        // Of several with one name it is the same one each time.
        let root = edges.entry(name).or_insert(message.root);
        *root = message.root.min(*root);
    }
    // What is a root itself is not contradicted by who takes its name.
    let named: Vec<Hash> = edges.keys().copied().collect();
    for row in rows_named(tx, account, &named).await? {
        if row.is_root() {
            edges.remove(&row.name);
        }
    }
    for message in messages {
        if message.name == Some(message.root) {
            edges.remove(&message.root);
        }
    }
    let mut asked: HashSet<Hash> = HashSet::new();
    for _ in 0..ROUNDS {
        let mut ends = Ends::new(&edges);
        let ends = messages.iter().map(|message| ends.of(message.root));
        let new: HashSet<Hash> = ends.filter(|end| asked.insert(*end)).collect();
        if new.is_empty() {
            break;
        }
        let new: Vec<Hash> = new.into_iter().collect();
        for (name, thread) in known(tx, account, &new).await? {
            if name != thread {
                edges.entry(name).or_insert(thread);
            }
        }
    }
    let mut ends = Ends::new(&edges);
    let threads = messages
        .iter()
        .map(|message| ends.of(message.root))
        .collect();
    let names: HashSet<Hash> = messages.iter().filter_map(|message| message.name).collect();
    let renamed = names.into_iter().map(|name| (name, ends.of(name)));
    let renamed: HashMap<Hash, Hash> = renamed.filter(|(name, end)| name != end).collect();
    file_anew(tx, account, &renamed, now).await?;
    Ok(threads)
}

/// Where names lead in the end. Each step is gone once.
struct Ends<'e> {
    edges: &'e Edges,
    known: HashMap<Hash, Hash>,
}

impl<'e> Ends<'e> {
    fn new(edges: &'e Edges) -> Self {
        Self {
            edges,
            known: HashMap::new(),
        }
    }

    fn of(&mut self, name: Hash) -> Hash {
        let (mut at, mut path, mut seen) = (name, Vec::new(), HashSet::new());
        let end = loop {
            if let Some(end) = self.known.get(&at) {
                break *end;
            }
            if !seen.insert(at) {
                // A circle: all in it agree on the least.
                let circle = path.iter().skip_while(|one| **one != at);
                break circle.copied().min().unwrap_or(at);
            }
            path.push(at);
            match self.edges.get(&at) {
                Some(next) => at = *next,
                None => break at,
            }
        };
        for one in path {
            self.known.insert(one, end);
        }
        end
    }
}

const AT_ONCE: usize = 64;

row! {
    struct Known {
        name: Hash,
        thread_id: Hash,
    }
}

impl Known {
    /// Is the message what its conversation is named by?
    fn is_root(&self) -> bool {
        self.name == self.thread_id
    }
}

static BY_NAME: LazyLock<String> = LazyLock::new(|| {
    // Safe: numbers of places only.
    format!(
        "SELECT DISTINCT name, thread_id FROM indexed_messages
         WHERE account_id = $1 AND name IN ({})",
        places::list(2, AT_ONCE)
    )
});

row! {
    struct Alias {
        from_thread: String,
        to_thread: String,
    }
}

static BY_ALIAS: LazyLock<String> = LazyLock::new(|| {
    // Safe: numbers of places only.
    format!(
        "SELECT from_thread, to_thread FROM thread_aliases
         WHERE account_id = $1 AND from_thread IN ({})",
        places::list(2, AT_ONCE)
    )
});

/// The conversations of the messages of these names, as far as they are known. An id that was given
/// up says so itself: its message may be gone.
pub(super) async fn known(
    tx: &mut Tx,
    account: AccountId,
    names: &[Hash],
) -> Result<HashMap<Hash, Hash>, Error> {
    let mut all: HashMap<Hash, Hash> = HashMap::new();
    for row in rows_named(tx, account, names).await? {
        // Of several with one name it is the same one each time: a root, else the least.
        let thread = all.entry(row.name).or_insert(row.thread_id);
        if row.is_root() || (*thread != row.name && row.thread_id < *thread) {
            *thread = row.thread_id;
        }
    }
    for names in places::filled(names, AT_ONCE) {
        let aliases: Vec<Alias> = on!(&mut *tx, db => {
            // Safe: the text is built once, of numbers of places.
            let mut query = sqlx::query_as(AssertSqlSafe(BY_ALIAS.as_str())).bind(account.get());
            for name in names {
                query = query.bind(name.to_string());
            }
            query.fetch_all(&mut **db).await
        })?;
        for alias in aliases {
            if let (Ok(from), Ok(to)) = (alias.from_thread.parse(), alias.to_thread.parse()) {
                all.insert(from, to);
            }
        }
    }
    Ok(all)
}

async fn rows_named(tx: &mut Tx, account: AccountId, names: &[Hash]) -> Result<Vec<Known>, Error> {
    let mut all = Vec::new();
    for names in places::filled(names, AT_ONCE) {
        let rows: Vec<Known> = on!(&mut *tx, db => {
            // Safe: the text is built once, of numbers of places.
            let mut query = sqlx::query_as(AssertSqlSafe(BY_NAME.as_str())).bind(account.get());
            for name in names {
                query = query.bind(name.0.to_vec());
            }
            query.fetch_all(&mut **db).await
        })?;
        all.extend(rows);
    }
    Ok(all)
}

static SIZES: LazyLock<String> = LazyLock::new(|| {
    // Safe: numbers of places only.
    format!(
        "SELECT thread_id, count(*) AS count FROM indexed_messages
         WHERE account_id = $1 AND thread_id IN ({}) GROUP BY thread_id",
        places::list(2, AT_ONCE)
    )
});

/// What was filed under the first goes to the second.
async fn file_anew(
    tx: &mut Tx,
    account: AccountId,
    renamed: &HashMap<Hash, Hash>,
    now: i64,
) -> Result<(), Error> {
    const FILE: &str = "UPDATE indexed_messages SET thread_id = $3
        WHERE account_id = $1 AND thread_id = $2";
    let mut room = MOVED_MOST;
    let names: Vec<Hash> = renamed.keys().copied().collect();
    for names in places::filled(&names, AT_ONCE) {
        let sizes: Vec<Size> = on!(&mut *tx, db => {
            // Safe: the text is built once, of numbers of places.
            let mut query = sqlx::query_as(AssertSqlSafe(SIZES.as_str())).bind(account.get());
            for name in names {
                query = query.bind(name.0.to_vec());
            }
            query.fetch_all(&mut **db).await
        })?;
        for size in sizes {
            let Some(to) = renamed.get(&size.thread_id).filter(|_| size.count <= room) else {
                continue;
            };
            room = room.saturating_sub(size.count);
            on!(&mut *tx, db => {
                sqlx::query(FILE)
                    .bind(account.get())
                    .bind(size.thread_id.0.to_vec())
                    .bind(to.0.to_vec())
                    .execute(&mut **db)
                    .await
                    .map(drop)
            })?;
            lead_on(
                tx,
                account,
                &size.thread_id.to_string(),
                &to.to_string(),
                now,
            )
            .await?;
        }
    }
    Ok(())
}

/// An id that was given up leads to the one that stays, and so does whatever led to it.
async fn lead_on(
    tx: &mut Tx,
    account: AccountId,
    from: &str,
    to: &str,
    now: i64,
) -> Result<(), Error> {
    const TURN: &str = "DELETE FROM thread_aliases WHERE account_id = $1 AND from_thread = $2";
    const RETARGET: &str = "UPDATE thread_aliases SET to_thread = $3
        WHERE account_id = $1 AND to_thread = $2";
    const ALIAS: &str =
        "INSERT INTO thread_aliases (account_id, from_thread, to_thread, created_at)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (account_id, from_thread) DO UPDATE SET to_thread = excluded.to_thread";
    on!(&mut *tx, db => {
        let query = sqlx::query(TURN).bind(account.get()).bind(to);
        query.execute(&mut **db).await.map(drop)
    })?;
    on!(&mut *tx, db => {
        let query = sqlx::query(RETARGET).bind(account.get()).bind(from).bind(to);
        query.execute(&mut **db).await.map(drop)
    })?;
    on!(&mut *tx, db => {
        let query = sqlx::query(ALIAS).bind(account.get()).bind(from).bind(to).bind(now);
        query.execute(&mut **db).await.map(drop)
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(n: u8) -> Hash {
        Hash([n; 16])
    }

    #[test]
    fn names_lead_to_one_end() {
        let edges: Edges = [(5, 4), (4, 3), (3, 2), (9, 8), (8, 7), (7, 9), (6, 8)]
            .into_iter()
            .map(|(from, to)| (hash(from), hash(to)))
            .collect();
        let mut ends = Ends::new(&edges);
        for (name, end) in [
            (5, 2),
            (4, 2),
            (2, 2),
            (1, 1),
            (6, 7),
            (9, 7),
            (7, 7),
            (8, 7),
        ] {
            assert_eq!(ends.of(hash(name)), hash(end), "{name}");
        }
    }
}
