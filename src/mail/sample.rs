//! An invented mailbox: a few hundred messages of every kind that a webmail meets, the same for
//! the same seed. The demo, `./try`, tests and screenshots use it.

mod bulk;
mod compose;
mod files;
mod letters;
mod notices;
mod oddities;
mod people;
mod random;
mod script;
mod talks;

use compose::{Letter, Part, fingerprint};
use random::Random;

use super::keyword::Keywords;

pub use bulk::bulk;

/// The name of the person whose mailbox this is.
pub const OWNER_NAME: &str = people::OWNER.name;

/// The address of the person whose mailbox this is.
pub const OWNER_ADDRESS: &str = people::OWNER.address;

/// The folders that [`mailbox`] fills, paths joined by `/`. `Trash`, `Junk`, `Sent`, `Drafts` and
/// `Archive` have the roles that their names say.
pub const FOLDERS: &[&str] = &[
    "INBOX",
    "Drafts",
    "Sent",
    "Archive",
    "Junk",
    "Trash",
    "Projects/Atlas",
    "Lists/rust",
    "Été & hiver",
    "日本語",
];

/// One message and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleMessage {
    /// The folder's path, decoded, parts joined by `/`.
    pub folder: String,
    /// Read, starred and so on.
    pub keywords: Keywords,
    /// When the server got it, milliseconds since 1970 UTC.
    pub received_at: i64,
    /// The whole message (RFC 5322), lines ended by CRLF.
    pub raw: Vec<u8>,
}

/// About `count` messages (exactly so from 1 up), oldest first, the newest some minutes before
/// `now_ms`. The hand-written ones come first; more of the recurring kinds (newsletters, lists,
/// receipts, notices) fill the weeks before, as far back as `count` asks.
pub fn mailbox(now_ms: i64, seed: u64, count: usize) -> Vec<SampleMessage> {
    let mut office = Office {
        now: now_ms,
        random: Random::new(seed),
        out: Vec::new(),
    };
    talks::post(&mut office);
    oddities::post(&mut office);
    notices::post(&mut office);
    let mut week = 0;
    while office.out.len() < count {
        letters::post(&mut office, week);
        talks::post_list(&mut office, week);
        notices::post_weekly(&mut office, week);
        week += 1;
    }
    let mut out = office.out;
    out.truncate(count);
    out.sort_by_key(|message| message.received_at);
    out
}

/// One minute, hour and day in milliseconds.
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Where letters are handed in.
struct Office {
    now: i64,
    random: Random,
    out: Vec<SampleMessage>,
}

impl Office {
    /// Delivers a letter into a folder some seconds after it was written, and returns its
    /// Message-ID. A letter without one gets one from its sender's domain.
    fn post(&mut self, folder: &str, keywords: &[&str], letter: Letter, part: &Part) -> String {
        let mut letter = letter;
        if letter.message_id.is_empty() {
            let print = fingerprint(format!("{letter:?}").as_bytes());
            let domain = letter.from.rsplit('@').next().unwrap_or_default();
            let domain = domain.trim_end_matches('>');
            letter.message_id = format!("<{print:016x}.{}@{domain}>", self.out.len());
        }
        if letter.to.is_empty() {
            letter.to = people::OWNER.mailbox();
        }
        let delay = i64::try_from(self.random.below(40_000)).unwrap_or(0);
        self.out.push(SampleMessage {
            folder: folder.to_owned(),
            keywords: keywords.iter().copied().collect(),
            received_at: (letter.date + 1000 + delay).min(self.now),
            raw: letter.write(part),
        });
        letter.message_id
    }

    /// A letter to the owner, written `age` milliseconds ago.
    fn letter(&self, from: &str, subject: &str, age: i64) -> Letter {
        Letter {
            from: from.to_owned(),
            subject: subject.to_owned(),
            date: self.now - age,
            ..Letter::default()
        }
    }
}

#[cfg(test)]
mod tests;
