//! One session: list, fetch, delete, and the QUIT that decides.

use std::collections::HashSet;

use tokio::{sync::mpsc, time::Instant};

use crate::{
    pop3::{self, Listing, Refusal, Session, Trouble, reply::Code},
    store::{
        collector::{
            account::{self, Shown},
            deletions,
            ledger::{self, LedgerRow, NewRow, State},
        },
        error::Error,
        id::LedgerId,
        leases::Lease,
    },
};

use super::{
    doubt::{self, Doubt, Told},
    lost::{self, Why},
    outcome::{Failure, Run},
    plan::{self, Fetch, Plan},
    prune,
    recognise::Origins,
    run::{Collector, Task},
    storing::{self, Filing, Gathering},
};

/// Messages of one session. Then QUIT, so that what it has done counts, and the next listing shows
/// what has come meanwhile.
const MESSAGES: usize = 2500;

/// Octets of one session, unless a single message has more.
const OCTETS: i64 = 256 << 20;

/// Rows noted in one transaction.
const NOTED: usize = 1000;

/// From so many on, a listing of nothing but new messages may be a part of what is there: Gmail
/// shows some 250, and the next ones once these have been retrieved.
const PART: usize = 200;

/// So many messages refused in a row, and it is the server that refuses: some have a quota for
/// downloads, and no code for it.
const REFUSALS: u32 = 20;

/// How often progress is written.
const PROGRESS: std::time::Duration = std::time::Duration::from_secs(1);

/// One session and what it needs.
struct Work<'a> {
    collector: &'a Collector,
    task: Task<'a>,
    lease: &'a Lease,
    run: &'a mut Run,
    gathering: Gathering<'a>,
    noted: Instant,
    done: i64,
    /// Messages refused one after the other.
    refusals: u32,
}

/// Holds one session; says in `run` whether the server has more.
pub(super) async fn session(
    collector: &Collector,
    task: Task<'_>,
    lease: &Lease,
    run: &mut Run,
) -> Result<(), Failure> {
    let began = collector.clock.now();
    let account = task.owner.account;
    let mut session = pop3::open(task.connector).await?;
    let listing = session.listing().await?;
    if !listing.oddities.is_empty() {
        let oddities = &listing.oddities;
        tracing::info!(
            %account,
            duplicates = oddities.duplicates.len(),
            without_uid = oddities.without_uid,
            without_size = oddities.without_size,
            improper = oddities.improper,
            unreadable = oddities.unreadable,
            counted = ?oddities.counted,
            "A POP3 listing is odd"
        );
    }
    let row = account::provide(&collector.store, account).await?;
    let unchanged = i64::try_from(listing.messages.len()) == Ok(row.remote_count)
        && i64::try_from(listing.octets()) == Ok(row.remote_bytes)
        && row.last_error.is_empty()
        && row.succeeded_at.is_some();
    let mut rows = ledger::list(&collector.store, account).await?;
    let mut plan = plan::plan(&listing, &rows, began);
    let told = clear_doubts(collector, task, lease, &mut rows, &plan, &listing).await?;
    if unchanged {
        // The same number of messages with the same octets: to fetch all of those without a UIDL
        // again would tell nothing new.
        plan.nameless.clear();
    }
    let doubtful = told.open.iter();
    let doubtful = doubtful.filter_map(|row| Some(row_of(&rows, *row)?.size));
    let doubtful = doubtful.collect();
    note_listed(collector, &rows, &plan).await?;
    let fetches = note(collector, task, lease, &mut plan, &doubtful).await?;
    let all_new =
        listing.has_uidl && fetches.len() >= PART && fetches.len() == listing.messages.len();
    let (now, more) = share(fetches);
    run.given_up = u64::try_from(plan.waiting.len()).unwrap_or(u64::MAX);
    run.more = more > 0 || all_new;
    let listed: HashSet<LedgerId> = plan.known.iter().map(|known| known.row).collect();
    // A run shows its progress over all its sessions.
    let before = i64::try_from(run.filed + run.recognised + run.failed).unwrap_or(0);
    let total = before.saturating_add(i64::try_from(now.len()).unwrap_or(i64::MAX));
    show(
        collector,
        task,
        &session,
        &listing,
        total.saturating_add(more),
    )
    .await?;
    collector.tell(task).await?;
    let origins = Origins::new(&rows, &listed, &told);
    let (lots, queue) = mpsc::channel(1);
    let mut filing = Filing::new(collector, task, lease, origins);
    let mut work = Work {
        collector,
        task,
        lease,
        run,
        gathering: Gathering::new(collector, task, lots),
        noted: Instant::now(),
        done: before,
        refusals: 0,
    };
    let fetching = async {
        let fetched = work.fetch(&mut session, now).await;
        // Whatever ended it: what has come before is filed.
        let handed_on = work.gathering.hand_on().await;
        let done = work.done;
        // Nothing more will come.
        drop(work);
        (fetched.and(handed_on), done)
    };
    let ((fetched, done), filed) = tokio::join!(fetching, filing.run(queue));
    run.filed += filing.filed;
    run.recognised += filing.recognised;
    filed.and(fetched)?;
    prune::prune_and_quit(
        collector,
        task,
        lease,
        session,
        prune::Held {
            policy: row.policy(),
            listing: &listing,
            rows: &rows,
            known: &plan.known,
            began,
        },
        run,
    )
    .await?;
    account::set_progress(&collector.store, account, done).await?;
    Ok(())
}

