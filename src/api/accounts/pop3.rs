//! How an account's mail is collected from its POP3 server, and what is deleted there.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{
        problem::{Fault, Problem},
        time::Time,
    },
    engine::{
        Account,
        collection::{Collection, INTERVALS, NUMBER_MOST, Policy},
    },
};

/// How an account's mail is collected.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Pop3 {
    /// What is deleted on the server, once it is safely stored here.
    pub(crate) policy: PolicyName,
    /// Days of `deleteAfterDays`; null with others.
    pub(crate) days: Option<u32>,
    /// Megabytes of `deleteAboveSize`; null with others.
    pub(crate) megabytes: Option<u32>,
    /// It is collected with nobody signed in as well, by a key that the server keeps for that.
    pub(crate) background: bool,
    /// Minutes between two runs.
    #[schema(example = 15)]
    pub(crate) interval_minutes: u32,
    /// Its owner has paused it.
    pub(crate) paused: bool,
    /// When the next run is due; null while paused.
    pub(crate) next_at: Option<Time>,
    /// The server names its messages by no UIDL: nothing is ever deleted there.
    pub(crate) without_uidl: bool,
    /// Messages on the server when it was last asked.
    pub(crate) remote_emails: u64,
    /// Their octets.
    pub(crate) remote_size: u64,
    /// How far the run is that is under way, or how far the last one was.
    pub(crate) progress: Progress,
}

/// How far a run is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CollectionProgress)]
pub(crate) struct Progress {
    /// It is under way.
    pub(crate) running: bool,
    /// Messages that are done.
    pub(crate) done: u64,
    /// Messages to do.
    pub(crate) total: u64,
}

/// What is deleted on a POP3 server. Never what is not safely stored here, and nothing in the
/// session that has fetched it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CollectionPolicy)]
pub(crate) enum PolicyName {
    /// Nothing.
    Keep,
    /// What was stored so many days ago; 0: at the next run.
    DeleteAfterDays,
    /// What lies in Trash here, or was removed from it.
    DeleteWhenDeletedHere,
    /// What lies in any other folder here than the inbox, or was removed.
    DeleteWhenLeavesInbox,
    /// The oldest, while the server holds more than so many megabytes.
    DeleteAboveSize,
}

/// A policy with its number. What is absent is as it is set.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PolicyChoice {
    /// What is deleted on the server.
    pub(crate) policy: Option<PolicyName>,
    /// Days of `deleteAfterDays`.
    #[schema(maximum = 100_000)]
    pub(crate) days: Option<u32>,
    /// Megabytes of `deleteAboveSize`.
    #[schema(maximum = 100_000)]
    pub(crate) megabytes: Option<u32>,
}

/// What of collecting can be changed. What is absent stays.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Pop3Patch {
    /// What is deleted on the server.
    policy: Option<PolicyName>,
    /// Days of `deleteAfterDays`, which needs them.
    #[schema(maximum = 100_000)]
    days: Option<u32>,
    /// Megabytes of `deleteAboveSize`, which needs them.
    #[schema(maximum = 100_000)]
    megabytes: Option<u32>,
    /// True: another policy is meant that deletes on the server. Without it that is 422
    /// `confirmation_needed`.
    confirmed: bool,
    /// Collect with nobody signed in as well: the server is given a key for that, or gives it up.
    background: Option<bool>,
    /// Minutes between two runs: 5, 10, 15, 30, 60 or 180.
    #[schema(minimum = 5, maximum = 180)]
    interval_minutes: Option<u32>,
    /// Pause, or go on.
    paused: Option<bool>,
}

/// A change that can be made.
pub(super) struct Change {
    policy: Option<Policy>,
    schedule: Option<(u32, bool)>,
    paused: Option<bool>,
}

impl PolicyChoice {
    /// The policy that is meant, where `now` is set. `place` is where the choice stands in the body.
    pub(crate) fn over(self, now: Policy, place: &str) -> Result<Policy, Problem> {
        let wrong = |member: &str, detail: &'static str| {
            Problem::unfit(format!("{place}/{member}"), detail)
        };
        let policy = self.policy.unwrap_or_else(|| PolicyName::from(now));
        for (member, number, of) in [
            ("days", self.days, PolicyName::DeleteAfterDays),
            ("megabytes", self.megabytes, PolicyName::DeleteAboveSize),
        ] {
            if number.is_some() && policy != of {
                return Err(wrong(member, "This policy has no such number."));
            }
            if number.is_some_and(|number| number > NUMBER_MOST) {
                return Err(wrong(member, "It is 100000 at most."));
            }
        }
        let (days, megabytes) = numbers(now);
        Ok(match policy {
            PolicyName::Keep => Policy::Keep,
            PolicyName::DeleteWhenDeletedHere => Policy::WhenDeletedHere,
            PolicyName::DeleteWhenLeavesInbox => Policy::WhenLeavesInbox,
            PolicyName::DeleteAfterDays => {
                let days = self.days.or(days);
                Policy::AfterDays(days.ok_or_else(|| wrong("days", "After how many?"))?)
            }
            PolicyName::DeleteAboveSize => {
                let most = self.megabytes.or(megabytes);
                Policy::AboveSize(most.ok_or_else(|| wrong("megabytes", "Above how many?"))?)
            }
        })
    }
}

