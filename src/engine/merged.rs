//! One list over several accounts, merged by time of arrival: all inboxes, or what a search found.
//! Each folder's part keeps its own order and its own place, so that mail which arrives between two
//! pages neither shifts nor doubles a row.
//!
//! Cost: that of one list for each account, all at once; in a search that of one for each folder, two
//! of an account at once. An account that does not answer is waited for once, within a bound, and
//! named; of one that does not answer in time everywhere, what was found is shown.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use futures_util::future::join_all;
use tokio::time::timeout;

use crate::mail::{
    email::EmailSummary,
    id::{EmailId, InvalidId, MailboxId},
    mailbox::{Mailbox, Role},
    query::Filter,
    sort::Sort,
};

pub use super::everywhere::Position;
use super::{
    account::Account,
    error::{Error, Problem},
    everywhere::{self, Everywhere},
    list::{Anchor, Window},
};

/// How long the inboxes are waited for.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long a search in all folders of an account may take, which has bounds of its own.
const SEARCH_PATIENCE: Duration = everywhere::PATIENCE.saturating_add(Duration::from_secs(3));

/// Octets of where a list goes on: some 750 folders, within a cursor of the API.
const RESUME_MOST: usize = 15_000;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The inboxes alone; else all folders.
    pub inboxes: bool,
    /// What fits this; `None`: everything. Of inboxes everything is shown.
    pub filter: Option<&'a Filter>,
    /// Where an earlier page has ended; `None`: the top.
    pub from: Option<&'a Resume>,
    /// Rows of the page.
    pub limit: u32,
}

/// One account's part in a merged list.
#[derive(Debug)]
pub struct Part {
    /// Its number.
    pub account: i64,
    /// The account, or why it could not be opened.
    pub opened: Result<Account, Error>,
}

/// A page of the merged list.
#[derive(Clone, Debug, Default)]
pub struct Merged {
    /// The newest first.
    pub rows: Vec<MergedRow>,
    /// Where it goes on.
    pub next: Resume,
    /// Accounts whose mail is missing, and why.
    pub missing: Vec<(i64, Problem)>,
    /// Accounts of which so many folders have not answered yet: where the list goes on, they are
    /// asked again.
    pub partial: Vec<(i64, usize)>,
    /// Messages in the inboxes, and unread ones; of those that answered.
    pub counts: (u32, u32),
}

/// Where a merged list goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resume {
    /// Where each folder goes on that has more; empty at the end.
    pub positions: Vec<Position>,
    /// Accounts that have given nothing yet, because they failed: they begin at their top.
    pub fresh: Vec<i64>,
}

/// One row of it.
#[derive(Clone, Debug)]
pub struct MergedRow {
    /// Whose it is.
    pub account: i64,
    /// What its folder is for.
    pub role: Option<Role>,
    /// The message.
    pub email: EmailSummary,
}

/// What one account gives to a page.
struct Given {
    page: Everywhere,
    mailboxes: Arc<Vec<Mailbox>>,
}

/// A page of the list over these accounts. One that fails costs the others nothing.
pub async fn merged(parts: Vec<Part>, wanted: Wanted<'_>) -> Merged {
    let asked = parts.into_iter().map(|part| async move {
        let Part { account, opened } = part;
        let given = match opened {
            Ok(opened) => opened.merged_part(wanted).await,
            Err(error) => Err(problem_of(&error)),
        };
        (account, given)
    });
    let mut lanes = Vec::new();
    let mut page = Merged::default();
    for (account, given) in join_all(asked).await {
        match given {
            Ok(Some(given)) => {
                let inboxes = given.mailboxes.iter();
                let inboxes = inboxes.filter(|mailbox| mailbox.role == Some(Role::Inbox));
                for inbox in inboxes {
                    page.counts.0 = page.counts.0.saturating_add(inbox.total);
                    page.counts.1 = page.counts.1.saturating_add(inbox.unread);
                }
                if given.page.waiting > 0 {
                    page.partial.push((account, given.page.waiting));
                }
                lanes.push((account, given));
            }
            // Nothing more in this one.
            Ok(None) => {}
            Err(problem) => page.missing.push((account, problem)),
        }
    }
    merge(&mut page, lanes, wanted.limit);
    page
}

