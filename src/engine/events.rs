//! What has changed: one numbered row per change in the database, and a word on the bus to
//! whoever listens. The number is what `Last-Event-ID` and the API's `state` carry.

use tokio::sync::broadcast;

use crate::{
    mail::id::{EmailId, MailboxId},
    store::{
        events::{Action, NewEvent},
        id::AccountId,
    },
};

use super::account::Account;

/// Who has missed more than this looks at everything again.
pub(super) const KEPT: u32 = 1000;

/// The most who may listen to an account at once. A browser needs one, or one for each page where
/// it is too old to share.
const LISTENERS: usize = 100;

/// A change in an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Grows with every event of the person.
    pub seq: i64,
    /// In which account.
    pub account: i64,
    /// What changed.
    pub kind: EventKind,
    /// In which folder, when it is about messages.
    pub mailbox: Option<MailboxId>,
}

/// RFC 8621's names for what changes, and one of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// Messages came, went or changed keywords.
    Email,
    /// Folders or their counts changed.
    Mailbox,
    /// More is known of which messages of a mail server belong together.
    Thread,
    /// A message on its way out came further.
    Submission,
    /// Collecting from a POP3 server began, came further or ended.
    Collection,
}

impl EventKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Email,
        Self::Mailbox,
        Self::Thread,
        Self::Submission,
        Self::Collection,
    ];

    /// The type's name in RFC 8621.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "Email",
            Self::Mailbox => "Mailbox",
            Self::Thread => "Thread",
            Self::Submission => "EmailSubmission",
            Self::Collection => "Collection",
        }
    }

    pub(super) fn from_name(name: &str) -> Self {
        match name {
            "Mailbox" => Self::Mailbox,
            "Thread" => Self::Thread,
            "EmailSubmission" => Self::Submission,
            "Collection" => Self::Collection,
            _ => Self::Email,
        }
    }
}

/// Messages that an event names. A change to more of them says only in which folder they lie.
const NAMED: usize = 100;

/// What has become of messages in a folder.
#[derive(Clone, Debug)]
pub(super) struct Happened {
    mailbox: MailboxId,
    action: Action,
    /// Their ids, as first known; none where nobody can say which they are.
    ids: Vec<EmailId>,
}

impl Happened {
    /// Something has changed there, and nobody says what.
    pub(super) fn of(mailbox: MailboxId) -> Self {
        Self::updated(mailbox, &[])
    }

    /// Messages have come.
    pub(super) fn created(mailbox: MailboxId, ids: &[EmailId]) -> Self {
        Self::new(mailbox, Action::Created, ids)
    }

    /// Messages have other keywords, or came from one folder into another and are the same still.
    pub(super) fn updated(mailbox: MailboxId, ids: &[EmailId]) -> Self {
        Self::new(mailbox, Action::Updated, ids)
    }

    /// Messages are no more.
    pub(super) fn destroyed(mailbox: MailboxId, ids: &[EmailId]) -> Self {
        Self::new(mailbox, Action::Destroyed, ids)
    }

    fn new(mailbox: MailboxId, action: Action, ids: &[EmailId]) -> Self {
        Self {
            mailbox,
            action,
            ids: ids.to_vec(),
        }
    }

    pub(super) fn mailbox(&self) -> MailboxId {
        self.mailbox
    }

    /// How the messages stand in [`Happened::event`].
    pub(super) fn named(&self) -> String {
        let names = || self.ids.iter().map(EmailId::to_string).collect::<Vec<_>>();
        match self.ids.len() {
            0..=NAMED => names().join(" "),
            _ => String::new(),
        }
    }

    /// What is written down of it; `object` is what [`Happened::named`] says.
    pub(super) fn event<'a>(&self, account: AccountId, object: &'a str) -> NewEvent<'a> {
        NewEvent {
            account: Some(account),
            kind: EventKind::Email.as_str(),
            action: self.action,
            object,
            mailbox: Some(self.mailbox),
        }
    }
}

/// What a listener has missed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missed {
    /// These, oldest first.
    Events(Vec<Event>),
    /// Too much, or too long ago: look at everything again.
    Reset,
}

impl Account {
    /// Writes a change down and tells whoever listens. A failure is logged and costs only the
    /// live update.
    pub(super) async fn publish(&self, kind: EventKind, mailbox: Option<MailboxId>) {
        let event = NewEvent {
            account: Some(self.0.id),
            kind: kind.as_str(),
            action: Action::Updated,
            object: "",
            mailbox,
        };
        self.write_event(kind, event).await;
    }

    /// The same of messages.
    pub(super) async fn publish_news(&self, news: &Happened) {
        let object = news.named();
        let event = news.event(self.0.id, &object);
        self.write_event(EventKind::Email, event).await;
    }

    /// A message on its way out came further.
    pub(super) async fn publish_submission(&self) {
        self.0.shared.recent.forget();
        self.publish(EventKind::Submission, None).await;
    }

    /// Everything from now on. `None` when there are as many who listen as an account may have.
    pub fn subscribe(&self) -> Option<broadcast::Receiver<Event>> {
        // Two at this at once may both become the last: the bound is there for thousands.
        (self.listeners() < LISTENERS).then(|| self.0.events.subscribe())
    }

    /// How many listen for changes.
    pub fn listeners(&self) -> usize {
        self.0.events.receiver_count()
    }
}
