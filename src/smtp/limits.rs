//! How long we wait for a submission server (RFC 5321 §4.5.3.2). How much we take from it stands
//! in `reply`.

use std::time::Duration;

/// Bounds of one submission. The defaults are for production; tests set tiny ones.
///
/// Only the last wait is dangerous to shorten: a message given up before its end is not sent, and
/// can be sent again, while one given up after its end may arrive twice (RFC 1047).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For names, TCP and TLS.
    pub connect: Duration,
    /// For the greeting. RFC 5321 says 5 minutes, for servers under load on port 25; a submission
    /// server that is silent for one is out of order, and somebody waits.
    pub greeting: Duration,
    /// For each answer of the sign-in; servers delay refusals by some seconds.
    pub sign_in: Duration,
    /// For EHLO, MAIL and RCPT: 5 minutes, because servers ask others before they answer RCPT.
    pub command: Duration,
    /// For the answer to DATA: 2 minutes.
    pub data: Duration,
    /// For the server to take one block of at most 64 KiB, and to answer a chunk: 3 minutes.
    pub block: Duration,
    /// For the answer to the whole message: 10 minutes, because it is scanned and stored then.
    pub end: Duration,
    /// For the goodbye, which matters to nobody.
    pub quit: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            greeting: Duration::from_secs(60),
            sign_in: Duration::from_secs(60),
            command: Duration::from_secs(300),
            data: Duration::from_secs(120),
            block: Duration::from_secs(180),
            end: Duration::from_secs(600),
            quit: Duration::from_secs(2),
        }
    }
}
