//! Handing over one message, from the connection to the server's yes.

use std::io;

use bytes::Bytes;
use futures_util::Stream;

use super::{
    address::Address,
    capabilities::Capabilities,
    connect::{self, Connector},
    connection::Connection,
    content,
    envelope::Envelope,
    error::SubmitError,
    reply::Reply,
    transaction,
};

/// What the server said to a message that it has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its answer to the message; often with a number under which it can be found in its log.
    pub reply: Reply,
    /// Its answer for each recipient, in the envelope's order. At least one is accepted; those
    /// that are not will get nothing.
    pub recipients: Vec<Answer>,
    /// The envelope wished for reports, and the server has taken note (RFC 3461).
    pub reports: bool,
}

/// A server's answer for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whom it is about.
    pub address: Address,
    /// What was said.
    pub reply: Reply,
}

impl Answer {
    /// What the answer means.
    pub fn outcome(&self) -> Outcome {
        match self.reply.code {
            ..400 => Outcome::Accepted,
            400..500 => Outcome::Deferred,
            _ => Outcome::Refused,
        }
    }
}

/// What becomes of the message for one recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server sees to it.
    Accepted,
    /// Nothing is sent to them; later it may work. Also what a server says to the recipients
    /// that are too many for it (RFC 5321 §4.5.3.1.10).
    Deferred,
    /// Nothing is sent to them, now or later.
    Refused,
}

/// Hands over one message.
///
/// `body` is the message (RFC 5322) in pieces of any size; line ends may be CRLF, LF or CR. It is
/// read once, as fast as the server takes it, and never held whole: at most 256 KiB and a piece.
/// A `body` that stalls is the caller's to bound; the server's patience, mostly minutes, ends it.
///
/// 4 round trips beside those of opening with PIPELINING, else 3 and one per recipient; with
/// CHUNKING one less for small messages.
///
/// # Errors
/// [`SubmitError`] says what may have become of the message.
///
/// # Cancellation
/// Dropping the future drops the connection, and with it the knowledge how far it was. Whoever
/// drops it must treat the message as [`SubmitError::Unconfirmed`]. So run it in a task of its
/// own, not in that of a request.
pub async fn submit<S>(
    connector: &Connector,
    envelope: &Envelope,
    body: S,
) -> Result<Receipt, SubmitError>
where
    S: Stream<Item = io::Result<Bytes>> + Send,
{
    envelope.check()?;
    let (connection, offered) = connect::open(connector).await?;
    submit_over(connection, &offered, envelope, body).await
}

/// The same on a connection that is open.
pub(super) async fn submit_over<S>(
    mut connection: Connection,
    offered: &Capabilities,
    envelope: &Envelope,
    body: S,
) -> Result<Receipt, SubmitError>
where
    S: Stream<Item = io::Result<Bytes>> + Send,
{
    let outcome = converse(&mut connection, offered, envelope, body).await;
    connection.quit();
    outcome
}

async fn converse<S>(
    connection: &mut Connection,
    offered: &Capabilities,
    envelope: &Envelope,
    body: S,
) -> Result<Receipt, SubmitError>
where
    S: Stream<Item = io::Result<Bytes>> + Send,
{
    envelope.fits(offered)?;
    let recipients = transaction::begin(connection, offered, envelope).await?;
    let sent = content::send(connection, offered, envelope.is_eight_bit(), body).await;
    match sent {
        Ok(reply) => Ok(Receipt {
            reply,
            recipients,
            reports: envelope.wants_dsn() && offered.has("DSN"),
        }),
        Err(SubmitError::Refused(mut refusal)) => {
            refusal.recipients = recipients;
            Err(SubmitError::Refused(refusal))
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
