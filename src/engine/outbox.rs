//! Messages on their way out. A message is claimed once, by a row: a double click, a second tab
//! and a retry find the claim that is there. Its id, its date and its bytes are fixed then.
//!
//! ```text
//! pending ─ send_at has come, one process takes it ─▶ sending ─ the server's yes ─▶ sent
//!    ▲                                                   │ refused for now, or never begun
//!    └───────────── later, at growing intervals ─────────┤
//!                                                        ├ refused for good ─▶ failed
//!                                                        └ the end went out, no answer ─▶ unconfirmed
//! ```
//!
//! Before the end of a message goes out, that is written down (`final_at`). So after a crash it
//! is known which messages were never sent and may be tried again, and which may have been: those
//! are `unconfirmed`, looked for in the person's folders, and sent again by nobody but them.

mod after;
mod claim;
mod deliver;
mod here;
mod manage;
mod merge;
mod queue;
mod verdict;

use crate::{
    mail::id::EmailId,
    store::submissions::{SubmissionRow, queue::NO_PASSWORD, recipients::RecipientRow},
};

pub use crate::store::submissions::{CopyState, RecipientState, State};

pub(super) use self::{claim::Kept, queue::Queue};
pub use self::{
    claim::{SentBefore, When},
    manage::TakenBack,
    merge::{LeftOut, Mailing, Merge},
};

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Its number.
    pub id: i64,
    /// The draft that it was.
    pub draft: Option<i64>,
    /// Who it is from; `None` once that identity is gone.
    pub identity: Option<i64>,
    /// The message that is its copy in Sent, where that is known.
    pub copy: Option<EmailId>,
    /// It is one of a mail merge.
    pub merged: bool,
    /// It was to go out at its time whether its owner would be signed in or not.
    pub unattended: bool,
    /// How far it is.
    pub state: State,
    /// Its subject.
    pub subject: String,
    /// Octets.
    pub size: u64,
    /// When it is to go out (ms).
    pub send_at: i64,
    /// When it is tried next (ms), while it waits.
    pub next_at: i64,
    /// Tries so far.
    pub attempts: u32,
    /// When it went out (ms).
    pub sent_at: Option<i64>,
    /// Why it is not out: a code for the doors of `verdict`, then the server's words.
    pub reason: Option<Reason>,
    /// Its copy in the Sent folder.
    pub copied: CopyState,
    /// To whom, and what became of that.
    pub recipients: Vec<Recipient>,
}

/// What lies in the outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Waiting for their time, or being sent.
    pub waiting: u32,
    /// Failed, unconfirmed, or refused for some of those it was written to: somebody has to look.
    pub troubled: u32,
}

/// Why a message is not out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// One of a few words that the doors translate.
    pub code: String,
    /// What the server said; may be empty.
    pub text: String,
}

/// A recipient of a message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The address.
    pub email: String,
    /// What became of it.
    pub state: RecipientState,
    /// What the server said.
    pub reply: String,
}

impl Submission {
    fn new(row: SubmissionRow, recipients: Vec<RecipientRow>) -> Self {
        Self {
            id: row.id.get(),
            draft: row.draft_id.map(|draft| draft.get()),
            identity: row.identity_id.map(|identity| identity.get()),
            copy: row.copy_email.parse().ok(),
            merged: row.merge_of.is_some(),
            unattended: row.unattended,
            state: row.state,
            size: u64::try_from(row.size).unwrap_or(0),
            send_at: row.send_at,
            next_at: row.next_at,
            attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
            sent_at: row.sent_at,
            reason: Reason::read(&row.last_reply),
            copied: row.copy_state,
            subject: row.subject,
            recipients: recipients
                .into_iter()
                .map(|row| Recipient {
                    email: row.email,
                    state: row.state,
                    reply: row.reply,
                })
                .collect(),
        }
    }
}

impl Reason {
    /// The kept password was refused: it waits for its owner to sign in anew.
    pub fn is_for_another_password(&self) -> bool {
        self.code == NO_PASSWORD
    }

    /// As the row keeps it: the code, then the words.
    fn read(kept: &str) -> Option<Self> {
        let (code, text) = kept.split_once(' ').unwrap_or((kept, ""));
        (!code.is_empty()).then(|| Self {
            code: code.to_owned(),
            text: text.to_owned(),
        })
    }
}