/// Notes which messages the server lists no longer, or again.
async fn note_listed(
    collector: &Collector,
    rows: &[LedgerRow],
    plan: &Plan,
) -> Result<(), Failure> {
    let known = plan.known.iter().map(|known| known.row);
    let pending = plan.pending.iter().filter_map(|fetch| fetch.row);
    let listed: HashSet<LedgerId> = known
        .chain(pending)
        .chain(plan.waiting.iter().copied())
        .collect();
    for is in [false, true] {
        let changed: Vec<LedgerId> = rows
            .iter()
            .filter(|row| row.listed != is && listed.contains(&row.id) == is)
            .map(|row| row.id)
            .collect();
        for part in changed.chunks(NOTED) {
            ledger::set_listed(&collector.store, part, is).await?;
        }
    }
    Ok(())
}

/// Notes what the listing tells of deletions whose outcome nobody knew.
async fn clear_doubts(
    collector: &Collector,
    task: Task<'_>,
    lease: &Lease,
    rows: &mut [LedgerRow],
    plan: &Plan,
    listing: &Listing,
) -> Result<Told, Failure> {
    let account = task.owner.account;
    let store = &collector.store;
    let doubts = deletions::doubtful(store, account).await?;
    if doubts.is_empty() || !listing.has_uidl {
        return Ok(Told::default());
    }
    let doubt = |(row, asked_at)| Doubt { row, asked_at };
    let doubts: Vec<Doubt> = doubts.into_iter().map(doubt).collect();
    let told = doubt::ask(&doubts, rows, plan, listing);
    let now = collector.clock.now();
    deletions::settle(store, lease, account, &told.gone, &told.kept, now).await?;
    for gone in &told.gone {
        if let Ok(at) = rows.binary_search_by_key(gone, |row| row.id)
            && let Some(row) = rows.get_mut(at)
        {
            row.state = State::Deleted;
        }
    }
    Ok(told)
}

/// Notes what is new, and says what is to be fetched, in order.
async fn note(
    collector: &Collector,
    task: Task<'_>,
    lease: &Lease,
    plan: &mut Plan,
    doubtful: &HashSet<i64>,
) -> Result<Vec<Fetch>, Failure> {
    let account = task.owner.account;
    let mut fetches = std::mem::take(&mut plan.pending);
    fetches.append(&mut plan.nameless);
    for part in plan.new.chunks(NOTED) {
        let new: Vec<NewRow> = part.iter().map(|(new, _)| new.clone()).collect();
        let now = collector.clock.now();
        let rows = ledger::note(&collector.store, lease, account, &new, now).await?;
        for (row, (_, number)) in rows.into_iter().zip(part) {
            fetches.push(Fetch {
                number: *number,
                row: Some(row.id),
                size: row.size,
                attempts: 0,
            });
        }
    }
    for part in plan.touch.chunks(NOTED) {
        ledger::touch(&collector.store, part, collector.clock.now()).await?;
    }
    Ok(plan::order(fetches, doubtful))
}

/// What this session fetches, and how many are left for the next.
///
/// Messages without a UIDL are all fetched now: the next session could not tell which have come.
fn share(fetches: Vec<Fetch>) -> (Vec<Fetch>, i64) {
    let (mut nameless, mut fetches): (Vec<_>, Vec<_>) =
        fetches.into_iter().partition(|fetch| fetch.row.is_none());
    let mut octets = 0_i64;
    let fits = |fetch: &&Fetch| {
        octets = octets.saturating_add(fetch.size);
        octets <= OCTETS
    };
    let count = fetches.iter().take(MESSAGES).take_while(fits).count();
    let rest = fetches.split_off(count.max(1).min(fetches.len()));
    fetches.append(&mut nameless);
    (fetches, i64::try_from(rest.len()).unwrap_or(i64::MAX))
}

