//! One signed-in connection: sends a request's commands in one flight and gathers everything the
//! server says until each of them is answered.
//!
//! Answers are matched by tag and data by type, never by order: Dovecot completes pipelined
//! commands out of order. Only one request is under way at a time; what pipelines are the
//! commands within it. After an error that [`Error::is_fatal`] names the connection is of no
//! more use, because nobody knows what the next byte belongs to.

mod idle;

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use bytes::{Bytes, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use super::{
    capabilities::Capabilities,
    connect::Opened,
    error::{Error, Reason, shown},
    limits::Limits,
    selected::{Selected, Selecting},
    wire::{
        code::Code,
        command::{Command, CommandError, Literals, Segment, Tag},
        frame::{FrameLimits, Framer},
        mutf7::{MailboxName, Names},
        response::{Response, Status},
    },
};
use crate::net::stream::BoxStream;

/// Octets that a server may send between two requests. A folder's flags changing under us by the
/// thousand is the most there is reason for.
const MAX_UNASKED: usize = 16 << 20;

/// Octets written at once.
const BATCH: usize = 64 << 10;

/// What a request needs done. It can be repeated as it stands.
#[derive(Clone, Debug)]
pub(super) struct Job {
    /// Leave the selected folder first.
    pub(super) unselect: bool,
    /// The folder that must be selected for the commands.
    pub(super) select: Option<Select>,
    /// The highest UID that the commands are about. A selected folder's new messages do not exist
    /// for a connection before it has heard of them: Dovecot answers OK to a STORE of such a UID
    /// and does nothing. So it is brought up to date first.
    pub(super) newest: u32,
    /// Sent in one flight, behind the SELECT if there is one.
    pub(super) commands: Vec<Command>,
    /// The largest literal that the answer may contain, where it is more than usual.
    pub(super) literal: Option<usize>,
    /// May it be sent again when nobody knows whether it was carried out?
    pub(super) idempotent: bool,
}

/// Which folder must be selected.
#[derive(Clone, Debug)]
pub(super) struct Select {
    /// The folder's path, decoded.
    pub(super) mailbox: String,
    /// What its UIDVALIDITY must be for the commands to mean anything.
    pub(super) uid_validity: Option<u32>,
    /// Await the SELECT's answer before the commands are sent, because they destroy.
    pub(super) first: bool,
}

/// What the server answered.
#[derive(Debug, Default)]
pub(super) struct Reply {
    /// The tagged answers, in the order of the commands.
    pub(super) done: Vec<Done>,
    /// All untagged data, in the order in which they came.
    pub(super) data: Vec<Response>,
}

/// The tagged answer to a command.
#[derive(Clone, Debug)]
pub(super) struct Done {
    pub(super) status: Status,
    pub(super) code: Option<Code>,
    pub(super) text: String,
}

/// Counts what an account's connections send, for tests and metrics.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) commands: AtomicU64,
    pub(super) round_trips: AtomicU64,
}

/// See the module.
pub(super) struct Connection {
    stream: BoxStream,
    unread: BytesMut,
    unsent: Vec<Bytes>,
    framer: Framer,
    tag: u32,
    pub(super) capabilities: Capabilities,
    /// How mailbox names are written: UTF-8 once UTF8=ACCEPT is on (RFC 6855).
    pub(super) names: Names,
    literals: Literals,
    pub(super) selected: Option<Selected>,
    selecting: Option<Selecting>,
    limits: Limits,
    counters: Arc<Counters>,
    /// Nobody waits for the present request any more.
    abandoned: Arc<AtomicBool>,
    /// Octets read since the present request began, and since it was abandoned.
    read: usize,
    drained: usize,
    /// Octets read since the last request ended.
    unasked: usize,
}

/// A command ready to be sent.
struct Encoded {
    tag: Tag,
    segments: Vec<Segment>,
}

/// The commands under way.
#[derive(Default)]
struct Flight {
    /// Tags that are not answered yet, with the command's place in the request.
    open: Vec<(Tag, Place)>,
    select: Option<Done>,
    done: Vec<Option<Done>>,
    data: Vec<Response>,
    held: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Of our own accord; the request is not about its answer.
    Aside,
    Select,
    Command(usize),
}

