//! How collecting is going, in words.

use crate::{
    engine::{collection::Collection, collector::Reason},
    web::page::Ui,
};

use super::{CollectionPage, HOME};

/// What the side bar says of collecting, when there is something to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Something went wrong.
    pub problem: bool,
    /// The words.
    pub words: String,
    /// Where there is more about it.
    pub path: String,
}

impl Mark {
    /// `None` while all goes well and nothing is under way. `account` is the one that it is about,
    /// where there are several.
    pub fn new(ui: &Ui, collection: &Collection, account: Option<i64>) -> Option<Self> {
        let (problem, words) = if collection.paused {
            (false, ui.t("collection-mark-paused"))
        } else if collection.running && collection.total > 0 {
            let progress = progress(ui, collection);
            (false, ui.t1("collection-mark", "progress", progress))
        } else if collection.running {
            return None;
        } else if collection.reason.is_some_and(is_worth_a_mark) {
            (true, ui.t("collection-mark-failed"))
        } else {
            return None;
        };
        let path = match account {
            Some(account) => format!("{HOME}?account={account}"),
            None => HOME.to_owned(),
        };
        Some(Self {
            problem,
            words,
            path,
        })
    }

    /// The icon beside it.
    pub fn icon(&self) -> &'static str {
        match self.problem {
            true => "circle-alert",
            false => "refresh-cw",
        }
    }
}

/// What passes by itself in minutes is told on the page alone.
fn is_worth_a_mark(reason: Reason) -> bool {
    !matches!(reason, Reason::InUse | Reason::LoginDelay | Reason::Busy)
}

/// "4,812 of 9,930".
fn progress(ui: &Ui, collection: &Collection) -> String {
    let (done, total) = (ui.number(collection.done), ui.number(collection.total));
    ui.t2("collection-progress", "done", done, "total", total)
}

/// The sentence for a failure.
pub fn reason_key(reason: Reason) -> &'static str {
    match reason {
        Reason::Unreachable => "collection-failed-unreachable",
        Reason::Tls => "collection-failed-tls",
        Reason::WrongPassword => "collection-failed-wrong-password",
        Reason::GrantGone => "collection-failed-grant-gone",
        Reason::InUse => "collection-failed-in-use",
        Reason::LoginDelay => "collection-failed-login-delay",
        Reason::Temporary => "collection-failed-temporary",
        Reason::Permanent => "collection-failed-permanent",
        Reason::Nonsense => "collection-failed-nonsense",
        Reason::CutOff => "collection-failed-cut-off",
        Reason::NoSpace => "collection-failed-no-space",
        Reason::Disk => "collection-failed-disk",
        Reason::Quota => "collection-failed-quota",
        Reason::Busy => "collection-failed-busy",
        Reason::NeedsPassword => "collection-failed-needs-password",
    }
}

impl CollectionPage {
    /// How it is going, in one word or two.
    pub fn headline(&self) -> String {
        let ui = &self.ui;
        let collection = &self.collection;
        ui.t(if collection.running {
            "collection-running"
        } else if collection.paused {
            "collection-paused"
        } else if collection.reason.is_some() {
            "collection-trouble"
        } else if collection.succeeded_at.is_some() {
            "collection-idle"
        } else {
            "collection-not-yet"
        })
    }

    /// Messages of a run that is under way, and how many are done.
    pub fn progress(&self) -> Option<String> {
        let shown = self.collection.running && self.collection.total > 0;
        shown.then(|| progress(&self.ui, &self.collection))
    }

    /// Why the last run failed, while no other is under way.
    pub fn trouble(&self) -> Option<String> {
        let reason = self.collection.reason.filter(|_| !self.collection.running);
        reason.map(|reason| self.ui.t(reason_key(reason)))
    }

    /// When the next run is due.
    pub fn next(&self) -> Option<String> {
        let collection = &self.collection;
        if collection.running || collection.paused {
            return None;
        }
        let ui = &self.ui;
        if collection.next_at <= ui.now {
            return Some(ui.t("collection-next-soon"));
        }
        let key = match collection.reason {
            Some(_) => "collection-next-try",
            None => "collection-next",
        };
        Some(ui.t1(key, "time", ui.list_date(collection.next_at)))
    }

    /// When it went well last.
    pub fn last(&self) -> Option<String> {
        let at = self.collection.succeeded_at?;
        Some(self.ui.t1("collection-last", "date", self.ui.list_date(at)))
    }

    /// What lies on the server.
    pub fn remote(&self) -> Option<String> {
        let collection = &self.collection;
        collection.succeeded_at?;
        let size = self.ui.size(collection.remote_octets);
        let count = collection.remote_count;
        Some(self.ui.tn1("collection-remote", count, "size", &size))
    }

    /// That the server removes messages by itself, where it says so.
    pub fn expiry(&self) -> Option<String> {
        let days = self.collection.expires_days?;
        Some(match days {
            0 => self.ui.t("collection-expires-at-once"),
            days => self.ui.tn("collection-expires", days),
        })
    }

    /// Whether somebody could start a run now.
    pub fn can_run(&self) -> bool {
        !self.collection.running && !self.collection.paused
    }
}
