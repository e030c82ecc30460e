//! IMAP (RFC 9051, RFC 3501, and what servers make of them): one signed-in account as a
//! [`client::Client`].
//!
//! `connect` opens connections by async-imap behind `guard`; from the sign-in on our own codec
//! in `wire` speaks. `connection` is one of them, `actor` the task that owns it, `pool` the few
//! that an account has. The operations are methods of the client, in a file each.

mod actor;
pub mod append;
pub mod budget;
pub mod capabilities;
pub mod change;
pub mod client;
pub mod connect;
mod connection;
pub(crate) mod convert;
pub mod error;
pub mod fetch;
pub mod folders;
mod gather;
mod guard;
pub mod limits;
mod lookout;
mod pool;
pub mod quota;
pub mod search;
pub mod selected;
pub mod sort;
pub mod source;
pub mod survey;
pub mod watch;
pub mod window;
mod wire;

pub use wire::{
    envelope::Envelope,
    fetch::{Fetched, Section},
};
