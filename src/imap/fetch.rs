//! Reading messages: rows by UID, one message with its header, sections, and large sections as a
//! stream of windows that hold no connection between them.

use bytes::Bytes;
use futures_util::stream::{self, Stream};
use tokio_util::task::AbortOnDropHandle;

use super::{
    client::Client,
    connection::{Job, Reply},
    error::Error,
    gather,
    pool::Lease,
    wire::{command::Command, fetch::Fetched, uidset::UidSet},
};

/// The most octets of a header that are read.
const MAX_HEADER: u32 = 262_144;

/// The most octets of one section that [`Client::sections`] reads.
const MAX_SECTION: u32 = 64 << 20;

/// The length of a command line that every server takes (RFC 7162 §4).
pub(super) const COMMAND_BYTES: usize = 7_000;

/// The items of a row, with what only some servers have.
macro_rules! row {
    ($more:literal) => {
        concat!(
            "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE ",
            $more,
            ")"
        )
    };
}

/// A section to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionRequest {
    /// `1.2`, `1.2.MIME`, `2.HEADER`, `HEADER`, `TEXT`, or empty for the whole message.
    pub section: String,
    /// Octets to read at most, from the beginning.
    pub max: u32,
}

impl Client {
    /// Rows as in [`Client::window`] for these UIDs, and UID and flags alone for those in `known`,
    /// in no particular order; those that are gone are missing. 1 round trip, also when the folder
    /// has to be selected first.
    pub async fn by_uid(
        &self,
        mailbox: &str,
        uid_validity: u32,
        uids: &[u32],
        known: &[u32],
    ) -> Result<Vec<Fetched>, Error> {
        let set = |uids: &[u32]| -> UidSet { uids.iter().copied().collect() };
        let (rows, flags) = (set(uids), set(known));
        if rows.is_empty() && flags.is_empty() {
            return Ok(Vec::new());
        }
        let mut lease = self.lease(Some(mailbox)).await?;
        let fetch = |set: &UidSet, items| -> Vec<Command> {
            let one = |set: UidSet| Command::new("UID FETCH").set(&set).raw_items(items);
            set.chunks(COMMAND_BYTES).map(one).collect()
        };
        let mut commands = fetch(&rows, self.items(&lease));
        commands.extend(fetch(&flags, "(UID FLAGS)"));
        let job = Job::inside(mailbox, Some(uid_validity), commands);
        let job = job.about(uids.iter().chain(known).copied().max().unwrap_or(0));
        let reply = lease.run(&job).await?;
        checked(&reply)?;
        let mut messages = gather::messages(reply.data);
        messages.retain(|message| {
            let has = |set: &UidSet| message.uid.is_some_and(|uid| set.contains(uid));
            message.is_row() && has(&rows) || message.flags.is_some() && has(&flags)
        });
        Ok(messages)
    }

    /// Flags and marks of the messages with these UIDs (first and last), or only of those changed
    /// since a HIGHESTMODSEQ seen earlier (ignored without CONDSTORE). 1 round trip, 2 when the
    /// range reaches beyond what the connection knows. At most [`Limits::responses`] messages.
    ///
    /// [`Limits::responses`]: super::limits::Limits::responses
    pub async fn flags(
        &self,
        mailbox: &str,
        uid_validity: u32,
        (first, last): (u32, u32),
        since: Option<u64>,
    ) -> Result<Vec<Fetched>, Error> {
        let mut lease = self.lease(Some(mailbox)).await?;
        let set = UidSet::range(first, last);
        let all = Command::new("UID FETCH").set(&set).raw_items("(UID FLAGS)");
        let command = match since.filter(|_| lease.capabilities.condstore()) {
            Some(modseq) => all.list(|list| list.raw_items("CHANGEDSINCE").num(modseq)),
            None => all,
        };
        let job = Job::inside(mailbox, Some(uid_validity), vec![command]).about(last);
        let reply = lease.run(&job).await?;
        checked(&reply)?;
        let mut messages = gather::messages(reply.data);
        messages.retain(|own| own.uid.is_some_and(|uid| set.contains(uid)));
        Ok(messages)
    }

