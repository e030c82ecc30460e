//! A session in the TRANSACTION state (RFC 1939 §5): what is asked of a maildrop.
//!
//! Deletion has two steps. [`Session::delete`] marks; [`Session::quit`] has the server delete
//! what is marked, and its yes is the only proof that it did. A session that ends in any other
//! way, dropped or cut off, deletes nothing (RFC 1939 §6), or so the standard says: whether it did
//! is to be looked for in the next listing.

use std::fmt::Write as _;

use tokio::time::Instant;

use super::{
    capabilities::Capabilities,
    connection::Connection,
    error::{Error, Refusal, Stage},
    listing::{Listing, Number, Reading, digits},
    reply::Code,
    retrieve::{Content, Retrieval},
};

/// Commands sent before their answers are read (PIPELINING, RFC 2449 §6.6): what certainly fits
/// into both sides' buffers, so that neither waits for the other.
pub(super) const GROUP: usize = 50;

/// A session of somebody who has signed in. The maildrop is locked for as long as it lasts.
pub struct Session {
    connection: Connection,
    offered: Capabilities,
}

/// How much a maildrop holds (STAT, RFC 1939 §5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stat {
    /// Messages.
    pub messages: u64,
    /// Their octets.
    pub octets: u64,
}

impl Session {
    pub(super) fn new(connection: Connection, offered: Capabilities) -> Self {
        Self {
            connection,
            offered,
        }
    }

    /// What the server can do.
    pub fn capabilities(&self) -> &Capabilities {
        &self.offered
    }

