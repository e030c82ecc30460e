//! What the index of conversations asks of a folder: what has come since it was looked at last, older
//! messages in chunks, and which are still there. Of a message it wants the date of its arrival and
//! three header fields, and no more of those than a root takes, however long they are.

use super::{
    change::found,
    client::Client,
    connection::{Job, Reply, canonical},
    error::Error,
    fetch::{COMMAND_BYTES, checked},
    gather,
    pool::Lease,
    selected::Selected,
    wire::{command::Command, fetch::Fetched, response::Response, uidset::UidSet},
};

/// UID, date, and the fields, in two sections: a long References must not push away what stands
/// below it. Of References the first id counts; an id has at most 998 octets (RFC 5322 §2.1.1).
const ITEMS: &str = "(UID INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID IN-REPLY-TO)]<0.2560> \
                     BODY.PEEK[HEADER.FIELDS (REFERENCES)]<0.1280>)";

/// Messages of a chunk at most.
const CHUNK_MOST: u32 = 1000;

/// What is asked of a folder in one flight.
#[derive(Clone, Copy, Debug, Default)]
pub struct Questions<'a> {
    /// Which messages have a higher UID?
    pub above: u32,
    /// Messages of which rows are wanted, as in [`Client::by_uid`].
    pub rows: &'a [u32],
    /// Messages of which flags alone are wanted.
    pub flags: &'a [u32],
}

/// A folder at one moment.
#[derive(Clone, Debug)]
pub struct Survey {
    /// Its state.
    pub selected: Selected,
    /// Nothing has come or gone while it was asked: what was said is all true at once.
    pub settled: bool,
    /// Messages above, with the fields.
    pub arrivals: Vec<Fetched>,
    /// What was asked for of the others.
    pub messages: Vec<Fetched>,
}

/// A chunk of older messages.
#[derive(Clone, Debug)]
pub struct Older {
    /// The folder's state.
    pub selected: Selected,
    /// The messages, with the fields, in no particular order.
    pub messages: Vec<Fetched>,
    /// How many lie below them, never fewer than there are.
    pub below: u32,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Haste {
    /// Somebody waits.
    Now,
    /// Nobody does: other requests go first, and connections that they use are left alone.
    Aside,
}

impl Client {
    /// Looks at a folder: 1 round trip, also when it has to be selected first. The folder's UIDVALIDITY
    /// has to be compared by the caller: UIDs asked for may be another folder's.
    pub async fn survey(&self, mailbox: &str, asked: Questions<'_>) -> Result<Survey, Error> {
        let mailbox = canonical(mailbox);
        let mut lease = self.lease(Some(&mailbox)).await?;
        let was_selected = selects(&lease, &mailbox);
        let mut commands = Vec::new();
        if was_selected {
            commands.push(Command::new("NOOP"));
        }
        if let Some(first) = asked.above.checked_add(1) {
            commands.push(Command::new("UID FETCH").onward(first).raw_items(ITEMS));
        }
        let set = |uids: &[u32]| -> UidSet { uids.iter().copied().collect() };
        let (rows, flags) = (set(asked.rows), set(asked.flags));
        let mut fetch = |set: &UidSet, items| {
            let one = |set: UidSet| Command::new("UID FETCH").set(&set).raw_items(items);
            commands.extend(set.chunks(COMMAND_BYTES).map(one));
        };
        let items = self.items(&lease);
        if !rows.is_empty() {
            fetch(&rows, items);
        }
        if !flags.is_empty() {
            fetch(&flags, "(UID FLAGS)");
        }
        let reply = lease.run(&Job::inside(&mailbox, None, commands)).await?;
        checked(&reply)?;
        let selected = lease.selected.clone().ok_or(Error::NoSuchMailbox)?;
        let news = reply.data.iter().any(|response| match response {
            Response::Exists(_) => was_selected,
            Response::Expunge(_) | Response::Vanished { earlier: false, .. } => true,
            _ => false,
        });
        let mut survey = Survey {
            selected,
            settled: !news,
            arrivals: Vec::new(),
            messages: Vec::new(),
        };
        for mut message in gather::messages(reply.data) {
            let Some(uid) = message.uid else { continue };
            // A row has more than what is asked of arrivals.
            let is_row = rows.contains(uid) && message.size.is_some();
            if uid > asked.above && message.is_row() {
                survey.arrivals.push(message.clone());
            }
            if !is_row {
                message.internal_date = None;
            }
            if is_row || (message.flags.is_some() && (flags.contains(uid) || rows.contains(uid))) {
                survey.messages.push(message);
            }
        }
        Ok(survey)
    }

