//! What the server has shown, message by message, and every deletion that was asked of it.
//!
//! Cost: a page of rows and one look-up of their subjects; as much again as a
//! [`super::DeletionPlan`] where it is said what is due.

use std::collections::HashSet;

use crate::store::{
    collector::{
        Policy, PolicyKind,
        deletions::{self, Outcome},
        ledger::{self, LedgerRow, Only, State},
    },
    id::LedgerId,
};

use super::super::{account::Account, collector, error::Error, pages};

/// Lines of one page.
const PAGE: u32 = 100;

/// Which messages of the ledger are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Those that are so far; `None`: all.
    pub state: Option<State>,
    /// Those that the server had when it was last asked, or had not; `None`: all.
    pub listed: Option<bool>,
    /// Those that the next run would delete on the server, or would not; `None`: all.
    pub due: Option<bool>,
}

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
    /// The word for the last failure; `""` for none.
    pub last_error: String,
    /// The next run would delete it on the server; always false in [`Account::ledger`].
    pub due: bool,
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
        let (store, asked) = (&self.0.shared.store, i64::from(PAGE) + 1);
        let mut rows = ledger::page(store, self.0.id, Only::default(), before, asked).await?;
        let next = pages::cut(&mut rows, PAGE, |row| row.id.get());
        Ok((self.entries(rows, &HashSet::new()).await?, next))
    }

    /// At most `limit` of those that are asked for, each with whether it is due to be deleted.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an account that is not collected.
    pub async fn ledger_page(
        &self,
        shown: Shown,
        before: Option<i64>,
        limit: u32,
    ) -> Result<(Vec<Entry>, Option<i64>), Error> {
        let foreseen = self.foreseen().await?;
        let due: HashSet<LedgerId> = foreseen.iter().map(|row| row.id).collect();
        let mut rows = match shown.due {
            // They are read already.
            Some(true) => due_of(foreseen, shown, before),
            _ => self.rows(shown, before, limit, &due).await?,
        };
        let next = pages::cut(&mut rows, limit, |row| row.id.get());
        Ok((self.entries(rows, &due).await?, next))
    }

    /// At least one row more than `limit`, if there are so many.
    async fn rows(
        &self,
        shown: Shown,
        before: Option<i64>,
        limit: u32,
        due: &HashSet<LedgerId>,
    ) -> Result<Vec<LedgerRow>, Error> {
        let (store, id) = (&self.0.shared.store, self.0.id);
        let only = Only {
            state: shown.state,
            listed: shown.listed,
        };
        let asked = usize::try_from(limit).unwrap_or(usize::MAX);
        let (mut rows, mut from) = (Vec::new(), before);
        loop {
            let read = ledger::page(store, id, only, from, i64::from(limit) + 1).await?;
            from = read.last().map(|row| row.id.get());
            let is_end = read.len() <= asked;
            let fits = |row: &LedgerRow| shown.due.is_none() || !due.contains(&row.id);
            rows.extend(read.into_iter().filter(fits));
            if is_end || rows.len() > asked {
                return Ok(rows);
            }
        }
    }

    /// What the next run would delete, by the policy that is set.
    async fn foreseen(&self) -> Result<Vec<LedgerRow>, Error> {
        let row = self.collector_row().await?;
        let policy = row.policy();
        if policy == Policy::Keep || row.without_uidl {
            return Ok(Vec::new());
        }
        let (store, now) = (&self.0.shared.store, self.now());
        let foreseen = collector::would_delete(store, self.0.id, policy, &row, now).await?;
        Ok(foreseen.due)
    }

    async fn entries(
        &self,
        rows: Vec<LedgerRow>,
        due: &HashSet<LedgerId>,
    ) -> Result<Vec<Entry>, Error> {
        let named: Vec<LedgerId> = rows.iter().map(|row| row.id).collect();
        let store = &self.0.shared.store;
        let mut subjects = ledger::subjects(store, self.0.id, &named).await?;
        let entry = |row: LedgerRow| Entry {
            id: row.id.get(),
            subject: subjects.remove(&row.id),
            due: due.contains(&row.id),
            uidl: row.uidl,
            size: u64::try_from(row.size).unwrap_or(0),
            state: row.state,
            attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
            last_error: row.last_error,
            listed: row.listed,
            first_seen_at: row.first_seen_at,
            stored_at: row.stored_at,
            deleted_at: row.deleted_at,
        };
        Ok(rows.into_iter().map(entry).collect())
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
        let asked = i64::from(PAGE) + 1;
        let mut rows = deletions::list(store, self.0.id, before, asked).await?;
        let next = pages::cut(&mut rows, PAGE, |row| row.id.get());
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
        Ok((entries, next))
    }
}

/// Those of what is due that are asked for, the last first.
fn due_of(mut due: Vec<LedgerRow>, shown: Shown, before: Option<i64>) -> Vec<LedgerRow> {
    due.retain(|row| {
        shown.state.is_none_or(|state| row.state == state)
            && shown.listed.is_none_or(|listed| row.listed == listed)
            && before.is_none_or(|before| row.id.get() < before)
    });
    due.sort_unstable_by_key(|row| std::cmp::Reverse(row.id));
    due
}
