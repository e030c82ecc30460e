//! Pages of a folder in order of arrival, newest first, without ever asking for the whole of it.
//!
//! A page is a range of sequence numbers. Numbers are good for nothing beyond one request, so
//! pages are anchored on UIDs, and everything that is done to a message names its UID.

use super::{
    client::Client,
    connection::{Job, canonical},
    error::Error,
    gather,
    pool::Lease,
    selected::Selected,
    wire::{command::Command, fetch::Fetched, response::Response, uidset::UidSet},
};

/// Which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The newest messages.
    Newest,
    /// So many newer messages are skipped.
    Offset(u32),
    /// The newest of those that came before this UID.
    Before(u32),
    /// The oldest of those that came after this UID.
    After(u32),
}

/// One page of a folder.
#[derive(Clone, Debug)]
pub struct Window {
    /// The folder's state.
    pub selected: Selected,
    /// How many messages are newer than the page's first one.
    pub offset: u32,
    /// Newest first.
    pub messages: Vec<Fetched>,
}

/// Pages are no longer than this, whatever is asked.
const MAX_PAGE: u32 = 1000;

/// How often a page is asked for again because messages vanished in between.
const TRIES: usize = 4;

/// How many places are looked at in one round trip to find a UID's.
const PROBES: u64 = 48;

/// Sequence numbers, both ends included; `last` may grow with new arrivals.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Range {
    Closed(u32, u32),
    Open(u32),
    Empty,
}

impl Range {
    /// What lies below the number `new`, and from it on, in a folder that has `exists` messages.
    fn split(self, new: u32, exists: u32) -> (Self, Self) {
        match self {
            Self::Closed(_, last) if new > last => (self, Self::Empty),
            Self::Closed(first, last) if new > first => {
                (Self::Closed(first, new - 1), Self::Closed(new, last))
            }
            // A number beyond the end is refused by some servers, and others answer `5:*` with
            // the last message when there are four.
            Self::Open(_) if new > exists => (self, Self::Empty),
            Self::Open(first) if new > first => (Self::Closed(first, new - 1), Self::Open(new)),
            _ => (Self::Empty, self),
        }
    }

    fn command(self) -> Option<Command> {
        match self {
            Self::Closed(first, last) => {
                Some(Command::new("FETCH").set(&UidSet::range(first, last)))
            }
            Self::Open(first) => Some(Command::new("FETCH").onward(first)),
            Self::Empty => None,
        }
    }
}

impl Client {
    /// A page with flags, dates, size, envelope, structure and the first words of each message.
    ///
    /// 1 round trip when the folder is selected, 2 when not. [`Anchor::Before`] and
    /// [`Anchor::After`] cost 1 more where the anchor has not been seen lately on this
    /// connection, and 1 more again where its message is gone (on a server without ESEARCH 3 more
    /// for 100,000 messages).
    pub async fn window(&self, mailbox: &str, anchor: Anchor, limit: u32) -> Result<Window, Error> {
        self.window_since(mailbox, anchor, limit, None).await
    }

    /// The same for a page that was read already, when the folder had `exists` messages: all of
    /// the messages that have come since, and UID and flags alone of the others, as nothing else
    /// of a message ever changes (RFC 9051 §2.3.1.1, §2.4). No more round trips than
    /// [`Client::window`]. A message that has only just come may have its flags alone, too.
    pub async fn window_since(
        &self,
        mailbox: &str,
        anchor: Anchor,
        limit: u32,
        exists: Option<u32>,
    ) -> Result<Window, Error> {
        let mailbox = canonical(mailbox);
        let limit = limit.clamp(1, MAX_PAGE);
        let mut lease = self.lease(Some(&mailbox)).await?;
        let sorts = lease.capabilities.has("SORT");
        self.learn(|facts| facts.sorts = Some(sorts));
        let mut fresh = false;
        let mut rank = None;
        for _ in 0..TRIES {
            let known = lease.selected.clone();
            let known = known.filter(|own| own.mailbox == mailbox);
            let Some(known) = known else {
                select(&mut lease, &mailbox).await?;
                fresh = true;
                continue;
            };
            if rank.is_none() {
                rank = seen_rank(&known, anchor);
            }
            if rank.is_none()
                && known.exists > 0
                && matches!(anchor, Anchor::Before(_) | Anchor::After(_))
            {
                rank = Some(self.rank(&mut lease, &mailbox, &known, anchor).await?);
                // The search has brought the state up to date.
                fresh = true;
                continue;
            }
            let range = range(&known, anchor, limit, rank.unwrap_or(0));
            // Whatever is behind what was there then is new.
            let new = exists.map_or(0, |then| then.saturating_add(1));
            let mut page = self.page(&mut lease, &mailbox, range, new, fresh).await?;
            // One new message tells nothing of a server; a page of rows does.
            if new == 0 && self.lacks_previews(&lease, &page.0) {
                page = self.page(&mut lease, &mailbox, range, new, fresh).await?;
            }
            let (messages, removed) = page;
            let Some(selected) = lease.selected.clone() else {
                continue;
            };
            let window = cut(selected, messages, anchor, limit, range);
            // Removed ones have moved the numbers, and arrivals may have filled an empty folder.
            if !removed && window.is_whole(anchor, limit, range) {
                return Ok(window);
            }
            rank = None;
            fresh = true;
        }
        Err(Error::Protocol("a folder that never stands still"))
    }