impl Connection {
    /// Takes over a connection after its sign-in; enables what we use. At most 1 round trip.
    pub(super) async fn begin(
        opened: Opened,
        limits: Limits,
        counters: Arc<Counters>,
    ) -> Result<Self, Error> {
        let mut connection = Self {
            stream: opened.stream,
            unread: opened.unread,
            unsent: Vec::new(),
            framer: Framer::new(FrameLimits::default()),
            tag: 0,
            capabilities: opened.capabilities,
            names: Names::default(),
            literals: Literals::default(),
            selected: None,
            selecting: None,
            limits,
            counters,
            abandoned: Arc::default(),
            read: 0,
            drained: 0,
            unasked: 0,
        };
        let has = |name| connection.capabilities.has(name);
        connection.literals = match (has("LITERAL+"), has("LITERAL-")) {
            (true, _) => Literals::Plus,
            (false, true) => Literals::Minus,
            (false, false) => Literals::Synchronising,
        };
        if has("ENABLE") && (has("UTF8=ACCEPT") || has("UTF8=ONLY")) {
            let reply = connection
                .exchange(&Job::new(vec![Command::new("ENABLE UTF8=ACCEPT")]))
                .await?;
            let enabled = reply.data.iter().any(|response| {
                matches!(response, Response::Enabled(names)
                    if names.iter().any(|name| name == "UTF8=ACCEPT"))
            });
            if enabled {
                connection.names = Names::Utf8;
            }
        }
        Ok(connection)
    }