    /// Everything for showing one message: flags, envelope, dates, size, structure, the header
    /// (section `HEADER`, at most 256 KiB) and the beginning (256 KiB) of each of the `extra`
    /// sections. `None` when the message is gone. 1 round trip, also when the folder has to be
    /// selected first.
    pub async fn open(
        &self,
        mailbox: &str,
        uid_validity: u32,
        uid: u32,
        extra: &[&str],
    ) -> Result<Option<Fetched>, Error> {
        let command = one(uid).list(|list| {
            let list = list
                .raw_items("UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE")
                .body("HEADER", Some((0, MAX_HEADER.into())));
            let extra = extra.iter();
            extra.fold(list, |list, section| peek(list, section, 0, MAX_HEADER))
        });
        let job = Job::inside(mailbox, Some(uid_validity), vec![command]).about(uid);
        let reply = self.request(&job).await?;
        checked(&reply)?;
        let mut found = gather::messages(reply.data).into_iter();
        Ok(found.find(|own| own.uid == Some(uid) && own.is_row()))
    }

    /// The beginnings of sections, transfer encoding untouched, in the order asked for; `None`
    /// for a section that is not there. 1 round trip for sections up to [`Limits::window`], and
    /// one more for each further window of a larger one.
    ///
    /// [`Limits::window`]: super::limits::Limits::window
    pub async fn sections(
        &self,
        mailbox: &str,
        uid_validity: u32,
        uid: u32,
        requests: &[SectionRequest],
    ) -> Result<Vec<Option<Bytes>>, Error> {
        if requests.is_empty() {
            return Ok(Vec::new());
        }
        let window = self.pool().connector().limits.window;
        let command = one(uid).list(|list| {
            requests
                .iter()
                .fold(list.raw_items("UID"), |list, request| {
                    peek(list, &request.section, 0, request.max.min(window))
                })
        });
        let job = Job::inside(mailbox, Some(uid_validity), vec![command]).about(uid);
        let job = job.with_literal(usize::try_from(window).unwrap_or(usize::MAX));
        let reply = self.request(&job).await?;
        checked(&reply)?;
        let message = picked(reply, uid)?;
        let mut bodies = Vec::with_capacity(requests.len());
        for request in requests {
            let first = part(&message, &request.section, 0, request.max.min(window))?;
            let max = request.max.min(MAX_SECTION);
            bodies.push(match first {
                Some(first) if first.len() == window as usize && max > window => {
                    let place = (mailbox, uid_validity, uid);
                    Some(self.rest(place, &request.section, first, max).await?)
                }
                other => other,
            });
        }
        Ok(bodies)
    }

    /// Reads a large section on to its end or to `max`.
    async fn rest(
        &self,
        (mailbox, uid_validity, uid): (&str, u32, u32),
        section: &str,
        first: Bytes,
        max: u32,
    ) -> Result<Bytes, Error> {
        let window = self.pool().connector().limits.window;
        let mut whole = bytes::BytesMut::from(first);
        loop {
            let offset = u32::try_from(whole.len()).unwrap_or(u32::MAX);
            let size = window.min(max.saturating_sub(offset));
            if size == 0 {
                return Ok(whole.freeze());
            }
            let place = (mailbox, uid_validity, uid);
            let next = self.slice(place, section, offset, size).await?;
            let next = next.unwrap_or_default();
            whole.extend_from_slice(&next);
            if next.len() < size as usize {
                return Ok(whole.freeze());
            }
        }
    }