async fn show(
    collector: &Collector,
    task: Task<'_>,
    session: &Session,
    listing: &Listing,
    total: i64,
) -> Result<(), Failure> {
    let offered = session.capabilities();
    let known: serde_json::Map<String, serde_json::Value> = offered
        .iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let json = match offered.are_known() {
        true => serde_json::Value::Object(known).to_string(),
        false => String::new(),
    };
    let shown = Shown {
        capabilities_json: &json,
        login_delay: offered.login_delay().unwrap_or(0),
        without_uidl: !listing.has_uidl,
        count: i64::try_from(listing.messages.len()).unwrap_or(i64::MAX),
        bytes: i64::try_from(listing.octets()).unwrap_or(i64::MAX),
    };
    account::listed(&collector.store, task.owner.account, shown, total).await?;
    Ok(())
}

impl Work<'_> {
    async fn fetch(&mut self, session: &mut Session, fetches: Vec<Fetch>) -> Result<(), Failure> {
        let most = i64::try_from(self.task.connector.limits.message_size).unwrap_or(i64::MAX);
        let (fetches, large): (Vec<_>, Vec<_>) =
            fetches.into_iter().partition(|fetch| fetch.size <= most);
        for fetch in &large {
            self.note_failure(Some(fetch), Why::TooLarge).await?;
            self.run.failed += 1;
            self.done += 1;
        }
        let numbers = fetches.iter().map(|fetch| fetch.number).collect();
        let mut retrieval = session.retrieve(numbers);
        let mut fetches = fetches.iter();
        loop {
            // Answers come in the order of the questions.
            let (retrieved, fetch) = match (retrieval.next().await, fetches.next()) {
                (Ok(Some(retrieved)), Some(fetch)) => (retrieved, fetch),
                (Ok(_), _) => return Ok(()),
                (Err(error), fetch) => return Err(self.failed(fetch, error.into()).await),
            };
            match retrieved.outcome {
                Ok(content) => {
                    self.refusals = 0;
                    if let Err(failure) = self.gathering.take(fetch, content).await {
                        return Err(self.failed(Some(fetch), failure).await);
                    }
                }
                Err(refusal) => self.refused(fetch, refusal).await?,
            }
            self.done += 1;
            self.note_progress().await?;
        }
    }

    /// Notes a message that did not come whole.
    async fn failed(&mut self, fetch: Option<&Fetch>, failure: Failure) -> Failure {
        let why = match &failure {
            Failure::Server(pop3::Error::TooLarge(_)) | Failure::Store(Error::TooLarge) => {
                Some(Why::TooLarge)
            }
            Failure::Server(error) => Some(why(error.trouble())),
            _ => None,
        };
        if let Some(why) = why
            && let Err(worse) = self.note_failure(fetch, why).await
        {
            return worse;
        }
        failure
    }

    /// The server does not give a message: it may have vanished since the listing. What says that
    /// nothing will come any more ends the session.
    async fn refused(&mut self, fetch: &Fetch, refusal: Refusal) -> Result<(), Failure> {
        self.run.failed += 1;
        match refusal.reply.code {
            Some(Code::InUse | Code::LoginDelay | Code::SysTemp) => {
                Err(pop3::Error::from(refusal).into())
            }
            _ => {
                self.note_failure(Some(fetch), why(refusal.trouble()))
                    .await?;
                self.refusals += 1;
                if self.refusals < REFUSALS {
                    return Ok(());
                }
                Err(pop3::Error::from(refusal).into())
            }
        }
    }

    async fn note_failure(&mut self, fetch: Option<&Fetch>, why: Why) -> Result<(), Failure> {
        if let Some(fetch) = fetch
            && lost::note(self.collector, self.task, self.lease, fetch, why).await?
        {
            storing::tell(self.collector, self.task, &[]).await?;
        }
        Ok(())
    }

    async fn note_progress(&mut self) -> Result<(), Failure> {
        if self.noted.elapsed() < PROGRESS {
            return Ok(());
        }
        self.noted = Instant::now();
        account::set_progress(&self.collector.store, self.task.owner.account, self.done).await?;
        Ok(())
    }
}

fn why(trouble: Trouble) -> Why {
    match trouble {
        Trouble::CutOff => Why::CutOff,
        Trouble::Nonsense => Why::Nonsense,
        _ => Why::Refused,
    }
}

/// The row of this number.
pub(super) fn row_of(rows: &[LedgerRow], id: LedgerId) -> Option<&LedgerRow> {
    let at = rows.binary_search_by_key(&id, |row| row.id).ok()?;
    rows.get(at)
}
