//! A POP3 client (RFC 1939, RFC 2449, RFC 5034, RFC 6856) for collecting: everything that a maildrop
//! holds, message by message at constant memory, and nothing taken for done that the server did
//! not say.
//!
//! [`open`] connects and signs in, and gives a [`Session`]: [`Session::listing`] what lies there,
//! [`Session::retrieve`] messages, [`Session::delete`] marks them, and [`Session::quit`] is what
//! deletes them: if it does not answer with a yes, nothing counts as deleted. [`Error::trouble`]
//! tells a wrong password from a maildrop in use, and both from a line that was cut.
//!
//! `connect` opens (TLS, CAPA, `auth`), `session` asks, `retrieve` streams, `connection` is octets
//! and clock. Pure: `reply`, `capabilities`, `listing`, `uid`, `unstuff`, `md5`.

mod auth;
pub mod capabilities;
pub mod connect;
mod connection;
pub mod error;
pub mod limits;
pub mod listing;
mod md5;
pub mod reply;
pub mod retrieve;
pub mod session;
pub mod uid;
mod unstuff;

pub use connect::{Connector, Login, Secret, greet, open, probe};
pub use error::{Error, Refusal, Trouble};
pub use listing::{Listed, Listing, Number};
pub use session::Session;
pub use uid::Uid;