    /// At most `limit` messages just below a UID, of which `below` at most are there: 2 round trips.
    ///
    /// # Errors
    /// [`Error::UidValidityChanged`] when the folder is another by now.
    pub async fn older(
        &self,
        mailbox: &str,
        uid_validity: Option<u32>,
        (lowest, below): (u32, u32),
        limit: u32,
        haste: Haste,
    ) -> Result<Older, Error> {
        let mailbox = canonical(mailbox);
        let mut lease = self.lease_for(&mailbox, haste).await?;
        let selected = refreshed(&mut lease, &mailbox, uid_validity).await?;
        let last = below.min(selected.exists);
        if last == 0 {
            return Ok(Older {
                selected,
                messages: Vec::new(),
                below: 0,
            });
        }
        let first = last
            .saturating_sub(limit.clamp(1, CHUNK_MOST))
            .saturating_add(1);
        let fetch = Command::new("FETCH").set(&UidSet::range(first, last));
        let job = Job::inside(&mailbox, uid_validity, vec![fetch.raw_items(ITEMS)]);
        let reply = lease.run(&job).await?;
        checked(&reply)?;
        let mut messages = headed(reply);
        messages.retain(|message| {
            let uid = message.uid.unwrap_or(u32::MAX);
            uid < lowest && (first..=last).contains(&message.seq)
        });
        Ok(Older {
            selected,
            messages,
            below: first.saturating_sub(1),
        })
    }

    /// These messages, with the fields; those that are gone, or can't be read, are missing. 1 round
    /// trip.
    pub async fn headed(
        &self,
        mailbox: &str,
        uid_validity: u32,
        uids: &[u32],
        haste: Haste,
    ) -> Result<Vec<Fetched>, Error> {
        let set: UidSet = uids.iter().copied().collect();
        if set.is_empty() {
            return Ok(Vec::new());
        }
        let mailbox = canonical(mailbox);
        let mut lease = self.lease_for(&mailbox, haste).await?;
        let one = |set: UidSet| Command::new("UID FETCH").set(&set).raw_items(ITEMS);
        let commands = set.chunks(COMMAND_BYTES).map(one).collect();
        let job = Job::inside(&mailbox, Some(uid_validity), commands);
        let job = job.about(uids.iter().copied().max().unwrap_or(0));
        let reply = lease.run(&job).await?;
        checked(&reply)?;
        let mut messages = headed(reply);
        messages.retain(|message| message.uid.is_some_and(|uid| set.contains(uid)));
        Ok(messages)
    }

    /// The folder's state, and the UIDs that are there from `lowest` on: 2 round trips, and some 7
    /// octets for each message where the server has no ESEARCH.
    pub async fn uids_from(
        &self,
        mailbox: &str,
        uid_validity: u32,
        lowest: u32,
        haste: Haste,
    ) -> Result<(Selected, Vec<u32>), Error> {
        let mailbox = canonical(mailbox);
        let mut lease = self.lease_for(&mailbox, haste).await?;
        let selected = refreshed(&mut lease, &mailbox, Some(uid_validity)).await?;
        if selected.exists == 0 {
            return Ok((selected, Vec::new()));
        }
        let search = match lease.capabilities.has("ESEARCH") {
            true => Command::new("UID SEARCH RETURN (ALL) UID"),
            false => Command::new("UID SEARCH UID"),
        };
        let search = search.onward(lowest.max(1));
        let reply = lease
            .run(&Job::inside(&mailbox, Some(uid_validity), vec![search]))
            .await?;
        reply.check()?;
        // An answer may name more than there are; that is not believed.
        let room = usize::try_from(selected.exists).unwrap_or(usize::MAX);
        let mut uids: Vec<u32> = found(&reply)
            .filter(|uid| *uid >= lowest)
            .take(room.saturating_add(1000))
            .collect();
        uids.sort_unstable();
        uids.dedup();
        // What has come or gone with the answer is in it.
        let selected = lease.selected.clone().unwrap_or(selected);
        Ok((selected, uids))
    }

    async fn lease_for(&self, mailbox: &str, haste: Haste) -> Result<Lease, Error> {
        match haste {
            Haste::Now => self.lease(Some(mailbox)).await,
            Haste::Aside => self.pool().lease_aside(mailbox).await,
        }
    }
}

fn selects(lease: &Lease, mailbox: &str) -> bool {
    let selected = lease.selected.as_ref();
    selected.is_some_and(|own| own.mailbox == mailbox)
}

/// The folder as it is at this moment.
async fn refreshed(
    lease: &mut Lease,
    mailbox: &str,
    uid_validity: Option<u32>,
) -> Result<Selected, Error> {
    let commands = match selects(lease, mailbox) {
        true => vec![Command::new("NOOP")],
        false => Vec::new(),
    };
    lease
        .run(&Job::inside(mailbox, uid_validity, commands))
        .await?;
    lease.selected.clone().ok_or(Error::NoSuchMailbox)
}

/// The answers to a FETCH of [`ITEMS`].
fn headed(reply: Reply) -> Vec<Fetched> {
    let mut messages = gather::messages(reply.data);
    messages.retain(Fetched::is_row);
    messages
}
