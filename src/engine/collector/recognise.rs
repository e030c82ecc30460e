//! Messages that are known by their bytes: a server that gives every message a new UIDL (a
//! migration does) brings none twice, and a server without UIDL can be collected from. Pure.
//!
//! Two messages with the same bytes that are listed at once are two messages, whatever their
//! Message-ID: only a row whose message the server no longer lists can be the origin of a new one,
//! and of only one.

use std::collections::{HashMap, HashSet};

use crate::store::{
    blobs::Sha256,
    collector::ledger::{LedgerRow, State},
    id::{LedgerId, LocalMessageId},
};

use super::doubt::Told;

/// Rows that a message under a new UIDL may turn out to be.
#[derive(Debug, Default)]
pub(super) struct Origins {
    sure: HashMap<Sha256, Vec<LedgerId>>,
    /// Those of which nobody knows whether the server has deleted them: claimed only where others
    /// were renamed as well.
    doubtful: HashMap<Sha256, Vec<LedgerId>>,
    renamed: bool,
}

impl Origins {
    /// `listed` are the rows whose messages the server lists as it did before.
    pub(super) fn new(rows: &[LedgerRow], listed: &HashSet<LedgerId>, told: &Told) -> Self {
        // Messages that a listed row leads to: their earlier rows have been claimed before.
        let mut led_to: HashSet<LocalMessageId> = HashSet::new();
        // The same for messages that were deleted here, of which only the bytes are known.
        let mut gone: HashMap<Sha256, usize> = HashMap::new();
        for row in rows.iter().filter(|row| listed.contains(&row.id)) {
            match (row.message_id, row.sha256) {
                (Some(message), _) => drop(led_to.insert(message)),
                (None, Some(sha256)) => *gone.entry(sha256).or_default() += 1,
                (None, None) => {}
            }
        }
        let mut origins = Self {
            renamed: told.renamed,
            ..Self::default()
        };
        // The oldest is claimed first: the last of each list.
        for row in rows.iter().rev().filter(|row| !listed.contains(&row.id)) {
            // What the server has deleted at our wish is not there under another name: the same
            // bytes are another delivery.
            let stored = matches!(row.state, State::Stored | State::Quarantined);
            let Some(sha256) = row.sha256.filter(|_| stored) else {
                continue;
            };
            let claimed = match row.message_id {
                Some(message) => led_to.contains(&message),
                None => match gone.get_mut(&sha256) {
                    Some(count) if *count > 0 => {
                        *count -= 1;
                        true
                    }
                    _ => false,
                },
            };
            if claimed {
                // Doubts are open only where nothing is listed that was before, so whatever was
                // claimed before was renamed since.
                origins.renamed = true;
                continue;
            }
            let rows = match told.open.contains(&row.id) {
                true => &mut origins.doubtful,
                false => &mut origins.sure,
            };
            rows.entry(sha256).or_default().push(row.id);
        }
        origins
    }

    /// The row that a message with these bytes is, if it is one. Each row once.
    pub(super) fn claim(&mut self, sha256: &Sha256) -> Option<LedgerId> {
        let take = |rows: &mut HashMap<Sha256, Vec<LedgerId>>| rows.get_mut(sha256)?.pop();
        if let Some(row) = take(&mut self.sure) {
            self.renamed = true;
            return Some(row);
        }
        take(&mut self.doubtful).filter(|_| self.renamed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::collector::sample::{Row, rows};

    fn origins(rows: &[LedgerRow], listed: &[usize]) -> Origins {
        let listed = listed.iter().map(|at| rows[*at].id).collect();
        Origins::new(rows, &listed, &Told::default())
    }

    #[test]
    fn ten_thousand_renamed_messages_bring_none() {
        let many: Vec<Row> = (0..10_000_u16)
            .map(|at| {
                Row::stored(&format!("old{at}"), 10)
                    .bytes(at)
                    .message(at.into())
            })
            .collect();
        let rows = rows(&many);
        let mut origins = origins(&rows, &[]);
        for row in &rows {
            assert_eq!(origins.claim(&row.sha256.unwrap()), Some(row.id));
            assert_eq!(origins.claim(&row.sha256.unwrap()), None, "once");
        }
    }

    #[test]
    fn the_same_bytes_twice_at_once_are_two_messages() {
        let rows = rows(&[Row::stored("a", 10).bytes(1).message(1)]);
        assert_eq!(origins(&rows, &[0]).claim(&rows[0].sha256.unwrap()), None);
    }

    #[test]
    fn two_old_rows_are_two_new_ones() {
        let rows = rows(&[
            Row::stored("a", 10).bytes(1).message(1),
            Row::stored("b", 10).bytes(1).message(2),
        ]);
        let mut origins = origins(&rows, &[]);
        let sha256 = rows[0].sha256.unwrap();
        let claims = [0; 3].map(|_| origins.claim(&sha256));
        assert_eq!(claims, [Some(rows[0].id), Some(rows[1].id), None]);
    }

    #[test]
    fn a_row_that_was_claimed_before_is_not_claimed_again() {
        // "a" was renamed to "b" some time ago; now the same bytes come under "c".
        for message in [Some(1), None] {
            let row = |uidl: &str| Row {
                message,
                ..Row::stored(uidl, 10).bytes(1)
            };
            let rows = rows(&[row("a"), row("b")]);
            let mut origins = origins(&rows, &[1]);
            assert_eq!(origins.claim(&rows[0].sha256.unwrap()), None, "{message:?}");
        }
    }

    #[test]
    fn what_was_removed_here_does_not_come_back() {
        let rows = rows(&[Row::stored("a", 10).bytes(1)]);
        assert_eq!(rows[0].message_id, None);
        let found = origins(&rows, &[]).claim(&rows[0].sha256.unwrap());
        assert_eq!(found, Some(rows[0].id));
    }

    #[test]
    fn what_was_deleted_there_and_comes_again_is_another_delivery() {
        let row = Row {
            state: State::Deleted,
            ..Row::stored("a", 10).bytes(1)
        };
        let rows = rows(&[row]);
        assert_eq!(origins(&rows, &[]).claim(&rows[0].sha256.unwrap()), None);
    }

    #[test]
    fn what_may_be_deleted_there_is_claimed_only_where_others_were_renamed() {
        let rows = rows(&[
            Row::stored("a", 10).bytes(1).message(1),
            Row::stored("b", 10).bytes(2).message(2),
        ]);
        let told = Told {
            open: [rows[0].id].into(),
            ..Told::default()
        };
        let doubted = rows[0].sha256.unwrap();
        let mut origins = Origins::new(&rows, &HashSet::new(), &told);
        assert_eq!(origins.claim(&doubted), None);
        let mut origins = Origins::new(&rows, &HashSet::new(), &told);
        assert!(origins.claim(&rows[1].sha256.unwrap()).is_some());
        assert_eq!(origins.claim(&doubted), Some(rows[0].id));
    }
}