    /// How much there is. 1 round trip.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn stat(&mut self) -> Result<Stat, Error> {
        let text = self.connection.ask("STAT\r\n", Stage::Stat).await?;
        Ok(stat(&text))
    }

    /// All messages with size and unique-id. 1 round trip with PIPELINING, else 3.
    ///
    /// # Errors
    /// Any [`Error`]. A server without UIDL is none, but one that has it and can't tell it now is:
    /// to go on without would take every message for a new one.
    pub async fn listing(&mut self) -> Result<Listing, Error> {
        let commands = ["STAT\r\n", "LIST\r\n", "UIDL\r\n"];
        let together = self.offered.has("PIPELINING");
        if together {
            let all = commands.concat();
            self.connection.send(all.as_bytes(), 3, Stage::Stat).await?;
        }
        let limit = self.connection.limits().command;
        let mut refused = Vec::new();
        let mut counted = Stat::default();
        let mut reading = Reading::default();
        for (command, at) in commands
            .into_iter()
            .zip([Stage::Stat, Stage::List, Stage::Uidl])
        {
            if !together {
                self.connection.send(command.as_bytes(), 1, at).await?;
            }
            match self.connection.ok(at, limit).await {
                Ok(text) if at == Stage::Stat => counted = stat(&text),
                Ok(_) => self.read(at, &mut reading).await?,
                Err(Error::Refused(refusal)) => refused.push(refusal),
                Err(error) => return Err(error),
            }
        }
        let mut has_uidl = true;
        for refusal in refused {
            match refusal.at {
                // Some servers refuse to list nothing.
                Stage::List | Stage::Uidl if counted.messages == 0 => {}
                Stage::Uidl if self.has_no_uidl(&refusal) => has_uidl = false,
                _ => return Err(refusal.into()),
            }
        }
        Ok(reading.finish(has_uidl, counted.messages))
    }

    /// The server has refused UIDL because it has none.
    fn has_no_uidl(&self, refusal: &Refusal) -> bool {
        let coded = refusal.reply.code.is_some_and(|code| code != Code::Other);
        !self.offered.has("UIDL") && !coded
    }

    async fn read(&mut self, at: Stage, reading: &mut Reading) -> Result<(), Error> {
        let limits = *self.connection.limits();
        let deadline = Instant::now() + limits.listing;
        let mut left = limits.messages;
        while let Some(line) = self.connection.listed(at, deadline).await? {
            if left == 0 {
                return Err(self.connection.lose(Error::TooLarge(at)));
            }
            left -= 1;
            match at {
                Stage::List => reading.list_line(&line),
                _ => reading.uidl_line(&line),
            }
        }
        Ok(())
    }

    /// A whole message (RETR, RFC 1939 §5). 1 round trip.
    ///
    /// # Errors
    /// [`Error::Refused`] when the server does not give it: it may have vanished. Else any.
    pub async fn retr(&mut self, number: Number) -> Result<Content<'_>, Error> {
        let line = format!("RETR {number}\r\n");
        self.connection.ask(&line, Stage::Retr).await?;
        Ok(Content::new(&mut self.connection, Stage::Retr))
    }

    /// A message's header and so many lines of its body (TOP, RFC 1939 §7). 1 round trip.
    ///
    /// # Errors
    /// [`Error::Refused`] also when the server has no TOP. Else any.
    pub async fn top(&mut self, number: Number, lines: u32) -> Result<Content<'_>, Error> {
        let line = format!("TOP {number} {lines}\r\n");
        self.connection.ask(&line, Stage::Top).await?;
        Ok(Content::new(&mut self.connection, Stage::Top))
    }

    /// Whole messages, one after another in this order. With PIPELINING the next ones are asked
    /// for while one is on its way.
    pub fn retrieve(&mut self, numbers: Vec<Number>) -> Retrieval<'_> {
        let together = self.offered.has("PIPELINING");
        Retrieval::new(&mut self.connection, numbers, together)
    }

    /// Marks messages for deletion (DELE, RFC 1939 §5); says for each whether the server did. 1
    /// round trip per 50 with PIPELINING, else one for each.
    ///
    /// # Errors
    /// Any [`Error`] but a refusal; then nothing is deleted.
    pub async fn delete(&mut self, numbers: &[Number]) -> Result<Vec<Result<(), Refusal>>, Error> {
        let group = match self.offered.has("PIPELINING") {
            true => GROUP,
            false => 1,
        };
        let at = Stage::Dele;
        let limit = self.connection.limits().command;
        let mut outcomes = Vec::with_capacity(numbers.len());
        for group in numbers.chunks(group) {
            let mut lines = String::new();
            for number in group {
                // Writing to a string does not fail.
                let _written = write!(lines, "DELE {number}\r\n");
            }
            self.connection
                .send(lines.as_bytes(), group.len(), at)
                .await?;
            for _ in group {
                outcomes.push(match self.connection.ok(at, limit).await {
                    Ok(_) => Ok(()),
                    Err(Error::Refused(refusal)) => Err(refusal),
                    Err(error) => return Err(error),
                });
            }
        }
        Ok(outcomes)
    }

    /// Takes back all marks for deletion (RSET, RFC 1939 §5).
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn rset(&mut self) -> Result<(), Error> {
        self.connection.ask("RSET\r\n", Stage::Rset).await.map(drop)
    }

    /// Keeps the server from falling asleep (NOOP, RFC 1939 §5).
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn noop(&mut self) -> Result<(), Error> {
        self.connection.ask("NOOP\r\n", Stage::Noop).await.map(drop)
    }

    /// Ends the session and has the server delete what is marked (QUIT, RFC 1939 §6). Only when
    /// this is `Ok` does anything count as deleted.
    ///
    /// # Errors
    /// [`Error::Refused`] when the server has not deleted everything, and nobody knows what. Any
    /// other, and nobody knows whether it has deleted anything.
    pub async fn quit(mut self) -> Result<(), Error> {
        let at = Stage::Quit;
        self.connection.send(b"QUIT\r\n", 1, at).await?;
        let limit = self.connection.limits().quit;
        self.connection.ok(at, limit).await.map(drop)
    }

    /// Ends the session where nobody waits for the answer.
    #[cfg(test)]
    pub(super) fn leave(self) {
        self.connection.leave();
    }
}

/// `2 320`: messages and octets. What is not there counts as none.
fn stat(text: &str) -> Stat {
    let mut words = text.split_ascii_whitespace();
    let mut next = || words.next().and_then(|word| digits(word.as_bytes()));
    Stat {
        messages: next().unwrap_or_default(),
        octets: next().unwrap_or_default(),
    }
}

#[cfg(test)]
pub(super) mod tests;
