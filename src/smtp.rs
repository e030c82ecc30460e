//! Message submission (RFC 6409, RFC 5321): hands one message to the person's submission server
//! and says for every failure whether the message can have been accepted.
//!
//! [`submit()`] is the whole of it, [`probe`] asks what the server offers. `connect` opens (TLS,
//! EHLO, `auth`), `transaction` says MAIL and RCPT, `content` sends the message, `connection`
//! is the bytes and the clock. Pure: `address`, `envelope`, `capabilities`, `reply` (what
//! servers say, bounded), `line_ends` (what we say).

pub mod address;
mod auth;
pub mod capabilities;
pub mod connect;
mod connection;
mod content;
pub mod envelope;
pub mod error;
pub mod limits;
mod line_ends;
pub mod reply;
pub mod submit;
mod transaction;

pub use connect::{Connector, Login, Secret, probe};
pub use envelope::{Envelope, Recipient};
pub use error::SubmitError;
pub use submit::{Receipt, submit};
