//! The outbox: what waits, what failed, what nobody can tell, and what went out lately.

use askama::Template;

use crate::web::page::Ui;

/// The page, of everything or of one message.
#[derive(Template)]
#[template(path = "outbox/show.html")]
pub struct OutboxPage {
    /// The reader.
    pub ui: Ui,
    /// Newest first.
    pub rows: Vec<OutboxRow>,
    /// The number of the one that the page is of.
    pub one: Option<i64>,
}

/// One message on its way.
#[derive(Clone, Debug)]
pub struct OutboxRow {
    /// The submission's number.
    pub id: i64,
    /// The subject; may be empty.
    pub subject: String,
    /// Names or addresses, as in the list.
    pub recipients: String,
    /// It is one of a mail merge.
    pub merged: bool,
    /// There is a draft that it can be again.
    pub has_draft: bool,
    /// It goes out at its time with nobody signed in.
    pub unattended: bool,
    /// How far it is.
    pub state: State,
    /// What the server answered for each recipient, where it did.
    pub answers: Vec<Answer>,
}

/// How far a message is. Times are milliseconds since 1970 UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It goes out in a moment and can be taken back.
    Pending {
        /// When.
        due: i64,
    },
    /// It could not be sent yet, and is tried again.
    Delayed {
        /// When.
        due: i64,
        /// Why, a whole sentence.
        reason: String,
    },
    /// It is due, and waits until its owner signs in again.
    Waiting,
    /// It goes out at a time that was chosen.
    Scheduled {
        /// When.
        due: i64,
    },
    /// It is being handed to the server.
    Sending,
    /// The server has it.
    Sent {
        /// Since when.
        at: i64,
        /// When it should have gone, where it waited for its owner.
        due: Option<i64>,
    },
    /// The connection broke when the server may have taken it.
    Unconfirmed {
        /// When.
        at: i64,
    },
    /// It was not sent.
    Failed {
        /// When.
        at: i64,
        /// Why, a whole sentence.
        reason: String,
    },
}

/// What the server said of one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The address.
    pub recipient: String,
    /// Whether it was taken.
    pub taken: bool,
    /// The server's words, or ours.
    pub sentence: String,
}

impl OutboxPage {
    /// The title of the document.
    pub fn title(&self) -> String {
        self.ui.t("outbox-title")
    }

    /// The page's own path.
    pub fn path(&self) -> String {
        match self.one {
            Some(id) => format!("/outbox/{id}"),
            None => "/outbox".to_owned(),
        }
    }
}

impl OutboxRow {
    /// Its path.
    pub fn path(&self) -> String {
        format!("/outbox/{}", self.id)
    }

    /// The subject, or a word for its absence.
    pub fn subject(&self, ui: &Ui) -> String {
        match self.subject.trim().is_empty() {
            true => ui.t("no-subject"),
            false => self.subject.clone(),
        }
    }

    /// How far it is, in a sentence.
    pub fn sentence(&self, ui: &Ui) -> String {
        let dated = |key, at: i64| ui.t1(key, "date", ui.full_date(at));
        match &self.state {
            State::Pending { due } => ui.tn("outbox-pending", Self::seconds(ui, *due)),
            State::Scheduled { due } if self.unattended => dated("outbox-scheduled", *due),
            State::Scheduled { due } => dated("outbox-scheduled-attended", *due),
            State::Waiting => ui.t("outbox-waiting"),
            State::Delayed { due, reason } => ui.t2(
                "outbox-delayed",
                "reason",
                reason,
                "time",
                ui.full_date(*due),
            ),
            State::Sending => ui.t("outbox-sending"),
            State::Sent { at, due } => self.sent(ui, *at, *due),
            State::Unconfirmed { at } => dated("outbox-unconfirmed", *at),
            State::Failed { at, reason } => {
                ui.t2("outbox-failed", "date", ui.full_date(*at), "reason", reason)
            }
        }
    }

