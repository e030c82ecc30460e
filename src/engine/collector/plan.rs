//! What a listing means for the ledger: which messages are new, which are known, and in which
//! order the new ones are fetched. Pure.
//!
//! A set difference, never a mark up to which all is known: such a mark is lost with the message
//! that it points at. A message is known by UIDL and size; the number that it has in a session
//! means nothing beyond. A UIDL shown with another size is taken for another message until its
//! bytes have come.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

use crate::{
    pop3::{Listed, Listing, Number},
    store::{
        collector::ledger::{LedgerRow, NewRow, State},
        id::LedgerId,
    },
};

/// Octets from which a message is fetched after all smaller ones.
const BIG: i64 = 5 << 20;

/// Tries after which a message is tried once a day only, when its row is touched anyway.
pub(super) const TRIES: i64 = 3;

/// How old the note of when a message was last listed may become (ms).
const TOUCH_AFTER: i64 = 24 * 3600 * 1000;

/// What is to be done with a listing.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Rows to note, and the message of each.
    pub(super) new: Vec<(NewRow, Number)>,
    /// Messages that are listed and were noted, but not stored.
    pub(super) pending: Vec<Fetch>,
    /// Messages that are known only by their bytes: the server tells no UIDL of them.
    pub(super) nameless: Vec<Fetch>,
    /// Messages that are listed and were stored.
    pub(super) known: Vec<Match>,
    /// Messages that failed too often and are tried again once a day only.
    pub(super) waiting: Vec<LedgerId>,
    /// Rows whose last listing should be noted.
    pub(super) touch: Vec<LedgerId>,
}

/// A message to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fetch {
    /// What it is called in this session.
    pub(super) number: Number,
    /// Its row; `None` for one without UIDL.
    pub(super) row: Option<LedgerId>,
    /// Octets as listed.
    pub(super) size: i64,
    /// Tries that failed.
    pub(super) attempts: i64,
}

/// A listed message and its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// What it is called in this session.
    pub(super) number: Number,
    /// Its row.
    pub(super) row: LedgerId,
    /// No other message is listed under its UIDL, and its size was listed: it may be deleted.
    pub(super) certain: bool,
}

/// Compares a listing with all rows of the account.
pub(super) fn plan(listing: &Listing, rows: &[LedgerRow], now: i64) -> Plan {
    let mut of_uidl: HashMap<&str, Vec<&LedgerRow>> = HashMap::new();
    for row in rows.iter().filter(|row| !row.uidl.is_empty()) {
        of_uidl.entry(&row.uidl).or_default().push(row);
    }
    let mut occurrences: HashMap<&str, i64> = HashMap::new();
    let mut taken: HashSet<LedgerId> = HashSet::new();
    let mut plan = Plan::default();
    for listed in &listing.messages {
        let size = octets(listed);
        let Some(uid) = &listed.uid else {
            plan.nameless.push(Fetch {
                number: listed.number,
                row: None,
                size,
                attempts: 0,
            });
            continue;
        };
        let of_uid = of_uidl.get(uid.as_str()).map_or(&[][..], Vec::as_slice);
        let fits = |row: &&&LedgerRow| {
            !taken.contains(&row.id) && (listed.size.is_none() || row.size == size)
        };
        let Some(row) = of_uid.iter().find(fits) else {
            let last = of_uid.iter().map(|row| row.occurrence).max();
            let occurrence = occurrences.entry(uid.as_str()).or_insert(last.unwrap_or(0));
            *occurrence += 1;
            let new = NewRow {
                uidl: uid.as_str().to_owned(),
                occurrence: *occurrence,
                size,
            };
            plan.new.push((new, listed.number));
            continue;
        };
        taken.insert(row.id);
        let touched = now.saturating_sub(row.last_seen_at) >= TOUCH_AFTER;
        if touched {
            plan.touch.push(row.id);
        }
        match row.state {
            State::Seen if row.attempts >= TRIES && !touched => plan.waiting.push(row.id),
            State::Seen => plan.pending.push(Fetch {
                number: listed.number,
                row: Some(row.id),
                size,
                attempts: row.attempts,
            }),
            State::Stored | State::Quarantined | State::Deleted => plan.known.push(Match {
                number: listed.number,
                row: row.id,
                certain: listed.size.is_some()
                    && listing.oddities.duplicates.binary_search(uid).is_err(),
            }),
        }
    }
    plan
}

/// The order in which messages are fetched: newest first, so that a person sees the mail of today
/// while that of years is on its way; big ones after all others, the smaller of them first; then
/// what has failed before, so that nothing waits for it. Those of a size in `doubtful` may be what
/// the server was to delete, under another name: whether all are renamed is known when the others
/// have come.
pub(super) fn order(mut fetches: Vec<Fetch>, doubtful: &HashSet<i64>) -> Vec<Fetch> {
    fetches.sort_by_key(|fetch| {
        let big = if fetch.size >= BIG { fetch.size } else { 0 };
        let doubted = doubtful.contains(&fetch.size);
        (fetch.attempts, doubted, big, Reverse(fetch.number))
    });
    fetches
}

/// Octets as the ledger has them; 0 when they were not listed.
pub(super) fn octets(listed: &Listed) -> i64 {
    let size = listed.size.unwrap_or(0);
    i64::try_from(size).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
