//! How far a transfer has come, for whoever looks on.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use crate::engine::error::Error;

/// Failures that are told one by one.
const FAILURES_MOST: usize = 200;
/// Characters of what a failure names.
const ITEM_MOST: usize = 200;

/// Something that was not carried over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What it is: a file's name, or a subject.
    pub item: String,
    /// Why, as a key of the translations.
    pub reason: String,
}

/// See the module's description.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    known: AtomicU64,
    failed: AtomicU64,
    read: AtomicU64,
    size: AtomicU64,
    stopped: AtomicBool,
    failures: Mutex<Vec<Failure>>,
}

impl Progress {
    /// Messages that were carried over.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Messages that were there already, or that are deleted where they come from.
    pub fn known(&self) -> u64 {
        self.known.load(Ordering::Relaxed)
    }

    /// What was not carried over.
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    /// How much has been looked at, of [`Progress::size`]: octets of a file, messages of an account.
    pub fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// How much there is to look at; 0 while nobody knows.
    pub fn size(&self) -> u64 {
        self.size.load(Ordering::Relaxed)
    }

    /// The first failures.
    pub fn failures(&self) -> Vec<Failure> {
        self.listed().clone()
    }

    /// Stops it before the next message.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Somebody has stopped it.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    pub(in crate::engine) fn count_done(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    pub(in crate::engine) fn count_known(&self) {
        self.known.fetch_add(1, Ordering::Relaxed);
    }

    pub(in crate::engine) fn count_read(&self, more: u64) {
        self.read.fetch_add(more, Ordering::Relaxed);
    }

    pub(in crate::engine) fn set_size(&self, size: u64) {
        self.size.store(size, Ordering::Relaxed);
    }

    pub(in crate::engine) fn fail(&self, item: &str, reason: &str) {
        self.failed.fetch_add(1, Ordering::Relaxed);
        let mut failures = self.listed();
        if failures.len() < FAILURES_MOST {
            failures.push(Failure {
                item: item.chars().take(ITEM_MOST).collect(),
                reason: reason.to_owned(),
            });
        }
    }

    fn listed(&self) -> std::sync::MutexGuard<'_, Vec<Failure>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why something was not carried over, as a key of the translations.
pub(in crate::engine) fn reason(error: &Error) -> &'static str {
    match error {
        Error::Invalid("draft-quota") => "transfer-no-room",
        Error::Invalid(key) => key,
        Error::TooLarge => "transfer-too-large",
        Error::Upstream { problem, .. } => problem.key(),
        Error::NotFound | Error::Vanished => "transfer-gone",
        Error::ReauthRequired => "problem-wrong-password",
        _ => "transfer-failed",
    }
}
