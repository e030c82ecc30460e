//! What has changed: one numbered row per change in the database, and a word on the bus to
//! whoever listens. The number is what `Last-Event-ID` and the API's `state` carry.

use tokio::sync::broadcast;

use crate::{mail::id::MailboxId, store::NewEvent};

use super::{account::Account, error::Error};

/// Events kept for those who come back: at most this many per account.
const KEPT: u32 = 10_000;

/// A change in an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Grows with every event.
    pub seq: i64,
    /// What changed.
    pub kind: EventKind,
    /// In which folder, when it is about messages.
    pub mailbox: Option<MailboxId>,
}

/// RFC 8621's names for what changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// Messages came, went or changed keywords.
    Email,
    /// Folders or their counts changed.
    Mailbox,
}

impl EventKind {
    /// The type's name in RFC 8621.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "Email",
            Self::Mailbox => "Mailbox",
        }
    }

    fn from_name(name: &str) -> Self {
        match name {
            "Mailbox" => Self::Mailbox,
            _ => Self::Email,
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
            user: self.0.user,
            account: self.0.id,
            kind: kind.as_str().to_owned(),
            subject: mailbox.map(|id| id.to_string()).unwrap_or_default(),
            at: self.now(),
        };
        match self.0.shared.store.append_event(&event).await {
            Ok(seq) => {
                // Nobody listening is no failure.
                let _unheard = self.0.events.send(Event { seq, kind, mailbox });
            }
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "An event could not be written");
            }
        }
    }

    /// Everything from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.0.events.subscribe()
    }

    /// What happened after event `seq`.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn missed(&self, seq: i64) -> Result<Missed, Error> {
        let store = &self.0.shared.store;
        let Some(rows) = store.events_since(self.0.id, seq, KEPT).await? else {
            return Ok(Missed::Reset);
        };
        let events = rows.into_iter().map(|row| Event {
            seq: row.seq,
            kind: EventKind::from_name(&row.kind),
            mailbox: row.subject.parse().ok(),
        });
        Ok(Missed::Events(events.collect()))
    }
}
