//! Trying again what a lost connection broke off: a transfer is long, and a server may be started
//! anew meanwhile.

use std::time::Duration;

use crate::engine::error::{Error, Problem};

/// How often something is tried, and how long is waited before it is tried again.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_secs(2);

/// How much patience is left with one thing.
pub(super) struct Patience(u32);

impl Patience {
    pub(super) fn new() -> Self {
        Self(1)
    }

    /// Whether to try again, once it was waited for that.
    pub(super) async fn lasts(&mut self, error: &Error) -> bool {
        if !is_passing(error) || self.0 >= TRIES {
            return false;
        }
        tokio::time::sleep(PAUSE * self.0).await;
        self.0 += 1;
        true
    }
}

/// Something that may be over in a moment.
pub(super) fn is_passing(error: &Error) -> bool {
    let Error::Upstream { problem, .. } = error else {
        return false;
    };
    matches!(
        problem,
        Problem::Disconnected
            | Problem::Timeout
            | Problem::Unreachable
            | Problem::Busy
            | Problem::InUse
            | Problem::Limit
            | Problem::Unavailable
    )
}
