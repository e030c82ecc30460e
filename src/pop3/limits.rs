//! How long we wait for a POP3 server, and how much we take from it.

use std::time::Duration;

/// Messages that a listing may have. The largest maildrops that people speak of have some hundred
/// thousand; a listing costs about 100 octets of memory for each.
pub const MAX_MESSAGES: usize = 1_000_000;

/// Bounds of one session. The defaults are for production; tests set tiny ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For names, TCP and TLS.
    pub connect: Duration,
    /// For the greeting.
    pub greeting: Duration,
    /// For each answer of the sign-in: 5 minutes. Servers lock the maildrop and read through it
    /// before they answer (RFC 1939 §4), and the first time after the loss of an index that is
    /// the whole of it.
    pub sign_in: Duration,
    /// For the first line of any other answer.
    pub command: Duration,
    /// For the next octets of an answer that has begun.
    pub stall: Duration,
    /// For a whole listing.
    pub listing: Duration,
    /// For a whole message: 6 hours, which is 100 MB at 5 kB/s.
    pub message: Duration,
    /// For the answer to QUIT: 10 minutes, because the server deletes then and may rewrite a file
    /// of gigabytes. Given up too early, nobody knows what was deleted.
    pub quit: Duration,
    /// For the goodbye where nothing is to be deleted, which matters to nobody.
    pub goodbye: Duration,
    /// Octets of one message.
    pub message_size: u64,
    /// Messages in one listing; at most [`MAX_MESSAGES`].
    pub messages: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            greeting: Duration::from_secs(60),
            sign_in: Duration::from_secs(300),
            command: Duration::from_secs(180),
            stall: Duration::from_secs(120),
            listing: Duration::from_secs(600),
            message: Duration::from_secs(6 * 3600),
            quit: Duration::from_secs(600),
            goodbye: Duration::from_secs(2),
            message_size: 2 << 30,
            messages: MAX_MESSAGES,
        }
    }
}
