//! The collector: brings everything that a POP3 server holds into the local mailbox, and deletes
//! there what the account's policy wants, never what is not safely here.
//!
//! ```text
//! RETR ─▶ spool file ─▶ fsync ─▶ rename ─▶ fsync of the folder ─▶ message and row of the ledger
//!                                                                 in one commit, on disk
//!                                            a later session ─▶ the copy is read and compared
//!                                                            ─▶ the log says so, on disk
//!                                                            ─▶ DELE ─▶ QUIT ─▶ its yes is noted
//! ```
//!
//! Killed anywhere, the next run begins with the listing again: what has a row is known, what has
//! none is fetched. `plan` compares a listing with the ledger, `recognise` knows messages by their
//! bytes, `retention` says what is deleted, `backoff` when the next run is due: all pure. `run`
//! does it.

mod backoff;
mod doubt;
mod lost;
mod outcome;
mod plan;
mod prune;
mod recognise;
mod retention;
mod run;
#[cfg(test)]
mod sample;
mod session;
mod storing;

pub(super) use self::prune::would_delete;
pub use self::{
    lost::{Lost, LostWords, Speak, Why},
    outcome::{Failure, Reason, Run},
    run::{Collector, Task},
};
