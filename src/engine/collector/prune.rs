//! Deleting on the server, and the QUIT that decides whether that was done.

use std::collections::HashMap;

use crate::{
    pop3::{Listing, Number, Refusal, Session},
    store::{
        self, Store,
        collector::{
            Policy,
            account::{self, CollectorRow},
            deletions::{self, NewDeletion, Outcome},
            ledger::{self, LedgerRow, Place},
        },
        id::{AccountId, DeletionId, LedgerId},
        leases::Lease,
    },
};

use super::{
    outcome::{Failure, Run},
    plan::Match,
    retention::{self, Candidate},
    run::{Collector, Task},
    session::row_of,
};

/// Deletions of one session: each is verified and logged before any of them is asked for.
const AT_ONCE: usize = 1000;

/// What is known of the server's messages.
pub(super) struct Held<'a> {
    pub(super) policy: Policy,
    pub(super) listing: &'a Listing,
    pub(super) rows: &'a [LedgerRow],
    pub(super) known: &'a [Match],
    /// When the session began (ms).
    pub(super) began: i64,
}

/// Marks what the policy wants deleted, and ends the session.
pub(super) async fn prune_and_quit(
    collector: &Collector,
    task: Task<'_>,
    lease: &Lease,
    mut session: Session,
    held: Held<'_>,
    run: &mut Run,
) -> Result<(), Failure> {
    let account = task.owner.account;
    let mut due = wanted(collector, task, &held).await?;
    due.truncate(AT_ONCE);
    verify(collector, task, &mut due).await?;
    if !due.is_empty() {
        // There may have been hours of fetching: what its owner says now counts.
        let chosen = account::get(&collector.store, account).await?;
        if chosen.is_none_or(|row| row.paused || row.policy() != held.policy) {
            due.clear();
        }
    }
    if due.is_empty() {
        // Where nothing is deleted, nothing depends on the answer.
        if let Err(error) = session.quit().await {
            tracing::debug!(%account, %error, "A POP3 server did not say goodbye");
        }
        return Ok(());
    }
    let new: Vec<NewDeletion> = due.iter().map(deletion).collect();
    let store = &collector.store;
    let kind = held.policy.kind();
    let now = collector.clock.now();
    let logged = deletions::begin(store, lease, account, kind, &new, now).await?;
    let numbers: Vec<Number> = due.iter().map(|one| one.number).collect();
    let outcome = match session.delete(&numbers).await {
        Ok(answers) => {
            let (yes, no) = answered(&logged, &answers);
            finish(collector, task, &no, Outcome::Refused).await?;
            session.quit().await.map(|()| yes)
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(yes) => {
            finish(collector, task, &yes, Outcome::Confirmed).await?;
            run.deleted += u64::try_from(yes.len()).unwrap_or(u64::MAX);
            Ok(())
        }
        Err(error) => {
            finish(collector, task, &logged, Outcome::Unknown).await?;
            Err(error.into())
        }
    }
}

/// What the policy wants deleted.
async fn wanted(
    collector: &Collector,
    task: Task<'_>,
    held: &Held<'_>,
) -> Result<Vec<Candidate>, Failure> {
    if held.policy == Policy::Keep || !held.listing.has_uidl {
        return Ok(Vec::new());
    }
    let certain = held.known.iter().filter(|known| known.certain);
    let listed = certain.filter_map(|known| Some((known.number, row_of(held.rows, known.row)?)));
    let store = &collector.store;
    let candidates = candidates(store, task.owner.account, listed).await?;
    Ok(retention::due(
        held.policy,
        candidates,
        held.listing.octets(),
        held.began,
        collector.clock.now(),
    ))
}

/// What a policy would delete.
#[derive(Debug, Default)]
pub(in crate::engine) struct Foreseen {
    /// Rows of the ledger, the oldest first.
    pub(in crate::engine) due: Vec<LedgerRow>,
    /// How many would follow by themselves, as time passes.
    pub(in crate::engine) later: usize,
}

/// What would be deleted if the server listed now what it listed last, and `policy` were chosen.
///
/// # Errors
/// What the database says.
pub(in crate::engine) async fn would_delete(
    store: &Store,
    account: AccountId,
    policy: Policy,
    last: &CollectorRow,
    now: i64,
) -> Result<Foreseen, store::error::Error> {
    if policy == Policy::Keep {
        return Ok(Foreseen::default());
    }
    let rows = ledger::list(store, account).await?;
    let mut of_uidl: HashMap<&str, u32> = HashMap::new();
    let listed = rows.iter().filter(|row| row.listed && !row.uidl.is_empty());
    for row in listed.clone() {
        *of_uidl.entry(&row.uidl).or_default() += 1;
    }
    // Two under one name are not told apart, and stay.
    let certain = listed.filter(|row| of_uidl.get(row.uidl.as_str()) == Some(&1));
    let numbered = (1_u32..).map(Number::from).zip(certain);
    let candidates = candidates(store, account, numbered).await?;
    let held = u64::try_from(last.remote_bytes).unwrap_or(0);
    let all = match policy {
        Policy::AfterDays(_) => {
            let at_once = Policy::AfterDays(0);
            retention::due(at_once, candidates.clone(), held, now, now).len()
        }
        _ => 0,
    };
    let due = retention::due(policy, candidates, held, now, now);
    Ok(Foreseen {
        later: all.saturating_sub(due.len()),
        due: due
            .iter()
            .filter_map(|one| row_of(&rows, one.row).cloned())
            .collect(),
    })
}

async fn candidates<'a>(
    store: &Store,
    account: AccountId,
    listed: impl Iterator<Item = (Number, &'a LedgerRow)>,
) -> Result<Vec<Candidate>, store::error::Error> {
    let places: HashMap<LedgerId, Place> =
        ledger::places(store, account).await?.into_iter().collect();
    let confirmed: HashMap<LedgerId, i64> = deletions::confirmed(store, account)
        .await?
        .into_iter()
        .collect();
    let candidates = listed.filter_map(|(number, row)| {
        Some(Candidate {
            row: row.id,
            number,
            uidl: row.uidl.clone(),
            size: row.size,
            sha256: row.sha256?,
            state: row.state,
            stored_at: row.stored_at?,
            place: places.get(&row.id).copied().unwrap_or(Place::Unknown),
            confirmed: confirmed.get(&row.id).copied().unwrap_or(0),
        })
    });
    Ok(candidates.collect())
}

/// Leaves out what is not here as it came. What its owner has removed needs not be here.
async fn verify(
    collector: &Collector,
    task: Task<'_>,
    due: &mut Vec<Candidate>,
) -> Result<(), Failure> {
    let account = task.owner.account;
    let mut good = Vec::with_capacity(due.len());
    for one in due.drain(..) {
        let files = &collector.files;
        if one.place == Place::Removed || files.is_whole(task.owner.user, &one.sha256).await {
            good.push(one);
        } else {
            tracing::error!(%account, ledger = %one.row, "A stored message is not what it was; it stays on the server");
        }
    }
    *due = good;
    Ok(())
}

fn deletion(one: &Candidate) -> NewDeletion {
    NewDeletion {
        ledger: one.row,
        uidl: one.uidl.clone(),
        size: one.size,
        sha256: one.sha256,
    }
}

/// Those to which the server said yes, and no.
fn answered(
    logged: &[DeletionId],
    answers: &[Result<(), Refusal>],
) -> (Vec<DeletionId>, Vec<DeletionId>) {
    let pairs = logged.iter().copied().zip(answers);
    let (yes, no): (Vec<_>, Vec<_>) = pairs.partition(|(_, answer)| answer.is_ok());
    let ids = |pairs: Vec<(DeletionId, _)>| pairs.into_iter().map(|(id, _)| id).collect();
    (ids(yes), ids(no))
}

async fn finish(
    collector: &Collector,
    task: Task<'_>,
    deletions: &[DeletionId],
    outcome: Outcome,
) -> Result<(), Failure> {
    if !deletions.is_empty() {
        let now = collector.clock.now();
        let account = task.owner.account;
        deletions::finish(&collector.store, account, deletions, outcome, now).await?;
    }
    Ok(())
}