    /// Has the server no PREVIEW to give, although it offers them? Then they are not asked for
    /// again.
    fn lacks_previews(&self, lease: &Lease, messages: &[Fetched]) -> bool {
        let asked = lease.capabilities.has("PREVIEW") && !self.facts().no_preview;
        let lacks =
            asked && !messages.is_empty() && messages.iter().all(|own| own.preview.is_none());
        if lacks {
            self.learn(|facts| facts.no_preview = true);
        }
        lacks
    }

    /// Fetches a page: rows from the number `new` on, flags alone below it. Says whether messages
    /// vanished meanwhile.
    async fn page(
        &self,
        lease: &mut Lease,
        mailbox: &str,
        range: Range,
        new: u32,
        fresh: bool,
    ) -> Result<(Vec<Fetched>, bool), Error> {
        let mut commands = Vec::new();
        if !fresh {
            // Learns of arrivals and removals in the same flight.
            commands.push(Command::new("NOOP"));
        }
        let exists = lease.selected.as_ref().map_or(0, |own| own.exists);
        let (old, rows) = range.split(new, exists);
        let flags = old.command().map(|fetch| fetch.raw_items("(UID FLAGS)"));
        let rows = rows
            .command()
            .map(|fetch| fetch.raw_items(self.items(lease)));
        commands.extend(flags.into_iter().chain(rows));
        if commands.is_empty() {
            return Ok((Vec::new(), false));
        }
        let reply = lease.run(&Job::inside(mailbox, None, commands)).await?;
        for done in reply.done.iter().skip(usize::from(!fresh)) {
            match done.check() {
                // Some servers refuse numbers beyond the end when messages vanished just now.
                Err(Error::No { .. } | Error::Bad(_)) if !fresh => return Ok((Vec::new(), true)),
                other => other?,
            }
        }
        let removed = reply.data.iter().any(is_removal);
        Ok((gather::messages(reply.data), removed))
    }

    /// How many messages have a UID up to the anchor's: 1 round trip while the anchor's own message
    /// is there. Where it is gone, 1 more with ESEARCH, else one for each 48-fold of messages.
    async fn rank(
        &self,
        lease: &mut Lease,
        mailbox: &str,
        known: &Selected,
        anchor: Anchor,
    ) -> Result<u32, Error> {
        let uid = match anchor {
            Anchor::Before(uid) => uid.saturating_sub(1),
            Anchor::After(uid) => uid,
            Anchor::Newest | Anchor::Offset(_) => return Ok(0),
        };
        if uid == 0 {
            return Ok(0);
        }
        if let Some(rank) = beside(lease, mailbox, anchor).await? {
            return Ok(rank);
        }
        if lease.capabilities.has("ESEARCH") {
            let search = Command::new("SEARCH RETURN (MAX) UID").set(&UidSet::range(1, uid));
            let reply = lease.run(&Job::inside(mailbox, None, vec![search])).await?;
            reply.check()?;
            let found = reply.data.iter().find_map(|response| match response {
                Response::ESearch(found) if !found.uid => Some(found.max.unwrap_or(0)),
                // A server that ignores RETURN.
                Response::Search(found) => Some(found.ids.iter().copied().max().unwrap_or(0)),
                _ => None,
            });
            return found.ok_or(Error::Protocol("SEARCH without an answer"));
        }
        bisect(lease, mailbox, known.exists, uid).await
    }
}

/// Selects a folder that is not selected.
async fn select(lease: &mut Lease, mailbox: &str) -> Result<(), Error> {
    lease.run(&Job::inside(mailbox, None, Vec::new())).await?;
    Ok(())
}

/// The same from the number of the anchor's own message, which servers find at once, where they
/// count through the folder for a search. `None` when it is gone.
async fn beside(lease: &mut Lease, mailbox: &str, anchor: Anchor) -> Result<Option<u32>, Error> {
    let (Anchor::Before(uid) | Anchor::After(uid)) = anchor else {
        return Ok(None);
    };
    let one = UidSet::range(uid, uid);
    let fetch = Command::new("UID FETCH").set(&one).raw_items("(UID)");
    let reply = lease.run(&Job::inside(mailbox, None, vec![fetch])).await?;
    reply.check()?;
    if reply.data.iter().any(is_removal) {
        // The number may have been said before it changed.
        return Ok(None);
    }
    let found = gather::messages(reply.data);
    let found = found.iter().find(|message| message.uid == Some(uid));
    Ok(found.and_then(|message| match anchor {
        Anchor::Before(_) => message.seq.checked_sub(1),
        _ => Some(message.seq),
    }))
}

