//! The time as a value, so that tests can set it; and how long people are made to wait for something
//! that a page can do without.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

/// Where "now" comes from. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Clock {
    fixed: Option<Arc<AtomicI64>>,
    slowness: u32,
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self {
            fixed: None,
            slowness: 1,
        }
    }

    /// A clock that stands still at `millis` until [`Clock::advance`] is called.
    pub fn fixed(millis: i64) -> Self {
        Self {
            fixed: Some(Arc::new(AtomicI64::new(millis))),
            ..Self::system()
        }
    }

    /// The same clock on a machine so many times as slow as people should have to put up with: what
    /// a page waits for only a moment, it waits for that much longer.
    #[must_use]
    pub fn on_a_machine_as_slow_as(self, times: u32) -> Self {
        Self {
            slowness: times.max(1),
            ..self
        }
    }

    /// Milliseconds since 1970 UTC.
    pub fn now(&self) -> i64 {
        match &self.fixed {
            Some(fixed) => fixed.load(Ordering::SeqCst),
            None => jiff::Timestamp::now().as_millisecond(),
        }
    }

    /// How long to wait here for what a page can do without after `patience`.
    pub fn waits(&self, patience: Duration) -> Duration {
        patience.saturating_mul(self.slowness)
    }

    /// Moves a fixed clock on; does nothing to the system's.
    pub fn advance(&self, millis: i64) {
        if let Some(fixed) = &self.fixed {
            fixed.fetch_add(millis, Ordering::SeqCst);
        }
    }
}
