//! Messages that the server lists and does not hand over. After three tries a message that says so
//! stands in the inbox in their place; they are tried again once a day, block nothing, and are
//! filed as any other when they come after all.

use crate::{
    mail::{
        address::Address,
        compose::{self, AutoSubmitted, Extra, Message, Piece, Purpose, Recipient},
        keyword::Keywords,
    },
    store::{
        collector::ledger::{self, GivenUp},
        error::Error,
        leases::Lease,
        local::{arrival, place::Placing},
    },
};

use super::{
    super::secrets,
    outcome::Failure,
    plan::{Fetch, TRIES},
    run::{Collector, Task},
};

/// Why a message did not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// The server refuses to give it.
    Refused,
    /// The connection breaks at it, or the server falls silent.
    CutOff,
    /// What the server says instead of it makes no sense.
    Nonsense,
    /// It is larger than what is taken.
    TooLarge,
}

/// A message that did not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Why, the last time.
    pub why: Why,
    /// The server's name for it.
    pub uidl: String,
    /// Octets, as listed.
    pub size: u64,
}

/// What is said of it, in its owner's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostWords {
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// Finds the words: the door's, for they are the only ones that a person sees of the collector. The
/// first is what the door has stored of the person's wishes.
pub type Speak = fn(&str, &Lost) -> LostWords;

impl Why {
    /// The code in the ledger.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::CutOff => "cutOff",
            Self::Nonsense => "nonsense",
            Self::TooLarge => "tooLarge",
        }
    }
}

/// Notes that a message did not come; the third time puts a message about it into the inbox. What
/// is too large is not tried again to no purpose. True when something was put there.
pub(super) async fn note(
    collector: &Collector,
    task: Task<'_>,
    lease: &Lease,
    fetch: &Fetch,
    why: Why,
) -> Result<bool, Failure> {
    let Some(row) = fetch.row else {
        return Ok(false);
    };
    let last = match why {
        Why::TooLarge => fetch.attempts < TRIES,
        _ => fetch.attempts + 1 == TRIES,
    };
    if !last {
        ledger::failed(&collector.store, row, why.as_str()).await?;
        return Ok(false);
    }
    let found = ledger::get(&collector.store, task.owner.account, row).await?;
    let lost = Lost {
        why,
        uidl: found.map(|found| found.uidl).unwrap_or_default(),
        size: u64::try_from(fetch.size).unwrap_or(0),
    };
    let now = collector.clock.now();
    let raw = about(task, &lost, now);
    let Collector {
        files, thread_key, ..
    } = collector;
    let pieces = futures_util::stream::iter([Ok::<_, Error>(raw.into())]);
    let user = task.owner.user;
    let arrival = arrival::receive(files, user, thread_key, pieces, u64::MAX).await?;
    let given_up = GivenUp {
        row,
        error: why.as_str(),
        attempts: TRIES,
        stand_in: &arrival,
    };
    let keywords = Keywords::default();
    let placing = Placing {
        mailbox: task.inbox,
        keywords: &keywords,
        received_at: Some(now),
        // A few hundred octets that say why something is missing are not what fills a disk.
        quota: None,
    };
    ledger::give_up(&collector.store, lease, task.owner, given_up, placing, now).await?;
    tracing::warn!(account = %task.owner.account, ledger = %row, why = why.as_str(), "A message can't be collected");
    Ok(true)
}

/// The message about it, from the person's own address: nobody else has written it.
fn about(task: Task<'_>, lost: &Lost, now: i64) -> Vec<u8> {
    let words = (task.speak)(task.wishes, lost);
    let own = Address {
        name: Some("Restante".to_owned()),
        email: task.address.to_owned(),
    };
    let domain = task
        .address
        .rsplit_once('@')
        .map_or("", |(_, domain)| domain);
    let message = Message::<()> {
        from: vec![own.clone()],
        sender: None,
        reply_to: Vec::new(),
        to: vec![Recipient::Mailbox(own)],
        cc: Vec::new(),
        bcc: Vec::new(),
        subject: &words.subject,
        date_ms: now,
        offset_minutes: 0,
        message_id: &compose::message_id(secrets::random(), domain),
        in_reply_to: &[],
        references: &[],
        text: &words.text,
        html: None,
        inline: &[],
        attachments: &[],
        extra: &[Extra::AutoSubmitted(AutoSubmitted::Generated)],
    };
    let options = compose::Options {
        purpose: Purpose::Keep,
        smtputf8: true,
        seed: secrets::random(),
    };
    let assembled = compose::assemble(&message, &options);
    let mut raw = Vec::new();
    for piece in assembled.into_iter().flat_map(|whole| whole.pieces) {
        if let Piece::Bytes(bytes) = piece {
            raw.extend_from_slice(&bytes);
        }
    }
    raw
}
