//! A list over all folders, merged by time of arrival. Each folder's part keeps its own order and
//! its own place, so that nothing is left out and nothing comes twice.
//!
//! Cost: that of one list for each folder, one after the other.

use std::collections::VecDeque;

use crate::mail::{email::EmailSummary, id::MailboxId, mailbox::Role, query::Filter, sort::Sort};

use super::{
    account::Account,
    error::Error,
    list::{Anchor, Window},
};

/// Folders that are looked into.
const FOLDERS_MOST: usize = 200;

/// Where a folder's part goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The folder.
    pub mailbox: MailboxId,
    /// As it was.
    pub uid_validity: u32,
    /// Below this UID.
    pub before: u32,
}

/// A page of the merged list.
#[derive(Clone, Debug, Default)]
pub struct Everywhere {
    /// The newest first.
    pub rows: Vec<EmailSummary>,
    /// Where each folder goes on that has more; empty at the end.
    pub positions: Vec<Position>,
}

/// What one folder gives to a page.
struct Lane {
    rows: VecDeque<EmailSummary>,
    has_older: bool,
    taken: Option<EmailSummary>,
}

impl Account {
    /// A page of what lies in all folders (or of what fits a filter), from the top or from where
    /// another page has ended. `None` when a folder was made anew meanwhile.
    ///
    /// # Errors
    /// As [`Account::list`].
    pub async fn list_everywhere(
        &self,
        filter: Option<&Filter>,
        from: Option<&[Position]>,
        limit: u32,
    ) -> Result<Option<Everywhere>, Error> {
        let starts: Vec<(MailboxId, Option<Position>)> = match from {
            Some(positions) => positions.iter().map(|p| (p.mailbox, Some(*p))).collect(),
            None => {
                let list = self.mailboxes().await?;
                let real = list.iter().filter(|mailbox| {
                    // Those show again what lies elsewhere.
                    let shows = matches!(mailbox.role, Some(Role::All | Role::Flagged));
                    mailbox.selectable && !shows && mailbox.total > 0
                });
                real.map(|mailbox| (mailbox.id, None)).collect()
            }
        };
        let mut lanes = Vec::new();
        for (mailbox, position) in starts.into_iter().take(FOLDERS_MOST) {
            let window = Window {
                mailbox,
                filter: filter.cloned(),
                sort: Sort::default(),
                anchor: position.map_or(Anchor::Newest, |p| Anchor::Before(p.before)),
                limit,
            };
            let page = match self.list(&window).await {
                Ok(page) => page,
                // It went meanwhile, with what lay in it.
                Err(Error::NotFound) => continue,
                Err(error) => return Err(error),
            };
            let validity = page.rows.first().map(|row| row.placement.uid_validity);
            if let (Some(position), Some(validity)) = (position, validity)
                && position.uid_validity != validity
            {
                return Ok(None);
            }
            lanes.push(Lane {
                rows: page.rows.iter().cloned().collect(),
                has_older: page.has_older,
                taken: None,
            });
        }
        Ok(Some(merged(lanes, limit)))
    }
}

fn merged(mut lanes: Vec<Lane>, limit: u32) -> Everywhere {
    let mut page = Everywhere::default();
    for _ in 0..limit {
        let newest = lanes
            .iter_mut()
            .filter(|lane| !lane.rows.is_empty())
            .max_by_key(|lane| {
                lane.rows
                    .front()
                    .map(|row| (row.received_at, row.placement))
            });
        let Some(lane) = newest else { break };
        if let Some(row) = lane.rows.pop_front() {
            lane.taken = Some(row.clone());
            page.rows.push(row);
        }
    }
    page.positions = lanes.iter().filter_map(Lane::position).collect();
    page
}

impl Lane {
    /// Where it goes on.
    fn position(&self) -> Option<Position> {
        let (row, before) = match self.rows.front() {
            Some(next) => (next, next.placement.uid.saturating_add(1)),
            None => {
                let last = self.taken.as_ref().filter(|_| self.has_older)?;
                (last, last.placement.uid)
            }
        };
        Some(Position {
            mailbox: row.placement.mailbox,
            uid_validity: row.placement.uid_validity,
            before,
        })
    }
}