fn merge(page: &mut Merged, given: Vec<(i64, Given)>, limit: u32) {
    let mut positions: HashMap<MailboxId, Position> = HashMap::new();
    let mut lanes: Vec<(i64, VecDeque<EmailSummary>, Arc<Vec<Mailbox>>)> = Vec::new();
    for (account, Given { page, mailboxes }) in given {
        positions.extend(page.positions.into_iter().map(|one| (one.mailbox, one)));
        lanes.push((account, page.rows.into(), mailboxes));
    }
    for _ in 0..limit {
        // Each account's rows come in their order already; of all, the newest head goes next.
        let newest = lanes
            .iter_mut()
            .filter(|(_, rows, _)| !rows.is_empty())
            .max_by_key(|(_, rows, _)| rows.front().map(|row| (row.received_at, row.placement)));
        let Some((account, rows, mailboxes)) = newest else {
            break;
        };
        if let Some(email) = rows.pop_front() {
            let folder = mailboxes
                .iter()
                .find(|one| one.id == email.placement.mailbox);
            page.rows.push(MergedRow {
                account: *account,
                role: folder.and_then(|mailbox| mailbox.role),
                email,
            });
        }
    }
    // Where what did not fit begins is where its folder goes on.
    for email in lanes.into_iter().flat_map(|(_, rows, _)| rows) {
        let left = Position {
            mailbox: email.placement.mailbox,
            uid_validity: email.placement.uid_validity,
            before: email.placement.uid.saturating_add(1),
        };
        let known = positions.entry(left.mailbox).or_insert(left);
        known.before = known.before.max(left.before);
    }
    let mut positions: Vec<_> = positions.into_values().collect();
    positions.sort_by_key(|position| position.mailbox);
    page.next.positions = positions;
    page.next.fresh = page.missing.iter().map(|(account, _)| *account).collect();
}

impl Resume {
    /// Nothing more, as far as is known: accounts that failed say so themselves.
    pub fn is_end(&self) -> bool {
        self.positions.is_empty()
    }
}

/// The places as the address of a page carries them.
impl fmt::Display for Resume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = self.positions.iter().map(|position| {
            let place = EmailId {
                mailbox: position.mailbox,
                uid_validity: position.uid_validity,
                uid: position.before,
            };
            place.to_string()
        });
        let fresh = self.fresh.iter().map(|account| format!("~{account}"));
        f.write_str(&places.chain(fresh).collect::<Vec<_>>().join("."))
    }
}

impl FromStr for Resume {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if text.len() > RESUME_MOST {
            return Err(InvalidId);
        }
        let mut resume = Self::default();
        for place in text.split('.') {
            match place.strip_prefix('~') {
                Some(account) => resume.fresh.push(account.parse().map_err(|_| InvalidId)?),
                None => {
                    let place: EmailId = place.parse()?;
                    resume.positions.push(Position {
                        mailbox: place.mailbox,
                        uid_validity: place.uid_validity,
                        before: place.uid,
                    });
                }
            }
        }
        Ok(resume)
    }
}

impl Account {
    /// This account's part of a page; `None` when an earlier page was its last.
    async fn merged_part(&self, wanted: Wanted<'_>) -> Result<Option<Given>, Problem> {
        let glance = self.glance().await;
        if let Some(problem) = glance.problem {
            return Err(problem);
        }
        let mailboxes = glance.mailboxes;
        let own = |position: &&Position| mailboxes.iter().any(|one| one.id == position.mailbox);
        let resumed = wanted.from.filter(|from| !from.fresh.contains(&self.id()));
        let from: Option<Vec<Position>> =
            resumed.map(|resume| resume.positions.iter().filter(own).copied().collect());
        if from.as_ref().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
        let patience = match wanted.inboxes {
            false => SEARCH_PATIENCE,
            true => self.waits(PATIENCE),
        };
        let asking = async {
            match wanted.inboxes {
                false => {
                    let from = from.as_deref();
                    self.list_everywhere(wanted.filter, from, wanted.limit)
                        .await
                }
                true => {
                    self.inbox_part(&mailboxes, from.as_deref(), wanted.limit)
                        .await
                }
            }
        };
        let page = match timeout(patience, asking).await {
            Ok(Ok(page)) => page,
            Ok(Err(error)) => return Err(problem_of(&error)),
            Err(_) => return Err(Problem::Timeout),
        };
        // A folder that was made anew begins again at its top with the next look.
        Ok(page.map(|page| Given { page, mailboxes }))
    }

