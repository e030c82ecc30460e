//! What is to be deleted on the server. Pure.
//!
//! Whatever the policy: only what was stored before this session began, is listed now under its
//! UIDL alone and with its size, and is here still, or was removed by its owner. What is here no
//! longer without anybody having removed it is kept on the server: it may be the only copy.

use crate::{
    pop3::Number,
    store::{
        blobs::Sha256,
        collector::{
            Policy,
            ledger::{Place, State},
        },
        id::LedgerId,
    },
};

/// How often a deletion is asked for again that the server has confirmed and not carried out.
const CONFIRMED_MOST: i64 = 3;

const DAY: i64 = 24 * 3600 * 1000;

/// A message that is listed and known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Its row.
    pub(super) row: LedgerId,
    /// What it is called in this session.
    pub(super) number: Number,
    /// The server's UIDL.
    pub(super) uidl: String,
    /// Octets, in the listing and in the ledger.
    pub(super) size: i64,
    /// The stored copy.
    pub(super) sha256: Sha256,
    /// How far it is.
    pub(super) state: State,
    /// When it was stored (ms).
    pub(super) stored_at: i64,
    /// Where it lies here.
    pub(super) place: Place,
    /// How often the server has confirmed that it deleted it.
    pub(super) confirmed: i64,
}

/// Those of `candidates` that the policy wants deleted now, the oldest first. `held` is what the
/// server holds (octets), `began` when the session began (ms).
pub(super) fn due(
    policy: Policy,
    mut candidates: Vec<Candidate>,
    held: u64,
    began: i64,
    now: i64,
) -> Vec<Candidate> {
    let safe = |one: &Candidate| {
        one.stored_at < began
            && one.place != Place::Unknown
            && match one.state {
                State::Stored => true,
                State::Deleted => one.confirmed < CONFIRMED_MOST,
                State::Seen | State::Quarantined => false,
            }
    };
    candidates.retain(safe);
    candidates.sort_by_key(|one| one.number);
    match policy {
        Policy::Keep => candidates.clear(),
        Policy::AfterDays(days) => {
            let age = i64::from(days).saturating_mul(DAY);
            candidates.retain(|one| one.stored_at.saturating_add(age) <= now);
        }
        Policy::WhenDeletedHere => {
            candidates.retain(|one| matches!(one.place, Place::Trash | Place::Removed));
        }
        Policy::WhenLeavesInbox => candidates.retain(|one| one.place != Place::Inbox),
        Policy::AboveSize(megabytes) => {
            let most = u64::from(megabytes) << 20;
            let mut left = held;
            candidates.retain(|one| {
                let surplus = left > most;
                if surplus {
                    left = left.saturating_sub(u64::try_from(one.size).unwrap_or(0));
                }
                surplus
            });
        }
    }
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::collector::sample::{Row, candidates};

    const BEGAN: i64 = 100 * DAY;
    const POLICIES: [Policy; 5] = [
        Policy::Keep,
        Policy::AfterDays(0),
        Policy::WhenDeletedHere,
        Policy::WhenLeavesInbox,
        Policy::AboveSize(0),
    ];

    fn uidls(policy: Policy, candidates: &[Candidate]) -> Vec<String> {
        let found = due(policy, candidates.to_vec(), 10 << 20, BEGAN, BEGAN + 1);
        found.into_iter().map(|one| one.uidl).collect()
    }

    fn one(place: Place) -> Candidate {
        let mut found = candidates(&[Row::stored("a", 10).bytes(1)]).remove(0);
        found.stored_at = BEGAN - DAY;
        found.place = place;
        found
    }

    #[test]
    fn each_policy_and_place() {
        let yes = [
            (Policy::Keep, &[][..]),
            (
                Policy::AfterDays(0),
                &[Place::Inbox, Place::Elsewhere, Place::Trash, Place::Removed],
            ),
            (Policy::WhenDeletedHere, &[Place::Trash, Place::Removed]),
            (
                Policy::WhenLeavesInbox,
                &[Place::Elsewhere, Place::Trash, Place::Removed],
            ),
            (
                Policy::AboveSize(0),
                &[Place::Inbox, Place::Elsewhere, Place::Trash, Place::Removed],
            ),
        ];
        for (policy, due) in yes {
            for place in [
                Place::Inbox,
                Place::Elsewhere,
                Place::Trash,
                Place::Removed,
                Place::Unknown,
            ] {
                let found = !uidls(policy, &[one(place)]).is_empty();
                assert_eq!(found, due.contains(&place), "{policy:?} {place:?}");
            }
        }
    }

    #[test]
    fn nothing_that_this_session_has_stored() {
        for policy in POLICIES {
            for place in [Place::Inbox, Place::Trash, Place::Removed] {
                let fresh = Candidate {
                    stored_at: BEGAN,
                    ..one(place)
                };
                assert!(uidls(policy, &[fresh]).is_empty(), "{policy:?}");
            }
        }
    }

    #[test]
    fn nothing_that_could_not_be_read_or_was_not_stored() {
        for policy in POLICIES {
            for state in [State::Quarantined, State::Seen] {
                let odd = Candidate {
                    state,
                    ..one(Place::Trash)
                };
                assert!(uidls(policy, &[odd]).is_empty(), "{policy:?}");
            }
        }
    }

    /// Hotmail's DELE may only move a message to another folder.
    #[test]
    fn a_server_that_does_not_keep_its_word_is_asked_three_times() {
        for (confirmed, expected) in [(0, 1), (1, 1), (2, 1), (3, 0), (9, 0)] {
            let again = Candidate {
                state: State::Deleted,
                confirmed,
                ..one(Place::Trash)
            };
            assert_eq!(uidls(Policy::AfterDays(0), &[again]).len(), expected);
        }
    }

    #[test]
    fn days_are_counted_from_the_storing() {
        let stored = |ago| Candidate {
            stored_at: BEGAN + 1 - ago,
            ..one(Place::Inbox)
        };
        for (days, ago, expected) in [
            (7, 7 * DAY, 1),
            (7, 7 * DAY - 1, 0),
            (1, 30 * DAY, 1),
            (u32::MAX, 30 * DAY, 0),
        ] {
            let found = uidls(Policy::AfterDays(days), &[stored(ago)]);
            assert_eq!(found.len(), expected, "{days} {ago}");
        }
    }

    #[test]
    fn above_a_size_the_oldest_go_until_it_fits() {
        let megabyte = 1 << 20;
        let rows = ["a", "b", "c", "d"].map(|uidl| Row::stored(uidl, 2 * megabyte).bytes(1));
        let mut all = candidates(&rows);
        all.iter_mut().for_each(|one| one.stored_at = 1);
        // "b" is not here any more, and nobody knows why.
        all[1].place = Place::Unknown;
        for (most, expected) in [
            (10, &[][..]),
            (9, &["a"]),
            (8, &["a"]),
            (7, &["a", "c"]),
            (0, &["a", "c", "d"]),
        ] {
            assert_eq!(uidls(Policy::AboveSize(most), &all), expected, "{most}");
        }
    }
}
