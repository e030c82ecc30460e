//! Deletions of which nobody knows whether they were carried out: QUIT was not answered, or the
//! collector died. The next listing tells. Pure.
//!
//! It matters for the same bytes under a new UIDL: what the server has deleted is not there under
//! another name, so they are another delivery, and are filed. What it has kept may be there under
//! another name, where a migration has renamed all.

use std::collections::HashSet;

use crate::{
    pop3::Listing,
    store::{collector::ledger::LedgerRow, id::LedgerId},
};

use super::{
    plan::{Plan, octets},
    session::row_of,
};

/// A deletion whose outcome is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Doubt {
    /// What was to be deleted.
    pub(super) row: LedgerId,
    /// When it was asked for (ms).
    pub(super) asked_at: i64,
}

/// What a listing tells about doubts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// The server has them no longer.
    pub(super) gone: Vec<LedgerId>,
    /// They are listed as before.
    pub(super) kept: Vec<LedgerId>,
    /// Nothing is listed that was before: the server may have been emptied, or have renamed all.
    pub(super) open: HashSet<LedgerId>,
    /// As many new messages as these, of the same sizes, are listed: all seem to be renamed.
    pub(super) renamed: bool,
}

/// Asks a listing about doubts.
pub(super) fn ask(doubts: &[Doubt], rows: &[LedgerRow], plan: &Plan, listing: &Listing) -> Told {
    let listed: HashSet<LedgerId> = plan.known.iter().map(|known| known.row).collect();
    let seen = plan.known.iter().map(|known| known.row);
    let pending = plan.pending.iter().filter_map(|fetch| fetch.row);
    // What was listed longest, and is still, under the name that it had.
    let oldest = seen
        .chain(pending)
        .filter_map(|row| Some(row_of(rows, row)?.first_seen_at))
        .min();
    let mut told = Told::default();
    for doubt in doubts {
        if listed.contains(&doubt.row) {
            told.kept.push(doubt.row);
        } else if listing.messages.is_empty() || oldest.is_some_and(|at| at <= doubt.asked_at) {
            told.gone.push(doubt.row);
        } else {
            told.open.insert(doubt.row);
        }
    }
    told.renamed = told.open.len() > 1 && all_are_new(&told.open, rows, listing);
    told
}

/// Is there a message of its size for each of these?
fn all_are_new(open: &HashSet<LedgerId>, rows: &[LedgerRow], listing: &Listing) -> bool {
    let mut sizes: Vec<i64> = listing.messages.iter().map(octets).collect();
    sizes.sort_unstable();
    let mut wanted: Vec<i64> = open
        .iter()
        .filter_map(|row| Some(row_of(rows, *row)?.size))
        .collect();
    wanted.sort_unstable();
    let mut sizes = sizes.into_iter();
    wanted
        .into_iter()
        .all(|size| sizes.by_ref().any(|listed| listed == size))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::collector::{
        plan,
        sample::{Row, listing, rows},
    };

    fn told(listed: &[(&str, i64)], doubts: &[(i64, i64)]) -> Told {
        let rows = rows(&[
            Row::stored("a", 10).bytes(1).message(1),
            Row::stored("b", 20).bytes(2).message(2),
            Row::stored("c", 30).bytes(3).message(3),
        ]);
        let listing = listing(listed);
        let plan = plan::plan(&listing, &rows, 1);
        let doubt = |(row, asked_at): &(i64, i64)| Doubt {
            row: (*row).into(),
            asked_at: *asked_at,
        };
        let doubts: Vec<Doubt> = doubts.iter().map(doubt).collect();
        ask(&doubts, &rows, &plan, &listing)
    }

    #[test]
    fn what_is_listed_was_kept_and_what_is_missing_beside_others_is_gone() {
        let found = told(&[("a", 10), ("c", 30)], &[(1, 5), (2, 5)]);
        assert_eq!(found.kept, [1.into()]);
        assert_eq!(found.gone, [2.into()]);
        assert!(found.open.is_empty());
    }

    #[test]
    fn from_an_empty_maildrop_all_is_gone() {
        assert_eq!(told(&[], &[(1, 5), (3, 5)]).gone, [1.into(), 3.into()]);
    }

    #[test]
    fn only_what_was_listed_before_tells_that_nothing_was_renamed() {
        let asked_before = -1;
        let found = told(&[("c", 30)], &[(1, asked_before)]);
        assert!(found.gone.is_empty() && found.open.contains(&1.into()));
    }

    #[test]
    fn new_names_for_all_look_like_a_migration() {
        let both = [(1, 5), (2, 5)];
        assert!(told(&[("x", 20), ("y", 10), ("z", 7)], &both).renamed);
        assert!(!told(&[("x", 20), ("y", 11)], &both).renamed);
        // One message of that size may be anything.
        let one = told(&[("x", 10)], &[(1, 5)]);
        assert!(!one.renamed && one.open.len() == 1);
    }
}
