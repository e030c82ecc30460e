//! How long we wait and how much we hold, per connection and per account.

use std::time::Duration;

/// Bounds of one account's connections. The defaults are for production; tests set tiny ones.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For names, TCP and TLS.
    pub connect: Duration,
    /// For the server's first words.
    pub greeting: Duration,
    /// For the whole sign-in; servers delay refusals by some seconds.
    pub sign_in: Duration,
    /// How long the server may be silent while it owes an answer.
    pub silence: Duration,
    /// How long one request may take in all, however busily the server drips.
    pub request: Duration,
    /// How long a request waits for a free connection.
    pub wait: Duration,
    /// Connections per account, one of them for watching.
    pub connections: usize,
    /// How long an unused connection is kept.
    pub keep: Duration,
    /// A connection that was unused for longer is asked whether it lives before anything else is
    /// sent: routers forget silent connections without telling either side.
    pub trust: Duration,
    /// How long it may take to answer.
    pub ping: Duration,
    /// How long a server that did not answer is left alone.
    pub spare: Duration,
    /// How long an abandoned request is read to its end before its connection is given up.
    pub drain: Duration,
    /// How much of it is read.
    pub drain_bytes: usize,
    /// Octets held for one request, literals included.
    pub held: usize,
    /// Untagged responses held for one request.
    pub responses: usize,
    /// The largest section read at once; also the window in which larger ones are streamed.
    pub window: u32,
    /// How long an IDLE lasts before it is renewed (RFC 2177 asks for less than 29 minutes; home
    /// routers forget a silent connection sooner).
    pub idle: Duration,
    /// How long the server may take to end an IDLE.
    pub done: Duration,
    /// How often a folder is asked for news where IDLE is missing.
    pub poll: Duration,
    /// Folders in one account's listing.
    pub folders: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            greeting: Duration::from_secs(30),
            sign_in: Duration::from_secs(60),
            silence: Duration::from_secs(60),
            request: Duration::from_secs(600),
            wait: Duration::from_secs(30),
            connections: 3,
            keep: Duration::from_secs(300),
            trust: Duration::from_secs(60),
            ping: Duration::from_secs(5),
            spare: Duration::from_secs(10),
            drain: Duration::from_secs(2),
            drain_bytes: 1 << 20,
            held: 64 << 20,
            responses: 200_000,
            window: 1 << 20,
            idle: Duration::from_secs(9 * 60),
            done: Duration::from_secs(5),
            poll: Duration::from_secs(60),
            folders: 10_000,
        }
    }
}

impl Limits {
    /// How many of the connections may watch a folder each: none where there is only one, two
    /// where four or more are allowed.
    pub(super) fn watching(&self) -> usize {
        match self.connections {
            0 | 1 => 0,
            2 | 3 => 1,
            _ => 2,
        }
    }
}
