//! The ways in and out: mail from files into an account, an account's mail into a file, and from
//! one account into another.
//!
//! What comes in is filed by the same operation whether the mail lies here or on a server; folders
//! are made as they are needed, and a message that lies in its folder already is passed over, so
//! that any of this can be done again after a break. Memory does not grow with what is carried: a
//! message is kept in memory while it is small, and on the disk else.

mod copy;
mod export;
mod filing;
mod gather;
mod import;
mod lots;
mod operator;
mod patience;
mod progress;
mod source;
mod walk;

pub use export::{Export, Format};
pub use progress::{Failure, Progress};
pub use source::Source;

pub(super) use progress::reason;

/// How a transfer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All was looked at; [`Progress`] says what failed.
    Done,
    /// Somebody has stopped it.
    Stopped,
}
