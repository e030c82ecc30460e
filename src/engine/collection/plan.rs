//! What a policy would delete on the server, before it is chosen: the same rules as in a run, over
//! what the server has listed last. Nobody is asked, and nothing is changed.
//!
//! Cost: the account's ledger is read once, some 200 octets for each message ever shown.

use crate::store::{
    collector::{Policy, ledger},
    id::LedgerId,
};

use super::super::{account::Account, collector, error::Error};

/// The messages that are named one by one.
const NAMED: usize = 50;

/// What a policy would delete.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeletionPlan {
    /// Messages that the next run would delete.
    pub count: u64,
    /// Their octets.
    pub octets: u64,
    /// Messages that would follow by themselves, as time passes.
    pub later: u64,
    /// The first of them, the oldest first.
    pub messages: Vec<Due>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Its number in the ledger.
    pub id: i64,
    /// The subject; `""` for none, or where it is here no longer.
    pub subject: String,
    /// It was removed here already.
    pub removed: bool,
    /// Octets.
    pub size: u64,
    /// When it was stored here (ms).
    pub stored_at: i64,
}

impl Account {
    /// What this policy would delete.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an account that is not collected.
    pub async fn deletion_plan(&self, policy: Policy) -> Result<DeletionPlan, Error> {
        let row = self.collector_row().await?;
        if row.without_uidl {
            return Ok(DeletionPlan::default());
        }
        let (store, id, now) = (&self.0.shared.store, self.0.id, self.now());
        let foreseen = collector::would_delete(store, id, policy, &row, now).await?;
        let due = foreseen.due;
        let mut plan = DeletionPlan {
            count: u64::try_from(due.len()).unwrap_or(u64::MAX),
            octets: due.iter().map(|one| octets(one.size)).sum(),
            later: u64::try_from(foreseen.later).unwrap_or(u64::MAX),
            messages: Vec::new(),
        };
        let named: Vec<LedgerId> = due.iter().take(NAMED).map(|one| one.id).collect();
        let mut subjects = ledger::subjects(store, id, &named).await?;
        for one in due.iter().take(NAMED) {
            let subject = subjects.remove(&one.id);
            plan.messages.push(Due {
                id: one.id.get(),
                removed: subject.is_none(),
                subject: subject.unwrap_or_default(),
                size: octets(one.size),
                stored_at: one.stored_at.unwrap_or_default(),
            });
        }
        Ok(plan)
    }
}

fn octets(size: i64) -> u64 {
    u64::try_from(size).unwrap_or(0)
}
