//! A list over all folders, merged by time of arrival. Each folder's part keeps its own order and
//! its own place, so that nothing is left out and nothing comes twice.
//!
//! Cost: that of one list for each folder, two at once. Folders that have not answered when the
//! time is up, or that their server will not have read, keep nobody from seeing what the others
//! have: the next page begins with them.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use futures_util::{StreamExt as _, stream};
use tokio::time::{Instant, timeout_at};

use crate::mail::{
    email::EmailSummary,
    id::MailboxId,
    mailbox::{Mailbox, Role},
    query::Filter,
    sort::Sort,
};

use super::{
    account::Account,
    error::{Error, Problem},
    list::{Anchor, ListPage, Window},
};

/// Folders that are looked into: as many as a cursor has room for.
const FOLDERS_MOST: usize = 400;
/// Folders that are asked for at the same time. An account has few connections, and pages are to
/// be had meanwhile.
const AT_ONCE: usize = 2;
/// How long all of them together may take.
pub const PATIENCE: Duration = Duration::from_secs(12);

/// Where a folder's part goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The folder.
    pub mailbox: MailboxId,
    /// As it was; 0 where nothing of it has been seen yet.
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
    /// How many of these have not answered.
    pub waiting: usize,
}

/// What one folder gives to a page.
struct Lane {
    rows: VecDeque<EmailSummary>,
    has_older: bool,
    taken: Option<EmailSummary>,
}

impl Position {
    /// A folder that nothing has been seen of.
    fn at_top(mailbox: MailboxId) -> Self {
        Self {
            mailbox,
            uid_validity: 0,
            before: u32::MAX,
        }
    }

    fn anchor(&self) -> Anchor {
        match self.uid_validity {
            0 => Anchor::Newest,
            _ => Anchor::Before(self.before),
        }
    }
}

impl Account {
    /// A page of what lies in all folders (or of what fits a filter), from the top or from where
    /// another page has ended. `None` when a folder was made anew meanwhile.
    ///
    /// # Errors
    /// As [`Account::list`], when no folder answered.
    pub async fn list_everywhere(
        &self,
        filter: Option<&Filter>,
        from: Option<&[Position]>,
        limit: u32,
    ) -> Result<Option<Everywhere>, Error> {
        let mut starts = match from {
            Some(positions) => positions.to_vec(),
            None => tops(&self.mailboxes().await?),
        };
        starts.truncate(FOLDERS_MOST);
        let end = Instant::now() + PATIENCE;
        let asked = starts.into_iter().map(|position| async move {
            let window = Window {
                mailbox: position.mailbox,
                filter: filter.cloned(),
                sort: Sort::default(),
                anchor: position.anchor(),
                limit,
            };
            (position, self.listed_until(&window, end).await)
        });
        let mut asked = stream::iter(asked).buffered(AT_ONCE);
        let (mut lanes, mut waiting, mut trouble) = (Vec::new(), Vec::new(), None);
        while let Some((position, part)) = asked.next().await {
            let page = match part {
                Ok(page) => page,
                // It went meanwhile, with what lay in it.
                Err(Error::NotFound) => continue,
                Err(error) if is_its_own(&error) => {
                    tracing::debug!(%error, "A folder is missing from a list over all");
                    waiting.push(position);
                    trouble = Some(error);
                    continue;
                }
                Err(error) => return Err(error),
            };
            let validity = page.rows.first().map(|row| row.placement.uid_validity);
            if position.uid_validity != 0
                && validity.is_some_and(|validity| validity != position.uid_validity)
            {
                return Ok(None);
            }
            lanes.push(Lane {
                rows: page.rows.iter().cloned().collect(),
                has_older: page.has_older,
                taken: None,
            });
        }
        match trouble {
            Some(error) if lanes.is_empty() => Err(error),
            _ => Ok(Some(merged(lanes, waiting, limit))),
        }
    }

    async fn listed_until(&self, window: &Window, end: Instant) -> Result<Arc<ListPage>, Error> {
        // Whose turn comes too late sends nothing more.
        if Instant::now() >= end {
            return Err(late());
        }
        let listed = timeout_at(end, self.list(window)).await;
        listed.unwrap_or_else(|_| Err(late()))
    }
}

fn late() -> Error {
    Error::Upstream {
        problem: Problem::Timeout,
        cause: "a folder was not read in time".to_owned(),
        said: String::new(),
    }
}

/// All folders that have messages, the likeliest first.
fn tops(mailboxes: &[Mailbox]) -> Vec<Position> {
    let real = mailboxes.iter().filter(|mailbox| {
        // Those show again what lies elsewhere.
        let shows = matches!(mailbox.role, Some(Role::All | Role::Flagged));
        mailbox.selectable && !shows && mailbox.total > 0
    });
    let mut real: Vec<&Mailbox> = real.collect();
    real.sort_by_key(|mailbox| match mailbox.role {
        Some(Role::Inbox) => 0,
        Some(Role::Archive | Role::Sent) => 1,
        Some(Role::Junk | Role::Trash) => 3,
        _ => 2,
    });
    let tops = real.into_iter().map(|one| Position::at_top(one.id));
    tops.collect()
}

/// The fault of one folder, or of the time it took: others may be read all the same.
fn is_its_own(error: &Error) -> bool {
    let Error::Upstream { problem, .. } = error else {
        return false;
    };
    matches!(
        problem,
        Problem::Timeout | Problem::Busy | Problem::NoPermission | Problem::Refused
    )
}

fn merged(mut lanes: Vec<Lane>, waiting: Vec<Position>, limit: u32) -> Everywhere {
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
    page.waiting = waiting.len();
    page.positions.extend(waiting);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{
        id::EmailId,
        keyword::Keywords,
        message::{parse, summary},
    };

    fn lane(mailbox: u8, rows: &[(u32, i64)], has_older: bool) -> Lane {
        let row = |(uid, received_at): &(u32, i64)| {
            let placement = EmailId {
                mailbox: MailboxId([mailbox; 6]),
                uid_validity: 1,
                uid: *uid,
            };
            summary(&parse(b""), placement, Keywords::default(), *received_at)
        };
        Lane {
            rows: rows.iter().map(row).collect(),
            has_older,
            taken: None,
        }
    }

    #[test]
    fn folders_that_have_not_answered_come_with_the_next_page() {
        let late = Position::at_top(MailboxId([3; 6]));
        let lanes = vec![
            lane(1, &[(9, 90), (8, 60)], true),
            lane(2, &[(5, 80)], false),
        ];
        let page = merged(lanes, vec![late], 10);
        let times: Vec<i64> = page.rows.iter().map(|row| row.received_at).collect();
        assert_eq!(times, [90, 80, 60]);
        assert_eq!(page.waiting, 1);
        let places: Vec<_> = page.positions.iter().map(Position::anchor).collect();
        assert_eq!(places, [Anchor::Before(8), Anchor::Newest]);
        assert_eq!(page.positions.last(), Some(&late));
    }

    #[test]
    fn the_fault_of_one_folder_is_told_from_that_of_all() {
        let of = |problem| {
            is_its_own(&Error::Upstream {
                problem,
                cause: String::new(),
                said: String::new(),
            })
        };
        assert!(is_its_own(&late()) && of(Problem::Refused) && of(Problem::NoPermission));
        // Asking again and again with a wrong password locks people out.
        assert!(!of(Problem::WrongPassword) && !of(Problem::Unreachable) && !of(Problem::Limit));
    }
}
