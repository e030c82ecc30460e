//! `/accounts/{account}/ledger` and `…/deletion-plan`: what a POP3 server has shown, what became of
//! it, and what a policy would delete there.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::engine::collection::{DeletionPlan as Foreseen, Due, Entry, Shown, State};

use super::{
    accounts::{
        AccountPath,
        pop3::{self, PolicyChoice, PolicyName},
    },
    caller::{May, Read},
    cursor::{self, Paging},
    extract,
    id::Number,
    problem::Problem,
    state::Api,
    time::Time,
};

/// How far a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LedgerState)]
pub(crate) enum StateName {
    /// The server has shown it, and it is not stored here yet.
    Seen,
    /// It is stored here.
    Stored,
    /// Its octets are stored here, and can't be read as a message.
    Quarantined,
    /// It was stored here, and the server has confirmed that it deleted it.
    Deleted,
}

/// Which of them, and which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Those that are so far.
    state: Option<StateName>,
    /// Those that the server had when it was last asked (true), or had not.
    on_server: Option<bool>,
    /// Those that the next run would delete on the server by the policy that is set (true), or
    /// would not.
    due: Option<bool>,
    /// Items of a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
    /// Where to go on: what the page before gave as `nextCursor`.
    #[param(max_length = 20_000, pattern = "^[A-Za-z0-9_-]*$")]
    cursor: Option<String>,
}

/// A page of the ledger.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ledger {
    /// What was shown last comes first.
    pub(crate) items: Vec<LedgerEntry>,
    /// Where the next page begins; null at the end.
    pub(crate) next_cursor: Option<String>,
    /// How many there are in all; null: nobody has counted.
    pub(crate) total: Option<u64>,
}

/// A message that the server has shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LedgerEntry {
    /// Its id in the ledger.
    pub(crate) id: Number,
    /// The server's name for it; null where it has none.
    pub(crate) uidl: Option<String>,
    /// Its subject; null before it is stored, and after it was removed here.
    pub(crate) subject: Option<String>,
    /// Octets, as the server says.
    pub(crate) size: u64,
    /// How far it is.
    pub(crate) state: StateName,
    /// The server had it when it was last asked.
    pub(crate) on_server: bool,
    /// The next run would delete it on the server, by the policy that is set.
    pub(crate) due: bool,
    /// Tries to fetch it that failed.
    pub(crate) attempts: u32,
    /// Why the last one did: a word.
    pub(crate) last_error: Option<String>,
    /// When the server first showed it.
    pub(crate) first_seen_at: Time,
    /// When it was stored here.
    pub(crate) stored_at: Option<Time>,
    /// When the server confirmed that it deleted it.
    pub(crate) deleted_at: Option<Time>,
}

/// What a policy would delete on the server.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeletionPlan {
    /// The policy.
    pub(crate) policy: PolicyName,
    /// Its days.
    pub(crate) days: Option<u32>,
    /// Its megabytes.
    pub(crate) megabytes: Option<u32>,
    /// Messages that the next run would delete.
    pub(crate) count: u64,
    /// Their octets.
    pub(crate) size: u64,
    /// Messages that are on the server now and would follow by themselves, as time passes.
    pub(crate) later: u64,
    /// The server names its messages by no UIDL: nothing is ever deleted there.
    pub(crate) without_uidl: bool,
    /// Those that the next run would delete, the oldest first, fifty at most.
    pub(crate) items: Vec<PlannedDeletion>,
}

/// A message that would be deleted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlannedDeletion {
    /// Its id in the ledger.
    pub(crate) id: Number,
    /// Its subject; null where it was removed here.
    pub(crate) subject: Option<String>,
    /// Octets.
    pub(crate) size: u64,
    /// When it was stored here.
    pub(crate) stored_at: Time,
}

/// Every message that the POP3 server has shown.
#[utoipa::path(
    get,
    path = "/accounts/{account}/ledger",
    tag = "collecting",
    params(AccountPath, Wanted),
    responses((status = 200, description = "A page of the ledger", body = Ledger))
)]
pub(crate) async fn index(
    api: Api,
    caller: May<Read>,
    extract::Path(path): extract::Path<AccountPath>,
    extract::Query(wanted): extract::Query<Wanted>,
) -> Result<Json<Ledger>, Problem> {
    let account = caller.account(path.account)?;
    pop3::collection(account).await?;
    let shown = Shown {
        state: wanted.state.map(State::from),
        listed: wanted.on_server,
        due: wanted.due,
    };
    let of = format!("{} ledger {shown:?}", account.id());
    let paging = Paging {
        limit: wanted.limit,
        cursor: wanted.cursor,
    };
    let (before, limit) = paging.read(&api.engine, &of)?;
    let (page, next) = account.ledger_page(shown, before, limit).await?;
    Ok(Json(Ledger {
        items: page.into_iter().map(LedgerEntry::from).collect(),
        next_cursor: next.map(|at| cursor::to_text(&api.engine, &of, at)),
        total: None,
    }))
}

/// What a policy would delete on the server, if it were set and the server were asked now. Nobody is
/// asked, and nothing is changed.
#[utoipa::path(
    post,
    path = "/accounts/{account}/deletion-plan",
    tag = "collecting",
    params(AccountPath),
    request_body = PolicyChoice,
    responses((status = 200, description = "What would be deleted", body = DeletionPlan))
)]
pub(crate) async fn plan(
    caller: May<Read>,
    extract::Path(path): extract::Path<AccountPath>,
    extract::Json(choice): extract::Json<PolicyChoice>,
) -> Result<Json<DeletionPlan>, Problem> {
    let account = caller.account(path.account)?;
    let now = pop3::collection(account).await?;
    let policy = choice.over(now.policy, "")?;
    let Foreseen {
        count,
        octets,
        later,
        messages,
    } = account.deletion_plan(policy).await?;
    let (days, megabytes) = pop3::numbers(policy);
    Ok(Json(DeletionPlan {
        policy: policy.into(),
        days,
        megabytes,
        count,
        size: octets,
        later,
        without_uidl: now.without_uidl,
        items: messages.into_iter().map(PlannedDeletion::from).collect(),
    }))
}

impl From<Entry> for LedgerEntry {
    fn from(entry: Entry) -> Self {
        let said = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            id: Number(entry.id),
            uidl: said(entry.uidl),
            subject: entry.subject,
            size: entry.size,
            state: entry.state.into(),
            on_server: entry.listed,
            due: entry.due,
            attempts: entry.attempts,
            last_error: said(entry.last_error),
            first_seen_at: Time(entry.first_seen_at),
            stored_at: entry.stored_at.map(Time),
            deleted_at: entry.deleted_at.map(Time),
        }
    }
}

impl From<Due> for PlannedDeletion {
    fn from(due: Due) -> Self {
        Self {
            id: Number(due.id),
            subject: Some(due.subject).filter(|_| !due.removed),
            size: due.size,
            stored_at: Time(due.stored_at),
        }
    }
}

impl From<StateName> for State {
    fn from(name: StateName) -> Self {
        match name {
            StateName::Seen => Self::Seen,
            StateName::Stored => Self::Stored,
            StateName::Quarantined => Self::Quarantined,
            StateName::Deleted => Self::Deleted,
        }
    }
}

impl From<State> for StateName {
    fn from(state: State) -> Self {
        match state {
            State::Seen => Self::Seen,
            State::Stored => Self::Stored,
            State::Quarantined => Self::Quarantined,
            State::Deleted => Self::Deleted,
        }
    }
}
