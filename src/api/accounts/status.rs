//! How an account is, as far as that is known without asking its server.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{problem::Problem, time::Time},
    engine::{accounts::AccountInfo, collection::Collection, collector::Reason, glance::Health},
};

/// How an account is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountStatus)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Status {
    /// `ok`; `collecting` (from its POP3 server, at this moment); `paused` (its owner wants no
    /// collecting); `failed` (the server could not be used last); `reauthRequired` (its password or
    /// permission has to be given again); `unknown` (nobody has asked its server lately).
    #[schema(example = "ok")]
    pub(crate) state: &'static str,
    /// What went wrong last; null when it went well since.
    pub(crate) last_error: Option<LastError>,
    /// When its server was last asked; null where mail lives here, and where that is not known.
    pub(crate) checked_at: Option<Time>,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LastError {
    /// A word that stays the same.
    #[schema(example = "unreachable")]
    pub(crate) code: String,
    /// A sentence.
    pub(crate) detail: String,
}

impl Status {
    /// Of an account that is collected.
    pub(crate) fn of_collection(collection: &Collection) -> Self {
        let state = match collection.reason {
            _ if collection.running => "collecting",
            _ if collection.paused => "paused",
            Some(reason) if reason.is_its_owners() => "reauthRequired",
            Some(_) => "failed",
            None if collection.succeeded_at.is_some() => "ok",
            None => "unknown",
        };
        Self {
            state,
            last_error: collection.reason.map(LastError::from),
            checked_at: collection.finished_at.or(collection.started_at).map(Time),
        }
    }

    /// Of another one.
    pub(crate) fn of_server(account: &AccountInfo, health: Health) -> Self {
        let is_here = account.incoming.is_none();
        let state = match health.problem {
            Some(problem) if problem.is_its_owners() => "reauthRequired",
            Some(_) => "failed",
            None if is_here || health.checked_at.is_some() => "ok",
            None => "unknown",
        };
        let told = health.problem.map(Problem::of_trouble);
        Self {
            state,
            last_error: told.map(|told| LastError {
                code: told.code.into_owned(),
                detail: told.detail.into_owned(),
            }),
            checked_at: health.checked_at.filter(|_| !is_here).map(Time),
        }
    }

    /// The same, unless the permission to sign in is gone.
    pub(crate) fn unless_gone(self, is_gone: bool) -> Self {
        match is_gone {
            true => Self {
                state: "reauthRequired",
                last_error: Some(Reason::GrantGone.into()),
                ..self
            },
            false => self,
        }
    }
}

impl From<Reason> for LastError {
    fn from(reason: Reason) -> Self {
        Self {
            code: reason.as_str().to_owned(),
            detail: sentence(reason).to_owned(),
        }
    }
}

fn sentence(reason: Reason) -> &'static str {
    match reason {
        Reason::Unreachable => "The mail server can't be reached.",
        Reason::Tls => "The mail server's certificate can't be trusted.",
        Reason::WrongPassword => "The mail server did not accept the password.",
        Reason::GrantGone => "This account's permission has to be given again.",
        Reason::InUse => "The mailbox is in use by another program.",
        Reason::LoginDelay => "The mail server wants some time between two sign-ins.",
        Reason::Temporary => "The mail server has trouble that will pass.",
        Reason::Permanent => "The mail server has trouble that its operator has to mend.",
        Reason::Nonsense => "The mail server said something that makes no sense.",
        Reason::CutOff => "The connection to the mail server broke.",
        Reason::NoSpace => "The disk of this service is full.",
        Reason::Disk => "The disk of this service fails.",
        Reason::Quota => "There is no more room for this person's mail here.",
        Reason::Busy => "The database of this service does not answer.",
        Reason::NeedsPassword => "Nobody is signed in who could open the password.",
    }
}
