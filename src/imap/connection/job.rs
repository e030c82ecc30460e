//! What is asked of a connection, and what it answers.

use crate::imap::{
    error::{Error, Reason},
    wire::{
        code::Code,
        command::Command,
        response::{Response, Status},
    },
};

/// What a request needs done. It can be repeated as it stands.
#[derive(Clone, Debug)]
pub(in crate::imap) struct Job {
    /// Leave the selected folder first.
    pub(in crate::imap) unselect: bool,
    /// The folder that must be selected for the commands.
    pub(in crate::imap) select: Option<Select>,
    /// The highest UID that the commands are about. A selected folder's new messages do not exist
    /// for a connection before it has heard of them: Dovecot answers OK to a STORE of such a UID
    /// and does nothing. So it is brought up to date first.
    pub(in crate::imap) newest: u32,
    /// Sent in one flight, behind the SELECT if there is one.
    pub(in crate::imap) commands: Vec<Command>,
    /// The largest literal that the answer may contain, where it is more than usual.
    pub(in crate::imap) literal: Option<usize>,
    /// May it be sent again when nobody knows whether it was carried out?
    pub(in crate::imap) idempotent: bool,
}

/// Which folder must be selected.
#[derive(Clone, Debug)]
pub(in crate::imap) struct Select {
    /// The folder's path, decoded.
    pub(in crate::imap) mailbox: String,
    /// What its UIDVALIDITY must be for the commands to mean anything.
    pub(in crate::imap) uid_validity: Option<u32>,
    /// Await the SELECT's answer before the commands are sent, because they destroy.
    pub(in crate::imap) first: bool,
}

/// What the server answered.
#[derive(Debug, Default)]
pub(in crate::imap) struct Reply {
    /// The tagged answers, in the order of the commands.
    pub(in crate::imap) done: Vec<Done>,
    /// All untagged data, in the order in which they came.
    pub(in crate::imap) data: Vec<Response>,
}

/// The tagged answer to a command.
#[derive(Clone, Debug)]
pub(in crate::imap) struct Done {
    pub(in crate::imap) status: Status,
    pub(in crate::imap) code: Option<Code>,
    pub(in crate::imap) text: String,
}

impl Job {
    /// Commands for which no folder has to be selected.
    pub(in crate::imap) fn new(commands: Vec<Command>) -> Self {
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
    pub(in crate::imap) fn inside(
        mailbox: &str,
        uid_validity: Option<u32>,
        commands: Vec<Command>,
    ) -> Self {
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
    pub(in crate::imap) fn about(mut self, newest: u32) -> Self {
        self.newest = newest;
        self
    }

    /// Nothing is sent before the folder's UIDVALIDITY is known to be right.
    pub(in crate::imap) fn carefully(mut self) -> Self {
        if let Some(select) = &mut self.select {
            select.first = true;
        }
        self
    }

    /// Leaves the selected folder first, because the commands are about to remove it.
    pub(in crate::imap) fn outside(mut self) -> Self {
        self.unselect = true;
        self
    }

    /// Must not be sent twice.
    pub(in crate::imap) fn once(mut self) -> Self {
        self.idempotent = false;
        self
    }

    /// Expects literals up to this size.
    pub(in crate::imap) fn with_literal(mut self, bytes: usize) -> Self {
        self.literal = Some(bytes);
        self
    }
}

impl Reply {
    /// Were all commands answered OK? Else the first that was not.
    pub(in crate::imap) fn check(&self) -> Result<(), Error> {
        self.done.iter().try_for_each(Done::check)
    }

    /// The same for commands that name a folder.
    pub(in crate::imap) fn check_open(&self) -> Result<(), Error> {
        self.done.iter().try_for_each(Done::check_open)
    }
}

impl Done {
    /// OK, or an error.
    pub(in crate::imap) fn check(&self) -> Result<(), Error> {
        let (code, text) = (self.code.as_ref().map(Reason::from), self.text.clone());
        match self.status {
            Status::Ok => Ok(()),
            Status::No => Err(Error::No { code, text }),
            _ => Err(Error::Bad(text)),
        }
    }

    /// The same for SELECT: most servers say "no such folder" in words only.
    pub(in crate::imap) fn check_open(&self) -> Result<(), Error> {
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

/// INBOX has no case (RFC 9051 §5.1).
pub(in crate::imap) fn canonical(mailbox: &str) -> String {
    match mailbox.eq_ignore_ascii_case("INBOX") {
        true => "INBOX".to_owned(),
        false => mailbox.to_owned(),
    }
}
