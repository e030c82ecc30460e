//! One signed-in connection: sends a request's commands in one flight and gathers everything the
//! server says until each of them is answered.
//!
//! Answers are matched by tag and data by type, never by order: Dovecot completes pipelined
//! commands out of order. Only one request is under way at a time; what pipelines are the
//! commands within it. After an error that [`Error::is_fatal`] names the connection is of no
//! more use, because nobody knows what the next byte belongs to.

mod idle;
mod io;
mod job;

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use bytes::{Bytes, BytesMut};
use tokio::time::timeout;

use self::job::Select;
pub(super) use self::job::{Done, Job, Reply, canonical};
use super::{
    budget::Seat,
    capabilities::Capabilities,
    connect::Opened,
    error::{Error, shown},
    limits::Limits,
    selected::{Selected, Selecting},
    source::Source,
    wire::{
        command::{Command, CommandError, Literals, Segment, Tag},
        frame::{FrameLimits, Framer},
        mutf7::{MailboxName, Names},
        response::{Response, Status},
    },
};
use crate::net::stream::BoxStream;

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
    unsent: Vec<Unsent>,
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
    /// Among those that the server sees.
    pub(super) seat: Option<Seat>,
}

/// A command ready to be sent.
struct Encoded {
    tag: Tag,
    segments: Vec<Segment>,
}

/// What is to be sent.
enum Unsent {
    Bytes(Bytes),
    Source(Source),
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
            seat: None,
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
                Segment::Write(bytes) => self.unsent.push(Unsent::Bytes(bytes)),
                Segment::Stream(source) => self.unsent.push(Unsent::Source(source)),
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