    /// Set to true when the waiter is gone: then little more is read.
    pub(super) fn abandoned(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.abandoned)
    }

    /// Has any octet come since the present request began?
    pub(super) fn heard(&self) -> bool {
        self.read > 0
    }

    /// Carries out a request, within [`Limits::request`].
    pub(super) async fn run(&mut self, job: &Job) -> Result<Reply, Error> {
        self.read = 0;
        self.drained = 0;
        self.abandoned.store(false, Ordering::Relaxed);
        if let Some(bytes) = job.literal {
            self.framer.set_literal_limit(bytes);
        }
        let outcome = timeout(self.limits.request, self.exchange(job)).await;
        if job.literal.is_some() {
            self.framer
                .set_literal_limit(FrameLimits::default().literal);
        }
        self.unasked = 0;
        outcome.unwrap_or(Err(Error::Timeout))
    }

    async fn exchange(&mut self, job: &Job) -> Result<Reply, Error> {
        // Before anything is sent: a command that cannot be written must not leave others behind.
        let encoded: Vec<Encoded> = job
            .commands
            .iter()
            .map(|command| self.encode(command))
            .collect::<Result<_, _>>()?;
        let mut flight = Flight::default();
        if job.unselect {
            self.unselect(&mut flight).await?;
        }
        let expected = job.select.as_ref().and_then(|select| select.uid_validity);
        if let Some(select) = &job.select {
            if self.selects(&select.mailbox) {
                self.check_validity(expected)?;
                self.catch_up(job.newest, &mut flight).await?;
                self.check_validity(expected)?;
            } else {
                self.select(select, &mut flight).await?;
                if select.first {
                    self.settle(&mut flight).await?;
                    flight.check_select()?;
                    self.check_validity(expected)?;
                }
            }
        }
        flight.done.resize(encoded.len(), None);
        for (i, encoded) in encoded.into_iter().enumerate() {
            self.send(encoded, Place::Command(i), &mut flight).await?;
        }
        self.settle(&mut flight).await?;
        flight.check_select()?;
        if job.select.is_some() {
            self.check_validity(expected)?;
        }
        Ok(Reply {
            done: flight.done.into_iter().flatten().collect(),
            data: flight.data,
        })
    }

    /// Learns of new messages, if one of them is meant. 1 round trip then, else none.
    async fn catch_up(&mut self, newest: u32, flight: &mut Flight) -> Result<(), Error> {
        let knows = |own: &Selected| newest <= own.horizon;
        if self.selected.as_ref().is_some_and(knows) {
            return Ok(());
        }
        let encoded = self.encode(&Command::new("NOOP"))?;
        self.send(encoded, Place::Aside, flight).await?;
        self.settle(flight).await?;
        if let Some(selected) = &mut self.selected {
            selected.horizon = newest;
        }
        Ok(())
    }

    fn selects(&self, mailbox: &str) -> bool {
        self.selected
            .as_ref()
            .is_some_and(|own| own.mailbox == mailbox)
    }

    fn check_validity(&self, expected: Option<u32>) -> Result<(), Error> {
        let selected = self.selected.as_ref();
        let selected = selected.ok_or(Error::Protocol("a folder without UIDVALIDITY"))?;
        match expected {
            Some(expected) if expected != selected.uid_validity => Err(Error::UidValidityChanged),
            _ => Ok(()),
        }
    }

    async fn select(&mut self, select: &Select, flight: &mut Flight) -> Result<(), Error> {
        let name = MailboxName::from_path(&select.mailbox, self.names);
        let encoded = self.encode(&Command::new("SELECT").name_of(&name))?;
        self.selected = None;
        self.selecting = Some(Selecting::new(&select.mailbox));
        self.send(encoded, Place::Select, flight).await
    }

    /// Leaves the selected folder without expunging anything.
    async fn unselect(&mut self, flight: &mut Flight) -> Result<(), Error> {
        if self.selected.is_none() {
            return Ok(());
        }
        if !self.capabilities.has("UNSELECT") {
            // CLOSE would expunge. INBOX can be neither renamed away nor removed.
            let inbox = Select {
                mailbox: "INBOX".to_owned(),
                uid_validity: None,
                first: true,
            };
            self.select(&inbox, flight).await?;
            return self.settle(flight).await;
        }
        let encoded = self.encode(&Command::new("UNSELECT"))?;
        self.send(encoded, Place::Aside, flight).await?;
        self.settle(flight).await?;
        self.selected = None;
        Ok(())
    }

    fn encode(&mut self, command: &Command) -> Result<Encoded, Error> {
        self.tag = self.tag.wrapping_add(1);
        let tag = Tag(self.tag);
        let segments = command.clone().encode(tag, self.literals);
        let segments = segments.map_err(|error| {
            Error::Unsupported(match error {
                CommandError::Keyword => "a keyword with such characters",
                CommandError::Nul => "a text with a NUL",
                CommandError::Flag => "a label with such characters",
                CommandError::Section => "such a section",
                CommandError::EmptySet => "a command for no message",
                CommandError::Date => "a date so far away",
            })
        })?;
        Ok(Encoded { tag, segments })
    }

    /// Puts a command into the flight; sends only where a literal has to be asked for first.
    async fn send(
        &mut self,
        encoded: Encoded,
        place: Place,
        flight: &mut Flight,
    ) -> Result<(), Error> {
        let Encoded { tag, segments } = encoded;
        flight.open.push((tag, place));
        self.counters.commands.fetch_add(1, Ordering::Relaxed);
        for segment in segments {
            match segment {
                Segment::Write(bytes) => self.unsent.push(bytes),
                Segment::Await => {
                    self.flush().await?;
                    if !self.await_continuation(tag, flight).await? {
                        // Refused at the literal's size; the rest must not be sent.
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// Sends what is unsent: small pieces as one, large ones as they are.
    async fn flush(&mut self) -> Result<(), Error> {
        if self.unsent.is_empty() {
            return Ok(());
        }
        self.counters.round_trips.fetch_add(1, Ordering::Relaxed);
        let mut batch = BytesMut::new();
        for piece in std::mem::take(&mut self.unsent) {
            if batch.len() + piece.len() <= BATCH {
                batch.extend_from_slice(&piece);
                continue;
            }
            self.write(&batch.split()).await?;
            // In pieces, so that the time limit is one on silence and not on size.
            let mut rest = piece;
            while !rest.is_empty() {
                let next = rest.split_to(rest.len().min(BATCH));
                self.write(&next).await?;
            }
        }
        self.write(&batch).await?;
        let flushed = timeout(self.limits.silence, self.stream.flush()).await;
        flushed
            .map_err(|_| Error::Timeout)?
            .map_err(|_| Error::Disconnected)
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let sent = timeout(self.limits.silence, self.stream.write_all(bytes)).await;
        sent.map_err(|_| Error::Timeout)?
            .map_err(|_| Error::Disconnected)
    }

    /// Awaits `+`; false when the command was answered in its place.
    async fn await_continuation(&mut self, tag: Tag, flight: &mut Flight) -> Result<bool, Error> {
        loop {
            match self.next().await? {
                (Response::Continue { .. }, _) => return Ok(true),
                (response, size) => self.take_in(response, size, flight)?,
            }
            if !flight.open.iter().any(|(open, _)| *open == tag) {
                return Ok(false);
            }
        }
    }

    /// Sends what is unsent and reads until every command is answered.
    async fn settle(&mut self, flight: &mut Flight) -> Result<(), Error> {
        self.flush().await?;
        while !flight.open.is_empty() {
            let (response, size) = self.next().await?;
            self.take_in(response, size, flight)?;
        }
        Ok(())
    }

    fn take_in(
        &mut self,
        response: Response,
        size: usize,
        flight: &mut Flight,
    ) -> Result<(), Error> {
        match response {
            Response::Tagged {
                tag,
                status,
                code,
                text,
            } => {
                let at = flight.open.iter().position(|(open, _)| open.is(&tag));
                let (_, place) = flight
                    .open
                    .swap_remove(at.ok_or(Error::Protocol("a tag that was not sent"))?);
                let done = Done {
                    status,
                    code,
                    text: shown(&text),
                };
                if place == Place::Select {
                    self.finish_select(&done);
                }
                flight.finish(place, done);
            }
            Response::Continue { .. } => {
                return Err(Error::Protocol("a continuation that was not asked for"));
            }
            Response::Status {
                status: Status::Bye,
                ..
            } => return Err(Error::Disconnected),
            other => {
                if self.observe(&other) {
                    // RFC 7162 §3.2.11: what came before is about the folder left behind.
                    flight.data.clear();
                    return Ok(());
                }
                flight.held = flight.held.saturating_add(size);
                if flight.held > self.limits.held || flight.data.len() >= self.limits.responses {
                    return Err(Error::Limit("the answer to one request"));
                }
                flight.data.push(other);
            }
        }
        Ok(())
    }

    fn finish_select(&mut self, done: &Done) {
        let selecting = self.selecting.take();
        self.selected = match done.status {
            Status::Ok => selecting.and_then(|selecting| selecting.finish(done.code.as_ref())),
            _ => None,
        };
    }

    /// Keeps the selected folder's state up to date. True at `[CLOSED]`.
    fn observe(&mut self, response: &Response) -> bool {
        if let Some(selecting) = &mut self.selecting {
            return selecting.observe(response);
        }
        if let Some(selected) = &mut self.selected {
            selected.observe(response);
        }
        false
    }

    /// The next response and its size, awaited no longer than [`Limits::silence`].
    pub(super) async fn next(&mut self) -> Result<(Response, usize), Error> {
        loop {
            if let Some(frame) = self.framed()? {
                let size = frame.len();
                return Ok((Response::parse(frame), size));
            }
            match timeout(self.limits.silence, self.fill()).await {
                Ok(outcome) => outcome?,
                Err(_) => return Err(Error::Timeout),
            }
        }
    }

    fn framed(&mut self) -> Result<Option<Bytes>, Error> {
        let frame = self.framer.next(&mut self.unread);
        frame.map_err(|_| Error::Limit("one response"))
    }

    /// Reads what has come. Cancel-safe.
    async fn fill(&mut self) -> Result<(), Error> {
        self.unread.reserve(16 << 10);
        let n = match self.stream.read_buf(&mut self.unread).await {
            Ok(0) | Err(_) => return Err(Error::Disconnected),
            Ok(n) => n,
        };
        self.read = self.read.saturating_add(n);
        self.unasked = self.unasked.saturating_add(n);
        if self.abandoned.load(Ordering::Relaxed) {
            self.drained = self.drained.saturating_add(n);
            if self.drained > self.limits.drain_bytes {
                return Err(Error::Limit("an abandoned request"));
            }
        }
        Ok(())
    }

    /// Reads while nothing is asked, so that a closed connection is noticed and the folder's
    /// state stays true. Returns when something came; cancel-safe.
    pub(super) async fn listen(&mut self) -> Result<(), Error> {
        self.fill().await?;
        while let Some(frame) = self.framed()? {
            match Response::parse(frame) {
                Response::Status {
                    status: Status::Bye,
                    ..
                } => return Err(Error::Disconnected),
                Response::Tagged { .. } | Response::Continue { .. } => {
                    return Err(Error::Protocol("an answer to nothing"));
                }
                other => {
                    self.observe(&other);
                }
            }
        }
        match self.unasked > MAX_UNASKED {
            true => Err(Error::Limit("unasked data")),
            false => Ok(()),
        }
    }

    /// Says goodbye, without waiting for long.
    pub(super) async fn close(mut self) {
        self.unsent.push(Bytes::from_static(b"A0 LOGOUT\r\n"));
        let drain = self.limits.drain;
        let farewell = async {
            let _ = self.flush().await;
            let _ = self.stream.shutdown().await;
        };
        let _ = timeout(drain, farewell).await;
    }
}

impl Job {
    /// Commands for which no folder has to be selected.
    pub(super) fn new(commands: Vec<Command>) -> Self {
        Self {
            unselect: false,
            select: None,
            newest: 0,
            commands,
            literal: None,
            idempotent: true,
        }
    }

    /// Commands in a selected folder; the SELECT, if one is needed, flies with them.
    pub(super) fn inside(mailbox: &str, uid_validity: Option<u32>, commands: Vec<Command>) -> Self {
        Self {
            select: Some(Select {
                mailbox: canonical(mailbox),
                uid_validity,
                first: false,
            }),
            ..Self::new(commands)
        }
    }

    /// Is about messages up to this UID; see [`Job::newest`].
    pub(super) fn about(mut self, newest: u32) -> Self {
        self.newest = newest;
        self
    }

    /// Nothing is sent before the folder's UIDVALIDITY is known to be right.
    pub(super) fn carefully(mut self) -> Self {
        if let Some(select) = &mut self.select {
            select.first = true;
        }
        self
    }

    /// Leaves the selected folder first, because the commands are about to remove it.
    pub(super) fn outside(mut self) -> Self {
        self.unselect = true;
        self
    }

    /// Must not be sent twice.
    pub(super) fn once(mut self) -> Self {
        self.idempotent = false;
        self
    }

    /// Expects literals up to this size.
    pub(super) fn with_literal(mut self, bytes: usize) -> Self {
        self.literal = Some(bytes);
        self
    }
}

/// INBOX has no case (RFC 9051 §5.1).
pub(super) fn canonical(mailbox: &str) -> String {
    match mailbox.eq_ignore_ascii_case("INBOX") {
        true => "INBOX".to_owned(),
        false => mailbox.to_owned(),
    }
}

impl Flight {
    fn finish(&mut self, place: Place, done: Done) {
        match place {
            Place::Aside => {}
            Place::Select => self.select = Some(done),
            Place::Command(i) => {
                if let Some(slot) = self.done.get_mut(i) {
                    *slot = Some(done);
                }
            }
        }
    }

    fn check_select(&self) -> Result<(), Error> {
        self.select.as_ref().map_or(Ok(()), Done::check_open)
    }
}

impl Reply {
    /// Were all commands answered OK? Else the first that was not.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.done.iter().try_for_each(Done::check)
    }

    /// The same for commands that name a folder.
    pub(super) fn check_open(&self) -> Result<(), Error> {
        self.done.iter().try_for_each(Done::check_open)
    }
}

impl Done {
    /// OK, or an error.
    pub(super) fn check(&self) -> Result<(), Error> {
        let (code, text) = (self.code.as_ref().map(Reason::from), self.text.clone());
        match self.status {
            Status::Ok => Ok(()),
            Status::No => Err(Error::No { code, text }),
            _ => Err(Error::Bad(text)),
        }
    }

    /// The same for SELECT: most servers say "no such folder" in words only.
    fn check_open(&self) -> Result<(), Error> {
        let missing = match &self.code {
            Some(Code::NonExistent | Code::TryCreate) => true,
            Some(_) => false,
            None => {
                let text = self.text.to_ascii_lowercase();
                [
                    "exist",
                    "no such",
                    "unknown mailbox",
                    "not found",
                    "unable to open",
                ]
                .iter()
                .any(|words| text.contains(words))
            }
        };
        match self.status {
            Status::No if missing => Err(Error::NoSuchMailbox),
            _ => self.check(),
        }
    }
}
