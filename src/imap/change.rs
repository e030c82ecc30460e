//! Changing messages: keywords, copies, moves, removal. The folder's UIDVALIDITY is known to be
//! right before anything is sent, and nothing is sent twice that could count twice.

use std::collections::HashSet;

use super::{
    client::Client,
    connection::{Done, Job, Reply, canonical},
    convert,
    error::Error,
    fetch::COMMAND_BYTES,
    pool::Lease,
    selected::Selected,
    wire::{
        code::Code,
        command::Command,
        mutf7::MailboxName,
        response::{Response, Status},
        uidset::UidSet,
    },
};
use crate::mail::keyword::Keywords;

/// Where messages have gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// The target folder's UIDVALIDITY; `None` when the server (without UIDPLUS) does not say
    /// where the messages are now.
    pub uid_validity: Option<u32>,
    /// UID in the old folder, UID in the new one. Messages that were gone already are missing.
    pub pairs: Vec<(u32, u32)>,
}

/// Which keywords a folder keeps (RFC 9051 §7.1, PERMANENTFLAGS).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// These, as they are in the domain: lower case.
    pub words: Keywords,
    /// Any other as well.
    pub any: bool,
}

/// What became of messages that were to be removed for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// They are gone.
    Expunged,
    /// They are marked `\Deleted`, and stay: this server can only remove all marked messages at
    /// once, and somebody else has marked others.
    Marked,
}

impl Client {
    /// Adds and removes keywords (`$seen`, `work`, ...). Messages that are gone are passed over.
    /// 1 round trip, 2 when the folder has to be selected first.
    pub async fn store(
        &self,
        mailbox: &str,
        uid_validity: u32,
        uids: &[u32],
        add: &[&str],
        remove: &[&str],
    ) -> Result<(), Error> {
        let set: UidSet = uids.iter().copied().collect();
        let mut commands = Vec::new();
        for (operation, keywords) in [("+FLAGS.SILENT", add), ("-FLAGS.SILENT", remove)] {
            if keywords.is_empty() || set.is_empty() {
                continue;
            }
            let flags: Vec<_> = keywords.iter().map(|word| convert::flag(word)).collect();
            commands.extend(set.chunks(COMMAND_BYTES).map(|set| {
                let store = Command::new("UID STORE").set(&set);
                store.raw_items(operation).flags(&flags)
            }));
        }
        if commands.is_empty() {
            return Ok(());
        }
        let job = Job::inside(mailbox, Some(uid_validity), commands);
        let job = job.about(newest(uids)).carefully();
        self.request(&job).await?.check()
    }

    /// Which keywords the folder keeps. No round trip when it is selected, else 1.
    pub async fn kept(&self, mailbox: &str) -> Result<Kept, Error> {
        let mut lease = self.lease(Some(mailbox)).await?;
        let name = canonical(mailbox);
        let is_it = |selected: &&Selected| selected.mailbox == name;
        if lease.selected.as_ref().filter(is_it).is_none() {
            lease
                .run(&Job::inside(mailbox, None, Vec::new()))
                .await?
                .check_open()?;
        }
        let selected = lease.selected.as_ref().filter(is_it);
        let selected = selected.ok_or(Error::NoSuchMailbox)?;
        Ok(match selected.read_only {
            true => Kept::default(),
            false => Kept {
                words: convert::keywords(&selected.permanent_flags),
                any: selected.any_keyword,
            },
        })
    }

    /// Copies messages. 1 round trip, 2 when the folder has to be selected first.
    pub async fn copy(
        &self,
        mailbox: &str,
        uid_validity: u32,
        uids: &[u32],
        target: &str,
    ) -> Result<Moved, Error> {
        let mut lease = self.lease(Some(mailbox)).await?;
        transfer(
            &mut lease,
            "UID COPY",
            (mailbox, uid_validity),
            uids,
            target,
        )
        .await
    }

    /// Moves messages. 1 round trip, 2 when the folder has to be selected first. Without MOVE 2
    /// more (COPY, mark, remove), and without UIDPLUS the originals may stay, marked `\Deleted`.
    ///
    /// When it fails half-way there may be copies in both folders, but no message is lost: an
    /// original is marked only after its copy is confirmed.
    pub async fn move_(
        &self,
        mailbox: &str,
        uid_validity: u32,
        uids: &[u32],
        target: &str,
    ) -> Result<Moved, Error> {
        let mut lease = self.lease(Some(mailbox)).await?;
        let from = (mailbox, uid_validity);
        if lease.capabilities.has("MOVE") {
            return transfer(&mut lease, "UID MOVE", from, uids, target).await;
        }
        let moved = transfer(&mut lease, "UID COPY", from, uids, target).await?;
        remove(&mut lease, from, uids).await?;
        Ok(moved)
    }