/// The number of messages up to `uid`, by looking at messages spread over the folder.
async fn bisect(lease: &mut Lease, mailbox: &str, exists: u32, uid: u32) -> Result<u32, Error> {
    // The rank lies from `low` up to, and not including, `high`.
    let (mut low, mut high) = (0_u64, u64::from(exists) + 1);
    while high - low > 1 {
        let span = high - low;
        let steps = PROBES.min(span - 1);
        let probes = (1..=steps).filter_map(|i| u32::try_from(low + span * i / (steps + 1)).ok());
        let probes: UidSet = probes.filter(|&probe| u64::from(probe) > low).collect();
        let fetch = Command::new("FETCH").set(&probes).raw_items("(UID)");
        let reply = lease.run(&Job::inside(mailbox, None, vec![fetch])).await?;
        if reply.data.iter().any(is_removal) || reply.check().is_err() {
            return Err(Error::Protocol("a folder that never stands still"));
        }
        let before = (low, high);
        for message in gather::messages(reply.data) {
            let (seq, own) = (u64::from(message.seq), message.uid.unwrap_or(0));
            if own <= uid {
                low = low.max(seq);
            } else {
                high = high.min(seq);
            }
        }
        if (low, high) == before || low >= high {
            return Err(Error::Protocol("a folder whose numbers make no sense"));
        }
    }
    Ok(u32::try_from(low).unwrap_or(u32::MAX))
}

/// The same from what was seen lately, which holds until something is removed.
fn seen_rank(known: &Selected, anchor: Anchor) -> Option<u32> {
    let (Anchor::Before(uid) | Anchor::After(uid)) = anchor else {
        return Some(0);
    };
    let seen = known.marks.iter().rev().find(|(_, own)| *own == uid)?;
    match anchor {
        Anchor::Before(_) => seen.0.checked_sub(1),
        _ => Some(seen.0),
    }
}

fn range(known: &Selected, anchor: Anchor, limit: u32, rank: u32) -> Range {
    let down_from = |last: u32| match last {
        0 => Range::Empty,
        last => Range::Closed((last.saturating_sub(limit) + 1).max(1), last),
    };
    match anchor {
        Anchor::Newest | Anchor::Offset(0) => match known.exists {
            0 => Range::Empty,
            exists => Range::Open((exists.saturating_sub(limit) + 1).max(1)),
        },
        Anchor::Offset(skipped) => down_from(known.exists.saturating_sub(skipped)),
        Anchor::Before(_) => down_from(rank.min(known.exists)),
        Anchor::After(_) if rank >= known.exists => Range::Empty,
        Anchor::After(_) => {
            let last = rank.saturating_add(limit).min(known.exists);
            Range::Closed(rank + 1, last)
        }
    }
}

/// Sorts, and keeps what belongs to the page.
fn cut(
    selected: Selected,
    mut messages: Vec<Fetched>,
    anchor: Anchor,
    limit: u32,
    range: Range,
) -> Window {
    messages.retain(|message| {
        let within = match range {
            Range::Closed(first, last) => (first..=last).contains(&message.seq),
            Range::Open(first) => (first..=selected.exists).contains(&message.seq),
            Range::Empty => false,
        };
        let uid = message.uid.unwrap_or(0);
        let beyond = match anchor {
            Anchor::Before(anchor) => uid >= anchor,
            Anchor::After(anchor) => uid <= anchor,
            Anchor::Newest | Anchor::Offset(_) => false,
        };
        // Neither answers FETCH: news of other things that happen to name a message.
        let answers = message.is_row() || message.flags.is_some();
        within && !beyond && answers
    });
    messages.sort_by_key(|message| std::cmp::Reverse(message.seq));
    messages.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let first = messages.first().map_or(selected.exists, |first| first.seq);
    Window {
        offset: selected.exists.saturating_sub(first),
        selected,
        messages,
    }
}

impl Window {
    /// Is this all that the folder, as it is now, has for the page? A page at the newest end may
    /// have been asked for by numbers that are out of date.
    fn is_whole(&self, anchor: Anchor, limit: u32, range: Range) -> bool {
        let exists = self.selected.exists;
        match (anchor, range) {
            (Anchor::Newest | Anchor::Offset(0), _) => {
                // Dovecot may answer FETCH before the NOOP in front of it.
                self.messages.first().map_or(0, |first| first.seq) == exists
            }
            (Anchor::Offset(skipped), Range::Empty) => exists <= skipped,
            // With an arrival in the same flight all numbers are one page further on.
            (Anchor::Offset(skipped), Range::Closed(_, last)) => {
                exists.saturating_sub(skipped) == last
            }
            (Anchor::After(_), Range::Closed(first, last)) => {
                last >= first.saturating_add(limit) - 1 || last == exists
            }
            _ => true,
        }
    }
}

fn is_removal(response: &Response) -> bool {
    matches!(
        response,
        Response::Expunge(_) | Response::Vanished { earlier: false, .. }
    )
}