    /// Seconds until it goes, for the script that counts them down.
    pub fn countdown(&self, ui: &Ui) -> Option<u64> {
        match self.state {
            State::Pending { due } => Some(Self::seconds(ui, due)).filter(|seconds| *seconds > 0),
            _ => None,
        }
    }

    /// The time that was chosen, as the field for another one shows it.
    pub fn chosen_time(&self, ui: &Ui) -> String {
        match self.state {
            State::Scheduled { due } => ui.field_date(due),
            _ => String::new(),
        }
    }

    fn sent(&self, ui: &Ui, at: i64, due: Option<i64>) -> String {
        let missed = self.answers.iter().filter(|answer| !answer.taken);
        let missed: Vec<&str> = missed.map(|answer| answer.recipient.as_str()).collect();
        let date = ui.full_date(at);
        match (missed.is_empty(), due) {
            (true, None) => ui.t1("outbox-sent", "date", date),
            (true, Some(due)) => ui.t2("outbox-sent-late", "date", date, "due", ui.full_date(due)),
            (false, _) => ui.t2(
                "outbox-sent-partly",
                "date",
                date,
                "names",
                missed.join(", "),
            ),
        }
    }

    fn seconds(ui: &Ui, due: i64) -> u64 {
        u64::try_from(due.saturating_sub(ui.now))
            .unwrap_or(0)
            .div_ceil(1000)
    }

    /// The word that styles know it by.
    pub fn mark(&self) -> &'static str {
        match self.state {
            State::Pending { .. } => "pending",
            State::Waiting => "waiting",
            State::Scheduled { .. } => "scheduled",
            State::Delayed { .. } => "delayed",
            State::Sending => "sending",
            State::Sent { .. } if self.went_partly() => "partly",
            State::Sent { .. } => "sent",
            State::Unconfirmed { .. } => "unconfirmed",
            State::Failed { .. } => "failed",
        }
    }

    /// The icon, in Lucide's names.
    pub fn icon(&self) -> &'static str {
        match self.state {
            State::Pending { .. }
            | State::Waiting
            | State::Scheduled { .. }
            | State::Delayed { .. } => "clock",
            State::Sending => "send",
            State::Sent { .. } if self.went_partly() => "circle-alert",
            State::Sent { .. } => "check",
            State::Unconfirmed { .. } => "circle-help",
            State::Failed { .. } => "circle-alert",
        }
    }

    /// It went out, and somebody whom it was written to does not get it.
    pub fn went_partly(&self) -> bool {
        matches!(self.state, State::Sent { .. }) && self.answers.iter().any(|one| !one.taken)
    }

    /// It can still be taken back.
    pub fn can_cancel(&self) -> bool {
        matches!(
            self.state,
            State::Pending { .. }
                | State::Waiting
                | State::Scheduled { .. }
                | State::Delayed { .. }
        )
    }

    /// What taking it back does: not all are drafts again.
    pub fn cancel_label(&self) -> &'static str {
        match (self.merged, self.has_draft) {
            (true, _) => "outbox-cancel-merge",
            (false, true) => "outbox-cancel",
            (false, false) => "outbox-cancel-undrafted",
        }
    }

    /// It waits for a time that can be changed.
    pub fn can_reschedule(&self) -> bool {
        matches!(self.state, State::Scheduled { .. })
    }

    /// It failed: it can be sent again or written anew.
    pub fn has_failed(&self) -> bool {
        matches!(self.state, State::Failed { .. })
    }

    /// Only the person can tell whether it arrived.
    pub fn is_unconfirmed(&self) -> bool {
        matches!(self.state, State::Unconfirmed { .. })
    }

    /// It is over and can leave the list.
    pub fn can_remove(&self) -> bool {
        matches!(
            self.state,
            State::Sent { .. } | State::Failed { .. } | State::Unconfirmed { .. }
        )
    }
}