impl Pop3Patch {
    /// What would be changed, if that can be.
    pub(super) async fn over(self, account: &Account) -> Result<Change, Problem> {
        let now = collection(account).await?;
        let choice = PolicyChoice {
            policy: self.policy,
            days: self.days,
            megabytes: self.megabytes,
        };
        let policy = choice.over(now.policy, "/pop3")?;
        let policy = (policy != now.policy).then_some(policy);
        if policy.is_some_and(|policy| policy != Policy::Keep) && !self.confirmed {
            let detail = "This deletes on the mail server: the deletion plan says what. Say that \
                it is meant.";
            let fault = Fault::new("/pop3/confirmed", "True is needed.");
            return Err(Problem::invalid("confirmation_needed", detail).with(fault));
        }
        let minutes = self.interval_minutes.unwrap_or(now.interval_minutes);
        if self.interval_minutes.is_some() && !INTERVALS.contains(&minutes) {
            let detail = "5, 10, 15, 30, 60 or 180.";
            return Err(Problem::unfit("/pop3/intervalMinutes", detail));
        }
        let background = self.background.unwrap_or(now.background);
        let is_other = (minutes, background) != (now.interval_minutes, now.background);
        Ok(Change {
            policy,
            schedule: is_other.then_some((minutes, background)),
            paused: self.paused.filter(|paused| *paused != now.paused),
        })
    }
}

impl Change {
    pub(super) async fn carry_out(self, account: &Account) -> Result<(), Problem> {
        // Who pauses wants nothing of the rest to begin by itself, and who goes on all of it.
        if self.paused == Some(true) {
            account.pause_collecting(true).await?;
        }
        if let Some(policy) = self.policy {
            account.set_policy(policy).await?;
        }
        if let Some((minutes, background)) = self.schedule {
            account.schedule_collecting(minutes, background).await?;
        }
        if self.paused == Some(false) {
            account.pause_collecting(false).await?;
        }
        Ok(())
    }
}

/// How collecting goes; 422 for an account that is not collected.
pub(crate) async fn collection(account: &Account) -> Result<Collection, Problem> {
    let found = account.collection().await?;
    found.ok_or_else(|| {
        let detail = "This account's mail is not collected from a POP3 server.";
        Problem::not_supported(detail)
    })
}

/// Days and megabytes of a policy.
pub(crate) fn numbers(policy: Policy) -> (Option<u32>, Option<u32>) {
    match policy {
        Policy::AfterDays(days) => (Some(days), None),
        Policy::AboveSize(megabytes) => (None, Some(megabytes)),
        Policy::Keep | Policy::WhenDeletedHere | Policy::WhenLeavesInbox => (None, None),
    }
}

impl From<Policy> for PolicyName {
    fn from(policy: Policy) -> Self {
        match policy {
            Policy::Keep => Self::Keep,
            Policy::AfterDays(_) => Self::DeleteAfterDays,
            Policy::WhenDeletedHere => Self::DeleteWhenDeletedHere,
            Policy::WhenLeavesInbox => Self::DeleteWhenLeavesInbox,
            Policy::AboveSize(_) => Self::DeleteAboveSize,
        }
    }
}

impl From<&Collection> for Pop3 {
    fn from(collection: &Collection) -> Self {
        let (days, megabytes) = numbers(collection.policy);
        Self {
            policy: collection.policy.into(),
            days,
            megabytes,
            background: collection.background,
            interval_minutes: collection.interval_minutes,
            paused: collection.paused,
            next_at: (!collection.paused).then_some(Time(collection.next_at)),
            without_uidl: collection.without_uidl,
            remote_emails: collection.remote_count,
            remote_size: collection.remote_octets,
            progress: Progress {
                running: collection.running,
                done: collection.done,
                total: collection.total,
            },
        }
    }
}