    /// A section of any size, transfer encoding untouched, in windows of [`Limits::window`],
    /// each a request of its own. One window is read ahead; while the reader is slow no
    /// connection is held. It ends with an error rather than early: when the message vanishes,
    /// the folder is rebuilt, or the connection breaks for good.
    ///
    /// [`Limits::window`]: super::limits::Limits::window
    pub fn stream(
        &self,
        mailbox: &str,
        uid_validity: u32,
        uid: u32,
        section: &str,
    ) -> impl Stream<Item = Result<Bytes, Error>> + Send + 'static + use<> {
        let reader = Reader {
            client: self.clone(),
            mailbox: mailbox.to_owned(),
            uid_validity,
            uid,
            section: section.to_owned(),
        };
        let first = reader.read(0);
        stream::unfold(Some((reader, first, 0)), async |state| {
            let (reader, task, offset) = state?;
            let chunk = match task.await {
                Ok(Ok(chunk)) => chunk.unwrap_or_default(),
                Ok(Err(error)) => return Some((Err(error), None)),
                Err(_) => return Some((Err(Error::Disconnected), None)),
            };
            if chunk.is_empty() {
                return None;
            }
            let size = u32::try_from(chunk.len()).unwrap_or(u32::MAX);
            let more = size >= reader.window() && size < u32::MAX - offset;
            let offset = offset.saturating_add(size);
            let next = more.then(|| {
                let ahead = reader.read(offset);
                (reader, ahead, offset)
            });
            Some((Ok(chunk), next))
        })
    }

    /// One slice of a section; `None` when the section is not there.
    async fn slice(
        &self,
        (mailbox, uid_validity, uid): (&str, u32, u32),
        section: &str,
        offset: u32,
        size: u32,
    ) -> Result<Option<Bytes>, Error> {
        let command = one(uid).list(|list| peek(list.raw_items("UID"), section, offset, size));
        let job = Job::inside(mailbox, Some(uid_validity), vec![command]).about(uid);
        let job = job.with_literal(usize::try_from(size).unwrap_or(usize::MAX));
        let reply = self.request(&job).await?;
        checked(&reply)?;
        part(&picked(reply, uid)?, section, offset, size)
    }

    /// What a row of a list needs, as far as this server has it.
    pub(super) fn items(&self, lease: &Lease) -> &'static str {
        let has = |name| lease.capabilities.has(name);
        let preview = has("PREVIEW") && !self.facts().no_preview;
        match (preview, has("OBJECTID"), has("X-GM-EXT-1")) {
            (true, true, _) => row!("PREVIEW EMAILID"),
            (true, false, _) => row!("PREVIEW"),
            (false, true, _) => row!("BODY.PEEK[1]<0.2048> EMAILID"),
            (false, false, true) => row!("BODY.PEEK[1]<0.2048> X-GM-MSGID"),
            (false, false, false) => row!("BODY.PEEK[1]<0.2048>"),
        }
    }
}

struct Reader {
    client: Client,
    mailbox: String,
    uid_validity: u32,
    uid: u32,
    section: String,
}

impl Reader {
    fn window(&self) -> u32 {
        self.client.pool().connector().limits.window
    }

    /// Begins to read the window at `offset`; stops when nobody waits for it any more.
    fn read(&self, offset: u32) -> AbortOnDropHandle<Result<Option<Bytes>, Error>> {
        let client = self.client.clone();
        let (mailbox, section) = (self.mailbox.clone(), self.section.clone());
        let (uid_validity, uid, window) = (self.uid_validity, self.uid, self.window());
        AbortOnDropHandle::new(tokio::spawn(async move {
            let place = (mailbox.as_str(), uid_validity, uid);
            client.slice(place, &section, offset, window).await
        }))
    }
}

fn one(uid: u32) -> Command {
    Command::new("UID FETCH").set(&UidSet::range(uid, uid))
}

/// Adds `BODY.PEEK[section]<offset.size>`.
fn peek(command: Command, section: &str, offset: u32, size: u32) -> Command {
    let octets = Some((offset.into(), size.into()));
    command.body(&section.to_ascii_uppercase(), octets)
}

pub(super) fn checked(reply: &Reply) -> Result<(), Error> {
    match reply.check() {
        // RFC 5530 §3; Dovecot says so when a message vanished just before.
        Err(Error::No {
            code: Some(super::error::Reason::Other),
            ..
        }) => Ok(()),
        other => other,
    }
}

fn picked(reply: Reply, uid: u32) -> Result<Fetched, Error> {
    let mut found = gather::messages(reply.data).into_iter();
    found
        .find(|own| own.uid == Some(uid))
        .ok_or(Error::NoSuchMessage)
}

/// The slice that was asked for, and nothing else that the server may have sent.
fn part(message: &Fetched, section: &str, offset: u32, size: u32) -> Result<Option<Bytes>, Error> {
    let name = section.to_ascii_uppercase();
    let found = message.sections.iter().find(|own| {
        own.name == name && !own.binary && own.origin.unwrap_or(0) == u64::from(offset)
    });
    let Some(found) = found else {
        return match message.sections.is_empty() {
            true => Err(Error::NoSuchMessage),
            false => Err(Error::Protocol("a section that was not asked for")),
        };
    };
    match &found.data {
        Some(data) if data.len() > size as usize => {
            Err(Error::Protocol("more of a section than was asked for"))
        }
        data => Ok(data.clone()),
    }
}