    /// Removes messages for good. 2 round trips, 3 when the folder has to be selected first;
    /// without UIDPLUS one more.
    pub async fn expunge(
        &self,
        mailbox: &str,
        uid_validity: u32,
        uids: &[u32],
    ) -> Result<Removed, Error> {
        let mut lease = self.lease(Some(mailbox)).await?;
        remove(&mut lease, (mailbox, uid_validity), uids).await
    }
}

async fn transfer(
    lease: &mut Lease,
    verb: &'static str,
    (mailbox, uid_validity): (&str, u32),
    uids: &[u32],
    target: &str,
) -> Result<Moved, Error> {
    let set: UidSet = uids.iter().copied().collect();
    let name = MailboxName::from_path(target, lease.names);
    let mut moved = Moved::default();
    // One after the other: if one is refused, those behind it must not go on.
    for set in set.chunks(COMMAND_BYTES) {
        let command = Command::new(verb).set(&set).name_of(&name);
        let job = Job::inside(mailbox, Some(uid_validity), vec![command]).about(newest(uids));
        let reply = lease.run(&job.carefully().once()).await?;
        reply.check()?;
        moved.take_in(&reply, &set);
    }
    Ok(moved)
}

impl Moved {
    /// COPYUID comes with the tagged answer to COPY and before it for MOVE (RFC 6851 §4.3).
    fn take_in(&mut self, reply: &Reply, asked: &UidSet) {
        let untagged = reply.data.iter().filter_map(|response| match response {
            Response::Status {
                status: Status::Ok,
                code: Some(code),
                ..
            } => Some(code),
            _ => None,
        });
        let tagged = reply.done.iter().filter_map(|done| done.code.as_ref());
        for code in untagged.chain(tagged) {
            if let Code::CopyUid(validity, from, to) = code
                && from.count() == to.count()
                && from.count() <= asked.count()
                && self.uid_validity.is_none_or(|known| known == *validity)
            {
                self.uid_validity = Some(*validity);
                let pairs = from.iter().zip(to.iter());
                self.pairs
                    .extend(pairs.filter(|(from, _)| asked.contains(*from)));
            }
        }
    }
}

fn newest(uids: &[u32]) -> u32 {
    uids.iter().copied().max().unwrap_or(0)
}

/// Marks messages `\Deleted` and removes just these.
async fn remove(
    lease: &mut Lease,
    (mailbox, uid_validity): (&str, u32),
    uids: &[u32],
) -> Result<Removed, Error> {
    let set: UidSet = uids.iter().copied().collect();
    if set.is_empty() {
        return Ok(Removed::Expunged);
    }
    let sets: Vec<UidSet> = set.chunks(COMMAND_BYTES).collect();
    let inside = |commands| {
        let job = Job::inside(mailbox, Some(uid_validity), commands);
        job.about(newest(uids)).carefully()
    };
    let mark = |set: &UidSet| {
        let store = Command::new("UID STORE").set(set);
        store.raw_items("+FLAGS.SILENT (\\Deleted)")
    };
    let reply = lease.run(&inside(sets.iter().map(mark).collect())).await?;
    reply.check()?;
    if lease.capabilities.has("UIDPLUS") {
        let expunge = |set: &UidSet| Command::new("UID EXPUNGE").set(set);
        let job = inside(sets.iter().map(expunge).collect());
        lease.run(&job).await?.check()?;
        return Ok(Removed::Expunged);
    }
    // EXPUNGE takes every marked message with it, so there must be no other.
    let search = inside(vec![Command::new("UID SEARCH DELETED")]);
    let reply = lease.run(&search).await?;
    reply.check()?;
    let marked: HashSet<u32> = found(&reply).collect();
    if !marked.iter().all(|uid| set.contains(*uid)) {
        return Ok(Removed::Marked);
    }
    let expunge = inside(vec![Command::new("EXPUNGE")]).once();
    lease.run(&expunge).await?.check()?;
    Ok(Removed::Expunged)
}

/// The numbers of a SEARCH, whichever form the answer has. Bounded by the frame's size, except
/// for ESEARCH's ranges, which the caller must not take at their word.
pub(super) fn found(reply: &Reply) -> impl Iterator<Item = u32> + '_ {
    /// More messages than this are in no folder that one can work with.
    const MAX_FOUND: usize = 10_000_000;
    reply
        .data
        .iter()
        .flat_map(|response| -> Box<dyn Iterator<Item = u32> + Send + '_> {
            match response {
                Response::Search(found) => Box::new(found.ids.iter().copied()),
                Response::ESearch(found) => match &found.all {
                    Some(all) => Box::new(all.iter()),
                    None => Box::new(std::iter::empty()),
                },
                _ => Box::new(std::iter::empty()),
            }
        })
        .take(MAX_FOUND)
}

/// The first code of a kind among the answers.
pub(super) fn code<T>(done: &[Done], pick: impl Fn(&Code) -> Option<T>) -> Option<T> {
    done.iter()
        .filter_map(|done| done.code.as_ref())
        .find_map(pick)
}