    async fn inbox_part(
        &self,
        mailboxes: &[Mailbox],
        from: Option<&[Position]>,
        limit: u32,
    ) -> Result<Option<Everywhere>, Error> {
        let inbox = mailboxes.iter().find(|one| one.role == Some(Role::Inbox));
        let Some(inbox) = inbox else { return Ok(None) };
        let position = match from {
            None => None,
            Some(positions) => match positions.iter().find(|one| one.mailbox == inbox.id) {
                Some(position) => Some(*position),
                None => return Ok(None),
            },
        };
        let window = Window {
            mailbox: inbox.id,
            filter: None,
            sort: Sort::default(),
            anchor: position.map_or(Anchor::Newest, |one| Anchor::Before(one.before)),
            limit,
        };
        let page = self.list(&window).await?;
        let first = page.rows.first();
        let renewed = first
            .zip(position)
            .is_some_and(|(row, position)| row.placement.uid_validity != position.uid_validity);
        if renewed {
            return Ok(None);
        }
        let last = page.rows.last().filter(|_| page.has_older);
        let positions = last.map(|row| Position {
            mailbox: inbox.id,
            uid_validity: row.placement.uid_validity,
            before: row.placement.uid,
        });
        Ok(Some(Everywhere {
            rows: page.rows.clone(),
            positions: positions.into_iter().collect(),
            waiting: 0,
        }))
    }
}

fn problem_of(error: &Error) -> Problem {
    match error {
        Error::Upstream { problem, .. } => *problem,
        error => {
            tracing::warn!(%error, "An account is missing from a merged list");
            Problem::Unavailable
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{
        keyword::Keywords,
        message::{parse, summary},
    };

    fn given(mailbox: u8, rows: &[(u32, i64)], more: Option<u32>) -> Given {
        let mailbox = MailboxId([mailbox; 6]);
        let rows = rows.iter().map(|(uid, received_at)| {
            let placement = EmailId {
                mailbox,
                uid_validity: 1,
                uid: *uid,
            };
            summary(&parse(b""), placement, Keywords::default(), *received_at)
        });
        let positions = more.map(|before| Position {
            mailbox,
            uid_validity: 1,
            before,
        });
        Given {
            page: Everywhere {
                rows: rows.collect(),
                positions: positions.into_iter().collect(),
                waiting: 0,
            },
            mailboxes: Arc::default(),
        }
    }

    #[test]
    fn rows_are_merged_and_what_does_not_fit_comes_next() {
        let mut page = Merged::default();
        let lanes = vec![
            (1, given(1, &[(9, 90), (8, 60), (7, 10)], Some(7))),
            (2, given(2, &[(5, 80), (4, 70), (3, 50)], None)),
            (3, given(3, &[(2, 100)], None)),
        ];
        merge(&mut page, lanes, 4);
        let times: Vec<i64> = page.rows.iter().map(|row| row.email.received_at).collect();
        assert_eq!(times, [100, 90, 80, 70]);
        let accounts: Vec<i64> = page.rows.iter().map(|row| row.account).collect();
        assert_eq!(accounts, [3, 1, 2, 2]);
        // The first goes on below its row of 90, although its window ended at 7; the third is done.
        let next: Vec<_> = page.next.positions.iter().map(|one| one.before).collect();
        assert_eq!(next, [9, 4]);
    }

    #[test]
    fn a_lane_keeps_its_order_whatever_the_times_say() {
        let mut page = Merged::default();
        let lanes = vec![
            (1, given(1, &[(9, 10), (8, 95)], None)),
            (2, given(2, &[(5, 50)], None)),
        ];
        merge(&mut page, lanes, 10);
        let times: Vec<i64> = page.rows.iter().map(|row| row.email.received_at).collect();
        assert_eq!(times, [50, 10, 95]);
        assert!(page.next.is_end());
    }

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let mut page = Merged {
            missing: vec![(12, Problem::Timeout)],
            ..Merged::default()
        };
        merge(
            &mut page,
            vec![(1, given(1, &[(9, 90), (8, 80)], Some(8)))],
            1,
        );
        let text = page.next.to_string();
        assert_eq!(text.parse::<Resume>().unwrap(), page.next);
        for wrong in ["x", "~", "~x", "."] {
            assert!(wrong.parse::<Resume>().is_err(), "{wrong}");
        }
        assert!("~1.".repeat(3000).parse::<Resume>().is_err());
    }
}
