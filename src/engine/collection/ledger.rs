//! What the server has shown, message by message, and every deletion that was asked of it.

use crate::store::{
    collector::{
        PolicyKind,
        deletions::{self, Outcome},
        ledger::{self, State},
    },
    id::LedgerId,
};

use super::super::{account::Account, error::Error};

/// Lines of one page.
const PAGE: i64 = 100;

/// A message that the server has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, for the next page.
    pub id: i64,
    /// The subject; `None` where it is not here.
    pub subject: Option<String>,
    /// The server's name for it; `""` where it has none.
    pub uidl: String,
    /// Octets.
    pub size: u64,
    /// How far it is.
    pub state: State,
    /// Tries that failed.
    pub attempts: u32,
    /// The server had it when it was last asked.
    pub listed: bool,
    /// When it was first shown (ms).
    pub first_seen_at: i64,
    /// When it was stored here (ms).
    pub stored_at: Option<i64>,
    /// When the server confirmed that it is deleted there (ms).
    pub deleted_at: Option<i64>,
}

/// A deletion that was asked of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// Its number, for the next page.
    pub id: i64,
    /// The subject; `None` where it is here no longer.
    pub subject: Option<String>,
    /// The server's name for it.
    pub uidl: String,
    /// Octets.
    pub size: u64,
    /// Why.
    pub policy: PolicyKind,
    /// What became of it.
    pub outcome: Outcome,
    /// When it was asked (ms).
    pub asked_at: i64,
}

impl Account {
    /// A page of the ledger, the last message first, from before the number `before`. The second
    /// says where the next page begins, if there is one.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn ledger(&self, before: Option<i64>) -> Result<(Vec<Entry>, Option<i64>), Error> {
        let store = &self.0.shared.store;
        let rows = ledger::page(store, self.0.id, before, PAGE + 1).await?;
        let named: Vec<LedgerId> = rows.iter().map(|row| row.id).collect();
        let mut subjects = ledger::subjects(store, self.0.id, &named).await?;
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            entries.push(Entry {
                id: row.id.get(),
                subject: subjects.remove(&row.id),
                uidl: row.uidl,
                size: u64::try_from(row.size).unwrap_or(0),
                state: row.state,
                attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
                listed: row.listed,
                first_seen_at: row.first_seen_at,
                stored_at: row.stored_at,
                deleted_at: row.deleted_at,
            });
        }
        let next = cut(&mut entries, |entry| entry.id);
        Ok((entries, next))
    }

    /// A page of the deletions, the last one first, as [`Account::ledger`].
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn deletions(
        &self,
        before: Option<i64>,
    ) -> Result<(Vec<Deletion>, Option<i64>), Error> {
        let store = &self.0.shared.store;
        let rows = deletions::list(store, self.0.id, before, PAGE + 1).await?;
        let named: Vec<LedgerId> = rows.iter().map(|row| row.ledger_id).collect();
        let subjects = ledger::subjects(store, self.0.id, &named).await?;
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            entries.push(Deletion {
                id: row.id.get(),
                subject: subjects.get(&row.ledger_id).cloned(),
                uidl: row.uidl,
                size: u64::try_from(row.size).unwrap_or(0),
                policy: row.policy,
                outcome: row.outcome,
                asked_at: row.created_at,
            });
        }
        let next = cut(&mut entries, |entry| entry.id);
        Ok((entries, next))
    }
}

/// Leaves a page, and says from where on there are more.
fn cut<T>(entries: &mut Vec<T>, id: impl Fn(&T) -> i64) -> Option<i64> {
    let page = usize::try_from(PAGE).unwrap_or(100);
    if entries.len() <= page {
        return None;
    }
    entries.truncate(page);
    entries.last().map(id)
}
